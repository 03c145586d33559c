"""The engine alone, as the oracle for what the service answers, and how answers are compared."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)
from pyoxigraph import Dataset as Quads

from clausegraph.build import build
from clausegraph.vocabulary import CONTEXT, context, prefixes

DATA = Path(__file__).with_name("evaluation_data.trig")

TABLES = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": None,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
TRIPLES = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}
Key = tuple[str, ...] | None


@dataclass(frozen=True)
class Table:
    """Names of columns, and rows of terms, each written so that equal terms are equal."""

    names: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    @property
    def counted(self) -> Counter[tuple[Any, ...]]:
        """The rows without their order."""
        return Counter(self.rows)


class Oracle:
    """pyoxigraph in this process, with nothing around it, over the same quads."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.store = Store()
        for graph, triples in build([DATA]).graphs.items():
            for triple in triples:
                self.store.add(Quad(*triple))
                self.store.add(Quad(*triple, NamedNode(graph)))

    def over(self, defaults: Sequence[str], named: Sequence[str]) -> Store:
        """Return the dataset of these graphs (SPARQL 1.1 Query, section 13.2): the RDF merge of the
        first, put together triple by triple, and the others by their names."""
        store = Store()
        for iri in defaults:
            for quad in self.store.quads_for_pattern(None, None, None, NamedNode(iri)):
                store.add(Quad(*quad.triple))
        for iri in named:
            for quad in self.store.quads_for_pattern(None, None, None, NamedNode(iri)):
                store.add(quad)
        return store

    def ask(self, text: str, store: Store | None = None) -> Any:
        """Return what the engine finds."""
        known = {"prefixes": dict(prefixes()), "base_iri": self.base}
        return (self.store if store is None else store).query(text, **known)

    def table(self, text: str, store: Store | None = None) -> Table:
        """Return the table of a SELECT."""
        return _table(self.ask(text, store))


def table(body: bytes, media_type: str) -> Table:
    """Return the table that a body holds; of CSV, the plain values."""
    syntax = TABLES[media_type]
    if syntax is not None:
        return _table(parse_query_results(body, syntax))
    names, *rows = csv.reader(io.StringIO(body.decode(), newline=""), strict=True)
    # A row of one empty value is an empty line, which the reader takes for a row of none.
    lines = [row or [""] * len(names) for row in rows]
    read = (tuple(re.sub("^_:.*", "_:", value) for value in row) for row in lines)
    return Table(tuple(names), tuple(read))


def plain(found: Table) -> Table:
    """Return a table as CSV can say it: values without language, datatype or kind."""
    rows = (tuple("" if key is None else key[1] for key in row) for row in found.rows)
    return Table(found.names, tuple(rows))


def _table(found: Any) -> Table:
    names = tuple(variable.value for variable in found.variables)
    return Table(names, tuple(tuple(_key(row[name]) for name in names) for row in found))


def _key(term: NamedNode | BlankNode | Literal | None) -> Key:
    """Return what makes a term what it is; blank nodes differ by name only."""
    if isinstance(term, Literal):
        return "literal", term.value, term.datatype.value, term.language or ""
    if isinstance(term, BlankNode):
        return "blank", "_:"
    return None if term is None else ("iri", term.value)


def graph(triples: Sequence[Triple] | bytes, syntax: RdfFormat | None = None) -> Quads:
    """Return a graph in a form in which isomorphic graphs are equal."""
    if isinstance(triples, bytes):
        if syntax == RdfFormat.JSON_LD:
            triples = _with_context(triples)
        triples = [quad.triple for quad in parse(triples, syntax)]
    found = Quads(Quad(*triple) for triple in triples)
    found.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return found


def _with_context(body: bytes) -> bytes:
    """Return a JSON-LD document in which our context stands itself, not by its address."""
    document = json.loads(body)
    if isinstance(document, dict) and document.get("@context") == CONTEXT:
        document["@context"] = context()
    return json.dumps(document).encode()
