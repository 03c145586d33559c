"""The HTTP contract, section 5: lists and their pages, line by line."""

from __future__ import annotations

import httpx
import pytest

from clausegraph.web.views import VIEWS


@pytest.mark.parametrize("path", [view.example for view in VIEWS])
def test_h12_following_next_to_the_end_finds_every_item_once(
    client: httpx.Client, path: str
) -> None:
    """RFC 8288: the count equals the total, and nothing comes twice."""
    found: list[str] = []
    url: str | None = f"{path}?limit=37"
    while url:
        answer = client.get(url)
        document = answer.json()
        found += [item["id"] for item in document["member"]]
        url = answer.links.get("next", {}).get("url")
    assert len(found) == len(set(found)) == document["totalItems"]


@pytest.mark.parametrize("path", [view.example for view in VIEWS])
def test_h12_link_and_hydra_view_name_the_same_pages(client: httpx.Client, path: str) -> None:
    """Hydra: PartialCollectionView with first, previous, next and last."""
    second = client.get(client.get(f"{path}?limit=3").links["next"]["url"])
    around = second.json()["view"]
    assert around["type"] == "PartialCollectionView"
    words = {"first": "first", "prev": "previous", "next": "next", "last": "last"}
    for rel, word in words.items():
        assert second.links.get(rel, {}).get("url") == around.get(word)
    assert {"first", "prev", "last"} <= set(second.links)


def test_h12_the_order_is_the_same_however_long_the_pages_are(client: httpx.Client) -> None:
    """Stable inside one release."""
    long = [item["id"] for item in client.get("/api/clauses?limit=60").json()["member"]]
    short: list[str] = []
    url: str = "/api/clauses?limit=7"
    while len(short) < len(long):
        answer = client.get(url)
        short += [item["id"] for item in answer.json()["member"]]
        url = answer.links["next"]["url"]
    assert short[: len(long)] == long
