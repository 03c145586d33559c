"""Which file stands for which address of the service, and how one file links to another."""

from __future__ import annotations

import hashlib
import posixpath
from dataclasses import dataclass
from urllib.parse import quote, unquote

from clausegraph import formats
from clausegraph.web import addresses
from clausegraph.web.tables import SYNTAXES

INDEX = "index.html"

_ROOT = "."
_FILES = (
    "/static/",
    "/figures/",
    "/dumps/",
    "/context/",
    "/sitemap/",
    "/sitemap.xml",
    "/robots.txt",
    "/openapi.json",
    "/.well-known/",
)
_API, _TABLES = "/api/", tuple(syntax.suffix for syntax in SYNTAXES)
_NAMED = 12  # characters of the digest that names a page of a document


@dataclass(frozen=True)
class Place:
    """A file: its path in the folder, and its address below the root of the site, encoded."""

    file: str
    address: str

    @property
    def is_page(self) -> bool:
        """Whether it is what a folder shows."""
        return posixpath.basename(self.file) == INDEX


def place(path: str, query: str = "") -> Place | None:
    """Return the place of a path of the service, percent-encoded; None for what no file can have.

    A page is the index of a folder, anything else a file. A later page of a document, chosen by a
    query, is in the folder of the document.
    """
    if path.startswith(_FILES) or (path.startswith(_API) and path.endswith(_TABLES)):
        return _file(path.strip("/"))
    named = addresses.split_suffix(path)
    bare = named.name.strip("/")
    if query:
        bare = f"{bare}/~{hashlib.sha256(query.encode()).hexdigest()[:_NAMED]}"
    if named.syntax is not None:
        return _file(bare + named.syntax.suffix)
    return folder(bare)


def folder(bare: str) -> Place | None:
    """Return the place of a page, by its path without slashes around it."""
    index = _file(posixpath.join(bare, INDEX))
    return index and Place(index.file, f"{bare}/" if bare else "")


def page_file(of: Place) -> Place:
    """Return the place of a page as `.html`."""
    suffix = formats.HTML.suffix
    return Place(posixpath.dirname(of.file) + suffix, of.address.rstrip("/") + suffix)


def _file(encoded: str) -> Place | None:
    name = unquote(encoded, errors="surrogateescape")
    parts = name.split("/")
    if any(part in {"", ".", ".."} or "\0" in part or "\\" in part for part in parts):
        return None
    try:
        name.encode()
    except UnicodeEncodeError:
        return None
    return Place(name, encoded)


def link(source: Place, target: str) -> str:
    """Return the relative address of `target`, an address below the root, on the page `source`."""
    start = source.address if source.is_page else posixpath.dirname(source.address)
    path = target.partition("#")[0]
    found = posixpath.relpath(path or _ROOT, start.rstrip("/") or _ROOT)
    if path.endswith("/") or not path:
        found += "/"
    # A first segment with a colon would be read as a scheme (RFC 3986, 4.2).
    return found if found.startswith(".") else f"./{found}"


def encoded(iri: str) -> str:
    """Return an IRI as a URI (RFC 3987, 3.1)."""
    return quote(iri, safe=":/?#[]@!$&'()*+,;=%-._~")
