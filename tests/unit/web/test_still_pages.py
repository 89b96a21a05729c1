"""The pages of the demo are given to this machine alone, and nothing else of the disk is."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cioghub.errors import ENVIRONMENT_FAILED, EnvironmentFailed
from cioghub.web.still_pages import THIS_MACHINE, StillPages, content_policy


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StillPages]:
    pages = tmp_path / "pages"
    (pages / "in").mkdir(parents=True)
    (pages / "index.html").write_text("<h1>First</h1>")
    (pages / "in" / "index.html").write_text("<style>h1{color:red}</style><h1>Second</h1>")
    (pages / "notes.key").write_text("secret")
    (tmp_path / "keys.json").write_text("secret")
    (pages / "link.html").symlink_to(tmp_path / "keys.json")
    with StillPages(THIS_MACHINE, 0) as made:
        thread = threading.Thread(target=made.open, args=(pages,), daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join(5)


def ask(
    server: StillPages, path: str, method: str = "GET", host: str | None = None
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(THIS_MACHINE, server.port, timeout=5)
    try:
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", host or f"localhost:{server.port}")
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def test_a_page_comes_with_headers_that_forbid_scripts_and_guessing(server: StillPages) -> None:
    status, headers, body = ask(server, "/")
    assert (status, body) == (200, b"<h1>First</h1>")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "script" not in policy


def test_a_page_with_its_own_style_is_allowed_that_style_by_hash(server: StillPages) -> None:
    _, headers, body = ask(server, "/in/")
    assert headers["Content-Security-Policy"] == content_policy(body)
    assert "'sha256-" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/../keys.json",
        "/%2e%2e/keys.json",
        "/in/../../keys.json",
        "//etc/passwd",
        "/notes.key",
        "/link.html",
        "/nothing",
    ],
)
def test_what_is_no_page_is_not_given(server: StillPages, path: str) -> None:
    status, _, body = ask(server, path)
    assert status == 404
    assert b"secret" not in body


def test_a_folder_is_not_listed(server: StillPages) -> None:
    assert ask(server, "/in")[0] == 404


def test_another_name_for_this_machine_gets_nothing(server: StillPages) -> None:
    status, _, body = ask(server, "/", host="elsewhere.example")
    assert status == 421
    assert b"First" not in body


def test_nothing_can_be_sent(server: StillPages) -> None:
    assert ask(server, "/", "POST")[0] == 501
    assert ask(server, "/", "HEAD")[2] == b""


def test_a_taken_port_is_an_environment_that_failed() -> None:
    with socket.socket() as other:
        other.bind((THIS_MACHINE, 0))
        other.listen()
        with pytest.raises(EnvironmentFailed, match="is taken") as caught:
            StillPages(THIS_MACHINE, other.getsockname()[1])
    assert caught.value.exit_code == ENVIRONMENT_FAILED
