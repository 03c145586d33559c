"""What the graph says of the source documents, against what was read in the sources by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions, Store

from clausegraph import evidence
from clausegraph.vocabulary import ID, prefixes

COMMITMENTS = "documents:ai-safety-commitments"
FRAMEWORK = "documents:ai-safety-governance-framework-v1"


def rows(store: Store, pattern: str, *names: str) -> list[tuple[str, ...]]:
    """Return the solutions of a pattern as the last parts of IRIs or as plain text, sorted."""
    text = f"SELECT DISTINCT {' '.join('?' + name for name in names)} WHERE {{ {pattern} }}"
    found = store.query(text, prefixes=dict(prefixes()))
    assert isinstance(found, QuerySolutions)
    return sorted(tuple(_local(row[name]) for name in names) for row in found)


def _local(term: object) -> str:
    value = str(getattr(term, "value", ""))
    return re.split(r"[/#]", value)[-1] if value.startswith("http") else value


def test_section_5_has_ten_clauses_in_order(store: Store) -> None:
    pattern = f"?c cg:parentClause ?s ; cg:number ?number ; cg:position ?position . ?s cg:number '5' ; cg:clauseOf {FRAMEWORK}"
    found = sorted(rows(store, pattern, "number", "position"), key=lambda row: int(row[1]))
    assert found == [(f"5.{n}", str(n)) for n in range(1, 11)]


def test_commitments_name_nine_subdomains_of_no_stated_level(store: Store) -> None:
    pattern = f"?c cg:classifies {COMMITMENTS} ; cg:concept ?risk . ?risk a cg:RiskDomain"
    codes = ["2.1", "2.2", "4.1", "4.2", "4.3", "6.4", "6.5", "7.3", "7.4"]
    assert rows(store, pattern, "risk") == [(code,) for code in codes]
    assert rows(store, pattern + " . ?c cg:coverageLevel ?level", "risk") == []


def test_all_four_tallies_are_kept_although_they_contradict(store: Store) -> None:
    pattern = f"?t cg:tallyOf {COMMITMENTS} ; cg:minimumCount ?low ; cg:maximumCount ?high OPTIONAL {{ ?t cg:level ?level }}"
    found = rows(store, pattern, "low", "high", "level")
    assert found == [("10", "12", "3"), ("14", "14", ""), ("5", "5", "3"), ("9", "9", "2")]


def test_what_a_source_calls_not_mentioned_is_stated_absent_and_never_linked(store: Store) -> None:
    pattern = f"?c cg:classifies {COMMITMENTS} ; cg:concept ?kind ; cg:statedAbsent true . ?kind a cg:SystemKind"
    absent = rows(store, pattern, "kind")
    assert len(absent) == 5
    linked = rows(store, f"{COMMITMENTS} cg:concernsSystem ?kind", "kind")
    assert linked == [("ai-models",), ("ai-systems",)]


def test_four_companies_sign_propose_and_are_bound_and_the_list_is_open(store: Store) -> None:
    pattern = f"?p cg:participationIn {COMMITMENTS} ; cg:role ?role ; cg:actor ?actor ; cg:listComplete false"
    companies = ("alibaba", "baidu", "huawei", "tencent")
    roles = ("proposer", "signatory", "target")
    assert rows(store, pattern, "role", "actor") == [(r, c) for r in roles for c in companies]


def test_no_source_names_an_enforcer_of_any_document(store: Store) -> None:
    assert rows(store, "?document cg:enforcedBy ?actor", "document", "actor") == []
    pattern = "?p cg:role actor-role:enforcer ; cg:statedAbsent true ; cg:participationIn ?document"
    assert rows(store, pattern, "document") == [("ai-safety-commitments",)]


def test_codes_of_the_two_mitigation_pages_are_read_after_their_items(store: Store) -> None:
    pattern = f"?c cg:classifies ?clause ; cg:concept ?code ; dcterms:source ?source . ?code skos:inScheme <{ID}concept/mit-mitigation-v2>"
    found = {(clause, code) for clause, code in rows(store, pattern, "clause", "code")}
    assert found == {
        ("technological-measures", "1"),
        ("inherent-risks", "99"),
        ("application-risks", "99"),
        ("5", "2.1"),
        ("5.1", "3.1.4"),
        ("5.2", "3.1.4"),
        ("5.3", "3.1.1"),
        ("5.4", "2.1.3"),
        ("5.5", "3.3.1"),
        ("5.9", "3.3"),
    }


def test_what_a_preliminary_page_says_is_preliminary_wherever_it_shows(store: Store) -> None:
    pattern = "?s a cg:Statement ; dcterms:source ?source ; cg:reviewStatus ?status . ?source cg:reviewStatus review-status:preliminary"
    assert {status for (status,) in rows(store, pattern, "status")} == {"preliminary"}


def test_no_statement_has_a_confidence_that_no_source_gave(store: Store) -> None:
    assert rows(store, "?statement cg:confidence ?confidence", "statement") == []


def test_fine_of_the_draft_is_gone_from_the_final_text_and_other_sanctions_remain(
    store: Store,
) -> None:
    fine = "cg:enforcementType enforcement-type:fines"
    draft = f"?s cg:sanctionOf documents:generative-ai-measures-draft ; {fine} ; cg:minimumAmount ?low ; cg:maximumAmount ?high ; cg:currency ?currency"
    assert rows(store, draft, "low", "high", "currency") == [("10000", "100000", "CNY")]
    final = "?s cg:sanctionOf documents:generative-ai-measures"
    assert rows(store, f"{final} ; {fine} ; cg:statedAbsent ?absent", "absent") == [("true",)]
    assert len(rows(store, f"{final} MINUS {{ ?s cg:statedAbsent true }}", "s")) == 3


@pytest.mark.parametrize(
    ("document", "date"),
    [
        ("ai-safety-commitments", "2024-12"),
        ("ai-safety-governance-framework-v1", "2024"),
        ("ai-safety-governance-framework-v1", "2024-09"),
        ("generative-ai-measures", "2023-07-10"),
    ],
)
def test_dates_are_as_precise_as_their_source(store: Store, document: str, date: str) -> None:
    assert (date,) in rows(store, f"documents:{document} dcterms:issued ?date", "date")


def test_every_piece_of_evidence_matches_the_source_that_it_names(
    store: Store, shared: Path
) -> None:
    findings = evidence.check(store, shared / "sources")
    assert len(findings) > 50
    assert {finding.status for finding in findings} == {"ok"}


def test_only_this_project_draws_on_more_than_one_source(store: Store) -> None:
    """What somebody else states, they state in one place; putting two together is an inference."""
    pattern = "?s a cg:Statement ; dcterms:source ?one , ?two ; prov:wasAttributedTo ?agent FILTER(?one != ?two)"
    assert rows(store, pattern, "agent") == [("clausegraph",)]


def test_evidence_is_taken_from_a_source_of_its_statement(store: Store) -> None:
    pattern = "?s a cg:Statement ; cg:evidence/oa:hasSource ?held MINUS { ?s dcterms:source ?held }"
    assert rows(store, pattern, "s") == []


def test_level_1_code_of_the_other_page_is_an_inference_of_this_project(store: Store) -> None:
    """Page 001 prints the code; page 003 prints none, but gives the reason."""
    pattern = "?c cg:classifies ?clause ; cg:concept mit-mitigation-v2:1 ; prov:wasAttributedTo ?agent ; dcterms:source ?source OPTIONAL { ?c cg:rationale ?why } BIND(BOUND(?why) AS ?reason)"
    assert rows(store, pattern, "agent", "source", "reason") == [
        ("airi-navigator", "airi-navigator-a1149", "false"),
        ("clausegraph", "mitigation-page-technological-measures", "true"),
    ]


def test_term_of_a_source_stands_in_the_passage_that_is_its_evidence(
    store: Store, shared: Path
) -> None:
    pattern = "?s cg:sourceTerm ?term ; cg:evidence ?e . ?e oa:hasSource/dcterms:identifier ?file ; oa:hasSelector ?at . ?at oa:start ?start ; oa:end ?end"
    found: dict[tuple[str, str], bool] = {}
    for statement, term, file, start, end in rows(
        store, pattern, "s", "term", "file", "start", "end"
    ):
        text = (shared / "sources" / file).read_bytes().decode()
        known = found.get((statement, term), False)
        found[statement, term] = known or term in text[int(start) : int(end)]
    assert len(found) > 20
    assert [key for key, quoted in found.items() if not quoted] == []


def test_no_sentence_of_a_source_is_in_the_repository(
    root: Path, shared: Path, store: Store
) -> None:
    """Facts and short terms carry over, titles too; no other run of twelve words does."""
    known = _runs(" ".join(p.read_text("utf-8") for p in sorted((shared / "sources").iterdir())))
    pattern = "?thing dcterms:title|dcterms:alternative ?title FILTER(LANG(?title) = 'en')"
    titles = sorted((title for (title,) in rows(store, pattern, "title")), key=len, reverse=True)
    for folder in ("ontology", "shapes", "data", "queries", "api", "tests"):
        for path in (root / folder).rglob("*"):
            if path.suffix in {".ttl", ".rq", ".py", ".csv", ".html", ".jsonld"}:
                text = path.read_text("utf-8")
                if known & _runs(text):
                    for title in titles:
                        text = text.replace(title, "|")
                    assert not (known & _runs(text)), path


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[\w-]+|[|]", text.lower())
    return {tuple(words[i : i + 12]) for i in range(len(words) - 11)}
