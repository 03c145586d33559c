"""Files that would overrun a parser: refused before it sees them, in time that grows as they do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from clausegraph.errors import InputError
from clausegraph.vocabulary import CONTEXT, context

DEEPEST = 256  # levels of objects, arrays and elements
_MOST_EXPANDED = 10 << 20  # bytes that entities may add to a file
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
# Our own context needs no network: it stands in for its IRI, on the same line.
_OUR_CONTEXT = re.compile(rf'("@context"\s*:\s*(?:\[\s*)?)"{re.escape(CONTEXT)}"')
_REMOTE = ("@context", "@import")


def json_ld(data: bytes, file: Path | str) -> tuple[str, bool]:
    """Return a JSON-LD text with our context in the place of its name, and whether that was so.

    Raises InputError for one that is nested too deeply.
    """
    depth = 0
    for match in _BRACKETS.finditer(data):
        first = data[match.start()]
        if first in b"[{":
            depth += 1
            if depth > DEEPEST:
                raise _too_deep(file, data.count(b"\n", 0, match.start()) + 1)
        elif first in b"]}":
            depth -= 1
    text, number = _OUR_CONTEXT.subn(lambda match: match[1] + json.dumps(context()), data.decode())
    return text, number > 0


def remote_context(text: str) -> str | None:
    """Return the first context that a JSON-LD text names by an IRI, or None."""
    try:
        return next(_names(json.loads(text)), None)
    except ValueError:
        return None


def _names(value: Any) -> Iterator[str]:
    """Yield the contexts that are named in a JSON value, which is not nested too deeply."""
    if isinstance(value, list):
        for member in value:
            yield from _names(member)
    elif isinstance(value, dict):
        for key, member in value.items():
            if key in _REMOTE:
                listed = member if isinstance(member, list) else [member]
                yield from (name for name in listed if isinstance(name, str))
            yield from _names(member)


def rdf_xml(data: bytes, file: Path | str) -> None:
    """Raise InputError for XML that is malformed, nested too deeply, or that entities inflate."""
    _Xml(file, data).check()


class _Xml:
    """Looks at one text through a parser that expands nothing."""

    def __init__(self, file: Path | str, data: bytes) -> None:
        self._file, self._data = file, data
        self._depth = self._expanded = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = self._entity

    def check(self) -> None:
        try:
            self._parser.Parse(self._data, True)
        except expat.ExpatError as error:
            raise InputError(
                f"RDF/XML syntax: {expat.ErrorString(error.code)}.",
                file=self._file,
                line=error.lineno,
                column=error.offset + 1,
                remedy="Correct it there.",
            ) from error

    def _start(self, _name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise _too_deep(self._file, self._parser.CurrentLineNumber)

    def _end(self, _name: str) -> None:
        self._depth -= 1

    def _entity(self, name: str, _is_parameter: object, value: str | None, *_: object) -> None:
        if value is None:
            self._refuse("An entity of this file stands in another file, which is not read.")
            return
        references = value.count("&") - value.count("&#")
        if references:
            self._refuse(
                "An entity of this file is made of other entities, which can grow without end."
            )
        self._expanded += len(value) * self._data.count(f"&{name};".encode())
        if self._expanded > _MOST_EXPANDED:
            self._refuse("The entities of this file grow to more than 10 megabytes.")

    def _refuse(self, problem: str) -> None:
        raise InputError(
            problem,
            file=self._file,
            line=self._parser.CurrentLineNumber,
            remedy="Write the entities out.",
        )


def _too_deep(file: Path | str, line: int) -> InputError:
    return InputError(
        f"The file is nested more than {DEEPEST} levels deep.",
        file=file,
        line=line,
        remedy="Describe the things side by side, and refer to them by their IRIs.",
    )
