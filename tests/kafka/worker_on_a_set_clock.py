"""One worker as a process, by a clock that a file tells: python -m … NAME CLOCK_FILE [INSTANCE]."""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path

from cioghub.runtimes.kafka_workers.alone import run_alone
from cioghub.runtimes.kafka_workers.opening import Given, open_worker
from cioghub.settings import read_kafka_login, read_settings
from cioghub.vocabulary.keeping import Keeping


class FileClock:
    """Tells the time that stands in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> int:
        return int(self._path.read_text())


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    name, clock = sys.argv[1], FileClock(Path(sys.argv[2]))
    instance = sys.argv[3] if len(sys.argv) > 3 else None
    given = Given(instance=instance, keeping=Keeping(payload_days=1000, receipt_days=1000))
    worker, _ = open_worker(name, read_settings(), read_kafka_login(), given, clock)

    async def work() -> None:
        await worker.run(asyncio.Event())

    run_alone(work())


if __name__ == "__main__":
    main()
