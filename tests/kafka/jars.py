"""Fetches the jars of a whole Kafka once, to a folder of the user outside the tree."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

POM = Path(__file__).parent / "pom.xml"
PATIENCE_SECONDS = 300


class NotHere(Exception):
    """This machine cannot run a Kafka; the message says why."""


def cache_folder() -> Path:
    """Return the folder for what is fetched or made once; `CIOG_CACHE` says where it lies."""
    cache = Path(os.environ.get("CIOG_CACHE") or Path.home() / ".cache" / "ciog-hub")
    cache.mkdir(parents=True, exist_ok=True)
    return cache


def kafka_jars() -> Path:
    """Return the folder of the jars.

    Raises:
        NotHere: Java or Maven is missing, or Maven cannot fetch the jars.
    """
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise NotHere(f"{program} is not on this machine")
    cache = cache_folder()
    jars = cache / f"kafka-{hashlib.sha256(POM.read_bytes()).hexdigest()[:12]}"
    # Tests of several processes begin at once: one fetches, the others wait for it.
    with (cache / "kafka.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not jars.is_dir():
            _fetch(jars)
    return jars


def _fetch(jars: Path) -> None:
    coming = jars.with_name(f"{jars.name}.coming")
    command = ["mvn", "--batch-mode", "--quiet", "--file", str(POM)]
    command += ["dependency:copy-dependencies", f"-DoutputDirectory={coming}"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise NotHere("Maven does not answer") from None
    if done.returncode:
        raise NotHere("Maven cannot fetch Kafka's jars")
    coming.rename(jars)
