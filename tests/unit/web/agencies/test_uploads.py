"""Uploading a table: look at the rows, then confirm; the same file twice changes nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient
from tests.unit.web.agencies.memory_intake import MemoryIntake
from tests.unit.web.agencies.test_pages import sign_in

from cioghub.bootstrap import default_areas
from cioghub.live.uploads import TableUploads
from cioghub.ports.intake import Busy
from cioghub.ports.uploads import MOST_CONTENT, State
from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.steps.validate.screen import find_identifiers
from cioghub.stores.sql.database import open_database
from cioghub.stores.sql.tables import METADATA
from cioghub.stores.sql.uploads import UploadStore
from cioghub.vocabulary.keys import KeyRoot, Secret
from cioghub.vocabulary.people import Role
from cioghub.wire.shipped import deploy_folder

TABLES = Path(__file__).parents[2] / "mappings"
FIRES = (TABLES / "fire-incidents.csv").read_bytes()
FIRE_MAPPING = (deploy_folder() / "mappings" / "fire-incidents.yaml").read_text()


class StoppedClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = 1_770_000_000

    def now(self) -> int:
        return self.at


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def engine(tmp_path: Path) -> Any:
    return open_database(tmp_path)


@pytest.fixture
def uploads(engine: Any, loaded: LoadedBundle) -> TableUploads:
    return TableUploads(
        UploadStore(engine),
        loaded.bundle,
        KeyRoot("t", None, Secret(b"k" * 32)),
        find_identifiers,
        default_areas(),
        deploy_folder() / "mappings",
    )


@pytest.fixture(autouse=True)
def contact(app: FastAPI) -> None:
    sign_in(app, Role.AGENCY_CONTACT, "warwickshire-fire")


def send(client: TestClient, content: bytes = FIRES, mapping: str = "fire-incidents") -> Any:
    files = {"file": ("John Smith.csv", content, "text/csv")}
    return client.post("/agency/uploads", data={"mapping": mapping}, files=files)


def text_of(client: TestClient, path: str) -> str:
    page = client.get(path)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", page.text)


def test_a_preview_says_what_becomes_of_every_row(
    client: TestClient, intake: MemoryIntake, uploads: TableUploads
) -> None:
    answer = send(client)
    assert answer.status_code == 303
    page = text_of(client, answer.headers["location"])
    preview = uploads.uploads("warwickshire-fire", 1)[0].preview
    assert (preview.read, preview.mapped, preview.rejected) == (6, 4, 1)
    assert preview.left_out == {"false alarms": 1}
    for words in ("Publish 4 events", "false alarms: 1", "value mapped", "unknown-value", "Row 6"):
        assert words in page
    assert not intake.kept


def test_confirming_publishes_and_lets_go(
    client: TestClient, intake: MemoryIntake, uploads: TableUploads, engine: Any, tmp_path: Path
) -> None:
    path = send(client).headers["location"]
    assert client.post(f"{path}/confirm").headers["location"] == path
    assert len(intake.kept) == 4
    assert "Accepted" in text_of(client, path)
    table = METADATA.tables["upload"]
    with engine.connect() as connection:
        (row,) = connection.execute(select(table))
    assert row.events is None
    assert row.shown is None
    everything = b"".join(one.read_bytes() for one in tmp_path.iterdir() if one.is_file())
    for of_the_file in (b"John Smith", b"0001-2025"):
        assert of_the_file not in everything


def test_the_same_file_twice_changes_nothing(client: TestClient, intake: MemoryIntake) -> None:
    first, second = (send(client).headers["location"] for _ in range(2))
    client.post(f"{first}/confirm")
    kept = dict(intake.kept)
    assert "Confirming them again changes nothing" in text_of(client, second)
    client.post(f"{second}/confirm")
    client.post(f"{second}/confirm")
    assert intake.kept == kept


def test_rows_without_a_reference_are_known_by_their_content(
    app: FastAPI, client: TestClient, intake: MemoryIntake
) -> None:
    sign_in(app, Role.AGENCY_CONTACT, "geh-nhs")
    assaults = (TABLES / "emergency-department-assaults.csv").read_bytes()
    header, *rows = assaults.splitlines(keepends=True)
    paths = []
    for content in (assaults, header + b"".join(reversed(rows)), header + rows[0] + rows[0]):
        paths.append(send(client, content, "emergency-department-assaults").headers["location"])
        client.post(f"{paths[-1]}/confirm")
    # The order of rows does not matter; a row that stands twice is two events.
    assert len(intake.kept) == 4 + 1


def test_a_busy_hub_lets_one_confirm_again(client: TestClient, intake: MemoryIntake) -> None:
    path = send(client).headers["location"]
    intake.busy = Busy(9)
    answer = client.post(f"{path}/confirm")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "9")
    assert "nothing is counted twice" in answer.text
    intake.busy = None
    client.post(f"{path}/confirm")
    assert len(intake.kept) == 4


def test_what_is_discarded_is_gone(client: TestClient, intake: MemoryIntake) -> None:
    path = send(client).headers["location"]
    client.post(f"{path}/discard")
    client.post(f"{path}/confirm")
    assert not intake.kept
    assert "discarded" in text_of(client, path)


def test_what_waits_for_too_long_is_let_go(
    client: TestClient, uploads: TableUploads, clock: StoppedClock
) -> None:
    send(client)
    assert uploads.forget(clock.at) == 0
    assert uploads.forget(clock.at + 1) == 1
    assert uploads.uploads("warwickshire-fire", 1)[0].state is State.DISCARDED
    assert list(uploads.batches("warwickshire-fire", 1)) == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_agency_s_upload_is_not_there(
    app: FastAPI, client: TestClient, method: str
) -> None:
    path = send(client).headers["location"]
    sign_in(app, Role.AGENCY_CONTACT, "warwickshire-police")
    missing = "/agency/uploads/999"
    ends = ("",) if method == "get" else ("/confirm", "/discard")
    for end in ends:
        answers = [getattr(client, method)(one + end) for one in (path, missing)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content.replace(b"999", path[-1:].encode())


def test_only_mappings_of_the_own_feeds_are_offered(client: TestClient) -> None:
    page = text_of(client, "/agency/uploads").partition("<main")[2]
    assert 'value="fire-incidents"' in page
    assert "police-crimes" not in page
    assert send(client, mapping="police-crimes").status_code == 422


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "There is no file"),
        (b"a,b\n1,2\n", "has no column"),
        (b"\xff\xfe\x00", "encoding"),
        (b"x" * (MOST_CONTENT + 1), "larger than"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    client: TestClient, content: bytes, words: str
) -> None:
    answer = send(client, content)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'href="#file"' in answer.text


def save(client: TestClient, mapping: str, name: str = "ours") -> Any:
    return client.post("/agency/mappings", data={"name": name, "text": mapping})


def test_a_saved_mapping_is_used(client: TestClient, uploads: TableUploads) -> None:
    renamed = FIRE_MAPPING.replace("Incident Number", "Ref").replace("\n", "\r\n")
    assert save(client, renamed).status_code == 303
    path = send(client, FIRES.replace(b"Incident Number", b"Ref"), "ours").headers["location"]
    assert "Publish 4 events" in text_of(client, path)
    assert "Ref" in text_of(client, "/agency/mappings?start=ours")
    assert [one.name for one in uploads.mappings("warwickshire-police")] == ["police-crimes"]


@pytest.mark.parametrize(
    ("name", "mapping", "words"),
    [
        ("Not A Name", FIRE_MAPPING, "not one for a mapping"),
        ("ours", "title: x", "is missing"),
        ("ours", ": :", "line 1"),
        ("ours", "x" * 70_000, "too long"),
        ("ours", FIRE_MAPPING.replace("/warwickshire-fire", "/warwickshire-police"), "not one of"),
        ("ours", FIRE_MAPPING.replace("primary-fire", "no-such-code"), "no-such-code"),
        ("ours", FIRE_MAPPING.replace("keyed: [Incident Number]", "row: true"), "row: true"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_not_saved(
    client: TestClient, uploads: TableUploads, name: str, mapping: str, words: str
) -> None:
    answer = save(client, mapping, name)
    assert answer.status_code == 422
    assert words in answer.text
    assert [one.name for one in uploads.mappings("warwickshire-fire")] == ["fire-incidents"]


def test_xml_is_a_table_too(client: TestClient, intake: MemoryIntake) -> None:
    columns, *rows = [line.split(",") for line in FIRES.decode("utf-8-sig").splitlines()]
    mapping = FIRE_MAPPING.replace(
        'table: {delimiter: ",", encoding: utf-8-sig}', "table: {element: Incident}"
    )
    for column in columns:
        mapping = mapping.replace(column, column.replace(" ", ""))
    xml = "".join(
        "<Incident>"
        + "".join(
            f"<{name.replace(' ', '')}>{cell}</{name.replace(' ', '')}>"
            for name, cell in zip(columns, row, strict=True)
        )
        + "</Incident>"
        for row in rows
    )
    assert save(client, mapping, "irs-xml").status_code == 303
    path = send(client, f"<Export>{xml}</Export>".encode(), "irs-xml").headers["location"]
    client.post(f"{path}/confirm")
    assert len(intake.kept) == 4
