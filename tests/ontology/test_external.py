"""The pinned extract of other people's vocabularies: what it lists exists, what we use it lists."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib.namespace
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from rdflib import URIRef

from clausegraph.vocabulary import BASE, CG, DCTERMS, RDFS, SCHEMA, SKOS, TYPE, prefixes

# Their objects are pages or texts to read, not terms; their syntax is checked elsewhere.
PAGES = {DCTERMS + "license", SCHEMA + "url"}
KINDS = {
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#List",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#Property",
    "http://www.w3.org/2000/01/rdf-schema#Class",
    "http://www.w3.org/2000/01/rdf-schema#Datatype",
    "http://www.w3.org/2002/07/owl#AnnotationProperty",
    "http://www.w3.org/2002/07/owl#Class",
    "http://www.w3.org/2002/07/owl#DatatypeProperty",
    "http://www.w3.org/2002/07/owl#NamedIndividual",
    "http://www.w3.org/2002/07/owl#ObjectProperty",
}
CLOSED = "DCAT DCTERMS ORG OWL PROV RDF RDFS SDO SH SKOS VANN VOID XSD".split()


def quads(path: Path) -> Iterator[Quad]:
    """The statements of a Turtle file."""
    yield from parse(path=str(path), format=RdfFormat.TURTLE)


def terms(quad: Quad) -> Iterator[str]:
    """The IRIs that a statement uses as terms or names: not the pages that it links to."""
    yield quad.predicate.value
    if isinstance(quad.subject, NamedNode):
        yield quad.subject.value
    if isinstance(quad.object, NamedNode) and quad.predicate.value not in PAGES:
        yield quad.object.value
    if isinstance(quad.object, Literal):
        yield quad.object.datatype.value


@pytest.fixture(scope="module")
def extract(root: Path) -> list[Quad]:
    """ontology/external.ttl, parsed."""
    return list(quads(root / "ontology" / "external.ttl"))


@pytest.fixture(scope="module")
def listed(extract: list[Quad]) -> set[str]:
    """The external IRIs that the extract lists."""
    return {quad.subject.value for quad in extract if isinstance(quad.subject, NamedNode)}


@pytest.mark.parametrize("folder", ["ontology", "shapes", "data"])
def test_every_external_term_in_use_is_in_the_extract(
    root: Path, listed: set[str], folder: str
) -> None:
    """A misspelt class, property, concept or datatype of another vocabulary is found here."""
    unknown: dict[str, set[str]] = {}
    for path in sorted((root / folder).rglob("*.ttl")):
        for quad in quads(path):
            for iri in terms(quad):
                if not iri.startswith(BASE) and iri not in listed:
                    unknown.setdefault(iri, set()).add(path.name)
    assert unknown == {}


def test_every_term_of_the_extract_has_one_label_and_one_kind(
    extract: list[Quad], listed: set[str]
) -> None:
    """rdf:type says what it may be used as, rdfs:label how to call it; nothing else is restated."""
    label = NamedNode(RDFS + "label")
    kinds = [quad for quad in extract if quad.predicate == TYPE]
    labels = [quad for quad in extract if quad.predicate == label]
    assert len(extract) == len(kinds) + len(labels)
    assert len(kinds) == len(labels) == len(listed)
    assert {str(quad.object.value) for quad in kinds if isinstance(quad.object, NamedNode)} == KINDS


def test_extract_adds_no_concept_to_ours(extract: list[Quad]) -> None:
    """A query for skos:Concept must find the concepts of this graph alone."""
    assert not [
        quad
        for quad in extract
        if quad.predicate == TYPE and quad.object == NamedNode(SKOS + "Concept")
    ]


def test_extract_lists_nothing_of_ours_and_only_registered_namespaces(listed: set[str]) -> None:
    """Whoever uses a term can write it with a prefix of the registry."""
    spaces = tuple(space for space in prefixes().values() if not space.startswith(BASE))
    assert [iri for iri in sorted(listed) if not iri.startswith(spaces)] == []


def test_every_term_of_the_extract_was_seen_to_exist(shared: Path, listed: set[str]) -> None:
    """In the list of IRIs verified at their publishers, or in a namespace that rdflib closes."""
    with (shared / "domain" / "reusable_iris.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    verified = {row["iri"] for row in rows if row["verified"] == "yes"}
    refuted = {row["iri"] for row in rows if row["verified"] != "yes"}
    spaces = [getattr(rdflib.namespace, name) for name in CLOSED]
    unseen = {
        iri
        for iri in listed - verified
        if not any(iri.startswith(str(space)) and URIRef(iri) in space for space in spaces)
    }
    assert listed & refuted == set()
    assert unseen == set()


def test_alignment_makes_no_concept_of_a_class(root: Path) -> None:
    """SKOS Reference, S19: a mapping property would type our classes as skos:Concept."""
    found = list(quads(root / "ontology" / "alignment.ttl"))
    assert all(str(getattr(quad.subject, "value", "")).startswith(CG) for quad in found)
    assert {quad.predicate.value for quad in found} == {
        RDFS + "seeAlso",
        RDFS + "subClassOf",
        RDFS + "subPropertyOf",
    }
