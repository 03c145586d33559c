"""SPARQL-based constraints: what is read, what is refused, and what results say (SHACL 1.0, 5)."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode

from clausegraph.errors import InputError, NotCovered
from clausegraph.shacl import sparql
from clausegraph.shacl.focus import Focus
from clausegraph.shacl.paths import read_path
from shacl import queried
from shacl.queried import data, ex, graph

FOCUS = Focus("VALUES ?this { <http://example.org/a> }")


def constraint(select: str, more: str = "sh:prefixes ex:prefixes .") -> sparql.SparqlConstraint:
    """Return a constraint with a query, and more about it in Turtle."""
    turtle = f'ex:c sh:select """{select}""" ; {more}'
    return sparql.read_constraint(graph(turtle), ex("c"))


def find(select: str, turtle: str) -> list[sparql.Found]:
    """Return what a constraint of a node shape finds at ex:a."""
    return list(sparql.find(constraint(select), FOCUS, None, ex("shape"), data(turtle)))


REFUSED = {
    "SELECT $this { $this ex:p ?x MINUS { $this ex:q ?x } }": "uses MINUS",
    "SELECT $this { VALUES ?x { 1 } }": "uses VALUES",
    "SELECT $this { SERVICE <http://example.org/> { ?x ?y ?z } }": "uses SERVICE",
    "SELECT $this { BIND (true AS $this) }": r"assigns \$this",
    "SELECT $this { BIND (true AS ?currentShape) }": r"assigns \?currentShape",
    "SELECT (ex:a AS $this) { ?x ex:p ?y }": r"assigns \$this",
    "SELECT $this { { SELECT ?x { ?x ex:p $this } } }": r"does not give out \$this",
    "SELECT $this { { SELECT * { FILTER ($this = 1) } } }": r"does not give out \$this",
    "SELECT ?value { $this ex:p ?value }": r"does not give out \$this",
    "SELECT $this { $this ex:p ?value ": "does not parse",
    "SELECT $this { $this other:p ?value }": "prefix 'other:'",
    "ASK { $this ex:p ?value }": "is no SELECT query",
    "SELECT $this { $this <p> ?value }": "relative IRI",
    "SELECT $this { $this ex:p ?value FILTER (ex:function(?value)) }": "ex.*function",
    "SELECT $this { $this ex:p ?a, ?b, ?c FILTER (?a<?b&&?c>?a) }": "can be read as an IRI",
    "": "is no SELECT query",
}


@pytest.mark.parametrize(("select", "message"), REFUSED.items(), ids=REFUSED)
def test_what_no_constraint_may_say_is_refused(select: str, message: str) -> None:
    """SHACL 1.0, section 5.2.1 and appendix A; functions that nobody knows are never skipped."""
    with pytest.raises(InputError, match=message) as raised:
        constraint(select)
    assert "ex" in raised.value.message
    assert raised.value.remedy


def test_words_in_names_and_texts_are_no_keywords() -> None:
    text = "SELECT $this ?values { # MINUS\n $this ex:MINUS ?values FILTER (?values != 'VALUES') }"
    assert constraint(text).select.count("MINUS") == 1


def test_prefixes_come_through_imports() -> None:
    """Section 5.2.1: sh:declare of what sh:prefixes names, and of what that imports."""
    turtle = """
        ex:c sh:select "SELECT $this { $this ex:p a:b.c.d }" ; sh:prefixes ex:mine .
        ex:mine sh:declare [ sh:prefix "a" ; sh:namespace "urn:a:"^^xsd:anyURI ] ; owl:imports ex:prefixes .
        ex:prefixes owl:imports ex:mine .
        """
    text = sparql.read_constraint(graph(turtle), ex("c")).select
    assert "<http://example.org/p>" in text
    assert "<urn:a:b.c.d>" in text


@pytest.mark.parametrize(
    ("turtle", "message"),
    [
        ('sh:declare [ sh:prefix "ex" ; sh:namespace "urn:other:" ] .', "declared as"),
        ('sh:declare [ sh:prefix "a" ] .', "not complete"),
    ],
)
def test_prefixes_that_cannot_be_used_are_refused(turtle: str, message: str) -> None:
    more = f"sh:prefixes ex:prefixes , ex:more . ex:more {turtle}"
    with pytest.raises(InputError, match=message):
        constraint("SELECT $this { $this ex:p ?x }", more)


def test_prologues_of_a_query_are_read() -> None:
    text = "BASE <http://example.org/x/> PREFIX b: <urn:b:> SELECT $this { $this b:p <y>, <../z> }"
    read = constraint(text).select
    assert read.startswith("SELECT")
    assert all(iri in read for iri in ("<urn:b:p>", "org/x/y>", "org/z>"))


@pytest.mark.parametrize("select", ["", "sh:select 'SELECT $this {}' , 'SELECT ?this {}' ;"])
def test_one_query_is_needed(select: str) -> None:
    with pytest.raises(InputError, match=r"has [02] queries"):
        sparql.read_constraint(graph(f"ex:c {select} sh:message 'x' ."), ex("c"))


def test_messages_and_deactivation_are_read() -> None:
    more = "sh:message 'one'@en , 'zwei'@de ; sh:deactivated true ."
    read = constraint("SELECT $this {}", more)
    assert read.deactivated
    assert {message.language for message in read.messages} == {"en", "de"}


def test_the_value_of_a_node_shape_is_the_focus_node() -> None:
    """Section 5.3.2."""
    found = find("SELECT $this { $this ex:p ?x }", "ex:a ex:p 1 . ex:b ex:p 1 .")
    assert [(one.focus, one.value, one.path) for one in found] == [(ex("a"), ex("a"), None)]


def test_value_path_and_message_come_from_the_solution() -> None:
    """Section 5.3.2."""
    text = "SELECT $this ?value (ex:q AS ?path) ('text'@en AS ?message) { $this ex:p ?value }"
    (found,) = find(text, "ex:a ex:p 1 .")
    assert (found.value, found.path) == (Literal(1), ex("q"))
    assert found.message == Literal("text", language="en")


def test_each_solution_is_a_result() -> None:
    assert len(find("SELECT $this ?x { $this ex:p ?x }", "ex:a ex:p 1 , 2 .")) == 2


def test_a_query_may_report_failure() -> None:
    """Section 5.3.2: ?failure."""
    text = "SELECT $this ?failure { $this ex:p ?x BIND (?x = 1 AS ?failure) }"
    assert len(find(text, "ex:a ex:p 2 .")) == 1
    with pytest.raises(InputError, match="failed at"):
        find(text, "ex:a ex:p 1 .")


@pytest.mark.parametrize("use", ["$this $PATH ?value", "?value ^$PATH $this"])
def test_the_path_of_a_property_shape_is_put_in(use: str) -> None:
    """Section 5.3.1; any path, projected only if it is an IRI."""
    shapes = graph("ex:s sh:path ( ex:p ex:q ) .")
    path = read_path(shapes, shapes.values(ex("s"), "http://www.w3.org/ns/shacl#path")[0])
    asked = constraint(f"SELECT $this ?value {{ {use} FILTER BOUND($PATH) }}")
    found = list(sparql.find(asked, FOCUS, path, ex("s"), data("ex:a ex:p ex:b . ex:b ex:q 1 .")))
    assert [one.value for one in found] == [Literal(1)]
    assert sparql.fill(Literal("{$PATH}"), found[0].bindings).value == path.text


def test_a_property_shape_has_no_value_of_its_own() -> None:
    path = read_path(graph(""), ex("p"))
    asked = constraint("SELECT $this { $this $PATH ?x }")
    found = list(sparql.find(asked, FOCUS, path, ex("s"), data("ex:a ex:p 1 .")))
    assert [(one.value, one.path) for one in found] == [(None, None)]


def test_a_node_shape_has_no_path() -> None:
    with pytest.raises(InputError, match="PATH in a node shape"):
        find("SELECT $this { $this $PATH ?x }", "")


def test_shapes_can_be_asked_for() -> None:
    """Section 5.3.1: $shapesGraph and $currentShape."""
    shapes = graph("ex:shape ex:limit 2 .")
    text = """SELECT $this ?value $currentShape {
        GRAPH $shapesGraph { $currentShape ex:limit ?limit } $this ex:p ?value FILTER (?value > ?limit) }"""
    asked = data("ex:a ex:p 1 , 3 .", shapes)
    (found,) = sparql.find(constraint(text), FOCUS, None, ex("shape"), asked)
    assert found.value == Literal(3)
    assert found.bindings["currentShape"] == ex("shape")


def test_a_shape_without_a_name_can_be_asked_for() -> None:
    shapes = graph("[] ex:limit 2 .")
    (node,) = shapes.subjects(ex("limit").value)
    text = "SELECT $this { $this ex:p ?x GRAPH $shapesGraph { $currentShape ex:limit ?x } }"
    asked = data("ex:a ex:p 2 .", shapes)
    assert len(list(sparql.find(constraint(text), FOCUS, None, node, asked))) == 1
    text = "SELECT $this { $this ex:p ?x FILTER (isBlank($currentShape)) }"
    with pytest.raises(NotCovered, match="blank node"):
        list(sparql.find(constraint(text), FOCUS, None, node, asked))


def test_shapes_elsewhere_are_not_skipped() -> None:
    text = "SELECT $this { GRAPH $shapesGraph { ?x ?y ?z } }"
    with pytest.raises(NotCovered, match="shapesGraph"):
        find(text, "ex:a ex:p 1 .")


def test_messages_are_filled() -> None:
    """Section 5.3.2: {?name} and {$name}; what is not bound stays as it is."""
    bindings = {"value": Literal("1.5"), "this": NamedNode("urn:x"), "d": Literal(True)}
    filled = sparql.fill(Literal("{?value} of {$this}: {?none} {d}", language="en"), bindings)
    assert filled == Literal("1.5 of urn:x: {?none} {d}", language="en")
    assert sparql.fill(Literal("plain"), bindings) == Literal("plain")


def test_constants_that_are_kept_apart_are_asked_for_as_they_are() -> None:
    """Queries of users see literals as the engine does."""
    kept = '"1.50"^^<urn:x-clausegraph:spelt:http://www.w3.org/2001/XMLSchema#decimal>'
    asked = constraint("SELECT $this { FILTER ($this + 1 = 2.5) }")
    found = sparql.find(asked, Focus(f"VALUES ?this {{ {kept} }}"), None, ex("s"), queried.data())
    assert len(list(found)) == 1


def test_many_solutions_that_are_excluded_are_excluded_at_once() -> None:
    """An EXISTS of several patterns for each solution would take minutes."""
    lines = [f"ex:n{n} ex:p ex:v{n} . ex:c{n} ex:q ex:n{n} ; ex:r ex:v{n} ." for n in range(20_000)]
    asked = data("\n".join(lines) + "\nex:lone ex:p ex:v .")
    text = "SELECT $this ?value { $this ex:p ?value FILTER NOT EXISTS { ?c ex:q $this . ?c ex:r ?value } }"
    focus = Focus("?this <http://example.org/p> ?any .")
    found = list(sparql.find(constraint(text), focus, None, ex("s"), asked))
    assert [one.focus for one in found] == [ex("lone")]
    assert "MINUS" in asked.asked[0]


def test_nodes_that_share_two_values_are_joined_by_both() -> None:
    """One after the other, 3,000 nodes of one number would be looked up 3,000 times."""
    lines = [f"ex:n{n} ex:number 1 ; ex:in ex:d{n} ." for n in range(3_000)]
    asked = data("\n".join(lines))
    text = """SELECT $this ?value { $this ex:number ?n . $this ex:in ?d .
        ?value ex:number ?n . ?value ex:in ?d FILTER (?value != $this) }"""
    focus = Focus("?this <http://example.org/number> ?any .")
    assert not list(sparql.find(constraint(text), focus, None, ex("s"), asked))
    assert asked.asked[0].count("SELECT") == 3
