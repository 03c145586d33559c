"""Scopes: which triples a rule can look at, or that it may look at any."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausegraph.build import rules
from clausegraph.build.rules import Rule
from clausegraph.stores.scopes import Scope, made, scope
from clausegraph.vocabulary import CG, RDF, SKOS


def read(where: str) -> Scope | None:
    """Return the scope of a rule with these patterns."""
    prologue = f"PREFIX cg: <{CG}>\n# A rule.\nCONSTRUCT {{ ?s ?any cg:Made }}\n"
    return scope(Rule("made", Path("10-made.rq"), f"{prologue}WHERE {{ {where} }}"))


def cg(*names: str) -> set[bytes]:
    """Terms of ours as they stand in lines."""
    return {f"<{CG}{name}>".encode() for name in names}


@pytest.mark.parametrize("rule", rules.load(), ids=lambda rule: rule.name)
def test_scope_of_each_shipped_rule_is_known(rule: Rule) -> None:
    """Else the rule runs over a store on disk of all there is."""
    found = scope(rule)
    assert found is not None
    assert found.predicates or found.classes or found.all_types


@pytest.mark.parametrize(
    ("where", "predicates"),
    [
        ("?s cg:a ?o", cg("a")),
        ("?s cg:a ?o ; cg:b 'x' . ?o cg:c true .", cg("a", "b", "c")),
        (f"?s <{SKOS}broader>+ ?o", {f"<{SKOS}broader>".encode()}),
        ("?s cg:a|^cg:b/cg:c ?o", cg("a", "b", "c")),
        ("OPTIONAL { ?s cg:a ?o } MINUS { ?s cg:b cg:c }", cg("a", "b")),
        ("?s cg:a ?o BIND(STR(?o) AS ?t) FILTER(?t > '1' && cg:b(?t)) ?s cg:c ?t", cg("a", "c")),
        ("FILTER NOT EXISTS { ?s cg:a ?o } ?s cg:b ?o", cg("a", "b")),
        ("VALUES ?o { cg:x cg:y } ?s cg:a ?o", cg("a")),
        ("{ SELECT ?s (MAX(?o) AS ?m) WHERE { ?s cg:a ?o } GROUP BY ?s } ?s cg:b ?m", cg("a", "b")),
        ("{ ?s cg:a ?o } UNION { ?s cg:b ?o }", cg("a", "b")),
    ],
)
def test_predicates_of_all_patterns_are_found(where: str, predicates: set[bytes]) -> None:
    found = read(where)
    assert found is not None
    assert (found.predicates, found.classes, found.all_types) == (predicates, set(), False)


def test_type_with_a_class_is_that_class_and_with_a_variable_any() -> None:
    assert read("?s a cg:Clause") == Scope(set(), cg("Clause"), all_types=False)
    assert read("VALUES ?k { cg:Clause } ?s a ?k") == Scope(set(), set(), all_types=True)
    assert read("?s a/cg:a cg:Clause") == Scope(cg("a"), set(), all_types=True)


@pytest.mark.parametrize(
    "where",
    [
        "?s ?p ?o",
        "?s cg:a* ?o",
        "?s cg:a? ?o",
        "?s !cg:a ?o",
        "GRAPH ?g { ?s cg:a ?o }",
        "?s cg:a ?o, ?q",
        "?s cg:a [ cg:b ?o ]",
        "?s cg:a ( ?o )",
        "?s <relative> ?o",
        "?s unknown:a ?o",
        "FILTER(EXISTS { ?s ?p ?o }) ?s cg:a ?o",
        "?s <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ?o",
    ],
)
def test_what_may_look_at_anything_has_no_scope(where: str) -> None:
    assert read(where) is None


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("?s cg:a ?o", Scope(cg("a"))),
        ("?s cg:a ?o ; cg:b 'x', 'y' . ?o a cg:Clause .", None),
        ("?s cg:a ?o ; cg:b 'x' . ?o a cg:Clause .", Scope(cg("a", "b"), cg("Clause"))),
        ("?s a ?kind", Scope(all_types=True)),
        ("?s ?any ?o", None),
        (f"?s <{RDF}type> ?o", None),
        ("?s cg:a [ cg:b ?o ]", None),
        ("?s cg:a ( ?o )", None),
    ],
)
def test_what_a_rule_makes_is_read_from_its_template(template: str, expected: Scope | None) -> None:
    """Nothing is told of a template that may make any triple."""
    text = f"PREFIX cg: <{CG}>\nCONSTRUCT {{ {template} }} WHERE {{ ?s cg:z ?o }}"
    assert made(Rule("made", Path("10-made.rq"), text)) == expected


def test_rule_sees_what_another_one_makes() -> None:
    seeing = Scope(cg("a"), cg("Clause"))
    assert seeing.sees(Scope(cg("a", "b")))
    assert seeing.sees(Scope(set(), cg("Clause")))
    assert seeing.sees(Scope(all_types=True))
    assert not seeing.sees(Scope(cg("b"), cg("Document")))
    assert Scope(all_types=True).sees(Scope(set(), cg("Document")))
    assert not Scope(cg("a")).sees(Scope(all_types=True))
