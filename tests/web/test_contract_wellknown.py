"""What programs look for before they know anything else.

The lines D4, D10, D11 and D12 of the HTTP contract; each test is named by those that it holds the
service to.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse

from clausegraph import questions
from clausegraph.vocabulary import BASE, DATASET, ID, SCHEMA, SH, VOID
from clausegraph.web import texts, wellknown
from clausegraph.web.documents import fill

SYNTAXES = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
}
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINKSET = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'

Ask = Callable[..., list[dict[str, str]]]


def triples(answer: httpx.Response) -> set[object]:
    """Return what an answer says."""
    assert answer.status_code == 200, answer.text
    kind = answer.headers["content-type"].partition(";")[0]
    return {quad.triple for quad in parse(answer.content, SYNTAXES[kind])}


@pytest.fixture(scope="module")
def described(client: httpx.Client) -> Store:
    """What the dataset says of itself."""
    found = Store()
    answer = client.get("/dataset", headers={"Accept": "application/n-triples"})
    found.load(answer.content, RdfFormat.N_TRIPLES)
    return found


def test_d4_the_well_known_place_leads_to_the_description(client: httpx.Client) -> None:
    """VoID, section 7.2: 302, for HEAD too."""
    for method in ("GET", "HEAD"):
        answer = client.request(method, "/.well-known/void")
        assert answer.status_code == 302
        assert answer.headers["location"] == str(client.base_url.join("/dataset"))
        assert answer.content == b""


def test_d4_the_description_comes_in_each_syntax(client: httpx.Client) -> None:
    """RFC 9110, section 12.5.1; the same triples in each."""
    found = [
        triples(client.get("/.well-known/void", headers={"Accept": kind}, follow_redirects=True))
        for kind in SYNTAXES
    ]
    assert found[0] == found[1] == found[2]
    for kind in ("application/ld+json", "text/html"):
        answer = client.get("/dataset", headers={"Accept": kind})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)


def test_d4_the_description_says_all_that_a_tool_needs(described: Store) -> None:
    """VoID, sections 2 to 5, DCAT 3, section 6."""
    dataset = NamedNode(DATASET)
    said = {quad.predicate.value for quad in described.quads_for_pattern(dataset, None, None)}
    wanted = """sparqlEndpoint dataDump uriSpace uriRegexPattern exampleResource vocabulary triples
        entities classes properties distinctSubjects classPartition propertyPartition subset"""
    assert {VOID + name for name in wanted.split()} <= said
    assert {f"http://www.w3.org/ns/dcat#{name}" for name in ("distribution", "version")} <= said
    assert {f"http://purl.org/dc/terms/{name}" for name in ("license", "title")} <= said
    types = {
        quad.object.value
        for quad in described.quads_for_pattern(
            dataset, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), None
        )
    }
    assert types == {VOID + "Dataset", "http://www.w3.org/ns/dcat#Dataset"}


def test_d4_the_counts_are_those_of_the_endpoint(described: Store, ask: Ask) -> None:
    """A user who asks gets the same numbers."""
    (stated,) = described.quads_for_pattern(NamedNode(DATASET), NamedNode(VOID + "triples"), None)
    assert ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == [{"n": stated.object.value}]
    (entities,) = described.quads_for_pattern(
        NamedNode(DATASET), NamedNode(VOID + "entities"), None
    )
    counted = ask(
        f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), '{ID}')) }}"
    )
    assert counted == [{"n": entities.object.value}]


def test_d4_query_editors_complete_from_it(ask: Ask) -> None:
    """The query by which an editor learns what leads from which class to which, or to a value."""
    rows = ask(
        "SELECT DISTINCT ?class1 ?prop ?class2 ?datatype { ?cp void:class ?class1 ; "
        "void:propertyPartition ?pp . ?pp void:property ?prop . OPTIONAL { { ?pp "
        "void:classPartition [ void:class ?class2 ] } UNION { ?pp void-ext:datatypePartition "
        "[ void-ext:datatype ?datatype ] } } }"
    )
    found = {(row["class1"], row["prop"], row.get("class2"), row.get("datatype")) for row in rows}
    cg, xsd = f"{BASE}ontology#", "http://www.w3.org/2001/XMLSchema#"
    assert (f"{cg}Clause", f"{cg}clauseOf", f"{cg}Document", None) in found
    assert (f"{cg}Clause", f"{cg}position", None, f"{xsd}integer") in found


def test_d4_examples_and_addresses_of_the_description_answer(
    client: httpx.Client, described: Store
) -> None:
    """Linked data: whatever it names of ours can be had, and is described where it is."""
    named = {
        term.value
        for quad in described
        for term in (quad.subject, quad.object)
        if isinstance(term, NamedNode) and term.value.startswith(BASE)
    }
    for iri in sorted({iri.partition("#")[0] for iri in named}):
        answer = client.head(iri.removeprefix(BASE.rstrip("/")))
        assert answer.status_code in {200, 303}, iri
    subjects = {quad.subject.value for quad in described}
    parts = {iri for iri in named if iri.startswith(f"{DATASET}#")}
    assert parts <= subjects


def test_d10_the_kept_questions_are_examples_of_the_endpoint(client: httpx.Client) -> None:
    """SHACL, section 5.2 and SHACL-AF, section 8: each can be run as it stands."""
    answer = client.get(wellknown.EXAMPLES, headers={"Accept": "application/n-triples"})
    store = Store()
    store.load(answer.content, RdfFormat.N_TRIPLES)
    kept = questions.load_all()
    kind = NamedNode(SH + "SPARQLExecutable")
    found = {quad.subject for quad in store.quads_for_pattern(None, None, kind)}
    assert {iri.value for iri in found} == {f"{ID}query/{name}" for name in kept}
    for iri in found:
        said = {
            quad.predicate.value: quad.object for quad in store.quads_for_pattern(iri, None, None)
        }
        assert said[SCHEMA + "target"] == NamedNode(f"{BASE}sparql")
        assert said[SH + "prefixes"] == NamedNode(DATASET)
        assert isinstance(said["http://www.w3.org/2000/01/rdf-schema#comment"], Literal)
        text = next(said[SH + form] for form in ("select", "ask", "construct") if SH + form in said)
        assert text.value == kept[iri.value.removeprefix(f"{ID}query/")].text
    declared = list(store.quads_for_pattern(NamedNode(DATASET), NamedNode(SH + "declare"), None))
    prefixes = list(store.quads_for_pattern(None, NamedNode(SH + "prefix"), None))
    assert len(declared) == len(prefixes) > 50


def test_d10_the_examples_run_and_stand_in_named_graphs(client: httpx.Client, ask: Ask) -> None:
    """Anyone can read them by a query, and ask them."""
    rows = ask(
        "SELECT ?query ?text { GRAPH ?graph { ?query a sh:SPARQLExecutable ; sh:select ?text } }"
    )
    assert len(rows) > 20
    for row in rows[::5]:
        answer = client.get("/sparql", params={"query": row["text"]})
        assert answer.status_code == 200, row["query"]


@pytest.mark.parametrize("suffix", [".ttl", ".jsonld", ".nt", ".rdf", ".html"])
def test_d10_the_examples_come_in_each_syntax(client: httpx.Client, suffix: str) -> None:
    answer = client.get(wellknown.EXAMPLES + suffix)
    assert answer.status_code == 200
    assert answer.headers["etag"]


def test_d11_the_catalogue_names_what_there_is_to_call(client: httpx.Client) -> None:
    """RFC 9727, sections 2 to 4; RFC 9264, section 4.2."""
    answer = client.get("/.well-known/api-catalog", headers={"Accept": "application/linkset+json"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == LINKSET
    assert re.search(r'api-catalog>; rel="api-catalog"', answer.headers["link"])
    contexts = {item["anchor"]: item for item in answer.json()["linkset"]}
    base = str(client.base_url).rstrip("/")
    endpoint = contexts[f"{base}/sparql"]
    assert {link["href"] for link in endpoint["service-desc"]} == {
        f"{base}/openapi.json",
        f"{base}/sparql",
    }
    assert f"{base}/.well-known/void" in {link["href"] for link in endpoint["service-meta"]}
    items = {link["href"] for link in contexts[f"{base}/.well-known/api-catalog"]["item"]}
    assert items == contexts.keys() - {f"{base}/.well-known/api-catalog"}
    for item in contexts.values():
        for rel, links in item.items():
            for link in links if rel != "anchor" else ():
                if link["href"].startswith(base):
                    found = client.get(
                        link["href"],
                        headers={"Accept": link.get("type", "*/*")},
                        follow_redirects=True,
                    )
                    assert found.status_code == 200, link
                    kind = found.headers["content-type"].partition(";")[0]
                    assert kind == link.get("type", kind)


def test_d11_the_catalogue_is_found_by_head_and_from_the_first_page(client: httpx.Client) -> None:
    """RFC 9727, sections 2 and 3."""
    get, head = client.get("/.well-known/api-catalog"), client.head("/.well-known/api-catalog")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "link", "etag"):
        assert head.headers[name] == get.headers[name]
    tag = {"If-None-Match": get.headers["etag"]}
    assert client.get("/.well-known/api-catalog", headers=tag).status_code == 304
    assert 'rel="api-catalog"' in client.get("/").headers["link"]


def test_d12_robots_are_told_where_the_sitemap_is(client: httpx.Client) -> None:
    """RFC 9309; sitemaps.org, "Specifying the Sitemap location in your robots.txt file"."""
    answer = client.get("/robots.txt")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    lines = answer.text.splitlines()
    assert lines[0] == "User-agent: *"
    assert f"Sitemap: {client.base_url.join('/sitemap.xml')}" in lines
    closed = [line.partition(": ")[2] for line in lines if line.startswith("Disallow")]
    assert "/v/" in closed
    assert not [path for path in closed if "/doc/x".startswith(path)]


def test_d12_the_sitemap_lists_the_document_of_everything(
    client: httpx.Client, store: Store
) -> None:
    """sitemaps.org: at most 50,000 addresses a file, absolute, escaped."""
    index = ET.fromstring(client.get("/sitemap.xml").text)  # noqa: S314
    parts = [place.text or "" for place in index.iter(f"{SITEMAP}loc")]
    found: list[str] = []
    for part in parts:
        answer = client.get(part)
        assert answer.headers["content-type"] == "application/xml"
        places = [place.text or "" for place in ET.fromstring(answer.text).iter(f"{SITEMAP}loc")]  # noqa: S314
        assert 0 < len(places) <= wellknown.MOST
        found += places
    expected = {
        quad.subject.value
        for quad in store
        if isinstance(quad.subject, NamedNode)
        and quad.subject.value.startswith(ID)
        and "#" not in quad.subject.value
    }
    base = str(client.base_url.join("/doc/"))
    assert len(found) == len(set(found)) == len(expected)
    assert {iri.removeprefix(ID) for iri in expected} == {
        httpx.URL(place).path.removeprefix("/doc/") for place in found
    }
    assert all(place.startswith(base) for place in found)
    for place in found[::200]:
        assert client.get(place, headers={"Accept": "text/html"}).status_code == 200


@pytest.mark.parametrize("part", ["0", "2", "-1", "x", "01", "1" * 400, "٣", "1.0", "%2e%2e"])
def test_d12_a_part_that_is_none_is_404(client: httpx.Client, part: str) -> None:
    answer = client.get(f"/sitemap/{part}.xml")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_d12_the_parts_of_a_sitemap_follow_each_other(ask: Ask) -> None:
    """The query for a part skips what the parts before it have, and ends where there is no more."""
    text, most = texts.query("things"), 1000
    seen: list[str] = []
    while rows := ask(fill(text, {"most": str(most), "skip": str(len(seen))})):
        seen += [row["thing"] for row in rows]
    assert seen == sorted(set(seen))
    (counted,) = ask(texts.query("things-count"))
    assert len(seen) == int(counted["count"]) > 2 * most
