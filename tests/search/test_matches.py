"""`cg:matches` in queries: resolved wherever triples may stand, refused where it cannot be."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Quad, Store

from clausegraph import formats, vocabulary
from clausegraph.engine import matches
from clausegraph.engine.evaluation import Evaluator
from clausegraph.engine.interface import Limits, Query
from clausegraph.errors import BadRequest, QueryRefused, QuerySyntaxError, ResultTooLarge
from clausegraph.search import Index

ID = "https://w3id.org/clausegraph/id/"
REST = "document/law/clause/5.10"


def ask(index: Index | None, store: Store, text: str, **terms: str) -> list[str]:
    """Return the first column of a SELECT or the text of an ASK, in order."""
    evaluator = Evaluator(store, vocabulary.prefixes(), Limits(), index)
    query = Query(text, formats.CSV, formats.RESULTS_JSON, formats.N_TRIPLES, substitutions=terms)
    body = evaluator.answer(query).body.decode()
    if text.lstrip().startswith("SELECT"):
        return sorted(line.split(",")[0].removeprefix(ID) for line in body.splitlines()[1:])
    return body.splitlines()


def in_a_graph(store: Store) -> Store:
    """Return a store that holds the same in a named graph."""
    found = Store()
    for quad in store:
        found.add(Quad(quad.subject, quad.predicate, quad.object, NamedNode("https://e.org/g")))
    return found


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ('?s cg:matches "安全"', [REST]),
        ('?s cg:matches "safety"', [REST, "document/pledge"]),
        ('?s cg:matches "safety" . ?s a cg:Clause', [REST]),
        ('?s a cg:Clause . ?s cg:matches "safety"', [REST]),
        ('?s a cg:Clause ; cg:matches "safety"', [REST]),
        ('?s a cg:Clause ; cg:matches "safety" ; cg:number ?n .', [REST]),
        ('?s cg:matches "safety" ; cg:number ?n ;', [REST]),
        ('?s cg:matches "safety" ; .', [REST, "document/pledge"]),
        ('?s cg:matches "safety" ; cg:matches "pledge" ;.', ["document/pledge"]),
        ('?s cg:matches "safety" , "pledge"', ["document/pledge"]),
        ("?s cg:matches '''safety''' .", [REST, "document/pledge"]),
        ('?s <https://w3id.org/clausegraph/ontology#matches> "safety"', [REST, "document/pledge"]),
        ('$s cg:matches "safety"', [REST, "document/pledge"]),
        ('?s cg:clauseOf/dcterms:title ?t ; cg:matches "register"', ["document/law/clause/5.1"]),
        ('?s (cg:number|cg:none) ?n ; cg:matches "safety"', [REST]),
        (
            '?d a cg:Document . FILTER(?d != <x:y>) ?s cg:clauseOf ?d ; cg:matches "safety" FILTER(?s != ?d)',
            [REST],
        ),
        (
            '{ ?s cg:matches "baidu" } UNION { ?s cg:matches "pledge" }',
            ["actor/baidu", "document/pledge"],
        ),
        ('?s a cg:Document MINUS { ?s cg:matches "pledge" }', ["document/law"]),
        ('FILTER xsd:boolean("true") ?s cg:matches "pledge"', ["document/pledge"]),
        ('?s a cg:Document FILTER NOT EXISTS { ?s cg:matches "pledge" }', ["document/law"]),
        (
            '?s a cg:Document FILTER NOT EXISTS { ?c cg:clauseOf ?s . ?c cg:matches "safety" }',
            ["document/pledge"],
        ),
        ('{ SELECT ?s { ?s cg:matches "safety" } }', [REST, "document/pledge"]),
        (
            '?s a cg:Document OPTIONAL { ?s cg:number ?n . ?s cg:matches "x" }',
            ["document/law", "document/pledge"],
        ),
        ('?s cg:matches "nothing-of-the-kind"', []),
        ('?s cg:matches ""', []),
        ('?s cg:matches "SERVICE OR pledge"', ["document/law", REST, "document/pledge"]),
        ('?s cg:matches "\\"safety pledge\\""', ["document/pledge"]),
        ('# "\n ?s cg:matches # (\n "pledge" # }\n', ["document/pledge"]),
        ('GRAPH ?g { ?s cg:matches "pledge" ; a cg:Document }', ["document/pledge"]),
        ('GRAPH ?g { ?s a cg:Document . ?s cg:matches "pledge" }', ["document/pledge"]),
        (
            'GRAPH ?g { { ?s cg:matches "safety" } FILTER(?s != <x:y>) ?s a cg:Clause }',
            [REST],
        ),
        (
            'GRAPH ?g { ?s a cg:Document OPTIONAL { ?s cg:matches "x" } }',
            ["document/law", "document/pledge"],
        ),
        (
            'GRAPH ?g { ?s a ?k { SELECT DISTINCT ?s { ?s cg:matches "pledge" } } }',
            ["document/pledge"],
        ),
    ],
)
def test_words_stand_for_what_they_find(
    index: Index, small: Store, where: str, expected: list[str]
) -> None:
    """SPARQL 1.1 Query, section 19.8: wherever triples of a group may stand."""
    small = in_a_graph(small) if where.startswith("GRAPH") else small
    assert ask(index, small, f"SELECT DISTINCT ?s WHERE {{ {where} }}") == expected


def test_prefix_of_ones_own_is_read(index: Index, small: Store) -> None:
    text = 'PREFIX o: <https://w3id.org/clausegraph/ontology#> SELECT ?s { ?s o:matches "pledge" }'
    assert ask(index, small, text)[1:] == [f"{ID}document/pledge"]


@pytest.mark.parametrize(
    ("before", "verb"),
    [
        ("", r"<https://w3id.org/clausegraph/ontology#matche\u0073>"),
        ("", r"<https://w3id.org/clausegraph/ontology\u0023\U0000006Datches>"),
        ("BASE <https://w3id.org/clausegraph/id/x>", "<../ontology#matches>"),
        ("BASE <https://w3id.org/clausegraph/> BASE <ontology>", "<#matches>"),
        ("BASE <https://w3id.org/clausegraph/> PREFIX o: <ontology#mat>", "o:ches"),
        ("PREFIX o: <https://w3id.org/clausegraph/ontology#matches>", "o:"),
        ("PREFIX o: <https://w3id.org/clausegraph/>", r"o:ontology\#matches"),
        (r"PREFIX o: <https://w3id.org/clausegraph/ontology\u0023>", "o:matches"),
        (
            "BASE <https://example.org/> PREFIX o: <https://w3id.org/clausegraph/ontology#>",
            "o:matches",
        ),
        ("BASE <https://w3id.org/clausegraph/ontology> PREFIX : <#>", ":matches"),
        ("BASE <https://w3id.org/clausegraph/> PREFIX o: <ontology#>", "o:matches"),
    ],
)
def test_property_is_known_however_it_is_spelt(
    index: Index, small: Store, before: str, verb: str
) -> None:
    """SPARQL 1.1 Query, sections 4.1 and 19.2: one IRI, whose triples no graph holds."""
    (found,) = ask(index, small, f'{before} ASK {{ ?s {verb} "pledge" }}')
    assert '"boolean":true' in found


def test_bases_without_end_are_no_hindrance(index: Index, small: Store) -> None:
    """Each is resolved by the one before it."""
    text = "BASE <a/> " * 5_000 + 'ASK { ?s cg:matches "pledge" ; <http://[> ?o }'
    with pytest.raises(QuerySyntaxError):
        ask(index, small, text)


@pytest.mark.parametrize(
    "where",
    [
        '?s cg:matches "pledge" { ?s dcterms:title ?t } UNION { ?s rdfs:label ?t }',
        '?s cg:matches "pledge" . { ?s dcterms:title ?t }',
        '?s cg:matches "pledge" . [ cg:clauseOf ?s ] .',
        '?s cg:matches "pledge" OPTIONAL { ?s dcterms:title ?t }',
        '{ ?s cg:matches "pledge" } { SELECT ?s { ?s dcterms:title ?t } }',
    ],
)
def test_what_asks_a_graph_may_stand_in_a_group_within(
    index: Index, small: Store, where: str
) -> None:
    """What joins with the words looks things up in a graph, wherever its braces are."""
    ask(index, small, f"SELECT ?s {{ GRAPH ?g {{ {where} }} }}")


def test_values_without_data_are_an_error_of_syntax(index: Index, small: Store) -> None:
    """What VALUES lacks is not looked for without end."""
    with pytest.raises((BadRequest, QuerySyntaxError)):
        ask(index, small, 'SELECT ?s { GRAPH ?g { ?s cg:matches "pledge" VALUES ?x } }')


def test_prefix_that_means_something_else_is_left_alone(index: Index, small: Store) -> None:
    text = 'PREFIX cg: <https://example.org/> ASK { ?s cg:matches "pledge" }'
    assert '"boolean":false' in ask(index, small, text)[0]


def test_ask_and_construct_are_resolved_and_a_template_states(index: Index, small: Store) -> None:
    assert '"boolean":true' in ask(index, small, 'ASK { ?s cg:matches "pledge" }')[0]
    text = 'CONSTRUCT { ?s cg:matches "found" } WHERE { ?s cg:matches "pledge" }'
    line = f'<{ID}document/pledge> <{matches.PROPERTY}> "found" .'
    assert ask(index, small, text) == [line]


def test_parameter_of_a_saved_query_can_hold_the_words(index: Index, small: Store) -> None:
    text = "SELECT ?s ?words { ?s cg:matches ?words }"
    assert ask(index, small, text, words='"pledge"') == ["document/pledge"]


def test_places_of_errors_are_those_of_the_text_as_sent(index: Index, small: Store) -> None:
    """What stands in its place is long, and nobody sees it."""
    text = 'SELECT ?s { ?s cg:matches "safety" ; cg:number ?n }\nORDER BY ?n('
    with pytest.raises(QuerySyntaxError) as caught:
        ask(index, small, text)
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('SELECT ?s { <x:y> cg:matches "a" }', "subject has to be a variable"),
        ('SELECT ?s { [] cg:matches "a" }', "subject has to be a variable"),
        ('SELECT ?s { [ cg:matches "a" ] cg:number ?s }', "subject has to be a variable"),
        ('SELECT ?s { [ a ?s ; cg:matches "a" ] }', "subject has to be a variable"),
        ('SELECT ?s { "a" cg:matches "a" }', "subject has to be a variable"),
        ("SELECT ?s { ?s cg:matches ?x }", "not a variable"),
        ("SELECT ?s { ?s cg:matches 3 }", "text in quotes"),
        ("SELECT ?s { ?s cg:matches <x:y> }", "text in quotes"),
        ('SELECT ?s { ?s cg:matches "a"@en }', "no language"),
        ('SELECT ?s { ?s cg:matches "a"^^xsd:string }', "text in quotes"),
        ('SELECT ?s { ?s cg:matches "a" , }', "text in quotes"),
        ('SELECT ?s { ?s ^cg:matches "a" }', "part of a path"),
        ('SELECT ?s { ?s cg:matches/cg:number "a" }', "part of a path"),
        ('SELECT ?s { ?s cg:matches* "a" }', "part of a path"),
        ('SELECT ?s { ?s cg:number|cg:matches "a" }', "part of a path"),
        ('SELECT ?s { ?s (cg:matches) "a" }', "part of a path"),
        ("SELECT ?s { ?s a cg:Clause ; (cg:matches)+ ?o }", "part of a path"),
        ('SELECT ?s { (1 2) cg:matches "a" }', "subject has to be a variable"),
        ('CONSTRUCT WHERE { ?s cg:matches "a" }', "CONSTRUCT WHERE"),
        ('SELECT ?s { GRAPH ?g { ?s cg:matches "a" } }', "named graph"),
        ('SELECT ?s { GRAPH <x:y> { ?s cg:matches "a" ; cg:matches "b" } }', "named graph"),
        ('SELECT ?s { ?s a ?k GRAPH ?g { FILTER(?s != ?k) ?s cg:matches "a" } }', "named graph"),
        (
            'SELECT ?s { GRAPH ?g { FILTER cg:f(?x) ?s cg:matches "a" BIND(1 AS ?b) } }',
            "named graph",
        ),
        ('SELECT ?s { GRAPH ?g { { SELECT ?s { ?s cg:matches "a" } } } }', "named graph"),
        (
            'SELECT ?s { GRAPH cg:g { { ?s cg:matches "a" } UNION { ?s a cg:Clause } } }',
            "named graph",
        ),
        (f'SELECT ?s {{ ?s cg:matches "{"a" * 1001}" }}', "too many to search for"),
    ],
)
def test_what_cannot_be_resolved_is_refused_with_its_place(
    index: Index, small: Store, text: str, said: str
) -> None:
    """An empty answer would say that there is no such thing."""
    with pytest.raises(BadRequest, match=said) as caught:
        ask(index, small, text)
    assert caught.value.line == 1
    assert caught.value.column
    assert caught.value.remedy


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?o { cg:matches rdfs:label ?o }",
        "SELECT ?p { VALUES ?p { cg:matches } ?s ?p ?o }",
        "SELECT ?s { ?s ?p cg:matches }",
        "SELECT ?s { ?s ?p ?o FILTER(?p IN (cg:matches)) }",
        "SELECT ?s { ?s ?p ?o FILTER(STR(cg:matches) = ?o) }",
        "SELECT ?s { VALUES (?p) { (cg:matches) } ?s ?p ?o }",
        "SELECT ?s { ?s rdfs:seeAlso cg:matches . }",
        'SELECT ?s { ?s ?p "cg:matches" }',
    ],
)
def test_the_property_can_be_spoken_of(index: Index, small: Store, text: str) -> None:
    assert ask(index, small, text) == []


def test_without_an_index_the_query_is_refused(small: Store) -> None:
    with pytest.raises(QueryRefused, match="no search index"):
        ask(None, small, 'SELECT ?s { ?s cg:matches "a" }')


def test_too_many_are_refused_and_not_cut(
    index: Index, small: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All searches of a query together: nothing is silently left out."""
    monkeypatch.setattr(matches, "MOST", 2)
    assert ask(index, small, 'SELECT ?s { ?s cg:matches "safety" }')
    with pytest.raises(ResultTooLarge, match="found in 2 things") as caught:
        ask(index, small, 'SELECT ?s { ?s cg:matches "pledge" . ?s cg:matches "safety" }')
    assert caught.value.line == 1


def test_a_query_may_not_search_without_end(index: Index, small: Store) -> None:
    many = " . ".join('?s cg:matches "a"' for _ in range(matches.MOST_USES + 1))
    with pytest.raises(BadRequest, match=f"more than {matches.MOST_USES} times"):
        ask(index, small, f"SELECT ?s {{ {many} }}")


def test_saved_and_written_queries_of_the_library_are_resolved() -> None:
    """`clausegraph.open()` makes an index when a query needs one."""
    import clausegraph  # noqa: PLC0415

    graph = clausegraph.open()
    rows = graph.query(
        'SELECT ?clause { ?clause a cg:Clause ; cg:matches "computing threshold" }'
    ).rows
    assert [str(row["clause"]).rpartition("/")[2] for row in rows] == ["5.1"]
    assert graph.search("computing threshold", type="clause").hits[0].code == "5.1"
    assert graph.search(label="malicious actor").total == 1
    with pytest.raises(clausegraph.ClausegraphError, match="Nothing in this graph"):
        graph.search("x", jurisdiction="atlantis")
    with pytest.raises(clausegraph.ClausegraphError, match="no filter"):
        graph.search("x", color="red")
