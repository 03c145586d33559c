"""Constraint components that a shapes graph declares itself (SHACL 1.0, section 6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from clausegraph.errors import InputError
from clausegraph.shacl import asking, querytext, sparql
from clausegraph.shacl.data import Data
from clausegraph.shacl.focus import Focus
from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.querytext import Query
from clausegraph.shacl.results import Path, Term
from clausegraph.vocabulary import SH

_LOCAL = re.compile(r"[^\W\d][\w.-]*$")
_NAME = re.compile(r"[^\W\d]\w*")
_TRUE = Literal(True)


@dataclass(frozen=True)
class Parameter:
    """A parameter: the property of a shape that gives its value, and its variable in queries."""

    path: str
    name: str
    is_optional: bool


@dataclass(frozen=True)
class Validator:
    """A validator: its query with the IRIs in full, SELECT or ASK."""

    node: Term
    query: Query
    form: str
    messages: tuple[Literal, ...]


@dataclass(frozen=True)
class Use:
    """A component as a shape uses it, with the values of its parameters by name."""

    component: NamedNode
    parameters: Mapping[str, Term]
    validator: Validator
    messages: tuple[Literal, ...]


@dataclass(frozen=True)
class Component:
    """A constraint component; validators by the property that names them."""

    node: NamedNode
    parameters: tuple[Parameter, ...]
    messages: tuple[Literal, ...]

    def uses(self, graph: ShapesGraph, shape: Term) -> Iterator[Use]:
        """Yield how a shape uses the component: for each value, where it has one parameter."""
        values = {one: graph.values(shape, one.path) for one in self.parameters}
        if not all(values[one] or one.is_optional for one in self.parameters):
            return
        validator = self.validator(graph, is_property=bool(graph.values(shape, SH + "path")))
        if validator is None:
            return
        told = validator.messages or self.messages
        if len(self.parameters) == 1:
            (parameter,) = self.parameters
            for value in values[parameter]:
                yield Use(self.node, {parameter.name: value}, validator, told)
            return
        for parameter, found in values.items():
            if len(found) > 1:
                raise InputError(
                    f"The shape {shape} has {len(found)} values of <{parameter.path}>, a parameter "
                    f"of {self.node}, which has several parameters.",
                    remedy="Keep one of them, or use two shapes.",
                )
        given = {one.name: found[0] for one, found in values.items() if found}
        yield Use(self.node, given, validator, told)

    def validator(self, graph: ShapesGraph, *, is_property: bool) -> Validator | None:
        """Return the validator for shapes of a kind (section 6.2.3), None where there is none."""
        kind = "propertyValidator" if is_property else "nodeValidator"
        for node in graph.values(self.node, SH + kind):
            return self._read(graph, node, "SELECT")
        for node in graph.values(self.node, SH + "validator"):
            return self._read(graph, node, "ASK")
        return None

    def _read(self, graph: ShapesGraph, node: Term, form: str) -> Validator:
        query = sparql.read_text(graph, node, form, f"the validator {node} of {self.node}")
        names = frozenset(parameter.name for parameter in self.parameters)
        prebound = sparql.PREBOUND | names | ({"value"} if form == "ASK" else frozenset())
        sparql.check(query, form, prebound)
        return Validator(node, query, form, sparql.messages(graph, node))


def read_components(graph: ShapesGraph) -> tuple[Component, ...]:
    """Read the components of a shapes graph, but for those of SHACL itself."""
    kinds = graph.below([NamedNode(SH + "ConstraintComponent")])
    found = []
    for node in graph.nodes():
        is_own = isinstance(node, NamedNode) and not node.value.startswith(SH)
        if is_own and not kinds.isdisjoint(graph.types(node)) and isinstance(node, NamedNode):
            found.append(_component(graph, node))
    return tuple(found)


def _component(graph: ShapesGraph, node: NamedNode) -> Component:
    parameters = tuple(_parameter(graph, node, one) for one in graph.values(node, SH + "parameter"))
    if not any(not parameter.is_optional for parameter in parameters):
        raise InputError(
            f"The constraint component {node} has no parameter that a shape must give.",
            remedy="Give it a sh:parameter that is not sh:optional.",
        )
    label = [text for text in graph.values(node, SH + "labelTemplate") if isinstance(text, Literal)]
    return Component(node, parameters, sparql.messages(graph, node) or tuple(label))


def _parameter(graph: ShapesGraph, component: NamedNode, node: Term) -> Parameter:
    path = graph.value(node, SH + "path")
    local = _LOCAL.search(path.value) if isinstance(path, NamedNode) else None
    is_usable = local is not None and _NAME.fullmatch(local[0]) is not None
    if not isinstance(path, NamedNode) or local is None or not is_usable:
        raise InputError(
            f"The parameter {node} of the constraint component {component} cannot be used: its "
            "sh:path must be an IRI whose local name is a variable of SPARQL.",
            remedy="Give it such a sh:path.",
        )
    if local[0] in sparql.PREBOUND | {"value"}:
        raise InputError(
            f"The parameter {path} of the constraint component {component} has the name "
            f"'{local[0]}', which means something else in queries (SHACL 1.0, section 6.2.1).",
            remedy="Give it another name.",
        )
    return Parameter(path.value, local[0], _TRUE in graph.values(node, SH + "optional"))


def find_use(
    use: Use, focus: Focus, path: Path | None, shape: Term, data: Data
) -> Iterator[sparql.Found]:
    """Yield what a use of a component finds among focus nodes: for ASK, the values that do not
    conform (section 6.3)."""
    query = use.validator.query
    values = {**sparql.known(query, path, shape, data), **use.parameters}
    if use.validator.form == "SELECT":
        yield from sparql.solutions(query, focus, path, values, data)
        return
    bound, blank = sparql.bind(query, values if path else {**values, "value": "?this"})
    if blank:
        raise querytext.not_covered(bound, "would have to name a blank node")
    querytext.parse(bound)
    repeats = asking.times(focus, data)
    fixed = sparql.fixed_bindings(values, path)
    for row in asking.ask_of(bound, focus, path).rows(data, blank):
        this = row["this"]
        value = row.get("value", this)
        found = sparql.Found(this, value, bindings={**fixed, **row, "value": value})
        for _ in range(1 if repeats is None else repeats.get(this, 1)):
            yield found
