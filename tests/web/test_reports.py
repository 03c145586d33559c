"""Reports over the corpus: counted by hand, the same in every form, each route and status told."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from pyld import jsonld as pyld
from pyoxigraph import NamedNode, RdfFormat, parse

from clausegraph import cli, jsonld, library
from clausegraph.library import Graph
from clausegraph.vocabulary import CG, TYPE
from clausegraph.web.reports import REPORTS, Report

ROOT = Path(__file__).resolve().parents[2]
DATA = (
    Path(__file__).with_name("reports.ttl"),
    ROOT / "data" / "mappings" / "agora-tag--enforcement-type.ttl",
    ROOT / "data" / "mappings" / "agora-tag--mit-risk-domain.ttl",
)
STATUSES = ("reviewed", "unreviewed", "preliminary", "disputed")
REVIEWS = "/api/reports/reviews"
PATHS = [
    *(
        f"{report.analysis.path}?via=mappings"
        for report in REPORTS
        if report.query != "report-reviews"
    ),
    REVIEWS,
]


@pytest.fixture(scope="module")
def small(serve: Callable[..., object]) -> Iterator[httpx.Client]:
    """A client of a service that holds reports.ttl and the mappings of AGORA's tags."""
    service = serve(*(text for path in DATA for text in ("--data", str(path))))
    with httpx.Client(base_url=service.url, timeout=30) as found:
        del found.headers["accept"]
        yield found


@pytest.fixture(scope="module")
def graph() -> Graph:
    """The same files in this process."""
    return library.open(DATA)


def table(client: httpx.Client, path: str) -> list[dict[str, str]]:
    """Return what a path answers, as a table; IRIs by their last parts."""
    answer = client.get(path, headers={"Accept": "text/csv"})
    assert answer.status_code == 200, answer.text
    rows = csv.DictReader(io.StringIO(answer.text))
    return [
        {
            name: cell.rpartition("/")[2] if cell.startswith("http") else cell
            for name, cell in row.items()
        }
        for row in rows
    ]


def counts(row: dict[str, str]) -> tuple[int, ...]:
    """Documents, of how many, and one by one the statuses."""
    return tuple(int(row[name]) for name in ("documents", "of", *STATUSES))


# Coverage by jurisdiction and year.


def coverage(client: httpx.Client, query: str = "") -> dict[tuple[str, ...], tuple[int, ...]]:
    rows = table(client, f"/api/reports/coverage{query}")
    return {
        (row["jurisdiction"], row["year"], row["concept"], row["route"]): counts(row)
        for row in rows
    }


def test_coverage_without_mappings_counts_what_is_stated(small: httpx.Client) -> None:
    """By hand: A alone, of two Chinese documents of 2023; the better of its two statuses counts."""
    assert coverage(small) == {("china", "2023", "2.1", "direct"): (1, 2, 1, 0, 0, 0)}


def test_coverage_via_mappings_tells_each_route(small: httpx.Client) -> None:
    """By hand: A and B bear a close tag; from C's tag nothing follows; D's is stated absent."""
    assert coverage(small, "?via=mappings") == {
        ("china", "2023", "2.1", "direct"): (1, 2, 1, 0, 0, 0),
        ("china", "2023", "2.1", "mapped"): (1, 2, 0, 1, 0, 0),
        ("china", "", "2.1", "mapped"): (1, 1, 0, 0, 1, 0),
        ("", "2022", "1.2", "hinted"): (1, 1, 0, 1, 0, 0),
        ("", "2022", "3.1", "hinted"): (1, 1, 0, 1, 0, 0),
        ("", "2022", "4.1", "hinted"): (1, 1, 0, 1, 0, 0),
    }


def test_coverage_of_tags_is_had_by_their_scheme(small: httpx.Client) -> None:
    """A risk that is matched to a tag leads to it too: the mapping is walked from either side."""
    found = coverage(small, "?scheme=agora-tag&via=mappings&year=2023")
    assert found[("china", "2023", "risk-factors-privacy", "direct")] == (1, 2, 0, 1, 0, 0)
    assert found[("china", "2023", "risk-factors-privacy", "mapped")] == (1, 2, 1, 0, 0, 0)
    assert {key[1] for key in found} == {"2023"}


@pytest.mark.parametrize(
    "query", ["jurisdiction=china", "year=2022", "jurisdiction=china&year=2023"]
)
def test_filter_keeps_the_rows_that_have_its_value(small: httpx.Client, query: str) -> None:
    asked = dict(part.split("=") for part in query.split("&"))
    whole = table(small, "/api/reports/coverage?via=mappings")
    kept = [row for row in whole if all(row[name] == value for name, value in asked.items())]
    assert kept
    assert table(small, f"/api/reports/coverage?via=mappings&{query}") == kept


# Gaps.


def gaps(client: httpx.Client, query: str = "") -> dict[tuple[str, str], tuple[str, int, int]]:
    return {
        (row["jurisdiction"], row["code"]): (row["finding"], int(row["mapped"]), int(row["hinted"]))
        for row in table(client, f"/api/reports/gaps{query}")
    }


def test_gaps_tell_what_a_mapping_says_from_what_nobody_says(small: httpx.Client) -> None:
    """China has 23 gaps of 24 subdomains, the others 24 each; C hints at three."""
    found = gaps(small, "?via=mappings")
    assert len(found) == 23 + 24 + 24
    assert ("china", "2.1") not in found
    assert {key: told for key, told in found.items() if told != ("no document", 0, 0)} == {
        ("", code): ("hinted at", 0, 1) for code in ("1.2", "3.1", "4.1")
    }


def test_gap_is_covered_by_mapping_alone_where_no_statement_names_it(small: httpx.Client) -> None:
    """A type of enforcement that only a tag says: B's fines; A's sanction is no classification."""
    found = gaps(small, "?scheme=enforcement-type&via=mappings&jurisdiction=china")
    assert found[("china", "fines")] == ("covered by mapping alone", 1, 0)
    assert gaps(small, "?scheme=enforcement-type&jurisdiction=china")[("china", "fines")] == (
        "no document",
        0,
        0,
    )


# Enforcement.


def test_risk_and_enforcement_go_together_by_either_route(small: httpx.Client) -> None:
    """The weaker status counts: A is reviewed for the risk and unreviewed for the fine."""
    rows = table(small, "/api/reports/enforcement?via=mappings")
    assert {
        (row["concept"], row["route"], row["enforcement"], row["enforcementRoute"]): counts(row)
        for row in rows
    } == {
        ("2.1", "direct", "fines", "direct"): (1, 1, 0, 1, 0, 0),
        ("2.1", "mapped", "fines", "direct"): (1, 2, 0, 1, 0, 0),
        ("2.1", "mapped", "fines", "mapped"): (1, 2, 0, 0, 1, 0),
    }


def test_tags_and_enforcement_go_together(small: httpx.Client) -> None:
    rows = table(small, "/api/reports/enforcement?scheme=agora-tag&enforcement=fines")
    assert [(row["concept"], counts(row)) for row in rows] == [
        ("risk-factors-privacy", (1, 2, 0, 1, 0, 0))
    ]
    assert not table(small, "/api/reports/enforcement?enforcement=subsidy")


# Reviews.


def test_reviews_count_every_classification_once(small: httpx.Client) -> None:
    """By hand: 13 classifications, one of them reviewed, one with a term of its source alone."""
    rows = table(small, REVIEWS)
    told = {
        (row["source"], row["scheme"], row["status"]): (
            row["classifications"],
            row["neverReviewed"],
        )
        for row in rows
    }
    assert told == {
        ("agora", "", "unreviewed"): ("1", "1"),
        ("agora", "agora-tag", "preliminary"): ("1", "1"),
        ("agora", "agora-tag", "unreviewed"): ("4", "4"),
        ("agora", "jurisdiction", "unreviewed"): ("3", "3"),
        ("agora", "mit-risk-domain", "preliminary"): ("1", "1"),
        ("agora", "mit-risk-domain", "unreviewed"): ("1", "1"),
        ("clausegraph", "jurisdiction", "unreviewed"): ("1", "1"),
        ("clausegraph", "mit-risk-domain", "reviewed"): ("1", "0"),
    }


@pytest.mark.parametrize(
    ("query", "column", "value"),
    [
        ("scheme=agora-tag", "scheme", "agora-tag"),
        ("source=clausegraph", "source", "clausegraph"),
        ("agent=agora", "agent", "agora"),
        ("review=reviewed", "status", "reviewed"),
    ],
)
def test_reviews_are_filtered(small: httpx.Client, query: str, column: str, value: str) -> None:
    kept = [row for row in table(small, REVIEWS) if row[column] == value]
    assert kept
    assert table(small, f"{REVIEWS}?{query}") == kept


# Documents.


def test_row_by_a_mapping_names_both_who_states_and_who_maps(small: httpx.Client) -> None:
    rows = table(small, "/api/reports/documents?document=a&via=mappings")
    assert [
        (
            row["route"],
            row["part"],
            row["stated"],
            row["relation"],
            row["agent"],
            row["mappingAgent"],
        )
        for row in rows
    ] == [
        ("direct", "a", "2.1", "", "clausegraph", ""),
        ("direct", "1", "2.1", "", "agora", ""),
        ("mapped", "a", "risk-factors-privacy", "core#closeMatch", "agora", "clausegraph"),
    ]


# All of them.


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.analysis.name)
def test_report_says_what_its_saved_query_says(
    report: Report, graph: Graph, small: httpx.Client
) -> None:
    """The service puts filters where the planner sees them; the answer is that of the query."""
    text = graph.query(report.saved).serialize("csv").decode()
    asked = "" if report.query == "report-reviews" else "?via=mappings"
    served = small.get(report.analysis.path + asked, headers={"Accept": "text/csv"}).text

    def rows(body: str) -> list[dict[str, str]]:
        found = csv.DictReader(io.StringIO(body))
        return [
            {("concept" if key == "risk" else key): cell for key, cell in row.items()}
            for row in found
        ]

    ours = [row for row in rows(text) if "mit-risk-domain" in row.get("concept", "mit-risk-domain")]
    assert ours
    names = set(ours[0]) & set(rows(served)[0])
    assert len(names) >= len(ours[0]) - 1
    assert [{name: row[name] for name in names} for row in rows(served)] == [
        {name: row[name] for name in names} for row in ours
    ]


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        ("corpus/risk-coverage", "year", "2023"),
        ("corpus/risk-coverage", "jurisdiction", "china"),
        ("corpus/risk-gaps", "jurisdiction", "china"),
        ("corpus/unreviewed", "scheme", "agora-tag"),
        ("corpus/enforcement-with-risks", "route", "mapped"),
        ("risks/by-document-via-mappings", "document", "a"),
    ],
)
def test_parameter_of_a_saved_query_takes_no_row_without_a_value(
    name: str, parameter: str, value: str, graph: Graph
) -> None:
    """What a row leaves empty is not what is asked for."""
    asked = graph.query(name, **{parameter: value})
    term = {row.term(parameter) for row in asked}
    assert len(term) == 1
    whole = [dict(row) for row in graph.query(name) if row.term(parameter) in term]
    assert [dict(row) for row in asked] == whole


@pytest.mark.parametrize("path", PATHS)
def test_graph_has_a_row_for_each_row_of_the_table(path: str, small: httpx.Client) -> None:
    """In JSON-LD, in Turtle, and in JSON-LD as another processor reads it."""
    rows = table(small, path)
    assert rows
    document = small.get(path).json()
    assert document["totalItems"] == len(document["member"]) == len(rows)
    turtle = small.get(path, headers={"Accept": "text/turtle"}).content
    triples = {quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE)}
    found = [
        triple
        for triple in triples
        if triple.predicate == TYPE and triple.object == NamedNode(CG + "ReportRow")
    ]
    assert len(found) == len(rows)
    read = pyld.to_rdf(
        document, {"documentLoader": jsonld.load_context, "format": "application/n-quads"}
    )
    assert {quad.triple for quad in parse(read.encode(), format=RdfFormat.N_QUADS)} == triples


@pytest.mark.parametrize("path", PATHS)
def test_page_shows_the_rows_and_leads_to_the_data(path: str, small: httpx.Client) -> None:
    """A browser gets a page that reads without scripts."""
    answer = small.get(path, headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.text.count("<tr>") == len(table(small, path)) + 1
    base, _, query = path.partition("?")
    assert f'href="{base}.csv{"?" if query else ""}{query}"' in answer.text
    assert answer.text.count("<script") == len(
        re.findall(r'<script [^>]*src="/static/', answer.text)
    )


def test_page_keeps_what_is_asked_and_can_leave_each_out(small: httpx.Client) -> None:
    """A link to one more filter keeps the others; one that is given is shown with a way out."""
    page = small.get("/api/reports/coverage.html?via=mappings&year=2024").text
    assert "<strong>via=mappings</strong>" in page
    assert 'href="/api/reports/coverage?year=2024"' in page
    assert 'href="/api/reports/coverage?jurisdiction=china&amp;via=mappings&amp;year=2024"' in page


def test_page_names_things_in_words_where_the_table_has_iri_and_name(small: httpx.Client) -> None:
    """The columns of a page: a name that leads to the thing, and no column twice."""
    (head,) = re.findall("<thead>.*", small.get("/api/reports/coverage.html?via=mappings").text)
    columns = re.findall('<th scope="col">(.*?)</th>', head)
    assert columns[:4] == ["jurisdiction", "year", "code", "concept"]
    assert not {"label", "jurisdictionLabel"} & set(columns)
    page = small.get("/api/reports/enforcement.html?via=mappings").text
    assert re.search('<td><a href="[^"]*/enforcement-type/fines">Fines</a></td>', page)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("via=magic", "there is no 'magic' here"),
        ("via=", "`via` is empty"),
        ("scheme=nope", "Nothing here is called"),
        ("jurisdiction=atlantis", "Nothing here is called"),
        ("year=soon", "takes a whole number"),
        ("year=2023&year=2024", "given twice"),
        ("limit=5", "no filter of this view"),
    ],
)
@pytest.mark.parametrize("suffix", ["", ".csv", ".html"])
def test_wrong_call_is_400_that_says_what_is_known(
    query: str, says: str, suffix: str, small: httpx.Client
) -> None:
    answer = small.get(f"/api/reports/coverage{suffix}?{query}")
    assert answer.status_code == 400
    assert says in answer.text.replace("&#39;", "'")


def test_report_that_finds_nothing_is_a_table_without_rows(small: httpx.Client) -> None:
    """A value that is known and has no rows is no mistake."""
    assert table(small, "/api/reports/coverage?jurisdiction=multinational") == []
    assert small.get("/api/reports/coverage?year=1900").json()["totalItems"] == 0


def test_report_that_is_held_is_304_and_names_its_release(small: httpx.Client) -> None:
    answer = small.get("/api/reports/coverage.csv")
    assert len(answer.headers["clausegraph-release"]) == 64
    again = small.get(
        "/api/reports/coverage.csv", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_every_report_keeps_to_the_shapes(
    small: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the service makes is valid by the shapes that it publishes."""
    shapes = ("--shapes", str(ROOT / "shapes" / "report.ttl"))
    for path in PATHS:
        answer = small.get(path, headers={"Accept": "text/turtle"})
        path_of = tmp_path / "report.ttl"
        path_of.write_bytes(answer.content)
        monkeypatch.setattr(sys, "argv", ["clausegraph", "validate", str(path_of), *shapes])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        assert stop.value.code == 0, path
