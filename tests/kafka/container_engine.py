"""A container engine for tests: the one that answers, else Docker's, started for as long as needed.

No image registry has to be reached: `servers_image.py`.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.kafka.jars import NotHere, cache_folder

LEAST_FREE = 8 << 30
"""Bytes that images and volumes may need."""


@contextmanager
def container_engine() -> Iterator[dict[str, str]]:
    """Give the environment in which `docker` and docker-compose reach an engine.

    Raises:
        NotHere: no engine answers, and none can be started.
    """
    for program in ("docker", "docker-compose"):
        _must_be_usable(program)
    if shutil.disk_usage(cache_folder()).free < LEAST_FREE:
        raise NotHere(f"{cache_folder()} has less than {LEAST_FREE >> 30} GB free")
    env = {**os.environ, "DOCKER_BUILDKIT": "0"}
    if not docker(env, "info").returncode:
        yield env
        return
    if os.getuid() or shutil.which("dockerd") is None:
        raise NotHere("no container engine answers, and this user cannot start one")
    with (cache_folder() / "docker.lock").open("w") as lock, _folder() as folder:
        fcntl.flock(lock, fcntl.LOCK_EX)
        env["DOCKER_HOST"] = f"unix://{folder / 'docker.sock'}"
        with _dockerd(folder, cache_folder() / "docker", env):
            yield env


def _must_be_usable(program: str) -> None:
    if shutil.which(program) is None:
        raise NotHere(f"{program} is not on this machine")
    try:
        asked = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    except OSError as error:
        raise NotHere(f"{program} cannot be run: {error.strerror}") from None
    must(asked, f"{program} cannot be used")


@contextmanager
def _folder() -> Iterator[Path]:
    """Give a folder with a short name: that of a socket has at most 108 bytes."""
    with tempfile.TemporaryDirectory(prefix="ciog-docker-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextmanager
def _dockerd(folder: Path, data: Path, env: dict[str, str]) -> Iterator[None]:
    # It outlives an interrupt, which leaves the tests time to take all down, but not the tests.
    command = ["setpriv", "--pdeathsig=TERM", "dockerd"]
    command += ["--iptables=false", "--ip6tables=false", f"--data-root={data}"]
    command += [f"--exec-root={folder / 'exec'}", f"--pidfile={folder / 'docker.pid'}"]
    command += ["-H", env["DOCKER_HOST"]]
    with (folder / "dockerd.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        deadline = time.monotonic() + 60
        while docker(env, "info").returncode:
            if process.poll() is not None or time.monotonic() > deadline:
                last = (folder / "dockerd.log").read_text().splitlines()[-1:]
                raise NotHere(f"dockerd does not start: {last}")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(60)
        # It leaves its network's namespace mounted, and a folder with a mount in it stays.
        for namespace in (folder / "exec" / "netns").glob("*"):
            subprocess.run(["umount", "--lazy", str(namespace)], check=False)


def must_run(image: str, env: dict[str, str]) -> None:
    """Try what every service needs of the engine, and what the build of the hub's image needs.

    Raises:
        NotHere: containers do not run on this machine, or reach no packages.
    """
    driver = docker(env, "info", "--format", "{{.Driver}}").stdout.strip()
    if driver == "vfs":
        raise NotHere("the engine copies an image for each container: it has no other storage here")
    name = f"ciog-probe-{os.getpid()}"
    confined = ("--read-only", "--cap-drop=ALL", "--pids-limit=16", "--memory=64m", "--cpus=1")
    # An engine of another machine, reached from in here, has not these files.
    mounted = ("-v", f"{Path(__file__).parent}:/here:ro")
    seen = ("test", "-f", f"/here/{Path(__file__).name}")
    try:
        must(docker(env, "network", "create", "--internal", name), "no network can be made")
        run = ("run", "--rm", f"--network={name}", *confined, *mounted, image, *seen)
        must(docker(env, *run), "containers do not run, or see nothing of this machine")
    finally:
        docker(env, "network", "rm", name)
    fetch = "python3 -m venv /v && /v/bin/python -m pip download --no-deps -d /v click"
    reached = docker(env, "run", "--rm", "--network=host", image, "sh", "-c", fetch)
    must(reached, "containers reach no Python packages")


def docker(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Return how a command of the engine went."""
    command = ("docker", *arguments)
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def must(done: subprocess.CompletedProcess[str], why: str) -> None:
    """Go on only where a command went well.

    Raises:
        NotHere: it did not.
    """
    if done.returncode:
        raise NotHere(f"{why}: {(done.stdout + done.stderr).strip()[-500:]}")
