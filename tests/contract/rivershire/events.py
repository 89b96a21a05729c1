"""Events of Rivershire, good until a test spoils them."""

from __future__ import annotations

from typing import Any

TOKEN = "MFRGGZDFMZTWQ2LKNNWG23TPOB"


def crime(id: str = "c-1", **data: Any) -> dict[str, Any]:
    """Return a good crime of Rivershire; attributes are given with a leading underscore."""
    return incident("river-police", "police.crime.v1", "policing", id, tokens=3, **data)


def incident(
    publisher: str, type_name: str, function: str, id: str, tokens: int = 0, **data: Any
) -> dict[str, Any]:
    """Return a good event of any incident type; keys with a leading underscore are attributes."""
    attributes = {key[1:]: data.pop(key) for key in list(data) if key.startswith("_")}
    at = data.pop("at", "2025-05-14T21:40:30+01:00")
    record = {
        "category": "K1",
        "category_list": "river_offences",
        "occurred_from": at,
        "occurred_to": at,
        "recorded_at": at,
        "area": {"code": "R01000001", "edition": "lsoa21", "confidence": "street"},
        "held_for": function,
        "severity": 3,
        "weapon": None,
        "setting": None,
        "qualifiers": None,
        "age_band": None,
        **dict.fromkeys(("suspect_token", "victim_token", "place_token")[:tokens]),
        **data,
    }
    return {
        "specversion": "1.0",
        "id": id,
        "source": f"/{publisher}/{type_name.split('.')[1]}",
        "type": type_name,
        "time": "2025-05-15T08:00:00+01:00",
        "datacontenttype": "application/json",
        "data": {name: value for name, value in record.items() if value is not ...},
        **attributes,
    }


def assault(id: str = "h-1", **data: Any) -> dict[str, Any]:
    """Return a good assault of the hospital."""
    own = {"injury_intent": None, "injury_mechanism": None, "disposal": None, **data}
    return incident("river-hospital", "health.assault.v1", "health", id, **own)


def fire(id: str = "f-1", **data: Any) -> dict[str, Any]:
    """Return a good incident of the fire service."""
    own = {"motive": None, "property_category": None, "special_service_type": None, **data}
    return incident("river-fire", "fire.incident.v1", "fire-rescue", id, **own)


def control(kind: str, id: str, target: str, **changes: Any) -> dict[str, Any]:
    """Return a correction or withdrawal of the police's crime `target`, a day after it."""
    made = crime(id, _type=f"event.{kind}.v1", _time="2025-05-16T08:00:00+01:00")
    made["data"] = {"id": target, "reason": "wrong-code", "replacement": None}
    return {**made, **changes}


def concern(id: str = "s-1", **data: Any) -> dict[str, Any]:
    """Return a good concern of the schools."""
    return incident("river-schools", "schools.concern.v1", "education", id, tokens=2, **data)


def suspension(id: str = "s-2", **data: Any) -> dict[str, Any]:
    """Return a good suspension of the schools."""
    own = {"suspension_category": None, **data}
    return incident("river-schools", "schools.suspension.v1", "education", id, tokens=2, **own)


def attendance(id: str = "s-3", **data: Any) -> dict[str, Any]:
    """Return good counts of attendance."""
    own = {"sessions": 4, "possible_sessions": 10, "cohort": 60, **data}
    return incident("river-schools", "schools.attendance.v1", "education", id, **own)
