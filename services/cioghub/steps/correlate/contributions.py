"""The set of contributions: what the correlator keeps of each event, in columns.

Rules for editors:
1. It is a set: nothing here depends on the order in which contributions come. What a tick sees is
   everything accepted before it and not withdrawn before it.
2. It takes a `PseudonymousIncident` and nothing else; there is no other way in.
3. A place that is not known is counted nowhere; a hospital's own address is no place of an assault.
4. What knows only its month counts in months, never in days: the day would be made up.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from cioghub.steps.correlate.grid import Grid
from cioghub.vocabulary.buckets import parse_rfc3339
from cioghub.vocabulary.categories import COUNTED
from cioghub.vocabulary.columns import extend
from cioghub.vocabulary.contribution import KNOWS_NO_TIME, Contribution
from cioghub.vocabulary.incidents import Notes, PseudonymousIncident, build
from cioghub.vocabulary.known import Known

LONGEST_DAYS = 7
"""An interval longer than this many days tells the month at best, not the day."""

SITE_ONLY = "site-only"
NEVER = 2**62
Span = tuple[str | None, str | None]
"""When something began and ended, as RFC 3339 text."""
_CATEGORY_BIT = {category: 1 << i for i, category in enumerate(COUNTED)}
TOKEN_FIELDS = ("suspect_token", "victim_token", "place_token")

IntArray = npt.NDArray[np.int64]
Narrow = npt.NDArray[np.int32]
"""Columns of codes and bits, which nothing is added to: half the room of whole numbers."""


@dataclass(frozen=True, slots=True)
class Class:
    """What is common to all contributions of one kind: who, under which notes."""

    publisher: str
    kind: str
    notes: Notes
    categories: int
    generated: int


class _Numbers(dict[tuple[str, str, Notes], int]):
    """Numbers of classes by publisher, type and notes; `classes` has them in order."""

    def __init__(self) -> None:
        self.classes: list[Class] = []

    def __missing__(self, key: tuple[str, str, Notes]) -> int:
        publisher, type_name, notes = key
        number = len(self.classes)
        self.classes.append(
            Class(
                publisher=publisher,
                kind=type_name.partition(".")[0],
                notes=notes,
                categories=sum(_CATEGORY_BIT[c] for c in notes.categories),
                generated=sum(_CATEGORY_BIT[c] for c in notes.generated),
            )
        )
        self[key] = number
        return number


class Contributions:
    """Columns of the set, and the days, places and subjects that they are read by."""

    def __init__(self, grid: Grid, zone: ZoneInfo) -> None:
        self.grid = grid
        self._ids = bytearray()
        self._numbers = _Numbers()
        self.classes = self._numbers.classes
        self._accepted = array("q")
        self._removed: dict[int, int] = {}
        self._day = array("i")
        self._monthly = array("b")
        self._place = array("i")
        self._class = array("i")
        self._token_of = array("i")
        self._token = array("Q")
        self._former: dict[int, tuple[int, int]] = {}
        """Of a subject, what it was in the period before, and when that was last said."""
        self._zone = zone
        self._spans: Known[Span, tuple[int, int]] = Known(self._span)

    def __len__(self) -> int:
        return len(self._accepted)

    def add(self, incident: PseudonymousIncident) -> int:
        """Put one event into the set; return its number."""
        return self.put(self.of(incident))

    def of(self, incident: PseudonymousIncident) -> Contribution:
        """Return what the set keeps of one event; the set stays as it is."""
        _, id, _, type_name, _, data, publisher, accepted, notes, former = incident
        get = data.get
        day, monthly = self._spans[get("occurred_from"), get("occurred_to")]
        tokens: tuple[tuple[str, str], ...] = ()
        for field in TOKEN_FIELDS:
            token = get(field)
            if token is not None:
                tokens += ((field, token),)
        area = get("area")
        if area is None or area["confidence"] == SITE_ONLY:
            place = None
        else:
            place = area["edition"], area["code"]
        return build(
            Contribution,
            (id, accepted, day, monthly, place, publisher, type_name, notes, tokens, former),
        )

    def put(self, one: Contribution) -> int:
        """Put in what `of` returned, now or long ago; return its number."""
        return self.put_all([one])[0]

    def put_all(self, ones: Sequence[Contribution]) -> range:
        """Put in several, as `put` does; return their numbers."""
        numbers = range(len(self._accepted), len(self._accepted) + len(ones))
        if not ones:
            return numbers
        ids, accepted, days, monthly, places, publishers, types, notes, tokens, _ = zip(
            *ones, strict=True
        )
        # All that could fail comes before the first column grows.
        names = bytes.fromhex("".join(ids))
        placed = self.grid.numbers(places)
        kinds = zip(publishers, types, notes, strict=True)
        classes = [self._numbers[kind] for kind in kinds]
        named = [
            (number, int(token[:16], 16))
            for number, of in zip(numbers, tokens, strict=True)
            for _, token in of
        ]
        self._ids += names
        extend(self._accepted, accepted)
        extend(self._day, days)
        extend(self._monthly, monthly)
        extend(self._place, placed)
        extend(self._class, classes)
        for number, token in named:
            self._token_of.append(number)
            self._token.append(token)
        for one in ones:
            if one.former:
                self._link(one)
        return numbers

    def _link(self, one: Contribution) -> None:
        """Note what its subjects were in the period before."""
        now = dict(one.tokens)
        for field, former in one.former:
            subject = int(now[field][:16], 16)
            known = self._former.get(subject, (0, 0))
            self._former[subject] = (int(former[:16], 16), max(known[1], one.accepted))

    def forget_subjects(self, before: int) -> None:
        """Let go of the pseudonyms of what was accepted before a time (seconds since 1970 UTC)."""
        kept = [n for n, of in enumerate(self._token_of) if self._accepted[of] >= before]
        self._token_of = array("i", [self._token_of[n] for n in kept])
        self._token = array("Q", [self._token[n] for n in kept])
        self._former = {one: known for one, known in self._former.items() if known[1] >= before}

    def id_of(self, number: int) -> str:
        """Return the correlator's id of one event, 32 hex digits."""
        return self._ids[16 * number : 16 * number + 16].hex()

    def withdraw(self, id: str, at: int) -> None:
        """Take an event out of every tick after `at` (whole seconds since 1970 UTC)."""
        name, place = bytes.fromhex(id), -1
        while (place := self._ids.find(name, place + 1)) >= 0:
            if place % 16 == 0:
                self.remove(place // 16, at)
                return

    def remove(self, number: int, at: int) -> None:
        """Take out the event of a number, as `withdraw` does."""
        self._removed[number] = min(at, self._removed.get(number, NEVER))

    def discard(self, number: int) -> None:
        """Take out what should never have come in: a twin of an event already there."""
        self._removed[number] = -1

    def close(self) -> None:
        """Let go of what columns hold already; nothing can be put in any more."""
        del self._accepted, self._day, self._monthly, self._place, self._class
        del self._token_of, self._token, self._former
        self._spans.clear()

    def _span(self, span: Span) -> tuple[int, int]:
        """Return the day that an interval is counted on, and how well it is known."""
        start, end = span
        if start is None or end is None:
            return 0, KNOWS_NO_TIME
        first = parse_rfc3339(start)
        local = datetime.fromtimestamp(first, UTC).astimezone(self._zone)
        return local.toordinal(), int(parse_rfc3339(end) - first > LONGEST_DAYS * 86_400)

    def columns(self) -> Columns:
        """Return the set as arrays in order of acceptance, for ticks to read."""
        return Columns(self)


D = TypeVar("D", bound=np.generic)


class OfClass(Generic[D]):
    """A column that the class of an event tells, looked up for the rows that are asked for."""

    def __init__(self, values: npt.NDArray[D], klass: Narrow) -> None:
        self.values = values
        """What each class tells."""
        self._klass = klass

    def __getitem__(self, rows: slice | npt.NDArray[Any]) -> npt.NDArray[D]:
        found: npt.NDArray[D] = self.values[self._klass[rows]]
        return found


class Columns:
    """The set in order of acceptance. Index arrays with what `before` gives."""

    def __init__(self, contributions: Contributions) -> None:
        c = contributions
        self.grid = c.grid
        self.classes = tuple(c.classes)
        accepted = np.frombuffer(c._accepted, dtype=np.int64)
        order = np.argsort(accepted, kind="stable")
        self.accepted: IntArray = accepted[order]
        self.number: Narrow = order.astype(np.int32)
        self.day: Narrow = np.frombuffer(c._day, dtype=np.int32)[order]
        self.monthly = np.frombuffer(c._monthly, dtype=np.int8)[order]
        self.place = np.frombuffer(c._place, dtype=np.int32)[order]
        self.klass: Narrow = np.frombuffer(c._class, dtype=np.int32)[order]
        self.kinds = sorted({k.kind for k in c.classes})
        self.publishers = sorted({k.publisher for k in c.classes})
        categories = np.array([k.categories for k in c.classes], dtype=np.int32)
        generated = np.array([k.generated for k in c.classes], dtype=np.int32)
        police = np.array([k.kind == "police" for k in c.classes], dtype=bool)
        kind = np.array([self.kinds.index(k.kind) for k in c.classes], dtype=np.int32)
        publisher = [self.publishers.index(k.publisher) for k in c.classes]
        self.categories = OfClass(categories, self.klass)
        self.generated = OfClass(generated, self.klass)
        self.police = OfClass(police, self.klass)
        self.kind = OfClass(kind, self.klass)
        self.publisher = OfClass(np.array(publisher, dtype=np.int32), self.klass)
        removed = np.full(len(accepted), NEVER, dtype=np.int64)
        for number, at in c._removed.items():
            removed[number] = at
        self.removed: IntArray = removed[order]
        self._contributions = contributions

    def before(self, now: int) -> int:
        """Return how many were accepted before `now`: they are the first ones."""
        return int(np.searchsorted(self.accepted, now, side="left"))

    def subjects(self) -> tuple[Narrow, npt.NDArray[np.uint64]]:
        """Return rows and the subject that each names, a subject being one across two periods.

        A subject is the first 64 bits of its pseudonym: with a million of them, two meet by
        accident once in forty million runs.
        """
        c = self._contributions
        if not len(c._token):
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.uint64)
        row_of = np.empty(len(self.number), dtype=np.int32)
        row_of[self.number] = np.arange(len(self.number))
        rows = row_of[np.frombuffer(c._token_of, dtype=np.int32)]
        subjects = np.frombuffer(c._token, dtype=np.uint64).copy()
        if c._former:
            pairs = [(subject, former) for subject, (former, _) in c._former.items()]
            known = np.array(pairs, dtype=np.uint64)
            known = known[np.argsort(known[:, 0])]
            at = np.searchsorted(known[:, 0], subjects)
            at[at == len(known)] = 0
            same = known[at, 0] == subjects
            subjects[same] = known[at[same], 1]
        return rows, subjects
