"""A laboratory for `ciog replay`: a small partnership of its own, events, runs and their files.

Nothing here looks inside the hub: rules, areas and events go in as files, results come out as
files, and the command is called as a user calls it.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.contract.replay.partnership import (
    DALE,
    HILL,
    PUBLISHERS,
    agreement,
    agreements,
    control,
    event,
    knot,
    moment,
    parties,
    place,
    usual,
    write_areas,
    write_rules,
)

from cioghub.cli.main import main


@dataclass
class Result:
    """What one run left: its code, what it said, and its folder of files."""

    code: int
    out: str
    err: str
    folder: Path

    def lines(self, name: str) -> list[dict[str, Any]]:
        assert self.code == 0, self.err
        return [json.loads(line) for line in (self.folder / name).read_bytes().splitlines()]

    @property
    def summary(self) -> dict[str, Any]:
        assert self.code == 0, self.err
        found: dict[str, Any] = json.loads((self.folder / "summary.json").read_bytes())
        return found

    @property
    def alerts(self) -> list[dict[str, Any]]:
        return self.lines("alerts.jsonl")

    def files(self) -> dict[str, bytes]:
        """Return every file by its name within the folder."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }


def call(*arguments: str | Path) -> tuple[int, str, str]:
    """Call `ciog` as a user does; return its exit code, what it printed and what it warned of."""
    out, err = io.StringIO(), io.StringIO()
    code: Any = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main([str(one) for one in arguments])
        except SystemExit as leave:
            code = leave.code
    return int(code or 0), out.getvalue(), err.getvalue()


class Lab:
    """One partnership and one key file; every run of it writes into a folder of its own.

    The functions above are here as well, so that a test needs nothing but its laboratory.
    """

    hill, dale, publishers = HILL, DALE, PUBLISHERS
    place = staticmethod(place)
    moment = staticmethod(moment)
    event = staticmethod(event)
    control = staticmethod(control)
    usual = staticmethod(usual)
    knot = staticmethod(knot)
    agreement = staticmethod(agreement)
    agreements = staticmethod(agreements)
    parties = staticmethod(parties)
    call = staticmethod(call)

    def __init__(self, folder: Path, areas: Path, rules: Path) -> None:
        self.folder = folder
        self.areas = areas
        self.rules = rules
        self._runs = 0

    def write(self, events: Iterable[dict[str, Any] | bytes | str]) -> Path:
        """Write events, or lines as they are, into a file; return it."""
        self._runs += 1
        path = self.folder / f"events-{self._runs}.jsonl"
        with path.open("wb") as file:
            for one in events:
                line = one if isinstance(one, bytes) else None
                if line is None:
                    line = (one if isinstance(one, str) else json.dumps(one)).encode()
                file.write(line + b"\n")
        return path

    def rules_of(self, made: Iterable[dict[str, Any]], who: dict[str, Any] | None = None) -> Path:
        """Write another bundle of these agreements; return its folder."""
        self._runs += 1
        return write_rules(self.folder / f"rules-{self._runs}", made, who)

    def replay(
        self,
        events: Iterable[dict[str, Any] | bytes | str],
        *options: str,
        rules: Path | None = None,
    ) -> Result:
        """Replay events into a new folder with the lab's keys."""
        path = self.write(events)
        out = self.folder / f"out-{self._runs}"
        code, said, warned = call(
            *("replay", path, "--rules", rules or self.rules, "--areas", self.areas),
            *("--out", out, "--keys", self.folder / "keys.json", *options),
        )
        return Result(code, said, warned, out)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path, write_areas(tmp_path), write_rules(tmp_path / "rules", agreements()))
