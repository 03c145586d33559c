"""Validators, caching, cross-origin reading and the fields that every answer has."""

from __future__ import annotations

import httpx
import pytest

CONCEPT = "/doc/concept/mit-risk-domain/2.1"
PATHS = [CONCEPT, f"{CONCEPT}.html", "/ontology", "/api/documents", "/context/1.jsonld", "/dataset"]


@pytest.mark.parametrize("path", PATHS)
def test_what_a_client_holds_is_not_sent_again(client: httpx.Client, path: str) -> None:
    """RFC 9110, sections 8.8.3, 13.1.2 and 15.4.5."""
    first = client.get(path)
    tag = first.headers["etag"]
    assert not tag.startswith("W/")
    for value in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = client.get(path, headers={"If-None-Match": value})
        assert again.status_code == 304, value
        assert again.content == b""
        assert again.headers["etag"] == tag
        assert again.headers["cache-control"] == first.headers["cache-control"]
        assert again.headers["vary"] == first.headers["vary"]
    assert client.get(path, headers={"If-None-Match": '"other"'}).content == first.content


def test_each_syntax_has_a_tag_of_its_own(client: httpx.Client) -> None:
    """RFC 9110, section 8.8.3.3."""
    types = ("text/turtle", "application/ld+json", "application/json", "text/html")
    tags = {client.get(CONCEPT, headers={"Accept": item}).headers["etag"] for item in types}
    assert len(tags) == len(types)


@pytest.mark.parametrize("path", PATHS)
def test_the_same_request_gives_the_same_bytes(client: httpx.Client, path: str) -> None:
    """RFC 9110, section 8.8.1: a strong validator promises it."""
    assert client.get(path).content == client.get(path).content


@pytest.mark.parametrize("host", ["a<b>", "x/../y", "u@h", "a b"])
def test_what_is_no_host_is_not_put_into_a_location(client: httpx.Client, host: str) -> None:
    """RFC 9110, section 7.2."""
    answer = client.get("/id/document/ai-safety-commitments", headers={"Host": host})
    assert answer.status_code in {303, 400}
    assert host not in answer.headers.get("location", "")
