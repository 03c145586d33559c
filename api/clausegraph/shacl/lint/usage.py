"""Shapes held against the data that they are for: targets and paths that match nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, NamedNode

from clausegraph.engine import nearest
from clausegraph.shacl.data import Data
from clausegraph.shacl.lint.faults import Fault, Rule, error, note, warning
from clausegraph.shacl.lint.sheet import PATH, Sheet
from clausegraph.shacl.results import Term
from clausegraph.vocabulary import RDFS, SH, TYPE

UNKNOWN_TARGET = error("unknown-target", "Each target class occurs in the data or is defined.")
EMPTY_TARGET = warning("empty-target", "Each target matches something in the data.")
UNUSED_PATH = warning("unused-path", "Each path leads along properties that the data use.")
UNUSED = note("unused-yet", "What is defined is used.")
RULES = (UNKNOWN_TARGET, EMPTY_TARGET, UNUSED_PATH, UNUSED)

_SUBCLASS = f"<{RDFS}subClassOf>"
_PROPERTIES = ("targetSubjectsOf", "targetObjectsOf")


class _Used:
    """What the data use, and what they or the shapes define."""

    def __init__(self, sheet: Sheet, data: Data) -> None:
        self.sheet = sheet
        self._data = data
        self._defined: dict[str, set[str]] = {}
        self.predicates = _column(data, "SELECT DISTINCT ?name WHERE { ?subject ?name ?object }")
        self.classes = _column(data, f"SELECT DISTINCT ?name WHERE {{ ?node {TYPE} ?name }}")
        inherited = f"?class {_SUBCLASS}* ?name . FILTER(ISIRI(?name))"
        stated = f"SELECT DISTINCT ?class WHERE {{ ?node {TYPE} ?class }}"
        self.populated = self.classes | _column(
            data, f"SELECT DISTINCT ?name WHERE {{ {{ {stated} }} {inherited} }}"
        )
        self._shapes = {node.value for node in sheet.graph.nodes() if isinstance(node, NamedNode)}

    def is_described(self, node: Term) -> bool:
        """Whether the data or the shapes say anything of a node."""
        return _name(node) in self._shapes or bool(self._rows(f"{node} ?predicate ?object"))

    def is_there(self, node: Term) -> bool:
        """Whether the data name a node, whatever they say of it."""
        return self.is_described(node) or bool(self._rows(f"?subject ?predicate {node}"))

    def near(self, iri: str, used: Iterable[str], kind: str) -> str:
        """Return a hint at the nearest name that is used or defined, or nothing.

        `kind` is how the names of its types end: `Class`, `Property`.
        """
        if kind not in self._defined:
            where = f"?name {TYPE} ?kind . FILTER(ISIRI(?name) && STRENDS(STR(?kind), '{kind}'))"
            self._defined[kind] = _column(self._data, f"SELECT DISTINCT ?name WHERE {{ {where} }}")
        near = nearest.term(iri, sorted({*used, *self._defined[kind]} - {iri}))
        return f" Did you mean {self.sheet.short(near)}?" if near else ""

    def _rows(self, pattern: str) -> list[object]:
        return list(self._data.select(f"SELECT * WHERE {{ {pattern} }} LIMIT 1"))


def check(sheet: Sheet, data: Data) -> Iterator[Fault]:
    """Find targets and paths that match nothing in the data."""
    used = _Used(sheet, data)
    for shape in sheet.shapes:
        for look in (_target_nodes, _target_properties, _paths):
            yield from look(sheet, used, shape)


def _target_nodes(sheet: Sheet, used: _Used, shape: Term) -> Iterator[Fault]:
    for target in sheet.values(shape, "targetClass"):
        if isinstance(target, NamedNode) and target.value not in used.populated:
            rule, message = _class(used, target, sheet.name(shape))
            yield rule.broken(shape, message, SH + "targetClass", target)
    for target in sheet.values(shape, "targetNode"):
        if isinstance(target, NamedNode) and not used.is_there(target):
            message = f"No data name {sheet.shown(target)}, the target of {sheet.name(shape)}."
            yield EMPTY_TARGET.broken(shape, message, SH + "targetNode", target)


def _target_properties(sheet: Sheet, used: _Used, shape: Term) -> Iterator[Fault]:
    for term in _PROPERTIES:
        where = f"the target of {sheet.name(shape)} (sh:{term})"
        for target in sheet.values(shape, term):
            if isinstance(target, NamedNode) and target.value not in used.predicates:
                rule, message = _property(used, EMPTY_TARGET, target, where)
                yield rule.broken(shape, message, SH + term, target)


def _paths(sheet: Sheet, used: _Used, shape: Term) -> Iterator[Fault]:
    where = f"on the path of {sheet.name(shape)}"
    for path in sheet.graph.values(shape, PATH):
        for predicate in _predicates(sheet, path):
            if predicate.value not in used.predicates:
                rule, message = _property(used, UNUSED_PATH, predicate, where)
                yield rule.broken(shape, message, PATH, path)


def _class(used: _Used, target: NamedNode, name: str) -> tuple[Rule, str]:
    """Say what is amiss with a target class that has no instances."""
    what = f"{used.sheet.shown(target)}, the target of {name},"
    if used.is_described(target):
        return UNUSED, f"{what} is defined and has no instances."
    near = used.near(target.value, used.populated, "Class")
    return UNKNOWN_TARGET, f"{what} neither occurs in the data nor is it defined.{near}"


def _property(used: _Used, rule: Rule, named: NamedNode, where: str) -> tuple[Rule, str]:
    """Say what is amiss with a property that no data use; `rule` is for one that is not defined."""
    if used.is_described(named):
        return UNUSED, f"{used.sheet.shown(named)}, {where}, is defined and no data use it."
    near = used.near(named.value, used.predicates, "Property")
    return rule, f"No data use {used.sheet.shown(named)}, {where}.{near}"


def _predicates(sheet: Sheet, path: Term) -> Iterator[NamedNode]:
    """Yield the IRIs that a path is made of."""
    seen: set[Term] = set()
    waiting = [path]
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, NamedNode):
            if not sheet.graph.is_list(node):
                yield node
        elif isinstance(node, BlankNode) and node not in seen:
            seen.add(node)
            for predicate in sheet.graph.predicates(node):
                waiting += sheet.graph.values(node, predicate)


def _column(data: Data, query: str) -> set[str]:
    return {term.value for (term,) in data.select(query) if isinstance(term, NamedNode)}


def _name(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else ""
