"""The grammars of an event's fields."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cioghub.steps.validate.forms import instant
from cioghub.vocabulary.reasons import FaultCode

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
offsets = st.integers(-23 * 60, 23 * 60).map(lambda n: timezone(timedelta(minutes=n)))
moments = st.integers(-2_177_452_800, 7_195_219_200).flatmap(
    lambda seconds: offsets.map(lambda zone: (EPOCH + timedelta(seconds=seconds)).astimezone(zone))
)


@given(moments, st.integers(0, 59), st.integers(0, 59))
def test_an_instant_is_read_alike_the_first_time_and_later(moment, minute, second) -> None:
    for one in (moment, moment.replace(minute=minute, second=second), moment):
        whole = one.replace(microsecond=0)
        expected = (whole - EPOCH) // timedelta(seconds=1)
        assert instant(whole.isoformat()) == expected
        assert instant(whole.isoformat() + "0") is FaultCode.WRONG_FORM
        assert instant(one.isoformat(timespec="microseconds")) == expected


@given(st.lists(moments, min_size=2, max_size=6))
def test_the_hour_of_one_and_the_rest_of_another_are_an_instant_too(several) -> None:
    texts = [one.replace(microsecond=0).isoformat() for one in several]
    assert all(type(instant(text)) is int for text in texts)
    for hour in texts:
        for rest in texts:
            crossed = datetime.fromisoformat(hour[:13] + rest[13:])
            assert instant(hour[:13] + rest[13:]) == (crossed - EPOCH) // timedelta(seconds=1)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05T09:00:60+00:00",
        "2026-01-05T09:60:00+00:00",
        "2026-01-05T24:00:00+00:00",
        "2026-01-05T09:00:00+24:00",
        "2026-01-05T09:00:00+00:60",
        "2026-01-05T09:00:00-05:99",
        "2026-02-30T09:00:00+00:00",
        "2026-01-05 09:00:00+00:00",
        "2026-01-05T09:00:00",
        "2026-01-05T09:00+00:00",
        "\uff12026-01-05T09:00:00Z",
        "",
    ],
)
def test_what_is_no_instant_is_refused_beside_good_ones(text) -> None:
    for good in ("2026-01-05T09:00:00+00:00", "2026-01-05T09:00:00Z", "2026-01-05t09:00:00z"):
        assert instant(good) == 1767603600
        assert instant(text) is FaultCode.WRONG_FORM
    assert instant(None) is FaultCode.WRONG_TYPE
