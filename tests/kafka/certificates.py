"""An authority of one test run, and the certificate that its broker shows."""

from __future__ import annotations

import ipaddress
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509

from cioghub.stores.certificates import new_authority, pem_of, shown_by

BROKER_NAME = "kafka"
VALID = timedelta(days=2)


class Certificates(NamedTuple):
    """PEM files: whom to trust, and what the broker shows (its key and certificate)."""

    authority: Path
    broker: Path


def made_in(folder: Path) -> Certificates:
    """Write a new authority and a broker's certificate for 127.0.0.1 into `folder`."""
    authority = new_authority("CIOG tests", VALID)
    here = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")]
    made = Certificates(folder / "authority.pem", folder / "broker.pem")
    made.authority.write_text(pem_of(authority.certificate))
    made.broker.write_text(shown_by(BROKER_NAME, here, authority, VALID))
    made.broker.chmod(0o600)
    return made
