"""Makes findings that stand at a value of one file."""

from __future__ import annotations

from dataclasses import dataclass

from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.vocabulary.rules import Finding

Found = tuple[Finding, bool]
"""A finding, and whether it is an error (else a warning)."""

Pointer = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Notes:
    """Findings of one file of a bundle, each at the value that its pointer names."""

    loaded: LoadedBundle
    file: str

    def error(self, pointer: Pointer, code: str, message: str, hint: str) -> Found:
        """Return an error at `pointer`, or at its nearest parent that the file has."""
        return Finding(code, self.file, *self.loaded.at(self.file, *pointer), message, hint), True

    def warning(self, pointer: Pointer, code: str, message: str, hint: str) -> Found:
        """Return a warning at `pointer`, or at its nearest parent that the file has."""
        return self.error(pointer, code, message, hint)[0], False
