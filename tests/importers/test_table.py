"""SSSOM tables as they are read: https://mapping-commons.github.io/sssom/spec-formats-tsv/."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausegraph.importers.table import Table, read_table

HEAD = "# curie_map:\n#   ex: https://example.org/\n"
ROW = "ex:a\tskos:exactMatch\tex:b\tsemapv:ManualMappingCuration"
COLUMNS = "subject_id\tpredicate_id\tobject_id\tmapping_justification"


def read(folder: Path, text: str) -> Table:
    path = folder / "made-up.sssom.tsv"
    path.write_bytes(text.encode())
    return read_table(path)


def test_curies_are_expanded_by_the_prefixes_of_the_table(tmp_path: Path) -> None:
    row = read(tmp_path, f"{HEAD}{COLUMNS}\n{ROW}\n").rows[0]
    assert row.subject.iri == "https://example.org/a"
    assert row.object.iri == "https://example.org/b"
    assert row.subject.local == "a"


def test_built_in_prefixes_need_not_be_declared(tmp_path: Path) -> None:
    """SSSOM/TSV, "Identifiers"."""
    row = read(tmp_path, f"{HEAD}{COLUMNS}\n{ROW}\n").rows[0]
    assert row.predicate.iri == "http://www.w3.org/2004/02/skos/core#exactMatch"
    assert row.justification.iri == "https://w3id.org/semapv/vocab/ManualMappingCuration"


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    columns, cells = ("\t".join(reversed(line.split("\t"))) for line in (COLUMNS, ROW))
    table = read(tmp_path, f"{HEAD}{columns}\n{cells}\n")
    assert table.rows[0].subject.curie == "ex:a"
    assert table.rows[0].justification.curie == "semapv:ManualMappingCuration"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_either_line_end_and_no_last_one_are_read(tmp_path: Path, end: str) -> None:
    text = f"{HEAD}{COLUMNS}\n{ROW}".replace("\n", end)
    table = read(tmp_path, text)
    assert table.rows[0].line == 4
    assert table.rows[0].justification.curie == "semapv:ManualMappingCuration"


def test_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    assert read(tmp_path, f"\ufeff{HEAD}{COLUMNS}\n{ROW}\n").prefixes["ex"]


@pytest.mark.parametrize("blanks", ["", " ", "   "])
def test_metadata_may_stand_any_way_behind_its_sign(tmp_path: Path, blanks: str) -> None:
    """SSSOM/TSV, "Metadata block": each line has the same number of spaces after `#`."""
    block = f"#{blanks}license: https://example.org/l\n#{blanks}curie_map:\n#{blanks}  ex: urn:x#\n"
    table = read(tmp_path, f"{block}{COLUMNS}\n{ROW}\n")
    assert table.text("license") == "https://example.org/l"
    assert table.rows[0].subject.iri == "urn:x#a"


def test_metadata_stay_the_text_that_they_are(tmp_path: Path) -> None:
    head = f"{HEAD}# mapping_set_version: 1.10\n# mapping_date: 2026-02-03\n"
    table = read(tmp_path, f"{head}{COLUMNS}\n{ROW}\n")
    assert table.text("mapping_set_version") == "1.10"
    assert table.text("mapping_date") == "2026-02-03"


def test_list_of_values_is_joined(tmp_path: Path) -> None:
    head = f"{HEAD}# creator_id:\n#   - ex:one\n#   - ex:two\n"
    assert read(tmp_path, f"{head}{COLUMNS}\n{ROW}\n").text("creator_id") == "ex:one | ex:two"


def test_metadata_may_stand_in_a_file_beside_the_table(tmp_path: Path) -> None:
    """SSSOM/TSV, "External metadata mode"."""
    (tmp_path / "made-up.sssom.yml").write_text("curie_map:\n  ex: https://example.org/\n")
    table = read(tmp_path, f"{COLUMNS}\n{ROW}\n")
    assert table.rows[0].line == 2
    assert table.rows[0].subject.iri == "https://example.org/a"


def test_table_without_any_metadata_has_the_built_in_prefixes(tmp_path: Path) -> None:
    row = ROW.replace("ex:", "skos:")
    assert read(tmp_path, f"{COLUMNS}\n{row}\n").metadata == {}


def test_quoted_values_may_hold_tabs_line_breaks_and_doubled_quotes(tmp_path: Path) -> None:
    """RFC 4180, section 2, with tabs; the row after still has its own line number."""
    label = '"a ""label""\twith a tab\nand a break; and more"'
    text = f"{HEAD}{COLUMNS}\tsubject_label\n{ROW}\t{label}\n{ROW.replace('ex:a', 'ex:c')}\tplain\n"
    first, second = read(tmp_path, text).rows
    assert first.cells["subject_label"] == 'a "label"\twith a tab\nand a break; and more'
    assert (first.line, second.line) == (4, 6)


def test_last_columns_that_no_row_fills_are_named(tmp_path: Path) -> None:
    table = read(tmp_path, f"{HEAD}{COLUMNS}\tcomment\tother\n{ROW}\n")
    assert table.empty_columns == ("comment", "other")
    assert table.columns == tuple(COLUMNS.split("\t"))


def test_date_of_the_set_holds_for_rows_where_no_row_has_its_own(tmp_path: Path) -> None:
    """SSSOM, "Propagation"."""
    table = read(tmp_path, f"{HEAD}# mapping_date: '2026-02-03'\n{COLUMNS}\n{ROW}\n")
    assert table.rows[0].cells["mapping_date"] == "2026-02-03"


def test_date_of_the_set_does_not_fill_gaps_where_another_row_has_its_own(tmp_path: Path) -> None:
    """SSSOM, "Propagation": any value in a row makes the slot not propagatable."""
    other = ROW.replace("ex:a", "ex:c")
    head = f"{HEAD}# mapping_date: '2026-02-03'\n{COLUMNS}\tmapping_date\n"
    table = read(tmp_path, f"{head}{ROW}\t2025-01-01\n{other}\t\n")
    assert [row.cells["mapping_date"] for row in table.rows] == ["2025-01-01", ""]
