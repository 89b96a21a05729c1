"""What is written beside a picture or a shadow is kept with who wrote it, and audited."""

from __future__ import annotations

from sqlalchemy import Engine, select

from cioghub.ports.margins import MISSED, Author, Erratum, Happened
from cioghub.stores.sql.margins import SqlMargins
from cioghub.stores.sql.tables.people import AuditRow

AUTHOR = Author(100, "p-1", "A. Analyst")


def actions(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(select(AuditRow.action).order_by(AuditRow.number)).scalars())


def test_errata_stand_beside_their_own_picture_in_order(engine: Engine) -> None:
    margins = SqlMargins(engine)
    first = Erratum("ciog-east", "2026-03-02", "The feed of fire was late.", AUTHOR)
    second = Erratum("ciog-east", "2026-03-02", "Twelve events were withdrawn.", AUTHOR)
    other = Erratum("ciog-north", "2026-03-02", "Nothing for East.", AUTHOR)
    for erratum in (first, other, second):
        margins.correct(erratum)
    assert list(margins.errata("ciog-east", "2026-03-02")) == [first, second]
    assert list(margins.errata("ciog-east", "2026-02-16")) == []
    assert actions(engine) == ["picture-erratum"] * 3


def test_findings_of_a_shadow_are_kept_in_order(engine: Engine) -> None:
    margins = SqlMargins(engine)
    found = Happened("a-1", "east", "real-new", "Nobody had seen it.", AUTHOR)
    missed = Happened(None, "north", MISSED, "A fight outside a station.", AUTHOR)
    margins.find(found)
    margins.find(missed)
    assert list(margins.happened()) == [found, missed]
    assert actions(engine) == ["shadow-finding"] * 2
