"""A row of AGORA becomes the description of a document: facts, with who says so and how sure."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausegraph.errors import InputError
from clausegraph.importers.agora import import_agora
from importers.agora_copy import AUTHORITIES, row, run, said, write_copy

DOCUMENT = "document/agora-9001"


def ends(found: set[str], *parts: str) -> list[str]:
    """The facts that hold all of these parts."""
    return sorted(fact for fact in found if all(part in fact for part in parts))


def test_names_link_and_identifier_are_taken(tmp_path: Path) -> None:
    run(tmp_path, [row(NAME=" Made-up Act ")])
    found = said(tmp_path)
    assert f"{DOCUMENT} rdf:type cg:Document" in found
    assert f'{DOCUMENT} cg:agoraId "9001"' in found
    assert f'{DOCUMENT} dcterms:title "Made-up Act"@en' in found
    assert f'{DOCUMENT} dcterms:alternative "The Act"@en' in found
    assert f"{DOCUMENT} schema:url https://example.org/act" in found


def test_everyday_name_that_is_the_official_one_is_not_said_twice(tmp_path: Path) -> None:
    run(tmp_path, [row(OTHER_NAME="Made-up Act ")])
    assert not ends(said(tmp_path), "dcterms:alternative")


@pytest.mark.parametrize("spelling", ["True", "true", " TRUE "])
def test_true_in_any_case_is_a_tag(tmp_path: Path, spelling: str) -> None:
    tagged = row()
    tagged["Harms: Financial loss"] = spelling
    run(tmp_path, [tagged])
    local = "classification/agora-tag-harms-financial-loss-agora-import"
    found = said(tmp_path)
    assert f"{DOCUMENT}/{local} cg:concept agora-tag:harms-financial-loss" in found
    assert f"{DOCUMENT}/{local} cg:classifies {DOCUMENT}" in found


def test_tag_that_is_listed_five_times_is_one_statement(tmp_path: Path) -> None:
    """The list holds the tags of all segments, so it repeats them."""
    tagged = row("Risk factors: Bias", TAGS=";".join(["Risk factors: Bias"] * 5))
    report = run(tmp_path, [tagged])
    assert report.made["tags"] == 1
    assert not report.faults


def test_tag_with_commas_and_colons_in_its_name_is_one_tag(tmp_path: Path) -> None:
    name = "Harms: Violation of civil or human rights, including privacy"
    assert run(tmp_path, [row(name)]).made["tags"] == 1
    assert ends(said(tmp_path), "harms-violation-of-civil-or-human-rights-including-privacy")


def test_every_statement_names_source_agent_activity_and_status(tmp_path: Path) -> None:
    run(tmp_path, [row("Risk factors: Bias")])
    found = said(tmp_path)
    kinds = ("cg:Classification", "cg:Milestone", "cg:Participation")
    statements = [fact.split()[0] for fact in found if fact.endswith(kinds)]
    assert len(statements) == 1 + 1 + 1 + 1 + 1 + 2 + 1
    for statement in statements:
        assert f"{statement} dcterms:source source/agora" in found
        assert f"{statement} prov:wasAttributedTo actor/agora" in found
        assert f"{statement} prov:wasGeneratedBy activity/agora-annotated" in found
        assert f"{statement} cg:reviewStatus review-status:unreviewed" in found


@pytest.mark.parametrize(
    ("annotated", "validated", "machine", "activity"),
    [
        ("true", "true", "false", "agora-validated"),
        ("true", "false", "false", "agora-annotated"),
        ("false", "false", "true", "agora-machine-output"),
        ("true", "true", "true", "agora-machine-output"),
        ("false", "false", "false", "agora-entry"),
        ("", "", "", "agora-entry"),
    ],
)
def test_flags_of_checking_decide_the_activity_and_never_claim_a_review(
    tmp_path: Path, annotated: str, validated: str, machine: str, activity: str
) -> None:
    """Only a named person reviews; "unreviewed machine output: false" does not mean reviewed."""
    run(tmp_path, [row(ANNOTATED=annotated, VALIDATED=validated, MACHINE=machine)])
    found = said(tmp_path)
    used = {fact.split()[2] for fact in ends(found, "wasGeneratedBy", "-agora-import ")}
    assert used == {f"activity/{activity}"}
    assert not ends(found, "review-status:reviewed")
    assert f"activity/{activity} rdf:type prov:Activity" in said(tmp_path, "agora-import")


def test_jurisdiction_comes_down_the_tree_of_authorities_and_says_so(tmp_path: Path) -> None:
    run(tmp_path, [row()])
    local = f"{DOCUMENT}/classification/jurisdiction-united-states-agora-import"
    found = said(tmp_path)
    assert f"{local} cg:concept jurisdiction:united-states" in found
    (why,) = ends(found, local, "cg:rationale")
    assert "Ruritania below State governments" in why


def test_authority_is_the_issuer_and_stands_in_its_tree(tmp_path: Path) -> None:
    run(tmp_path, [row()])
    (issuer,) = ends(said(tmp_path), "participation/issuer-", "cg:actor ")
    assert issuer.endswith("actor/agora-ruritania")
    found = said(tmp_path, "agora-authorities")
    assert 'actor/agora-ruritania dcterms:title "Ruritania"@en' in found
    assert "actor/agora-ruritania dcterms:isPartOf actor/agora-state-governments" in found


def test_entry_that_stands_for_many_is_nobodys_name(tmp_path: Path) -> None:
    """Two documents of "Other authorities" have no issuer in common."""
    run(tmp_path, [row(AUTHORITY="Other authorities")])
    found = said(tmp_path)
    assert not ends(found, "cg:actor ")
    assert ends(found, "participation/issuer-", 'cg:sourceTerm "Other authorities"')
    assert not ends(found, "jurisdiction:")


def test_authority_that_we_describe_is_joined_by_its_whole_name(tmp_path: Path) -> None:
    run(tmp_path, [row(AUTHORITY="United Nations")])
    (issuer,) = ends(said(tmp_path), "participation/issuer-", "cg:actor ")
    assert issuer.endswith(" actor/united-nations")


def test_authority_that_the_table_lacks_is_described_without_a_jurisdiction(tmp_path: Path) -> None:
    run(tmp_path, [row(AUTHORITY="Atlantis, Ministry of Tides")])
    assert not ends(said(tmp_path), "jurisdiction:")
    title = 'actor/agora-atlantis-ministry-of-tides dcterms:title "Atlantis, Ministry of Tides"@en'
    assert title in said(tmp_path, "agora-authorities")


def test_two_authorities_with_one_iri_are_refused(tmp_path: Path) -> None:
    rows = [row(AUTHORITY="At Sea"), row(ID="9002", AUTHORITY="At-Sea")]
    with pytest.raises(InputError, match="'At Sea' and 'At-Sea' would both be"):
        run(tmp_path, rows)


def test_without_authorities_there_are_issuers_and_no_jurisdictions(tmp_path: Path) -> None:
    copy = write_copy(tmp_path, [row()])
    (copy / "authorities.csv").unlink()
    report = import_agora(copy, tmp_path / "out")
    assert report.made["issuers"] == 1
    assert "jurisdictions" not in report.made
    assert any("no authorities.csv" in line for line in report.lines())


def test_collection_with_commas_in_its_name_is_one_collection(tmp_path: Path) -> None:
    name = "U.S. regulations, executive orders, and agency policies"
    report = run(tmp_path, [row(COLLECTIONS=f"U.S. federal laws;{name}")])
    assert report.made["collections"] == 2
    assert report.collections == {"rows": 3, "known": 2, "parts of another name": 1, "new": 0}
    assert not report.counts.unknown_terms


@pytest.mark.parametrize(
    ("written", "literal"),
    [
        ("2023-07-10", '"2023-07-10"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("2023-07", '"2023-07"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'),
        ("2023", '"2023"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
    ],
)
def test_dates_are_as_precise_as_the_table(tmp_path: Path, written: str, literal: str) -> None:
    run(tmp_path, [row(STATUS_DATE=written, PROPOSED="")])
    assert ends(said(tmp_path), f"milestone/issued-{written}-agora-import", "cg:date", literal)


def test_enacted_says_that_it_means_adopted_not_binding(tmp_path: Path) -> None:
    run(tmp_path, [row()])
    (why,) = ends(said(tmp_path), "milestone/issued", "cg:rationale")
    assert "adopted there, not binding" in why


def test_first_of_a_month_is_kept_and_marked_as_possibly_a_month(tmp_path: Path) -> None:
    run(tmp_path, [row(STATUS_DATE="2024-12-01", PROPOSED="2024-12-01")])
    (why,) = ends(said(tmp_path), "milestone/issued", "cg:rationale")
    assert "may stand for the month alone" in why


@pytest.mark.parametrize(
    ("status", "kind"), [("Enacted", "issued"), ("Proposed", "proposed"), ("Defunct", "defunct")]
)
def test_status_is_a_concept_and_dates_a_milestone(tmp_path: Path, status: str, kind: str) -> None:
    run(tmp_path, [row(STATUS=status, PROPOSED="")])
    found = said(tmp_path)
    assert ends(found, "cg:concept", f"agora-status:{status.lower()}")
    assert ends(found, f"milestone/{kind}-2023-07-10-agora-import", "cg:milestoneKind", kind)


def test_proposal_on_the_day_of_the_status_proposed_is_one_milestone(tmp_path: Path) -> None:
    day = "2023-05-03"
    assert (
        run(tmp_path, [row(STATUS="Proposed", STATUS_DATE=day, PROPOSED=day)]).made["milestones"]
        == 1
    )


def test_proposal_after_the_enactment_is_kept_with_a_reason_and_told(tmp_path: Path) -> None:
    report = run(tmp_path, [row(PROPOSED="2024-07-10")])
    (why,) = ends(said(tmp_path), "milestone/proposed-2024-07-10", "cg:rationale")
    assert "one of the two is wrong" in why
    (fault,) = report.faults
    assert (fault.row, fault.line) == ("9001", 2)
    assert "proposed on 2024-07-10, after its enactment on 2023-07-10" in fault.message


@pytest.mark.parametrize("identifier", ["37", "1137", "1802", "1831"])
def test_document_that_we_describe_is_joined_by_its_agora_id(
    tmp_path: Path, identifier: str
) -> None:
    report = run(tmp_path, [row(ID=identifier)])
    assert list(report.counts.joined) == [identifier]
    found = said(tmp_path, f"agora-{identifier}")
    assert not ends(found, "document/agora-")
    assert ends(found, f'cg:agoraId "{identifier}"')
    assert ends(found, 'dcterms:alternative "Made-up Act"@en')
    assert not ends(found, "document/", "dcterms:title")


def test_only_the_flag_that_it_applies_to_somebody_is_stated(tmp_path: Path) -> None:
    run(tmp_path, [row(GOVERNMENT="false", PRIVATE="true")])
    (term,) = ends(said(tmp_path), "cg:sourceTerm")
    assert term.endswith('"Primarily applies to the private sector"')


def test_what_has_no_term_here_is_kept_as_notes(tmp_path: Path) -> None:
    run(tmp_path, [row(NO_TEXT="true", PDF_RETRIEVED="2025-01-30")])
    notes = [fact.partition(" cg:sourceNote ")[2] for fact in ends(said(tmp_path), "cg:sourceNote")]
    assert notes == [
        '"AGORA, Annotated?: true"',
        '"AGORA, Number of segments created: 2"',
        '"AGORA, Official pdf retrieved: 2025-01-30"',
        '"AGORA, Official plaintext retrieved: 2024-10-29"',
        '"AGORA, Official plaintext source: https://example.org/act"',
        '"AGORA, Official plaintext unavailable/infeasible: true"',
    ]


@pytest.mark.parametrize(
    "link",
    ["on-responsible-use/", "https://example.org/ - wait for the docx", "javascript:x", "https://"],
)
def test_link_that_is_no_address_is_a_note_and_told(tmp_path: Path, link: str) -> None:
    report = run(tmp_path, [row(LINK=link)])
    found = said(tmp_path)
    assert f'{DOCUMENT} cg:sourceNote "AGORA, Link to document: {link}"' in found
    assert not ends(found, "schema:url")
    assert [fault.row for fault in report.faults] == ["9001"]


def test_unknown_tag_column_is_kept_in_the_words_of_agora_and_listed(tmp_path: Path) -> None:
    new = {**row(), "Harms: Boredom": "true"}
    report = run(tmp_path, [new])
    assert ends(said(tmp_path), 'cg:sourceTerm "Harms: Boredom"')
    assert report.counts.unknown_terms == {"agora-tag": {"Harms: Boredom": 1}}
    assert any("not known here, kept: Harms: Boredom" in line for line in report.lines())
    assert ends(
        said(tmp_path, "agora-import"), "source/agora-documents cg:notice", "Harms: Boredom"
    )


@pytest.mark.parametrize(
    ("changes", "scheme", "term"),
    [
        ({"STATUS": "Amended"}, "agora-status", "Amended"),
        ({"COLLECTIONS": "U.S. federal laws;Moon treaties"}, "agora-collection", "Moon treaties"),
        ({"TAGS": "Applications"}, "agora-tag", "Applications"),
    ],
)
def test_value_outside_its_scheme_is_kept_and_listed(
    tmp_path: Path, changes: dict[str, str], scheme: str, term: str
) -> None:
    """A group of tags is no tag."""
    report = run(tmp_path, [row(**changes)])
    assert ends(said(tmp_path), f'cg:sourceTerm "{term}"')
    assert report.counts.unknown_terms == {scheme: {term: 1}}
    assert any(f"not in the scheme {scheme}" in line and term in line for line in report.lines())


def test_date_of_an_unknown_status_is_a_note(tmp_path: Path) -> None:
    run(tmp_path, [row(STATUS="Amended", PROPOSED="")])
    found = said(tmp_path)
    assert ends(found, "AGORA, Most recent activity date: 2023-07-10")
    assert not ends(found, "cg:Milestone")


def test_unknown_column_is_kept_as_a_note_and_listed(tmp_path: Path) -> None:
    report = run(tmp_path, [{**row(), "Docket": "N-12"}])
    assert ends(said(tmp_path), '"AGORA, Docket: N-12"')
    assert report.columns.unknown == ("Docket",)


def test_unknown_column_with_prose_is_left_out_and_counted(tmp_path: Path) -> None:
    """Facts only by default: a long text may be one that nobody may pass on."""
    report = run(tmp_path, [{**row(), "Remarks": "At length. " * 40}])
    assert not ends(said(tmp_path), "At length")
    assert report.counts.prose["Remarks"] == 1


def test_list_and_flags_that_differ_are_both_taken_and_told(tmp_path: Path) -> None:
    report = run(tmp_path, [row("Risk factors: Bias", TAGS="Risk factors: Privacy")])
    assert report.made["tags"] == 2
    told = [fault.message for fault in report.faults]
    assert told == [
        "has tags that are flagged and not listed: Risk factors: Bias",
        "has tags that are listed and not flagged: Risk factors: Privacy",
    ]


def test_no_prose_is_taken_unasked(tmp_path: Path) -> None:
    report = run(tmp_path, [row()])
    everything = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").iterdir())
    assert "asks for logs" not in everything
    assert report.counts.prose == {"Short summary": 1, "Long summary": 1}


def test_prose_that_is_asked_for_lies_apart_under_its_terms(tmp_path: Path) -> None:
    run(tmp_path, [row()], with_text=True)
    assert not ends(said(tmp_path), "asks for logs")
    found = said(tmp_path, "agora-9001-text")
    assert f'{DOCUMENT} cg:summary "It asks for logs."@en' in found
    assert ends(found, f"{DOCUMENT} dcterms:abstract", "at length")
    (rights,) = ends(found, "dcterms:rights")
    assert "graph/data/agora-9001-text" in rights.replace("graph:data", "graph/data")
    assert "non-commercial use only" in rights
    text = (tmp_path / "out" / "agora-9001-text.ttl").read_text(encoding="utf-8")
    assert "# From a copy of AGORA that its user holds." in text


def test_summary_of_a_document_that_we_summarise_is_an_abstract(tmp_path: Path) -> None:
    """One summary a language: ours stays it."""
    run(tmp_path, [row(ID="1831")], with_text=True)
    found = said(tmp_path, "agora-1831-text")
    assert not ends(found, "cg:summary")
    assert len(ends(found, "dcterms:abstract")) == 2


def test_text_of_a_whole_document_is_taken_where_no_segment_has_it(tmp_path: Path) -> None:
    copy = write_copy(tmp_path, [row(), row(ID="9002")])
    (copy / "fulltext").mkdir()
    (copy / "fulltext" / "9001.txt").write_text("Keep a log.\n", encoding="utf-8")
    import_agora(copy, tmp_path / "out", with_text=True)
    assert f'{DOCUMENT} cg:text "Keep a log."@en' in said(tmp_path, "agora-9001-text")
    assert not ends(said(tmp_path, "agora-9002-text"), "cg:text")


def test_tables_are_described_with_their_digests(tmp_path: Path) -> None:
    run(tmp_path, [row()])
    found = said(tmp_path, "agora-import")
    for name in ("authorities", "collections", "documents"):
        assert f'source/agora-{name} dcterms:identifier "{name}.csv"' in found
        assert ends(found, f"source/agora-{name} schema:sha256")
    assert "source/agora-documents dcterms:isPartOf source/agora" in found


def test_table_of_documents_of_any_name_stands_for_its_folder(tmp_path: Path) -> None:
    copy = write_copy(tmp_path, [row()])
    table = (copy / "documents.csv").rename(copy / "agora-2025.csv")
    report = import_agora(table, tmp_path / "out")
    assert report.made["jurisdictions"] == 1
    found = said(tmp_path, "agora-import")
    assert 'source/agora-documents dcterms:identifier "agora-2025.csv"' in found


def test_circle_of_authorities_is_refused_with_its_line(tmp_path: Path) -> None:
    copy = write_copy(tmp_path, [row()])
    circle = AUTHORITIES.replace("State governments,United States,", "State governments,,Ruritania")
    (copy / "authorities.csv").write_text(circle, encoding="utf-8")
    with pytest.raises(InputError, match="above itself") as caught:
        import_agora(copy, tmp_path / "out")
    assert caught.value.line == 5


def test_same_word_as_status_and_collection_is_two_statements(tmp_path: Path) -> None:
    report = run(tmp_path, [row(STATUS="Lunar", COLLECTIONS="Lunar", GOVERNMENT="", PRIVATE="")])
    assert (report.made["status"], report.made["collections"]) == (1, 1)
    assert len(ends(said(tmp_path), 'cg:sourceTerm "Lunar"')) == 2
