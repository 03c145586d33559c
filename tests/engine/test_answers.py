"""From a query to the bytes of its answer, as a worker computes them."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, parse

from clausegraph import formats
from clausegraph.engine import Dataset, Limits
from clausegraph.engine.evaluation import Evaluator
from clausegraph.errors import (
    BadRequest,
    NotAcceptable,
    QuerySyntaxError,
    ResultTooLarge,
)

ONE, TWO = "https://example.org/one", "https://example.org/two"
TITLES = "SELECT ?o { ?s <https://example.org/title> ?o }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ALL = "CONSTRUCT WHERE { ?s ?p ?o }"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
RESULTS = "{http://www.w3.org/2005/sparql-results#}"


def holding(*literals: str, predicate: str = "https://example.org/p") -> Evaluator:
    """An evaluator of a store that says these things of one subject."""
    store = Store()
    subject = NamedNode("https://example.org/s")
    store.extend(Quad(subject, NamedNode(predicate), Literal(text)) for text in literals)
    return Evaluator(store, {"ex": "https://example.org/"}, Limits())


def xml(document: bytes) -> ET.Element:
    return ET.fromstring(document)  # noqa: S314, it is our own


def count(evaluator, query) -> int:
    kind, body = evaluator.answer(query)[:2]
    assert kind == "solutions"
    return int(json.loads(body)["results"]["bindings"][0]["n"]["value"])


@pytest.mark.parametrize(
    ("syntax", "expected"),
    [
        (formats.CSV, "o\r\n\"Law, the “first”\"\r\n"),
        (formats.TSV, "?o\n\"Law, the “first”\"@en\n"),
        (formats.RESULTS_JSON, '{"head":{"vars":["o"]},"results":{"bindings":[{"o":'
         '{"type":"literal","value":"Law, the “first”","xml:lang":"en"}}]}}'),
        (formats.RESULTS_XML, '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-'
         'results#"><head><variable name="o"/></head><results><result><binding name="o"><literal '
         'xml:lang="en">Law, the “first”</literal></binding></result></results></sparql>'),
    ],
)  # fmt: skip
def test_select_is_written_in_each_results_syntax(evaluator, ask, syntax, expected) -> None:
    """SPARQL 1.1 Query Results JSON, XML, and CSV and TSV Formats: CSV ends lines with CRLF."""
    assert evaluator.answer(ask(TITLES, solutions=syntax))[:2] == ("solutions", expected.encode())


@pytest.mark.parametrize(
    ("syntax", "expected"),
    [
        (formats.RESULTS_JSON, b'{"head":{},"boolean":true}'),
        (formats.RESULTS_XML, b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-'
         b'results#"><head></head><boolean>true</boolean></sparql>'),
    ],
)  # fmt: skip
def test_ask_is_written_in_each_syntax_that_has_booleans(evaluator, ask, syntax, expected) -> None:
    assert evaluator.answer(ask("ASK { ?s ?p ?o }", boolean=syntax))[:2] == ("boolean", expected)


@pytest.mark.parametrize("syntax", [*formats.RDF_GRAPH, formats.TRIG, formats.N_QUADS])
@pytest.mark.parametrize("text", [ALL, "DESCRIBE <https://example.org/law>"])
def test_graph_is_written_in_each_syntax_and_reads_back_the_same(
    evaluator, ask, syntax, text
) -> None:
    kind, body = evaluator.answer(ask(text, graph=syntax))[:2]
    assert kind == "graph"
    read = {quad.triple for quad in parse(body, syntax.engine)}
    assert read == {quad.triple for quad in evaluator.store.quads_for_pattern(None, None, None)}


def test_turtle_has_the_registered_prefixes_that_it_uses_and_no_other(evaluator, ask) -> None:
    """RDF 1.1 Turtle, 2.4; the order is that of the N-Triples."""
    text = """CONSTRUCT { ?s dcterms:title ?o ; a skos:Concept } WHERE { ?s ?p ?o . FILTER(LANG(?o) = "en") }"""
    assert evaluator.answer(ask(text))[1].decode() == (
        "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "\n"
        '<https://example.org/law> dcterms:title "Law, the “first”"@en ;\n'
        "\ta skos:Concept .\n"
    )


def test_turtle_leaves_a_prefix_out_rather_than_escape_slashes(ask) -> None:
    """RDF 1.1 Turtle, 2.4: a slash in a local name would have to be escaped."""
    body = holding("x", predicate="https://example.org/deep/p").answer(ask(ALL))[1]
    assert body == b'<https://example.org/s> <https://example.org/deep/p> "x" .\n'


def test_triple_that_is_constructed_twice_is_written_once(evaluator, ask) -> None:
    """SPARQL 1.1 Query, 16.2: the answer is an RDF graph, a set."""
    text = "CONSTRUCT { ?s <https://example.org/p> 1 } WHERE { ?s ?p ?o }"
    assert evaluator.answer(ask(text, graph=formats.N_TRIPLES))[1].count(b"\n") == 1


def test_graphs_come_in_the_same_order_whatever_order_they_are_found_in(ask) -> None:
    """Equal answers are equal bytes."""
    names = [f"number {n}" for n in range(50)]
    ways = {holding(*order).answer(ask(ALL))[1] for order in (names, reversed(names))}
    assert len(ways) == 1


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ufffe", "\uffff"])
@pytest.mark.parametrize("text", ["SELECT ?o { ?s ?p ?o }", ALL])
def test_character_that_xml_has_no_form_for_is_not_acceptable(ask, text, character) -> None:
    """XML 1.0, 2.2: no such document is sent, and the message names what else to ask for."""
    asked = ask(text, solutions=formats.RESULTS_XML, graph=formats.RDF_XML)
    with pytest.raises(NotAcceptable, match="Ask for another syntax"):
        holding(f"a{character}b").answer(asked)
    assert holding(f"a{character}b").answer(ask(text))[1]


def test_carriage_return_survives_xml(ask) -> None:
    """XML 1.0, 2.11: a bare one would be read as a line feed."""
    evaluator = holding("a\r\nb\tc ")
    table = evaluator.answer(ask("SELECT ?o { ?s ?p ?o }", solutions=formats.RESULTS_XML))[1]
    graph = evaluator.answer(ask(ALL, graph=formats.RDF_XML))[1]
    assert xml(table).findtext(f".//{RESULTS}literal") == "a\r\nb\tc "
    assert xml(graph).findtext(f"{RDF}Description/*") == "a\r\nb\tc "


@pytest.mark.parametrize(
    "predicate",
    ["https://example.org/1", "https://example.org/", "urn:x:2.1", "https://example.org/a%20",
     "https://example.org/\U00010000", "http://www.w3.org/1999/02/22-rdf-syntax-ns#li"],
)  # fmt: skip
def test_predicate_that_rdf_xml_has_no_name_for_is_not_acceptable(ask, predicate) -> None:
    """RDF 1.1 XML Syntax, 5.1 and 6.1.4: the document would be ill-formed."""
    with pytest.raises(NotAcceptable, match="RDF/XML"):
        holding("x", predicate=predicate).answer(ask(ALL, graph=formats.RDF_XML))


@pytest.mark.parametrize("predicate", ["https://example.org/1a", "https://example.org/é", "urn:b"])
def test_predicate_that_ends_in_a_name_is_fine_in_rdf_xml(ask, predicate) -> None:
    """RDF 1.1 XML Syntax, 5.1."""
    body = holding("x", predicate=predicate).answer(ask(ALL, graph=formats.RDF_XML))[1]
    assert [quad.predicate.value for quad in parse(body, RdfFormat.RDF_XML)] == [predicate]
    assert xml(body)[0][0].text == "x"


def test_json_ld_is_expanded_compacted_or_framed(evaluator, ask) -> None:
    """JSON-LD 1.1, section 5; JSON-LD 1.1 Framing, section 2."""
    text = "CONSTRUCT { ?s dcterms:title ?o ; a skos:Concept } WHERE { ?s ?p ?o . FILTER(LANG(?o) = 'en') }"
    asked = ask(text, graph=formats.JSON_LD)
    expanded = json.loads(evaluator.answer(asked)[1])
    assert expanded[0]["@id"] == "https://example.org/law"
    compacted = json.loads(evaluator.answer(asked._replace(compact=True))[1])
    assert compacted["@context"] == "https://w3id.org/clausegraph/context/1.jsonld"
    framed = asked._replace(frame={"@type": "http://www.w3.org/2004/02/skos/core#Concept"})
    assert "https://example.org/law" in evaluator.answer(framed)[1].decode()


@pytest.mark.parametrize(
    ("text", "missing", "offered"),
    [
        ("SELECT * {}", "solutions", "text/csv"),
        ("ASK {}", "boolean", "application/sparql-results+json"),
        (ALL, "graph", "text/turtle"),
        ("DESCRIBE <https://example.org/law>", "graph", "application/ld+json"),
    ],
)
def test_form_whose_syntax_the_client_does_not_accept(
    evaluator, ask, text, missing, offered
) -> None:
    """Resolved by query form, and the message lists what there is."""
    with pytest.raises(NotAcceptable) as caught:
        evaluator.answer(ask(text, **{missing: None}))
    assert offered in caught.value.remedy


@pytest.mark.parametrize("syntax", [formats.CSV, formats.TSV])
def test_ask_has_no_form_in_csv_and_tsv(evaluator, ask, syntax) -> None:
    """SPARQL 1.1 Query Results CSV and TSV Formats, section 1."""
    with pytest.raises(NotAcceptable):
        evaluator.answer(ask("ASK {}", boolean=syntax))


@pytest.mark.parametrize("text", ["SELECT (REPEAT AS ?x) {", ""])
def test_syntax_error_comes_before_not_acceptable(evaluator, ask, text) -> None:
    """What does not parse has no form to negotiate for."""
    with pytest.raises(QuerySyntaxError):
        evaluator.answer(ask(text, solutions=None, boolean=None, graph=None))


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("SELECT * {\n ?s ?p", 2, 7, "line 2, column 7"),
        ("SELECT *\n{ ?s oops:p ?o }", 2, 6, "prefix oops: is not declared"),
        ("SELECT (1 AS ?x) (2 AS ?x) {}", 1, 30, "Duplicated variable name in SELECT"),
        ("SELECT *\n{ ?s ?p ?o . FLITER(?s) }", 2, 14, "does not parse"),
        ("SELECT ('a service, a SERVICE' AS ?x)\n{ ?s ?p 'service' ?o ?q", 2, 24, "parse"),
        ("SELECT * FROM <one> FROM <two> { ?s ?p ?o }", None, None, "FROM <one> FROM <two>"),
        ("SELECT * FROM <x:one> FROM oops:two { ?s ?p ?o }", 1, 28, "prefix oops: is not declared"),
    ],
)
def test_syntax_error_says_where(evaluator, ask, text, line, column, says) -> None:
    """Line and column are those of the text as sent."""
    with pytest.raises(QuerySyntaxError, match=says) as caught:
        evaluator.answer(ask(text))
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "offset", "expected"),
    [
        ("SELECT * {\n ?s ?p", 17, "a variable"),
        ("SELECT * { ?s a ?t } ORDER ?s", 27, "BY"),
        ("SELECT ?o { VALUES ?o { 'service' } ?s ?p", 41, "an IRI"),
        ("ASK { ?\U0001f600 oops:p ?o }", 9, None),
        ("ASK { ?s oops:p ?o }", 9, None),
        ("SELEC * {}", 0, None),
    ],
)
def test_syntax_error_has_an_offset_and_what_could_stand_there(
    evaluator, ask, text, offset, expected
) -> None:
    """In code points from 0, of the text as sent; in words, not in classes of characters."""
    with pytest.raises(QuerySyntaxError) as caught:
        evaluator.answer(ask(text))
    names = caught.value.expected
    assert abs(caught.value.offset - offset) <= 1
    assert expected in names if expected else "CONSTRUCT" not in names
    assert len(names) <= 12
    assert not any("'..='" in name or "u{" in name for name in names)


def test_undeclared_prefix_comes_with_the_nearest_known(ask) -> None:
    with pytest.raises(QuerySyntaxError, match="ex:"):
        holding("x").answer(ask("ASK { ?s exx:p ?o }"))


@pytest.mark.parametrize("syntax", formats.RESULTS)
@pytest.mark.parametrize(
    ("text", "is_empty"),
    [
        ("SELECT ?s { ?s ?p ?o }", False),
        ("SELECT ?s ?x { ?s <urn:none> ?o }", True),
        ("SELECT * {}", False),
        ("SELECT ?x { }", False),
        ("SELECT ?x { FILTER(1 = 2) }", True),
    ],
)
def test_table_without_rows_is_empty(evaluator, ask, syntax, text, is_empty) -> None:
    assert evaluator.answer(ask(text, solutions=syntax)).is_empty is is_empty


@pytest.mark.parametrize("syntax", formats.RDF_GRAPH)
def test_graph_without_triples_is_empty_and_a_boolean_never(evaluator, ask, syntax) -> None:
    none = "CONSTRUCT { ?s ?p ?o } WHERE { ?s <urn:none> ?o . ?s ?p ?o }"
    assert evaluator.answer(ask(none, graph=syntax)).is_empty
    assert not evaluator.answer(ask(ALL, graph=syntax)).is_empty
    assert not evaluator.answer(ask("ASK { ?s <urn:none> ?o }")).is_empty


@pytest.mark.parametrize("syntax", [*formats.RDF_GRAPH, formats.TRIG, formats.N_QUADS])
def test_large_graph_reads_back_the_same_each_triple_once(ask, syntax) -> None:
    """SPARQL 1.1 Query, 16.2: a set, though it is written as it is found."""
    names = " ".join(f"<https://example.org/n{n}>" for n in range(1200))
    text = f"CONSTRUCT {{ ?a <https://example.org/p> ?a }} {{ VALUES ?x {{ 1 2 }} VALUES ?a {{ {names} }} }}"
    body = holding("x").answer(ask(text, graph=syntax, compact=True)).body
    quads = [quad.subject.value for quad in parse(body, syntax.engine)]
    assert len(quads) == len(set(quads)) == 1200


def test_large_graph_of_our_own_is_in_order_and_compacted(ask) -> None:
    """A document lists everything in one stable order, however long it is."""
    names = " ".join(f"<https://example.org/n{n}>" for n in range(1200, 0, -1))
    text = f"CONSTRUCT {{ ?a <https://example.org/p> 1 }} {{ VALUES ?a {{ {names} }} }}"
    lines = holding("x").answer(ask(text, graph=formats.N_TRIPLES, is_ours=True)).body.splitlines()
    assert lines == sorted(lines)
    packed = holding("x").answer(ask(text, graph=formats.JSON_LD, is_ours=True, compact=True)).body
    assert b"@context" in packed


def test_relative_iris_are_resolved_against_the_base(evaluator, ask) -> None:
    text = "ASK { <law> <part> <clause> }"
    assert evaluator.answer(ask(text, base="https://example.org/"))[1].endswith(b"true}")
    assert evaluator.answer(ask(text, base="https://example.com/"))[1].endswith(b"false}")
    with pytest.raises(BadRequest, match="base"):
        evaluator.answer(ask(text, base="nowhere"))


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("<https://example.org/law>", True),
        ("<https://example.org/none>", False),
        ('"https://example.org/law"', False),
        ('"} UNION { ?a ?b ?c"', False),
        (r'"\"} UNION {?s ?p ?o} #"@en', False),
        (r'"\u0022 } \u007D"', False),
    ],
)
def test_value_is_bound_as_a_term(evaluator, ask, value, found) -> None:
    """No value of a parameter can change what a query says."""
    text = "SELECT ?s ?o { ?s <https://example.org/part> ?o }"
    body = evaluator.answer(ask(text, substitutions={"s": value}))[1]
    assert bool(json.loads(body)["results"]["bindings"]) is found


@pytest.mark.parametrize(
    "value",
    [
        "", "law", "<law>", "5", "_:b", "?o", "<https://example.org/a> <https://example.org/b>",
        "<https://example.org/a> . #", '"a" . <urn:s> <urn:p> "b"', '"a"\n', '"a', '"a\nb"',
        "<https://example.org/a> } UNION { ?s ?p ?o", "<<( <urn:a> <urn:b> <urn:c> )>>",
    ],
)  # fmt: skip
def test_value_that_is_not_one_iri_or_literal_is_refused(evaluator, ask, value) -> None:
    """RDF 1.1 N-Triples, section 2; a blank node means nothing outside its document."""
    text = "SELECT ?s ?o { ?s ?p ?o }"
    with pytest.raises(BadRequest, match=r"\?s"):
        evaluator.answer(ask(text, substitutions={"s": value}))


@pytest.mark.parametrize("name", ["other", "not a name", ""])
def test_variable_that_the_query_does_not_answer_with_cannot_be_bound(evaluator, ask, name) -> None:
    """A parameter is also a column; anything else would be passed over in silence."""
    with pytest.raises(BadRequest):
        evaluator.answer(ask("SELECT ?s { ?s ?p ?o }", substitutions={name: '"x"'}))


@pytest.mark.parametrize(
    ("clause", "dataset", "expected"),
    [
        ("", None, 2),
        ("", Dataset(), 2),
        (f"FROM <{ONE}>", None, 1),
        (f"FROM <{TWO}>", None, 2),
        (f"FROM <{ONE}> FROM <{TWO}>", None, 2),
        (f"FROM <{ONE}> FROM <{ONE}>", None, 1),
        ("FROM e:one FROM <two>", None, 2),
        ("FROM e:one FROM <https://nowhere.example/>", None, 1),
        ("FROM <https://nowhere.example/>", None, 0),
        (f"FROM NAMED <{ONE}>", None, 0),
        ("", Dataset((ONE,)), 1),
        ("", Dataset((ONE, TWO)), 2),
        ("", Dataset((ONE, ONE)), 1),
        ("", Dataset((ONE, TWO, ONE, "https://nowhere.example/")), 2),
        ("", Dataset(("https://nowhere.example/",)), 0),
        ("", Dataset((), (ONE,)), 0),
        (f"FROM <{TWO}>", Dataset((ONE,)), 1),
        (f"FROM <{ONE}> FROM <{TWO}>", Dataset((ONE,)), 1),
        (f"FROM <{ONE}>", Dataset((ONE, TWO)), 2),
        (f"FROM <{ONE}>", Dataset((), (TWO,)), 0),
    ],
)
def test_triple_counts_once_in_every_default_graph(
    evaluator, ask, clause, dataset, expected
) -> None:
    """SPARQL 1.1 Query, 13.2; SPARQL 1.1 Protocol, 2.1.4."""
    text = f"PREFIX e: <https://example.org/> {COUNT.replace('{', clause + ' {')}"
    assert count(evaluator, ask(text, dataset=dataset, base="https://example.org/")) == expected


@pytest.mark.parametrize(
    ("clause", "dataset", "expected"),
    [
        ("", None, 3),
        (f"FROM NAMED <{ONE}>", None, 1),
        (f"FROM NAMED <{ONE}> FROM NAMED <{TWO}>", None, 3),
        (f"FROM NAMED <{TWO}> FROM NAMED <{TWO}>", None, 2),
        (f"FROM <{ONE}> FROM NAMED <{TWO}> FROM NAMED <{TWO}>", None, 2),
        (f"FROM <{ONE}>", None, 0),
        (f"FROM <{ONE}> FROM <{TWO}>", None, 0),
        (f"FROM <{ONE}> FROM <{TWO}> FROM NAMED <{TWO}>", None, 2),
        ("", Dataset((ONE,)), 0),
        ("", Dataset((ONE, TWO)), 0),
        ("", Dataset((ONE, TWO), (TWO,)), 2),
        ("", Dataset((), (ONE, TWO)), 3),
        (f"FROM NAMED <{ONE}>", Dataset((ONE,)), 0),
        (f"FROM NAMED <{ONE}>", Dataset((ONE, TWO), (TWO,)), 2),
    ],
)
def test_named_graphs_are_exactly_those_of_the_dataset(
    evaluator, ask, clause, dataset, expected
) -> None:
    """SPARQL 1.1 Query, 13.2.2."""
    text = f"SELECT (COUNT(*) AS ?n) {clause} {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert count(evaluator, ask(text, dataset=dataset)) == expected


BOTH = f"FROM <{ONE}> FROM <{TWO}>"


@pytest.mark.parametrize(
    ("clause", "dataset", "triples"),
    [
        ("", None, 2),
        (BOTH, None, 2),
        (f"FROM <{ONE}>", None, 1),
        (f"FROM NAMED <{ONE}>", None, 0),
        (f"FROM NAMED <{ONE}> FROM NAMED <{ONE}>", None, 0),
        (f"{BOTH} FROM NAMED <{ONE}> FROM NAMED <{TWO}>", None, 2),
        ("", Dataset((ONE, TWO)), 2),
        ("", Dataset((ONE, TWO), (ONE, TWO)), 2),
        (BOTH, Dataset((ONE,)), 1),
        (BOTH, Dataset((), (ONE, TWO)), 0),
    ],
)
def test_every_form_and_every_pattern_sees_a_triple_once(
    evaluator, ask, clause, dataset, triples
) -> None:
    """SPARQL 1.1 Query, 13.2, whatever looks at the default graph."""

    def rows(text: str, **fields) -> list[str]:
        answer = evaluator.answer(ask(text, solutions=formats.TSV, dataset=dataset, **fields))
        return answer.body.decode().splitlines()

    assert len(rows(f"SELECT * {clause} {{ ?s ?p ?o }}")) == 1 + triples
    assert len(rows(f"SELECT * {clause} {{ ?s !<urn:none> ?o }}")) == 1 + triples
    assert len(rows(f"SELECT ?s ?q {clause} {{ ?s ?p ?o . ?s ?q ?x }}")) == 1 + triples**2
    assert len(rows(f"SELECT * {clause} {{ {{ SELECT * {{ ?s ?p ?o }} }} }}")) == 1 + triples
    joined = rows(f"SELECT (GROUP_CONCAT(STR(?p)) AS ?all) {clause} {{ ?s ?p ?o }}")[1]
    assert joined.count("https://") == triples
    graph = {"graph": formats.N_TRIPLES}
    assert len(rows(f"CONSTRUCT {{ ?s ?p ?o }} {clause} WHERE {{ ?s ?p ?o }}", **graph)) == triples
    described = rows(f"DESCRIBE <https://example.org/law> {clause}", **graph)
    assert len(described) == len(set(described)) == triples
    assert rows(f"ASK {clause} {{ ?s ?p ?o }}")[0].endswith(f"{str(triples > 0).lower()}}}")


def test_dataset_past_the_cap_is_refused_whole(ask) -> None:
    """Never an answer about part of what was named."""
    store = Store()
    for name in (ONE, TWO):
        store.extend(
            Quad(NamedNode(name), NamedNode(name), Literal(n), NamedNode(name)) for n in range(6)
        )
    evaluator = Evaluator(store, {}, Limits(merged=11))
    with pytest.raises(ResultTooLarge, match="more than 11 triples"):
        evaluator.answer(ask(COUNT, dataset=Dataset((ONE, TWO))))
    assert count(evaluator, ask(COUNT, dataset=Dataset((ONE,)))) == 6


@pytest.mark.parametrize("iri", ["one", "", "http://exa mple.org/"])
def test_graph_without_an_absolute_iri_is_refused(evaluator, ask, iri) -> None:
    """SPARQL 1.1 Protocol, 2.1.4."""
    with pytest.raises(BadRequest, match="absolute IRI"):
        evaluator.answer(ask(COUNT, dataset=Dataset((iri,))))


@pytest.mark.parametrize("form", ["SELECT * WHERE", "CONSTRUCT { ?a ?b ?c } WHERE"])
def test_answer_past_the_cap_is_refused_whole(evaluator, ask, form) -> None:
    """Refused with a way to page, never cut."""
    many = " ".join(f"<https://example.org/{n}>" for n in range(60))
    text = f"{form} {{ VALUES ?a {{ {many} }} VALUES ?b {{ {many} }} VALUES ?c {{ {many} }} }}"
    with pytest.raises(ResultTooLarge, match="LIMIT and OFFSET"):
        evaluator.answer(ask(text))
    assert evaluator.answer(ask(f"{text} LIMIT 5"))[1]


def test_registered_prefixes_need_no_declaration_and_can_be_redeclared(evaluator, ask) -> None:
    """Predeclared, as `sh:declare` publishes them."""
    text = "SELECT (STR(skos:broader) AS ?o) {}"
    own = "PREFIX skos: <http://own.example/> " + text
    assert b"http://www.w3.org/2004/02/skos/core#broader" in evaluator.answer(ask(text))[1]
    assert b"http://own.example/broader" in evaluator.answer(ask(own))[1]


@pytest.mark.parametrize("profile", formats.PROFILES)
def test_json_ld_comes_in_the_form_that_is_asked_for(evaluator, ask, profile) -> None:
    """JSON-LD 1.1, IANA considerations; whatever is the default."""
    text = "CONSTRUCT { ?s dcterms:title ?o ; a skos:Concept } WHERE { ?s ?p ?o . FILTER(LANG(?o) = 'en') }"
    asked = ask(text, graph=formats.JSON_LD, profile=profile, frame={"type": "Concept"})
    found = json.loads(evaluator.answer(asked)[1])
    assert isinstance(found, list) is (profile == formats.EXPANDED)
    if profile != formats.EXPANDED:
        assert ("@graph" in found) is (profile != formats.FRAMED)


@pytest.mark.parametrize("profile", formats.PROFILES)
def test_a_large_graph_comes_in_the_form_that_is_asked_for(ask, profile) -> None:
    """Even one that is else written as it is found."""
    text = "CONSTRUCT { <urn:s> <urn:p> ?o } WHERE { VALUES ?a { %s } VALUES ?b { %s } BIND(?a * 100 + ?b AS ?o) }"
    numbers = " ".join(str(number) for number in range(100))
    asked = ask(text % (numbers, numbers), graph=formats.JSON_LD, compact=True, profile=profile)
    found = json.loads(holding("x").answer(asked)[1])
    if profile == formats.EXPANDED:
        assert {value["@value"] for node in found for value in node["urn:p"]} >= {"0", "9999"}
    else:
        assert found["@graph"] == [{"id": "urn:s", "urn:p": sorted(range(10_000), key=str)}]
