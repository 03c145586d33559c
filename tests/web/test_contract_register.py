"""The lines I13 to I15 of the HTTP contract: names that are unknown, gone, or deprecated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from clausegraph.vocabulary import ID, OWL

DATA = """
@base <https://w3id.org/clausegraph/id/> .
@prefix cg: <https://w3id.org/clausegraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<register/removed> a cg:Withdrawal ;
    cg:formerIdentifier "https://w3id.org/clausegraph/id/concept/own/0"^^xsd:anyURI ;
    cg:rationale "It said the same as 1."@en ;
    dcterms:date "2026-11-20"^^xsd:date ;
    dcterms:isReplacedBy <concept/own/1> .
<concept/own> a skos:ConceptScheme ; dcterms:title "Own"@en .
<concept/own/1> a skos:Concept ; skos:notation "1" ; skos:prefLabel "One"@en ; skos:inScheme <concept/own> ;
    owl:deprecated true ; skos:changeNote "See 2."@en ; dcterms:isReplacedBy <concept/own/2> .
<concept/own/2> a skos:Concept ; skos:notation "2" ; skos:prefLabel "Two"@en ; skos:inScheme <concept/own> ;
    owl:deprecated true ; skos:changeNote "See 3."@en ; dcterms:isReplacedBy <concept/own/3> .
<concept/own/3> a skos:Concept ; skos:notation "3" ; skos:prefLabel "Three"@en ; skos:inScheme <concept/own> .
"""
SUCCESSOR = f'<{ID}concept/own/3>; rel="successor-version"'


@pytest.fixture(scope="module")
def renamed(
    serve: Callable[..., object], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """A client of a service with a removed concept and deprecated ones."""
    file: Path = tmp_path_factory.mktemp("data") / "own.ttl"
    file.write_text(DATA, encoding="utf-8")
    with httpx.Client(base_url=serve("--data", str(file)).url, timeout=30) as found:
        del found.headers["accept"]
        yield found


@pytest.mark.parametrize("prefix", ["/id/", "/doc/"])
def test_i13_an_unknown_name_is_404_with_the_nearest(client: httpx.Client, prefix: str) -> None:
    """On `/id/` itself too: no 303 leads to nothing."""
    answer = client.get(f"{prefix}document/ai-safety-comitments")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert f"{ID}document/ai-safety-commitments" in answer.json()["suggestions"]


@pytest.mark.parametrize("prefix", ["/id/", "/doc/"])
def test_i14_a_removed_thing_is_410_with_its_successor(renamed: httpx.Client, prefix: str) -> None:
    """Link and body name the chain's end, through what is deprecated itself."""
    answer = renamed.get(f"{prefix}concept/own/0")
    assert answer.status_code == 410
    assert answer.headers["link"] == SUCCESSOR
    assert answer.json()["replacedBy"] == f"{ID}concept/own/3"


def test_i15_a_deprecated_thing_is_200_with_its_successor(renamed: httpx.Client) -> None:
    """After the 303, the body says so, and the Link names the chain's end."""
    answer = renamed.get("/id/concept/own/1", headers={"Accept": "text/turtle"})
    assert answer.status_code == 303
    answer = renamed.get(answer.headers["location"], headers={"Accept": "text/turtle"})
    assert answer.status_code == 200
    thing = NamedNode(f"{ID}concept/own/1")
    said = {
        quad.predicate.value: quad.object.value
        for quad in parse(answer.content, RdfFormat.TURTLE)
        if quad.subject == thing
    }
    assert said[f"{OWL}deprecated"] == "true"
    assert said["http://purl.org/dc/terms/isReplacedBy"] == f"{ID}concept/own/2"
    assert SUCCESSOR in answer.headers["link"]
