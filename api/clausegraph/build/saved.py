"""Saved queries as part of the graph: each a SHACL executable that anyone can run and cite."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph import bundle, questions
from clausegraph.vocabulary import BASE, DATASET, DCTERMS, GRAPH, ID, RDFS, SCHEMA, SH, TYPE

_FORMS = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
}


def graphs() -> dict[str, tuple[Path, tuple[Triple, ...]]]:
    """Return one graph a saved query: its question as title, its text as sh:select or the like."""
    return {
        f"{GRAPH}queries/{name}": (_path(name), _describe(name, query))
        for name, query in questions.load_all().items()
    }


def _path(name: str) -> Path:
    return bundle.folder("queries") / f"{name}.rq"


def _describe(name: str, query: questions.SavedQuery) -> tuple[Triple, ...]:
    subject = NamedNode(f"{ID}query/{name}")
    kind, holder = _FORMS[query.form]
    return (
        Triple(subject, TYPE, NamedNode(SH + "SPARQLExecutable")),
        Triple(subject, TYPE, NamedNode(SH + kind)),
        Triple(subject, NamedNode(DCTERMS + "title"), Literal(query.summary, language="en")),
        Triple(subject, NamedNode(RDFS + "comment"), Literal(query.summary, language="en")),
        Triple(subject, NamedNode(SH + holder), Literal(query.text)),
        Triple(subject, NamedNode(SH + "prefixes"), NamedNode(DATASET)),
        Triple(subject, NamedNode(SCHEMA + "target"), NamedNode(f"{BASE}sparql")),
    )
