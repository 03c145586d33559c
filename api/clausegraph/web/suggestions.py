"""The names nearest to one that nothing has."""

from __future__ import annotations

import difflib

from pyoxigraph import Literal
from starlette.concurrency import run_in_threadpool

from clausegraph import vocabulary
from clausegraph.errors import QueryError, UnknownResource
from clausegraph.web import texts
from clausegraph.web.documents import Documents

MOST = 5
LONGEST = 300  # characters; what is longer than any name of ours is near to none
_LOOKUP_SECONDS = 2.0


async def unknown(documents: Documents, name: str) -> UnknownResource:
    """Return the error for a name that is not in this release, with the nearest that are."""
    message = f"Nothing in this release is called {vocabulary.ID}{name}."
    return UnknownResource(message, suggestions=await _near(documents, name))


async def unknown_graph(documents: Documents, name: str) -> UnknownResource:
    """Return the error for a graph that is not in this release, with the nearest that are."""
    message = f"This release has no graph {vocabulary.GRAPH}{name}."
    if len(name) > LONGEST:
        return UnknownResource(message)
    rows = await documents.rows(texts.query("graphs"))
    found = [row["graph"].removeprefix(vocabulary.GRAPH) for row in rows]
    near = await run_in_threadpool(_nearest, name, found)
    return UnknownResource(message, suggestions=tuple(vocabulary.GRAPH + item for item in near))


async def _near(documents: Documents, name: str) -> tuple[str, ...]:
    """Return the IRIs of the things whose names are nearest."""
    for prefix in _prefixes(name):
        try:
            rows = await documents.rows(
                texts.query("suggestions"), _LOOKUP_SECONDS, prefix=str(Literal(prefix))
            )
        except QueryError:
            break
        found = [row["thing"].removeprefix(vocabulary.ID) for row in rows]
        if near := await run_in_threadpool(_nearest, name, found):
            return tuple(vocabulary.ID + item for item in near)
    return ()


def _nearest(name: str, names: list[str]) -> list[str]:
    """Return the names nearest to `name`: those that end alike first, then those spelt alike."""
    tail = "/" + name.rpartition("/")[2]
    alike = [item for item in names if item.endswith(tail)]
    spelt = difflib.get_close_matches(name, names, MOST, 0.75)
    return list(dict.fromkeys((*alike, *spelt)))[:MOST]


def _prefixes(name: str) -> list[str]:
    """Return where to look for near names: beside it, then in its document, then its type."""
    segments = name.split("/")[:-1]
    if not segments or len(name) > LONGEST:
        return []
    depths = dict.fromkeys((len(segments), min(2, len(segments)), 1))
    return [f"{vocabulary.ID}{'/'.join(segments[:depth])}/" for depth in depths]
