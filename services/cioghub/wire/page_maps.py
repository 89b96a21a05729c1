"""Gives the pages their maps as markup, drawn as those of the frozen pictures."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from cioghub.ports.maps import Mark
from cioghub.vocabulary.areas import Areas
from cioghub.vocabulary.words import LEVEL_WORDS
from cioghub.wire.map_svg import Drawing
from cioghub.wire.names import place_names
from cioghub.wire.picture_page import Drawable, environment


class PageMaps:
    """Draws one edition of a partnership for pages."""

    def __init__(self, areas: Areas, drawable: Drawable) -> None:
        self.names = place_names(areas)
        self._drawing = Drawing(areas, *drawable)
        self.attribution = self._drawing.draw((), ()).attribution
        template: Any = environment().get_template("map.html.j2").module
        self._markup = template.drawn_map

    def draw(self, marks: Sequence[Mark], read: Collection[str], title: str) -> str:
        """Return a map with its key, as `ports.maps.Maps` promises."""
        return str(self._markup(self._drawing.draw(marks, read), title, LEVEL_WORDS))
