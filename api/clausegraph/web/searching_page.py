"""The page of `/search`: a form that works without scripts, facets as links, hits with marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from clausegraph.search import Found, fields
from clausegraph.search.answers import Hit, Shown, Value
from clausegraph.search.filtering import NAMES, kind_of
from clausegraph.vocabulary import CG, compact
from clausegraph.web import addresses
from clausegraph.web.pages import Pages
from clausegraph.web.searching_request import LABEL, Q, Search
from clausegraph.web.terms import Words

_VALUES = 12  # of a facet that a page lists
_HEADINGS = {
    fields.TYPE: "Kind",
    fields.JURISDICTION: "Jurisdiction",
    fields.SCHEME: "Scheme",
    fields.REVIEW: "Review of what is said of it",
}


def render(pages: Pages, words: Words, found: Found, asked: Search, release: str) -> bytes:
    """Return the page that shows what was found."""
    request = asked.request
    hits = [_hit(hit, words) for hit in found.hits]
    return pages.render(
        "search.html",
        asked=asked,
        hidden=[pair for pair in asked.given if pair[0] not in {Q.name, LABEL.name}],
        hits=hits,
        first=request.offset + 1,
        total=found.total,
        facets=[facet for facet in _facets(found, asked) if facet["values"]],
        widened=_path(_widened(asked)) if any(asked.request.filters.values()) else "",
        pages={rel: _path(url) for rel, url in asked.pages(found.total).items()},
        forms=[
            (name, _path(asked.page(request.offset, suffix)))
            for name, suffix in (("JSON-LD", ".jsonld"), ("CSV", ".csv"), ("Turtle", ".ttl"))
        ],
        release=release,
    )


def marked(shown: Shown) -> list[tuple[str, bool]]:
    """Return a text in pieces, each with whether it is a match: what is escaped is the template's
    to see to."""
    pieces, done = [], 0
    for mark in shown.marks:
        pieces += [
            (shown.text[done : mark.start], False),
            (shown.text[mark.start : mark.end], True),
        ]
        done = mark.end
    return [piece for piece in (*pieces, (shown.text[done:], False)) if piece[0]]


def _hit(hit: Hit, words: Words) -> dict[str, Any]:
    kind = kind_of(hit.types)
    return {
        "href": addresses.href(hit.iri) or hit.iri,
        "iri": hit.iri,
        "label": [(compact(hit.iri), False)] if hit.label is None else marked(hit.label),
        "lang": "" if hit.label is None else hit.label.language,
        "kind": kind,
        "code": "" if _is_named_so(hit) else hit.code,
        "within": hit.document_label or compact(hit.document),
        "within_href": hit.document and (addresses.href(hit.document) or hit.document),
        "excerpts": [
            {
                "of": words.label(shown.property),
                "pieces": marked(shown),
                "lang": shown.language,
                "before": shown.start > 0,
                "after": not shown.is_whole,
            }
            for shown in hit.excerpts
        ],
    }


def _is_named_so(hit: Hit) -> bool:
    return hit.label is not None and hit.code == hit.label.text


def _facets(found: Found, asked: Search) -> Iterator[dict[str, Any]]:
    """Yield each facet with the addresses that narrow the search down by it, or widen it again."""
    for name, values in found.facets.items():
        chosen = asked.request.filters.get(name, ())
        free = asked.without(name)
        yield {
            "heading": _HEADINGS[name],
            "all": _path(free.address("")) if chosen else "",
            "values": [
                {
                    "label": _called(name, value),
                    "count": value.count,
                    "is_chosen": value.iri in chosen,
                    "href": _path(_narrowed(free, name, value.iri)),
                }
                for value in _listed(name, values)
            ],
        }


def _called(name: str, value: Value) -> str:
    """Return what a value of a facet is called: a kind as beside the hits."""
    kind = NAMES.get(value.iri, "") if name == fields.TYPE else ""
    return kind or value.label or compact(value.iri)


def _listed(name: str, values: Sequence[Value]) -> list[Value]:
    """Return the values that a page lists: of the classes those that a reader knows."""
    if name == fields.TYPE:
        values = [value for value in values if value.iri in NAMES or value.iri.startswith(CG)]
    return list(values[:_VALUES])


def _narrowed(free: Search, name: str, iri: str) -> str:
    written = NAMES.get(iri, iri) if name == fields.TYPE else iri
    narrowed = replace(free, given=(*free.given, (name, written)))
    return narrowed.address("")


def _widened(asked: Search) -> str:
    """Return the address of the same words without any filter."""
    words = tuple(pair for pair in asked.given if pair[0] in {Q.name, LABEL.name})
    return replace(asked, given=words).address("")


def _path(url: str) -> str:
    """Return an address without scheme and host."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
