"""One file of results that appears whole or not at all."""

from __future__ import annotations

import contextlib
import gzip
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from cioghub.errors import EnvironmentFailed, WrongUse


@contextlib.contextmanager
def whole_file(out: Path) -> Iterator[IO[bytes]]:
    """Give a file to write to; on leaving without an error it takes the place of `out`.

    A name that ends in `.gz` is packed, with no name and no time inside, so that the same content
    gives the same bytes. Whatever goes wrong, `out` is as it was and nothing half-written stays.

    Raises:
        WrongUse: `out` is a folder, a device or a pipe, or its folder is a file.
        EnvironmentFailed: the disk is full or cannot be written to.
    """
    if out.is_dir():
        raise WrongUse(f"{out} is a folder.", "", "Name a file to write to.")
    if out.exists() and not out.is_file():  # a device or a pipe would be replaced by a file
        raise WrongUse(f"{out} is no ordinary file.", "", "Name a file to write to.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
    except (FileExistsError, NotADirectoryError) as error:
        raise WrongUse(f"{out.parent} is no folder.", "", "Choose another place.") from error
    except OSError as error:
        raise EnvironmentFailed(f"{out} cannot be written: {error.strerror}.") from error
    work = Path(name)
    try:
        try:
            with os.fdopen(handle, "wb") as raw:
                if out.name.endswith(".gz"):
                    with gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
                        yield cast("IO[bytes]", packed)
                else:
                    yield raw
            work.chmod(0o644)
            os.replace(work, out)
        except OSError as error:
            raise EnvironmentFailed(
                f"{out} could not be written: {error.strerror}.",
                "Nothing was left half-written.",
                "Make room or choose another place, then run the command again.",
            ) from error
    finally:
        work.unlink(missing_ok=True)


def keep_apart(out: Path, *inputs: Path | None) -> None:
    """Raise WrongUse when `out` is one of the files that it would be made of."""
    if any(path and path.exists() and out.exists() and path.samefile(out) for path in inputs):
        raise WrongUse(
            f"{out} is one of the files to read.", "It would be lost.", "Name another file."
        )
