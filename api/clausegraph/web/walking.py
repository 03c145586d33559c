"""Pages of long lists whose items come document by document: found by walking from one document to
the next, so that a page costs the same however many documents there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from clausegraph.web import documentorder, keyset
from clausegraph.web.documents import Documents, Rows
from clausegraph.web.keyset import Window
from clausegraph.web.listing import Listing

MANY = 1_000  # items from which on a list is walked through; fewer are sorted at once

_FIRST = 4  # documents that are looked through at first
_GROWTH = 4  # how many times more of them each time that they were too few
_MOST = 1024


async def page(documents: Documents, listing: Listing, window: Window) -> Rows | None:
    """Return the rows of a page, nearest to its place first, and one more if there is one.

    None where the place is that of an item that belongs to no document of this release.
    """
    order = await documentorder.of(documents, listing.view.by_document)
    if listing.is_backwards(window):
        order = order[::-1]
    found: Rows = []
    if window.place is not None:
        owner = await documentorder.owner(documents, window.place.item)
        if owner not in order:
            return None
        found = await _items(documents, listing, [owner], window)
        order = order[order.index(owner) + 1 :]
    rest = replace(window, place=None)  # All of later documents is past the place.
    for chunk in _chunks(order):
        if len(found) > window.limit:
            break
        found += await _items(documents, listing, chunk, rest)
    return found[: window.limit + 1]


def _chunks(order: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the documents some at a time: more each time, since those before were too few."""
    rest, size = iter(order), _FIRST
    while chunk := list(islice(rest, size)):
        yield chunk
        size = min(size * _GROWTH, _MOST)


async def _items(
    documents: Documents, listing: Listing, chunk: Sequence[str], window: Window
) -> Rows:
    """Return the rows of some documents: in the order of these, and in each by key and item."""
    is_backwards = listing.is_backwards(window)
    text = keyset.beyond(listing.within(chunk), window, is_backwards=is_backwards)
    rows = await documents.rows(text)
    rows.sort(key=lambda row: (row["key"], row["item"]), reverse=is_backwards)
    place = {document: number for number, document in enumerate(chunk)}
    return sorted(rows, key=lambda row: place[row["document"]])
