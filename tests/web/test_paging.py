"""The first page of a query whose answer is too large."""

from __future__ import annotations

import pytest
from pyoxigraph import Store

from clausegraph.web.paging import first_page


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * { ?s ?p ?o }", "SELECT * { ?s ?p ?o }\nLIMIT 7\n"),
        ("SELECT * { ?s ?p ?o } LIMIT 900 OFFSET 3", "SELECT * { ?s ?p ?o } LIMIT 7 OFFSET 3"),
        ("SELECT * { ?s ?p ?o } offset 3 limit 50", "SELECT * { ?s ?p ?o } offset 3 limit 5"),
        (f"SELECT * {{ ?s ?p ?o }} LIMIT {'0' * 5000}90", "SELECT * { ?s ?p ?o } LIMIT 7"),
        ("SELECT * { ?s ?p ?o } LIMIT 1", "SELECT * { ?s ?p ?o } LIMIT 1"),
        ("SELECT * { { SELECT * {} LIMIT 9 } }", "SELECT * { { SELECT * {} LIMIT 9 } }\nLIMIT 7\n"),
        ("SELECT * {} VALUES ?x { 1 }", "SELECT * {} \nLIMIT 7\nVALUES ?x { 1 }"),
        ("SELECT * {} # LIMIT 3", "SELECT * {} # LIMIT 3\nLIMIT 7\n"),
        ("SELECT * { BIND('LIMIT 3' AS ?x) }", "SELECT * { BIND('LIMIT 3' AS ?x) }\nLIMIT 7\n"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }\nLIMIT 7\n"),
        ("DESCRIBE <urn:a>", "DESCRIBE <urn:a>\nLIMIT 7\n"),
    ],
)
def test_a_limit_is_put_where_the_grammar_has_it(text: str, expected: str) -> None:
    """SPARQL 1.1 Query, section 15.5 and rule [18]."""
    assert first_page(text, 7) == expected
    Store().query(expected)  # it parses
