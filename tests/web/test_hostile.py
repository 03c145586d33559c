"""Hostile paths, texts and titles: an answer that is an answer, never a fault."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from typing import Any

import httpx
import pytest

PATHS = [
    "/id/../../etc/passwd",
    "/id/%2e%2e/%2e%2e/etc/passwd",
    "/doc/document%2Fai-safety-commitments",
    "/doc/document/%00",
    "/doc/document/a%0d%0aSet-Cookie:%20x",
    "/doc/document/a b",
    "/doc/document/%zz",
    "/doc/document/%ff%fe",
    "/doc/document/<script>alert(1)</script>",
    "/doc/document/%3Cscript%3Ealert(1)%3C/script%3E",
    '/doc/document/">',
    "/doc/document/x%3E%20%7D%20DROP%20ALL",
    "/doc//document",
    "/doc/",
    "/doc/.",
    "/doc/.ttl",
    "/id/",
    "/id/document",
    "/id/document/" + "x" * 5000,
    "/id/" + "x/" * 900 + "x",
    "/doc/document/人工智能",
    "/graph/%2e%2e",
    "/graph/" + "y" * 20_000,
    "/v/",
    "/v/x/y/z",
    "/api/concepts/%3E",
    "/api/concepts/a%20b",
    "/context/2.jsonld",
    "/static/%2e%2e%2fapp.py",
    "/problem/%3Cb%3E",
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_hostile_path_names_nothing(client: httpx.Client, path: str, accept: str) -> None:
    """RFC 3986; CWE-22, CWE-79, CWE-113: 4xx or a redirect to a canonical path, never a fault."""
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code in {308, 400, 404, 414}
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert "<script>alert" not in answer.text
    assert "set-cookie" not in answer.headers
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", ["/id/document/a\x00b", "/doc/\x01", "/doc/a\tb"])
def test_a_raw_control_character_gets_no_answer_of_ours(server: str, path: str) -> None:
    """RFC 9112, section 3.2: such a request line is malformed."""
    host, port = httpx.URL(server).host, httpx.URL(server).port
    with socket.create_connection((host, port or 80), 10) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = raw.makefile("rb").read()
    assert answer.startswith((b"HTTP/1.1 4",))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "javascript:alert(1)",
        "{{7*7}}",
    ],
)
def test_a_value_in_a_result_is_shown_not_run(client: httpx.Client, text: str) -> None:
    """CWE-79: values are escaped, and only web addresses are links."""
    literal = text.replace("\\", "\\\\").replace('"', '\\"')
    query = f'SELECT ?x ?y WHERE {{ BIND("{literal}" AS ?x) BIND(<javascript:alert(1)> AS ?y) }}'
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text
    assert 'href="javascript:' not in answer.text
    assert (
        "49"
        not in answer.text.partition("<form")[0].partition("<main")[2].partition("From release")[0]
    )


def test_a_query_with_markup_is_escaped_in_the_error_page(client: httpx.Client) -> None:
    """CWE-79."""
    query = {"query": "</textarea><script>alert(1)</script>"}
    answer = client.get("/sparql", params=query, headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert "<script>alert" not in answer.text


@pytest.fixture(scope="module")
def hostile(serve: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> str:
    """A service whose titles are markup."""
    file = tmp_path_factory.mktemp("hostile") / "evil.ttl"
    file.write_text(
        """@prefix cg: <https://w3id.org/clausegraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix schema: <https://schema.org/> .

<https://w3id.org/clausegraph/id/document/evil> a cg:Document ;
    dcterms:title "<script>alert('title')</script>"@en ;
    cg:summary "<img src=x onerror=alert(1)>"@en ;
    schema:url <javascript:alert(1)> .

<https://w3id.org/clausegraph/id/document/文件> a cg:Document ;
    dcterms:title "文件"@zh .
""",
        encoding="utf-8",
    )
    return serve("--data", str(file)).url


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/doc/document/evil",
        "/sparql?query=SELECT%20*%20WHERE%20%7B%3Fs%20a%20%3Chttps%3A%2F%2Fw3id.org%2Fclausegraph%2Fontology%23Document%3E%3B%3Fp%20%3Fo%7D",
    ],
)
def test_a_title_with_markup_is_text(hostile: str, path: str) -> None:
    """CWE-79, stored: data are anyone's files."""
    answer = httpx.get(hostile + path, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text
    assert 'href="javascript:' not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_a_name_in_another_script_is_served(hostile: str) -> None:
    """RFC 3987: an IRI in any script, percent-encoded on the way."""
    answer = httpx.get(f"{hostile}/id/document/%E6%96%87%E4%BB%B6")
    assert answer.status_code == 303
    document = httpx.get(answer.headers["location"], headers={"Accept": "text/html"})
    assert document.status_code == 200
    assert "文件" in document.text
    assert httpx.get(answer.headers["location"] + ".jsonld").json()["@graph"]


@pytest.fixture(scope="module")
def large(serve: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> str:
    """A service with more documents than its first page lists, one of them with much to say."""
    file = tmp_path_factory.mktemp("large") / "large.ttl"
    lines = [
        "@prefix cg: <https://w3id.org/clausegraph/ontology#> .",
        "@prefix dcterms: <http://purl.org/dc/terms/> .",
        "@base <https://w3id.org/clausegraph/id/> .",
        '<document/a> a cg:Document ; dcterms:title "只有中文"@zh .',
        "<document/b> a cg:Document .",
    ]
    lines += [f"<document/n{n}> a cg:Document ." for n in range(120)]
    lines += [
        f"<document/a/classification/{'a-long-name-' * 100}{n}> a cg:Classification ; "
        f'cg:classifies <document/a> ; cg:sourceTerm "{n}" .'
        for n in range(150)
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    return serve("--data", str(file)).url


def test_a_document_with_many_statements_is_described_page_by_page(large: str) -> None:
    """The query that describes a page is ours, and longer than a client's may be."""
    first = httpx.get(f"{large}/doc/document/a.nt", timeout=30)
    assert first.status_code == 200
    following = re.findall(r'<([^>]*)>; rel="next"', first.headers["link"])
    counts = [
        page.text.count("ontology#classifies>")
        for page in (first, httpx.get(following[0], timeout=30))
    ]
    assert counts == [100, 50]


def test_no_document_is_left_out_unsaid(large: str) -> None:
    """One without an English title, or any, is listed too; what is past a page is spoken of."""
    reader = {"Accept": "text/html"}
    first, page = (httpx.get(f"{large}{path}", headers=reader).text for path in ("/", "/documents"))
    assert re.search(r'href="/documents"[^>]*>\s*122\b', first)
    assert "122 entries" in page
    assert "只有中文" in page
    assert 'href="/doc/document/b"' in page
    assert re.search(r'<a [^>]*rel="next"', page)
