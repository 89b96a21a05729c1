"""Settings of a sign-in at the partnership's own identity provider (OpenID Connect)."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.vocabulary.people import Role

BACK = "/sign-in/openid/back"
AFTER = "/sign-in"
"""Where the provider sends somebody who has signed out there."""

_ON_THIS_MACHINE = ("http://127.0.0.1:", "http://localhost:")


class Mapped(BaseModel):
    """The role that a value of the claim gives."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: str
    role: Role
    ciog: str | None = None
    party: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Mapped:
        if (self.ciog is not None) != (self.role is Role.CHAIR):
            raise ValueError("a chair, and nobody else, has a ciog")
        if (self.party is not None) != (self.role in (Role.AGENCY_CONTACT, Role.DPO)):
            raise ValueError("an agency contact and a dpo, and nobody else, have a party")
        return self


class OpenIdSettings(BaseModel):
    """Where people sign in, and which value of which claim gives which role.

    `name` is what the button says, `address` the hub's own as browsers reach it, without a path.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=60)
    issuer: str
    address: str
    client_id: str
    client_secret_file: Path
    scope: str = "openid profile"
    claim: str
    roles: tuple[Mapped, ...] = Field(min_length=1)

    @field_validator("issuer", "address")
    @classmethod
    def _https(cls, value: str) -> str:
        if not value.startswith(("https://", *_ON_THIS_MACHINE)):
            raise ValueError("an address begins with https://")
        return value

    @field_validator("address")
    @classmethod
    def _without_path(cls, value: str) -> str:
        if value.count("/") != 2:
            raise ValueError("the address has no path, and no slash at its end")
        return value

    def role_of(self, value: object) -> Mapped | None:
        """Return what the claim of somebody gives: None for no role, and for two that differ."""
        values = value if isinstance(value, list) else [value]
        found = [mapped for mapped in self.roles if mapped.value in values]
        given = {(mapped.role, mapped.ciog, mapped.party) for mapped in found}
        return found[0] if len(given) == 1 else None


def read_openid(path: Path) -> tuple[OpenIdSettings, str]:
    """Return the settings of a YAML file, and the client's secret from the file that it names.

    A relative `client_secret_file` is looked for beside the settings.

    Raises:
        EnvironmentFailed: a file cannot be read.
        WrongUse: the settings are not what they should be.
    """
    try:
        settings = OpenIdSettings.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        secret = (path.parent / settings.client_secret_file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise EnvironmentFailed(
            f"{error.filename} cannot be read: {error.strerror}.",
            "The sign-in at your provider needs it.",
            "See docs/people.md for what it holds.",
        ) from error
    except (ValidationError, yaml.YAMLError, UnicodeDecodeError) as error:
        where = (
            ", ".join(".".join(map(str, one["loc"])) or "the whole" for one in error.errors())
            if isinstance(error, ValidationError)
            else "its YAML"
        )
        raise WrongUse(
            f"{path} is at fault in {where}.",
            "Nobody could sign in with it.",
            "See docs/people.md for what it holds.",
        ) from error
    return settings, secret
