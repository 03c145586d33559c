"""The ontology and the shapes as a reference: each term, what is wanted of it, what is near it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from clausegraph import vocabulary
from clausegraph.shacl.explaining import demands, targets
from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.lint.sheet import Sheet
from clausegraph.shacl.results import Term
from clausegraph.vocabulary import CG, OWL, RDFS, SCHEMA, SH, SKOS
from clausegraph.web import addresses

CLASS, PROPERTY = "class", "property"

_KINDS = {
    OWL + "Class": CLASS,
    OWL + "ObjectProperty": PROPERTY,
    OWL + "DatatypeProperty": PROPERTY,
    OWL + "AnnotationProperty": PROPERTY,
}
_DOMAINS = (RDFS + "domain", SCHEMA + "domainIncludes")
_RANGES = (RDFS + "range", SCHEMA + "rangeIncludes")
_SHAPES = vocabulary.SHAPES + "#"
_WARNING = SH + "Warning"


@dataclass(frozen=True)
class Name:
    """A term as others refer to it: its IRI, its short name, and where it is described."""

    iri: str
    short: str
    href: str

    @classmethod
    def of(cls, iri: str) -> Name:
        """Return the name of a term, ours or another's."""
        if iri.startswith(CG):
            return cls(iri, iri.removeprefix(CG), f"/reference/{iri.removeprefix(CG)}")
        return cls(iri, vocabulary.compact(iri), addresses.href(iri) or "")


@dataclass(frozen=True)
class Demanded:
    """What a shape wants: of which path, in words, what to do about it, and how much it matters.

    `values` are the classes or datatypes that values are to be of, `href` leads to the property.
    """

    shape: str
    path: str
    href: str
    words: str
    messages: tuple[str, ...]
    is_warning: bool
    values: tuple[str, ...] = ()

    @property
    def count(self) -> str:
        """How many values are wanted, as diagrams have it: `1`, `0..1`, `1..*`, `0..*`."""
        if "exactly 1 value" in self.words:
            return "1"
        most = "1" if "at most 1 value" in self.words else "*"
        least = "1" if "at least 1 value" in self.words else "0"
        return f"{least}..{most}"


@dataclass(frozen=True)
class Rule:
    """A node shape: its short name, what it is about, and what it wants."""

    name: str
    about: tuple[str, ...]
    demands: tuple[Demanded, ...]


@dataclass(frozen=True)
class Entry:
    """A term of the ontology."""

    name: Name
    kind: str
    label: str
    labels: tuple[tuple[str, str], ...]
    definition: str
    examples: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]
    above: tuple[Name, ...]
    below: tuple[Name, ...]
    domains: tuple[Name, ...]
    ranges: tuple[Name, ...]
    see: tuple[str, ...]
    is_deprecated: bool = False
    is_single: bool = False


class Ontology:
    """All terms by their local names, and the rules about them."""

    def __init__(self, terms: Iterable[Triple], shapes: Iterable[Triple]) -> None:
        self._graph = ShapesGraph(terms)
        self._sheet = Sheet(ShapesGraph(shapes), _shown)

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """The terms, A to Z."""
        found: dict[str, Entry] = {}
        for node in self._graph.nodes():
            if isinstance(node, NamedNode) and node.value.startswith(CG):
                kinds = {_KINDS.get(_iri(kind)) for kind in self._graph.types(node)} - {None}
                for kind in sorted(filter(None, kinds)):
                    found[node.value.removeprefix(CG)] = self._entry(node, kind)
        return dict(sorted(found.items(), key=lambda item: item[0].casefold()))

    def of_kind(self, kind: str) -> list[Entry]:
        """Return the classes, or the properties."""
        return [entry for entry in self.entries.values() if entry.kind == kind]

    @cached_property
    def rules(self) -> dict[str, Rule]:
        """The node shapes that are about something, by their short names."""
        found: dict[str, Rule] = {}
        for shape in self._sheet.shapes:
            if isinstance(shape, NamedNode) and self._sheet.has_targets(shape):
                name = shape.value.removeprefix(_SHAPES)
                about = tuple(targets(self._sheet, shape))
                found[name] = Rule(name, about, tuple(self._demands(shape)))
        return dict(sorted(found.items(), key=lambda item: item[0].casefold()))

    def rules_of(self, iri: str) -> list[Rule]:
        """Return the rules about the instances of a class, or about what has a property."""
        names = ("targetClass", "targetSubjectsOf", "targetObjectsOf")
        nodes = [
            shape
            for shape in self._sheet.shapes
            for name in names
            if NamedNode(iri) in self._sheet.values(shape, name) and isinstance(shape, NamedNode)
        ]
        found = {node.value.removeprefix(_SHAPES): None for node in nodes}
        return [self.rules[name] for name in sorted(found, key=str.casefold)]

    def wanting(self, iri: str) -> list[tuple[Rule, Demanded]]:
        """Return what is wanted of a property, and by which rules."""
        short = vocabulary.compact(iri)
        return [
            (rule, demand)
            for rule in self.rules.values()
            for demand in rule.demands
            if demand.path in {short, f"^{short}"}
        ]

    def owned(self, iri: str) -> list[Entry]:
        """Return the properties whose domain a class is."""
        return [entry for entry in self.entries.values() if iri in _iris(entry.domains)]

    def pointing(self, iri: str) -> list[Entry]:
        """Return the properties whose range a class is."""
        return [entry for entry in self.entries.values() if iri in _iris(entry.ranges)]

    def lines(self, iri: str) -> list[list[Name]]:
        """Return the classes above a class, each line of them from the nearest to the furthest."""
        entry = self.entries.get(iri.removeprefix(CG))
        if entry is None:
            return []
        return [
            [parent, *rest] for parent in entry.above for rest in (self.lines(parent.iri) or [[]])
        ]

    def _entry(self, node: NamedNode, kind: str) -> Entry:
        graph = self._graph
        above = RDFS + ("subClassOf" if kind == CLASS else "subPropertyOf")
        labels = self._texts(node, RDFS + "label")
        definitions = self._texts(node, SKOS + "definition")
        notes = [
            (vocabulary.compact(predicate).partition(":")[2], text)
            for predicate in (SKOS + "note", SKOS + "scopeNote", SKOS + "changeNote")
            for _, text in self._texts(node, predicate)
        ]
        return Entry(
            Name.of(node.value),
            kind,
            next((text for language, text in labels if language in {"en", ""}), ""),
            tuple(item for item in labels if item[0] not in {"en", ""}),
            next((text for language, text in definitions if language in {"en", ""}), ""),
            tuple(text for _, text in self._texts(node, SKOS + "example")),
            tuple(notes),
            self._names(node, above),
            _named(graph.subjects(above, node)),
            self._names(node, *_DOMAINS),
            self._names(node, *_RANGES),
            tuple(sorted(_iri(item) for item in graph.values(node, RDFS + "seeAlso"))),
            bool(graph.values(node, OWL + "deprecated")),
            NamedNode(OWL + "FunctionalProperty") in graph.types(node),
        )

    def _texts(self, node: Term, predicate: str) -> list[tuple[str, str]]:
        found = self._graph.values(node, predicate)
        return sorted((t.language or "", t.value) for t in found if isinstance(t, Literal))

    def _names(self, node: Term, *predicates: str) -> tuple[Name, ...]:
        return _named(value for item in predicates for value in self._graph.values(node, item))

    def _demands(self, shape: NamedNode) -> Iterable[Demanded]:
        for demand in demands(self._sheet, shape):
            paths = self._sheet.graph.values(demand.shape, SH + "path")
            path = paths[0] if len(paths) == 1 and isinstance(paths[0], NamedNode) else None
            kinds = [
                value
                for name in ("class", "datatype")
                for value in self._sheet.values(demand.shape, name)
            ]
            messages = self._sheet.values(demand.shape, "message")
            yield Demanded(
                _shown(demand.shape) if isinstance(demand.shape, NamedNode) else "",
                demand.path or "",
                Name.of(path.value).href if path else "",
                demand.text,
                tuple(item.value for item in messages if isinstance(item, Literal)),
                NamedNode(_WARNING) in self._sheet.values(demand.shape, "severity"),
                tuple(_iri(kind) for kind in kinds),
            )


def _named(nodes: Iterable[Term]) -> tuple[Name, ...]:
    iris = sorted({_iri(node) for node in nodes if isinstance(node, NamedNode)})
    return tuple(Name.of(iri) for iri in iris)


def _iris(names: Sequence[Name]) -> set[str]:
    return {name.iri for name in names}


def _iri(node: Term) -> str:
    return node.value if isinstance(node, NamedNode) else ""


def _shown(term: Term) -> str:
    """Return a term as the reference writes it."""
    if isinstance(term, NamedNode):
        return vocabulary.compact(term.value)
    return "a shape without a name" if isinstance(term, BlankNode) else str(term)
