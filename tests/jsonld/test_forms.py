"""Four forms of JSON-LD that another processor reads as the same triples."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, Triple, parse, serialize

import processor
from clausegraph import jsonld, vocabulary
from clausegraph.formats import PROFILES

RDF = vocabulary.RDF
SKOS = vocabulary.SKOS

DATA = [
    "<document/a> a cg:Document ; dcterms:title 'A'@en , 'Ä'@de , 'B'@en , 'no tag' .",
    "<document/a> cg:statedAbsent true ; cg:position 3 ; ex:n -7 , 007 , 1.50 , 1.0E0 ; ex:b false .",
    "<document/a> cg:position 'x' , true , '3'^^xsd:int ; cg:statedAbsent 1 , 'true' , '1'^^xsd:boolean .",
    "ex:a ex:big 9007199254740993 ; ex:day '2023'^^xsd:gYear ; dcterms:issued '2024-12'^^xsd:gYearMonth .",
    "ex:a owl:unionOf ( ex:b 1 'x'@en () ( ex:c ) ) ; ex:empty () .",
    "ex:a cg:position ( 1 2 ) , ( 1 'x' ) ; cg:clauseOf ( <document/a> ) ; cg:addressesRisk ( <concept/a> ) ; dcterms:title ( 'a'@en ) .",
    "ex:a ex:p _:list . ex:b ex:p _:list . _:list rdf:first 1 ; rdf:rest rdf:nil .",
    "ex:a ex:p _:list . _:list a rdf:List ; rdf:first 1 ; rdf:rest rdf:nil .",
    "_:a ex:knows _:b . _:b ex:knows _:a .",
    "_:loop rdf:first 1 ; rdf:rest _:loop . ex:a ex:p _:loop .",
    "ex:a a ex:B , ex:C , 'no class' , _:c ; rdf:type ex:D ; ex:self ex:a .",
    "ex:a ex:p 'line\\nbreak', '<b>' , '\\u0000x' ; ex:q '{}'^^rdf:JSON .",
    "<document/a> cg:addressesRisk <concept/mit-risk-domain/2.1> ; cg:addressesRisk 'odd' .",
    "<cg:x> <skos:y> <graph:z> ; a <documents:k> ; ex:p '1'^^<xsd:integer> . <cg://x/y> ex:p 1 .",
    "ex:a ex:p ( <skos:x> ( '1'^^<cg:y> ) ) .",
    "<x:> <x:> <x:> . <http://example.org/é?a=b#c> ex:p <mailto:a@b.example> .",
    "ex:a <http://www.w3.org/2004/02/skos/core#> 1 ; <https://schema.org//x> 2 .",
    "",
]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("turtle", DATA)
def test_no_form_loses_or_adds_a_triple(triples, turtle: str, profile: str) -> None:
    """JSON-LD 1.1 API, section 8: another processor reads the same triples."""
    data = triples(turtle)
    expected = processor.canonical(parse(data, RdfFormat.N_TRIPLES))
    assert processor.read(jsonld.write(data, profile)) == expected


@pytest.mark.parametrize("turtle", [text for text in DATA if "rdf:JSON" not in text])
def test_expanded_is_what_another_processor_expands_compacted_to(triples, turtle: str) -> None:
    """JSON-LD 1.1 API, section 5.1."""
    data = triples(turtle)
    ours = json.loads(jsonld.write(data, "expanded"))
    theirs = processor.expand(jsonld.write(data, "compacted"))
    assert _in_order(theirs) == _in_order(ours)


def _in_order(tree: object) -> object:
    """Return JSON whose arrays, but those of lists, are sorted."""
    if isinstance(tree, dict):
        return {
            key: [_in_order(item) for item in value] if key == "@list" else _in_order(value)
            for key, value in tree.items()
        }
    if isinstance(tree, list):
        return sorted((_in_order(item) for item in tree), key=_text)
    return tree


def _text(tree: object) -> str:
    return json.dumps(tree, sort_keys=True)


def test_compacted_is_flattened_as_well(triples) -> None:
    """JSON-LD 1.1, flattened document form: each node once, in one array."""
    data = triples("ex:a ex:p ex:b . ex:b ex:p ex:a , _:c . _:c ex:p 1 .")
    assert jsonld.write(data, "flattened") == jsonld.write(data, "compacted")
    graph = json.loads(jsonld.write(data))["@graph"]
    assert len(graph) == len({node["id"] for node in graph}) == 3


def test_expanded_has_no_context_and_no_short_name(write) -> None:
    """JSON-LD 1.1, expanded document form."""
    found = write("<document/a> a cg:Document ; cg:position 3 ; dcterms:title 'A'@en .", "expanded")
    assert found == [
        {
            "@id": f"{vocabulary.ID}document/a",
            "@type": [f"{vocabulary.CG}Document"],
            f"{vocabulary.DCTERMS}title": [{"@language": "en", "@value": "A"}],
            f"{vocabulary.CG}position": [{"@type": f"{vocabulary.XSD}integer", "@value": 3}],
        }
    ]


def test_without_a_frame_each_node_stands_where_it_is_first_met(write) -> None:
    """JSON-LD 1.1 Framing, object embed flag, @once: what a document is about stands first."""
    found = write(
        "ex:s ex:about ex:a ; ex:by ex:w . ex:a ex:part ex:b , ex:w . ex:b ex:of ex:a . ex:w ex:n 1 .",
        "framed",
        first="http://example.org/a",
    )
    thing, statement = found["@graph"]
    assert [node["id"][-1] for node in (thing, statement)] == ["a", "s"]
    part, who = thing["http://example.org/part"]
    assert part["http://example.org/of"] == {"id": "http://example.org/a"}
    assert who == {"id": "http://example.org/w", "http://example.org/n": 1}
    assert statement["http://example.org/by"] == {"id": "http://example.org/w"}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_graph_of_any_depth_is_written(profile: str) -> None:
    """A chain of nodes, and one of lists, that would exhaust the stack."""
    chain = "".join(f"<urn:n{i}> <urn:p> <urn:n{i + 1}> .\n" for i in range(5000))
    nil, deep = f"<{RDF}nil>", ""
    for i in range(3000):
        inner = f"_:c{i - 1}" if i else '"end"'
        deep += f"_:c{i} <{RDF}first> {inner} .\n_:c{i} <{RDF}rest> {nil} .\n"
    deep += "<urn:s> <urn:p> _:c2999 .\n"
    for data in (chain.encode(), deep.encode()):
        tree = json.loads(jsonld.write(data, profile))
        assert tree
    found = json.loads(jsonld.write(chain.encode(), profile))
    nodes = found if isinstance(found, list) else found["@graph"]
    expected = 5000 if profile != "framed" else len(nodes)
    assert len(nodes) == expected


@pytest.mark.parametrize("profile", PROFILES)
def test_the_whole_graph_survives(store: Store, profile: str) -> None:
    """JSON-LD 1.1 API, section 8, on real data: documents and concepts with all they have."""
    text = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(REGEX(STR(?s), '/id/(document/ai-|concept/|actor/)')) }"
    data = store.query(text).serialize(format=RdfFormat.N_TRIPLES) or b""
    expected = processor.canonical(parse(data, RdfFormat.N_TRIPLES))
    assert processor.read(jsonld.write(data, profile)) == expected
    assert len(expected) > 5000


IRIS = st.sampled_from(
    [
        "http://example.org/a",
        "http://example.org/b",
        "urn:x",
        "cg:x",
        "skos:Concept",
        f"{vocabulary.ID}document/a",
        f"{vocabulary.ID}concept/mit-risk-domain/2.1",
        *sorted(vocabulary.prefixes().values())[::6],
        *(vocabulary.expand(v["@id"]) for v in list(vocabulary.context().values())[80::9] if isinstance(v, dict)),
    ]
).map(NamedNode)  # fmt: skip
PROPERTIES = st.one_of(
    IRIS,
    st.sampled_from(
        [vocabulary.expand(v["@id"]) for v in vocabulary.context().values() if isinstance(v, dict)]
    ).map(NamedNode),
    st.sampled_from([RDF + "type", RDF + "first", RDF + "rest"]).map(NamedNode),
)
BLANK = st.sampled_from("abc").map(BlankNode)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
TYPES = ("integer", "boolean", "string", "date", "decimal", "nonNegativeInteger", "gYear")
LITERALS = st.one_of(
    TEXTS.map(Literal),
    st.builds(lambda text, tag: Literal(text, language=tag), TEXTS, st.sampled_from(["en", "id", "zh-hans", "type"])),
    st.builds(
        lambda text, kind: Literal(text, datatype=NamedNode(vocabulary.XSD + kind)),
        st.sampled_from(["1", "-0", "007", "true", "0", "x", "2024-01-01", "9007199254740992"]),
        st.sampled_from(TYPES),
    ),
)  # fmt: skip
TRIPLES = st.lists(
    st.builds(
        Triple,
        st.one_of(IRIS, BLANK),
        PROPERTIES,
        st.one_of(IRIS, BLANK, LITERALS, st.just(NamedNode(RDF + "nil"))),
    ),
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(TRIPLES, st.sampled_from(PROFILES))
def test_any_graph_comes_back(triples: list[Triple], profile: str) -> None:
    """JSON-LD 1.1 API, section 8: names that look like prefixes, odd values, loops, broken lists."""
    data = serialize(dict.fromkeys(triples), format=RdfFormat.N_TRIPLES) or b""
    expected = processor.canonical(parse(data, RdfFormat.N_TRIPLES))
    body = jsonld.write(data, profile)
    assert processor.read(body) == expected
    assert body.decode() == json.dumps(json.loads(body), ensure_ascii=False, indent=1) + "\n"
