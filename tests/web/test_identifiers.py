"""Identifiers lead to documents: 303, five syntaxes, suffixes, links, redirects."""

from __future__ import annotations

import re
import socket
from urllib.parse import urlsplit

import httpx
import pytest
from pyld import jsonld as pyld
from pyoxigraph import NamedNode, RdfFormat, parse

from clausegraph import jsonld, vocabulary

BASE = "https://w3id.org/clausegraph/"
DOCUMENT = "document/ai-safety-commitments"
CONCEPT = "concept/mit-mitigation-v2/3.1.4"
SYNTAXES = {
    "text/turtle": (".ttl", RdfFormat.TURTLE),
    "application/ld+json": (".jsonld", None),
    "application/n-triples": (".nt", RdfFormat.N_TRIPLES),
    "application/rdf+xml": (".rdf", RdfFormat.RDF_XML),
    "text/html": (".html", None),
}


@pytest.mark.parametrize("accept", [None, "text/turtle", "text/html", "*/*"])
def test_an_identifier_leads_to_its_document_for_every_client(
    client: httpx.Client, accept: str | None
) -> None:
    """W3C, Cool URIs for the Semantic Web, section 4.2; RFC 9110, section 15.4.4."""
    headers = {"Accept": accept} if accept else {}
    answer = client.get(f"/id/{DOCUMENT}", headers=headers)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{client.base_url}/doc/{DOCUMENT}".replace(
        "//doc", "/doc"
    )
    assert answer.content == b""


@pytest.mark.parametrize("media_type", SYNTAXES)
def test_a_document_comes_in_the_syntax_asked_for(client: httpx.Client, media_type: str) -> None:
    """RFC 9110, sections 12.5.1, 8.7 and 12.5.5."""
    answer = client.get(f"/doc/{CONCEPT}", headers={"Accept": media_type})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert answer.headers["content-location"] == f"/doc/{CONCEPT}{SYNTAXES[media_type][0]}"
    assert "Accept" in answer.headers["vary"]
    assert re.fullmatch(r'"[0-9a-f]+(-gzip)?"', answer.headers["etag"])


@pytest.mark.parametrize(
    "media_type", ["text/turtle", "application/n-triples", "application/rdf+xml"]
)
def test_a_document_has_its_identifier_as_subject(client: httpx.Client, media_type: str) -> None:
    """Linked data principles: what an identifier leads to describes it."""
    answer = client.get(f"/doc/{CONCEPT}", headers={"Accept": media_type})
    subjects = {quad.subject for quad in parse(answer.content, SYNTAXES[media_type][1])}
    assert NamedNode(f"{BASE}id/{CONCEPT}") in subjects


@pytest.mark.parametrize(
    "name",
    [DOCUMENT, CONCEPT, "concept/mit-risk-domain", "actor/baidu", "query/documents/overview"],
)
def test_every_syntax_says_the_same(client: httpx.Client, name: str) -> None:
    """JSON-LD 1.1 API: a processor that is not ours reads the triples that N-Triples gives."""
    expected = {q.triple for q in parse(client.get(f"/doc/{name}.nt").content, RdfFormat.N_TRIPLES)}
    expanded = pyld.to_rdf(
        client.get(f"/doc/{name}.jsonld").json(),
        {"documentLoader": jsonld.load_context, "format": "application/n-quads"},
    )
    assert {q.triple for q in parse(expanded.encode(), RdfFormat.N_QUADS)} == expected
    for suffix, engine in ((".ttl", RdfFormat.TURTLE), (".rdf", RdfFormat.RDF_XML)):
        body = client.get(f"/doc/{name}{suffix}").content
        assert {q.triple for q in parse(body, engine)} == expected


@pytest.mark.parametrize("media_type", SYNTAXES)
def test_a_suffix_fixes_the_syntax_whatever_accept_says(
    client: httpx.Client, media_type: str
) -> None:
    """W3C, Best Practice Recipes for Publishing RDF Vocabularies."""
    suffix = SYNTAXES[media_type][0]
    answer = client.get(f"/doc/{CONCEPT}{suffix}", headers={"Accept": "image/png"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert re.search(rf'http://[^/]+/doc/{CONCEPT}>; rel="canonical"', answer.headers["link"])


def test_digits_after_a_dot_are_no_suffix(client: httpx.Client) -> None:
    """Only five suffixes exist: `3.1.4` is a code."""
    answer = client.get(f"/doc/{CONCEPT}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"


@pytest.mark.parametrize("suffix", [".json", ".owl", ".TTL", ".nq"])
def test_another_suffix_names_nothing(client: httpx.Client, suffix: str) -> None:
    """Only five suffixes exist."""
    assert client.get(f"/doc/{CONCEPT}{suffix}").status_code == 404


def test_a_document_links_to_its_forms_and_to_what_to_cite(client: httpx.Client) -> None:
    """RFC 8288; RFC 8574 (cite-as); FAIR Signposting."""
    link = client.get(f"/doc/{DOCUMENT}").headers["link"]
    for media_type, (suffix, _) in SYNTAXES.items():
        assert re.search(
            rf'/doc/{DOCUMENT}{suffix}>; rel="alternate"; type="{re.escape(media_type)}"', link
        )
    assert f'<{BASE}id/{DOCUMENT}>; rel="cite-as"' in link
    assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in link
    for rel in ("canonical", "describedby", "collection"):
        assert f'rel="{rel}"' in link


def test_plain_json_names_its_context_once(client: httpx.Client) -> None:
    """JSON-LD 1.1, section 6.1: JSON with the context in a Link."""
    answer = client.get(f"/doc/{DOCUMENT}", headers={"Accept": "application/json"})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["link"].count("http://www.w3.org/ns/json-ld#context") == 1
    linked_data = client.get(f"/doc/{DOCUMENT}", headers={"Accept": "application/ld+json"})
    assert answer.content == linked_data.content
    assert answer.json()["@context"] == f"{BASE}context/1.jsonld"


def test_a_browser_gets_a_page(client: httpx.Client) -> None:
    """RFC 9110, section 12.5.1: what a browser sends prefers HTML."""
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
    answer = client.get(f"/doc/{DOCUMENT}", headers={"Accept": accept})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        f"/id/{DOCUMENT}",
        f"/doc/{DOCUMENT}",
        "/ontology",
        "/context/1.jsonld",
        "/api/documents",
        "/sparql",
        "/sparql?query=ASK%7B%7D",
        "/health",
        "/ready",
        "/openapi.json",
        "/doc/document/nothing",
    ],
)
def test_head_is_get_without_a_body(client: httpx.Client, path: str) -> None:
    """RFC 9110, section 9.3.2."""
    get, head = client.get(path), client.head(path)
    assert head.status_code == get.status_code
    assert head.content == b""
    unequal = {"date", "clausegraph-request", "clausegraph-cache"}
    if get.is_error:
        unequal.add("content-length")  # A problem names the request, and is coded with its name.
    assert {k: v for k, v in head.headers.items() if k not in unequal} == {
        k: v for k, v in get.headers.items() if k not in unequal
    }


@pytest.mark.parametrize("prefix", ["/id/", "/doc/"])
def test_an_unknown_name_is_404_with_the_nearest_ones(client: httpx.Client, prefix: str) -> None:
    """RFC 9110, section 15.5.5; RFC 9457."""
    answer = client.get(f"{prefix}document/ai-safety-comitments")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert f"{BASE}id/{DOCUMENT}" in answer.json()["suggestions"]


def test_a_clause_under_the_wrong_document_is_suggested(client: httpx.Client) -> None:
    """Suggestions look at what ends alike, too."""
    answer = client.get("/id/concept/mit-mitigation-v9/3.1.4")
    assert f"{BASE}id/{CONCEPT}" in answer.json()["suggestions"]


@pytest.mark.parametrize(
    ("path", "target"),
    [
        (f"/id/{DOCUMENT}/", f"/id/{DOCUMENT}"),
        (f"/doc/{DOCUMENT}/", f"/doc/{DOCUMENT}"),
        ("/id/Document/ai-safety-commitments", f"/id/{DOCUMENT}"),
        ("/doc/CONCEPT/mit-mitigation-v2/3.1.4.ttl", f"/doc/{CONCEPT}.ttl"),
        ("/ontology/", "/ontology"),
    ],
)
def test_a_path_that_is_not_canonical_moves_for_good(
    client: httpx.Client, path: str, target: str
) -> None:
    """RFC 9110, section 15.4.9: one address for one thing."""
    answer = client.get(path)
    assert answer.status_code == 308
    assert httpx.URL(answer.headers["location"]).path == target
    assert client.get(answer.headers["location"]).status_code in {200, 303}


def test_a_redirect_stays_on_the_host_that_was_asked(client: httpx.Client) -> None:
    """Location is absolute, from the Host field; the base of identifiers stays what it is."""
    answer = client.get(f"/id/{DOCUMENT}", headers={"Host": "graph.example.org:81"})
    assert answer.headers["location"] == f"http://graph.example.org:81/doc/{DOCUMENT}"


@pytest.mark.parametrize("path", ["//evil.example/", "//evil.example//", "/%2Fevil.example/"])
def test_no_redirect_leaves_the_host(client: httpx.Client, path: str) -> None:
    """CWE-601: no open redirect."""
    url = f"{client.base_url}".rstrip("/") + path
    location = client.get(url).headers.get("location", "/")
    assert not location.startswith("//")
    assert "://evil" not in location


@pytest.mark.parametrize("name", ["ontology", "shapes"])
@pytest.mark.parametrize("media_type", SYNTAXES)
def test_the_vocabularies_come_in_every_syntax(
    client: httpx.Client, name: str, media_type: str
) -> None:
    """W3C, Best Practice Recipes: a hash namespace is one document, by negotiation."""
    suffix, engine = SYNTAXES[media_type]
    answer = client.get(f"/{name}", headers={"Accept": media_type})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert client.get(f"/{name}{suffix}", headers={"Accept": "image/png"}).content == answer.content
    if engine is not None:
        assert len(list(parse(answer.content, engine))) > 50


def test_every_syntax_of_the_ontology_says_the_same(client: httpx.Client) -> None:
    """The Turtle is the authored files; the rest is made from the same triples."""
    counts = {
        media_type: len({str(quad) for quad in parse(client.get("/ontology", headers={"Accept": media_type}).content, engine)})
        for media_type, (_, engine) in SYNTAXES.items()
        if engine is not None
    }  # fmt: skip
    assert len(set(counts.values())) == 1


@pytest.mark.parametrize("name", ["ontology", "shapes"])
def test_the_page_of_a_vocabulary_has_an_anchor_for_each_term(
    client: httpx.Client, name: str
) -> None:
    """A hash identifier leads a browser to its term, however many there are."""
    page = client.get(f"/{name}.html").text
    terms = set(
        re.findall(f"^<{BASE}{name}#([^>]*)> ", client.get(f"/{name}.nt").text, re.MULTILINE)
    )
    assert len(terms) > 50
    assert terms <= set(re.findall(r' id="([^"]*)"', page))


@pytest.mark.parametrize("path", ["/dataset", "/graph/release", "/ontology", "/shapes"])
def test_a_page_of_many_things_begins_with_what_it_is_about(
    client: httpx.Client, path: str
) -> None:
    """And it says how many things there are, not how many of them it shows."""
    page = client.get(f"{path}.html").text
    about = BASE + path[1:]
    first = re.search(r"<h2>.*?<code>([^<]*)</code></h2>", page)
    assert first is not None
    assert first[1] in {about, vocabulary.compact(about)}
    counted = re.search(r"triples about ([0-9,]+) things", page)
    assert counted is not None
    text = client.get(f"{path}.nt").text
    subjects = set(re.findall("^(<[^>]*>) ", text, re.MULTILINE))
    assert int(counted[1].replace(",", "")) == len(subjects)


def test_a_named_graph_is_served_under_its_name(client: httpx.Client) -> None:
    """Every IRI of ours resolves: a graph's at 200, with its own triples."""
    answer = client.get("/graph/release", headers={"Accept": "application/n-triples"})
    assert answer.status_code == 200
    release = answer.headers["clausegraph-release"]
    assert f"<{BASE}v/{release}>" in answer.text
    unknown = client.get("/graph/shapes/sumary.ttl")
    assert unknown.status_code == 404
    assert f"{BASE}graph/shapes/summary" in unknown.json()["suggestions"]
    assert client.get("/graph/" + "x/" * 400 + "y").json()["suggestions"] == []


def test_the_dataset_names_its_publisher(client: httpx.Client) -> None:
    """What it points to has a label in its document."""
    name = f'<{BASE}id/actor/clausegraph> <http://purl.org/dc/terms/title> "'
    assert name in client.get("/dataset.nt").text


def test_the_release_and_the_dataset_describe_themselves(client: httpx.Client) -> None:
    """VoID; every IRI of ours resolves."""
    dataset = client.get("/dataset", headers={"Accept": "application/n-triples"})
    for term in ("void#sparqlEndpoint", "void#triples", "void#exampleResource", "terms/license"):
        assert term in dataset.text
    release = dataset.headers["clausegraph-release"]
    assert client.get(f"/v/{release}").status_code == 200
    assert client.get(f"/v/{release}/ontology").status_code == 200
    other = client.get("/v/" + "0" * 64)
    assert other.status_code == 404
    assert other.json()["suggestions"] == [f"{BASE}v/{release}"]


def test_the_example_resources_resolve(client: httpx.Client) -> None:
    """VoID, section 5.1.2: an example resource can be dereferenced."""
    text = client.get("/dataset", headers={"Accept": "application/n-triples"}).text
    examples = re.findall(r"exampleResource> <https://w3id\.org/clausegraph(/[^>]*)>", text)
    assert examples
    for path in examples:
        assert client.get(path).status_code == 303


def test_the_context_is_served_with_its_own_type_and_no_redirect(client: httpx.Client) -> None:
    """JSON-LD 1.1, section 3.1: remote contexts; CORS; long cache."""
    answer = client.get("/context/1.jsonld")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "max-age=604800" in answer.headers["cache-control"]
    assert answer.json()["@context"]["cg"] == f"{BASE}ontology#"


def test_a_statement_document_shows_who_says_so(client: httpx.Client) -> None:
    """A document about a thing holds the statements about it, each with its provenance."""
    answer = client.get(f"/doc/{DOCUMENT}", headers={"Accept": "application/n-triples"})
    lines = answer.text.splitlines()
    claims = {
        line.split()[0] for line in lines if f"ontology#classifies> <{BASE}id/{DOCUMENT}>" in line
    }
    assert len(claims) > 20
    for predicate in (
        "prov#wasAttributedTo>",
        "prov#wasGeneratedBy>",
        "terms/source>",
        "#effectiveReviewStatus>",
    ):
        assert claims <= {line.split()[0] for line in lines if predicate in line}


def test_what_a_document_points_to_is_labelled(client: httpx.Client) -> None:
    """A reader of one document needs no second request to name what it speaks of."""
    quads = list(parse(client.get(f"/doc/{CONCEPT}.nt").content, RdfFormat.N_TRIPLES))
    named = {
        quad.subject
        for quad in quads
        if re.search(r"(title|prefLabel|label)$", quad.predicate.value)
    }
    subject = NamedNode(f"{BASE}id/{CONCEPT}")
    pointed = {q.object for q in quads if q.subject == subject and isinstance(q.object, NamedNode)}
    assert {term for term in pointed if "/id/" in term.value} <= named


def test_a_fragment_is_described_with_its_thing(client: httpx.Client, ask) -> None:
    """RFC 3986, section 3.5: a fragment is found in the document of its primary resource."""
    found = ask(
        "SELECT ?s WHERE { ?s a <http://www.w3.org/ns/oa#TextPositionSelector> } ORDER BY ?s LIMIT 1"
    )
    selector = found[0]["s"]
    path = selector.removeprefix(f"{BASE}id").partition("#")[0]
    text = client.get(f"/doc{path}.nt").text
    assert f"<{selector}> <http://www.w3.org/ns/oa#start>" in text


@pytest.mark.parametrize(
    ("path", "first"),
    [
        (f"/doc/{DOCUMENT}", f"id/{DOCUMENT}"),
        (f"/doc/{CONCEPT}", f"id/{CONCEPT}"),
        ("/doc/concept/mit-risk-domain", "id/concept/mit-risk-domain"),
        ("/ontology", "ontology"),
        ("/dataset", "dataset"),
        ("/graph/release", "graph/release"),
        ("/sparql", "sparql"),
    ],
)
def test_a_json_ld_document_begins_with_what_it_is_about(
    client: httpx.Client, path: str, first: str
) -> None:
    """A reader who takes the first node gets the thing that was asked for."""
    answer = client.get(path, headers={"Accept": "application/ld+json"})
    assert answer.json()["@graph"][0]["id"] == BASE + first


@pytest.mark.parametrize("path", ["/\\example.org/", "//example.org/", "/%5cexample.org/"])
def test_a_slash_at_the_end_leads_to_no_other_host(server: str, path: str) -> None:
    """CWE-601: a browser reads a backslash in a Location field as a slash."""
    url = urlsplit(server)
    with socket.create_connection((url.hostname or "", url.port or 0), timeout=10) as sock:
        sock.sendall(f"GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n".encode())
        head = b"".join(iter(lambda: sock.recv(65_536), b"")).decode()
    location = re.search(r"(?im)^location: (\S+)", head)
    assert location
    assert re.fullmatch(r"/(%5c)?example\.org", location[1], re.IGNORECASE)
