"""Adds, lists and disables people: what an operator does, with an audit row for each change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, insert, select, update

from cioghub.errors import AnswerIsNo, WrongUse
from cioghub.stores.sql.accounts import new_person_id, sign_in_name
from cioghub.stores.sql.audit import audit
from cioghub.stores.sql.people_rows import person_of
from cioghub.stores.sql.secrets_at_rest import as_typed, kept, new_code
from cioghub.stores.sql.tables import METADATA
from cioghub.stores.sql.writing import writing
from cioghub.vocabulary.people import Person, Role

CODE_HOURS = 72
SIGN_IN = re.compile(r"[a-z0-9][a-z0-9._@+-]{2,63}")

_PERSON = METADATA.tables["person"]
_CODE = METADATA.tables["entry_code"]
_SESSION = METADATA.tables["session"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One person as an operator sees them; `sign_in` is None for somebody from a provider."""

    person: Person
    sign_in: str | None
    has_password: bool
    disabled: bool


class PeopleList:
    """The people of a hub, for whoever runs it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        sign_in: str,
        name: str,
        role: Role,
        ciog: str | None,
        party: str | None,
        by: str,
        at: int,
    ) -> tuple[str, str]:
        """Return the id of a new person, and the code with which they set a password once.

        Raises:
            WrongUse: the sign-in name has letters that it may not, or the role lacks its area or
                agency, or has one that it does not take.
            AnswerIsNo: somebody has the sign-in name already.
        """
        kept_name = sign_in_name(sign_in)
        _check(kept_name, role, ciog, party)
        person_id, code = new_person_id(), new_code()
        with writing(self._engine) as connection:
            if connection.execute(
                select(_PERSON.c.id).where(_PERSON.c.sign_in == kept_name)
            ).first():
                raise AnswerIsNo(
                    "Somebody has this sign-in name already.",
                    "A name signs in one person.",
                    "Choose another, or give them a new code: `ciog people code`.",
                )
            connection.execute(
                insert(_PERSON).values(
                    id=person_id,
                    name=name,
                    sign_in=kept_name,
                    role=role.value,
                    ciog=ciog,
                    party=party,
                    added=at,
                )
            )
            connection.execute(insert(_CODE).values(**_code_row(person_id, code, at)))
            facts = {"role": role.value, "ciog": ciog, "party": party}
            audit(connection, at, by, "person-added", person_id, facts)
        return person_id, code

    def new_code(self, sign_in: str, by: str, at: int) -> str:
        """Return a new code for somebody who has none or forgot their password.

        Raises:
            WrongUse: nobody has this sign-in name.
        """
        code = new_code()
        with writing(self._engine) as connection:
            person_id = self._id_of(connection, sign_in)
            connection.execute(delete(_CODE).where(_CODE.c.person == person_id))
            connection.execute(insert(_CODE).values(**_code_row(person_id, code, at)))
            audit(connection, at, by, "code-made", person_id, {})
        return code

    def disable(self, sign_in: str, by: str, at: int) -> None:
        """Let somebody in no more, end their sessions and spend their code.

        `sign_in` may be an id: somebody whom a provider vouches for has no sign-in name.

        Raises:
            WrongUse: nobody has this sign-in name or id.
        """
        with writing(self._engine) as connection:
            person_id = self._id_of(connection, sign_in)
            connection.execute(update(_PERSON).where(_PERSON.c.id == person_id).values(disabled=at))
            for table in (_SESSION, _CODE):
                connection.execute(delete(table).where(table.c.person == person_id))
            audit(connection, at, by, "person-disabled", person_id, {})

    def list(self) -> Sequence[Entry]:
        """Return everybody, by role and name."""
        wanted = select(_PERSON).order_by(_PERSON.c.role, _PERSON.c.name, _PERSON.c.id)
        with self._engine.connect() as connection:
            return [
                Entry(
                    person_of(row), row.sign_in, row.password is not None, row.disabled is not None
                )
                for row in connection.execute(wanted)
            ]

    @staticmethod
    def _id_of(connection: Connection, sign_in: str) -> str:
        named = (_PERSON.c.sign_in == sign_in_name(sign_in)) | (_PERSON.c.id == sign_in)
        found: str | None = connection.execute(select(_PERSON.c.id).where(named)).scalar()
        if found is None:
            raise WrongUse(
                "Nobody has this sign-in name or id.", "", "List them: `ciog people list`."
            )
        return found


def _code_row(person_id: str, code: str, at: int) -> dict[str, str | bytes | int]:
    return {"person": person_id, "hash": kept(as_typed(code)), "expires": at + CODE_HOURS * 3600}


def _check(sign_in: str, role: Role, ciog: str | None, party: str | None) -> None:
    if not SIGN_IN.fullmatch(sign_in):
        raise WrongUse(
            "This is no sign-in name.",
            "It has 3 to 64 letters a to z, figures, and . _ @ + - inside.",
            "Choose another, such as the work address.",
        )
    for what, option, given, takes in (
        ("the area of one CIOG", "--ciog", ciog, role is Role.CHAIR),
        ("an agency", "--party", party, role in (Role.AGENCY_CONTACT, Role.DPO)),
    ):
        if takes and given is None:
            raise WrongUse(
                f"The role {role} needs {what}.", "It says what they see.", f"Give {option}."
            )
        if given is not None and not takes:
            raise WrongUse(f"The role {role} does not take {what}.", "", f"Leave {option} away.")
