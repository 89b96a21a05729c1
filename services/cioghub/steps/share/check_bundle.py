"""What a check looks at: a rules folder read whole, each value with its place in its file.

Texts come in by file name; nothing here opens a file. `assemble_bundle` makes the `Bundle` that
decisions are made from, and keeps beside it what only people and papers ask for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from cioghub.steps.share.assemble import (
    read_agreement,
    read_bundle_settings,
    read_cases,
    read_file,
    read_gateways,
    read_parties,
)
from cioghub.steps.share.models import BundleModel, CaseModel, GatewayModel, PaperModel
from cioghub.steps.share.table import Bundle
from cioghub.steps.share.yaml_text import RuleText
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.codes import CodeLists
from cioghub.vocabulary.parties import HUB_RECIPIENT
from cioghub.vocabulary.rules import Agreement, Finding
from cioghub.vocabulary.schema import EventSchema

PARTIES = "parties.yaml"
GATEWAYS = "gateways.yaml"
SETTINGS = "bundle.yaml"
CASES = ".cases.yaml"
_OWN = frozenset({PARTIES, GATEWAYS, SETTINGS})


@dataclass(frozen=True, slots=True)
class LoadedBundle:
    """A rules folder as read: the bundle, its papers and cases, and every file's text.

    `cases` holds the worked cases of each agreement, by agreement; `texts` the text of every file,
    by file name. `draft` says that no approval binds this folder.
    """

    bundle: Bundle
    gateways: tuple[GatewayModel, ...]
    papers: tuple[PaperModel, ...]
    cases: Mapping[str, tuple[CaseModel, ...]]
    texts: Mapping[str, RuleText]
    draft: bool = True

    @property
    def agreements(self) -> tuple[Agreement, ...]:
        """The agreements, by name."""
        return self.bundle.agreements

    @property
    def hash(self) -> str:
        """The SHA-256 that names the bundle."""
        return self.bundle.hash

    def at(self, file: str, *pointer: str | int) -> tuple[int, int]:
        """Return the line and column, from 1, of a value of a file or of its nearest parent."""
        text = self.texts.get(file)
        return text.place(pointer) if text else (1, 1)


def read_texts(contents: Mapping[str, str]) -> dict[str, RuleText] | list[Finding]:
    """Return each file's values by file name, or a finding for each that is not rule text."""
    read = {name: read_file(content, name) for name, content in sorted(contents.items())}
    faults = [one for one in read.values() if isinstance(one, Finding)]
    faults += [
        Finding("missing-file", name, 1, 1, f"the file `{name}` is missing", hint)
        for name, hint in (
            (PARTIES, "Declare every publisher, recipient and audience in it."),
            (GATEWAYS, "Declare every legal power that an agreement names in it."),
        )
        if name not in read
    ]
    if faults:
        return faults
    return {name: text for name, text in read.items() if isinstance(text, RuleText)}


def code_lists_path(texts: Mapping[str, RuleText]) -> str | None:
    """Return the path that bundle.yaml gives for the code lists, if it gives a text there."""
    text = texts.get(SETTINGS)
    values = text.values if text else None
    path = values.get("code_lists") if isinstance(values, dict) else None
    return path if isinstance(path, str) else None


def assemble_bundle(
    texts: Mapping[str, RuleText],
    lists: CodeLists,
    areas: Areas,
    schemas: Mapping[str, EventSchema],
    content_hash: str,
) -> LoadedBundle | list[Finding]:
    """Return the whole bundle, or every fault of shape in any of its files."""
    faults: list[Finding] = []
    parties = read_parties(texts[PARTIES])
    if isinstance(parties, list):
        faults += parties
    gateways = read_gateways(texts[GATEWAYS])
    if isinstance(gateways, list):
        faults += gateways
    settings = read_bundle_settings(texts[SETTINGS]) if SETTINGS in texts else BundleModel()
    if isinstance(settings, list):
        faults += settings
    agreements: list[Agreement] = []
    cases: dict[str, tuple[CaseModel, ...]] = {}
    for name, text in texts.items():
        if name in _OWN:
            continue
        if name.endswith(CASES):
            if f"{name.removesuffix(CASES)}.yaml" not in texts:
                faults.append(_file_finding("orphan-cases", name, "no agreement stands beside it"))
            worked = read_cases(text)
            if isinstance(worked, list):
                faults += worked
            else:
                cases[name.removesuffix(CASES)] = worked
            continue
        stem = name.removesuffix(".yaml")
        if f"{stem}{CASES}" not in texts:
            faults.append(
                _file_finding("missing-cases", name, f"the file `{stem}{CASES}` is missing")
            )
        agreement = read_agreement(text)
        if isinstance(agreement, list):
            faults += agreement
        else:
            agreements.append(agreement)
    if (
        faults
        or isinstance(parties, list)
        or isinstance(gateways, list)
        or isinstance(settings, list)
    ):
        return sorted(faults, key=lambda one: (one.file, one.line, one.code, one.column))
    agreements.sort(key=lambda one: (one.name, one.file))
    released = {audience for one in agreements for audience, _ in one.release}
    bundle = Bundle(
        parties=parties,
        agreements=tuple(agreements),
        lists=lists,
        schemas=dict(schemas),
        areas=areas,
        recipients=_recipients(agreements),
        audiences=tuple(sorted(released | {group.id for group in parties.groups})),
        hash=content_hash,
    )
    return LoadedBundle(bundle, gateways, tuple(settings.papers), cases, dict(texts))


def _recipients(agreements: list[Agreement]) -> tuple[str, ...]:
    return tuple(sorted({HUB_RECIPIENT} | {one.recipient for one in agreements}))


def _file_finding(code: str, file: str, message: str) -> Finding:
    hints = {
        "orphan-cases": "Name it after its agreement, or remove it.",
        "missing-cases": "Write a few events there with what must happen to each.",
    }
    return Finding(code, file, 1, 1, message, hints[code])


def bundle_hash(
    contents: Mapping[str, str],
    lists: CodeLists,
    areas: Areas,
    schemas: Mapping[str, EventSchema],
) -> str:
    """Return the SHA-256, in hex, over all that decisions are made from.

    The files by name (line ends as `\\n`), the code lists, the areas and the schemas; where the
    folder lies and what else stands in it do not matter.
    """
    parts = {
        f"rules/{name}": hashlib.sha256(content.encode()).hexdigest()
        for name, content in contents.items()
    }
    parts["code-lists"] = lists.hash
    parts["areas"] = areas.hash
    for name, schema in schemas.items():
        fields = [(f.name, f.kind, f.nullable, f.privacy_class, f.code_list) for f in schema.fields]
        parts[f"schema/{name}"] = hashlib.sha256(repr(fields).encode()).hexdigest()
    digest = hashlib.sha256()
    for name in sorted(parts):
        digest.update(f"{name}\0{parts[name]}\n".encode())
    return digest.hexdigest()
