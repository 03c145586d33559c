"""A page of the explorer as it is sent: made once a release and address, then kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from clausegraph.formats import HTML
from clausegraph.web.answers import CATALOG, LATEST, Answer, Choice, Link, cache_of, choose
from clausegraph.web.answers import view_signs as signs_of
from clausegraph.web.documents import vary
from clausegraph.web.edge import RELEASE_HEADER
from clausegraph.web.explorer.site import Explorer

Languages = tuple[str, ...]


@dataclass(frozen=True)
class Leaf:
    """What a page is made of: its template, what that is given, and its links to data."""

    template: str
    values: Mapping[str, Any]
    links: Sequence[Link] = ()


async def send(
    explorer: Explorer,
    request: Request,
    address: str,
    make: Callable[[Languages], Awaitable[Leaf]],
) -> Response:
    """Return the page at `address`, a path with its query, which `make` makes in languages."""
    documents = explorer.documents
    chosen = choose(request, (HTML,))
    prefers = await documents.prefers(request, chosen)
    release = documents.engine.release
    parts = _parts(release, address, chosen, prefers)
    if kept := await documents.kept(request, parts):
        return kept
    leaf = await make(prefers)
    values = {**leaf.values, "release": release, "address": address}
    body = await run_in_threadpool(partial(explorer.pages.render, leaf.template, **values))
    headers = {RELEASE_HEADER: release, "Vary": vary(prefers)}
    links = [*signs_of(release, address), CATALOG, *leaf.links]
    cache = cache_of(request, LATEST)
    return await documents.keep(
        request, Answer(body, chosen.content_type, parts, cache, links, headers)
    )


def _parts(release: str, address: str, chosen: Choice, prefers: Languages) -> tuple[str, ...]:
    """Return what a page depends on."""
    return (release, address, chosen.content_type, *prefers)
