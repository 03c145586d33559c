"""Constraint components that shapes declare themselves (SHACL 1.0, section 6)."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal

from clausegraph.errors import InputError
from clausegraph.shacl import custom, sparql
from clausegraph.shacl.focus import Focus
from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.paths import read_path
from shacl.queried import data, ex, graph

FOCUS = Focus("?this a <http://example.org/C> .")
LANGUAGE = """
    ex:Language a sh:ConstraintComponent ;
        sh:parameter [ sh:path ex:lang ; sh:datatype xsd:string ] ;
        sh:labelTemplate "in {$lang}" ;
        sh:validator ex:isIn .
    ex:isIn sh:prefixes ex:prefixes ; sh:message "{?value} is not in {$lang}" ;
        sh:ask "ASK { FILTER (isLiteral($value) && langMatches(LANG($value), $lang)) }" .
    """
DATA = 'ex:a a ex:C ; ex:label "ja"@de , "yes"@en , "x" . ex:b a ex:C .'


def uses(shapes: ShapesGraph, shape: str = "shape") -> list[custom.Use]:
    """Return how a shape uses the components of its graph."""
    found = custom.read_components(shapes)
    return [use for component in found for use in component.uses(shapes, ex(shape))]


def find(turtle: str, data_: str) -> list[tuple[str, str | None]]:
    """Return focus node and value of what the uses of ex:shape find, as text and sorted."""
    shapes = graph(turtle)
    paths = shapes.values(ex("shape"), "http://www.w3.org/ns/shacl#path")
    path = read_path(shapes, paths[0]) if paths else None
    asked = data(data_, shapes)
    found = [
        (one.focus.value, one.value and one.value.value)
        for use in uses(shapes)
        for one in custom.find_use(use, FOCUS, path, ex("shape"), asked)
    ]
    return sorted((focus.removeprefix("http://example.org/"), value) for focus, value in found)


def test_each_value_that_does_not_conform_is_found() -> None:
    """Section 6.3.2: an ASK validator is asked of each value node."""
    found = find(f'{LANGUAGE} ex:shape sh:path ex:label ; ex:lang "de" .', DATA)
    assert found == [("a", "x"), ("a", "yes")]


def test_each_value_of_one_parameter_is_a_use() -> None:
    """Section 6.1: "one constraint per value"."""
    found = find(f'{LANGUAGE} ex:shape sh:path ex:label ; ex:lang "de" , "en" .', DATA)
    assert found == [("a", "ja"), ("a", "x"), ("a", "x"), ("a", "yes")]


def test_the_value_node_of_a_node_shape_is_the_focus_node() -> None:
    validator = (
        "sh:ask 'ASK { $value ex:label ?x FILTER ($value = $this) }' ; sh:prefixes ex:prefixes"
    )
    turtle = f"""
        ex:Has a sh:ConstraintComponent ; sh:parameter [ sh:path ex:has ] ; sh:validator [ {validator} ] .
        ex:shape ex:has true ."""
    assert find(turtle, DATA) == [("b", "http://example.org/b")]


ASKS = {
    "ASK { $this ex:label $value . { FILTER (LANG($value) != '') } }": ["x"],
    "ASK { $this ex:label ?o FILTER (?o != $value && LANG(?o) = LANG($value)) }": ["ja", "x", "yes"],
    "ASK { FILTER NOT EXISTS { ?s ex:label $value ; ex:label ?o FILTER (?o != $value) } }": ["ja", "x", "yes"],
    "ASK { { SELECT $this (COUNT(?o) AS ?n) { $this ex:label ?o } GROUP BY $this } FILTER (?n = 3) }": [],
    "ASK { { SELECT $this ?o { $this ex:label ?o } ORDER BY STR(?o) LIMIT 1 } FILTER (?o = $value) }": ["x", "yes"],
    "ASK { FILTER (?absent = $value) }": ["ja", "x", "yes"],
    "ASK { FILTER (1/0 = 1 || LANG($value) = $lang) FILTER (true) }": ["x", "yes"],
    "ASK { }": [],
}  # fmt: skip


@pytest.mark.parametrize(("ask", "expected"), ASKS.items(), ids=ASKS)
def test_answers_are_those_for_each_value(ask: str, expected: list[str]) -> None:
    turtle = f"""
        ex:Asks a sh:ConstraintComponent ; sh:parameter [ sh:path ex:lang ] ;
            sh:validator [ sh:prefixes ex:prefixes ; sh:ask \"\"\"{ask}\"\"\" ] .
        ex:shape sh:path ex:label ; ex:lang "de" ."""
    assert find(turtle, DATA) == [("a", value) for value in expected]


def test_select_validators_find_by_their_solutions() -> None:
    """Section 6.3.1, with a parameter that is projected, and one that is grouped by."""
    turtle = """
        ex:Most a sh:ConstraintComponent ; sh:parameter [ sh:path ex:most ] ;
            sh:propertyValidator [ sh:message "{?n} are more than {$most}" ; sh:select '''
                SELECT $this $most (COUNT(?x) AS ?n) { $this $PATH ?x FILTER BOUND($most) }
                GROUP BY $this $most HAVING (COUNT(?x) > $most)''' ] .
        ex:shape sh:path ex:label ; ex:most 2 ."""
    assert find(turtle, DATA) == [("a", None)]
    shapes = graph(turtle)
    (use,) = uses(shapes)
    path = read_path(shapes, ex("label"))
    (found,) = custom.find_use(use, FOCUS, path, ex("shape"), data(DATA))
    assert sparql.fill(use.messages[0], found.bindings).value == "3 are more than 2"


def test_the_validator_fits_the_shape() -> None:
    """Section 6.2.3: sh:nodeValidator or sh:propertyValidator, else sh:validator, else none."""
    turtle = """
        ex:Component a sh:ConstraintComponent ; sh:parameter [ sh:path ex:on ] ;
            sh:nodeValidator [ sh:select "SELECT $this { }" ] {more} .
        ex:node ex:on true . ex:property sh:path ex:p ; ex:on true ."""
    shapes = graph(turtle.replace("{more}", "; sh:validator [ sh:ask 'ASK { }' ]"))
    assert [use.validator.form for use in uses(shapes, "node")] == ["SELECT"]
    assert [use.validator.form for use in uses(shapes, "property")] == ["ASK"]
    assert not uses(graph(turtle.replace("{more}", "")), "property")


def test_a_parameter_may_be_left_out_if_it_is_optional() -> None:
    turtle = """
        ex:Component a sh:ConstraintComponent ; sh:validator [ sh:ask "ASK { FILTER (BOUND($b)) }" ] ;
            sh:parameter [ sh:path ex:a ] , [ sh:path ex:b ; sh:optional true ] .
        ex:shape ex:a 1 . ex:both ex:a 1 ; ex:b 2 . ex:none ex:b 2 ."""
    assert [use.parameters for use in uses(graph(turtle))] == [{"a": Literal(1)}]
    assert [set(use.parameters) for use in uses(graph(turtle), "both")] == [{"a", "b"}]
    assert not uses(graph(turtle), "none")
    assert len(find(turtle, DATA)) == 2


REFUSED = {
    "sh:parameter [ sh:path ex:on ; sh:optional true ]": "no parameter that a shape must give",
    "sh:parameter [ sh:path <http://example.org/a-b> ]": "cannot be used",
    "sh:parameter [ sh:path ex:this ]": "means something else",
    "sh:parameter [ sh:path ex:on ] ; sh:validator [ sh:ask 'ASK { BIND (1 AS $on) }' ]": "assigns",
    "sh:parameter [ sh:path ex:on ] ; sh:validator [ sh:ask 'ASK { BIND (1 AS ?value) }' ]": "assigns",
    "sh:parameter [ sh:path ex:on ] ; sh:validator [ sh:ask 'ASK { { SELECT ?x { ?x ?y $value } } }' ]": "does not give out",
    "sh:parameter [ sh:path ex:on ] ; sh:validator [ sh:select 'SELECT $this { }' ]": "queries",
    "sh:parameter [ sh:path ex:on ] , [ sh:path ex:off ] ; sh:validator [ sh:ask 'ASK { }' ]": "several parameters",
}  # fmt: skip


@pytest.mark.parametrize(("turtle", "message"), REFUSED.items(), ids=REFUSED)
def test_components_that_cannot_be_used_are_refused(turtle: str, message: str) -> None:
    shapes = f"ex:Component a sh:ConstraintComponent ; {turtle} . ex:shape ex:on 1 , 2 ; ex:off 1 ."
    with pytest.raises(InputError, match=message) as raised:
        uses(graph(shapes))
    assert raised.value.remedy


def test_components_of_shacl_itself_are_not_read_anew() -> None:
    """Shapes may import a description of SHACL, or of DASH, with validators for its components."""
    turtle = "sh:MinCountConstraintComponent a sh:ConstraintComponent ; sh:parameter [ sh:path sh:minCount ] ."
    assert not custom.read_components(graph(turtle))


def test_what_a_component_says_stands_in_for_what_its_validator_says() -> None:
    turtle = LANGUAGE.replace('sh:message "{?value} is not in {$lang}" ;', "")
    (use,) = uses(graph(f"{turtle} ex:shape ex:lang 'de' ."))
    assert use.messages == (Literal("in {$lang}"),)
