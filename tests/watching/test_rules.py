"""The alarms: each comes when it should, is explained, and asks for what workers and web say."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from tests.watching.expressions import DASHBOARD, FOLDER, dashboard_expressions, rules

from cioghub.runtimes.kafka_workers.metrics import WorkerMetrics
from cioghub.runtimes.kafka_workers.web_metrics import WebMetrics

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "rules.test.yml"
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()


def promtool(*arguments: str) -> str:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not on this machine: it comes with Debian's prometheus")
    done = subprocess.run(
        ["promtool", *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def test_each_alarm_comes_when_it_should_and_not_before() -> None:
    promtool("test", "rules", str(CASES))


def test_prometheus_takes_its_settings() -> None:
    promtool("check", "config", str(FOLDER / "prometheus.yml"))


def test_each_alarm_has_a_case_in_which_it_comes() -> None:
    cases = yaml.safe_load(CASES.read_text())["tests"]
    come = {
        one["alertname"]
        for case in cases
        for one in case.get("alert_rule_test", ())
        if one["exp_alerts"]
    }
    assert come == {rule["alert"] for rule in rules()}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_each_alarm_is_explained(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"page", "look"}
    assert f"| `{rule['alert']}` |" in OPERATIONS


ENDINGS = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}


def said() -> set[str]:
    """Return the names of all samples that a worker and the web can answer with."""
    registries = (WorkerMetrics("correlator").registry, WebMetrics(list, lambda: 0).registry)
    return {
        f"{family.name}{ending}"
        for registry in registries
        for family in registry.collect()
        for ending in ENDINGS[family.type]
    }


def test_alarms_and_dashboard_ask_for_what_is_said() -> None:
    asked = [*dashboard_expressions(), *(rule["expr"] for rule in rules())]
    named = {name for one in asked for name in re.findall(r"\bciog_\w+", one)}
    assert named
    assert named - said() == set()


def test_the_page_for_operators_names_what_is_said() -> None:
    named = set(re.findall(r"`(ciog_\w+)`", OPERATIONS))
    assert named
    assert not {name for name in named if not {name, f"{name}_count"} & said()}


def test_each_panel_says_what_it_shows_and_has_its_own_place() -> None:
    panels = orjson.loads(DASHBOARD.read_bytes())["panels"]
    assert all(one["title"] and one["description"] and one["targets"] for one in panels)
    squares = [
        (x, y)
        for place in (one["gridPos"] for one in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(squares) == len(set(squares))
    assert max(x for x, _ in squares) < 24
