"""A query that is asked of all focus nodes at once finds what it finds for each by itself.

SHACL 1.0, appendix A; the queries are those that are easily joined wrongly.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from clausegraph.shacl import asking, sparql
from clausegraph.shacl.focus import Focus
from clausegraph.shacl.querytext import Query, read_query, substituted
from clausegraph.shacl.results import Path
from shacl.queried import StoreData, ex

P, Q, R = ex("p"), ex("q"), ex("r")
NODES = [ex(name) for name in "abcde"]
TERMS = st.sampled_from([*NODES, Literal(1), Literal(2), Literal("x")])
GRAPHS = st.lists(
    st.builds(Triple, st.sampled_from(NODES), st.sampled_from([P, Q, R]), TERMS), max_size=18
)
TARGETS = ["?this ?any1 ?any2", "?this ex:p ?any", "VALUES ?this { ex:a ex:b }"]

SELECTS = {
    "filter in an optional": "SELECT $this ?value { $this ex:p ?value OPTIONAL { ?value ex:q ?x FILTER (?x = $this) } FILTER (!BOUND(?x)) }",
    "optional first": "SELECT $this { OPTIONAL { $this ex:p ?x } FILTER (!BOUND(?x)) }",
    "optional first in a group": "SELECT $this { { OPTIONAL { $this ex:q ?x } FILTER (!BOUND(?x)) } }",
    "optional about others": "SELECT $this ?x { OPTIONAL { ?x ex:q ex:a OPTIONAL { ?x ex:r $this } } }",
    "union of filters": "SELECT $this { { FILTER (false) } UNION { FILTER ($this = ex:a) } UNION { $this ex:p ?x FILTER EXISTS { ?x ex:q $this } } }",
    "union with and without": "SELECT $this ?value { { ?value ex:q ?x } UNION { $this ex:p ?value } FILTER (?value != $this) }",
    "bind before": "SELECT $this ?value { BIND ($this AS ?that) ?value ex:p ?that FILTER (?value != $this) }",
    "bind in a group": "SELECT $this ?n { { BIND (STR($this) AS ?n) } $this ex:p ?x }",
    "bind of exists": "SELECT $this ?shown { $this ex:p ?x BIND (EXISTS { $this ex:q ?y . ?y ex:r ?z } AS ?shown) }",
    "filter far within": "SELECT $this { { { { FILTER ($this IN (ex:a, ex:c)) } } } FILTER (BOUND($this)) }",
    "count": "SELECT $this ?n { { SELECT $this (COUNT(?x) AS ?n) { $this ex:p ?x } GROUP BY $this } FILTER (?n > 1) }",
    "count of all": "SELECT $this (COUNT(*) AS ?n) { $this ex:p|ex:q ?x } GROUP BY $this HAVING (COUNT(*) > 1)",
    "subselect with a filter": "SELECT $this ?x { { SELECT DISTINCT $this ?x { ?x ex:p ?y FILTER (?y = $this) } } }",
    "subselect with a limit": "SELECT $this ?x { { SELECT $this ?x { $this ex:p ?x } ORDER BY ?x LIMIT 1 } }",
    "limit": "SELECT $this ?value { $this ex:p ?value } ORDER BY ?value LIMIT 1",
    "offset": "SELECT $this ?value { $this ex:p|ex:q ?value } ORDER BY STR(?value) OFFSET 1",
    "distinct": "SELECT DISTINCT $this ?value { $this ?link ?value . ?value ?back ?other }",
    "not exists of two": "SELECT $this ?value { $this ex:p ?value FILTER NOT EXISTS { ?x ex:q $this . ?x ex:r ?value } }",
    "not exists that reads": "SELECT $this ?value { $this ex:p ?value FILTER NOT EXISTS { $this ex:q ?x . ?x ex:r ?y FILTER (?y != ?value) } }",
    "not exists that reads a bind": "SELECT $this ?v { $this ex:p ?value BIND (STR(?value) AS ?v) FILTER NOT EXISTS { $this ex:q ?x . ?x ex:r ?y FILTER (STR(?y) != ?v) } }",
    "not exists that reads an optional": "SELECT $this ?value { $this ex:p ?value OPTIONAL { ?value ex:q ?o } FILTER NOT EXISTS { $this ex:q ?x . ?x ex:r ?y FILTER (?y != ?o) } }",
    "not exists of a bind": "SELECT $this ?value { $this ex:p ?value BIND (IF(?value = ex:a, ex:b, ?none) AS ?v) FILTER NOT EXISTS { ?x ex:q $this . ?x ex:r ?v } }",
    "not exists in not exists": "SELECT $this { $this ex:p ?v FILTER NOT EXISTS { ?x ex:q ?v . ?x ex:p ?y FILTER NOT EXISTS { ?y ex:r $this . ?y ex:p ?x } } }",
    "not exists of a union": "SELECT $this ?value { $this ex:p ?value FILTER NOT EXISTS { { ?x ex:q $this . ?x ex:r ?value } UNION { $this ex:r ?y . ?y ex:q ?z } } }",
    "not exists of an optional": "SELECT $this ?value { $this ex:p ?value FILTER NOT EXISTS { $this ex:q ?x OPTIONAL { ?x ex:r ?value } FILTER (!BOUND(?value) || ?value = ?x) } }",
    "not exists of what is apart": "SELECT $this { $this ex:p ?v FILTER NOT EXISTS { ?a ex:r ?b . ?b ex:q ?c } }",
    "not exists of one": "SELECT $this ?value { $this ex:p ?value FILTER NOT EXISTS { ?value ex:q ?x } FILTER NOT EXISTS { $this ex:r ?y } }",
    "not exists after an optional": "SELECT $this ?x { $this ex:p ?v OPTIONAL { ?v ex:q ?x } FILTER NOT EXISTS { $this ex:r ?y . ?y ex:p ?x } }",
    "not exists in an optional": "SELECT $this ?x { $this ex:p ?v OPTIONAL { ?v ex:q ?x FILTER NOT EXISTS { $this ex:r ?y . ?y ex:p ?x } } }",
    "not exists in a union": "SELECT $this ?x { { $this ex:p ?x FILTER NOT EXISTS { ?x ex:q ?y . ?y ex:r $this } } UNION { ?x ex:q $this } }",
    "not exists along a path": "SELECT $this { $this ex:p ?v FILTER NOT EXISTS { ?v ex:q* ?x . ?x ex:r $this } }",
    "exists of two": "SELECT $this ?value { $this ex:p ?value FILTER EXISTS { ?x ex:q $this . ?x ex:r ?value } }",
    "exists of two and a bind": "SELECT $this ?value { $this ex:p ?value FILTER EXISTS { ?x ex:q $this . ?x ex:r ?value BIND (?x AS ?y) FILTER (?y != ?value) } }",
    "exists with an optional": "SELECT $this ?x { $this ex:p ?v OPTIONAL { ?v ex:r ?x } FILTER EXISTS { ?v ex:q ?y . ?y ex:p ?x } }",
    "exists in an expression": "SELECT $this ?v { $this ex:p ?v FILTER (?v = ex:a || NOT EXISTS { [] ex:q $this ; ex:r [ ex:p ?v ] }) }",
    "blank nodes": "SELECT $this { [] ex:p $this ; ex:q _:x . _:x ex:r [] FILTER NOT EXISTS { $this ex:p [ ex:q [] ] } }",
    "a path to itself": "SELECT $this ?value { { $this ex:p* ?value } FILTER (?value != $this) }",
    "a circle": "SELECT $this { $this (ex:p|^ex:q)+ $this }",
    "a tested property": "SELECT $this ?p { { $this ?p ?x } UNION { ?x ?p $this } UNION { $this ex:q ?y OPTIONAL { $this ?p ?y } } FILTER (?p != ex:p) FILTER NOT EXISTS { ex:a ?p ?z } }",
    "two keys": "SELECT $this ?value { $this ex:p ?a . $this ex:q ?b . ?value ex:p ?a . ?value ex:q ?b FILTER (?value != $this) }",
    "two keys and an optional": "SELECT $this ?value { $this ex:p ?a . $this ex:q ?b . ?value ex:p ?a OPTIONAL { ?value ex:r ?c } ?value ex:q ?b }",
    "all columns": "SELECT * { $this ex:p ?value . ?value ex:q [] }",
    "as a predicate": "SELECT $this ?value { ?value $this ?x }",
    "nobody asks": "SELECT $this ?x { ?x ex:q ?y }",
    "an expression": "SELECT $this (STR(?v) AS ?value) ($this AS ?path) { $this ex:p ?v }",
    "text that looks like it": "SELECT $this { $this ex:p ?x FILTER (STR(?x) != \"$this\" && STR(?x) != '?this } {') # $this }\n }",
}


def store(triples: list[Triple]) -> Store:
    """Return a store of some triples."""
    made = Store()
    for triple in triples:
        made.add(Quad(triple.subject, triple.predicate, triple.object))
    return made


def query(text: str) -> Query:
    """Return a query of these tests, read as those of shapes are."""
    return read_query(text, {"ex": "http://example.org/"}, "the constraint ex:c", "SELECT")


def one_by_one(text: str, data: StoreData, focus: Focus) -> Counter[frozenset[tuple[str, str]]]:
    """Return the solutions where each node is put into the text, as often as they are found."""
    found: Counter[frozenset[tuple[str, str]]] = Counter()
    for (this,) in data.select(f"SELECT DISTINCT ?this {{ {focus.pattern} }}"):
        for solution in data.store.query(substituted(query(text).text, {"this": str(this)})):
            names = [name.value for name in solutions_of(data, text, str(this))]
            pairs = zip(names, solution, strict=True)
            row = {(name, str(term)) for name, term in pairs if term is not None}
            found[frozenset(row | {("this", str(this))})] += 1
    return found


def solutions_of(data: StoreData, text: str, this: str) -> list[object]:
    """Return the variables of a query."""
    return list(data.store.query(substituted(query(text).text, {"this": this})).variables)


def at_once(text: str, data: StoreData, focus: Focus) -> Counter[frozenset[tuple[str, str]]]:
    """Return the solutions as they are found for all focus nodes."""
    rows = sparql.solutions(query(text), focus, None, {}, data)
    return Counter(
        frozenset((name, str(term)) for name, term in found.bindings.items()) for found in rows
    )


@pytest.mark.parametrize("text", SELECTS.values(), ids=SELECTS)
@settings(max_examples=60, deadline=None)
@given(triples=GRAPHS, target=st.sampled_from(TARGETS))
def test_all_at_once_is_one_by_one(text: str, triples: list[Triple], target: str) -> None:
    data = StoreData(store(triples))
    pattern = target.replace("ex:", "http://example.org/")
    pattern = " ".join(f"<{word}>" if word.startswith("http") else word for word in pattern.split())
    focus = Focus(f"{{ SELECT DISTINCT ?this WHERE {{ {pattern} }} }}")
    if target.startswith("VALUES"):
        focus = Focus(pattern)
    assert at_once(text, data, focus) == one_by_one(text, data, focus)


@pytest.mark.parametrize("text", [text for text in SELECTS.values() if "?p " in text])
@settings(max_examples=60, deadline=None)
@given(triples=GRAPHS)
def test_many_nodes_are_found_alike(text: str, triples: list[Triple]) -> None:
    """Where there are many focus nodes, their properties are tested before the nodes."""
    data = StoreData(store(triples))
    focus = Focus(f"?this {P} ?any .")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asking, "_MANY", 0)
        found = at_once(text, data, focus)
    assert found.keys() == one_by_one(text, data, focus).keys()


@pytest.mark.parametrize("text", SELECTS.values(), ids=SELECTS)
def test_only_limits_ask_for_each_node(text: str) -> None:
    data = StoreData(store([Triple(node, P, NODES[0]) for node in NODES]))
    list(sparql.solutions(query(text), Focus(f"?this {P} ?any ."), None, {}, data))
    is_limited = "LIMIT" in text or "OFFSET" in text
    asked = [one for one in data.asked if "LIMIT 10000" not in one]
    assert len(asked) == (1 + len(NODES) if is_limited else 1)


def test_a_path_stands_for_its_variable() -> None:
    data = StoreData(store([Triple(NODES[0], P, NODES[1]), Triple(NODES[1], Q, Literal(1))]))
    path = Path(f"({P}/{Q})", BlankNode())
    text = "SELECT $this ?value { $this $PATH ?value FILTER NOT EXISTS { $this $PATH 2 } }"
    found = sparql.solutions(query(text), Focus(f"?this {P} ?any"), path, {"PATH": path.text}, data)
    assert [(one.focus, one.value) for one in found] == [(NODES[0], Literal(1))]


@pytest.mark.parametrize("limit", ["", "LIMIT 1"])
def test_blank_nodes_are_focus_nodes(limit: str) -> None:
    """No text can name them: with a limit, each is bound by the engine."""
    blank = [BlankNode(name) for name in "abc"]
    data = StoreData(store([Triple(node, P, Literal(n)) for node in blank for n in (1, 2)]))
    text = f"SELECT $this ?value {{ $this ex:p ?value FILTER (isBlank($this)) }} {limit}"
    rows = sparql.solutions(query(text), Focus(f"?this {P} 1 ."), None, {}, data)
    assert Counter(found.focus for found in rows) == dict.fromkeys(blank, 1 if limit else 2)


def test_literals_are_focus_nodes() -> None:
    data = StoreData(store([Triple(NODES[0], P, Literal("x"))]))
    text = "SELECT $this { { FILTER isLiteral($this) } OPTIONAL { $this ex:q ?x } FILTER (!BOUND(?x)) }"
    rows = sparql.solutions(query(text), Focus('VALUES ?this { "x" "y"@en 1 }'), None, {}, data)
    assert len(list(rows)) == 3


def test_a_node_that_is_a_focus_node_twice_is_found_twice() -> None:
    """A property shape in another is asked of each of its value nodes (section 4.7.2)."""
    a, b, c, *_ = NODES
    data = StoreData(store([Triple(a, P, c), Triple(b, P, c), Triple(c, Q, Literal(1))]))
    path = Path(str(P), P, predicate=P)
    focus = Focus(f"VALUES ?this {{ {a} {b} }}").along(path)
    rows = sparql.solutions(
        query("SELECT $this ?value { $this ex:q ?value }"), focus, None, {}, data
    )
    assert [found.focus for found in rows] == [c, c]


def test_nodes_in_named_graphs_are_asked_for_one_by_one() -> None:
    """The pattern that finds focus nodes means the default graph; within GRAPH it would not."""
    graph = NamedNode("urn:g")
    data = StoreData(store([Triple(NODES[0], P, Literal(1)), Triple(NODES[1], P, Literal(1))]))
    data.store.add(Quad(NODES[2], Q, NODES[1], graph))
    text = "SELECT $this { GRAPH ?g { ?x ex:q ?y FILTER (?y = $this) { FILTER ($this = ?any || true) } } }"
    rows = sparql.solutions(query(text), Focus(f"?this {P} ?any ."), None, {}, data)
    assert [found.focus for found in rows] == [NODES[1]]
    assert len(data.asked) == 3
