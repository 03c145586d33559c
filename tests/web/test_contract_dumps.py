"""The whole graph as files, in parts and with digests.

The lines H10 and H11 of the HTTP contract; each test is named by those that it holds the service to.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import zstandard
from pyoxigraph import RdfFormat, Store, parse

from clausegraph.web.answers import FOREVER, LATEST
from services import PROBLEM, memory, post, until, watch

NAMES = {
    f"clausegraph.{syntax}{coding}"
    for syntax in ("nq", "trig", "ttl", "jsonld")
    for coding in ("", ".gz", ".zst")
}
TYPES = {
    "nq": "application/n-quads",
    "trig": "application/trig",
    "ttl": "text/turtle; charset=utf-8",
    "jsonld": "application/ld+json",
    "gz": "application/gzip",
    "zst": "application/zstd",
}
SMALL = "/dumps/clausegraph.ttl.zst"


def fetch(
    client: httpx.Client, path: str = SMALL, method: str = "GET", **fields: str
) -> httpx.Response:
    """Ask for a dump; header names are written with `_`."""
    headers = {name.replace("_", "-"): value for name, value in fields.items()}
    return client.request(method, path, headers=headers)


@pytest.fixture(scope="module")
def whole(client: httpx.Client) -> httpx.Response:
    """The smallest dump."""
    answer = fetch(client)
    assert answer.status_code == 200
    return answer


@pytest.mark.parametrize("name", sorted(NAMES))
def test_h10_h11_each_dump_is_whole_and_says_what_it_is(client: httpx.Client, name: str) -> None:
    """RFC 9110, section 8.8.3; RFC 9530, section 3; RFC 6713 and RFC 8878 for what is packed."""
    answer = fetch(client, f"/dumps/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == TYPES[name.rpartition(".")[2]]
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["etag"].startswith('"')
    assert answer.headers["cache-control"] == LATEST
    digest = hashlib.sha256(answer.content)
    coded = base64.b64encode(digest.digest()).decode()
    assert answer.headers["repr-digest"] == f"sha-256=:{coded}:"
    beside = fetch(client, f"/dumps/{name}.sha256")
    assert beside.text == f"{digest.hexdigest()}  {name}\n"
    assert beside.headers["content-type"].startswith("text/plain")


def test_h10_the_dump_is_the_graph_that_is_served(client: httpx.Client, store: Store) -> None:
    """Every quad of it, and none more."""
    packed = fetch(client, "/dumps/clausegraph.nq.gz").content
    found = {str(quad) for quad in parse(gzip.decompress(packed), RdfFormat.N_QUADS)}
    assert found == {str(quad) for quad in store if str(quad.graph_name) != "DEFAULT"}
    other = zstandard.ZstdDecompressor().decompressobj()
    assert other.decompress(fetch(client, "/dumps/clausegraph.nq.zst").content) == (
        gzip.decompress(packed)
    )


def test_h10_clients_that_take_gzip_get_the_file_all_the_same(client: httpx.Client) -> None:
    """A part of what is packed on the way would fit nothing that the client has."""
    for name in ("clausegraph.ttl", "clausegraph.ttl.gz"):
        for extra in ({}, {"Range": "bytes=0-99"}):
            answer = fetch(client, f"/dumps/{name}", Accept_Encoding="gzip", **extra)
            assert answer.status_code == (206 if extra else 200)
            assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=100-", 100, None),
        ("bytes=-5", -5, None),
        ("bytes=-999999999999", 0, None),
        ("bytes=5-999999999999999", 5, None),
        ("bytes= 0-9", 0, 10),
        ("BYTES=0-9", 0, 10),
        ("bytes=0-" + "9" * 30, 0, None),
    ],
)
def test_h10_a_range_is_answered_in_part(
    client: httpx.Client, whole: httpx.Response, wanted: str, start: int, end: int | None
) -> None:
    """RFC 9110, sections 14.2 and 15.3.7."""
    answer = fetch(client, Range=wanted)
    expected = whole.content[start:end]
    size = len(whole.content)
    first = start % size
    assert answer.status_code == 206
    assert answer.content == expected
    assert answer.headers["content-length"] == str(len(expected))
    assert answer.headers["content-range"] == f"bytes {first}-{first + len(expected) - 1}/{size}"
    for name in ("etag", "repr-digest", "content-type", "cache-control", "accept-ranges"):
        assert answer.headers[name] == whole.headers[name]


@pytest.mark.parametrize(
    "wanted",
    ["bytes=999999999-", "bytes=-0", "bytes=99999999-99999999", f"bytes={'9' * 30}-"],
    ids=len,
)
def test_h10_a_range_outside_of_the_file_is_416(
    client: httpx.Client, whole: httpx.Response, wanted: str
) -> None:
    """RFC 9110, section 15.5.17."""
    answer = fetch(client, Range=wanted)
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(whole.content)}"
    assert answer.headers["content-type"] == PROBLEM
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["status"] == 416


@pytest.mark.parametrize(
    "wanted",
    [
        "bytes=0-1,5-6",
        "bytes=9-5",
        "bytes=-",
        "bytes=a-b",
        "bytes=1 0-2 0",
        "bytes =0-5",
        "lines=0-5",
        "bytes",
        "",
        "bytes=0-" + "9" * 5000,
        "bytes=٣-٤",
        "bytes=" + "0-0," * 500,
    ],
)
def test_h10_what_is_no_single_range_is_answered_whole(
    client: httpx.Client, whole: httpx.Response, wanted: str
) -> None:
    """RFC 9110, section 14.2: a server may ignore Range; several parts are more work than use."""
    answer = client.get(SMALL, headers={"Range": wanted.encode()})
    assert answer.status_code == 200
    assert answer.content == whole.content
    assert "content-range" not in answer.headers


def test_h10_a_range_of_what_has_changed_since_is_answered_whole(
    client: httpx.Client, whole: httpx.Response
) -> None:
    """RFC 9110, section 13.1.5: compared strongly."""
    tag = whole.headers["etag"]
    part = fetch(client, Range="bytes=0-9", If_Range=tag)
    assert (part.status_code, part.content) == (206, whole.content[:10])
    for other in ('"other"', f"W/{tag}", "Sun, 06 Nov 1994 08:49:37 GMT", "", tag.strip('"')):
        again = fetch(client, Range="bytes=0-9", If_Range=other)
        assert (again.status_code, again.content) == (200, whole.content), other


def test_h10_parts_that_are_put_together_are_the_whole(
    client: httpx.Client, whole: httpx.Response
) -> None:
    """A download that was interrupted goes on."""
    size, found = len(whole.content), b""
    while len(found) < size:
        end = len(found) + 40_000
        part = fetch(client, Range=f"bytes={len(found)}-{end}", If_Range=whole.headers["etag"])
        assert part.status_code == 206
        found += part.content
    assert found == whole.content


@pytest.mark.parametrize("extra", [{}, {"Range": "bytes=0-9"}, {"If_Range": '"x"'}])
def test_h10_what_a_client_holds_is_not_sent_again(
    client: httpx.Client, whole: httpx.Response, extra: dict[str, str]
) -> None:
    """RFC 9110, sections 13.2.2 and 15.4.5: before any range is looked at."""
    tag = whole.headers["etag"]
    for value in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        for method in ("GET", "HEAD"):
            answer = fetch(client, method=method, If_None_Match=value, **extra)
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["etag"] == tag
            assert answer.headers["cache-control"] == LATEST
            assert "content-type" not in answer.headers
    assert fetch(client, If_None_Match='"other"').status_code == 200


def test_h10_head_has_the_header_of_the_whole(client: httpx.Client, whole: httpx.Response) -> None:
    """RFC 9110, sections 9.3.2 and 14.2: Range is for GET alone."""
    for extra in ({}, {"Range": "bytes=0-9"}):
        answer = fetch(client, method="HEAD", **extra)
        assert (answer.status_code, answer.content) == (200, b"")
        for name in ("content-length", "etag", "content-type", "repr-digest", "accept-ranges"):
            assert answer.headers[name] == whole.headers[name]


def test_h10_query_results_have_no_ranges_and_dumps_have_links(
    client: httpx.Client, whole: httpx.Response
) -> None:
    """RFC 8288, RFC 8574: how to cite it, and where the same bytes stay."""
    release = whole.headers["clausegraph-release"]
    links = whole.headers["link"]
    kept = f"v/{release}{SMALL}"
    assert f'<https://w3id.org/clausegraph/{kept}>; rel="cite-as"' in links
    assert f'<{client.base_url}/{kept}>; rel="memento"' in links
    assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in links


def test_h10_the_dumps_of_a_release_never_change(
    client: httpx.Client, whole: httpx.Response
) -> None:
    """RFC 8246: what is below /v/ can be kept for ever, and is the same bytes."""
    release = whole.headers["clausegraph-release"]
    answer = fetch(client, f"/v/{release}{SMALL}")
    assert answer.status_code == 200
    assert answer.content == whole.content
    assert answer.headers["etag"] == whole.headers["etag"]
    assert answer.headers["cache-control"] == FOREVER


@pytest.mark.parametrize(
    "name",
    [
        "nothing",
        "clausegraph",
        "clausegraph.nt",
        "clausegraph.nq.gz.gz",
        "clausegraph.nq.sha256.sha256",
        "..%2F..%2Fetc%2Fpasswd",
        "%2e%2e",
        "manifest.json",
        "clausegraph.nq%00",
        "x" * 5000,
    ],
)
def test_h10_what_is_no_dump_is_404_and_names_those_that_are(
    client: httpx.Client, name: str
) -> None:
    """RFC 9457."""
    answer = client.get(f"/dumps/{name}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == PROBLEM


def test_h10_a_dump_that_takes_longer_than_a_request_may_is_503_and_comes_later(
    serve: Callable[..., object],
) -> None:
    """RFC 9110, section 15.6.4: who comes meanwhile waits for the same work."""
    service = serve("--timeout", "0.05", "--access-log", "off")
    with httpx.Client(base_url=service.url, timeout=30) as client:
        first = client.get(SMALL)
        assert first.status_code == 503
        assert first.headers["retry-after"] == "1"
        assert first.headers["content-type"] == PROBLEM
        assert until(lambda: client.get(SMALL).status_code == 200, 30)


def test_h10_others_are_served_while_dumps_are_made_and_sent(
    serve: Callable[..., object], tmp_path: Path
) -> None:
    """By a process of its own, piece by piece: nothing waits for it, and memory stays flat."""
    service = serve("--access-log", "off", "--releases", str(tmp_path / "releases"))
    url = service.url
    before = memory(service.process.pid)
    with watch(url) as seen, ThreadPoolExecutor(16) as pool:

        def take(number: int) -> int:
            with httpx.Client(base_url=url, timeout=60) as client:
                path = sorted(NAMES)[number % len(NAMES)]
                return len(client.get(f"/dumps/{path}").content)

        sizes = list(pool.map(take, range(48)))
        after = memory(service.process.pid)
    assert min(sizes) > 10_000
    assert seen.failures == []
    assert max(seen.seconds) < 1
    assert after - before < 100 * 2**20
    with httpx.Client(base_url=service.url) as client:
        changed = client.get(SMALL).headers["last-modified"]
        assert client.get(SMALL, headers={"If-Modified-Since": changed}).status_code == 304
        part = client.get(SMALL, headers={"Range": "bytes=0-9", "If-Range": changed})
        assert part.status_code == 206
        older = {"If-Modified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"}
        assert client.get(SMALL, headers=older).status_code == 200
        assert client.get(SMALL, headers={"If-Modified-Since": "yesterday"}).status_code == 200


def test_h10_a_client_that_leaves_or_dawdles_holds_nobody_up(client: httpx.Client) -> None:
    """RFC 9112, section 9.6."""
    with client.stream("GET", "/dumps/clausegraph.nq") as answer:
        assert answer.status_code == 200
        next(answer.iter_raw(1000))
        start = time.monotonic()
        assert post(client, "ASK {}", Accept="*/*").status_code == 200
        assert time.monotonic() - start < 1
    assert fetch(client).status_code == 200
