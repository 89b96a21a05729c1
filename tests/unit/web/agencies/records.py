"""Good events, to be spoilt one value at a time."""

from __future__ import annotations

from typing import Any


def fire(**changes: Any) -> dict[str, Any]:
    """Return a good event of the fire service; `data` in the changes replaces single fields."""
    data = {
        "category": "primary-fire",
        "category_list": "fire_incident_groups",
        "occurred_from": "2026-03-01T21:10:00+00:00",
        "occurred_to": "2026-03-01T21:10:00+00:00",
        "area": {"code": "E01031049", "edition": "lsoa11", "confidence": "street"},
        "held_for": "fire-rescue",
        "motive": "deliberate-others-property",
        **changes.pop("data", {}),
    }
    event = {
        "specversion": "1.0",
        "id": "f-1",
        "source": "/warwickshire-fire/incident",
        "type": "fire.incident.v1",
        "time": "2026-03-01T22:00:00+00:00",
        "datacontenttype": "application/json",
        "data": data,
    }
    return {**event, **changes}


def concern(**changes: Any) -> dict[str, Any]:
    """Return a good concern of a school."""
    data = {
        "category": "weapon-rumour",
        "category_list": "schools_concern_kinds",
        "occurred_from": "2026-03-02T00:00:00+00:00",
        "occurred_to": "2026-03-03T00:00:00+00:00",
        "held_for": "education",
    }
    return fire(
        id="c-1",
        source="/warwickshire-education/concern",
        type="schools.concern.v1",
        time="2026-03-03T08:00:00+00:00",
    ) | {"data": data, **changes}
