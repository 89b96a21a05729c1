"""Local accounts: who is let in, who is held back, and what a one-time code does."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Engine, text
from tests.people import CHEAP, PASSWORD, add_person
from tests.unit.stores.sql.conftest import all_of

from cioghub.errors import AnswerIsNo, WrongUse
from cioghub.ports.people import NotLetIn, Outsider, Refusal
from cioghub.stores.sql.accounts import SqlAccounts, weak
from cioghub.stores.sql.people_list import CODE_HOURS, PeopleList
from cioghub.stores.sql.sessions import SqlSessions
from cioghub.stores.sql.throttle import MOST_FROM_ONE_PLACE, MOST_OF_ONE, WINDOW_SECONDS
from cioghub.vocabulary.people import Role

NOW = 1_790_000_000
HERE = "192.0.2.1"


def accounts(engine: Engine) -> SqlAccounts:
    return SqlAccounts(engine, CHEAP)


def refusal(call, *arguments) -> NotLetIn:
    with pytest.raises(NotLetIn) as caught:
        call(*arguments)
    return caught.value


def audited(engine: Engine) -> list[tuple[str, str, dict]]:
    with engine.connect() as connection:
        rows = connection.execute(text("select person, action, facts from audit order by number"))
        return [(row.person, row.action, json.loads(row.facts)) for row in rows]


def test_the_right_password_lets_in_as_who_somebody_is(engine) -> None:
    add_person(engine, Role.CHAIR, NOW, ciog="east")
    person = accounts(engine).check("Chair-EAST ", PASSWORD, HERE, NOW)
    assert (person.role, person.ciog, person.audience) == (Role.CHAIR, "east", "ciog-east")


@pytest.mark.parametrize("sign_in", ["analyst", "nobody"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(engine, sign_in) -> None:
    add_person(engine, Role.ANALYST, NOW)
    found = refusal(accounts(engine).check, sign_in, "a wrong password", HERE, NOW)
    assert (found.why, found.wait) == (Refusal.WRONG, 0)


def test_an_unknown_name_costs_a_hash_as_a_known_one_does(engine) -> None:
    refused = []

    class Watched(PasswordHasher):
        def verify(self, hashed, password):
            assert not self.check_needs_rehash(hashed), "it costs what every other hash costs"
            with pytest.raises(VerifyMismatchError) as found:
                super().verify(hashed, password)
            refused.append(found.value)
            raise found.value

    book = SqlAccounts(engine, Watched(time_cost=2, memory_cost=16, parallelism=1))
    refusal(book.check, "nobody", "a wrong password", HERE, NOW)
    assert len(refused) == 1


def test_after_five_wrong_tries_even_the_right_password_waits(engine) -> None:
    add_person(engine, Role.ANALYST, NOW)
    book = accounts(engine)
    for _ in range(MOST_FROM_ONE_PLACE):
        assert refusal(book.check, "analyst", "wrong", HERE, NOW).why is Refusal.WRONG
    held = refusal(book.check, "analyst", PASSWORD, HERE, NOW + 1)
    assert (held.why, held.wait) == (Refusal.THROTTLED, WINDOW_SECONDS - 1)
    assert book.check("analyst", PASSWORD, "192.0.2.9", NOW + 1).role is Role.ANALYST
    assert book.check("analyst", PASSWORD, HERE, NOW + WINDOW_SECONDS).role is Role.ANALYST


def test_many_tries_at_once_get_no_further_than_one_after_the_other(engine) -> None:
    add_person(engine, Role.ANALYST, NOW)
    book = accounts(engine)
    with ThreadPoolExecutor(20) as pool:
        tries = [
            pool.submit(refusal, book.check, "analyst", f"wrong {number}", HERE, NOW)
            for number in range(20)
        ]
    found = Counter(one.result().why for one in tries)
    held = 20 - MOST_FROM_ONE_PLACE
    assert found == {Refusal.WRONG: MOST_FROM_ONE_PLACE, Refusal.THROTTLED: held}


def test_one_address_is_held_back_whatever_the_names(engine) -> None:
    book = accounts(engine)
    for number in range(MOST_OF_ONE):
        assert refusal(book.check, f"name-{number}", "wrong", HERE, NOW).why is Refusal.WRONG
    assert refusal(book.check, "another", "wrong", HERE, NOW).why is Refusal.THROTTLED


def test_one_name_is_held_back_wherever_the_tries_come_from(engine) -> None:
    book = accounts(engine)
    for number in range(MOST_OF_ONE):
        refusal(book.check, "analyst", "wrong", f"192.0.2.{number}", NOW)
    assert refusal(book.check, "analyst", "wrong", HERE, NOW).why is Refusal.THROTTLED


def test_a_success_forgets_the_tries_before_it(engine) -> None:
    add_person(engine, Role.ANALYST, NOW)
    book = accounts(engine)
    for _ in range(3):
        for _ in range(MOST_FROM_ONE_PLACE - 1):
            refusal(book.check, "analyst", "wrong", HERE, NOW)
        book.check("analyst", PASSWORD, HERE, NOW)


def test_a_code_sets_one_password_once(engine) -> None:
    _, code = PeopleList(engine).add("dpo", "A DPO", Role.DPO, None, "geh-nhs", "test", NOW)
    book = accounts(engine)
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    book.set_password("dpo", typed, PASSWORD, HERE, NOW)
    assert book.check("dpo", PASSWORD, HERE, NOW).party == "geh-nhs"
    assert refusal(book.set_password, "dpo", code, PASSWORD, HERE, NOW).why is Refusal.SPENT


def test_a_code_grows_old_and_a_new_one_ends_it(engine) -> None:
    people, book = PeopleList(engine), accounts(engine)
    _, first = people.add("auditor", "An auditor", Role.AUDITOR, None, None, "test", NOW)
    second = people.new_code("auditor", "test", NOW)
    assert refusal(book.set_password, "auditor", first, PASSWORD, HERE, NOW).why is Refusal.SPENT
    late = NOW + CODE_HOURS * 3600
    assert refusal(book.set_password, "auditor", second, PASSWORD, HERE, late).why is Refusal.SPENT
    book.set_password("auditor", second, PASSWORD, HERE, late - 1)


def test_codes_cannot_be_tried_for_long(engine) -> None:
    PeopleList(engine).add("auditor", "An auditor", Role.AUDITOR, None, None, "test", NOW)
    book = accounts(engine)
    found = [
        refusal(book.set_password, "auditor", "A" * 20, PASSWORD, HERE, NOW).why
        for _ in range(MOST_FROM_ONE_PLACE + 1)
    ]
    assert found == [Refusal.SPENT] * MOST_FROM_ONE_PLACE + [Refusal.THROTTLED]


@pytest.mark.parametrize(
    ("password", "is_weak"),
    [
        ("eleven lett", True),
        ("twelve lette", False),
        ("aaaabbbbccccdddd", True),
        ("analyst and more", True),
        ("x" * 257, True),
    ],
)
def test_a_weak_password_is_refused(password, is_weak) -> None:
    assert weak(password, "analyst") is is_weak


def test_who_is_disabled_is_out_at_once_and_stays_out(engine) -> None:
    add_person(engine, Role.ANALYST, NOW)
    book, sessions = accounts(engine), SqlSessions(engine)
    secret = sessions.start(book.check("analyst", PASSWORD, HERE, NOW), NOW, None)
    PeopleList(engine).disable("analyst", "test", NOW)
    assert sessions.find(secret, NOW) is None
    assert refusal(book.check, "analyst", PASSWORD, HERE, NOW).why is Refusal.WRONG


def test_a_dearer_hash_takes_the_place_of_a_cheap_one(engine) -> None:
    add_person(engine, Role.ANALYST, NOW)
    SqlAccounts(engine, PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)).check(
        "analyst", PASSWORD, HERE, NOW
    )
    with engine.connect() as connection:
        kept = connection.execute(text("select password from person")).scalar_one()
    assert kept.startswith("$argon2id$v=19$m=16,t=2,p=1$")
    assert audited(engine)[-1][1] == "password-rehashed"


CHAIR = Outsider("https://login.example", "0042", "A. Chair", Role.CHAIR, "east", None)


def test_a_provider_s_word_is_taken_anew_at_every_sign_in(engine) -> None:
    book = accounts(engine)
    first = book.admit(CHAIR, NOW)
    assert book.admit(CHAIR, NOW) == first
    moved = book.admit(Outsider(*_but(CHAIR, ciog="north")), NOW)
    assert (moved.id, moved.audience) == (first.id, "ciog-north")
    assert [(action, facts["ciog"]) for _, action, facts in audited(engine)] == [
        ("person-admitted", "east"),
        ("person-changed", "north"),
    ]


def test_who_was_disabled_here_stays_out_whatever_a_provider_says(engine) -> None:
    book = accounts(engine)
    PeopleList(engine).disable(book.admit(CHAIR, NOW).id, "test", NOW)
    assert refusal(book.admit, CHAIR, NOW).why is Refusal.DISABLED


def test_the_same_subject_of_another_provider_is_somebody_else(engine) -> None:
    book = accounts(engine)
    other = Outsider(*_but(CHAIR, issuer="https://other.example"))
    assert book.admit(CHAIR, NOW).id != book.admit(other, NOW).id


@pytest.mark.parametrize(
    ("role", "ciog", "party"),
    [
        (Role.CHAIR, None, None),
        (Role.CHAIR, "east", "geh-nhs"),
        (Role.DPO, None, None),
        (Role.AGENCY_CONTACT, None, None),
        (Role.ANALYST, "east", None),
        (Role.OPERATOR, None, "geh-nhs"),
    ],
)
def test_a_role_has_its_area_or_agency_and_no_other(engine, role, ciog, party) -> None:
    with pytest.raises(WrongUse):
        PeopleList(engine).add("somebody", "Somebody", role, ciog, party, "test", NOW)


def test_two_people_never_share_a_sign_in_name(engine) -> None:
    people = PeopleList(engine)
    people.add("analyst", "One", Role.ANALYST, None, None, "test", NOW)
    with pytest.raises(AnswerIsNo):
        people.add("ANALYST", "Another", Role.ANALYST, None, None, "test", NOW)


def test_every_change_has_its_audit_row_and_no_secret_is_in_the_database(engine) -> None:
    people, book = PeopleList(engine), accounts(engine)
    person_id, code = people.add("analyst", "A", Role.ANALYST, None, None, "terminal", NOW)
    book.set_password("analyst", code, PASSWORD, HERE, NOW)
    people.disable("analyst", "terminal", NOW)
    assert [(who, action) for who, action, _ in audited(engine)] == [
        ("terminal", "person-added"),
        (person_id, "password-set"),
        ("terminal", "person-disabled"),
    ]
    dump = all_of(engine)
    assert code not in dump
    assert code.replace("-", "") not in dump
    assert PASSWORD not in dump


def _but(outsider: Outsider, **changed: str) -> tuple:
    fields = ("issuer", "subject", "name", "role", "ciog", "party")
    return tuple(changed.get(field, getattr(outsider, field)) for field in fields)
