"""Whether one agreement stands: its name, who, what for, under which papers, and when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.steps.share.check_note import Found, Notes
from cioghub.vocabulary.parties import (
    FUNCTIONS,
    HUB_RECIPIENT,
    TOKEN_FUNCTIONS,
    WALLED_FUNCTIONS,
)
from cioghub.vocabulary.rules import PSEUDONYMISE, Agreement

"""Functions whose information may travel in the pseudonymised lane (design, walls)."""

PAPERS = ("policy_document", "dpia", "parent")


def check_agreement(loaded: LoadedBundle, agreement: Agreement, on: date | None) -> Iterator[Found]:
    """Yield what is wrong with an agreement's frame; `on` is today, where a review date counts."""
    notes = Notes(loaded, agreement.file)
    yield from _who(loaded, agreement, notes)
    yield from _walls(loaded, agreement, notes)
    yield from _events(loaded, agreement, notes)
    yield from _papers(loaded, agreement, notes)
    yield from _dates(agreement, notes, on)


def _who(loaded: LoadedBundle, agreement: Agreement, notes: Notes) -> Iterator[Found]:
    parties = loaded.bundle.parties
    stem = agreement.file.removesuffix(".yaml")
    if agreement.name != stem:
        yield notes.error(
            ("agreement",),
            "name-differs",
            f"the agreement `{agreement.name}` stands in `{agreement.file}`",
            f"Write `agreement: {stem}`, or rename the file.",
        )
    if parties.party(agreement.publisher) is None:
        yield notes.error(
            ("publisher",),
            "unknown-party",
            f"the publisher `{agreement.publisher}` is not a declared party",
            "Declare it in parties.yaml, or correct its id.",
        )
    groups = {group.id for group in parties.groups}
    known = {HUB_RECIPIENT, *groups, *(party.id for party in parties.parties)}
    if agreement.recipient not in known:
        yield notes.error(
            ("recipient",),
            "unknown-recipient",
            f"the recipient `{agreement.recipient}` is not declared",
            f"Name `{HUB_RECIPIENT}`, or a party or group of parties.yaml.",
        )
    if agreement.recipient == agreement.publisher:
        yield notes.warning(
            ("recipient",),
            "to-itself",
            "publisher and recipient are the same body",
            "A body needs no agreement to read what it holds.",
        )
    for at, function in enumerate(agreement.held_for):
        if function not in FUNCTIONS:
            yield notes.error(
                ("held_for", at),
                "unknown-function",
                f"`{function}` is not a function that information is held for",
                f"Use one of: {', '.join(FUNCTIONS)}.",
            )
        elif function in agreement.held_for[:at]:
            yield notes.error(
                ("held_for", at), "repeated-value", f"`{function}` stands twice", "Keep one."
            )


def _walls(loaded: LoadedBundle, agreement: Agreement, notes: Notes) -> Iterator[Found]:
    held_for = set(agreement.held_for)
    for function in sorted(held_for & WALLED_FUNCTIONS):
        if agreement.recipient != HUB_RECIPIENT:
            yield notes.error(
                ("recipient",),
                "wall-recipient",
                f"what is held for {function} has one possible recipient, `{HUB_RECIPIENT}`",
                "People read it as counts and alerts, by `release`.",
            )
        if agreement.lane != "anonymised":
            yield notes.error(
                ("lane",),
                "wall-lane",
                f"what is held for {function} travels in the anonymised lane only",
                "Write `lane: anonymised` and drop every token.",
            )
    if "education" in held_for and agreement.recipient != HUB_RECIPIENT:
        party = loaded.bundle.parties.party(agreement.recipient)
        if party is None or party.kind != "police":
            yield notes.error(
                ("recipient",),
                "wall-recipient",
                "what is held for education goes to `hub-correlation` or to a police party only",
                "Name one of these, or let people read counts by `release`.",
            )
    others = sorted(held_for - TOKEN_FUNCTIONS - WALLED_FUNCTIONS)
    if agreement.lane == "pseudonymised" and others:
        yield notes.error(
            ("lane",),
            "lane-function",
            f"what is held for {others[0]} has no tokens to pseudonymise",
            "Write `lane: anonymised`; tokens are for police, probation, youth justice, schools.",
        )
    if agreement.lane == "anonymised" and agreement.anonymity_assessed is None:
        yield notes.warning(
            ("anonymity",),
            "not-assessed",
            "no motivated-intruder assessment is named: treated as personal data",
            "Have it made, and name its day and author under `anonymity`.",
        )
    if agreement.lane == "pseudonymised" and not any(
        treatment.action == PSEUDONYMISE for _, treatment in agreement.fields
    ):
        yield notes.warning(
            ("lane",),
            "lane-without-token",
            "the lane is pseudonymised, and no token passes",
            "Write `lane: anonymised`, which protects more.",
        )


def _events(loaded: LoadedBundle, agreement: Agreement, notes: Notes) -> Iterator[Found]:
    party = loaded.bundle.parties.party(agreement.publisher)
    feeds = party.feeds if party else ()
    for at, event in enumerate(agreement.events):
        schema = loaded.bundle.schemas.get(event)
        if event in agreement.events[:at]:
            yield notes.error(
                ("events", at), "repeated-value", f"`{event}` stands twice", "Keep one."
            )
        elif schema is None:
            yield notes.error(
                ("events", at),
                "unknown-type",
                f"there is no schema of `{event}`",
                "Use a type that has a schema, as `police.crime.v1`.",
            )
        elif schema.is_control:
            yield notes.error(
                ("events", at),
                "control-type",
                f"`{event}` is about feeds and events, and is never shared",
                "Name incident types only.",
            )
        elif party and not any(
            event in feed.types and set(feed.held_for) & set(agreement.held_for) for feed in feeds
        ):
            yield notes.error(
                ("events", at),
                "not-of-publisher",
                f"no feed of `{agreement.publisher}` sends `{event}` held for "
                f"{' or '.join(agreement.held_for)}",
                "Declare the feed in parties.yaml, or correct `events` or `held_for`.",
            )
    for at, function in enumerate(agreement.held_for):
        sent = any(
            function in feed.held_for and set(feed.types) & set(agreement.events) for feed in feeds
        )
        if party and function in FUNCTIONS and not sent:
            yield notes.error(
                ("held_for", at),
                "not-of-publisher",
                f"no feed of `{agreement.publisher}` sends these events held for {function}",
                "Take the function out, or declare it for the feed in parties.yaml.",
            )


def _papers(loaded: LoadedBundle, agreement: Agreement, notes: Notes) -> Iterator[Found]:
    if agreement.gateway not in {gateway.id for gateway in loaded.gateways}:
        yield notes.error(
            ("gateway",),
            "unknown-gateway",
            f"the gateway `{agreement.gateway}` is not declared",
            "Declare the legal power in gateways.yaml, or correct its id.",
        )
    if not loaded.papers:
        return
    papers = {paper.id: paper for paper in loaded.papers}
    values = loaded.texts[agreement.file].values
    for key in PAPERS:
        named = values.get(key)
        if named is None:
            continue
        paper = papers.get(named)
        if paper is None:
            yield notes.error(
                (key,),
                "unknown-paper",
                f"the paper `{named}` is not in bundle.yaml",
                "Add it under `papers` with its dates, or correct its id.",
            )
        elif paper.starts > agreement.starts or paper.ends < agreement.ends:
            yield notes.warning(
                (key,),
                "paper-dates",
                f"the paper `{named}` does not cover all days of the agreement",
                "Let the agreement start and end within its papers, or renew the paper.",
            )


def _dates(agreement: Agreement, notes: Notes, on: date | None) -> Iterator[Found]:
    if agreement.ends < agreement.starts:
        yield notes.error(
            ("ends",),
            "dates-reversed",
            "the agreement ends before it starts",
            "Correct `starts` or `ends`; both days are inside.",
        )
    if agreement.review_by > agreement.ends:
        yield notes.warning(
            ("review_by",),
            "review-after-end",
            "the review comes after the agreement has ended",
            "Review it while it runs.",
        )
    if on is not None and agreement.review_by < on:
        yield notes.warning(
            ("review_by",),
            "review-passed",
            f"the review was due by {agreement.review_by}",
            "Review the agreement, then write the next day to review it by.",
        )
