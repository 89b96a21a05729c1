"""Holds back whoever tries to sign in too often.

A try is counted before it is checked, so that a hundred at once get no further than a hundred in a
row. A name is held back from everywhere only at a rate that no forgetful person reaches, so that
nobody is easily locked out by somebody else.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, insert, select

from cioghub.ports.people import NotLetIn, Refusal
from cioghub.stores.sql.secrets_at_rest import kept
from cioghub.stores.sql.tables import METADATA

WINDOW_SECONDS = 15 * 60
MOST_FROM_ONE_PLACE = 5
"""Tries with one name from one address in a window."""
MOST_OF_ONE = 50
"""Tries with one name from anywhere, or from one address with any names."""

_TRY = METADATA.tables["sign_in_try"]


def count_try(connection: Connection, sign_in: str, address: str, at: int) -> int:
    """Return the number of a try, now counted.

    Raises:
        NotLetIn: there were too many; this one is not counted, and nothing must be checked.
    """
    connection.execute(delete(_TRY).where(_TRY.c.at <= at - WINDOW_SECONDS))
    named, here = _TRY.c.sign_in == kept(sign_in), _TRY.c.address == address
    for limit, which in (
        (MOST_FROM_ONE_PLACE, (named, here)),
        (MOST_OF_ONE, (named,)),
        (MOST_OF_ONE, (here,)),
    ):
        tries = select(func.count(), func.max(_TRY.c.at)).where(*which)
        count, last = connection.execute(tries).one()
        if count >= limit:
            raise NotLetIn(Refusal.THROTTLED, max(1, last + WINDOW_SECONDS - at))
    counted = insert(_TRY).values(at=at, sign_in=kept(sign_in), address=address)
    number: int = connection.execute(counted.returning(_TRY.c.number)).scalar_one()
    return number


def forget_tries(connection: Connection, sign_in: str, address: str) -> None:
    """Forget the tries with one name from one address: one of them was right."""
    connection.execute(
        delete(_TRY).where(_TRY.c.sign_in == kept(sign_in), _TRY.c.address == address)
    )
