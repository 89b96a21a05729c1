"""Makes what the services of docker-compose.yml are to keep secret, each in its own folder.

    python make_secrets.py /secrets

Runs before all others, at every start: what is there stays. The key of an authority is kept by
nobody, so new certificates have a new one. Two months before the old certificates end it is trusted
beside the old; a month before, the servers show what it signed. So whoever was started within that
month trusts both, and no two services have to start at once.
"""

from __future__ import annotations

import os
import secrets
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cioghub.stores import key_file

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
    if not any(one.not_valid_after_utc - now > ANNOUNCED for one in trusted):
        coming = _make_certificates(folder)
        # Last: where it is missing, all are made again.
        _write(trust, "".join(_pem_of(one) for one in [coming, *trusted]), mode=0o644)
    for server in SERVERS:
        shown, coming_file = folder / server / "server.pem", folder / server / "server.next.pem"
        if coming_file.exists() and all(
            one.not_valid_after_utc - now < RENEWED for one in _certificates_in(shown)
        ):
            coming_file.replace(shown)


def _certificates_in(path: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(path.read_bytes()) if path.exists() else []


def _make_certificates(folder: Path) -> x509.Certificate:
    """Write what each server is to show next; return the authority that signed it."""
    authority = ec.generate_private_key(ec.SECP256R1())
    # Some look for an authority by its name alone, which therefore is not that of the one before.
    name = _name(f"CIOG Hub {secrets.token_hex(4)}")
    root = (
        _certificate(name, name, authority, authority)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .sign(authority, hashes.SHA256())
    )
    for server in SERVERS:
        key = ec.generate_private_key(ec.SECP256R1())
        shown = (
            _certificate(_name(server), name, key, authority)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(server)]), critical=False)
            .add_extension(_usage(signs=False), critical=True)
            .sign(authority, hashes.SHA256())
        )
        _write(folder / server / "server.next.pem", _pem(key) + _pem_of(shown), server)
    return root


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    signer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + VALID)
        # Python 3.13 trusts no certificate that does not say whose key signed it (RFC 5280).
        .add_extension(signer_id, critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=None,
        decipher_only=None,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    form = serialization.PrivateFormat.PKCS8
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, plain).decode()


def _pem_of(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


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
