"""What the alarms and the dashboard ask Prometheus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
FOLDER = DEPLOY / "prometheus"
DASHBOARD = DEPLOY / "grafana" / "dashboards" / "hub.json"


def rules() -> list[dict[str, Any]]:
    """Return every rule of the shipped file."""
    groups = yaml.safe_load((FOLDER / "rules.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def dashboard_expressions() -> list[str]:
    """Return what the panels of the dashboard ask."""
    panels = orjson.loads(DASHBOARD.read_bytes())["panels"]
    return [target["expr"] for panel in panels for target in panel["targets"]]
