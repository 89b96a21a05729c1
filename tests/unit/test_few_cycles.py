"""Cycles are sought rarely where nothing makes any, and as before once that is over."""

from __future__ import annotations

import gc

import pytest

from cioghub.few_cycles import few_cycles


def test_cycles_are_sought_as_before_once_it_is_over_however_it_ends() -> None:
    before = gc.get_threshold()
    with pytest.raises(ZeroDivisionError), few_cycles(oldest=7):
        assert gc.get_threshold()[0] > before[0]
        assert gc.get_threshold()[2] == 7
        raise ZeroDivisionError
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
