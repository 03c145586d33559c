"""Walking a list from place to place: nothing twice, nothing left out, in either direction."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator

import httpx
import pytest

from clausegraph.errors import BadRequest
from clausegraph.generate import quads
from clausegraph.web.keyset import DEFAULT_LIMIT, Place
from clausegraph.web.views import VIEWS

ID = "https://w3id.org/clausegraph/id/"
PATHS = [view.example for view in VIEWS]
SORTED = [
    (view.example, sign + name) for view in VIEWS for name in view.sorts for sign in ("", "-")
]
MANY = 10_000


@pytest.fixture(scope="module")
def large(
    serve: Callable[..., object], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """A client of a service with more than MANY classifications."""
    path = tmp_path_factory.mktemp("large") / "large.nq"
    path.write_text("".join(quads(125_000)), encoding="utf-8")
    service = serve("--data", str(path))
    with httpx.Client(base_url=service.url, timeout=60) as client:
        del client.headers["accept"]
        yield client


def walk(client: httpx.Client, url: str, rel: str, most: int = 500) -> list[dict[str, object]]:
    """Return the pages that a client gets who follows `rel`; body and Link must say the same."""
    pages = []
    word = {"prev": "previous"}.get(rel, rel)
    following: str | None = url
    while following and len(pages) < most:
        answer = client.get(following)
        assert answer.status_code == 200, answer.text
        document = answer.json()
        following = answer.links.get(rel, {}).get("url")
        assert document["view"].get(word) == following
        pages.append(document)
    assert not following
    return pages


def names(pages: list[dict[str, object]]) -> list[str]:
    """Return the identifiers of the members of pages, in order."""
    return [item["id"] for page in pages for item in page["member"]]


@pytest.mark.parametrize("path", PATHS)
def test_following_prev_from_the_last_page_gives_the_same_pages(
    client: httpx.Client, path: str
) -> None:
    """The pages are cut at the same places, whichever end one begins at."""
    forward = walk(client, f"{path}?limit=23", "next")
    last = client.get(f"{path}?limit=23").links["last"]["url"]
    backward = walk(client, last, "prev")
    assert [names([page]) for page in reversed(backward)] == [names([page]) for page in forward]


@pytest.mark.parametrize(("path", "sort"), SORTED)
def test_every_order_lists_the_same_items(client: httpx.Client, path: str, sort: str) -> None:
    """And the other way round is the reverse, but for what has no value to sort by."""
    whole = names(walk(client, f"{path}?limit=500", "next"))
    found = names(walk(client, f"{path}?limit=60&sort={sort}", "next"))
    assert sorted(found) == sorted(whole)
    assert len(found) == len(set(found))


def test_ten_thousand_classifications_are_walked_both_ways(large: httpx.Client) -> None:
    """No duplicate and no gap."""
    pages = walk(large, "/api/classifications?limit=500", "next")
    found = names(pages)
    assert len(found) >= MANY
    assert len(found) == len(set(found)) == pages[0]["totalItems"]
    last = large.get("/api/classifications?limit=500").links["last"]["url"]
    assert names(walk(large, last, "prev")[::-1]) == found


def test_a_table_of_too_many_rows_is_refused_and_comes_in_parts(large: httpx.Client) -> None:
    """Nothing is silently cut."""
    accept = {"Accept": "text/csv"}
    answer = large.get("/api/classifications", headers=accept)
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("result-too-large")
    assert "limit=10000" in answer.json()["hint"]
    total = large.get("/api/clauses", params={"limit": "1"}).json()["totalItems"]
    assert total > 500
    whole = large.get("/api/clauses", headers=accept)
    assert whole.status_code == 200
    assert whole.text.count("\r\n") == total + 1


def test_a_page_links_to_those_around_it(client: httpx.Client) -> None:
    """RFC 8288: first, prev, next and last."""
    first = client.get("/api/clauses", params={"limit": "100"})
    assert "prev" not in first.links
    second = client.get(first.links["next"]["url"])
    assert second.links["first"]["url"] == first.links["first"]["url"]
    back = client.get(second.links["prev"]["url"])
    assert names([back.json()]) == names([first.json()])
    last = client.get(second.links["last"]["url"])
    assert "next" not in last.links
    assert len(last.json()["member"]) == first.json()["totalItems"] % 100


def test_a_list_of_one_page_is_its_own_first_and_last(client: httpx.Client) -> None:
    """There is nothing around it."""
    answer = client.get("/api/documents", params={"limit": "500"})
    assert (
        answer.links["first"]["url"] == answer.links["last"]["url"] == answer.json()["view"]["id"]
    )
    assert not {"next", "prev"} & set(answer.links)


def test_an_empty_list_has_one_page(client: httpx.Client) -> None:
    """Its last page is its first."""
    for place in ({}, {"before": "end"}):
        answer = client.get("/api/documents", params={"q": "no such words", **place})
        assert answer.json()["totalItems"] == 0
        assert answer.json()["member"] == []
        assert not {"next", "prev"} & set(answer.links)


def test_a_place_beyond_the_last_item_has_nothing_after_it(client: httpx.Client) -> None:
    """A place need not be that of an item: what it was of may be gone."""
    place = Place("title", "\U0010fffd", f"{ID}document/zzz").encode()
    answer = client.get("/api/documents", params={"after": place})
    assert answer.status_code == 200
    assert answer.json()["member"] == []
    assert answer.json()["totalItems"] > 0
    back = client.get(answer.links["prev"]["url"])
    assert back.json()["member"]


def test_what_has_no_value_to_sort_by_comes_last_either_way(client: httpx.Client) -> None:
    """Three documents have a date of issue; the rest follow them."""
    dated = [
        f"{ID}document/{name}"
        for name in ("generative-ai-measures", "ai-safety-governance-framework-v1")
    ]
    found = names(walk(client, "/api/documents?sort=issued", "next"))
    assert [name for name in found[:3] if name in dated] == dated
    turned = names(walk(client, "/api/documents?sort=-issued", "next"))
    assert [name for name in turned[:3] if name in dated] == dated[::-1]


def test_a_filter_stays_in_the_links(client: httpx.Client) -> None:
    """And so does the order."""
    answer = client.get(
        "/api/classifications",
        params={"scheme": "mit-mitigation-v1", "sort": "-created", "limit": "7"},
    )
    url = httpx.URL(answer.links["next"]["url"])
    assert url.params["scheme"] == "mit-mitigation-v1"
    assert url.params["sort"] == "-created"
    assert url.params["limit"] == "7"


@pytest.mark.parametrize("query", ["page=0", "page=2", "page=x"])
def test_a_page_number_is_told_how_lists_are_walked(client: httpx.Client, query: str) -> None:
    """Pages have no numbers: items may come and go between two of them."""
    answer = client.get(f"/api/documents?{query}")
    assert answer.status_code == 400
    assert "after=" in answer.json()["hint"]


def cursor(*parts: object) -> str:
    """Return the text of a cursor made of anything."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "limit=-1",
        "limit=x",
        "limit=1.5",
        "limit=%D9%A3",
        "limit=99999999999999999999",
        "limit=5&limit=6",
        "after=",
        "after=end",
        "after=zzz",
        "after=%00",
        "after=W10",
        "after=" + "W" * 9000,
        "after=" + base64.urlsafe_b64encode(b"[" * 5000).decode(),
        "after=" + cursor("title", "a"),
        "after=" + cursor("title", 1, "document/x"),
        "after=" + cursor("title", "\ud800", "document/x"),
        "after=" + cursor("title", "a", "document/x y"),
        "after=" + cursor("title", "a", '> } ; DROP ALL #'),
        "after=" + cursor("issued", "a", "document/x"),
        "before=" + cursor("-title", "a", "document/x"),
        "after=" + cursor("title", "a", "document/x") + "&before=end",
        "sort=colour",
        "sort=--title",
        "sort=-",
    ],
)  # fmt: skip
def test_an_impossible_place_is_400(client: httpx.Client, query: str) -> None:
    """A cursor that we did not make, or made for another order, is refused."""
    answer = client.get(f"/api/documents?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.json()["hint"]


@pytest.mark.parametrize(
    "key", ["", 'a"b', "\\", "\n", "\0", "$1", "?item", "人工智能", "\U0010fffd"]
)
def test_any_key_is_only_ever_a_key(client: httpx.Client, key: str) -> None:
    """A place is a term, never a piece of the query."""
    place = Place("title", key, f"{ID}document/x")
    assert Place.decode(place.encode(), "title") == place
    answer = client.get("/api/documents", params={"after": place.encode()})
    assert answer.status_code == 200


def test_a_cursor_of_an_identifier_elsewhere_is_kept_whole() -> None:
    """Things of others may be in a list, too."""
    for item in ("https://example.org/id/x", "urn:x", f"{ID}document/x"):
        place = Place("title", "a", item)
        assert Place.decode(place.encode(), "title") == place


def test_a_cursor_of_another_order_says_so() -> None:
    """The reader learns what to leave out."""
    with pytest.raises(BadRequest, match="sorted by 'title', not by '-title'"):
        Place.decode(Place("title", "a", f"{ID}document/x").encode(), "-title")


def test_a_page_has_fifty_items_unless_asked_otherwise(client: httpx.Client) -> None:
    """The default is stated in OpenAPI."""
    assert len(client.get("/api/clauses").json()["member"]) == DEFAULT_LIMIT == 50
