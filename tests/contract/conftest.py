"""What the tests of the contract share: the real command, and small real input."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cioghub.cli.main import main

ROOT = Path(__file__).parents[2]
UNFORESEEN = "nobody foresaw"
ENTRY = "from cioghub.cli.main import main; main()"


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code and what it said."""

    code: int
    out: str
    err: str


Ciog = Callable[..., Done]


def event(**changes: Any) -> dict[str, Any]:
    """Return a good police incident; `data` in the changes replaces single fields."""
    data = {
        "category": "304",
        "category_list": "police_nicl_incident_categories",
        "occurred_from": "2026-01-05T00:50:00+00:00",
        "occurred_to": "2026-01-05T00:50:00+00:00",
        "recorded_at": "2026-01-05T01:21:38+00:00",
        "area": {"code": "E01031049", "edition": "lsoa11", "confidence": "exact-building"},
        "held_for": "policing",
        "severity": 3,
        "weapon": None,
        "setting": "dwelling",
        "qualifiers": None,
        "age_band": None,
        "suspect_token": None,
        "victim_token": None,
        "place_token": None,
    }
    made = {
        "specversion": "1.0",
        "id": "wpi-1",
        "source": "/warwickshire-police/incident",
        "type": "police.incident.v1",
        "time": "2026-01-05T01:58:22+00:00",
        "datacontenttype": "application/json",
        "data": data,
    }
    data.update(changes.pop("data", {}))
    made.update(changes)
    return made


def control(kind: str, id: str, target: str, time: str, **changes: Any) -> dict[str, Any]:
    """Return a correction or a withdrawal of the police's incident `target`."""
    made = event(id=id, type=f"event.{kind}.v1", time=time)
    replacement = changes.pop("replacement", None)
    made["data"] = {"id": target, "reason": "no-incident", "replacement": replacement}
    made.update(changes)
    return made


def jsonl(*values: Any) -> bytes:
    """Return lines of JSON."""
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


@pytest.fixture
def ciog(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Ciog:
    """Return a runner of the command in this process, with a home of its own."""
    monkeypatch.setenv("CIOG_HOME", str(tmp_path / "home"))

    def run(*arguments: object) -> Done:
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(one) for one in arguments])
        out, err = capfd.readouterr()
        assert UNFORESEEN not in err
        assert "Traceback" not in err
        code = left.value.code
        assert code in (0, 1, 2, 3)
        return Done(code, out, err)

    return run


@dataclass
class Replayed:
    """A replay's exit code and words, its folder, and shortcuts into it."""

    done: Done
    out: Path

    @property
    def summary(self) -> dict[str, Any]:
        return json.loads((self.out / "summary.json").read_text())

    @property
    def counts(self) -> tuple[int, int, int, int]:
        one = self.summary
        return one["read"], one["accepted"], one["rejected"], one["duplicates"]

    @property
    def rejected(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.out / "rejected.jsonl").open()]

    @property
    def faults(self) -> list[tuple[str, str]]:
        return [(f["pointer"], f["code"]) for row in self.rejected for f in row["faults"]]


@pytest.fixture
def replay(tmp_path: Path, ciog: Ciog) -> Callable[..., Replayed]:
    """Return a runner of `ciog replay` on bytes written to a file of that name."""

    def run(content: bytes, *options: object, name: str = "events.jsonl") -> Replayed:
        (tmp_path / name).write_bytes(content)
        out = tmp_path / "out"
        return Replayed(ciog("replay", tmp_path / name, "--out", out, *options), out)

    return run


def command(tmp_path: Path, *arguments: object, **settings: str) -> list[Any]:
    """Return the argument list and environment to run `ciog` in a process of its own."""
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "services"),
        "CIOG_HOME": str(tmp_path / "home"),
        "OPENBLAS_NUM_THREADS": "1",
        **settings,
    }
    return [[sys.executable, "-c", ENTRY, *map(str, arguments)], env]


def in_process(tmp_path: Path, *arguments: object, **settings: str) -> Done:
    """Run `ciog` in a process of its own, to its end."""
    line, env = command(tmp_path, *arguments, **settings)
    done = subprocess.run(line, env=env, capture_output=True, timeout=120, check=False)
    return Done(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode())


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
