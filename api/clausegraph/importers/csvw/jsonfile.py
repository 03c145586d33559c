"""A JSON file whose values know their line, so that what is wrong with one can be shown."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from clausegraph.errors import InputError
from clausegraph.textfiles import BYTE_ORDER_MARK, read_text

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
_DEEPEST = 64


@dataclass(frozen=True)
class Node:
    """A value of the file, or of one member of an object: `path` is how it is reached."""

    file: Path
    line: int
    path: str
    value: object
    members: Mapping[str, Node]
    items: tuple[Node, ...]

    def error(self, message: str, remedy: str) -> InputError:
        """Return an InputError about this value."""
        what = f"{self.path}: {message}" if self.path else message
        return InputError(what, file=self.file, line=self.line, remedy=remedy)

    def text(self) -> str:
        """Return the value, which must be a string that is not empty."""
        if not isinstance(self.value, str) or not self.value:
            raise self.error("This must be a text.", 'Write it in quotes: "...".')
        return self.value

    def flag(self) -> bool:
        """Return the value, which must be true or false."""
        if not isinstance(self.value, bool):
            raise self.error("This must be true or false.", "Write it without quotes.")
        return self.value

    def count(self) -> int:
        """Return the value, which must be an integer from 0."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < 0:
            raise self.error("This must be a whole number, 0 or more.", "Write it without quotes.")
        return self.value

    def is_object(self) -> bool:
        """Whether the value is an object."""
        return self.value is dict

    def is_array(self) -> bool:
        """Whether the value is an array."""
        return self.value is list

    def object(self) -> Mapping[str, Node]:
        """Return the members of the value, which must be an object."""
        if not self.is_object():
            raise self.error("This must be an object.", "Write it in braces: {...}.")
        return self.members

    def array(self) -> tuple[Node, ...]:
        """Return the items of the value, which must be an array."""
        if not self.is_array():
            raise self.error("This must be an array.", "Write it in brackets: [...].")
        return self.items

    def each(self) -> tuple[Node, ...]:
        """Return the items of an array; a value of another kind is the only item."""
        return self.items if self.is_array() else (self,)

    def only(self, known: Collection[str], of: str) -> Mapping[str, Node]:
        """Return the members, none of which may have another name than `known`; names with a colon
        (common properties) and `@type` are let through."""
        for name, node in self.object().items():
            if name in known or name == "@type" or (":" in name and not name.startswith("@")):
                continue
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(sorted(known))}."
            raise node.error(f"{of} has no property '{name}'.", hint)
        return self.members


def read_json(path: Path) -> Node:
    """Read a JSON file. Raises InputError, with line and column, for what is no JSON, for a name
    that an object has twice, and for values nested too deep."""
    text = read_text(path).removeprefix(BYTE_ORDER_MARK)
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"JSON syntax: {error.msg}.",
            file=path,
            line=error.lineno,
            column=error.colno,
            remedy="Give the mapping as JSON (W3C, Metadata Vocabulary for Tabular Data).",
        ) from error
    except RecursionError as error:
        raise InputError("The JSON is nested too deep.", file=path, line=1) from error
    return _Reader(path, text).read()


class _Reader:
    """Reads a text that is known to be JSON once more, for the places."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text
        self._at = 0
        self._line = 1
        self._counted = 0

    def read(self) -> Node:
        return self._value("", 0)

    def _space(self) -> int:
        """Pass over white space; return the line that the next token is on."""
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _value(self, path: str, depth: int) -> Node:
        line = self._space()
        if depth > _DEEPEST:
            raise InputError("The JSON is nested too deep.", file=self._path, line=line)
        mark = self._text[self._at]
        if mark == "{":
            self._at += 1
            members = dict(self._members(path, depth))
            return Node(self._path, line, path, dict, members, ())
        if mark == "[":
            self._at += 1
            items = tuple(self._items(path, depth))
            return Node(self._path, line, path, list, {}, items)
        value, self._at = _DECODER.raw_decode(self._text, self._at)
        self._refuse_half_characters(value, line)
        return Node(self._path, line, path, value, {}, ())

    def _members(self, path: str, depth: int) -> Iterator[tuple[str, Node]]:
        seen: set[str] = set()
        while self._more("}"):
            name, self._at = _DECODER.raw_decode(self._text, self._at)
            self._refuse_half_characters(name, self._line)
            if name in seen:
                where = f"{path}.{name}" if path else name
                raise InputError(
                    f"{where} is there twice.",
                    file=self._path,
                    line=self._line,
                    remedy="Remove one of them.",
                )
            seen.add(name)
            self._space()
            self._at += 1  # the colon
            yield name, self._value(f"{path}.{name}" if path else name, depth + 1)

    def _items(self, path: str, depth: int) -> Iterator[Node]:
        number = 0
        while self._more("]"):
            yield self._value(f"{path}[{number}]", depth + 1)
            number += 1

    def _refuse_half_characters(self, value: object, line: int) -> None:
        """Raise InputError for half of a surrogate pair, which no text holds (RFC 8259, 8.2)."""
        if isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value):
            raise InputError(
                "A text holds half of a character (\\ud800 to \\udfff).",
                file=self._path,
                line=line,
                remedy="Write the character itself.",
            )

    def _more(self, end: str) -> bool:
        """Step over the comma before a member, if there is one; at the end, over that, and stop."""
        self._space()
        if self._text[self._at] == ",":
            self._at += 1
            self._space()
        if self._text[self._at] == end:
            self._at += 1
            return False
        return True
