"""What is a request by the letter, and what is answered to everything else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import httpx
import pytest
import uvloop

from clausegraph.web.gate import Gate
from raw import HOST, LAST, Raw, Small, ask, get, serving

LOOPS = [uvloop.new_event_loop, asyncio.SelectorEventLoop]


@pytest.fixture(scope="module", params=LOOPS, ids=["uvloop", "asyncio"])
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    """A small server of the real wire, on each kind of loop."""
    with serving(Small(), Gate(), request.param) as found:
        yield found


MALFORMED = {
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
    "two hosts, one of them after another field": get("/", b"A: b\r\nHOST: there\r\n"),
    "two hosts, and two fields of another name": get("/", HOST + b"Expect: a\r\nExpect: b\r\n"),
    "no IPv6 address": b"GET / HTTP/1.1\r\nHost: [1.2.3.4]\r\n\r\n",
    "too many colons": b"GET / HTTP/1.1\r\nHost: [:::::]:80\r\n\r\n",
    "no IPv6 address in the target": get("http://[1.2.3.4]/"),
    "two codings in two fields": b"POST /echo HTTP/1.1\r\n"
    + HOST
    + b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a host name that is too long": get().replace(HOST, b"Host: " + b"a" * 260 + b"\r\n"),
    "no host name": b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    "user in host": b"GET / HTTP/1.1\r\nHost: u@h\r\n\r\n",
    "length and chunked": get("/", b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")
    + b"0\r\n\r\n",
    "chunked and length": get("/", b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")
    + b"0\r\n\r\n",
    "two lengths": get("/", b"Content-Length: 1\r\nContent-Length: 2\r\n") + b"ab",
    "the same length twice": get("/", b"Content-Length: 1\r\nContent-Length: 1\r\n") + b"a",
    "two lengths in one field": get("/", b"Content-Length: 1, 1\r\n") + b"a",
    "signed length": get("/", b"Content-Length: +1\r\n") + b"a",
    "negative length": get("/", b"Content-Length: -1\r\n") + b"a",
    "hexadecimal length": get("/", b"Content-Length: 0x1\r\n") + b"a",
    "endless length": get("/", b"Content-Length: 99999999999999999999\r\n") + b"a",
    "chunked twice": get("/", b"Transfer-Encoding: chunked, chunked\r\n") + b"0\r\n\r\n",
    "chunked in two fields": get("/", b"Transfer-Encoding: chunked\r\n" * 2) + b"0\r\n\r\n",
    "not chunked at the end": get("/", b"Transfer-Encoding: chunked, gzip\r\n") + b"0\r\n\r\n",
    "gzip, chunked": get("/", b"Transfer-Encoding: gzip, chunked\r\n") + b"0\r\n\r\n",
    "disguised chunked": get("/", b"Transfer-Encoding: xchunked\r\n") + b"0\r\n\r\n",
    "chunked in HTTP/1.0": get("/", b"Transfer-Encoding: chunked\r\n", version="1.0")
    + b"0\r\n\r\n",
    "chunk size": get("/echo", b"Transfer-Encoding: chunked\r\n") + b"x\r\n",
    "chunk size with a sign": get("/echo", b"Transfer-Encoding: chunked\r\n")
    + b"+1\r\na\r\n0\r\n\r\n",
    "endless chunk": get("/echo", b"Transfer-Encoding: chunked\r\n") + b"f" * 17 + b"\r\n",
    "chunk longer than its size": get("/echo", b"Transfer-Encoding: chunked\r\n")
    + b"1\r\nab\r\n0\r\n\r\n",
    "folded field": get("/", b"A: b\r\n c\r\n"),
    "folded first field": b"GET / HTTP/1.1\r\n A: b\r\n\r\n",
    "line feed alone": b"GET / HTTP/1.1\nHost: here\n\n",
    "line feed alone after a field": b"GET / HTTP/1.1\r\nHost: here\nA: b\r\n\r\n",
    "return alone": get("/", b"A: b\rc\r\n"),
    "space before the colon": get("/", b"A : b\r\n"),
    "no colon": get("/", b"A\r\n"),
    "no name": get("/", b": b\r\n"),
    "NUL in a value": get("/", b"A: b\0c\r\n"),
    "NUL in a name": get("/", b"A\0: b\r\n"),
    "brackets in a name": get("/", b"A[]: b\r\n"),
    "space in the target": get("/a b"),
    "control character in the target": get("/\x01"),
    "bytes in the target": "GET /é HTTP/1.1\r\nHost: here\r\n\r\n".encode(),
    "fragment": get("/#part"),
    "fragment in an absolute target": get("http://here/#part"),
    "relative target": get("path"),
    "star": get("*"),
    "other scheme": get("ftp://here/"),
    "no authority": get("http:///path"),
    "user in an absolute target": get("http://u:p@here/"),
    "text after the version": b"GET / HTTP/1.1 x\r\nHost: here\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "zeros": bytes(100),
    "an SSH client": b"\xff\xfd\x18\xff\xfd ",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_malformed_is_400_and_the_end_of_the_connection(port: int, name: str) -> None:
    """RFC 9112, sections 2.2, 3.2, 5.1, 6.1, 6.3, 7.1: nothing that can be read in two ways."""
    with Raw(port) as raw:
        raw.send(MALFORMED[name])
        answer = raw.reply()
        assert (answer.status, answer.slug) == (400, "malformed-request")
        raw.send(get())
        assert raw.is_closed()


def test_a_fault_within_a_body_ends_the_request_and_nobody_else(port: int) -> None:
    """RFC 9112, section 7.1: what was read of the body is not served."""
    with Raw(port) as raw:
        raw.send(get("/echo", b"Transfer-Encoding: chunked\r\n") + b"1\r\na\r\n")
        raw.send(b"zz\r\n")
        assert raw.reply().slug == "malformed-request"
    assert ask(port, get()).status == 200


@pytest.mark.parametrize("method", ["BREW", "get", "GETS", "FOO-BAR", "X" * 100, "Q"])
def test_an_unknown_method_is_501(port: int, method: str) -> None:
    """RFC 9110, section 15.6.2."""
    answer = ask(port, f"{method} / HTTP/1.1\r\nHost: here\r\n\r\n".encode())
    assert (answer.status, answer.slug) == (501, "method-unknown")
    assert "QUERY" in answer.fields["allow"]


def test_connect_is_501(port: int) -> None:
    """RFC 9110, section 9.3.6: this is no proxy."""
    answer = ask(port, b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n")
    assert (answer.status, answer.slug) == (501, "method-unknown")


@pytest.mark.parametrize("method", ["POST", "QUERY", "PUT", "PROPFIND", "TRACE"])
def test_a_known_method_is_for_the_application_to_judge(port: int, method: str) -> None:
    """RFC 9110, section 9.1."""
    answer = ask(port, f"{method} / HTTP/1.1\r\nHost: here\r\n\r\n".encode())
    assert json.loads(answer.body)["method"] == method


@pytest.mark.parametrize(
    "request_",
    [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/2.0\r\nHost: here\r\n\r\n",
        b"GET / HTTP/3.0\r\nHost: here\r\n\r\n",
        b"GET / HTTP/0.9\r\nHost: here\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: here\r\n\r\n",
    ],
)
def test_another_version_is_505(port: int, request_: bytes) -> None:
    """RFC 9110, section 15.6.6."""
    answer = ask(port, request_)
    assert (answer.status, answer.slug) == (505, "http-version")


@pytest.mark.parametrize(
    ("target", "path", "query", "host"),
    [
        ("http://there:81/a/b?c=d", "/a/b", "c=d", "there:81"),
        ("HTTPS://there", "/", "", "there"),
        ("http://there?c", "/", "c", "there"),
        ("http://[::1]:80/", "/", "", "[::1]:80"),
    ],
)
def test_an_absolute_target_is_served_and_names_the_host(
    port: int, target: str, path: str, query: str, host: str
) -> None:
    """RFC 9112, section 3.2.2: Host is ignored then."""
    told = json.loads(ask(port, get(target)).body)
    assert (told["path"], told["query"]) == (path, query)
    assert [value for name, value in told["fields"] if name == "host"] == [host]


def test_a_target_is_split_and_decoded_once(port: int) -> None:
    """RFC 3986, section 2.4."""
    told = json.loads(ask(port, get("//a%20b/%2525/?x=%20?y")).body)
    assert (told["path"], told["query"]) == ("//a b/%25/", "x=%20?y")


def test_fields_come_in_order_lower_case_and_trimmed(port: int) -> None:
    """RFC 9112, section 5.1."""
    told = json.loads(ask(port, get("/", b"X-B:  1 \t\r\nx-a:2\r\nX-B: 3\r\nE:\r\n")).body)
    assert told["fields"][1:] == [["x-b", "1"], ["x-a", "2"], ["x-b", "3"], ["e", ""]]


def test_a_trailer_is_no_header(port: int) -> None:
    """RFC 9110, section 6.5.1: trailers are not merged into the header."""
    chunked = b"Transfer-Encoding: chunked\r\n"
    answer = ask(port, get("/", chunked) + b"1;x=y\r\na\r\n0\r\nHost: evil\r\nA: b\r\n\r\n")
    assert len(json.loads(answer.body)["fields"]) == 2


def test_empty_lines_before_a_request_are_skipped(port: int) -> None:
    """RFC 9112, section 2.2."""
    assert ask(port, b"\r\n\r\n" + get()).status == 200


@pytest.mark.parametrize("ended", [True, False])
def test_a_header_past_its_bytes_is_431_before_it_ends(port: int, ended: bool) -> None:
    """RFC 6585, section 5."""
    field = b"A: " + b"x" * 140_000
    answer = ask(port, get("/", field + b"\r\n") if ended else get()[:-2] + field)
    assert (answer.status, answer.slug) == (431, "fields-too-large")


def test_a_header_within_its_bytes_is_read(port: int) -> None:
    """128 KiB are enough for the URL and the fields of any client."""
    told = json.loads(ask(port, get("/", b"A: " + b"x" * 125_000 + b"\r\n")).body)
    assert len(told["fields"][1][1]) == 125_000


@pytest.mark.parametrize(("count", "status"), [(99, 200), (100, 431), (5000, 431)])
def test_a_hundred_fields_are_enough(port: int, count: int, status: int) -> None:
    """RFC 6585, section 5; Host is one of them."""
    assert ask(port, get("/", b"A: b\r\n" * count)).status == status


@pytest.mark.parametrize("ended", [True, False])
def test_a_target_past_its_bytes_is_414_before_it_ends(port: int, ended: bool) -> None:
    """RFC 9110, section 15.5.15."""
    target = "/" + "x" * 40_000
    answer = ask(port, get(target) if ended else f"GET {target}".encode())
    assert (answer.status, answer.slug) == (414, "uri-too-long")
    assert "POST" in answer.problem["hint"]


@pytest.mark.parametrize("filler", [b"1;" + b"x" * 200_000, b"0\r\nA: " + b"x" * 200_000])
def test_what_is_no_body_within_a_body_is_limited_too(port: int, filler: bytes) -> None:
    """RFC 9112, section 7.1.1: chunk extensions and trailers take memory as well."""
    answer = ask(port, get("/echo", b"Transfer-Encoding: chunked\r\n") + filler)
    assert (answer.status, answer.slug) == (431, "fields-too-large")


def test_a_request_that_comes_byte_by_byte_is_answered(port: int) -> None:
    """RFC 9112, section 2.1: packets mean nothing."""
    data = b"POST /echo HTTP/1.1\r\n" + HOST + LAST + b"Transfer-Encoding: chunked\r\n\r\n"
    with Raw(port) as raw:
        for byte in data + b"5;a=b\r\nhello\r\n1\r\n!\r\n0\r\nT: x\r\n\r\n":
            raw.send(bytes([byte]))
        assert raw.reply().body == b"hello!"


def test_the_service_answers_the_same_way(server: str) -> None:
    """The real service stands behind this wire: RFC 9112 again, and RFC 9110, section 9.3.7."""
    port = httpx.URL(server).port or 80
    for name in ("no host", "length and chunked", "line feed alone", "TLS", "fragment"):
        assert ask(port, MALFORMED[name]).slug == "malformed-request"
    assert ask(port, b"BREW / HTTP/1.1\r\n\r\n").slug == "method-unknown"
    options = ask(port, b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n")
    assert options.status == 204
    assert "GET" in options.fields["allow"]
    assert ask(port, get("http://there/health")).status == 200
