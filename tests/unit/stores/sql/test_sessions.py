"""Sessions: how long they live, what ends them, and that only a hash of them is kept."""

import pytest
from sqlalchemy import Engine, text
from tests.people import CHEAP, PASSWORD, add_person
from tests.unit.stores.sql.conftest import all_of

from cioghub.ports.people import Departure
from cioghub.stores.sql.sessions import (
    DEPARTURE_SECONDS,
    IDLE_SECONDS,
    LONGEST_SECONDS,
    SEEN_EVERY,
    SqlSessions,
)
from cioghub.vocabulary.people import Person, Reason, Role

NOW = 1_790_000_000


@pytest.fixture
def person(engine: Engine) -> Person:
    from cioghub.stores.sql.accounts import SqlAccounts

    add_person(engine, Role.CHAIR, NOW, ciog="east")
    return SqlAccounts(engine, CHEAP).check("chair-east", PASSWORD, "", NOW)


def test_a_session_is_found_by_its_secret_alone(engine, person) -> None:
    sessions = SqlSessions(engine)
    secret = sessions.start(person, NOW, None)
    found = sessions.find(secret, NOW)
    assert found is not None
    assert (found.person, found.reason) == (person, None)
    assert sessions.find(secret + "x", NOW) is None
    assert sessions.find("", NOW) is None


def test_an_idle_session_ends(engine, person) -> None:
    sessions = SqlSessions(engine)
    secret = sessions.start(person, NOW, None)
    assert sessions.find(secret, NOW + IDLE_SECONDS - 1)
    assert sessions.find(secret, NOW + 2 * IDLE_SECONDS - 2)
    assert sessions.find(secret, NOW + 4 * IDLE_SECONDS) is None


def test_a_busy_session_ends_all_the_same(engine, person) -> None:
    sessions = SqlSessions(engine)
    secret = sessions.start(person, NOW, None)
    for at in range(NOW, NOW + LONGEST_SECONDS, SEEN_EVERY):
        assert sessions.find(secret, at)
    assert sessions.find(secret, NOW + LONGEST_SECONDS) is None


def test_signing_in_again_ends_the_session_before(engine, person) -> None:
    sessions = SqlSessions(engine)
    first = sessions.start(person, NOW, None)
    second = sessions.start(person, NOW, first)
    assert first != second
    assert sessions.find(first, NOW) is None
    assert sessions.find(second, NOW)


def test_signing_out_ends_it(engine, person) -> None:
    sessions = SqlSessions(engine)
    secret = sessions.start(person, NOW, None)
    sessions.end(secret, NOW)
    sessions.end(secret, NOW)
    assert sessions.find(secret, NOW) is None


def test_a_reason_holds_for_its_session_and_no_other(engine, person) -> None:
    sessions = SqlSessions(engine)
    one, other = sessions.start(person, NOW, None), sessions.start(person, NOW, None)
    sessions.give_reason(one, Reason.MEETING, NOW)
    assert [sessions.find(secret, NOW).reason for secret in (one, other)] == [Reason.MEETING, None]


def test_a_change_of_role_counts_at_once(engine, person) -> None:
    sessions = SqlSessions(engine)
    secret = sessions.start(person, NOW, None)
    with engine.begin() as connection:
        connection.execute(text("update person set ciog = 'north'"))
    assert sessions.find(secret, NOW).person.audience == "ciog-north"


def test_the_session_of_somebody_disabled_opens_nothing(engine, person) -> None:
    sessions = SqlSessions(engine)
    secret = sessions.start(person, NOW, None)
    with engine.begin() as connection:
        connection.execute(text(f"update person set disabled = {NOW}"))
    assert sessions.find(secret, NOW) is None


def test_only_a_hash_of_the_secret_is_kept(engine, person) -> None:
    secret = SqlSessions(engine).start(person, NOW, None)
    assert secret not in all_of(engine)


def test_who_comes_back_from_a_provider_is_known_once_in_the_same_browser(engine) -> None:
    sessions = SqlSessions(engine)
    departure = Departure("nonce", "verifier", "/tactical/")
    sessions.depart("browser", "state", departure, NOW)
    assert sessions.returned("another browser", "state", NOW) is None
    assert sessions.returned("browser", "another state", NOW) is None
    assert sessions.returned("browser", "state", NOW) == departure
    assert sessions.returned("browser", "state", NOW) is None


def test_who_comes_back_too_late_is_not_known(engine) -> None:
    sessions = SqlSessions(engine)
    sessions.depart("browser", "state", Departure("n", "v", "/"), NOW)
    assert sessions.returned("browser", "state", NOW + DEPARTURE_SECONDS + 1) is None
