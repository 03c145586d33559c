"""The parts of an export: places, links, the folder, the check."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausegraph.errors import InputError, UsageError
from clausegraph.export import Target, check
from clausegraph.export.folder import LIST
from clausegraph.export.missing import MISSING, of
from clausegraph.export.places import Place, link, place
from clausegraph.export.rewriting import rewrite


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/", "index.html"),
        ("/doc/a/b", "doc/a/b/index.html"),
        ("/doc/a/3.1.4", "doc/a/3.1.4/index.html"),
        ("/doc/a/3.1.4.ttl", "doc/a/3.1.4.ttl"),
        ("/doc/actor/%E7%99%BE", "doc/actor/百/index.html"),
        ("/dumps/clausegraph.nq.gz", "dumps/clausegraph.nq.gz"),
        ("/api/documents.csv", "api/documents.csv"),
        ("/context/1.jsonld", "context/1.jsonld"),
    ],
)
def test_address_has_a_file(path: str, file: str) -> None:
    found = place(path)
    assert found is not None
    assert found.file == file


@pytest.mark.parametrize(
    "path", ["/doc/../x", "/doc/%2e%2e/x", "/doc//x", "/doc/a%00b", "/doc/%FF", "/doc/a%5Cb"]
)
def test_hostile_address_has_no_file(path: str) -> None:
    assert place(path) is None


def test_later_page_of_a_document_has_a_file_of_its_own() -> None:
    first, second, data = (
        place("/doc/a", "inbound-after=x"),
        place("/doc/a", "inbound-after=y"),
        place("/doc/a.ttl", "inbound-after=x"),
    )
    assert first is not None
    assert second is not None
    assert data is not None
    assert first.file != second.file
    assert data.file == first.file.removesuffix("/index.html") + ".ttl"


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("/", "", "./"),
        ("/", "doc/a/", "./doc/a/"),
        ("/doc/a", "", "../../"),
        ("/doc/a", "doc/a/", "./"),
        ("/doc/a", "doc/a.ttl", "../a.ttl"),
        ("/doc/a", "doc/x:y/", "../x:y/"),
        ("/doc", "doc/x:y/", "./x:y/"),
    ],
)
def test_link_is_relative_and_no_scheme(source: str, target: str, expected: str) -> None:
    """RFC 3986, 4.2: a first segment with a colon would be a scheme."""
    found = place(source)
    assert found is not None
    assert link(found, target) == expected


@pytest.mark.parametrize(
    ("path", "query", "anchor"),
    [
        ("/sparql", "", "sparql"),
        ("/sparql", "query=ASK+%7B%7D", "sparql"),
        ("/sparql/.well-known/sparql-examples", "", ""),
        ("/api/documents", "", ""),
        ("/api/documents", "jurisdiction=china", "filters"),
        ("/api/compare", "documents=a,b", "analyses"),
        ("/doc/a", "lang=zh", "languages"),
        ("/doc/a", "inbound-after=x", ""),
        ("/doc/a", "inbound-after=x&lang=zh", "languages"),
        ("/v/0", "", ""),
        ("/v/0/doc/a", "", "releases"),
        ("/cite", "iri=a", "citing"),
        ("/cited", "", ""),
    ],
)
def test_what_no_file_answers_is_named(path: str, query: str, anchor: str) -> None:
    assert of(path, query) == anchor


def test_anchors_of_what_is_missing_are_unique() -> None:
    assert len({item.anchor for item in MISSING}) == len(MISSING)


def test_links_are_rewritten_and_nothing_else() -> None:
    source = place("/doc/a")
    assert source is not None
    page = (
        '<a href="/doc/b?inbound-after=x&amp;lang=zh">1</a><a href="https://example.org/">2</a>'
        '<a href="#main">3</a><a href="/v/' + "0" * 64 + '/dumps/clausegraph.nq">4</a>'
        '<a href="//elsewhere">5</a><p>href="/doc/c"</p></footer>'
    )
    found = rewrite(page.encode(), source)
    text = found.body.decode()
    assert 'href="../../static.html#languages"' in text
    assert 'href="https://example.org/"' in text
    assert 'href="#main"' in text
    assert 'href="../../dumps/clausegraph.nq"' in text
    assert 'href="//elsewhere"' in text
    assert list(found.wanted) == ["/dumps/clausegraph.nq"]


def _site(folder: Path, **pages: str) -> Path:
    for name, text in pages.items():
        path = folder / name.replace("__", "/") / "index.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "address",
    [
        "../b",
        "../b/",
        "./",
        "",
        "#here",
        "../b/#name",
        "https://example.org/x",
        "mailto:a@example.org",
    ],
)
def test_link_that_leads_somewhere_is_alive(tmp_path: Path, address: str) -> None:
    _site(tmp_path, a=f'<a id="here" href="{address}">', b="")
    assert check(tmp_path).dead == []


@pytest.mark.parametrize(
    "address", ["../c/", "../b.ttl", "/b/", "#there", "../../outside/", "../b/x", "../a%2Fb"]
)
def test_link_that_leads_nowhere_is_dead(tmp_path: Path, address: str) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/index.html").touch()
    _site(tmp_path / "site", a=f'<a href="{address}">', b="")
    assert [str(dead) for dead in check(tmp_path / "site").dead] == [f"a/index.html: {address}"]


def test_dead_address_of_a_sitemap_is_found(tmp_path: Path) -> None:
    _site(tmp_path, a="")
    text = "<loc>https://e.org/x/a</loc><loc>https://e.org/x/b</loc>"
    (tmp_path / "sitemap.xml").write_text(text)
    (tmp_path / "robots.txt").write_text("Sitemap: https://e.org/x/sitemap.xml\n")
    found = check(tmp_path, "https://e.org/x/")
    assert [dead.address for dead in found.dead] == ["https://e.org/x/b"]


def test_redirecting_page_is_followed(tmp_path: Path) -> None:
    _site(tmp_path, a='<meta http-equiv="refresh" content="0; url=../gone/">')
    assert [dead.address for dead in check(tmp_path).dead] == ["../gone/"]


def _fill(target: Target, **files: str) -> None:
    with target.filling() as folder:
        for name, text in files.items():
            path = folder / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        target.publish(folder)


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_export_again_removes_what_is_ours_and_old_and_nothing_else(tmp_path: Path) -> None:
    site = tmp_path / "site"
    _fill(Target(site), a__one="1", b="1")
    (site / "mine").write_text("mine")
    _fill(Target(site, force=True), b="2", c="2")
    assert _files(site) == {"b", "c", "mine", LIST}
    assert (site / "b").read_text() == "2"
    assert not (site / "a").exists()


def test_list_of_files_that_was_tampered_with_removes_nothing_elsewhere(tmp_path: Path) -> None:
    site, other = tmp_path / "site", tmp_path / "other"
    _fill(Target(site), a="1")
    other.write_text("other")
    (site / LIST).write_text(f"../other\n{other}\n.\n")
    _fill(Target(site, force=True), b="2")
    assert other.read_text() == "other"
    assert _files(site) == {"a", "b", LIST}


def test_export_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    site = tmp_path / "site"
    _fill(Target(site), a="1")

    def fail() -> None:
        with Target(site, force=True).filling() as folder:
            (folder / "b").write_text("2")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert _files(tmp_path) == {"site/a", f"site/{LIST}"}


def test_full_disk_is_told(tmp_path: Path) -> None:
    site = tmp_path / "site"
    full = OSError(28, "No space left on device", "x")
    with pytest.raises(InputError, match="No space left"), Target(site).filling():
        raise full
    assert list(tmp_path.iterdir()) == []


def test_target_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("")
    with pytest.raises(UsageError, match="not a folder"), Target(tmp_path / "site").filling():
        pass


def test_page_place_knows_what_it_is() -> None:
    assert Place("a/index.html", "a/").is_page
    assert not Place("static.html", "static.html").is_page


def test_a_form_leads_to_what_a_static_copy_cannot_do() -> None:
    """Not to the same page again, as if what was chosen had been looked at."""
    form = b'<form method="get" action="/coverage"><input data-suggest data-href="/suggest"></form>'
    written = rewrite(form, Place("coverage/index.html", "coverage/")).body.decode()
    assert 'action="../static.html#filters"' in written
    assert "data-suggest" not in written
    assert "/suggest" not in written
