"""`/releases`: every release that was ever kept, what came before it, and whether it still is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, Store, parse

from clausegraph.releases import Folder, Manifest
from clausegraph.releases.dumps import Read
from clausegraph.vocabulary import DATASET, DCAT, DCTERMS, RELEASE, SCHEMA, VOID

SYNTAXES = {".ttl": RdfFormat.TURTLE, ".nt": RdfFormat.N_TRIPLES, ".rdf": RdfFormat.RDF_XML}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A folder of two older releases, of which the first is pruned."""
    path = tmp_path_factory.mktemp("history")
    source = path / "x.nq"
    source.write_text("<urn:s> <urn:p> <urn:o> <urn:g> .\n")
    folder = Folder(path / "releases")
    for number in "12":
        folder.add(Read(number * 64, source), keep=1)
    return folder


@pytest.fixture(scope="module")
def older(serve: Callable[..., Any], folder: Folder) -> Iterator[httpx.Client]:
    """A client of a service that keeps its releases there, once it has added its own."""
    service = serve("--releases", str(folder.path), "--keep", "2", "--access-log", "off")
    service.wait_for("is kept in")
    with httpx.Client(base_url=service.url, headers={"Accept": "text/turtle"}, timeout=30) as found:
        yield found


def said(answer: httpx.Response) -> Store:
    """Return what an answer in Turtle says."""
    assert answer.status_code == 200, answer.text
    store = Store()
    store.load(answer.content, RdfFormat.TURTLE)
    return store


def objects(store: Store, subject: str, predicate: str) -> set[str]:
    """Return the values of a property."""
    found = store.quads_for_pattern(NamedNode(subject), NamedNode(predicate), None)
    return {quad.object.value for quad in found}


def test_history_tells_each_release_its_date_and_what_came_before(
    older: httpx.Client, folder: Folder
) -> None:
    """DCAT 3, section 11."""
    found = said(older.get("/releases"))
    manifests = folder.manifests()
    assert len(manifests) == 3
    versions = {RELEASE + item.release for item in manifests}
    assert objects(found, DATASET, f"{DCTERMS}hasVersion") == versions
    current = RELEASE + manifests[0].release
    assert objects(found, DATASET, f"{DCAT}hasCurrentVersion") == {current}
    for item in manifests:
        version = RELEASE + item.release
        before = set() if item.predecessor is None else {RELEASE + item.predecessor}
        assert objects(found, version, f"{DCAT}previousVersion") == before
        assert objects(found, version, f"{DCTERMS}issued") == {item.date}
        assert objects(found, version, f"{VOID}triples") == {str(item.triples)}


def test_release_that_is_kept_has_its_files_and_one_that_is_not_has_none(
    older: httpx.Client, folder: Folder
) -> None:
    found = said(older.get("/releases"))
    for item in folder.manifests():
        dumps = objects(found, RELEASE + item.release, f"{DCAT}distribution")
        assert len(dumps) == len(item.files) == (0 if item.release.startswith("11") else 12)
        for file in item.files:
            dump = f"{RELEASE}{item.release}/dumps/{file.name}"
            assert objects(found, dump, f"{DCAT}byteSize") == {str(file.bytes)}
            assert objects(found, dump, f"{SCHEMA}sha256") == {file.sha256}
            assert objects(found, dump, f"{DCAT}downloadURL") == {dump}


def test_files_of_an_older_release_can_be_fetched(older: httpx.Client, folder: Folder) -> None:
    answer = older.get(f"/v/{'2' * 64}/dumps/clausegraph.nq")
    assert answer.content == folder.nquads("2" * 64).read_bytes()
    assert "immutable" in answer.headers["cache-control"]
    assert older.get(f"/v/{'1' * 64}/dumps/clausegraph.nq").status_code == 410


def test_page_lists_the_releases_newest_first(older: httpx.Client, folder: Folder) -> None:
    page = older.get("/releases", headers={"Accept": "text/html"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    places = [page.text.index(f'title="{item.release}"') for item in folder.manifests()]
    assert places == sorted(places)
    assert page.text.count("not kept any more") == 1
    assert page.text.count("served now</span>") == 1
    assert f'href="/v/{"1" * 64}"' not in page.text


def test_history_changes_its_tag_when_a_release_is_pruned(
    older: httpx.Client, folder: Folder
) -> None:
    """RFC 9110, section 8.8.1: whatever the release is that is served."""
    tags = {older.get(path).headers["etag"] for path in ("/releases.ttl", "/releases.html")}
    assert len(tags) == 2
    first = older.get("/releases").headers["etag"]
    assert older.get("/releases", headers={"If-None-Match": first}).status_code == 304
    manifest = folder.manifest("1" * 64)
    assert manifest is not None
    changed = Manifest(**{**vars(manifest), "triples": 5})
    changed.write(folder.path / manifest.release)
    try:
        again = older.get("/releases", headers={"If-None-Match": first})
        assert again.status_code == 200
        assert again.headers["etag"] != first
    finally:
        manifest.write(folder.path / manifest.release)


@pytest.mark.parametrize("suffix", sorted(SYNTAXES))
def test_history_comes_in_each_syntax(client: httpx.Client, suffix: str) -> None:
    answer = client.get(f"/releases{suffix}")
    found = {quad.triple for quad in parse(answer.content, SYNTAXES[suffix])}
    expected = parse(client.get("/releases.ttl").content, RdfFormat.TURTLE)
    assert found == {quad.triple for quad in expected}
    assert answer.headers["content-location"] == f"/releases{suffix}"


def test_service_that_keeps_none_tells_of_the_one_it_has(client: httpx.Client) -> None:
    answer = client.get("/releases.jsonld")
    nodes = {node["id"]: node for node in answer.json()["@graph"]}
    current = RELEASE + answer.headers["clausegraph-release"]
    assert nodes[DATASET]["hasCurrentVersion"] == current
    assert "issued" not in nodes[current]
    page = client.get("/releases.html").text
    assert "keeps no older releases" in page
    assert 'href="/dumps/clausegraph.ttl.gz"' in page


def test_history_links_lead_somewhere(client: httpx.Client) -> None:
    """RFC 8288: it is the history itself, and has no versions."""
    for link in client.get("/releases").headers["link"].split(", "):
        target = link.partition(">")[0][1:]
        if target.startswith(str(client.base_url)):
            assert client.get(target).status_code == 200, link
        assert "memento" not in link
