"""One alert as an audience last read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Standing:
    """One alert as this audience last read it, and how it stands in the fortnight."""

    alert: str
    state: str
    data: Mapping[str, Any]
    raised: str
