"""Laws of a whole replay: simulated events of four agencies, spoilt ones among them, a knot, twins.

One input is replayed once with the shipped rules; every law then changes one thing and compares.
"""

from __future__ import annotations

import copy
import gzip
import json
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cioghub.cli.main import ciog
from cioghub.runtimes.batch.run import run_replay
from spec import drawn, obvious

CHANCE = 20_251_201
TOKEN = "MFRGGZDFMZTWQ2LKNNWG23TPOB"


@dataclass
class Run:
    """What one replay left."""

    summary: dict[str, Any]
    folder: Path

    def lines(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / name).read_bytes().splitlines()]

    def shared(self) -> dict[str, list[dict[str, Any]]]:
        return {
            path.stem: self.lines(f"shared/{path.name}")
            for path in sorted((self.folder / "shared").glob("*.jsonl"))
        }

    def files(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }


class Bench:
    """A folder with one key file, where replays are made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._runs = 0

    def replay(self, *parts: list[bytes], rules: dict[str, Any] | None = None) -> Run:
        """Replay each part as a file of its own, every other one packed."""
        self._runs += 1
        paths = []
        for n, lines in enumerate(parts):
            content = b"\n".join(lines) + b"\n"
            path = self.folder / f"events-{self._runs}-{n}.jsonl{'.gz' if n % 2 else ''}"
            path.write_bytes(gzip.compress(content) if n % 2 else content)
            paths.append(path)
        out = self.folder / f"out-{self._runs}"
        keys = self.folder / "keys.json"
        folder = self._write(rules) if rules is not None else None
        summary = run_replay(
            paths, folder, None, out, keys, None, False, None, lambda what, n: None
        )
        return Run(summary, out)

    def _write(self, rules: dict[str, Any]) -> Path:
        folder = self.folder / f"rules-{self._runs}"
        folder.mkdir()
        for name, text in drawn.rule_texts(rules).items():
            (folder / name).write_text(text, encoding="utf-8")
        return folder


def crime(id: str, occurred: str, time: str, **data: Any) -> dict[str, Any]:
    record = dict.fromkeys(("recorded_at", "qualifiers", "victim_token", "place_token"))
    record |= {"category": "8N", "category_list": "police_offence_codes", "held_for": "policing"}
    record |= {"occurred_from": occurred, "occurred_to": occurred, "severity": 4}
    record |= {"area": {"code": "E01031254", "edition": "lsoa11", "confidence": "street"}}
    record |= {"weapon": "kitchen-knife", "setting": "street", "age_band": "18-24"}
    return {
        "specversion": "1.0",
        "id": id,
        "source": "/warwickshire-police/crime",
        "type": "police.crime.v1",
        "time": time,
        "datacontenttype": "application/json",
        "data": {**record, "suspect_token": TOKEN, **data},
    }


def planted() -> list[dict[str, Any]]:
    """Return a knot of knife crime, and other bodies of some of its identities."""
    found = []
    for n in range(24):
        day = 5 + n % 4
        at = f"2026-01-{day:02}T21:{n:02}:00+00:00"
        found.append(crime(f"knot-{n}", at, f"2026-01-{day + 1:02}T12:{n:02}:00+00:00"))
        if n % 4 == 0:
            later = f"2026-01-{day + 1:02}T13:{n:02}:00+00:00"
            found.append(crime(f"knot-{n}", at, later, severity=5))
        if n % 8 == 0:
            found.append(crime(f"knot-{n}", at, found[-1]["time"], severity=1))
    found.append(crime("before", "2025-12-30T21:00:00+00:00", "2025-12-31T12:00:00+00:00"))
    return found


def spoilt(events: list[dict[str, Any]], chance: random.Random) -> list[bytes]:
    """Return broken lines, and events with one fault each."""
    lines = [b"{", b"[1, 2]", b'"text"', b"\xff\xfe", b"{" * 40 + b"}" * 40]
    for event in chance.sample(events, 20):
        made = copy.deepcopy(event)
        made["data"][chance.choice(("category", "held_for", "made-up"))] = "made-up"
        lines.append(json.dumps(made).encode())
    return lines


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("laws"))


@pytest.fixture(scope="module")
def lines(bench: Bench) -> list[bytes]:
    out = bench.folder / "sim"
    arguments = ["--seed", "3", "--from", "2025-11-10", "--days", "63", "--out", str(out)]
    ciog.main(["simulate", *arguments], standalone_mode=False)
    simulated = gzip.decompress((out / "events.jsonl.gz").read_bytes()).splitlines()
    some = simulated[::12]
    made = [json.dumps(one).encode() for one in planted()]
    chance = random.Random(CHANCE)
    return [*some, *made, *spoilt([json.loads(one) for one in some], chance)]


@pytest.fixture(scope="module")
def base(bench: Bench, lines: list[bytes]) -> Run:
    return bench.replay(lines)


@pytest.fixture(scope="module")
def standing(lines: list[bytes], base: Run) -> list[dict[str, Any]]:
    """Return the body that stands of each identity, of the events that were accepted."""
    aimless = {
        (one["source"], one["id"])
        for one in base.lines("rejected.jsonl")
        if "unknown-target" in {fault["code"] for fault in one["faults"]}
    }
    bodies: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for event in map(_parsed, lines):
        key = (event.get("source", ""), event.get("id", ""))
        if key[0] and key not in aimless and "made-up" not in str(event["data"]):
            bodies.setdefault(key, []).append(event)
    return [min(found, key=lambda one: one["time"]) for found in bodies.values()]


def test_the_order_of_lines_and_files_changes_no_byte(
    bench: Bench, lines: list[bytes], base: Run
) -> None:
    shuffled = list(lines)
    random.Random(CHANCE).shuffle(shuffled)
    third = len(shuffled) // 3
    again = bench.replay(shuffled[:third], shuffled[third : 2 * third], shuffled[2 * third :])
    assert differing(base, again) == []
    assert {"ledger/entries.jsonl", "alerts.jsonl", "summary.json"} <= base.files().keys()
    assert base.summary["alerts"]["raised"] > 0


def test_a_second_replay_is_byte_identical(bench: Bench, lines: list[bytes], base: Run) -> None:
    assert differing(base, bench.replay(lines)) == []


def test_twins_leave_no_trace_but_their_count(bench: Bench, lines: list[bytes], base: Run) -> None:
    chance = random.Random(CHANCE)
    twins = [*chance.choices(lines, k=len(lines) // 3), *lines[-20:], *lines[-20:]]
    # Some of them with their keys in another order.
    twins[::3] = map(_turned, twins[::3])
    again = bench.replay(twins[::2], lines, twins[1::2])
    assert differing(base, again) == ["summary.json"]
    grown = {"read": base.summary["read"] + len(twins)}
    grown["duplicates"] = base.summary["duplicates"] + len(twins)
    assert again.summary == {**base.summary, **grown}


def _turned(line: bytes) -> bytes:
    """Return a line that says the same from its end to its beginning; a broken one as it is."""
    try:
        value = json.loads(line)
    except ValueError:
        return line
    if not isinstance(value, dict):
        return line
    return json.dumps(dict(reversed(value.items()))).encode()


def differing(one: Run, other: Run) -> list[str]:
    before, after = one.files(), other.files()
    return sorted(n for n in before.keys() | after.keys() if before.get(n) != after.get(n))


def test_what_was_read_is_accepted_rejected_or_a_duplicate(lines: list[bytes], base: Run) -> None:
    summary = base.summary
    assert summary["read"] == len(lines)
    assert summary["read"] == sum(summary[n] for n in ("accepted", "rejected", "duplicates"))
    assert summary["duplicates"] == len(lines) - len(set(lines))
    assert summary["rejected"] == len(base.lines("rejected.jsonl"))
    assert summary["accepted"] == len(base.lines("ledger/entries.jsonl"))


def test_each_recipient_was_given_or_refused_every_accepted_event(base: Run) -> None:
    withheld = Counter((one["recipient"], one["reason"]) for one in base.lines("withheld.jsonl"))
    for recipient, counts in base.summary["recipients"].items():
        assert counts["shared"] == len(base.shared()[recipient])
        assert counts["shared"] + sum(counts["withheld"].values()) == base.summary["accepted"]
        written = {r: n for r, n in counts["withheld"].items() if r != "no-agreement"}
        assert written == {reason: n for (who, reason), n in withheld.items() if who == recipient}
    assert base.shared().keys() == base.summary["recipients"].keys()


def test_of_several_bodies_the_earliest_stands(standing: list[dict[str, Any]], base: Run) -> None:
    conflicts = [
        one["id"]
        for one in base.lines("rejected.jsonl")
        if {fault["code"] for fault in one["faults"]} == {"conflict"}
    ]
    of_knot = [event["id"] for event in planted()]
    assert Counter(conflicts) == Counter(of_knot) - Counter(set(of_knot))
    assert base.summary["accepted"] == len(standing)
    severities = {one["data"]["severity"] for one in standing if one["id"].startswith("knot")}
    assert severities == {4}


def test_every_recipient_gets_exactly_the_fields_and_precision_of_its_rule_and_floor(
    standing: list[dict[str, Any]], base: Run
) -> None:
    world = obvious.World(drawn.shipped_rules(), drawn.LISTS, drawn.AREAS, drawn.SCHEMAS)
    shared = base.shared()
    for recipient in world.recipients:
        wanted, reasons = Counter[str](), Counter[str]()
        for event in standing:
            outcome = obvious.outcome(world, event, recipient)
            if isinstance(outcome, obvious.Withheld):
                reasons[outcome.reason] += 1
            else:
                wanted[_as_wanted(event["type"], outcome)] += 1
        found = Counter(_as_found(one) for one in shared[recipient])
        assert found - wanted == wanted - found == Counter()
        assert base.summary["recipients"][recipient]["withheld"] == reasons


def _as_wanted(type_name: str, outcome: obvious.Shared) -> str:
    def plain(value: Any) -> Any:
        if isinstance(value, set):
            return sorted(value)
        return value.isoformat() if hasattr(value, "isoformat") else value

    fields = {
        name: "a token" if name in outcome.tokens and value is not None else plain(value)
        for name, value in outcome.fields.items()
    }
    return json.dumps([type_name, fields, plain(outcome.time)], sort_keys=True)


def _as_found(event: dict[str, Any]) -> str:
    fields = {}
    for name, value in event["data"].items():
        if name.endswith("_token") and value is not None:
            value = "a token"
        elif name in ("occurred_from", "occurred_to", "recorded_at") and value is not None:
            value = _utc(value)
        elif name == "category" and isinstance(value, list):
            value = sorted(value)
        fields[name] = value
    time = event.get("time")
    return json.dumps([event["type"], fields, time and _utc(time)], sort_keys=True)


def _utc(text: str) -> str:
    return obvious.datetime.fromisoformat(text).astimezone(obvious.UTC).isoformat()


def test_what_lapses_widens_nothing_for_anybody(
    bench: Bench, lines: list[bytes], base: Run
) -> None:
    rules = drawn.shipped_rules()
    ended = ["police-crime-to-hub.yaml", "fire-to-tactical-group.yaml", "geh-to-hub.yaml"]
    for name in ended:
        rules[name]["ends"] = "2025-12-20"
    for name in ("police-sensitive-to-hub.yaml", "police-sensitive-to-hub.cases.yaml"):
        del rules[name]
    before, after = base.shared(), bench.replay(lines, rules=rules).shared()
    for recipient, events in after.items():
        had = {one["id"]: one for one in before[recipient]}
        assert all(had.get(one["id"]) == one for one in events)
    assert 0 < len(after["hub-correlation"]) < len(before["hub-correlation"])


def test_pseudonyms_of_two_recipients_or_periods_never_match(
    bench: Bench, lines: list[bytes]
) -> None:
    rules = drawn.shipped_rules()
    to_group = rules["police-to-tactical-group.yaml"]
    to_group["lane"] = "pseudonymised"
    to_group["fields"] |= {"suspect_token": "pseudonymise", "victim_token": "pseudonymise"}
    rules["police-crime-to-hub.yaml"]["fields"]["place_token"] = "pseudonymise"
    shared = bench.replay(lines, rules=rules).shared()
    seen: dict[tuple[str, str], set[str]] = {}
    ids: dict[str, set[str]] = {}
    for recipient, events in shared.items():
        ids[recipient] = {one["id"] for one in events}
        for one in events:
            period = "2025" if one["data"]["occurred_from"] < "2026" else "2026"
            if one["time"][:4] == period:
                values = [v for n, v in one["data"].items() if n.endswith("_token") and v]
                seen.setdefault((recipient, period), set()).update(values)
    many = [(who, found) for who, found in seen.items() if found]
    assert {who[0] for who, _ in many} == {"hub-correlation", "tactical-group"}
    assert len(many) == 4
    assert len(set().union(*(found for _, found in many))) == sum(len(f) for _, f in many)
    assert len(set().union(*ids.values())) == sum(len(found) for found in ids.values())
    agencies = {event["data"].get(n) for event in map(_parsed, lines) for n in _token_names(event)}
    assert TOKEN in agencies
    assert agencies.isdisjoint(set().union(*seen.values()))


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        event = json.loads(line)
    except ValueError:
        return {"data": {}}
    return event if isinstance(event, dict) and "data" in event else {"data": {}}


def _token_names(event: dict[str, Any]) -> list[str]:
    return [name for name in event["data"] if name.endswith("_token")]


def test_receipts_are_each_publisher_s_own_events_and_all_the_evidence(
    lines: list[bytes], base: Run
) -> None:
    parties = drawn.shipped_rules()["parties.yaml"]["parties"]
    owner = {feed["source"]: one["id"] for one in parties for feed in one["feeds"]}
    sent = {(one.get("source"), one.get("id")) for one in map(_parsed, lines)}
    publisher_of = {
        one["id"]: one["source"].rsplit("/", 1)[1] for one in base.shared()["hub-correlation"]
    }
    evidence = {
        (alert["subject"], id)
        for alert in base.lines("alerts.jsonl")
        for id in alert["data"]["evidence"]
    }
    assert evidence
    wanted = Counter((alert, publisher_of[id]) for alert, id in evidence)
    found: Counter[tuple[str, str]] = Counter()
    for path in sorted((base.folder / "receipts").glob("*.jsonl")):
        rows = base.lines(f"receipts/{path.name}")
        assert len({tuple(sorted(row.items())) for row in rows}) == len(rows)
        for row in rows:
            assert row.keys() == {"source", "id", "alert"}
            assert owner[row["source"]] == path.stem
            assert (row["source"], row["id"]) in sent
            found[row["alert"], path.stem] += 1
    assert found == wanted
    assert {p.stem for p in (base.folder / "receipts").iterdir()} == set(owner.values())
