"""What the saved queries answer where the shipped graph has no case: over small graphs of our own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clausegraph import library
from clausegraph.library import Graph, Result

PREFIXES = """
@base <https://w3id.org/clausegraph/id/> .
@prefix actor-role: <https://w3id.org/clausegraph/id/concept/actor-role/> .
@prefix cg: <https://w3id.org/clausegraph/ontology#> .
@prefix coverage-3: <https://w3id.org/clausegraph/id/concept/coverage-3/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix legal-force: <https://w3id.org/clausegraph/id/concept/legal-force/> .
@prefix milestone-kind: <https://w3id.org/clausegraph/id/concept/milestone-kind/> .
@prefix mit-mitigation-v2: <https://w3id.org/clausegraph/id/concept/mit-mitigation-v2/> .
@prefix mit-risk-domain: <https://w3id.org/clausegraph/id/concept/mit-risk-domain/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix review-status: <https://w3id.org/clausegraph/id/concept/review-status/> .
@prefix review-verdict: <https://w3id.org/clausegraph/id/concept/review-verdict/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<document/a> a cg:Document ; dcterms:title "A"@en .
<document/b> a cg:Document ; dcterms:title "B"@en .
<document/a/clause/1> a cg:Clause ; cg:clauseOf <document/a> .
"""
MADE_BY = """
    cg:reviewStatus review-status:unreviewed ; dcterms:source <source/clausegraph> ;
    prov:wasAttributedTo <actor/clausegraph> ; prov:wasGeneratedBy <activity/inference> .
"""
MADE_BY_AGORA = """
    cg:reviewStatus review-status:preliminary ; dcterms:source <source/agora> ;
    prov:wasAttributedTo <actor/agora> ; prov:wasGeneratedBy <activity/agora-annotation> .
"""

Open = Callable[[str], Graph]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """Open a graph of two documents, one with a clause, and of what is said in Turtle."""

    def open_graph(turtle: str) -> Graph:
        path = tmp_path / "case.ttl"
        path.write_text(PREFIXES + turtle, encoding="utf-8")
        return library.open([path])

    return open_graph


def classification(local: str, subject: str, concept: str, more: str = "") -> str:
    """A classification of ours."""
    return (
        f"<document/a/classification/{local}> a cg:Classification ;"
        f" cg:classifies <document/{subject}> ; cg:concept {concept} ; {more} {MADE_BY}"
    )


def tally(local: str, low: int, high: int, more: str = "") -> str:
    """A count of the risk subdomains of document a."""
    return (
        f"<document/a/tally/{local}> a cg:Tally ; cg:tallyOf <document/a> ;"
        f" cg:scheme <concept/mit-risk-domain> ; cg:minimumCount {low} ; cg:maximumCount {high} ;"
        f" cg:approximate false ; {more} {MADE_BY}"
    )


def column(result: Result, *names: str) -> list[tuple[object, ...]]:
    return [
        tuple(
            str(row[name]).removeprefix("https://w3id.org/clausegraph/id/")
            if row[name] is not None
            else None
            for name in names
        )
        for row in result
    ]


@pytest.mark.parametrize(
    ("force", "more", "answer"),
    [
        ("hard-law", "", "binds"),
        ("hard-law", "cg:statedAbsent true ;", "binds nobody"),
        ("soft-law", "", "binds nobody"),
        ("soft-law", "cg:statedAbsent true ;", "no source says"),
        ("other", "", "binds in part or by other means"),
    ],
)
def test_a_document_of_which_nothing_is_said_is_not_said_to_bind(
    force: str, more: str, answer: str, opened: Open
) -> None:
    graph = opened(classification("force", "a", f"legal-force:{force}", more))
    assert column(graph.query("documents/binding-nobody"), "document", "answer") == [
        ("document/a", answer),
        ("document/b", "no source says"),
    ]


def test_a_year_takes_in_a_date_that_is_known_to_the_year_only(opened: Open) -> None:
    graph = opened(
        "<document/a/milestone/x> a cg:Milestone ; cg:milestoneOf <document/a> ;"
        ' cg:milestoneKind milestone-kind:effective ; cg:date "2025"^^xsd:gYear ;' + MADE_BY
    )
    found = graph.query("documents/taking-effect", year=2025)
    assert column(found, "date", "earliest", "latest") == [("2025", "2025-01-01", "2025-12-31")]
    assert not graph.query("documents/taking-effect", year=2024)


def gap(graph: Graph, code: str) -> list[tuple[object, ...]]:
    return column(graph.query("risks/gaps", code=code), "finding", "document")


def test_nobody_looked_where_no_statement_is_made(opened: Open) -> None:
    graph = opened("")
    assert {finding for finding, _ in column(graph.query("risks/gaps"), "finding", "document")} == {
        "nobody looked"
    }
    assert len(graph.query("risks/gaps")) == 24


@pytest.mark.parametrize("denial", ["cg:coverageLevel coverage-3:1 ;", "cg:statedAbsent true ;"])
def test_assessed_and_not_covered_is_told_from_nobody_looked(denial: str, opened: Open) -> None:
    graph = opened(classification("risk", "a", "mit-risk-domain:5.1", denial))
    assert gap(graph, "5.1") == [("assessed, not covered", "document/a")]
    assert gap(graph, "5.2") == [("nobody looked", None)]


def test_a_clause_addresses_a_subdomain_for_its_document(opened: Open) -> None:
    graph = opened(classification("risk", "a/clause/1", "mit-risk-domain:5.1"))
    assert gap(graph, "5.1") == [("addressed", "document/a")]


def test_a_count_above_the_named_ones_leaves_the_rest_open(opened: Open) -> None:
    named = classification("risk", "a", "mit-risk-domain:5.1")
    graph = opened(named + tally("all", 2, 2))
    assert gap(graph, "5.1") == [("addressed", "document/a")]
    assert gap(graph, "5.2") == [("assessed, covered set partly unknown", "document/a")]


def test_a_count_that_the_named_ones_exhaust_says_that_the_rest_is_not_covered(
    opened: Open,
) -> None:
    named = classification("risk", "a", "mit-risk-domain:5.1")
    graph = opened(named + tally("all", 1, 1))
    assert gap(graph, "5.2") == [("assessed, not covered", "document/a")]


def test_a_count_of_one_level_alone_leaves_the_rest_open(opened: Open) -> None:
    named = classification("risk", "a", "mit-risk-domain:5.1")
    graph = opened(named + tally("good", 1, 1, "cg:level coverage-3:3 ;"))
    assert gap(graph, "5.2") == [("assessed, covered set partly unknown", "document/a")]


def test_each_kind_of_disagreement_is_found_once(opened: Open) -> None:
    graph = opened(
        tally("few", 1, 3)
        + tally("many", 5, 5)
        + tally("some", 3, 5)
        + classification("low", "a", "mit-risk-domain:5.1", "cg:coverageLevel coverage-3:2 ;")
        + classification("high", "a", "mit-risk-domain:5.1", "cg:coverageLevel coverage-3:3 ;")
        + classification("no", "a", "mit-risk-domain:5.2", "cg:statedAbsent true ;")
        + classification("yes", "a", "mit-risk-domain:5.2")
        + "<document/a/participation/none> a cg:Participation ; cg:statedAbsent true ;"
        " cg:participationIn <document/a> ; cg:role actor-role:enforcer ;"
        + MADE_BY
        + "<document/a/participation/one> a cg:Participation ; cg:actor <actor/agora> ;"
        " cg:participationIn <document/a> ; cg:role actor-role:enforcer ;"
        + MADE_BY
        + "<document/a/milestone/early> a cg:Milestone ; cg:milestoneOf <document/a> ;"
        ' cg:milestoneKind milestone-kind:issued ; cg:date "2024"^^xsd:gYear ;'
        + MADE_BY
        + "<document/a/milestone/late> a cg:Milestone ; cg:milestoneOf <document/a> ;"
        ' cg:milestoneKind milestone-kind:issued ; cg:date "2025-02"^^xsd:gYearMonth ;' + MADE_BY
    )
    found = graph.query("provenance/disagreements")
    assert column(found, "matter", "claim", "otherClaim") == [
        ("count", "1 to 3", "5"),
        ("coverage level", "2", "3"),
        ("date", "2024", "2025-02"),
        ("presence", "absent", "present"),
        ("role", "nobody", "somebody"),
    ]


def test_dates_of_which_one_holds_the_other_agree(opened: Open) -> None:
    graph = opened(
        "<document/a/milestone/year> a cg:Milestone ; cg:milestoneOf <document/a> ;"
        ' cg:milestoneKind milestone-kind:issued ; cg:date "2024"^^xsd:gYear ;'
        + MADE_BY
        + "<document/a/milestone/month> a cg:Milestone ; cg:milestoneOf <document/a> ;"
        ' cg:milestoneKind milestone-kind:issued ; cg:date "2024-12"^^xsd:gYearMonth ;' + MADE_BY
    )
    assert not graph.query("provenance/disagreements")


def test_a_document_with_an_enforcer_has_no_row(opened: Open) -> None:
    graph = opened(
        "<document/a/participation/one> a cg:Participation ; cg:actor <actor/agora> ;"
        " cg:participationIn <document/a/clause/1> ; cg:role actor-role:enforcer ;" + MADE_BY
    )
    assert column(graph.query("actors/no-enforcer"), "document") == [("document/b",)]


def test_counts_tell_the_review_statuses_apart(opened: Open) -> None:
    graph = opened(
        classification("x", "a/clause/1", "mit-mitigation-v2:3.1.4")
        + "<document/a/classification/y> a cg:Classification ;"
        " cg:classifies <document/a/clause/1> ; cg:concept mit-mitigation-v2:3.1.1 ;"
        + MADE_BY_AGORA
        + "<review/x> a cg:Review ; cg:reviewOf <document/a/classification/x> ;"
        ' cg:verdict review-verdict:confirmed ; cg:rationale "Read."@en ;'
        ' prov:wasAttributedTo <actor/agora> ; dcterms:created "2026-11-22"^^xsd:date .'
    )
    found = graph.query("mitigations/clauses-per-category", scheme="mit-mitigation-v2")
    names = ("code", "clauses", "preliminary", "unreviewed", "reviewed", "disputed")
    assert [row for row in column(found, *names) if row[0] == "3.1"] == [
        ("3.1", "1", "1", "0", "1", "0")
    ]
    coverage = graph.query("provenance/review-coverage")
    assert column(coverage, "agent", "status", "classifications", "neverReviewed") == [
        ("actor/agora", "preliminary", "1", "1"),
        ("actor/clausegraph", "reviewed", "1", "0"),
    ]


def test_evidence_taken_from_another_file_is_out_of_date(opened: Open) -> None:
    def evidence(name: str, source: str, digest: str) -> str:
        return (
            f"<document/a/evidence/{name}> a oa:SpecificResource ;"
            f' oa:hasSource <source/{source}> ; cg:fileDigest "{digest}" ; cg:quoteDigest "00" ;'
            f" oa:hasSelector <document/a/evidence/{name}#selector> ."
            f"<document/a/evidence/{name}#selector> oa:start 0 ; oa:end 5 ."
        )

    graph = opened(
        evidence("old", "airi-navigator-1831", "00")
        + evidence("other", "agora", "00")
        + classification(
            "x",
            "a",
            "legal-force:other",
            "cg:evidence <document/a/evidence/old> , <document/a/evidence/other> ;",
        )
    )
    found = graph.query("evidence/of-statements")
    assert column(found, "source", "finding") == [
        ("source/agora", "source without digest"),
        ("source/airi-navigator-1831", "out of date"),
    ]
    assert len(graph.query("evidence/of-statements", finding="out of date")) == 1


DEPRECATED = """
<concept/mit-mitigation-v2/old> a cg:MitigationType , skos:Concept ; owl:deprecated true ;
    dcterms:isReplacedBy mit-mitigation-v2:3.1.4 ; dcterms:modified "2027-01-02"^^xsd:date ;
    skos:changeNote "Split."@en ; skos:inScheme <concept/mit-mitigation-v2> ;
    skos:notation "old" ; skos:prefLabel "Old"@en .
<concept/mit-mitigation-v2/new> a cg:MitigationType , skos:Concept ;
    dcterms:created "2027-01-02"^^xsd:date ; skos:inScheme <concept/mit-mitigation-v2> ;
    skos:notation "new" ; skos:prefLabel "New"@en .
<concept/mit-mitigation-v2/mended> a cg:MitigationType , skos:Concept ;
    dcterms:modified "2027-01-01"^^xsd:date ; skos:changeNote "Definition made clear."@en ;
    skos:inScheme <concept/mit-mitigation-v2> ; skos:notation "mended" ;
    skos:prefLabel "Mended"@en .
"""


def test_changes_name_what_is_new_changed_and_deprecated_and_who_uses_it(opened: Open) -> None:
    graph = opened(
        DEPRECATED + classification("x", "a/clause/1", "<concept/mit-mitigation-v2/old>")
    )
    found = graph.query("releases/changes", since="2027-01-01")
    names = ("event", "date", "label", "note", "successor", "user", "status")
    assert column(found, *names) == [
        ("added", "2027-01-02", "New", None, None, None, None),
        ("changed", "2027-01-01", "Mended", "Definition made clear.", None, None, None),
        (
            "deprecated",
            "2027-01-02",
            "Old",
            "Split.",
            "concept/mit-mitigation-v2/3.1.4",
            "document/a/clause/1",
            "unreviewed",
        ),
    ]
    later = graph.query("releases/changes", since="2027-01-02")
    assert column(later, "event") == [("added",), ("deprecated",)]


def test_a_deprecation_without_a_date_always_shows(opened: Open) -> None:
    undated = DEPRECATED.replace('dcterms:modified "2027-01-02"^^xsd:date ;', "")
    found = opened(undated).query("releases/changes", since="2999-01-01")
    assert column(found, "event", "label", "user") == [("deprecated", "Old", None)]


def test_classifiers_differ_where_one_gives_a_concept_that_the_other_does_not(
    opened: Open,
) -> None:
    def by_agora(local: str, concept: str) -> str:
        return (
            f"<document/a/classification/{local}> a cg:Classification ;"
            f" cg:classifies <document/a/clause/1> ; cg:concept {concept} ; {MADE_BY_AGORA}"
        )

    graph = opened(
        classification("one", "a/clause/1", "mit-mitigation-v2:3.1.1")
        + classification("two", "a/clause/1", "mit-mitigation-v2:3.1.4")
        + classification("risk", "a/clause/1", "mit-risk-domain:5.1")
        + by_agora("three", "mit-mitigation-v2:3.1.1")
    )
    found = graph.query("provenance/differing-classifiers")
    assert column(found, "concept", "agent", "otherAgent", "otherConcept", "otherStatus") == [
        (
            "concept/mit-mitigation-v2/3.1.4",
            "actor/clausegraph",
            "actor/agora",
            "concept/mit-mitigation-v2/3.1.1",
            "preliminary",
        )
    ]


@pytest.mark.parametrize(
    ("force", "more", "finding"),
    [
        ("hard-law", "", "addressed by one that is said to bind"),
        ("hard-law", "cg:statedAbsent true ;", "addressed by one that is said to bind nobody"),
        ("soft-law", "", "addressed by one that is said to bind nobody"),
        ("other", "", "addressed by one that is said to bind in part or by other means"),
        (None, "", "addressed by one of which no source says whether it binds"),
    ],
)
def test_a_risk_is_addressed_by_a_document_that_binds_where_a_source_says_so(
    opened: Open, force: str | None, more: str, finding: str
) -> None:
    """What a clause addresses counts; what is denied, or at the level of absence, does not."""
    graph = opened(
        classification("one", "a/clause/1", "mit-risk-domain:1.1")
        + classification("two", "a", "mit-risk-domain:1.2", "cg:statedAbsent true ;")
        + classification("three", "a", "mit-risk-domain:1.3", "cg:coverageLevel coverage-3:1 ;")
        + (classification("force", "a", f"legal-force:{force}", more) if force else "")
    )
    nothing = "no document is said to address it"
    found = column(graph.query("risks/addressed-by-binding"), "code", "finding", "document")
    assert found[:3] == [
        ("1.1", finding, "document/a"),
        ("1.2", nothing, None),
        ("1.3", nothing, None),
    ]
    assert {finding for _, finding, _ in found[3:]} == {nothing}
