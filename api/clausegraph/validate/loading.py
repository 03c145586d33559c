"""Files into data: the judged ones, and around them a context as far as they do not restate it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple

from clausegraph.authored import STATED_ONCE, refuse_doubled_statements
from clausegraph.errors import InputError
from clausegraph.naming import Names
from clausegraph.shacl.lines import Lines
from clausegraph.shacl.results import Term
from clausegraph.shacl.store import LocalData
from clausegraph.validate import reading
from clausegraph.validate.holders import Holders
from clausegraph.validate.reading import SourceFile
from clausegraph.validate.sources import Mistakes, is_compressed
from clausegraph.vocabulary import CG, TYPE

Progress = Callable[[str], None]
_MEGABYTE = 1_000_000
_PART = 20 * _MEGABYTE  # of a large file, after which progress is reported
_OURS = CG.encode()
_KEPT = 200_000  # quads of a context that are kept until they are needed again


@dataclass(frozen=True)
class Context:
    """The terms that a context alone describes or mentions, and those of them, described in it,
    that judged files mention."""

    own: frozenset[Term] = frozenset()
    mentioned: frozenset[Term] = frozenset()


class Loader:
    """Loads files into data; `holders` learns which of several judged files describes a node."""

    def __init__(self, data: LocalData, holders: Holders, progress: Progress) -> None:
        self._data = data
        self._holders = holders
        self._progress = progress
        self._stated: list[tuple[SourceFile, Triple]] = []

    def judged(self, files: Iterable[SourceFile]) -> None:
        """Load the files that are judged.

        Raises InputError for all that cannot be read, and for a statement that two of them make.
        """
        mistakes = Mistakes([])
        for file in files:
            try:
                self._load(file)
            except InputError as error:
                mistakes.add(_named(error, file))
        mistakes.tell()
        stated: dict[SourceFile, list[Triple]] = {}
        for file, triple in self._stated:
            if file.data is None and not is_compressed(file.path):
                stated.setdefault(file, []).append(triple)
        refuse_doubled_statements((file.path, triples) for file, triples in stated.items())

    def context(self, files: Sequence[SourceFile]) -> Context:
        """Load the context; a statement of ours that the judged files make is left to them."""
        subjects: set[Term] = set()
        objects: set[Term] = set()

        def seen() -> Iterator[Quad]:
            for quad in _readable(files):
                subjects.add(quad.subject)  # type: ignore[arg-type]
                objects.add(quad.object)  # type: ignore[arg-type]
                yield quad

        quads = seen()
        kept = list(islice(quads, _KEPT))
        is_large = next(quads, None) is not None
        for _ in quads:  # The subjects of all are known before the first quad is added.
            pass
        restated = frozenset(node for node in subjects if self._is_restated(node))
        found = self._apart(subjects, objects)
        again = _readable(files) if is_large else kept
        self._data.load(quad for quad in again if quad.subject not in restated)
        return found

    def _apart(self, subjects: set[Term], objects: set[Term]) -> Context:
        """Return what the context alone says, before it is loaded."""
        apart = [node for node in subjects | objects if not self._data.describes(node)]
        mentioned = {node for node in apart if self._data.mentions(node)}
        own = frozenset(node for node in apart if node in subjects or node not in mentioned)
        return Context(own, frozenset(mentioned & own))

    def _is_restated(self, node: Term) -> bool:
        return isinstance(node, NamedNode) and any(
            self._data.has(node, TYPE, kind) for kind in STATED_ONCE
        )

    def _load(self, file: SourceFile) -> None:
        names = Names(file.number)
        if file.syntax not in reading.LINES:
            self._data.load(self._watched(reading.quads(file, names), file))
            return

        def slow(text: bytes, lines: int, size: int) -> int:
            reading.check_lines(file, text, lines, size)
            quads = map(names.quad, reading.parsed(file, text, lines))
            return self._data.load(self._watched(quads, file))

        engine = file.syntax.engine
        assert isinstance(engine, RdfFormat)  # noqa: S101  (that of a syntax of lines)
        loaded = Lines(self._data, engine, slow, _OURS if self._holders.is_needed else None)
        with reading.opened(file) as stream:
            loaded.load(stream, self._told(file))
        self._holders.later(file)

    def _watched(self, quads: Iterator[Quad], file: SourceFile) -> Iterator[Quad]:
        """Yield quads; of one of several files, what only one of them may say is noted."""
        if not self._holders.is_needed:
            yield from quads
            return
        for quad in self._holders.watch(quads, file):
            if quad.predicate == TYPE and quad.object in STATED_ONCE:
                self._stated.append((file, quad.triple))
            yield quad

    def _told(self, file: SourceFile) -> Callable[[int], None]:
        """Return what reports how much of a file has been read, where that is much."""
        done = shown = 0

        def told(size: int) -> None:
            nonlocal done, shown
            done += size
            if done - shown >= _PART:
                shown = done
                self._progress(f"Reading {file.path}: {done // _MEGABYTE:,} MB.")

        return told


def _readable(files: Iterable[SourceFile]) -> Iterator[Quad]:
    """Yield the quads of files, and raise what is wrong with any of them at the end."""
    mistakes = Mistakes([])
    for file in files:
        try:
            yield from reading.quads(file)
        except InputError as error:
            mistakes.add(_named(error, file))
    mistakes.tell()


def _named(error: InputError, file: SourceFile) -> InputError:
    """Return an error that names its file."""
    if error.file is not None:
        return error
    return InputError(error.message, file=file.path, remedy=error.remedy)
