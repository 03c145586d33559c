"""Shapes explained: in words, and as queries with their cost."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from clausegraph.errors import UsageError
from clausegraph.shacl.store import LocalData
from clausegraph.sparql.tokens import tokens
from clausegraph.validate import shapefiles
from clausegraph.validate.explaining import Explanation, explain, laid_out
from clausegraph.validate.shapefiles import ShapeFiles

HEAD = """
@prefix ex: <http://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
DATA = "ex:ada a ex:Person ; ex:name 'Ada' . ex:bob a ex:Person ; ex:name ex:Bob . ex:eve a ex:Person ."
NODE = "ex:S a sh:NodeShape ; sh:targetClass ex:Person "
NAME = f"{NODE} ; sh:property ex:P . ex:P a sh:PropertyShape ; sh:path ex:name ; "


def stored(turtle: str) -> LocalData:
    data = LocalData()
    data.load(parse(HEAD + turtle, RdfFormat.TURTLE))
    return data


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    """Where a test writes its shapes."""
    return tmp_path / "shapes.ttl"


def read(file: Path, turtle: str) -> ShapeFiles:
    file.write_text(HEAD + turtle, encoding="utf-8")
    return shapefiles.read([file])


def told(file: Path, turtle: str, name: str = "ex:S") -> Explanation:
    return explain(read(file, turtle), name, stored(DATA))


WORDS = [
    ("sh:minCount 1", "at least 1 value"),
    ("sh:minCount 2", "at least 2 values"),
    ("sh:maxCount 2", "at most 2 values"),
    ("sh:maxCount 0", "no value"),
    ("sh:minCount 1 ; sh:maxCount 1", "exactly 1 value"),
    ("sh:minCount 1 ; sh:maxCount 3", "1 to 3 values"),
    ("sh:minCount 0", "anything"),
    ("sh:datatype xsd:date", "each a well-formed xsd:date"),
    ("sh:class ex:Person", "each an instance of ex:Person"),
    ("sh:nodeKind sh:IRIOrLiteral", "each an IRI or a literal"),
    ("sh:pattern '^a'", 'each matching "^a"'),
    ("sh:minLength 2 ; sh:maxLength 3", "each at least 2 characters long, at most 3 characters long"),
    ("sh:minInclusive 2 ; sh:maxExclusive 3", "each 2 or greater, less than 3"),
    ("sh:in ( 'a' ex:b )", 'each one of "a", ex:b'),
    ("sh:languageIn ( 'en' 'fr' )", 'each in one of the languages "en", "fr"'),
    ("sh:uniqueLang true", "at most one per language"),
    ("sh:hasValue 'a'", '"a" among them'),
    ("sh:equals ex:a ; sh:disjoint ex:b", "the same values as ex:a; no value of ex:b"),
    ("sh:lessThan ex:a", "each less than each value of ex:a"),
    ("sh:node ex:T . ex:T a sh:NodeShape", "each what ex:T wants"),
    ("sh:not [ sh:nodeKind sh:IRI ]", "each not (an IRI)"),
    ("sh:or ( [ sh:nodeKind sh:IRI ] [ sh:minLength 1 ] )", "each (an IRI) or (at least 1 characters long)"),
    (
        "sh:node [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ]",
        "each with ex:q: at least 1 value",
    ),
    (
        "sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:class ex:Person ]",
        "at least 1 that is an instance of ex:Person",
    ),
    ("sh:deactivated true ; sh:minCount 1", "nothing: it is switched off"),
]  # fmt: skip


@pytest.mark.parametrize(("turtle", "words"), WORDS)
def test_constraint_is_said_in_words(turtle: str, words: str, shapes: Path) -> None:
    demands = told(shapes, f"{NAME} {turtle} .").demands
    assert [(demand.path, demand.text) for demand in demands] == [("ex:name", words)]


def test_targets_are_said_in_words(shapes: Path) -> None:
    targets = (
        "ex:S a sh:NodeShape, rdfs:Class ; sh:targetNode ex:ada ; sh:targetClass ex:Person ; "
        "sh:targetSubjectsOf ex:name ; sh:targetObjectsOf ex:name ."
    )
    explanation = told(shapes, targets)
    assert explanation.targets == (
        "ex:ada",
        "instances of ex:Person",
        "whatever has ex:name",
        "the values of ex:name",
        "instances of ex:S",
    )
    assert explanation.focus_nodes == 5


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("[ sh:inversePath ex:a ]", "^ex:a"),
        ("( ex:a ex:b )", "ex:a/ex:b"),
        ("[ sh:zeroOrMorePath ex:a ]", "ex:a*"),
        ("[ sh:alternativePath ( ex:a rdf:type ) ]", "ex:a|rdf:type"),
    ],
)
def test_path_is_written_as_in_sparql(path: str, text: str, shapes: Path) -> None:
    turtle = f"{NODE} ; sh:property [ sh:path {path} ; sh:minCount 1 ] ."
    assert [demand.path for demand in told(shapes, turtle).demands] == [text]


def test_closed_shape_and_query_are_said_in_words(shapes: Path) -> None:
    turtle = (
        f"{NODE} ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ; "
        "sh:sparql [ sh:message 'Mend it.' ; sh:select 'SELECT $this WHERE { $this ex:p 1 }' ] ."
    ).replace("ex:p 1", "?p 1")
    (demand,) = told(shapes, turtle).demands
    assert demand.text == (
        'without other properties, but for rdf:type; nothing that the query finds: "Mend it."'
    )


def test_shapes_below_paths_are_indented(shapes: Path) -> None:
    turtle = f"{NAME} sh:minCount 1 ; sh:property [ sh:path ex:part ; sh:maxCount 1 ] ."
    lines = list(told(shapes, turtle).lines())
    assert "  ex:name: at least 1 value" in lines
    assert "    ex:part: at most 1 value" in lines


def test_queries_are_counted_and_belong_to_constraints(shapes: Path) -> None:
    explanation = told(
        shapes, f"{NAME} sh:datatype xsd:string ; sh:minLength 1 ; sh:uniqueLang true ."
    )
    named = [
        [name.rpartition("#")[2] for name, _ in query.parameters] for query in explanation.queries
    ]
    assert sorted(name for names in named for name in names) == [
        "datatype",
        "minLength",
        "uniqueLang",
    ]
    assert ["datatype", "minLength"] in named
    assert all(step.seconds > 0 for query in explanation.queries for step in query.steps)


def test_each_constraint_of_our_shapes_has_its_query() -> None:
    """And each query is one that can be asked: it was."""
    files = shapefiles.read(None)
    explanation = explain(files, "Actor", stored(""))
    assert {query.shape.value.rpartition("#")[2] for query in explanation.queries} == {
        f"Actor-{name}" for name in ("alternative", "description", "source", "title", "url")
    }


def test_property_shape_is_asked_for_the_shape_that_uses_it(shapes: Path) -> None:
    explanation = told(shapes, f"{NAME} sh:minCount 1 .", "ex:P")
    assert explanation.focus_nodes is None
    assert "is used by ex:S" in list(explanation.lines())
    assert explanation.queries
    assert "example.org/Person" in explanation.queries[0].steps[0].query


def test_shape_that_nobody_uses_becomes_no_query(shapes: Path) -> None:
    lines = list(told(shapes, "ex:S a sh:NodeShape ; sh:nodeKind sh:IRI .").lines())
    assert lines[-1].startswith("becomes no query")


def test_many_queries_of_a_constraint_are_cut(shapes: Path) -> None:
    """Why each value does not conform is asked for value by value."""
    many = "".join(f"ex:p{n} a ex:Person ; ex:name ex:n{n} ." for n in range(9))
    turtle = f"{NAME} sh:node [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ] ."
    explanation = explain(read(shapes, turtle), "ex:S", stored(many))
    assert all(len(query.steps) <= 3 for query in explanation.queries)
    assert isinstance(explanation.as_object()["queries"], list)


@pytest.mark.parametrize("name", ["ex:S", "http://example.org/S", "<http://example.org/S>", "S"])
def test_shape_goes_by_iri_prefix_or_end(name: str, shapes: Path) -> None:
    assert told(shapes, f"{NODE} .", name).shape.value == "http://example.org/S"


@pytest.mark.parametrize("name", ["ex:PersonShap", "personShape", "http://example.org/PersonShap"])
def test_unknown_shape_is_told_with_the_nearest(name: str, shapes: Path) -> None:
    with pytest.raises(UsageError) as caught:
        told(shapes, "ex:PersonShape a sh:NodeShape .", name)
    assert caught.value.remedy == "Did you mean ex:PersonShape?"


def test_name_of_several_shapes_is_refused(shapes: Path) -> None:
    turtle = "ex:S a sh:NodeShape . <http://example.com/S> a sh:NodeShape ."
    with pytest.raises(UsageError, match=r"several shapes: ex:S, <http://example.com/S>"):
        told(shapes, turtle, "S")


def test_layout_keeps_every_token(shapes: Path) -> None:
    files = read(shapes, f"{NODE} .")
    text = (
        "SELECT ?this (COUNT(*) AS ?n) WHERE { ?this a <urn:a> . { SELECT DISTINCT ?x WHERE { ?x "
        '^<urn:b>/<urn:c>* "a . } b" } } OPTIONAL { ?this <urn:d> ?y FILTER(!EXISTS { ?y ?p 1.5 }) '
        "} VALUES (?p) { (<urn:e>) } } GROUP BY ?this HAVING (COUNT(*) > 1)"
    )
    laid = "\n".join(laid_out(text, files.sheet))
    assert [token.text for token in tokens(laid)] == [token.text for token in tokens(text)]
    assert laid.count("\n") > 8
