"""The redirects at w3id.org, as a real Apache reads them (HTTP.md, line I20)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from clausegraph import formats
from deploy.apache import Apache

ROOT = Path(__file__).resolve().parents[2]
SERVICE = "https://clausegraph.example.org"
THING = "document/ai-safety-commitments"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
JENA = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,"
    "application/rdf+xml;q=0.7,*/*;q=0.3"
)


def _client(apache: Apache, folder: str) -> Iterator[httpx.Client]:
    rules = (ROOT / "deploy" / folder / ".htaccess").read_text(encoding="utf-8")
    files = {"clausegraph/.htaccess": rules, "clausegraph/README.md": "A file beside the rules."}
    with apache.serving(files) as url, httpx.Client(base_url=f"{url}/clausegraph/") as client:
        del client.headers["accept"]
        yield client


@pytest.fixture(scope="module")
def w3id(apache: Apache) -> Iterator[httpx.Client]:
    """The place below which our IRIs lie, while a service answers."""
    yield from _client(apache, "w3id")


@pytest.fixture(scope="module")
def static(apache: Apache) -> Iterator[httpx.Client]:
    """The same place, while a static twin stands in."""
    yield from _client(apache, "static")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "ontology",
        "ontology.ttl",
        "README.md",
        f"id/{THING}",
        f"doc/{THING}.jsonld",
        "id/concept/mit-mitigation-v2/3.1.4",
        "curie/mit-risk-domain:2.1",
        "api/documents?jurisdiction=china&q=a%20b+c&limit=2",
        "sparql?query=SELECT%20%3Fs%20WHERE%20%7B%3Fs%20%3Fp%20%22%23%26%22%7D",
        "v/" + "0" * 64 + "/dumps/clausegraph.nq.gz",
        "id/actor/%E7%99%BE%E5%BA%A6",
        "id/a;b,c@d=e'f(g)!$&*~",
        "id/100%25",
        "id/a%3Fb%23c",
        "id//double",
        "id/trailing/",
        ".well-known/void",
    ],
)
def test_i20_one_hop_keeps_path_and_query(w3id: httpx.Client, path: str) -> None:
    answer = w3id.get(path)
    assert answer.status_code == 307
    assert answer.headers["location"] == f"{SERVICE}/{path}"


@pytest.mark.parametrize("accept", ["text/turtle", "application/ld+json", BROWSER, JENA, "*/*"])
def test_i20_does_not_negotiate(w3id: httpx.Client, accept: str) -> None:
    answer = w3id.get(f"id/{THING}", headers={"Accept": accept})
    assert answer.headers["location"] == f"{SERVICE}/id/{THING}"
    assert "accept" not in answer.headers.get("vary", "").lower()


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "QUERY"])
def test_i20_method_stays(w3id: httpx.Client, method: str) -> None:
    """RFC 9110, 15.4.8: of 302 many clients make a GET."""
    answer = w3id.request(method, "sparql")
    assert (answer.status_code, answer.headers["location"]) == (307, f"{SERVICE}/sparql")


def test_i20_scripts_of_other_origins_may_follow(w3id: httpx.Client) -> None:
    answer = w3id.get(f"id/{THING}", headers={"Origin": "https://example.com"})
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("hostile", ["id/../../../etc/passwd", "id/%2e%2e/%2e%2e/x", "id/a\\b"])
def test_i20_hostile_path_leads_to_no_other_host(w3id: httpx.Client, hostile: str) -> None:
    url = httpx.URL(str(w3id.base_url)).copy_with(raw_path=b"/clausegraph/" + hostile.encode())
    location = w3id.get(url).headers.get("location", SERVICE + "/")
    assert location.startswith(f"{SERVICE}/")


@pytest.mark.parametrize("path", ["/evil.example", "@evil.example", ".evil.example", "\\evil"])
def test_i20_no_path_is_read_as_a_host(w3id: httpx.Client, path: str) -> None:
    url = httpx.URL(str(w3id.base_url)).copy_with(raw_path=b"/clausegraph/" + path.encode())
    answer = w3id.get(url)
    assert httpx.URL(answer.headers["location"]).host == "clausegraph.example.org"


FORMS = [
    (None, "/"),
    ("*/*", "/"),
    (BROWSER, "/"),
    ("text/turtle", ".ttl"),
    ("application/ld+json", ".jsonld"),
    ("application/json", ".jsonld"),
    ("application/n-triples", ".nt"),
    ("application/rdf+xml", ".rdf"),
    (JENA, ".ttl"),
    ("application/xml", "/"),
]


@pytest.mark.parametrize(("accept", "form"), FORMS)
@pytest.mark.parametrize("path", [f"id/{THING}", f"doc/{THING}", "ontology", "graph/data/x"])
def test_i20_static_site_chooses_by_accept_and_html_comes_last(
    static: httpx.Client, path: str, accept: str | None, form: str
) -> None:
    answer = static.get(path, headers={} if accept is None else {"Accept": accept})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{SERVICE}/{path.replace('id/', 'doc/')}{form}"
    assert answer.headers["vary"] == "Accept"


@pytest.mark.parametrize("syntax", formats.RESOURCE, ids=lambda syntax: syntax.name)
@pytest.mark.parametrize("path", [f"doc/{THING}", "shapes"])
def test_i20_static_suffix_wins_over_accept(
    static: httpx.Client, path: str, syntax: formats.Syntax
) -> None:
    answer = static.get(path + syntax.suffix, headers={"Accept": "text/turtle"})
    assert answer.headers["location"] == f"{SERVICE}/{path}{syntax.suffix}"


@pytest.mark.parametrize(
    ("path", "accept", "place"),
    [
        (
            "id/concept/mit-mitigation-v2/3.1.4",
            "text/turtle",
            "doc/concept/mit-mitigation-v2/3.1.4.ttl",
        ),
        ("id/actor/%E7%99%BE%E5%BA%A6", "text/turtle", "doc/actor/%e7%99%be%e5%ba%a6.ttl"),
        ("api/documents", "application/json", "api/documents.jsonld"),
        ("api/documents", "text/html", "api/documents/"),
        ("api/documents.csv", "*/*", "api/documents.csv"),
        ("dumps/clausegraph.nq.gz", "text/turtle", "dumps/clausegraph.nq.gz"),
        ("context/1.jsonld", "application/ld+json", "context/1.jsonld"),
        ("ontology/", "text/turtle", "ontology.ttl"),
        ("", "text/turtle", ""),
    ],
)
def test_i20_static_site_leads_to_the_file(
    static: httpx.Client, path: str, accept: str, place: str
) -> None:
    location = static.get(path, headers={"Accept": accept}).headers["location"]
    assert location == f"{SERVICE}/{place}"


@pytest.mark.parametrize("folder", ["w3id", "static"])
def test_rules_name_the_host_once_and_the_readme_says_where(folder: str) -> None:
    rules = (ROOT / "deploy" / folder / ".htaccess").read_text(encoding="utf-8")
    assert len(re.findall(re.escape(SERVICE), rules)) == 1
    assert SERVICE in (ROOT / "deploy/README.md").read_text(encoding="utf-8")
