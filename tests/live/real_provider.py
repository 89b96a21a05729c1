"""Runs the certified `oidc-provider` of npm beside a test."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent / "oidc-provider"
CLIENT_SECRET = "a secret of the tests alone, long enough"
_PATIENCE_SECONDS = 60


def installed(folder: Path) -> Path:
    """Return a folder with the provider installed; skip the test where that cannot be done."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node and npm are not on this machine")
    shutil.copytree(SOURCE, folder)
    install = subprocess.run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    if install.returncode:
        pytest.skip("npm cannot install oidc-provider on this machine")
    return folder


@contextlib.contextmanager
def running(folder: Path, back: str, claims_in: str) -> Iterator[str]:
    """Yield the issuer of a provider that runs until the block ends.

    It sends people `back`; `claims_in` is `token` or `userinfo`.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        ["node", "server.mjs", str(port), back, claims_in],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(_PATIENCE_SECONDS)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, "the provider ended before it answered"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError("the provider does not come up")
