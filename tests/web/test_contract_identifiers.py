"""Section 1 of the HTTP contract, line by line: identifiers and what they lead to.

I13 to I15 are told for a register of withdrawn names in test_register; I20 needs an Apache.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Store, parse

BASE = "https://w3id.org/clausegraph/"
DOCUMENT = "document/ai-safety-commitments"
CONCEPT = "concept/mit-mitigation-v2/3.1.4"
HUB = "concept/review-status/unreviewed"  # named by hundreds of statements
SYNTAXES = {
    "text/turtle": (".ttl", RdfFormat.TURTLE),
    "application/ld+json": (".jsonld", RdfFormat.JSON_LD),
    "application/n-triples": (".nt", RdfFormat.N_TRIPLES),
    "application/rdf+xml": (".rdf", RdfFormat.RDF_XML),
    "text/html": (".html", None),
}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
HYDRA = "http://www.w3.org/ns/hydra/core#"

Serve = Callable[..., Any]


def links(answer: httpx.Response) -> dict[str, list[tuple[str, str]]]:
    """Return the links of an answer by relation: targets and their types (RFC 8288)."""
    found: dict[str, list[tuple[str, str]]] = {}
    pattern = r'<([^>]*)>; rel="([^"]*)"(?:; type="([^"]*)")?'
    for target, rel, kind in re.findall(pattern, answer.headers.get("link", "")):
        found.setdefault(rel, []).append((target, kind))
    return found


@pytest.fixture
def release(client: httpx.Client) -> str:
    """The release that is served."""
    return str(client.get("/ready").json()["release"])


def path_of(url: str) -> str:
    """Return the path of an address of the service, with its query."""
    return httpx.URL(url).raw_path.decode()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "accept", [None, *SYNTAXES, BROWSER, "application/json", "image/png", "*/*", "nonsense", ""]
)
def test_i1_i2_an_identifier_leads_every_client_to_its_document(
    client: httpx.Client, method: str, accept: str | None
) -> None:
    """W3C, Cool URIs, section 4.2; RFC 9110, section 15.4.4: one rule, and no RDF in the body."""
    headers = {} if accept is None else {"Accept": accept}
    answer = client.request(method, f"/id/{DOCUMENT}", headers=headers)
    assert answer.status_code == 303
    assert answer.headers["location"] == str(client.base_url.join(f"/doc/{DOCUMENT}"))
    assert answer.content == b""


@pytest.mark.parametrize("media_type", SYNTAXES)
@pytest.mark.parametrize("name", [DOCUMENT, CONCEPT, "actor/baidu", "concept/mit-risk-domain"])
def test_i3_i4_i5_i6_i7_a_document_comes_in_five_syntaxes(
    client: httpx.Client, name: str, media_type: str
) -> None:
    """RFC 9110, sections 8.7 and 12.5.1; each parses, and has the thing as subject."""
    suffix, syntax = SYNTAXES[media_type]
    answer = client.get(f"/doc/{name}", headers={"Accept": media_type})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert answer.headers["content-location"] == f"/doc/{name}{suffix}"
    if syntax is RdfFormat.JSON_LD:
        assert answer.json()["@graph"][0]["id"] == f"{BASE}id/{name}"
    elif syntax is not None:
        subjects = {quad.subject for quad in parse(answer.content, syntax)}
        assert NamedNode(f"{BASE}id/{name}") in subjects


@pytest.mark.parametrize("media_type", SYNTAXES)
@pytest.mark.parametrize("name", [DOCUMENT, CONCEPT])
def test_i8_h14_a_document_has_its_signposts(
    client: httpx.Client, name: str, media_type: str
) -> None:
    """RFC 8288, 8574, 5829, 6596, 6906, 7089; FAIR Signposting: on the host that was asked, but
    what is cited is the permanent identifier."""
    answer = client.get(f"/doc/{name}", headers={"Accept": media_type})
    here, found = str(client.base_url).rstrip("/"), links(answer)
    page = f"{here}/doc/{name}"
    release = answer.headers["clausegraph-release"]
    assert dict(found["alternate"]) == {
        page + suffix: kind for kind, (suffix, _) in SYNTAXES.items()
    }
    assert found["describedby"] == [(f"{page}.ttl", "text/turtle")]
    assert found["cite-as"] == [(f"{BASE}id/{name}", "")]
    assert found["license"] == [("https://creativecommons.org/licenses/by/4.0/", "")]
    assert (f"{BASE}shapes", "") in found["profile"]
    for rel, target in {
        "canonical": page,
        "collection": f"{here}/dataset",
        "latest-version": page,
        "version-history": f"{here}/releases",
        "memento": f"{here}/v/{release}/doc/{name}",
    }.items():
        assert found[rel] == [(target, "")]
    assert "successor-version" not in found


@pytest.mark.parametrize("media_type", SYNTAXES)
def test_i9_i22_validators_and_vary_name_what_was_chosen_by(
    client: httpx.Client, media_type: str
) -> None:
    """RFC 9110, sections 8.8.3 and 12.5.5: languages only where they make a difference."""
    headers = {"Accept": media_type, "Accept-Encoding": "identity"}
    answer = client.get(f"/doc/{DOCUMENT}", headers=headers)
    fields = {field.strip() for field in answer.headers["vary"].split(",")}
    wanted = {"Accept", "Accept-Encoding"}
    assert fields == (wanted | {"Accept-Language"} if media_type == "text/html" else wanted)
    tag = answer.headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]+"', tag)
    again = client.get(f"/doc/{DOCUMENT}", headers={**headers, "If-None-Match": tag})
    assert again.status_code == 304
    assert {field.strip() for field in again.headers["vary"].split(",")} == fields


def test_i9_a_coded_document_has_a_validator_of_its_own(client: httpx.Client) -> None:
    """RFC 9110, section 8.8.3.3: fresh or kept, coded or not, the same two."""
    url, seen = f"/doc/{DOCUMENT}.nt?once", []
    for coding in ("gzip", "identity", "gzip", "identity", "gzip"):
        answer = client.get(url, headers={"Accept-Encoding": coding})
        assert answer.headers.get("content-encoding", "identity") == coding
        tag = answer.headers["etag"]
        headers = {"Accept-Encoding": coding, "If-None-Match": tag}
        again = client.get(url, headers=headers)
        assert (again.status_code, again.headers["etag"]) == (304, tag)
        seen.append((coding, tag, answer.content))
    assert len(set(seen)) == 2
    assert len({tag for _, tag, _ in seen}) == 2
    assert len({body for _, _, body in seen}) == 1


def test_i10_plain_json_names_its_context_exactly_once(client: httpx.Client) -> None:
    """JSON-LD 1.1, section 6.1."""
    answer = client.get(f"/doc/{DOCUMENT}", headers={"Accept": "application/json"})
    assert answer.headers["content-type"] == "application/json"
    context = links(answer)["http://www.w3.org/ns/json-ld#context"]
    assert context == [(f"{BASE}context/1.jsonld", "application/ld+json")]
    plain = client.get(f"/doc/{DOCUMENT}", headers={"Accept": "application/ld+json"})
    assert answer.content == plain.content


def test_i11_a_browser_gets_a_page(client: httpx.Client) -> None:
    """RFC 9110, section 12.5.1."""
    answer = client.get(f"/doc/{DOCUMENT}", headers={"Accept": BROWSER})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        f"/id/{DOCUMENT}",
        f"/doc/{DOCUMENT}",
        f"/doc/{DOCUMENT}.html",
        f"/doc/{HUB}.nt",
        "/doc/document/nothing",
        "/ontology",
        "/shapes.rdf",
        "/context/1.jsonld",
        "/dataset",
        "/graph/release",
        "/static/style.css",
    ],
)
def test_i12_head_is_get_without_a_body(client: httpx.Client, path: str) -> None:
    """RFC 9110, section 9.3.2."""
    client.get(path)
    get, head = client.get(path), client.head(path)
    assert head.status_code == get.status_code
    assert head.content == b""
    unequal = {"date", "clausegraph-request"}
    if get.is_error:
        unequal.add("content-length")  # A problem names the request, and is coded with its name.
    assert {k: v for k, v in head.headers.items() if k not in unequal} == {
        k: v for k, v in get.headers.items() if k not in unequal
    }


@pytest.mark.parametrize("prefix", ["/id/", "/doc/"])
@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("document/ai-safety-comitments", DOCUMENT),
        ("concept/mit-mitigation-v9/3.1.4", CONCEPT),
        ("concept/mit-mitigation-v2/3.1.44", CONCEPT),
    ],
)
def test_i13_an_unknown_name_is_404_with_the_nearest(
    client: httpx.Client, prefix: str, wrong: str, right: str
) -> None:
    """RFC 9110, section 15.5.5; RFC 9457: on the identifier itself, without a detour."""
    answer = client.get(prefix + wrong)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert f"{BASE}id/{right}" in answer.json()["suggestions"]


def test_i13_a_name_like_none_has_no_suggestion(client: httpx.Client) -> None:
    """The member is there, and empty."""
    assert client.get("/id/nothing/at-all").json()["suggestions"] == []


@pytest.mark.parametrize("media_type", SYNTAXES)
@pytest.mark.parametrize("accept", ["image/png", "text/turtle", "text/html"])
def test_i16_a_suffix_fixes_the_syntax(client: httpx.Client, media_type: str, accept: str) -> None:
    """W3C, Best Practice Recipes: whatever Accept says."""
    suffix = SYNTAXES[media_type][0]
    for name in (DOCUMENT, CONCEPT):
        answer = client.get(f"/doc/{name}{suffix}", headers={"Accept": accept})
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == media_type
        assert links(answer)["canonical"][0][0] == str(client.base_url.join(f"/doc/{name}"))


def test_i16_only_five_suffixes_are_suffixes(client: httpx.Client, store: Store) -> None:
    """`3.1.4` has none, and no name ends in one."""
    assert client.get(f"/doc/{CONCEPT}").headers["content-type"] == "text/turtle; charset=utf-8"
    for suffix in (".json", ".owl", ".TTL", ".nq", ".trig", ".csv", ".xml"):
        assert client.get(f"/doc/{CONCEPT}{suffix}").status_code == 404
    ends = tuple(suffix for suffix, _ in SYNTAXES.values())
    names = {
        str(quad.subject)[1:-1] for quad in store if str(quad.subject).startswith(f"<{BASE}id")
    }
    assert [name for name in names if name.endswith(ends)] == []


@pytest.mark.parametrize(
    ("path", "target"),
    [
        (f"/id/{DOCUMENT}/", f"/id/{DOCUMENT}"),
        (f"/doc/{DOCUMENT}///", f"/doc/{DOCUMENT}"),
        ("/id/Document/ai-safety-commitments", f"/id/{DOCUMENT}"),
        ("/doc/DOCUMENT/ai-safety-commitments", f"/doc/{DOCUMENT}"),
        ("/doc/CONCEPT/mit-mitigation-v2/3.1.4.ttl", f"/doc/{CONCEPT}.ttl"),
        ("/doc/Concept/mit-mitigation-v2/3.1.4?lang=zh", f"/doc/{CONCEPT}?lang=zh"),
        (f"/doc/{DOCUMENT}/?lang=zh", f"/doc/{DOCUMENT}?lang=zh"),
        ("/ontology/", "/ontology"),
        ("/shapes/", "/shapes"),
    ],
)
def test_i17_another_spelling_moves_for_good(client: httpx.Client, path: str, target: str) -> None:
    """RFC 9110, section 15.4.9: one address for one thing, and what was asked of it is kept."""
    answer = client.get(path)
    assert answer.status_code == 308
    assert path_of(answer.headers["location"]) == target
    assert client.get(answer.headers["location"]).status_code in {200, 303}


def asked_as_written(client: httpx.Client, path: str) -> tuple[int, dict[str, str], bytes]:
    """Ask for a path that httpx would mend: status, fields by name, body."""
    with contextlib.closing(
        http.client.HTTPConnection(client.base_url.host, client.base_url.port or 80, timeout=30)
    ) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        fields = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, fields, answer.read()


@pytest.mark.parametrize("prefix", ["/id/", "/doc/"])
@pytest.mark.parametrize(
    "name",
    [
        "/document/ai-safety-commitments",
        "document//ai-safety-commitments",
        "document%2Fai-safety-commitments",
        "document%2fai-safety-commitments",
        "document/ai%2Dsafety-commitments",
        "document/ai-safety-commitments%00",
        "document/%00",
        "document/ai-safety-commitments%20",
        "document/..",
        "document/../actor/baidu",
        "document/%2e%2e/actor/baidu",
        "document/..%2factor/baidu",
        "document/.",
        "document/\\..\\x",
        "document/%5c",
        "document/x%0d%0aLocation:%20https://example.org",
        "document/%",
        "document/%ff",
        "document/" + "x" * 20_000,
        "x/" * 5_000 + "x",
        "document/ai-safety-commitments;x=1",
        "document/AI-SAFETY-COMMITMENTS",
        "https://example.org/",
        "/example.org/",
        "",
    ],
    ids=lambda name: name[:30],
)
def test_i13_i17_a_hostile_name_is_no_name(client: httpx.Client, prefix: str, name: str) -> None:
    """CWE-22, CWE-113, CWE-601: a problem document, or a redirect to a path of this host."""
    status, fields, body = asked_as_written(client, prefix + name)
    if status == 308:
        location = client.base_url.join(fields["location"])
        assert location.netloc == client.base_url.netloc
        assert asked_as_written(client, location.path)[0] == 404
    else:
        assert status in {400, 404, 414}
        assert fields["content-type"] == "application/problem+json"
        assert len(body) < 50_000
        assert "location" not in fields


@pytest.mark.parametrize("name", ["ontology", "shapes"])
@pytest.mark.parametrize("media_type", SYNTAXES)
def test_i18_a_vocabulary_comes_whole_in_every_syntax(
    client: httpx.Client, name: str, media_type: str
) -> None:
    """OWL 2, section 3.3; W3C recipes: by Accept and by suffix, with the same signposts."""
    suffix, syntax = SYNTAXES[media_type]
    answer = client.get(f"/{name}", headers={"Accept": media_type})
    assert answer.status_code == 200
    assert answer.headers["content-location"] == f"/{name}{suffix}"
    fixed = client.get(f"/{name}{suffix}", headers={"Accept": "image/png"})
    assert fixed.content == answer.content
    found = links(answer)
    assert found["cite-as"] == [(BASE + name, "")]
    assert {"canonical", "latest-version", "version-history", "memento", "license"} <= found.keys()
    if syntax is RdfFormat.TURTLE:
        subjects = {quad.subject for quad in parse(answer.content, syntax)}
        assert NamedNode(BASE + name) in subjects


def test_i19_a_document_is_described_by_itself(client: httpx.Client) -> None:
    """VoID, section 6.2; FOAF: whose data it is, and what it is about."""
    page = f"{BASE}doc/{CONCEPT}"
    text = client.get(f"/doc/{CONCEPT}.nt").text
    for triple in (
        f"<{page}> <http://rdfs.org/ns/void#inDataset> <{BASE}dataset> .",
        f"<{page}> <http://xmlns.com/foaf/0.1/primaryTopic> <{BASE}id/{CONCEPT}> .",
    ):
        assert triple in text
    assert client.get(path_of(page.replace("/clausegraph", ""))).status_code == 200


@pytest.mark.parametrize(
    "name", [DOCUMENT, HUB, "concept/mit-risk-domain", "query/documents/overview"]
)
def test_i21_no_document_has_a_blank_node(client: httpx.Client, name: str) -> None:
    """RDF 1.1 Concepts, section 3.5."""
    for quad in parse(client.get(f"/doc/{name}.nt").content, RdfFormat.N_TRIPLES):
        assert not isinstance(quad.subject, BlankNode)
        assert not isinstance(quad.object, BlankNode)


class Page(HTMLParser):
    """What a page says of itself: its language and title, its links, the data within it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.lang: str | None = None
        self.heading: tuple[str | None, str] = (None, "")
        self.links: dict[str, list[dict[str, str | None]]] = {}
        self.scripts: list[str] = []
        self._open = ""
        self.title = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._open = tag
        if tag == "html":
            self.lang = given.get("lang")
        if tag == "link":
            self.links.setdefault(given["rel"] or "", []).append(given)
        if tag == "h1":
            self.heading = (given.get("lang"), "")
        if tag == "script" and "src" in given:
            assert (given["src"] or "").startswith("/static/")
            self._open = ""
        elif tag == "script":
            assert given == {"type": "application/ld+json"}
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self._open == "h1":
            self.heading = (self.heading[0], self.heading[1] + data)
        if self._open == "title":
            self.title += data
        if self._open == "script":
            self.scripts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open:
            self._open = ""


ENGLISH = "Artificial Intelligence Safety Commitments (China AI Industry Alliance)"
CHINESE = "人工智能安全承诺"


@pytest.mark.parametrize(
    ("query", "accepted", "lang"),
    [
        ("", None, "en"),
        ("", "en-GB,en;q=0.8", "en"),
        ("", "zh", "zh"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("", "de, zh;q=0.3, en;q=0.2", "zh"),
        ("", "zh;q=0.2, en;q=0.9", "en"),
        ("", "fr-CH, *", "en"),
        ("", "zh;q=0, en", "en"),
        ("", ";;,q=,zh;q=x,\t" + "a," * 5000, "en"),
        ("?lang=zh", "en", "zh"),
        ("?lang=ZH-hans", "en", "zh"),
        ("?lang=en", "zh", "en"),
        ("?lang=tlh", None, "en"),
        ("?lang=", "zh", "en"),
        ("?lang=%00%3Cscript%3E", None, "en"),
        ("?lang=zh&lang=en", None, "zh"),
    ],
)
def test_i22_a_reader_chooses_the_language_of_names(
    client: httpx.Client, query: str, accepted: str | None, lang: str
) -> None:
    """RFC 9110, section 12.5.4; RFC 4647, section 3.4; WCAG 2.2, 3.1.2: nothing is an error, and
    the page's own words stay English."""
    headers = {"Accept": "text/html"} | ({} if accepted is None else {"Accept-Language": accepted})
    answer = client.get(f"/doc/{DOCUMENT}{query}", headers=headers)
    assert answer.status_code == 200
    page = Page(answer.text)
    assert page.lang == "en"
    assert page.heading == (lang, CHINESE if lang == "zh" else ENGLISH)
    other = ENGLISH if lang == "zh" else CHINESE
    assert other in answer.text
    if lang == "zh":
        assert '<a href="/ontology#Document" lang="zh"' in answer.text


@pytest.mark.parametrize("path", ["/dataset", "/graph/release", "/v/{release}", "/ontology"])
def test_i22_the_language_of_names_is_chosen_on_every_page(
    client: httpx.Client, release: str, path: str
) -> None:
    """RFC 9110, section 12.5.4: what a page is about has its class named in the language."""
    url = path.format(release=release)
    chosen = {"Accept": "text/html", "Accept-Language": "zh"}
    pages = {
        "zh": client.get(url, headers=chosen),
        "asked": client.get(f"{url}?lang=zh", headers={"Accept": "text/html"}),
        "en": client.get(url, headers={"Accept": "text/html"}),
    }
    for answer in pages.values():
        assert "Accept-Language" in answer.headers["vary"]
    tags = {name: answer.headers["etag"] for name, answer in pages.items()}
    assert tags["zh"] == tags["asked"] != tags["en"]
    assert f'href="{url}?lang=en"' in pages["zh"].text
    assert f'href="{url}?lang=zh"' in pages["en"].text
    held = client.get(url, headers={**chosen, "If-None-Match": tags["zh"]})
    assert held.status_code == 304
    data = client.get(f"{url}.nt", headers={"Accept-Language": "zh"})
    assert "Accept-Language" not in data.headers["vary"]


@pytest.mark.parametrize("path", ["/dataset", "/graph/release", "/v/{release}"])
def test_i8_h14_a_graph_and_a_release_say_how_to_cite_them(
    client: httpx.Client, release: str, path: str
) -> None:
    """RFC 8574; FAIR Signposting."""
    url = path.format(release=release)
    for kind in SYNTAXES:
        answer = client.get(url, headers={"Accept": kind})
        found = links(answer)
        assert found["cite-as"] == [(BASE + url[1:], "")]
        whole = [] if path == "/dataset" else [(str(client.base_url.join("/dataset")), "")]
        assert found.get("collection", []) == whole


@pytest.mark.parametrize("path", ["/dataset", "/graph/release", f"/doc/{DOCUMENT}", "/ontology"])
def test_i3_the_address_of_a_form_gives_that_form(client: httpx.Client, path: str) -> None:
    """RFC 9110, section 8.7: what Content-Location names is what was sent."""
    for profile in ("", "compacted", "expanded", "flattened", "framed"):
        query = f"?_profile={profile}" if profile else "?_mediatype=application/ld%2Bjson"
        answer = client.get(path + query)
        assert answer.headers["content-type"].startswith("application/ld+json")
        again = client.get(answer.headers["content-location"], headers={"Accept": "image/png"})
        assert again.content == answer.content


@pytest.mark.parametrize("path", ["/dataset", f"/doc/{DOCUMENT}", "/shapes", "/api/documents"])
def test_m21_a_media_type_is_read_as_it_was_meant_or_refused(
    client: httpx.Client, path: str
) -> None:
    """HTML forms write a blank as `+`: so a type with one in it is common in addresses."""
    for given in ("application/ld+json", "application/ld%2Bjson"):
        answer = client.get(f"{path}?_mediatype={given}")
        assert answer.headers["content-type"].partition(";")[0] == "application/ld+json"
    for given in ("jsonld", "text", "%00", "image/png", ";", "%2B"):
        answer = client.get(f"{path}?_mediatype={given}", headers={"Accept": "*/*"})
        assert answer.status_code == 406, given
        assert "application/ld+json" in answer.json()["hint"]


def test_i22_languages_that_make_no_difference_share_a_page(client: httpx.Client) -> None:
    """So a cache holds few: what is known here decides, not what clients send."""
    tags = {
        client.get(
            f"/doc/{DOCUMENT}.html",
            headers={"Accept-Language": item, "Accept-Encoding": "identity"},
        ).headers["etag"]
        for item in ("en", "en-US,en;q=0.5", "de", "tlh-Latn, fr;q=0.3", "")
    }
    assert len(tags) == 1


@pytest.mark.parametrize("syntax", ["nt", "ttl", "rdf", "jsonld"])
def test_i22_data_have_every_language_always(client: httpx.Client, syntax: str) -> None:
    """`lang=` and Accept-Language choose labels on pages only."""
    url = f"/doc/{DOCUMENT}.{syntax}"
    plain = client.get(url)
    asked = client.get(f"{url}?lang=zh", headers={"Accept-Language": "zh"})
    assert asked.content == plain.content
    assert asked.headers["etag"] == plain.headers["etag"]
    assert "Accept-Language" not in asked.headers["vary"]


@pytest.mark.parametrize(
    "name",
    [DOCUMENT, CONCEPT, HUB, f"{DOCUMENT}/classification/legal-force-hard-law-airi-navigator-1831"],
)
def test_d12_a_page_has_its_data_within_it(client: httpx.Client, name: str) -> None:
    """HTML, 4.12.1; JSON-LD 1.1, section 7: the document itself, and links to its other forms."""
    page = Page(client.get(f"/doc/{name}.html").text)
    assert page.lang == "en"
    assert page.title.endswith(" · Clausegraph")
    (script,) = page.scripts
    assert json.loads(script) == client.get(f"/doc/{name}.jsonld").json()
    kinds = {item["type"]: item["href"] for item in page.links["alternate"]}
    assert kinds == {
        kind: f"/doc/{name}{suffix}" for kind, (suffix, _) in SYNTAXES.items() if suffix != ".html"
    }
    assert page.links["canonical"][0]["href"] == f"{BASE}doc/{name}"
    assert page.links["cite-as"][0]["href"] == f"{BASE}id/{name}"
    assert "license" in page.links


@pytest.mark.parametrize("path", ["/ontology", "/shapes", "/dataset", "/graph/release"])
def test_d12_a_page_of_many_things_has_what_it_shows_within_it(
    client: httpx.Client, path: str
) -> None:
    """JSON-LD 1.1, section 7: each triple of it is one that the data have."""
    page = Page(client.get(path, headers={"Accept": "text/html"}).text)
    (script,) = page.scripts
    shown = {
        (quad.subject, quad.predicate, quad.object)
        for quad in parse(script.encode(), RdfFormat.JSON_LD)
        if not isinstance(quad.object, BlankNode)
    }
    text = client.get(path, headers={"Accept": "application/n-triples"}).content
    data = {(q.subject, q.predicate, q.object) for q in parse(text, RdfFormat.N_TRIPLES)}
    assert len(shown) > 20
    assert shown <= data
    assert {"alternate", "cite-as", "license"} <= page.links.keys()


def test_d15_a_term_names_its_vocabulary(client: httpx.Client, store: Store) -> None:
    """SKOS, section 4.6.3; RDF Schema, section 5.4.4: from one term to the whole."""
    scheme = NamedNode("http://www.w3.org/2004/02/skos/core#inScheme")
    kind = NamedNode("http://www.w3.org/2004/02/skos/core#Concept")
    rdf_type = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    concepts = {quad.subject for quad in store.quads_for_pattern(None, rdf_type, kind)}
    homeless = [c for c in concepts if not list(store.quads_for_pattern(c, scheme, None))]
    assert homeless == []
    text = client.get(f"/doc/{CONCEPT}.nt").text
    assert f"<{BASE}id/{CONCEPT}> <{scheme.value}> <{BASE}id/concept/mit-mitigation-v2>" in text
    defined = "http://www.w3.org/2000/01/rdf-schema#isDefinedBy"
    for name in ("ontology", "shapes"):
        lines = client.get(f"/{name}.nt").text.splitlines()
        subjects = {line.split()[0] for line in lines if line.startswith(f"<{BASE}{name}#")}
        named = {line.split()[0] for line in lines if f"<{defined}> <{BASE}{name}>" in line}
        assert subjects
        if name == "ontology":
            assert subjects == named


def walked(client: httpx.Client, path: str) -> list[httpx.Response]:
    """Return every page of a document, by the links `next`."""
    pages = [client.get(path)]
    while following := links(pages[-1]).get("next"):
        assert len(pages) < 100
        pages.append(client.get(path_of(following[0][0])))
    return pages


def values(pages: list[httpx.Response], predicate: str) -> list[str]:
    """Return the objects of a predicate on N-Triples pages, in their order."""
    return [
        found for page in pages for found in re.findall(rf"<{predicate}> (\S+) \.\n", page.text)
    ]


@pytest.mark.parametrize(
    "name", [HUB, "source/mit-ai-risk-mitigation-mappings", "actor/clausegraph"]
)
def test_i8_what_points_to_a_thing_is_walked_page_by_page(
    client: httpx.Client, ask: Callable[..., list[dict[str, str]]], name: str
) -> None:
    """Hydra, section 4.4: no gap, no doubling, and each page says how many there are."""
    pages = walked(client, f"/doc/{name}.nt")
    rows = ask(f"SELECT DISTINCT ?s WHERE {{ ?s ?p <{BASE}id/{name}> }}")
    members = values(pages, f"{HYDRA}member")
    assert len(pages) == -(-len(rows) // 100)
    assert sorted(members) == sorted(f"<{row['s']}>" for row in rows)
    totals = {
        re.sub(r"\D", "", found.partition("^")[0]) for found in values(pages, f"{HYDRA}totalItems")
    }
    assert totals == {str(len(rows))}
    for page in pages:
        assert page.text.count(f"<{BASE}id/{name}> ") > 1
        assert path_of(links(page)["first"][0][0]) == f"/doc/{name}.nt"
        view = page.headers["content-location"].replace(".nt", "", 1)
        assert f"<{BASE}{view[1:]}> <{HYDRA}first> <{BASE}doc/{name}>" in page.text
        assert path_of(links(page)["canonical"][0][0]) == view
    for target in links(pages[1])["alternate"]:
        assert client.get(path_of(target[0])).status_code == 200


def test_i8_a_document_that_is_whole_has_no_pages(client: httpx.Client) -> None:
    """No collection, no next, where there is nothing more."""
    answer = client.get(f"/doc/{DOCUMENT}.nt")
    assert not {"next", "first"} & links(answer).keys()
    assert HYDRA not in answer.text


@pytest.mark.parametrize(
    "cursor",
    ["x", "", "%00", "WyJ4Il0", "5", "../..", "W10", "WyJpbmJvdW5kIiwieCIsImEiXQ", "é", "a" * 9000],
)
def test_i8_an_impossible_place_is_refused(client: httpx.Client, cursor: str) -> None:
    """400 and what to do, in every syntax, never a fault."""
    for suffix in (".nt", ".html"):
        answer = client.get(f"/doc/{HUB}{suffix}?inbound-after={cursor}")
        assert answer.status_code == 400
        assert "next" in answer.json()["hint"]
    twice = client.get(f"/doc/{HUB}.nt?inbound-after=a&inbound-after=b")
    assert twice.status_code == 400


CLASSIFICATIONS, CLAUSES = 230, 1200

PREFIXES = """@prefix cg: <https://w3id.org/clausegraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@base <https://w3id.org/clausegraph/id/> .
"""
MANY = (
    '<document/long> a cg:Document ; dcterms:title "Long"@en .\n'
    + "".join(
        f"<document/long/classification/c{n}> a cg:Classification , cg:Statement ;"
        " cg:classifies <document/long> ;"
        f" cg:concept <concept/mit-risk-domain/{n % 7 + 1}> .\n"
        for n in range(CLASSIFICATIONS)
    )
    + "".join(
        f"<document/long/clause/{n}> a cg:Clause ; cg:clauseOf <document/long> ;"
        f' dcterms:title "Clause {n}"@en ; cg:number "{n}" .\n'
        for n in range(CLAUSES)
    )
)
REPLACED = """
<concept/sector> a skos:ConceptScheme ; dcterms:title "Sectors"@en .
<concept/sector/old> a skos:Concept ; skos:inScheme <concept/sector> ; skos:prefLabel "Old"@en ;
  owl:deprecated true ; dcterms:isReplacedBy <concept/sector/middle> .
<concept/sector/middle> a skos:Concept ; skos:inScheme <concept/sector> ;
  skos:prefLabel "Middle"@en ; owl:deprecated true ; dcterms:isReplacedBy <concept/sector/new> .
<concept/sector/new> a skos:Concept ; skos:inScheme <concept/sector> ; skos:prefLabel "New"@en .
<concept/sector/alone> a skos:Concept ; skos:inScheme <concept/sector> ;
  skos:prefLabel "Alone"@en ; owl:deprecated true .
<document/draft> a cg:Document ; dcterms:title "Draft"@en ; dcterms:isReplacedBy <document/final> .
<document/final> a cg:Document ; dcterms:title "Final"@en .
<document/evil> a cg:Document ;
  dcterms:title "</script><script>alert(1)</script><!-- <script> ]]> & &lt; \\u2028"@en .
"""


@pytest.fixture(scope="module")
def other(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a service with a long document, deprecated concepts and a hostile title."""
    file: Path = tmp_path_factory.mktemp("other") / "other.ttl"
    file.write_text(PREFIXES + MANY + REPLACED, encoding="utf-8")
    with httpx.Client(base_url=serve("--data", str(file)).url, timeout=60) as found:
        yield found


def test_i8_statements_and_parts_in_the_thousands_are_walked_too(other: httpx.Client) -> None:
    """Nothing is silently cut: statements first, then parts, then all others."""
    pages = walked(other, "/doc/document/long.nt")
    members = [found[1:-1] for found in values(pages, f"{HYDRA}member")]
    thing = f"{BASE}id/document/long/"
    assert len(members) == len(set(members)) == CLASSIFICATIONS + CLAUSES
    first_clause = next(n for n, found in enumerate(members) if "/clause/" in found)
    assert all("/classification/" in found for found in members[:first_clause])
    assert all(found.startswith(f"{thing}clause/") for found in members[first_clause:])
    for page in pages:
        for found in values([page], f"{HYDRA}member"):
            assert f"\n{found} " in page.text
    shown = [other.get(path_of(str(page.url)).replace(".nt", ".html")).text for page in pages]
    assert "1,430 things point to this: 230 statements about it, 1,200 parts of it" in shown[0]
    assert all('rel="next">Go on</a>' in text for text in shown[:-1])
    assert 'rel="next"' not in shown[-1]
    assert 'rel="first">From the start</a>' in shown[-1]


def test_i15_a_deprecated_thing_names_its_successor(other: httpx.Client) -> None:
    """SKOS and OWL practice: the body as it is stated, the Link to the end of the chain."""
    assert other.get("/id/concept/sector/old").status_code == 303
    answer = other.get("/doc/concept/sector/old.nt")
    assert answer.status_code == 200
    old = f"<{BASE}id/concept/sector/old>"
    assert f'{old} <http://www.w3.org/2002/07/owl#deprecated> "true"' in answer.text
    replaced = f"{old} <http://purl.org/dc/terms/isReplacedBy> <{BASE}id/concept/sector/middle>"
    assert replaced in answer.text
    new = f"{BASE}id/concept/sector/new"
    assert links(answer)["successor-version"] == [(new, "")]
    page = other.get("/doc/concept/sector/old.html")
    assert '<strong>Deprecated.</strong> Use <a href="/doc/concept/sector/new"' in page.text
    assert Page(page.text).links["successor-version"][0]["href"] == new
    kept = other.get("/doc/concept/sector/old.nt")
    assert links(kept) == links(answer)


def test_i15_only_what_is_deprecated_has_a_successor(other: httpx.Client) -> None:
    """A draft stays what it is when the final text comes; what is deprecated may have none."""
    for name in ("document/draft", "concept/sector/new", "concept/sector/alone"):
        assert "successor-version" not in links(other.get(f"/doc/{name}.nt"))
    page = other.get("/doc/concept/sector/alone.html").text
    assert "<strong>Deprecated.</strong> Nothing stands in its place." in page


def test_d12_a_text_cannot_end_the_data_within_a_page(other: httpx.Client) -> None:
    """CWE-79; HTML, 4.12.1.3: a title that looks like markup is a title."""
    text = other.get("/doc/document/evil.html").text
    assert text.count("<script") == text.count("</script>")
    assert len(re.findall(r"<script(?![^>]* src=\"/static/)", text)) == 1
    assert "alert(1)</script>" not in text
    (script,) = Page(text).scripts
    assert json.loads(script) == other.get("/doc/document/evil.jsonld").json()


def test_h14_an_answer_is_the_same_fresh_and_kept(client: httpx.Client) -> None:
    """What is kept is what was sent, for each host that asks."""
    url = f"/doc/{DOCUMENT}.ttl"
    client.get(url)
    kept = client.get(url)
    assert kept.headers["clausegraph-cache"] == "hit"
    elsewhere = client.get(url, headers={"Host": "graph.example.org"})
    assert elsewhere.content == kept.content
    assert "graph.example.org/doc" in elsewhere.headers["link"]
    assert "graph.example.org" not in client.get(url).headers["link"]
