"""Settings, read once from the environment at the edge."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from cioghub.errors import WrongUse


class Settings(BaseModel):
    """Where the hub keeps its state, and the port that its pages are served on.

    `shadow` are the first and the last local day on which nobody is told anything, if any.
    """

    model_config = ConfigDict(frozen=True)

    home: Path = Path(".ciog")
    port: int = Field(default=8600, ge=1, le=65535)
    shadow: tuple[date, date] | None = None

    @field_validator("shadow", mode="before")
    @classmethod
    def _days(cls, value: object) -> object:
        return value.split("/") if isinstance(value, str) else value


def read_settings() -> Settings:
    """Return the settings of `CIOG_HOME`, `CIOG_PORT` and `CIOG_SHADOW`, else their defaults.

    Raises:
        WrongUse: `CIOG_PORT` is no port, or `CIOG_SHADOW` no two days.
    """
    found = {
        name: os.environ[f"CIOG_{name.upper()}"]
        for name in Settings.model_fields
        if os.environ.get(f"CIOG_{name.upper()}")
    }
    try:
        return Settings.model_validate(found)
    except ValidationError as error:
        if any(fault["loc"][:1] == ("shadow",) for fault in error.errors()):
            raise shadow_fault() from error
        raise WrongUse(
            "CIOG_PORT is no port.", "A port is a number from 1 to 65535.", "Set another, as 8600."
        ) from error


def shadow_fault() -> WrongUse:
    """Return what is said of a CIOG_SHADOW that cannot be compared with what happened."""
    return WrongUse(
        "CIOG_SHADOW is not a first and a last day of whole fortnights.",
        "A shadow is compared fortnight by fortnight of the partnership's calendar.",
        "Write the first Monday and the last Sunday, as 2026-08-31/2026-09-27.",
    )
