"""`/search` and `/suggest` over HTTP: every form says the same, and nothing is passed over."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from pyoxigraph import RdfFormat, parse

from clausegraph.search.tables import COLUMNS

ID = "https://w3id.org/clausegraph/id/"
PROBLEM = "application/problem+json"


def get(client: httpx.Client, path: str = "/search", **query: str) -> Mapping[str, Any]:
    """Return an answer that is JSON."""
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    found: Mapping[str, Any] = answer.json()
    return found


def found(answer: Mapping[str, Any]) -> list[str]:
    """Return what hits are of, in order."""
    return [hit["found"]["id"].removeprefix(ID) for hit in answer["member"]]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("生成式人工智能", "document/generative-ai-measures"),
        ("安全", "document/ai-safety-governance-framework-v1"),
        ("malicious actors", "concept/mit-risk-domain/4"),
        ("5.10", "document/ai-safety-governance-framework-v1/clause/5.10"),
    ],
)
def test_words_are_found(client: httpx.Client, words: str, first: str) -> None:
    assert found(get(client, q=words))[0] == first


def test_hit_says_what_it_is_and_where_the_words_stand(client: httpx.Client) -> None:
    """Offsets count code points: a client marks what it likes, in any markup."""
    answer = get(client, q="computing threshold", type="clause")
    (hit,) = answer["member"]
    assert hit["type"] == "SearchHit"
    assert (hit["hitNumber"], hit["found"]["type"]) == (1, "Clause")
    assert hit["found"]["clauseOf"] == f"{ID}document/ai-safety-governance-framework-v1"
    assert hit["label"]["en"]
    marked = [
        excerpt["excerptText"]["en"][mark["start"] : mark["end"]].lower()
        for excerpt in hit["excerpt"]
        for mark in excerpt["mark"]
    ]
    assert {"computing", "threshold"} <= set(marked)


def test_json_is_json_ld_under_a_plain_name(client: httpx.Client) -> None:
    """JSON-LD 1.1, section 6.1: the field Link names the context."""
    plain = client.get("/search", params={"q": "safety"}, headers={"Accept": "application/json"})
    assert plain.headers["content-type"] == "application/json"
    assert "json-ld#context" in plain.headers["link"]
    assert plain.json() == get(client, q="safety")


@pytest.mark.parametrize("profile", ["expanded", "flattened", "compacted"])
def test_every_form_of_json_ld_is_to_be_had(client: httpx.Client, profile: str) -> None:
    answer = client.get("/search", params={"q": "safety", "_profile": profile})
    assert answer.headers["content-type"].endswith(f'#{profile}"')
    assert answer.json()


def test_graph_says_what_the_page_of_json_says(client: httpx.Client) -> None:
    query = {"q": "safety", "limit": "5"}
    turtle, lines = (
        client.get("/search", params=query, headers={"Accept": accept})
        for accept in ("text/turtle", "application/n-triples")
    )
    triples = set(parse(turtle.content, RdfFormat.TURTLE))
    assert triples == set(parse(lines.content, RdfFormat.N_TRIPLES))
    hits = [t for t in triples if t.predicate.value.endswith("#found")]
    assert {t.object.value.removeprefix(ID) for t in hits} == set(found(get(client, **query)))


def test_table_has_a_row_for_each_hit(client: httpx.Client) -> None:
    """RFC 4180."""
    answer = client.get("/search.csv", params={"q": "safety", "limit": "7", "offset": "7"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert [row["number"] for row in rows] == [str(number) for number in range(8, 15)]
    assert [row["iri"].removeprefix(ID) for row in rows] == found(
        get(client, q="safety", limit="7", offset="7")
    )
    for row in rows:
        for mark in filter(None, row["marks"].split(" | ")):
            start, end = map(int, mark.split("-"))
            assert row["excerpt"][start:end].lower().startswith("safety")


def test_pages_lead_to_each_other_and_hold_each_hit_once(client: httpx.Client) -> None:
    """RFC 8288; Hydra, PartialCollectionView."""
    url, seen, numbers = "/search?q=safety&limit=20", [], []
    total = get(client, q="safety")["totalItems"]
    while url:
        answer = client.get(url).json()
        seen += found(answer)
        numbers += [hit["hitNumber"] for hit in answer["member"]]
        parts = urlsplit(answer["view"].get("next", ""))
        url = f"{parts.path}?{parts.query}" if parts.path else ""
    assert len(seen) == len(set(seen)) == total
    assert numbers == list(range(1, total + 1))


def test_facets_count_what_narrowing_down_would_leave(client: httpx.Client) -> None:
    answer = get(client, q="safety", limit="1")
    names = {
        "jurisdiction": "jurisdiction",
        "inScheme": "scheme",
        "effectiveReviewStatus": "review",
    }
    checked = 0
    for facet in answer["facet"]:
        name = next((n for key, n in names.items() if facet["facetOf"].endswith(key)), "type")
        left = get(client, q="safety", limit="1", **{name: facet["facetValue"]})
        assert left["totalItems"] == facet["hitCount"]
        checked += 1
    assert checked > 8


def test_several_values_of_a_filter_are_alternatives(client: httpx.Client) -> None:
    both = get(client, q="safety", type="clause,concept")["totalItems"]
    repeated = client.get("/search?q=safety&type=clause&type=concept").json()["totalItems"]
    each = [get(client, q="safety", type=kind)["totalItems"] for kind in ("clause", "concept")]
    assert both == repeated == sum(each)


def test_label_is_looked_up_in_any_spelling(client: httpx.Client) -> None:
    for label in ("Malicious actors", "malicious-actor", "MALICIOUS  ACTORS"):
        assert found(get(client, label=label)) == ["concept/mit-risk-domain/4"]
    assert found(get(client, label="actors and misuse")) == []


def test_names_come_in_the_language_that_is_asked_for(client: httpx.Client) -> None:
    (hit,) = get(client, q="baidu", type="actor", lang="zh")["member"]
    assert list(hit["label"]) == ["zh"]


def test_everything_is_listed_where_nothing_is_asked(client: httpx.Client) -> None:
    assert get(client, type="document")["totalItems"] == get(client, "/api/documents")["totalItems"]


@pytest.mark.parametrize(
    "words", ['"', "-", "*", "a AND (b", "name:x", "\\", "🤖", '"a" OR', "\x00", "a" * 1000]
)
def test_no_words_are_an_error(client: httpx.Client, words: str) -> None:
    assert client.get("/search", params={"q": words}).status_code == 200
    assert client.get("/suggest", params={"q": words}).status_code == 200


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("colour=red", "not known"),
        ("typ=clause", "Did you mean `type`"),
        ("q=a&q=b", "given twice"),
        ("q=a&label=b", "both given"),
        ("limit=0", "whole number"),
        ("limit=101", "whole number"),
        ("offset=-1", "whole number"),
        ("offset=9990&limit=20", "beyond the first"),
        ("type=nonsense", "takes an IRI"),
        ("type=https://example.org/Class", "nothing here is a"),
        ("jurisdiction=atlantis", "Known are"),
        ("scheme=nothing", "Nothing here is called"),
        ("review=mit-risk-domain:4", "no such thing"),
        ("document=nothing", "Nothing here is called"),
        (f"q={'a' * 1001}", "too many to search for"),
        (f"q={'a' * 2001}", "characters"),
        ("type=" + ",".join(["clause"] * 21), "too many values"),
    ],
)
def test_what_cannot_be_searched_is_refused_with_a_way_out(
    client: httpx.Client, query: str, said: str
) -> None:
    """RFC 9457; an empty list would say that there is no such thing."""
    answer = client.get(f"/search?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)
    assert said in answer.text


def test_page_escapes_what_was_typed_and_marks_what_was_found(client: httpx.Client) -> None:
    headers = {"Accept": "text/html"}
    typed = "<script>alert(1)</script>"
    page = client.get("/search", params={"q": typed}, headers=headers).text
    assert typed not in page
    assert html.escape(typed) in page
    page = client.get("/search", params={"q": "threshold"}, headers=headers).text
    assert re.findall(r"<mark>([^<]+)</mark>", page)
    assert all(
        each.lower().startswith("threshold") for each in re.findall(r"<mark>([^<]+)</mark>", page)
    )


def test_links_of_the_page_lead_somewhere(client: httpx.Client) -> None:
    """Facets, hits, pages and other forms."""
    page = client.get("/search", params={"q": "safety"}, headers={"Accept": "text/html"}).text
    links = {html.unescape(link) for link in re.findall(r'\shref="(/[^"]+)"', page)}
    assert sum(link.startswith("/search?") for link in links) > 10
    for link in links:
        assert client.get(link, headers={"Accept": "*/*"}).status_code in {200, 303}, link


def test_kinds_are_called_the_same_beside_hits_and_in_the_facet(client: httpx.Client) -> None:
    """A kind is a word of ours wherever the page says it: `concept`, not a class's own label."""
    page = client.get("/search", params={"q": "privacy"}, headers={"Accept": "text/html"}).text
    _, _, facet = page.partition("<h2>Kind</h2>")
    kinds = re.findall('rel="nofollow">([^<]+)</a>', facet.partition("</ul>")[0])
    assert "concept" in kinds
    assert "Concept" not in kinds
    assert "Class" not in kinds
    assert page.index('href="#narrow"') < page.index('id="narrow"')


def test_answer_is_kept_and_checked_by_its_tag(client: httpx.Client) -> None:
    """RFC 9110, section 13.1.2."""
    first = client.get("/search", params={"q": "safety", "limit": "3"})
    again = client.get("/search", params={"q": "safety", "limit": "3"})
    assert again.headers["clausegraph-cache"] == "hit"
    held = client.get(
        "/search",
        params={"q": "safety", "limit": "3"},
        headers={"If-None-Match": first.headers["etag"]},
    )
    assert held.status_code == 304
    assert first.headers["clausegraph-release"]
    assert 'rel="cite-as"' in first.headers["link"]


def test_form_that_is_not_offered_is_not_acceptable(client: httpx.Client) -> None:
    assert client.get("/search", headers={"Accept": "image/png"}).status_code == 406
    assert (
        client.get("/suggest", params={"q": "a"}, headers={"Accept": "text/csv"}).status_code == 406
    )


def test_names_are_suggested(client: httpx.Client) -> None:
    answer = get(client, "/suggest", q="mal")
    first = answer["suggestions"][0]
    assert (first["iri"], first["kind"]) == (f"{ID}concept/mit-risk-domain/4", "concept")
    start, end = first["marks"][0]
    assert first["label"][start:end] == "Malicious"
    assert [
        each["label"] for each in get(client, "/suggest", q="mal", type="actor")["suggestions"]
    ] == []


def test_suggestion_shows_the_other_name_that_fits(client: httpx.Client) -> None:
    found = get(client, "/suggest", q="安全", lang="en")["suggestions"]
    assert found[0]["marks"] == []
    text = found[0]["also"]["text"]
    start, end = found[0]["also"]["marks"][0]
    assert text[start:end] == "安全"


@pytest.mark.parametrize("query", ["", "limit=5", "q=a&offset=1", "q=a&limit=51"])
def test_wrong_suggestion_is_refused(client: httpx.Client, query: str) -> None:
    assert client.get(f"/suggest?{query}").status_code == 400


def test_query_over_http_is_resolved(client: httpx.Client) -> None:
    """`?thing cg:matches "words"` stands for what the index finds."""
    text = 'SELECT ?clause WHERE { ?clause a cg:Clause ; cg:matches "computing threshold" }'
    answer = client.get("/sparql", params={"query": text})
    rows = answer.json()["results"]["bindings"]
    assert [row["clause"]["value"].rpartition("/")[2] for row in rows] == ["5.1"]
    wrong = client.get("/sparql", params={"query": "SELECT ?s { ?s cg:matches ?words }"})
    assert (wrong.status_code, wrong.headers["content-type"]) == (400, PROBLEM)
    assert wrong.json()["line"] == 1


def test_query_that_finds_nothing_by_words_is_an_empty_table(client: httpx.Client) -> None:
    """No hint says that the property is unknown: it is not."""
    text = 'SELECT ?s WHERE { ?s cg:matches "qwertyuiop" }'
    answer = client.get("/sparql", params={"query": text})
    assert answer.json()["results"]["bindings"] == []
    assert "clausegraph-hint" not in answer.headers


def test_older_release_is_searched_below_its_own_path(client: httpx.Client) -> None:
    release = get(client, "/ready")["release"]
    answer = client.get(f"/v/{release}/search", params={"q": "安全"})
    assert answer.status_code == 200
    assert found(answer.json())[0] == "document/ai-safety-governance-framework-v1"
    assert f"/v/{release}/search?" in answer.json()["view"]["first"]
