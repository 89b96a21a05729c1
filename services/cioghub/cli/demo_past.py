"""Makes the past of a demo: simulated days, taken in and settled by the live hub itself."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cioghub.bootstrap import default_areas
from cioghub.cli.demo_agencies import Agencies
from cioghub.cli.demo_clock import DemoClock
from cioghub.runtimes.embedded.opening import open_hub
from cioghub.settings import Settings
from cioghub.simulate.stream import Settings as Simulated
from cioghub.simulate.stream import Simulation
from cioghub.stores.whole_folder import MARK, whole_folder
from cioghub.vocabulary.areas import Areas
from cioghub.wire.areas import read_areas

FIRST = date(2026, 1, 5)
"""A Monday on which a fortnight begins, inside the dates of the shipped agreements."""

PAST_DAYS = 96
"""Ninety days and the first of the next ninety: an alert is raised at the first midnight after."""

COMING_DAYS = 16
"""As much happens in them as else in ninety, so that there is much to see."""

LABEL = "Simulated data"
HOME, COMING = "hub", "coming.jsonl.gz"
PARTS = frozenset({HOME, COMING, MARK})
_HOUR = 3600


def begins(areas: Areas, past: int = PAST_DAYS) -> int:
    """Return the midnight at which a demo begins, in seconds since 1970 UTC."""
    day = date.fromordinal(FIRST.toordinal() + past)
    return _midnight(day, areas)


def make_past(
    folder: Path,
    seed: int,
    say: Callable[[str], None],
    past: int = PAST_DAYS,
    coming: int = COMING_DAYS,
) -> None:
    """Write the past of a hub into a folder, unless the same one is there; and what is to come.

    Raises:
        WrongUse: the folder holds something else.
        EnvironmentFailed: the machine failed; nothing is left half-written.
    """
    made = {"demo": True, "seed": seed, "from": FIRST.isoformat(), "past": past, "coming": coming}
    if _is_there(folder, made):
        return
    began = time.monotonic()
    areas = read_areas(default_areas())
    with whole_folder(folder, PARTS) as work:
        say(f"1 of 2: {past} days of four agencies are simulated and taken in…")
        begin = begins(areas, past)
        clock = DemoClock(_midnight(FIRST, areas))
        opened = open_hub(Settings(home=work / HOME), clock, label=LABEL)
        feeds = frozenset(opened.loaded.bundle.parties.feed_owners())
        agencies = Agencies(Simulation(areas, Simulated(seed, FIRST, past + coming)).lines(), feeds)
        while agencies.next_at is not None and agencies.next_at < begin:
            # An hour at a time, so that each event is accepted within an hour of its coming.
            clock.put_on(min(agencies.next_at // _HOUR * _HOUR + _HOUR, begin) - 1)
            opened.hub.load(agencies.due(clock.now()), feeds)
        say("2 of 2: what they mean is settled, midnight by midnight; half a minute…")
        clock.put_on(begin)
        with opened.keeper:
            opened.hub.settle()
        opened.engine.dispose()
        with gzip.open(work / COMING, "wb", compresslevel=4) as file:
            file.writelines(agencies.rest())
        (work / MARK).write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    say(f"The past was made in {time.monotonic() - began:.0f} s.")


def coming_lines(folder: Path) -> Iterator[bytes]:
    """Yield what is still to be sent, in order of arrival."""
    with gzip.open(folder / COMING, "rb") as file:
        yield from file


def _midnight(day: date, areas: Areas) -> int:
    local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(areas.timezone))
    return int(local.timestamp())


def _is_there(folder: Path, made: dict[str, object]) -> bool:
    try:
        return bool(json.loads((folder / MARK).read_text(encoding="utf-8")) == made)
    except (OSError, ValueError):
        return False
