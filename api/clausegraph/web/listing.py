"""A list that is asked for: its queries, its address, and the pages around each page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from pyoxigraph import NamedNode
from starlette.requests import Request

from clausegraph import vocabulary
from clausegraph.errors import UnknownResource
from clausegraph.formats import Syntax
from clausegraph.web import conditions, filters, keyset, tables, texts
from clausegraph.web.answers import base
from clausegraph.web.documents import Rows, fill
from clausegraph.web.filters import Asked
from clausegraph.web.keyset import END, Place, Window
from clausegraph.web.views import View


@dataclass(frozen=True)
class Listing:
    """A request for a list: the view, what is asked for, where, and its queries.

    `url` has no `suffix`, which fixes the syntax where it is not empty.
    """

    view: View
    asked: Asked
    url: str
    suffix: str
    is_table: bool

    def address(self, **place: str) -> str:
        """Return the address of a page, or of the whole list."""
        return self.url + self.suffix + self.asked.query(**place)

    def page(self, **place: str) -> str:
        """Return the address of the page at a place."""
        return self.address(**self.ordering, limit=str(self.asked.window.limit), **place)

    @property
    def ordering(self) -> dict[str, str]:
        """What an address says of the order, if it is not the usual one."""
        sort = self.asked.sort
        return {} if sort == self.view.sorts[0] else {"sort": sort}

    @property
    def is_whole(self) -> bool:
        """Whether all of the list is wanted, not a page of it."""
        return self.is_table and not self.asked.has_limit and self.asked.window.is_first

    @property
    def items(self) -> str:
        """The query for the items and their keys."""
        return self._query(f"sort-{self.asked.sort_key}")

    @property
    def selection(self) -> str:
        """The query for the items in no order."""
        return self._query()

    @property
    def is_by_document(self) -> bool:
        """Whether its items come document by document, and of more documents than one."""
        return self.asked.sort_key == self.view.by_document and "document" not in self.asked.terms

    def is_backwards(self, window: Window) -> bool:
        """Whether the items of a window are found from the last to the first."""
        return self.asked.is_descending != window.is_backward

    def within(self, documents: Sequence[str]) -> str:
        """The query for the items of some documents and their keys, each with its document."""
        text = self._query(f"sort-{self.asked.sort_key}", "walk", documents=documents)
        return keyset.with_document(text)

    @property
    def counting(self) -> str:
        """The query for how many items there are."""
        return keyset.count(self.selection)

    def _query(self, *wanted: str, documents: Sequence[str] = ()) -> str:
        """Return the query of the view with the lines that are wanted, its filters bound; of the
        items of `documents`, if there are any."""
        terms = self.asked.terms
        tops = () if self.is_table else ("top",)
        text = conditions.keep(texts.query(self.view.items), {*terms, *tops, *wanted})
        blanks = {
            "filters": _bound(terms, documents),
            "none": keyset.missing(is_descending=self.asked.is_descending),
            "1": "$1",  # of the regular expressions that make 5.10 come after 5.9
        }
        return fill(text, blanks)

    @property
    def here(self) -> str:
        """The address of this page, or of the whole list if that is wanted."""
        if self.is_whole:
            return self.address(**self.ordering)
        window = self.asked.window
        if window.place is None:
            return self.page(before=END) if window.is_backward else self.page()
        cursor = window.place.encode()
        return self.page(before=cursor) if window.is_backward else self.page(after=cursor)


@dataclass(frozen=True)
class Page:
    """A page: its rows (`item` and `key`), what the whole list counts, and the pages around it."""

    rows: Rows
    total: int
    links: dict[str, str]

    @property
    def items(self) -> list[str]:
        """The IRIs of its items."""
        return [row["item"] for row in self.rows]


def listing_of(request: Request, view: View, suffix: Syntax | None, *, is_table: bool) -> Listing:
    """Read what a request asks of a view, or raise BadRequest or UnknownResource."""
    maximum = tables.MAXIMUM_ROWS if is_table else keyset.MAXIMUM_LIMIT
    asked = filters.read(request, view.filters, sorts=view.sorts, maximum=maximum)
    path = view.path
    if scheme := scheme_of(request):
        asked = replace(asked, terms={**asked.terms, "scheme": scheme})
        path = path.replace("{scheme}", quote(request.path_params["scheme"]))
    url, end = base(request) + path, "" if suffix is None else suffix.suffix
    return Listing(view, asked, url, end, is_table)


def _bound(terms: Mapping[str, str], documents: Sequence[str]) -> str:
    """Return the VALUES that bind filters, and `?document` to some documents if there are any.

    It is one table, so that what is looked for is looked for in these documents, not elsewhere.
    """
    names = " ".join(f"?{name}" for name in (*terms, *(("document",) if documents else ())))
    row = " ".join(terms.values())
    if not documents:
        return f"VALUES ({names}) {{ ({row}) }}" if terms else ""
    rows = " ".join(f"({row} {NamedNode(document)})" for document in documents)
    return f"VALUES ({names}) {{ {rows} }}"


def scheme_of(request: Request) -> str | None:
    """Return the scheme in the path as a term, None if there is none, or raise UnknownResource."""
    name = request.path_params.get("scheme")
    if name is None:
        return None
    try:
        return str(NamedNode(f"{vocabulary.ID}concept/{name}"))
    except ValueError as error:
        raise UnknownResource(f"There is no scheme {name!r}.") from error


def around(listing: Listing, rows: Rows, total: int, *, has_more: bool) -> dict[str, str]:
    """Return the addresses of the pages around a page, by link relation (RFC 8288)."""
    window = listing.asked.window
    first = listing.page()
    links = {"first": first, "last": first if total <= window.limit else listing.page(before=END)}
    is_after_some = has_more if window.is_backward else window.place is not None
    is_before_some = window.place is not None if window.is_backward else has_more
    if is_after_some:
        before = _place(listing, rows[0]).encode() if rows else END
        links["prev"] = listing.page(before=before)
    if is_before_some and rows:
        links["next"] = listing.page(after=_place(listing, rows[-1]).encode())
    return links


def _place(listing: Listing, row: Mapping[str, str]) -> Place:
    return Place(listing.asked.sort, row["key"], row["item"])
