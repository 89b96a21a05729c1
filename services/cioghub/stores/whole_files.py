"""Files that appear together and whole, or not at all."""

from __future__ import annotations

import contextlib
import gzip
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, cast

from cioghub.errors import EnvironmentFailed, WrongUse


@contextlib.contextmanager
def whole_files(paths: Sequence[Path]) -> Iterator[list[IO[bytes]]]:
    """Give a stream for each path; on leaving without an error each takes its place.

    The paths lie in one folder. A name that ends in `.gz` is packed, without name and time, so that
    same content makes same bytes. Whatever goes wrong, the former files stay and no half is left.

    Raises:
        WrongUse: a path is a folder or a device, which nothing may take the place of, or its folder
            is a file.
        EnvironmentFailed: the disk is full or cannot be written to.
    """
    for path in paths:
        if path.exists() and not path.is_file():
            raise WrongUse(f"{path} is there and is no file.", "", "Name a file to write to.")
    folder = paths[0].absolute().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{paths[0].name}.", dir=folder))
    except (FileExistsError, NotADirectoryError) as error:
        raise WrongUse(f"{folder} is no folder.", "", "Choose another place.") from error
    except OSError as error:
        raise EnvironmentFailed(f"{folder} cannot be written: {error.strerror}.") from error
    try:
        with contextlib.ExitStack() as stack:
            streams: list[IO[bytes]] = []
            for number, path in enumerate(paths):
                raw: IO[bytes] = stack.enter_context((work / str(number)).open("wb"))
                if path.name.endswith(".gz"):
                    packed = gzip.GzipFile("", "wb", 6, raw, mtime=0)
                    raw = cast(IO[bytes], stack.enter_context(packed))
                streams.append(raw)
            yield streams
        for number, path in enumerate(paths):
            os.replace(work / str(number), path)
    except OSError as error:
        raise EnvironmentFailed(
            f"{paths[0]} could not be written: {error.strerror}.",
            "Nothing was left half-written.",
            "Make room or choose another folder, then run the command again.",
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextlib.contextmanager
def whole_file(out: Path) -> Iterator[IO[bytes]]:
    """Give one stream likewise."""
    with whole_files([out]) as (stream,):
        yield stream


def keep_apart(out: Path, *inputs: Path | None) -> None:
    """Raise WrongUse when `out` is one of the files that it would be made of."""
    if any(path and path.exists() and out.exists() and path.samefile(out) for path in inputs):
        raise WrongUse(
            f"{out} is one of the files to read.", "It would be lost.", "Name another file."
        )
