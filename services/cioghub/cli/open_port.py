"""Takes a port, or says in plain words why it cannot be had."""

from __future__ import annotations

import errno
import socket

from cioghub.errors import EnvironmentFailed


def taken_port(address: str, port: int) -> socket.socket:
    """Return a socket that listens on a port; 0 for any.

    Raises:
        EnvironmentFailed: another program has it, or the machine refuses.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((address, port))
        found.listen(1024)
    except OSError as error:
        found.close()
        raise _refused(address, port, error) from error
    return found


def _refused(address: str, port: int, error: OSError) -> EnvironmentFailed:
    if error.errno == errno.EADDRINUSE:
        return EnvironmentFailed(
            f"Port {port} is taken: another program answers there.",
            "The hub needs a port of its own.",
            f"End the other program, or choose another port with --port {port % 65535 + 1} or "
            "CIOG_PORT.",
        )
    return EnvironmentFailed(
        f"The machine refused port {port} of {address}: {error.strerror}.",
        "The hub needs a port to answer on.",
        "Choose a port above 1023 with --port or CIOG_PORT.",
    )
