"""Whoever sends a concern of a school is told, whatever the answer, that it is no referral."""

from __future__ import annotations

from dataclasses import replace

from cioghub.ports.intake import Message, Verdict
from cioghub.vocabulary.parties import Parties, Party
from cioghub.vocabulary.words import NOT_A_REFERRAL

CONCERN = "schools.concern."


def sends_concerns(party: Party) -> bool:
    """Say whether an agency has a feed of concerns."""
    return any(name.startswith(CONCERN) for feed in party.feeds for name in feed.types)


def speaks_of_concerns(message: Message) -> bool:
    """Say whether any event of a message is, or was meant to be, a concern."""
    named = (message.attributes or {}).get("type", "")
    return CONCERN.encode() in message.body or CONCERN in named


def with_note(verdict: Verdict, message: Message, parties: Parties) -> Verdict:
    """Return a verdict that says so where it must: of a concern that was taken it does already.

    Of one that was not, only its feed is known, or not even that.
    """
    if NOT_A_REFERRAL in verdict.notes or not speaks_of_concerns(message):
        return verdict
    owner = parties.feed_owners().get(verdict.source or "")
    if owner is not None and not any(name.startswith(CONCERN) for name in owner[1].types):
        return verdict
    return replace(verdict, notes=(*verdict.notes, NOT_A_REFERRAL))
