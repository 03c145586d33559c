"""Whether a check checked anything: the rules, one by one."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.store import LocalData
from clausegraph.validate import vacuity
from clausegraph.validate.vacuity import Target
from clausegraph.validate.wording import Names

PREFIXES = """@prefix ex: <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
"""
NAMES = Names({"ex": "https://example.org/"})


def ex(name: str) -> NamedNode:
    return NamedNode("https://example.org/" + name)


def graph(text: str) -> ShapesGraph:
    return ShapesGraph(quad.triple for quad in parse(PREFIXES + text, RdfFormat.TURTLE))


def data(text: str) -> LocalData:
    made = LocalData()
    made.load(parse(PREFIXES + text, RdfFormat.TURTLE))
    return made


@pytest.mark.parametrize(
    ("triples", "focus_nodes", "has_results", "problem"),
    [
        (0, 0, False, "no triple"),
        (7, 0, False, "Nothing was checked"),
        (7, 0, True, None),
        (7, 1, False, None),
    ],
)
def test_check_of_nothing_says_nothing(
    triples: int, focus_nodes: int, has_results: bool, problem: str | None
) -> None:
    found = vacuity.judge(triples=triples, focus_nodes=focus_nodes, has_results=has_results)
    assert bool(found) == (problem is not None)
    assert problem is None or problem in found[0]


def test_class_targets_are_those_of_active_shapes() -> None:
    """SHACL 1.0, sections 2.1.3.2 and 2.1.7."""
    shapes = graph(
        "ex:S sh:targetClass ex:A , ex:B . ex:T sh:targetClass ex:C ; sh:deactivated true ."
    )
    assert vacuity.class_targets(shapes) == [Target(ex("S"), ex("A")), Target(ex("S"), ex("B"))]


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        ("ex:x a ex:A .", True),
        ("ex:A a owl:Class .", True),
        ("ex:A rdfs:label 'a' .", True),
        ("ex:B rdfs:subClassOf ex:A .", True),
        ("ex:x ex:about ex:A .", False),
        ("ex:x a ex:B .", False),
    ],
)
def test_class_occurs_where_something_is_one_or_it_is_described(text: str, is_known: bool) -> None:
    assert bool(vacuity.occurring(data(text))({ex("A").value})) == is_known


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        ("ex:A a rdfs:Class .", True),
        ("ex:A a owl:Class .", True),
        ("ex:A rdfs:subClassOf ex:B .", True),
        ("ex:C rdfs:subClassOf ex:A .", True),
        ("ex:T sh:class ex:A .", False),
    ],
)
def test_shapes_define_a_class_where_they_say_that_it_is_one(text: str, is_known: bool) -> None:
    """To be a target or a sh:class is no definition: a misspelt name may be both."""
    shapes = graph("ex:S sh:targetClass ex:A . " + text)
    unknown = vacuity.unknown(vacuity.class_targets(shapes), shapes, lambda _: set())
    assert bool(unknown) != is_known


def test_nearest_name_is_that_of_a_class_that_is_known() -> None:
    shapes = graph("ex:S sh:targetClass ex:Buk . ex:Film a rdfs:Class .")
    known = vacuity.classes(data("ex:b a ex:Book .")) | vacuity.defined(shapes)
    [target] = vacuity.class_targets(shapes)
    assert known == {ex("Book").value, ex("Film").value}
    far = vacuity.explain(target, known, NAMES)
    assert far.startswith("ex:Buk, which the shape ex:S targets, occurs nowhere")
    assert "Did you mean" not in far
    near = vacuity.explain(Target(ex("S"), ex("Bok")), known, NAMES)
    assert near.endswith("Did you mean ex:Book?")


def test_class_without_instances_is_told() -> None:
    targets = [Target(ex("S"), ex("A")), Target(ex("T"), ex("B"))]
    assert vacuity.idle(targets, {ex("S"): 3, ex("T"): 0}, NAMES) == (
        "The shape ex:T was about nothing: there is no ex:B in these data.",
    )


def test_shape_about_whatever_has_a_type_does_not_count() -> None:
    """Of a thing that only such a shape looks at, nobody has said what it must be."""
    all_ = "ex:All sh:targetSubjectsOf rdf:type . "
    assert vacuity.general(graph(all_ + "ex:S sh:targetClass ex:A .")) == {ex("All")}
    assert vacuity.general(graph(all_)) == set()


def test_target_that_only_pyshacl_knows_is_no_reason_to_say_that_nothing_was_checked() -> None:
    assert vacuity.is_open(graph("ex:S sh:target [ a sh:SPARQLTarget ] ."))
    assert not vacuity.is_open(graph("ex:S sh:targetNode ex:a ."))
