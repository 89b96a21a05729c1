"""Contract 2, 4 and 5: hub categories, floors and what a recipient receives of an event."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from .rivershire import events as make
from .rivershire import rules
from .rivershire.events import TOKEN, crime
from .rivershire.lab import HUB, Lab, Out

OUTSIDE = {"recipient": "gold", "lane": "anonymised"}
NO_TOKENS = dict.fromkeys(rules.TOKENS, "drop")
KEPT = {**rules.INCIDENT_FIELDS, "qualifiers": "keep"}
Shared = Callable[..., dict[str, Any] | str]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return Lab(tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="module")
def bundle(lab: Lab) -> Any:
    return lab.rules(
        rules.agreement(fields={**KEPT, **rules.TOKENS}),
        rules.agreement("rows", **OUTSIDE, fields={**KEPT, **NO_TOKENS}),
        rules.fire_agreement(fields={**rules.fire_agreement()["fields"], "qualifiers": "keep"}),
        rules.hospital_agreement(),
        rules.concern_agreement(
            lane="pseudonymised",
            fields={**KEPT, "suspect_token": "pseudonymise", "victim_token": "drop"},
        ),
    )


@pytest.fixture(scope="module")
def shared(lab: Lab, bundle: Any) -> Shared:
    """Return what a recipient has of one event, or the reason why it has nothing."""

    def run(event: dict[str, Any], recipient: str = HUB) -> dict[str, Any] | str:
        out = lab.replay([event], bundle)
        outcome = out.outcome(recipient)
        return out.shared(recipient)[0] if outcome == "shared" else outcome

    return run


def of(shared: dict[str, Any] | str, *names: str) -> Any:
    assert isinstance(shared, dict), shared
    found = shared["data"]
    for name in names:
        found = found[name]
    return found


@pytest.mark.parametrize(
    ("event", "categories"),
    [
        (crime(), ["knife"]),
        (crime(qualifiers=["658", "636"]), ["knife", "firearm", "violence-no-injury"]),
        (crime(category="CO", qualifiers=["604"]), ["context-only"]),
        (crime(category="CO", qualifiers=["633", "604"]), ["knife"]),
        (crime(category="UN", qualifiers=["633"]), ["knife"]),
        (make.assault(category="CO", injury_mechanism="sharp-force"), ["knife"]),
        (make.fire(category="CO", motive="deliberate-own-property"), ["arson-threat"]),
        (make.fire(category="CO", property_category="dwelling"), ["context-only"]),
        (make.concern(category="UN", qualifiers=["online-threat"]), ["online-conflict"]),
        (crime(category="UN"), "unmapped"),
        (crime(category="EX"), "excluded"),
        (crime(category="EX", qualifiers=["633"]), "excluded"),
        (crime(qualifiers=["672"]), "excluded"),
        (make.fire(motive="accidental"), "excluded"),
    ],
)
def test_hub_categories_are_the_union_over_every_coded_field(
    shared: Shared, event: dict[str, Any], categories: Any
) -> None:
    found = shared(event)
    assert (found if isinstance(found, str) else set(of(found, "category"))) == (
        categories if isinstance(categories, str) else set(categories)
    )


def test_a_code_of_the_anonymised_lane_drops_every_token(shared: Shared) -> None:
    whole = shared(crime(suspect_token=TOKEN))
    assert re.fullmatch("[0-9a-f]{40,}", of(whole, "suspect_token"))
    for event in (
        crime(category="A1", suspect_token=TOKEN),
        crime(qualifiers=["606"], suspect_token=TOKEN),
        make.concern(qualifiers=["online-threat"], suspect_token=TOKEN),
    ):
        found = shared(event)
        assert "suspect_token" not in of(found)
        assert TOKEN not in str(found)


@pytest.mark.parametrize(
    ("code", "day", "outcome"),
    [
        ("OLD", "2025-06-30T23:59:59+01:00", "robbery"),
        ("OLD", "2025-07-01T00:00:00+01:00", None),
        ("OLD", "2025-06-30T23:30:00Z", None),
        ("OLD", "2019-12-31T23:59:59Z", None),
        ("OLD", "2020-01-01T00:00:00Z", "robbery"),
        ("NEW", "2025-06-30T23:59:59+01:00", None),
        ("NEW", "2025-06-30T23:00:00Z", "robbery"),
        ("TURN", "2025-06-30T23:59:59+01:00", "robbery"),
        ("TURN", "2025-07-01T00:00:00+01:00", "knife"),
    ],
)
def test_a_dated_code_is_judged_by_the_event_s_own_local_day(
    lab: Lab, bundle: Any, code: str, day: str, outcome: str | None
) -> None:
    # The event is published long after, when the other code is in force.
    out = lab.replay([crime(category=code, at=day, _time="2025-09-01T08:00:00+01:00")], bundle)
    if outcome is None:
        assert [pointer for pointer, _ in out.faults["c-1"]] == ["/data/category"]
    else:
        assert out.shared()[0]["data"]["category"] == [outcome]


PLACES = [
    # the code of the offence, what else, the level inside the hub, and outside it
    ("K1", {}, "lsoa", "lsoa"),
    ("K2", {}, "lsoa", "msoa"),
    ("K3", {}, "lsoa", "ward"),
    ("K2", {"qualifiers": ["633"]}, "lsoa", "district"),
    ("V7", {}, "lsoa", "county"),
    ("DA", {}, "district", "district"),
    ("SX", {}, "district", "district"),
    ("MX", {}, "district", "district"),
    ("K1", {"qualifiers": ["606"]}, "district", "district"),
    ("V7", {"qualifiers": ["606"]}, "district", "county"),
]
CODES = {
    "lsoa": ("lsoa21", "R01000001"),
    "msoa": ("msoa", "R02000001"),
    "ward": ("ward", "R05000001"),
    "district": ("district", "R07000001"),
    "county": ("county", "R10"),
}


@pytest.mark.parametrize(("code", "more", "inside", "outside"), PLACES)
def test_floors_cap_and_wall_floors_bind_the_correlator_too(
    lab: Lab, bundle: Any, code: str, more: dict[str, Any], inside: str, outside: str
) -> None:
    out = lab.replay([crime(category=code, **more)], bundle)
    for recipient, level in ((HUB, inside), ("gold", outside)):
        area = out.shared(recipient)[0]["data"]["area"]
        edition, place = CODES[level]
        assert (area["edition"], area["code"], area["confidence"]) == (edition, place, "street")


def test_what_cannot_be_derived_takes_the_next_coarser_level_and_never_a_finer(
    shared: Shared,
) -> None:
    def place(code: str, where: str, edition: str = "lsoa21") -> Any:
        area = {"code": where, "edition": edition, "confidence": "area"}
        return of(shared(crime(category=code, area=area), "gold"), "area")

    # R01000005 has no MSOA, so the district stands for it.
    assert place("K2", "R01000005")["code"] == "R07000003"
    assert place("K2", "R05000003", "ward")["code"] == "R07000003"
    assert place("K1", "R07000003", "district")["code"] == "R07000003"
    assert place("DA", "R02000001", "msoa")["code"] == "R07000001"
    assert place("K1", "S01000001") is None
    assert place("K1", "W99999999") is None


def test_times_floor_and_rise_to_half_open_local_buckets_even_when_the_clocks_change(
    lab: Lab, bundle: Any
) -> None:
    def times(level: str, begins: str, ends: str) -> tuple[Any, Any]:
        fields = {**KEPT, **rules.TOKENS}
        for name in ("occurred_from", "occurred_to"):
            fields[name] = {"generalise": level}
        fields["recorded_at"] = "keep"
        bundle = lab.rules(rules.agreement(fields=fields))
        event = crime(occurred_from=begins, occurred_to=ends, _time="2025-11-28T08:00:00Z")
        data = lab.replay([event], bundle).shared()[0]["data"]
        return data["occurred_from"], data["occurred_to"]

    noon, later = "2025-03-30T11:20:00+00:00", "2025-03-30T12:00:00+00:00"
    assert times("hour", noon, later) == (
        "2025-03-30T12:00:00+01:00",
        "2025-03-30T13:00:00+01:00",
    )
    assert times("3-hours", noon, later) == (
        "2025-03-30T12:00:00+01:00",
        "2025-03-30T15:00:00+01:00",
    )
    assert times("day", noon, later) == ("2025-03-30T00:00:00+00:00", "2025-03-31T00:00:00+01:00")
    assert times("week", noon, later) == ("2025-03-24T00:00:00+00:00", "2025-03-31T00:00:00+01:00")
    assert times("month", noon, later) == ("2025-03-01T00:00:00+00:00", "2025-04-01T00:00:00+01:00")
    # An end on a boundary stays; in autumn the hour from one to two comes twice.
    midnight = "2025-10-26T00:00:00+01:00"
    assert times("day", midnight, "2025-10-27T00:00:00+00:00") == (
        midnight,
        "2025-10-27T00:00:00+00:00",
    )
    assert times("hour", "2025-10-26T00:30:00Z", "2025-10-26T01:30:00Z") == (
        "2025-10-26T01:00:00+01:00",
        "2025-10-26T02:00:00+00:00",
    )


@pytest.mark.parametrize(
    ("treatments", "time"),
    [
        (("keep", "keep", "keep"), "2025-05-15T08:00:00+01:00"),
        (("keep", "keep", {"generalise": "hour"}), "2025-05-15T08:00:00+01:00"),
        (({"generalise": "day"}, {"generalise": "day"}, "keep"), "2025-05-15T00:00:00+01:00"),
        (
            ({"generalise": "hour"}, {"generalise": "hour"}, {"generalise": "week"}),
            "2025-05-12T00:00:00+01:00",
        ),
        (("keep", "keep", {"generalise": "month"}), "2025-05-01T00:00:00+01:00"),
        (("drop", "drop", "keep"), None),
        (("keep", "keep", "drop"), None),
    ],
)
def test_time_is_as_coarse_as_the_coarsest_and_absent_where_one_was_dropped(
    lab: Lab, treatments: tuple[Any, ...], time: str | None
) -> None:
    names = ("occurred_from", "occurred_to", "recorded_at")
    fields = {**KEPT, **rules.TOKENS, **dict(zip(names, treatments, strict=True))}
    bundle = lab.rules(rules.agreement(fields=fields))
    (found,) = lab.replay([crime()], bundle).shared()
    assert found.get("time") == time
    assert ("time" in found) == (time is not None)


@pytest.mark.parametrize(
    ("level", "bands"),
    [
        ("wide", ["under-10", "10-17", "10-17", "10-17", "18-24", *["25-plus"] * 4, None]),
        ("adult-or-child", [*["child"] * 4, *["adult"] * 5, None]),
    ],
)
def test_age_bands_are_widened(lab: Lab, level: str, bands: list[str | None]) -> None:
    given = ["under-10", "10-13", "14-15", "16-17", "18-24", "25-34", "35-49", "50-64", "65-plus"]
    events = [crime(f"e{i}", age_band=band) for i, band in enumerate([*given, None])]
    fields = {**KEPT, **rules.TOKENS, "age_band": {"generalise": level}}
    out = lab.replay(events, lab.rules(rules.agreement(fields=fields)))
    assert sorted(str(one["data"]["age_band"]) for one in out.shared()) == sorted(map(str, bands))


def test_an_event_whose_cap_comes_from_a_dropped_field_is_withheld_outside_the_hub(
    lab: Lab,
) -> None:
    fields = {**rules.INCIDENT_FIELDS, **NO_TOKENS}
    bundle = lab.rules(rules.agreement(), rules.agreement("rows", **OUTSIDE, fields=fields))
    out = lab.replay([crime(qualifiers=["606"])], bundle)
    assert out.outcome("gold") == "wall"
    # The correlator has it, as coarse as the wall; the dropped field adds no category.
    (found,) = out.shared()
    assert (found["data"]["area"]["code"], found["data"]["category"]) == ("R07000001", ["knife"])


def test_a_floor_binds_though_its_code_has_no_hub_category(lab: Lab) -> None:
    place = lab.folder / "own" / "lists"
    place.parent.mkdir()
    from .rivershire.places import write_lists

    write_lists(place)
    settings = place / "settings.csv"
    lines = settings.read_text().splitlines()
    fields = lines[1].split(",")
    assert fields[0] == "street"
    fields[5] = "district"
    settings.write_text("\n".join([lines[0], ",".join(fields), *lines[2:]]) + "\n")
    bundle = lab.rules(
        rules.agreement(fields={**KEPT, **rules.TOKENS}),
        rules.agreement("rows", **OUTSIDE, fields={**KEPT, **NO_TOKENS}),
        settings={"code_lists": "../own/lists"},
    )
    out = lab.replay([crime(setting="street")], bundle)
    assert out.shared("gold")[0]["data"]["area"]["code"] == "R07000001"
    assert out.shared()[0]["data"]["area"]["code"] == "R01000001"


@pytest.fixture(scope="module")
def many(lab: Lab, bundle: Any) -> Out:
    return lab.replay([crime(f"c{i:02}", suspect_token=TOKEN) for i in range(40)], bundle)


def test_shared_events_are_sorted_by_ids_keyed_for_the_recipient(many: Out) -> None:
    ids = {r: [one["id"] for one in many.shared(r)] for r in (HUB, "gold")}
    assert all(len(one) == 40 and one == sorted(one) for one in ids.values())
    assert not set(ids[HUB]) & set(ids["gold"])
    assert not any(re.fullmatch("c[0-9]+", one) for one in ids[HUB])


def test_a_shared_event_is_a_cloudevent_with_a_source_of_the_hub(many: Out) -> None:
    for recipient, source in ((HUB, "/hub/police/river-police"), ("gold", "/hub/police")):
        for one in many.shared(recipient):
            assert one["source"] == source
            assert (one["specversion"], one["type"]) == ("1.0", "police.crime.v1")
            assert one["datacontenttype"] == "application/json"
            assert set(one) <= {
                *("specversion", "id", "source", "type", "time", "datacontenttype", "data"),
            }
            assert not {"category_list", "victim_token", "place_token"} & set(one["data"])
