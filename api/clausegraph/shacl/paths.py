"""Property paths: nodes of a shapes graph in, SPARQL out (SHACL 1.0, section 2.3.1)."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, NamedNode, Triple

from clausegraph.errors import InputError
from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.results import Path, Term
from clausegraph.vocabulary import RDF, SH

_INVERSE = SH + "inversePath"
_ALTERNATIVE = SH + "alternativePath"
_REPEATS = {
    SH + "zeroOrMorePath": "*",
    SH + "oneOrMorePath": "+",
    SH + "zeroOrOnePath": "?",
}
_FORMS = (_INVERSE, _ALTERNATIVE, *_REPEATS)
_STEPS = (RDF + "first", RDF + "rest")
_DEEPEST = 100


def read_path(graph: ShapesGraph, node: Term) -> Path:
    """Read the value of sh:path; InputError where it is not well-formed."""
    if isinstance(node, NamedNode):
        return Path(str(node), node, predicate=node)
    text = _text(graph, node, 0)
    inverse = graph.values(node, _INVERSE)
    simple = inverse[0] if len(inverse) == 1 and isinstance(inverse[0], NamedNode) else None
    triples = tuple(_triples(graph, node, set()))
    return Path(text, node, triples, inverse=simple, is_nullable=_is_nullable(graph, node))


def _is_nullable(graph: ShapesGraph, node: Term) -> bool:
    """Whether a well-formed path may have no step at all."""
    if isinstance(node, NamedNode):
        return False
    if graph.is_list(node):
        return all(_is_nullable(graph, step) for step in graph.list(node))
    if graph.values(node, _INVERSE):
        return _is_nullable(graph, graph.values(node, _INVERSE)[0])
    if options := graph.values(node, _ALTERNATIVE):
        return any(_is_nullable(graph, option) for option in graph.list(options[0]))
    if repeated := graph.values(node, SH + "oneOrMorePath"):
        return _is_nullable(graph, repeated[0])
    return True


def _text(graph: ShapesGraph, node: Term, depth: int) -> str:
    if isinstance(node, NamedNode) and not graph.is_list(node):
        return str(node)
    if depth > _DEEPEST:
        raise _unusable(node, "refers to itself, or is nested too deeply")
    if not isinstance(node, BlankNode):
        raise _unusable(node, "is no path: a path is an IRI, a list, or a blank node of one form")
    if graph.is_list(node):
        steps = graph.list(node)
        if len(steps) < 2:  # noqa: PLR2004  (section 2.3.1.2: at least two)
            raise _unusable(node, "is a sequence of fewer than two steps")
        return f"({'/'.join(_text(graph, step, depth + 1) for step in steps)})"
    return _form(graph, node, depth)


def _form(graph: ShapesGraph, node: Term, depth: int) -> str:
    stated = [
        (predicate, value)
        for predicate in graph.predicates(node)
        if predicate in _FORMS
        for value in graph.values(node, predicate)
    ]
    if len(stated) != 1:
        raise _unusable(node, "is of no form that SHACL knows, or of several")
    predicate, value = stated[0]
    if predicate == _ALTERNATIVE:
        options = graph.list(value)
        if len(options) < 2:  # noqa: PLR2004  (section 2.3.1.3: at least two)
            raise _unusable(node, "offers fewer than two alternatives")
        return f"({'|'.join(_text(graph, option, depth + 1) for option in options)})"
    inner = _text(graph, value, depth + 1)
    return f"(^{inner})" if predicate == _INVERSE else f"({inner}{_REPEATS[predicate]})"


def _triples(graph: ShapesGraph, node: Term, seen: set[Term]) -> Iterator[Triple]:
    """Yield what makes up a path, and nothing else that is said of its blank nodes."""
    if not isinstance(node, BlankNode) or node in seen:
        return
    seen.add(node)
    for predicate in _STEPS if graph.is_list(node) else _FORMS:
        for value in graph.values(node, predicate):
            yield Triple(node, NamedNode(predicate), value)
            yield from _triples(graph, value, seen)


def _unusable(node: Term, what: str) -> InputError:
    return InputError(
        f"The property path {node} {what}.", remedy="See SHACL 1.0, section 2.3.1, for the forms."
    )
