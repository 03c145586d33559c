"""Why a query found nothing: the pattern at fault, its place, and what to write instead."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from clausegraph.engine import Dataset, Limits, Query, diagnosis
from clausegraph.engine.evaluation import Evaluator
from clausegraph.engine.interface import Diagnosis
from clausegraph.sparql.tokens import tokens
from clausegraph.vocabulary import GRAPH, ID, prefixes

QUERIES = Path(__file__).parents[2] / "queries"

Explain = Callable[..., Diagnosis | None]


@pytest.fixture(scope="module")
def shipped(store: Store) -> Evaluator:
    """What a worker runs, on the shipped graph."""
    return Evaluator(store, prefixes(), Limits())


@pytest.fixture(scope="module")
def explain(shipped: Evaluator, ask: Callable[..., object]) -> Explain:
    """Diagnose a query that finds nothing."""

    def run(text: str, **fields: object) -> Diagnosis | None:
        return diagnosis.diagnose(shipped, ask(text, **fields), "empty")

    return run


def misspelt() -> Iterator[tuple[str, str, str, int]]:
    """Every name of every pattern of the saved queries that must match, misspelt: the file, the
    text, the new name and its line."""
    for path in sorted(QUERIES.rglob("*.rq")):
        text = path.read_text(encoding="utf-8")
        offset = 0
        for number, line in enumerate(text.splitlines(keepends=True), 1):
            if re.fullmatch(r"  \S.* \.\n", line):
                for token in tokens(line):
                    if token.kind == "name" and len(token.text.partition(":")[2]) > 3:
                        name = token.text[:-2] + token.text[-1]
                        start, end = offset + token.start, offset + token.end
                        yield (
                            str(path.relative_to(QUERIES)),
                            text[:start] + name + text[end:],
                            name,
                            number,
                        )
            offset += len(line)


def test_misspelt_name_in_any_saved_query_is_named_with_its_place(
    explain: Explain, store: Store
) -> None:
    """What an empty result names: the first triple pattern that matches nothing in this graph."""
    checked = 0
    for path, text, name, number in misspelt():
        if next(iter(store.query(text)), None) is not None:
            continue  # an alternative of a path, or a path without a step
        found = explain(text)
        assert found is not None, (path, name)
        assert found.pattern == text.splitlines()[number - 1].strip().removesuffix(" ."), path
        assert (found.line, found.column) == (number, 3), (path, name)
        assert f"{name} is not in this graph" in found.message
        checked += 1
    assert checked >= 40


def test_saved_queries_that_find_rows_have_no_pattern_at_fault(
    explain: Explain, store: Store
) -> None:
    """Nothing false is said of a query that works."""
    for path in QUERIES.rglob("*.rq"):
        text = path.read_text(encoding="utf-8")
        if next(iter(store.query(text)), None) is not None:
            assert explain(text) is None, path


@pytest.mark.parametrize(
    ("text", "pattern", "place", "suggestion"),
    [
        ("SELECT * { ?s a cg:Documnet }", "?s a cg:Documnet", (1, 12), "?s a cg:Document"),
        (
            "SELECT * {\n  ?s a cg:Document ;\n    cg:prefLabel ?x .\n}",
            "?s cg:prefLabel ?x",
            (3, 5),
            "?s skos:prefLabel ?x",
        ),
        (
            'SELECT * { ?s a cg:Jurisdiction ; skos:prefLabel ?l , "China" }',
            '?s skos:prefLabel "China"',
            (1, 55),
            '?s skos:prefLabel "China"@en',
        ),
        (
            "PREFIX o: <https://w3id.org/clausegraph/ontology#> SELECT * { ?s a o:Clausee }",
            "?s a o:Clausee",
            (1, 63),
            "?s a cg:Clause",
        ),
        (
            "SELECT * { ?s a <https://w3id.org/clausegraph/ontology#Clausee> }",
            "?s a <https://w3id.org/clausegraph/ontology#Clausee>",
            (1, 12),
            "?s a cg:Clause",
        ),
        (
            "SELECT * { GRAPH ?g { ?s cg:clauseOff ?d } }",
            "?s cg:clauseOff ?d",
            (1, 23),
            "?s cg:clauseOf ?d",
        ),
        (
            "SELECT * { ?d a cg:Document { SELECT ?d { ?c cg:clauseOff ?d } } }",
            "?c cg:clauseOff ?d",
            (1, 43),
            "?c cg:clauseOf ?d",
        ),
        (
            "SELECT * { { ?d a cg:Docment } UNION { ?d a cg:Clase } }",
            "?d a cg:Docment",
            (1, 14),
            "?d a cg:Document",
        ),
        (
            "SELECT * { ?d a cg:Document FILTER EXISTS { ?c cg:clauseOff ?d } }",
            "?c cg:clauseOff ?d",
            (1, 45),
            "?c cg:clauseOf ?d",
        ),
        (
            "SELECT * { ?c cg:clauseOf [ a cg:Docment ; dcterms:title ?t ] }",
            "[] a cg:Docment",
            (1, 29),
            "[] a cg:Document",
        ),
        (
            "# ?s a cg:Nope\nSELECT * { ?c cg:clauseOf/cg:titel ?t }",
            "?c cg:clauseOf/cg:titel ?t",
            (2, 12),
            None,
        ),
        (
            "SELECT * { ?c a cg:Clause . ?c cg:clauseOff* ?d . ?d a cg:Document }",
            "?c cg:clauseOff* ?d",
            (1, 32),
            None,
        ),
        (
            "SELECT * { VALUES ?d { documents:ai-safety-comitments } ?d a cg:Document }",
            "VALUES ?d { documents:ai-safety-comitments }",
            (1, 24),
            None,
        ),
        ("SELECT * { VALUES ?d { } ?d a cg:Document }", "VALUES ?d { }", (1, 12), None),
        (
            "SELECT * { ?s a cg:Document . ?s a cg:Clause . ?s dcterms:title ?t }",
            "?s a cg:Clause",
            (1, 31),
            None,
        ),
        (
            'SELECT * { ?s dcterms:title ?t FILTER(LANG(?t) = "xx") }',
            'FILTER(LANG(?t) = "xx")',
            (1, 32),
            None,
        ),
        (
            "SELECT * { ?s a cg:Document MINUS { ?s dcterms:title ?t } }",
            "MINUS { ?s dcterms:title ?t }",
            (1, 29),
            None,
        ),
        (
            "SELECT ?s { ?s a cg:Document } GROUP BY ?s HAVING(COUNT(*) > 9)",
            "HAVING(COUNT(*) > 9)",
            (1, 44),
            None,
        ),
        ("SELECT ?s { ?s a cg:Document } LIMIT 0", "LIMIT 0", (1, 32), None),
        (
            "SELECT ?s { ?s a cg:Document } VALUES ?s { cg:Document }",
            "VALUES ?s { cg:Document }",
            (1, 32),
            None,
        ),
        (
            f"ASK FROM <{GRAPH}nope> {{ ?s a cg:Document }}",
            f"FROM <{GRAPH}nope>",
            (1, 10),
            None,
        ),
        (
            f"SELECT * {{ GRAPH <{GRAPH}nope> {{ ?s a cg:Document }} }}",
            f"GRAPH <{GRAPH}nope>",
            (1, 18),
            None,
        ),
        ("DESCRIBE documents:nope-nope", "documents:nope-nope", (1, 10), None),
        ("ASK { ?x a cg:Documnet }", "?x a cg:Documnet", (1, 7), "?x a cg:Document"),
        (
            "CONSTRUCT { ?x a cg:Nope } { ?x a cg:Documnet }",
            "?x a cg:Documnet",
            (1, 30),
            "?x a cg:Document",
        ),
    ],
)
def test_part_at_fault_is_named_with_its_place(
    explain: Explain, text: str, pattern: str, place: tuple[int, int], suggestion: str | None
) -> None:
    """Line and column count from 1; a suggestion is given only where it matches something."""
    found = explain(text)
    assert found is not None
    assert (found.pattern, (found.line, found.column), found.suggestion) == (
        pattern,
        place,
        suggestion,
    )


def test_each_pattern_matches_but_not_together(explain: Explain) -> None:
    """What is named then is the first pair, or the first patterns, that have nothing in common."""
    found = explain("SELECT * { ?s a cg:Document . ?s a cg:Clause }")
    assert found is not None
    assert "`?s a cg:Document` and `?s a cg:Clause` never match the same ?s" in found.message
    text = (
        "SELECT * { ?s a cg:Document . ?c cg:clauseOf ?s . ?c a cg:Clause . ?c dcterms:title ?s }"
    )
    found = explain(text)
    assert found is not None
    assert found.message.startswith("Each pattern matches by itself")
    text = "SELECT * { OPTIONAL { ?s a cg:Document } ?s a cg:Clause . ?s cg:clauseOf ?d }"
    found = explain(text)
    assert found is not None
    assert "the first 2 patterns together, with the OPTIONAL among them," in found.message


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?d a cg:Document OPTIONAL { ?d a cg:Nope } }",
        "SELECT * { ?d a cg:Document MINUS { ?d a cg:Nope } }",
        "SELECT * { ?d a cg:Document FILTER NOT EXISTS { ?d a cg:Nope } }",
        "SELECT * { { ?d a cg:Document } UNION { ?d a cg:Nope } }",
        "SELECT * { { SELECT (COUNT(*) AS ?n) { ?d a cg:Nope } } ?d a cg:Document }",
        "SELECT * { ?d !cg:nope ?x }",
        "SELECT * { ?d cg:clauseOf|cg:nope ?x }",
        "SELECT * {} ",
        "CONSTRUCT { ?x a ?x } { ?x a cg:Document }",
    ],
)
def test_part_that_need_not_match_is_not_named(explain: Explain, text: str) -> None:
    """OPTIONAL, MINUS, NOT EXISTS, an alternative and a branch make no result empty."""
    assert explain(text) is None


def test_value_bound_by_the_caller_is_named(explain: Explain) -> None:
    """A parameter of a saved query is a variable that the caller has bound."""
    value = {"d": f"<{ID}document/ai-safety-comitments>"}
    found = explain("SELECT * { ?d a cg:Document . ?d dcterms:title ?t }", substitutions=value)
    assert found is not None
    assert (found.line, found.column, found.pattern) == (1, 12, "?d a cg:Document")
    assert "did you mean documents:ai-safety-commitments?" in found.message


def test_dataset_of_the_request_decides_what_matches(explain: Explain, store: Store) -> None:
    """SPARQL 1.1 Protocol, section 2.1.4: the dataset is what the request names."""
    text = "SELECT * { ?d a cg:Document }"
    found = explain(text, dataset=Dataset(default_graphs=("urn:nope",)))
    assert found is not None
    assert "<urn:nope>" in found.message
    one = next(
        store.quads_for_pattern(None, None, None, NamedNode(f"{GRAPH}ontology/document")), None
    )
    assert one is not None
    found = explain(text, dataset=Dataset(default_graphs=(f"{GRAPH}ontology/document",)))
    assert found is not None
    assert found.pattern == "?d a cg:Document"


def test_only_named_graphs_that_match_are_pointed_out() -> None:
    """The default graph of this dataset is not the merge of its named graphs."""
    store = Store()
    node = NamedNode("https://example.org/a")
    store.add(Quad(node, node, Literal("x"), node))
    store.add(Quad(node, NamedNode("https://example.org/p"), node))
    evaluator = Evaluator(store, {}, Limits())
    text = "SELECT * { <https://example.org/a> ?p 'x' }"
    found = diagnosis.diagnose(evaluator, Query(text, None, None, None), "empty")
    assert found is not None
    assert found.suggestion == "GRAPH ?graph { <https://example.org/a> ?p 'x' }"


@pytest.mark.parametrize(
    ("text", "pattern", "said"),
    [
        (
            "SELECT * { ?a ?b ?c . ?d ?e ?f }",
            "?d ?e ?f",
            "`?a ?b ?c` and `?d ?e ?f` share no variable",
        ),
        (
            "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(?a = ?d) }",
            "?d ?e ?f",
            "and only then filtered",
        ),
        ("SELECT * { ?c cg:clauseOf+ ?d }", "?c cg:clauseOf+ ?d", "cg:clauseOf+"),
        ("SELECT * { ?s ?p ?o } ORDER BY ?o", "?s ?p ?o", "ORDER BY"),
        ("SELECT DISTINCT ?p { ?s ?p ?o }", "?s ?p ?o", "DISTINCT"),
        (
            'SELECT * { ?s ?p ?o FILTER(CONTAINS(STR(?o), "x")) }',
            'FILTER(CONTAINS(STR(?o), "x"))',
            "text of every triple",
        ),
        (
            "SELECT * { ?c a cg:Clause FILTER NOT EXISTS { ?x cg:classifies ?c . ?x cg:concept ?k } }",
            "FILTER NOT EXISTS { ?x cg:classifies ?c . ?x cg:concept ?k }",
            "MINUS is evaluated once",
        ),
    ],
)
def test_pattern_that_costs_is_named(
    shipped: Evaluator, ask: Callable[..., object], text: str, pattern: str, said: str
) -> None:
    """One sentence about one pattern, with its place."""
    found = diagnosis.diagnose(shipped, ask(text), "timeout")
    assert found is not None
    assert found.pattern == pattern
    assert (found.line, found.column) == (1, text.index(pattern) + 1)
    assert said in found.message


def test_values_that_multiply_are_counted(
    shipped: Evaluator, ask: Callable[..., object], endless: str
) -> None:
    """The query reads no data; its cost stands in its text."""
    found = diagnosis.diagnose(shipped, ask(endless), "timeout")
    assert found is None or "VALUES" in found.message
    short = endless.replace(" 0 ", " ")
    values = " ".join(map(str, range(100)))
    short = "ASK { " + " ".join(f"VALUES ?v{n} {{ {values} }}" for n in range(4)) + " }"
    found = diagnosis.diagnose(shipped, ask(short), "timeout")
    assert found is not None
    assert "100,000,000 combinations" in found.message


def test_minus_is_proposed_with_the_same_answer(
    shipped: Evaluator, ask: Callable[..., object]
) -> None:
    """SPARQL 1.1 Query, section 8.3: they differ unless each solution shares a variable."""
    text = """SELECT ?c
WHERE {
  ?c a cg:Clause .
  FILTER NOT EXISTS {
    ?x cg:classifies ?c .
    ?x cg:concept ?k .
  }
  OPTIONAL { ?c dcterms:title ?t }
}
ORDER BY ?c
"""
    found = diagnosis.diagnose(shipped, ask(text), "timeout")
    assert found is not None
    assert found.suggestion is not None
    assert "MINUS {" in found.suggestion
    assert "NOT EXISTS" not in found.suggestion
    known = {"prefixes": dict(prefixes())}
    before = {str(row) for row in shipped.store.query(text, **known)}
    assert before == {str(row) for row in shipped.store.query(found.suggestion, **known)}


@pytest.mark.parametrize(
    "inner",
    [
        "?x cg:classifies ?y . ?x cg:concept ?k",
        "?x cg:classifies ?c . ?x cg:concept ?k FILTER(?k != ?other)",
        "?x cg:classifies ?c . ?x cg:concept ?t",
        "?x cg:classifies ?c . OPTIONAL { ?x cg:concept ?k }",
    ],
)
def test_minus_is_not_proposed_where_it_may_differ(
    shipped: Evaluator, ask: Callable[..., object], inner: str
) -> None:
    """No variable shared, one from outside in a filter, one that may be unbound, parts in parts."""
    outer = "?c a cg:Clause OPTIONAL { ?c dcterms:title ?t }"
    text = f"ASK {{ {outer} FILTER NOT EXISTS {{ {inner} }} }}"
    found = diagnosis.diagnose(shipped, ask(text), "timeout")
    assert found is not None
    assert found.suggestion is None


@pytest.mark.parametrize("symptom", ["empty", "timeout"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT",
        "SELECT * {",
        "SELECT * { ?s ?p }",
        "SELECT * { ?s a nope:x }",
        "SELECT * { ?s a cg:Nope {| cg:p 1 |} }",
        "SELECT * { SERVICE <http://localhost/> { ?s a cg:Nope } }",
        "INSERT DATA { <urn:a> <urn:b> 1 }",
        "ASK " + "{" * 40 + "}" * 40,
        "ASK { ?s a cg:Nope }" + " " * 30_000,
        "ASK { ?s " + "(" * 3_000 + "cg:p" + ")" * 3_000 + " ?o }",
        "ASK { ?s a \\u0063g:Nope }",
        "\ud800",
    ],
)
def test_what_is_not_understood_has_no_diagnosis(
    shipped: Evaluator, ask: Callable[..., object], text: str, symptom: str
) -> None:
    """Nothing is raised, whatever the text."""
    assert diagnosis.diagnose(shipped, ask(text), symptom) is None


def test_diagnosis_stops_by_its_own_clock(shipped: Evaluator, ask: Callable[..., object]) -> None:
    """What is known by then is told; nothing waits for the deadline from outside."""
    patterns = " . ".join(f"?s{n} ?p{n} ?o{n}" for n in range(150))
    began = time.monotonic()
    diagnosis.diagnose(shipped, ask(f"SELECT * {{ {patterns} . ?z a cg:Nope }}"), "empty")
    assert time.monotonic() - began < 2 * diagnosis.SECONDS


def test_warm_up_leaves_nothing_to_import() -> None:
    """A worker can open no file, so that nothing may be imported after."""
    diagnosis.warm_up()
