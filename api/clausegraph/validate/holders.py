"""Which judged file describes a node: an index of subjects, which keeps no terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pyoxigraph import BlankNode, NamedNode, Quad

from clausegraph.shacl.results import Term
from clausegraph.validate import reading
from clausegraph.validate.reading import SourceFile

_BLANK = re.compile(r"f([0-9]+)b[0-9]+")
_LARGE = 20_000_000  # bytes of a file that is not read again to see which of several says a thing


class Holders:
    """Finds files by the nodes that they describe; of one file alone, everything is its own.

    Files that were loaded as they are, are read for their subjects when the first node is asked
    for that no other file describes.
    """

    def __init__(self, files: Sequence[SourceFile]) -> None:
        self._files = {file.number: file for file in files}
        self._first: dict[int, int] = {}
        self._further: dict[int, list[int]] = {}
        self._unread: list[SourceFile] = []
        self._statements: dict[int, frozenset[int]] = {}

    @property
    def is_needed(self) -> bool:
        """Whether there are several files."""
        return len(self._files) > 1

    def watch(self, quads: Iterator[Quad], file: SourceFile) -> Iterator[Quad]:
        """Yield the quads of a file, and take note of their subjects."""
        last = None
        for quad in quads:
            subject = quad.subject
            if subject != last:
                last = subject
                self.note(subject, file)
            yield quad

    def note(self, node: object, file: SourceFile) -> None:
        """Take note that a file describes a node."""
        self._note(hash(node), file.number)

    def later(self, file: SourceFile) -> None:
        """Take note of a file of lines that nobody watched."""
        self._unread.append(file)

    def all_of(self, node: Term) -> list[SourceFile]:
        """Return the files that describe a node which one of them describes."""
        if not self.is_needed:
            return list(self._files.values())
        if isinstance(node, BlankNode):
            match = _BLANK.fullmatch(node.value)
            file = self._files.get(int(match[1])) if match else None
            return [] if file is None else [file]
        while self._unread:
            self._read(self._unread.pop())
        key = hash(node)
        if key not in self._first:
            return []
        numbers = [self._first[key], *self._further.get(key, ())]
        return [self._files[number] for number in sorted(numbers)]

    def says(self, file: SourceFile, subject: Term, predicate: NamedNode, value: Term) -> bool:
        """Whether a file makes a statement; False of a large one, which is not read for that."""
        if file.number not in self._statements:
            size = len(file.data) if file.data is not None else file.path.stat().st_size
            self._statements[file.number] = frozenset(
                hash((quad.subject, quad.predicate, quad.object))
                for quad in (reading.quads(file) if size <= _LARGE else ())
            )
        return hash((subject, predicate, value)) in self._statements[file.number]

    def _note(self, key: int, number: int) -> None:
        first = self._first.setdefault(key, number)
        if first != number:
            further = self._further.setdefault(key, [])
            if number not in further:
                further.append(number)

    def _read(self, file: SourceFile) -> None:
        """Take note of the subjects of a file of lines, which is known to be in order."""
        last = b""
        with reading.opened(file) as stream:
            for line in stream:
                end = line.find(b">")
                if end > 0 and line[:end] != last:
                    last = line[:end]
                    iri = last.lstrip()[1:].decode()
                    if "\\" in iri:
                        iri = iri.encode("ascii", "backslashreplace").decode("unicode_escape")
                    try:
                        self._note(hash(NamedNode(iri)), file.number)
                    except ValueError:
                        continue
