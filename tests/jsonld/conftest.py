"""Triples to write."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from clausegraph import jsonld

PREFIXES = """@prefix cg: <https://w3id.org/clausegraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ex: <http://example.org/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://w3id.org/clausegraph/id/> .
"""


@pytest.fixture(scope="session")
def triples() -> Callable[[str], bytes]:
    """Read Turtle, our prefixes declared, and return N-Triples."""

    def read(turtle: str) -> bytes:
        found = [quad.triple for quad in parse(PREFIXES + turtle, RdfFormat.TURTLE)]
        return serialize(dict.fromkeys(found), format=RdfFormat.N_TRIPLES) or b""

    return read


@pytest.fixture(scope="session")
def write(triples: Callable[[str], bytes]) -> Callable[..., Any]:
    """Write some Turtle as JSON-LD, and return it read as JSON."""

    def run(turtle: str, profile: str = "", **options: Any) -> Any:
        return json.loads(jsonld.write(triples(turtle), profile, **options))

    return run
