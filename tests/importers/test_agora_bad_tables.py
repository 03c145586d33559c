"""A fault that nobody can live with is told with file, line and cell, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clausegraph.errors import InputError, InputErrors, outcome
from clausegraph.importers.agora import import_agora
from importers.agora_copy import contents, row, run, said, table, write_copy

GOOD = table([row(), row(ID="9002")])
SEMICOLONS = table([row(COLLECTIONS="")], delimiter=";")

CASES: dict[str, tuple[bytes, int | None, int | None, str]] = {
    "no file content": (b"", 1, None, "is empty"),
    "header alone": (GOOD.splitlines()[0].encode() + b"\n", 1, None, "has no rows"),
    "truncated": (GOOD[:-300].encode(), 5, None, "ends in the middle of this row"),
    "truncated in quotes": (GOOD[: GOOD.rindex("It does so")].encode(), 5, 15, "never closed"),
    "semicolons": (SEMICOLONS.encode(), 1, 1, "separated by semicolons"),
    "tabs": (SEMICOLONS.replace(";", "\t").encode(), 1, 1, "separated by tabs"),
    "Latin-1": (GOOD.replace("Made-up", "Erfüllte").encode("latin-1"), 2, 2, "Latin-1"),
    "UTF-16": (GOOD.encode("utf-16"), 1, None, "UTF-16"),
    "quote out of balance": (
        GOOD.replace("Made-up Act", '"Made-up Act', 1).encode(),
        2,
        2,
        "quote",
    ),
    "NUL": (GOOD.replace("Made-up", "Made\0up", 1).encode(), 2, 2, "NUL"),
    "row too wide": (GOOD.encode() + b"x," * 100 + b"x\n", 8, 101, "101 cells; the header has 100"),
    "doubled column": (GOOD.replace("Casual name", "Official name").encode(), 1, 3, "there twice"),
    "no identifiers": (GOOD.replace("AGORA ID", "ID").encode(), 1, None, "'AGORA ID' is missing"),
    "identifier twice": (GOOD.replace("9002", "9001").encode(), 5, 1, "9001 is on line 2 already"),
    "identifier as a fraction": (GOOD.replace("9002", "9002.0").encode(), 5, 1, "no whole number"),
    "identifier with zeros": (GOOD.replace("9002", "09002").encode(), 5, 1, "no whole number"),
    "no identifier": (GOOD.replace("9002", "").encode(), 5, 1, "The cell is empty"),
    "no name": (table([row(NAME=" ")]).encode(), 2, 2, "Column 'Official name': The cell is empty"),
    "flag that is none": (table([row(VALIDATED="yes")]).encode(), 2, 11, "neither true nor false"),
    "date that is none": (table([row(STATUS_DATE="2023-02-30")]).encode(), 2, 8, "is no date"),
    "date otherwise written": (table([row(PROPOSED="May 3, 2022")]).encode(), 2, 9, "is no date"),
    "date of retrieval": (table([row(PDF_RETRIEVED="soon")]).encode(), 2, 22, "'soon' is no date"),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_table_is_told_with_its_place_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    data, line, column, message = CASES[name]
    copy = write_copy(tmp_path, [row()])
    (copy / "documents.csv").write_bytes(data)
    with pytest.raises(InputError, match=message) as caught:
        import_agora(copy, tmp_path / "new" / "out")
    error = caught.value
    assert (error.file, error.line) == (copy / "documents.csv", line)
    assert column in (None, error.column)
    assert error.remedy
    assert outcome(error).exit_code == 3
    assert not (tmp_path / "new").exists()


def test_bad_tag_cell_names_its_column(tmp_path: Path) -> None:
    bad = row()
    bad["Harms: Financial loss"] = "maybe"
    with pytest.raises(InputError, match="Column 'Harms: Financial loss': 'maybe' is neither"):
        run(tmp_path, [bad])


def test_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    copy = write_copy(tmp_path, [row()])
    (copy / "documents.csv").write_text(table([row()]), encoding="utf-8-sig")
    assert import_agora(copy, tmp_path / "out").as_json()["documents"]["rows"] == 1


def test_line_ends_of_windows_make_the_same_facts(tmp_path: Path) -> None:
    """All but the digest of the table."""
    run(tmp_path, [row()])
    before = contents(tmp_path / "out")
    copy = tmp_path / "agora"
    text = (copy / "documents.csv").read_text(encoding="utf-8")
    (copy / "documents.csv").write_text(text.replace("\n", "\r\n"), encoding="utf-8", newline="")
    assert import_agora(copy, tmp_path / "out").files["written"] == 1
    changed = {name for name, data in contents(tmp_path / "out").items() if data != before[name]}
    assert changed == {"agora-import.ttl"}


def test_huge_cell_is_refused_by_its_size(tmp_path: Path) -> None:
    copy = write_copy(tmp_path, [row()])
    head, _, tail = table([row()]).partition("It asks for logs.")
    with (copy / "documents.csv").open("w", encoding="utf-8") as stream:
        stream.write(head + '"')
        for _ in range(20):
            stream.write("x" * (1 << 20))
        stream.write('"' + tail)
    with pytest.raises(InputError, match="larger than 16 MiB"):
        import_agora(copy, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_several_faults_are_told_at_once(tmp_path: Path) -> None:
    rows = [row(), row(ID="x"), row(ID="9003", PROPOSED="soon"), row(ID="9004")]
    with pytest.raises(InputErrors) as caught:
        run(tmp_path, rows)
    assert [error.line for error in caught.value.errors] == [5, 8]
    assert not (tmp_path / "out").exists()


def test_more_than_twenty_faults_are_told_up_to_the_twentieth(tmp_path: Path) -> None:
    with pytest.raises(InputErrors) as caught:
        run(tmp_path, [row(ID="x") for _ in range(50)])
    assert len(caught.value.errors) == 20


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda folder: folder / "nowhere", "no such file or folder"),
        (lambda folder: folder, "holds no documents.csv"),
        (lambda folder: folder / "agora.zip", "is an archive"),
    ],
)
def test_path_without_tables_is_refused_with_a_way_out(
    tmp_path: Path, make: Callable[[Path], Path], message: str
) -> None:
    (tmp_path / "agora.zip").write_bytes(b"PK\x03\x04")
    with pytest.raises(InputError, match=message) as caught:
        import_agora(make(tmp_path), tmp_path / "out")
    assert caught.value.remedy


def test_names_that_would_break_turtle_are_escaped(tmp_path: Path) -> None:
    """Quotes, backslashes and line ends of a table stay what they are."""
    name = 'A "quoted" \\ name\u2028with \u00a0 blanks'
    run(tmp_path, [row(NAME=name, AUTHORITY='State "of" \\ things')])
    assert any("quoted" in fact and "blanks" in fact for fact in said(tmp_path))


@pytest.mark.parametrize("name", ["authorities.csv", "collections.csv", "segments.csv"])
def test_bad_small_table_is_told_before_anything_is_written(tmp_path: Path, name: str) -> None:
    copy = write_copy(tmp_path, [row()])
    (copy / name).write_bytes("Name,Parent\nSão Tomé,x\n".encode("latin-1"))
    with pytest.raises(InputError) as caught:
        import_agora(copy, tmp_path / "out")
    assert caught.value.file == copy / name
    assert not (tmp_path / "out").exists()
