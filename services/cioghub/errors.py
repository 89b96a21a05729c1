"""Mistakes that a person can mend, each with the exit code of the contract.

Three kinds of trouble meet in the hub. Outcomes (an event rejected or withheld) are values and
never raised. Mistakes of an operator, integrator or officer are the subclasses below: shown in one
paragraph, without a traceback, as what is wrong, why it matters, and what to do next. Anything
else is a bug and stops the process.

Messages name files, fields and codes. They never carry a value of an event.
"""

from __future__ import annotations

GOOD = 0
ANSWER_IS_NO = 1
WRONG_USE = 2
ENVIRONMENT_FAILED = 3


class HubError(Exception):
    """A mistake to show to the person who can mend it.

    `what` says what is wrong, `why` why the hub cannot go on, `next_step` what to do about it.
    """

    exit_code = WRONG_USE

    def __init__(self, what: str, why: str = "", next_step: str = "") -> None:
        self.what = what
        self.why = why
        self.next_step = next_step
        super().__init__(" ".join(part for part in (what, why, next_step) if part))


class WrongUse(HubError):
    """The command was called wrongly, or an input file is not what it claims to be."""


class AnswerIsNo(HubError):
    """A check ran to its end and the answer is no."""

    exit_code = ANSWER_IS_NO


class EnvironmentFailed(HubError):
    """The machine failed: a disk is full, a file is unreadable, a port is taken."""

    exit_code = ENVIRONMENT_FAILED
