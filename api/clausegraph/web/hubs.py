"""What points to a hub: a thing to which very many point, such as a source or an agent.

To sort all of them by name would take many seconds for a page of a hundred. So they come in an
order in which a page can be found without the others: first what belongs to no document, then
document by document the statements about it and its clauses, each by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from math import isqrt

from pyoxigraph import Literal, NamedNode

from clausegraph.web import documentorder, texts
from clausegraph.web.documents import Documents, Rows, fill

LEAST = 4_000  # links that make a hub, where there are few documents

_SORT = "identifier"
_A_ROOT = 200  # links to a hub, times the root of the number of documents: measured
_FIRST = 4  # documents that are looked through at first
_GROWTH = 4  # how many times more of them each time that they were too few
_MOST = 1024


async def many(documents: Documents) -> int:
    """Return how many links make a hub: so many that to look through documents one after the other
    is quicker than to sort what points to it."""
    count = len(await documentorder.of(documents, _SORT))
    return max(LEAST, _A_ROOT * isqrt(count))


async def others(documents: Documents, hub: str, after: str, most: int) -> Rows:
    """Return `most` things that point to `hub`, in the order of this module, and one more if there
    is one; `after` is the last one of the page before, or empty."""
    order = await documentorder.of(documents, _SORT)
    owner = await documentorder.owner(documents, after) if after else None
    found: Rows = []
    if owner is None:
        found = await _loose(documents, hub, after, most + 1)
        left = order
    else:
        left = order[order.index(owner) :]
    size = _FIRST
    rest = iter(left)
    while len(found) <= most and (chunk := list(islice(rest, size))):
        rows = await _within(documents, hub, chunk)
        found += [row for row in rows if row["document"] != owner or row["node"] > after]
        size = min(size * _GROWTH, _MOST)
    return found[: most + 1]


async def _loose(documents: Documents, hub: str, after: str, most: int) -> Rows:
    """Return the first `most` things after `after` that point to `hub`, of those that belong to no
    document."""
    values = {
        "hub": str(NamedNode(hub)),
        "after": str(Literal(after)),
        "most": str(most),
        "classes": documentorder.terms(await documents.column("loose-classes", "class")),
    }
    return await documents.rows(fill(texts.query("hub-loose"), values))


async def _within(documents: Documents, hub: str, chunk: Sequence[str]) -> Rows:
    """Return what points to `hub` of what belongs to some documents, in the order of these."""
    values = {"hub": str(NamedNode(hub)), "documents": documentorder.terms(chunk)}
    rows = await documents.rows(fill(texts.query("hub-within"), values))
    place = {document: number for number, document in enumerate(chunk)}
    return sorted(rows, key=lambda row: (place[row["document"]], row["node"]))
