"""What codes are called when a person reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

CATEGORY_WORDS = {
    "homicide": "Homicide",
    "knife": "Knife crime",
    "firearm": "Firearms",
    "corrosive": "Corrosive substances",
    "other-weapon": "Other weapons",
    "violence-injury": "Violence with injury",
    "violence-no-injury": "Violence without injury",
    "robbery": "Robbery",
    "sexual": "Sexual offences",
    "domestic-abuse": "Domestic abuse",
    "county-lines": "County lines",
    "exploitation": "Exploitation",
    "group-violence": "Group violence",
    "online-conflict": "Conflict online",
    "school-weapon": "Weapons in school",
    "school-violence": "Violence in school",
    "drugs": "Drugs",
    "arson-threat": "Deliberate fires",
    "disorder-nte": "Disorder in the night-time economy",
    "asb": "Antisocial behaviour",
    "missing": "Missing people",
    "context-only": "Context",
    "excluded": "Excluded",
}

KIND_WORDS = {"police": "police", "fire": "fire", "health": "health", "schools": "schools"}

LEVEL_WORDS = {
    "above": "above usual",
    "well-above": "well above usual",
    "far-above": "far above usual",
}

MARKING = (
    "OFFICIAL-SENSITIVE. For the named audience only; do not pass on. About places, not people. "
    "Not by itself grounds for stop and search. A threat to life goes to police control, not here."
)

REPEAT_INVOLVEMENT = "Repeat involvement"
"""What an alert of linkage is about: its events may be of any category."""

NOT_A_REFERRAL = (
    "Concerns of schools: sending one here is not a referral, and nobody watches this hub round "
    "the clock. In danger, call 999. For a child at risk, go to your council's front door for "
    "children (the MASH) and your designated safeguarding lead; for a crime, call 101."
)
"""What everybody is told who sends a `schools.concern` event."""

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)


def subject_words(signal: str, hub_category: str) -> str:
    """Return what an alert is about, given the code of its signal and its hub category."""
    return REPEAT_INVOLVEMENT if signal == "linkage" else CATEGORY_WORDS[hub_category]


def beside_words(hub_categories: Iterable[str]) -> str:
    """Return a sentence, with a space before it, for what else an issue shows as; else nothing."""
    found = [CATEGORY_WORDS[one] for one in hub_categories]
    words = [one[0].lower() + one[1:] for one in found]
    return f" It shows as {listed(words)} too." if words else ""


def day_words(day: date, year: bool = True) -> str:
    """Return a day as `3 March 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]}" + (f" {day.year}" if year else "")


def listed(words: Sequence[str]) -> str:
    """Return `a`, `a and b` or `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " and " + words[-1]


def number_words(n: int) -> str:
    """Return `no`, `one`, …, `nine`, or the digits of a larger number."""
    words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    return words[n] if n < len(words) else str(n)


def agency_names(agencies: Iterable[tuple[str, str]], legal: Mapping[str, str]) -> dict[str, str]:
    """Return a short name for each agency (id, kind): its kind where it is the only one of it.

    Of several of one kind each has its legal name, else its id. They come in the order in which
    a page names kinds, police first.
    """
    kinds = dict(agencies)
    order = list(KIND_WORDS)
    found = {}
    for id, kind in sorted(
        kinds.items(), key=lambda one: (order.index(one[1]) if one[1] in order else len(order), one)
    ):
        alone = list(kinds.values()).count(kind) == 1
        found[id] = KIND_WORDS.get(kind, kind).capitalize() if alone else legal.get(id, id)
    return found
