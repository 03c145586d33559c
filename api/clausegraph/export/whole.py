"""Lists as whole files: all pages of a view as one JSON-LD document, and its table."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp

from clausegraph import formats
from clausegraph.errors import ClausegraphError
from clausegraph.export.asking import ORIGIN, get
from clausegraph.web.analyses import COVERAGE, GAPS
from clausegraph.web.keyset import MAXIMUM_LIMIT
from clausegraph.web.tables import MAXIMUM_ROWS
from clausegraph.web.views import VIEWS

_OK = 200
_NEXT = re.compile(r'<([^>]*)>; rel="next"')


@dataclass(frozen=True)
class Listed:
    """A list of the service: its path, its title and summary, and how it is asked for in full."""

    path: str
    title: str
    summary: str
    query: str = ""


def listed(schemes: list[str]) -> Iterator[Listed]:
    """Yield every list that becomes files; `schemes` are the names of the concept schemes."""
    for view in VIEWS:
        asked = f"?limit={MAXIMUM_LIMIT}"
        if not view.scheme:
            yield Listed(view.path, view.title, view.summary, asked)
            continue
        for scheme in schemes:
            path = view.path.replace("{scheme}", scheme)
            yield Listed(path, f"{view.title}: {scheme}", view.summary, asked)
    for analysis in (COVERAGE, GAPS):
        yield Listed(analysis.path, analysis.title, analysis.summary)


async def graph(app: ASGIApp, item: Listed) -> bytes:
    """Return a list as JSON-LD: what its pages say, without the pages."""
    found = await _page(app, item.path + item.query)
    following = found.pop("view", {}).get("next")
    members = found.get("member", [])
    while following:
        page = await _page(app, following.removeprefix(ORIGIN))
        following = page.get("view", {}).get("next")
        members += page["member"]
    return (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode()


async def table(app: ASGIApp, item: Listed) -> bytes:
    """Return a list as CSV, put together from its parts where one answer cannot have it all."""
    rows = f"?limit={MAXIMUM_ROWS}" if item.query else ""
    address = f"{item.path}{formats.CSV.suffix}{rows}"
    pieces: list[bytes] = []
    while address:
        reply = await get(app, address)
        if reply.status != _OK:
            raise ClausegraphError(f"{address} gave {reply.status}: {reply.body.decode()}")
        below = reply.body.partition(b"\r\n")[2]
        pieces.append(below if pieces else reply.body)
        following = _NEXT.search(reply.headers.get("link", ""))
        address = following[1].removeprefix(ORIGIN) if following else ""
    return b"".join(pieces)


async def _page(app: ASGIApp, address: str) -> dict[str, Any]:
    reply = await get(app, address, formats.JSON_LD.media_type)
    if reply.status != _OK:
        raise ClausegraphError(f"{address} gave {reply.status}: {reply.body.decode()}")
    found: dict[str, Any] = json.loads(reply.body)
    return found
