"""Whoever sends a concern of a school is told, whatever the answer, that it is no referral."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cioghub.ports.intake import Message, Verdict
from cioghub.vocabulary.event_types import CONCERN, is_concern
from cioghub.vocabulary.parties import Parties, Party
from cioghub.vocabulary.words import NOT_A_REFERRAL


def sends_concerns(party: Party) -> bool:
    """Say whether an agency has a feed of concerns."""
    return any(is_concern(name) for feed in party.feeds for name in feed.types)


def speaks_of_concerns(message: Message) -> bool:
    """Say whether any event of a message is, or was meant to be, a concern."""
    named = (message.attributes or {}).get("type", "")
    return CONCERN.encode() in message.body or CONCERN in named


def with_notes(
    verdicts: Iterable[Verdict], message: Message, parties: Parties
) -> tuple[Verdict, ...]:
    """Return the verdicts on a message; each on a concern says so, as one that was taken does.

    Of one that was not, only its feed is known, or not even that.
    """
    if not speaks_of_concerns(message):
        return tuple(verdicts)
    owners = parties.feed_owners()
    others = {
        source for source, (_, feed) in owners.items() if not any(map(is_concern, feed.types))
    }
    return tuple(
        one
        if one.source in others or NOT_A_REFERRAL in one.notes
        else replace(one, notes=(*one.notes, NOT_A_REFERRAL))
        for one in verdicts
    )
