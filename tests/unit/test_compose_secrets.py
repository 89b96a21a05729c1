"""What is kept secret in compose: certificates that the strictest client trusts, made once."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store

MAKE = Path(__file__).parents[2] / "deploy" / "compose" / "make_secrets.py"
FOLDERS = ("trust", "kafka", "postgres", "grafana", "database", "keys", "web")


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("os.chown", lambda *who: None)  # the groups are those of the containers
    for name in FOLDERS:
        (tmp_path / name).mkdir(mode=0o700)
    runpy.run_path(str(MAKE))["main"](tmp_path)
    return tmp_path


@pytest.mark.parametrize("server", ["kafka", "postgres"])
def test_a_server_is_trusted_by_its_name_and_its_authority_alone(made: Path, server: str) -> None:
    (root,) = x509.load_pem_x509_certificates((made / "trust/authority.pem").read_bytes())
    (shown,) = x509.load_pem_x509_certificates((made / server / "server.pem").read_bytes())
    verifier = PolicyBuilder().store(Store([root])).build_server_verifier(x509.DNSName(server))
    assert verifier.verify(shown, []) == [shown, root]


def test_what_is_there_stays(made: Path) -> None:
    before = {path: path.read_bytes() for path in made.rglob("*") if path.is_file()}
    runpy.run_path(str(MAKE))["main"](made)
    assert {path: path.read_bytes() for path in made.rglob("*") if path.is_file()} == before
