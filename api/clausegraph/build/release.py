"""The release: one digest of everything that is said, and what the graph says of itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from clausegraph.vocabulary import (
    DATASET,
    DCTERMS,
    FOAF,
    GRAPH,
    IDENTIFIER,
    RELEASE,
    SCHEMA,
    TYPE,
    VOID,
)

GRAPH_IRI = GRAPH + "release"


def canonical_lines(graph: str, triples: Iterable[Triple]) -> list[str]:
    """Return the sorted canonical N-Quads of a graph (RDF Dataset Canonicalization, section 5)."""
    name = NamedNode(graph)
    quads = (Quad(t.subject, t.predicate, t.object, name) for t in triples)
    text = serialize(quads, format=RdfFormat.N_QUADS) or b""
    return sorted(set(text.decode().split("\n")) - {""})  # splitlines() would break literals


def graph_digest(graph: str, triples: Iterable[Triple]) -> str:
    """Return the SHA-256 of a graph's canonical lines, each ended by a line feed."""
    text = "".join(line + "\n" for line in canonical_lines(graph, triples))
    return hashlib.sha256(text.encode()).hexdigest()


def identifier(digests: Mapping[str, str]) -> str:
    """Return the release: the SHA-256 over the sorted lines `graph IRI, digest`."""
    lines = sorted(f"{graph}, {digest}\n" for graph, digest in digests.items())
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def description(release: str, digests: Mapping[str, str]) -> Iterator[Triple]:
    """Yield what is said of the release: whose version it is, and what it is made of."""
    dataset, version = NamedNode(DATASET), NamedNode(RELEASE + release)
    yield Triple(version, TYPE, NamedNode(VOID + "Dataset"))
    yield Triple(version, IDENTIFIER, Literal(release))
    yield Triple(version, NamedNode(DCTERMS + "isVersionOf"), dataset)
    yield Triple(NamedNode(GRAPH_IRI), NamedNode(FOAF + "primaryTopic"), version)
    for graph, digest in digests.items():
        yield Triple(version, NamedNode(DCTERMS + "hasPart"), NamedNode(graph))
        yield Triple(NamedNode(graph), NamedNode(SCHEMA + "sha256"), Literal(digest))
