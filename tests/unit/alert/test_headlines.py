"""What an alert says stays about its own subject, and repeat involvement stays an alert apart."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.alert.test_issues import (
    CLOSED,
    RAISED,
    UPDATED,
    _Days,
    _evidence,
    _ids,
    _signal,
)

from cioghub.steps.alert.issues import QUIET_DAYS
from cioghub.steps.alert.reasons import reason_of
from cioghub.vocabulary.signals import Alert, Signal, SignalKind

OTHER = {"kind": SignalKind.SURGE, "hub_category": "robbery", "chance": 1e-20}
"""A signal that says something else, and much louder."""

NAMED = " It shows as robbery too."
"""All that an alert says of it."""


def _linkage(*numbers: int, **changes: Any) -> Signal:
    return _signal(
        *numbers,
        **{
            "kind": SignalKind.LINKAGE,
            "recurrence_days": None,
            "subjects": 3,
            "seen": 3,
            **changes,
        },
    )


def _behind(alert: Alert) -> list[int]:
    return [one.number for one in alert.whole]


def test_another_subject_that_joins_adds_its_events_and_its_name_and_not_its_words() -> None:
    days = _Days()
    (raised,) = days.settle(_signal(1, 2, 3, 4))
    (joined,) = days.settle(_signal(1, 2, 3, 4, 5, **OTHER))
    assert (joined.change, _ids(joined)) == (UPDATED, [5])
    assert _behind(joined) == [1, 2, 3, 4, 5]
    for name in ("hub_category", "signal", "level"):
        assert getattr(joined, name) == getattr(raised, name)
    assert joined.reason == raised.reason + NAMED


def test_another_subject_on_the_day_of_the_raise_adds_its_events_and_its_name() -> None:
    days = _Days()
    own = _signal(1, 2, 3, 4, chance=1e-9)
    (raised,) = days.settle(_signal(1, 2, 3, 4, 5, **{**OTHER, "chance": 1e-6}), own)
    assert (raised.change, raised.hub_category, _behind(raised)) == (
        RAISED,
        "knife",
        [1, 2, 3, 4, 5],
    )
    assert (raised.signal, raised.reason) == (own, reason_of(own) + NAMED)


def test_of_several_signals_of_its_own_subject_the_most_surprising_speaks() -> None:
    days = _Days()
    days.settle(_signal(1, 2, 3, 4))
    loud = _signal(1, 2, 3, 4, 5, kind=SignalKind.SURGE, chance=1e-9)
    (joined,) = days.settle(_signal(1, 2, 3, 4, 6), loud, _signal(1, 2, 3, 4, 7, **OTHER))
    assert (joined.signal, _ids(joined)) == (loud, [5, 6, 7])
    assert joined.reason == reason_of(loud) + NAMED


def test_a_level_that_was_reached_stays_while_nothing_is_withdrawn() -> None:
    days = _Days()
    (raised,) = days.settle(_signal(1, 2, 3, 4, chance=1e-10))
    (joined,) = days.settle(_signal(1, 2, 3, 4, 5))
    assert raised.level == joined.level == "far-above"
    assert "far above usual" in joined.reason


@pytest.mark.parametrize("first", [SignalKind.CLUSTER, SignalKind.SURGE, SignalKind.CONVERGENCE])
def test_repeat_involvement_never_joins_another_alert_nor_another_it(first: SignalKind) -> None:
    days = _Days()
    other = _signal(1, 2, 3, 4, kind=first)
    found = days.settle(other, _linkage(1, 2, 3, 4))
    assert [alert.change for alert in found] == [RAISED, RAISED]
    found = days.settle(_signal(1, 2, 3, 4, 5, kind=first), _linkage(1, 2, 3, 4, 6))
    assert {alert.signal.kind: (alert.change, _ids(alert)) for alert in found} == {
        first: (UPDATED, [5]),
        SignalKind.LINKAGE: (UPDATED, [6]),
    }


def test_repeat_involvement_does_not_follow_another_alert_nor_another_it() -> None:
    days = _Days()
    (raised,) = days.settle(_signal(1, 2, 3, 4))
    days.quiet(QUIET_DAYS)
    (linkage,) = days.settle(_linkage(1, 2, 3, 4))
    assert linkage.follows is None
    days.quiet(QUIET_DAYS)
    later = days.settle(_linkage(1, 2, 3, 4), _signal(1, 2, 3, 4))
    assert {one.signal.kind: one.follows for one in later} == {
        SignalKind.LINKAGE: linkage.id,
        SignalKind.CLUSTER: raised.id,
    }


def test_repeat_involvement_has_one_subject_whatever_its_category() -> None:
    days = _Days()
    (raised,) = days.settle(_linkage(1, 2, 3, 4))
    louder = _linkage(1, 2, 3, 4, 5, hub_category="robbery", chance=1e-10, seen=4)
    (joined,) = days.settle(louder)
    assert (joined.id, joined.change, _ids(joined)) == (raised.id, UPDATED, [5])
    assert (joined.signal, joined.level, joined.reason) == (louder, "far-above", reason_of(louder))


def test_the_words_of_repeat_involvement_name_no_category() -> None:
    (raised,) = _Days().settle(_linkage(1, 2, 3, 4))
    assert raised.reason.startswith("Repeat involvement is above usual in the area: 3 subjects")
    assert "nife" not in raised.reason


def test_what_is_left_after_a_withdrawal_is_said_although_another_subject_joins() -> None:
    days = _Days()
    (raised,) = days.settle(_signal(1, 2, 3, 4, 5, chance=1e-10))
    other = _signal(1, 3, 4, 5, 6, **OTHER)
    (change,) = days.settle(other, withdrawn=frozenset({2}))
    assert (change.id, change.change, _ids(change)) == (raised.id, UPDATED, [6])
    assert _behind(change) == [1, 3, 4, 5, 6]
    assert (change.hub_category, change.level, change.signal.seen) == ("knife", "above", 4)
    assert [one.number for one in change.signal.evidence] == [1, 3, 4, 5]
    assert (change.signal.p_value, change.signal.recurrence_days) == (None, None)
    assert change.reason.startswith("Events behind it were withdrawn. What is left: Knife crime:")
    assert days.settle(other, withdrawn=frozenset({2})) == []


def test_of_repeat_involvement_no_more_subjects_are_left_than_events() -> None:
    days = _Days()
    days.settle(_linkage(1, 2, 3, 4))
    (less,) = days.settle(withdrawn=frozenset({1}))
    assert less.signal.seen == 3
    (less,) = days.settle(withdrawn=frozenset({1, 2, 3}))
    assert (less.signal.seen, _behind(less)) == (1, [4])


def test_a_closing_repeats_what_was_last_said() -> None:
    days = _Days()
    (raised,) = days.settle(_signal(1, 2, 3, 4))
    days.settle(_signal(1, 2, 3, 4, 5, **OTHER))
    (closed,) = days.quiet(QUIET_DAYS)
    assert (closed.change, closed.signal) == (CLOSED, raised.signal)
    assert closed.reason == f"Nothing new for {QUIET_DAYS} days. It was: {raised.reason}{NAMED}"


def test_what_was_withdrawn_stays_out_of_what_joins_later() -> None:
    days = _Days()
    days.settle(_signal(1, 2, 3, 4))
    days.settle(withdrawn=frozenset({4}))
    (joined,) = days.settle(_signal(1, 2, 3, 5), withdrawn=frozenset({4}))
    assert _evidence(4) not in joined.whole
