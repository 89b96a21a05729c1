"""Settings are read once, and one that makes no sense is named."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cioghub.bootstrap import checked_bundle, default_areas, default_rules, keeping_of, shadow
from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.settings import KafkaLogin, Settings, read_kafka_login, read_settings
from cioghub.vocabulary.keeping import Keeping
from cioghub.vocabulary.shadow import Shadow
from cioghub.wire.areas import read_areas


def test_a_shadow_is_read_as_its_first_and_last_day(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().shadow is None
    monkeypatch.setenv("CIOG_SHADOW", "2026-08-31/2026-09-27")
    found = shadow(read_settings(), read_areas(default_areas()))
    assert found == Shadow(date(2026, 8, 31), date(2026, 9, 27))


def test_how_long_things_are_kept_is_read_in_days(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().keeping == Keeping(28, 90, 2192, 731)
    monkeypatch.setenv("CIOG_KEEP_READS", "365")
    assert read_settings().keeping.read_days == 365
    monkeypatch.setenv("CIOG_KEEP_CHANGES", "never")
    with pytest.raises(WrongUse, match="CIOG_KEEP_CHANGES"):
        read_settings()


def test_payloads_are_kept_no_longer_than_the_agreements_allow() -> None:
    bundle = checked_bundle(default_rules(), read_areas(default_areas())).bundle
    assert keeping_of(Settings(keep_payloads=14), bundle).payload_days == 14
    with pytest.raises(WrongUse, match="CIOG_KEEP_PAYLOADS is more than 28 days"):
        keeping_of(Settings(keep_payloads=29), bundle)


@pytest.mark.parametrize("value", ["soon", "2026-08-31", "2026-08-31/2026-09-27/2026-10-04"])
def test_a_shadow_that_is_no_two_days_is_wrong_use(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("CIOG_SHADOW", value)
    with pytest.raises(WrongUse, match="CIOG_SHADOW"):
        read_settings()


def test_a_shadow_that_is_no_whole_fortnights_is_wrong_use() -> None:
    days = Settings(shadow=(date(2026, 9, 7), date(2026, 9, 27)))
    with pytest.raises(WrongUse, match="whole fortnights"):
        shadow(days, read_areas(default_areas()))


KAFKA = {
    "CIOG_KAFKA": "kafka-1.example:9093,kafka-2.example:9093",
    "CIOG_KAFKA_USER": "sharer",
    "CIOG_KAFKA_PASSWORD_FILE": "password",
}


def kafka(monkeypatch: pytest.MonkeyPatch, **changes: str) -> KafkaLogin:
    for name, value in {**KAFKA, **changes}.items():
        monkeypatch.setenv(name, value)
    return read_kafka_login()


def test_a_kafka_login_is_read_with_its_brokers(monkeypatch: pytest.MonkeyPatch) -> None:
    login = kafka(monkeypatch)
    assert login.brokers() == [("kafka-1.example", 9093), ("kafka-2.example", 9093)]
    assert login.user == "sharer"
    assert login.ca is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"CIOG_KAFKA": ""}, "CIOG_KAFKA is not set"),
        ({"CIOG_KAFKA": "kafka.example"}, "CIOG_KAFKA is not what it should be"),
        ({"CIOG_KAFKA_USER": ""}, "CIOG_KAFKA_USER is not set"),
    ],
)
def test_a_kafka_login_that_is_none_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], said: str
) -> None:
    with pytest.raises(WrongUse, match=said):
        kafka(monkeypatch, **changes)


def test_a_password_is_read_as_it_is_now(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "password"
    login = kafka(monkeypatch, CIOG_KAFKA_PASSWORD_FILE=str(file))
    with pytest.raises(EnvironmentFailed, match="cannot be read"):
        login.password()
    for text in ("first\n", "second"):
        file.write_text(text)
        assert login.password() == text.strip()
    file.write_text("\n")
    with pytest.raises(EnvironmentFailed, match="empty"):
        login.password()
