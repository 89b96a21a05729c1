"""What was asked before is not made again, and not all of it is remembered."""

import pytest

from cioghub.vocabulary import known as module
from cioghub.vocabulary.known import Known


def test_what_was_asked_is_made_once_and_nothing_is_no_answer_less() -> None:
    asked: list[int] = []

    def make(key: int) -> str | None:
        asked.append(key)
        return None if key == 3 else str(key)

    known: Known[int, str | None] = Known(make)
    assert [known[2], known[3], known[2], known[3]] == ["2", None, "2", None]
    assert asked == [2, 3]


def test_when_all_room_is_taken_everything_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    known: Known[int, int] = Known(lambda key: key + 1)
    assert [known[key] for key in range(10)] == list(range(1, 11))
    assert 0 < len(known) <= 3
