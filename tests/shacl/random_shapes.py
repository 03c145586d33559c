"""Random shapes and random small graphs, for engines to be compared on (SHACL 1.0).

All constraint components of Core are there, nested and shared, property paths of every form, targets
of each kind, severities, deactivated shapes, and SPARQL constraints of a few forms. Shapes are IRIs,
so that results can name them, and refer to earlier ones only, so that none is recursive.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from clausegraph.vocabulary import RDF, RDFS, SH, XSD

EX = "http://example.org/"
T = TypeVar("T")
Term = NamedNode | BlankNode | Literal
TYPE = NamedNode(RDF + "type")
SUBCLASS = NamedNode(RDFS + "subClassOf")
NIL = NamedNode(RDF + "nil")
TRUE = Literal("true", datatype=NamedNode(XSD + "boolean"))


def ex(name: str) -> NamedNode:
    return NamedNode(EX + name)


def sh(name: str) -> NamedNode:
    return NamedNode(SH + name)


def xsd(value: str, datatype: str) -> Literal:
    return Literal(value, datatype=NamedNode(XSD + datatype))


THINGS: Sequence[NamedNode | BlankNode] = (*map(ex, "abcd"), *map(BlankNode, "xy"))
PREDICATES = tuple(map(ex, "pqr"))
CLASSES = tuple(map(ex, ("A", "B", "C")))
KINDS = (*CLASSES, ex("Shape1"))  # the first shape may be a class too
LITERALS = (
    *(Literal(text) for text in ("", "one", "two words", "naïve\n😀")),
    *(Literal("colour", language=tag) for tag in ("en", "en-gb", "de")),
    Literal("Farbe", language="de"),
    *(xsd(text, "integer") for text in ("1", "01", "5", "-7", "abc")),
    *(xsd(text, "decimal") for text in ("1.50", "1.5", "1.0", "5")),
    *(xsd(text, "double") for text in ("1.5e0", "1.5", "nought")),
    *(xsd(text, "byte") for text in ("5", "300")),
    *(xsd(text, "boolean") for text in ("true", "1", "maybe")),
    *(xsd(text, "date") for text in ("2026-01-31", "2026-02-30")),
    *(xsd(text, "dateTime") for text in ("2026-01-31T00:00:00Z", "2026-01-31T01:00:00")),
    Literal("one", datatype=ex("datatype")),
)
BOUNDS = (
    xsd("1", "integer"),
    xsd("1.50", "decimal"),
    xsd("5.0e0", "double"),
    xsd("2026-01-31", "date"),
    xsd("2026-01-31T00:00:00Z", "dateTime"),
    Literal("more"),
)
DATATYPES = (
    *(NamedNode(XSD + name) for name in ("string", "integer", "decimal", "double", "byte")),
    *(NamedNode(XSD + name) for name in ("boolean", "date", "dateTime")),
    NamedNode(RDF + "langString"),
    ex("datatype"),
)
NODE_KINDS = ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
PATTERNS = ("^o", "e$", "[0-9]+", "^http://example\\.org/[a-b]$", "WORDS", "^.{3}$")
SEVERITIES = (*map(sh, ("Info", "Warning", "Violation")), ex("Grave"))
OF_NODES = (
    f"SELECT $this ?value WHERE {{ $this <{EX}p> ?value . FILTER (isLiteral(?value)) }}",
    f"SELECT $this WHERE {{ $this <{EX}p> ?x . FILTER NOT EXISTS {{ $this <{EX}q> ?x }} }}",
    f"SELECT $this ?path ?value WHERE {{ $this ?path ?value . FILTER (?path = <{EX}q>) }}",
    f"SELECT $this WHERE {{ $this <{EX}p> ?x . $this <{EX}q> ?y . FILTER (isNumeric(?x) && isNumeric(?y) && ?x < ?y) }}",
    f"SELECT DISTINCT $this WHERE {{ {{ $this <{EX}p> ?x }} UNION {{ ?x <{EX}r> $this }} }}",
)
OF_PROPERTIES = (
    "SELECT $this ?value WHERE { $this $PATH ?value . FILTER (!isIRI(?value)) }",
    "SELECT $this ?value WHERE { $this $PATH ?value . FILTER (isNumeric(?value) && ?value > 1) }",
    f"SELECT $this WHERE {{ $this $PATH ?x . FILTER NOT EXISTS {{ ?x <{EX}p> ?y }} }}",
)


@dataclass(frozen=True)
class Problem:
    """Data to be judged, and shapes to judge them by."""

    data: tuple[Triple, ...]
    shapes: tuple[Triple, ...]


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Draw data and shapes."""
    maker = _Maker(draw)
    for _ in range(draw(st.integers(1, 3))):
        maker.root()
    return Problem(tuple(draw(_data())), tuple(maker.triples))


def _data() -> st.SearchStrategy[list[Triple]]:
    things, values = st.sampled_from(THINGS), st.sampled_from((*THINGS, *LITERALS))
    said = st.builds(Triple, things, st.sampled_from(PREDICATES), values)
    typed = st.builds(Triple, things, st.just(TYPE), st.sampled_from(KINDS))
    below = st.builds(Triple, st.sampled_from(KINDS), st.just(SUBCLASS), st.sampled_from(KINDS))
    some = st.tuples(
        st.lists(said, min_size=4, max_size=18, unique=True),
        st.lists(typed, min_size=1, max_size=5, unique=True),
        st.lists(below, max_size=2, unique=True),
    )
    return some.map(lambda parts: [triple for part in parts for triple in part])


@dataclass
class _Maker:
    """Makes shapes; what it draws decides."""

    draw: st.DrawFn
    triples: list[Triple] = field(default_factory=list)
    nodes: list[NamedNode] = field(default_factory=list)
    count: int = 0

    # --- what is drawn, and said

    def pick(self, options: Sequence[T]) -> T:
        return self.draw(st.sampled_from(options))

    def some(self, options: Sequence[T], most: int = 3) -> list[T]:
        return self.draw(st.lists(st.sampled_from(options), min_size=1, max_size=most, unique=True))

    def one_in(self, number: int) -> bool:
        return self.draw(st.integers(0, number - 1)) == number - 1

    def say(self, subject: NamedNode | BlankNode, name: str | NamedNode, value: Term) -> None:
        predicate = sh(name) if isinstance(name, str) else name
        self.triples.append(Triple(subject, predicate, value))

    def fresh(self) -> str:
        self.count += 1
        return str(self.count)

    def list_of(self, members: Sequence[Term]) -> Term:
        head: Term = NIL
        for member in reversed(members):
            cell = BlankNode(f"list{self.fresh()}")
            self.say(cell, NamedNode(RDF + "first"), member)
            self.say(cell, NamedNode(RDF + "rest"), head)
            head = cell
        return head

    # --- shapes

    def root(self) -> None:
        shape = self.shape(2)
        for _ in range(self.draw(st.integers(1, 2))):
            kind = self.pick(("Class", "Node", "SubjectsOf", "ObjectsOf", "implicit"))
            if kind == "implicit":
                self.say(shape, TYPE, NamedNode(RDFS + "Class"))
            elif kind == "Class":
                self.say(shape, "targetClass", self.pick(CLASSES))
            elif kind == "Node":
                named = [term for term in THINGS if isinstance(term, NamedNode)]
                self.say(shape, "targetNode", self.pick((*named, *LITERALS)))
            else:
                self.say(shape, f"target{kind}", self.pick(PREDICATES))

    def shape(self, depth: int) -> NamedNode:
        """Make a shape of either kind, or take one that is there."""
        if self.nodes and self.one_in(6):
            return self.pick(self.nodes)
        return self.node_shape(depth) if self.one_in(2) else self.property_shape(depth)

    def node_shape(self, depth: int) -> NamedNode:
        shape = ex(f"Shape{self.fresh()}")
        self.say(shape, TYPE, sh("NodeShape"))
        self.constrain(shape, _OF_BOTH + 2 * _OF_NODES, depth)
        return shape

    def property_shape(self, depth: int) -> NamedNode:
        shape = ex(f"Shape{self.fresh()}")
        self.say(shape, TYPE, sh("PropertyShape"))
        self.say(shape, "path", self.path(2))
        self.constrain(shape, _OF_BOTH + 2 * _OF_PROPERTIES, depth)
        return shape

    def constrain(self, shape: NamedNode, makers: Sequence[_Constraint], depth: int) -> None:
        nested = depth > 0
        usable = [make for make in makers if nested or make not in _NESTED]
        for make in self.some(usable, 3):
            make(self, shape, depth - 1)
        if self.one_in(4):
            self.say(shape, "severity", self.pick(SEVERITIES))
        if self.one_in(6):
            self.say(shape, "message", Literal("as it is", language="en"))
        if self.one_in(15):
            self.say(shape, "deactivated", TRUE)
        self.nodes.append(shape)

    def path(self, depth: int, *, inverted: bool = False) -> NamedNode | BlankNode:
        """Make a path; no sequence is `inverted`, which pySHACL gets wrong."""
        kinds = ("predicate", "predicate", "alternative", "repeat", "inverse", "sequence")
        kind = self.pick(kinds[:-1] if inverted else kinds)
        if kind == "predicate" or not depth:
            return self.pick(PREDICATES)
        if kind == "sequence":
            return self.steps(depth, inverted=inverted)
        node = BlankNode(f"path{self.fresh()}")
        if kind == "inverse":
            self.say(node, "inversePath", self.path(depth - 1, inverted=True))
        elif kind == "alternative":
            self.say(node, "alternativePath", self.steps(depth, inverted=inverted))
        else:
            name = self.pick(("zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"))
            self.say(node, name, self.path(depth - 1, inverted=inverted))
        return node

    def steps(self, depth: int, *, inverted: bool) -> BlankNode:
        head = self.list_of([self.path(depth - 1, inverted=inverted) for _ in range(2)])
        assert isinstance(head, BlankNode)
        return head


_Constraint = Callable[[_Maker, NamedNode, int], None]


def _class(make: _Maker, shape: NamedNode, _: int) -> None:
    for name in make.some(CLASSES, 2):
        make.say(shape, "class", name)


def _datatype(make: _Maker, shape: NamedNode, _: int) -> None:
    make.say(shape, "datatype", make.pick(DATATYPES))


def _node_kind(make: _Maker, shape: NamedNode, _: int) -> None:
    make.say(shape, "nodeKind", sh(make.pick(NODE_KINDS)))


def _range(make: _Maker, shape: NamedNode, _: int) -> None:
    for name in make.some(("minInclusive", "minExclusive", "maxInclusive", "maxExclusive"), 2):
        make.say(shape, name, make.pick(BOUNDS))


def _length(make: _Maker, shape: NamedNode, _: int) -> None:
    for name in make.some(("minLength", "maxLength"), 2):
        make.say(shape, name, xsd(make.pick("139"), "integer"))


def _pattern(make: _Maker, shape: NamedNode, _: int) -> None:
    make.say(shape, "pattern", Literal(make.pick(PATTERNS)))
    if make.one_in(2):
        make.say(shape, "flags", Literal("i"))


def _language_in(make: _Maker, shape: NamedNode, _: int) -> None:
    make.say(shape, "languageIn", make.list_of([Literal(tag) for tag in make.some(("en", "de"))]))


def _equals(make: _Maker, shape: NamedNode, _: int) -> None:
    make.say(shape, make.pick(("equals", "disjoint")), make.pick(PREDICATES))


def _has_value(make: _Maker, shape: NamedNode, _: int) -> None:
    make.say(shape, "hasValue", make.pick((*THINGS[:4], *LITERALS)))


def _in(make: _Maker, shape: NamedNode, _: int) -> None:
    make.say(shape, "in", make.list_of(make.some((*THINGS[:4], *LITERALS), 5)))


def _not(make: _Maker, shape: NamedNode, depth: int) -> None:
    make.say(shape, "not", make.shape(depth))


def _logical(make: _Maker, shape: NamedNode, depth: int) -> None:
    shapes = [make.shape(depth) for _ in range(make.draw(st.integers(1, 3)))]
    make.say(shape, make.pick(("and", "or", "xone")), make.list_of(shapes))


def _node(make: _Maker, shape: NamedNode, depth: int) -> None:
    make.say(shape, "node", make.node_shape(depth))


def _property(make: _Maker, shape: NamedNode, depth: int) -> None:
    for _ in range(make.draw(st.integers(1, 2))):
        make.say(shape, "property", make.property_shape(depth))


def _sparql_of_node(make: _Maker, shape: NamedNode, _: int) -> None:
    _sparql(make, shape, make.pick(OF_NODES))


def _sparql_of_property(make: _Maker, shape: NamedNode, _: int) -> None:
    _sparql(make, shape, make.pick(OF_PROPERTIES))


def _sparql(make: _Maker, shape: NamedNode, text: str) -> None:
    constraint = ex(f"Constraint{make.fresh()}")
    make.say(shape, "sparql", constraint)
    make.say(constraint, "select", Literal(text))


def _closed(make: _Maker, shape: NamedNode, _: int) -> None:
    make.say(shape, "closed", TRUE)
    if make.one_in(2):
        make.say(shape, "ignoredProperties", make.list_of(make.some((TYPE, *PREDICATES))))


def _count(make: _Maker, shape: NamedNode, _: int) -> None:
    for name in make.some(("minCount", "maxCount"), 2):
        make.say(shape, name, xsd(make.pick("012"), "integer"))


def _unique_language(make: _Maker, shape: NamedNode, _: int) -> None:
    make.say(shape, "uniqueLang", TRUE)


def _less(make: _Maker, shape: NamedNode, _: int) -> None:
    make.say(shape, make.pick(("lessThan", "lessThanOrEquals")), make.pick(PREDICATES))


def _qualified(make: _Maker, shape: NamedNode, depth: int) -> None:
    make.say(shape, "qualifiedValueShape", make.shape(depth))
    for name in make.some(("qualifiedMinCount", "qualifiedMaxCount"), 2):
        make.say(shape, name, xsd(make.pick("012"), "integer"))
    if make.one_in(3):
        make.say(shape, "qualifiedValueShapesDisjoint", TRUE)


_NESTED: tuple[_Constraint, ...] = (_not, _logical, _node, _property, _qualified)
_OF_BOTH: tuple[_Constraint, ...] = (
    *(_class, _datatype, _node_kind, _range, _length, _pattern, _language_in, _equals),
    *(_has_value, _in, _not, _logical, _node, _property),
)
_OF_NODES: tuple[_Constraint, ...] = (_closed, _sparql_of_node)
_OF_PROPERTIES: tuple[_Constraint, ...] = (
    *(_count, _unique_language, _less, _qualified, _sparql_of_property),
)
