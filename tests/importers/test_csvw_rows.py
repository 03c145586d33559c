"""What rows state: "Generating RDF from Tabular Data on the Web" (csv2rdf), minimal mode."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uritemplate import URITemplate

from clausegraph.errors import InputError
from clausegraph.importers.csvw.templates import read_template
from importers.csvw_tables import CG, CONTEXT, EX, ID, column, mapping, run, stated, virtual

RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


def test_cell_becomes_a_literal_of_the_rows_subject(tmp_path: Path) -> None:
    """csv2rdf, section 4.6: subject by aboutUrl, property by propertyUrl, value by datatype."""
    found = stated(tmp_path, "a,b\nx,2\n", mapping(column("a"), column("b", datatype="integer")))
    assert found == {'<1> <ex:a> "x"', '<1> <ex:b> "2"^^<xsd:integer>'}


def test_empty_cell_states_nothing(tmp_path: Path) -> None:
    found = stated(tmp_path, "a,b\n,2\n", mapping(column("a"), column("b")))
    assert found == {'<1> <ex:b> "2"'}


def test_null_stands_for_an_empty_cell(tmp_path: Path) -> None:
    """Tabular Metadata, section 5.7: null."""
    nulls = column("a", null=["n/a", "-"])
    assert stated(tmp_path, "a\nn/a\n-\n\nx\n", mapping(nulls)) == {'<3> <ex:a> "x"'}


def test_default_fills_an_empty_cell(tmp_path: Path) -> None:
    found = stated(tmp_path, "a,b\n,1\n", mapping(column("a", default="x"), column("b")))
    assert '<1> <ex:a> "x"' in found


def test_language_of_texts(tmp_path: Path) -> None:
    found = stated(tmp_path, "a\n\u5b89\u5168\n", mapping(column("a", lang="zh-Hans")))
    assert found == {'<1> <ex:a> "\u5b89\u5168"@zh-hans'}


def test_separator_makes_several_values(tmp_path: Path) -> None:
    found = stated(tmp_path, "a\nx|y||x\n", mapping(column("a", separator="|")))
    assert found == {'<1> <ex:a> "x"', '<1> <ex:a> "y"'}


def test_values_of_texts_keep_their_spaces_and_tokens_do_not(tmp_path: Path) -> None:
    """Tabular Data Model, section 6.4, step 6: spaces go unless the type is string."""
    table = 'a,b\n" x; y ","  x; y "\n'
    columns = column("a", separator=";"), column("b", separator=";", datatype="token")
    found = stated(tmp_path, table, mapping(*columns))
    assert {text for text in found if "ex:a" in text} == {'<1> <ex:a> " x"', '<1> <ex:a> " y "'}
    assert {text for text in found if "ex:b" in text} == {
        '<1> <ex:b> "x"^^<xsd:token>',
        '<1> <ex:b> "y"^^<xsd:token>',
    }


def test_dialect_that_trims_trims_each_value(tmp_path: Path) -> None:
    described = mapping(column("a", separator=";"), dialect={"trim": True})
    assert stated(tmp_path, "a\n x; y \n", described) == {'<1> <ex:a> "x"', '<1> <ex:a> "y"'}


def test_value_url_makes_an_iri_percent_encoded(tmp_path: Path) -> None:
    """RFC 6570, section 3.2.2."""
    described = mapping(column("a", valueUrl=EX + "thing/{a}"))
    assert stated(tmp_path, "a\nx y/\u00e9\n", described) == {
        "<1> <ex:a> <ex:thing/x%20y%2F%C3%A9>"
    }


def test_cell_may_hold_a_whole_iri(tmp_path: Path) -> None:
    """RFC 6570, section 3.2.3: {+name} keeps reserved characters."""
    described = mapping(column("a", valueUrl="{+a}"))
    assert stated(tmp_path, "a\nhttps://other.org/x?y=1#z\n", described) == {
        "<1> <ex:a> <https://other.org/x?y=1#z>"
    }


def test_empty_cell_with_value_url_states_nothing(tmp_path: Path) -> None:
    """Tabular Metadata, section 5.7: no value URL for a null cell of a column that is not virtual."""
    columns = column("a", valueUrl=EX + "always"), column("b")
    assert stated(tmp_path, "a,b\n,1\n", mapping(*columns)) == {'<1> <ex:b> "1"'}


def test_virtual_column_states_the_same_of_each_row(tmp_path: Path) -> None:
    kind = virtual("kind", propertyUrl="rdf:type", valueUrl=EX + "Thing")
    found = stated(tmp_path, "a\nx\ny\n", mapping(column("a", suppressOutput=True), kind))
    assert found == {f"<{row}> {RDF_TYPE} <ex:Thing>" for row in (1, 2)}


def test_virtual_column_may_state_a_text_by_default(tmp_path: Path) -> None:
    said = virtual("said", propertyUrl=EX + "said", default="2", datatype="integer")
    found = stated(tmp_path, "a\nx\n", mapping(column("a", suppressOutput=True), said))
    assert found == {'<1> <ex:said> "2"^^<xsd:integer>'}


def test_column_may_have_a_subject_of_its_own(tmp_path: Path) -> None:
    described = mapping(column("a"), column("b", aboutUrl=EX + "person/{b}"))
    assert stated(tmp_path, "a,b\nx,y\n", described) == {
        '<1> <ex:a> "x"',
        '<ex:person/y> <ex:b> "y"',
    }


def test_prefixes_of_csv_on_the_web_are_known(tmp_path: Path) -> None:
    described = mapping(column("a", propertyUrl="dc:title"))
    assert stated(tmp_path, "a\nx\n", described) == {'<1> <http://purl.org/dc/terms/title> "x"'}


def test_relative_names_are_resolved_against_the_base(tmp_path: Path) -> None:
    described = mapping(column("a", valueUrl="#t-{a}", propertyUrl="terms/a"))
    described["@context"] = [CONTEXT, {"@base": EX + "set/"}]
    assert stated(tmp_path, "a\nx\n", described) == {"<1> <ex:set/terms/a> <ex:set/table.csv#t-x>"}


def test_column_without_property_gets_the_one_of_csv2rdf_where_the_table_has_an_iri(
    tmp_path: Path,
) -> None:
    """csv2rdf, section 4.6.2: the table's URL, `#`, and the name."""
    described = mapping({"titles": "On street"})
    described["@context"] = [CONTEXT, {"@base": EX}]
    assert stated(tmp_path, "On street\nx\n", described) == {'<1> <ex:table.csv#On%20street> "x"'}


def test_column_without_property_is_told_where_there_is_no_iri(tmp_path: Path) -> None:
    result = run(tmp_path, "a,b\n1,2\n", mapping(column("a"), {"titles": "b"}))
    assert result.report.notes == ["columns of table.csv without propertyUrl, left out: b"]


def test_row_numbers_are_names_of_templates(tmp_path: Path) -> None:
    """Tabular Metadata, section 5.1.3: _row counts records, _sourceRow lines."""
    about = EX + "{_row}-{_sourceRow}"
    described = mapping(column("a"), aboutUrl=about)
    assert stated(tmp_path, 'a\n"x\ny"\nz\n', described) == {
        '<ex:1-2> <ex:a> "x\\ny"',
        '<ex:2-4> <ex:a> "z"',
    }


def test_columns_are_found_by_heading_wherever_they_stand(tmp_path: Path) -> None:
    described = mapping(column("a"), {**column("b"), "titles": ["B", "Bee"]})
    assert stated(tmp_path, "Bee,c,a\n1,2,3\n", described) == {'<1> <ex:a> "3"', '<1> <ex:b> "1"'}


def test_table_without_header_goes_by_place(tmp_path: Path) -> None:
    described = mapping(column("a"), column("b"), dialect={"header": False})
    assert stated(tmp_path, "1,2\n", described) == {'<1> <ex:a> "1"', '<1> <ex:b> "2"'}


def test_dialect_tells_how_the_table_is_written(tmp_path: Path) -> None:
    dialect = {
        "delimiter": ";", "quoteChar": "'", "encoding": "iso-8859-1", "skipRows": 1,
        "skipColumns": 1, "commentPrefix": "#", "headerRowCount": 2,
    }  # fmt: skip
    table = "exported today\n;a;b\n;(text);(text)\n#1;2;3\n;'x;y';\u00e9\n".encode("latin-1")
    found = stated(tmp_path, table, mapping(column("a"), column("b"), dialect=dialect))
    assert found == {'<1> <ex:a> "x;y"', '<1> <ex:b> "\u00e9"'}


def test_template_that_names_several_values_is_expanded_for_each(tmp_path: Path) -> None:
    about = EX + "c/{_row}-{a}"
    columns = (
        column("a", separator=";", datatype="token", aboutUrl=about, valueUrl=EX + "tag/{a}"),
        virtual("kind", aboutUrl=about, propertyUrl="rdf:type", valueUrl=EX + "Tagging"),
        virtual("of", aboutUrl=about, propertyUrl=EX + "of", valueUrl=EX + "row/{_row}"),
    )
    assert stated(tmp_path, "a\nx; y\n", mapping(*columns)) == {
        text
        for tag in "xy"
        for text in (
            f"<ex:c/1-{tag}> <ex:a> <ex:tag/{tag}>",
            f"<ex:c/1-{tag}> {RDF_TYPE} <ex:Tagging>",
            f"<ex:c/1-{tag}> <ex:of> <1>",
        )
    }


def test_statement_about_a_value_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    about = EX + "c/{a}"
    columns = (
        column("a", aboutUrl=about),
        column("b"),
        virtual("kind", aboutUrl=about, propertyUrl="rdf:type", valueUrl=EX + "T"),
    )
    assert stated(tmp_path, "a,b\n,1\n", mapping(*columns)) == {'<1> <ex:b> "1"'}


def test_values_below_our_ids_are_spelled_as_identifiers(tmp_path: Path) -> None:
    """The rule for codes: lower case, and `-` for all but letters, digits, `.` and `-`."""
    about = ID + "document/{a}/clause/{b}"
    described = mapping(column("a"), column("b"), aboutUrl=about)
    found = stated(tmp_path, "a,b\nAcme AI Policy,Art. 3(2)(b)\n", described)
    assert found == {
        '<id:document/acme-ai-policy/clause/art.-3-2-b> <ex:a> "Acme AI Policy"',
        '<id:document/acme-ai-policy/clause/art.-3-2-b> <ex:b> "Art. 3(2)(b)"',
    }


@pytest.mark.parametrize(
    ("scheme", "code", "slug"),
    [
        ("mit-risk-domain", "2.1", "2.1"),
        ("agora-tag", "Harms: Financial loss", "harms-financial-loss"),
        ("agora-tag", "harms-financial-loss", "harms-financial-loss"),
    ],
)
def test_code_becomes_the_concept_of_its_scheme(
    tmp_path: Path, scheme: str, code: str, slug: str
) -> None:
    concept = column("a", valueUrl=f"{ID}concept/{scheme}/{{a}}", propertyUrl=CG + "concept")
    found = stated(tmp_path, f'a\n"{code}"\n', mapping(concept))
    assert found == {f"<1> <cg:concept> <id:concept/{scheme}/{slug}>"}


def test_tables_of_a_group_go_into_one_graph(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("id,name\n1,Ada\n", encoding="utf-8")
    one = {**mapping(column("a", valueUrl=EX + "p/{a}"))}
    two = {
        "url": "people.csv",
        "tableSchema": {
            "aboutUrl": EX + "p/{id}",
            "columns": [column("id", suppressOutput=True), column("name")],
        },
    }
    group = {"@context": one.pop("@context"), "tables": [one, two]}
    assert stated(tmp_path, "a\n1\n", group) == {
        "<1> <ex:a> <ex:p/1>",
        '<ex:p/1> <ex:name> "Ada"',
    }


def test_table_whose_output_is_suppressed_is_checked_only(tmp_path: Path) -> None:
    described = mapping(column("a", datatype="integer"), suppressOutput=True)
    assert stated(tmp_path, "a\n1\n", described) == set()
    with pytest.raises(InputError, match="no number"):
        run(tmp_path, "a\nx\n", described)


@given(
    parts=st.lists(st.sampled_from(["a", "b", "/x#", "-"]), min_size=1, max_size=4),
    values=st.fixed_dictionaries({name: st.text(min_size=1, max_size=6) for name in "ab"}),
)
def test_templates_are_expanded_as_the_library_does_it(
    parts: list[str], values: dict[str, str]
) -> None:
    """Our way for plain names gives what uritemplate gives (RFC 6570, level 1)."""
    text = EX + "".join(f"{{{part}}}" if part in "ab" else part for part in parts)
    try:
        "".join(values.values()).encode()
    except UnicodeEncodeError:
        return
    assert read_template(text, None).expand(values) == URITemplate(text).expand(values)
