"""A search as it is asked over HTTP: its parameters, read and checked, and addresses of pages."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.requests import Request as Asked

from clausegraph import search
from clausegraph.errors import BadRequest, UsageError
from clausegraph.questions import Parameter
from clausegraph.search.filtering import FILTERS, narrowing
from clausegraph.search.request import (
    DEEPEST,
    MOST_ON_A_PAGE,
    MOST_SUGGESTED,
    ON_A_PAGE,
    SUGGESTED,
)
from clausegraph.web import filters, languages
from clausegraph.web.answers import base

PATH, SUGGEST = "/search", "/suggest"

Q = Parameter(
    "q",
    "string",
    example="safety -finance",
    description='Words, all of which must occur; "phrases", beginnings*, -exclusions, and OR.',
)
LABEL = Parameter(
    "label",
    "string",
    example="Malicious actors",
    description="A name, instead of words: of things that are called so, in any spelling.",
)
PAGING = ("limit", "offset")
_LONGEST = 2000  # characters of a value
_MANY = 20  # values of one filter


@dataclass(frozen=True)
class Search:
    """A search: what is asked, in the words of the address, and as the engine takes it.

    `url` is the address without suffix and parameters, `given` the parameters that narrow it down
    as they were written, in a fixed order.
    """

    request: search.Request
    url: str
    given: tuple[tuple[str, str], ...]
    suffix: str = ""

    def address(self, suffix: str | None = None, **more: str) -> str:
        """Return the address of all that is found, or of a page of it."""
        asked = [*self.given, *more.items()]
        end = self.suffix if suffix is None else suffix
        return self.url + end + (f"?{urlencode(asked)}" if asked else "")

    def page(self, offset: int, suffix: str | None = None) -> str:
        """Return the address of the page that begins after `offset` hits."""
        more = {"limit": str(self.request.limit)}
        if offset:
            more["offset"] = str(offset)
        return self.address(suffix, **more)

    @property
    def here(self) -> str:
        """The address of this page."""
        return self.page(self.request.offset)

    def without(self, name: str) -> Search:
        """Return the search that is not narrowed down by a filter."""
        return replace(self, given=tuple(pair for pair in self.given if pair[0] != name))

    def pages(self, total: int) -> dict[str, str]:
        """Return the addresses of the pages around this one, by link relation (RFC 8288)."""
        limit, offset = self.request.limit, self.request.offset
        reached = min(total, DEEPEST)
        found = {"first": self.page(0)}
        if offset:
            found["prev"] = self.page(max(0, offset - limit))
        if offset + limit < reached:
            found["next"] = self.page(offset + limit)
        last = max(0, (reached - 1) // limit * limit)
        return {**found, "last": self.page(last)} if total else found


def read(asked: Asked, suffix: str, prefers: Sequence[str] = ()) -> Search:
    """Read what `/search` is asked, or raise BadRequest that lists what is known; `prefers` are
    the languages of a page."""
    known = [Q.name, LABEL.name, *(item.name for item in FILTERS), languages.PARAMETER, *PAGING]
    given = _given(asked, known)
    limit = filters.number(_one(given, "limit", str(ON_A_PAGE)), "limit", MOST_ON_A_PAGE)
    offset = _offset(_one(given, "offset", "0"), limit)
    text, label = _one(given, Q.name), _one(given, LABEL.name)
    if text and label:
        raise BadRequest("`q` and `label` are both given.", remedy="Give one of them.")
    request = search.Request(
        text, label, _filters(given), limit, offset, _languages(given, prefers)
    )
    return _search(asked, request, suffix, given, PATH)


def read_suggestion(asked: Asked) -> Search:
    """Read what `/suggest` is asked, or raise BadRequest that lists what is known."""
    known = [Q.name, *(item.name for item in FILTERS), languages.PARAMETER, "limit"]
    given = _given(asked, known)
    limit = filters.number(_one(given, "limit", str(SUGGESTED)), "limit", MOST_SUGGESTED)
    if Q.name not in given:
        raise BadRequest("No beginning is given.", remedy="Send q=... with what was typed so far.")
    text = given[Q.name][0]
    request = search.Request(text, "", _filters(given), limit, 0, _languages(given, ()))
    return _search(asked, request, "", given, SUGGEST)


def _search(
    asked: Asked,
    request: search.Request,
    suffix: str,
    given: Mapping[str, Sequence[str]],
    path: str,
) -> Search:
    pairs = tuple((name, ",".join(values)) for name, values in given.items() if name not in PAGING)
    return Search(request, base(asked) + path, pairs, suffix)


def _given(asked: Asked, known: Sequence[str]) -> dict[str, list[str]]:
    """Return the parameters by name, in the order of `known`, or raise BadRequest."""
    many = {item.name for item in FILTERS}
    found: dict[str, list[str]] = {name: [] for name in known}
    for name, value in asked.query_params.multi_items():
        if name in filters.FORMS:
            continue
        if name not in found:
            raise _unknown(name, known)
        if found[name] and name not in many:
            raise BadRequest(f"`{name}` is given twice.", remedy="Give it once.")
        found[name] += _values(name, value, is_list=name in many)
    for name in many & found.keys():
        if len(found[name]) > _MANY:
            raise BadRequest(f"`{name}` has too many values.", remedy=f"Give {_MANY} at most.")
    return {name: values for name, values in found.items() if values}


def _values(name: str, value: str, *, is_list: bool) -> list[str]:
    """Return the values that a parameter has; an empty one has none, as from a form."""
    if len(value) > _LONGEST:
        raise BadRequest(
            f"`{name}` has {len(value)} characters; {_LONGEST} are allowed.",
            remedy="A few words will do.",
        )
    return [each for each in (value.split(",") if is_list else [value]) if each]


def _unknown(name: str, known: Sequence[str]) -> BadRequest:
    near = difflib.get_close_matches(name[:80], known, n=1)
    meant = f" Did you mean `{near[0]}`?" if near else ""
    listed = f"Known are: {', '.join(known)}."
    return BadRequest(f"`{name[:80]}` is not known here.{meant}", remedy=listed)


def _one(given: Mapping[str, Sequence[str]], name: str, default: str = "") -> str:
    return given[name][0] if name in given else default


def _filters(given: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Return the filters as IRIs, or raise BadRequest."""
    try:
        return narrowing({item.name: given.get(item.name, ()) for item in FILTERS})
    except UsageError as error:
        raise BadRequest(error.message, remedy=error.remedy) from error


def _offset(text: str, limit: int) -> int:
    """Return how many hits come before the page, or raise BadRequest."""
    if text == "0":
        return 0
    value = filters.number(text, "offset", DEEPEST)
    if value + limit > DEEPEST:
        raise BadRequest(
            f"`offset` with `limit` leads beyond the first {DEEPEST:,} hits of a ranked list.",
            remedy="Search for more words, or narrow it down by a filter.",
        )
    return value


def _languages(given: Mapping[str, Sequence[str]], prefers: Sequence[str]) -> tuple[str, ...]:
    """Return the languages in which names are preferred: asked for, then those of a page."""
    asked = given.get(languages.PARAMETER, ())
    return tuple(dict.fromkeys((*(tag.lower() for tag in asked), *prefers, *languages.DEFAULT)))
