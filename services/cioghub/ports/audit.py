"""Who changed and who read what, for those whose duty it is to look.

Times are whole seconds since 1970 UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """The two kinds of records, each with numbers of its own."""

    CHANGES = "changes"
    READS = "reads"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records are asked for; what is empty or None asks nothing.

    `who` is a part of a name or id, `about` a part of what was changed or read; times are from
    `since` on and before `until`. `party` leaves out what people of other agencies did; what people
    of no agency and machines did stays.
    """

    kind: Kind
    who: str = ""
    about: str = ""
    since: int | None = None
    until: int | None = None
    party: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One change or one read.

    `who` is an id, `name` the person's, or what a machine's token is for. `subject` is what was
    changed or read as it was kept, `about` the same, or a person's name in place of their id. A
    change has an `action` and `facts` (codes, names and numbers), a read its coded `reason` and,
    where they were needed, the `words` that were typed.
    """

    number: int
    at: int
    who: str
    name: str
    subject: str
    about: str
    action: str | None = None
    facts: Mapping[str, str | int | bool | None] | None = None
    reason: str | None = None
    words: str | None = None


class Records(Protocol):
    """Shows what was kept of changes and reads."""

    def find(self, wanted: Wanted, before: int | None, most: int) -> Sequence[Record]:
        """Return at most so many records, newest first, of numbers below `before` if it is said."""
        ...
