"""The files of a replay: every one of them always exists, and each has one order of lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

import orjson

from cioghub.runtimes.batch.receipts import Receipts
from cioghub.steps.picture.album import Frozen
from cioghub.steps.share.decide import Permit
from cioghub.steps.share.table import DecisionClass
from cioghub.stores.sorted_lines import WRITE_BYTES, SortedLines, mark
from cioghub.vocabulary.incidents import PseudonymousIncident
from cioghub.vocabulary.readings import Reading
from cioghub.vocabulary.reasons import WithheldReason
from cioghub.vocabulary.signals import Notice
from cioghub.wire.lines import alert_line, notice_line, picture_bytes, shared_line


def withheld_tails(decision: DecisionClass) -> tuple[str, ...]:
    """Return what stands between the references of the withheld lines of a class."""
    tails = [""]
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
        tails.append('","' + rest[2:].decode() + "\n")
    return tuple(tails)


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
        line = alert_line(reading, self._zone) + b"\n"
        (self._alerts if reading.audience is None else self._read[reading.audience]).write(line)

    def notice(self, notice: Notice) -> None:
        """Write one notice."""
        self._notices.write(notice_line(notice, self._zone) + b"\n")

    def picture(self, frozen: Frozen, page: str) -> None:
        """Write one frozen picture, as JSON and as a page."""
        pictures = self.folder / "audiences" / frozen.audience / "pictures"
        name = frozen.fortnight.first.isoformat()
        (pictures / f"{name}.json").write_bytes(picture_bytes(frozen.content))
        (pictures / f"{name}.html").write_text(page, encoding="utf-8")

    def share(
        self, received: Iterable[Iterable[PseudonymousIncident]], lines: Iterable[int]
    ) -> None:
        """Put in what each recipient receives of each event, made of the line of that number."""
        waiting: defaultdict[str, list[bytes]] = defaultdict(list)
        for incidents, line in zip(received, lines, strict=True):
            end = mark(line)
            for incident in incidents:
                waiting[incident.recipient].append(shared_line(incident) + end)
        for recipient, marked in waiting.items():
            self.shared[recipient].add_marked(marked)

    def set_aside(self) -> None:
        """Let go of the memory of shared lines that wait: all of them have come."""
        for lines in self.shared.values():
            lines.set_aside()

    def withheld(self) -> IO[bytes]:
        """Return the file of what was withheld."""
        return (self.folder / "withheld.jsonl").open("wb", buffering=WRITE_BYTES)

    def receipts(self, receipts: Receipts, publishers: Iterable[str]) -> None:
        """Write each publisher's own events behind alerts."""
        for publisher in sorted(set(publishers)):
            self.receipt_rows(publisher, receipts.of(publisher))

    def receipt_rows(self, publisher: str, rows: Iterable[tuple[str, str, str]]) -> None:
        """Write one publisher's receipts, given as (source, id, alert) in order."""
        with (self.folder / "receipts" / f"{publisher}.jsonl").open("wb") as file:
            for source, id, alert in rows:
                row = {"source": source, "id": id, "alert": alert}
                file.write(orjson.dumps(row) + b"\n")

    def finish(self, duplicates: bytes = b"", unshared: bytes = b"") -> None:
        """Write what was collected in any order, and close every file.

        Lines of `duplicates` leave no trace; those of `unshared`, the same and those in conflict,
        were shared with nobody. Both have a byte for each line, 0 for any other, or are empty.
        """
        self.rejected.write(self.folder / "rejected.jsonl", duplicates)
        for recipient, lines in self.shared.items():
            lines.write(self.folder / "shared" / f"{recipient}.jsonl", unshared)
        for file in (self._alerts, self._notices, *self._read.values()):
            file.close()
