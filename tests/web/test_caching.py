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


def test_an_answer_to_post_is_not_stored(client: httpx.Client) -> None:
    """RFC 9111, section 5.2.2.5."""
    answer = client.post("/sparql", data={"query": "ASK {}"})
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", [*PATHS, "/sparql", "/", "/doc/document/nothing", "/health"])
def test_every_answer_may_be_read_from_anywhere(client: httpx.Client, path: str) -> None:
    """Fetch standard, section 3.2: CORS for anyone, without credentials."""
    answer = client.get(path, headers={"Origin": "https://example.org"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    exposed = answer.headers["access-control-expose-headers"]
    for name in ("ETag", "Link", "Location", "Content-Location", "Clausegraph-Release"):
        assert name in exposed
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"]
    assert len(answer.headers["clausegraph-release"]) == 64


@pytest.mark.parametrize(
    ("path", "methods"),
    [("/sparql", "GET, HEAD, POST, QUERY, OPTIONS"), (CONCEPT, "GET, HEAD, OPTIONS")],
)
def test_a_preflight_is_answered(client: httpx.Client, path: str, methods: str) -> None:
    """Fetch standard, section 3.2.2."""
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    answer = client.options(path, headers=headers)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-methods"] == methods
    assert answer.headers["allow"] == methods
    assert "Accept" in answer.headers["access-control-allow-headers"]
    assert answer.headers["access-control-max-age"] == "86400"


@pytest.mark.parametrize("path", ["/", f"{CONCEPT}.html", "/docs", "/queries", "/ontology.html"])
def test_pages_have_a_strict_policy_and_ask_for_nothing_from_elsewhere(
    client: httpx.Client, path: str
) -> None:
    """Content Security Policy Level 3."""
    answer = client.get(path, headers={"Accept": "text/html"})
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'")
    assert "frame-ancestors 'none'" in policy
    assert "<script" not in answer.text
    for loaded in ('src="http', 'rel="stylesheet" href="http', "@import", "url(http"):
        assert loaded not in answer.text


@pytest.mark.parametrize("host", ["a<b>", "x/../y", "u@h", "a b"])
def test_what_is_no_host_is_not_put_into_a_location(client: httpx.Client, host: str) -> None:
    """RFC 9110, section 7.2."""
    answer = client.get("/id/document/ai-safety-commitments", headers={"Host": host})
    assert answer.status_code in {303, 400}
    assert host not in answer.headers.get("location", "")
