"""What the saved queries answer about the five source documents, fact by fact.

The expected tables were generated and then read; these tests say what was read in them.
"""

from __future__ import annotations

import pytest
from pyoxigraph import Store

from clausegraph.build import Build
from clausegraph.library import Graph, Row

COMMITMENTS = "ai-safety-commitments"
FRAMEWORK = "ai-safety-governance-framework-v1"
MEASURES = "generative-ai-measures"
DRAFT = "generative-ai-measures-draft"
OURS = {COMMITMENTS, FRAMEWORK, MEASURES, DRAFT}


@pytest.fixture(scope="module")
def graph(store: Store, built: Build) -> Graph:
    return Graph(store, built.release)


def last(row: Row, column: str) -> str | None:
    """The last part of the IRI in a column."""
    value = row[column]
    return str(value).rpartition("/")[2] if value is not None else None


def values(rows: list[Row], *columns: str) -> list[tuple[object, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


def test_question_1_all_four_are_chinese_two_of_them_by_our_inference(graph: Graph) -> None:
    rows = [row for row in graph.query("documents/overview") if last(row, "document") in OURS]
    agents = {
        last(row, "document"): (row["label"], last(row, "agent"))
        for row in rows
        if row["aspect"] == "jurisdiction"
    }
    assert agents == {
        COMMITMENTS: ("China", "clausegraph"),
        FRAMEWORK: ("China", "clausegraph"),
        MEASURES: ("China", "agora"),
        DRAFT: ("China", "agora"),
    }
    issuers = {
        (last(row, "document"), last(row, "value")) for row in rows if row["aspect"] == "issuer"
    }
    assert issuers == {
        (COMMITMENTS, None),
        (FRAMEWORK, "tc260"),
        (MEASURES, "cac"),
        (DRAFT, "cac"),
    }
    forces = {
        (last(row, "document"), row["label"]) for row in rows if row["aspect"] == "legal force"
    }
    assert forces == {
        (COMMITMENTS, "Soft Law"),
        (FRAMEWORK, None),
        (MEASURES, None),
        (DRAFT, None),
    }


def test_question_2_section_5_has_ten_clauses_and_10_comes_after_9(graph: Graph) -> None:
    rows = graph.query("clauses/of-a-section", document=FRAMEWORK, section="5").rows
    assert [row["number"] for row in rows] == [f"5.{number}" for number in range(1, 11)]


def test_question_3_only_the_measures_take_effect_in_2023(graph: Graph) -> None:
    rows = graph.query("documents/taking-effect", year=2023).rows
    assert [(last(row, "document"), str(row["date"])) for row in rows] == [(MEASURES, "2023-08-15")]


def test_question_4_only_of_the_commitments_is_it_said_that_they_bind_nobody(graph: Graph) -> None:
    rows = graph.query("documents/binding-nobody").rows
    said = [row for row in rows if row["answer"] != "no source says"]
    assert {(last(row, "document"), row["answer"], last(row, "agent")) for row in said} == {
        (COMMITMENTS, "binds nobody", "airi-navigator-language-model"),
        (COMMITMENTS, "binds nobody", "clausegraph"),
    }
    assert {last(row, "document") for row in rows} > OURS


def test_question_5_a_code_means_one_thing_a_scheme(graph: Graph) -> None:
    meant = graph.query("concepts/by-code", code="3.1.4").rows
    assert values(meant, "label", "broaderLabel") == [
        ("Compliance Requirements", "Legal & Regulatory")
    ]
    three = graph.query("concepts/by-code", code="2.1").rows
    assert [(last(row, "scheme"), row["label"]) for row in three] == [
        ("mit-mitigation-v1", "Model & Infrastructure Security"),
        ("mit-mitigation-v2", "Oversight & Accountability"),
        (
            "mit-risk-domain",
            "Compromise of privacy by obtaining, leaking or correctly inferring sensitive "
            "information",
        ),
    ]


@pytest.mark.parametrize(
    "spelling", ["Malicious actors", "MALICIOUS ACTORS", "Malicious Actors & Misuse"]
)
def test_question_6_a_concept_is_found_by_any_spelling(spelling: str, graph: Graph) -> None:
    rows = graph.query("concepts/by-label", spelling=spelling).rows
    assert [(last(row, "scheme"), row["code"]) for row in rows] == [("mit-risk-domain", "4")]


def test_question_7_nine_subdomains_are_named_without_a_level(graph: Graph) -> None:
    rows = graph.query("risks/by-document").rows
    assert [row["code"] for row in rows] == "2.1 2.2 4.1 4.2 4.3 6.4 6.5 7.3 7.4".split()
    assert {(last(row, "document"), row["level"], row["status"]) for row in rows} == {
        (COMMITMENTS, None, "unreviewed")
    }


def test_question_8_the_other_fifteen_may_be_among_the_five_that_nobody_names(
    graph: Graph,
) -> None:
    """One page counts 14 covered subdomains and names nine."""
    rows = graph.query("risks/gaps").rows
    assert len({row["code"] for row in rows}) == 24
    of_one = [row for row in rows if last(row, "document") == COMMITMENTS]
    named = {row["code"] for row in of_one if row["finding"] == "addressed"}
    open_ = {
        row["code"] for row in of_one if row["finding"] == "assessed, covered set partly unknown"
    }
    assert (len(named), len(open_), named & open_) == (9, 15, set())
    rest = [row for row in rows if last(row, "document") != COMMITMENTS]
    assert {(last(row, "document"), row["finding"], row["status"]) for row in rest} == {
        (FRAMEWORK, "only its domain named", "preliminary")
    }
    assert [row["code"] for row in rest] == "7.1 7.2 7.3 7.4 7.5 7.6".split()


def test_question_9_subdomains_and_whole_domains_are_told_apart(graph: Graph) -> None:
    rows = graph.query("risks/domains-by-document").rows
    domains = [f"domain{number}" for number in range(1, 8)]
    matrix = {
        (last(row, "document"), row["granularity"], row["status"]): [
            row[domain] for domain in domains
        ]
        for row in rows
    }
    assert matrix == {
        (COMMITMENTS, "subdomain", "unreviewed"): [0, 2, 0, 3, 0, 2, 2],
        (FRAMEWORK, "domain", "preliminary"): [0, 0, 0, 0, 0, 0, 1],
    }


def test_question_9_has_a_column_for_each_top_concept_of_the_scheme(graph: Graph) -> None:
    columns = graph.query("risks/domains-by-document").columns
    top = graph.query(
        "SELECT ?code WHERE { ?risk a cg:RiskDomain . ?risk skos:notation ?code ."
        " MINUS { ?risk skos:broader ?domain } }"
    )
    assert {f"domain{row['code']}" for row in top} == set(columns[3:])


def test_question_10_ten_to_twelve_good_ones_disagree_with_five(graph: Graph) -> None:
    rows = graph.query("provenance/disagreements").rows
    assert values(rows, "matter", "claim", "otherClaim") == [("count", "5", "10 to 12")]


def test_question_11_no_enforcer_is_stated_and_the_monitor_is_no_body(graph: Graph) -> None:
    rows = graph.query("actors/roles", document=COMMITMENTS).rows
    by_role = {
        role: [
            (last(row, "party"), row["sourceTerm"], row["statedAbsent"])
            for row in rows
            if last(row, "role") == role
        ]
        for role in ("enforcer", "monitor", "proposer", "signatory", "target")
    }
    companies = [(name, None, None) for name in ("alibaba", "baidu", "huawei", "tencent")]
    assert by_role == {
        "enforcer": [(None, None, True)],
        "monitor": [(None, "all stakeholders", None)],
        "proposer": companies,
        "signatory": companies,
        "target": companies,
    }
    assert {row["listComplete"] for row in rows if row["name"]} == {False}


def test_question_12_only_of_the_commitments_is_the_absence_stated(graph: Graph) -> None:
    rows = graph.query("actors/no-enforcer").rows
    findings = {last(row, "document"): row["finding"] for row in rows}
    assert findings.pop(COMMITMENTS) == "stated that there is none"
    assert set(findings.values()) == {"nothing is said"}
    assert {*findings, COMMITMENTS} > OURS


def test_question_13_four_companies_play_three_roles_each(graph: Graph) -> None:
    rows = graph.query("actors/several-roles").rows
    played = [(row["name"], last(row, "role")) for row in rows]
    assert played == [
        (name, role)
        for name in ("Alibaba", "Baidu", "Huawei", "Tencent")
        for role in ("proposer", "signatory", "target")
    ]


def test_question_14_the_fine_is_gone_and_other_sanctions_remain(graph: Graph) -> None:
    rows = graph.query("enforcement/draft-and-final", final=MEASURES).rows
    fines = [row for row in rows if row["type"] == "Fines"]
    assert values(fines, "text", "finding", "minimum", "maximum", "currency") == [
        ("draft", "provided for", 10000, 100000, "CNY"),
        ("final", "stated absent", 10000, 100000, "CNY"),
    ]
    remaining = [row for row in rows if row not in fines]
    assert {(row["text"], row["finding"], last(row, "agent")) for row in remaining} == {
        ("final", "provided for", "agora")
    }


def test_question_15_information_is_primary_and_two_sectors_fit_loosely(graph: Graph) -> None:
    rows = graph.query("sectors/by-document", document=COMMITMENTS).rows
    found = [
        (last(row, "sector"), row["score"], row["salience"], row["sourceTerm"]) for row in rows
    ]
    assert found == [
        ("s01", 2, "other", "industry/manufacturing"),
        ("s03", None, "primary", None),
        ("s04", 2, "other", None),
        ("s06", 2, "other", "law"),
        ("s09", 2, "other", None),
        ("s10", 2, "other", None),
    ]
    assert [row["loose"] for row in rows] == [True, False, False, True, False, False]


def test_question_16_two_clauses_span_several_stages_and_one_stands_outside(graph: Graph) -> None:
    rows = graph.query("lifecycle/several-or-outside").rows
    assert {(last(row, "clause"), row["finding"], row["status"]) for row in rows} == {
        ("5.1", "several stages", "unreviewed"),
        ("technological-measures", "several stages", "preliminary"),
        ("5.9", "outside the life cycle", "preliminary"),
    }


def test_question_17_only_5_1_speaks_of_a_compute_threshold(graph: Graph) -> None:
    rows = graph.query("clauses/by-system-kind").rows
    assert [last(row, "clause") for row in rows] == ["5.1"]


def test_question_18_clauses_of_version_2_are_counted_with_the_children(graph: Graph) -> None:
    rows = graph.query("mitigations/clauses-per-category", scheme="mit-mitigation-v2").rows
    counts = {row["code"]: (row["clauses"], row["preliminary"]) for row in rows}
    assert {code: count for code, count in counts.items() if count != (0, 0)} == {
        "2.1": (2, 2),
        "3.1": (3, 3),
        "3.3": (2, 2),
    }
    assert len(counts) == 9


def test_question_18_all_measures_but_the_five_at_the_first_level_are_counted(
    graph: Graph,
) -> None:
    rows = graph.query("mitigations/clauses-per-category", scheme="mit-mitigation-v1").rows
    assert len(rows) == 23
    assert sum(int(str(row["clauses"])) for row in rows) == 820 - 5


def test_question_19_a_reason_is_given_for_one_item_and_for_no_other(graph: Graph) -> None:
    rows = graph.query("mitigations/unspecific").rows
    of_ours = {
        (last(row, "clause"), row["code"], row["rationale"] is not None)
        for row in rows
        if last(row, "document") == FRAMEWORK
    }
    assert of_ours == {
        ("technological-measures", "1", False),
        ("technological-measures", "1", True),
        ("inherent-risks", "99", False),
        ("application-risks", "99", False),
    }
    assert len([row for row in rows if last(row, "document") != FRAMEWORK]) == 5


def test_question_20_mitigation_function_and_actor_of_two_clauses(graph: Graph) -> None:
    rows = graph.query("mitigations/by-function-and-actor").rows
    together = [
        tuple(last(row, column) for column in ("function", "actorType", "mitigation", "clause"))
        for row in rows
    ]
    assert together == [
        ("govern", "governance", "3.3", "5.9"),
        ("manage", "other-multiple", "1", "technological-measures"),
    ]


def test_question_21_nothing_was_reviewed_and_the_820_were_mapped_by_hand(graph: Graph) -> None:
    rows = graph.query("provenance/review-coverage").rows
    assert all(row["neverReviewed"] == row["classifications"] for row in rows)
    by_hand = [row for row in rows if row["activityKind"] == "manual"]
    assert [(row["classifications"], str(row["time"])) for row in by_hand] == [(820, "2026-02-23")]
    by_machine = {last(row, "source") for row in rows if row["activityKind"] == "machine"}
    assert by_machine == {"airi-navigator-1831"}
    others = [row for row in rows if row not in by_hand]
    assert {(row["time"], row["confidence"]) for row in others} == {(None, None)}


def test_question_21_single_classifications_add_up_to_the_coverage(graph: Graph) -> None:
    rows = graph.query("provenance/classifications", document=COMMITMENTS).rows
    by_model = [row for row in rows if last(row, "agent") == "airi-navigator-language-model"]
    coverage = graph.query("provenance/review-coverage", agent="airi-navigator-language-model")
    assert len(by_model) == coverage.rows[0]["classifications"]
    assert {row["neverReviewed"] for row in rows} == {True}


def test_question_22_all_evidence_matches_the_digest_of_its_source(graph: Graph) -> None:
    rows = graph.query("evidence/of-statements").rows
    assert {row["finding"] for row in rows} == {"current"}
    assert {last(row, "document") for row in rows} == OURS


def test_question_23_the_walk_breaks_off_at_every_mitigation_of_version_2(graph: Graph) -> None:
    rows = graph.query("mappings/walk", document=FRAMEWORK).rows
    v2 = [row for row in rows if "/mit-mitigation-v2/" in str(row["concept"])]
    assert {row["breaksOff"] for row in v2} == {"at the concept, which has no mapping"}
    assert len(v2) == 10
    arrived = {row["match"] for row in rows if row["breaksOff"] == ""}
    assert {"https://w3id.org/dpv#Recommendation", "https://w3id.org/dpv/ai#AISystemRisk"} < arrived


def test_question_23_the_walk_leads_from_version_1_to_version_2(graph: Graph) -> None:
    rows = graph.query("mappings/walk", document="barrett2024").rows
    steps = {(last(row, "concept"), last(row, "match"), row["breaksOff"]) for row in rows}
    assert ("1.1", "2.1.1", "at the match, which has no mapping") in steps


def test_question_24_everything_in_the_first_release_is_added(graph: Graph) -> None:
    assert {row["event"] for row in graph.query("releases/changes")} == {"added"}
    assert graph.query("releases/changes", since="2999-01-01").rows == ()


def test_question_25_no_two_classifiers_differ_in_what_ships(graph: Graph) -> None:
    assert graph.query("provenance/differing-classifiers").rows == ()
