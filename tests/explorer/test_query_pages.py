"""The query page and the graph view as they are sent: read without scripts, take away as files."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from datetime import date
from typing import Any
from urllib.parse import quote

import arro3.io
import httpx
import pytest

from clausegraph.errors import ResultTooLarge
from clausegraph.web.explorer.query import parquet, workbook
from clausegraph.web.explorer.query.table import Table

TYPED = """SELECT ?name ?count ?share ?day ?is ?mixed
WHERE {
  VALUES (?name ?count ?share ?day ?is ?mixed) {
    ("one" 1 0.5 "2023-07-10"^^<http://www.w3.org/2001/XMLSchema#date> true 1)
    ("two" 2 1.5 "2024-12-01"^^<http://www.w3.org/2001/XMLSchema#date> false "text")
    (UNDEF UNDEF UNDEF UNDEF UNDEF UNDEF)
  }
}"""
HTML = {"Accept": "text/html"}
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
XSD = "http://www.w3.org/2001/XMLSchema#"


def get(server: str, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.get(server + path, headers=headers or {}, timeout=30)


def results(*rows: dict[str, Any]) -> bytes:
    """The results of a SELECT in JSON."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return json.dumps({"head": {"vars": names}, "results": {"bindings": rows}}).encode()


def cells(body: bytes) -> list[list[tuple[str, str]]]:
    """The type and the text of each cell of the first sheet."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        shared = ET.fromstring(archive.read("xl/sharedStrings.xml"))  # noqa: S314 - our own
        strings = ["".join(item.itertext()) for item in shared]
        sheet = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own
    return [
        [
            (kind, strings[int(text)] if kind == "s" else text)
            for cell in row
            for kind, text in [(cell.get("t", "n"), cell.findtext(f"{SHEET}v") or "")]
        ]
        for row in sheet.iter(f"{SHEET}row")
    ]


def test_workbook_has_each_value_by_its_type(server: str) -> None:
    response = get(server, f"/queries/result.xlsx?query={quote(TYPED)}")
    assert response.status_code == 200
    assert response.headers["content-type"] == workbook.MEDIA_TYPE
    assert re.fullmatch(
        r'attachment; filename="clausegraph-[0-9a-f]{12}\.xlsx"',
        response.headers["content-disposition"],
    )
    head, one, two = cells(response.content)[:3]
    assert [text for _, text in head] == ["name", "count", "share", "day", "is", "mixed"]
    assert one[:3] == [("s", "one"), ("n", "1"), ("n", "0.5")]
    assert one[3] == ("n", str((date(2023, 7, 10) - date(1899, 12, 30)).days))
    assert one[4] == ("b", "1")
    assert two[5] == ("s", "text")


@pytest.mark.parametrize(
    "text", ["=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "http://a/"]
)
def test_no_text_is_a_formula_or_a_link_in_a_workbook(text: str) -> None:
    table = Table.read(results({"x": {"type": "literal", "value": text}}))
    body = workbook.write(table, {"Query": "=1+1"})
    assert cells(body)[1] == [("s", text)]
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        sheets = b"".join(archive.read(name) for name in archive.namelist() if "sheet" in name)
    assert b"<f>" not in sheets
    assert b"hyperlink" not in sheets


def test_workbook_says_where_it_is_from(server: str) -> None:
    body = get(server, f"/queries/result.xlsx?query={quote(TYPED)}").content
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        texts = archive.read("xl/sharedStrings.xml").decode()
    assert "VALUES (?name" in texts
    assert re.search(r"/v/[0-9a-f]{64}/sparql\?query=", texts)


def test_same_answer_is_the_same_file(server: str) -> None:
    table = Table.read(results({"x": {"type": "literal", "value": "a"}}))
    assert workbook.write(table, {}) == workbook.write(table, {})
    assert parquet.write(table, {}) == parquet.write(table, {})
    path = f"/queries/result.parquet?query={quote(TYPED)}"
    tag = get(server, path).headers["etag"]
    assert get(server, path, {"If-None-Match": tag}).status_code == 304


def test_parquet_has_a_type_for_each_column(server: str) -> None:
    response = get(server, f"/queries/result.parquet?query={quote(TYPED)}")
    found = arro3.io.read_parquet(io.BytesIO(response.content)).read_all()
    types = {field.name: str(field.type) for field in found.schema}
    kinds = [types[name].split("<")[1].split(">")[0] for name in found.column_names]
    assert kinds == ["Utf8", "Int64", "Float64", "Date32", "Boolean", "Utf8"]
    columns = [column.to_pylist() for column in found.columns]
    assert columns[0] == ["one", "two", None]
    assert columns[3] == [date(2023, 7, 10), date(2024, 12, 1), None]
    assert columns[5] == ["1", "text", None]


def test_number_that_a_double_cannot_tell_stays_text() -> None:
    value = {"type": "literal", "value": str(2**60), "datatype": XSD + "integer"}
    small = {"type": "literal", "value": "1", "datatype": XSD + "integer"}
    (column,) = Table.read(results({"x": value}, {"x": small})).columns
    assert (column.type, list(column.values)) == (str, [str(2**60), "1"])


def test_text_that_no_cell_holds_is_refused_not_cut() -> None:
    table = Table.read(results({"x": {"type": "literal", "value": "a" * (workbook.LONGEST + 1)}}))
    with pytest.raises(ResultTooLarge, match="Row 1 has a text of 32,768 characters") as caught:
        workbook.write(table, {})
    assert caught.value.remedy == "Take CSV or Parquet."


@pytest.mark.parametrize("suffix", [".xlsx", ".parquet"])
@pytest.mark.parametrize(
    ("query", "status", "slug"),
    [
        ("ASK { ?s ?p ?o }", 400, "bad-request"),
        ("DESCRIBE <https://w3id.org/clausegraph/dataset>", 400, "bad-request"),
        ("SELECT ?x WHERE { ?x", 400, "query-syntax"),
        ("SELECT ?x WHERE { SERVICE <http://a/> { ?x ?y ?z } }", 403, "federation-disabled"),
        ("INSERT DATA { <a:a> <a:a> <a:a> }", 403, "read-only"),
    ],
)
def test_what_is_no_table_is_refused_in_words(
    server: str, suffix: str, query: str, status: int, slug: str
) -> None:
    response = get(server, f"/queries/result{suffix}?query={quote(query)}")
    assert (response.status_code, response.json()["type"].rpartition("/")[2]) == (status, slug)


def test_query_is_needed_once(server: str) -> None:
    assert get(server, "/queries/result.xlsx").status_code == 400
    assert get(server, "/queries/result.xlsx?query=a&query=b").status_code == 400


def test_volatile_table_is_not_kept(server: str) -> None:
    response = get(server, f"/queries/result.xlsx?query={quote('SELECT (RAND() AS ?x) WHERE {}')}")
    assert response.headers["cache-control"] == "no-store"
    assert "etag" not in response.headers


def test_terms_are_the_graphs_own(server: str) -> None:
    found = get(server, "/queries/terms.json").json()
    assert found["prefixes"]["cg"] == "https://w3id.org/clausegraph/ontology#"
    classes = {item["iri"]: item for item in found["classes"]}
    document = classes["https://w3id.org/clausegraph/ontology#Document"]
    assert document["label"] == "document"
    asked = (
        "SELECT (COUNT(*) AS ?n) WHERE { ?s a <https://w3id.org/clausegraph/ontology#Document> }"
    )
    answer = get(server, f"/sparql?query={quote(asked)}", {"Accept": "text/csv"}).text.split()[1]
    assert document["count"] == int(answer)
    assert "https://w3id.org/clausegraph/ontology#concept" in {
        item["iri"] for item in found["properties"]
    }
    assert any(item["number"] == 7 for item in found["questions"])


def test_explore_reads_without_scripts(server: str) -> None:
    text = get(server, "/explore?iri=documents:ai-safety-commitments", HTML).text
    assert '<a href="/doc/concept/mit-risk-domain/7.3"' in text
    assert "Unreviewed" in text
    assert "by machine" in text
    assert "/explore?iri=https%3A%2F%2Fw3id.org%2Fclausegraph%2Fid%2Factor%2Ftencent" in text


def test_explore_as_data_has_the_same_things_as_the_page(server: str) -> None:
    address = "?iri=https://w3id.org/clausegraph/id/concept/mit-risk-domain/7"
    page = get(server, f"/explore{address}", HTML).text
    found = get(server, f"/explore.json{address}").json()
    others = [node for node in found["nodes"] if node["iri"] != found["focus"]]
    assert len(others) > 8
    assert all(f'title="{node["iri"]}"' in page for node in others)
    known = {node["iri"] for node in found["nodes"]}
    assert all({edge["source"], edge["target"]} <= known for edge in found["edges"])


def test_explore_of_what_very_many_point_to_is_cut_and_says_so(server: str) -> None:
    address = "?iri=https://w3id.org/clausegraph/id/concept/agora-tag"
    found = get(server, f"/explore.json{address}").json()
    assert found["cut"] is True
    assert len(found["nodes"]) <= 61
    assert "linked with more than is shown" in get(server, f"/explore{address}", HTML).text


@pytest.mark.parametrize(
    ("iri", "status"),
    [
        ("documents:nope", 404),
        ("https://example.org/nothing", 404),
        ("not an iri", 400),
        ("nope:x", 400),
        ("https://w3id.org/clausegraph/id/x>y", 400),
    ],
)
def test_explore_of_nothing_says_what_to_do(server: str, iri: str, status: int) -> None:
    for path in ("/explore", "/explore.json"):
        response = get(server, f"{path}?iri={quote(iri)}")
        assert response.status_code == status
        assert response.json()["detail"]


def test_explore_without_a_thing_offers_some(server: str) -> None:
    text = get(server, "/explore", HTML).text
    assert "/explore?iri=https%3A%2F%2Fw3id.org%2Fclausegraph%2Fid%2Fdocument%2F" in text


def test_query_page_is_a_plain_form_without_scripts(server: str) -> None:
    text = get(server, "/sparql", HTML).text
    form = text[text.index('<form id="ask"') : text.index("</form>", text.index('<form id="ask"'))]
    assert 'action="/sparql"' in form
    assert 'name="query"' in form
    assert 'type="submit"' in form
    assert "onclick" not in text
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
