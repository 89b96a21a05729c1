"""One row of a table: an event, or every fault by column and code, or left out by a rule."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cioghub.steps.publish.table_row import TableRows
from cioghub.vocabulary.mapping import (
    AreaRule,
    IdRule,
    LeftOut,
    Mapped,
    Published,
    RowFilter,
    TableMapping,
    Unmapped,
    ValueRule,
    WhenRule,
)
from cioghub.wire.schemas import read_schemas

ROOT = Path(__file__).parents[3]
CRIME = read_schemas(ROOT / "schemas" / "avro")["police.crime.v1"]
WHEN = WhenRule(("Day", "Time"), ("%Y-%m-%d %H:%M", "%Y-%m-%d"))
ROW = {
    "Day": "2025-07-01",
    "Time": "21:15",
    "Reference": "AB/12345/25",
    "Offence": "34B",
    "Weapon": "Knife",
    "Flag 1": "DA",
    "Flag 2": "",
    "Harm": "3",
    "Age": "17",
    "Place": "E01031043",
    "Point": "(52.5, -1.5)",
    "Status": "Recorded",
}


def mapping(**changes: Any) -> TableMapping:
    fields = {
        "category": ValueRule(columns=("Offence",), empty="reject"),
        "category_list": ValueRule(always="police_offence_codes"),
        "held_for": ValueRule(always="policing"),
        **changes.pop("fields", {}),
    }
    made = TableMapping(
        title="Crimes",
        source="/police/crime",
        type="police.crime.v1",
        zone="Europe/London",
        id=IdRule("crime", keyed=("Reference",)),
        occurred=WHEN,
        published=Published(when=replace(WHEN, delay_hours=24)),
        fields=fields,
    )
    return replace(made, **changes)


def take(row: dict[str, str] | None = None, locate: Any = None, **changes: Any) -> Any:
    rows = TableRows(mapping(**changes), CRIME, lambda texts: "0" * 32, locate)
    return rows.map(7, {**ROW, **(row or {})})


def data(made: Any) -> dict[str, Any]:
    assert isinstance(made, Mapped), made
    return dict(made.event.attributes["data"])


def test_a_row_becomes_an_event_with_every_field_of_its_schema() -> None:
    event = dict(take().event.attributes)
    assert list(event["data"]) == [field.name for field in CRIME.fields]
    assert event["data"]["occurred_from"] == event["data"]["occurred_to"]
    assert event["data"]["occurred_from"] == "2025-07-01T21:15:00+01:00"
    assert event["time"] == "2025-07-02T21:15:00+01:00"
    assert event["data"]["suspect_token"] is None


def test_a_reference_is_never_in_the_id() -> None:
    assert take().event.attributes["id"] == "crime-" + "0" * 32
    by_row = take(id=IdRule("crime", row=True))
    assert by_row.event.attributes["id"] == "crime-2025-07-000007"


def test_a_day_without_a_time_is_the_whole_day_and_known_at_its_end() -> None:
    made = take({"Time": ""})
    assert data(made)["occurred_from"] == "2025-07-01T00:00:00+01:00"
    assert data(made)["occurred_to"] == "2025-07-02T00:00:00+01:00"
    assert made.event.attributes["time"] == "2025-07-03T00:00:00+01:00"
    assert ("occurred", "interval: day") in made.notes


def test_an_end_of_its_own_makes_an_interval_and_must_not_come_first() -> None:
    until = WhenRule(("Until",), ("%Y-%m-%d %H:%M",))
    made = take({"Until": "2025-07-02 06:00"}, until=until)
    assert data(made)["occurred_to"] == "2025-07-02T06:00:00+01:00"
    assert data(take({"Until": ""}, until=until))["occurred_to"] == "2025-07-01T21:15:00+01:00"
    reversed_ = take({"Until": "2025-07-01 06:00"}, until=until)
    assert reversed_ == Unmapped((("Day + Time + Until", "interval-reversed"),))


def test_a_recording_day_is_no_instant_and_is_left_null() -> None:
    made = take(recorded=WhenRule(("Day",), ("%Y-%m-%d",)))
    assert data(made)["recorded_at"] is None
    assert ("recorded_at", "left null: no instant") in made.notes


def test_values_become_codes_and_what_is_not_listed_is_a_fault() -> None:
    rule = ValueRule(columns=("Weapon",), values={"Knife": "kitchen-knife", "None": None})
    fields = {"weapon": rule}
    assert data(take(fields=fields))["weapon"] == "kitchen-knife"
    assert data(take({"Weapon": "None"}, fields=fields))["weapon"] is None
    assert data(take({"Weapon": ""}, fields=fields))["weapon"] is None
    assert take({"Weapon": "Axe"}, fields=fields) == Unmapped((("Weapon", "unknown-value"),))


def test_else_and_empty_are_said_never_guessed() -> None:
    rule = ValueRule(
        columns=("Weapon",), values={"Knife": "kitchen-knife"}, otherwise="not-known", empty="none"
    )
    assert data(take({"Weapon": "Axe"}, fields={"weapon": rule}))["weapon"] == "not-known"
    assert data(take({"Weapon": ""}, fields={"weapon": rule}))["weapon"] == "none"


def test_several_columns_are_looked_up_together() -> None:
    rule = ValueRule(columns=("Offence", "Weapon"), values={"34B / Knife": "kitchen-knife"})
    assert data(take(fields={"weapon": rule}))["weapon"] == "kitchen-knife"


def test_a_list_is_built_from_several_columns_without_repeats() -> None:
    flag = {"DA": "100", "Hate": "200"}
    rules = tuple(ValueRule(columns=(f"Flag {n}",), values=flag) for n in (1, 2))
    assert data(take(fields={"qualifiers": rules}))["qualifiers"] == ["100"]
    both = take({"Flag 2": "Hate"}, fields={"qualifiers": rules})
    assert data(both)["qualifiers"] == ["100", "200"]
    assert data(take({"Flag 2": "DA"}, fields={"qualifiers": rules}))["qualifiers"] == ["100"]


def test_numbers_are_numbers_and_ages_are_bands() -> None:
    fields = {
        "severity": ValueRule(columns=("Harm",)),
        "age_band": ValueRule(columns=("Age",), form="age-band"),
    }
    assert data(take(fields=fields))["severity"] == 3
    assert data(take(fields=fields))["age_band"] == "16-17"
    bad = take({"Harm": "high", "Age": "unknown"}, fields=fields)
    assert bad == Unmapped((("Harm", "not-a-number"), ("Age", "not-a-number")))


@pytest.mark.parametrize(
    ("age", "band"), [("9", "under-10"), ("10", "10-13"), ("18", "18-24"), ("99", "65-plus")]
)
def test_age_bands_begin_where_the_contract_says(age: str, band: str) -> None:
    fields = {"age_band": ValueRule(columns=("Age",), form="age-band")}
    assert data(take({"Age": age}, fields=fields))["age_band"] == band


def test_every_fault_of_a_row_is_named_at_once_without_its_value() -> None:
    made = take({"Day": "yesterday", "Time": "", "Offence": ""})
    assert made == Unmapped((("Day + Time", "wrong-form"), ("Offence", "empty")))
    assert "yesterday" not in repr(made)


def test_a_code_is_a_place_with_its_edition() -> None:
    area = AreaRule("lsoa11", ValueRule(always="street"), code=ValueRule(columns=("Place",)))
    assert data(take(area=area))["area"] == {
        "code": "E01031043",
        "edition": "lsoa11",
        "confidence": "street",
    }
    unknown = data(take({"Place": ""}, area=area))["area"]
    assert unknown == {"code": None, "edition": None, "confidence": "street"}


def test_a_point_becomes_the_place_whose_boundary_holds_it() -> None:
    seen = []

    def locate(lon: float, lat: float) -> str | None:
        seen.append((lon, lat))
        return "A1" if lon < 0 else None

    area = AreaRule("lsoa11", lat_lon="Point")
    made = take(area=area, locate=locate)
    assert data(made)["area"]["code"] == "A1"
    assert seen == [(-1.5, 52.5)]
    assert ("area", "point to place") in made.notes
    outside = take({"Point": "(52.5, 1.5)"}, area=area, locate=locate)
    assert data(outside)["area"]["code"] is None
    assert ("area", "point outside every boundary: place unknown") in outside.notes
    assert data(take({"Point": ""}, area=area, locate=locate))["area"]["code"] is None
    bad = take({"Point": "here"}, area=area, locate=locate)
    assert bad == Unmapped((("Point", "not-a-number"),))


def test_rows_that_are_no_event_are_left_out_by_name() -> None:
    only = RowFilter("cancelled", "Status", any_of=("Recorded",))
    never = RowFilter("test", "Status", none_of=("Test",))
    assert isinstance(take(only_rows=(only, never)), Mapped)
    assert take({"Status": "Cancelled"}, only_rows=(never, only)) == LeftOut("cancelled")
    assert take({"Status": "Test"}, only_rows=(never, only)) == LeftOut("test")


def test_of_several_rows_of_one_event_the_first_stands() -> None:
    rows = TableRows(mapping(one_event_per=("Reference",)), CRIME, lambda texts: "0" * 32)
    assert isinstance(rows.map(1, ROW), Mapped)
    assert rows.map(2, ROW) == LeftOut("one-event-per")
    assert isinstance(rows.map(3, {**ROW, "Reference": "other"}), Mapped)
