"""Pages: readable without a script, with provenance in view."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import httpx
import pytest

from clausegraph.vocabulary import ID

PAGES = [
    "/",
    "/docs",
    "/queries",
    "/sparql",
    "/sparql?query=ASK%7B%7D",
    "/ontology",
    "/shapes",
    "/dataset",
    "/graph/release",
    "/doc/document/ai-safety-commitments",
    "/doc/document/ai-safety-governance-framework-v1/clause/5.9",
    "/doc/concept/mit-risk-domain",
    "/doc/concept/mit-risk-domain/2.1",
    "/doc/actor/baidu",
    "/doc/document/nothing",
    "/problem/busy",
    "/cite",
    "/cite?iri=documents:generative-ai-measures",
]
ABSENT = '<span class="badge absent">stated absent</span>'
HEADED_ABSENT = '<span class="badge absent"><span class="text">stated absent</span></span>'
VOID = {"meta", "link", "img", "br", "input", "hr"}


class Outline(HTMLParser):
    """Checks that elements nest, and collects headings, links and languages."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []
        self.links: list[str] = []
        self.lang: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.lang = given.get("lang")
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page(client: httpx.Client, path: str) -> str:
    """Return the page at `path`."""
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_well_formed_and_has_one_main_heading(client: httpx.Client, path: str) -> None:
    """WCAG 2.2, 1.3.1, 2.4.1, 2.4.2, 3.1.1."""
    text = page(client, path)
    outline = Outline()
    outline.feed(text)
    assert outline.open == []
    assert outline.lang == "en"
    assert outline.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(outline.headings, outline.headings[1:], strict=False))
    assert '<a class="skip" href="#main">' in text
    assert "<title>" in text


@pytest.mark.parametrize(
    "path", ["/", "/doc/document/ai-safety-commitments", "/doc/concept/mit-risk-domain/4"]
)
def test_every_link_within_the_service_leads_somewhere(client: httpx.Client, path: str) -> None:
    """No dead link on the pages that people start from."""
    outline = Outline()
    outline.feed(page(client, path))
    inside = sorted({link.partition("#")[0] for link in outline.links if link.startswith("/")})
    assert len(inside) > 10
    for link in inside[:150]:
        assert client.get(link).status_code == 200, link


def test_a_statement_shows_agent_source_and_review(client: httpx.Client) -> None:
    """Machine-made and unreviewed is said beside the statement, not in a footnote."""
    text = page(client, "/doc/document/ai-safety-commitments")
    claims = text.split('<details class="evidence">')[1:]
    assert len(claims) > 30
    for row in claims:
        assert 'href="/doc/actor/' in row
        assert 'href="/doc/source/' in row
        assert 'class="badge review-status ' in row
        assert 'class="badge activity-kind ' in row
    assert any("activity-kind machine" in row for row in claims)


def test_a_concept_lists_the_statements_that_use_it(client: httpx.Client) -> None:
    """A preliminary statement is marked wherever it shows."""
    text = page(client, "/doc/concept/mit-mitigation-v2/3.1.4")
    assert "Statements that name it" in text
    assert "badge review-status preliminary" in text
    assert "in AI Safety Governance Framework" in text


def test_a_statement_of_its_own_says_who_made_it(client: httpx.Client) -> None:
    """The page of a statement begins with its provenance."""
    links = Outline()
    links.feed(page(client, "/doc/document/ai-safety-commitments"))
    path = next(link for link in links.links if "/classification/" in link)
    text = page(client, path)
    assert "Said by" in text
    assert "badge activity-kind machine" in text


def test_a_title_in_another_language_is_marked(client: httpx.Client) -> None:
    """WCAG 2.2, 3.1.2."""
    assert 'lang="zh"' in page(client, "/doc/document/ai-safety-commitments")


def test_clauses_are_listed_in_order(client: httpx.Client) -> None:
    """5.10 comes after 5.9."""
    text = page(client, "/doc/document/ai-safety-governance-framework-v1")
    shown = text.partition("<main")[2]
    places = [shown.index(f'/clause/5.{number}"') for number in range(1, 11)]
    assert places == sorted(places)


def test_a_result_is_shown_as_a_table_with_its_data_beside_it(client: httpx.Client) -> None:
    """A reader sees rows; a program gets the same query as CSV."""
    query = "SELECT ?s WHERE { ?s a <https://w3id.org/clausegraph/ontology#Document> } ORDER BY ?s"
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/html"})
    assert '<table class="data result">' in answer.text
    assert 'href="/doc/document/ai-safety-commitments"' in answer.text
    outline = Outline()
    outline.feed(answer.text)
    csv = next(link for link in outline.links if "text%2Fcsv" in link)
    assert client.get(csv).headers["content-type"] == "text/csv; charset=utf-8"


def test_more_rows_than_a_page_shows_are_spoken_of(client: httpx.Client) -> None:
    """An answer that is not whole says so."""
    query = "SELECT ?s ?p WHERE { ?s ?p ?o } LIMIT 1200"
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/html"})
    assert "1,200 rows; the first 1,000 are shown" in answer.text
    assert answer.text.count("<tr>") == 1001


def test_the_questions_on_the_first_page_run(client: httpx.Client) -> None:
    """What is offered to be asked has an answer."""
    outline = Outline()
    outline.feed(page(client, "/"))
    asked = [link for link in outline.links if link.startswith("/sparql?query=")]
    assert len(asked) == 4
    for link in asked:
        answer = client.get(link, headers={"Accept": "application/json"})
        assert answer.status_code == 200
        assert answer.json()["results"]["bindings"]


def test_every_kept_question_is_listed_and_leads_to_its_document(client: httpx.Client) -> None:
    """A saved query is a thing with an identifier."""
    outline = Outline()
    outline.feed(page(client, "/queries"))
    described = [link for link in outline.links if link.startswith("/doc/query/")]
    assert len(described) >= 20
    for link in described:
        assert client.get(link).status_code == 200


def test_a_kept_question_can_be_run_from_its_page(client: httpx.Client) -> None:
    """The document of a saved query has its text, and a way to run it."""
    outline = Outline()
    outline.feed(page(client, "/doc/query/documents/overview"))
    run = next(link for link in outline.links if link.startswith("/sparql?query="))
    assert client.get(run).json()["results"]["bindings"]


def test_a_query_that_failed_can_be_mended(client: httpx.Client) -> None:
    """The page of an error keeps what was typed."""
    query = {"query": "SELECT * WHERE { ?s ?p }"}
    answer = client.get("/sparql", params=query, headers={"Accept": "text/html"})
    assert "SELECT * WHERE { ?s ?p }</textarea>" in answer.text


def test_the_style_is_served_and_nothing_else_of_the_folder(client: httpx.Client) -> None:
    """A fixed list of files, not a folder."""
    assert client.get("/static/style.css").headers["content-type"] == "text/css; charset=utf-8"
    for name in ("nothing.css", "..%2Fapp.py", "..%2F..%2Fapp.py"):
        assert client.get(f"/static/{name}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/doc/document/ai-safety-commitments",
        "/doc/concept/system-kind/foundation-models",
        "/doc/concept/actor-role/enforcer",
    ],
)
def test_a_statement_of_absence_says_so_in_its_headline(client: httpx.Client, path: str) -> None:
    """The sources deny foundation models and an enforcer: no row may read as if they affirmed."""
    statement = re.compile(r'<details class="evidence">.*?</details>', re.DOTALL)
    denied = 0
    for row in statement.findall(page(client, path)):
        address = re.findall(r'class="own" href="([^"]*)"', row)[0]
        data = client.get(f"{address}.nt").text
        own = [line for line in data.splitlines() if line.startswith(f"<{ID}{address[5:]}> ")]
        absent = any("ontology#statedAbsent>" in line and '"true"' in line for line in own)
        assert (ABSENT in row.partition("</summary>")[0]) == absent
        denied += absent
    assert denied


def test_the_page_of_a_statement_of_absence_says_so_in_its_heading(client: httpx.Client) -> None:
    """The title of the page, by which it is found again, says it too."""
    path = "/doc/document/ai-safety-commitments/classification/"
    text = page(client, path + "legal-force-hard-law-airi-navigator-1831")
    for element in ("title", "h1"):
        heading = re.findall(rf"<{element}[^>]*>(.*?)</{element}>", text)[0]
        assert "stated absent: Hard Law" in heading
    assert HEADED_ABSENT in text


@pytest.mark.parametrize("path", ["/docs", "/problem/not-acceptable"])
def test_names_in_texts_are_shown_as_code(client: httpx.Client, path: str) -> None:
    """CommonMark is for the OpenAPI description; a page has elements."""
    text = page(client, path)
    assert "`" not in text
    assert "<code>" in text


def test_a_result_too_large_for_a_page_is_offered_as_data(client: httpx.Client) -> None:
    """A page is made in the service's own memory."""
    query = "SELECT ?a ?b ?c WHERE { ?a ?b ?c . ?d ?e ?f } LIMIT 60000"
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert "too many to show on a page; the files below have all of it" in answer.text
    assert len(answer.content) < 100_000
