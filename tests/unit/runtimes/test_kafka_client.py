"""What workers speak to Kafka with, before anybody answers."""

import gc
import tempfile
from pathlib import Path

import pytest

from cioghub.runtimes.kafka_workers.client import faust_app
from cioghub.settings import KafkaLogin


def test_an_app_leaves_no_folder_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    password = tmp_path / "password"
    password.write_text("of a test")
    password.chmod(0o600)
    login = KafkaLogin(bootstrap="127.0.0.1:1", user="any", password_file=password)
    app = faust_app(login, "sharer", None)
    assert [one.name for one in tmp_path.glob("ciog-*")] != []
    del app
    gc.collect()
    assert [one.name for one in tmp_path.glob("ciog-*")] == []
