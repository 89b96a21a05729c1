"""Says of a whole bundle what is wrong with it, and what a reader should know.

Rules for editors:
1. An error is what would touch a wall, mislead a signer or be decided two ways; all else is a
   warning. A bundle with an error shares nothing.
2. What conditions reach is found by enumeration (`check_reach`), never by sample.
3. Nothing here reads a clock: a review date counts only against a day that is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from cioghub.steps.share.check_agreement import check_agreement
from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.steps.share.check_conditions import check_conditions
from cioghub.steps.share.check_fields import check_fields
from cioghub.steps.share.check_note import Found, Notes
from cioghub.steps.share.check_overlap import check_conditions_together
from cioghub.steps.share.check_parties import check_parties
from cioghub.steps.share.check_release import check_release, check_rows_and_counts
from cioghub.vocabulary.rules import Agreement, Finding

CaseRunner = Callable[[LoadedBundle], Iterable[Finding]]
"""Runs the worked cases of a bundle that has no other error, and returns those that fail."""


def check(
    loaded: LoadedBundle, on: date | None = None, run_cases: CaseRunner | None = None
) -> tuple[list[Finding], list[Finding]]:
    """Return (errors, warnings), each by file, line and code.

    `on` is today, for the warning that a review date has passed; without it none is given. What
    needs several agreements together, and the cases, are looked at only when each agreement stands
    on its own.
    """
    found = list(check_parties(loaded))
    found += _repeated(loaded.agreements, loaded)
    for agreement in loaded.agreements:
        found += check_agreement(loaded, agreement, on)
        found += check_release(loaded, agreement)
        if all(event in loaded.bundle.schemas for event in agreement.events):
            found += check_fields(loaded, agreement)
            found += check_conditions(loaded, agreement)
    found += check_rows_and_counts(loaded)
    if _readable(found):
        found += check_conditions_together(loaded)
    errors = sort_findings(finding for finding, is_error in found if is_error)
    warnings = sort_findings(finding for finding, is_error in found if not is_error)
    if not errors and run_cases is not None:
        errors = sort_findings(run_cases(loaded))
    return errors, warnings


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by file, line, code and column, each once."""
    return sorted(
        set(findings), key=lambda one: (one.file, one.line, one.code, one.column, one.message)
    )


_BLINDING = frozenset({"unknown-type", "control-type", "unknown-value", "wrong-level"})
"""Errors that leave nothing to enumerate: what is reached cannot be said of what does not exist."""


def _readable(found: Iterable[Found]) -> bool:
    return not any(is_error and finding.code in _BLINDING for finding, is_error in found)


def _repeated(agreements: tuple[Agreement, ...], loaded: LoadedBundle) -> Iterator[Found]:
    seen: dict[str, str] = {}
    for agreement in agreements:
        if agreement.name in seen:
            yield Notes(loaded, agreement.file).error(
                ("agreement",),
                "repeated-name",
                f"`{seen[agreement.name]}` holds an agreement `{agreement.name}` too",
                "Give each agreement a name of its own, that of its file.",
            )
        seen.setdefault(agreement.name, agreement.file)
