"""What a door seals: one hub opens it, and nobody can tell from it what was sealed."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from cioghub.stores.sql.database import open_database
from cioghub.stores.sql.seal import SqlSeal, Unsealing
from cioghub.vocabulary.keys import Secret

CONTENT = b"sixteen bytes of"


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_database(tmp_path)


@pytest.fixture
def hub(engine: Engine) -> Unsealing:
    made = Unsealing(Secret(bytes(range(32))))
    made.keep(engine)
    return made


def sealed(engine: Engine) -> bytes:
    found = SqlSeal(engine).seal(CONTENT)
    assert found is not None
    return found


def test_the_hub_opens_what_a_door_sealed(engine: Engine, hub: Unsealing) -> None:
    assert hub.open(sealed(engine)) == CONTENT


def test_the_same_is_never_sealed_twice_alike(engine: Engine, hub: Unsealing) -> None:
    door = SqlSeal(engine)
    assert door.seal(CONTENT) != door.seal(CONTENT)


def test_another_hub_opens_nothing(engine: Engine, hub: Unsealing) -> None:
    with pytest.raises(ValueError, match="not sealed for this hub"):
        Unsealing(Secret(bytes(32))).open(sealed(engine))


@pytest.mark.parametrize("spoilt", [b"", bytes(16), bytes(64), CONTENT * 5])
def test_what_no_door_sealed_is_refused(hub: Unsealing, spoilt: bytes) -> None:
    with pytest.raises(ValueError, match="not sealed for this hub"):
        hub.open(spoilt)


def test_every_sharer_keeps_the_same_and_doors_seal_for_the_hub_of_now(
    engine: Engine, hub: Unsealing
) -> None:
    hub.keep(engine)
    other = Unsealing(Secret(bytes(32)))
    other.keep(engine)
    assert other.open(sealed(engine)) == CONTENT


def test_where_no_sharer_ever_ran_nothing_is_sealed(engine: Engine) -> None:
    door = SqlSeal(engine)
    assert door.seal(CONTENT) is None
    hub = Unsealing(Secret(bytes(32)))
    hub.keep(engine)
    assert hub.open(door.seal(CONTENT) or b"") == CONTENT
