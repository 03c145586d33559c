"""Data at hand: one graph in memory, literals in their own spelling, asked by SPARQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    Variable,
)

from clausegraph.errors import InputError
from clausegraph.shacl import exact, lexical
from clausegraph.shacl.data import Row
from clausegraph.shacl.results import Term
from clausegraph.shacl.targets import Selection

Node = NamedNode | BlankNode
_GRAPH = DefaultGraph()
_N_TRIPLES = RdfFormat.N_TRIPLES
_HAS = NamedNode(exact.OWN + "has")
_BATCH = 20_000  # quads that are added at once
FEW = 2_000  # nodes that a query lists, rather than looks up
_LONGEST = 500  # characters of a query or of what an engine says about it
_KEPT = (
    "SELECT ?graph ?subject ?predicate ?value WHERE {\n"
    "  { ?subject ?predicate ?value } UNION { GRAPH ?graph { ?subject ?predicate ?value } }\n"
    "  FILTER(isLiteral(?value))\n"
    f'  FILTER(STRSTARTS(STR(DATATYPE(?value)), "{exact.OWN}"))\n'
    "}"
)


class LocalData:
    """An RDF graph in memory: the merge of all that was loaded, each triple once.

    Graph names of the input are left aside. Literals are kept as `exact` says; for queries by value
    the ordinary ones take their places, until the next query that is not by value.
    """

    is_exact = True

    def __init__(self) -> None:
        self.has_exact = False
        self.shapes_graph: str | None = None
        self._store = Store()
        self._kept: list[Quad] | None = []  # None: there may be more than were found
        self._ordinary: list[Quad] = []  # they stand for those of `_replaced`, in queries by value
        self._replaced: list[Quad] = []
        self._is_by_value = False
        self._aside = 0  # quads of the shapes and of marks
        self._spellings: dict[tuple[Term, Literal], Literal | None] | None = None

    def __len__(self) -> int:
        """How many triples there are, those of the shapes aside."""
        return len(self._store) - self._aside

    def __bool__(self) -> bool:
        """True, with and without triples."""
        return True

    def load(self, quads: Iterable[Quad | Triple]) -> int:
        """Add the triples of quads, whatever graph they are in; return how many quads there were.

        Raises InputError for a triple term, which has no place in an RDF 1.1 graph, and whatever
        `quads` raises, which may leave some of them added.
        """
        number = 0
        encoded = self._encoded(quads)
        while batch := list(islice(encoded, _BATCH)):
            self._store.extend(batch)
            number += len(batch)
        return number

    def load_lines(self, text: bytes) -> None:
        """Add N-Triples that have neither blank nodes nor literals to be kept otherwise.

        Raises SyntaxError, as the parser does, and adds nothing then.
        """
        self._exactly()
        self._store.load(text, format=_N_TRIPLES)

    def load_shapes(self, triples: Iterable[Triple], graph: str) -> None:
        """Put the shapes into a named graph, the `$shapesGraph` of queries."""
        name = NamedNode(graph)
        self._put_aside(
            Quad(quad.subject, quad.predicate, quad.object, name) for quad in self._encoded(triples)
        )
        self.shapes_graph = graph

    def describes(self, node: object) -> bool:
        """Whether a node is the subject of a triple."""
        return isinstance(node, NamedNode | BlankNode) and self.has(node, None, None)

    def mentions(self, term: Term) -> bool:
        """Whether a term, in the spelling of the input, is the object of a triple."""
        return self.has(None, None, term)

    def has(self, subject: Node | None, predicate: NamedNode | None, value: Term | None) -> bool:
        """Whether there is such a triple; None stands for any term."""
        self._exactly()
        if isinstance(value, Literal):
            value = exact.encode(value)
        found = self._store.quads_for_pattern(subject, predicate, value, _GRAPH)
        return next(found, None) is not None

    def subjects(self) -> Iterator[Node]:
        """Yield each node that is described, in no order."""
        for (node,) in self.select("SELECT DISTINCT ?subject WHERE { ?subject ?p ?value }"):
            if isinstance(node, NamedNode | BlankNode):
                yield node

    def terms(self) -> set[Term]:
        """Return all subjects and objects, as they are kept."""
        self._exactly()
        found: set[Term] = set()
        for quad in self._store.quads_for_pattern(None, None, None, _GRAPH):
            found.update((quad.subject, quad.object))  # type: ignore[arg-type]
        return found

    def only(self, nodes: Collection[Term], name: str) -> Selection:
        """Return the selection of these nodes, as they are kept.

        `name` is a word of its own for each set of many nodes.
        """
        listed = [node for node in nodes if not isinstance(node, BlankNode)]
        if len(nodes) <= FEW and len(listed) == len(nodes):
            return Selection(nodes=tuple(sorted(listed, key=str)))
        return Selection(self._marked(nodes, name))

    def without(self, nodes: Collection[Term], name: str) -> Selection:
        """Return the selection of all but these nodes."""
        return Selection(f"FILTER NOT EXISTS {{ {self._marked(nodes, name)} }}")

    def select(
        self, text: str, *, by_value: bool = False, bindings: Mapping[str, Term] | None = None
    ) -> Iterator[Row]:
        """Yield the rows of a SELECT query, see `data.Data`.

        Rows are all found before the first is yielded where a later query may change the literals.
        Raises InputError for a query that cannot be evaluated.
        """
        if by_value:
            self._by_value()
        else:
            self._exactly()
        rows = self._rows(text, bindings or {})
        return iter(list(rows)) if self.has_exact else rows

    def spelt(self, subject: Term, value: Term) -> Term:
        """Return a value of a subject as the input spells it, given what a query by value found.

        Where the input spells it in several ways, it is the value as it was given.
        """
        if not isinstance(value, Literal) or not self.has_exact:
            return value
        if self._spellings is None:
            self._spellings = self._read_spellings()
        return self._spellings.get((subject, value)) or value

    def _read_spellings(self) -> dict[tuple[Term, Literal], Literal | None]:
        """Return the kept literals by subject and ordinary literal, None where there are several
        spellings."""
        found: dict[tuple[Term, Literal], Literal | None] = {}
        for quad in self._found():
            kept, ordinary = exact.decode(_value(quad)), _value(_ordinary(quad))
            if isinstance(kept, Literal) and isinstance(ordinary, Literal):
                subject = _subject(quad)
                is_one = found.get((subject, ordinary), kept) == kept
                is_one &= not self.has(subject, None, ordinary)
                found[subject, ordinary] = kept if is_one else None
        return found

    def _rows(self, text: str, bindings: Mapping[str, Term]) -> Iterator[Row]:
        known: dict[Variable, NamedNode | BlankNode | Literal | Triple]
        known = {Variable(name): term for name, term in bindings.items()}
        try:
            solutions = self._store.query(text, substitutions=known or None)
            if isinstance(solutions, QuerySolutions):
                for solution in solutions:
                    yield tuple(solution)
        except (SyntaxError, RuntimeError, ValueError, OSError) as error:
            raise InputError(
                f"A query of the shapes cannot be evaluated: {_short(str(error))}. "
                f"The query is: {_short(text)}",
                remedy="Correct it: functions and syntax are those of SPARQL 1.1.",
            ) from error

    def _encoded(self, quads: Iterable[Quad | Triple]) -> Iterator[Quad]:
        self._exactly()
        for quad in quads:
            value = quad.object
            if isinstance(value, Literal):
                kept = exact.encode(value)
                if kept != value:
                    self.has_exact, self._kept = True, None
                    value = kept
            elif isinstance(value, Triple):
                raise InputError(
                    f"{value} has no place in an RDF 1.1 graph.",
                    remedy="Write what it says without triple terms.",
                )
            yield Quad(quad.subject, quad.predicate, value)

    def _marked(self, nodes: Collection[Term], name: str) -> str:
        graph = NamedNode(exact.OWN + name)
        self._exactly()
        self._put_aside(Quad(graph, _HAS, node, graph) for node in nodes)
        if any(map(exact.is_kept, nodes)):
            self._kept = None
        return f"GRAPH {graph} {{ {graph} {_HAS} ?this }}"

    def _put_aside(self, quads: Iterable[Quad]) -> None:
        before = len(self._store)
        self._store.extend(list(quads))
        self._aside += len(self._store) - before

    def _found(self) -> list[Quad]:
        """Return the quads with kept literals; the data are as they are kept."""
        self._exactly()
        if self._kept is None:
            self._kept = [
                Quad(subject, predicate, value, graph or _GRAPH)  # type: ignore[arg-type]
                for graph, subject, predicate, value in self._rows(_KEPT, {})
                if exact.is_kept(value)
            ]
            self._spellings = None
        return self._kept

    def _by_value(self) -> None:
        if self.has_exact and not self._is_by_value:
            pairs = [(quad, _ordinary(quad)) for quad in self._found()]
            self._replaced = [kept for kept, ordinary in pairs if kept != ordinary]
            self._ordinary = [quad for _, quad in pairs if quad not in self._store]
            self._swap(self._replaced, self._ordinary)
            self._is_by_value = True

    def _exactly(self) -> None:
        if self._is_by_value:
            self._swap(self._ordinary, self._replaced)
            self._is_by_value = False

    def _swap(self, old: Iterable[Quad], new: Iterable[Quad]) -> None:
        for quad in old:
            self._store.remove(quad)
        self._store.extend(new)


def _short(text: str) -> str:
    line = " ".join(text.split()).removesuffix(".")
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]} ..."


def _ordinary(quad: Quad) -> Quad:
    """Return a quad with the ordinary literal, as the store gives it back.

    An ill-typed one that the store would take for a value stays as it is kept: `"300"^^xsd:byte` is
    no number (SPARQL 1.1, section 17.1).
    """
    value = _value(quad)
    decoded = exact.decode(value)
    if isinstance(decoded, Literal) and isinstance(value, Literal):
        given = lexical.given_back(decoded)
        is_ill_typed = value.datatype.value.startswith(exact.ILL_TYPED)
        value = value if is_ill_typed and given != decoded else given
    return Quad(quad.subject, quad.predicate, value, quad.graph_name)


def _subject(quad: Quad) -> Node:
    subject = quad.subject
    assert isinstance(subject, NamedNode | BlankNode)  # noqa: S101  (as in RDF 1.1)
    return subject


def _value(quad: Quad) -> Term:
    value = quad.object
    assert not isinstance(value, Triple)  # noqa: S101  (it was refused when it came)
    return value
