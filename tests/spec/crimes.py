"""A crime as Warwickshire's police publish it."""

from typing import Any


def crime(number: int, **data: Any) -> dict[str, Any]:
    """Return the event of a number; `data` stands instead of or beside its usual fields."""
    usual = {
        "category": "8N",
        "category_list": "police_offence_codes",
        "occurred_from": "2025-11-14T22:10:00+00:00",
        "occurred_to": "2025-11-14T22:10:00+00:00",
        "area": {"code": "E01031043", "edition": "lsoa11", "confidence": "street"},
        "held_for": "policing",
        "severity": 3,
    }
    return {
        "specversion": "1.0",
        "id": f"e-{number}",
        "source": "/warwickshire-police/crime",
        "type": "police.crime.v1",
        "time": "2025-11-15T08:00:00+00:00",
        "datacontenttype": "application/json",
        "data": usual | data,
    }
