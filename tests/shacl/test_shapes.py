"""How shapes are read: what is ill-formed is refused, and so are shapes that refer to themselves
(SHACL 1.0, sections 3.4.1 and 3.4.3)."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode

from clausegraph.errors import InputError
from shacl.found import shapes_of

SHAPE = "ex:S a sh:NodeShape ; sh:targetClass ex:C ;"
PROPERTY = "ex:S a sh:PropertyShape ; sh:targetClass ex:C ; sh:path ex:p ;"

ILL_FORMED = {
    "count that is no integer": f'{PROPERTY} sh:minCount "one" .',
    "two counts": f"{PROPERTY} sh:minCount 1 , 2 .",
    "count at a node shape": f"{SHAPE} sh:minCount 1 .",
    "two paths": f"{PROPERTY} sh:path ex:q .",
    "property shape without a path": "ex:S a sh:PropertyShape ; sh:targetClass ex:C .",
    "path that is a literal": 'ex:S sh:targetClass ex:C ; sh:path "p" .',
    "path of no form": "ex:S sh:targetClass ex:C ; sh:path [ ex:p ex:q ] .",
    "sequence of one step": "ex:S sh:targetClass ex:C ; sh:path ( ex:p ) .",
    "alternatives that are no list": "ex:S sh:targetClass ex:C ; sh:path [ sh:alternativePath ex:p ] .",
    "path that contains itself": "ex:S sh:targetClass ex:C ; sh:path _:b . _:b sh:inversePath _:b .",
    "kind of node that is none": f"{SHAPE} sh:nodeKind sh:Iri .",
    "class that is a literal": f'{SHAPE} sh:class "C" .',
    "two datatypes": f"{PROPERTY} sh:datatype xsd:date , xsd:string .",
    "list that is none": f"{SHAPE} sh:in ex:a .",
    "list that does not end": f"{SHAPE} sh:in _:l . _:l rdf:first ex:a ; rdf:rest _:l .",
    "alternatives without a list": f"{SHAPE} sh:or ex:Other .",
    "property that is no property shape": f"{SHAPE} sh:property ex:Other . ex:Other a sh:NodeShape .",
    "shape that nobody describes": f"{SHAPE} sh:node ex:Missing .",
    "severity that is a literal": f'{SHAPE} sh:severity "Warning" .',
    "message that is an IRI": f"{SHAPE} sh:message ex:m .",
    "deactivated in words": f'{SHAPE} sh:deactivated "yes" .',
    "closed in words": f'{SHAPE} sh:closed "yes" .',
    "target class that is a literal": 'ex:S a sh:NodeShape ; sh:targetClass "C" .',
    "qualified shape without a count": f"{PROPERTY} sh:qualifiedValueShape [ sh:class ex:D ] .",
    "pattern that is an IRI": f"{SHAPE} sh:pattern ex:p .",
    "bound that is an IRI": f"{SHAPE} sh:minInclusive ex:one .",
}


@pytest.mark.parametrize("text", ILL_FORMED.values(), ids=ILL_FORMED.keys())
def test_ill_formed_shape_is_refused_by_name(text: str) -> None:
    """SHACL 1.0, section 3.4.1: a processor should signal a failure."""
    with pytest.raises(InputError, match=r"http://example\.org/S|property path|no list") as caught:
        shapes_of(text)
    assert caught.value.remedy


CIRCLES = {
    "itself": (f"{SHAPE} sh:node ex:S .", "<http://example.org/S> -> <http://example.org/S>"),
    "by a property": (
        f"{SHAPE} sh:property ex:P . ex:P sh:path ex:p ; sh:node ex:S .",
        "<http://example.org/S> -> <http://example.org/P> -> <http://example.org/S>",
    ),
    "by a list": (
        f"{SHAPE} sh:or ( [ sh:not ex:S ] [ sh:class ex:C ] ) .",
        "<http://example.org/S> -> _:",
    ),
    "by a qualified shape": (
        f"{SHAPE} sh:property [ sh:path ex:p ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShape ex:S ] .",
        "<http://example.org/S> -> _:",
    ),
}


@pytest.mark.parametrize(("text", "circle"), CIRCLES.values(), ids=CIRCLES.keys())
def test_recursive_shapes_are_refused_with_their_circle(text: str, circle: str) -> None:
    """Section 3.4.3: what recursive shapes mean is undefined."""
    with pytest.raises(InputError) as caught:
        shapes_of(text)
    assert circle in caught.value.message


def test_shapes_that_share_another_are_no_circle() -> None:
    """A shape may be referred to twice."""
    shapes = shapes_of(
        f"{SHAPE} sh:node ex:A , ex:B . ex:A sh:node ex:D . ex:B sh:node ex:D . ex:D sh:class ex:C ."
    )
    assert len(shapes.shapes) == 4


def test_a_chain_of_ten_thousand_shapes_is_read() -> None:
    """Depth costs no stack."""
    chain = "".join(f"ex:S{n} sh:node ex:S{n + 1} .\n" for n in range(10_000))
    shapes = shapes_of(
        f"ex:S0 a sh:NodeShape ; sh:targetClass ex:C .\n{chain} ex:S10000 sh:class ex:C ."
    )
    assert len(shapes.shapes) == 10_001


def test_what_lies_beyond_the_compiler_is_named() -> None:
    """Nothing is skipped in silence."""
    shapes = shapes_of(f'{SHAPE} sh:js [ sh:jsFunctionName "f" ] .')
    assert [(str(one.shape), one.what) for one in shapes.uncovered] == [
        ("<http://example.org/S>", NamedNode("http://www.w3.org/ns/shacl#js"))
    ]


def test_class_that_is_a_shape_targets_its_instances() -> None:
    """Section 2.1.3.3, implicit class targets; a class by a subclass of rdfs:Class as well."""
    shapes = shapes_of("ex:Own rdfs:subClassOf rdfs:Class . ex:S a ex:Own , sh:NodeShape .")
    assert [target.kind for shape in shapes.targeted for target in shape.targets] == ["targetClass"]
