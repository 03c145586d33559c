"""What shapes find, beyond what the suite of the W3C asks."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode

from clausegraph.errors import InputError
from clausegraph.shacl.targets import Selection
from shacl.found import results, told, validation

SHAPE = "ex:S a sh:NodeShape ; sh:targetClass ex:C ;"


def test_result_is_repeated_for_each_way_to_a_nested_property_shape() -> None:
    """SHACL 1.0, section 4.7.2: the property shape is validated for each value node."""
    found = results(
        f"{SHAPE} sh:property [ sh:path ex:p ; sh:property [ sh:path ex:q ; sh:minCount 1 ; "
        "sh:property [ sh:path ex:r ; sh:maxCount 1 ] ] ] .",
        "ex:a a ex:C ; ex:p ex:x . ex:b a ex:C ; ex:p ex:x , ex:y . ex:y ex:q ex:z . "
        "ex:z ex:r 1 , 2 .",
    )
    assert told(found) == [
        ("x", "MinCount", None),
        ("x", "MinCount", None),
        ("z", "MaxCount", None),
    ]


@pytest.mark.parametrize(
    ("constraint", "number"),
    [
        ("sh:minCount 2", 2),
        ("sh:uniqueLang true", 0),
        ("sh:hasValue ex:v", 2),
        ("sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:class ex:D ]", 2),
    ],
)
def test_counts_below_shared_values_are_of_each_value(constraint: str, number: int) -> None:
    """Two focus nodes share a value: what is counted there is not counted twice."""
    found = results(
        f"{SHAPE} sh:property [ sh:path ex:p ; sh:property [ sh:path ex:q ; {constraint} ] ] .",
        'ex:a a ex:C ; ex:p ex:x . ex:b a ex:C ; ex:p ex:x . ex:x ex:q "one"@en .',
    )
    assert len(found) == number


def test_literals_are_told_apart_by_their_spelling() -> None:
    """RDF 1.1 Concepts, section 3.3: `1.0` and `1.00` are two terms of one value."""
    found = results(
        f"{SHAPE} sh:property [ sh:path ex:p ; sh:maxCount 1 ; sh:in ( 1.0 ) ] .",
        "ex:a a ex:C ; ex:p 1.0 , 1.00 .",
    )
    assert told(found) == [
        ("a", "In", '"1.00"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("a", "MaxCount", None),
    ]


def test_literals_are_compared_by_their_value() -> None:
    """Section 4.3: the order is that of SPARQL, whatever the spelling."""
    found = results(
        f"{SHAPE} sh:property [ sh:path ex:p ; sh:minInclusive 1 ; sh:lessThan ex:q ] .",
        'ex:a a ex:C ; ex:p 1.0 , "01"^^xsd:integer ; ex:q "2"^^xsd:byte . '
        "ex:b a ex:C ; ex:p 0.50 ; ex:q 0.5 .",
    )
    assert [(focus, component) for focus, component, _ in told(found)] == [
        ("b", "LessThan"),
        ("b", "MinInclusive"),
    ]


def test_value_says_what_is_wrong_with_it_in_detail() -> None:
    """Section 3.6.2.4, sh:detail; the first of many only."""
    data = "".join(f"ex:a{n} a ex:C ; ex:p ex:x{n} . ex:x{n} ex:q 1 .\n" for n in range(150))
    (*found,) = results(
        f"{SHAPE} sh:property [ sh:path ex:p ; sh:node ex:N ] . ex:N sh:class ex:D .", data
    )
    assert len(found) == 150
    assert {len(result.details) for result in found[:100]} == {1}
    assert not found[100].details
    assert found[0].details[0].focus == found[0].value


SELECTIONS = {
    "a pattern": Selection("VALUES ?this { <http://example.org/a> <http://example.org/c> }"),
    "few nodes": Selection(
        nodes=(NamedNode("http://example.org/a"), NamedNode("http://example.org/c"))
    ),
}


@pytest.mark.parametrize("selection", SELECTIONS.values(), ids=SELECTIONS.keys())
@pytest.mark.parametrize(
    "target",
    [
        "sh:targetClass ex:C",
        "sh:targetSubjectsOf rdf:type",
        "sh:targetObjectsOf ex:of",
        "sh:targetNode ex:a , ex:b , ex:c",
        "sh:targetClass ex:C , ex:D ; sh:targetSubjectsOf rdf:type",
    ],
)
def test_only_selected_nodes_are_focus_nodes(selection: Selection, target: str) -> None:
    """What is context is never a target."""
    data = (
        "ex:D rdfs:subClassOf ex:C . ex:a a ex:D . ex:b a ex:C . ex:c a ex:C ; ex:p 1 . "
        "ex:all ex:of ex:a , ex:b , ex:c ."
    )
    shapes = f"ex:S a sh:NodeShape ; {target} ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
    assert told(results(shapes, data, selection)) == [("a", "MinCount", None)]
    assert validation(shapes, data, selection).focus_nodes() == 2
    assert validation(shapes, data).focus_nodes() > 2


@pytest.mark.parametrize(
    "selection",
    [
        Selection("FILTER(?this = <http://example.org/a>)"),
        Selection(nodes=(NamedNode("http://example.org/a"),)),
    ],
    ids=["a pattern", "few nodes"],
)
def test_target_node_that_nobody_mentions_is_judged(selection: Selection) -> None:
    """Section 2.1.3.1: a target node need not be in the data; one that is context is left alone."""
    shapes = "ex:S a sh:NodeShape ; sh:targetNode ex:a , ex:b , ex:missing ; sh:class ex:C ."
    found = results(shapes, "ex:a ex:p 1 . ex:b ex:p 1 .", selection)
    assert told(found) == [("a", "Class", "a"), ("missing", "Class", "missing")]


def test_node_of_two_targets_is_judged_once() -> None:
    """Section 2.1.3: the target is a union."""
    shapes = (
        "ex:S a sh:NodeShape ; sh:targetClass ex:C , ex:D ; sh:targetNode ex:a ; "
        "sh:targetSubjectsOf ex:p ; sh:targetObjectsOf ex:p ; sh:class ex:E ."
    )
    found = results(shapes, "ex:a a ex:C , ex:D ; ex:p ex:a , ex:b . ex:c a ex:D .")
    assert told(found) == [("a", "Class", "a"), ("b", "Class", "b"), ("c", "Class", "c")]


def test_many_subclasses_count_as_their_class() -> None:
    """More than are asked for one by one."""
    classes = "".join(f"ex:C{n} rdfs:subClassOf ex:C . ex:a{n} a ex:C{n} .\n" for n in range(80))
    shapes = f"{SHAPE} sh:class ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ."
    found = results(shapes, classes)
    assert len(found) == 80
    assert {component for _, component, _ in told(found)} == {"MinCount"}


def test_several_processes_find_the_same_in_the_same_order() -> None:
    """Shapes are spread over processes, results come back in the order of the shapes."""
    shapes = "".join(
        f"ex:S{n} a sh:NodeShape ; sh:targetClass ex:C ; sh:property "
        f'[ sh:path ex:p{n} ; sh:minCount 1 ; sh:message "p{n}" ] , [ sh:path ex:q ; sh:maxCount {n} ] .\n'
        for n in range(20)
    )
    data = "".join(f"ex:a{n} a ex:C ; ex:p{n} 1 ; ex:q 1 , 2 , 3 .\n" for n in range(20))
    one = list(validation(shapes, data).results())
    assert len(one) > 400
    assert list(validation(shapes, data).results(processes=3)) == one


def test_error_in_a_process_is_raised_where_it_is_waited_for() -> None:
    """The InputError of the query, not that of a lost process."""
    shapes = "".join(
        f'ex:S{n} a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql [ sh:select "SELECT $this '
        f'?failure WHERE {{ $this <http://example.org/p> ?v BIND(true AS ?failure) }}" ] .\n'
        for n in range(3)
    )
    with pytest.raises(InputError, match="failure"):
        list(validation(shapes, "ex:a a ex:C ; ex:p 1 .").results(processes=2))


def test_languages_are_matched_as_ranges() -> None:
    """Section 4.4.4: by langMatches."""
    found = results(
        f'{SHAPE} sh:property [ sh:path ex:p ; sh:languageIn ( "en" "zh" ) ] .',
        'ex:a a ex:C ; ex:p "x"@en-GB , "x"@zh , "x"@de , "x" , ex:x .',
    )
    assert {value for _, _, value in told(found)} == {'"x"@de', '"x"', "x"}


def test_far_end_of_a_long_path_is_not_asked_for_each_node() -> None:
    """The query for a value at the end of a sequence takes away those that have it, all at once."""
    shapes = f"{SHAPE} sh:property [ sh:path ( ex:p ex:q [ sh:inversePath ex:r ] ) ; sh:hasValue ex:v ] ."
    data = "ex:a a ex:C ; ex:p ex:x . ex:x ex:q ex:y . ex:v ex:r ex:y . ex:b a ex:C ; ex:p ex:z ."
    assert told(results(shapes, data)) == [("b", "HasValue", None)]


def test_constraint_without_values_is_kept_by_all() -> None:
    """Each component has an empty case that conforms."""
    shapes = (
        f"{SHAPE} sh:property [ sh:path ex:none ; sh:maxCount 0 ; sh:minCount 0 ; sh:class ex:D ; sh:in () ; "
        "sh:lessThan ex:q ; sh:disjoint ex:q ; sh:equals ex:also ; sh:uniqueLang true ; "
        "sh:qualifiedMaxCount 0 ; sh:qualifiedValueShape [ sh:class ex:D ] ] ."
    )
    assert results(shapes, "ex:a a ex:C ; ex:q 1 .") == []


def test_messages_are_those_of_the_shape() -> None:
    """Section 2.1.5, in all of its languages."""
    (found,) = results(
        f'{SHAPE} sh:nodeKind sh:Literal ; sh:message "A text."@en , "Ein Text."@de .',
        "ex:a a ex:C .",
    )
    assert set(found.messages) == {
        Literal("A text.", language="en"),
        Literal("Ein Text.", language="de"),
    }


@pytest.mark.parametrize(
    "constraint", ["sh:lessThanOrEquals ex:q", 'sh:minInclusive "x"^^xsd:integer']
)
def test_terms_without_an_order_are_in_none_with_themselves(constraint: str) -> None:
    """SPARQL 1.1, section 17.3: only literals of the operand data types are ordered."""
    found = results(
        f"{SHAPE} sh:property [ sh:path ex:p ; {constraint} ] .",
        'ex:a a ex:C ; ex:p "x"^^xsd:integer ; ex:q "x"^^xsd:integer . '
        "ex:b a ex:C ; ex:p ex:i ; ex:q ex:i .",
    )
    assert [focus for focus, _, _ in told(found)] == ["a", "b"]


def test_equal_values_are_in_order_whatever_their_spelling() -> None:
    """Of `<=`, that is."""
    found = results(
        f"{SHAPE} sh:property [ sh:path ex:p ; sh:lessThanOrEquals ex:q ; sh:maxInclusive 1.50 ] .",
        'ex:a a ex:C ; ex:p 1.5 , 1.50 , "1.5"^^xsd:double ; ex:q 1.500 .',
    )
    assert found == []
