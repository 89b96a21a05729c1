"""What the pages are given: everything built elsewhere and joined by the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cioghub.ports.cases import CaseBook
from cioghub.ports.clock import Clock
from cioghub.ports.intake import Intake
from cioghub.ports.ledger import LedgerBook
from cioghub.ports.maps import Maps
from cioghub.ports.margins import Margins
from cioghub.ports.people import People
from cioghub.ports.reading_room import ReadingRoom
from cioghub.ports.uploads import Uploads
from cioghub.steps.share.check_bundle import LoadedBundle
from cioghub.vocabulary.shadow import Shadow
from cioghub.web.demo.cast import Actor
from cioghub.web.who.provider import Provider


@dataclass(frozen=True, slots=True)
class Hub:
    """One running hub, as its doors see it.

    `label` marks simulated data on every page. `maps` is None where no boundaries are known,
    `uploads` where no file is taken. `shadow` are the days in which nobody is told anything, None
    for a hub that tells at once.
    `hosts` are the names that the hub may be called by, without port; `https` says that readers
    reach it by HTTPS alone. `openid` is where people sign in beside the hub, if anywhere. `metrics`
    are as Prometheus reads them; `ready` says whether events are taken in. `ledger` is None where
    the hub keeps none. `cast` is whom a visitor may be without a password: nobody, but in a demo.
    """

    clock: Clock
    intake: Intake
    room: ReadingRoom
    loaded: LoadedBundle
    people: People
    cases: CaseBook
    margins: Margins
    label: str | None
    maps: Maps | None = None
    uploads: Uploads | None = None
    shadow: Shadow | None = None
    hosts: frozenset[str] = frozenset({"127.0.0.1", "localhost"})
    https: bool = False
    openid: Provider | None = None
    metrics: Callable[[], bytes] = lambda: b""
    ready: Callable[[], bool] = lambda: True
    ledger: LedgerBook | None = None
    cast: tuple[Actor, ...] = ()
