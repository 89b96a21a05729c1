"""Makes once in a process what hundreds of tests begin with: rules, boundaries, tables.

What is remembered is named by its content, so that a test that spoils a value has the real thing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from cioghub.steps.share.assemble import LoadedBundle
    from cioghub.vocabulary.rules import Finding


@contextmanager
def made_once(folder: Path) -> Iterator[None]:
    """Remember until the block ends; `folder` keeps the file of a new database."""
    from cioghub import bootstrap
    from cioghub.steps.share import check_bundle
    from cioghub.stores.sql import database
    from cioghub.wire import areas

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bootstrap, "check", _checked(bootstrap.check))
        patch.setattr(check_bundle, "read_file", lru_cache(512)(check_bundle.read_file))
        patch.setattr(areas, "read_boundaries", _bounded(areas.read_boundaries))
        patch.setattr(database, "migrate", _migrated(database.migrate, folder / "new.db"))
        yield


def _checked(check: Callable[..., Any]) -> Callable[..., Any]:
    """The hash of a bundle names all that its check reads. What finds errors is checked anew."""
    clean = set()

    def checked(loaded: LoadedBundle, **how: Any) -> tuple[list[Finding], list[Finding]]:
        if loaded.bundle.hash in clean:
            return [], []
        errors, warnings = check(loaded, **how)
        if not errors:
            clean.add(loaded.bundle.hash)
        return errors, warnings

    return checked


def _bounded(read_boundaries: Callable[..., bytes]) -> Callable[..., bytes]:
    good: set[tuple[bytes, frozenset[str], str]] = set()

    def bounded(path: Path, codes: set[str], edition: str) -> bytes:
        key = (path.read_bytes() if path.is_file() else b"", frozenset(codes), edition)
        if key not in good:
            read_boundaries(path, codes, edition)
            good.add(key)
        return key[0]

    return bounded


def _migrated(migrate: Callable[[Engine], None], new: Path) -> Callable[[Engine], None]:
    """The first new database of SQLite is made by the migrations, all others are its copies."""

    def migrated(engine: Engine) -> None:
        path = engine.url.database if engine.dialect.name == "sqlite" else None
        if path is None or os.stat(path).st_size:
            migrate(engine)
        elif new.exists():
            part = Path(f"{path}.part")  # whole or not at all: a test may kill this process
            part.touch(0o600)
            part.write_bytes(new.read_bytes())
            part.replace(path)
        else:
            migrate(engine)
            engine.dispose()  # whoever closes last leaves one file
            new.write_bytes(Path(path).read_bytes())

    return migrated
