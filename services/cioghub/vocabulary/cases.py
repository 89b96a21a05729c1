"""The work on one alert: its states, the moves between them, and what each move must say.

Rules for editors:
1. Everything about which move is legal stands in `MOVES`; `docs/cases.md` is made from it.
2. Who may make a move is not decided here: that is a permission.
3. Nothing is closed or dismissed without a coded reason and words, and nothing is closed while an
   action is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum


class CaseState(StrEnum):
    """How far people have come with an alert."""

    NEW = "not-looked-at"
    ASSESSED = "assessed"
    ACKNOWLEDGED = "acknowledged"
    ACTING = "in-action"
    ESCALATED = "escalated"
    CLOSED = "closed"
    DISMISSED = "dismissed"


STATE_WORDS: Mapping[CaseState, str] = {
    CaseState.NEW: "Not yet looked at by a person",
    CaseState.ASSESSED: "Assessed by an analyst, with the chair",
    CaseState.ACKNOWLEDGED: "Acknowledged by the chair",
    CaseState.ACTING: "In action",
    CaseState.ESCALATED: "Escalated",
    CaseState.CLOSED: "Closed",
    CaseState.DISMISSED: "Dismissed",
}

ENDED = frozenset({CaseState.CLOSED, CaseState.DISMISSED})
"""States in which nobody works on the alert any more."""


class Move(StrEnum):
    """What a person does with an alert."""

    ASSESS = "assess"
    ACKNOWLEDGE = "acknowledge"
    ACT = "add-action"
    END_ACTION = "end-action"
    ESCALATE = "escalate"
    REMARK = "remark"
    CLOSE = "close"
    DISMISS = "dismiss"
    REOPEN = "reopen"


MOVE_WORDS: Mapping[Move, str] = {
    Move.ASSESS: "Assessed",
    Move.ACKNOWLEDGE: "Acknowledged",
    Move.ACT: "Added an action",
    Move.END_ACTION: "Ended an action",
    Move.ESCALATE: "Escalated",
    Move.REMARK: "Remarked",
    Move.CLOSE: "Closed",
    Move.DISMISS: "Dismissed",
    Move.REOPEN: "Opened again",
}

ASSESSMENTS = {
    "likely-real": "Likely a real issue",
    "unclear": "Unclear: the chair should know",
    "likely-artefact": "Likely an effect of recording",
}
DISMISSALS = {
    "known-and-handled": "Known, and already handled",
    "data-quality": "An effect of how data were recorded or sent",
    "planned-event": "Explained by a planned event",
    "police-activity": "Explained by police activity, such as an operation",
    "too-small": "Too small to act on",
    "other": "Another reason, given in words",
}
OUTCOMES = {
    "reduced": "The risk was reduced",
    "ended-by-itself": "It ended without action",
    "moved": "It moved to another place",
    "taken-on": "Another body has taken it on",
    "not-reduced": "The risk was not reduced",
}
ESCALATIONS = {
    "tactical-group": "To the tactical group",
    "strategic-board": "To the strategic board",
    "other-area": "To the CIOG of another area",
}
ENDINGS = {"done": "Done", "dropped": "Not done, for a reason given in words"}


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a move leads from each state that it is legal in, and what it must say.

    `codes` are the coded reasons of which one must be given, none for a move without a code;
    `words` says whether words must be given.
    """

    ways: Mapping[CaseState, CaseState]
    codes: Mapping[str, str]
    words: bool


_WITH_CHAIR = (CaseState.ACKNOWLEDGED, CaseState.ACTING, CaseState.ESCALATED)
_LOOKED_AT = (CaseState.ASSESSED, *_WITH_CHAIR)
_STAYS = {state: state for state in _WITH_CHAIR}

MOVES: Mapping[Move, Rule] = {
    Move.ASSESS: Rule({CaseState.NEW: CaseState.ASSESSED}, ASSESSMENTS, True),
    Move.ACKNOWLEDGE: Rule({CaseState.ASSESSED: CaseState.ACKNOWLEDGED}, {}, False),
    # An action that is added after an escalation does not take it back.
    Move.ACT: Rule(
        {
            CaseState.ACKNOWLEDGED: CaseState.ACTING,
            CaseState.ACTING: CaseState.ACTING,
            CaseState.ESCALATED: CaseState.ESCALATED,
        },
        {},
        False,
    ),
    Move.END_ACTION: Rule(_STAYS, ENDINGS, True),
    Move.ESCALATE: Rule(dict.fromkeys(_WITH_CHAIR, CaseState.ESCALATED), ESCALATIONS, True),
    Move.REMARK: Rule({state: state for state in _LOOKED_AT}, {}, True),
    Move.CLOSE: Rule(dict.fromkeys(_WITH_CHAIR, CaseState.CLOSED), OUTCOMES, True),
    Move.DISMISS: Rule(
        dict.fromkeys((CaseState.NEW, *_LOOKED_AT), CaseState.DISMISSED), DISMISSALS, True
    ),
    Move.REOPEN: Rule(
        {CaseState.CLOSED: CaseState.ASSESSED, CaseState.DISMISSED: CaseState.ASSESSED}, {}, True
    ),
}


class Refusal(StrEnum):
    """Why a move is not made."""

    NOT_NOW = "not-now"
    NO_CODE = "no-code"
    NO_WORDS = "no-words"
    TOO_LONG = "too-long"
    OPEN_ACTION = "open-action"
    NO_TASK = "no-task"
    NO_SUCH_ACTION = "no-such-action"


MOST_WORDS = 1000
"""The most characters that a step may say: minutes, not a file on anybody."""


@dataclass(frozen=True, slots=True)
class Step:
    """One move that somebody made: when (seconds since 1970 UTC), by whom, and what they said.

    `action` is the number of the action that the step added or ended; `state` is the state that the
    step led to.
    """

    at: int
    person: str
    name: str
    move: Move
    code: str | None
    words: str
    action: int | None = None
    state: CaseState = CaseState.NEW


@dataclass(frozen=True, slots=True)
class Task:
    """What an action asks of one agency, by a local day.

    `owner` is the id of a party, `response` a code of the list of responses or None; `pillar` and
    `level` are those of the prevention strategy.
    """

    owner: str
    response: str | None
    pillar: str
    level: str
    words: str
    due: date


@dataclass(frozen=True, slots=True)
class Action:
    """One action of a case, numbered from 1; `ending` is a code of `ENDINGS`, None while open."""

    number: int
    at: int
    person: str
    name: str
    task: Task
    ending: str | None = None
    ended_at: int | None = None
    ended_words: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """The work on one alert so far; a case that nobody has begun has no step."""

    alert: str
    state: CaseState = CaseState.NEW
    steps: tuple[Step, ...] = ()
    actions: tuple[Action, ...] = ()

    @property
    def looked_at(self) -> bool:
        """Whether a person has looked at the alert."""
        return bool(self.steps)

    @property
    def open_actions(self) -> tuple[Action, ...]:
        """The actions that have not ended, the one due first in front."""
        waiting = [action for action in self.actions if action.ending is None]
        return tuple(sorted(waiting, key=lambda one: (one.task.due, one.number)))

    def state_at(self, at: int) -> CaseState:
        """Return the state that the case was in at a time, in seconds since 1970 UTC."""
        states = [step.state for step in self.steps if step.at <= at]
        return states[-1] if states else CaseState.NEW


def moves_from(case: Case) -> tuple[Move, ...]:
    """Return the moves that a case allows now, in the order of the table."""
    waiting = bool(case.open_actions)
    return tuple(
        move
        for move, rule in MOVES.items()
        if case.state in rule.ways
        and not (move in _NEED_NO_OPEN_ACTION and waiting)
        and not (move is Move.END_ACTION and not waiting)
    )


_NEED_NO_OPEN_ACTION = (Move.CLOSE, Move.DISMISS)


def made(case: Case, step: Step, task: Task | None = None) -> Case | Refusal:
    """Return the case after a step, or why the step is not made.

    `task` is what an added action asks; the new action takes the next number. An ended action is
    named by the step's `action`.
    """
    rule = MOVES[step.move]
    if case.state not in rule.ways:
        return Refusal.NOT_NOW
    if rule.codes and step.code not in rule.codes:
        return Refusal.NO_CODE
    if rule.words and not step.words.strip():
        return Refusal.NO_WORDS
    if len(step.words) > MOST_WORDS or (task and len(task.words) > MOST_WORDS):
        return Refusal.TOO_LONG
    if case.open_actions and step.move in _NEED_NO_OPEN_ACTION:
        return Refusal.OPEN_ACTION
    actions = case.actions
    if step.move is Move.ACT:
        if task is None:
            return Refusal.NO_TASK
        step = replace(step, action=len(actions) + 1)
        actions = (*actions, Action(len(actions) + 1, step.at, step.person, step.name, task))
    elif step.move is Move.END_ACTION:
        if step.action not in {action.number for action in case.open_actions}:
            return Refusal.NO_SUCH_ACTION
        actions = tuple(
            replace(one, ending=step.code, ended_at=step.at, ended_words=step.words)
            if one.number == step.action
            else one
            for one in actions
        )
    step = replace(step, state=rule.ways[case.state])
    return Case(case.alert, step.state, (*case.steps, step), actions)
