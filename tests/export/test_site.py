"""The static twin: the service's addresses as files, every link of which leads to a file."""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from clausegraph import formats
from clausegraph.export import check
from clausegraph.export.missing import MISSING, of
from clausegraph.web.dumps import NAMES
from export.conftest import THINGS, URL, Site, run

ID = "https://w3id.org/clausegraph/id/"


@pytest.fixture(scope="module")
def host(site: Site) -> Iterator[str]:
    """The address of a server of files that has the site below a path."""
    folder = site.folder.parent
    (folder / "below").mkdir()
    (folder / "below/here").symlink_to(site.folder)
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/below/here/"
    server.shutdown()
    server.server_close()
    thread.join(10)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server of files that says nothing."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def test_command_tells_what_it_made(site: Site) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", site.release)
    assert re.search(r"[\d,]+ files of [\d.,]+ MiB are in .*; all [\d,]+ links", site.said)
    assert "left out" not in site.said


def test_every_link_leads_to_a_file(site: Site) -> None:
    found = check(site.folder, URL)
    assert (found.dead, found.links > 1000) == ([], True)


@pytest.mark.parametrize("name", THINGS)
def test_thing_has_its_document_in_every_syntax(site: Site, name: str) -> None:
    page = site.text(f"doc/{name}/index.html")
    assert f"<code>{ID}{name}</code>" in page
    assert f'href="./{quote(name.rpartition("/")[2])}/"' in site.text(f"doc/{name}.html")
    for syntax in formats.RDF_GRAPH:
        text = site.text(f"doc/{name}{syntax.suffix}")
        if syntax is formats.JSON_LD:
            assert f'"id": "{ID}{name}"' in text
            continue
        assert isinstance(syntax.engine, RdfFormat)
        assert any(quad.subject == NamedNode(ID + name) for quad in parse(text, syntax.engine))


@pytest.mark.parametrize("name", THINGS)
def test_identifier_leads_to_the_document(host: str, name: str) -> None:
    page = httpx.get(f"{host}id/{name}/")
    (target,) = re.findall(r'content="0; url=([^"]*)"', page.text)
    assert httpx.URL(str(page.url)).join(target) == httpx.URL(f"{host}doc/{name}/")
    assert httpx.get(httpx.URL(f"{host}id/{name}/").join(target)).status_code == 200


def test_address_without_a_slash_is_found_as_on_the_service(host: str) -> None:
    for path in ("doc/document/both", "ontology", "queries", "releases", "api/documents"):
        answer = httpx.get(host + path, follow_redirects=True)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html")


def test_whole_list_is_one_file(site: Site) -> None:
    found = json.loads(site.text("api/documents.jsonld"))
    assert found["id"] == f"{URL}api/documents"
    assert [item["id"] for item in found["member"]] == [f"{ID}document/both"]
    assert "view" not in found
    assert len(site.text("api/clauses.csv").splitlines()) == 2


def test_list_that_has_many_pages_is_whole(site: Site) -> None:
    for path in (site.folder / "api").rglob("*.jsonld"):
        found = json.loads(path.read_text(encoding="utf-8"))
        if path.stem not in {"coverage", "gaps"}:
            assert len(found.get("member", [])) == found["totalItems"], path


def test_dumps_are_there_with_their_digests(site: Site) -> None:
    for name in NAMES:
        body = (site.folder / "dumps" / name).read_bytes()
        assert site.text(f"dumps/{name}.sha256") == f"{hashlib.sha256(body).hexdigest()}  {name}\n"


def test_sitemap_names_every_document_on_the_site(site: Site) -> None:
    listed = re.findall("<loc>(.*)</loc>", site.text("sitemap/1.xml"))
    assert all(item.startswith(f"{URL}doc/") for item in listed)
    assert f"{URL}doc/document/both" in listed
    assert f"Sitemap: {URL}sitemap.xml\n" in site.text("robots.txt")


def test_nothing_names_the_host_that_was_asked(site: Site) -> None:
    named = [
        path.name
        for path in site.folder.rglob("*")
        if path.is_file() and b"static.invalid" in path.read_bytes()
    ]
    assert named == []


def test_what_is_missing_is_said_and_linked_from_where_it_matters(site: Site) -> None:
    about = site.text("static.html")
    assert all(f'id="{item.anchor}"' in about for item in MISSING)
    assert 'href="./static.html#sparql"' in site.text("index.html")
    assert 'href="../../../static.html#languages"' in site.text("doc/document/both/index.html")
    for page in site.folder.rglob("index.html"):
        text = page.read_text(encoding="utf-8")
        assert "http-equiv" in text or "static.html" in text, page


def test_every_route_of_the_service_is_a_file_or_said_to_be_missing(site: Site) -> None:
    api = json.loads(site.text("openapi.json"))
    for path in api["paths"]:
        example = path.replace("{name}", "x").replace("{curie}", "a:b")
        if "{" not in path and not of(example):
            file = site.folder / path.strip("/")
            assert file.is_file() or (file / "index.html").is_file(), path
        elif "{" in path and not of(example):
            assert (site.folder / path.partition("{")[0].strip("/")).is_dir(), path


def test_missing_page_is_linked_absolutely(site: Site) -> None:
    """A host shows it at any address."""
    links = re.findall(r'\s(?:href|src)="([^"]*)"', site.text("404.html"))
    assert all(link.startswith("https://") or link == "#main" for link in links)


def test_folder_with_files_is_left_alone(tmp_path: Path, data: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = run("--static", tmp_path, "--data", data)
    assert done.returncode == 2
    assert "has files already. Name a new folder, or add --force" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    "url", ["", "site", "ftp://example.org/", "https://", "https://e.org/?x", "https://e.org/a b"]
)
def test_url_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    done = run("--static", tmp_path / "site", "--url", url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is no address of a site" in done.stderr
    assert not (tmp_path / "site").exists()


def test_data_that_cannot_be_read_leave_nothing(tmp_path: Path) -> None:
    done = run("--static", tmp_path / "site", "--data", tmp_path / "none.ttl")
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
