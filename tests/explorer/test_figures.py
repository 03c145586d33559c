"""Figures: counted by hand, the same on the page, in the picture and in the table behind it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest

from clausegraph.vocabulary import CG, ID
from clausegraph.web.reports import REPORTS, Report
from services import served

DATA = Path(__file__).resolve().parents[1] / "web" / "analysis.ttl"
HTML = {"Accept": "text/html"}
FIGURES = ("coverage", "gaps", *(f"report-{report.analysis.name}" for report in REPORTS))
PAIR = "documents=generative-ai-measures-draft,generative-ai-measures"
SVG = "{http://www.w3.org/2000/svg}"
# By hand, from analysis.ttl: for each document the state at 1.1, 1.2, 1.10, 2.1 and 3.
NO, YES, NOBODY = "assessed-not-covered", "covered", "not-assessed"
BY_HAND = {
    "a": [YES, NO, YES, NOBODY, NOBODY],
    "b": [NO, NO, NO, "only-broader-named", NOBODY],
    "c": [YES, NO, NO, NO, NO],
}


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[httpx.Client]:
    """A reader of what ships."""
    with httpx.Client(base_url=server, headers=HTML, timeout=30) as found:
        yield found


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A reader of analysis.ttl alone."""
    with (
        served(tmp_path_factory.mktemp("small"), "--data", str(DATA)) as url,
        httpx.Client(base_url=url, headers=HTML, timeout=30) as found,
    ):
        yield found


def text(client: httpx.Client, path: str) -> str:
    """Return what a path answers."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def table(client: httpx.Client, path: str) -> list[dict[str, str]]:
    """Return the rows of a table."""
    return list(csv.DictReader(io.StringIO(text(client, path))))


def states(client: httpx.Client, path: str) -> dict[str, list[str]]:
    """Return the states in the table of a figure, by the document's last part, in its order."""
    found: dict[str, list[str]] = {}
    for row in table(client, path):
        found.setdefault(row["document"].rpartition("/")[2], []).append(row["state"])
    return found


def test_the_table_of_coverage_is_as_counted_by_hand(small: httpx.Client) -> None:
    """What nobody looked at has a row of its own, unlike what was looked for and not found."""
    assert states(small, "/figures/coverage.csv") == BY_HAND
    rows = table(small, "/figures/coverage.csv")
    best = next(
        row for row in rows if row["concept_code"] == "1.1" and row["document_label"] == "A"
    )
    assert best["level_label"] == "Good"
    assert best["contested"] == "true"
    assert (best["evidence"], best["evidence_review"]) == (
        f"{ID}document/a/classification/good",
        "reviewed",
    )


def test_the_page_of_coverage_says_the_same_and_leads_to_the_evidence(small: httpx.Client) -> None:
    """Each cell that anything is known of is a link to the statement that shows it best."""
    page = text(small, "/coverage")
    cells = re.findall(r'<td class="level ([\w-]+)">(.*?)</td>', page, re.DOTALL)
    looks = {YES: {"level-2", "level-3"}, NO: {"level-0"}, NOBODY: {"not-assessed"}}
    wanted = [state for row in BY_HAND.values() for state in row]
    assert len(cells) == len(wanted)
    for (look, content), state in zip(cells, wanted, strict=True):
        assert look in looks.get(state, {"broader"})
        assert ('href="/doc/document/' in content) == (state != NOBODY)
    assert "not assessed: nobody looked" in page
    assert "assessed, not covered" in page
    assert '<a href="/doc/document/a/classification/good"' in page


@pytest.mark.parametrize("level", ["domain", "subdomain", "concept"])
def test_a_level_has_the_columns_of_the_gaps(small: httpx.Client, level: str) -> None:
    """A gap is a column in which no document is covered."""
    query = f"scheme=one&level={level}"
    columns: dict[str, set[str]] = {}
    for row in table(small, f"/figures/coverage.csv?{query}"):
        columns.setdefault(row["concept"], set()).add(row["state"])
    gaps = {row["concept"] for row in table(small, f"/api/gaps.csv?{query}")}
    assert gaps == {concept for concept, found in columns.items() if YES not in found}
    assert gaps == {row["concept"] for row in table(small, f"/figures/gaps.csv?{query}")}


def test_the_gaps_of_a_figure_are_those_of_the_data(client: httpx.Client) -> None:
    """Same concepts, states, documents and evidence as `/api/gaps`."""
    names = ("concept", "gap_state", "documents_not_assessed", "document", "state", "evidence")
    mine, theirs = (
        [tuple(row[name] for name in names) for row in table(client, path)]
        for path in ("/figures/gaps.csv", "/api/gaps.csv")
    )
    assert mine == theirs
    assert mine


def test_a_comparison_is_that_of_the_data(client: httpx.Client) -> None:
    """Same concepts, documents, states and evidence as `/api/compare`."""
    names = ("concept", "document", "state", "level", "evidence")
    mine, theirs = (
        sorted(tuple(row[name] for name in names) for row in table(client, path))
        for path in (f"/figures/compare.csv?{PAIR}", f"/api/compare.csv?{PAIR}")
    )
    assert mine == theirs
    assert mine


def test_a_comparison_shows_the_fine_that_is_gone_and_the_sanctions_that_stay(
    client: httpx.Client,
) -> None:
    """A sanction is stated absent of the one text; another remains."""
    page = text(client, f"/compare?{PAIR}")
    fines = page.partition('<th scope="row">Fines</th>')[2].partition("</tr>")[0]
    draft, final = fines.split("</td>")[:2]
    assert "10000 to 100000 CNY" in draft
    assert "stated absent" not in draft
    assert "stated absent" in final
    assert '<th scope="row">Administrative measures</th>' in page
    assert "unreviewed" in fines


def test_machine_made_evidence_says_so_in_every_form(client: httpx.Client) -> None:
    """On the page, in the table, and in the caption of the picture."""
    rows = table(client, "/figures/coverage.csv")
    made = [row for row in rows if row["evidence_machine_made"] == "true"]
    assert {row["document"].rpartition("/")[2] for row in made} == {"ai-safety-commitments"}
    said = f"{len(made)} machine-made, unreviewed"
    assert said in text(client, "/coverage")
    assert said in drawn(client, "/figures/coverage.svg")
    assert "6 preliminary" in drawn(client, "/figures/coverage.svg")


def test_documents_are_grouped_as_asked(client: httpx.Client) -> None:
    """What has no jurisdiction, type or year comes last, under a name that says so."""
    for group, first, last in (
        ("jurisdiction", "China", "No jurisdiction stated"),
        ("type", "Company policy and Voluntary commitment", "No type stated"),
        ("year", "2023", "No year stated"),
    ):
        rows = table(client, f"/figures/coverage.csv?group={group}")
        names = list(dict.fromkeys(row["group"] for row in rows))
        assert (names[0], names[-1]) == (first, last)
        page = text(client, f"/coverage?group={group}")
        found = re.findall(r'<th scope="rowgroup"[^>]*><span>(.*?)</span>', page)
        assert found == names
    assert "rowgroup" not in text(client, "/coverage?group=none")


def test_a_filter_by_legal_force_leaves_what_has_it(client: httpx.Client) -> None:
    """Which risks no document of a force addresses, as SPARQL finds it."""
    query = (
        f"SELECT DISTINCT ?risk WHERE {{ ?document <{CG}legalForce> "
        f"<{ID}concept/legal-force/soft-law> . ?part <{CG}clauseOf>? ?document . "
        f"?statement <{CG}classifies> ?part ; <{CG}concept> ?risk . ?risk a <{CG}RiskDomain> "
        f"MINUS {{ ?statement <{CG}statedAbsent> true }} }}"
    )
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"})
    addressed = {line for line in answer.text.split()[1:] if "." in line.rpartition("/")[2]}
    gaps = {row["concept"] for row in table(client, "/figures/gaps.csv?force=soft-law")}
    assert len(addressed) + len(gaps) == 24
    assert not addressed & gaps
    documents = {row["document"] for row in table(client, "/figures/coverage.csv?force=soft-law")}
    assert documents == {f"{ID}document/ai-safety-commitments"}


def test_the_query_on_a_page_finds_what_the_page_shows(client: httpx.Client) -> None:
    """A reader who runs it gets the same states."""
    page = text(client, "/coverage")
    written = re.search(r'<textarea id="asked"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert written
    query = written[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    query = query.replace("&#34;", '"').replace("&#39;", "'")
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": "text/csv"})
    assert answer.status_code == 200, answer.text
    rows = csv.DictReader(io.StringIO(answer.text))
    asked = Counter((row["document"], row["column"], row["state"]) for row in rows)
    shown = Counter(
        (row["document"], row["concept"], row["state"])
        for row in table(client, "/figures/coverage.csv")
        if row["state"] != NOBODY
    )
    assert asked == shown
    ran = client.post("/sparql", data={"query": query})
    assert ran.headers["content-type"].startswith("text/html")
    assert ran.status_code == 200


def drawn(client: httpx.Client, path: str) -> str:
    """Return the texts of a picture, one after the other, as one reads them."""
    root = ElementTree.fromstring(client.get(path).content)  # noqa: S314 - our own
    return " ".join(element.text or "" for element in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_can_be_taken_away(client: httpx.Client, name: str) -> None:
    """SVG and PNG with title, address, release and day; the table as CSV."""
    picture = client.get(f"/figures/{name}.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.headers["content-security-policy"].startswith("default-src 'none'; style-src")
    release = picture.headers["clausegraph-release"]
    root = ElementTree.fromstring(picture.content)  # noqa: S314 - our own
    assert root.get("role") == "img"
    title, described = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert title.text
    assert described is not None
    assert described.text
    said = drawn(client, f"/figures/{name}.svg")
    assert " ".join(title.text.split()[:3]) in said
    assert f"release {release[:12]}" in said
    assert re.search(r"\d{4}-\d\d-\d\d", said)
    assert f"https://w3id.org/clausegraph/v/{release}/" in said.replace(" ", "")
    png = client.get(f"/figures/{name}.png")
    assert png.headers["content-type"] == "image/png"
    assert png.content.startswith(b"\x89PNG\r\n\x1a\n")
    rows = list(csv.reader(io.StringIO(text(client, f"/figures/{name}.csv"))))
    assert len(rows) > 1
    assert len({len(row) for row in rows}) == 1


@pytest.mark.parametrize("path", ["/coverage", "/figures/gaps.svg", "/figures/coverage.png"])
def test_what_a_client_holds_is_not_sent_again(client: httpx.Client, path: str) -> None:
    """RFC 9110, 13.1.2; HEAD gives the fields of GET (9.3.2)."""
    answer = client.get(path)
    again = client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == answer.headers["etag"]


def test_what_a_form_leaves_empty_is_left_out_of_the_address(client: httpx.Client) -> None:
    """A form sends every field; the address that is shared says only what was chosen."""
    answer = client.get("/coverage?scheme=mit-mitigation-v1&jurisdiction=&type=&review=")
    assert answer.status_code == 302
    assert answer.headers["location"] == "/coverage?scheme=mit-mitigation-v1"
    assert client.get("/compare?documents=&documents=").headers["location"] == "/compare"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/coverage?scheme=no-such-scheme", "Nothing here is called"),
        ("/coverage?group=colour", "Known are: jurisdiction, type, year, none."),
        ("/coverage?page=9", "There are 1 pages."),
        ("/coverage?page=x", "takes a whole number"),
        ("/coverage?page=0", "Give a number from 1"),
        ("/gaps?colour=red", "is no filter of this view"),
        ("/gaps?level=finest", "Known are: subdomain, domain, concept."),
        ("/compare?documents=" + ",".join("abcdef"), "from 2 to 5"),
        ("/compare?documents=generative-ai-measures,no-such-document", "Nothing here is called"),
        ("/figures/compare.svg", "Choose two to five documents."),
        ("/figures/compare.csv?documents=generative-ai-measures", "nothing to draw yet"),
    ],
)
def test_what_cannot_be_asked_is_told_on_a_page(client: httpx.Client, path: str, said: str) -> None:
    """What happened, and what to do next."""
    answer = client.get(path)
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/html")
    assert said in re.sub(r"<[^>]+>", "", answer.text)
    assert "Traceback" not in answer.text


def test_one_document_alone_is_not_compared_and_none_asks_for_some(client: httpx.Client) -> None:
    """The page says so, and keeps what was picked."""
    page = text(client, "/compare?documents=generative-ai-measures")
    assert "One document alone is not compared" in page
    assert '<option value="generative-ai-measures" selected>' in page
    assert "Choose two to five documents" in text(client, "/compare")


def test_a_filter_that_nothing_fits_says_so(client: httpx.Client) -> None:
    """No result is a page with a way out of it, not an empty table."""
    page = text(client, "/coverage?type=regulation&force=soft-law")
    assert "No document fits what is asked for" in page


def test_an_old_address_keeps_its_figures_within_the_release(client: httpx.Client) -> None:
    """Below `/v/{release}` a page links to the pictures and tables of that release."""
    release = client.get("/coverage").headers["clausegraph-release"]
    answer = client.get(f"/v/{release}/coverage?scheme=mit-mitigation-v1")
    assert answer.status_code == 200
    found = re.findall(r'href="(/[^"]*figures/coverage\.\w+[^"]*)"', answer.text)
    assert len(found) == 3
    assert all(address.startswith(f"/v/{release}/figures/") for address in found)
    assert "immutable" in answer.headers["cache-control"]
    assert client.get(found[0].replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.analysis.name)
def test_a_report_has_its_chart_above_its_table(client: httpx.Client, report: Report) -> None:
    """The chart is an image with a name and a description; its files are beside it."""
    name = report.analysis.name
    page = text(client, f"/api/reports/{name}")
    assert page.count("<svg ") == 1
    assert 'role="img"' in page
    assert re.search(r"<svg [^>]*>\s*<title>[^<]+</title>\s*<desc>[^<]+</desc>", page)
    for suffix in ("svg", "png", "csv"):
        assert f'href="/figures/report-{name}.{suffix}"' in page


def test_what_no_document_is_said_to_be_has_no_gaps_to_show(client: httpx.Client) -> None:
    """That nobody says of a document that it binds is no finding about any risk."""
    page = text(client, "/gaps?force=hard-law")
    assert "No document of this release is said to be of that kind" in page
    assert 'href="/doc/query/risks/addressed-by-binding"' in page
    assert "nobody looked" not in page.partition("<main")[2].partition("<figcaption>")[2]
    assert '<option value="hard-law" selected>Hard Law</option>' in page
    assert "Only documents with legal force Hard Law." in page
    assert "selected>Hard Law</option>" in text(client, "/coverage?force=hard-law")
