"""The W3C tests of the SPARQL 1.1 Service Description, run over HTTP.

Suite: w3c/rdf-tests, sparql11/service-description, the 3 cases approved on 31 July 2012. The suite
names them and leaves to the runner how they are checked.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from rdflib import RDF, Graph, Literal, Namespace, URIRef

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")

CLASSES = frozenset(
    "Aggregate Dataset EntailmentProfile EntailmentRegime Feature Function Graph GraphCollection "
    "Language NamedGraph Service".split()
)
WIDER = {"Dataset": "GraphCollection"}  # rdfs:subClassOf


class Property(NamedTuple):
    """What the vocabulary says of a property: its domain, and its range if that is a class of it."""

    domain: str
    range: str = ""
    is_functional: bool = False


# SPARQL 1.1 Service Description, sections 3.4.1 to 3.4.19.
PROPERTIES = {
    "availableGraphs": Property("Service", "GraphCollection"),
    "defaultDataset": Property("Service", "Dataset"),
    "defaultEntailmentRegime": Property("Service", "EntailmentRegime", is_functional=True),
    "defaultGraph": Property("Dataset", "Graph"),
    "defaultSupportedEntailmentProfile": Property("Service", "EntailmentProfile"),
    "endpoint": Property("Service"),
    "entailmentRegime": Property("NamedGraph", "EntailmentRegime"),
    "extensionAggregate": Property("Service", "Aggregate"),
    "extensionFunction": Property("Service", "Function"),
    "feature": Property("Service", "Feature"),
    "graph": Property("NamedGraph", "Graph"),
    "inputFormat": Property("Service"),
    "languageExtension": Property("Service", "Feature"),
    "name": Property("NamedGraph"),
    "namedGraph": Property("GraphCollection", "NamedGraph"),
    "propertyFeature": Property("Service", "Feature"),
    "resultFormat": Property("Service"),
    "supportedEntailmentProfile": Property("NamedGraph", "EntailmentProfile"),
    "supportedLanguage": Property("Service", "Language"),
}
INSTANCES = {
    "BasicFederatedQuery": "Feature",
    "DereferencesURIs": "Feature",
    "EmptyGraphs": "Feature",
    "RequiresDataset": "Feature",
    "SPARQL10Query": "Language",
    "SPARQL11Query": "Language",
    "SPARQL11Update": "Language",
    "UnionDefaultGraph": "Feature",
}


def description(server: str) -> Graph:
    """Return what a bare GET of the endpoint says."""
    answer = httpx.get(f"{server}/sparql", headers={"Accept": "text/turtle"}, timeout=30)
    assert answer.status_code == 200
    return Graph().parse(data=answer.text, format="turtle", publicID=f"{server}/sparql")


def returns_rdf(server: str) -> None:
    """Check that a bare GET answers with RDF, whatever RDF the client reads (section 2)."""
    formats = {
        "text/turtle": "turtle",
        "application/rdf+xml": "xml",
        "application/n-triples": "nt",
        "*/*": "turtle",
    }
    graphs = []
    for accept, name in formats.items():
        answer = httpx.get(f"{server}/sparql", headers={"Accept": accept}, timeout=30)
        assert answer.status_code == 200
        assert accept in {"*/*", answer.headers["content-type"].partition(";")[0]}
        graphs.append(Graph().parse(data=answer.text, format=name))
    assert graphs[0]
    assert all(set(graph) == set(graphs[0]) for graph in graphs)


def has_endpoint_triple(server: str) -> None:
    """Check that one sd:Service has this very address as its sd:endpoint (section 3.4.1)."""
    graph = description(server)
    endpoint = URIRef(f"{server}/sparql")
    services = set(graph.subjects(SD.endpoint, endpoint))
    assert len(services) == 1
    assert (services.pop(), RDF.type, SD.Service) in graph
    assert set(graph.objects(None, SD.endpoint)) == {endpoint}


def conforms_to_schema(server: str) -> None:
    """Check that each term of the vocabulary exists, and is used with its domain and range."""
    graph = description(server)
    classes = {kind for _, _, kind in graph.triples((None, RDF.type, None)) if kind.startswith(SD)}
    assert classes <= {SD[name] for name in CLASSES}
    used = {name for _, name, _ in graph if name.startswith(SD)}
    assert SD.endpoint in used
    assert used <= {SD[name] for name in PROPERTIES}
    for name, rule in PROPERTIES.items():
        for subject, _, value in graph.triples((None, SD[name], None)):
            assert _has_kind(graph, subject, rule.domain), (name, subject)
            assert not isinstance(value, Literal), (name, value)
            assert not rule.range or _has_kind(graph, value, rule.range), (name, value)
            if rule.is_functional:
                assert len(set(graph.objects(subject, SD[name]))) == 1


def _has_kind(graph: Graph, node: object, name: str) -> bool:
    """Whether `node` is said to be of a class, or is a term from outside that says no other."""
    kinds = {str(kind).removeprefix(SD) for kind in graph.objects(node, RDF.type)} & CLASSES
    if str(node).startswith(SD):
        kinds.add(INSTANCES[str(node).removeprefix(SD)])
    kinds |= {WIDER[kind] for kind in kinds & WIDER.keys()}
    is_elsewhere = (node, None, None) not in graph
    return name in kinds or (is_elsewhere and not kinds)


CASES: dict[str, Callable[[str], None]] = {
    "returns-rdf": returns_rdf,
    "has-endpoint-triple": has_endpoint_triple,
    "conforms-to-schema": conforms_to_schema,
}


def test_every_case_of_the_manifest_is_run(shared: Path) -> None:
    """W3C, SPARQL 1.1 Service Description test suite: none is left out."""
    manifest = shared / "w3c" / "sparql11" / "service-description" / "manifest.ttl"
    graph = Graph().parse(manifest, format="turtle")
    names = {
        str(case).partition("#")[2] for case in graph.subjects(RDF.type, MF.ServiceDescriptionTest)
    }
    assert names == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_case(server: str, name: str) -> None:
    """W3C, SPARQL 1.1 Service Description test suite: the case of that name."""
    CASES[name](server)
