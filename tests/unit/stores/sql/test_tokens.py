"""Tokens of machines: what they open, for how long, and how one takes another's place."""

import pytest
from sqlalchemy import text
from tests.unit.stores.sql.conftest import all_of

from cioghub.errors import AnswerIsNo, WrongUse
from cioghub.stores.sql.tokens import DAY, LONGEST_DAYS, Kind, SqlTokens
from cioghub.vocabulary.people import Reason

NOW = 1_790_000_000
FEED = "/warwickshire-fire/incident"


def test_a_token_opens_its_own_feed_and_no_audience(engine) -> None:
    tokens = SqlTokens(engine)
    _, secret = tokens.make(Kind.FEED, FEED, None, 30, "test", NOW)
    assert tokens.feeds(secret, NOW) == {FEED}
    assert tokens.reader(secret, NOW) is None


def test_a_reader_s_token_opens_its_audience_and_no_feed(engine) -> None:
    tokens = SqlTokens(engine)
    token, secret = tokens.make(Kind.READER, "ciog-east", Reason.QUEUE, 30, "test", NOW)
    found = tokens.reader(secret, NOW)
    assert (found.token, found.audience, found.reason) == (token.id, "ciog-east", Reason.QUEUE)
    assert tokens.feeds(secret, NOW) == frozenset()


def test_a_token_expires_and_can_be_revoked_before(engine) -> None:
    tokens = SqlTokens(engine)
    token, secret = tokens.make(Kind.FEED, FEED, None, 1, "test", NOW)
    assert tokens.feeds(secret, NOW + DAY - 1)
    assert not tokens.feeds(secret, NOW + DAY)
    tokens.revoke(token.id, "test", NOW)
    tokens.revoke(token.id, "test", NOW)
    assert not tokens.feeds(secret, NOW)


def test_two_are_valid_while_one_takes_the_other_s_place_and_never_three(engine) -> None:
    tokens = SqlTokens(engine)
    old, old_secret = tokens.make(Kind.FEED, FEED, None, 30, "test", NOW)
    _, new_secret = tokens.make(Kind.FEED, FEED, None, 30, "test", NOW)
    assert tokens.feeds(old_secret, NOW) == tokens.feeds(new_secret, NOW) == {FEED}
    with pytest.raises(AnswerIsNo, match="Two tokens"):
        tokens.make(Kind.FEED, FEED, None, 30, "test", NOW)
    tokens.make(Kind.FEED, "/another/feed", None, 30, "test", NOW)
    tokens.revoke(old.id, "test", NOW)
    tokens.make(Kind.FEED, FEED, None, 30, "test", NOW)


@pytest.mark.parametrize("days", [0, -1, LONGEST_DAYS + 1])
def test_a_token_lives_a_day_to_a_year(engine, days) -> None:
    with pytest.raises(WrongUse):
        SqlTokens(engine).make(Kind.FEED, FEED, None, days, "test", NOW)


def test_a_token_that_is_not_there_cannot_be_revoked(engine) -> None:
    with pytest.raises(WrongUse):
        SqlTokens(engine).revoke("t-0000000000", "test", NOW)


def test_the_secret_is_kept_as_a_hash_and_each_change_is_audited(engine) -> None:
    tokens = SqlTokens(engine)
    token, secret = tokens.make(Kind.FEED, FEED, None, 30, "terminal", NOW)
    tokens.revoke(token.id, "terminal", NOW)
    with engine.connect() as connection:
        rows = connection.execute(text("select person, action, subject from audit")).all()
    assert rows == [
        ("terminal", "token-made", token.id),
        ("terminal", "token-revoked", token.id),
    ]
    assert secret not in all_of(engine)
    assert [one.id for one in tokens.list()] == [token.id]
