"""Contract 5: same log, same keys: same bytes, on any day, in any zone, of any process."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ENTRY = "from cioghub.cli.main import main; main()"


def _run(lab: Any, events: Path, name: str, **settings: str) -> dict[str, bytes]:
    out = lab.folder / name
    arguments = [
        *("replay", events, "--rules", lab.rules, "--areas", lab.areas),
        *("--keys", lab.folder / "keys.json", "--out", out),
    ]
    subprocess.run(
        [sys.executable, "-c", ENTRY, *map(str, arguments)],
        env={**os.environ, **settings},
        check=True,
        capture_output=True,
        timeout=120,
    )
    return {
        str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()
    }


def test_neither_zone_nor_hash_seed_nor_the_day_of_the_run_is_in_any_byte(lab: Any) -> None:
    events = lab.write([*lab.usual("2025-02-03T00:00", 100), *lab.knot("2025-04-20T00:00", 14)])
    before = datetime.now(UTC).date().isoformat()
    one = _run(lab, events, "one", TZ="Pacific/Kiritimati", PYTHONHASHSEED="1")
    two = _run(lab, events, "two", TZ="America/Los_Angeles", PYTHONHASHSEED="2", LC_ALL="C")
    after = datetime.now(UTC).date().isoformat()
    assert one == two
    assert any(name.endswith(".html") for name in one)
    assert one["alerts.jsonl"]
    for content in one.values():
        assert before.encode() not in content
        assert after.encode() not in content


def test_a_second_replay_takes_the_place_of_the_first_whole(lab: Any) -> None:
    events = lab.write(lab.usual("2026-03-01T00:00", 20))
    first = _run(lab, events, "out")
    assert _run(lab, events, "out") == first


def test_one_file_or_several_are_one_log(lab: Any) -> None:
    events = lab.usual("2026-03-01T00:00", 30)
    whole = lab.replay(events)
    parts = [lab.write(events[n::3]) for n in range(3)]
    out = lab.folder / "parts"
    code, _, _ = lab.call(
        *("replay", *parts, "--rules", lab.rules, "--areas", lab.areas),
        *("--out", out, "--keys", lab.folder / "keys.json"),
    )
    assert code == 0
    for name, content in whole.files().items():
        assert (out / name).read_bytes() == content
