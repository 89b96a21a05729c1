"""Whatever a table holds: nothing is lost, nothing refused is told, and the hub takes the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cioghub.steps.validate.accept import Validator
from cioghub.table_import.mapped_table import mapped_table
from cioghub.table_journey import Event, Tally, row_outcomes
from cioghub.vocabulary.incidents import ValidIncident
from cioghub.vocabulary.mapping import Row

COLUMNS = ("Reference", "Status", "When", "Code", "Weapon", "Age", "Lat", "Lon")
MAPPING = """\
title: Anything
source: /police/crime
type: police.crime.v1
zone: Europe/London
id: {prefix: crime, keyed: [Reference]}
only_rows: [{name: void, column: Status, none_of: [Void]}]
occurred: {column: When, formats: ["%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y-%m"]}
published: {column: When, formats: ["%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y-%m"], delay_hours: 24}
area: {lat: Lat, lon: Lon, edition: lsoa11, confidence: {always: street}}
fields:
  category_list: {always: police_offence_codes}
  category: {column: Code, empty: reject}
  held_for: {always: policing}
  weapon: {column: Weapon, values: {Knife: kitchen-knife, Gun: handgun}}
  age_band: {column: Age, form: age-band}
"""
CANARY = "zq9434765919"
"""Stands for what must never be told; as a reference it may become an id, keyed."""

good = {
    "Reference": st.integers(0, 30).map(lambda n: f"{CANARY}{n}"),
    "Status": st.sampled_from(["", "Open", "Void"]),
    "When": st.sampled_from(
        ["2025-07-01 12:00", "2025-07-01", "2025-07", "2025-03-30 01:30", "2025-10-26 01:30"]
    ),
    "Code": st.sampled_from(["34B", "8N", "1", "4.1"]),
    "Weapon": st.sampled_from(["Knife", "Gun", ""]),
    "Age": st.integers(0, 130).map(str),
    "Lat": st.floats(52.0, 52.6).map(lambda x: f"{x:.5f}"),
    "Lon": st.floats(-1.9, -1.2).map(lambda x: f"{x:.5f}"),
}
anything = st.one_of(st.text(max_size=20), st.just(CANARY))
cells = st.fixed_dictionaries({name: st.one_of(good[name], anything) for name in COLUMNS})
mostly_good = st.fixed_dictionaries({name: good[name] for name in COLUMNS})
tables = st.lists(st.one_of(cells, mostly_good, st.none()), max_size=12)


@pytest.fixture(scope="module")
def take(tmp_path_factory) -> Callable[[list[Row]], tuple[list[object], Tally, Validator]]:
    folder: Path = tmp_path_factory.mktemp("laws")
    (folder / "map.yaml").write_text(MAPPING)
    (folder / "in.csv").write_text(",".join(COLUMNS) + "\n")
    job = mapped_table(
        folder / "in.csv", folder / "map.yaml", None, None, folder / "keys.json", False
    )

    def run(rows: list[Row]) -> tuple[list[object], Tally, Validator]:
        tally = Tally()
        validator = job.validator
        made = row_outcomes(rows, job.mapping, job.mapper, validator, tally, lambda what, n: None)
        return list(made), tally, validator

    return run


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(table=tables)
def test_nothing_is_lost_and_nothing_is_told(take, table) -> None:
    rows = [
        Row(n, row and {name: cell.strip() for name, cell in row.items()})
        for n, row in enumerate(table, 1)
    ]
    made, tally, validator = take(rows)
    events = [one.value for one in made if isinstance(one, Event)]
    refused = [one for one in made if not isinstance(one, Event)]

    assert tally.read == len(rows)
    assert tally.read == tally.written + tally.rejected + sum(tally.left_out.values())
    assert (tally.written, tally.rejected) == (len(events), len(refused))
    assert len({event["id"] for event in events}) == len(events)
    assert all(one.faults for one in refused)

    assert all(isinstance(validator.validate(event), ValidIncident) for event in events)
    told = json.dumps([events, refused]) + repr(tally)
    assert CANARY not in told

    again, _, _ = take(rows)
    assert again == made
