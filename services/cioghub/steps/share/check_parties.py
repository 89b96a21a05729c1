"""Whether parties.yaml and gateways.yaml hold together: feeds, groups, the hub, unique names."""

from __future__ import annotations

from collections.abc import Iterator

from cioghub.steps.share.check_bundle import GATEWAYS, PARTIES, SETTINGS, LoadedBundle
from cioghub.steps.share.check_note import Found, Notes
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.parties import FUNCTIONS, HUB_RECIPIENT, WALLED_FUNCTIONS


def check_parties(loaded: LoadedBundle) -> Iterator[Found]:
    """Yield what is wrong with who is declared, as (finding, whether it is an error)."""
    yield from _names(loaded)
    yield from _feeds(loaded)
    yield from _groups(loaded)
    yield from _papers(loaded)


def _names(loaded: LoadedBundle) -> Iterator[Found]:
    notes = Notes(loaded, PARTIES)
    parties = loaded.bundle.parties
    seen: set[str] = set()
    places = [(("parties", i, "id"), party.id) for i, party in enumerate(parties.parties)]
    places += [(("groups", i, "id"), group.id) for i, group in enumerate(parties.groups)]
    for pointer, name in places:
        if name == HUB_RECIPIENT:
            yield notes.error(
                pointer,
                "reserved-name",
                f"`{HUB_RECIPIENT}` is the correlator itself",
                "Choose another id.",
            )
        if name in seen:
            yield notes.error(
                pointer,
                "repeated-name",
                f"`{name}` is declared twice",
                "Give each party and group an id of its own.",
            )
        seen.add(name)
    if parties.party(parties.hub_operator or "") is None:
        yield notes.warning(
            ("hub", "operator"),
            "unknown-party",
            f"the hub's operator `{parties.hub_operator}` is not a declared party",
            "Declare who operates the hub among `parties`.",
        )
    gateways: set[str] = set()
    for i, gateway in enumerate(loaded.gateways):
        if gateway.id in gateways:
            yield Notes(loaded, GATEWAYS).error(
                ("gateways", i, "id"),
                "repeated-name",
                f"the gateway `{gateway.id}` is declared twice",
                "Keep one of the two.",
            )
        gateways.add(gateway.id)


def _feeds(loaded: LoadedBundle) -> Iterator[Found]:
    notes = Notes(loaded, PARTIES)
    sources: set[str] = set()
    for i, party in enumerate(loaded.bundle.parties.parties):
        for j, feed in enumerate(party.feeds):
            at = ("parties", i, "feeds", j)
            if feed.source in sources:
                yield notes.error(
                    (*at, "source"),
                    "repeated-source",
                    f"the feed `{feed.source}` is declared twice",
                    "Give each feed a source of its own.",
                )
            sources.add(feed.source)
            for k, event in enumerate(feed.types):
                schema = loaded.bundle.schemas.get(event)
                if schema is None:
                    yield notes.error(
                        (*at, "types", k),
                        "unknown-type",
                        f"there is no schema of `{event}`",
                        "Use a type that has a schema, as `police.crime.v1`.",
                    )
                elif schema.kind == "health" and set(feed.held_for) - WALLED_FUNCTIONS:
                    yield notes.warning(
                        (*at, "held_for"),
                        "health-held-for",
                        f"`{event}` may come held for another function than health",
                        "The health wall goes by `held_for`: be sure that this is right.",
                    )
            for k, function in enumerate(feed.held_for):
                if function not in FUNCTIONS:
                    yield notes.error(
                        (*at, "held_for", k),
                        "unknown-function",
                        f"`{function}` is not a function that information is held for",
                        f"Use one of: {', '.join(FUNCTIONS)}.",
                    )
                elif function not in party.functions:
                    yield notes.warning(
                        (*at, "held_for", k),
                        "function-not-of-party",
                        f"`{function}` is not among the functions of `{party.id}`",
                        "Add it to `functions`, or correct the feed.",
                    )


def _groups(loaded: LoadedBundle) -> Iterator[Found]:
    notes = Notes(loaded, PARTIES)
    parties = loaded.bundle.parties
    known = {party.id for party in parties.parties}
    for i, group in enumerate(parties.groups):
        for j, member in enumerate(group.members):
            if member not in known:
                yield notes.error(
                    ("groups", i, "members", j),
                    "unknown-party",
                    f"`{member}` is not a declared party",
                    "Declare it among `parties`, or correct its id.",
                )
        for j, (level, code) in enumerate(group.areas):
            if code not in codes_at(loaded.bundle.areas, level):
                yield notes.error(
                    ("groups", i, "areas", j),
                    "unknown-area",
                    f"the areas file has no {level} `{code}`",
                    "Use a code of the areas file given with `--areas`.",
                )


def _papers(loaded: LoadedBundle) -> Iterator[Found]:
    notes = Notes(loaded, SETTINGS)
    seen: set[str] = set()
    for i, paper in enumerate(loaded.papers):
        if paper.id in seen:
            yield notes.error(
                ("papers", i, "id"),
                "repeated-name",
                f"the paper `{paper.id}` stands twice",
                "Keep one of the two.",
            )
        seen.add(paper.id)
        if paper.ends < paper.starts:
            yield notes.error(
                ("papers", i, "ends"),
                "dates-reversed",
                f"the paper `{paper.id}` ends before it starts",
                "Correct `starts` or `ends`.",
            )


def codes_at(areas: Areas, level: str) -> frozenset[str]:
    """Return the codes of all places at a level, parents included."""
    found = {
        place.parents[level]
        for edition in areas.editions()
        for place in areas.places(edition)
        if level in place.parents
    }
    return frozenset(found | ({one.id for one in areas.ciogs} if level == "ciog" else set()))
