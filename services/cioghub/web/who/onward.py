"""Where somebody goes after they have signed in or said why: on this hub, and nowhere else."""

from __future__ import annotations

import re

_LOCAL = re.compile(r"/(?![/\\])[\w\-./?=&%:~+,@]{0,500}", re.ASCII)
FIRST_PAGE = "/"


def safe_onward(address: str) -> str:
    """Return an address on this hub, or the first page for whatever leads elsewhere."""
    return address if _LOCAL.fullmatch(address) else FIRST_PAGE
