"""What is worth saying and is no alert: sorted out of the signals before any alert is raised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.signals import Notice, Signal, SignalKind
from cioghub.vocabulary.words import CATEGORY_WORDS, day_words, listed

SAID_AGAIN_DAYS = 28
"""The same notice is not given twice within so many days."""


class Noticer:
    """Parts signals that may raise an alert from those that are only worth a notice."""

    REMEMBERS = ("_said",)

    def __init__(self, areas: Areas) -> None:
        self._areas = areas
        self._said: dict[tuple[str, str, tuple[str, ...]], date] = {}

    def copy(self) -> Noticer:
        """Return the same, apart: what is said by one leaves the other alone."""
        found = Noticer(self._areas)
        found._said = dict(self._said)
        return found

    def sort_out(
        self, at: int, today: date, signals: Sequence[Signal]
    ) -> tuple[list[Signal], list[Notice]]:
        """Return the signals that may raise an alert, and the notices for the others.

        A rise made only of codes that police activity makes is a notice. So is a rise that one
        agency alone sees in every area at once: violence does not start everywhere on one day, but
        a new way of recording does, and so does an occasion.
        """
        everywhere = self._everywhere(signals)
        raisable, notices = [], []
        for signal in signals:
            if signal.only_generated:
                notice = self._police_activity(at, signal)
            elif signal.hub_category in everywhere and signal.kind is SignalKind.SURGE:
                notice = self._recording_change(at, signal)
            else:
                raisable.append(signal)
                continue
            if signal.chance <= signal.limit and self._is_new(notice, signal, today):
                notices.append(notice)
        return raisable, notices

    def _everywhere(self, signals: Sequence[Signal]) -> set[str]:
        """Return the categories that surge in every area, each time by one and the same agency."""
        areas: dict[str, set[str]] = {}
        publishers: dict[str, set[str]] = {}
        for signal in signals:
            if signal.kind is SignalKind.SURGE:
                areas.setdefault(signal.hub_category, set()).update(signal.ciogs)
                publishers.setdefault(signal.hub_category, set()).update(
                    one.publisher for one in signal.evidence
                )
        every = {ciog.id for ciog in self._areas.ciogs}
        if len(every) < 2:
            return set()
        return {c for c, found in areas.items() if found == every and len(publishers[c]) == 1}

    def _is_new(self, notice: Notice, signal: Signal, today: date) -> bool:
        areas = () if notice.code == "recording-change" else signal.ciogs
        key = (notice.code, signal.hub_category, areas)
        last = self._said.get(key)
        if last is not None and (today - last).days < SAID_AGAIN_DAYS:
            return False
        self._said[key] = today
        return True

    def _police_activity(self, at: int, signal: Signal) -> Notice:
        names = {ciog.id: ciog.name for ciog in self._areas.ciogs}
        where = listed([names.get(c, c) for c in signal.ciogs])
        return Notice(
            code="police-activity",
            at=at,
            publisher=None,
            words=(
                f"{CATEGORY_WORDS[signal.hub_category]}: above usual in {where} since "
                f"{day_words(signal.first)}, nearly all of it found by searches: probably police "
                "activity, not more of it in the street."
            ),
            facts=(("hub_category", signal.hub_category), ("ciog", signal.ciogs[0])),
        )

    def _recording_change(self, at: int, signal: Signal) -> Notice:
        publisher = signal.evidence[0].publisher
        return Notice(
            code="recording-change",
            at=at,
            publisher=publisher,
            words=(
                f"{CATEGORY_WORDS[signal.hub_category]} rises in every area at once, and one "
                "agency alone sees it: look for a change of recording or an occasion before a "
                "local cause."
            ),
            facts=(("hub_category", signal.hub_category),),
        )
