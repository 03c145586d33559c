"""Saved queries keep the house style, so that they can be read, compared and trusted."""

from __future__ import annotations

import re

import pytest
from pyoxigraph import Store

from clausegraph import questions, vocabulary
from clausegraph.build import Build
from clausegraph.library import Graph

QUERIES = questions.load_all()
EVERY = pytest.mark.parametrize("name", QUERIES)

KEYWORDS = (
    "a as ask asc bind bound by coalesce concat construct count datatype desc describe distinct "
    "exists filter from graph group having if in lang limit max min minus named not offset "
    "optional order prefix replace select service sum str union values where year"
).split()
PREFIX = re.compile(r"^PREFIX (\S*): <([^>]*)>$", re.MULTILINE)
LITERAL_OR_IRI = re.compile(r'"(?:[^"\\]|\\.)*"|<[^>]*>')
COMMENT = re.compile(r"(?m)^\s*# .*\n")
TRIPLE = re.compile(r"^\s*\?\w+ \S+ \S+ \.$")


def code(name: str) -> str:
    """The query without its prefixes, comments, texts and IRIs."""
    return LITERAL_OR_IRI.sub('""', COMMENT.sub("", PREFIX.sub("", QUERIES[name].text)))


def triples(name: str) -> list[str]:
    """The lines that begin with a variable inside a group: triple patterns."""
    body = code(name).partition("WHERE")[2].partition("ORDER BY")[0]
    return [line for line in body.splitlines() if re.match(r"\s*\?\w+ ", line)]


@EVERY
def test_prefixes_are_sorted_used_and_those_of_the_registry(name: str) -> None:
    """The registry is ontology/context.jsonld; a prefix that is bound otherwise misleads."""
    declared = PREFIX.findall(QUERIES[name].text)
    names = [prefix for prefix, _ in declared]
    assert names == sorted(set(names))
    assert dict(declared) == {prefix: vocabulary.prefixes()[prefix] for prefix in names}
    assert set(re.findall(r"(?<![\w:-])([\w-]+):(?=[\w])", code(name))) == set(names)


@EVERY
def test_keywords_are_in_capitals(name: str) -> None:
    """Only `a` is written small."""
    words = set(re.findall(r"(?<![\w?:-])[A-Za-z]+(?![\w:-])", code(name)))
    small = {word for word in words if word.lower() in KEYWORDS and not word.isupper()}
    assert small <= {"a"}
    assert {word.lower() for word in words} <= {*KEYWORDS, "lcase", "true", "false"}


@EVERY
def test_query_names_its_columns_and_orders_its_rows(name: str) -> None:
    """`SELECT *` has an order of columns that no standard fixes."""
    assert "SELECT *" not in code(name)
    assert re.search(r"^ORDER BY .+\n\Z", code(name), re.MULTILINE)


@EVERY
def test_one_triple_pattern_stands_on_a_line(name: str) -> None:
    """Neither `;` nor `,` joins patterns, and each ends its line."""
    assert triples(name)
    assert [line for line in triples(name) if not TRIPLE.match(line)] == []


@EVERY
def test_query_takes_away_with_minus(name: str) -> None:
    """FILTER NOT EXISTS over several patterns takes quadratic time on this store."""
    assert "EXISTS" not in code(name)


@EVERY
def test_order_is_total(name: str, store: Store, built: Build) -> None:
    """With every sort key turned round, the rows come in exactly the opposite order."""
    query = QUERIES[name]
    head, _, keys = query.text.rpartition("ORDER BY ")
    turned = [
        key[5:-1] if key.startswith("DESC(") else f"DESC({key})" for key in keys.strip().split()
    ]
    given = {key: item.example or "" for key, item in query.parameters.items() if item.required}
    graph = Graph(store, built.release)
    forward = graph.query(name, **given)
    backward = graph.query(f"{query.header}{head}ORDER BY {' '.join(turned)}\n", **given)
    assert [dict(row) for row in forward] == [dict(row) for row in backward][::-1]


@EVERY
def test_no_row_comes_twice(name: str, store: Store, built: Build) -> None:
    """A row that comes twice would be counted twice."""
    query = QUERIES[name]
    given = {key: item.example or "" for key, item in query.parameters.items() if item.required}
    result = Graph(store, built.release).query(name, **given)
    rows = [tuple(str(row.term(column)) for column in result.columns) for row in result]
    assert len(rows) == len(set(rows))


@EVERY
def test_summary_is_a_question(name: str) -> None:
    """A query is named and described by the question that it answers."""
    assert QUERIES[name].summary.endswith("?")
