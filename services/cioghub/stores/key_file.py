"""The pseudonym keys of a hub in one file that only its owner can read.

The file is JSON: `{"roots": [{"id", "valid_from", "secret"}]}`, the secret in base64, the first
root's `valid_from` null. It is made at first use with mode 0600 and refused when others can read
it: a key that others may have seen protects nobody.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import stat
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.vocabulary.keys import KeyRing, KeyRoot, Secret

SECRET_BYTES = 32
MOST_BYTES = 1_000_000
"""A thousand keys and more; what is larger is no key file."""


def load_or_make(path: Path) -> KeyRing:
    """Return the keys of `path`, made there when the file does not exist.

    Raises:
        EnvironmentFailed: others can read the file, or it can be neither read nor made.
        WrongUse: the file is not a key file.
    """
    if not os.path.lexists(path):
        # Another run may make it at the same moment: then its keys are the keys.
        with contextlib.suppress(FileExistsError):
            _write_new(path, [_new_root(None)])
    return load(path)


def make(path: Path) -> None:
    """Make a key file with one root, valid from the beginning; refuse to touch one that exists."""
    try:
        _write_new(path, [_new_root(None)])
    except FileExistsError as error:
        raise WrongUse(
            f"There is a key file at {path} already.",
            "A new one would make every pseudonym given out so far meaningless.",
            "Use `ciog keys rotate` to add a key.",
        ) from error


def load(path: Path) -> KeyRing:
    """Return the keys of an existing file."""
    return KeyRing(
        KeyRoot(root["id"], _day(root["valid_from"]), Secret(base64.b64decode(root["secret"])))
        for root in _read(path)
    )


def rotate(path: Path, valid_from: date) -> str:
    """Add a root that is valid from `valid_from`, later than all others; return its id."""
    roots = _read(path)
    latest = max((_day(root["valid_from"]) or date.min) for root in roots)
    if valid_from <= latest:
        raise WrongUse(
            f"A new key must be valid from a day after {latest.isoformat()}.",
            "Pseudonyms already given out would change.",
            "Choose a later day.",
        )
    root = _new_root(valid_from)
    try:
        written = _written_beside(path, [*roots, root])
        written.replace(path)
    except OSError as error:
        raise _not_made(path, error) from error
    return str(root["id"])


def _new_root(valid_from: date | None) -> dict[str, Any]:
    return {
        "id": f"k-{secrets.token_hex(4)}",
        "valid_from": valid_from.isoformat() if valid_from else None,
        "secret": base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode(),
    }


def _write_new(path: Path, roots: list[dict[str, Any]]) -> None:
    """Make the file whole, or not at all; raise FileExistsError when there is one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        written = _written_beside(path, roots)
    except OSError as error:
        raise _not_made(path, error) from error
    try:
        os.link(written, path)
    except FileExistsError:
        raise
    except OSError as error:
        raise _not_made(path, error) from error
    finally:
        written.unlink(missing_ok=True)


def _written_beside(path: Path, roots: list[dict[str, Any]]) -> Path:
    """Return a new file beside `path`, for its owner alone, that holds these roots."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"roots": roots}, file, indent=1)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _not_made(path: Path, error: OSError) -> EnvironmentFailed:
    return EnvironmentFailed(
        f"The key file {path} cannot be made: {error.strerror or type(error).__name__}.",
        "Without keys nothing can be pseudonymised, so nothing was written.",
        "Make room, or set CIOG_HOME or --keys to a place that can be written.",
    )


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):  # reading a pipe would wait for ever
            raise _no_key_file(path)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise WrongUse(
            f"There is no key file at {path}.", "", "Make one: `ciog keys new`."
        ) from error
    except OSError as error:
        raise EnvironmentFailed(f"The key file {path} cannot be read: {error.strerror}.") from error
    if len(content) > MOST_BYTES:
        raise _no_key_file(path)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise EnvironmentFailed(
            f"The key file {path} can be read by others than its owner.",
            "Whoever has read it can undo every pseudonym.",
            f"Run `chmod 600 {path}`, and rotate the key if it may have been read.",
        )
    try:
        roots = json.loads(content.decode())["roots"]
        if not isinstance(roots, list) or len({root["id"] for root in roots}) != len(roots):
            raise ValueError
        for root in roots:
            _day(root["valid_from"])
            if len(base64.b64decode(root["secret"], validate=True)) < SECRET_BYTES:
                raise ValueError
            if not isinstance(root["id"], str):
                raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _no_key_file(path) from None  # what was raised may quote the file
    days = {root["valid_from"] for root in roots}
    if None not in days or len(days) != len(roots):
        raise _no_key_file(path)
    return list(roots)


def _no_key_file(path: Path) -> WrongUse:
    return WrongUse(
        f"{path} is not a key file.",
        "It must hold roots with an id, a first day and a secret, the first without a day.",
        "Restore it from a backup; a new file would change every pseudonym.",
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
