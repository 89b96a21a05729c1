"""A simulated range: valid, repeatable, late, doubled and disordered as it says."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drilling import deep

from cioghub.simulate.feeds import FEEDS
from cioghub.simulate.stream import Settings, Simulation
from cioghub.steps.validate.accept import Validator
from cioghub.steps.validate.screen import find_identifiers
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.incidents import Rejected
from cioghub.vocabulary.parties import Feed, Parties, Party
from cioghub.wire.areas import read_areas
from cioghub.wire.code_lists import read_code_lists
from cioghub.wire.schemas import read_schemas

ROOT = Path(__file__).parents[3]
FULL_AREAS = ROOT.parent / "shared" / "areas" / "warwickshire.yaml"
WINTER = Settings(7, date(2026, 1, 5), 90)


@cache
def areas(full: bool = False) -> Areas:
    return read_areas(FULL_AREAS if full else ROOT / "deploy" / "areas" / "warwickshire.yaml")


@cache
def run(chosen: Settings, full: bool = False) -> tuple[bytes, list[dict[str, Any]]]:
    simulation = Simulation(areas(full), chosen)
    written = b"".join(simulation.lines())
    return written, simulation.truth()


@cache
def events(chosen: Settings, full: bool = False) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(chosen, full)[0].splitlines()]


def validator(full: bool = False) -> Validator:
    parties = tuple(
        Party(
            feed.key,
            feed.key,
            "agency",
            "specified",
            (feed.held_for,),
            "sole",
            None,
            None,
            None,
            None,
            (Feed(feed.source, (feed.type,), (feed.held_for,), "daily", 36),),
        )
        for feed in FEEDS
    )
    return Validator(
        Parties(parties, (), None, None),
        read_schemas(ROOT / "schemas" / "avro"),
        read_code_lists(ROOT / "deploy" / "code-lists"),
        areas(full),
        find_identifiers,
    )


@pytest.mark.parametrize(
    "chosen",
    [
        WINTER,
        Settings(1, date(2019, 5, 1), 50, 0.5),
        Settings(2, date(2024, 8, 1), 50, 0.5),
        Settings(3, date(2026, 4, 10), 60, 0.5),
        Settings(4, date(2026, 10, 1), 50, 0.5),
    ],
    ids=["winter", "before-OW", "attendance-codes-begin", "BW-begins", "bonfire-night"],
)
def test_every_event_is_valid_whatever_codes_are_in_force(chosen: Settings) -> None:
    check = validator()
    faults = Counter(
        (event["type"], fault.pointer, fault.code)
        for event in events(chosen)
        if isinstance(result := check.validate(event), Rejected)
        for fault in result.faults
    )
    assert faults == Counter()


def test_the_newest_edition_of_small_areas_is_used_and_valid() -> None:
    if not FULL_AREAS.is_file():
        pytest.skip("the full areas file is not beside this checkout")
    check = validator(True)
    found = events(Settings(5, date(2026, 1, 5), 30), True)
    assert not [event["id"] for event in found if isinstance(check.validate(event), Rejected)]
    editions = {(event["data"].get("area") or {}).get("edition") for event in found}
    assert editions == {None, "lsoa21", "district"}


def test_same_seed_same_bytes_and_another_seed_other_bytes() -> None:
    chosen = Settings(11, date(2025, 6, 2), 20, 0.5)
    again = b"".join(Simulation(areas(), chosen).lines())
    assert again == run(chosen)[0]
    assert b"".join(Simulation(areas(), replace(chosen, seed=12)).lines()) != again


@settings(max_examples=deep(4, 12), deadline=None)
@given(
    seed=st.integers(0, 2**63),
    first=st.dates(date(2005, 1, 1), date(2040, 12, 31)),
    days=st.integers(1, 30),
)
def test_any_seed_and_range_is_valid_and_repeatable(seed: int, first: date, days: int) -> None:
    chosen = Settings(seed, first, days, 0.3)
    written = b"".join(Simulation(areas(), chosen).lines())
    assert b"".join(Simulation(areas(), chosen).lines()) == written
    check = validator()
    for line in written.splitlines():
        assert not isinstance(check.validate(json.loads(line)), Rejected)


def test_nothing_is_published_before_it_ended_nor_after_the_range() -> None:
    for event in events(WINTER):
        time = datetime.fromisoformat(event["time"])
        assert datetime.fromisoformat("2026-01-05T00:00:00+00:00") <= time
        assert time < datetime.fromisoformat("2026-04-05T00:00:00+01:00")
        if "occurred_to" in event["data"]:
            start, end, noted = (
                datetime.fromisoformat(event["data"][name])
                for name in ("occurred_from", "occurred_to", "recorded_at")
            )
            assert datetime.fromisoformat("2026-01-05T00:00:00+00:00") <= start <= end
            assert end <= noted <= time


def test_one_line_in_twenty_comes_twice_byte_for_byte() -> None:
    lines = run(WINTER)[0].splitlines()
    copies = Counter(lines)
    identities = Counter((json.loads(line)["source"], json.loads(line)["id"]) for line in copies)
    assert max(identities.values()) == 1
    assert sum(n - 1 for n in copies.values()) / len(copies) == pytest.approx(0.05, abs=0.01)


def test_a_fifth_is_published_late_and_lines_are_out_of_order() -> None:
    found = [event for event in events(WINTER) if event["type"] == "police.incident.v1"]
    delays = [
        datetime.fromisoformat(event["time"]) - datetime.fromisoformat(event["data"]["occurred_to"])
        for event in found
    ]
    assert sum(delay.days >= 1 for delay in delays) / len(delays) == pytest.approx(0.2, abs=0.04)
    times = [datetime.fromisoformat(event["time"]) for event in events(WINTER)]
    steps_back = sum(later < former for former, later in pairwise(times))
    assert 0.02 < steps_back / len(times) < 0.2


def test_the_partners_events_carry_no_token_and_the_polices_are_32_hex_digits() -> None:
    for event in events(WINTER):
        tokens = [value for name, value in event["data"].items() if name.endswith("_token")]
        if not event["source"].startswith("/warwickshire-police/"):
            assert not any(tokens)
        for token in filter(None, tokens):
            assert len(token) == 32
            assert set(token) <= set("0123456789abcdef")


def test_a_place_token_never_stands_with_a_dwelling() -> None:
    with_token = [event["data"] for event in events(WINTER) if event["data"].get("place_token")]
    assert with_token
    assert "dwelling" not in {data["setting"] for data in with_token}


def test_some_suspects_come_again() -> None:
    seen = {
        (event["id"], event["data"]["suspect_token"])
        for event in events(WINTER)
        if event["data"].get("suspect_token")
    }
    again = sum(n for n in Counter(token for _, token in seen).values() if n > 1)
    assert 0.03 < again / len(seen) < 0.3


def test_police_volumes_are_the_calibrated_ones() -> None:
    expected = 48.04 * 0.93 + 1.34 * 0.8 + 1.81 * 0.93 + 9.35 * 0.83 + 2.97 * 1.1 + 0.81
    crimes = {event["id"] for event in events(WINTER) if event["type"] == "police.crime.v1"}
    # The last days' late records are not published yet, so a few in a hundred are missing.
    assert len(crimes) / 90 == pytest.approx(expected, rel=0.08)


def test_the_rate_multiplies_the_ordinary() -> None:
    once = len(events(Settings(8, date(2026, 2, 2), 10)))
    heartbeats = 9 * 10
    many = len(events(Settings(8, date(2026, 2, 2), 10, 5.0)))
    assert (many - heartbeats) / (once - heartbeats) == pytest.approx(5.0, rel=0.12)


def test_the_feeds_are_those_that_the_shipped_rules_declare() -> None:
    text = (ROOT / "deploy" / "sharing-rules" / "parties.yaml").read_text(encoding="utf-8")
    declared = {
        feed["source"]: (feed["types"], feed["held_for"])
        for party in yaml.safe_load(text)["parties"]
        for feed in party["feeds"]
    }
    assert {feed.source: ([feed.type], [feed.held_for]) for feed in FEEDS} == declared


@pytest.mark.parametrize("days", [1, 2, 7, 13, 21, 44])
def test_short_ranges_plant_what_fits(days: int) -> None:
    chosen = Settings(9, date(2026, 3, 2), days, 0.1)
    assert events(chosen)
    for line in run(chosen)[1]:
        assert "2026-03-02" <= line["from"] <= line["to"]
