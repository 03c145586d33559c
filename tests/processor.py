"""A JSON-LD processor that is not ours (PyLD), and what it reads."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from pyld import jsonld as pyld
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse

from clausegraph import jsonld

Triples = set[Quad]

_OPTIONS = {"documentLoader": jsonld.load_context, "processingMode": "json-ld-1.1"}


def canonical(quads: Iterable[Quad]) -> Triples:
    """Return triples whose blank nodes have comparable names."""
    dataset = Dataset(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def read(document: bytes | Any) -> Triples:
    """Return the triples that PyLD reads from a JSON-LD document (JSON-LD 1.1 API, section 8.1)."""
    tree = json.loads(document) if isinstance(document, bytes) else document
    found = pyld.to_rdf(tree, {**_OPTIONS, "format": "application/n-quads"})
    return canonical(parse(found.encode(), RdfFormat.N_QUADS))


def expand(document: bytes | Any) -> Any:
    """Return a document as PyLD expands it (JSON-LD 1.1 API, section 5.1)."""
    tree = json.loads(document) if isinstance(document, bytes) else document
    return pyld.expand(tree, _OPTIONS)
