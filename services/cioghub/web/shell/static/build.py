"""Makes the style sheet of the pages from a release of GOV.UK Frontend; run by hand.

    npm pack govuk-frontend@6.6.0 && tar xzf govuk-frontend-6.6.0.tgz
    python build.py package/dist/govuk/govuk-frontend.min.css

It takes out the font GDS Transport and the royal arms, which only GOV.UK itself may show, and with
them every address of a file; the rest is the release's own compiled style sheet.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

FONT = re.compile(r"@font-face\{[^}]*\}")
ARMS = re.compile(r"(?:-webkit-)?(?:background|mask)-image:url\([^)]*govuk-crest\.svg\);?")


def without_what_is_the_governments(style: str) -> str:
    """Return the style sheet without font, arms and addresses; text is set in Arial."""
    style = ARMS.sub("", FONT.sub("", style)).replace("GDS Transport,", "")
    style = re.sub(r"\s*/\*# sourceMappingURL=.*?\*/", "", style)
    if re.search(r"url\((?!['\"]?data:)|GDS Transport", style):
        raise SystemExit("The release holds an address or a font that this script does not know.")
    return style


if __name__ == "__main__":
    made = without_what_is_the_governments(Path(sys.argv[1]).read_text(encoding="utf-8"))
    Path(__file__).with_name("govuk-frontend.min.css").write_text(made + "\n", encoding="utf-8")
