"""The graph in a Python process: queries by name and by text, and what they give."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse

import clausegraph
from clausegraph.build import Build
from clausegraph.errors import (
    InputError,
    QueryRefused,
    QuerySyntaxError,
    UnknownResource,
    UsageError,
)
from clausegraph.library import Graph

COMMITMENTS = "https://w3id.org/clausegraph/id/document/ai-safety-commitments"
KINDS = (
    "SELECT ?whole ?text ?label ?yes ?day ?year ?iri ?nothing WHERE {"
    ' VALUES (?whole ?text ?label ?yes ?day ?year ?iri ?nothing) { (5 "a" "b"@en true'
    ' "2026-02-23"^^xsd:date "2024"^^xsd:gYear cg:Clause UNDEF) } }'
)


@pytest.fixture(scope="module")
def graph(store: Store, built: Build) -> Graph:
    return Graph(store, built.release)


def test_open_gives_the_graph_that_ships(built: Build) -> None:
    graph = clausegraph.open()
    assert graph.release == built.release
    assert graph.query("ASK { documents:ai-safety-commitments a cg:Document }").boolean is True


def test_open_takes_other_files_in_the_context_of_our_terms(tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text(
        "<https://e.org/law> a <https://w3id.org/clausegraph/ontology#Document> .", encoding="utf-8"
    )
    graph = clausegraph.open([str(path)])
    rows = graph.query("SELECT ?document WHERE { ?document a cg:Document }").rows
    assert [dict(row) for row in rows] == [{"document": "https://e.org/law"}]
    assert graph.query("ASK { mit-risk-domain:2.1 a cg:RiskDomain }")


def test_open_names_file_and_line_of_what_does_not_parse(tmp_path: Path) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text("@prefix a: <http://a#> .\na:b a:c a:d", encoding="utf-8")
    with pytest.raises(InputError) as error:
        clausegraph.open([path])
    assert (error.value.file, error.value.line) == (path, 2)


def test_row_gives_python_values_and_terms(graph: Graph) -> None:
    """RDF 1.1 Concepts, section 5: literals by their datatype; an unbound variable is None."""
    (row,) = graph.query(KINDS)
    assert dict(row) == {
        "whole": 5,
        "text": "a",
        "label": "b",
        "yes": True,
        "day": datetime.date(2026, 2, 23),
        "year": "2024",
        "iri": "https://w3id.org/clausegraph/ontology#Clause",
        "nothing": None,
    }
    assert row.term("label") == Literal("b", language="en")
    assert row.term("nothing") is None
    assert (row.is_iri("iri"), row.is_iri("text"), row.is_iri("nothing")) == (True, False, False)


def test_ill_formed_literal_stays_text(graph: Graph) -> None:
    (row,) = graph.query('SELECT ?day WHERE { VALUES ?day { "soon"^^xsd:date } }')
    assert row["day"] == "soon"


def test_dataframe_keeps_whole_numbers_whole_beside_empty_cells(graph: Graph) -> None:
    frame = graph.query("sectors/by-document").to_dataframe()
    assert list(frame.columns)[:4] == ["document", "sector", "label", "score"]
    assert str(frame["score"].dtype) == "Int64"
    assert frame["score"].isna().sum() == 1


def test_dataframe_of_no_rows_has_the_columns(graph: Graph) -> None:
    frame = graph.query("provenance/differing-classifiers").to_dataframe()
    assert len(frame) == 0
    assert "otherConcept" in frame.columns


def test_dataframe_without_pandas_says_what_to_install(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UsageError, match=r"pip install 'clausegraph\[dataframe\]'"):
        graph.query(KINDS).to_dataframe()


def test_dataframe_needs_rows(graph: Graph) -> None:
    with pytest.raises(UsageError, match="Only a SELECT query gives a table"):
        graph.query("ASK { ?x ?y ?z }").to_dataframe()


def test_result_is_shown_by_its_size_and_release(graph: Graph) -> None:
    start = graph.release[:12]
    assert repr(graph.query(KINDS)) == f"<Result: 1 rows from release {start}>"
    assert repr(graph.query("ASK { ?x ?y ?z }")) == f"<Result: true from release {start}>"


def test_ask_gives_yes_or_no(graph: Graph) -> None:
    yes = graph.query("ASK { ?x a cg:Clause }")
    no = graph.query("ASK { ?x a cg:Nothing }")
    assert (yes.boolean, bool(yes), no.boolean, bool(no)) == (True, True, False, False)
    assert json.loads(no.serialize("json")) == {"head": {}, "boolean": False}
    assert b"<boolean>true</boolean>" in yes.serialize("xml")


def test_construct_gives_triples_in_a_fixed_order(graph: Graph) -> None:
    text = (
        "CONSTRUCT { ?actor dcterms:title ?name } WHERE { ?actor a cg:Actor ; dcterms:title ?name }"
    )
    result = graph.query(text)
    assert len(result) == len(result.triples) > 10
    assert [str(triple) for triple in result.triples] == sorted(map(str, result.triples))
    turtle = result.serialize("ttl")
    assert {quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE)} == set(result.triples)
    assert b"@prefix dcterms:" in turtle
    assert b"@prefix skos:" not in turtle


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("csv", b"document\r\n"),
        ("tsv", b"?document\n"),
        ("json", b'{"head":'),
        ("xml", b'<?xml version="1.0"?>'),
    ],
)
def test_rows_have_four_forms(form: str, start: bytes, graph: Graph) -> None:
    """SPARQL 1.1 Query Results: CSV and TSV, JSON, XML."""
    result = graph.query("SELECT ?document WHERE { ?document a cg:Document } ORDER BY ?document")
    assert result.serialize(form).startswith(start)
    assert COMMITMENTS.encode() in result.serialize(form)


@pytest.mark.parametrize(
    ("text", "form"),
    [("SELECT ?x WHERE { ?x a cg:Clause }", "ttl"), ("ASK { ?x ?y ?z }", "csv"),
     ("DESCRIBE cg:Clause", "json"), ("ASK { ?x ?y ?z }", "yaml")],
)  # fmt: skip
def test_format_of_another_query_form_is_refused(text: str, form: str, graph: Graph) -> None:
    with pytest.raises(UsageError, match="Choose one of: "):
        graph.query(text).serialize(form)


def test_parameter_is_a_term_and_never_text(graph: Graph) -> None:
    """What would close the pattern, were it pasted, finds nothing."""
    found = graph.query("concepts/by-label", spelling='x" ) } #')
    assert found.rows == ()


def test_parameters_of_a_plain_text_are_literals_or_iris_in_brackets(graph: Graph) -> None:
    text = "SELECT ?number ?document WHERE { ?clause cg:number ?number ; cg:clauseOf ?document }"
    assert len(graph.query(text, number="5.10")) == 1
    assert len(graph.query(text, document=f"<{COMMITMENTS}>")) == 0
    assert len(graph.query(text, document=NamedNode(COMMITMENTS))) == 0
    assert len(graph.query(text)) == 11


def test_plain_text_may_have_a_header_that_types_its_parameters(graph: Graph) -> None:
    text = (
        "#+ parameters: {document: {type: iri, kind: document}}\n"
        "SELECT ?document ?clause WHERE { ?clause cg:clauseOf ?document }"
    )
    assert len(graph.query(text, document="ai-safety-governance-framework-v1")) == 14


def test_parameter_that_is_no_column_is_refused(graph: Graph) -> None:
    with pytest.raises(UsageError, match="no column of the query: x"):
        graph.query("SELECT ?clause WHERE { ?clause a cg:Clause }", x=1)


def test_parameter_that_names_nothing_in_the_graph_is_refused_with_the_nearest(
    graph: Graph,
) -> None:
    """An empty table would say that the document has no risks."""
    with pytest.raises(UnknownResource) as error:
        graph.query("risks/by-document", document="ai-safty-commitments")
    assert COMMITMENTS in error.value.suggestions
    assert "documents:ai-safety-commitments" in str(error.value)


def test_syntax_error_is_told_with_line_and_column(graph: Graph) -> None:
    with pytest.raises(QuerySyntaxError) as error:
        graph.query("SELECT ?x\nWHERE { ?x a }")
    assert (error.value.line, error.value.column) == (2, 15)


def test_line_of_a_syntax_error_counts_the_header(graph: Graph) -> None:
    with pytest.raises(QuerySyntaxError) as error:
        graph.query("#+ summary: What?\nSELECT ?x\nWHERE { ?x a }")
    assert error.value.line == 3


def test_unknown_prefix_is_a_syntax_error(graph: Graph) -> None:
    with pytest.raises(QuerySyntaxError):
        graph.query("SELECT ?x WHERE { ?x nosuch:y ?z }")


def test_update_is_refused_and_changes_nothing(graph: Graph) -> None:
    before = len(graph.store)
    with pytest.raises((QueryRefused, QuerySyntaxError)):
        graph.query("INSERT DATA { <http://a> <http://b> 1 }")
    assert len(graph.store) == before


@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_other_endpoints_are_never_called(silent: str, graph: Graph) -> None:
    """The library is offline: SERVICE is refused before anything is evaluated."""
    with pytest.raises(QueryRefused):
        graph.query(
            f"SELECT ?x WHERE {{ SERVICE {silent}<http://127.0.0.1:18999/> {{ ?x ?y ?z }} }}"
        )


def test_from_reads_no_file(graph: Graph) -> None:
    """An unknown graph is empty; nothing is looked up at its address."""
    text = "SELECT ?x FROM <FILE> WHERE { ?x ?y ?z }".replace("FILE", Path(__file__).as_uri())
    assert graph.query(text).rows == ()
