"""Content codings: who gets gzip, and the tags that keep the forms apart."""

from __future__ import annotations

import gzip

import httpx
import pytest

from clausegraph.web import coding


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (None, False),
        ("", False),
        ("gzip", True),
        ("GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("br, gzip", True),
        ("br", False),
        ("*", True),
        ("*;q=0", False),
        ("*;q=0, gzip", True),
        ("identity;q=0.5, gzip;q=x", False),
        ("gzip;x=1;q=0", False),
        ("gzip;q=0.5, identity;q=1", False),
        ("gzip, identity", True),
        ("x-gzip", True),
    ],
)
def test_gzip_is_used_where_it_is_accepted(field: str | None, expected: bool) -> None:
    """RFC 9110, section 12.5.3."""
    assert coding.accepts_gzip(field) is expected


def test_the_same_body_gives_the_same_gzip() -> None:
    """RFC 9110, section 8.8.1: a strong validator stands for the same bytes."""
    body = b"triples " * 1000
    assert coding.compress(body) == coding.compress(body)
    assert gzip.decompress(coding.compress(body)) == body


def test_the_tag_of_the_gzip_form_is_its_own_and_leads_back() -> None:
    """RFC 9110, section 8.8.3.3."""
    assert coding.tagged('"abc"') == '"abc-gzip"'
    assert coding.untagged('"x", W/"abc-gzip"') == '"x", W/"abc"'


@pytest.mark.parametrize(
    "path", ["/ontology.ttl", "/doc/document/ai-safety-commitments", "/", "/api/clauses"]
)
def test_a_document_is_coded_for_who_takes_it(client: httpx.Client, path: str) -> None:
    """RFC 9110, sections 8.4, 12.5.5 and 13.1.2."""
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    coded = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert coded.headers["content-encoding"] == "gzip"
    assert coded.content == plain.content
    assert int(coded.headers["content-length"]) < len(plain.content)
    assert coded.headers["etag"] == coding.tagged(plain.headers["etag"])
    for answer in (plain, coded):
        assert "Accept-Encoding" in answer.headers["vary"]
    for held, accepts in ((plain, "identity"), (coded, "gzip")):
        tag = held.headers["etag"]
        again = client.get(path, headers={"Accept-Encoding": accepts, "If-None-Match": tag})
        assert again.status_code == 304
        assert again.headers["etag"] == tag
        assert "content-encoding" not in again.headers


def test_head_says_what_get_says_of_a_coded_document(client: httpx.Client) -> None:
    """RFC 9110, section 9.3.2."""
    got, head = (
        client.request(method, "/ontology.ttl", headers={"Accept-Encoding": "gzip"})
        for method in ("GET", "HEAD")
    )
    assert head.content == b""
    for name in ("content-length", "content-encoding", "etag", "vary"):
        assert head.headers[name] == got.headers[name]


def test_a_long_field_is_not_remembered() -> None:
    """A client chooses its length, and a thousand fields are kept."""
    before = coding._known.cache_info().currsize
    assert coding.accepts_gzip("gzip, " + "x" * 100_000)
    assert coding._known.cache_info().currsize == before
