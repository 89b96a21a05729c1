"""Settings, read once from the environment at the edge."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cioghub.errors import WrongUse


class Settings(BaseModel):
    """Where the hub keeps its state, and the port that its pages are served on."""

    model_config = ConfigDict(frozen=True)

    home: Path = Path(".ciog")
    port: int = Field(default=8600, ge=1, le=65535)


def read_settings() -> Settings:
    """Return the settings of `CIOG_HOME` and `CIOG_PORT`, else their defaults.

    Raises:
        WrongUse: `CIOG_PORT` is no port.
    """
    found = {
        name: os.environ[variable]
        for name, variable in (("home", "CIOG_HOME"), ("port", "CIOG_PORT"))
        if os.environ.get(variable)
    }
    try:
        return Settings.model_validate(found)
    except ValidationError as error:
        raise WrongUse(
            "CIOG_PORT is no port.", "A port is a number from 1 to 65535.", "Set another, as 8600."
        ) from error
