"""Segments of AGORA become clauses in order, with their tags, and without their texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausegraph.errors import InputError
from importers.agora_copy import row, run, said, segment
from importers.test_agora_documents import ends

DOCUMENT = "document/agora-9001"


def clause(position: int) -> str:
    """The clause of a segment."""
    return f"{DOCUMENT}/clause/agora-segment-{position}"


def test_segments_are_clauses_in_the_order_of_their_positions(tmp_path: Path) -> None:
    """As numbers: 10 comes after 9; and whatever the order of the rows."""
    positions = [1, 2, 9, 10, 11]
    shuffled = [10, 2, 11, 1, 9]
    report = run(tmp_path, [row()], [segment(POSITION=str(number)) for number in shuffled])
    found = said(tmp_path)
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    for rank, position in enumerate(positions, start=1):
        assert f"{clause(position)} cg:clauseOf {DOCUMENT}" in found
        assert f'{clause(position)} cg:position "{rank}"{integer}' in found
        assert f'{clause(position)} dcterms:title "Segment {position}"@en' in found
    assert report.made["clauses"] == 5


def test_tags_of_a_segment_classify_its_clause(tmp_path: Path) -> None:
    tags = "Strategies: Disclosure;Harms: Boredom;Strategies: Disclosure"
    report = run(tmp_path, [row()], [segment(TAGS=tags)])
    found = said(tmp_path)
    local = (
        f"{DOCUMENT}/classification/agora-segment-1-agora-tag-strategies-disclosure-agora-import"
    )
    assert f"{local} cg:classifies {clause(1)}" in found
    assert f"{local} cg:concept agora-tag:strategies-disclosure" in found
    assert ends(
        found, "agora-segment-1-agora-tag-term-harms-boredom", 'cg:sourceTerm "Harms: Boredom"'
    )
    assert report.made["tags of segments"] == 2
    assert report.counts.unknown_terms == {"agora-tag": {"Harms: Boredom": 1}}


def test_texts_of_segments_stay_out_unless_they_are_asked_for(tmp_path: Path) -> None:
    run(tmp_path, [row()], [segment()])
    assert not ends(said(tmp_path), "log.")
    run(tmp_path, [row()], [segment()], with_text=True)
    assert not ends(said(tmp_path), "log.")
    found = said(tmp_path, "agora-9001-text")
    assert f'{clause(1)} cg:text "Keep a log."@en' in found
    assert f'{clause(1)} cg:summary "Asks for a log."@en' in found


def test_texts_vanish_again_when_they_are_not_asked_for(tmp_path: Path) -> None:
    run(tmp_path, [row()], [segment()], with_text=True)
    report = run(tmp_path, [row()], [segment()])
    assert report.files["removed"] == 1
    assert not (tmp_path / "out" / "agora-9001-text.ttl").exists()


def test_marks_of_a_segment_are_kept_in_the_words_of_agora(tmp_path: Path) -> None:
    marked = segment() | {"Non-operative": "True", "Not AI-related": "False"}
    run(tmp_path, [row()], [marked])
    found = ends(said(tmp_path), "agora-segment-1-agora-term-", "cg:sourceTerm")
    assert [fact.partition("cg:sourceTerm ")[2] for fact in found] == ['"Non-operative"']


@pytest.mark.parametrize(
    ("annotated", "validated", "activity"),
    [
        ("true", "true", "agora-validated"),
        ("true", "false", "agora-annotated"),
        ("false", "false", "agora-entry"),
        ("", "", "agora-annotated"),
    ],
)
def test_flags_of_a_segment_go_before_those_of_its_document(
    tmp_path: Path, annotated: str, validated: str, activity: str
) -> None:
    """Where the segment says nothing, the document's row, which is annotated, speaks for it."""
    flags = {"Segment annotated": annotated, "Segment validated": validated}
    run(tmp_path, [row()], [segment() | flags])
    (used,) = ends(said(tmp_path), "classification/agora-segment-1-", "wasGeneratedBy")
    assert used.endswith(f" activity/{activity}")


@pytest.mark.parametrize("column", ["Segment annotated", "Segment validated"])
def test_flag_of_a_segment_is_kept_where_no_tag_bears_it(tmp_path: Path, column: str) -> None:
    """Nor does the activity, where the document's row may include unreviewed machine output."""
    flags = {"Segment annotated": "false", "Segment validated": "false"} | {column: "true"}
    report = run(tmp_path, [row()], [segment(TAGS="") | flags])
    notes = [fact for fact in said(tmp_path) if fact.startswith(f"{clause(1)} cg:sourceNote ")]
    assert notes == [f'{clause(1)} cg:sourceNote "AGORA, {column}: true"']
    assert report.as_json()["notes"][f"segments: {column}"] == 1


@pytest.mark.parametrize("identifier", ["9001", "1802"])
def test_segments_are_a_division_apart(tmp_path: Path, identifier: str) -> None:
    """A text that is also divided into its sections would else have two clauses in one place."""
    run(tmp_path, [row(ID=identifier)], [segment(DOCUMENT=identifier)])
    found = said(tmp_path, f"agora-{identifier}")
    (parent,) = ends(found, "clause/agora-segment-1 cg:parentClause")
    division = parent.split()[2]
    assert division.endswith("/clause/agora-segments")
    assert f"{division} rdf:type cg:Clause" in found
    assert not ends(found, f"{division} cg:position")


def test_document_without_segments_has_no_clauses(tmp_path: Path) -> None:
    run(tmp_path, [row(), row(ID="9002")], [segment()])
    assert not ends(said(tmp_path, "agora-9002"), "cg:Clause")


def test_segments_of_no_document_are_left_out_and_told(tmp_path: Path) -> None:
    lost = [segment(DOCUMENT="7", POSITION=str(number)) for number in (1, 2)]
    report = run(tmp_path, [row()], [segment(), *lost])
    tree = report.as_json()["segments"]
    assert (tree["rows"], tree["clauses"], tree["left_out"]) == (3, 1, 2)
    (fault,) = report.faults
    assert (fault.file, fault.line, fault.row) == ("segments.csv", 3, "7")
    assert any("2 segments left out: no row of document 7" in line for line in report.lines())


def test_tags_and_prose_of_segments_left_out_are_not_counted_as_taken(tmp_path: Path) -> None:
    """The sums of the report add up with them."""
    lost = segment(DOCUMENT="7", TAGS="Strategies: Disclosure;Harms: Boredom")
    report = run(tmp_path, [row()], [segment(), lost], with_text=True)
    text = "\n".join(report.lines())
    assert "their tags    3 = 1 stated + 2 left out" in text
    assert "prose         6 cells = 4 taken + 2 left out" in text
    assert report.made["tags of segments"] == 1
    assert report.as_json()["segments"]["tags_left_out"] == 2
    assert report.as_json()["prose"]["of_no_row"] == 2


def test_table_of_segments_that_is_cut_between_rows_is_seen_by_their_number(
    tmp_path: Path,
) -> None:
    """Nothing in the table itself tells; the row of the document does."""
    rows = [row(SEGMENTS="2"), row(ID="9002", SEGMENTS="1.0"), row(ID="9003", SEGMENTS="")]
    segments = [segment(), segment(DOCUMENT="9002"), segment(DOCUMENT="9003")]
    report = run(tmp_path, rows, segments)
    text = "\n".join(report.lines())
    assert (
        "note: 1 document has another number of segments here than documents.csv states: "
        "9001 (1 of 2)\n" in f"{text}\n"
    )
    assert report.as_json()["segments"]["other_number"] == {
        "documents": 1,
        "listed": {"9001": {"here": 1, "stated": 2}},
    }


def test_numbers_of_segments_are_not_compared_without_a_table_of_them(tmp_path: Path) -> None:
    assert not any("number of segments" in line for line in run(tmp_path, [row()]).lines())


def test_many_other_numbers_of_segments_are_told_in_part(tmp_path: Path) -> None:
    rows = [row(ID=str(9001 + number)) for number in range(7)]
    text = "\n".join(run(tmp_path, rows, [segment()]).lines())
    assert "note: 7 documents have another number" in text
    assert "9005 (0 of 2); ..." in text
    assert "9006" not in text


def test_unknown_column_of_segments_is_a_note_of_the_clause(tmp_path: Path) -> None:
    report = run(tmp_path, [row()], [segment() | {"Heading": "Part I"}])
    assert ends(said(tmp_path), f'{clause(1)} cg:sourceNote "AGORA, Heading: Part I"')
    assert any("segments: Heading" in line for line in report.lines())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"POSITION": "first"}, "Column 'Segment position': 'first' is no whole number"),
        ({"POSITION": "1.0"}, "is no whole number"),
        ({"DOCUMENT": ""}, "Column 'Document ID': The cell is empty"),
        ({}, "Segment 1 of document 9001 is on line 2 already"),
    ],
)
def test_bad_segment_is_refused_with_its_line(
    tmp_path: Path, changes: dict[str, str], message: str
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        run(tmp_path, [row()], [segment(), segment(**changes)])
    assert caught.value.line == 3
    assert not (tmp_path / "out").exists()
