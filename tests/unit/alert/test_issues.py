"""One issue, one alert: what joins, what closes, what follows, and what a withdrawal takes away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, timedelta
from hashlib import sha256
from itertools import permutations
from typing import Any

import numpy as np

from cioghub.journey import MEMORY_TYPES
from cioghub.steps.alert.issue import Issue
from cioghub.steps.alert.issues import QUIET_DAYS, Issues
from cioghub.steps.alert.numbers import Numbers
from cioghub.vocabulary.signals import Alert, AlertChange, Evidence, Method, Signal, SignalKind
from cioghub.wire.memory import pack_memory, unpack_memory

START = date(2026, 3, 2)
RAISED, UPDATED, CLOSED = AlertChange.RAISED, AlertChange.UPDATED, AlertChange.CLOSED


def _evidence(number: int, place: str = "A") -> Evidence:
    values: dict[str, Any] = {
        "number": number,
        "id": f"{number:032x}",
        "publisher": "police",
        "kind": "police",
        "agreement": "police-to-hub",
        "place": ("lsoa21", place),
        "floor": "lsoa",
        "ciog": "north",
        "csp": "one",
        "day": START,
        "categories": ("knife",),
    }
    return Evidence(**{one.name: values[one.name] for one in fields(Evidence)})


def _signal(*numbers: int, place: str = "A", **changes: Any) -> Signal:
    evidence = tuple(_evidence(number, place) for number in numbers)
    values: dict[str, Any] = {
        "kind": SignalKind.CLUSTER,
        "hub_category": "knife",
        "ciogs": ("north",),
        "first": START,
        "last": START + timedelta(days=4),
        "seen": len(evidence),
        "expected": 0.4,
        "chance": 1e-6,
        "limit": 1e-5,
        "p_value": None,
        "recurrence_days": 1e6,
        "evidence": evidence,
        "method": Method("scan", "1"),
    }
    return Signal(**{**values, **changes})


class _Days:
    """Settles one day after another."""

    def __init__(self) -> None:
        self.issues = Issues(lambda use, text: sha256(f"{use} {text}".encode()).hexdigest())
        self.today = START

    def settle(self, *signals: Signal, withdrawn: frozenset[int] = frozenset()) -> list[Alert]:
        self.today += timedelta(days=1)
        at = self.today.toordinal() * 86_400
        gone = np.array(sorted(withdrawn), dtype=np.int64)
        return self.issues.settle(at, self.today, signals, gone)

    def quiet(self, days: int) -> list[Alert]:
        return [alert for _ in range(days) for alert in self.settle()]


def _ids(alert: Alert) -> list[int]:
    return [one.number for one in alert.evidence]


def test_new_evidence_joins_the_open_alert_and_the_same_signal_says_nothing() -> None:
    days = _Days()
    (raised,) = days.settle(_signal(1, 2, 3, 4))
    assert days.settle(_signal(1, 2, 3, 4)) == []
    (updated,) = days.settle(_signal(2, 3, 4, 5))
    assert (raised.change, updated.change) == (RAISED, UPDATED)
    assert (updated.id, updated.sequence, _ids(updated)) == (raised.id, 2, [5])
    assert [one.number for one in updated.whole] == [1, 2, 3, 4, 5]


def test_two_signals_of_one_issue_on_one_day_are_one_raise() -> None:
    days = _Days()
    surge = _signal(3, 4, 8, 9, kind=SignalKind.SURGE, ciogs=("north", "east"), chance=5e-6)
    (raised,) = days.settle(surge, _signal(1, 2, 3, 4))
    assert raised.change is RAISED
    assert raised.sequence == 1
    assert raised.signal.kind is SignalKind.CLUSTER
    assert raised.also == ("east",)
    assert _ids(raised) == [1, 2, 3, 4, 8, 9]


def _other(*numbers: int, **changes: Any) -> Signal:
    """Return a signal of another category, a little less surprising."""
    return _signal(*numbers, **{"hub_category": "robbery", "chance": 5e-6, **changes})


def test_signals_of_two_categories_that_share_a_quarter_of_the_smaller_set_are_one_alert() -> None:
    days = _Days()
    (raised,) = days.settle(_signal(*range(1, 9)), _other(*range(7, 17)))
    assert (raised.hub_category, raised.beside) == ("knife", ("robbery",))
    assert _ids(raised) == list(range(1, 17))
    assert raised.reason.endswith("It shows as robbery too.")


def test_one_shared_event_does_not_make_two_categories_one_issue() -> None:
    found = _Days().settle(_signal(1, 2, 3, 4), _other(4, 5, 6, 7))
    assert [alert.hub_category for alert in found] == ["knife", "robbery"]


def test_what_lies_between_two_signals_makes_them_one_raise_in_whatever_order_they_come() -> None:
    between = _signal(3, 4, 7, 8, kind=SignalKind.CONVERGENCE, pattern="both", chance=5e-5)
    signals = [_signal(1, 2, 3, 4), _other(5, 6, 7, 8, place="B"), between]
    runs = [_Days().settle(*order) for order in permutations(signals)]
    assert [one.hub_category for one in runs[0]] == ["knife"]
    assert _ids(runs[0][0]) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert all(run == runs[0] for run in runs)


def test_a_signal_goes_to_the_issue_that_holds_most_of_it() -> None:
    days = _Days()
    knife, robbery = days.settle(_signal(1, 2, 3, 4), _other(5, 6, 7, 8, place="B"))
    (joined,) = days.settle(_other(3, 4, 6, 7, 8, 9, place="B", hub_category="asb"))
    assert (joined.id, knife.id != robbery.id) == (robbery.id, True)


def test_a_surge_of_another_category_must_share_half_and_adds_only_what_lies_there() -> None:
    wide = {"kind": SignalKind.SURGE}
    days = _Days()
    (raised,) = days.settle(_signal(1, 2, 3, 4))
    (apart,) = days.settle(_other(4, 5, 6, 7, 8, **wide))
    assert apart.change is RAISED
    days = _Days()
    (raised,) = days.settle(_signal(1, 2, 3, 4))
    surge = _other(3, 4, 5, ciogs=("east",), **wide)
    elsewhere = _evidence(9, "B")
    (joined,) = days.settle(replace(surge, evidence=(*surge.evidence, elsewhere)))
    assert (joined.id, joined.also, _ids(joined)) == (raised.id, (), [5])
    assert joined.beside == ("robbery",)


def test_another_category_is_told_once_and_no_more_when_events_are_withdrawn() -> None:
    days = _Days()
    days.settle(_signal(1, 2, 3, 4))
    (told,) = days.settle(_other(1, 2, 3, 4))
    assert (told.beside, _ids(told)) == (("robbery",), [])
    assert days.settle(_other(1, 2, 3, 4)) == []
    (less,) = days.settle(withdrawn=frozenset({2}))
    assert (less.beside, "robbery" in less.reason) == ((), False)


def test_issues_in_two_places_are_two_alerts() -> None:
    days = _Days()
    found = days.settle(_signal(1, 2, 3, 4), _signal(5, 6, 7, 8, place="B"))
    assert [alert.change for alert in found] == [RAISED, RAISED]
    assert len({alert.id for alert in found}) == 2


def test_an_issue_closes_after_quiet_and_a_later_one_follows() -> None:
    days = _Days()
    (raised,) = days.settle(_signal(1, 2, 3, 4))
    (closed,) = days.quiet(QUIET_DAYS)
    assert (closed.change, closed.id, _ids(closed)) == (CLOSED, raised.id, [])
    (again,) = days.settle(_signal(5, 6, 7, 8))
    assert again.change is RAISED
    assert (again.id != raised.id, again.follows) == (True, raised.id)


def test_what_would_not_open_an_issue_may_still_join_one() -> None:
    weak = {"chance": 5e-5}
    assert _Days().settle(_signal(1, 2, 3, 4, **weak)) == []
    days = _Days()
    days.settle(_signal(1, 2, 3, 4))
    (joined,) = days.settle(_signal(1, 2, 3, 4, 5, **weak))
    assert (joined.change, _ids(joined)) == (UPDATED, [5])


def test_a_withdrawal_lessens_an_open_alert_that_nothing_speaks_for() -> None:
    days = _Days()
    (raised,) = days.settle(_signal(1, 2, 3, 4, 5, chance=1e-8))
    (less,) = days.settle(withdrawn=frozenset({2, 3}))
    assert raised.level == "well-above"
    assert (less.change, less.signal.seen, less.level, _ids(less)) == (UPDATED, 3, "above", [])
    assert [one.number for one in less.whole] == [1, 4, 5]
    assert less.signal.recurrence_days is None
    assert "withdrawn" in less.reason
    assert days.settle(withdrawn=frozenset({2, 3})) == []


def test_a_withdrawal_and_a_signal_on_one_day_are_one_update_at_the_signal_s_level() -> None:
    days = _Days()
    days.settle(_signal(1, 2, 3, 4, 5, chance=1e-8))
    (change,) = days.settle(_signal(1, 4, 5, 6), withdrawn=frozenset({2, 3}))
    assert (change.change, change.level, _ids(change)) == (UPDATED, "above", [6])
    assert [one.number for one in change.whole] == [1, 4, 5, 6]


def test_an_alert_all_of_whose_events_are_withdrawn_closes_at_once() -> None:
    days = _Days()
    days.settle(_signal(1, 2, 3, 4))
    (closed,) = days.settle(withdrawn=frozenset({1, 2, 3, 4}))
    assert (closed.change, closed.signal.seen) == (CLOSED, 0)
    assert days.issues.open == ()


def test_what_follows_from_the_events_of_an_issue_stays_true_whatever_comes_and_goes() -> None:
    def follows(issue: Issue) -> tuple[list[int], set[Any], set[str]]:
        return issue.numbers.tolist(), issue.places, issue.publishers

    def come(*events: Evidence) -> dict[str, Evidence]:
        return {one.id: one for one in events}

    days = _Days()
    days.settle(_signal(1, 2, 3, 4))
    (issue,) = days.issues.open
    gone = Numbers()
    gone.add(np.array([2, 5]))
    again = replace(_evidence(3, "B"), number=9, publisher="fire")
    steps: list[Callable[[], None]] = [
        lambda: issue.add(come(_evidence(5, "B"), _evidence(6))),
        lambda: issue.forget(gone),
        lambda: issue.add(come(again, _evidence(7))),
    ]
    for step in steps:
        step()
        assert follows(issue) == follows(replace(issue))
    assert [one.number for one in issue.whole()] == [1, 9, 4, 6, 7]


def test_what_is_kept_of_an_issue_s_events_goes_into_no_memory_and_no_copy() -> None:
    days, cold = _Days(), _Days()
    first, second = _signal(1, 2, 3, 4), _signal(2, 3, 4, 5)
    days.settle(first)
    (issue,) = days.issues.open
    assert {1, 2, 3, 4} == set(issue.numbers.tolist())
    packed = pack_memory(days.issues._open, MEMORY_TYPES)
    cold.issues._open = unpack_memory(packed, MEMORY_TYPES)
    cold.today = days.today
    tomorrow = _Days()
    tomorrow.issues, tomorrow.today = days.issues.copy(), days.today
    told = tomorrow.settle(second)
    assert [one.number for one in told[0].whole] == [1, 2, 3, 4, 5]
    assert set(issue.numbers.tolist()) == {1, 2, 3, 4}
    assert pack_memory(days.issues._open, MEMORY_TYPES) == packed
    assert days.settle(second) == cold.settle(second) == told
