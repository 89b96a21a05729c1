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
from typing import Any

from cioghub.steps.picture.fortnights import Fortnight
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.categories import COUNTED
from cioghub.vocabulary.readings import Shown, Source
from cioghub.vocabulary.tallies import Tally
from cioghub.vocabulary.words import CATEGORY_WORDS, LEVEL_WORDS, MARKING, day_words, listed

DEFINITION = "picture-1"
PERCENT_BASE = 20
"""No percentage is given on a base below this."""


@dataclass(frozen=True, slots=True)
class FeedState:
    """One feed at the freeze: when it was last heard of, and since when it is late, if it is."""

    publisher: str
    kind: str
    source: str
    last_heard: str | None
    late: bool
    contributed: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """One alert as this audience last read it, and how it stands in the fortnight."""

    alert: str
    state: str
    data: Mapping[str, Any]
    raised: str


@dataclass(frozen=True, slots=True)
class Counted:
    """The tallies a picture needs, each as known at the freeze but `last_then`."""

    now: Tally
    last: Tally
    season: Tally | None
    last_then: Tally | None
    month: Tally | None
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
        _cell(level, code, name, counted, sources, standings, feeds, quiet_limits)
        for level, code, name in reader.cells
    ]
    return {
        "definition": DEFINITION,
        "audience": {"id": reader.id, "name": reader.name},
        "fortnight": {"from": fortnight.first.isoformat(), "to": fortnight.last.isoformat()},
        "frozen_at": frozen_at,
        "marking": MARKING,
        "label": label,
        "sentences": _sentences(fortnight, standings, feeds, cells, areas),
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
) -> dict[str, Any]:
    rows = []
    for category in COUNTED:
        entries = [
            entry
            for source in sources
            if (entry := _entry(level, code, category, counted, source)) is not None
        ]
        if entries:
            rows.append(
                {"hub_category": category, "name": CATEGORY_WORDS[category], "counts": entries}
            )
    touching = [one for one in standings if _touches(one, level, code) and one.state != "closed"]
    quiet = None
    if not touching:
        quiet = _quiet(feeds, quiet_limits.get(f"{level}:{code}"))
    return {"level": level, "code": code, "name": name, "counts": rows, "quiet": quiet}


def _touches(standing: Standing, level: str, code: str) -> bool:
    if level == "ciog":
        return code == standing.data["ciog"] or code in standing.data["also"]
    return code in standing.data["csps"]


def _entry(
    level: str, code: str, category: str, counted: Counted, source: Source
) -> dict[str, Any] | None:
    now = counted.now.of(source.agreements, level, code, category)
    last = counted.last.of(source.agreements, level, code, category)
    season = counted.season.of(source.agreements, level, code, category) if counted.season else None
    if not now and not last and not season:
        return None
    entry: dict[str, Any] = {
        "publisher": source.publisher,
        "count": source.show(now),
        "last": source.show(last),
        "season": None if season is None else source.show(season),
    }
    entry["change"] = _change(entry["count"], entry["last"])
    return entry


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


def _quiet(feeds: Sequence[FeedState], limit: str | None) -> dict[str, str]:
    ended = limit if limit and limit.startswith("not shared") else None
    if ended:
        return {"form": "not-shared", "words": f"Cannot say: {ended}."}
    late = sorted({feed.kind for feed in feeds if feed.late})
    if late:
        return {
            "form": "late-feed",
            "words": f"Cannot say: no data from {listed(late)} for longer than agreed.",
        }
    if limit:
        return {"form": "too-few", "words": f"Too few to say: {limit}."}
    return {"form": "nothing-unusual", "words": "Nothing unusual in the data received."}


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
    if counted.last_then is None:
        return found
    for source in sources:
        then = now = 0
        for level, code, _ in reader.cells:
            for category in COUNTED:
                then += counted.last_then.of(source.agreements, level, code, category)
                now += counted.last.of(source.agreements, level, code, category)
        if now == then:
            continue
        if source.exact:
            words = f"{now - then:+d} counts since the last picture was frozen"
        else:
            words = "some counts have changed since the last picture was frozen"
        found.append({"publisher": source.publisher, "words": words})
    return found


def _monthly(counted: Counted, sources: Sequence[Source], reader: Reader) -> dict[str, Any] | None:
    if counted.month is None or not counted.month.cells:
        return None
    rows = []
    for level, code, name in reader.cells:
        for category in COUNTED:
            for source in sources:
                count = counted.month.of(source.agreements, level, code, category)
                if count:
                    rows.append(
                        {
                            "level": level,
                            "code": code,
                            "name": name,
                            "hub_category": category,
                            "publisher": source.publisher,
                            "count": source.show(count),
                        }
                    )
    return {"month": counted.month_name, "counts": rows}


def _sentences(
    fortnight: Fortnight,
    standings: Sequence[Standing],
    feeds: Sequence[FeedState],
    cells: Sequence[Mapping[str, Any]],
    areas: Areas,
) -> list[str]:
    """Return at most three sentences that a chair can say aloud."""
    names = {ciog.id: ciog.name for ciog in areas.ciogs}
    period = f"{day_words(fortnight.first, False)} to {day_words(fortnight.last)}"
    by_state = {
        state: [one for one in standings if one.state == state]
        for state in ("new", "continuing", "closed")
    }
    counts = [f"{_number(len(by_state[state]))} {state}" for state in by_state if by_state[state]]
    if counts:
        first = f"In the fortnight from {period} there were {listed(counts)} alerts."
    else:
        forms = sorted({str(c["quiet"]["words"]).rstrip(".") for c in cells if c["quiet"]})
        first = f"In the fortnight from {period} there was no alert. {'; '.join(forms)}."
    said = [first]
    strongest = sorted(
        (one for one in standings if one.state != "closed"),
        key=lambda one: (-_rank(one), one.raised, one.alert),
    )
    if strongest:
        one = strongest[0]
        where = listed([names.get(c, c) for c in (one.data["ciog"], *one.data["also"])])
        what = CATEGORY_WORDS[one.data["hub_category"]]
        said.append(f"Look first at {where}: {what.lower()}, {LEVEL_WORDS[one.data['level']]}.")
    late = sorted({feed.kind for feed in feeds if feed.late})
    if late:
        said.append(f"We have heard nothing from {listed(late)} for longer than agreed.")
    return said


def _rank(standing: Standing) -> int:
    return list(LEVEL_WORDS).index(standing.data["level"])


def _number(n: int) -> str:
    words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    return words[n] if n < len(words) else str(n)
