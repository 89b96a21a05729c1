"""Times a chair of East who guesses: does an id that exists in North take longer than one that does
not? Both kinds are asked for in turns drawn by chance, so that what else the machine does falls on
both alike.

`python -m tests.live.timing_drill [GUESSES]` prints, for each page, the medians and how often a
right guess took longer than a wrong one: 0.500 tells nothing.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from scipy.stats import mannwhitneyu
from tests.people import HandClock
from tests.tactical_hub import DAY, Visitor, data_of, hub_on, tell

from cioghub.stores.sql.database import open_database
from cioghub.vocabulary.people import Role
from cioghub.web.app import create_app

GUESSES = 1000
ALERTS = 300
PAGES = ("/tactical/alerts/{}", "/tactical/areas/east?q={}", "/tactical/areas/east/alerts.csv?q={}")


def main(guesses: int) -> None:
    """Print the figures of each page."""
    with tempfile.TemporaryDirectory() as home:
        engine, clock = open_database(Path(home)), HandClock()
        for number in range(ALERTS):
            for area in ("north", "east"):
                tell(engine, f"al-{area}-{number:04}", clock.now() - DAY, data_of(area))
        chair = Visitor(engine, create_app(hub_on(engine, clock)), Role.CHAIR, "east")
        for page in PAGES:
            print(_figures(chair, page, guesses))
        engine.dispose()


def _figures(chair: Visitor, page: str, guesses: int) -> str:
    drawn = random.Random(page)
    turns = [("north", n % ALERTS) for n in range(guesses)]
    turns += [("nowhr", n % ALERTS) for n in range(guesses)]
    drawn.shuffle(turns)
    taken: dict[str, list[float]] = {"north": [], "nowhr": []}
    for area, number in turns:
        address = page.format(f"al-{area}-{number:04}")
        begun = time.perf_counter()
        chair.get(address)
        taken[area].append(1000 * (time.perf_counter() - begun))
    right, wrong = taken["north"], taken["nowhr"]
    tested = mannwhitneyu(right, wrong)
    longer = tested.statistic / (len(right) * len(wrong))
    return (
        f"{page}: right {statistics.median(right):.2f} ms, "
        f"wrong {statistics.median(wrong):.2f} ms; right takes longer "
        f"{longer:.3f} of the time (p = {tested.pvalue:.2f}), {guesses} guesses of each"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else GUESSES)
