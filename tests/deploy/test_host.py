"""A static twin on a real Apache: media types, and reading from other origins."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from clausegraph import formats
from clausegraph.export.own import Own
from deploy.apache import Apache

TYPES = {
    "a.ttl": "text/turtle; charset=utf-8",
    "a.jsonld": "application/ld+json",
    "a.nt": "application/n-triples",
    "a.rdf": "application/rdf+xml",
    "a.csv": "text/csv; charset=utf-8",
    "dumps/a.nq": "application/n-quads",
    "dumps/a.trig": "application/trig",
    "dumps/a.ttl.gz": formats.GZIP.media_type,
    "dumps/a.ttl.zst": formats.ZSTD.media_type,
    ".well-known/void": "text/turtle; charset=utf-8",
}


@pytest.fixture(scope="module")
def site(apache: Apache, tmp_path_factory: pytest.TempPathFactory) -> dict[str, httpx.Response]:
    """What Apache sends for each kind of file."""
    folder: Path = tmp_path_factory.mktemp("own")
    Own(folder, "https://example.org/", "0" * 64).write_all()
    rules = (folder / ".htaccess").read_text(encoding="utf-8")
    with apache.serving({".htaccess": rules, **dict.fromkeys(TYPES, "text")}) as url:
        return {name: httpx.get(f"{url}/{name}") for name in TYPES}


@pytest.mark.parametrize("name", TYPES)
def test_file_is_sent_as_what_it_is(site: dict[str, httpx.Response], name: str) -> None:
    """With a Content-Encoding, clients would save a dump under a name that says otherwise."""
    answer = site[name]
    assert answer.headers["content-type"] == TYPES[name]
    assert "content-encoding" not in answer.headers
    assert answer.headers["access-control-allow-origin"] == "*"
