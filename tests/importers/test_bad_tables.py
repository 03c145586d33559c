"""Every fault of a table is one line with file and line number; exit code 3; nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausegraph.errors import InputError, outcome
from clausegraph.importers.sssom import import_sssom

HEAD = (
    "# curie_map:\n"
    "#   nexus: https://w3id.org/ai-atlas-nexus/\n"
    "#   mit: https://airisk.mit.edu/blog/mapping-ai-risk-mitigations\n"
    "#   risk: https://w3id.org/clausegraph/id/concept/mit-risk-domain/\n"
    "#   ex: https://example.org/\n"
)
LABELLED = (
    "subject_id\tsubject_label\tpredicate_id\tobject_id\tmapping_justification"
    "\tauthor_id\tmapping_date\n"
)
START = HEAD + LABELLED  # 6 lines


def row(subject: str = "nexus:A0001_Made_Up2025", **cells: str) -> str:
    """A row without fault, but for the cells that are given."""
    good = {
        "label": "Keep a log",
        "predicate": "nexus:isCategorizedAs",
        "target": "mit:mit-draft-ai-risk-mitigation-group-1.1",
        "way": "semapv:ManualMappingCuration",
        "author": "ada@example.org",
        "date": "2026-02-23",
    }
    assert cells.keys() <= good.keys()
    return "\t".join([subject, *(good | cells).values()]) + "\n"


OTHER = row("nexus:A0002_Made_Up2025")
SKOS = "skos:exactMatch"

CASES = {
    "empty file": ("", 1, "is empty"),
    "blank file": (" \n\n", 1, "is empty"),
    "metadata that are no YAML": ("# a: [1\n# b: 2\n" + LABELLED + row(), 2, "not YAML"),
    "metadata that are a list": ("# - a\n" + LABELLED + row(), 1, "slot: value"),
    "control character in metadata": ("# a: \x01\n" + LABELLED + row(), 1, "YAML forbids"),
    "curie_map that is none": ("# a: b\n# curie_map: [x]\n" + LABELLED + row(), 2, "curie_map"),
    "built-in prefix bound otherwise": (
        "# curie_map:\n#   skos: https://example.org/\n" + LABELLED + row(),
        2,
        "built-in prefix 'skos'",
    ),
    "missing column": (HEAD + LABELLED.replace("predicate_id\t", ""), 6, "predicate_id is missing"),
    "no header": (HEAD, 6, "subject_id is missing"),
    "doubled column": (HEAD + LABELLED.replace("subject_label", "subject_id"), 6, "there twice"),
    "no rows": (START, 6, "no rows"),
    "row with too few cells": (START + OTHER + "nexus:A\tb\n", 8, "2 cells; the header has 7"),
    "row with too many cells": (START + OTHER + row().replace("\n", "\tx\n"), 8, "8 cells"),
    "rows that all have too many": (START + row().replace("\n", "\tx\n"), 7, "has 8 cells"),
    "rows that all lack a needed one": (START + "nexus:A\tb\tskos:c\n", 7, "has 3 cells"),
    "metadata after the header": (START + "# late: x\n" + row(), 7, "has 1 cells"),
    "quote that does not end": (START + OTHER + row(label='"x'), 8, "quote is never closed"),
    "cell that is too large": (START + OTHER + row(label="x" * 200_000), 8, "larger than 128 KiB"),
    "text after a quote": (START + OTHER + row(label='"x"y'), 8, "quoting"),
    "subject without prefix": (START + OTHER + row("A0001_X2025"), 8, "has no prefix"),
    "object without prefix": (
        START + OTHER + row(target="1.1"),
        8,
        "object_id '1.1' has no prefix",
    ),
    "nothing after the prefix": (START + row("nexus:"), 7, "has no name"),
    "empty identifier": (START + row(predicate=""), 7, "predicate_id is empty"),
    "undeclared prefix": (START + OTHER + row("foo:A1_X"), 8, "undeclared prefix 'foo'"),
    "full IRI": (START + row("https://example.org/A1_X"), 7, "is a full IRI"),
    "what makes no IRI": (START + row("ex:a b"), 7, "no valid IRI"),
    "date that is none": (START + OTHER + row(date="2026-02-30"), 8, "'2026-02-30' is no date"),
    "date otherwise written": (START + row(date="20260223"), 7, "'20260223' is no date"),
    "date of the set that is none": (
        "# mapping_date: soon\n" + START + row(date=""),
        1,
        "'soon' is no date",
    ),
    "row that is there twice": (START + OTHER + row() + OTHER, 9, "on line 7 already"),
    "one subject with two labels": (
        START + row() + row(label="Another", target="mit:mit-draft-ai-risk-mitigation-group-1.2"),
        8,
        "differs from the one on line 7",
    ),
    "unknown code": (
        START + OTHER + row(target="mit:mit-draft-ai-risk-mitigation-group-9.9"),
        8,
        r"unknown concept code 9\.9 in scheme mit-mitigation-v1; nearest: \S+, \S+, \S+",
    ),
    "unknown code of a concept of ours": (
        START + row("risk:2.11", predicate=SKOS, target="ex:b"),
        7,
        r"unknown concept code 2\.11 in scheme mit-risk-domain; nearest: 2\.1",
    ),
    "measure under what is no concept": (START + row(target="ex:b"), 7, "no concept of this graph"),
    "match of two foreign concepts": (
        START + row("ex:a", predicate=SKOS, target="ex:b"),
        7,
        "Neither 'ex:a' nor 'ex:b'",
    ),
    "predicate that is not read": (START + row(predicate="owl:sameAs"), 7, "'owl:sameAs' is not"),
    "predicate of SKOS that matches nothing": (
        START + row("risk:2.1", predicate="skos:broader", target="ex:b"),
        7,
        "'skos:broader' is not read",
    ),
    "subject that is no measure": (START + row("nexus:Made_Up2025"), 7, "not a measure"),
    "justification that SEMAPV does not have": (
        START + row(way="semapv:ManualMapingCuration"),
        7,
        "'semapv:ManualMapingCuration' is not known",
    ),
    "justification of another vocabulary": (START + row(way="ex:guess"), 7, "'ex:guess' is not"),
    "negated row": (
        HEAD + LABELLED.replace("\n", "\tpredicate_modifier\n") + row().replace("\n", "\tNot\n"),
        7,
        "predicate_modifier 'Not'",
    ),
    "two frameworks that would be one document": (
        START + row() + row("nexus:A0002_Made-Up2025"),
        8,
        "'Made_Up2025' and 'Made-Up2025' would both be <document/made-up2025>",
    ),
    "two measures that would be one clause": (
        START + row() + row("nexus:a0001_Made_Up2025"),
        8,
        "would be one clause",
    ),
    "framework called as a file of the import": (
        START + OTHER + row("nexus:A0001_mapping-set"),
        8,
        "'mapping-set'",
    ),
    "two authors that would be one": (
        START + OTHER + row(author="ada.example.org") + row("nexus:A3_X", author="ada_example.org"),
        9,
        "would both be",
    ),
}


@pytest.mark.parametrize(("text", "line", "message"), CASES.values(), ids=CASES.keys())
def test_fault_is_named_with_its_line_and_nothing_is_written(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    table = tmp_path / "made-up.sssom.tsv"
    table.write_text(text, encoding="utf-8", newline="")
    with pytest.raises(InputError, match=message) as caught:
        import_sssom(table, tmp_path / "out")
    assert (caught.value.file, caught.value.line) == (table, line)
    assert caught.value.remedy
    assert "\n" not in str(caught.value)
    assert outcome(caught.value).exit_code == 3
    assert not (tmp_path / "out").exists()


def test_row_of_the_cases_is_good_without_a_fault(tmp_path: Path) -> None:
    """The rows that the cases above spoil are themselves accepted."""
    table = tmp_path / "made-up.sssom.tsv"
    match = row("risk:2.1", predicate=SKOS, target="ex:b")
    table.write_text(START + row() + OTHER + match, encoding="utf-8")
    result = import_sssom(table, tmp_path / "out")
    assert (result.measures, result.matches) == (2, 1)


def test_file_that_is_not_utf_8_is_named_with_its_line(tmp_path: Path) -> None:
    table = tmp_path / "made-up.sssom.tsv"
    table.write_bytes(START.encode() + row(label="x").encode().replace(b"x", b"\xff"))
    with pytest.raises(InputError, match="not UTF-8") as caught:
        import_sssom(table, tmp_path / "out")
    assert caught.value.line == 7
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("encoding", "line", "message"),
    [("latin-1", 7, "Latin-1.*0xE9 is 'é'"), ("utf-16", 1, "is UTF-16")],
)
def test_other_encodings_are_named(tmp_path: Path, encoding: str, line: int, message: str) -> None:
    table = tmp_path / "made-up.sssom.tsv"
    table.write_bytes((START + row(label="é")).encode(encoding))
    with pytest.raises(InputError, match=message) as caught:
        import_sssom(table, tmp_path / "out")
    assert caught.value.line == line


def test_missing_file_is_unreadable_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        import_sssom(tmp_path / "nowhere.tsv", tmp_path / "out")


def test_fault_in_metadata_beside_the_table_names_that_file(tmp_path: Path) -> None:
    table = tmp_path / "made-up.sssom.tsv"
    table.write_text(LABELLED + row(), encoding="utf-8")
    beside = tmp_path / "made-up.sssom.yml"
    beside.write_text("a: b\nc: [1\nd: e\n", encoding="utf-8")
    with pytest.raises(InputError, match="not YAML") as caught:
        import_sssom(table, tmp_path / "out")
    assert (caught.value.file, caught.value.line) == (beside, 3)
