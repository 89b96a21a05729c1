"""Kinds of incident, and the pieces of JSON that their events are put together from.

A kind is spread into variants (weapon, setting, age and own fields, each with its share), written
out once, so that drawing an event is one look-up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Choice = tuple[tuple[str | None, float], ...]
Arms = tuple[tuple[str | None, tuple[str, ...], float], ...]
Own = tuple[tuple[tuple[tuple[str, str | None], ...], float], ...]

UNARMED: Arms = ((None, (), 1.0),)
NO_AGE: Choice = ((None, 1.0),)
NO_OWN: Own = (((), 1.0),)


@dataclass(frozen=True, slots=True)
class Kind:
    """One code of an agency: how often, how grave, with what, where, whom.

    `arms` are (weapon, qualifiers, share), since a knife is both a weapon and a qualifier; `own`
    are the fields that the type adds to the common ones.
    """

    code: str
    code_list: str
    weight: float
    severity: int | None
    arms: Arms = UNARMED
    settings: Choice = (("unknown", 1.0),)
    ages: Choice = NO_AGE
    own: Own = NO_OWN


@dataclass(frozen=True, slots=True)
class Variant:
    """One way that an event of a kind can look, as two pieces of its JSON record."""

    code: str
    setting: str | None
    head: str
    tail: str


def variant(
    code: str,
    code_list: str,
    severity: int | None,
    weapon: str | None = None,
    qualifiers: tuple[str, ...] = (),
    setting: str | None = None,
    age: str | None = None,
    own: Iterable[tuple[str, Any]] = (),
) -> Variant:
    """Return the variant with these values."""
    head = {"category": code, "category_list": code_list}
    tail: dict[str, Any] = {
        "severity": severity,
        "weapon": weapon,
        "setting": setting,
        "qualifiers": list(qualifiers) or None,
        "age_band": age,
    }
    tail.update(own)
    return Variant(code, setting, _inner(head), _inner(tail))


def _inner(fields: dict[str, Any]) -> str:
    return json.dumps(fields, separators=(",", ":"))[1:-1]


class VariantTable:
    """All variants of some kinds, drawn by their shares."""

    __slots__ = ("_cumulative", "variants")

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self.variants: list[Variant] = []
        weights: list[float] = []
        for kind in kinds:
            for weapon, qualifiers, arm_share in kind.arms:
                for setting, setting_share in kind.settings:
                    for age, age_share in kind.ages:
                        for own, own_share in kind.own:
                            self.variants.append(
                                variant(
                                    kind.code,
                                    kind.code_list,
                                    kind.severity,
                                    weapon,
                                    qualifiers,
                                    setting,
                                    age,
                                    own,
                                )
                            )
                            share = arm_share * setting_share * age_share * own_share
                            weights.append(kind.weight * share)
        self._cumulative = np.cumsum(weights) / np.sum(weights)

    def draw(self, rng: np.random.Generator, count: int) -> npt.NDArray[np.int64]:
        """Return the indices of `count` variants."""
        at = np.searchsorted(self._cumulative, rng.random(count), side="right")
        return np.minimum(at, len(self.variants) - 1).astype(np.int64)
