"""Certificates of an authority of one's own, whose key is kept by nobody longer than it signs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority(NamedTuple):
    """Who signs what servers show."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def new_authority(name: str, valid: timedelta) -> Authority:
    """Return an authority that is trusted for so long from now on."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _certificate(_name(name), _name(name), key, key, valid)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(certificate, key)


def shown_by(
    server: str, known_as: Sequence[x509.GeneralName], authority: Authority, valid: timedelta
) -> str:
    """Return what a server shows for so long from now on: a new key and its certificate, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = authority.certificate.subject
    certificate = (
        _certificate(_name(server), issuer, key, authority.key, valid)
        .add_extension(x509.SubjectAlternativeName(known_as), critical=False)
        .add_extension(_usage(signs=False), critical=True)
        .sign(authority.key, hashes.SHA256())
    )
    return _pem(key) + pem_of(certificate)


def pem_of(certificate: x509.Certificate) -> str:
    """Return a certificate in PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    valid: timedelta,
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
        .not_valid_after(now + valid)
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
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    form = serialization.PrivateFormat.PKCS8
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, plain).decode()
