"""Texts of many things in a file, since they take room."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO

from clausegraph.search.things import Text


class Texts:
    """A file in which each text says where the one before it of the same thing lies: memory holds
    where the last one does."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._size = 0  # bytes
        self._last: dict[str, int] = {}

    def add(self, iri: str, text: Text) -> None:
        """Add a text of a thing."""
        line = json.dumps((self._last.get(iri), *text), ensure_ascii=False).encode() + b"\n"
        self._file.write(line)
        self._last[iri] = self._size
        self._size += len(line)

    def of(self, iri: str) -> Iterator[Text]:
        """Yield the texts of a thing."""
        place = self._last.get(iri)
        while place is not None:
            self._file.seek(place)
            place, *text = json.loads(self._file.readline())
            yield Text(*text)
