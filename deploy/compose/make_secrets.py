"""Makes what the services of docker-compose.yml are to keep secret, each in its own folder.

    python make_secrets.py /secrets

Runs before all others, at every start: what is there stays. The key of an authority is kept by
nobody, so new certificates have a new one. Two months before the old certificates end it is trusted
beside the old; a month before, the servers show what it signed, but never from the same start on.
So whoever was started since the one trusts both, and no two services have to start at once.
"""

from __future__ import annotations

import os
import secrets
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from cioghub.stores import key_file
from cioghub.stores.certificates import new_authority, pem_of, shown_by

VALID = timedelta(days=730)
ANNOUNCED, RENEWED = timedelta(days=60), timedelta(days=30)
"""Before their end: when new certificates are made and trusted, and when they are shown."""

SERVERS = ("kafka", "postgres")
GROUPS = {"kafka": 1000, "postgres": 999, "grafana": 472}
"""Those who read as another user than the hub's do so by their group."""

ROLE, DATABASE = "hub", "hub"


def main(folder: Path) -> None:
    """Make what is missing in the folders that are mounted below `folder`."""
    _renew(folder)
    for service in ("kafka", "grafana"):
        _once(folder / service / "admin.password", secrets.token_hex(24), service)
    password = folder / "postgres" / "hub.password"
    _once(password, secrets.token_hex(24), "postgres")
    # libpq reads a passfile of its owner's alone.
    _once(
        folder / "database" / "passfile", f"postgres:5432:{DATABASE}:{ROLE}:{password.read_text()}"
    )
    for keys in (folder / "keys" / "keys.json", folder / "web" / "upload-keys.json"):
        key_file.load_or_make(keys)


def _renew(folder: Path) -> None:
    """Make, trust and show certificates, each when its time has come."""
    now = datetime.now(UTC)
    trust = folder / "trust" / "authority.pem"
    trusted = [one for one in _certificates_in(trust) if one.not_valid_after_utc > now]
    left = RENEWED
    if not any(one.not_valid_after_utc - now > ANNOUNCED for one in trusted):
        coming = _make_certificates(folder)
        # Last: where it is missing, all are made again.
        _write(trust, "".join(pem_of(one) for one in [coming, *trusted]), mode=0o644)
        left = timedelta(0)  # those who run do not trust it yet
    for server in SERVERS:
        shown, coming_file = folder / server / "server.pem", folder / server / "server.next.pem"
        if coming_file.exists() and all(
            one.not_valid_after_utc - now < left for one in _certificates_in(shown)
        ):
            coming_file.replace(shown)


def _certificates_in(path: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(path.read_bytes()) if path.exists() else []


def _make_certificates(folder: Path) -> x509.Certificate:
    """Write what each server is to show next; return the authority that signed it."""
    # Some look for an authority by its name alone, which therefore is not that of the one before.
    authority = new_authority(f"CIOG Hub {secrets.token_hex(4)}", VALID)
    for server in SERVERS:
        shown = shown_by(server, [x509.DNSName(server)], authority, VALID)
        _write(folder / server / "server.next.pem", shown, server)
    return authority.certificate


def _once(path: Path, content: str, reader: str | None = None) -> None:
    if not path.exists():
        _write(path, content, reader)


def _write(path: Path, content: str, reader: str | None = None, mode: int = 0o600) -> None:
    """Put a file there, whole or not at all; a `reader` of another group may read it."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
    if reader is not None:
        os.chown(part, -1, GROUPS[reader])
        mode = 0o640
    part.chmod(mode)
    part.replace(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
