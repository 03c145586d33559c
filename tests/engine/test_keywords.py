"""Misspelt words of SPARQL."""

from __future__ import annotations

import pytest

from clausegraph.engine.evaluation import Evaluator
from clausegraph.errors import QuerySyntaxError
from clausegraph.sparql.keywords import remedy


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        ("SELEC * { ?s ?p ?o }", "SELEC", "SELECT"),
        ("SELECT * WHRE { ?s ?p ?o }", "WHRE", "WHERE"),
        ("SELECT * { ?s ?p ?o . FLITER(?o > 1) }", "FLITER", "FILTER"),
        ("SELECT * { ?s ?p ?o . OPTINAL { ?s ?q ?r } }", "OPTINAL", "OPTIONAL"),
        ("SELECT * { ?s ?p ?o } ODER BY ?s", "ODER", "ORDER"),
    ],
)
def test_a_misspelt_word_is_told_with_the_one_it_was_meant_to_be(
    evaluator: Evaluator, text: str, wrong: str, right: str, ask: object
) -> None:
    """SPARQL 1.1 Query, section 19.8."""
    with pytest.raises(QuerySyntaxError) as caught:
        evaluator.answer(ask(text))  # type: ignore[operator]
    assert caught.value.remedy == f"{wrong} is no word of SPARQL; did you mean {right}?"


@pytest.mark.parametrize("text", ["SELECT * { ?s ?p }", "SELECT * { xyzzy }", "", "SELECT * { 'a"])
def test_where_no_word_is_near_it_is_said_where_to_look(text: str) -> None:
    assert remedy(text, len(text)).startswith("Look at what stands just before")
