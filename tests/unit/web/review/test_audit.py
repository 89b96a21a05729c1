"""Who changed and who read what, for auditors and DPOs."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient
from tests.people import ON_BOTH, HandClock, reader_token
from tests.tactical_hub import DAY, Visitor, data_of, hub_on, tell

from cioghub.ports.people import Read
from cioghub.stores.sql.audit import SqlReads
from cioghub.vocabulary.people import Reason, Role
from cioghub.web.app import create_app
from cioghub.web.review import audit

FIRE, POLICE = "warwickshire-fire", "warwickshire-police"


@pytest.fixture
def app(engine: Engine, clock: HandClock) -> FastAPI:
    tell(engine, "al-east", clock.now() - 6 * DAY, data_of("east"))
    return create_app(hub_on(engine, clock))


@pytest.fixture
def auditor(engine: Engine, app: FastAPI) -> Visitor:
    return Visitor(engine, app, Role.AUDITOR)


def rows_of(answer: Any) -> list[dict[str, str]]:
    """Return the records of a file."""
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


@ON_BOTH
def test_an_auditor_sees_each_step_and_each_read_with_who_and_why(
    engine: Engine, app: FastAPI, auditor: Visitor
) -> None:
    analyst, chair = Visitor(engine, app, Role.ANALYST), Visitor(engine, app, Role.CHAIR, "east")
    analyst.step("al-east", "assess", 0, code="unclear", words="Look at it again.")
    chair.post("/tactical/alerts/al-east/behind", why="To plan the patrols of Friday.")
    changes = auditor.get("/review/audit").text
    assert "Case assess" in changes
    assert "A analyst" in changes
    assert "code: unclear" in changes
    assert "Look at it again." not in changes
    reads = auditor.get("/review/audit?kind=reads").text
    assert "/tactical/alerts/al-east/behind" in reads
    assert "To plan the patrols of Friday." in reads
    (behind,) = rows_of(auditor.get("/review/audit.csv?kind=reads&about=behind&who=chair"))
    assert behind["who"] == "A chair"
    assert behind["reason"] == Reason.QUEUE.value


def test_what_a_machine_reads_is_shown_by_what_its_token_is_for(
    engine: Engine, app: FastAPI, clock: HandClock, auditor: Visitor
) -> None:
    secret = reader_token(engine, "ciog-north", clock.now())
    machine = TestClient(app, base_url="http://127.0.0.1:8600")
    assert machine.get("/v1/alerts", headers={"Authorization": f"Bearer {secret}"}).is_success
    found = rows_of(auditor.get("/review/audit.csv?kind=reads&who=ciog-north"))
    assert [one["about"] for one in found] == ["/v1/alerts"]


def test_looking_at_the_records_is_kept_as_a_read(auditor: Visitor) -> None:
    auditor.get("/review/audit")
    found = rows_of(auditor.get("/review/audit.csv?kind=reads"))
    assert [one["about"] for one in found] == ["/review/audit.csv", "/review/audit"]


@ON_BOTH
def test_a_dpo_sees_nothing_that_people_of_another_agency_did(engine: Engine, app: FastAPI) -> None:
    Visitor(engine, app, Role.AGENCY_CONTACT, party=FIRE).get("/agency/receipts")
    Visitor(engine, app, Role.AGENCY_CONTACT, party=POLICE).get("/agency/receipts/al-1")
    Visitor(engine, app, Role.CHAIR, "east").get("/tactical/areas/east")
    dpo = Visitor(engine, app, Role.DPO, party=FIRE)
    reads = [one["about"] for one in rows_of(dpo.get("/review/audit.csv?kind=reads"))]
    assert reads == ["/review/audit.csv", "/tactical/areas/east", "/agency/receipts"]
    changes = rows_of(dpo.get("/review/audit.csv?who=contact"))
    assert len({one["id"] for one in changes}) == 1


@pytest.mark.parametrize(
    ("role", "party"),
    [
        (Role.AGENCY_CONTACT, FIRE),
        (Role.ANALYST, None),
        (Role.COORDINATOR, None),
        (Role.OPERATOR, None),
    ],
)
def test_nobody_else_reads_them(
    engine: Engine, app: FastAPI, role: Role, party: str | None
) -> None:
    visitor = Visitor(engine, app, role, party=party)
    for path in ("/review/audit", "/review/audit?kind=reads", "/review/audit.csv"):
        assert visitor.get(path).status_code == 403


@ON_BOTH
def test_days_are_those_of_the_partnership(engine: Engine, auditor: Visitor) -> None:
    for hour, name in ((22, "before"), (23, "after")):
        at = int(datetime(2026, 6, 30, hour, 30, tzinfo=UTC).timestamp())
        SqlReads(engine).note(Read(at, "p-1", None, name, Reason.AUDIT))
    asked = "/review/audit.csv?kind=reads&first=2026-07-01&last=2026-07-01"
    assert [one["about"] for one in rows_of(auditor.get(asked))] == ["after"]


@pytest.mark.parametrize("query", ["kind=zzz", "first=yesterday", "last=2026-02-30"])
def test_what_is_not_understood_asks_nothing(auditor: Visitor, query: str) -> None:
    assert "Signed in" in auditor.get(f"/review/audit?{query}").text


@ON_BOTH
def test_old_records_are_pages_away_and_whole_in_the_file(
    engine: Engine, auditor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "ROWS", 2)
    monkeypatch.setattr(audit, "_AT_ONCE", 2)
    for number in range(5):
        SqlReads(engine).note(Read(number, "p-1", None, f"page-{number}", Reason.AUDIT))
    first = auditor.get("/review/audit?kind=reads&about=page-").text
    assert "page-4" in first
    assert "page-2" not in first
    older = first.partition("/review/audit?kind=reads&amp;who")[2].partition('"')[0]
    second = auditor.get("/review/audit?kind=reads&who" + older.replace("&amp;", "&")).text
    assert "page-2" in second
    assert "page-4" not in second
    found = rows_of(auditor.get("/review/audit.csv?kind=reads&about=page-"))
    assert [one["about"] for one in found] == [f"page-{n}" for n in (4, 3, 2, 1, 0)]


def test_no_cell_is_a_formula_and_every_row_is_marked(engine: Engine, auditor: Visitor) -> None:
    SqlReads(engine).note(Read(1, "p-1", None, "=1+1", Reason.AUDIT, "=cmd"))
    (found,) = rows_of(auditor.get("/review/audit.csv?kind=reads&about=1%2B1"))
    assert (found["about"], found["words"]) == ("'=1+1", "'=cmd")
    assert "OFFICIAL-SENSITIVE" in found["marking"]
