"""Documents that come over a line: data and shapes from memory, in a context that is there before.

What `material` reads from files, in a process that can open none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse

from clausegraph import authored, formats, turtle
from clausegraph.authored import STATED_ONCE
from clausegraph.errors import InputError
from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.shapes import read_shapes
from clausegraph.shacl.store import LocalData
from clausegraph.shacl.targets import EVERYTHING
from clausegraph.validate import choosing, reading, sources
from clausegraph.validate.choosing import Rules
from clausegraph.validate.holders import Holders
from clausegraph.validate.jobs import Part
from clausegraph.validate.material import Material
from clausegraph.validate.reading import SourceFile
from clausegraph.validate.wording import Names
from clausegraph.vocabulary import OWL, SHAPES, TYPE

_SHIPPED = ("data", "ontology")
_SHARED = "clausegraph"  # the file of what our shapes share, such as the prefixes of queries
_IMPORTS = NamedNode(OWL + "imports")
_FIRST = 1_000_000  # number of the first file of a context: far from those of what is sent
_WITH_PREFIXES = (formats.TURTLE, formats.TRIG)


@dataclass(frozen=True)
class Sent(SourceFile):
    """A document that was sent. Relative IRIs in it begin at its name: no folder of ours shows."""

    @property
    def base(self) -> str | None:
        """The IRI that relative IRIs are resolved against."""
        return f"file:///{quote(self.path.name)}"


def files(parts: Sequence[Part]) -> tuple[Sent, ...]:
    """Return the parts of a job as files; InputError for a syntax that is not read."""
    found = []
    for number, part in enumerate(parts):
        syntax = formats.by_media_type(part.media_type, formats.READABLE)
        if syntax is None:
            raise InputError(f"{part.media_type} is not read here.", file=part.name)
        found.append(Sent(Path(part.name), number, syntax, data=part.data))
    return tuple(found)


class Context(LocalData):
    """What data may refer to: read ahead, and for one job alone added to, and taken from.

    `described` are the nodes that it describes. The statements of each file of ours are at hand by
    the IRI of the graph that it becomes: who sends a copy of it wants that judged in its place.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        """Read files and folders, none for what ships; raises InputError."""
        super().__init__()
        described: set[object] = set()
        self._files: dict[NamedNode, tuple[Quad, ...]] = {}
        for number, (path, graph) in enumerate(_context_files(paths), _FIRST):
            syntax = sources.syntax_of(path) or formats.TURTLE
            quads = tuple(reading.quads(SourceFile(path, number, syntax, is_judged=False)))
            described.update(quad.subject for quad in quads)
            if graph is not None:
                self._files[graph] = quads
            self.load(quads)
        self.described = frozenset(described)

    def yield_to(self, own: LocalData, nodes: Iterable[object]) -> None:
        """Take out what data bring themselves: files of ours, and statements that are made once."""
        dropped: set[Quad] = set()
        for node in nodes:
            if not isinstance(node, NamedNode) or node not in self.described:
                continue
            dropped.update(self._encoded(self._files.get(node, ())))
            if any(own.has(node, TYPE, kind) for kind in STATED_ONCE):
                self._exactly()
                dropped.update(self._store.quads_for_pattern(node, None, None, DefaultGraph()))
        for quad in dropped:
            self._store.remove(quad)
        if self._kept is not None:
            self._kept = [quad for quad in self._kept if quad not in dropped]


def _context_files(paths: Sequence[Path]) -> Iterator[tuple[Path, NamedNode | None]]:
    if paths:
        yield from ((path, None) for path in sources.files(paths))
        return
    for file in authored.shipped(_SHIPPED):
        yield file.path, NamedNode(authored.shipped_graph(file))


def material(judged: Sequence[Sent], context: Context | None) -> Material:
    """Return documents as what validation works on; raises InputError for what cannot be read.

    The context is used up: it is what these data refer to, and of no use to others.
    """
    own, holders = LocalData(), Holders(judged)
    quads = [quad for file in judged for quad in holders.watch(reading.quads(file), file)]
    own.load(quads)
    imports = dict.fromkeys(quad.object for quad in quads if quad.predicate == _IMPORTS)
    notes = tuple(map(_not_followed, imports))
    if context is None:
        return Material(own, tuple(judged), EVERYTHING, len(own), notes, holders=holders)
    subjects = {quad.subject for quad in quads}
    context.yield_to(own, subjects)
    context.load(quads)
    return Material(
        context,
        tuple(judged),
        context.only(own.terms(), "judged"),
        len(own),
        notes,
        context=frozenset(context.described - subjects),  # type: ignore[arg-type]
        holders=holders,
    )


def _not_followed(iri: object) -> str:
    return f"owl:imports {iri} is not followed: nothing is fetched. Send the file with the others."


class Rulers:
    """Reads shapes that were sent, with what they may share with ours."""

    def __init__(self) -> None:
        """Read ours; raises InputError."""
        found = choosing.choose(None)
        known = found.ontology()
        self._known = known
        self.ours = replace(found, ontology=lambda: known)
        shared = next(file for file in authored.shipped(("shapes",)) if file.path.stem == _SHARED)
        self._shared = tuple(turtle.parse_file(shared.path).quads)

    def rules(self, parts: Sequence[Sent]) -> Rules:
        """Return the shapes of documents, ours of none; InputError where they cannot be used."""
        if not parts:
            return self.ours
        quads = [quad.triple for part in parts for quad in reading.quads(part)]
        if any(getattr(triple.object, "value", "").startswith(SHAPES) for triple in quads):
            quads += [quad.triple for quad in self._shared]
        shapes = read_shapes(ShapesGraph(dict.fromkeys(quads)))
        if not shapes.shapes:
            raise InputError(
                "There is no shape in these files.",
                file=parts[0].path,
                remedy="Type each shape as sh:NodeShape or sh:PropertyShape.",
            )
        return Rules(
            shapes, are_ours=False, names=Names(_prefixes(parts)), ontology=lambda: self._known
        )


def _prefixes(parts: Iterable[Sent]) -> Mapping[str, str]:
    """Return the prefixes that documents declare, which are known to parse."""
    declared: dict[str, str] = {}
    for part in parts:
        if part.syntax in _WITH_PREFIXES and isinstance(part.syntax.engine, RdfFormat):
            with reading.opened(part) as stream:
                parser = parse(stream, part.syntax.engine, base_iri=part.base)
                for _ in parser:
                    pass
            declared = {**parser.prefixes, **declared}
    return declared
