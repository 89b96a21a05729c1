"""A container engine for tests: the one that answers, else Docker's, started for as long as needed.

No image registry has to be reached: the images of the servers are made of Debian's packages here.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.kafka.jars import NotHere, cache_folder, kafka_jars

PATIENCE_SECONDS = 900
MIRROR = "http://deb.debian.org/debian"
SUITE = "bookworm"
PACKAGES = (
    "ca-certificates,python3,python3-venv,python-is-python3,"
    "openjdk-17-jre-headless,postgresql-15,prometheus"
)
BINARIES = "/usr/lib/postgresql/15/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
# What a server does not read, and would make the image twice as large.
LEFT_OUT = (
    "usr/share/doc",
    "usr/share/man",
    "usr/share/javascript",
    "usr/share/locale",
    "var/cache/apt",
)
# Users and folders as the public images have them, by which docker-compose.yml goes.
AS_IN_PUBLIC_IMAGES = """
set -e
usermod -u 999 postgres && groupmod -g 999 postgres
rm -rf /var/lib/postgresql
install -d -o 999 -g 999 -m 0700 /var/lib/postgresql/data
install -d -o 1000 -g 1000 /var/lib/kafka/data
install -d -o 65534 -g 65534 /prometheus
"""


@contextmanager
def container_engine() -> Iterator[dict[str, str]]:
    """Give the environment in which `docker` and docker-compose reach an engine.

    Raises:
        NotHere: no engine answers, and none can be started.
    """
    for program in ("docker", "docker-compose"):
        if shutil.which(program) is None:
            raise NotHere(f"{program} is not on this machine")
    env = {**os.environ, "DOCKER_BUILDKIT": "0"}
    if not subprocess.run(["docker", "info"], env=env, capture_output=True, check=False).returncode:
        yield env
        return
    if os.getuid() or shutil.which("dockerd") is None:
        raise NotHere("no container engine answers, and this user cannot start one")
    with (cache_folder() / "docker.lock").open("w") as lock, _folder() as folder:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _dockerd(folder, cache_folder() / "docker"):
            yield {**env, "DOCKER_HOST": f"unix://{folder / 'docker.sock'}"}


@contextmanager
def _folder() -> Iterator[Path]:
    """Give a folder with a short name: that of a socket has at most 108 bytes."""
    with tempfile.TemporaryDirectory(prefix="ciog-docker-", ignore_cleanup_errors=True) as name:
        yield Path(name)


@contextmanager
def _dockerd(folder: Path, data: Path) -> Iterator[None]:
    command = ["dockerd", "--iptables=false", "--ip6tables=false", f"--data-root={data}"]
    command += [f"--exec-root={folder / 'exec'}", f"--pidfile={folder / 'docker.pid'}"]
    command += ["-H", f"unix://{folder / 'docker.sock'}"]
    with (folder / "dockerd.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 60
        while not (folder / "docker.sock").exists():
            if process.poll() is not None or time.monotonic() > deadline:
                last = (folder / "dockerd.log").read_text().splitlines()[-1:]
                raise NotHere(f"dockerd does not start: {last}")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(60)


def servers_image(env: dict[str, str]) -> str:
    """Return an image with Python, Kafka, PostgreSQL and Prometheus, made where it is not there.

    Raises:
        NotHere: it cannot be made on this machine.
    """
    jars = kafka_jars()
    what = Path(__file__).read_bytes() + jars.name.encode()
    name = f"cioghub-servers:{hashlib.sha256(what).hexdigest()[:12]}"
    there = subprocess.run(["docker", "image", "inspect", name], env=env, capture_output=True)
    if there.returncode:
        if os.getuid() or shutil.which("debootstrap") is None:
            raise NotHere("debootstrap is not on this machine, or its user is not root")
        with tempfile.TemporaryDirectory(prefix="ciog-base-") as folder:
            try:
                _make_base(Path(folder), jars)
                _import(Path(folder), name, env)
            finally:
                _unmount(Path(folder))
    return name


def _make_base(base: Path, jars: Path) -> None:
    _run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(base), MIRROR)
    _run("chroot", str(base), "sh", "-c", AS_IN_PUBLIC_IMAGES)
    shutil.copytree(jars, base / "opt" / "kafka" / "libs")
    # What this machine needs to fetch packages, its build needs as well.
    shutil.copytree("/etc/ssl/certs", base / "etc/ssl/certs", symlinks=True, dirs_exist_ok=True)
    if Path("/etc/pip.conf").exists():
        shutil.copy("/etc/pip.conf", base / "etc" / "pip.conf")


def _unmount(base: Path) -> None:
    """Let go of what debootstrap mounts and leaves when it is cut off: it is the machine's own."""
    for mounted in ("proc", "sys", "dev/pts", "dev"):
        if (base / mounted).is_mount():
            subprocess.run(["umount", "--lazy", str(base / mounted)], check=True)


def _import(base: Path, name: str, env: dict[str, str]) -> None:
    left_out = [f"--exclude=./{folder}" for folder in LEFT_OUT]
    packed = subprocess.Popen(["tar", "-C", base, *left_out, "-c", "."], stdout=subprocess.PIPE)
    command = ["docker", "import", "-c", f"ENV PATH={BINARIES}", "-", name]
    subprocess.run(command, env=env, stdin=packed.stdout, check=True, capture_output=True)
    assert packed.wait() == 0


def _run(*command: str) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise NotHere(f"{command[0]} does not come to an end") from None
    if done.returncode:
        raise NotHere(f"{command[0]} failed: {(done.stdout + done.stderr)[-500:]}")
