"""Closed shapes (SHACL 1.0, section 4.8.1): what they shut out that must be there."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode

from clausegraph.shacl.lint.facets import key
from clausegraph.shacl.lint.faults import Fault, error
from clausegraph.shacl.lint.sheet import PATH, PROPERTY, Sheet
from clausegraph.shacl.results import Term
from clausegraph.vocabulary import SH, TYPE

CLOSED = error("closed", "A closed shape allows the properties that must be there.")
RULES = (CLOSED,)

_CLOSED = SH + "closed"


def check(sheet: Sheet) -> Iterator[Fault]:
    """Find closed shapes that no node can conform to, or none that is worth closing."""
    for shape in sheet.shapes:
        if not sheet.is_true(shape, "closed"):
            continue
        allowed = _allowed(sheet, shape)
        value = sheet.values(shape, "closed")[0]
        name = sheet.name(shape)
        of_class = bool(sheet.values(shape, "targetClass")) or sheet.is_class(shape)
        if of_class and TYPE not in allowed:
            message = (
                f"{name} is closed and about the instances of a class, whose rdf:type it does not "
                "allow: add sh:ignoredProperties ( rdf:type )."
            )
            yield CLOSED.broken(shape, message, _CLOSED, value)
        elif not allowed:
            message = f"{name} is closed and allows no property: name them with sh:property."
            yield CLOSED.broken(shape, message, _CLOSED, value)
        for owner, path in _required_elsewhere(sheet, shape):
            if path not in allowed:
                wanted = f"{sheet.shown(path)}, which {sheet.name(owner)} wants of the same nodes"
                message = (
                    f"{name} is closed and does not allow {wanted}: add it to sh:ignoredProperties."
                )
                yield CLOSED.broken(shape, message, _CLOSED, value)


def _allowed(sheet: Sheet, shape: Term) -> set[Term]:
    """Return what the shape's own properties and sh:ignoredProperties allow."""
    paths: set[Term] = {
        path
        for inner in sheet.graph.values(shape, PROPERTY)
        for path in sheet.graph.values(inner, PATH)
        if isinstance(path, NamedNode)
    }
    for ignored in sheet.values(shape, "ignoredProperties"):
        paths.update(sheet.members(ignored) or ())
    return paths


def _required_elsewhere(sheet: Sheet, shape: Term) -> Iterator[tuple[Term, Term]]:
    """Yield the properties that shapes of sh:node and sh:and want, which closing shuts out."""
    seen, waiting = {shape}, [shape]
    found: set[str] = set()
    while waiting:
        for predicate, _, inner in sheet.inner(waiting.pop()):
            if predicate not in {SH + "and", SH + "node"} or inner in seen:
                continue
            seen.add(inner)
            waiting.append(inner)
            for wanted in sheet.graph.values(inner, PROPERTY):
                for path in sheet.graph.values(wanted, PATH):
                    if _is_required(sheet, wanted, path) and key(sheet, path) not in found:
                        found.add(key(sheet, path))
                        yield inner, path


def _is_required(sheet: Sheet, shape: Term, path: Term) -> bool:
    counts = [*sheet.values(shape, "minCount"), *sheet.values(shape, "qualifiedMinCount")]
    least = any(count.value not in {"", "0"} for count in counts)
    return isinstance(path, NamedNode) and (least or bool(sheet.values(shape, "hasValue")))
