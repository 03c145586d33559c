"""What a report says where a shape has no message: one sentence for each component."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode

from clausegraph.shacl.results import Path as PropertyPath
from clausegraph.shacl.results import Result, Term
from clausegraph.validate.rules import Rulebook, best
from clausegraph.validate.sentences import SENTENCES
from findings import NAMES, book, component, ex, graph, path, result

TEN = Literal("10", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
ABC = Literal("abc")
ANN = ex("ann")
NAME = path("name")

# What the shape says, the value at fault, and the sentence; {} is a shape of the example.
SAID: dict[str, tuple[str, Term | None, str]] = {
    "class": ("sh:class ex:A , ex:B", ANN, "ex:ann is no instance of ex:A and ex:B (sh:class)."),
    "datatype": (
        "sh:datatype xsd:date",
        ABC,
        '"abc" is not a well-formed xsd:date (sh:datatype).',
    ),
    "nodeKind": ("sh:nodeKind sh:BlankNodeOrIRI", ABC, '"abc" is not a blank node or an IRI (sh:nodeKind).'),
    "minCount": ("sh:minCount 1", None, "ex:name has no value, at least 1 is needed (sh:minCount)."),
    "maxCount": (
        "sh:maxCount 2",
        None,
        "ex:name has more values, at most 2 are allowed (sh:maxCount).",
    ),
    "minExclusive": ("sh:minExclusive 10", TEN, "10 is not greater than 10 (sh:minExclusive)."),
    "minInclusive": ("sh:minInclusive 11", TEN, "10 is not 11 or greater (sh:minInclusive)."),
    "maxExclusive": ("sh:maxExclusive 10", TEN, "10 is not less than 10 (sh:maxExclusive)."),
    "maxInclusive": ("sh:maxInclusive 9", TEN, "10 is not 9 or less (sh:maxInclusive)."),
    "minLength": ("sh:minLength 5", ABC, '"abc" is not at least 5 characters long (sh:minLength).'),
    "maxLength": ("sh:maxLength 2", ABC, '"abc" is not at most 2 characters long (sh:maxLength).'),
    "pattern": ('sh:pattern "^{x}$"', ABC, '"abc" does not match ^{x}$ (sh:pattern).'),
    "languageIn": (
        'sh:languageIn ( "en" "de" )',
        ABC,
        '"abc" is in none of the languages "en", "de" (sh:languageIn).',
    ),
    "uniqueLang": (
        "sh:uniqueLang true",
        None,
        "ex:name has more than one value in the same language (sh:uniqueLang).",
    ),
    "equals": (
        "sh:equals ex:label",
        ABC,
        '"abc" is a value of only one of ex:name and ex:label (sh:equals).',
    ),
    "disjoint": (
        "sh:disjoint ex:label",
        ABC,
        '"abc" is a value of both ex:name and ex:label (sh:disjoint).',
    ),
    "lessThan": ("sh:lessThan ex:end", TEN, "10 is not less than each value of ex:end (sh:lessThan)."),
    "lessThanOrEquals": (
        "sh:lessThanOrEquals ex:end",
        TEN,
        "10 is not less than, or equal to, each value of ex:end (sh:lessThanOrEquals).",
    ),
    "not": ("sh:not ex:A", ANN, "ex:ann conforms to ex:A, which it may not (sh:not)."),
    "and": ("sh:and ( ex:A ex:B )", ANN, "ex:ann does not conform to all of ex:A, ex:B (sh:and)."),
    "or": (
        "sh:or ( ex:A [ sh:path ex:b ; sh:minCount 1 ] )",
        ANN,
        "ex:ann conforms to none of ex:A, ex:S/ex:b (sh:or).",
    ),
    "xone": (
        "sh:xone ( ex:A ex:B )",
        ANN,
        "ex:ann does not conform to exactly one of ex:A, ex:B (sh:xone).",
    ),
    "node": ("sh:node ex:A", ANN, "ex:ann does not conform to ex:A (sh:node)."),
    "property": ("sh:property ex:A", ANN, "ex:ann does not conform to ex:A (sh:property)."),
    "qualifiedMinCount": (
        "sh:qualifiedMinCount 2 ; sh:qualifiedValueShape ex:A",
        None,
        "ex:name has fewer than 2 values that conform to ex:A (sh:qualifiedMinCount).",
    ),
    "qualifiedMaxCount": (
        "sh:qualifiedMaxCount 2 ; sh:qualifiedValueShape ex:A",
        None,
        "ex:name has more than 2 values that conform to ex:A (sh:qualifiedMaxCount).",
    ),
    "closed": (
        "sh:closed true",
        ABC,
        '"abc" is a value of ex:name, which the shape does not allow (sh:closed).',
    ),
    "hasValue": ('sh:hasValue "x"', None, 'ex:name lacks the value "x" (sh:hasValue).'),
    "in": ('sh:in ( "a" 1 ex:b )', ABC, '"abc" is none of "a", 1, ex:b (sh:in).'),
    "sparql": ("sh:sparql ex:query", ANN, "ex:ann is what the query of ex:query looks for (sh:sparql)."),
}  # fmt: skip


def found(kind: str, value: Term | None, along: PropertyPath | None = NAME) -> Result:
    """A result of a shape without a message."""
    return result(ANN, along, value, kind=kind, shape=ex("S"), says=None)


def test_every_component_of_the_standard_has_a_sentence() -> None:
    """SHACL 1.0, section 4 (with sh:property), and the component of section 5."""
    assert {component(name).value for name in SAID} == set(SENTENCES)


@pytest.mark.parametrize("kind", SAID)
def test_a_component_says_what_is_wrong_with_the_values_of_its_parameters(kind: str) -> None:
    """With its parameter, so that it can be looked up."""
    said, value, sentence = SAID[kind]
    rules = book(f"ex:S {said} .")
    assert rules.message(found(kind, value)) == sentence


@pytest.mark.parametrize("kind", SAID)
def test_a_component_says_what_is_wrong_without_its_shape(kind: str) -> None:
    """Results may come from somewhere whose shapes are not at hand."""
    message = Rulebook(names=NAMES).message(found(kind, ABC))
    assert message.endswith(f"(sh:{kind}).")
    assert "{" not in message


@pytest.mark.parametrize(
    ("said", "kind", "number", "sentence"),
    [
        ("sh:minCount 3", "minCount", 2, "has 2 values, at least 3 are needed"),
        ("sh:minCount 3", "minCount", 1, "has 1 value, at least 3 are needed"),
        ("sh:minCount 3", "minCount", 0, "has no value, at least 3 are needed"),
        ("sh:minCount 3", "minCount", None, "has fewer values, at least 3 are needed"),
        ("sh:maxCount 1", "maxCount", 2, "has 2 values, at most 1 is allowed"),
        ("sh:maxCount 0", "maxCount", 1, "has 1 value, none is allowed"),
        ("sh:maxCount 0", "maxCount", None, "has a value, none is allowed"),
    ],
)
def test_a_count_says_how_many_values_there_are_where_that_is_known(
    said: str, kind: str, number: int | None, sentence: str
) -> None:
    """The result of SHACL has no number of values; who has the data can count them."""
    rules = Rulebook(graph(f"ex:S {said} ."), NAMES, count=lambda _: number)
    assert rules.wants(found(kind, None)) == f"ex:name {sentence} (sh:{kind})."


def test_long_lists_are_cut() -> None:
    """A list of countries has 249 members."""
    members = " ".join(f"ex:n{number}" for number in range(249))
    message = book(f"ex:S sh:in ( {members} ) .").message(found("in", ABC))
    assert "ex:n7 and 241 more" in message


def test_a_node_shape_speaks_of_the_node() -> None:
    """There is no path to name."""
    node = result(ANN, None, ANN, kind="not", shape=ex("S"), says=None)
    assert book("ex:S sh:not ex:A .").wants(node).startswith("ex:ann conforms to ex:A")
    alike = result(ANN, None, ANN, kind="equals", shape=ex("S"), says=None)
    assert "only one of the node itself and ex:b" in book("ex:S sh:equals ex:b .").wants(alike)


def test_a_component_of_ones_own_is_named() -> None:
    """SHACL 1.0, section 6."""
    own = result(ANN, NAME, ABC, says=None)
    own = Result(own.focus, own.path, own.value, own.severity, ex("MyComponent"), own.shape)
    assert book().message(own) == '"abc" does not satisfy ex:MyComponent.'


def test_of_several_messages_the_english_one_is_for_people() -> None:
    """Else one without a language, else the first."""
    german, english, plain = (
        Literal("de", language="de"),
        Literal("en", language="en-GB"),
        Literal("plain"),
    )
    assert best([german, plain, english]) == english
    assert best([german, plain]) == plain
    assert best([german]) == german
    assert best([]) is None


def test_placeholders_of_parameters_cannot_break_a_sentence() -> None:
    """A pattern may be full of braces."""
    rules = book('ex:S sh:pattern "{0}{path}{}" .')
    assert "{0}{path}{}" in rules.message(found("pattern", ABC))
