"""By which shapes: ours or those of files, and what else defines the classes they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from clausegraph import authored, bundle, formats, turtle
from clausegraph.errors import InputError
from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.shapes import Shapes, read_shapes
from clausegraph.validate import reading, sources, vacuity
from clausegraph.validate.reading import SourceFile
from clausegraph.validate.wording import Names
from clausegraph.vocabulary import OWL, SH, SHAPES

_SHARED = "clausegraph.ttl"
_IMPORTS = NamedNode(OWL + "imports")
_SHACL = SH.rstrip("#")


@dataclass(frozen=True)
class Rules:
    """The shapes, whether they are ours, and the names of terms in their files.

    `ontology` returns the classes that our ontology defines: it is read where somebody asks.
    `notes` say what of the files is not done.
    """

    shapes: Shapes
    are_ours: bool = False
    names: Names = field(default_factory=Names)
    ontology: Callable[[], set[str]] = set
    notes: tuple[str, ...] = ()


def choose(paths: Sequence[Path] | None) -> Rules:
    """Read shapes, ours if `paths` is None; InputError for shapes that cannot be used.

    What our shapes share, such as the prefixes of their queries, is at hand for any of them.
    """
    found = sources.files([bundle.folder("shapes")] if paths is None else paths)
    graph, declared = _read(found)
    shared = bundle.folder("shapes") / _SHARED
    is_there = shared.resolve() in {path.resolve() for path in found}
    if not is_there and _refers_to_ours(graph):
        graph, declared = _read([*found, shared])
    shapes = read_shapes(graph)
    if not shapes.shapes:
        raise InputError(
            "There is no shape in these files.",
            file=", ".join(str(path) for path in found),
            remedy="Type each shape as sh:NodeShape or sh:PropertyShape.",
        )
    names = Names() if paths is None else Names(declared)
    return Rules(shapes, paths is None, names, _our_classes, tuple(_left_out(graph)))


def _read(paths: Iterable[Path]) -> tuple[ShapesGraph, dict[str, str]]:
    """Return what files say, and the prefixes that they declare; those of the first count."""
    mistakes = sources.Mistakes([])
    triples: list[Triple] = []
    declared: dict[str, str] = {}
    for number, path in enumerate(paths):
        syntax = sources.syntax_of(path) or formats.TURTLE
        file = SourceFile(path, number, syntax, is_judged=False)
        try:
            triples += (quad.triple for quad in reading.quads(file))
        except InputError as error:
            mistakes.add(error)
            continue
        declared = reading.declared(file) | declared
    mistakes.tell()
    return ShapesGraph(triples), declared


def _refers_to_ours(graph: ShapesGraph) -> bool:
    return any(
        isinstance(triple.object, NamedNode) and triple.object.value.startswith(SHAPES)
        for triple in graph.triples()
    )


def _left_out(graph: ShapesGraph) -> Iterator[str]:
    """Yield a note on each file that the shapes import and that is not there, and on rules."""
    imported = {triple.object for triple in graph.triples() if triple.predicate == _IMPORTS}
    for file in sorted(imported, key=str):
        if isinstance(file, NamedNode) and file.value != _SHACL and not graph.predicates(file):
            yield (
                f"owl:imports {file} of the shapes is not followed: nothing is fetched. Give the "
                "file with --shapes if it holds shapes."
            )
    if graph.subjects(SH + "rule"):
        yield "Rules (sh:rule) are not carried out: what they would infer is not checked."


def _our_classes() -> set[str]:
    found = authored.found([bundle.folder("ontology")])
    quads = (quad.triple for file in found for quad in turtle.parse_file(file.path).quads)
    return vacuity.defined(ShapesGraph(quads))
