"""Why an event passes to a recipient or not, in the words of the agency that sends it."""

from __future__ import annotations

from cioghub.vocabulary.reasons import WithheldReason

OUTCOME_WORDS = {
    "shared": "Would be shared",
    WithheldReason.NO_AGREEMENT.value: "No agreement lets you share this with them",
    WithheldReason.NOT_STARTED.value: "The agreement has not started yet",
    WithheldReason.ENDED.value: "The agreement has ended",
    WithheldReason.NEVER.value: "The agreement says: never this",
    WithheldReason.ONLY_WHEN.value: "The agreement is for other events than this",
    WithheldReason.WALL.value: "The law keeps this apart, whatever an agreement says",
    WithheldReason.EXCLUDED.value: "Its code is excluded for everyone",
    WithheldReason.UNMAPPED.value: "Its code has no hub category yet",
    WithheldReason.CONTROL.value: "For the hub itself: it goes to nobody",
    WithheldReason.STOPPED.value: "Sharing with them is stopped just now",
    WithheldReason.ERROR.value: "The rules could not decide, so it is withheld",
}
"""By outcome, as the intake gives it."""
