"""How dumps, releases and what programs look for first are described in OpenAPI, and routed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import formats
from clausegraph.web import history, wellknown
from clausegraph.web.answers import CATALOG
from clausegraph.web.apidoc import (
    MEDIA_TYPE,
    SUFFIXES,
    Operation,
    content,
    in_path,
    operation,
    page,
    suffixed,
)
from clausegraph.web.dumps import NAMES, Dumps
from clausegraph.web.history import History
from clausegraph.web.wellknown import WellKnown

Handler = Callable[[Request], Awaitable[Response]]

_TYPES = dict.fromkeys(coding.media_type or syntax.media_type for syntax, coding in NAMES.values())
_WHOLE = {
    "description": "The whole file.",
    "content": {name: {} for name in (*_TYPES, "text/plain")},
}
_PART = {"description": "The part that Range asks for.", "content": _WHOLE["content"]}
_FOUND = {"200": content("The document, in the syntax asked for.", formats.RESOURCE)}

DUMP = operation(
    "Linked data",
    "Fetch the whole graph as a file.",
    [in_path("name", "The file; with .sha256 after it, its digest.", "clausegraph.ttl.gz")],
    {"200": _WHOLE, "206": _PART, "304": {"description": "The client holds this file already."}},
    "N-Quads, TriG, Turtle (the merge of all graphs) and JSON-LD, plain, as gzip and as zstd. A "
    "file can be fetched in parts (Range); Repr-Digest is its SHA-256. Where no folder for "
    "releases is set, the files are made when the first of them is asked for, which may take a "
    "moment: 503 says when to ask again.",
)
RELEASES = operation("Linked data", "List the releases, and which are kept.", [MEDIA_TYPE], _FOUND)
_VOID = operation(
    "Service",
    "Find the description of the dataset.",
    [],
    {"302": {"description": "Location leads to the dataset."}},
)
EXAMPLES = operation(
    "SPARQL", "Read the kept questions as examples of the endpoint.", [MEDIA_TYPE], _FOUND
)


def add_dumps(app: FastAPI, dumps: Dumps) -> None:
    """Route the dumps of a release."""
    app.router.add_api_route("/dumps/{name}", dumps.file, **DUMP)


def add_history(app: FastAPI, found: History) -> None:
    """Route the history of the service."""
    _add_with_suffixes(app, history.PATH, found.send, RELEASES)


def add_well_known(app: FastAPI, files: WellKnown) -> None:
    """Route the files at places that others have fixed."""
    get = app.router.add_api_route
    get("/.well-known/void", files.void, **_VOID)
    get(CATALOG.target, files.catalog, **page("Find the interfaces (RFC 9727).", CATALOG.type))
    get("/robots.txt", files.robots, include_in_schema=False)
    get("/sitemap.xml", files.sitemap, include_in_schema=False)
    get("/sitemap/{number}.xml", files.part, include_in_schema=False)
    _add_with_suffixes(app, wellknown.EXAMPLES, files.examples, EXAMPLES)


def _add_with_suffixes(app: FastAPI, path: str, handler: Handler, described: Operation) -> None:
    for suffix in ("", *SUFFIXES):
        app.router.add_api_route(path + suffix, handler, **suffixed(described, suffix))
