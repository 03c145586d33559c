"""Where a node is written: file and line of its first description in the judged files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from rdflib.term import Node

from clausegraph.textfiles import BYTE_ORDER_MARK, read_text
from clausegraph.turtle import Parsed
from clausegraph.validate.files import JudgedFile

_BASE = re.compile(r"^\s*(?:@base|BASE)\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)


class Finder:
    """Finds nodes in files; each file is read once, and only if it is asked about."""

    def __init__(self, files: Sequence[JudgedFile]) -> None:
        self._texts: dict[Path, _Text] = {}
        self._holders: dict[Node, JudgedFile] = {}
        for file in files:
            for node in file.subjects:
                self._holders.setdefault(node, file)

    def place(self, *nodes: Node | None) -> tuple[Path | None, int | None]:
        """Return file and line of the first of `nodes` that a file describes.

        The line is None where the file writes the node in a way that a search does not find.
        """
        for node in nodes:
            file = self._holders.get(node) if node is not None else None
            if file is not None:
                if file.path not in self._texts:
                    self._texts[file.path] = _Text(file.parsed)
                return file.path, self._texts[file.path].line(str(node))
        return None, None


class _Text:
    """The lines of a file, by what stands first on each."""

    def __init__(self, parsed: Parsed) -> None:
        self._parsed = parsed
        self._text = read_text(parsed.path).removeprefix(BYTE_ORDER_MARK)
        self._lines = self._text.splitlines()

    @cached_property
    def _openings(self) -> dict[str, int]:
        """First line of each word that begins a line, without indentation."""
        openings: dict[str, int] = {}
        for number, line in enumerate(self._lines, start=1):
            if line and not line[0].isspace():
                openings.setdefault(line.split(maxsplit=1)[0], number)
        return openings

    def line(self, iri: str) -> int | None:
        """Return the line on which `iri` is first described, or else first written, or None."""
        spellings = self._spellings(iri)
        found = [self._openings[text] for text in spellings if text in self._openings]
        return min(found) if found else self._mention(spellings)

    def _mention(self, spellings: Sequence[str]) -> int | None:
        for number, line in enumerate(self._lines, start=1):
            if any(text in line for text in spellings):
                return number
        return None

    def _spellings(self, iri: str) -> list[str]:
        """Return the ways in which the file may write an IRI: in full, relative, as a CURIE."""
        spellings = [f"<{iri}>", f'"{iri}"']
        base = _BASE.search(self._text)
        if base and base[1] and iri.startswith(base[1]):
            spellings.append(f"<{iri[len(base[1]) :]}>")
        for name, namespace in self._parsed.prefixes.items():
            if iri.startswith(namespace):
                curie = f"{name}:{iri[len(namespace) :]}"
                spellings += [curie, f'"{curie}"']
        return spellings
