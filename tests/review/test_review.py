"""A person's verdict on a statement: a file of its own, never overwritten."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Triple

from clausegraph.build import Build, build
from clausegraph.errors import UsageError, outcome
from clausegraph.review import (
    Person,
    Verdict,
    find_statement,
    statements_in,
    write_review,
)
from clausegraph.vocabulary import GRAPH, ID
from helpers import facts

STATEMENT = ID + "document/made-up/classification/5.1-mit-risk-domain-2.1-made-up"
SOURCE = ID + "source/made-up"
ADA = Person("Ada Example", "https://orcid.org/0000-0001")
DAY = datetime.date(2026, 11, 21)
# The parts of an IRI below id/ as the shapes have them.
SLUG = re.compile(r"[a-z0-9][a-z0-9.-]*")


def verdict(statement: str = STATEMENT, person: Person = ADA, day: datetime.date = DAY) -> Verdict:
    return Verdict(statement, "confirmed", "It says so.", person, day)


def test_review_says_of_what_by_whom_when_and_why(tmp_path: Path) -> None:
    path = write_review(verdict(), [SOURCE], tmp_path)
    slug = "made-up-classification-5.1-mit-risk-domain-2.1-made-up-ada-example-2026-11-21"
    assert path == tmp_path / "reviews" / f"{slug}.ttl"
    assert facts(path) == {
        f"review/{slug} rdf:type cg:Review",
        f"review/{slug} cg:reviewOf {STATEMENT.removeprefix(ID)}",
        f"review/{slug} cg:verdict review-verdict:confirmed",
        f'review/{slug} cg:rationale "It says so."@en',
        f'review/{slug} dcterms:created "2026-11-21"^^<http://www.w3.org/2001/XMLSchema#date>',
        f"review/{slug} prov:wasAttributedTo actor/ada-example",
        f"review/{slug} prov:wasGeneratedBy activity/review",
        "actor/ada-example rdf:type cg:Actor",
        "actor/ada-example rdf:type prov:Person",
        'actor/ada-example dcterms:title "Ada Example"@en',
        "actor/ada-example schema:url https://orcid.org/0000-0001",
        "activity/review rdf:type prov:Activity",
        "activity/review cg:activityKind activity-kind:manual",
        'activity/review dcterms:title "Review by a person"@en',
        f"{GRAPH}data/reviews/{slug} rdf:type prov:Entity",
        f"{GRAPH}data/reviews/{slug} dcterms:source source/made-up",
        f"{GRAPH}data/reviews/{slug} prov:wasAttributedTo actor/ada-example",
        f"{GRAPH}data/reviews/{slug} prov:wasGeneratedBy activity/review",
    }


def test_review_of_the_same_person_statement_and_day_is_refused(tmp_path: Path) -> None:
    path = write_review(verdict(), [SOURCE], tmp_path)
    before = path.read_bytes()
    again = Verdict(STATEMENT, "disputed", "On second thought.", ADA, DAY)
    with pytest.raises(UsageError, match="reviewed this statement on 2026-11-21 already") as caught:
        write_review(again, [SOURCE], tmp_path)
    assert caught.value.file == path
    assert path.read_bytes() == before


def test_another_person_day_or_statement_is_another_review(tmp_path: Path) -> None:
    reviews = [
        verdict(),
        verdict(person=Person("Bob Example")),
        verdict(day=DAY + datetime.timedelta(days=1)),
        verdict(statement=STATEMENT + "-2"),
    ]
    assert len({write_review(review, [SOURCE], tmp_path) for review in reviews}) == 4


def test_language_of_the_reason_is_kept(tmp_path: Path) -> None:
    review = Verdict(STATEMENT, "disputed", "理由", Person("李雷"), DAY, "zh")
    found = facts(write_review(review, [SOURCE], tmp_path))
    assert any(fact.endswith('cg:rationale "理由"@zh') for fact in found)
    assert any(fact.endswith('dcterms:title "李雷"@zh') for fact in found)


@pytest.mark.parametrize(
    ("review", "message"),
    [
        (Verdict(STATEMENT, "maybe", "x", ADA, DAY), "'maybe' is no verdict"),  # type: ignore[arg-type]
        (Verdict(STATEMENT, "confirmed", " ", ADA, DAY), "No reason"),
        (Verdict(STATEMENT, "confirmed", "x", Person(" "), DAY), "Nobody is named"),
        (Verdict(STATEMENT, "confirmed", "x", Person("A", "0000-0001"), DAY), "no web address"),
        (Verdict(STATEMENT, "confirmed", "x", Person("A", "https://a b"), DAY), "no web address"),
        (Verdict(STATEMENT, "confirmed", "x", ADA, DAY, "English!"), "no language tag"),
    ],
)
def test_review_with_a_gap_is_refused_and_nothing_is_written(
    tmp_path: Path, review: Verdict, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        write_review(review, [SOURCE], tmp_path)
    assert not list(tmp_path.iterdir())


@given(st.text(min_size=1))
def test_every_name_makes_a_slug(name: str) -> None:
    assert SLUG.fullmatch(Person(name).slug)


def test_accents_are_dropped_and_names_in_other_scripts_told_apart() -> None:
    assert Person("Zoë Ünal").slug == "zoe-unal"
    assert Person("李雷").slug != Person("韩梅梅").slug


@given(st.text(st.characters(codec="ascii"), max_size=400))
def test_name_of_the_file_is_never_too_long_for_a_file_system(local: str) -> None:
    review = verdict(statement=f"{ID}document/made-up/classification/x{local}")
    assert SLUG.fullmatch(review.slug)
    assert len(review.slug) < 200


def test_long_statements_that_begin_alike_have_reviews_of_their_own() -> None:
    start = STATEMENT + "-long" * 40
    assert verdict(start + "-a").slug != verdict(start + "-b").slug


@pytest.mark.parametrize(
    "name",
    [
        STATEMENT,
        f"<{STATEMENT}>",
        STATEMENT.replace("https://w3id.org/clausegraph", ""),
        STATEMENT.replace("https://w3id.org/clausegraph/id", "/doc"),
        STATEMENT.replace(ID + "document/", "documents:"),
        f"<{STATEMENT.removeprefix(ID)}>",
    ],
)
def test_statement_may_be_named_in_any_usual_way(name: str) -> None:
    assert find_statement(name, [STATEMENT, STATEMENT + "-2"]) == STATEMENT


def test_unknown_statement_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="There is no statement") as caught:
        find_statement(STATEMENT[:-1], [STATEMENT, ID + "document/far/away"])
    assert "/id/document/made-up/classification/5.1-mit-risk-domain-2.1-made-up." in str(
        caught.value
    )
    assert outcome(caught.value).exit_code == 2


def test_what_is_not_a_statement_cannot_be_reviewed(built: Build) -> None:
    statements = statements_in(t for graph in built.graphs.values() for t in graph)
    with pytest.raises(UsageError, match="There is no statement"):
        find_statement("/id/document/nist2024/clause/a0414", statements)


def test_statements_of_the_graph_come_with_their_sources(built: Build) -> None:
    statements = statements_in(t for graph in built.graphs.values() for t in graph)
    name = "a0414-mit-mitigation-v1-1.1-mit-ai-risk-mitigation-mappings"
    found = statements[f"{ID}document/nist2024/classification/{name}"]
    assert found == {ID + "source/mit-ai-risk-mitigation-mappings"}
    assert all(statements.values())


def test_review_changes_the_effective_status_of_its_statement(tmp_path: Path, root: Path) -> None:
    """The stated status stays as it was made; the latest review decides the effective one."""
    documents = root / "data" / "imported" / "mit-ai-risk-mitigation-mappings"
    name = "a0276-mit-mitigation-v1-1.2-mit-ai-risk-mitigation-mappings"
    iri = f"{ID}document/campos2025/classification/{name}"
    write_review(Verdict(iri, "confirmed", "It fits.", ADA, DAY), [SOURCE_OF_SET], tmp_path)
    given = [documents, tmp_path]
    triples = {t for graph in build(given).graphs.values() for t in graph}
    statuses = {t.predicate.value.rpartition("#")[2]: t.object for t in _statuses(triples, iri)}
    assert statuses == {
        "reviewStatus": NamedNode(ID + "concept/review-status/unreviewed"),
        "effectiveReviewStatus": NamedNode(ID + "concept/review-status/reviewed"),
    }


SOURCE_OF_SET = ID + "source/mit-ai-risk-mitigation-mappings"


def _statuses(triples: set[Triple], iri: str) -> list[Triple]:
    return [
        triple
        for triple in triples
        if triple.subject == NamedNode(iri) and triple.predicate.value.endswith("eviewStatus")
    ]
