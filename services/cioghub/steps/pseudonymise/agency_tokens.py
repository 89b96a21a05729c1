"""Keys an agency's own references to people and places, before an event leaves the agency.

What comes out has the contract's form of a token. It depends on the agency's key, the class of the
token and the reference, so the same person has one token in all feeds and roles of the agency, and
a place never has a person's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from cioghub.steps.pseudonymise.derive import PSEUDONYM_BYTES, MacKey, derived_key
from cioghub.vocabulary.keys import KeyRing
from cioghub.vocabulary.schema import EventSchema

TOKEN_CLASSES = frozenset({"person-token", "place-token"})


def agency_token(key: MacKey, reference: str) -> str:
    """Return 40 hex digits for one reference, under the key of one class of token."""
    return key.digest(reference.encode())[:PSEUDONYM_BYTES].hex()


class AgencyTokens:
    """Keys the token fields of events under an agency's own keys.

    The root is the one valid on the day that the event's `time` is written with, so the same event
    gets the same tokens whenever it is sent.
    """

    def __init__(self, ring: KeyRing, schemas: Mapping[str, EventSchema]) -> None:
        self._ring = ring
        self._classes = {
            name: tuple(
                (field.name, field.privacy_class)
                for field in schema.fields
                if field.privacy_class in TOKEN_CLASSES
            )
            for name, schema in schemas.items()
        }
        self._keys: dict[tuple[str, str], MacKey] = {}

    def __call__(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Return the event with every reference in a token field replaced by its token.

        What is no event, or no text, stays as it is: `validate` names the fault.
        """
        keyed = dict(event)
        data, type_name = event.get("data"), event.get("type")
        fields = self._classes.get(type_name, ()) if isinstance(type_name, str) else ()
        if not isinstance(data, dict) or not fields:
            return keyed
        root = self._ring.at(_day(event.get("time")))
        keyed["data"] = data = dict(data)
        for name, token_class in fields:
            reference = data.get(name)
            if isinstance(reference, str) and reference.strip():
                key = self._keys.get((root.id, token_class))
                if key is None:
                    key = derived_key(root, "agency-token", token_class)
                    self._keys[root.id, token_class] = key
                data[name] = agency_token(key, reference.strip())
        return keyed


def _day(time: Any) -> date:
    try:
        return date.fromisoformat(time[:10])
    except (TypeError, ValueError):
        return date.min  # the event is at fault, and goes nowhere
