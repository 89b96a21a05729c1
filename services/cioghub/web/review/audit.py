"""Who changed and who read what: for auditors, and for DPOs but for other agencies' people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from cioghub.ports.audit import Kind, Record, Records, Wanted
from cioghub.vocabulary.people import Person
from cioghub.vocabulary.words import MARKING
from cioghub.web.review.found import hub_of
from cioghub.web.shell.csv_file import Row, long_csv_file
from cioghub.web.who.asking import reader
from cioghub.web.who.permissions import Action, require
from cioghub.web.who.policies import audited_agency
from cioghub.web.who.reasons import REASON_WORDS

ROUTER = APIRouter(prefix="/review/audit", include_in_schema=False)

ROWS = 50
"""Records on one page."""
_AT_ONCE = 1000
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SHORT = MARKING.split(".")[0]
KINDS: Mapping[Kind, str] = {Kind.CHANGES: "What was changed", Kind.READS: "What was read"}

Reading = Annotated[Person, Depends(reader)]
Text = Annotated[str, Query(max_length=100)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the records are asked for in the address; `first` and `last` are days, both included.

    What is not understood asks nothing.
    """

    kind: Text = Kind.CHANGES.value
    who: Text = ""
    about: Text = ""
    first: Text = ""
    last: Text = ""

    def wanted(self, zone: ZoneInfo, party: str | None) -> Wanted:
        """Return which records these are, with days of the partnership's time zone."""
        last = _day(self.last)
        return Wanted(
            Kind(self.kind) if self.kind in set(Kind) else Kind.CHANGES,
            self.who.strip(),
            self.about.strip(),
            _midnight(_day(self.first), zone),
            _midnight(last + timedelta(days=1), zone) if last else None,
            party,
        )

    def address(self, **more: int) -> str:
        """Return the query of an address that asks the same."""
        said = {name: getattr(self, name) for name in ("kind", "who", "about", "first", "last")}
        return urlencode({**said, **more})


Wants = Annotated[Asked, Depends()]


@ROUTER.get("")
def audit(
    request: Request,
    asking: Reading,
    asked: Wants,
    before: Annotated[int | None, Query(ge=1, le=10**15)] = None,
) -> Response:
    """Show what was changed, or what was read, newest first."""
    records, wanted = _allowed(request, asking, asked)
    found = records.find(wanted, before, ROWS + 1)
    rows = found[:ROWS]
    answer: Response = request.app.state.pages.page(
        request,
        "audit.html.j2",
        person=asking,
        kinds=KINDS,
        wanted=wanted,
        asked=asked,
        rows=rows,
        reason_words=REASON_WORDS,
        older=asked.address(before=rows[-1].number) if len(found) > ROWS else None,
        newest=before is None,
    )
    return answer


@ROUTER.get(".csv")
def audit_file(request: Request, asking: Reading, asked: Wants) -> Response:
    """Return every record that is asked for, newest first, as CSV."""
    records, wanted = _allowed(request, asking, asked)
    zone = _zone(request)
    head = ("number", "time", "who", "id", "step", "about", "facts", "reason", "words", "marking")
    rows = (_row(one, zone) for one in _every(records, wanted))
    return long_csv_file(wanted.kind.value, head, rows)


def _allowed(request: Request, asking: Person, asked: Asked) -> tuple[Records, Wanted]:
    require(asking, Action.READ_AUDIT)
    return hub_of(request).people.records, asked.wanted(_zone(request), audited_agency(asking))


def _every(records: Records, wanted: Wanted) -> Iterator[Record]:
    before = None
    while True:
        found = records.find(wanted, before, _AT_ONCE)
        yield from found
        if len(found) < _AT_ONCE:
            return
        before = found[-1].number


def _row(one: Record, zone: ZoneInfo) -> Row:
    facts = "; ".join(f"{name}: {value}" for name, value in (one.facts or {}).items())
    at = datetime.fromtimestamp(one.at, UTC).astimezone(zone)
    told = (one.number, f"{at:%Y-%m-%d %H:%M:%S}", one.name, one.who)
    return (*told, one.action or "read", one.about, facts, one.reason, one.words, _SHORT)


def _zone(request: Request) -> ZoneInfo:
    return ZoneInfo(hub_of(request).loaded.bundle.areas.timezone)


def _day(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date | None, zone: ZoneInfo) -> int | None:
    return None if day is None else int(datetime.combine(day, time(), zone).timestamp())
