"""The shapes of a graph, which refers to which, and how to name them; nothing is taken amiss."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode

from clausegraph.errors import InputError
from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.lint.terms import CONSTRAINTS, TARGETS
from clausegraph.shacl.results import Term
from clausegraph.vocabulary import RDFS, SH, XSD

PATH = SH + "path"
PROPERTY = SH + "property"
NODE_SHAPE = NamedNode(SH + "NodeShape")
PROPERTY_SHAPE = NamedNode(SH + "PropertyShape")

_ONE = (SH + "node", SH + "not", PROPERTY, SH + "qualifiedValueShape")
_LISTS = (SH + "and", SH + "or", SH + "xone")
_CLASS = NamedNode(RDFS + "Class")
_TRUE = (Literal("true", datatype=NamedNode(XSD + "boolean")), Literal(True))

Shown = Callable[[Term], str]


class Sheet:
    """The shapes of a graph: `shapes` in the order of the files, inner ones too.

    `shown` returns a term as people know it.
    """

    def __init__(self, graph: ShapesGraph, shown: Shown) -> None:
        self.graph = graph
        self.shown = shown
        self.shapes = list(self._shapes())

    def values(self, node: Term, name: str) -> list[Term]:
        """The values of a term of SHACL, by its local name."""
        return self.graph.values(node, SH + name)

    def is_true(self, node: Term, name: str) -> bool:
        """Whether a flag such as `closed` is set."""
        return any(value in _TRUE for value in self.values(node, name))

    def members(self, head: Term) -> list[Term] | None:
        """The members of a list, or None where there is no well-formed list."""
        try:
            return self.graph.list(head)
        except InputError:
            return None

    def inner(self, shape: Term) -> Iterator[tuple[str, Term, Term]]:
        """Yield the shapes that a shape refers to: by which predicate and value, and the shape."""
        for predicate in _ONE:
            for value in self.graph.values(shape, predicate):
                yield predicate, value, value
        for predicate in _LISTS:
            for head in self.graph.values(shape, predicate):
                for member in self.members(head) or ():
                    yield predicate, head, member

    def has_targets(self, shape: Term) -> bool:
        """Whether a shape names what it is about, or is a class (SHACL 1.0, section 2.1.3)."""
        said = self.graph.predicates(shape)
        return any(target in said for target in TARGETS) or self.is_class(shape)

    def is_class(self, shape: Term) -> bool:
        """Whether a shape is a class too, whose instances it is about."""
        return not self._classes.isdisjoint(self.graph.types(shape))

    def is_property_shape(self, shape: Term) -> bool:
        """Whether a node is a property shape: it has a path, or says that it is one."""
        return bool(self.graph.values(shape, PATH)) or PROPERTY_SHAPE in self.graph.types(shape)

    def is_shape(self, node: Term) -> bool:
        """Whether anything makes a node a shape."""
        return node in self._known

    @cached_property
    def parents(self) -> dict[Term, list[Term]]:
        """The shapes that refer to each shape."""
        found: dict[Term, list[Term]] = {}
        for shape in self.shapes:
            for _, _, inner in self.inner(shape):
                found.setdefault(inner, []).append(shape)
        return found

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The parameters of the constraint components that these files define themselves."""
        declared = [
            path.value
            for component in self.graph.subjects(SH + "parameter")
            for parameter in self.values(component, "parameter")
            for path in self.graph.values(parameter, PATH)
            if isinstance(path, NamedNode)
        ]
        return frozenset(declared)

    def name(self, shape: Term) -> str:
        """What a person calls a shape: its name, or for one without where it stands."""
        if not isinstance(shape, BlankNode):
            return self.shown(shape)
        paths = [self.shown(path) for path in self.graph.values(shape, PATH)]
        kind = f"the shape of {paths[0]}" if paths else "a shape without a name"
        named = self._named_ancestor(shape)
        return kind if named is None else f"{kind} in {self.shown(named)}"

    def short(self, iri: str) -> str:
        """An IRI as a message names it."""
        return self.shown(NamedNode(iri))

    def _named_ancestor(self, shape: Term) -> Term | None:
        seen, waiting = {shape}, list(self.parents.get(shape, ()))
        while waiting:
            parent = waiting.pop(0)
            if isinstance(parent, NamedNode):
                return parent
            if parent not in seen:
                seen.add(parent)
                waiting += self.parents.get(parent, ())
        return None

    @cached_property
    def _classes(self) -> set[Term]:
        return self.graph.below([_CLASS])

    @cached_property
    def _known(self) -> frozenset[Term]:
        return frozenset(self.shapes)

    def _shapes(self) -> Iterator[Term]:
        """Yield what is a shape by its type, its target, its constraints or who refers to it."""
        telling = {*CONSTRAINTS, *TARGETS, *self.parameters}
        seen = set[Term]()
        others = {
            value
            for name in ("sparql", "parameter")
            for owner in self.graph.subjects(SH + name)
            for value in self.values(owner, name)
        }
        for node in self.graph.nodes():
            is_typed = {NODE_SHAPE, PROPERTY_SHAPE}.intersection(self.graph.types(node))
            is_told = telling.intersection(self.graph.predicates(node))
            if (is_typed or is_told) and node not in others:
                seen.add(node)
                yield node
        for node in list(seen):
            for _, _, inner in self.inner(node):
                if inner not in seen and self.graph.predicates(inner):
                    seen.add(inner)
                    yield inner
