"""Contract 5: the table of outputs, each file with its shape, whole or not at all."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

FILES = {
    "rejected.jsonl",
    "shared/hub-correlation.jsonl",
    "shared/desk.jsonl",
    "withheld.jsonl",
    "alerts.jsonl",
    "audiences/desk/alerts.jsonl",
    "audiences/board/alerts.jsonl",
    "audiences/dale-board/alerts.jsonl",
    "receipts/constabulary.jsonl",
    "receipts/brigade.jsonl",
    "receipts/infirmary.jsonl",
    "receipts/academy.jsonl",
    "notices.jsonl",
    "summary.json",
}
SUMMARY = {
    *("read", "accepted", "rejected", "duplicates", "recipients"),
    *("alerts", "audiences", "bundle", "draft"),
}
REFERENCE = re.compile("[0-9a-f]{32}")


@pytest.mark.parametrize(
    "lines",
    [[], [b"nothing that could be read"], [b'{"id":"a","source":"/nobody/knows"}']],
    ids=["no line", "no JSON", "no event"],
)
def test_every_file_and_folder_always_exists(lab: Any, lines: list[bytes]) -> None:
    run = lab.replay(lines)
    assert run.code == 0
    found = {name for name in run.files() if not name.startswith("ledger/")}
    assert found == FILES
    for audience in ("desk", "board", "dale-board"):
        assert (run.folder / "audiences" / audience / "pictures").is_dir()
    assert any((run.folder / "ledger").iterdir())
    assert lab.call("ledger", "verify", run.folder / "ledger")[0] == 0
    assert set(run.summary) == SUMMARY
    assert run.summary["alerts"] == {"raised": 0, "updated": 0, "closed": 0}


def test_without_audiences_the_folder_is_there_and_places_are_still_noticed(lab: Any) -> None:
    made = [{**one, "release": {}} for one in lab.agreements() if one["recipient"] != "desk"]
    rules = lab.rules_of(made, {**lab.parties(), "groups": []})
    events = [
        lab.event(f"o-{n}", f"2026-01-{5 + n:02d}T10:00", at="Z001" if n < 3 else "Q999")
        for n in range(20)
    ]
    run = lab.replay(events, rules=rules)
    assert run.summary["audiences"] == []
    assert list((run.folder / "audiences").iterdir()) == []
    told = [n for n in run.lines("notices.jsonl") if n["code"] == "unknown-places"]
    assert [(n["tray"], n["events"], n["time"][:10]) for n in told] == [
        ("outside:Farshire", 1, "2026-01-06"),
        ("unknown", 1, "2026-01-09"),
        ("outside:Farshire", 3, "2026-01-21"),
        ("unknown", 11, "2026-01-21"),
    ]


def test_summary_has_the_keys_of_the_contract_and_timings_only_when_asked(lab: Any) -> None:
    events = [lab.event("a", "2026-03-01T10:00"), lab.event("b", "2026-03-01T10:00", severity=1)]
    plain, timed = lab.replay(events), lab.replay(events, "--timings")
    assert set(plain.summary) == SUMMARY
    assert set(timed.summary) == SUMMARY | {"seconds", "peak_memory_mb"}
    assert plain.summary["recipients"] == {
        "desk": {"shared": 1, "withheld": {"only-when": 1}},
        "hub-correlation": {"shared": 2, "withheld": {}},
    }
    assert plain.summary["audiences"] == ["board", "dale-board", "desk"]
    assert plain.summary["draft"] is True
    assert re.fullmatch("[0-9a-f]{64}", plain.summary["bundle"])


def test_rejected_lines_name_a_good_identity_and_blind_the_others(lab: Any) -> None:
    source = "/constabulary/crime"
    bad = lab.event("shown", "2026-03-01T10:00", severity=99)
    run = lab.replay(
        [
            bad,
            {**bad, "id": "a name with spaces"},
            {**bad, "id": "943-476-5919"},
            {**bad, "source": "/smith/john"},
            {**bad, "surname": "Smith"},
            {**bad, "data": {**bad["data"], "victim_name": "Smith"}},
            b"John Smith, 1 High Street",
        ]
    )
    rows = run.lines("rejected.jsonl")
    assert all(set(row) == {"source", "id", "faults"} for row in rows)
    assert all(set(f) == {"pointer", "code", "hint"} for row in rows for f in row["faults"])
    blinded = [row for row in rows if REFERENCE.fullmatch(row["id"])]
    assert len(blinded) == 4
    assert {row["source"] for row in rows} == {source, None}
    pointers = {fault["pointer"] for row in rows for fault in row["faults"]}
    assert {"/*", "/data/*", "/id", "/source", "/data/severity"} <= pointers
    written = (run.folder / "rejected.jsonl").read_bytes().lower()
    for value in (
        b"smith",
        b"surname",
        b"victim_name",
        b"9434765919",
        b"943-476",
        b"spaces",
        b"99",
    ):
        assert value not in re.sub(rb'"id":"[0-9a-f]{32}"', b"", written)


def test_two_unreadable_lines_have_two_references(lab: Any) -> None:
    run = lab.replay([b"one", b"two"])
    assert len({row["id"] for row in run.lines("rejected.jsonl")}) == 2


def test_withheld_lines_leave_out_no_agreement_which_is_only_counted(lab: Any) -> None:
    run = lab.replay(
        [
            lab.event("shared", "2026-03-01T10:00"),
            lab.event("mild", "2026-03-01T10:00", severity=1),
            lab.event("early", "2025-01-30T10:00"),
            lab.event("late", "2027-04-01T00:00"),
            lab.event("fire", "2026-03-01T10:00", type="fire.incident.v1"),
            lab.control("withdrawal", "w", "2026-03-02T10:00", "shared"),
        ]
    )
    rows = run.lines("withheld.jsonl")
    assert all(set(row) == {"ref", "recipient", "reason", "rules"} for row in rows)
    assert all(REFERENCE.fullmatch(row["ref"]) for row in rows)
    found = sorted((row["recipient"], row["reason"]) for row in rows)
    assert found == [
        ("desk", "control"),
        ("desk", "ended"),
        ("desk", "not-started"),
        ("desk", "only-when"),
        ("hub-correlation", "control"),
        ("hub-correlation", "ended"),
        ("hub-correlation", "not-started"),
    ]
    assert run.summary["recipients"]["desk"]["withheld"]["no-agreement"] == 1
    entries = {json.loads(line)["ref"] for line in (run.folder / "ledger/entries.jsonl").open()}
    assert len(entries) == run.summary["accepted"]
    assert {row["ref"] for row in rows} <= entries


def test_shared_events_come_by_id_with_a_source_of_the_hub(lab: Any) -> None:
    run = lab.replay(lab.usual("2026-03-01T00:00", 20))
    inside, rows = (run.lines(f"shared/{name}.jsonl") for name in ("hub-correlation", "desk"))
    for events in (inside, rows):
        assert [e["id"] for e in events] == sorted({e["id"] for e in events})
    assert {e["source"] for e in inside} == {"/hub/police/constabulary"}
    assert {e["source"] for e in rows} == {"/hub/police"}
    assert not {e["id"] for e in inside} & {e["id"] for e in rows}


def test_a_bundle_that_fails_its_check_leaves_nothing_behind(lab: Any) -> None:
    made = lab.agreements()
    made[0]["fields"].pop("severity")
    before = set(lab.folder.iterdir())
    run = lab.replay([lab.event("a", "2026-03-01T10:00")], rules=lab.rules_of(made))
    assert run.code == 1
    assert not run.folder.exists()
    assert not (lab.folder / "keys.json").exists()
    left = {path.name for path in set(lab.folder.iterdir()) - before}
    assert left == {"rules-1", "events-2.jsonl"}


def test_a_fault_late_in_the_input_leaves_nothing_half_written(lab: Any) -> None:
    path = lab.write(lab.usual("2026-03-01T00:00", 20))
    out = lab.folder / "out"
    arguments = ("--rules", lab.rules, "--areas", lab.areas, "--keys", lab.folder / "keys.json")
    missing = lab.folder / "missing.jsonl"
    assert lab.call("replay", path, missing, "--out", out, *arguments)[0] == 2
    assert not out.exists()
    assert not [one for one in lab.folder.iterdir() if one.name.startswith(".out")]


def test_keys_come_from_the_hub_s_home_when_no_file_is_named(
    lab: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CIOG_HOME", str(tmp_path / "home"))
    path = lab.write([lab.event("a", "2026-03-01T10:00")])
    outs = [tmp_path / name for name in ("one", "two")]
    for out in outs:
        code, _, _ = lab.call(
            *("replay", path, "--rules", lab.rules, "--areas", lab.areas, "--out", out)
        )
        assert code == 0
    assert (tmp_path / "home" / "keys.json").stat().st_mode & 0o777 == 0o600
    first, second = ((out / "shared/desk.jsonl").read_bytes() for out in outs)
    assert first == second != b""
