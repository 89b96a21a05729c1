"""Who is asking: what each door answers to people, to machines and to nobody."""

import pytest
from sqlalchemy import text
from tests.people import cookie_of, feed_token, reader_token

from cioghub.vocabulary.people import Reason, Role

FEED = "/warwickshire-fire/incident"


def signed_in(client, engine, clock, role, **of) -> None:
    client.cookies.set("ciog", cookie_of(engine, role, clock.now(), **of))


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def reads(engine) -> list[tuple]:
    wanted = 'select who, session, subject, reason, words from "read" order by number'
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(wanted))]


def test_a_page_sends_nobody_to_sign_in_and_back(client) -> None:
    answer = client.get("/test/counts?of=east&page=2")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=/test/counts%3Fof%3Deast%26page%3D2"


def test_a_program_without_token_or_session_gets_401(client) -> None:
    for answer in (client.post("/v1/test/events"), client.get("/v1/test/alerts")):
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_feed_s_token_publishes_on_its_feed(client, engine, clock) -> None:
    secret = feed_token(engine, FEED, clock.now())
    assert client.post("/v1/test/events", headers=bearer(secret)).json() == [FEED]


def test_every_wrong_token_gets_the_same_answer(client, engine, clock) -> None:
    reader = reader_token(engine, "ciog-east", clock.now())
    old = feed_token(engine, FEED, clock.now() - 100 * 86_400)
    answers = {
        (answer.status_code, answer.content)
        for wrong in (reader, old, "ciog_feed_nothing", "é" * 10)
        for header in [{b"Authorization": b"Bearer " + wrong.encode()}]
        for answer in [client.post("/v1/test/events", headers=header)]
    }
    assert {status for status, _ in answers} == {401}
    assert len(answers) == 1


def test_a_session_publishes_nothing(client, engine, clock) -> None:
    signed_in(client, engine, clock, Role.AGENCY_CONTACT, party="warwickshire-fire")
    assert client.post("/v1/test/events").status_code == 401


def test_a_reader_s_token_reads_its_audience_and_each_read_is_noted(client, engine, clock) -> None:
    secret = reader_token(engine, "ciog-east", clock.now())
    assert client.get("/v1/test/alerts?cursor=4", headers=bearer(secret)).json() == "ciog-east"
    [(who, session, subject, reason, words)] = reads(engine)
    assert who.startswith("t-")
    assert (session, subject, reason, words) == (None, "/v1/test/alerts", Reason.QUEUE, None)


@pytest.mark.parametrize(
    ("role", "of", "audience"),
    [
        (Role.CHAIR, {"ciog": "east"}, "ciog-east"),
        (Role.ANALYST, {}, "tactical-group"),
        (Role.COORDINATOR, {}, "tactical-group"),
        (Role.AUDITOR, {}, "scrutiny"),
    ],
)
def test_a_person_reads_in_their_own_audience(client, engine, clock, role, of, audience) -> None:
    signed_in(client, engine, clock, role, **of)
    assert client.get("/v1/test/alerts").json() == audience


@pytest.mark.parametrize(
    ("role", "of"),
    [
        (Role.AGENCY_CONTACT, {"party": "warwickshire-fire"}),
        (Role.DPO, {"party": "warwickshire-fire"}),
        (Role.OPERATOR, {}),
    ],
)
def test_who_reads_no_alerts_gets_403(client, engine, clock, role, of) -> None:
    signed_in(client, engine, clock, role, **of)
    assert client.get("/v1/test/alerts").status_code == 403
    assert reads(engine) == []


def test_a_page_that_reads_asks_once_what_for_and_notes_each_read(client, engine, clock) -> None:
    signed_in(client, engine, clock, Role.ANALYST, reason=None)
    assert client.get("/test/counts").json() == "A analyst"
    answer = client.get("/test/alerts/a-1?of=east")
    assert answer.headers["location"] == "/reason?next=/test/alerts/a-1%3Fof%3Deast"
    assert reads(engine) == []
    form = client.get("/reason?next=/test/alerts/a-1").text
    answer = client.post(
        "/reason",
        data={"csrf": csrf_in(form), "reason": "ciog-meeting", "next": "/test/alerts/a-1"},
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/test/alerts/a-1")
    client.get("/test/alerts/a-1?of=east")
    client.get("/test/alerts/a-2")
    noted = reads(engine)
    assert [(subject, reason) for _, _, subject, reason, _ in noted] == [
        ("/test/alerts/a-1", "ciog-meeting"),
        ("/test/alerts/a-2", "ciog-meeting"),
    ]


def test_a_program_on_a_session_without_reason_is_told_so(client, engine, clock) -> None:
    signed_in(client, engine, clock, Role.ANALYST, reason=None)
    answer = client.get("/v1/test/alerts")
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("#reason-needed")


def csrf_in(page: str) -> str:
    return page.partition('name="csrf" value="')[2].partition('"')[0]
