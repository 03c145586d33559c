"""What is judged, and in which context: a request in, data out, and who described what in them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode

from clausegraph import authored
from clausegraph.errors import InputError
from clausegraph.formats import Syntax
from clausegraph.shacl.data import Data
from clausegraph.shacl.remote import RemoteData
from clausegraph.shacl.results import Term
from clausegraph.shacl.store import FEW, LocalData
from clausegraph.shacl.targets import EVERYTHING, Selection
from clausegraph.validate import reading, sources
from clausegraph.validate.changes import Changes, changed_among, changes
from clausegraph.validate.holders import Holders
from clausegraph.validate.loading import Loader
from clausegraph.validate.reading import SourceFile
from clausegraph.validate.request import Request
from clausegraph.validate.sources import STDIN, expand
from clausegraph.vocabulary import OWL

__all__ = ["Material", "SourceFile", "expand", "read"]

Progress = Callable[[str], None]
_SHIPPED = ("data", "ontology")
_IMPORTS = NamedNode(OWL + "imports")
_SMALL = 20_000  # triples whose terms are listed, to find out whether they are few


def _silent(_: str) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True)
class Material:
    """What validation works on.

    `files` are judged; of those that --changed-since adds, as they point at what has changed, only
    the nodes that do. `context` are the terms that something else alone describes or mentions.
    `triples` counts those of the files that are judged as a whole, or else the nodes that are, and
    `notes` are for the report.
    `nothing_changed` says that --changed-since found nothing to judge.
    """

    data: Data
    files: tuple[SourceFile, ...] = ()
    selection: Selection = EVERYTHING
    triples: int = 0
    notes: tuple[str, ...] = ()
    nothing_changed: bool = False
    context: frozenset[Term] = frozenset()
    holders: Holders = field(default_factory=lambda: Holders(()))

    def judged(self, term: Term) -> bool:
        """Whether a judged file describes a node."""
        if not isinstance(self.data, LocalData):
            return True
        return term not in self.context and self.data.describes(term)

    def concerns(self, focus: Term, value: Term | None) -> bool:
        """Whether a result is about what is judged: its focus node, or else its value.

        A focus node that nobody describes, or that is a literal, is judged with who points to it.
        """
        if self.selection.restriction is None or not isinstance(self.data, LocalData):
            return True
        if focus not in self.context:
            return True
        return value is not None and self.judged(value)

    def described_in(self, term: Term) -> SourceFile | None:
        """Return the first judged file that describes a node, or None."""
        if isinstance(term, Literal) or not self.files or not self.judged(term):
            return None
        return next(iter(self.holders.all_of(term)), None)

    def file_of(
        self, subject: NamedNode | BlankNode, predicate: NamedNode, value: Term
    ) -> SourceFile | None:
        """Return the judged file that makes a statement, or None where that takes long to say."""
        if not self.files or not self.judged(subject):
            return None
        found = self.holders.all_of(subject)
        if len(found) <= 1:
            return next(iter(found), None)
        return next(
            (file for file in found if self.holders.says(file, subject, predicate, value)), None
        )


def read(request: Request, progress: Progress = _silent) -> Material:
    """Read what is judged, and its context: what ships, unless the request says otherwise.

    What ships is the context of files that are not ours; where all that ships is judged, there is
    none. Raises InputError, with all that is wrong with files, and UsageError for a revision that
    git does not know.
    """
    if request.endpoint is not None:
        return _remote(request.endpoint, request.graph)
    if request.paths is None:
        paths = [file.path for file in authored.shipped(_SHIPPED)]
    else:
        paths = sources.files(expand(request.paths))
    if request.changed_since is None:
        files = _numbered(paths, request.stdin_syntax)
        return _Reader(request, files, (), progress).read(None)
    roots = expand(request.paths) if request.paths is not None else paths[:1]
    found = changes(request.changed_since, roots)
    chosen = [path for path in paths if path.resolve() in found.present]
    others = [path for path in paths if path.resolve() not in found.present]
    beside = _numbered(others, start=len(chosen))
    material = _Reader(request, _numbered(chosen), beside, progress).read(found)
    return replace(material, notes=(*material.notes, *_changed_shapes(request)))


def _changed_shapes(request: Request) -> Iterator[str]:
    """Yield a note where shapes have changed too: what they say of other files is not looked at."""
    if request.shapes is not None and request.changed_since is not None:
        files = sources.files(expand(request.shapes))
        changed = ", ".join(map(str, changed_among(request.changed_since, files)))
        if changed:
            yield (
                f"Shapes have changed since {request.changed_since} ({changed}): files that have "
                "not are not judged by them here. Leave out --changed-since for that."
            )


class _Reader:
    """Reads the files of one request: the judged ones, those beside them, and the background."""

    def __init__(
        self,
        request: Request,
        judged: Sequence[SourceFile],
        beside: Sequence[SourceFile],
        progress: Progress,
    ) -> None:
        self._request = request
        self._judged = tuple(judged)
        self._beside = tuple(beside)
        self._data = LocalData()
        self._holders = Holders((*judged, *beside))
        self._loader = Loader(self._data, self._holders, progress)

    def read(self, found: Changes | None) -> Material:
        """Read; `found` is what has changed, if that alone is judged."""
        self._loader.judged(self._judged)
        triples, imports = len(self._data), self._imports()
        nodes = self._data.terms() if triples <= _SMALL else None
        pointing = self._pointing(found) if found is not None else {}
        context = self._loader.context((*self._beside, *self._background()))
        own = context.own - pointing.keys()
        if nodes is not None:
            nodes |= pointing.keys()
        excluded = own - context.mentioned
        holding = {file.number: file for files in pointing.values() for file in files}
        return Material(
            self._data,
            (*self._judged, *(holding[number] for number in sorted(holding))),
            self._selection(nodes, excluded) if own or self._beside else EVERYTHING,
            triples if self._judged else len(pointing),
            tuple(_not_followed(iri) for iri in imports if not self._data.describes(iri)),
            found is not None and not self._judged and not pointing,
            own,
            self._holders,
        )

    def _selection(self, nodes: set[Term] | None, excluded: frozenset[Term]) -> Selection:
        """Return what lets through the judged nodes and those that they mention."""
        left_out = [node for node in excluded if not isinstance(node, Literal)]
        if nodes is not None and (len(nodes) <= FEW or len(nodes) < len(left_out)):
            return self._data.only(nodes, "judged")
        return self._data.without(left_out, "context")

    def _background(self) -> list[SourceFile]:
        """Return the files of the background whose place no judged file takes.

        That is so for one of our own files, and for a file that describes the graph of one, as a
        copy of it does.
        """
        request = self._request
        if not request.has_background or (request.paths is None and request.background is None):
            return []
        own = {file.path.resolve() for file in (*self._judged, *self._beside)}
        if request.background is not None:
            found = sources.files(expand(request.background))
        else:
            found = [
                file.path
                for file in authored.shipped(_SHIPPED)
                if not self._data.describes(NamedNode(authored.shipped_graph(file)))
            ]
        kept = [path for path in found if path.resolve() not in own]
        return _numbered(kept, start=len(self._judged) + len(self._beside), is_judged=False)

    def _imports(self) -> list[NamedNode]:
        text = f"SELECT DISTINCT ?file WHERE {{ ?ontology {_IMPORTS} ?file }} ORDER BY ?file"
        return [node for (node,) in self._data.select(text) if isinstance(node, NamedNode)]

    def _pointing(self, found: Changes) -> dict[Term, list[SourceFile]]:
        """Return the nodes of unchanged files that point at what changed files describe, or did."""
        described: set[object] = set(self._data.subjects())
        for path, data in found.before:
            described.update(_subjects_before(path, data))
        pointing: dict[Term, list[SourceFile]] = {}
        for file in self._beside:
            for quad in reading.quads(file):
                if quad.object in described and quad.subject not in described:
                    self._holders.note(quad.subject, file)
                    files = pointing.setdefault(quad.subject, [])  # type: ignore[arg-type]
                    if file not in files:
                        files.append(file)
        return pointing


def _subjects_before(path: Path, data: bytes) -> set[object]:
    """Return the IRIs that a file described before; none if it could not be read then."""
    syntax = sources.syntax_of(path)
    if syntax is None or sources.is_compressed(path):
        return set()
    file = SourceFile(path, 0, syntax, data=data)
    found: set[object] = set()
    try:
        found.update(quad.subject for quad in reading.quads(file))
    except InputError:
        return found
    return {node for node in found if isinstance(node, NamedNode)}


def _numbered(
    paths: Iterable[Path],
    stdin_syntax: Syntax | None = None,
    *,
    start: int = 0,
    is_judged: bool = True,
) -> list[SourceFile]:
    """Return files with their numbers and syntaxes; standard input is read here."""
    files = []
    for number, path in enumerate(paths, start):
        data = sys.stdin.buffer.read() if path == STDIN else None
        named = stdin_syntax if path == STDIN else sources.syntax_of(path)
        syntax = named or reading.sniff(data or b"")
        files.append(SourceFile(path, number, syntax, is_judged, data))
    return files


def _remote(endpoint: str, graph: str | None) -> Material:
    data = RemoteData(endpoint, () if graph is None else (graph,))
    return Material(data, triples=data.count())


def _not_followed(iri: NamedNode) -> str:
    return (
        f"owl:imports {iri} is not followed: nothing is fetched. Give the file as a path, or with "
        "--background, if the check needs it."
    )
