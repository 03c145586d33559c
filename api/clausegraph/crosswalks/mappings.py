"""All mappings of a graph: the steps from each concept, and who made the sets they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, QuerySolutions, Store

from clausegraph.crosswalks import names
from clausegraph.crosswalks.steps import PREDICATES, Step
from clausegraph.vocabulary import prefixes

# A graph of mappings describes itself: by its own name, or, where it was loaded from a copy of the
# file, by the name that it has at home.
_SETS = """
SELECT DISTINCT ?set ?property ?value
WHERE {
  {
    VALUES (?set ?header) { $pairs }
  }
  UNION
  {
    VALUES ?set { $sets }
    GRAPH ?set {
      ?header a prov:Entity .
      ?header prov:wasAttributedTo ?agent .
    }
  }
  {
    VALUES ?property {
      cg:mappingJustification cg:rationale dcterms:created dcterms:license dcterms:source
      dcterms:title prov:wasAttributedTo prov:wasGeneratedBy
    }
    ?header ?property ?value .
  }
  UNION
  {
    VALUES ?property { cg:activityKind cg:mappingJustification }
    ?header prov:wasGeneratedBy ?activity .
    ?activity ?property ?value .
  }
}
ORDER BY ?set ?property ?value
"""

_REASONS = """
SELECT ?start ?relation ?end ?graph ?reason
WHERE {
  GRAPH ?graph {
    ?mapping a cg:Mapping .
    ?mapping rdf:subject ?start .
    ?mapping rdf:predicate ?relation .
    ?mapping rdf:object ?end .
    ?mapping cg:rationale ?reason .
  }
}
ORDER BY ?graph ?start ?relation ?end ?reason
"""

_Key = tuple[str, str, str, str]  # subject, predicate, object and graph, as they are stated


@dataclass(frozen=True)
class MappingSet:
    """A graph that states mappings, and what it says of itself; what it does not say is empty.

    `agents`, `sources`, `activities` and `methods` are IRIs; a method is a term of SEMAPV or the
    kind of activity. `reason` holds for all its mappings.
    """

    iri: str
    title: str = ""
    agents: tuple[str, ...] = ()
    date: str = ""
    methods: tuple[str, ...] = ()
    reason: str = ""
    licence: str = ""
    sources: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """Everything that it names."""
        return (*self.agents, *self.methods, *self.sources, *self.activities)


@dataclass(frozen=True)
class Mappings:
    """The mappings of a graph, from either side."""

    store: Store
    steps: Mapping[str, tuple[Step, ...]]

    @classmethod
    def of(cls, store: Store) -> Mappings:
        """Read all mappings; they are few, whatever the size of the graph."""
        found: dict[str, list[Step]] = {}
        for step in _read(store):
            for way in (step, step.turned):
                found.setdefault(way.start, []).append(way)
        steps = {
            start: tuple(sorted(ways, key=lambda way: way.key)) for start, ways in found.items()
        }
        return cls(store, steps)

    def after(self, concept: str) -> tuple[Step, ...]:
        """Return the steps from a concept, the closest first."""
        return self.steps.get(concept, ())

    def sets(self, graphs: Iterable[str]) -> list[MappingSet]:
        """Return what is known of mapping sets, each once, in the order of their IRIs."""
        wanted = sorted(set(graphs))
        nodes = [str(NamedNode(iri)) for iri in wanted if iri]
        query = _SETS.replace("$sets", " ".join(nodes))
        query = query.replace("$pairs", " ".join(f"({node} {node})" for node in nodes))
        values: dict[str, dict[str, list[str]]] = {iri: {} for iri in wanted}
        rows = self.store.query(query, prefixes=dict(prefixes()))
        assert isinstance(rows, QuerySolutions)  # noqa: S101 - a SELECT has rows
        for row in rows:
            local = names.local(row["property"].value)
            values[row["set"].value].setdefault(local, []).append(row["value"].value)
        return [_set(iri, said) for iri, said in values.items()]


def _set(iri: str, said: Mapping[str, list[str]]) -> MappingSet:
    def all_of(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(said.get(name, ())))

    def one(name: str) -> str:
        return " | ".join(all_of(name))

    return MappingSet(
        iri,
        one("title"),
        all_of("wasAttributedTo"),
        one("created"),
        all_of("mappingJustification") or all_of("activityKind"),
        one("rationale"),
        one("license"),
        all_of("source"),
        all_of("wasGeneratedBy"),
    )


def _read(store: Store) -> Iterator[Step]:
    """Yield the mappings as they are stated, each once a set; one that stands in no named graph
    comes with an empty one."""
    reasons = _reasons(store)
    for predicate, relation in PREDICATES.items():
        stated: dict[tuple[str, str], list[str]] = {}
        for quad in store.quads_for_pattern(None, NamedNode(predicate), None, None):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
                graphs = stated.setdefault((quad.subject.value, quad.object.value), [])
                if not isinstance(quad.graph_name, DefaultGraph):
                    graphs.append(quad.graph_name.value)
        for (start, end), graphs in stated.items():
            for graph in sorted(graphs) or [""]:
                reason = reasons.get((start, predicate, end, graph), "")
                yield Step(start, relation, end, graph, reason=reason)


def _reasons(store: Store) -> dict[_Key, str]:
    """Return what sets say of single mappings."""
    rows = store.query(_REASONS, prefixes=dict(prefixes()))
    assert isinstance(rows, QuerySolutions)  # noqa: S101 - a SELECT has rows
    found: dict[_Key, str] = {}
    for row in rows:
        start, relation, end, graph = (
            row[name].value for name in ("start", "relation", "end", "graph")
        )
        found.setdefault((start, relation, end, graph), row["reason"].value)
    return found
