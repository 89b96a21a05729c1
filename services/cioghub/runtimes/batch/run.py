"""One replay from files to files: everything is read, judged and written, or nothing is."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cioghub.bootstrap import (
    checked_bundle,
    default_areas,
    default_rules,
    journey_of,
    key_ring,
    ledger_in,
    log_reader,
    picture_page,
)
from cioghub.errors import WrongUse
from cioghub.few_cycles import few_cycles
from cioghub.live.areas import areas_to_run
from cioghub.runtimes.batch.log_replay import LogReplay
from cioghub.runtimes.batch.means import Means, Progress
from cioghub.runtimes.batch.outputs import Outputs
from cioghub.runtimes.batch.replay import Replay
from cioghub.settings import read_settings
from cioghub.stores.whole_folder import whole_folder
from cioghub.wire.json_lines import check_there, read_lines

RESULTS = frozenset(
    {
        "rejected.jsonl",
        "shared",
        "withheld.jsonl",
        "alerts.jsonl",
        "audiences",
        "receipts",
        "notices.jsonl",
        "ledger",
        "summary.json",
    }
)
"""All that stands in a folder of results; one that holds anything else is not replaced."""


def run_replay(
    events: Sequence[Path],
    rules: Path | None,
    areas_file: Path | None,
    out: Path,
    keys: Path | None,
    until: int | None,
    timings: bool,
    label: str | None,
    progress: Progress,
    types: set[str] | None = None,
    log: Path | None = None,
) -> dict[str, Any]:
    """Replay files of events into the folder `out`; return its summary.

    `types`, if given, gets the event types that were accepted. `log` names the home of a live hub,
    or a backup of one, whose log is gone through instead of `events`.

    Raises:
        WrongUse: a file is not there or not what it claims, or `out` holds something else.
        AnswerIsNo: the rules fail their check.
        EnvironmentFailed: the machine failed.
    """
    began = time.monotonic()
    for path in events:
        check_there(path)
    areas_file = areas_file or default_areas()
    _keep_apart(out, [*events, rules, areas_file, keys, log])
    areas = areas_to_run(areas_file)
    loaded = checked_bundle(rules or default_rules(), areas)
    bundle = loaded.bundle
    settings = read_settings()
    ring = key_ring(keys if keys or log is None else log / "keys.json", settings)
    journey = journey_of(bundle, ring)
    page = picture_page(areas_file, areas, bundle.parties)
    with whole_folder(out, RESULTS) as folder:
        outputs = Outputs(folder, bundle.recipients, bundle.audiences, journey.zone)
        ledger = ledger_in(folder / "ledger", ring, bundle)
        means = Means(journey, outputs, ledger, page, label, progress)
        with few_cycles():
            if log is not None:
                again = LogReplay(means)
                counts = again.run(log_reader(log, settings.database))
            else:
                replay = Replay(means)
                for path in events:
                    replay.read(read_lines(path))
                counts = replay.finish(until)
                if types is not None:
                    types |= replay.types
        ledger.close()
        summary: dict[str, Any] = {
            "read": counts.read,
            "accepted": counts.accepted,
            "rejected": counts.rejected,
            "duplicates": counts.duplicates,
            "recipients": counts.recipients,
            "alerts": counts.alerts,
            "audiences": list(bundle.audiences),
            "bundle": bundle.hash,
            "draft": loaded.draft,
        }
        if timings:
            unit = 1 << 20 if sys.platform == "darwin" else 1024
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
            summary["seconds"] = round(time.monotonic() - began, 3)
            summary["peak_memory_mb"] = round(peak)
        text = json.dumps(summary, indent=2, ensure_ascii=False)
        (folder / "summary.json").write_text(text + "\n", encoding="utf-8")
    return summary


def _keep_apart(out: Path, inputs: Sequence[Path | None]) -> None:
    """Raise WrongUse when an input lies in `out`, where it would go with the former results."""
    try:
        place = out.resolve()
        inside = [path for path in inputs if path and path.resolve().is_relative_to(place)]
    except (OSError, RuntimeError):
        return  # links that lead nowhere: whoever opens them says so
    if inside:
        raise WrongUse(
            f"{inside[0]} lies in {out}.",
            "Results replace the whole folder, and it would be lost.",
            "Name another folder for the results.",
        )
