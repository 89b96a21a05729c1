"""Contract 4: `rules schema`, the keys, and the pseudonyms that they make."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from .rivershire import rules
from .rivershire.events import TOKEN, crime
from .rivershire.lab import HUB, Lab

TOKENS = {**rules.TOKENS, "victim_token": "pseudonymise", "place_token": "pseudonymise"}
ALL = {**rules.INCIDENT_FIELDS, **TOKENS}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return Lab(tmp_path_factory.mktemp("keys"))


def test_the_schema_is_closed_and_requires_all_but_only_when_and_never_when(lab: Lab) -> None:
    code, said = lab.said("rules", "schema")
    schema = json.loads(said)
    assert code == 0
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == set(rules.agreement())
    assert set(schema["properties"]) == {*schema["required"], "only_when", "never_when"}


def pseudonyms(lab: Lab, *events: dict[str, Any], keys: Path, **changes: Any) -> list[str]:
    """Return the suspect's pseudonyms that one recipient has, in the order of severity."""
    bundle = lab.rules(rules.agreement(fields=ALL, **changes))
    out = lab.replay(events, bundle, "--keys", keys)
    rows = sorted(out.shared(changes.get("recipient", HUB)), key=lambda e: e["data"]["severity"])
    return [row["data"]["suspect_token"] for row in rows]


def at(severity: int, time: str) -> dict[str, Any]:
    return crime(
        f"e{severity}",
        at="2025-01-10T10:00:00Z",
        severity=severity,
        suspect_token=TOKEN,
        _time=time,
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2025-03-31T22:59:59Z", "2025-03-31T23:00:00Z", False),
        ("2025-04-01T00:00:00+01:00", "2025-06-30T23:59:59+01:00", True),
        ("2025-06-30T22:59:59Z", "2025-06-30T23:00:00Z", False),
        ("2025-09-30T22:59:59Z", "2025-09-30T23:00:00Z", False),
        ("2025-10-01T00:00:00+01:00", "2025-12-31T23:59:59Z", True),
        ("2025-03-30T00:59:59Z", "2025-03-30T01:00:01Z", True),
    ],
)
def test_the_period_is_the_calendar_quarter_of_time_in_local_days(
    lab: Lab, one: str, other: str, same: bool
) -> None:
    found = pseudonyms(lab, at(1, one), at(2, other), keys=lab.folder / "quarters.json")
    assert (found[0] == found[1]) == same


def test_pseudonyms_differ_by_recipient_purpose_and_key_and_not_by_anything_else(
    lab: Lab,
) -> None:
    keys = lab.folder / "one.json"
    event = at(1, "2025-05-01T08:00:00Z")
    hub = pseudonyms(lab, event, keys=keys)
    assert hub == pseudonyms(lab, event, keys=keys, version=9)
    found = {
        *hub,
        *pseudonyms(lab, event, keys=keys, recipient="river-fire"),
        *pseudonyms(lab, event, keys=keys, purpose="another"),
        *pseudonyms(lab, event, keys=lab.folder / "two.json"),
    }
    assert len(found) == 4
    assert all(re.fullmatch("[0-9a-f]+", one) for one in found)


def test_no_pseudonym_of_a_former_period_is_ever_shared(lab: Lab) -> None:
    keys = lab.folder / "former.json"
    (former,) = pseudonyms(lab, at(1, "2025-03-31T10:00:00Z"), keys=keys)
    bundle = lab.rules(rules.agreement(fields=ALL))
    out = lab.replay([at(1, "2025-04-02T10:00:00Z")], bundle, "--keys", keys)
    assert former not in (out.folder / f"shared/{HUB}.jsonl").read_text()


def test_a_person_and_a_place_of_one_token_never_match(lab: Lab) -> None:
    bundle = lab.rules(rules.agreement(fields=ALL))
    event = crime(suspect_token=TOKEN, victim_token=TOKEN, place_token=TOKEN)
    data = lab.replay([event], bundle).shared()[0]["data"]
    assert data["suspect_token"] == data["victim_token"] != data["place_token"]


def test_keys_are_made_at_first_use_for_the_owner_alone_and_stay(lab: Lab) -> None:
    keys = lab.folder / "fresh" / "keys.json"
    bundle = lab.rules(rules.agreement())
    lab.replay([crime()], bundle, "--keys", keys)
    made = keys.read_bytes()
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    lab.replay([crime()], bundle, "--keys", keys)
    assert keys.read_bytes() == made
    keys.chmod(0o644)
    out = lab.folder / "refused"
    code = lab.ciog(
        *("replay", "/dev/null", "--rules", bundle, "--areas", lab.areas),
        *("--out", out, "--keys", keys),
    )
    assert code == 3
    assert not out.exists()


def test_keys_new_list_and_rotate_with_a_file(lab: Lab) -> None:
    keys = lab.folder / "mine.json"
    assert lab.ciog("keys", "new", "--keys", keys) == 0
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    first = keys.read_bytes()
    assert lab.ciog("keys", "new", "--keys", keys) == 2
    assert keys.read_bytes() == first
    before = pseudonyms(lab, at(1, "2025-05-01T08:00:00Z"), keys=keys)
    code, _ = lab.said("keys", "rotate", "--keys", keys, "--from", "2025-06-01")
    assert code == 0
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    code, said = lab.said("keys", "list", "--keys", keys, "--format", "json")
    assert code == 0
    roots = json.loads(said)
    assert [one["valid_from"] for one in roots] == [None, "2025-06-01"]
    secrets = [one["secret"] for one in json.loads(keys.read_text())["roots"]]
    assert not any(secret in said for secret in secrets)
    later = at(2, "2025-06-02T08:00:00Z")
    old, new = pseudonyms(lab, at(1, "2025-05-01T08:00:00Z"), later, keys=keys)
    # What was given out stays; the new root begins on its day.
    assert [old] == before
    assert new != old
