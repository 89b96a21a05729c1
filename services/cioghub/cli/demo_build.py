"""Makes the demo: simulates, replays, and writes the pages, into one folder whole or not at all."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from cioghub.bootstrap import checked_bundle, default_areas, default_rules, drawable
from cioghub.cli.progress import progress
from cioghub.cli.simulate import EVENTS, TRUTH, write_simulation
from cioghub.runtimes.batch.run import run_replay
from cioghub.simulate.stream import Settings, Simulation
from cioghub.steps.disclose.release import Releases
from cioghub.stores.whole_folder import whole_folder
from cioghub.wire.areas import read_areas
from cioghub.wire.site.build import Site

FIRST = date(2026, 1, 5)
"""A Monday on which a fortnight begins, inside the dates of the shipped agreements."""

LEARNING_DAYS = 90
SHOWN_DAYS = 90
LABEL = "Simulated data"
PARTS = frozenset({"simulated", "results", "pages", "keys.json", "summary.json"})


def build_demo(
    folder: Path,
    seed: int,
    say: Callable[[str], None],
    learning: int = LEARNING_DAYS,
    shown: int = SHOWN_DAYS,
) -> None:
    """Write `simulated/`, `results/` and `pages/` into the folder; say what is being done.

    Of the simulated days the first `learning` only teach the hub what is usual.

    Raises:
        WrongUse: the folder holds something else.
        EnvironmentFailed: the machine failed; nothing is left half-written.
    """
    began = time.monotonic()
    areas_file = default_areas()
    areas = read_areas(areas_file)
    days = learning + shown
    with whole_folder(folder, PARTS) as work:
        say(f"1 of 3: simulating {days} days of four agencies (the last {shown} are shown)…")
        run = Simulation(areas, Settings(seed, FIRST, days, 1.0))
        write_simulation(run, work / "simulated")
        say("2 of 3: replaying them through the whole journey, about half a minute…")
        # The folder that is being made is locked until it stands, and a replay locks its parent.
        apart = work / "replay"
        with progress() as show:
            summary = run_replay(
                events=[work / "simulated" / EVENTS],
                rules=None,
                areas_file=None,
                out=apart / "results",
                keys=work / "keys.json",
                until=None,
                timings=False,
                label=LABEL,
                progress=show,
            )
        (apart / "results").rename(work / "results")
        apart.rmdir()
        say("3 of 3: writing the pages…")
        bundle = checked_bundle(default_rules(), areas).bundle
        releases = Releases(bundle.agreements)
        publishers = {
            agreement.publisher: None
            for agreement in bundle.agreements
            if agreement.recipient == "hub-correlation"
        }
        site = Site(
            results=work / "results",
            truth=work / "simulated" / TRUTH,
            areas=areas,
            boundaries=drawable(areas_file),
            parties=bundle.parties,
            releases={
                audience: {one: releases.of_publisher(one, audience) for one in publishers}
                for audience in bundle.audiences
            },
            first=FIRST + timedelta(days=learning),
            last=FIRST + timedelta(days=days - 1),
            label=LABEL,
        )
        site.write(work / "pages")
        (work / "keys.json").unlink()
        made = {"demo": True, "seed": seed, "from": FIRST.isoformat(), "days": days}
        (work / "summary.json").write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    alerts = summary["alerts"]
    say(
        f"{summary['read']} events read, {alerts['raised']} alerts raised in "
        f"{time.monotonic() - began:.0f} s."
    )
