"""The review door of a live hub: agreements as they stand, decisions as made, proofs that hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient
from tests.live.conftest import NOON, LiveHubOfTest, SetClock
from tests.live.signed_in import SignedIn
from tests.live.simulated import simulated_days
from tests.openapi_document import faults_of

from cioghub.bootstrap import following_ledger, key_ring
from cioghub.cli.main import ciog
from cioghub.ports.intake import Verdict
from cioghub.runtimes.embedded.opening import open_hub
from cioghub.settings import Settings as HubSettings
from cioghub.vocabulary.people import Person, Reason, Role

CRIME = "/warwickshire-police/crime"
POLICE = "warwickshire-police"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> LiveHubOfTest:
    """One hub for all of these tests: they only read, and each leaves the clock at noon."""
    home, clock = tmp_path_factory.mktemp("hub") / "home", SetClock()
    return LiveHubOfTest(home, clock, open_hub(HubSettings(home=home), clock))


@pytest.fixture
def signed_in(live: LiveHubOfTest) -> Callable[..., TestClient]:
    def sign_in(
        role: Role, party: str | None = None, reason: Reason | None = Reason.REVIEW
    ) -> TestClient:
        person = Person("p-1", "Somebody", role, None, None, party)
        app = SignedIn(live.app, person, reason)
        return TestClient(app, follow_redirects=False)

    return sign_in


@pytest.fixture(scope="module")
def published(live: LiveHubOfTest) -> list[Verdict]:
    """Some simulated days, taken in by the hub."""
    return simulated_days(live)


def crime_of(published: list[Verdict]) -> Verdict:
    return next(one for one in published if one.source == CRIME)


def sign(live: LiveHubOfTest) -> None:
    """Let the ledger follow until it has signed what is due."""
    live.opened.keeper._follower.follow()


def test_every_agreement_is_listed_and_each_has_its_page(signed_in) -> None:
    client = signed_in(Role.DPO, POLICE)
    listed = client.get("/v1/rules").json()
    page = client.get("/review/").text
    assert listed["draft"] is True
    assert "nobody has signed them" in page
    for one in listed["agreements"]:
        assert f'href="/review/agreements/{one["agreement"]}"' in page
        assert client.get(f"/review/agreements/{one['agreement']}").status_code == 200
        said = client.get(f"/v1/rules/{one['agreement']}").json()
        assert faults_of("Agreement", said) == []
    assert faults_of("Rules", listed) == []


def test_an_agreement_says_what_becomes_of_each_field(signed_in) -> None:
    client = signed_in(Role.DPO, POLICE)
    said = client.get("/v1/rules/police-crime-to-hub").json()
    fields = {one["field"]: one["treatment"] for one in said["fields"]}
    assert fields["occurred_from"] == "generalise:hour"
    assert fields["suspect_token"] == "pseudonymise"
    assert fields["victim_token"] == "drop"
    assert said["gateway"]["title"].startswith("Police, Crime, Sentencing and Courts Act 2022")
    assert said["papers"]["dpia"] == {
        "id": "DPIA-hub",
        "starts": "2025-01-31",
        "ends": "2027-03-31",
    }
    assert {one["role"] for one in said["signatories"]} >= {"owner", "dpo"}
    assert said["state"] == "in-force"
    page = client.get("/review/agreements/police-crime-to-hub").text
    for words in (
        "made coarser: to the hour",
        "replaced by a pseudonym",
        "hub category is none of context, domestic abuse, sexual offences",
        "data-owner@warwickshire.police.example",
        "1 to 7 hidden, the rest to the nearest 5",
    ):
        assert words in page


def test_the_walls_of_health_are_named(signed_in) -> None:
    said = signed_in(Role.AUDITOR).get("/v1/rules/swft-to-hub").json()
    assert any("no audience is given its exact numbers" in wall for wall in said["walls"])
    assert "Anonymised: no token of any kind passes." in said["walls"]


def test_the_state_of_an_agreement_follows_the_clock(live: LiveHubOfTest, signed_in) -> None:
    client = signed_in(Role.DPO, POLICE)
    for at, state in ((1_700_000_000, "not-started"), (1_900_000_000, "ended")):
        live.clock.at = at
        assert client.get("/v1/rules/swft-to-hub").json()["state"] == state
    live.clock.at = NOON


def test_an_agencys_contact_reads_its_own_agreements_alone(signed_in) -> None:
    client = signed_in(Role.AGENCY_CONTACT, "swft-nhs")
    names = {one["agreement"] for one in client.get("/v1/rules").json()["agreements"]}
    assert "swft-to-hub" in names
    assert "geh-to-hub" not in names
    others = client.get("/v1/rules/geh-to-hub")
    nobodys = client.get("/v1/rules/no-such-agreement")
    assert (others.status_code, others.content) == (404, nobodys.content)
    assert client.get("/review/agreements/geh-to-hub").status_code == 404


@pytest.mark.parametrize("role", [Role.CHAIR, Role.ANALYST, Role.COORDINATOR])
@pytest.mark.parametrize(
    "path",
    ["/review/", "/review/decisions", "/review/ledger", "/v1/rules", "/v1/ledger/checkpoint"],
)
def test_who_works_on_alerts_reads_neither_rules_nor_ledger(signed_in, role, path) -> None:
    assert signed_in(role).get(path).status_code == 403


def test_a_decision_is_found_by_the_events_identity(live, published, signed_in) -> None:
    client = signed_in(Role.DPO, POLICE)
    event = crime_of(published)
    form = {"csrf": "proof", "source": event.source, "id": event.id}
    found = client.post("/review/decisions", data=form)
    assert found.status_code == 303
    assert event.id not in found.headers["location"]
    page = client.get(found.headers["location"]).text
    assert "What each recipient was given" in page
    assert "police-crime-to-hub" in page
    ref = found.headers["location"].rpartition("/")[2]
    by_ref = client.post("/review/decisions", data={"csrf": "proof", "ref": f" {ref.upper()} "})
    assert by_ref.headers["location"] == found.headers["location"]


@pytest.mark.parametrize("form", [{"source": CRIME, "id": "nobody"}, {"ref": "zz"}, {}])
def test_an_event_that_was_never_accepted_has_no_decision(signed_in, form) -> None:
    answer = signed_in(Role.DPO, POLICE).post("/review/decisions", data={"csrf": "proof", **form})
    assert answer.status_code == 404
    assert "has accepted no such event" in answer.text


def test_a_form_without_its_proof_is_refused(signed_in) -> None:
    answer = signed_in(Role.DPO, POLICE).post(
        "/review/decisions", data={"source": CRIME, "id": "x"}
    )
    assert answer.status_code == 400


def test_a_decision_is_read_for_a_reason(live, published, signed_in) -> None:
    client = signed_in(Role.DPO, POLICE, reason=None)
    found = client.post(
        "/review/decisions",
        data={"csrf": "proof", "source": CRIME, "id": crime_of(published).id},
    )
    answer = client.get(found.headers["location"])
    assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/reason")


def test_a_proof_holds_for_whoever_has_the_key(
    live: LiveHubOfTest, published, signed_in, tmp_path: Path
) -> None:
    sign(live)
    client = signed_in(Role.AUDITOR)
    decision = live.opened.room.decision(published[0].source, published[0].id)
    assert decision is not None
    answer = client.get(f"/v1/ledger/proof/{decision.ref}")
    proof, key = tmp_path / "proof.json", tmp_path / "key.hex"
    proof.write_bytes(answer.content)
    key.write_text(client.get("/v1/ledger/checkpoint").headers["verifying-key"] + "\n")
    folder = str(live.home / "ledger")
    command = ["ledger", "verify", folder, "--proof", str(proof), "--key", str(key)]
    run = CliRunner().invoke(ciog, command)
    assert (run.exit_code, run.output) == (0, "The proof holds.\n")
    assert answer.json()["decision"] == dict(decision.content)
    assert faults_of("Proof", answer.json()) == []
    assert faults_of("Checkpoint", client.get("/v1/ledger/checkpoint").json()) == []


def test_what_is_not_signed_yet_has_no_proof(live, published, signed_in) -> None:
    sign(live)
    client = signed_in(Role.AUDITOR)
    last = live.opened.room.decision(published[-1].source, published[-1].id)
    answer = client.get(f"/v1/ledger/proof/{last.ref}")
    assert (answer.status_code, answer.json()["type"][-15:]) == (409, "#not-signed-yet")
    assert "not signed yet" in client.get(f"/review/decisions/{last.ref}").text
    assert client.get(f"/v1/ledger/proof/{'0' * 32}").status_code == 404


def test_the_ledger_of_a_live_hub_verifies_with_the_checkpoint_kept(
    live: LiveHubOfTest, published, signed_in, tmp_path: Path
) -> None:
    sign(live)
    client = signed_in(Role.OPERATOR)
    kept = tmp_path / "checkpoint.json"
    kept.write_bytes(client.get("/v1/ledger/checkpoint").content)
    command = ["ledger", "verify", str(live.home / "ledger"), "--checkpoint", str(kept)]
    run = CliRunner().invoke(ciog, [*command, "--format", "json"])
    assert run.exit_code == 0, run.output
    signed = json.loads(kept.read_text())
    assert json.loads(run.output)["entries"] == signed["size"] > 0
    page = client.get("/review/ledger").text
    assert signed["root"] in page


def test_entries_come_as_they_are_signed(live, published, signed_in) -> None:
    sign(live)
    client = signed_in(Role.AUDITOR)
    lines = client.get("/v1/ledger/entries?from=3&limit=4").text.splitlines()
    assert [json.loads(line)["n"] for line in lines] == [3, 4, 5, 6]
    assert client.get("/v1/ledger/entries?from=100000000").text == ""
    assert client.get("/v1/ledger/entries?from=-1").status_code == 422


def test_no_page_says_anything_of_an_event(live, published, signed_in) -> None:
    client = signed_in(Role.DPO, POLICE)
    event = crime_of(published)
    decision = live.opened.room.decision(event.source, event.id)
    page = client.get(f"/review/decisions/{decision.ref}").text
    assert event.id not in page
    assert not re.search(r"E0[1-9]\d{6}", page)


def test_a_dpo_looks_up_the_events_of_their_own_agency_alone(live, published, signed_in) -> None:
    event = next(one for one in published if not one.source.startswith(f"/{POLICE}/"))
    ref = live.opened.room.decision(event.source, event.id).ref
    client = signed_in(Role.DPO, POLICE)
    form = {"csrf": "proof", "source": event.source, "id": event.id}
    assert client.post("/review/decisions", data=form).status_code == 404
    assert event.source not in client.get("/review/decisions").text
    for path in (f"/review/decisions/{ref}", f"/v1/ledger/proof/{ref}"):
        others, nobodys = client.get(path), client.get(path.replace(ref, "0" * 32))
        assert (others.status_code, others.content) == (404, nobodys.content)
    assert signed_in(Role.AUDITOR).get(f"/review/decisions/{ref}").status_code == 200


def test_a_ledger_that_is_lost_is_written_again_to_the_same_bytes(
    live: LiveHubOfTest, published, tmp_path: Path
) -> None:
    sign(live)
    opened, keys = live.opened, key_ring(None, HubSettings(home=live.home))
    following_ledger(tmp_path / "again", keys, opened.engine, opened.loaded.bundle).follow()
    for file in sorted((live.home / "ledger").iterdir()):
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes(), file.name
