"""Whatever a line holds, it is taken or refused by pointer and code, and its values stay out."""

from __future__ import annotations

import copy
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drilling import deep

from cioghub.bootstrap import checked_bundle, default_areas, default_rules, journey_of
from cioghub.journey import Journey, Taken
from cioghub.vocabulary.incidents import Rejected
from cioghub.vocabulary.keys import KeyRing, KeyRoot, Secret
from cioghub.vocabulary.reasons import HINTS
from cioghub.wire.areas import read_areas
from cioghub.wire.json_lines import canonical, parse, parse_unchecked, too_deep

from .conftest import Replayed, control, event, jsonl

Replay = Callable[..., Replayed]

CANARY = "canary Q7!"
ODD: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    3,
    2**63,
    2**70,
    1.5,
    1e308,
    "",
    " ",
    CANARY,
    CANARY * 500,
    "\x00" + CANARY,
    "\u202e" + CANARY,
    "९",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "2026-02-30T00:00:00Z",
    "2026-01-05T00:50:60Z",
    "2026-01-05T24:00:00Z",
    [],
    [CANARY],
    [None],
    [1, [2, [3]]],
    [CANARY] * 9,
    {},
    {CANARY: CANARY},
    {"code": CANARY, "edition": [CANARY], "confidence": {CANARY: 1}},
    {"code": [], "edition": {}, "confidence": 1},
]


def positions(value: dict[str, Any], at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the way to every member of an object."""
    for key, inner in value.items():
        yield (*at, key)
        if isinstance(inner, dict):
            yield from positions(inner, (*at, key))


def put(value: dict[str, Any], at: tuple[str, ...], new: Any) -> dict[str, Any]:
    changed = copy.deepcopy(value)
    inner = changed
    for key in at[:-1]:
        inner = inner[key]
    inner[at[-1]] = new
    return changed


def test_any_odd_value_in_any_position_is_taken_or_refused(replay: Replay) -> None:
    good = event()
    correction = control("correction", "wpi-c", "wpi-1", "2026-01-06T00:00:00Z")
    lines = [
        put(whole, at, odd)
        for whole in (good, correction)
        for at in positions(whole)
        for odd in ODD
    ]
    lines += [{**good, CANARY: odd} for odd in ODD]
    lines += [{**good, "data": {**good["data"], CANARY: odd}} for odd in ODD]
    lines += ODD
    done = replay(jsonl(*lines))
    assert done.done.code == 0, done.done.err
    read, accepted, rejected, duplicates = done.counts
    assert read == len(lines) == accepted + rejected + duplicates
    assert accepted > 0
    known = {"/*", "/data/*", "/data/area/*", ""}
    known |= {"/" + "/".join(at) for whole in (good, correction) for at in positions(whole)}
    for pointer, code in done.faults:
        assert pointer in known or pointer.startswith("/data/qualifiers/")
        assert code in set(HINTS)
    for path in done.out.rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes()
    assert CANARY not in done.done.err + done.done.out


@pytest.fixture(scope="module")
def journey() -> Journey:
    areas = read_areas(default_areas())
    ring = KeyRing([KeyRoot("k", None, Secret(b"x" * 32))])
    return journey_of(checked_bundle(default_rules(), areas).bundle, ring)


plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(ODD)
anything = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=10) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)
GOOD = [event(), control("withdrawal", "wpi-w", "wpi-1", "2026-01-06T00:00:00Z")]


@settings(max_examples=deep(120, 400), deadline=None)
@given(st.data())
def test_no_value_in_any_position_breaks_the_way_of_an_event(
    journey: Journey, data: st.DataObject
) -> None:
    whole = data.draw(st.sampled_from(GOOD))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.sampled_from(list(positions(whole))))
        whole = put(whole, at, data.draw(anything))
    taken = journey.take(whole)
    assert isinstance(taken, Taken) or (isinstance(taken, Rejected) and taken.faults)


WRITTEN = [b"3", b"3.0", b"1e5", b"1e300", b"-0", b"10E-1", b'"x"', b'"\\u0078"', b"null", b"true"]
TWICE = [b'"id":', b'"data":', b'"severity":', b'"sever\\u0069ty":', b'"weapon":']
LOST = [*WRITTEN, b"[" * 9 + b"]" * 9, b'{"a":1}']


def test_of_an_accepted_event_as_long_as_its_one_form_nothing_was_lost(
    journey: Journey,
) -> None:
    met: Counter[str] = Counter()

    @settings(max_examples=deep(200, 2000), deadline=None)
    @given(st.data())
    def law(data: st.DataObject) -> None:
        line = _perhaps_twice(data)
        value, whole = parse_unchecked(line)
        if not isinstance(journey.take(value), Taken):
            met["refused"] += 1
            return
        assert len(whole) <= len(line)
        if len(whole) == len(line):
            assert not too_deep(line)
            assert parse(line) == (value, whole)
        met["as long" if len(whole) == len(line) else "shorter"] += 1

    law()
    assert min(met["refused"], met["as long"], met["shorter"]) > 5


def _perhaps_twice(data: st.DataObject) -> bytes:
    """Draw a line of a good event, its values written anew and some of its keys there twice."""
    line = canonical(data.draw(st.sampled_from(GOOD)))
    for name, value in ((b'"severity":', b"3"), (b'"weapon":', b"null"), (b'"id":', b'"wpi-1"')):
        written = data.draw(st.just(value) | st.sampled_from(WRITTEN))
        line = line.replace(name + value, name + written)
    for _ in range(data.draw(st.integers(0, 2))):
        begins = [n + 1 for n, byte in enumerate(line) if byte in b"{,"]
        at = data.draw(st.sampled_from(begins))
        lost = data.draw(st.sampled_from(TWICE)) + data.draw(st.sampled_from(LOST))
        line = line[:at] + lost + b"," + line[at:]
    return line


def line_of(value: bytes) -> bytes:
    """Return a good event, its severity replaced by this text."""
    return jsonl(event()).replace(b'"severity": 3', b'"severity": ' + value)


TIGHT = canonical(event())
BROKEN: list[tuple[bytes, tuple[str, str]]] = [
    (b"{", ("", "not-json")),
    (b"not json", ("", "not-json")),
    (b"\xff\xfe{}", ("", "not-json")),
    (b'{"a": "\xc3\x28"}', ("", "not-json")),
    (b"{}\x00", ("", "not-json")),
    (b"\x00" * 50, ("", "not-json")),
    (b'{"a": "\\ud800"}', ("", "not-json")),
    (line_of(b"NaN"), ("", "not-json")),
    (line_of(b"-Infinity"), ("", "not-json")),
    (line_of(b"1e999"), ("", "not-json")),
    (line_of(b"9" * 5000), ("", "not-json")),
    (line_of(b"9" * 30), ("/data/severity", "wrong-type")),
    (line_of(b"3.0"), ("/data/severity", "wrong-type")),
    (line_of(b'3, "severity": 3'), ("", "not-json")),
    (line_of(b'3, "sever\\u0069ty": 3'), ("", "not-json")),
    (TIGHT.replace(b'"severity":3', b'"severity":3,"severity":3'), ("", "not-json")),
    (TIGHT.replace(b'"severity":3', b'"severity":3,"sever\\u0069ty":3'), ("", "not-json")),
    # What the number gains in its one form is as long as the key that was lost.
    (TIGHT.replace(b'"id"', b'"id":1,"id"').replace(b":3,", b":1e7,"), ("", "not-json")),
    (
        TIGHT.replace(b'"weapon"', b'"weapon":' + b"[" * 9 + b"]" * 9 + b',"weapon"'),
        ("", "too-deep"),
    ),
    (b'{"id": "\\u0022\\u0022", "id": "a"}', ("", "not-json")),
    (b'{"data": {"a": 1, "a": 1}}', ("", "not-json")),
    (b"[" * 60_000, ("", "too-deep")),
    (b'{"a":' * 9 + b"1" + b"}" * 9, ("", "too-deep")),
    (b"[1]", ("", "not-an-object")),
    (b"null", ("", "not-an-object")),
    (b'"' + b"x" * 70_000 + b'"', ("", "too-large")),
    (b"x" * 3_000_000, ("", "too-large")),
]


def test_broken_lines_are_refused_alone(replay: Replay) -> None:
    lines = [line.rstrip(b"\n") for line, _ in BROKEN]
    done = replay(b"\n".join([*lines, jsonl(event())]))
    assert done.done.code == 0
    assert done.counts == (len(BROKEN) + 1, 1, len(BROKEN), 0)
    assert sorted(done.faults) == sorted(fault for _, fault in BROKEN)
    for row in done.rejected:
        if row["faults"][0]["pointer"] == "":
            assert row["source"] is None
            assert len(row["id"]) == 32


SECOND = canonical(event(id="wpi-2", data={"severity": 1, "category": "001"}))


def test_a_line_that_is_refused_leaves_the_ledger_as_if_it_had_never_come(
    replay: Replay,
) -> None:
    refused = [
        SECOND.replace(b'"severity":1', b'"severity":1,"severity":1'),
        SECOND.replace(b'"severity":1', b'"severity":1e5,"severity":1'),
        SECOND.replace(b'"severity":1', b'"severity":' + b"[" * 9 + b"]" * 9 + b',"severity":1'),
        jsonl(event(time=LATER, data={"severity": 1, "category": "001"})),
        jsonl(control("withdrawal", "w", "never", LATER)),
    ]
    ledgers = []
    for lines in ([jsonl(event())], [jsonl(event()), *refused]):
        done = replay(b"\n".join(line.rstrip(b"\n") for line in lines))
        assert done.counts == (len(lines), 1, len(lines) - 1, 0)
        folder = done.out / "ledger"
        ledgers.append({file.name: file.read_bytes() for file in folder.iterdir()})
        shutil.rmtree(done.out)
    assert ledgers[0] == ledgers[1]


def test_line_ends_and_a_byte_order_mark_change_nothing(replay: Replay) -> None:
    lines = [event(id="a"), event(id="b")]
    plain = jsonl(*lines)
    for content in (
        b"\xef\xbb\xbf" + plain.rstrip(b"\n"),
        b"\n\n \t\n" + plain.replace(b"\n", b"\r\n") + b"\r\n\r\n",
    ):
        assert replay(content).counts == (2, 2, 0, 0)


def test_a_line_too_long_is_the_same_wherever_it_stands(replay: Replay) -> None:
    long, good = b"[" + b"7" * 2_000_000, jsonl(event())
    first = replay(long + b"\n" + good)
    rejected = (first.out / "rejected.jsonl").read_bytes()
    assert (replay(good + long).out / "rejected.jsonl").read_bytes() == rejected
    twice = replay(long + b"\r\n" + good + long)
    assert twice.counts == (3, 1, 1, 1)


def test_a_line_of_a_hundred_megabytes_fills_no_memory(replay: Replay) -> None:
    done = replay(b'{"id":"' + b"y" * 100_000_000 + b'"}\n' + jsonl(event()), "--timings")
    assert done.counts == (2, 1, 1, 0)
    assert done.faults == [("", "too-large")]


UNKNOWN: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"type": "police.incident.v2"}, ("/type", "unknown-type")),
    ({"type": "police.nothing.v1"}, ("/type", "unknown-type")),
    ({"type": "fire.incident.v1"}, ("/type", "type-not-of-feed")),
    ({"type": "../../etc/passwd"}, ("/type", "unknown-type")),
    ({"specversion": "0.3"}, ("/specversion", "wrong-form")),
    ({"source": "/nobody/feed"}, ("/source", "unknown-source")),
    ({"id": "a b"}, ("/id", "wrong-form")),
    ({"id": "x" * 129}, ("/id", "wrong-form")),
    ({"id": ""}, ("/id", "wrong-form")),
    ({"time": "2199-12-31T23:59:60Z"}, ("/time", "wrong-form")),
    ({"time": "2200-01-01T00:00:00Z"}, ("/time", "wrong-form")),
    ({"time": "0001-01-01T00:00:00+23:59"}, ("/time", "wrong-form")),
    ({"time": "9999-12-31T23:59:59-23:59"}, ("/time", "wrong-form")),
]


def test_what_the_hub_does_not_know_is_named_by_its_attribute(replay: Replay) -> None:
    done = replay(jsonl(*[event(**changes) for changes, _ in UNKNOWN]))
    assert done.counts == (len(UNKNOWN), 0, len(UNKNOWN), 0)
    found = Counter(done.faults)
    for (_, fault), times in Counter((1, fault) for _, fault in UNKNOWN).items():
        assert found[fault] >= times


TARGET = ("/data/id", "unknown-target")
EARLY, LATE, LATER = "2026-01-04T00:00:00Z", "2026-01-06T00:00:00Z", "2026-01-07T00:00:00Z"
OTHER = {"source": "/warwickshire-police/crime"}
Scenario = tuple[list[tuple[Any, ...]], int, list[tuple[str, str]]]
CONTROLS: dict[str, Scenario] = {
    "a withdrawal": ([("withdrawal", "w", "e", LATE)], 2, []),
    "a withdrawal of nothing": ([("withdrawal", "w", "x", LATE)], 1, [TARGET]),
    "a withdrawal before its target": ([("withdrawal", "w", "e", EARLY)], 1, [TARGET]),
    "a withdrawal withdrawn": (
        [("withdrawal", "w", "e", LATE), ("withdrawal", "v", "w", LATER)],
        3,
        [],
    ),
    "a withdrawal of what was refused": (
        [("withdrawal", "w", "x", LATE), ("withdrawal", "v", "w", LATER)],
        1,
        [TARGET, TARGET],
    ),
    "a withdrawal of itself": ([("withdrawal", "w", "w", LATE)], 1, [TARGET]),
    "by another feed": ([("withdrawal", "w", "e", LATE, OTHER)], 1, [TARGET]),
    "a correction whose replacement never comes": (
        [("correction", "c", "e", LATE, {"replacement": "never"})],
        2,
        [],
    ),
    "two bodies of one correction": (
        [("correction", "c", "e", LATE), ("correction", "c", "e", LATER)],
        2,
        [("/id", "conflict")],
    ),
}


def test_corrections_and_withdrawals_act_only_on_what_was_accepted(replay: Replay) -> None:
    lines, accepted, expected = [], 0, []
    for n, (made, good, faults) in enumerate(CONTROLS.values()):
        lines.append(event(id=f"{n}.e"))
        for kind, id, target, time, *changes in made:
            more = changes[0] if changes else {}
            lines.append(control(kind, f"{n}.{id}", f"{n}.{target}", time, **more))
        accepted += good
        expected += [(n, fault) for fault in faults]
    lines.append(lines[1])
    done = replay(jsonl(*lines))
    assert done.done.code == 0, done.done.err
    found = [
        (int(row["id"].partition(".")[0]), (fault["pointer"], fault["code"]))
        for row in done.rejected
        for fault in row["faults"]
    ]
    assert sorted(found) == sorted(expected)
    assert done.counts == (len(lines), accepted, len(expected), 1)
    kept = (done.out / "summary.json").read_bytes(), (done.out / "rejected.jsonl").read_bytes()
    again = replay(jsonl(*reversed(lines))).out
    assert ((again / "summary.json").read_bytes(), (again / "rejected.jsonl").read_bytes()) == kept
