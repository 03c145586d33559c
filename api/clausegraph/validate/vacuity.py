"""Whether a check has checked anything: a green light that nobody lit is what no build may meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from clausegraph.engine import nearest
from clausegraph.shacl.data import Data
from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.results import Term
from clausegraph.validate.wording import Names
from clausegraph.vocabulary import OWL, RDFS, SH, TYPE, XSD

_TARGETS = tuple(
    SH + name for name in ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")
)
_SUBCLASS = RDFS + "subClassOf"
_CLASSES = (NamedNode(RDFS + "Class"), NamedNode(OWL + "Class"))
_TRUE = Literal("true", datatype=NamedNode(XSD + "boolean"))
_PER_QUERY = 500
UNCOUNTED = (
    "How many nodes sh:target selects is not counted: no result may also mean that it selects none."
)


@dataclass(frozen=True)
class Target:
    """A class that a shape targets."""

    shape: Term
    named: NamedNode


@dataclass(frozen=True)
class Verdict:
    """Why a check says nothing (`problems`), and what it had nothing to say about (`notes`)."""

    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def judge(*, triples: int, focus_nodes: int, has_results: bool) -> tuple[str, ...]:
    """Return why a check of so many triples and focus nodes says nothing; empty if it does."""
    if not triples:
        return ("There is nothing to check: the data have no triple.",)
    if not focus_nodes and not has_results:
        return (
            "Nothing was checked: the shapes are about none of the things in these files. "
            "See that the things have a type (rdf:type) that a shape targets.",
        )
    return ()


def class_targets(shapes: ShapesGraph) -> list[Target]:
    """Return the classes that the active shapes target by name (SHACL 1.0, section 2.1.3.2)."""
    return [
        Target(shape, named)
        for shape in shapes.subjects(SH + "targetClass")
        if _TRUE not in shapes.values(shape, SH + "deactivated")
        for named in shapes.values(shape, SH + "targetClass")
        if isinstance(named, NamedNode)
    ]


def unknown(
    targets: Iterable[Target], shapes: ShapesGraph, occurring: Callable[[set[str]], set[str]]
) -> list[Target]:
    """Return the targets whose class neither the shapes define nor `occurring` finds in the data.

    `occurring` is given the IRIs of classes, and returns those that occur.
    """
    open_ = [target for target in targets if not is_defined(target.named, shapes)]
    known = occurring({target.named.value for target in open_}) if open_ else set[str]()
    return [target for target in open_ if target.named.value not in known]


def is_defined(named: NamedNode, graph: ShapesGraph) -> bool:
    """Whether a graph says that this is a class."""
    kinds = set[Term](graph.types(named))
    return bool(
        kinds.intersection(_CLASSES)
        or graph.values(named, _SUBCLASS)
        or graph.subjects(_SUBCLASS, named)
    )


def defined(graph: ShapesGraph) -> set[str]:
    """Return the IRIs of the classes that a graph defines."""
    stated = [node for node in graph.nodes() if set(graph.types(node)).intersection(_CLASSES)]
    return {
        node.value for node in [*stated, *graph.subjects(_SUBCLASS)] if isinstance(node, NamedNode)
    }


def occurring(data: Data) -> Callable[[set[str]], set[str]]:
    """Return what finds out which classes occur in data: have an instance, or are described."""

    def find(classes: set[str]) -> set[str]:
        listed, found = sorted(classes), set[str]()
        for start in range(0, len(listed), _PER_QUERY):
            values = " ".join(f"<{iri}>" for iri in listed[start : start + _PER_QUERY])
            rows = data.select(
                f"SELECT DISTINCT ?class WHERE {{ VALUES ?class {{ {values} }} FILTER("
                f"EXISTS {{ ?thing {TYPE} ?class }} || EXISTS {{ ?class ?said ?value }} || "
                f"EXISTS {{ ?below <{_SUBCLASS}> ?class }}) }}"
            )
            found.update(row[0].value for row in rows if row[0] is not None)
        return found

    return find


def classes(data: Data) -> set[str]:
    """Return the IRIs of all classes that occur in data; asked only to name the nearest one."""
    kinds = " ".join(str(kind) for kind in _CLASSES)
    rows = data.select(
        f"SELECT DISTINCT ?class WHERE {{ {{ ?thing {TYPE} ?class }} UNION "
        f"{{ VALUES ?kind {{ {kinds} }} ?class {TYPE} ?kind }} UNION "
        f"{{ ?class <{_SUBCLASS}> ?above }} FILTER(isIRI(?class)) }}"
    )
    return {row[0].value for row in rows if row[0] is not None}


def explain(target: Target, known: Iterable[str], names: Names) -> str:
    """Say that a class is not known, and which known one is nearest to it."""
    near = nearest.term(target.named.value, known)
    hint = f"Did you mean {names.iri(near)}?" if near else "See that its IRI is right."
    return (
        f"{names.term(target.named)}, which {_shape(target, names)} targets, occurs nowhere: "
        "neither the data nor the shapes, the ontology or the background know such a class. "
        f"{hint}"
    )


def idle(targets: Iterable[Target], counts: Mapping[Term, int], names: Names) -> tuple[str, ...]:
    """Return a note on each class that is known, and of which there is nothing to judge."""
    return tuple(
        f"{_capital(_shape(target, names))} was about nothing: there is no "
        f"{names.term(target.named)} in these data."
        for target in targets
        if not counts.get(target.shape, 0)
    )


def general(shapes: ShapesGraph) -> set[Term]:
    """Return the shapes that are about whatever has a type, where others are about something else.

    Of a thing that only such a shape looks at, nobody has said what it must be.
    """
    targeted = {node for target in _TARGETS for node in shapes.subjects(target)}
    general_ = set(shapes.subjects(SH + "targetSubjectsOf", TYPE))
    return general_ if targeted - general_ else set()


def is_open(shapes: ShapesGraph) -> bool:
    """Whether what a shape targets is known to pySHACL alone (sh:target)."""
    return bool(shapes.subjects(SH + "target"))


def _shape(target: Target, names: Names) -> str:
    is_named = isinstance(target.shape, NamedNode)
    return f"the shape {names.term(target.shape)}" if is_named else "a shape without a name"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
