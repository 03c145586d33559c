"""What shapes find, beyond what the suite of the W3C asks."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode

from clausegraph.errors import InputError
from clausegraph.shacl import targets
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


NESTED = "sh:property [ sh:path ex:p ; sh:property [ sh:path ex:q ; sh:maxCount 1 ] ]"


@pytest.mark.parametrize(
    ("constraint", "component"),
    [
        (f"sh:node [ {NESTED} ]", "Node"),
        (f"sh:not [ sh:not [ {NESTED} ] ]", "Not"),
        (f"sh:and ( [ {NESTED} ] )", "And"),
        (f"sh:xone ( [ {NESTED} ] )", "Xone"),
        (f"sh:node [ sh:property [ sh:path ( ex:r ex:p ) ; {NESTED} ] ]", "Node"),
    ],
)
def test_node_fails_for_what_is_wrong_with_the_values_of_its_values(
    constraint: str, component: str
) -> None:
    """Section 4.7.2: a node conforms to a property shape only if its values do, at any depth."""
    found = results(
        f"{SHAPE} {constraint} .",
        "ex:a a ex:C ; ex:p ex:x ; ex:r ex:a1 . ex:a1 ex:p ex:a2 . ex:a2 ex:p ex:x . "
        "ex:x ex:q 1 , 2 . ex:b a ex:C ; ex:p ex:y . ex:y ex:q 1 .",
    )
    assert [(focus, of) for focus, of, _ in told(found)] == [("a", component)]


@pytest.mark.parametrize("unused", ["sh:deactivated true", "sh:qualifiedMinCount 0"])
def test_siblings_count_whether_or_not_their_own_constraint_is_used(unused: str) -> None:
    """Section 4.7.3: the siblings are all shapes that stand in the graph as such."""
    found = results(
        f"{SHAPE} sh:property [ sh:path ex:p ; sh:qualifiedValueShape [ sh:class ex:D ] ; "
        "sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true ] , "
        f"[ sh:path ex:p ; sh:qualifiedValueShape [ sh:class ex:E ] ; {unused} ] .",
        "ex:a a ex:C ; ex:p ex:x . ex:x a ex:D , ex:E .",
    )
    assert told(found) == [("a", "QualifiedMinCount", None)]


@pytest.mark.parametrize(
    ("target", "data"),
    [
        ("sh:targetNode <http://e.org/?this>", "<http://e.org/?this> ex:p ex:x ."),
        ("sh:targetClass <http://e.org/?this>", "ex:a a <http://e.org/?this> ; ex:p ex:x ."),
        (
            "sh:targetObjectsOf <http://e.org/?this>",
            "ex:b <http://e.org/?this> ex:a . ex:a ex:p ex:x .",
        ),
        ('sh:targetNode " \\"?this\\" "', 'ex:x ex:q " \\"?this\\" " . ex:x ex:q 1 .'),
    ],
)
def test_terms_may_look_like_variables(target: str, data: str) -> None:
    found = results(
        f"ex:S a sh:NodeShape ; {target} ; "
        "sh:property [ sh:path [ sh:alternativePath ( ex:p [ sh:inversePath ex:q ] ) ] ; "
        "sh:property [ sh:path ex:r ; sh:minCount 1 ] ] .",
        data,
    )
    assert told(found) == [("x", "MinCount", None)]


@pytest.mark.parametrize("selection", [targets.EVERYTHING, SELECTIONS["few nodes"]])
def test_class_without_a_name_is_a_subclass_like_others(selection: Selection) -> None:
    """SHACL 1.0, "SHACL subclass": nothing says that the classes in between are IRIs."""
    data = "_:c rdfs:subClassOf ex:C . ex:E rdfs:subClassOf _:c . ex:a a _:c . ex:c a ex:E ."
    assert told(results(f"{SHAPE} sh:not [ sh:class ex:C ] .", data, selection)) == [
        ("a", "Not", "a"),
        ("c", "Not", "c"),
    ]


@pytest.mark.parametrize(
    ("constraint", "number"),
    [
        ("sh:minInclusive false", 0),
        ("sh:maxInclusive true", 0),
        ("sh:minExclusive false", 1),
        ("sh:lessThanOrEquals ex:p", 1),
        ("sh:lessThan ex:p", 3),
    ],
)
def test_false_is_less_than_true(constraint: str, number: int) -> None:
    """SPARQL 1.1, section 17.3; in any spelling."""
    shapes = f"{SHAPE} sh:property [ sh:path ex:p ; {constraint} ] ."
    data = 'ex:a a ex:C ; ex:p false , "1"^^xsd:boolean .'
    assert len(results(shapes, data)) == number


@pytest.mark.parametrize("constraint", ['sh:maxExclusive "b"@en', "sh:lessThan ex:q"])
def test_texts_of_a_language_have_no_order(constraint: str) -> None:
    """SPARQL 1.1, section 17.3: only strings have one."""
    shapes = f"{SHAPE} sh:property [ sh:path ex:p ; {constraint} ] ."
    assert len(results(shapes, 'ex:a a ex:C ; ex:p "a"@en ; ex:q "b"@en .')) == 1


def test_siblings_that_lead_back_are_refused() -> None:
    with pytest.raises(InputError, match="refer to themselves"):
        results(
            f"{SHAPE} sh:property ex:P . ex:P sh:path ex:p ; sh:qualifiedMinCount 1 ; "
            "sh:qualifiedValueShape [ sh:class ex:D ] ; sh:qualifiedValueShapesDisjoint true . "
            "ex:Z sh:property ex:P , [ sh:qualifiedValueShape ex:Q ] . ex:Q sh:node ex:S .",
            "ex:a a ex:C .",
        )


def test_focus_nodes_of_one_value_are_told_apart_in_queries() -> None:
    """A query by value gives back `1.5` for `1.50`: the result is about the term of the input."""
    query = 'sh:sparql [ sh:select "SELECT $this WHERE { $this ?none ?thing . }" ]'
    always = 'sh:sparql [ sh:select "SELECT $this WHERE { FILTER(isNumeric($this)) }" ]'
    data = "ex:a ex:p 1.5 , 1.50 , 1.500 , 2 ."
    shapes = f"ex:S a sh:NodeShape ; sh:targetObjectsOf ex:p ; {always} ."
    decimal = "^^<http://www.w3.org/2001/XMLSchema#decimal>"
    expected = {f'"1.5"{decimal}', f'"1.50"{decimal}', f'"1.500"{decimal}'}
    found = results(shapes, data)
    assert {focus for focus, _, _ in told(found)} > expected
    assert len(found) == 4
    assert all(result.focus == result.value for result in found)
    negated = f"ex:S a sh:NodeShape ; sh:targetObjectsOf ex:p ; sh:not [ {always} ] ."
    assert results(negated, data) == []
    assert len(results(negated.replace(always, query), data)) == 4
