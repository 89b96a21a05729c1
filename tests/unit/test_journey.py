"""Events that are taken together become what each of them becomes alone."""

from __future__ import annotations

from typing import Any

from tests.contract.conftest import control, event

from cioghub.bootstrap import checked_bundle, default_areas, default_rules, journey_of
from cioghub.journey import Taken
from cioghub.vocabulary.keys import KeyRing, KeyRoot, Secret
from cioghub.wire.areas import read_areas


def test_no_event_looks_at_another_and_each_keeps_its_place() -> None:
    bundle = checked_bundle(default_rules(), read_areas(default_areas())).bundle
    journey = journey_of(bundle, KeyRing([KeyRoot("k", None, Secret(b"x" * 32))]))
    good, late = event(), event(id="wpi-9")
    bad = event() | {"time": "yesterday"}
    withdrawal = control("withdrawal", "wpi-w", "wpi-1", "2026-01-06T00:00:00Z")
    together: list[Any] = [good, bad, withdrawal, None, good, bad, late]
    taken = journey.take_all(together)
    assert taken == [journey.take(one) for one in together]
    assert [isinstance(one, Taken) for one in taken] == [one not in (bad, None) for one in together]
    assert journey.take_all([]) == []
