"""Reads XML as a table: one element a row, its cells by the path of what stands inside it.

A path is `Name`, `Outer/Name`, `@attribute` or `Name/@attribute`, without namespaces; the second of
several elements of one path is `Name[2]`. Nothing outside the content is ever read: a document type
is refused.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from cioghub.errors import WrongUse
from cioghub.vocabulary.mapping import Row

MOST_DEPTH = 32
"""Deeper than any export nests."""


def read_xml(content: bytes, element: str, columns: Iterable[str]) -> Iterator[Row]:
    """Yield a row for each `element`, with every cell of it and an empty one for a missing column.

    Raises:
        WrongUse: the content is not XML, has a document type, nests without end, or has no such
            element.
    """
    named = dict.fromkeys(columns, "")
    number = 0
    try:
        for row in _elements(content, element):
            number += 1
            yield Row(number, {**named, **_cells(row)})
    except DefusedXmlException as error:
        raise WrongUse(
            "The file declares a document type.",
            "What it names could be read from anywhere, or unpack without end.",
            "Export it without one.",
        ) from error
    except (ParseError, LookupError, ValueError) as error:
        raise WrongUse(
            f"The file is not XML: it cannot be read after row {number}.",
            "Part of what was sent may be missing, so nothing of it is used.",
            "Export and send it again.",
        ) from error
    if not number:
        raise WrongUse(
            f"The file has no element `{element}`, which `table.element` of the mapping names.",
            "Each one would be a row.",
            "Compare the name with those in the file.",
        )


def _elements(content: bytes, element: str) -> Iterator[Element]:
    """Yield each whole element of the name, and let go of it afterwards."""
    open_elements: list[Element] = []
    within = 0
    parsed: Iterable[tuple[str, Any]] = iterparse(
        io.BytesIO(content), events=("start", "end"), forbid_dtd=True
    )
    for event, node in parsed:
        is_row = _local(node.tag) == element
        if event == "start":
            open_elements.append(node)
            within += is_row
            if len(open_elements) > MOST_DEPTH:
                raise ValueError("nested too deeply")
            continue
        open_elements.pop()
        within -= is_row
        if is_row and not within:
            yield node
        if not within and open_elements:
            open_elements[-1].remove(node)


def _cells(row: Element) -> dict[str, str]:
    cells: dict[str, str] = {}

    def put(path: str, text: str | None) -> None:
        if text is not None and text.strip():
            cells[path] = text.strip()

    def walk(node: Element, path: str) -> None:
        for name, value in node.attrib.items():
            put(f"{path}@{_local(name)}", value)
        seen: dict[str, int] = {}
        for child in node:
            name = _local(child.tag)
            seen[name] = seen.get(name, 0) + 1
            step = name if seen[name] == 1 else f"{name}[{seen[name]}]"
            put(f"{path}{step}", child.text)
            walk(child, f"{path}{step}/")

    walk(row, "")
    return cells


def _local(name: Any) -> str:
    """Return a name without its namespace; a comment has none."""
    return name.rpartition("}")[2] if isinstance(name, str) else ""
