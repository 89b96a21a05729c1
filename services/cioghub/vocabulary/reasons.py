"""The reason codes of the hub: closed lists that logs, metrics and people may all read."""

from __future__ import annotations

from enum import StrEnum


class FaultCode(StrEnum):
    """Why an event is rejected. One event may have many faults."""

    NOT_JSON = "not-json"
    NOT_AN_OBJECT = "not-an-object"
    TOO_LARGE = "too-large"
    TOO_DEEP = "too-deep"
    UNKNOWN_ATTRIBUTE = "unknown-attribute"
    MISSING = "missing"
    UNKNOWN_FIELD = "unknown-field"
    WRONG_TYPE = "wrong-type"
    WRONG_FORM = "wrong-form"
    UNKNOWN_CODE = "unknown-code"
    CODE_NOT_IN_FORCE = "code-not-in-force"
    UNKNOWN_TYPE = "unknown-type"
    UNKNOWN_SOURCE = "unknown-source"
    TYPE_NOT_OF_FEED = "type-not-of-feed"
    HELD_FOR_NOT_OF_FEED = "held-for-not-of-feed"
    UNKNOWN_EDITION = "unknown-edition"
    INTERVAL_REVERSED = "interval-reversed"
    PUBLISHED_TOO_EARLY = "published-too-early"
    TOO_MANY = "too-many"
    REPEATED = "repeated"
    IDENTIFIER = "identifier"
    CONFLICT = "conflict"
    UNKNOWN_TARGET = "unknown-target"


HINTS: dict[FaultCode, str] = {
    FaultCode.NOT_JSON: "Send one JSON object a line, in UTF-8, each key once.",
    FaultCode.NOT_AN_OBJECT: "Send a JSON object here.",
    FaultCode.TOO_LARGE: "Send less: an event is at most 64 KiB and a coded field 256 characters.",
    FaultCode.TOO_DEEP: "Send the record flat, as its schema shows it.",
    FaultCode.UNKNOWN_ATTRIBUTE: "Remove every attribute that the contract does not name.",
    FaultCode.MISSING: "Send this field; null is allowed only where the schema says so.",
    FaultCode.UNKNOWN_FIELD: "Remove every field that the schema does not name.",
    FaultCode.WRONG_TYPE: "Send the type that the schema gives for this field.",
    FaultCode.WRONG_FORM: "Send the form that the contract gives for this field.",
    FaultCode.UNKNOWN_CODE: "Use a code of the list that the schema names for this field.",
    FaultCode.CODE_NOT_IN_FORCE: "Use a code that was in force on the day of the event.",
    FaultCode.UNKNOWN_TYPE: "Use an event type and version that the hub has a schema for.",
    FaultCode.UNKNOWN_SOURCE: "Use a feed that is declared in the parties file.",
    FaultCode.TYPE_NOT_OF_FEED: "Send only the event types that are declared for this feed.",
    FaultCode.HELD_FOR_NOT_OF_FEED: "Send only the functions that are declared for this feed.",
    FaultCode.UNKNOWN_EDITION: "Use an edition of the areas file.",
    FaultCode.INTERVAL_REVERSED: "Let the end be no earlier than the start.",
    FaultCode.PUBLISHED_TOO_EARLY: "Publish an event after it has happened; check the clock.",
    FaultCode.TOO_MANY: "Send at most eight values here.",
    FaultCode.REPEATED: "Send each value once.",
    FaultCode.IDENTIFIER: "Take every direct identifier out before sending.",
    FaultCode.CONFLICT: "Another body was sent under this identity; correct it with a correction.",
    FaultCode.UNKNOWN_TARGET: "Name the id of an event that this source has had accepted.",
}
"""What to do about a fault, in one sentence; never a value."""


class WithheldReason(StrEnum):
    """Why an accepted event does not pass to a recipient."""

    NO_AGREEMENT = "no-agreement"
    NOT_STARTED = "not-started"
    ENDED = "ended"
    NEVER = "never"
    ONLY_WHEN = "only-when"
    WALL = "wall"
    EXCLUDED = "excluded"
    UNMAPPED = "unmapped"
    CONTROL = "control"
    STOPPED = "stopped"
    ERROR = "error"


class UnreadableReason(StrEnum):
    """Why a message of a topic is no event at all, and lies in quarantine."""

    NOT_BINARY_MODE = "not-binary-mode"
    WRONG_HEADER = "wrong-header"
    NO_DATA = "no-data"
    TOO_LARGE = "too-large"
    NOT_SINGLE_OBJECT = "not-single-object"
    UNKNOWN_SCHEMA = "unknown-schema"
    OTHER_SCHEMA = "other-schema"
    TRUNCATED = "truncated"
    NOT_OF_SCHEMA = "not-of-schema"
    TRAILING_BYTES = "trailing-bytes"


UNREADABLE_HINTS: dict[UnreadableReason, str] = {
    UnreadableReason.NOT_BINARY_MODE: "Send CloudEvents in binary mode: attributes as `ce_` "
    "headers, each once, and `content-type: avro/single-object`.",
    UnreadableReason.WRONG_HEADER: "Send each `ce_` header once, in UTF-8.",
    UnreadableReason.NO_DATA: "Send the record as the value of the message.",
    UnreadableReason.TOO_LARGE: "Send less: an event is at most 64 KiB.",
    UnreadableReason.NOT_SINGLE_OBJECT: "Begin the value with C3 01 and the fingerprint of its "
    "schema: Avro's single-object encoding, without a schema registry's five bytes.",
    UnreadableReason.UNKNOWN_SCHEMA: "Encode with a published schema, unchanged.",
    UnreadableReason.OTHER_SCHEMA: "Let `ce_type` name the schema that the data is encoded with.",
    UnreadableReason.TRUNCATED: "Send the whole record; this one ends too early.",
    UnreadableReason.NOT_OF_SCHEMA: "Encode the record with the schema that the fingerprint names.",
    UnreadableReason.TRAILING_BYTES: "Send one record a message, and nothing behind it.",
}
"""What to do about it, in one sentence; never a value."""
