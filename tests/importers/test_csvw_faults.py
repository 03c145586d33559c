"""What is wrong in a mapping or a table is named with file, line and cell; nothing is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clausegraph.errors import ClausegraphError, InputError, InputErrors, UsageError
from clausegraph.importers.csvw.importing import import_csv
from importers.csvw_tables import CG, EX, ID, column, mapping, run, virtual, write

TABLE = "a,b\n1,x\n2,y\n"
Change = Callable[[dict[str, Any]], object]


def good() -> dict[str, Any]:
    return mapping(column("a", datatype="integer"), column("b"))


def schema(**properties: object) -> Change:
    return lambda described: described["tableSchema"].update(properties)


def first(**properties: object) -> Change:
    return lambda described: described["tableSchema"]["columns"][0].update(properties)


def top(**properties: object) -> Change:
    return lambda described: described.update(properties)


def add(*columns: dict[str, Any]) -> Change:
    return lambda described: described["tableSchema"]["columns"].extend(columns)


MAPPINGS: dict[str, tuple[Change, str]] = {
    "no context": (lambda m: m.pop("@context"), "not marked as CSV on the Web"),
    "empty context": (top(**{"@context": []}), "not marked"),
    "another context": (top(**{"@context": "https://schema.org"}), "not marked"),
    "no url": (lambda m: m.pop("url"), "no url"),
    "no schema": (lambda m: m.pop("tableSchema"), "no tableSchema"),
    "schema elsewhere": (top(tableSchema="schema.json"), "another file"),
    "dialect elsewhere": (top(dialect="https://example.org/d"), "another file"),
    "no columns": (schema(columns=[]), "no columns"),
    "columns that are no list": (schema(columns={"a": 1}), "no columns|array"),
    "column that is none": (schema(columns=[1]), "must be an object"),
    "unknown property": (first(propertyURL="x"), "no property 'propertyURL'.*'propertyUrl'"),
    "unknown property of the table": (top(dialects={}), "no property 'dialects'.*'dialect'"),
    "no subject": (lambda m: m["tableSchema"].pop("aboutUrl"), "Nothing says what"),
    "unknown name in a template": (schema(aboutUrl=EX + "{aa}"), "'aa'; the nearest is 'a'"),
    "brace that does not end": (schema(aboutUrl=EX + "{a"), "without its counterpart"),
    "bad expression": (schema(aboutUrl=EX + "{a b}"), "no expression"),
    "relative template": (schema(aboutUrl="row/{a}"), "is relative"),
    "prefix of ours": (first(propertyUrl="cg:number"), f"'cg'; write {CG}number"),
    "term that is none": (first(propertyUrl=CG + "numbr"), "no term cg:numbr; .* cg:number"),
    "class that is none": (
        add(virtual("k", propertyUrl="rdf:type", valueUrl=CG + "Clauze")),
        "no term cg:Clauze; the nearest is cg:Clause",
    ),
    "concept that is none": (
        add(virtual("k", propertyUrl=EX + "p", valueUrl=ID + "concept/mit-risk-domain/2.11")),
        "unknown concept code 2.11.*nearest: 2.1",
    ),
    "virtual column without value": (add(virtual("k", propertyUrl=EX + "k")), "has no value"),
    "virtual column first": (
        lambda m: m["tableSchema"]["columns"].insert(0, virtual("k", valueUrl=EX)),
        "after a virtual",
    ),
    "two columns of one name": (first(name="b"), "Two columns are called 'b'"),
    "name that is none": (first(name="_a"), "cannot name a column"),
    "bad language": (first(lang="not a language"), "no language tag"),
    "null that is no text": (first(null=0), "must be a text"),
    "flag that is none": (first(required="yes"), "true or false"),
    "ordered list": (first(ordered=True), "Ordered lists"),
    "two lists in one statement": (
        lambda m: m["tableSchema"].update(
            columns=[
                column("a", separator=";", aboutUrl=EX + "{a}-{b}"),
                column("b", separator=";"),
            ]
        ),
        "several values stand beside each other: a, b",
    ),
    "delimiter of two characters": (top(dialect={"delimiter": ";;"}), "one character"),
    "unknown encoding": (top(dialect={"encoding": "utf-99"}), "'utf-99' is not known"),
    "line ends": (top(dialect={"lineTerminators": ["\r"]}), "line feed"),
    "way to trim": (top(dialect={"trim": "both"}), "no way to trim"),
    "key of no column": (schema(primaryKey="c"), "No column is called 'c'"),
    "foreign key to no table": (
        schema(foreignKeys=[{"columnReference": "a", "reference": {"resource": "x.csv", "columnReference": "a"}}]),
        "No table is called 'x.csv'",
    ),
    "foreign key that is not whole": (schema(foreignKeys=[{"columnReference": "a"}]), "not whole"),
    "foreign keys that are no list": (schema(foreignKeys="a"), "must be an array"),
    "no tables": (lambda m: m.update(tables=[m.pop("url")]), "must be an object|no property"),
    "maker without name": (top(**{"dc:creator": {}}), "neither @id nor name"),
    "maker that is no IRI": (top(**{"dc:creator": "https://a b"}), "is no IRI"),
    "licence that is no IRI": (top(**{"dc:license": "CC BY"}), "is no IRI"),
    "date that is none": (top(**{"dc:date": "soon"}), "no date"),
    "half a character": (top(**{"dc:title": "\ud800"}), "half of a character"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "message"), MAPPINGS.values(), ids=MAPPINGS.keys())
def test_fault_of_a_mapping_is_named_with_its_line(
    tmp_path: Path, change: Change, message: str
) -> None:
    described = good()
    change(described)
    (tmp_path / "table.csv").write_text(TABLE, encoding="utf-8")
    path = tmp_path / "table.json"
    path.write_text(json.dumps(described, indent=1), encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        import_csv(path, output=tmp_path / "out")
    assert caught.value.file == path
    assert caught.value.line
    assert caught.value.remedy
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", (1, 1), "JSON syntax"),
        ('{"a": 1,\n "b" 2}', (2, 6), "JSON syntax"),
        ('{"a": 1,\n "a": 2}', (2, None), "a is there twice"),
        ("[" * 100_000, (1, None), "nested too deep"),
        ("[" * 100 + "]" * 100, (1, None), "nested too deep"),
        ("[]", (1, None), "must be an object"),
    ],
    ids=["empty", "syntax", "doubled", "endless", "deep", "no object"],
)
def test_mapping_that_is_no_json_object_is_refused(
    tmp_path: Path, text: str, place: tuple[int, int | None], message: str
) -> None:
    path = tmp_path / "mapping.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        import_csv(path)
    assert (caught.value.line, caught.value.column) == place


def test_mapping_without_fault_is_accepted(tmp_path: Path) -> None:
    """The mapping that the cases above spoil is itself good."""
    assert run(tmp_path, TABLE, good()).report.tables[0].rows == 2


def failing(folder: Path, table: str | bytes, described: dict[str, Any]) -> InputErrors:
    with pytest.raises(InputErrors) as caught:
        run(folder, table, described)
    assert not (folder / "out").exists()
    return caught.value


def test_every_wrong_cell_is_told_at_once(tmp_path: Path) -> None:
    error = failing(tmp_path, "a,b\nx,1\n2,y\nz,1\n", good())
    assert [(each.line, each.column) for each in error.errors] == [(2, 1), (4, 1)]
    assert (
        str(error)
        .splitlines()[1]
        .startswith(f"{tmp_path / 'table.csv'}:4:1: Column 'a': 'z': it is no number.")
    )


def test_after_twenty_wrong_cells_no_more_are_looked_for(tmp_path: Path) -> None:
    assert len(failing(tmp_path, "a,b\n" + "x,1\n" * 100, good()).errors) == 20


def test_fault_of_the_file_comes_after_the_cells_before_it(tmp_path: Path) -> None:
    error = failing(tmp_path, 'a,b\nx,1\n2,"y\n', good())
    assert [(each.line, each.column) for each in error.errors] == [(2, 1), (3, 2)]
    assert "never closed" in str(error.errors[1])


ROWS: dict[str, tuple[str, dict[str, Any], tuple[int, int | None], str]] = {
    "row of another width": ("a,b\n1,2\n1\n", {}, (3, 2), "1 cell; the header has 2"),
    "cut off": ("a,b\n1,2\n1", {}, (3, 1), "ends in the middle"),
    "required cell that is empty": ("a,b\n1,\n", {"required": True}, (2, 2), "and required"),
    "concept that is none": (
        "a,b\n1,9.9\n",
        {"valueUrl": ID + "concept/mit-risk-domain/{b}"},
        (2, 2),
        "unknown concept code 9.9 in scheme mit-risk-domain; nearest",
    ),
    "scheme that is none": (
        "a,b\n1,9.9\n",
        {"valueUrl": ID + "concept/no-scheme/{b}"},
        (2, 2),
        "unknown concept scheme no-scheme",
    ),
    "no IRI": ("a,b\n1,not an iri\n", {"valueUrl": "{+b}"}, (2, 2), "<not%20an%20iri> is no IRI"),
    "nothing to name by": (
        "a,b\n1,\u7b2c\u4e09\u6761\n",
        {"valueUrl": ID + "document/{b}"},
        (2, 2),
        "no letter a to z and no digit",
    ),
    "two spellings of one name": (
        "a,b\n1,Art 3\n2,art-3\n",
        {"valueUrl": ID + "document/{b}"},
        (3, 2),
        "'art-3' and 'Art 3' would both be 'art-3'",
    ),
}


@pytest.mark.parametrize(("table", "second", "place", "message"), ROWS.values(), ids=ROWS.keys())
def test_fault_of_a_row_is_named_with_its_cell(
    tmp_path: Path, table: str, second: dict[str, Any], place: tuple[int, int], message: str
) -> None:
    described = mapping(column("a", datatype="integer"), column("b", **second))
    error = failing(tmp_path, table, described)
    assert (error.file, error.line, error.column) == (tmp_path / "table.csv", *place)
    assert message in str(error)
    assert error.remedy


def test_row_without_what_names_it_is_a_fault(tmp_path: Path) -> None:
    error = failing(tmp_path, "a,b\n,2\n", mapping(column("a"), column("b"), aboutUrl=EX + "{a}"))
    assert "Column 'a': it is empty, and the IRI of what the row describes" in str(error)


def test_statement_that_two_rows_make_is_a_fault(tmp_path: Path) -> None:
    """A classification is one judgement: two rows that share its IRI would be mixed up."""
    kind = virtual("k", propertyUrl="rdf:type", valueUrl=CG + "Classification")
    described = mapping(column("a"), column("b"), kind, aboutUrl=EX + "{a}")
    error = failing(tmp_path, "a,b\n1,x\n1,y\n", described)
    assert "is stated by the row on line 2 already" in str(error)
    assert error.line == 3


def test_primary_key_that_is_there_twice_is_a_fault(tmp_path: Path) -> None:
    """Tabular Metadata, section 5.5.2.1."""
    described = mapping(column("a"), column("b"), primaryKey=["a", "b"])
    error = failing(tmp_path, "a,b\n1,x\n1,y\n1,x\n", described)
    assert [each.line for each in error.errors] == [4]
    assert "'1 x' is on line 2 already" in str(error)


def test_foreign_key_to_no_row_is_a_fault(tmp_path: Path) -> None:
    """Tabular Metadata, section 5.5.2.1; the rows that are referred to may come later."""
    key = {"columnReference": "b", "reference": {"resource": "table.csv", "columnReference": "a"}}
    described = mapping(column("a"), column("b", separator=" "), foreignKeys=[key])
    error = failing(tmp_path, "a,b\nx,y\ny,x z\nw,\n", described)
    assert [(each.line, each.column) for each in error.errors] == [(3, 2)]
    assert "'z' is no a of table.csv" in str(error)


def test_missing_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'Risk' is missing; the nearest is 'Risks'"):
        run(tmp_path, "Risks,b\n1,2\n", mapping({**column("a"), "titles": "Risk"}))


def test_wrong_delimiter_is_guessed_at(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"one cell.*delimiter"):
        run(tmp_path, "a;b\n1;2\n", good())


def test_wrong_delimiter_is_guessed_at_whatever_the_rows_hold(tmp_path: Path) -> None:
    """Quotes in the first row would else be told as out of balance."""
    with pytest.raises(InputError, match=r"one cell.*delimiter") as caught:
        run(tmp_path, 'a;b\n1;"2"\n', good())
    assert caught.value.line == 1


def test_table_without_rows_is_refused_and_the_old_file_stays(tmp_path: Path) -> None:
    """A table that lost its rows on the way would else take those of the last import with it."""
    file = run(tmp_path, "a,b\n1,2\n", good()).file
    assert file is not None
    before = file.read_bytes()
    with pytest.raises(InputError, match="no rows below its header") as caught:
        run(tmp_path, "a,b\n", good())
    assert (caught.value.file, caught.value.line) == (tmp_path / "table.csv", 1)
    assert file.read_bytes() == before
    with pytest.raises(InputError, match="no rows below its header"):
        import_csv(tmp_path / "table.json")
    with pytest.raises(InputError, match="has no rows"):
        run(tmp_path, "\n", good() | {"dialect": {"header": False}})
    assert file.read_bytes() == before


def test_one_table_of_several_may_be_without_rows(tmp_path: Path) -> None:
    """It is told, since the others have what there is to say."""
    described = good()
    tables = [{"url": name, "tableSchema": described["tableSchema"]} for name in ("x.csv", "y.csv")]
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "y.csv").write_text("a,b\n", encoding="utf-8")
    (tmp_path / "m.json").write_text(
        json.dumps({"@context": described["@context"], "tables": tables}), encoding="utf-8"
    )
    result = import_csv(tmp_path / "m.json", output=tmp_path / "out")
    assert "y.csv has no rows below its header" in result.report.notes


def test_column_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"several columns called 'a' \(cells 1 and 3\)"):
        run(tmp_path, "a,b,a\n1,2,3\n", good())


def test_table_on_the_network_is_not_fetched(tmp_path: Path) -> None:
    path = write(tmp_path, TABLE, {**good(), "url": "https://example.org/data/table.csv"})
    with pytest.raises(UsageError, match="not fetched"):
        import_csv(path)
    assert import_csv(path, [tmp_path / "table.csv"]).report.tables[0].rows == 2


@pytest.mark.parametrize("given", ["other.csv", "table.csv"])
def test_table_that_is_missing_or_of_no_use_is_named(tmp_path: Path, given: str) -> None:
    group = {"tables": [{**good(), "url": "one.csv"}, {**good(), "url": "two.csv"}]}
    for table in group["tables"]:
        table.pop("@context")
    path = write(tmp_path, TABLE, {"@context": "http://www.w3.org/ns/csvw", **group})
    with pytest.raises(ClausegraphError, match=r"cannot be read|has no table"):
        import_csv(path, [tmp_path / given])


@pytest.mark.parametrize(
    ("name", "taken"), [("agora", "sources:agora"), ("mapping", "activities:mapping")]
)
def test_name_of_what_ships_is_refused(tmp_path: Path, name: str, taken: str) -> None:
    """Else the statements would be those of another source, whose file this is not."""
    with pytest.raises(UsageError, match=f"{taken} ships with this graph.*--name"):
        import_csv(write(tmp_path, TABLE, good()), output=tmp_path / "out", name=name)
    assert not (tmp_path / "out").exists()


def test_name_that_is_none_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot name an import"):
        import_csv(write(tmp_path, TABLE, good()), name="Not a name")


def test_pipe_is_refused_since_a_table_is_read_twice(tmp_path: Path) -> None:
    path = write(tmp_path, TABLE, good())
    with pytest.raises(InputError, match="no plain file"):
        import_csv(path, [Path("/dev/null")])
