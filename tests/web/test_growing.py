"""Lists and hubs of a larger graph: pages are found without the others, and hold all there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from clausegraph import generate
from clausegraph.vocabulary import CG, ID
from clausegraph.web import hubs, walking
from clausegraph.web.keyset import Place

TRIPLES = 80_000
HUB = "actor/generated-a"
GONE = f"{ID}document/generated-000007/classification/gone"
# A statement that is named as if it were of another document than the one that it is about.
STRAY = f"{ID}document/generated-000001/classification/stray"
_GRAPH = f"<{ID.removesuffix('id/')}graph/data/document/generated-000009/generated-a>"
_STRAY = f"""\
<{STRAY}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{CG}Classification> {_GRAPH} .
<{STRAY}> <{CG}classifies> <{ID}document/generated-000009> {_GRAPH} .
<{STRAY}> <{CG}sourceTerm> "stray" {_GRAPH} .
<{STRAY}> <{CG}reviewStatus> <{ID}concept/review-status/unreviewed> {_GRAPH} .
<{STRAY}> <http://purl.org/dc/terms/source> <{ID}source/generated-a> {_GRAPH} .
<{STRAY}> <http://www.w3.org/ns/prov#wasAttributedTo> <{ID}{HUB}> {_GRAPH} .
<{STRAY}> <http://www.w3.org/ns/prov#wasGeneratedBy> <{ID}activity/generated-a> {_GRAPH} .
"""

DEPTH = 6  # slashes of a document's IRI; what lies below it has more

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def large(
    serve: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """A client of a service whose lists are long enough to be walked through."""
    path = tmp_path_factory.mktemp("large") / "made.nq"
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(generate.quads(TRIPLES))
        stream.write(_STRAY)
    with httpx.Client(base_url=serve("--data", str(path)).url, timeout=60) as found:
        found.headers["accept"] = "application/ld+json"
        yield found


def ask(client: httpx.Client, where: str) -> Rows:
    """Return the rows of a SELECT over HTTP."""
    text = f"PREFIX cg: <{CG}> SELECT DISTINCT ?item ?document WHERE {{ {where} }}"
    answer = client.get(
        "/sparql", params={"query": text}, headers={"Accept": "application/sparql-results+json"}
    )
    assert answer.status_code == 200, answer.text
    rows = answer.json()["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in rows]


def walk(client: httpx.Client, url: str | None, rel: str = "next") -> list[list[str]]:
    """Return the items of each page, from link to link."""
    found = []
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, answer.text
        found.append([item["id"] for item in answer.json()["member"]])
        url = answer.links.get(rel, {}).get("url")
    return found


def joined(pages: list[list[str]]) -> list[str]:
    return [item for page in pages for item in page]


ABOUT = "?item cg:classifies ?part . ?part cg:clauseOf? ?document . ?document a cg:Document ."
CLASSIFICATIONS = f"?item a cg:Classification . {ABOUT}"


def in_order(rows: Rows) -> list[str]:
    """Return items document by document, each by name."""
    pairs = sorted((f"{row['document']}/", row["item"]) for row in rows)
    return [item for _, item in pairs]


def test_a_long_list_has_everything_once_document_by_document(large: httpx.Client) -> None:
    """RFC 8288: following next to the end; what is named after another document is no exception."""
    expected = in_order(ask(large, CLASSIFICATIONS))
    assert len(expected) > walking.MANY
    pages = walk(large, "/api/classifications?limit=500")
    assert joined(pages) == expected
    assert STRAY in expected


def test_a_long_list_backwards_has_the_same_pages(large: httpx.Client) -> None:
    """From the last page by prev to the first, whose length the others do not depend on."""
    expected = in_order(ask(large, CLASSIFICATIONS))
    pages = walk(large, "/api/classifications?limit=500&before=end", "prev")
    assert joined(pages[::-1]) == expected
    assert len(pages[0]) == len(expected) % 500


def test_a_long_list_the_other_way_round_begins_with_the_last(large: httpx.Client) -> None:
    """A - before what it is sorted by."""
    pages = walk(large, "/api/classifications?limit=500&sort=-identifier")
    assert joined(pages) == in_order(ask(large, CLASSIFICATIONS))[::-1]


@pytest.mark.parametrize("status", ["unreviewed", "reviewed"])
def test_a_filter_narrows_a_long_list_and_a_short_one(large: httpx.Client, status: str) -> None:
    """Half of the statements are unreviewed, and the list is walked; few are reviewed."""
    wanted = f"?item cg:effectiveReviewStatus <{ID}concept/review-status/{status}> ."
    expected = in_order(ask(large, CLASSIFICATIONS + wanted))
    assert (len(expected) > walking.MANY) == (status == "unreviewed")
    pages = walk(large, f"/api/classifications?limit=500&review={status}")
    assert sorted(joined(pages)) == sorted(expected)


def test_filters_of_two_kinds_narrow_a_long_list_together(large: httpx.Client) -> None:
    """The document's kind, and who makes the statement."""
    agent = f"?item <http://www.w3.org/ns/prov#wasAttributedTo> <{ID}{HUB}> . "
    kind = f"?document cg:documentType <{ID}concept/document-type/framework> ."
    expected = in_order(ask(large, CLASSIFICATIONS + agent + kind))
    pages = walk(large, "/api/classifications?limit=500&agent=generated-a&type=framework")
    assert joined(pages) == expected != []


def test_a_place_after_what_is_gone_is_still_a_place(large: httpx.Client) -> None:
    """A list may shrink between two pages."""
    cursor = Place("identifier", "\U0010fffd", GONE).encode()
    answer = large.get(f"/api/classifications?limit=3&after={cursor}")
    assert answer.status_code == 200
    found = [item["id"] for item in answer.json()["member"]]
    assert found == sorted(found)
    assert all(item > GONE for item in found)


def test_clauses_come_in_the_order_of_their_documents(large: httpx.Client) -> None:
    """5.10 after 5.9, and an outer clause before those in it."""
    rows = ask(large, "?item cg:clauseOf ?document .")
    assert len(rows) > walking.MANY

    def place(item: str) -> tuple[int, ...]:
        return tuple(int(number) for number in re.findall(r"\d+", item))

    expected = sorted((row["item"] for row in rows), key=place)
    assert joined(walk(large, "/api/clauses?limit=500")) == expected


def test_what_points_to_a_hub_is_found_once_page_by_page(large: httpx.Client) -> None:
    """Hydra: totalItems counts what the pages list."""
    found: list[str] = []
    url: str | None = f"/doc/{HUB}"
    total = 0
    while url:
        answer = large.get(url, headers={"Accept": "application/n-triples"})
        assert answer.status_code == 200
        lines = [line.split(" ", 2) for line in answer.text.splitlines()]
        found += [value[1:-3] for _, link, value in lines if link.endswith("hydra/core#member>")]
        totals = [value for _, link, value in lines if link.endswith("hydra/core#totalItems>")]
        total = int(totals[0].split('"')[1])
        url = answer.links.get("next", {}).get("url")
    expected = {row["item"] for row in ask(large, f"?item ?link <{ID}{HUB}> .")}
    assert len(expected) > hubs.LEAST
    assert set(found) == expected
    assert len(found) == len(set(found)) == total


def test_what_belongs_to_no_document_comes_first_at_a_hub(large: httpx.Client) -> None:
    """An activity, and the graphs; then statements, document by document."""
    answer = large.get(f"/doc/{HUB}", headers={"Accept": "application/n-triples"})
    lines = [line.split(" ", 2) for line in answer.text.splitlines()]
    first = [value[1:-3] for _, link, value in lines if link.endswith("hydra/core#member>")]
    assert f"{ID}activity/generated-a" in first
    within = [
        item.startswith(f"{ID}document/generated-") and item.count("/") > DEPTH for item in first
    ]
    assert within == sorted(within)
    assert not within[0]


def test_gaps_of_a_large_graph_are_what_nobody_covers(large: httpx.Client) -> None:
    """By one statement that covers it a concept is no gap, however many there are."""
    covering = (
        f"?item a cg:RiskDomain . ?statement cg:concept ?item . "
        "MINUS { ?statement cg:statedAbsent true } "
        f"MINUS {{ ?statement cg:coverageLevel <{ID}concept/coverage-3/1> }} "
        f"?statement cg:effectiveReviewStatus <{ID}concept/review-status/reviewed> ."
    )
    covered = {row["item"] for row in ask(large, covering)}
    leaves = {row["item"] for row in ask(large, "?item a cg:RiskDomain ; skos:broader ?domain .")}
    answer = large.get("/api/gaps?level=concept&review=reviewed")
    gaps = {gap["aboutConcept"]["id"] for gap in answer.json()["member"]}
    assert gaps == leaves - covered
