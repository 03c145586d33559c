"""How searching is described in OpenAPI: from the tables that serve it."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from clausegraph.questions import Parameter
from clausegraph.search.filtering import FILTERS
from clausegraph.search.request import (
    DEEPEST,
    MOST_ON_A_PAGE,
    MOST_SUGGESTED,
    ON_A_PAGE,
    SUGGESTED,
)
from clausegraph.web import apidoc, languages
from clausegraph.web.apidoc import MEDIA_TYPE, TEXT, Operation, content, in_query, operation
from clausegraph.web.searching import JSON, OFFERS, Searching
from clausegraph.web.searching_request import LABEL, PATH, SUGGEST, Q

_CACHED = {"304": {"description": "The client holds this answer already."}}
_TAKES = " An IRI, a name like prefix:name, or a slug; several are joined by commas, or repeated."


def add_searching(app: FastAPI, found: Searching) -> None:
    """Add the routes."""
    get = app.router.add_api_route
    for fixed in (None, *OFFERS):
        suffix = "" if fixed is None else fixed.suffix
        get(PATH + suffix, found.handler(fixed), **apidoc.suffixed(SEARCH, suffix))
    get(SUGGEST, found.suggest, **SUGGESTIONS)


def _parameter(item: Parameter) -> Operation:
    takes = _TAKES if item.type == "iri" else ""
    return in_query(item.name, item.description + takes, TEXT, item.example)


def _number(name: str, about: str, least: int, most: int, default: int) -> Operation:
    schema: dict[str, Any] = {
        "type": "integer",
        "minimum": least,
        "maximum": most,
        "default": default,
    }
    return in_query(name, about, schema, max(default, least))


_NARROWING = [_parameter(item) for item in FILTERS]
_LANGUAGE = in_query(languages.PARAMETER, "The language in which names are preferred.", TEXT, "zh")

SEARCH = operation(
    "Views",
    "Search by words.",
    [
        _parameter(Q),
        _parameter(LABEL),
        *_NARROWING,
        _LANGUAGE,
        _number("limit", "Hits on a page.", 1, MOST_ON_A_PAGE, ON_A_PAGE),
        {
            **_number("offset", "Hits before the page.", 0, DEEPEST - 1, 0),
            "example": ON_A_PAGE,
        },
        {**MEDIA_TYPE, "example": OFFERS[-2].media_type},
    ],
    {
        "200": content(
            "A page of hits, the best first, with excerpts and the places of matches in them, and "
            "counts of all hits by kind, jurisdiction, scheme and review status.",
            OFFERS,
        ),
        **_CACHED,
    },
    "Searches titles, labels, other names, codes, summaries, definitions and imported texts, in "
    "any case, with or without accents, in British or American spelling; Chinese by characters. "
    f"Without `q` and `label` everything is listed. The first {DEEPEST:,} hits can be walked "
    'through. In a query, ask `?thing cg:matches "words"`. A suffix '
    f"({', '.join(item.suffix for item in OFFERS)}) fixes the syntax, whatever Accept says.",
)
SUGGESTIONS = operation(
    "Views",
    "Suggest names for what was typed so far.",
    [
        {
            **_parameter(Q),
            "example": "mal",
            "required": True,
            "description": "What was typed so far: words of a name, the last of which may go on.",
        },
        *_NARROWING,
        _LANGUAGE,
        _number("limit", "Suggestions.", 1, MOST_SUGGESTED, SUGGESTED),
    ],
    {"200": content("The names that may be meant, the likeliest first.", (JSON,)), **_CACHED},
    "Names that begin with it come before those in which a later word does.",
)
