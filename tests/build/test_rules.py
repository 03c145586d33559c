"""Named rules: what each derives, and that ontology and rules list the same properties."""

from __future__ import annotations

import calendar
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store

from clausegraph.build import rules
from clausegraph.vocabulary import CG, prefixes

RULES = {rule.name: rule for rule in rules.load()}


def derive(name: str, turtle: str) -> set[tuple[str, str, str]]:
    """Run one rule over a small graph; return what it derives, as local names."""
    store = Store()
    head = "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in prefixes().items())
    store.load((head + "@prefix e: <http://e/> .\n" + turtle).encode(), RdfFormat.TURTLE)
    triples = rules.derive(RULES[name], store)

    def local(term: object) -> str:
        return re.split(r"[/#]", str(term.value))[-1]  # type: ignore[attr-defined]

    return {(local(t.subject), local(t.predicate), local(t.object)) for t in triples}


def test_every_derived_property_has_a_rule_and_every_rule_a_known_term(store: Store) -> None:
    listed = {
        row["property"].value
        for row in store.query(
            "SELECT ?property WHERE { GRAPH <https://w3id.org/clausegraph/graph/ontology/derived>"
            " { ?property rdfs:isDefinedBy ?ontology"
            " MINUS { ?property a owl:AnnotationProperty } } }",
            prefixes=dict(prefixes()),
        )
    }
    templates = "".join(rule.text.partition("WHERE")[0] for rule in RULES.values())
    made = {CG + name for name in re.findall(r"\bcg:([a-z]\w*)", templates)}
    assert made == listed


BASE = "e:c cg:classifies e:d ; cg:concept mit-risk-domain:2.1 . "
BASE += "mit-risk-domain:2.1 a cg:RiskDomain . "


@pytest.mark.parametrize(
    "extra", ["", "e:c cg:coverageLevel coverage-3:2 .", "e:c cg:statedAbsent false ."]
)
def test_classification_that_says_covered_links_its_subject(extra: str) -> None:
    assert derive("addresses-risk", BASE + extra) == {("d", "addressesRisk", "2.1")}


@pytest.mark.parametrize(
    "extra", ["e:c cg:coverageLevel coverage-3:1 .", "e:c cg:statedAbsent true ."]
)
def test_classification_that_says_not_covered_links_nothing(extra: str) -> None:
    assert derive("addresses-risk", BASE + extra) == set()


def test_role_that_is_stated_absent_links_nobody() -> None:
    found = derive(
        "enforced-by",
        "e:p cg:participationIn e:d ; cg:role actor-role:enforcer ;"
        " cg:statedAbsent true ; cg:actor e:a .",
    )
    assert found == set()


def test_participation_without_actor_links_the_kind_of_actor() -> None:
    found = derive(
        "targets",
        "e:p cg:participationIn e:d ; cg:role actor-role:target ; cg:actorType actor-type:user .",
    )
    assert found == {("d", "targets", "user")}


def review(name: str, verdict: str, day: str) -> str:
    """Return a review of e:s."""
    return (
        f"e:{name} cg:reviewOf e:s ; cg:verdict review-verdict:{verdict} ;"
        f' dcterms:created "{day}"^^xsd:date .'
    )


STATEMENT = "e:s a cg:Statement ; cg:reviewStatus review-status:preliminary ."


def test_latest_review_decides_the_effective_status() -> None:
    reviews = review("r1", "disputed", "2026-01-01") + review("r2", "confirmed", "2026-02-01")
    found = derive("effective-review-status", STATEMENT + reviews)
    assert found == {("s", "effectiveReviewStatus", "reviewed")}


def test_statement_without_a_review_keeps_its_status() -> None:
    found = derive("effective-review-status", STATEMENT)
    assert found == {("s", "effectiveReviewStatus", "preliminary")}


def test_of_two_reviews_on_one_day_an_objection_counts() -> None:
    reviews = review("r1", "disputed", "2026-01-01") + review("r2", "confirmed", "2026-01-01")
    found = derive("effective-review-status", STATEMENT + reviews)
    assert found == {("s", "effectiveReviewStatus", "disputed")}


@given(st.dates(min_value=date(1800, 1, 1), max_value=date(2400, 12, 31)))
def test_date_bounds_are_the_first_and_last_day_of_what_is_stated(day: date) -> None:
    """XML Schema 1.1 Part 2, sections 3.3.9 to 3.3.11."""
    last = calendar.monthrange(day.year, day.month)[1]
    month, year = f"{day:%Y-%m}", f"{day:%Y}"
    found = derive(
        "date-bounds",
        f'e:d cg:date "{day}"^^xsd:date . e:m cg:date "{month}"^^xsd:gYearMonth .'
        f' e:y cg:date "{year}"^^xsd:gYear .',
    )
    assert found == {
        ("d", "earliestDate", str(day)),
        ("d", "latestDate", str(day)),
        ("m", "earliestDate", f"{month}-01"),
        ("m", "latestDate", f"{month}-{last}"),
        ("y", "earliestDate", f"{year}-01-01"),
        ("y", "latestDate", f"{year}-12-31"),
    }
