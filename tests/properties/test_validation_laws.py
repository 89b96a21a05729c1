"""Laws of validation: the short way gives the verdict of the long way, on events of every type.

Simulated events of all feeds, around a day on which codes end and begin, whose values are changed
for those of other events and for strange ones.
"""

from __future__ import annotations

import gzip
import json
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drilling import deep

from cioghub.bootstrap import checked_bundle, default_areas, default_rules
from cioghub.cli.main import ciog
from cioghub.steps.validate.accept import Validator
from cioghub.steps.validate.screen import find_identifiers
from cioghub.vocabulary.incidents import Rejected, ValidIncident
from cioghub.wire.areas import read_areas

STRANGE: list[Any] = [
    None,
    True,
    0,
    1,
    1.0,
    -1,
    10**9,
    "",
    "1",
    "none",
    "kitchen-knife",
    [],
    ["604"],
    ["604", "604"],
    [[]],
    {},
    {"code": "E01031007", "edition": "lsoa11"},
    "2026-04-30T23:59:59Z",
    "2026-05-01T00:00:00+01:00",
    "2026-04-30t23:59:59.5z",
    "2026-05-01T24:00:00Z",
    "2026-02-30T10:00:00Z",
    "A" * 26,
]


class Pool(NamedTuple):
    """Events, a validator that goes on learning, and one that is asked the long way alone."""

    events: list[dict[str, Any]]
    experienced: Validator
    slow: Validator


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    out = tmp_path_factory.mktemp("validation") / "sim"
    arguments = ["--seed", "5", "--from", "2026-04-25", "--days", "12", "--out", str(out)]
    ciog.main(["simulate", *arguments], standalone_mode=False)
    lines = gzip.decompress((out / "events.jsonl.gz").read_bytes()).splitlines()
    bundle = checked_bundle(default_rules(), read_areas(default_areas())).bundle
    one, other = (
        Validator(bundle.parties, bundle.schemas, bundle.lists, bundle.areas, find_identifiers)
        for _ in range(2)
    )
    events = [json.loads(line) for line in lines]
    by_type: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        by_type.setdefault(event["type"], []).append(event)
        assert one.validate(event) == other.long_way(event)
    return Pool([e for some in by_type.values() for e in some[:150]], one, other)


CHANGES = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=3)


@settings(max_examples=deep(400, 20_000), deadline=None)
@given(st.integers(0, 10**6), CHANGES, st.booleans())
def test_the_short_way_gives_the_verdict_of_the_long_way(
    pool: Pool, base: int, changes: list[tuple[int, int]], whole: bool
) -> None:
    event = pool.events[base % len(pool.events)]
    data = dict(event["data"])
    for field, value in changes:
        other = pool.events[value % len(pool.events)]["data"]
        name = [*data, *other][field % (len(data) + len(other))]
        strange = STRANGE[value % len(STRANGE)]
        data[name] = other[name] if name in other and field % 2 else strange
    if not whole:
        data = {name: value for name, value in data.items() if value is not None}
    changed = {**event, "data": data}
    for _ in range(2):
        found, expected = pool.experienced.validate(changed), pool.slow.long_way(changed)
        assert found == expected
        if isinstance(found, ValidIncident) and isinstance(expected, ValidIncident):
            assert repr(found.coded) == repr(expected.coded)  # true is no one


def test_the_law_is_tried_on_every_type_and_on_what_is_taken_and_refused(pool: Pool) -> None:
    types = {event["type"] for event in pool.events}
    assert {name.partition(".")[0] for name in types} >= {"police", "fire", "health", "schools"}
    verdicts = [
        pool.experienced.validate({**one, "data": {**one["data"], **other["data"]}})
        for one, other in pairwise(pool.events)
    ]
    assert sum(isinstance(one, Rejected) for one in verdicts) > 10
    assert sum(isinstance(one, ValidIncident) for one in verdicts) > 100
