"""Tables with a header: records with their lines, and each fault with file, line and cell (RFC 4180)."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausegraph.errors import InputError
from clausegraph.importers import csvcells, csvlines
from clausegraph.importers.csvcells import Dialect, read_rows
from clausegraph.importers.csvfile import read_header, read_records


def table(tmp_path: Path, data: bytes | str, name: str = "table.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def records(path: Path) -> list[tuple[int, dict[str, str]]]:
    return [(record.line, dict(record.cells)) for record in read_records(path)]


def test_record_has_the_line_it_starts_in_whatever_its_cells_span(tmp_path: Path) -> None:
    """RFC 4180, section 2, rule 6: a quoted cell may hold line breaks."""
    path = table(tmp_path, 'a,b\r\n1,"x\r\ny"\r\n"say ""hi""",2\r\n')
    assert records(path) == [(2, {"a": "1", "b": "x\r\ny"}), (4, {"a": 'say "hi"', "b": "2"})]


def test_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    path = table(tmp_path, "\ufeffa,b\n1,2\n")
    assert records(path) == [(2, {"a": "1", "b": "2"})]


def test_quotes_around_the_first_name_go_with_a_byte_order_mark(tmp_path: Path) -> None:
    assert read_header(table(tmp_path, '\ufeff"a",b\n')) == ("a", "b")


def test_last_row_needs_no_line_end(tmp_path: Path) -> None:
    """RFC 4180, section 2, rule 2."""
    assert records(table(tmp_path, "a,b\n1,2")) == [(2, {"a": "1", "b": "2"})]


def test_blank_lines_are_no_records(tmp_path: Path) -> None:
    assert records(table(tmp_path, "\n\na,b\n\n1,2\n\n")) == [(5, {"a": "1", "b": "2"})]


def test_empty_cells_are_kept(tmp_path: Path) -> None:
    assert records(table(tmp_path, 'a,b,c\n,"",\n')) == [(2, {"a": "", "b": "", "c": ""})]


def test_spaces_of_cells_are_kept(tmp_path: Path) -> None:
    assert records(table(tmp_path, "a,b\n 1 ,\t2\n")) == [(2, {"a": " 1 ", "b": "\t2"})]


def test_suffix_tsv_means_tabs(tmp_path: Path) -> None:
    assert records(table(tmp_path, "a\tb\n1,5\t2\n", "table.tsv")) == [(2, {"a": "1,5", "b": "2"})]


def test_delimiter_may_be_given(tmp_path: Path) -> None:
    path = table(tmp_path, "a;b\n1,5;2\n")
    found = next(read_records(path, delimiter=";"))
    assert dict(found.cells) == {"a": "1,5", "b": "2"}


def test_table_of_one_column_is_one(tmp_path: Path) -> None:
    assert records(table(tmp_path, "name\nx\ny;z\n")) == [(2, {"name": "x"}), (3, {"name": "y;z"})]


def test_header_without_rows_gives_no_records(tmp_path: Path) -> None:
    path = table(tmp_path, "a,b\n")
    assert (records(path), read_header(path)) == ([], ("a", "b"))


FAULTS: dict[str, tuple[bytes | str, tuple[int, int | None], str]] = {
    "empty file": ("", (1, None), "is empty"),
    "blank file": ("\n\n\n", (1, None), "is empty"),
    "quote never closed": ('a,b\n1,2\n3,"4\n5,6\n', (3, 2), "never closed"),
    "quote closed in a later row": ('a,b\n1,"2\n3,"4"\n', (2, 2), "closes on line 3 with other"),
    "text after the closing quote": ('a,b\n"1"x,2\n', (2, 1), "closes with other text"),
    "space after the closing quote": ('a,b\n"1" ,2\n', (2, 1), "closes with other text"),
    "quote within a bare cell": ('a,b\n1,2" pipe\n', (2, 2), "does not begin with one"),
    "space before the opening quote": ('a,b\n1, "2"\n', (2, 2), "does not begin with one"),
    "row with too few cells": ("a,b,c\n1,2\n1,2,3\n", (2, 3), "2 cells; the header has 3.*'c'"),
    "row with too many cells": ("a,b\n1,2\n1,2,3\n", (3, 3), "3 cells; the header has 2"),
    "file cut off in its last row": ("a,b,c\n1,2,3\n4,5", (3, 2), "ends in the middle of this row"),
    "file cut off in a quoted cell": ('a,b\n1,"2', (2, 2), "never closed"),
    "column that is there twice": ("a,b,a\n", (1, 3), "'a' is there twice .cells 1 and 3"),
    "column without name": ("a,,b\n", (1, 2), "Column 2 of 3 has no name"),
    "semicolons": ("a;b;c\n1;2;3\n", (1, 1), "separated by semicolons, not by commas"),
    "tabs": ("a\tb\n", (1, 1), "separated by tabs, not by commas"),
    "semicolons between quoted cells": ('"a";"b"\n"1";"2"\n', (1, 1), "separated by semicolons"),
    "tabs between quoted cells": ('"a"\t"b"\n', (1, 1), "separated by tabs, not by commas"),
    "semicolon after a quote further down": ('a,b\n"1";2,3\n', (2, 1), "closes with other text"),
    "NUL": ("a,b\n1,x\0\n", (2, 2), "NUL"),
    "NUL in a later line of a cell": ('a,b,c\n1,"x\ny\0",3\n', (3, 2), "NUL"),
    "Latin-1": (
        "a,b\n1,2\n\u00e9t\u00e9,3\n".encode("latin-1"),
        (3, 1),
        "Latin-1.*0xE9 is '\u00e9'",
    ),
    "Latin-1 behind a quoted cell": (
        'a,b,c\n1,"x\ny",\u00fc\n'.encode("latin-1"),
        (3, 3),
        "Latin-1",
    ),
    "GBK": ("a,b\n1,\u4eba\u5de5\u667a\u80fd\n".encode("gbk"), (2, 2), "GB18030"),
    "character cut in two": ("a,b\n1,\u00e9".encode()[:-1], (2, 2), "middle of a character"),
    "UTF-16": ("a,b\n".encode("utf-16"), (1, None), "is UTF-16"),
    "UTF-16 without mark": ("a,b\n1,2\n".encode("utf-16-le"), (1, None), "seems to be UTF-16"),
    "UTF-32": ("a,b\n".encode("utf-32"), (1, None), "is UTF-32"),
    "workbook": (b"PK\x03\x04\x14\x00", (1, None), "Excel workbook"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1", (1, None), "old Excel workbook"),
    "gzip": (b"\x1f\x8b\x08\x00", (1, None), "gzip"),
    "web page": ("\ufeff\n<!DOCTYPE html><html>", (1, None), "web page"),
    "line ends of old Macintosh": ("a,b\r1,2\r", (1, 2), "carriage return"),
    "carriage return within a row": ('a,b\n"1",2\r3\n', (2, 2), "carriage return"),
}


@pytest.mark.parametrize(("data", "place", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_fault_is_named_with_line_and_cell(
    tmp_path: Path, data: bytes | str, place: tuple[int, int | None], message: str
) -> None:
    path = table(tmp_path, data)
    with pytest.raises(InputError, match=message) as caught:
        list(read_records(path))
    error = caught.value
    assert (error.file, error.line, error.column) == (path, *place)
    assert error.remedy
    assert "\n" not in str(error)


def test_rows_before_a_fault_are_given(tmp_path: Path) -> None:
    """A stream: what is good is read before what is not."""
    stream = read_records(table(tmp_path, 'a,b\n1,2\n3,"4\n'))
    assert dict(next(stream).cells) == {"a": "1", "b": "2"}
    with pytest.raises(InputError):
        next(stream)


def test_missing_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    path = table(tmp_path, "AGORA Id,Tags\n1,x\n")
    with pytest.raises(InputError, match="'AGORA ID' is missing; the nearest is 'AGORA Id'"):
        next(read_records(path, required=["Tags", "AGORA ID"]))


def test_missing_column_in_another_delimiter_is_the_delimiter(tmp_path: Path) -> None:
    path = table(tmp_path, "AGORA ID;Tags\n1;x\n")
    with pytest.raises(InputError, match="separated by semicolons"):
        read_header(path, required=["AGORA ID"])


@pytest.mark.parametrize("name", ["nowhere.csv", "."])
def test_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        next(read_records(tmp_path / name))


def test_error_of_a_record_names_line_column_and_cell(tmp_path: Path) -> None:
    found = next(read_records(table(tmp_path, "a,b\n1,soon\n")))
    error = found.error("b", "'soon' is no date.", "Write it as 2026-02-23.")
    assert str(error).startswith(f"{tmp_path / 'table.csv'}:2:2: Column 'b': 'soon' is no date.")


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ('a,b\n1,"{}"\n', (2, 2)),
        ('a,b\n1,"x\n{}\n', (2, 2)),
        ("a,b\n1,{}\n", (2, 2)),
        ("{}", (1, 1)),
    ],
    ids=["quoted", "quoted and never closed", "bare", "without line end"],
)
def test_cell_past_the_limit_is_named_by_where_it_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: str, place: tuple[int, int]
) -> None:
    for module in (csvlines, csvcells):
        monkeypatch.setattr(module, "LIMIT", 1000)
    path = table(tmp_path, data.format("x" * 2000))
    with pytest.raises(InputError, match="larger than") as caught:
        list(read_records(path))
    assert (caught.value.line, caught.value.column) == place


def test_cell_of_many_lines_past_the_limit_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (csvlines, csvcells):
        monkeypatch.setattr(module, "LIMIT", 1000)
    with pytest.raises(InputError, match="larger than") as caught:
        list(read_records(table(tmp_path, 'a,b\n1,"' + "x\n" * 2000)))
    assert (caught.value.line, caught.value.column) == (2, 2)


def test_cell_of_200_megabytes_is_refused_without_being_held(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as stream:
        stream.write(b'a,b\n1,"')
        for _ in range(200):
            stream.write(b"x" * 1_000_000)
        stream.write(b'"\n')
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from clausegraph.errors import InputError\n"
        "from clausegraph.importers.csvfile import read_records\n"
        "try: list(read_records(Path(sys.argv[1])))\n"
        "except InputError as error: print(error.line, error.column)\n"
        "status = Path('/proc/self/status').read_text()\n"
        "print(int(status.partition('VmHWM:')[2].split()[0]) // 1024)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    )
    place, megabytes = done.stdout.splitlines()
    assert place == "2 2"
    assert int(megabytes) < 200


def test_dialect_passes_over_comments_and_first_lines(tmp_path: Path) -> None:
    """Model for Tabular Data and Metadata on the Web, section 8: skip rows, comment prefix."""
    path = table(tmp_path, 'it\'s "odd\n# note "x\na,b\n#1,2\n3,4\n')
    rows = read_rows(path, Dialect(comment="#", skipped=1))
    assert [(row.line, row.cells) for row in rows] == [(3, ["a", "b"]), (5, ["3", "4"])]


def test_dialect_may_escape_quotes_by_a_backslash(tmp_path: Path) -> None:
    """The same, section 8: double quote is false."""
    path = table(tmp_path, 'a,"b \\"c\\" \\\\",d\n')
    assert [row.cells for row in read_rows(path, Dialect(doubled=False))] == [
        ["a", 'b "c" \\', "d"]
    ]


def test_dialect_without_quotes_takes_them_as_they_are(tmp_path: Path) -> None:
    path = table(tmp_path, 'a,"b\n')
    assert [row.cells for row in read_rows(path, Dialect(quote=None))] == [["a", '"b']]


def test_dialect_may_skip_the_space_before_a_cell(tmp_path: Path) -> None:
    path = table(tmp_path, 'a, "b, c"\nd, e\n')
    rows = read_rows(path, Dialect(skip_space=True))
    assert [row.cells for row in rows] == [["a", "b, c"], ["d", "e"]]


@pytest.mark.parametrize("encoding", ["latin-1", "gb18030", "utf-16", "utf-8-sig", "shift_jis"])
def test_dialect_may_name_another_encoding(tmp_path: Path, encoding: str) -> None:
    text = "name,b\n\u00e9t\u00e9,1\n" if encoding == "latin-1" else "name,b\n\u4eba\u5de5,1\n"
    path = table(tmp_path, text.encode(encoding))
    rows = [row.cells for row in read_rows(path, Dialect(encoding=encoding))]
    assert rows == [["name", "b"], [text.split("\n")[1].split(",", maxsplit=1)[0], "1"]]


@pytest.mark.parametrize("encoding", ["ascii", "utf-16"])
def test_bytes_that_are_not_of_the_named_encoding_are_refused(
    tmp_path: Path, encoding: str
) -> None:
    path = table(tmp_path, "a,b\n\u00e9,1\n".encode() + b"x")
    with pytest.raises(InputError, match=f"not {encoding.upper()}"):
        list(read_rows(path, Dialect(encoding=encoding)))


CELL = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\ufeff") | st.sampled_from('",\n'),
    max_size=8,
)


@given(
    rows=st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=6
        )
    ),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_the_csv_module_writes_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], end: str
) -> None:
    """The standard library's writer is the oracle: any cells, quoted where there is need."""
    path = tmp_path_factory.mktemp("csv") / "table.csv"
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    path.write_bytes(b"," + stream.getvalue().encode())  # so that it begins with no magic
    rows[0].insert(0, "")
    assert [row.cells for row in read_rows(path, Dialect())] == rows


def test_rows_of_agora_are_those_of_the_csv_module(shared: Path) -> None:
    """Real rows, with quotes, commas and line breaks in their cells."""
    path = shared / "corpora" / "agora" / "documents.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        expected = list(csv.DictReader(stream))
    assert [record.cells for record in read_records(path, required=["AGORA ID"])] == expected
