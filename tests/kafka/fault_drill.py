"""Does faults to a hub on Kafka, and compares what became of it with the batch runtime.

    python -m tests.kafka.fault_drill            # all of them, an hour
    python -m tests.kafka.fault_drill idle paused

Real Kafka, real PostgreSQL, real processes; one row of a table a fault. It ends with 1 where an
event was lost or doubled, or anything is otherwise than the batch runtime has it on the same log.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.kafka.broker import Broker, running_broker
from tests.kafka.faults import FAULTS
from tests.kafka.jars import NotHere
from tests.kafka.scene import Ground, say
from tests.postgres import postgres_server

HEAD = (
    "| fault | sent | accepted | effects | refused as twice | workers that ended by themselves "
    "| alert lines compared | pictures compared | seconds | noted |\n"
    "|---|---|---|---|---|---|---|---|---|---|"
)
DISK_MB = 400


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Put a small file system in the place of a folder; say whether that was possible."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)]
    possible = os.getuid() == 0 and not subprocess.run(command, check=False).returncode
    try:
        yield possible
    finally:
        if possible:
            subprocess.run(["umount", str(folder)], check=True)


def main() -> int:
    """Run the named faults, or all; print a row each; return the exit code."""
    names = sys.argv[1:] or list(FAULTS)
    if unknown := [name for name in names if name not in FAULTS]:
        print(f"No such fault: {', '.join(unknown)}. There are: {', '.join(FAULTS)}.")
        return 2
    failed = False
    with tempfile.TemporaryDirectory() as made, postgres_server() as postgres:
        folder = Path(made)
        disk = folder / "broker" / "data"
        disk.mkdir(parents=True)
        with small_disk(disk) as is_small, running_broker(folder / "broker") as broker:
            ground = Ground(broker, postgres, folder)
            say("forty quiet days")
            ground.make()
            print(HEAD, flush=True)
            for name in names:
                if name == "disk-full" and not is_small:
                    print(f"| {name} | not run: needs a root that may mount |", flush=True)
                    continue
                failed |= not run(name, ground, broker)
    return int(failed)


def run(name: str, ground: Ground, broker: Broker) -> bool:
    """Do one fault and print its row; return whether all was well."""
    say(f"{name}: {FAULTS[name].__doc__}")
    began = time.monotonic()
    scene = ground.scene(name)
    try:
        FAULTS[name](scene)
        counts = scene.check()
    except Exception as error:
        words = str(error).partition("\n")[0]
        print(f"| {name} | **failed** | {type(error).__name__}: {words} |", flush=True)
        print(f"{error}\n{scene.hub.logs()}", file=sys.stderr)
        return False
    finally:
        scene.hub.close()
        if broker.ended():
            broker.start()
    scene.notes += [f"{who} ended with {code}" for who, code in sorted(set(scene.hub.ended))]
    cells = [name, *counts.values(), round(time.monotonic() - began), "; ".join(scene.notes)]
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)
    return True


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # and everything that it started ends
    try:
        sys.exit(main())
    except (NotHere, pytest.skip.Exception) as reason:
        print(f"Not run: {reason}.")
