"""What is kept secret in compose: certificates that the strictest client trusts, made once."""

from __future__ import annotations

import runpy
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store

MAKE = Path(__file__).parents[2] / "deploy" / "compose" / "make_secrets.py"
SERVERS = ("kafka", "postgres")
FOLDERS = ("trust", "kafka", "postgres", "grafana", "database", "keys", "web")


def run(folder: Path, **settings: timedelta) -> None:
    """Run it as at a start, with some of its times changed."""
    main = runpy.run_path(str(MAKE))["main"]
    main.__globals__.update(settings)
    main(folder)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("os.chown", lambda *who: None)  # the groups are those of the containers
    for name in FOLDERS:
        (tmp_path / name).mkdir(mode=0o700)
    return tmp_path


@pytest.fixture
def made(folder: Path) -> Path:
    run(folder)
    return folder


def certificates(path: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(path.read_bytes())


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def shown_and_trusted(folder: Path, server: str) -> x509.Certificate:
    """Return what a server shows, once a client that goes by the file of authorities took it."""
    (shown,) = certificates(folder / server / "server.pem")
    trusted = Store(certificates(folder / "trust/authority.pem"))
    verifier = PolicyBuilder().store(trusted).build_server_verifier(x509.DNSName(server))
    assert verifier.verify(shown, [])[0] == shown
    return shown


@pytest.mark.parametrize("server", ["kafka", "postgres"])
def test_a_server_is_trusted_by_its_name_and_its_authority_alone(made: Path, server: str) -> None:
    (root,) = certificates(made / "trust/authority.pem")
    assert shown_and_trusted(made, server).issuer == root.subject


def test_what_is_there_stays(made: Path) -> None:
    before = contents(made)
    run(made)
    assert contents(made) == before


def test_a_new_authority_is_trusted_a_month_before_servers_show_what_it_signed(
    folder: Path,
) -> None:
    run(folder, VALID=timedelta(days=45))
    old = [shown_and_trusted(folder, server) for server in SERVERS]
    run(folder)
    assert len(certificates(folder / "trust/authority.pem")) == 2
    assert [shown_and_trusted(folder, server) for server in SERVERS] == old

    run(folder, RENEWED=timedelta(days=50))
    new = [shown_and_trusted(folder, server) for server in SERVERS]
    assert not {one.issuer for one in new} & {one.issuer for one in old}
    assert len(certificates(folder / "trust/authority.pem")) == 2

    before = contents(folder)
    run(folder)
    assert contents(folder) == before


def test_who_comes_in_the_last_month_alone_has_them_trusted_first_and_shown_the_next_time(
    folder: Path,
) -> None:
    run(folder, VALID=timedelta(days=20))
    old = [shown_and_trusted(folder, server) for server in SERVERS]
    run(folder)
    assert len(certificates(folder / "trust/authority.pem")) == 2
    assert [shown_and_trusted(folder, server) for server in SERVERS] == old
    run(folder)
    new = [shown_and_trusted(folder, server) for server in SERVERS]
    assert not {one.issuer for one in new} & {one.issuer for one in old}


def test_where_nobody_came_in_time_all_is_made_and_shown_at_once(folder: Path) -> None:
    run(folder, VALID=timedelta(minutes=-1))
    run(folder)
    assert len(certificates(folder / "trust/authority.pem")) == 1
    for server in SERVERS:
        shown_and_trusted(folder, server)


def test_a_machine_that_stops_before_the_new_authority_is_trusted_makes_it_again(
    folder: Path,
) -> None:
    run(folder, VALID=timedelta(days=45))
    old = (folder / "trust/authority.pem").read_bytes()
    run(folder)
    (folder / "trust/authority.pem").write_bytes(old)
    for _ in range(2):
        run(folder, RENEWED=timedelta(days=50))
    for server in SERVERS:
        shown_and_trusted(folder, server)
