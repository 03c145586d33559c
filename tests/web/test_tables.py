"""Lists as tables: one row an item, with a header, and whole where no limit is asked for."""

from __future__ import annotations

import csv
import io

import httpx
import pytest

from clausegraph.web import texts
from clausegraph.web.views import VIEWS

ID = "https://w3id.org/clausegraph/id/"
PATHS = [view.example for view in VIEWS]
CSV = {"Accept": "text/csv"}


def rows(text: str) -> list[dict[str, str]]:
    """Return the rows of a CSV text by column."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("path", PATHS)
def test_a_list_is_a_table_with_one_row_an_item(client: httpx.Client, path: str) -> None:
    """RFC 4180: a header, CRLF; the columns begin with the identifier."""
    answer = client.get(path, headers=CSV)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.endswith(b"\r\n")
    found = rows(answer.text)
    iris = [row["iri"] for row in found]
    assert next(iter(found[0])) == "iri"
    assert len(iris) == len(set(iris))
    assert all(iri.startswith(ID) for iri in iris)
    if "mit-risk-domain" not in path:  # A tree has the items at its top; its table has them all.
        assert len(iris) == client.get(path).json()["totalItems"]


@pytest.mark.parametrize("path", PATHS)
def test_a_table_comes_in_the_order_of_the_list_and_in_parts(
    client: httpx.Client, path: str
) -> None:
    """The parts of it, one after the other, are the whole."""
    whole = [row["iri"] for row in rows(client.get(path, headers=CSV).text)]
    url: str | None = f"{path}?limit=100"
    found: list[str] = []
    while url:
        answer = client.get(url, headers=CSV)
        found += [row["iri"] for row in rows(answer.text)]
        url = answer.links.get("next", {}).get("url")
    assert found == whole


@pytest.mark.parametrize("path", [path for path in PATHS if "mit-risk-domain" not in path])
def test_a_table_has_the_items_of_the_page(client: httpx.Client, path: str) -> None:
    """Filters, order and place mean the same in every form."""
    page = client.get(path, params={"limit": "5"})
    table = client.get(path, params={"limit": "5"}, headers=CSV)
    assert [row["iri"] for row in rows(table.text)] == [
        item["id"] for item in page.json()["member"]
    ]
    following = client.get(page.links["next"]["url"]).json()["member"]
    table = client.get(table.links["next"]["url"], headers=CSV)
    assert [row["iri"] for row in rows(table.text)] == [item["id"] for item in following]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_every_order_is_that_of_the_table_too(client: httpx.Client, view: object) -> None:
    """Descending as well."""
    for sort in [sign + name for name in view.sorts for sign in ("", "-")]:
        whole = rows(client.get(view.example, params={"sort": sort}, headers=CSV).text)
        part = rows(client.get(view.example, params={"sort": sort, "limit": "9"}, headers=CSV).text)
        assert [row["iri"] for row in whole[:9]] == [row["iri"] for row in part]
        assert whole[:9] == part


def test_a_table_says_what_things_are_called(client: httpx.Client) -> None:
    """The identifier and the label of what a row points to; several values between bars."""
    found = {
        row["iri"].removeprefix(f"{ID}document/"): row
        for row in rows(client.get("/api/documents.csv").text)
    }
    commitments = found["ai-safety-commitments"]
    assert commitments["title"].startswith("Artificial Intelligence Safety Commitments")
    assert commitments["original_title"] == "人工智能安全承诺"
    assert commitments["jurisdiction"] == f"{ID}concept/jurisdiction/china"
    assert commitments["jurisdiction_label"] == "China"
    kinds = commitments["type"].split(" | ")
    assert kinds == [f"{ID}concept/document-type/{name}" for name in ("commitment", "policy")]
    assert len(commitments["type_label"].split(" | ")) == 2


def test_a_table_of_classifications_says_who_says_so(client: httpx.Client) -> None:
    """No statement without agent, source and review, in a table either."""
    for row in rows(client.get("/api/classifications.csv").text):
        assert row["agent"].startswith(f"{ID}actor/")
        assert row["agent_label"]
        assert row["source"].startswith(f"{ID}source/")
        assert row["review_label"]
        assert row["activity_kind_label"]
        assert row["document_label"]
        assert row["concept_label"] or row["source_term"] or row["stated_absent"] == "true"


def test_a_table_of_a_scheme_has_every_concept(client: httpx.Client) -> None:
    """A tree is flat in a table: each concept with the broader one."""
    found = rows(client.get("/api/concepts/mit-risk-domain.csv").text)
    assert [row["code"] for row in found[:4]] == ["1", "1.1", "1.2", "1.3"]
    assert len(found) == 31
    assert all(row["broader"] for row in found if "." in row["code"])


def test_a_table_comes_as_tsv_too(client: httpx.Client) -> None:
    """SPARQL 1.1 Query Results CSV and TSV Formats, section 4: terms as in Turtle."""
    answer = client.get("/api/actors", params={"_mediatype": "text/tab-separated-values"})
    assert answer.headers["content-type"] == "text/tab-separated-values; charset=utf-8"
    lines = answer.text.splitlines()
    assert lines[0].split("\t")[:2] == ["?iri", "?title"]
    assert all(line.startswith("<https://") for line in lines[1:])
    roles = [line.split("\t")[lines[0].split("\t").index("?role")] for line in lines[1:]]
    assert "" in roles  # Of who plays no part nothing is stated, not an empty text.
    assert '""' not in roles


def test_a_filter_that_nothing_fits_gives_the_header_alone(client: httpx.Client) -> None:
    """And one that nobody knows is an error in a table, too."""
    empty = client.get("/api/documents.csv", params={"q": "no such words"})
    assert empty.text.count("\r\n") == 1
    part = client.get("/api/documents.csv", params={"q": "no such words", "limit": "3"})
    assert part.content == empty.content
    assert client.get("/api/documents.csv", params={"jurisdiction": "x"}).status_code == 400


def test_a_list_names_its_table(client: httpx.Client) -> None:
    """RFC 8288: alternate; with the filters, without the place."""
    answer = client.get("/api/clauses", params={"q": "risk", "limit": "3"})
    assert answer.links["alternate"]["type"] == "text/csv"
    table = client.get(answer.links["alternate"]["url"])
    assert len(rows(table.text)) == answer.json()["totalItems"]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_every_query_of_a_view_says_what_it_asks(view: object) -> None:
    """Each is a saved query with a summary."""
    for name in filter(None, (view.items, view.describe, view.table, view.nested)):
        assert texts.query(name).startswith("#+ summary: "), name
