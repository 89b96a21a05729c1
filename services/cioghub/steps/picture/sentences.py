"""What a chair says aloud when the picture is on the table: at most three sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cioghub.steps.picture.feeds import FeedState, who_is_late
from cioghub.steps.picture.quiet import FORM_WORDS
from cioghub.steps.picture.standing import Standing
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.fortnights import Fortnight
from cioghub.vocabulary.words import (
    LEVEL_WORDS,
    day_words,
    listed,
    number_words,
    subject_words,
)


def sentences(
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
    counts = [
        f"{number_words(len(by_state[state]))} {state}" for state in by_state if by_state[state]
    ]
    if counts:
        number, state = counts[0].split()
        counts[0] = f"{number} {state} {'alert' if number == 'one' else 'alerts'}"
        first = f"In the fortnight from {period} we have {listed(counts)}."
    else:
        first = f"In the fortnight from {period} there was no alert{_quiet(cells)}."
    said = [first]
    strongest = sorted(
        (one for one in standings if one.state != "closed"),
        key=lambda one: (-_rank(one), one.raised, one.alert),
    )
    if strongest:
        one = strongest[0]
        where = listed([names.get(c, c) for c in (one.data["ciog"], *one.data["also"])])
        what = subject_words(one.data["signal"], one.data["hub_category"])
        said.append(f"Look first at {where}: {what.lower()}, {LEVEL_WORDS[one.data['level']]}.")
    late = who_is_late(feeds)
    if late:
        said.append(f"We have heard nothing from {listed(late)} for longer than agreed.")
    return said


def _quiet(cells: Sequence[Mapping[str, Any]]) -> str:
    """Return what quiet means, form by form, with the areas that it is said of."""
    by_form: dict[str, list[str]] = {}
    for cell in cells:
        if cell["quiet"]:
            by_form.setdefault(cell["quiet"]["form"], []).append(cell["name"])
    parts = [f"{FORM_WORDS[form]} in {listed(names)}" for form, names in by_form.items()]
    return f": {'; '.join(parts)}" if parts else ""


def _rank(standing: Standing) -> int:
    return list(LEVEL_WORDS).index(standing.data["level"])
