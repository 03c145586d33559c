"""The release: one digest of everything that is said, and what the graph says of itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from clausegraph.vocabulary import DATASET, DCTERMS, GRAPH, RELEASE, SCHEMA, TYPE, VOID, XSD

GRAPH_IRI = GRAPH + "release"
_INTEGER = NamedNode(XSD + "integer")


def canonical_lines(graph: str, triples: Iterable[Triple]) -> list[str]:
    """Return the sorted canonical N-Quads of a graph (RDF Dataset Canonicalization, section 5)."""
    name = NamedNode(graph)
    quads = (Quad(t.subject, t.predicate, t.object, name) for t in triples)
    text = serialize(quads, format=RdfFormat.N_QUADS) or b""
    return sorted(set(text.decode().splitlines()))


def graph_digest(graph: str, triples: Iterable[Triple]) -> str:
    """Return the SHA-256 of a graph's canonical lines, each ended by a line feed."""
    text = "".join(line + "\n" for line in canonical_lines(graph, triples))
    return hashlib.sha256(text.encode()).hexdigest()


def identifier(digests: Mapping[str, str]) -> str:
    """Return the release: the SHA-256 over the sorted lines `graph IRI, digest`."""
    lines = sorted(f"{graph}, {digest}\n" for graph, digest in digests.items())
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def description(release: str, digests: Mapping[str, str], count: int) -> tuple[Triple, ...]:
    """Return what stands in `graph/release`; `count` is the triples of the merge without it."""
    dataset, version = NamedNode(DATASET), NamedNode(RELEASE + release)
    triples = [
        Triple(dataset, TYPE, NamedNode(VOID + "Dataset")),
        Triple(dataset, NamedNode(DCTERMS + "hasVersion"), version),
        Triple(version, TYPE, NamedNode(VOID + "Dataset")),
        Triple(version, NamedNode(DCTERMS + "identifier"), Literal(release)),
        Triple(version, NamedNode(DCTERMS + "isVersionOf"), dataset),
        Triple(version, NamedNode(VOID + "triples"), Literal(str(count), datatype=_INTEGER)),
    ]
    for graph, digest in digests.items():
        triples.append(Triple(version, NamedNode(DCTERMS + "hasPart"), NamedNode(graph)))
        triples.append(Triple(NamedNode(graph), NamedNode(SCHEMA + "sha256"), Literal(digest)))
    return tuple(sorted(triples, key=str))
