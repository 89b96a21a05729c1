"""The settings of an identity provider: what is at fault is named, and no role comes by chance."""

from pathlib import Path

import pytest

from cioghub.errors import EnvironmentFailed, WrongUse
from cioghub.vocabulary.people import Role
from cioghub.web.who.openid_settings import read_openid

GOOD = """
name: the county's sign-in
issuer: https://login.example/realm
address: https://hub.example
client_id: hub
client_secret_file: secret
claim: groups
roles:
  - {value: east chairs, role: chair, ciog: east}
  - {value: east deputies, role: chair, ciog: east}
  - {value: hospital, role: dpo, party: geh-nhs}
"""


def written(folder: Path, content: str) -> Path:
    (folder / "secret").write_text("the secret\n", encoding="utf-8")
    path = folder / "openid.yaml"
    path.write_text(content, encoding="utf-8")
    return path


def test_settings_and_secret_are_read(tmp_path) -> None:
    settings, secret = read_openid(written(tmp_path, GOOD))
    assert (settings.claim, secret) == ("groups", "the secret")


@pytest.mark.parametrize(
    ("value", "role"),
    [
        (["east chairs", "others"], Role.CHAIR),
        (["east chairs", "east deputies"], Role.CHAIR),
        ("hospital", Role.DPO),
        (["east chairs", "hospital"], None),
        (["others"], None),
        ([], None),
        (None, None),
        ("east", None),
    ],
)
def test_a_claim_gives_one_role_or_none(tmp_path, value, role) -> None:
    settings, _ = read_openid(written(tmp_path, GOOD))
    found = settings.role_of(value)
    assert (found and found.role) == role


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("https://login.example/realm", "http://login.example/realm", "issuer"),
        ("https://login.example/realm", "http://localhost.evil.example", "issuer"),
        ("https://hub.example", "https://hub.example/", "address"),
        ("ciog: east}", "}", "roles.0"),
        ("role: dpo", "role: king", "roles.2.role"),
        ("party: geh-nhs", "ciog: east", "roles.2"),
        ("claim: groups", "", "claim"),
        ("client_id", "client_name", "client_id"),
        ("name: the", "name: [", "its YAML"),
    ],
)
def test_what_is_at_fault_is_named(tmp_path, old, new, where) -> None:
    with pytest.raises(WrongUse) as caught:
        read_openid(written(tmp_path, GOOD.replace(old, new, 1)))
    assert where in caught.value.what


def test_a_secret_that_is_not_there_is_named(tmp_path) -> None:
    path = written(tmp_path, GOOD)
    (tmp_path / "secret").unlink()
    with pytest.raises(EnvironmentFailed, match="secret"):
        read_openid(path)
