"""The short way of reading a query says what the long way says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausegraph import questions
from clausegraph.engine import guard, quick
from clausegraph.errors import QueryError
from clausegraph.vocabulary import prefixes

PARTS = (
    "SELECT ask CONSTRUCT PREFIX x: <urn:x> <http://e/a> <a> <a&&b> < > ?a ?s ?p ?o * { } ( ) [ ] . ; , "
    "cg:Document x:y x:1.2 x:1.2.3 y:z :a _:b a 'cg:a' \"<\" '>' # \n WHERE FILTER && || ! = BIND AS "
    "VALUES UNION MINUS OPTIONAL FROM NAMED RAND() NOW service SERVICE \\u0053 12 1.5 true @en ^^ "
    "xsd:integer / ^ + | ORDER BY LIMIT GROUP HAVING COUNT ] -1 <urn:uuid:1> base BASE <http://e/>"
).split(" ")


def same(text: str) -> bool:
    """Whether both ways agree; True also says that the short way was taken."""
    found = quick.read(text, prefixes())
    if found is None:
        return False
    try:
        assert guard.read_tokens(text, prefixes()) == found
    except QueryError as error:  # pragma: no cover
        raise AssertionError(text) from error
    return True


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o }",
        "ask{?s a cg:Document}",
        "PREFIX x: <urn:x>\n\tprefix : <http://e/#>\nSELECT ?a { ?a x:b/:c 'text # <x:y>' }",
        "SELECT ?p { <https://w3id.org/clausegraph/id/document/a> ?p dcterms:title, cg:x ; a _:b }",
        "PREFIX x: <urn:x> SELECT * { ?s x:p '''a\n\"b\"''' } # x:y",
        "SELECT * { ?s cg:number 5.10 ; cg:position 7 . }",
        "PREFIX x: <urn:x> CONSTRUCT { ?s ?p ?o } WHERE { ?s a x:Milestone ; ?p ?o }\n# x:all",
        "CONSTRUCT WHERE { ?s a cg:Milestone }",
    ],
)
def test_plain_queries_are_read_the_short_way(text: str) -> None:
    assert same(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT * { ?s y:p ?o }",
        "SELECT * { ?s cg:p 'text' }",
        "SELECT * { ?a ?b ?c FILTER(?a<?b&&?c>1) }",
        "SELECT * { ?s mit-mitigation-v2:3.1.4 ?o }",
        "SELECT * FROM <urn:g> { ?s ?p ?o }",
        "SELECT (RAND() AS ?x) {}",
        "SELECT * { SERVICE <urn:s> {} }",
        "CONSTRUCT { ?s ?p [] } { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p _:o } { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p (1) } { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?o ~ } { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p 'a' } { ?s ?p ?o }",
        "CONSTRUCT { { ?s ?p ?o } } { ?s ?p ?o }",
        "BASE <http://e/> SELECT * { <a> ?p ?o }",
        "# note\nSELECT * {}",
        "SELECT * " + "{" * 100 + "}" * 100,
        "SELECT * { " + "?s ?p ?o . " * 300 + "}",
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "SELECT * { ?s \\u0053ERVICE ?o }",
    ],
)
def test_whatever_needs_care_is_read_token_by_token(text: str) -> None:
    assert quick.read(text, prefixes()) is None


def test_both_ways_agree_on_every_saved_query() -> None:
    assert sum(same(query.text) for query in questions.load_all().values()) > 5


@given(st.lists(st.sampled_from(PARTS), max_size=30), st.sampled_from(["", " "]))
def test_both_ways_agree_on_any_text(parts: list[str], between: str) -> None:
    """A grammar of characters has more readings than one thinks of."""
    same("SELECT * { " + between.join(parts) + " }")
    same(between.join(parts))
