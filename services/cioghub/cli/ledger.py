"""`ciog ledger`: verify the decision log, or prove one entry of it."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cioghub.errors import ANSWER_IS_NO, AnswerIsNo, EnvironmentFailed, WrongUse

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from cioghub.ledger.verify import Ledger, Verdict

_PATH = click.Path(path_type=Path)
_FOLDER = click.argument("folder", metavar="[DIR]", type=_PATH, required=False)
_FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)


@click.group()
def ledger() -> None:
    """Verify the decision log, or prove one entry.

    \b
    Example:
      ciog ledger verify out/ledger
      ciog ledger prove out/ledger --entry 17 > proof.json
      ciog ledger verify out/ledger --proof proof.json
    """


@ledger.command()
@_FOLDER
@click.option(
    "--checkpoint", "kept", type=_PATH, metavar="FILE", help="Checkpoints kept elsewhere (lines)."
)
@click.option("--key", type=_PATH, metavar="FILE", help="Verifying key as you hold it.")
@click.option("--proof", type=_PATH, metavar="FILE", help="Check this proof alone, not the ledger.")
@_FORMAT
def verify(
    folder: Path | None, kept: Path | None, key: Path | None, proof: Path | None, form: str
) -> None:
    """Check that nobody changed, removed, added or reordered an entry of the ledger in DIR.

    Without DIR it is the ledger of the database that CIOG_DATABASE names.

    Exits 1 and names the first bad entry (counted from 0) if somebody did. A checkpoint that you
    kept, one line of checkpoints.jsonl, finds also what was rewritten and signed anew with the
    hub's own key.

    \b
    Example:
      tail -n 1 out/ledger/checkpoints.jsonl > kept.jsonl
      ciog ledger verify out/ledger --checkpoint kept.jsonl
    """
    from cioghub.cli.progress import progress
    from cioghub.ledger.verify import verify as verify_ledger

    reader = _ledger(folder)
    held = None if key is None else _held_key(key)
    if proof is not None:
        if kept is not None:
            raise WrongUse("--proof and --checkpoint do not go together.", "", "Give one of them.")
        _check_proof(_record(proof), held or reader.key(), form)
        return
    records = () if kept is None else _records(kept)
    with progress() as show:
        verdict = verify_ledger(reader, records, held, lambda done: show("entries verified", done))
    click.echo(json.dumps(_verdict_record(verdict)) if form == "json" else _words(verdict))
    if verdict.fault is not None:
        raise click.exceptions.Exit(ANSWER_IS_NO)


@ledger.command()
@_FOLDER
@click.option("--ref", metavar="REF", help="The entry with this blinded reference.")
@click.option("--entry", "number", type=click.IntRange(min=0), help="The entry of this number.")
@click.option(
    "--since", type=_PATH, metavar="FILE", help="That nothing changed since this checkpoint."
)
def prove(folder: Path | None, ref: str | None, number: int | None, since: Path | None) -> None:
    """Print a proof, as JSON, that one entry is in the ledger in DIR and what was decided.

    Without DIR it is the ledger of the database that CIOG_DATABASE names.

    Whoever holds the verifying key can check the proof without the ledger. With --since it is
    proved instead that the ledger still begins with what an older checkpoint signed.

    \b
    Example:
      ciog ledger prove out/ledger --entry 17 > proof.json
      ciog ledger verify out/ledger --proof proof.json
    """
    from cioghub.ledger.checkpoints import open_checkpoint, open_record
    from cioghub.ledger.proofs import fault_of
    from cioghub.ledger.verify import find, prove_consistency, prove_inclusion

    if sum(one is not None for one in (ref, number, since)) != 1:
        raise WrongUse("Say what to prove.", "", "Give one of --ref, --entry and --since.")
    reader = _ledger(folder)
    verifying = reader.key()
    last = next(iter(deque(reader.checkpoints(), maxlen=1)), b"")
    if verifying is None or open_checkpoint(last.removesuffix(b"\n"), verifying) is None:
        raise _not_sound(folder)
    checkpoint = json.loads(last)
    if since is not None:
        older = _record(since)
        if open_record(older, verifying) is None:
            raise AnswerIsNo("The checkpoint does not bear the signature of the ledger's key.")
        if older["size"] > checkpoint["size"]:
            raise AnswerIsNo("The ledger is shorter than the checkpoint says: entries are missing.")
    elif ref is not None:
        number = find(reader, ref)
        if number is None:
            raise AnswerIsNo("No entry has that reference.")
    if number is not None and number >= checkpoint["size"]:
        raise WrongUse(
            f"There is no entry {number}.", "", f"The ledger signs {checkpoint['size']} entries."
        )
    try:
        proof = (
            prove_inclusion(reader, number, checkpoint)
            if number is not None
            else prove_consistency(reader, older, checkpoint)
        )
    except (IndexError, ValueError) as error:
        raise _not_sound(folder) from error
    if fault_of(proof, verifying) is not None:
        raise _not_sound(folder)
    click.echo(json.dumps(proof, indent=1))


def _ledger(folder: Path | None) -> Ledger:
    """Return the ledger in a folder, or else that of the database which several machines share."""
    from cioghub.settings import read_settings

    if folder is not None:
        from cioghub.stores.ledger_folder import LedgerReader

        return LedgerReader(folder)
    settings = read_settings()
    if settings.database is None:
        raise WrongUse(
            "It is not said which ledger.",
            "",
            "Name the `ledger` folder of a replay or of a hub, or set CIOG_DATABASE.",
        )
    from cioghub.bootstrap import existing_shared
    from cioghub.stores.sql.checkpoints import SqlLedger

    return SqlLedger(existing_shared(settings))


def _not_sound(folder: Path | None) -> AnswerIsNo:
    return AnswerIsNo(
        f"Nothing can be proved from {folder or 'the database'}.",
        "The ledger is not what was signed.",
        f"Run `ciog ledger verify{f' {folder}' if folder else ''}`.",
    )


def _check_proof(proof: Any, key: Ed25519PublicKey | None, form: str) -> None:
    from cioghub.ledger.proofs import fault_of

    why = "the ledger's verifying key is missing or damaged" if key is None else None
    if key is not None:
        why = fault_of(proof, key)
    if form == "json":
        click.echo(json.dumps({"good": why is None, "why": why}))
    elif why is None:
        click.echo("The proof holds.")
    else:
        click.echo(f"The proof does not hold: {why}.")
    if why is not None:
        raise click.exceptions.Exit(ANSWER_IS_NO)


def _verdict_record(verdict: Verdict) -> Mapping[str, Any]:
    head, fault = verdict.head, verdict.fault
    record: dict[str, Any] = {
        "good": fault is None,
        "entries": verdict.entries,
        "bundle": head and head.bundle,
        "root": head and head.root.hex(),
        "key": verdict.key,
    }
    if fault is not None:
        record["first_bad"] = fault.entry
        record["first_bad_at_latest"] = fault.until
        record["part"] = fault.part
        record["code"] = fault.code
        record["why"] = fault.why
    return record


def _words(verdict: Verdict) -> str:
    head, fault = verdict.head, verdict.fault
    if fault is None:
        root = head.root.hex() if head else ""
        return (
            f"Good: {verdict.entries} entries are as signed.\n"
            f"root {root}\nverifying key (SHA-256) {verdict.key}"
        )
    if fault.entry is None:
        return f"Bad: {fault.why}. All {verdict.entries} entries are as signed."
    if fault.until != fault.entry:
        return f"Bad: first bad entry {fault.entry} or after, up to {fault.until}: {fault.why}."
    return f"Bad: first bad entry {fault.entry}: {fault.why}."


def _held_key(path: Path) -> Ed25519PublicKey:
    from cioghub.ledger.checkpoints import verifying_key

    key = verifying_key(_text(path).strip() + "\n")
    if key is None:
        raise WrongUse(f"{path} is not a verifying key.", "", "Keep a ledger's verifying-key.hex.")
    return key


def _records(path: Path) -> list[Any]:
    lines = [line for line in _text(path).splitlines() if line.strip()]
    try:
        records = [json.loads(line) for line in lines]
    except (ValueError, RecursionError):
        records = []
    if not records:
        raise WrongUse(f"{path} holds no checkpoint.", "", "Keep a line of checkpoints.jsonl.")
    return records


def _record(path: Path) -> Any:
    try:
        return json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise WrongUse(f"{path} is not a JSON record.", "", "Give it as it was printed.") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise WrongUse(f"There is no file {path}.") from error
    except UnicodeDecodeError as error:
        raise WrongUse(f"{path} is not a text file.") from error
    except OSError as error:
        raise EnvironmentFailed(f"{path} cannot be read: {error.strerror}.") from error
