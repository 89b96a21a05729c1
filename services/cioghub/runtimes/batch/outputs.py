"""The files of a replay: every one of them always exists, and each has one order of lines."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

import orjson

from cioghub.runtimes.batch.receipts import Receipts
from cioghub.steps.picture.album import Frozen
from cioghub.steps.share.decide import Permit
from cioghub.steps.share.table import DecisionClass
from cioghub.stores.sorted_lines import SortedLines
from cioghub.vocabulary.buckets import rfc3339
from cioghub.vocabulary.incidents import Fault, PseudonymousIncident
from cioghub.vocabulary.readings import Reading
from cioghub.vocabulary.reasons import HINTS, WithheldReason
from cioghub.vocabulary.signals import Notice

ALERT_SOURCE = "/hub/correlation"


def shared_line(incident: PseudonymousIncident) -> bytes:
    """Return the CloudEvent that a recipient receives; its id comes first, so that lines sort."""
    event: dict[str, Any] = {
        "id": incident.id,
        "specversion": "1.0",
        "source": incident.source,
        "type": incident.type,
        "datacontenttype": "application/json",
        "data": incident.data,
    }
    if incident.time is not None:
        event["time"] = incident.time
    return orjson.dumps(event)


def rejected_line(source: str | None, id: str, faults: tuple[Fault, ...]) -> bytes:
    """Return the row of a rejected event: where and which, never a value."""
    return orjson.dumps(
        {
            "source": source,
            "id": id,
            "faults": [
                {"pointer": f.pointer, "code": f.code.value, "hint": HINTS[f.code]} for f in faults
            ],
        }
    )


def withheld_tails(decision: DecisionClass) -> tuple[bytes, ...]:
    """Return what stands between the references of the withheld lines of a class."""
    tails = [b""]
    for outcome in decision.outcomes:
        if isinstance(outcome, Permit) or outcome.reason is WithheldReason.NO_AGREEMENT:
            continue
        rest = orjson.dumps(
            {
                "recipient": outcome.recipient,
                "reason": outcome.reason.value,
                "rules": list(outcome.rules),
            }
        )
        tails.append(b'","' + rest[2:] + b"\n")
    return tuple(tails)


def class_content(decision: DecisionClass, bundle_hash: str) -> dict[str, Any]:
    """Return what the ledger says of a decision class: each recipient's outcome, and why."""
    outcomes = []
    for outcome in decision.outcomes:
        if isinstance(outcome, Permit):
            outcomes.append(
                {
                    "recipient": outcome.recipient,
                    "outcome": "shared",
                    "rules": list(outcome.rules),
                    "place_level": outcome.place_level,
                    "hub_categories": list(outcome.categories),
                    "fields": {
                        name: t.action if t.level is None else f"{t.action}:{t.level}"
                        for name, t in outcome.treatments
                    },
                }
            )
        else:
            outcomes.append(
                {
                    "recipient": outcome.recipient,
                    "outcome": outcome.reason.value,
                    "rules": list(outcome.rules),
                }
            )
    return {"bundle": bundle_hash, "outcomes": outcomes}


class Outputs:
    """Writes the results of a replay into one folder."""

    def __init__(
        self, folder: Path, recipients: tuple[str, ...], audiences: tuple[str, ...], zone: ZoneInfo
    ) -> None:
        self.folder = folder
        self._zone = zone
        (folder / "shared").mkdir()
        (folder / "receipts").mkdir()
        self.rejected = SortedLines(folder, "rejected")
        self.shared = {
            name: SortedLines(folder, f"shared-{i}") for i, name in enumerate(recipients)
        }
        self._alerts = (folder / "alerts.jsonl").open("wb")
        self._notices = (folder / "notices.jsonl").open("wb")
        self._read: dict[str, IO[bytes]] = {}
        for audience in audiences:
            (folder / "audiences" / audience / "pictures").mkdir(parents=True)
            self._read[audience] = (folder / "audiences" / audience / "alerts.jsonl").open("wb")
        (folder / "audiences").mkdir(exist_ok=True)

    def alert(self, reading: Reading) -> None:
        """Write one change of an alert where it may be read."""
        line = orjson.dumps(alert_event(reading, self._zone)) + b"\n"
        (self._alerts if reading.audience is None else self._read[reading.audience]).write(line)

    def notice(self, notice: Notice) -> None:
        """Write one notice."""
        row = {
            "code": notice.code,
            "time": rfc3339(notice.at, self._zone),
            "publisher": notice.publisher,
            "words": notice.words,
            **dict(notice.facts),
        }
        self._notices.write(orjson.dumps(row) + b"\n")

    def picture(self, frozen: Frozen, page: str) -> None:
        """Write one frozen picture, as JSON and as a page."""
        pictures = self.folder / "audiences" / frozen.audience / "pictures"
        name = frozen.fortnight.first.isoformat()
        content = orjson.dumps(frozen.content, option=orjson.OPT_INDENT_2) + b"\n"
        (pictures / f"{name}.json").write_bytes(content)
        (pictures / f"{name}.html").write_text(page, encoding="utf-8")

    def share(self, incident: PseudonymousIncident, line: int) -> None:
        """Put in what one recipient receives, made of the line of that number."""
        self.shared[incident.recipient].add(shared_line(incident), line)

    def withheld(self) -> IO[bytes]:
        """Return the file of what was withheld."""
        return (self.folder / "withheld.jsonl").open("wb")

    def receipts(self, receipts: Receipts, publishers: Iterable[str]) -> None:
        """Write each publisher's own events behind alerts."""
        for publisher in sorted(set(publishers)):
            with (self.folder / "receipts" / f"{publisher}.jsonl").open("wb") as file:
                for source, id, alert in receipts.of(publisher):
                    row = {"source": source, "id": id, "alert": alert}
                    file.write(orjson.dumps(row) + b"\n")

    def finish(self, duplicates: set[int], conflicts: set[int]) -> None:
        """Write what was collected in any order, and close every file.

        Lines of `duplicates` leave no trace; those of `conflicts` were shared with nobody.
        """
        self.rejected.write(self.folder / "rejected.jsonl", duplicates)
        left_out = duplicates | conflicts
        for recipient, lines in self.shared.items():
            lines.write(self.folder / "shared" / f"{recipient}.jsonl", left_out)
        for file in (self._alerts, self._notices, *self._read.values()):
            file.close()


def alert_event(reading: Reading, zone: ZoneInfo) -> dict[str, Any]:
    """Return one change of an alert, as one reader reads it, as a CloudEvent."""
    alert = reading.alert
    return {
        "specversion": "1.0",
        "id": f"{alert.id}.{reading.number}",
        "source": ALERT_SOURCE,
        "type": alert.change.value,
        "time": rfc3339(alert.at, zone),
        "subject": alert.id,
        "datacontenttype": "application/json",
        "data": reading.data,
    }
