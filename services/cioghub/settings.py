"""Settings, read once from the environment at the edge."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.vocabulary.keeping import DEFAULT_KEEPING, Keeping

if TYPE_CHECKING:
    import ssl


class Settings(BaseModel):
    """Where the hub keeps its state, and the port that its pages are served on.

    `database` is the URL of the PostgreSQL database of a hub on more than one machine.
    `shadow` are the first and the last local day on which nobody is told anything, if any. The
    others say for how many days payloads, receipts, and the records of changes and reads are kept.
    """

    model_config = ConfigDict(frozen=True)

    home: Path = Path(".ciog")
    port: int = Field(default=8600, ge=1, le=65535)
    shadow: tuple[date, date] | None = None
    database: str | None = Field(default=None, repr=False)
    keep_payloads: int = Field(default=DEFAULT_KEEPING.payload_days, ge=1)
    keep_receipts: int = Field(default=DEFAULT_KEEPING.receipt_days, ge=1)
    keep_changes: int = Field(default=DEFAULT_KEEPING.change_days, ge=1)
    keep_reads: int = Field(default=DEFAULT_KEEPING.read_days, ge=1)

    @property
    def keeping(self) -> Keeping:
        """How long things are kept."""
        return Keeping(self.keep_payloads, self.keep_receipts, self.keep_changes, self.keep_reads)

    @field_validator("shadow", mode="before")
    @classmethod
    def _days(cls, value: object) -> object:
        return value.split("/") if isinstance(value, str) else value


def read_settings() -> Settings:
    """Return the settings of the environment (`CIOG_HOME` and so on), else their defaults.

    Raises:
        WrongUse: `CIOG_PORT` is no port, `CIOG_SHADOW` no two days, or a time no number of days.
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
        name = str(error.errors()[0]["loc"][0])
        if name.startswith("keep_"):
            raise WrongUse(
                f"CIOG_{name.upper()} is no number of days.",
                "It says for how long the hub keeps something.",
                "Write a whole number of at least 1, or leave it out.",
            ) from error
        raise WrongUse(
            "CIOG_PORT is no port.", "A port is a number from 1 to 65535.", "Set another, as 8600."
        ) from error


MECHANISM = "SCRAM-SHA-512"


class KafkaLogin(BaseModel):
    """How to reach a Kafka cluster: SCRAM-SHA-512 over TLS, and nothing else.

    `bootstrap` are brokers as `host:port`, with commas between; `ca` is the PEM file of whom to
    trust, the machine's own if left out.
    """

    model_config = ConfigDict(frozen=True)

    bootstrap: str = Field(pattern=r"^[^\s:,]+:\d{1,5}(,[^\s:,]+:\d{1,5})*$")
    user: str = Field(min_length=1)
    password_file: Path
    ca: Path | None = None

    def brokers(self) -> list[tuple[str, int]]:
        """Return the brokers to begin with, as host and port."""
        return [
            (host, int(port))
            for host, _, port in (one.rpartition(":") for one in self.bootstrap.split(","))
        ]

    def password(self) -> str:
        """Return the password as the file has it now: it may change while the hub runs.

        Raises:
            EnvironmentFailed: the file cannot be read, or is empty.
        """
        try:
            found = self.password_file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise EnvironmentFailed(
                "The file that CIOG_KAFKA_PASSWORD_FILE names cannot be read.",
                "Kafka lets nobody in without a password.",
                "Let this user read it.",
            ) from error
        if not found:
            raise EnvironmentFailed(
                "The file that CIOG_KAFKA_PASSWORD_FILE names is empty.",
                "Kafka lets nobody in without a password.",
                "Write the password into it.",
            )
        return found

    def trust(self) -> ssl.SSLContext:
        """Return what decides whether a broker is the one it says it is.

        Raises:
            EnvironmentFailed: the file of whom to trust cannot be read.
        """
        import ssl  # here, since every command reads settings and few reach a broker

        try:
            return ssl.create_default_context(cafile=self.ca)
        except OSError as error:
            raise EnvironmentFailed(
                "The file that CIOG_KAFKA_CA names is no PEM of certificates.",
                "Without it nobody knows whether what answers is your Kafka.",
                "Name the certificate of the authority that made the brokers' certificates.",
            ) from error

    def client(self) -> dict[str, Any]:
        """Return what a client is given, of kafka-python as of aiokafka.

        Raises:
            EnvironmentFailed: as `trust` and `password` do.
        """
        return {
            "bootstrap_servers": self.bootstrap.split(","),
            "security_protocol": "SASL_SSL",
            "ssl_context": self.trust(),
            "sasl_mechanism": MECHANISM,
            "sasl_plain_username": self.user,
            "sasl_plain_password": self.password(),
        }


def read_kafka_login() -> KafkaLogin:
    """Return how to reach Kafka, of CIOG_KAFKA and CIOG_KAFKA_USER, _PASSWORD_FILE and _CA.

    Raises:
        WrongUse: one of them is missing, or CIOG_KAFKA is no list of brokers.
    """
    found = {
        name: os.environ[variable]
        for name, variable in _KAFKA_VARIABLES.items()
        if os.environ.get(variable)
    }
    try:
        return KafkaLogin.model_validate(found)
    except ValidationError as error:
        variable = _KAFKA_VARIABLES[str(error.errors()[0]["loc"][0])]
        raise WrongUse(
            f"{variable} is {'not what it should be' if os.environ.get(variable) else 'not set'}.",
            "Without it the hub does not know how to reach Kafka.",
            "Set CIOG_KAFKA as kafka-1.example:9093,kafka-2.example:9093, and CIOG_KAFKA_USER, "
            "CIOG_KAFKA_PASSWORD_FILE and, for an authority of your own, CIOG_KAFKA_CA.",
        ) from error


_KAFKA_VARIABLES = {
    "bootstrap": "CIOG_KAFKA",
    "user": "CIOG_KAFKA_USER",
    "password_file": "CIOG_KAFKA_PASSWORD_FILE",
    "ca": "CIOG_KAFKA_CA",
}


def shadow_fault() -> WrongUse:
    """Return what is said of a CIOG_SHADOW that cannot be compared with what happened."""
    return WrongUse(
        "CIOG_SHADOW is not a first and a last day of whole fortnights.",
        "A shadow is compared fortnight by fortnight of the partnership's calendar.",
        "Write the first Monday and the last Sunday, as 2026-08-31/2026-09-27.",
    )
