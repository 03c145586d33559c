"""JSON-LD in and out: the same triples, our keys, a stable order, and no remote context."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pyld import jsonld as pyld
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, Store, parse, serialize

from clausegraph import jsonld, vocabulary
from clausegraph.errors import InputError

PREFIXES = """@prefix cg: <https://w3id.org/clausegraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <https://w3id.org/clausegraph/id/> .
"""


def compact(turtle: str, frame: dict[str, Any] | None = None) -> Any:
    """Return what `compact` makes of some Turtle."""
    triples = [quad.triple for quad in parse(PREFIXES + turtle, RdfFormat.TURTLE)]
    return json.loads(jsonld.compact(serialize(triples, format=RdfFormat.JSON_LD) or b"", frame))


def canonical(quads: Any) -> set[Any]:
    """Return quads whose blank nodes have comparable names."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


@pytest.mark.parametrize(
    "turtle",
    [
        "<document/a> a cg:Document ; dcterms:title 'A'@en , 'Ä'@de , 'B'@en , 'no tag' .",
        "<document/a> cg:statedAbsent true ; cg:position 3 ; ex:n -7 , 007 , 1.50 , 1.0E0 ; ex:b false .",
        "<document/a> ex:big 9007199254740993 ; ex:day '2023'^^xsd:gYear ; dcterms:issued '2024-12'^^xsd:gYearMonth .",
        "ex:a owl:unionOf ( ex:b 1 'x'@en () ( ex:c ) ) ; ex:empty () .",
        "ex:a ex:p _:list . ex:b ex:p _:list . _:list rdf:first 1 ; rdf:rest rdf:nil .",
        "_:a ex:knows _:b . _:b ex:knows _:a .",
        "_:loop rdf:first 1 ; rdf:rest _:loop . ex:a ex:p _:loop .",
        "ex:a a ex:B , ex:C ; rdf:type ex:D ; ex:self ex:a .",
        "ex:a ex:p 'line\\nbreak', '<b>' , '\\u0000x' ; ex:q '{}'^^rdf:JSON .",
        "<document/a> cg:addressesRisk <concept/mit-risk-domain/2.1> ; cg:addressesRisk 'odd' .",
        "",
    ],
)
def test_compacting_loses_nothing(turtle: str) -> None:
    """JSON-LD 1.1 API, section 8: another processor reads the same triples."""
    quads = list(parse(PREFIXES + turtle, RdfFormat.TURTLE))
    compacted = compact(turtle)
    back = pyld.to_rdf(
        compacted, {"documentLoader": jsonld.load_context, "format": "application/n-quads"}
    )
    assert canonical(parse(back.encode(), RdfFormat.N_QUADS)) == canonical(quads)


def test_the_whole_graph_survives(store: Store) -> None:
    """JSON-LD 1.1 API, section 8, on real data: every document of the five sources."""
    text = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(STRSTARTS(STR(?s), 'https://w3id.org/clausegraph/id/document/ai-')) }"
    expanded = store.query(text).serialize(format=RdfFormat.JSON_LD)
    back = pyld.to_rdf(
        json.loads(jsonld.compact(expanded)),
        {"documentLoader": jsonld.load_context, "format": "application/n-quads"},
    )
    expected = {
        quad.triple
        for quad in parse(
            store.query(text).serialize(format=RdfFormat.N_TRIPLES), RdfFormat.N_TRIPLES
        )
    }
    assert {quad.triple for quad in parse(back.encode(), RdfFormat.N_QUADS)} == expected
    assert len(expected) > 1000


def test_keys_are_the_registry_s_and_identifiers_are_whole() -> None:
    """A reader can follow an identifier without expanding a prefix."""
    node = compact(
        "<document/a> a cg:Document ; dcterms:title 'A'@en ; cg:addressesRisk <concept/mit-risk-domain/2.1> ."
    )["@graph"][0]
    assert node == {
        "id": f"{vocabulary.ID}document/a",
        "type": "Document",
        "title": {"en": "A"},
        "addressesRisk": [f"{vocabulary.ID}concept/mit-risk-domain/2.1"],
    }
    assert list(node) == ["id", "type", "title", "addressesRisk"]


def test_numbers_and_truth_are_native() -> None:
    """JSON-LD 1.1, section 4.2.3: what JSON can say, JSON says."""
    node = compact("<document/a> cg:position 3 ; cg:statedAbsent true ; ex:n 5 .")["@graph"][0]
    assert (node["position"], node["statedAbsent"], node["http://example.org/n"]) == (3, True, 5)


def test_the_context_is_named_not_inlined() -> None:
    """JSON-LD 1.1, section 3.1."""
    assert compact("ex:a ex:b 1 .")["@context"] == "https://w3id.org/clausegraph/context/1.jsonld"


def test_the_order_of_the_input_does_not_matter() -> None:
    """The same graph gives the same bytes."""
    first = compact("ex:a ex:p ex:x , ex:y ; ex:q 2 , 1 . ex:b ex:p 'z'@en , 'a'@en .")
    second = compact("ex:b ex:p 'a'@en , 'z'@en . ex:a ex:q 1 , 2 ; ex:p ex:y , ex:x .")
    assert json.dumps(first) == json.dumps(second)


def test_a_frame_nests_and_orders() -> None:
    """JSON-LD 1.1 Framing; `@order` ranks what sets list."""
    data = (
        "<concept/x/1> a skos:Concept ; skos:narrower <concept/x/1.10> , <concept/x/1.9> ."
        "<concept/x/1.9> skos:prefLabel 'nine'@en . <concept/x/1.10> skos:prefLabel 'ten'@en ."
    )
    order = [f"{vocabulary.ID}concept/x/{code}" for code in ("1", "1.9", "1.10")]
    framed = compact(data, {"type": "Concept", "@order": order})
    assert [item["prefLabel"]["en"] for item in framed["narrower"]] == ["nine", "ten"]
    assert "@order" not in framed


def test_a_set_that_a_frame_names_is_never_missing() -> None:
    """A reader can loop over an empty list; nothing has to be guessed."""
    data = "ex:list a <http://www.w3.org/ns/hydra/core#Collection> ."
    assert compact(data, {"type": "Collection", "member": {}})["member"] == []


@pytest.mark.parametrize("url", ["http://example.org/context.jsonld", "file:///etc/passwd", ""])
def test_another_context_is_refused_unread(url: str) -> None:
    """JSON-LD 1.1, section 9 (security): nothing is fetched."""
    with pytest.raises(InputError, match="not read"):
        jsonld.load_context(url)


def test_the_thing_that_a_document_is_about_comes_first() -> None:
    """Whatever identifiers stand beside it; the others keep their order."""
    nodes = [{"@id": f"http://example.org/{name}", "http://example.org/p": []} for name in "abc"]
    for node in nodes:
        node["http://example.org/p"] = [{"@value": "x"}]
    found = json.loads(jsonld.compact(json.dumps(nodes).encode(), first="http://example.org/b"))
    assert [node["id"][-1] for node in found["@graph"]] == ["b", "a", "c"]
