"""The pages for reading say what the data say: the same rows, counts, order, evidence."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from services import served

DOCUMENT = "/doc/document/ai-safety-commitments"
FRAMEWORK = "/doc/document/ai-safety-governance-framework-v1"
LISTS = ("/documents", "/actors", "/sources", "/concepts")
ROW = re.compile(r'<th scope="row"><a href="([^"]*)"')
FACET = re.compile(r'<li><a href="([^"]*)" rel="nofollow"[^>]*>.*?<span class="count">([\d,]+)')
STATEMENT = re.compile(r'<details class="evidence">.*?</details>', re.DOTALL)

# Two sources that differ about one risk; another risk that is assessed and not covered.
DISPUTED = """@base <https://w3id.org/clausegraph/id/> .
@prefix cg: <https://w3id.org/clausegraph/ontology#> .
@prefix coverage-3: <https://w3id.org/clausegraph/id/concept/coverage-3/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix review-status: <https://w3id.org/clausegraph/id/concept/review-status/> .
@prefix risk: <https://w3id.org/clausegraph/id/concept/mit-risk-domain/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<document/disputed> a cg:Document ; dcterms:title "A disputed document"@en .
<document/disputed/classification/yes> a cg:Classification , cg:Statement ;
  cg:classifies <document/disputed> ; cg:concept risk:1.1 ; cg:coverageLevel coverage-3:3 ;
  cg:reviewStatus review-status:unreviewed ; dcterms:source <source/agora> ;
  prov:wasAttributedTo <actor/baidu> ; prov:wasGeneratedBy <activity/inference> .
<document/disputed/classification/no> a cg:Classification , cg:Statement ;
  cg:classifies <document/disputed> ; cg:concept risk:1.1 ; cg:coverageLevel coverage-3:1 ;
  cg:reviewStatus review-status:unreviewed ; dcterms:source <source/agora> ;
  prov:wasAttributedTo <actor/huawei> ; prov:wasGeneratedBy <activity/inference> .
<document/disputed/classification/none> a cg:Classification , cg:Statement ;
  cg:classifies <document/disputed> ; cg:concept risk:3 ; cg:coverageLevel coverage-3:1 ;
  cg:reviewStatus review-status:unreviewed ; dcterms:source <source/agora> ;
  prov:wasAttributedTo <actor/huawei> ; prov:wasGeneratedBy <activity/inference> .
<review/yes> a cg:Review ; cg:reviewOf <document/disputed/classification/yes> ;
  cg:verdict <concept/review-verdict/confirmed> ; cg:rationale "Read it twice."@en ;
  dcterms:created "2026-11-22"^^xsd:date ; prov:wasAttributedTo <actor/clausegraph> .
"""


@pytest.fixture(scope="module")
def client(server: str) -> Iterator[httpx.Client]:
    """A reader of the shipped graph."""
    with httpx.Client(base_url=server, timeout=30, headers={"Accept": "text/html"}) as found:
        yield found


@pytest.fixture(scope="module")
def disputed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A reader of the shipped graph with sources that differ beside it."""
    folder = tmp_path_factory.mktemp("disputed")
    data = folder / "disputed.ttl"
    data.write_text(DISPUTED, encoding="utf-8")
    said = folder / "said"
    said.mkdir()
    with (
        served(Path(said), "--data", "shipped", "--data", str(data)) as url,
        httpx.Client(base_url=url, timeout=30, headers={"Accept": "text/html"}) as found,
    ):
        yield found


@pytest.fixture(scope="module")
def ask(client: httpx.Client) -> Callable[[str], list[dict[str, str]]]:
    """Ask a SELECT; rows of texts."""

    def run(query: str) -> list[dict[str, str]]:
        prefixes = "PREFIX cg: <https://w3id.org/clausegraph/ontology#>\n"
        answer = client.get(
            "/sparql", params={"query": prefixes + query}, headers={"Accept": "application/json"}
        )
        assert answer.status_code == 200, answer.text
        rows = answer.json()["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in rows]

    return run


def page(client: httpx.Client, path: str, status: int = 200) -> str:
    """Return the main part of a page."""
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.text)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text.partition("<main")[2].partition("</main>")[0]


def total(text: str) -> int:
    """Return how many entries a list says that it has."""
    return int(re.findall(r'role="status">([\d,]+) entr', text)[0].replace(",", ""))


def data(client: httpx.Client, path: str) -> Any:
    """Return what `/api/...` answers."""
    answer = client.get(path, headers={"Accept": "application/ld+json"})
    assert answer.status_code == 200, answer.text
    return answer.json()


# --- lists


@pytest.mark.parametrize("path", LISTS)
def test_a_list_has_the_rows_of_its_data_in_their_order(client: httpx.Client, path: str) -> None:
    """A page is another form of the same list."""
    text = page(client, path)
    table = next(url for url in re.findall(r'href="([^"]*\.csv[^"]*)"', text))
    rows = list(csv.DictReader(io.StringIO(client.get(unescape(table)).text)))
    shown = [link.rpartition("/")[2] for link in ROW.findall(text)]
    assert shown == [row["iri"].rpartition("/")[2] for row in rows][: len(shown)]
    assert total(text) == data(client, f"/api{path}")["totalItems"]
    assert len(shown) == min(total(text), 50)


@pytest.mark.parametrize("path", ["/documents", "/actors", "/sources"])
def test_a_facet_leads_to_as_many_entries_as_it_counts(client: httpx.Client, path: str) -> None:
    """And the data behind it are filtered alike."""
    values = FACET.findall(page(client, path))
    assert len(values) >= 2
    for link, count in values:
        narrowed = page(client, unescape(link))
        assert total(narrowed) == int(count.replace(",", "")), link
        assert 'aria-current="true"' in narrowed
        assert data(client, f"/api{unescape(link)}")["totalItems"] == total(narrowed)


def test_facets_count_what_the_other_filters_leave(client: httpx.Client) -> None:
    """The chosen facet still shows its other values, so that one can be exchanged for another."""
    text = page(client, "/documents?jurisdiction=china&type=framework")
    assert total(text) == 1
    links = [unescape(link) for link, _ in FACET.findall(text)]
    assert "/documents?jurisdiction=china&type=regulation" in links
    chosen = text.partition('class="chips chosen"')[2].partition("</ul>")[0]
    assert re.findall(r'href="([^"]*)"', chosen) == [
        "/documents?type=framework",
        "/documents?jurisdiction=china",
    ]


def test_documents_without_a_value_are_counted_as_not_stated(client: httpx.Client) -> None:
    """What nobody states is no value; the count says how much that is."""
    text = page(client, "/documents")
    stated = data(client, "/api/documents?jurisdiction=china")["totalItems"]
    facet = text.partition("<h2>Jurisdiction</h2>")[2].partition("</ul>")[0]
    unstated = re.findall(r'not stated</span> <span class="count">(\d+)', facet)
    assert int(unstated[0]) == total(text) - stated


def test_the_new_filters_of_documents_hold_for_the_data(client: httpx.Client) -> None:
    """Who issued it, and in which year."""
    found = data(client, "/api/documents?year=2023&issuer=cac")
    assert [item["id"].rpartition("/")[2] for item in found["member"]] == ["generative-ai-measures"]
    assert data(client, "/api/documents?year=20")["totalItems"] == 0


def test_fields_that_a_form_leaves_empty_ask_for_nothing(client: httpx.Client) -> None:
    """A form sends every field that it has."""
    assert total(page(client, "/documents?q=&sort=title")) == total(page(client, "/documents"))


def test_a_list_without_entries_says_what_to_do_next(client: httpx.Client) -> None:
    """No dead end."""
    text = page(client, "/documents?q=zzzzzz")
    assert "Nothing fits all of this" in text
    assert 'href="/documents">begin with the whole list' in text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/documents?colour=red", 400),
        ("/documents?type=nothing", 400),
        ("/documents?sort=colour", 400),
        ("/documents?after=nonsense", 400),
        ("/concepts/nothing", 404),
    ],
)
def test_what_a_list_does_not_know_is_refused_with_a_page(
    client: httpx.Client, path: str, status: int
) -> None:
    """An error is a page for a reader, and says what is known."""
    assert "<h1" in page(client, path, status)


def test_a_list_is_walked_from_page_to_page(client: httpx.Client) -> None:
    """Each entry once, by the links alone."""
    seen: list[str] = []
    path = "/actors?limit=7"
    while path:
        text = page(client, path)
        seen += ROW.findall(text)
        following = re.findall(r'href="([^"]*)" rel="next"', text)
        path = unescape(following[0]) if following else ""
    assert len(seen) == len(set(seen)) == total(page(client, "/actors"))


def test_a_list_that_has_not_changed_is_not_sent_again(client: httpx.Client) -> None:
    """RFC 9110, 13.1.2; and a list says in which release it is so."""
    first = client.get("/documents")
    again = client.get("/documents", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert first.headers["clausegraph-release"]


def test_a_page_of_a_release_stays_within_it(client: httpx.Client) -> None:
    """Whatever has a path has it below /v/{release}, for ever."""
    release = client.get("/ready").json()["release"]
    for path in ("/documents", "/concepts/mit-risk-domain", FRAMEWORK):
        answer = client.get(f"/v/{release}{path}")
        assert answer.status_code == 200, path
        assert "immutable" in answer.headers["cache-control"]
        links = re.findall(
            r'href="(/[^"]*)"', answer.text.partition("<main")[2].partition("</main>")[0]
        )
        inside = [link for link in links if link.startswith((f"/v/{release}/", "/static/"))]
        assert len(inside) > 10
        assert not [link for link in links if link.startswith(("/doc", "/concepts", "/documents"))]


# --- concepts


def test_a_scheme_is_a_tree_with_the_counts_of_its_lists(client: httpx.Client) -> None:
    """Each figure leads to as many documents."""
    text = page(client, "/concepts/mit-risk-domain")
    counted = re.findall(r'href="(/documents\?concept=[^"]*)">([\d,]+) document', text)
    assert len(counted) >= 9
    for link, count in counted:
        assert total(page(client, unescape(link))) == int(count), link
    shown = re.findall(r'href="/doc/concept/mit-risk-domain/([\d.]+)"', text)
    assert len(shown) == len(set(shown)) == 31
    assert shown == sorted(shown, key=lambda code: [int(part) for part in code.split(".")])


def test_no_count_from_preliminary_statements_is_without_the_word(client: httpx.Client) -> None:
    """The sources ask for it: in the tree, and at a glance."""
    tree = page(client, "/concepts/mit-mitigation-v2")
    line = tree.partition('id="c-3.1.4"')[2].partition("</li>")[0]
    assert ">1 document</a>" in line
    assert '<span class="badge preliminary">1 preliminary</span>' in line
    glance = page(client, FRAMEWORK).partition('id="coverage"')[2].partition("</section>")[0]
    assert '<span class="badge preliminary">1 preliminary</span>' in glance


def test_every_scheme_of_the_list_is_a_tree(client: httpx.Client) -> None:
    """None is only a name."""
    for link in ROW.findall(page(client, "/concepts")):
        assert "concept" in page(client, link)


def test_a_concept_names_the_documents_that_its_list_has(client: httpx.Client) -> None:
    """Narrower concepts and clauses are counted."""
    text = page(client, "/doc/concept/mit-risk-domain/7")
    section = text.partition('id="addressed"')[2].partition("</section>")[0]
    assert sorted(ROW.findall(section)) == sorted(
        ROW.findall(page(client, "/documents?concept=mit-risk-domain:7"))
    )
    assert "badge preliminary" in section


def test_a_concept_that_nobody_names_does_not_read_as_uncovered(client: httpx.Client) -> None:
    """Nobody looked is not the same as not covered."""
    text = page(client, "/doc/concept/mit-risk-domain/1.2")
    assert "not the same as not covered" in text


# --- documents and clauses


def test_the_clauses_of_a_document_are_a_numbered_tree(client: httpx.Client) -> None:
    """5.10 after 5.9, each with an anchor of its own, below the section that they are part of."""
    text = page(client, FRAMEWORK).partition('id="clauses"')[2].partition("</section>")[0]
    numbers = re.findall(r'<span class="number">([\d.]*)</span>', text)
    assert [number for number in numbers if number] == [
        "5",
        *(f"5.{number}" for number in range(1, 11)),
    ]
    anchors = re.findall(r'<li id="([^"]*)"', text)
    assert len(anchors) == len(set(anchors)) == 14
    assert text.count("<ol") == 3  # the document's own, and those of two sections


def test_clauses_lead_to_the_next_in_the_order_in_which_they_are_read(
    client: httpx.Client,
) -> None:
    """From the first to the last, and back."""
    outline = page(client, FRAMEWORK).partition('id="clauses"')[2].partition("</section>")[0]
    wanted = re.findall(r'<span class="name"><a href="([^"]*)"', outline)
    for rel, order in (("next", wanted), ("prev", wanted[::-1])):
        walked, path = [], order[0]
        while path:
            walked.append(path)
            following = re.findall(rf'href="([^"]*)" rel="{rel}"', page(client, path))
            path = following[0] if following else ""
        assert walked == order


def test_a_document_counts_who_says_how_much_of_it(
    client: httpx.Client, ask: Callable[[str], list[dict[str, str]]]
) -> None:
    """Machine-made and unreviewed is at the top, with its share."""
    text = page(client, DOCUMENT).partition('id="said"')[2].partition("</section>")[0]
    counts = [int(count) for count in re.findall(r'class="num">(\d+)<', text)]
    iri = "https://w3id.org/clausegraph/id/document/ai-safety-commitments"
    links = "cg:classifies|cg:participationIn|cg:milestoneOf|cg:sanctionOf|cg:tallyOf"
    rows = ask(f"SELECT (COUNT(?s) AS ?n) WHERE {{ ?s {links} <{iri}> }}")
    assert sum(counts) == int(rows[0]["n"])
    first = text.partition("<tbody>")[2].partition("</tr>")[0]
    assert "By machine" in first
    assert "Unreviewed" in first


def test_the_first_facts_of_a_document_say_how_far_to_trust_them(client: httpx.Client) -> None:
    """A denied legal force is not shown as one that it has."""
    text = page(client, DOCUMENT).partition('class="facts keys"')[2].partition("</dl>")[0]
    items = re.findall(r"<li>(.*?)</li>", text, re.DOTALL)
    assert len(items) >= 5
    assert all("badge review-status" in item for item in items)
    hard = next(item for item in items if "Hard Law" in item)
    assert "stated absent" in hard


def test_the_first_dates_of_a_document_come_with_their_reasons(client: httpx.Client) -> None:
    """A date that was inferred, or that its source contradicts, is not shown as if it were sure."""
    text = page(client, "/doc/document/generative-ai-measures")
    keys = text.partition('class="facts keys"')[2].partition("</dl>")[0]
    effective = next(item for item in keys.split("<li>") if "Effective, 2023-08-15" in item)
    assert "By inference" in effective
    assert "without a year" in effective.partition('<p class="note">')[2]


def test_coverage_at_a_glance_tells_apart_nobody_looked_and_not_covered(
    disputed: httpx.Client,
) -> None:
    """By text, and by a class that has a pattern of its own."""
    text = page(disputed, "/doc/document/disputed").partition('id="coverage"')[2]
    cells = re.findall(
        r'class="level ([\w-]+)" href="[^"]*"><span class="code">(\d)</span>'
        r'<span class="words">([^<]*)',
        text,
    )
    found = {code: (style, words) for style, code, words in cells}
    assert found["1"] == ("level-3", "covered, level Good; contested")
    assert found["3"] == ("level-0", "assessed, not covered")
    assert found["2"] == ("not-assessed", "not assessed")
    assert len(found) == 7


def test_coverage_at_a_glance_says_what_the_page_of_coverage_says(client: httpx.Client) -> None:
    """A count of covered concepts assesses those that nobody names."""
    glance = page(client, DOCUMENT).partition('id="coverage"')[2].partition("</section>")[0]
    shown = re.findall(r'class="level ([\w-]+)"[^>]*><span class="code">(\d)</span>', glance)
    assert {code: style for style, code in shown} == {
        **dict.fromkeys("135", "partly"),
        **dict.fromkeys("2467", "level-2"),
    }
    assert "not assessed" not in glance
    options = {"level": "domain", "document": DOCUMENT.rpartition("/")[2]}
    grid = client.get("/figures/coverage.csv", params=options).text
    states = {row["concept_code"]: row["state"] for row in csv.DictReader(io.StringIO(grid))}
    assert {code for code, state in states.items() if state == "assessed-partly-unknown"} == set(
        "135"
    )


# --- evidence


def test_every_statement_opens_to_who_says_so_from_where_and_how_sure(
    client: httpx.Client,
) -> None:
    """Also what is not stated is said."""
    statements = STATEMENT.findall(page(client, DOCUMENT))
    assert len(statements) > 50
    for statement in statements:
        for heading in ("Who says so", "How", "From which source", "At what position", "How sure"):
            assert f"<dt>{heading}</dt>" in statement
        assert "<a " not in statement.partition("</summary>")[0], "a summary is one thing to press"
        assert "badge review-status" in statement.partition("</summary>")[0]


def test_the_position_of_the_evidence_is_that_of_the_data(client: httpx.Client) -> None:
    """The characters of the passage, as the graph has them."""
    path = f"{DOCUMENT}/classification/mit-risk-domain-2.1-airi-navigator-1831"
    statement = next(item for item in STATEMENT.findall(page(client, DOCUMENT)) if path in item)
    passage, start, end = re.findall(r'<a href="([^"]*)">characters (\d+) to (\d+)</a>', statement)[
        0
    ]
    turtle = client.get(f"{passage}.nt").text
    assert f'#end> "{end}"' in turtle
    assert f'#start> "{start}"' in turtle


def test_a_statement_names_who_disagrees_and_who_reviewed_it(disputed: httpx.Client) -> None:
    """Where another source says the opposite, both say so."""
    statements = STATEMENT.findall(page(disputed, "/doc/document/disputed"))
    marks = Counter("another disagrees" in item.partition("</summary>")[0] for item in statements)
    assert marks == {True: 2, False: 1}
    yes = next(item for item in statements if "classification/yes" in item.rpartition("<dt>")[2])
    assert "<dt>Who disagrees</dt>" in yes
    assert ">Huawei</a>: No Coverage" in yes
    assert ">Confirmed</a> by Clausegraph, 2026-11-22: Read it twice." in yes
    own = page(disputed, "/doc/document/disputed/classification/no")
    assert ">Baidu</a>: Good" in own


def test_a_source_says_how_it_was_classified(
    client: httpx.Client, ask: Callable[[str], list[dict[str, str]]]
) -> None:
    """By whom, by which activity, reviewed or not: all statements from it."""
    source = "source/airi-navigator-1831"
    text = page(client, f"/doc/{source}").partition('id="made"')[2].partition("</section>")[0]
    counts = [int(count) for count in re.findall(r'data-label="Statements">(\d+)<', text)]
    rows = ask(
        "SELECT (COUNT(?s) AS ?n) WHERE { ?s a cg:Statement . ?s "
        f"<http://purl.org/dc/terms/source> <https://w3id.org/clausegraph/id/{source}> }}"
    )
    assert sum(counts) == int(rows[0]["n"])
    assert "a language model made its summaries" in text
    assert "badge activity-kind machine" in text


def test_an_actor_says_which_part_it_has_in_which_document(client: httpx.Client) -> None:
    """Three roles of one company in one document."""
    text = page(client, "/doc/actor/baidu").partition('id="roles"')[2].partition("</section>")[0]
    assert len(STATEMENT.findall(text)) == 3
    for role in ("Proposer", "Signatory", "Target"):
        assert role in text


def test_a_name_that_is_no_web_address_is_no_link(disputed: httpx.Client) -> None:
    """The rows of a list lead to pages and web addresses only."""
    for path in LISTS:
        links = re.findall(r'<a href="([^"]*)"', page(disputed, path))
        assert all(link.startswith(("/", "https://", "http://", "#")) for link in links)


def test_the_documents_of_a_concept_are_asked_for_by_a_name_that_is_known(
    client: httpx.Client,
) -> None:
    """Also one with characters that an address escapes."""
    text = page(client, "/concepts/agora-tag")
    for link in re.findall(r'href="(/documents\?concept=[^"]*)"', text)[:5]:
        assert quote(unescape(link), safe="/?=:%-._") == unescape(link)
        assert total(page(client, unescape(link))) > 0
