"""What was answered lately is not worked out again, and what was answered long ago is forgotten."""

from __future__ import annotations

from tests.unit.correlate.hub_set import LONDON, HubSet, on

from cioghub.steps.correlate.lately import MOST, Lately
from cioghub.steps.correlate.recurred import Recurred
from cioghub.vocabulary.buckets import midnight
from cioghub.vocabulary.signals import Signal


def test_the_same_question_is_worked_out_once() -> None:
    asked: list[int] = []
    lately: Lately[int] = Lately()

    def work_out(n: int) -> int:
        asked.append(n)
        return 2 * n

    def double(n: int) -> int:
        return lately.answer((n, b""), lambda: work_out(n))

    assert [double(n) for n in (1, 2, 1)] == [2, 4, 2]
    assert asked == [1, 2]
    for n in range(10, 10 + MOST):
        double(n)
    double(1)
    assert asked.count(1) == 2


def test_a_look_says_the_same_whatever_was_looked_at_before(hub: HubSet) -> None:
    hub.every(3, 90, [hub.place("north", n) for n in range(5)])
    now = midnight(on(95), LONDON)

    def found() -> list[Signal]:
        return hub.settled().signals(now, Recurred())

    for n in range(8):
        hub.add(92, hub.place("north", 1))
        looked = found()
        again = HubSet(hub.areas, hub.clusters)
        again.every(3, 90, [again.place("north", n) for n in range(5)])
        for _ in range(n + 1):
            again.add(92, again.place("north", 1))
        assert looked == again.settled().signals(now, Recurred())
    assert looked
