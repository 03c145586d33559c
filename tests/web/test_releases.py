"""Several releases served: each below `/v/`, the same for ever, and what is said of those gone."""

from __future__ import annotations

import html
import re
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from rdflib import DCTERMS, OWL, Graph, URIRef
from rdflib.compare import isomorphic

from clausegraph.releases import Folder

BASE = "https://w3id.org/clausegraph/"
FORMATS = {"ttl": "turtle", "nt": "nt", "rdf": "xml"}
FOREVER = "public, max-age=31536000, immutable"
TURTLE = """@prefix cg: <https://w3id.org/clausegraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .

<https://w3id.org/clausegraph/id/document/both> a cg:Document ;
    dcterms:title "{slug}"@en .

<https://w3id.org/clausegraph/id/document/{slug}> a cg:Document ;
    dcterms:title "{slug}"@en .
"""
QUERY = "SELECT ?title WHERE { ?document <http://purl.org/dc/terms/title> ?title } ORDER BY ?title"
PATHS = (
    "",
    ".nt",
    "/dataset",
    "/doc/document/both",
    "/doc/document/both.ttl",
    "/doc/document/both.jsonld",
    "/doc/document/both.nt",
    "/doc/document/both.rdf",
    "/doc/document/both.html",
    "/api/documents",
    "/graph/release",
    "/ontology",
    "/shapes.ttl",
    f"/sparql?{httpx.QueryParams(query=QUERY)}",
    f"/sparql?{httpx.QueryParams(query='CONSTRUCT WHERE { ?s ?p ?o }', _mediatype='text/turtle')}",
)


class Kept(NamedTuple):
    """A service that keeps releases of a file that is changed."""

    service: Any
    folder: Path
    file: Path

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Ask, following no redirect."""
        return httpx.get(self.service.url + path, timeout=30, **more)

    @property
    def release(self) -> str:
        """The release that is served now."""
        return str(self.get("/ready").json()["release"])

    def reload(self, slug: str) -> str:
        """Serve another graph, wait until it is kept, and return its release."""
        before = self.release
        self.file.write_text(TURTLE.format(slug=slug), encoding="utf-8")
        self.service.process.send_signal(signal.SIGHUP)
        self.service.wait_for(rf"(?s){before[:12]} is kept.*\nRelease [0-9a-f]+ is served now")
        after = self.release
        self.service.wait_for(f"{after[:12]} is kept in")
        return after


@pytest.fixture(scope="module")
def start(
    serve: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Kept]:
    """Start a service that keeps what it serves."""

    def begin(*arguments: str) -> Kept:
        folder = tmp_path_factory.mktemp("served")
        file, releases = folder / "mine.ttl", folder / "releases"
        file.write_text(TURTLE.format(slug="first"), encoding="utf-8")
        service = serve("--data", str(file), "--releases", str(releases), *arguments)
        service.wait_for(f"is kept in {re.escape(str(releases))}")
        return Kept(service, releases, file)

    return begin


@pytest.fixture(scope="module")
def two(start: Callable[..., Kept]) -> tuple[Kept, str, dict[str, httpx.Response]]:
    """A service that has loaded a second release, the first one, and what that answered before."""
    kept = start()
    first = kept.release
    before = {path: kept.get(f"/v/{first}{path}") for path in PATHS}
    kept.reload("second")
    return kept, first, before


@pytest.mark.parametrize("path", PATHS)
def test_release_answers_the_same_bytes_when_another_is_served(
    two: tuple[Kept, str, dict[str, httpx.Response]], path: str
) -> None:
    """RFC 8246: what is immutable never changes, its validator neither."""
    kept, first, before = two
    then, now = before[path], kept.get(f"/v/{first}{path}")
    assert (then.status_code, now.status_code) == (200, 200)
    assert now.content == then.content
    for name in ("etag", "cache-control", "content-type", "content-location", "link"):
        assert now.headers.get(name) == then.headers.get(name), name
    assert now.headers["cache-control"] == FOREVER
    assert now.headers["clausegraph-release"] == first
    held = kept.get(f"/v/{first}{path}", headers={"If-None-Match": now.headers["etag"]})
    assert held.status_code == 304
    assert held.headers["cache-control"] == FOREVER
    assert held.headers["clausegraph-release"] == first


def test_each_release_has_its_own_things(two: tuple[Kept, str, Any]) -> None:
    """A name that came later is not in the release before."""
    kept, first, _ = two
    second = kept.release
    for release, there, missing in ((first, "first", "second"), (second, "second", "first")):
        site = f"/v/{release}"
        found = kept.get(f"{site}/id/document/{there}")
        assert found.status_code == 303
        assert found.headers["location"].endswith(f"{site}/doc/document/{there}")
        assert found.headers["cache-control"] == FOREVER
        answer = kept.get(f"{site}/id/document/{missing}")
        assert answer.status_code == 404
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json()["release"] == answer.headers["clausegraph-release"] == release
        assert answer.json()["instance"] == f"{site}/id/document/{missing}"
        rows = kept.get(f"{site}/sparql", params={"query": QUERY, "_mediatype": "text/csv"})
        assert there in rows.text
        assert missing not in rows.text
        assert f'"{there}"' in kept.get(f"{site}/doc/document/both.nt").text


def test_release_is_asked_by_every_method_of_the_endpoint(two: tuple[Kept, str, Any]) -> None:
    """SPARQL 1.1 Protocol, section 2.1; what was posted is stored by nobody."""
    kept, first, _ = two
    url = f"{kept.service.url}/v/{first}/sparql"
    got = httpx.get(url, params={"query": QUERY})
    direct = {"Content-Type": "application/sparql-query"}
    posted = httpx.post(url, content=QUERY, headers=direct)
    form = httpx.post(url, data={"query": QUERY})
    asked = httpx.request("QUERY", url, content=QUERY, headers=direct)
    assert got.content == posted.content == form.content == asked.content
    assert [answer.headers["cache-control"] for answer in (got, posted, form, asked)] == [
        FOREVER,
        "no-store",
        "no-store",
        FOREVER,
    ]
    head = httpx.head(url, params={"query": QUERY})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == got.headers["etag"]
    volatile = httpx.get(url, params={"query": "SELECT (NOW() AS ?now) {}"})
    assert volatile.headers["cache-control"] == "no-store"
    assert httpx.put(url).status_code == 405
    assert httpx.get(url, params={"query": "SELEC"}).headers["cache-control"] == "no-store"


def test_release_has_its_dumps(two: tuple[Kept, str, Any]) -> None:
    """The file that was written is the one that is sent."""
    kept, first, _ = two
    answer = kept.get(f"/v/{first}/dumps/clausegraph.nq")
    assert answer.status_code == 200
    assert answer.content == Folder(kept.folder).nquads(first).read_bytes()
    assert answer.headers["cache-control"] == FOREVER


@pytest.mark.parametrize(
    "path", ["", "/doc/document/both", "/sparql", f"/sparql?{httpx.QueryParams(query=QUERY)}"]
)
def test_links_of_a_page_stay_within_the_release(two: tuple[Kept, str, Any], path: str) -> None:
    """Who reads an older release goes on reading it."""
    kept, first, _ = two
    for coding in ("identity", "gzip"):
        fields = {"Accept": "text/html", "Accept-Encoding": coding}
        page = kept.get(f"/v/{first}{path}", headers=fields)
        assert page.status_code == 200
        links = re.findall(r'\s(?:href|action)="(/[^"]*)"', page.text)
        routes = {link.split("/")[1].partition("?")[0].partition(".")[0] for link in links}
        assert not routes & {"id", "doc", "graph", "sparql", "ontology", "shapes", "api", "dataset"}
        assert f"/v/{first}/sparql" in links
        assert page.headers["cache-control"] == FOREVER


@pytest.mark.parametrize("name", ["ontology", "shapes"])
@pytest.mark.parametrize("form", ["ttl", "nt", "rdf"])
def test_vocabulary_names_its_version_which_says_the_same(
    two: tuple[Kept, str, Any], name: str, form: str
) -> None:
    """OWL 2, section 3.1: the version IRI leads to this very version, blank nodes and all."""
    kept, first, _ = two
    document = URIRef(BASE + name)
    for release, site in ((kept.release, ""), (first, f"/v/{first}")):
        graph = Graph().parse(data=kept.get(f"{site}/{name}.{form}").content, format=FORMATS[form])
        version = graph.value(document, OWL.versionIRI)
        assert version == URIRef(f"{BASE}v/{release}/{name}")
        assert (version, DCTERMS.isVersionOf, document) in graph
        pinned = kept.get(str(version).replace(BASE, "/") + ".nt")
        assert isomorphic(graph, Graph().parse(data=pinned.content, format="nt"))


def test_latest_leads_to_the_release_that_is_served(two: tuple[Kept, str, Any]) -> None:
    """A name for whoever wants to pin what is current."""
    kept, _, _ = two
    for path in ("", "/doc/document/both", "/sparql?query=ASK%7B%7D"):
        answer = kept.get(f"/v/latest{path}")
        assert answer.status_code == 302
        assert answer.headers["location"] == f"{kept.service.url}/v/{kept.release}{path}"
        assert "immutable" not in answer.headers["cache-control"]


def test_query_that_is_posted_to_the_latest_release_is_posted_on(
    two: tuple[Kept, str, Any],
) -> None:
    """RFC 9110, section 15.4.8: after 302 clients would send GET without the query."""
    kept, _, _ = two
    for method in ("POST", "QUERY"):
        fields = {"Content-Type": "application/sparql-query"}
        answer = httpx.request(
            method,
            f"{kept.service.url}/v/latest/sparql",
            content=QUERY,
            headers=fields,
            follow_redirects=True,
        )
        assert [step.status_code for step in answer.history] == [307]
        assert answer.status_code == 200
        assert "second" in answer.text


def test_release_in_capitals_leads_to_its_own_name(two: tuple[Kept, str, Any]) -> None:
    """There is one address for each thing."""
    kept, first, _ = two
    answer = kept.get(f"/v/{first.upper()}/doc/document/both?lang=de")
    assert answer.status_code == 308
    assert answer.headers["location"] == f"{kept.service.url}/v/{first}/doc/document/both?lang=de"


@pytest.mark.parametrize(
    "path",
    [
        "/v/x",
        "/v/x/doc/document/both",
        "/v/%00",
        "/v/{0}x",
        "/v/{0}/health",
        "/v/{0}/metrics",
        "/v/{0}/v/{0}/doc/document/both",
        "/v/{0}//doc/document/both",
        "/v/{0}/../{0}/doc/document/both",
        "/v/{0}%2Fdoc/document/both",
        "/v/{0}/doc%2Fdocument/both",
        "/v/{0}/static/style.css",
        "/v/{0}/docs",
        "/v/{1}",
        "/v/{1}/sparql?query=ASK%7B%7D",
        "/v/{1}/sparql?query=ASK%7B%7D&digest=sha-256:1",
        "/v/{1}/doc/x?digest=sha-256:{1}",
    ],
)
def test_what_is_no_release_or_none_of_its_routes_is_404(
    two: tuple[Kept, str, Any], path: str
) -> None:
    """A problem document, stored by nobody."""
    kept, first, _ = two
    # httpx would tidy the path up.
    import http.client  # noqa: PLC0415

    connection = http.client.HTTPConnection(kept.service.url.removeprefix("http://"), timeout=30)
    connection.request("GET", path.format(first, "0" * 64))
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    assert answer.status == 404, body
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"


def test_unknown_release_suggests_the_current_one(two: tuple[Kept, str, Any]) -> None:
    """Own choice: the nearest name that there is."""
    kept, _, _ = two
    answer = kept.get("/v/" + "0" * 64)
    assert answer.json()["suggestions"] == [f"{BASE}v/{kept.release}"]


def test_pruned_release_is_410_that_names_the_nearest_kept_one(start: Callable[..., Kept]) -> None:
    """HTML and problem documents alike; what is known of it is told."""
    kept = start("--keep", "2")
    first = kept.release
    second = kept.reload("second")
    kept.reload("third")
    for path in ("", "/ontology", "/doc/document/both", "/dumps/clausegraph.nq"):
        answer = kept.get(f"/v/{first}{path}")
        assert answer.status_code == 410
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["link"] == f'<{BASE}v/{second}>; rel="successor-version"'
        problem = answer.json()
        assert problem["replacedBy"] == f"{BASE}v/{second}"
        assert problem["goneRelease"] == first
        assert problem["date"].endswith("Z")
        assert problem["triples"] > 1
        assert "query" not in problem
    page = kept.get(f"/v/{first}", headers={"Accept": "text/html"})
    assert page.status_code == 410
    assert second[:12] in page.text


def test_permalink_of_a_release_that_is_gone_tells_its_query_and_digest(
    start: Callable[..., Kept],
) -> None:
    """Who holds the answer can tell whether it is the one that was cited."""
    kept = start("--keep", "1")
    first = kept.release
    second = kept.reload("second")
    digest = f"sha-256:{'ab' * 32}"
    for release in (first, "1" * 64):
        answer = kept.get(f"/v/{release}/sparql", params={"query": QUERY, "digest": digest})
        assert answer.status_code == 410
        problem = answer.json()
        assert problem["query"] == QUERY
        assert problem["digest"] == digest
        assert problem["replacedBy"] == f"{BASE}v/{second}"
        assert ("any more" in problem["detail"]) == (release == first)
    page = kept.get(
        f"/v/{first}/sparql",
        params={"query": QUERY, "digest": digest},
        headers={"Accept": "text/html"},
    )
    assert page.status_code == 410
    assert html.escape(QUERY) in page.text
    assert f"<p>Its answer had the digest <code>{digest}</code>.</p>" in page.text
    served = kept.get(f"/v/{second}/sparql", params={"query": QUERY, "digest": digest})
    assert served.status_code == 200


def test_permalink_is_410_where_no_release_is_kept_at_all(client: httpx.Client) -> None:
    """The address says that there was an answer; this service never had it."""
    digest = f"sha-256:{'ab' * 32}"
    path = f"/v/{'1' * 64}/sparql"
    answer = client.get(path, params={"query": "ASK {}", "digest": digest})
    assert answer.status_code == 410
    current = client.get("/ready").json()["release"]
    assert answer.json()["replacedBy"] == f"{BASE}v/{current}"
    assert client.get(path, params={"query": "ASK {}"}).status_code == 404
    assert client.get(path, params={"digest": digest}).status_code == 404


def test_damaged_release_is_503_and_told(start: Callable[..., Kept]) -> None:
    """The others go on; the operator is told which file."""
    kept = start()
    first = kept.release
    kept.reload("second")
    file = Folder(kept.folder).nquads(first)
    file.chmod(0o644)
    file.write_text(file.read_text().replace("first", "forged"))
    answer = kept.get(f"/v/{first}/doc/document/both")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "cannot be loaded now" in answer.json()["detail"]
    kept.service.wait_for(f"{first} cannot be loaded.*not what was written")
    assert kept.get(f"/v/{kept.release}/doc/document/both").status_code == 200
    (file.parent / "manifest.json").write_text("{}")
    answer = kept.get(f"/v/{first}/doc/document/second")
    assert answer.status_code == 503


def test_manifest_that_cannot_be_read_takes_nothing_else_down(start: Callable[..., Kept]) -> None:
    """The history goes on without it and says so; its own release is 503; the operator is told."""
    kept = start("--keep", "2")
    first = kept.release
    second = kept.reload("second")
    third = kept.reload("third")
    path = kept.folder / second / "manifest.json"
    whole = path.read_text()
    before = kept.get("/releases.html").headers["etag"]
    for text in ("{", "[" * 200_000, whole.replace(first, "x> <y")):
        path.write_text(text)
        for form in (".ttl", ".rdf", ".html"):
            answer = kept.get(f"/releases{form}")
            assert answer.status_code == 200
            assert third in answer.text
        assert "1 more is left out" in answer.text
        assert answer.headers["etag"] != before
        assert kept.get(f"/v/{first}").status_code == 410
        assert kept.get(f"/v/{second}/doc/document/both").status_code == 503
    fourth = kept.reload("fourth")
    kept.service.wait_for(f"A RELEASE IS LEFT OUT: {re.escape(str(path))}")
    path.write_text(whole)
    assert kept.get(f"/v/{second}/doc/document/both").status_code == 200
    assert fourth in kept.get("/releases").text


def test_dump_that_is_not_what_it_was_is_503_and_written_again_at_the_next_start(
    start: Callable[..., Kept], serve: Callable[..., Any]
) -> None:
    """Nobody is told that it is being written, nobody gets half of it; the operator is told."""
    kept = start()
    release = kept.release
    file = kept.folder / release / "clausegraph.ttl.gz"
    body = file.read_bytes()
    for harm in (lambda: file.write_bytes(body[:-1]), file.unlink):
        harm()
        for site in ("", f"/v/{release}"):
            answer = kept.get(f"{site}/dumps/{file.name}")
            assert answer.status_code == 503
            assert "not what was written" in answer.json()["detail"]
    kept.service.wait_for(f"{re.escape(str(file))}: The dump cannot be read")
    again = serve("--data", str(kept.file), "--releases", str(kept.folder))
    again.wait_for("is kept in")
    assert httpx.get(f"{again.url}/dumps/{file.name}").content == body


def test_current_manifest_that_cannot_be_read_is_503_for_its_dumps(
    start: Callable[..., Kept],
) -> None:
    """It is the service's fault, and its folders are nobody's business."""
    kept = start()
    (kept.folder / kept.release / "manifest.json").write_text("{")
    answer = kept.get("/dumps/clausegraph.nq")
    assert answer.status_code == 503
    assert str(kept.folder) not in answer.text
    assert kept.get("/cite").status_code == 200


def test_dumps_of_a_pruned_release_are_410_though_it_is_in_memory(
    start: Callable[..., Kept],
) -> None:
    """What is in memory can be asked; there are no files of it."""
    kept = start()
    first = kept.release
    kept.reload("second")
    assert kept.get(f"/v/{first}/doc/document/both").status_code == 200
    Folder(kept.folder).prune(1)
    assert kept.get(f"/v/{first}/dumps/clausegraph.nq").status_code == 410
    assert kept.get(f"/v/{first}/doc/document/first").status_code == 200


def test_release_put_into_the_folder_by_others_is_served(start: Callable[..., Kept]) -> None:
    """`clausegraph release` may run beside the service."""
    kept = start()
    other = start()
    release = other.reload("elsewhere")
    assert kept.get(f"/v/{release}").status_code == 404
    shutil.copytree(other.folder / release, kept.folder / release)
    answer = kept.get(f"/v/{release}/doc/document/elsewhere.nt")
    assert answer.status_code == 200
    assert '"elsewhere"@en' in answer.text


def test_service_goes_on_where_no_release_can_be_kept(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    """A disk that takes nothing is told of, loudly, and stops nobody."""
    (tmp_path / "file").touch()
    service = serve("--releases", str(tmp_path / "file" / "releases"))
    service.wait_for(r"RELEASE [0-9a-f]{12} IS NOT KEPT: .*file")
    assert httpx.get(f"{service.url}/doc/concept/mit-risk-domain").status_code == 200
    release = httpx.get(f"{service.url}/ready").json()["release"]
    assert httpx.get(f"{service.url}/v/{release}").status_code == 200
    for _ in range(5):
        assert httpx.get(f"{service.url}/dumps/clausegraph.nq").status_code == 503
    attempts = "".join(service.lines).count("cannot be written")
    assert attempts <= 1, "Each attempt takes a process, and room on the disk."


def test_file_is_no_folder_for_releases(serve: Callable[..., Any], tmp_path: Path) -> None:
    """A setting that cannot be used is told at once."""
    (tmp_path / "file").touch()
    service = serve("--releases", str(tmp_path / "file"))
    assert service.process.wait(30) == 2
    service.wait_for("--releases=.* cannot be used")


def test_releases_are_kept_and_answered_by_spawned_processes_too(
    start: Callable[..., Kept],
) -> None:
    """Where there is no fork, it is slower, not different."""
    kept = start("--isolation", "spawn", "--workers", "2")
    first = kept.release
    path = f"/v/{first}/doc/document/both.nt"
    before = kept.get(path)
    kept.reload("second")
    assert kept.get(path).content == before.content
    assert '"first"@en' in before.text
