"""Facets of a list: the values that its items have, how many have each, and the way to those."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from clausegraph import vocabulary
from clausegraph.errors import QueryError
from clausegraph.questions import Parameter
from clausegraph.web import conditions, keyset, tables, texts
from clausegraph.web.documents import Documents, Rows
from clausegraph.web.filters import Asked
from clausegraph.web.listing import Listing

SHOWN = 8  # values of a facet in full view; the others are behind a summary
MOST = 200  # values that a page lists at all
_SECONDS = 4.0  # for the counts of one facet, without which the page still reads


@dataclass(frozen=True)
class Facet:
    """A filter of a view by whose values its list is narrowed down, under a heading; `none` is said
    of the items that have no value."""

    name: str
    heading: str
    none: str = "not stated"


@dataclass(frozen=True)
class Value:
    """A value of a facet: its name, how many items have it, and the address of those."""

    label: str
    count: int
    href: str
    is_chosen: bool


@dataclass(frozen=True)
class Narrowing:
    """A facet as a page shows it: `unstated` items have no value, `left_out` values no line."""

    facet: Facet
    values: tuple[Value, ...]
    unstated: int
    left_out: int
    all: str


async def read(
    documents: Documents, listing: Listing, facets: Sequence[Facet], query: str
) -> list[Narrowing]:
    """Return those of `facets` that tell items apart; `query` names the one that counts.

    A facet counts the items that fit all other filters, so that another value can be chosen. One
    that takes too long to count is left out: the list is there without it.
    """
    found = await asyncio.gather(*(_count(documents, listing, facet, query) for facet in facets))
    shown = (
        _narrowing(listing, facet, rows) for facet, rows in zip(facets, found, strict=True) if rows
    )
    return [item for item in shown if item.values]


async def _count(documents: Documents, listing: Listing, facet: Facet, query: str) -> Rows:
    """Return the values of a facet, each with its label and its count; that of no value is of
    the items that have none."""
    free = replace(listing, asked=without(listing.asked, facet.name))
    counting = conditions.keep(texts.query(query), {facet.name})
    text = tables.whole(counting, keyset.items(free.selection), is_descending=False)
    try:
        return await documents.rows(text, _SECONDS)
    except QueryError:
        return []


def _narrowing(listing: Listing, facet: Facet, rows: Rows) -> Narrowing:
    stated = [row for row in rows if "value" in row]
    chosen = listing.asked.terms.get(facet.name, "")
    free = without(listing.asked, facet.name)
    parameter = listing.asked.parameters[facet.name]
    values = [
        Value(
            row.get("label") or vocabulary.compact(row["value"]),
            int(row["count"]),
            address(listing, free, **{facet.name: written(parameter, row["value"])}),
            str(parameter.term(row["value"])) == chosen,
        )
        for row in stated[:MOST]
    ]
    return Narrowing(
        facet,
        tuple(values),
        sum(int(row["count"]) for row in rows if "value" not in row),
        len(stated) - len(values),
        address(listing, free) if chosen else "",
    )


def written(parameter: Parameter, value: str) -> str:
    """Return a value as it stands in an address: the last part of an identifier where that is
    enough to tell it."""
    below = f"{vocabulary.ID}{parameter.kind}/"
    slug = value.removeprefix(below)
    is_short = parameter.kind is not None and slug != value and "/" not in slug
    if is_short and str(parameter.term(slug)) == f"<{value}>":
        return slug
    return value


def without(asked: Asked, *names: str) -> Asked:
    """Return what is asked for without some filters."""
    terms, given = (_left(part, names) for part in (asked.terms, asked.given))
    return replace(asked, terms=terms, given=given)


def _left(part: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    return {name: value for name, value in part.items() if name not in names}


def address(listing: Listing, asked: Asked, **more: str) -> str:
    """Return the address of a list with filters and order; one that is narrowed down begins at
    its start."""
    return listing.url + replace(asked, given={**asked.given, **more}).query(**listing.ordering)
