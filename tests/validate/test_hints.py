"""Hints: the nearest name among those that would do, and what else an author most likely meant."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from clausegraph.shacl.results import Result, Term
from clausegraph.validate.hints import Asked, Hints
from clausegraph.vocabulary import RDFS, TYPE
from findings import EX, XSD, book, ex, path, result

PERSON, PLACE = ex("Person"), ex("Place")


class Data:
    """A store that is asked as validation asks it; counts the questions."""

    is_exact = True
    has_exact = False
    shapes_graph = None

    def __init__(self) -> None:
        self.store = Store()
        self.asked = 0
        for subject, predicate, value in (
            (ex("alice"), TYPE, PERSON),
            (ex("bobby"), TYPE, ex("Child")),
            (ex("Child"), NamedNode(RDFS + "subClassOf"), PERSON),
            (ex("paris"), TYPE, PLACE),
            (ex("thing"), ex("nmae"), Literal("x")),
            (ex("thing"), ex("create"), Literal("x")),
        ):
            self.store.add(Quad(subject, predicate, value))

    def select(self, text: str, *, by_value: bool = False) -> Sequence[tuple[Term | None, ...]]:
        assert not by_value
        self.asked += 1
        return [tuple(row) for row in self.store.query(text)]


def hint(shapes: str, found: Result) -> str | None:
    """The hint for a result of shapes, written without their prefixes."""
    return Hints(book(shapes), Asked(Data())).hint(found)


def of(kind: str, value: Term | None, along: str | None = "knows", focus: str = "thing") -> Result:
    """A result of the shape S."""
    return result(ex(focus), path(along) if along else None, value, kind=kind, shape=ex("S"))


def typed(text: str, datatype: str) -> Literal:
    """A literal of a datatype."""
    return Literal(text, datatype=NamedNode(datatype))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (ex("alise"), "did you mean ex:alice?"),
        (ex("boby"), "did you mean ex:bobby?"),
        (ex("zzzzzz"), "nothing describes ex:zzzzzz"),
        (ex("paris"), "ex:paris is a ex:Place"),
        (ex("thing"), "ex:thing has no type"),
        (Literal("ex:alice"), "it is a text; write it as an IRI: ex:alice"),
        (Literal(EX + "alice"), "it is a text; write it as an IRI: ex:alice"),
        (Literal("Alice"), None),
        (Literal("http://a b"), None),
        (BlankNode("b"), None),
    ],
)
def test_a_value_of_the_wrong_class(value: Term, expected: str | None) -> None:
    """sh:class: nearest among the instances, those of subclasses included."""
    assert hint("ex:S sh:class ex:Person .", of("class", value)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (ex("opne"), "did you mean ex:open?"),
        (Literal("Close"), 'did you mean "closed"?'),
        (Literal("closed", language="en"), 'did you mean "closed"?'),
        (Literal("closed\x1b[31m"), 'did you mean "closed"?'),
        (Literal("ex:open"), "it is a text; write it as an IRI: ex:open"),
        (Literal("x" * 10_000), None),
        (ex("unlike"), None),
    ],
)
def test_a_value_that_is_not_in_the_list(value: Term, expected: str | None) -> None:
    """sh:in: nearest among the members."""
    assert hint('ex:S sh:in ( ex:open "closed" ) .', of("in", value)) == expected


@pytest.mark.parametrize(
    ("wanted", "value", "expected"),
    [
        ("xsd:dateTime", typed("x", XSD + "datetime"), "did you mean xsd:dateTime?"),
        ("xsd:date", typed("x", "http://www.w3.org/2001/XMLSchema/date"), "did you mean xsd:date?"),
        ("xsd:date", Literal("2026-01-01"), "its datatype is xsd:string; write ^^xsd:date"),
        (
            "xsd:date",
            typed("x", XSD + "dateTime"),
            "its datatype is xsd:dateTime; write ^^xsd:date",
        ),
        ("xsd:string", Literal("x", language="en"), "leave out the language tag @en"),
        ("xsd:anyURI", ex("a"), "it is an IRI; write a text with the datatype xsd:anyURI"),
        ("xsd:date", typed("abc", XSD + "date"), None),
        ("xsd:date", BlankNode("b"), None),
        (
            "<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>",
            Literal("x"),
            "add a language tag, such as @en",
        ),
    ],
)
def test_a_literal_of_the_wrong_datatype(wanted: str, value: Term, expected: str | None) -> None:
    """sh:datatype: a misspelt one, another one, or a language tag too many or too few."""
    assert hint(f"ex:S sh:datatype {wanted} .", of("datatype", value)) == expected


def test_a_property_that_a_closed_shape_does_not_know() -> None:
    """sh:closed: nearest among the properties that are allowed, ignored ones included."""
    shapes = (
        "ex:S sh:closed true ; sh:property [ sh:path ex:name ] ; "
        "sh:ignoredProperties ( ex:created ) ."
    )
    assert hint(shapes, of("closed", Literal("x"), "nmae")) == "did you mean ex:name?"
    assert hint(shapes, of("closed", Literal("x"), "craeted")) == "did you mean ex:created?"
    assert hint(shapes, of("closed", Literal("x"), "unlike")) is None


def test_a_property_that_is_missing_may_be_misspelt() -> None:
    """sh:minCount: a property that the shapes know is no misspelling of another."""
    missing = of("minCount", None, "name")
    assert hint("ex:S sh:path ex:name .", missing) == "did you mean ex:name by ex:nmae?"
    assert hint("ex:S sh:path ex:name . ex:T sh:path ex:nmae .", missing) is None
    assert hint("ex:S sh:path ex:name .", of("minCount", None, "name", "alice")) is None


def test_a_text_where_an_iri_is_wanted_and_an_iri_where_a_text_is() -> None:
    """sh:nodeKind."""
    iri = "ex:S sh:nodeKind sh:IRI ."
    assert hint(iri, of("nodeKind", Literal(EX + "a"))) == (
        "it is a text; write it as an IRI: ex:a"
    )
    assert hint(iri, of("nodeKind", Literal("a"))) is None
    assert hint("ex:S sh:nodeKind sh:Literal .", of("nodeKind", ex("a"))) == "write it in quotes"


def test_a_node_that_nothing_describes() -> None:
    """sh:node: the author may have forgotten the file that describes it."""
    assert hint("ex:S sh:node ex:T .", of("node", ex("gone"))) == "nothing describes ex:gone"
    assert hint("ex:S sh:node ex:T .", of("node", ex("alice"))) is None


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("node", "sh:node [ sh:class ex:Person ]"),
        ("or", "sh:or ( [ sh:class ex:Place ] [ sh:class ex:Person ] )"),
        ("xone", "sh:xone ( [ sh:node [ sh:class ex:Person ] ] )"),
        ("and", "sh:and ( [ sh:or ( [ sh:class ex:Person ] ) ] )"),
    ],
)
def test_a_node_that_nothing_describes_may_be_misspelt(kind: str, said: str) -> None:
    """The classes that nested shapes want are known."""
    found = of(kind, ex("alise"))
    assert hint(f"ex:S {said} .", found) == "did you mean ex:alice?"
    assert hint(f"ex:S {said} .", of(kind, ex("zzzzzz"))) == "nothing describes ex:zzzzzz"


def test_shapes_that_refer_to_themselves_end() -> None:
    """Such shapes are refused elsewhere; here they only must not run for ever."""
    assert hint("ex:S sh:node ex:S .", of("node", ex("gone"))) == "nothing describes ex:gone"


def test_components_without_a_hint_have_none() -> None:
    """A wrong number needs no help."""
    assert hint("ex:S sh:maxInclusive 1 .", of("maxInclusive", typed("2", XSD + "integer"))) is None


def test_the_same_question_is_asked_once_and_all_questions_are_bounded() -> None:
    """A million results must not cost a million searches."""
    data = Data()
    hints = Hints(book("ex:S sh:class ex:Person ; sh:path ex:name ."), Asked(data))
    for _ in range(100):
        assert hints.hint(of("class", ex("alise"))) == "did you mean ex:alice?"
    assert data.asked == 2
    for number in range(20_000):
        hints.hint(of("class", ex(f"unknown{number}")))
        hints.hint(of("minCount", None, "name", f"thing{number}"))
    assert data.asked < 5_000
    assert hints.hint(of("class", ex("alise"))) == "did you mean ex:alice?"
