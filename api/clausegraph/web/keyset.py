"""Keyset paging: a page is what stands right after, or right before, a place in a sorted list.

A query that lists things gives each an `?item` and one text to sort by, its `?key`. A place is a
key and an item, so that a list may grow or shrink between two pages without a gap or a repetition.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Self

from pyoxigraph import Literal, NamedNode

from clausegraph import vocabulary
from clausegraph.errors import BadRequest

DEFAULT_LIMIT = 50
MAXIMUM_LIMIT = 500
HIGHEST = "\U0010fffd"  # a key for private use, after every letter there is
END = "end"  # the place after the last item, and no cursor's text: those begin with "W"

_LONGEST = 8192  # characters of a cursor; its key is made of a title or two
_PARTS = 3


@dataclass(frozen=True)
class Place:
    """A place in a list sorted by `sort`: that of the item `item`, an IRI, whose key is `key`."""

    sort: str
    key: str
    item: str

    def encode(self) -> str:
        """Return the place as the opaque text of a cursor: base64 that is safe in addresses."""
        parts = [self.sort, self.key, self.item.removeprefix(vocabulary.ID)]
        text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, sort: str) -> Self:
        """Read a cursor of a list sorted by `sort`, or raise BadRequest."""
        try:
            if not text.isascii() or len(text) > _LONGEST:
                raise ValueError(text)
            padded = text + "=" * (-len(text) % 4)
            parts = json.loads(base64.b64decode(padded, b"-_", validate=True))
            sorted_by, key, item = _three_texts(parts)
            place = cls(sorted_by, key, str(NamedNode(_whole(item)))[1:-1])
            str(Literal(place.key)).encode()
        except (ValueError, binascii.Error, RecursionError) as error:
            raise BadRequest(
                f"This is no place in this list: {text[:80]!r}.",
                remedy="Follow the links first, prev, next and last, which hold the right ones.",
            ) from error
        if sorted_by != sort:
            raise BadRequest(
                f"This place is one of the list sorted by {sorted_by[:80]!r}, not by {sort!r}.",
                remedy="Leave `after` and `before` out when you change `sort`.",
            )
        return place


def _three_texts(parts: object) -> tuple[str, str, str]:
    if not isinstance(parts, list) or len(parts) != _PARTS:
        raise ValueError(parts)
    sort, key, item = parts
    if not (isinstance(sort, str) and isinstance(key, str) and isinstance(item, str)):
        raise ValueError(parts)
    return sort, key, item


def _whole(item: str) -> str:
    return item if ":" in item.partition("/")[0] else vocabulary.ID + item


@dataclass(frozen=True)
class Window:
    """Which part of a sorted list is asked for: `limit` items from one end or one place on.

    Without a place, those at the start; `is_backward`: those right before `place`, or at the end.
    """

    limit: int = DEFAULT_LIMIT
    place: Place | None = None
    is_backward: bool = False

    @property
    def is_first(self) -> bool:
        """Whether it begins where the list begins."""
        return self.place is None and not self.is_backward


def page(text: str, window: Window, *, is_descending: bool) -> str:
    """Return the query for the items and keys of `window`, and one more to see if there is one.

    `text` is a SELECT of `?item` and `?key`, each item once. Rows come nearest to the place first.
    """
    backwards = is_descending != window.is_backward
    found, _, end = beyond(text, window, is_backwards=backwards).rpartition("}")
    # No text of the store, which would be looked up each time that two items are compared.
    named = f'{found}  BIND(CONCAT(STR(?item), " ") AS ?name)\n}}{end}'
    by = "DESC(?key) DESC(?name)" if backwards else "?key ?name"
    return f"{named}\nORDER BY {by}\nLIMIT {window.limit + 1}"


def beyond(text: str, window: Window, *, is_backwards: bool) -> str:
    """Return the query for what `text` lists past the place of `window`, in any order."""
    prologue, select = split(text)
    names = " ".join(re.findall(r"\?\w+", select[: select.index("(")]))
    past = ""
    if window.place is not None:
        sign = "<" if is_backwards else ">"
        key, item = str(Literal(window.place.key)), str(Literal(window.place.item))
        past = f"  FILTER(?key {sign} {key} || (?key = {key} && STR(?item) {sign} {item}))\n"
    return f"{prologue}SELECT {names} ?key\nWHERE {{\n  {{ {select} }}\n{past}}}"


def count(text: str) -> str:
    """Return the query for how many items `text` lists, as `?total`."""
    return _selecting(text, "(COUNT(DISTINCT ?item) AS ?total)")


def items(text: str) -> str:
    """Return the query for the items that `text` lists, in no order."""
    return _selecting(text, "DISTINCT ?item") + "\nORDER BY"


def _selecting(text: str, wanted: str) -> str:
    """Return the query for something else of what `text` lists."""
    prologue, select = split(text)
    # Neither keys nor groups are needed, where each item is counted once.
    where, _, _ = select[select.index("\nWHERE {") :].partition("\nGROUP BY")
    return f"{prologue}SELECT {wanted}{where}"


def with_document(text: str) -> str:
    """Return the query `text` with the `?document` of each item, which it has a pattern for."""
    named = text.replace("\nSELECT ?item (", "\nSELECT ?item ?document (", 1)
    return named.replace("\nGROUP BY ?item", "\nGROUP BY ?item ?document", 1)


def order(*, is_descending: bool) -> str:
    """Return what a sorted list is ordered by."""
    return "DESC(?key) DESC(STR(?item))" if is_descending else "?key STR(?item)"


def missing(*, is_descending: bool) -> str:
    """Return the key of what has no value to sort by, as a term: it comes last either way."""
    return '""' if is_descending else f'"{HIGHEST}"'


def split(text: str) -> tuple[str, str]:
    """Return the prologue of a SELECT, and the SELECT without its order."""
    prologue, mark, select = text.partition("\nSELECT ")
    return prologue + "\n", (mark + select).lstrip("\n").rpartition("\nORDER BY")[0]
