"""The shapes graph, indexed: what each node says, in the order in which the files say it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.errors import InputError
from clausegraph.shacl.results import Term
from clausegraph.vocabulary import RDF, TYPE

_FIRST = RDF + "first"
_REST = RDF + "rest"
_NIL = RDF + "nil"


class ShapesGraph:
    """Triples by subject and predicate, and by predicate and object; predicates are IRIs as text.

    `origins` tells the file of each subject, where the one who reads the files knows.
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._said: dict[Term, dict[str, list[Term]]] = {}
        for triple in triples:
            subject, value = triple.subject, triple.object
            if isinstance(subject, Triple) or isinstance(value, Triple):
                continue
            values = self._said.setdefault(subject, {}).setdefault(triple.predicate.value, [])
            if value not in values:
                values.append(value)

    def __len__(self) -> int:
        return sum(len(values) for said in self._said.values() for values in said.values())

    def nodes(self) -> list[Term]:
        """All subjects, in the order of the files."""
        return list(self._said)

    def values(self, subject: Term, predicate: str) -> list[Term]:
        """The values of a property, in the order of the files."""
        return self._said.get(subject, {}).get(predicate, [])

    def value(self, subject: Term, predicate: str) -> Term | None:
        """The only value of a property, None if there is none; InputError if there are more."""
        values = self.values(subject, predicate)
        if len(values) > 1:
            raise InputError(
                f"The shape {subject} has {len(values)} values of <{predicate}>; one is allowed.",
                remedy="Keep one of them.",
            )
        return values[0] if values else None

    def predicates(self, subject: Term) -> list[str]:
        """The properties that a node has."""
        return list(self._said.get(subject, ()))

    def has(self, subject: Term, predicate: str, value: Term) -> bool:
        """Whether the graph holds a triple."""
        return value in self.values(subject, predicate)

    def subjects(self, predicate: str, value: Term | None = None) -> list[Term]:
        """The nodes that have a property, or that have it with one value."""
        holders = self._holders.get(predicate, [])
        return [node for node in holders if value is None or self.has(node, predicate, value)]

    @cached_property
    def _holders(self) -> dict[str, list[Term]]:
        holders: dict[str, list[Term]] = {}
        for node, said in self._said.items():
            for predicate in said:
                holders.setdefault(predicate, []).append(node)
        return holders

    def triples(self) -> list[Triple]:
        """All triples."""
        return [
            Triple(node, NamedNode(predicate), value)
            for node, said in self._said.items()
            if not isinstance(node, Literal)
            for predicate, values in said.items()
            for value in values
        ]

    def is_list(self, node: Term) -> bool:
        """Whether a node is the head of a list, the empty one included."""
        is_nil = isinstance(node, NamedNode) and node.value == _NIL
        return is_nil or bool(self.values(node, _FIRST))

    def list(self, node: Term) -> list[Term]:
        """The members of a SHACL list (section 1.1 "Terminology"), or InputError if it is none."""
        members: list[Term] = []
        seen: set[Term] = set()
        while not (isinstance(node, NamedNode) and node.value == _NIL):
            first, rest = self.values(node, _FIRST), self.values(node, _REST)
            if node in seen or len(first) != 1 or len(rest) != 1:
                raise InputError(
                    f"The node {node} is no list that ends: it needs one rdf:first and one "
                    "rdf:rest at each step.",
                    remedy="Write the list in parentheses.",
                )
            seen.add(node)
            members.append(first[0])
            node = rest[0]
        return members

    def below(self, classes: Iterable[Term]) -> set[Term]:
        """These classes and all that are stated to be subclasses of them."""
        found, waiting = set[Term](), list(classes)
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting += self.subjects(_SUBCLASS, node)
        return found

    def types(self, node: Term) -> Sequence[Term]:
        """The types that are stated of a node."""
        return self.values(node, TYPE.value)


_SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
