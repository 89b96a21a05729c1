"""Renders pages from the templates of all doors, with what every page carries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from cioghub.ports.maps import Mark
from cioghub.vocabulary.people import Person
from cioghub.vocabulary.words import CATEGORY_WORDS, LEVEL_WORDS, MARKING, day_words, listed
from cioghub.web.hub import Hub
from cioghub.web.shell.navigation import links_of
from cioghub.web.shell.static_files import StaticFiles

_DOORS = Path(__file__).parents[1]


class Pages:
    """Makes the pages of one hub: everything escaped, a missing value an error."""

    def __init__(self, hub: Hub, files: StaticFiles) -> None:
        self.static = files.address
        self._zone = ZoneInfo(hub.loaded.bundle.areas.timezone)
        self._environment = jinja2.Environment(
            loader=jinja2.ChoiceLoader(
                [jinja2.FileSystemLoader(folder) for folder in sorted(_DOORS.glob("*/templates"))]
            ),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            day=lambda day: day_words(_day(day)),
            short_day=lambda day: day_words(_day(day), year=False),
            time=self.time_words,
            listed=listed,
            in_words=lambda code, words: words.get(code, code),
        )
        self._environment.globals.update(
            static=self.static,
            partnership=hub.loaded.bundle.areas.partnership,
            bundle_hash=hub.loaded.hash,
            marking=MARKING,
            label=hub.label,
            map=self._map if hub.maps else None,
            attribution=hub.maps.attribution if hub.maps else "",
            place_names=hub.maps.names if hub.maps else {},
            category_words=CATEGORY_WORDS,
            level_words=LEVEL_WORDS,
        )
        self._hub = hub

    def page(
        self,
        request: Request,
        template: str,
        *,
        person: Person | None,
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
        **context: object,
    ) -> HTMLResponse:
        """Return a page. `person` is who asks, None for somebody who is not signed in.

        Templates find besides their context: `path`, `csrf` for forms, `links` of the role, the
        filters `time` (of whole seconds since 1970 UTC), `day`, `short_day`, `listed` and
        `in_words`, and the functions `static` and `map`.
        """
        path = request.url.path
        content = self._environment.get_template(template).render(
            {
                "path": path,
                "person": person,
                "links": links_of(person, path),
                "csrf": getattr(request.state, "csrf", ""),
                **context,
            }
        )
        return HTMLResponse(content, status_code, headers=dict(headers or {}))

    def time_words(self, at: int) -> str:
        """Return whole seconds since 1970 UTC as `3 March 2026 at 14:10`, in the local zone."""
        local = datetime.fromtimestamp(at, UTC).astimezone(self._zone)
        return f"{day_words(local.date())} at {local:%H:%M}"

    @staticmethod
    def who(request: Request) -> Person | None:
        """Return who is signed in, None for nobody; what they may see is for the doors."""
        found = getattr(request.state, "person", None)
        return found if isinstance(found, Person) else None

    def _map(self, marks: list[Mark], read: list[str], title: str) -> Markup:
        assert self._hub.maps is not None
        return Markup(self._hub.maps.draw(marks, read, title))


def _day(day: date | str) -> date:
    return date.fromisoformat(day[:10]) if isinstance(day, str) else day
