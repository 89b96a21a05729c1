"""The image of all servers, made of Debian's packages and the jars of Kafka."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.kafka.container_engine import docker, must
from tests.kafka.jars import NotHere, kafka_jars

PATIENCE_SECONDS = 300
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


def servers_image(env: dict[str, str]) -> str:
    """Return an image with Python, Kafka, PostgreSQL and Prometheus, made where it is not there.

    Raises:
        NotHere: it cannot be made on this machine.
    """
    jars = kafka_jars()
    what = Path(__file__).read_bytes() + jars.name.encode()
    name = f"cioghub-servers:{hashlib.sha256(what).hexdigest()[:12]}"
    if docker(env, "image", "inspect", name).returncode:
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
    shutil.rmtree(base / "etc/ssl/certs")
    shutil.copytree("/etc/ssl/certs", base / "etc/ssl/certs", symlinks=True)
    if Path("/etc/pip.conf").exists():
        shutil.copy("/etc/pip.conf", base / "etc" / "pip.conf")


def _unmount(base: Path) -> None:
    """Let go of what debootstrap mounts and leaves when it is cut off: it is the machine's own."""
    for mounted in ("proc", "sys", "dev/pts", "dev"):
        if (base / mounted).is_mount():
            subprocess.run(["umount", "--lazy", str(base / mounted)], check=True)


def _import(base: Path, name: str, env: dict[str, str]) -> None:
    left_out = [f"--exclude=./{folder}" for folder in LEFT_OUT]
    tar = ["tar", "-C", str(base), *left_out, "-c", "."]
    # Under its own name only when it is whole: the next run takes what it finds.
    coming = f"{name}-coming"
    command = ["docker", "import", "-c", f"ENV PATH={BINARIES}", "-", coming]
    with subprocess.Popen(tar, stdout=subprocess.PIPE) as packed:
        done = subprocess.run(command, env=env, stdin=packed.stdout, capture_output=True, text=True)
    must(done, "the image cannot be taken in")
    try:
        if packed.returncode:
            raise NotHere(f"the image cannot be packed: tar ended with {packed.returncode}")
        must(docker(env, "tag", coming, name), "the image cannot be named")
    finally:
        docker(env, "rmi", coming)


def _run(*command: str) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise NotHere(f"{command[0]} does not come to an end") from None
    if done.returncode:
        raise NotHere(f"{command[0]} failed: {(done.stdout + done.stderr)[-500:]}")
