"""What places are called on a page."""

from __future__ import annotations

from cioghub.vocabulary.areas import Areas


def place_names(areas: Areas) -> dict[str, str]:
    """Return what each place is called by those who live there, else its official name."""
    return {
        place.code: place.local_name or place.name
        for edition in sorted(areas.editions())
        for place in areas.places(edition)
    }
