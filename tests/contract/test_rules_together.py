"""Contract 4: overlaps, nevers, floors against rules, and the hash that names a bundle."""

from __future__ import annotations

from typing import Any

import pytest

from .rivershire import rules
from .rivershire.events import crime
from .rivershire.lab import HUB, Lab

ROWS = {**rules.INCIDENT_FIELDS, **dict.fromkeys(rules.TOKENS, "drop")}
EVERY = dict.fromkeys(("gold", "upper-table"), "exact")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return Lab(tmp_path_factory.mktemp("together"))


def two(**second: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return rules.agreement("one"), rules.agreement("two", **second)


INCIDENT = {"events": ["police.incident.v1"]}
OVERLAPS = [
    ({}, {}, True),
    ({}, {"starts": "2025-12-31", "ends": "2026-12-31", "review_by": "2026-12-01"}, True),
    ({}, {"starts": "2026-01-01", "ends": "2026-12-31", "review_by": "2026-12-01"}, False),
    ({}, INCIDENT, False),
    ({}, {"events": ["police.incident.v1", "police.crime.v1"]}, True),
    ({}, {"recipient": "river-fire"}, False),
    (
        {"only_when": {"severity": {"any_of": [1, 2]}}},
        {"only_when": {"severity": {"any_of": [3, 4, 5]}}},
        False,
    ),
    (
        {"only_when": {"severity": {"any_of": [1, 2]}}},
        {"only_when": {"severity": {"none_of": [1, 2]}}},
        False,
    ),
    (
        {"only_when": {"severity": {"any_of": [1, 2], "or_null": True}}},
        {"only_when": {"severity": {"none_of": [1, 2], "or_null": True}}},
        True,
    ),
    (
        {"only_when": {"severity": {"any_of": [1, 2]}}},
        {"only_when": {"severity": {"any_of": [2, 3]}}},
        True,
    ),
    # Different fields can both hold; so can two categories of one event.
    (
        {"only_when": {"severity": {"any_of": [1]}}},
        {"only_when": {"weapon": {"any_of": ["none"]}}},
        True,
    ),
    (
        {"only_when": {"hub_category": {"any_of": ["knife"]}}},
        {"only_when": {"hub_category": {"any_of": ["robbery"]}}},
        True,
    ),
    (
        {"only_when": {"hub_category": {"only": ["knife"]}}},
        {"only_when": {"hub_category": {"only": ["robbery"]}}},
        False,
    ),
    (
        {"only_when": {"hub_category": {"any_of": ["knife"]}}},
        {"only_when": {"hub_category": {"none_of": ["knife"]}}},
        False,
    ),
    (
        {"only_when": {"qualifiers": {"any_of": ["604"]}}},
        {"only_when": {"qualifiers": {"any_of": ["605"]}}},
        True,
    ),
    (
        {"only_when": {"ciog": {"any_of": ["upper"]}}},
        {"only_when": {"ciog": {"any_of": ["lower"]}}},
        False,
    ),
    (
        {"only_when": {"ciog": {"any_of": ["upper"]}}},
        {"only_when": {"district": {"any_of": ["R07000003"]}}},
        False,
    ),
    (
        {"only_when": {"ciog": {"any_of": ["upper"]}}},
        {"only_when": {"district": {"any_of": ["R07000001"]}}},
        True,
    ),
    # A never of either takes the common events away.
    (
        {"never_when": [{"when": {"hub_category": {"any_of": ["knife"]}}, "why": "never"}]},
        {"only_when": {"hub_category": {"any_of": ["knife"]}}},
        False,
    ),
    (
        {"only_when": {"agency_category": {"any_of": ["river_offences:K1"]}}},
        {"only_when": {"agency_category": {"any_of": ["river_offences:K1", "river_offences:V1"]}}},
        True,
    ),
    (
        {"only_when": {"agency_category": {"any_of": ["river_offences:K1"]}}},
        {"only_when": {"hub_category": {"any_of": ["context-only"]}}},
        False,
    ),
    # Codes that are in force on no common day.
    (
        {
            "only_when": {"agency_category": {"any_of": ["river_offences:OLD"]}},
        },
        {
            "only_when": {"agency_category": {"any_of": ["river_offences:NEW"]}},
        },
        False,
    ),
]


@pytest.mark.parametrize(("first", "second", "overlap"), OVERLAPS)
def test_two_agreements_that_can_both_permit_one_event_on_one_day_are_an_error(
    lab: Lab, first: dict[str, Any], second: dict[str, Any], overlap: bool
) -> None:
    made = [rules.agreement("one", **first), rules.agreement("two", **second)]
    found = lab.check(lab.rules(*made))
    assert found.error_codes == (["overlap"] if overlap else [])


def test_agreements_on_what_is_held_for_different_functions_do_not_overlap(lab: Lab) -> None:
    who = rules.parties()
    who["parties"][0]["functions"].append("community-safety")
    who["parties"][0]["feeds"][0]["held_for"] = ["policing", "community-safety"]
    one = rules.agreement("one")
    other = rules.agreement(
        "two",
        held_for=["community-safety"],
        lane="anonymised",
        fields=ROWS,
        release=EVERY,
    )
    assert lab.check(lab.rules(one, other, who=who)).errors == []
    both = {**other, "held_for": ["community-safety", "policing"]}
    assert lab.check(lab.rules(one, both, who=who)).error_codes == ["overlap"]


NEVER = [{"when": {"hub_category": {"any_of": ["knife"]}}, "why": "never"}]


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, "never"),
        ({"starts": "2026-01-01", "ends": "2026-12-31", "review_by": "2026-06-01"}, "never"),
        ({"starts": "2023-01-01", "ends": "2023-12-31", "review_by": "2023-06-01"}, "never"),
        ({**INCIDENT}, "shared"),
        ({"recipient": "river-fire"}, "shared"),
    ],
)
def test_a_never_binds_every_agreement_of_the_same_two_for_its_types_whatever_its_dates(
    lab: Lab, changes: dict[str, Any], outcome: str
) -> None:
    other = rules.agreement(
        "other", never_when=NEVER, only_when={"severity": {"any_of": [5]}}, **changes
    )
    mine = rules.agreement(only_when={"severity": {"any_of": [1, 2, 3, 4]}})
    out = lab.replay([crime()], lab.rules(mine, other))
    assert out.outcome() == outcome


@pytest.mark.parametrize(
    ("time", "outcome"),
    [
        ("2024-12-31T23:59:59Z", "not-started"),
        ("2025-01-01T00:00:00Z", "shared"),
        ("2025-06-30T23:30:00+01:00", "shared"),
        ("2025-06-30T23:00:00Z", "ended"),
        ("2025-07-01T00:00:00+01:00", "ended"),
    ],
)
def test_both_days_are_inclusive_in_the_zone_of_the_partnership_by_the_event_s_time(
    lab: Lab, time: str, outcome: str
) -> None:
    mine = rules.agreement(ends="2025-06-30", review_by="2025-06-01")
    out = lab.replay([crime(at="2024-12-30T10:00:00Z", _time=time)], lab.rules(mine))
    assert out.outcome() == outcome


CLAUSES = [
    # a clause on severity, and what becomes of an event of severity 3 and of one without
    ({"any_of": [3]}, True, False),
    ({"any_of": [3], "or_null": True}, True, True),
    ({"any_of": [3], "or_null": False}, True, False),
    ({"none_of": [3]}, False, False),
    ({"none_of": [4]}, True, False),
    ({"none_of": [4], "or_null": True}, True, True),
    ({"only": [3, 4]}, True, False),
    ({"only": [4], "or_null": True}, False, True),
]


@pytest.mark.parametrize(("clause", "three", "null"), CLAUSES)
def test_null_meets_no_clause_unless_it_says_so(
    lab: Lab, clause: dict[str, Any], three: bool, null: bool
) -> None:
    bundle = lab.rules(rules.agreement(only_when={"severity": clause}))
    out = lab.replay([crime("three"), crime("null", severity=None)], bundle)
    assert out.summary["recipients"][HUB]["shared"] == three + null
    assert out.reasons() == ["only-when"] * (2 - three - null)


@pytest.mark.parametrize(
    ("clause", "shared"),
    [
        # of [], [604], [604, 605] and [605]
        ({"any_of": ["604"]}, [False, True, True, False]),
        ({"none_of": ["604"]}, [False, False, False, True]),
        ({"only": ["604"]}, [False, True, False, False]),
        ({"none_of": ["604"], "or_null": True}, [True, False, False, True]),
        ({"only": [604, 605], "or_null": True}, [True, True, True, True]),
    ],
)
def test_an_empty_list_is_null_and_only_asks_every_member(
    lab: Lab, clause: dict[str, Any], shared: list[bool]
) -> None:
    bundle = lab.rules(rules.agreement(only_when={"qualifiers": clause}))
    for held, passes in zip(([], ["604"], ["604", "605"], ["605"]), shared, strict=True):
        assert lab.replay([crime(qualifiers=held)], bundle).outcome() == (
            "shared" if passes else "only-when"
        )


FLOORS = [
    # only these events, the recipient, the level of the rule, and what is said
    ({"hub_category": {"any_of": ["domestic-abuse"]}}, HUB, "lsoa", "error"),
    ({"hub_category": {"any_of": ["domestic-abuse"]}}, HUB, "district", None),
    ({"hub_category": {"any_of": ["domestic-abuse"]}}, "river-fire", "msoa", "error"),
    ({"agency_category": {"any_of": ["river_offences:K2"]}}, "river-fire", "lsoa", "error"),
    ({"agency_category": {"any_of": ["river_offences:MX"]}}, HUB, "ward", "error"),
    ({"agency_category": {"any_of": ["river_offences:V7"]}}, "river-fire", "ciog", "error"),
    ({"agency_category": {"any_of": ["river_offences:K2"]}}, HUB, "lsoa", "warning"),
    (
        {"agency_category": {"any_of": ["river_offences:K1", "river_offences:K2"]}},
        "river-fire",
        "lsoa",
        "warning",
    ),
]


@pytest.mark.parametrize(("when", "recipient", "level", "said"), FLOORS)
def test_a_rule_finer_than_a_floor_on_all_it_reaches_is_an_error_on_some_a_warning(
    lab: Lab, when: dict[str, Any], recipient: str, level: str, said: str | None
) -> None:
    # Qualifiers are kept and may be of any code, so an event may be capped by them as well.
    fields = {**ROWS, "area": {"generalise": level}, "qualifiers": "keep"}
    one = rules.agreement(recipient=recipient, lane="anonymised", only_when=when, fields=fields)
    found = lab.check(lab.rules(one))
    assert ("floor" in found.error_codes) == (said == "error")
    assert ("floor" in found.warning_codes) == (said == "warning")


def _hash(lab: Lab, bundle: Any, **more: Any) -> str:
    return str(lab.replay([crime()], bundle, **more).summary["bundle"])


def test_the_hash_pins_rules_code_lists_and_areas_to_the_byte(lab: Lab) -> None:
    first = _hash(lab, lab.rules(rules.agreement()))
    assert first == _hash(lab, lab.rules(rules.agreement()))
    assert first != _hash(lab, lab.rules(rules.agreement(version=4)))
    who = rules.parties()
    who["hub"]["role"] = "controller"
    assert first != _hash(lab, lab.rules(rules.agreement(), who=who))
    from .rivershire.places import write_areas, write_lists

    settings = {"code_lists": "lists", "papers": rules.PAPERS}
    seen = {first}
    for name in ("river_offences.csv", "weapons.csv", "flags.csv", None):
        bundle = lab.rules(rules.agreement(), settings=settings)
        write_lists(bundle / "lists")
        if name:
            text = (bundle / "lists" / name).read_text()
            (bundle / "lists" / name).write_text(
                text[:-2] + ("x" if text[-2] != "x" else "y") + "\n"
            )
        seen.add(_hash(lab, bundle))
    assert len(seen) == 5
    for name in ("areas.yaml", "places.csv", "neighbours.csv"):
        areas = write_areas(lab.folder / f"areas-{name}")
        file = areas.parent / name
        file.write_text(file.read_text().replace("Rivershire", "Rivershore").replace("Sea", "See"))
        seen.add(_hash(lab, lab.rules(rules.agreement()), areas=areas))
    assert len(seen) == 8


def test_a_replay_judges_a_draft_as_if_approved_and_says_so(lab: Lab) -> None:
    assert lab.replay([crime()], lab.rules(rules.agreement())).summary["draft"] is True


def test_scalars_are_read_as_text(lab: Lab) -> None:
    folder = lab.rules(rules.agreement())
    file = folder / "police-to-hub.yaml"
    text = file.read_text() + (
        "only_when:\n"
        "  agency_category:\n"
        "    any_of: [river_offences:604, river_offences:007, river_offences:10]\n"
        "  severity: {any_of: [1, 02, 3], or_null: false}\n"
    )
    file.write_text(text)
    found = lab.check(folder)
    assert [(one["code"], "02" in one["message"]) for one in found.errors] == [
        ("unknown-value", True)
    ]
    file.write_text(
        text.replace("1, 02", "1, 2")
        .replace("version: 3", "version: 010")
        .replace("title: What the police share", "title: yes")
        .replace("'2025-01-01'", "2025-01-01")
    )
    assert lab.check(folder).errors == []
    events = [crime(f"e{one}", category=one) for one in ("604", "007", "10", "K1")]
    assert lab.replay(events, folder).summary["recipients"][HUB]["shared"] == 3


def test_a_group_with_areas_reads_only_what_touches_them(lab: Lab) -> None:
    given = rules.agreement("rows", recipient="upper-table", lane="anonymised", fields=ROWS)
    area = {"edition": "lsoa21", "confidence": "street"}
    events = [
        crime("inside"),
        crime("elsewhere", area={**area, "code": "R01000004"}),
        crime("nowhere", area=None),
        crime("next-door", area={**area, "code": "S01000001"}),
        crime("too-coarse", area={**area, "code": "R10", "edition": "county"}),
    ]
    out = lab.replay(events, lab.rules(rules.agreement(), given))
    codes = [one["data"]["area"]["code"] for one in out.shared("upper-table")]
    assert codes == ["R01000001"]
    assert len(out.shared()) == 5
