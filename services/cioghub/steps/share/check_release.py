"""Whether what audiences may read goes no further than what is said, and never less than they have.

Event rows given to a group tell each of its members the exact counts, in every group it sits in.
"""

from __future__ import annotations

from collections.abc import Iterator

from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.steps.share.check_note import Found, Notes
from cioghub.vocabulary.parties import HUB_RECIPIENT, WALLED_FUNCTIONS
from cioghub.vocabulary.rules import Agreement

NEVER_EXACT = WALLED_FUNCTIONS | {"education"}
NEVER_EXACT_KINDS = frozenset({"health", "schools"})


def check_release(loaded: LoadedBundle, agreement: Agreement) -> Iterator[Found]:
    """Yield what is wrong with the release of one agreement."""
    notes = Notes(loaded, agreement.file)
    parties = loaded.bundle.parties
    if agreement.recipient != HUB_RECIPIENT:
        if agreement.release:
            yield notes.error(
                ("release",),
                "release-elsewhere",
                f"only agreements to `{HUB_RECIPIENT}` release anything",
                "Write `release: {}`.",
            )
        return
    known = {one.id for one in parties.groups} | {one.id for one in parties.parties}
    kinds = {event.partition(".")[0] for event in agreement.events}
    for audience, value in agreement.release:
        if audience not in known:
            yield notes.error(
                ("release", audience),
                "unknown-audience",
                f"the audience `{audience}` is not declared",
                "Declare the group in parties.yaml, or correct its id.",
            )
        if value == "exact" and (
            NEVER_EXACT & set(agreement.held_for) or NEVER_EXACT_KINDS & kinds
        ):
            yield notes.error(
                ("release", audience),
                "exact-forbidden",
                "health, social care and schools cannot release exact counts",
                "Write `rounded` or `level`.",
            )


def check_rows_and_counts(loaded: LoadedBundle) -> Iterator[Found]:
    """Yield each release that is weaker than the event rows that the same readers have."""
    groups = {group.id: group for group in loaded.bundle.parties.groups}
    for rows in loaded.agreements:
        if rows.recipient not in groups:
            continue
        members = set(groups[rows.recipient].members)
        reached = {rows.recipient}
        reached |= {one.id for one in groups.values() if members & set(one.members)}
        for counts in loaded.agreements:
            if counts.recipient == HUB_RECIPIENT and counts.publisher == rows.publisher:
                yield from _weaker(loaded, rows, counts, reached, members)


def _weaker(
    loaded: LoadedBundle, rows: Agreement, counts: Agreement, groups: set[str], members: set[str]
) -> Iterator[Found]:
    shared = sorted(set(rows.events) & set(counts.events))
    if not shared:
        return
    notes = Notes(loaded, counts.file)
    release = dict(counts.release)
    # A member that is an audience itself has the rows too; one that is not named reads nothing.
    for audience in sorted(groups | (members & set(release))):
        value = release.get(audience)
        if value != "exact":
            yield notes.error(
                ("release", audience),
                "weaker-than-rows",
                f"`{audience}` has {f'`{value}`' if value else 'nothing'} of `{shared[0]}`, whose "
                f"rows its readers receive by `{rows.name}`",
                f"Write `{audience}: exact`, or take the rows or the shared member away.",
            )
