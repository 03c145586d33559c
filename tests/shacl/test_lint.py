"""The lint for shapes: each rule has shapes that break it and shapes that just do not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.lint import RULES, Fault, Severity, check
from clausegraph.shacl.store import LocalData
from clausegraph.validate.wording import Names

ROOT = Path(__file__).resolve().parents[2]
HEAD = """
@prefix ex: <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHOWN = Names({"ex": "http://example.org/"}, base="").term
# About persons and their names, and nothing is wrong with it.
TARGET = "ex:S a sh:NodeShape ; sh:message 'Mend it.' ; sh:targetClass ex:Person . ex:S "
NAME = "ex:S sh:property ex:P . ex:P a sh:PropertyShape ; sh:message 'Name it.' ; sh:path ex:name . ex:P "


def stored(turtle: str) -> LocalData:
    data = LocalData()
    data.load(parse(HEAD + turtle, RdfFormat.TURTLE))
    return data


DATA = stored("ex:ada a ex:Scientist ; ex:name 'Ada' . ex:Scientist rdfs:subClassOf ex:Person .")


def lint(turtle: str, data: LocalData | None = None) -> list[Fault]:
    graph = ShapesGraph(quad.triple for quad in parse(HEAD + turtle, RdfFormat.TURTLE))
    return check(graph, SHOWN, data)


def query(text: str) -> str:
    return f'{TARGET} sh:sparql [ sh:message "No." ; sh:prefixes ex: ; sh:select """{text}""" ] . '


PREFIX = 'ex: sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .'

# The rule, shapes that break it, the same put right, and a part of the message.
CASES = [
    ("unknown-term", NAME + "sh:minCout 1 .", NAME + "sh:minCount 1 .", "Did you mean sh:minCount?"),
    ("unknown-term", NAME + "sh:datatype xsd:sting .", NAME + "sh:datatype xsd:string .", "xsd:string"),
    ("unknown-term", NAME + "sh:severity sh:Warn .", NAME + "sh:severity sh:Warning .", "sh:Warn"),
    ("unknown-term", "ex:S a sh:Nodeshape .", TARGET + "sh:nodeKind sh:IRI .", "sh:NodeShape"),
    ("beyond-core", TARGET + "sh:rule ex:R .", TARGET + "sh:nodeKind sh:IRI .", "sh:rule"),
    (
        "untyped-shape",
        "ex:S sh:targetClass ex:Person ; sh:message 'x' ; sh:nodeKind sh:IRI .",
        TARGET + "sh:nodeKind sh:IRI .",
        "ex:S does not say that it is a sh:NodeShape",
    ),
    (
        "untyped-shape",
        TARGET + "sh:property ex:P . ex:P sh:path ex:name ; sh:message 'x' .",
        TARGET + "sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:message 'x' ] .",
        "sh:PropertyShape",
    ),
    ("no-shape", TARGET + "sh:node ex:Nowhere .", TARGET + "sh:node ex:T . ex:T a sh:NodeShape .", "ex:Nowhere"),
    (
        "no-shape",
        TARGET + "sh:or ( ex:T ex:Nowhere ) . ex:T a sh:NodeShape .",
        TARGET + "sh:or ( ex:T [ sh:nodeKind sh:IRI ] ) . ex:T a sh:NodeShape .",
        "sh:or refers to ex:Nowhere",
    ),
    (
        "no-property-shape",
        TARGET + "sh:property ex:T . ex:T a sh:NodeShape .",
        TARGET + "sh:node ex:T . ex:T a sh:NodeShape .",
        "ex:T, which has no sh:path",
    ),
    (
        "no-property-shape",
        TARGET + "sh:property [ sh:minCount 1 ; sh:message 'x' ] .",
        TARGET + "sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:message 'x' ] .",
        "a blank node, which has no sh:path",
    ),
    ("bad-path", TARGET + "sh:property ex:P . ex:P a sh:NodeShape ; sh:path ex:name .", NAME + "sh:minCount 1 .", "it is a sh:PropertyShape"),
    ("bad-path", TARGET + "sh:property ex:P . ex:P a sh:PropertyShape ; sh:message 'x' .", NAME + "sh:minCount 1 .", "without a sh:path"),
    (
        "bad-path",
        TARGET + "sh:property [ sh:path ( ex:name ) ; sh:minCount 1 ; sh:message 'x' ] .",
        TARGET + "sh:property [ sh:path ( ex:a ex:name ) ; sh:minCount 1 ; sh:message 'x' ] .",
        "is none",
    ),
    ("of-property-shapes", TARGET + "sh:minCount 1 .", NAME + "sh:minCount 1 .", "sh:minCount has no meaning in ex:S"),
    ("of-property-shapes", TARGET + "sh:uniqueLang true .", NAME + "sh:uniqueLang true .", "sh:uniqueLang"),
    ("bad-value", NAME + "sh:minCount '1' .", NAME + "sh:minCount 1 .", "a whole number"),
    ("bad-value", NAME + "sh:maxCount -1 .", NAME + "sh:maxCount 1 .", "a whole number"),
    ("bad-value", NAME + "sh:uniqueLang 'true' .", NAME + "sh:uniqueLang true .", "true or false"),
    ("bad-value", NAME + "sh:class 'ex:Person' .", NAME + "sh:class ex:Person .", "an IRI"),
    ("bad-value", NAME + "sh:in 'a' .", NAME + "sh:in ( 'a' ) .", "a list in parentheses"),
    ("bad-value", NAME + "sh:datatype xsd:string, xsd:date .", NAME + "sh:datatype xsd:string .", "more than one value"),
    ("alone", NAME + "sh:qualifiedMinCount 1 .", NAME + "sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] .", "sh:qualifiedValueShape"),
    ("alone", NAME + "sh:flags 'i' .", NAME + "sh:pattern 'a' ; sh:flags 'i' .", "means nothing without sh:pattern"),
    ("alone", TARGET + "sh:ignoredProperties ( ex:p ) .", TARGET + "sh:closed true ; sh:ignoredProperties ( rdf:type ) .", "sh:closed"),
    ("unused-shape", "ex:S a sh:NodeShape ; sh:nodeKind sh:IRI .", TARGET + "sh:nodeKind sh:IRI .", "checks nothing"),
    (
        "unused-shape",
        "ex:S a sh:NodeShape, owl:Class ; sh:message 'x' ; sh:nodeKind sh:IRI .",
        "ex:S a sh:NodeShape, rdfs:Class ; sh:message 'x' ; sh:nodeKind sh:IRI .",
        "has no target",
    ),
    ("deactivated", NAME + "sh:deactivated true .", NAME + "sh:deactivated false .", "switched off"),
    (
        "recursive",
        NAME + "sh:node ex:S .",
        NAME + "sh:class ex:Person .",
        "ex:S > ex:P > ex:S",
    ),
    ("unusable", TARGET + "sh:property [ sh:path ex:name ; sh:message 5 ] .", TARGET + "sh:property [ sh:path ex:name ; sh:message '5' ] .", "is no text"),
    (
        "no-message",
        "ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:nodeKind sh:IRI .",
        TARGET + "sh:nodeKind sh:IRI .",
        "sh:message",
    ),
    (
        "no-message",
        "ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:sparql [ sh:select 'SELECT $this WHERE { $this ?p ?o }' ] .",
        query("SELECT $this WHERE { $this ?p ?o }"),
        "The query of ex:S",
    ),
    ("contradictory-counts", NAME + "sh:minCount 3 ; sh:maxCount 2 .", NAME + "sh:minCount 2 ; sh:maxCount 2 .", "3 are wanted where 2 are allowed"),
    ("contradictory-counts", NAME + "sh:minCount 1 ; sh:maxCount 0 .", NAME + "sh:maxCount 0 .", "none is allowed"),
    (
        "contradictory-counts",
        NAME + "sh:minCount 3 . ex:S sh:property [ sh:path ex:name ; sh:maxCount 2 ; sh:message 'x' ] .",
        NAME + "sh:minCount 3 . ex:S sh:property [ sh:path ex:other ; sh:maxCount 2 ; sh:message 'x' ] .",
        "which judges the same values",
    ),
    (
        "contradictory-counts",
        NAME + "sh:minCount 3 . ex:S sh:node [ sh:property [ sh:path ex:name ; sh:maxCount 2 ] ] .",
        NAME + "sh:minCount 3 . ex:S sh:or ( [ sh:property [ sh:path ex:name ; sh:maxCount 2 ] ] ) .",
        "which judges the same values",
    ),
    (
        "contradictory-counts",
        NAME + "sh:qualifiedMinCount 3 ; sh:qualifiedMaxCount 2 ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] .",
        NAME + "sh:qualifiedMinCount 2 ; sh:qualifiedMaxCount 3 ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] .",
        "sh:qualifiedMaxCount 2",
    ),
    (
        "contradictory-counts",
        NAME + "sh:qualifiedMinCount 3 ; sh:maxCount 2 ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] .",
        NAME + "sh:qualifiedMinCount 2 ; sh:maxCount 2 ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] .",
        "sh:maxCount 2",
    ),
    ("contradictory-counts", NAME + "sh:hasValue 'a', 'b' ; sh:maxCount 1 .", NAME + "sh:hasValue 'a', 'b' ; sh:maxCount 2 .", "2 values are named where 1 are allowed"),
    ("contradictory-counts", NAME + "sh:in ( 'a' 'b' ) ; sh:minCount 3 .", NAME + "sh:in ( 'a' 'b' ) ; sh:minCount 2 .", "3 are wanted of 2"),
    ("contradictory-bounds", NAME + "sh:minLength 3 ; sh:maxLength 2 .", NAME + "sh:minLength 2 ; sh:maxLength 2 .", "that long and that short"),
    ("contradictory-bounds", NAME + "sh:minInclusive 3 ; sh:maxInclusive 2.5 .", NAME + "sh:minInclusive 2.5 ; sh:maxInclusive 2.50 .", "no value lies between"),
    ("contradictory-bounds", NAME + "sh:minInclusive 3 ; sh:maxExclusive 3 .", NAME + "sh:minInclusive 3 ; sh:maxExclusive 4 .", "no value lies between"),
    ("contradictory-bounds", NAME + "sh:minExclusive 3 ; sh:maxInclusive 3 .", NAME + "sh:minExclusive 3 ; sh:maxInclusive 4 .", "no value lies between"),
    (
        "contradictory-bounds",
        NAME + "sh:minExclusive '2026-01-02'^^xsd:date ; sh:maxExclusive '2026-01-01'^^xsd:date .",
        NAME + "sh:minExclusive '2026-01-01'^^xsd:date ; sh:maxExclusive '2026-01-03'^^xsd:date .",
        "no value lies between",
    ),
    ("contradictory-kinds", NAME + "sh:nodeKind sh:IRI ; sh:datatype xsd:string .", NAME + "sh:nodeKind sh:Literal ; sh:datatype xsd:string .", "no value is both"),
    ("contradictory-kinds", NAME + "sh:class ex:Person ; sh:datatype xsd:string .", NAME + "sh:class ex:Person ; sh:nodeKind sh:IRI .", "no value is both"),
    ("contradictory-kinds", NAME + "sh:languageIn ( 'en' ) ; sh:datatype xsd:string .", NAME + "sh:languageIn ( 'en' ) ; sh:datatype rdf:langString .", "rdf:langString"),
    (
        "contradictory-kinds",
        NAME + "sh:datatype xsd:string . ex:S sh:property [ sh:path ex:name ; sh:datatype xsd:date ; sh:message 'x' ] .",
        NAME + "sh:datatype xsd:string . ex:S sh:property [ sh:path ex:name ; sh:minLength 1 ; sh:message 'x' ] .",
        "both datatypes",
    ),
    (
        "contradictory-kinds",
        NAME + "sh:datatype xsd:string ; sh:node ex:T . ex:T a sh:NodeShape ; sh:nodeKind sh:IRI .",
        NAME + "sh:minLength 1 ; sh:node ex:T . ex:T a sh:NodeShape ; sh:nodeKind sh:IRI .",
        "of ex:P, which judges the same values",
    ),
    ("contradictory-values", NAME + "sh:hasValue 'c' ; sh:in ( 'a' 'b' ) .", NAME + "sh:hasValue 'a' ; sh:in ( 'a' 'b' ) .", "the list does not have it"),
    ("contradictory-values", NAME + "sh:hasValue 'c' ; sh:nodeKind sh:IRI .", NAME + "sh:hasValue ex:c ; sh:nodeKind sh:IRI .", "of another kind"),
    ("contradictory-values", NAME + "sh:hasValue 5 ; sh:datatype xsd:string .", NAME + "sh:hasValue '5' ; sh:datatype xsd:string .", "another datatype"),
    ("contradictory-values", NAME + "sh:hasValue 'abc' ; sh:maxLength 2 .", NAME + "sh:hasValue 'ab' ; sh:maxLength 2 .", "has 3 characters"),
    ("contradictory-values", NAME + "sh:in ( 'a' 5 ) ; sh:datatype xsd:string .", NAME + "sh:in ( 'a' '5' ) ; sh:datatype xsd:string .", "another datatype"),
    ("contradictory-values", NAME + "sh:in () .", NAME + "sh:in ( 'a' ) .", "is empty"),
    (
        "contradictory-values",
        NAME + "sh:in ( 'a' ) . ex:S sh:property [ sh:path ex:name ; sh:in ( 'b' ) ; sh:message 'x' ] .",
        NAME + "sh:in ( 'a' ) . ex:S sh:property [ sh:path ex:name ; sh:in ( 'b' 'a' ) ; sh:message 'x' ] .",
        "share no value",
    ),
    ("no-effect", NAME + "sh:uniqueLang true ; sh:datatype xsd:string .", NAME + "sh:uniqueLang true ; sh:datatype rdf:langString .", "has no language"),
    ("no-effect", NAME + "sh:minCount 0 .", NAME + "sh:minCount 1 .", "sh:minCount 0"),
    ("closed", TARGET + "sh:closed true .", TARGET + "sh:closed true ; sh:ignoredProperties ( rdf:type ) .", "add sh:ignoredProperties ( rdf:type )"),
    (
        "closed",
        "ex:S a sh:NodeShape ; sh:targetNode ex:ada ; sh:message 'x' ; sh:closed true .",
        "ex:S a sh:NodeShape ; sh:targetNode ex:ada ; sh:message 'x' ; sh:closed true ; sh:property [ sh:path ex:name ; sh:minCount 1 ; sh:message 'x' ] .",
        "allows no property",
    ),
    (
        "closed",
        TARGET + "sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:node [ sh:property [ sh:path ex:name ; sh:minCount 1 ] ] .",
        TARGET + "sh:closed true ; sh:ignoredProperties ( rdf:type ex:name ) ; sh:node [ sh:property [ sh:path ex:name ; sh:minCount 1 ] ] .",
        "does not allow ex:name",
    ),
    ("bad-query", query("SELECT $this WHERE { $this ?p "), query("SELECT $this WHERE { $this <http://example.org/p> 1 }"), "does not parse"),
    ("bad-query", query("SELECT $this WHERE { $this ey:p 1 }") + PREFIX, query("SELECT $this WHERE { $this ex:p 1 }") + PREFIX, "ey:"),
    ("bad-query", query("SELECT ?x WHERE { ?x ?p 1 }"), query("SELECT $this WHERE { $this ?p 1 }"), "this"),
    ("bad-query", query("ASK { $this ?p 1 }"), query("SELECT $this WHERE { $this ?p 1 }"), "SELECT"),
    ("bad-query", query("SELECT $this WHERE { SERVICE ex:s { $this ?p 1 } }") + PREFIX, query("SELECT $this WHERE { $this ?p 1 }"), "SERVICE"),
    ("bad-query", query("SELECT $this WHERE { $this ?p ?o MINUS { ?o ?q 1 } }"), query("SELECT $this WHERE { $this ?p ?o FILTER NOT EXISTS { ?o ?q 1 } }"), "MINUS"),
    ("not-compiled", query("SELECT $this WHERE { $this ?p ?o FILTER(<http://example.org/f>(?o)) }"), query("SELECT $this WHERE { $this ?p ?o FILTER(STRLEN(?o) > 1) }"), "pySHACL evaluates it"),
    ("not-compiled", NAME + "sh:pattern '(?=a)b' .", NAME + "sh:pattern '[ab]' .", "pySHACL evaluates it"),
    ("bad-pattern", NAME + "sh:pattern '(a' .", NAME + "sh:pattern '(a)' .", "no regular expression"),
    ("unknown-target", "ex:S a sh:NodeShape ; sh:targetClass ex:Persn ; sh:message 'x' .", "ex:S a sh:NodeShape ; sh:targetClass ex:Scientist ; sh:message 'x' .", "Did you mean ex:Person?"),
    ("empty-target", "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:nam .", "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:name .", "Did you mean ex:name?"),
    ("empty-target", "ex:S a sh:NodeShape ; sh:targetNode ex:eve .", "ex:S a sh:NodeShape ; sh:targetNode ex:ada .", "ex:eve"),
    ("unused-path", NAME.replace("ex:name", "( ex:knows ex:nmae )"), NAME.replace("ex:name", "( ex:name ex:name )"), "ex:knows"),
    (
        "unused-yet",
        "ex:S a sh:NodeShape ; sh:targetClass ex:Robot . ex:Robot a owl:Class .",
        "ex:S a sh:NodeShape ; sh:targetClass ex:Person . ex:Robot a owl:Class .",
        "has no instances",
    ),
]  # fmt: skip
OF_DATA = {"unknown-target", "empty-target", "unused-path", "unused-yet"}


def ended(turtle: str) -> str:
    """Return a case that leaves its last statement open, closed."""
    return f"{turtle.rstrip()} a sh:PropertyShape ." if turtle.rstrip().endswith("ex:P") else turtle


@pytest.mark.parametrize(("rule", "broken", "_mended", "told"), CASES)
def test_broken_rule_is_found_and_explained(
    rule: str, broken: str, _mended: str, told: str
) -> None:
    found = [fault for fault in lint(ended(broken), DATA) if fault.rule.name == rule]
    assert found
    assert any(told in fault.message for fault in found), [fault.message for fault in found]


@pytest.mark.parametrize(("rule", "_broken", "mended", "_told"), CASES)
def test_rule_that_is_kept_is_not_found(rule: str, _broken: str, mended: str, _told: str) -> None:
    assert rule not in {fault.rule.name for fault in lint(ended(mended), DATA)}


def test_every_rule_has_a_case() -> None:
    assert {rule.name for rule in RULES} == {rule for rule, *_ in CASES}
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("broken", [broken for _, broken, _, _ in CASES])
def test_fault_names_a_statement_of_the_shapes(broken: str) -> None:
    """So that it has a place: its subject is described, and predicate and object are of it."""
    graph = ShapesGraph(quad.triple for quad in parse(HEAD + ended(broken), RdfFormat.TURTLE))
    for fault in check(graph, SHOWN, DATA):
        subject, predicate, value = fault.place
        assert graph.predicates(subject)
        if predicate is not None and value is not None:
            assert graph.has(subject, predicate.value, value)


def test_nothing_is_said_of_targets_without_data() -> None:
    found = lint("ex:S a sh:NodeShape ; sh:targetClass ex:Persn .")
    assert not OF_DATA & {fault.rule.name for fault in found}


def test_contradiction_is_said_once() -> None:
    turtle = NAME + "sh:minCount 3 ; sh:maxCount 2 ; sh:node ex:T . ex:T a sh:NodeShape ."
    counts = [fault for fault in lint(turtle) if fault.rule.name == "contradictory-counts"]
    assert len(counts) == 1


def test_shape_without_a_name_is_named_by_its_path_and_the_shape_above() -> None:
    (fault,) = lint(TARGET + "sh:property [ sh:path ex:name ; sh:minCount 1 ] .")
    assert fault.message.startswith("the shape of ex:name in ex:S ")


def test_switched_off_shape_contradicts_nothing() -> None:
    found = lint(
        f"{TARGET} sh:nodeKind sh:IRI . {NAME}"
        + "sh:minCount 3 ; sh:maxCount 2 ; sh:deactivated true ."
    )
    assert {fault.rule.name for fault in found} == {"deactivated"}


def test_parameter_of_a_component_makes_a_shape() -> None:
    component = (
        "ex:C a sh:ConstraintComponent ; sh:parameter [ sh:path ex:limit ] ; "
        "sh:validator [ a sh:SPARQLAskValidator ; sh:ask 'ASK { FILTER($value < $limit) }' ] . "
    )
    found = lint(component + "ex:S a sh:NodeShape ; sh:targetClass ex:Person ; ex:limit 5 .")
    assert [fault.rule.name for fault in found] == ["no-message"]


@pytest.mark.parametrize(
    "turtle",
    [
        "ex:S a sh:NodeShape ; sh:in ex:S .",
        "ex:S a sh:NodeShape ; sh:or ex:L . ex:L rdf:first ex:S ; rdf:rest ex:L .",
        "ex:S a sh:PropertyShape ; sh:path _:p . _:p sh:inversePath _:p .",
        "ex:S a sh:PropertyShape ; sh:path 5 ; sh:minCount 1.5, ex:x, 'y' ; sh:in 7 ; sh:node 5 .",
        "ex:S a sh:NodeShape ; sh:property ex:S ; sh:node ex:S ; sh:not ex:S ; sh:and ( ex:S ) .",
        "ex:S a sh:NodeShape ; sh:sparql 5, [ sh:select 5, ex:x ], [ sh:prefixes 5 ] ; sh:closed 5 .",
        "ex:S a sh:NodeShape ; sh:targetClass 5, [] ; sh:targetNode 'x' ; sh:pattern ex:x ; sh:flags 5 .",
        "[] sh:property [ sh:property [] ] ; sh:xone ( [] ) .",
    ],
)
def test_ill_formed_shapes_are_faults_and_no_crash(turtle: str) -> None:
    found = lint(turtle, DATA)
    assert any(fault.rule.severity is Severity.ERROR for fault in found)
    assert all(fault.message for fault in found)


def test_names_are_those_of_the_rules_in_the_documentation() -> None:
    page = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (error|warning|note) \| (.+) \|$", page, re.MULTILINE)
    assert rows == [(rule.name, rule.severity.value, rule.summary) for rule in RULES]
