"""Says what is wrong with the area that an event names."""

from __future__ import annotations

from typing import Any

from cioghub.steps.validate.forms import AREA_CODE_FORM, STATISTICAL_FORM, text
from cioghub.steps.validate.screen import Screen
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.codes import CodeLists
from cioghub.vocabulary.reasons import FaultCode

AREA_KEYS = frozenset({"code", "edition", "confidence"})

Found = list[tuple[str, FaultCode]]
"""Faults by the end of their pointer."""


class AreaCheck:
    """Checks areas by themselves: nothing else in an event bears on them."""

    def __init__(self, areas: Areas, lists: CodeLists, screen: Screen) -> None:
        self._areas = areas
        self._editions = areas.editions()
        self._scale = lists.get("location_confidence")
        self._screen = screen

    def faults(self, value: Any) -> Found:
        """Return every fault of a value that is not null, in the order of the keys."""
        if not isinstance(value, dict):
            return [("", FaultCode.WRONG_TYPE)]
        code, edition, confidence = (value.get(key) for key in ("code", "edition", "confidence"))
        found: list[tuple[str, FaultCode | None]] = []
        if not value.keys() <= AREA_KEYS:
            found.append(("/*", FaultCode.UNKNOWN_FIELD))
        if code is not None:
            found.append(("/code", self._code(code, edition)))
        if edition is not None:
            found.append(("/edition", self._edition(edition)))
        elif code is not None:
            found.append(("/edition", FaultCode.MISSING))
        if confidence is not None:
            found.append(("/confidence", self._confidence(confidence)))
        return [(part, code) for part, code in found if code is not None]

    def _code(self, code: Any, edition: Any) -> FaultCode | None:
        """Return the fault of a place's code; one that nobody knows is as open as an id is."""
        form = text(code, AREA_CODE_FORM)
        if form is not None or STATISTICAL_FORM.fullmatch(code):
            return form
        known = isinstance(edition, str) and self._areas.place(edition, code) is not None
        return FaultCode.IDENTIFIER if not known and self._screen(code) else None

    def _edition(self, edition: Any) -> FaultCode | None:
        form = text(edition)
        if form is None and edition not in self._editions:
            return FaultCode.UNKNOWN_EDITION
        return form

    def _confidence(self, confidence: Any) -> FaultCode | None:
        form = text(confidence)
        if form is None and (self._scale is None or confidence not in self._scale):
            return FaultCode.UNKNOWN_CODE
        return form
