"""`ciog publish`: the program that an agency runs at its own end, from its export to a live hub."""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import click

from cioghub.cli.hub_door import TOKEN, checked_address, token_given
from cioghub.errors import ANSWER_IS_NO, GOOD, WrongUse

if TYPE_CHECKING:
    from cioghub.publishing.door import Waiting
    from cioghub.publishing.outgoing import Preparing
    from cioghub.stores.send_journal import Progress, SendJournal
    from cioghub.wire.event_batches import Answered

GIVE_UP_SECONDS = 600
STDIN = "-"
_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("what", metavar="FILE", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--to", "address", metavar="URL", help="Address of the hub.")
@click.option("--kafka", "agency", metavar="AGENCY", help="To this agency's topic on Kafka.")
@click.option("--mapping", type=_PATH, help="Mapping file: FILE is a table, CSV or XML.")
@click.option(
    "--token-keys",
    type=_PATH,
    help="The agency's own key file, made at first use; token fields hold its own references.",
)
@click.option("--rules", type=_PATH, help="Check feeds and codes by this bundle.")
@click.option("--areas", type=_PATH, help="Areas file; Warwickshire if left out.")
@click.option("--state", type=_PATH, help="Folder of journals and rejects; CIOG_HOME/publish.")
@click.option(
    "--give-up-after",
    type=click.IntRange(min=0),
    default=GIVE_UP_SECONDS,
    show_default=True,
    help="Seconds to wait for a hub that does not answer.",
)
@click.option("--again", is_flag=True, help="Send from the beginning, whatever was sent before.")
@click.option("--dry-run", is_flag=True, help="Map, key and screen here; send nothing.")
@click.pass_context
def publish(
    ctx: click.Context,
    what: Path,
    address: str | None,
    agency: str | None,
    mapping: Path | None,
    token_keys: Path | None,
    rules: Path | None,
    areas: Path | None,
    state: Path | None,
    give_up_after: int,
    again: bool,
    dry_run: bool,
) -> None:
    """Send FILE to a live hub: events (.jsonl, .jsonl.gz), or a table with a mapping.

    FILE may be a folder, or - for stdin. The token of the feed stands in CIOG_TOKEN. Every event is
    mapped, keyed and screened before anything leaves; one at fault stays here and is named in a
    rejects file, by number, place and code. After a kill the same command goes on where it stopped,
    and a file sent twice changes nothing. Leaves with 0 when all was accepted, 1 when some was
    rejected or held back, 2 for wrong use, 3 when the hub cannot be reached.

    With --kafka events go to the topic of an agency and are done with when Kafka has them for good;
    the hub judges them later.

    \b
    Example:
      export CIOG_TOKEN=...
      ciog publish incidents.csv --mapping fire.yaml --dry-run
      ciog publish incidents.csv --mapping fire.yaml --to https://hub.example
      ciog publish outbox/ --to https://hub.example --token-keys agency-keys.json
      ciog publish outbox/ --kafka warwickshire-fire
    """
    from cioghub.publishing.outgoing import Preparing, agency_keys, files_of
    from cioghub.settings import read_settings

    keys = agency_keys(token_keys, dry_run)
    how = Preparing(mapping, rules, areas, token_keys, keys, dry_run)
    with _read_from(what) as (path, name):
        files = files_of(path, table=mapping is not None)
        if dry_run:
            clean = [_try(file, name or file.name, how) for file in files]
            click.echo("Dry run: screened here alone. The hub was not asked, and nothing was sent.")
        else:
            where = _Where(address, agency, state or read_settings().home / "publish")
            clean = _publish(files, name, how, where, give_up_after, again)
    ctx.exit(GOOD if all(clean) else ANSWER_IS_NO)


@contextlib.contextmanager
def _read_from(what: Path) -> Iterator[tuple[Path, str | None]]:
    """Give the path to read, and the name to show where the path is none that anybody gave.

    Stdin goes to a file without a name first, which is gone when this process is: what resumes
    must be read twice.
    """
    if str(what) != STDIN:
        yield what, None
        return
    with tempfile.TemporaryFile() as spool:
        shutil.copyfileobj(sys.stdin.buffer, spool)
        spool.flush()
        spool.seek(0)
        yield Path(f"/dev/fd/{spool.fileno()}"), "stdin"


class _Where(NamedTuple):
    """A hub at an address, or the topic of an agency; `folder` keeps the journals."""

    address: str | None
    agency: str | None
    folder: Path


class _Door(Protocol):
    def send(self, bodies: Sequence[bytes], waiting: Waiting) -> Sequence[Answered]: ...


class _Sender(NamedTuple):
    """What every file is sent with; `again` sends what was sent before, too."""

    door: _Door
    address: str
    through: str
    folder: Path
    how: Preparing
    again: bool

    def send(self, file: Path, name: str) -> bool:
        """Send one file; say whether all of it was accepted."""
        from cioghub.stores.send_journal import SendJournal

        key = self.how.fingerprint(self.address, file)
        with SendJournal(self.folder, name, key) as journal:
            before = journal.progress
            if before.complete and before.clean and not self.again:
                said = f"{before.accepted} {self.through}"
                click.echo(f"{name}: sent before, {said}; see --again.")
                return True
            if before.complete or self.again:
                journal.begin_anew()  # what was refused may be good now
            elif before.position:
                click.echo(f"{name}: going on after number {before.position}.")
            notes = self._all(file, name, journal)
            _tell(name, journal.progress, notes, self.through)
            if not journal.progress.clean:
                click.echo(f"Each by number, place and code: {journal.rejects}")
            return journal.progress.clean

    def _all(self, file: Path, name: str, journal: SendJournal) -> frozenset[str]:
        from cioghub.cli.progress import progress
        from cioghub.publishing.sending import send_all

        with progress() as show:

            def waiting(seconds: float) -> None:
                show("the hub does not answer; waiting, in seconds", round(seconds))

            return send_all(
                self.how.outcomes(file),
                journal,
                lambda bodies: self.door.send(bodies, waiting),
                lambda number: show(f"{name}, dealt with", number),
            )


def _publish(
    files: list[Path],
    name: str | None,
    how: Preparing,
    where: _Where,
    give_up_after: int,
    again: bool,
) -> list[bool]:
    """Send each file in turn; return of each whether all of it was accepted."""
    with _opened(where, give_up_after) as (door, address, through):
        sender = _Sender(door, address, through, where.folder, how, again)
        return [sender.send(file, name or file.name) for file in files]


@contextlib.contextmanager
def _opened(where: _Where, give_up_after: int) -> Iterator[tuple[_Door, str, str]]:
    """Give the door, the name of where it leads, and the word for what went through it."""
    if where.address is not None and where.agency is not None:
        raise WrongUse("Two ways to send were given.", "", "Give --to or --kafka, not both.")
    if where.agency is not None:
        from cioghub.cli.kafka_door import TopicDoor
        from cioghub.settings import read_kafka_login
        from cioghub.vocabulary.topics import incident_topic
        from cioghub.wire.shipped import schemas_folder
        from cioghub.wire.single_object import read_single_objects

        login, topic = read_kafka_login(), incident_topic(where.agency)
        objects = read_single_objects(schemas_folder())
        with TopicDoor(login, topic, objects, give_up_after) as topic_door:
            yield topic_door, f"kafka:{login.bootstrap}/{topic}", f"on {topic}"
        return
    from cioghub.publishing.door import EventsDoor

    if where.address is None:
        raise WrongUse("The hub is not named.", "", "Give its address with --to, or --dry-run.")
    address = checked_address(where.address)
    token = token_given()
    if token is None or not (token.isascii() and token.isprintable()):
        raise WrongUse(
            f"There is no token in {TOKEN}.",
            "A hub takes nothing from nobody.",
            "Put the token of your feed there.",
        )
    with EventsDoor(address, token, give_up_after) as door:
        yield door, address, "accepted"


def _tell(name: str, done: Progress, notes: frozenset[str], through: str) -> None:
    click.echo(f"{name}: {done.accepted} {through}{_rest(done)}")
    _codes("Refused by the hub", done.refused)
    _codes("Held back here, never sent", done.held)
    for note in sorted(notes):
        click.echo(note)


def _try(file: Path, name: str, how: Preparing) -> bool:
    from cioghub.publishing.sending import count

    found, ready = count(how.outcomes(file))
    click.echo(f"{name}: {ready} would be sent{_rest(found)}")
    _codes("Would be held back here", found.held)
    return found.clean


def _rest(progress: Progress) -> str:
    refused = f", {progress.events_refused} refused by the hub" if progress.events_refused else ""
    left_out = f", {progress.left_out} left out on purpose" if progress.left_out else ""
    return f"{refused}, {progress.events_held} held back{left_out}."


def _codes(title: str, counts: Mapping[str, int]) -> None:
    if counts:
        click.echo(f"{title}:")
    for code, number in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        click.echo(f"  {number:>8}  {code}")
