"""Runs the command on Rivershire and reads what it leaves, as anyone outside the hub would."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cioghub.cli.main import main

from . import rules
from .places import write_areas, write_lists

Event = dict[str, Any]
HUB = "hub-correlation"


@dataclass(frozen=True)
class Out:
    """A folder that a replay has written."""

    folder: Path

    def lines(self, name: str) -> list[dict[str, Any]]:
        """Return the objects of a file of JSON Lines."""
        return [json.loads(line) for line in (self.folder / name).read_text().splitlines()]

    @property
    def summary(self) -> dict[str, Any]:
        """The summary."""
        return json.loads((self.folder / "summary.json").read_text())

    @property
    def faults(self) -> dict[str | None, list[tuple[str, str]]]:
        """Pointer and code of every fault, by the id given."""
        return {
            one["id"]: [(fault["pointer"], fault["code"]) for fault in one["faults"]]
            for one in self.lines("rejected.jsonl")
        }

    def shared(self, recipient: str = HUB) -> list[dict[str, Any]]:
        """Return what a recipient has received."""
        return self.lines(f"shared/{recipient}.jsonl")

    def reasons(self, recipient: str = HUB) -> list[str]:
        """Return why events were withheld from a recipient."""
        withheld = self.lines("withheld.jsonl")
        return sorted(one["reason"] for one in withheld if one["recipient"] == recipient)

    def outcome(self, recipient: str = HUB) -> str:
        """Return `shared` or the one reason, of a replay of one event."""
        counted = self.summary["recipients"][recipient]
        reasons = [reason for reason, number in counted["withheld"].items() if number]
        return "shared" if counted["shared"] else "".join(reasons)


@dataclass(frozen=True)
class Checked:
    """What `ciog rules check` found."""

    code: int
    errors: list[dict[str, Any]]
    warnings: list[dict[str, Any]]

    @property
    def error_codes(self) -> list[str]:
        """The codes of the errors."""
        return [one["code"] for one in self.errors]

    @property
    def warning_codes(self) -> list[str]:
        """The codes of the warnings."""
        return [one["code"] for one in self.warnings]


class Lab:
    """Writes bundles below one folder and calls `ciog` on them in this process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.areas = write_areas(folder / "areas")
        write_lists(folder / "lists")
        self._numbers = itertools.count()

    def rules(self, *agreements: dict[str, Any], **more: Any) -> Path:
        """Write a bundle and return its folder."""
        return rules.write_rules(self.folder / f"rules-{next(self._numbers)}", agreements, **more)

    def ciog(self, *arguments: object) -> int:
        """Call `ciog` and return its exit code."""
        try:
            main([str(one) for one in arguments])
        except SystemExit as left:
            return int(left.code or 0)
        raise AssertionError("the command does not leave")

    def said(self, *arguments: object) -> tuple[int, str]:
        """Call `ciog` and return its exit code and what it printed."""
        with contextlib.redirect_stdout(io.StringIO()) as out:
            code = self.ciog(*arguments)
        return code, out.getvalue()

    def check(self, bundle: Path, *options: object) -> Checked:
        """Check a bundle."""
        options = options if "--areas" in options else ("--areas", self.areas, *options)
        code, said = self.said("rules", "check", bundle, "--format", "json", *options)
        return Checked(code, **json.loads(said))

    def replay(
        self,
        events: Iterable[Event | bytes],
        bundle: Path,
        *options: object,
        areas: Path | None = None,
    ) -> Out:
        """Replay events under a bundle, which must complete."""
        out = self.folder / f"out-{next(self._numbers)}"
        file = self.folder / f"{out.name}.jsonl"
        file.write_bytes(
            b"".join(
                (one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n"
                for one in events
            )
        )
        keys = () if "--keys" in options else ("--keys", self.folder / "keys.json")
        code = self.ciog(
            *("replay", file, "--rules", bundle, "--areas", areas or self.areas),
            *("--out", out, *keys, *options),
        )
        assert code == 0
        return Out(out)
