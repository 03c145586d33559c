"""The registry of prefixes as part of the graph, so that a query editor can ask for it."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph import bundle
from clausegraph.vocabulary import DATASET, GRAPH, SH, TYPE, XSD, prefixes

GRAPH_IRI = GRAPH + "ontology/context"

_ANY_URI = NamedNode(XSD + "anyURI")


def graph() -> tuple[Path, tuple[Triple, ...]]:
    """Return the registry's file, and each prefix as a declaration (SHACL, section 5.2.1)."""
    declared = [
        triple for name, namespace in prefixes().items() for triple in _declare(name, namespace)
    ]
    return bundle.folder("ontology") / "context.jsonld", tuple(declared)


def _declare(name: str, namespace: str) -> tuple[Triple, ...]:
    declaration = NamedNode(f"{DATASET}#prefix-{name}")
    return (
        Triple(NamedNode(DATASET), NamedNode(SH + "declare"), declaration),
        Triple(declaration, TYPE, NamedNode(SH + "PrefixDeclaration")),
        Triple(declaration, NamedNode(SH + "prefix"), Literal(name)),
        Triple(declaration, NamedNode(SH + "namespace"), Literal(namespace, datatype=_ANY_URI)),
    )
