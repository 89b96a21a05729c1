"""The fortnightly picture of one audience: new, continuing, closed; how much; who was silent.

Rules for editors:
1. It is made of what `disclose` lets this audience read, and of nothing else.
2. A fortnight and a month are never compared or added: months are a panel of their own.
3. Quiet is never just green: it says which of its four forms it has.
4. Asked again with the same input it is the same, to the byte: no clock, no order of arrival.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from cioghub.steps.picture.feeds import FeedState
from cioghub.steps.picture.quiet import quiet_words, rise_noticed
from cioghub.steps.picture.sentences import sentences
from cioghub.steps.picture.standing import Standing
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.categories import COUNTED
from cioghub.vocabulary.fortnights import Fortnight
from cioghub.vocabulary.readings import Shown, ShownCounts, Source
from cioghub.vocabulary.tallies import Tally
from cioghub.vocabulary.words import CATEGORY_WORDS, MARKING

DEFINITION = "picture-1"
PERIODS = ("count", "last", "season")
PERCENT_BASE = 20
"""No percentage is given on a base below this."""


class Period(NamedTuple):
    """One period: its true counts, and how each of them may be shown."""

    tally: Tally
    show: ShownCounts


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts a picture needs, each as known at the freeze but `last_then`."""

    now: Period
    last: Period | None
    season: Period | None
    last_then: Tally | None
    month: Period | None
    month_name: str | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who the picture is for, and the areas that it reads, as (level, code, name)."""

    id: str
    name: str
    cells: tuple[tuple[str, str, str], ...]


def compile_picture(
    reader: Reader,
    fortnight: Fortnight,
    counted: Counted,
    sources: Sequence[Source],
    standings: Sequence[Standing],
    feeds: Sequence[FeedState],
    quiet_limits: Mapping[str, str],
    areas: Areas,
    frozen_at: str,
    bundle_hash: str,
    label: str | None,
) -> dict[str, Any]:
    """Return the picture as plain values, ready to be written as JSON.

    `quiet_limits` says for each area (`level:code`) in words why quiet there might not be quiet:
    too short a history, or an ended agreement.
    """
    cells = [
        _cell(level, code, name, counted, sources, standings, feeds, quiet_limits, areas)
        for level, code, name in reader.cells
    ]
    return {
        "definition": DEFINITION,
        "audience": {"id": reader.id, "name": reader.name},
        "fortnight": {"from": fortnight.first.isoformat(), "to": fortnight.last.isoformat()},
        "frozen_at": frozen_at,
        "marking": MARKING,
        "label": label,
        "sentences": sentences(fortnight, standings, feeds, cells, areas),
        "alerts": [_alert(one) for one in standings],
        "areas": cells,
        "agencies": _agencies(feeds),
        "late": _late(counted, sources, reader),
        "provisional": [
            "The latest fortnight is still filling: what agencies send late is added to the next "
            "picture, and said there."
        ],
        "monthly": _monthly(counted, sources, reader),
        "rules": bundle_hash,
    }


def _alert(standing: Standing) -> dict[str, Any]:
    return {
        "alert": standing.alert,
        "state": standing.state,
        "raised": standing.raised,
        "looked_at_by_a_person": False,
        **standing.data,
    }


def _cell(
    level: str,
    code: str,
    name: str,
    counted: Counted,
    sources: Sequence[Source],
    standings: Sequence[Standing],
    feeds: Sequence[FeedState],
    quiet_limits: Mapping[str, str],
    areas: Areas,
) -> dict[str, Any]:
    rows = []
    for category in COUNTED:
        entries = [
            (source, entry)
            for source in sources
            if (entry := _entry(level, code, category, counted, source)) is not None
        ]
        if entries:
            rows.append(
                {
                    "hub_category": category,
                    "name": CATEGORY_WORDS[category],
                    "counts": [entry for _, entry in entries],
                    "noticed": _noticed(level, entries),
                }
            )
    touching = [
        one for one in standings if _touches(one, level, code, areas) and one.state != "closed"
    ]
    quiet = None
    if not touching:
        limit = quiet_limits.get(f"{level}:{code}")
        quiet = quiet_words(feeds, limit, rows, counts=bool(sources))
    return {"level": level, "code": code, "name": name, "counts": rows, "quiet": quiet}


def _touches(standing: Standing, level: str, code: str, areas: Areas) -> bool:
    if level == "ciog":
        return code == standing.data["ciog"] or code in standing.data["also"]
    if level == "csp":
        return code in standing.data["csps"]
    places = (areas.place(e, one) for e in areas.editions() for one in standing.data["places"])
    return any(place is not None and place.parents.get(level) == code for place in places)


def _entry(
    level: str, code: str, category: str, counted: Counted, source: Source
) -> dict[str, Any] | None:
    periods = {"count": counted.now, "last": counted.last, "season": counted.season}
    shown = {
        name: one.show(source, level, code, category) if one else None
        for name, one in periods.items()
    }
    # Absent means zero throughout: a row whose zero is left out stays, or it would tell it.
    if all(shown[name] == 0 for name, one in periods.items() if one):
        return None
    entry: dict[str, Any] = {"publisher": source.publisher, **shown}
    entry["left_out"] = [name for name, one in periods.items() if one and entry[name] is None]
    entry["change"] = _change(entry["count"], entry["last"])
    return entry


def _noticed(level: str, entries: Sequence[tuple[Source, Mapping[str, Any]]]) -> int | None:
    """Return what rise of these counts together would be noticed; None where that is not known.

    The hub looks for surges in a CIOG's area and over all publishers together: of a part of the
    area, or of counts that are not exact, nothing can be promised.
    """
    if level != "ciog" or not all(source.exact for source, _ in entries):
        return None
    usual = 0.0
    for _, entry in entries:
        known = [entry[name] for name in PERIODS if isinstance(entry[name], int)]
        if not known:
            return None
        usual += sum(known) / len(known)
    return rise_noticed(usual)


def _change(now: Shown, last: Shown) -> str | None:
    """Say the change in words, from what is shown alone; a percentage on a fair base only."""
    if not isinstance(now, int) or not isinstance(last, int):
        return None
    if now == last:
        return "same"
    word = "up" if now > last else "down"
    if last < PERCENT_BASE:
        return word
    return f"{word} {round(abs(now - last) * 100 / last)}%"


def _agencies(feeds: Sequence[FeedState]) -> list[dict[str, Any]]:
    return [
        {
            "publisher": feed.publisher,
            "kind": feed.kind,
            "source": feed.source,
            "last_heard": feed.last_heard,
            "late": feed.late,
            "contributed": feed.contributed,
        }
        for feed in feeds
    ]


def _late(counted: Counted, sources: Sequence[Source], reader: Reader) -> list[dict[str, Any]]:
    """Say what came late for the fortnight before: a number only where counts are exact."""
    found: list[dict[str, Any]] = []
    if counted.last_then is None or counted.last is None:
        return found
    for source in sources:
        more = less = 0
        for level, code, _ in reader.cells:
            for category in COUNTED:
                cell = (source.agreements, level, code, category)
                change = counted.last.tally.of(*cell) - counted.last_then.of(*cell)
                more, less = more + max(change, 0), less + min(change, 0)
        if not more and not less:
            continue
        if source.exact:
            changes = " and ".join(f"{change:+d}" for change in (more, less) if change)
            words = f"{changes} counts since the last picture was frozen"
        else:
            words = "some counts have changed since the last picture was frozen"
        found.append({"publisher": source.publisher, "words": words})
    return found


def _monthly(counted: Counted, sources: Sequence[Source], reader: Reader) -> dict[str, Any] | None:
    if counted.month is None:
        return None
    rows = []
    for level, code, name in reader.cells:
        for category in COUNTED:
            for source in sources:
                count = counted.month.show(source, level, code, category)
                if count != 0:
                    rows.append(
                        {
                            "level": level,
                            "code": code,
                            "name": name,
                            "hub_category": category,
                            "publisher": source.publisher,
                            "count": count,
                        }
                    )
    return {"month": counted.month_name, "counts": rows}
