"""What a view is asked for: filters, order and place, each read and checked; nothing passed over.

`read` turns the query string into terms, and refuses what the view does not know; `check` finds
out, where nothing was found, whether a value that was asked for is one that anybody knows.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from pyoxigraph import Literal
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from clausegraph import vocabulary
from clausegraph.errors import BadRequest, QueryError, UsageError
from clausegraph.questions import Parameter
from clausegraph.web import texts
from clausegraph.web.documents import Documents
from clausegraph.web.keyset import DEFAULT_LIMIT, END, MAXIMUM_LIMIT, Place, Window
from clausegraph.web.model import natural

FORMS = ("_mediatype", "_profile")  # they choose the form of an answer, not what it says
PAGING = ("limit", "after", "before")
DESCENDING = "-"

_LISTED = 50  # names that an error lists
_NEAREST = 10  # names that it lists where there are more
_LONGEST = 2000  # characters of a filter's value, as it stands in an address
_SHOWN = 200  # characters of a name that an error repeats
_LOOKUP_SECONDS = 1.0


@dataclass(frozen=True)
class Asked:
    """What a request asks a view for.

    `terms` are the filters as RDF terms in N-Triples syntax, `given` the same as they were written,
    `sort` the key to sort by, with a `-` before it for the other way round.
    """

    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    terms: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    window: Window = field(default_factory=Window)
    has_limit: bool = False

    @property
    def sort_key(self) -> str:
        """What to sort by, whichever way round."""
        return self.sort.removeprefix(DESCENDING)

    @property
    def is_descending(self) -> bool:
        """Whether the last come first."""
        return self.sort.startswith(DESCENDING)

    def query(self, **more: str) -> str:
        """Return the filters, and `more` after them, as a query string with its `?`, if any."""
        asked = {**dict(sorted(self.given.items())), **more}
        return f"?{urlencode(asked)}" if asked else ""


def read(
    request: Request,
    parameters: Sequence[Parameter],
    paged: bool = True,
    *,
    sorts: Sequence[str] = (),
    many: Collection[str] = (),
    maximum: int = MAXIMUM_LIMIT,
) -> Asked:
    """Read the query string, or raise BadRequest that lists what is known.

    `paged` views take `limit`, `after` and `before`; those with `sorts` (the first is the default)
    take `sort`. A parameter of `many` may be repeated: its values are joined by commas. `maximum`
    is that of `limit`.
    """
    known = [*(item.name for item in parameters), *(("sort",) if sorts else ())]
    if paged:
        known += PAGING
    given = _once(request, known, many)
    sort = _sort(given.pop("sort", ""), sorts)
    has_limit = "limit" in given
    window = _window(given, sort, maximum) if paged else Window()
    by_name = {item.name: item for item in parameters}
    terms = {name: _term(by_name[name], value) for name, value in given.items()}
    return Asked(by_name, terms, given, sort, window, has_limit)


async def check(documents: Documents, asked: Asked) -> None:
    """Raise BadRequest for a filter whose value this release does not know.

    To be asked where nothing was found: an empty list would say that the thing is there, and that
    nothing has it.
    """
    for name, term in asked.terms.items():
        if term.startswith("<") and name in asked.parameters:
            await check_value(documents, asked.parameters[name], term[1:-1])


async def check_value(documents: Documents, parameter: Parameter, iri: str) -> None:
    """Raise BadRequest if nothing is called `iri`, or it is not what `parameter` takes: something
    right below its kind, or any concept if it has none; or something that is not named by us."""
    beside = f"{vocabulary.ID}{parameter.kind or 'concept'}/"
    name = iri.removeprefix(beside)
    is_below = iri.startswith(beside) and not (parameter.kind and "/" in name)
    is_other = iri.startswith(vocabulary.BASE) and not is_below
    if not is_other and await documents.rows(texts.query("known"), thing=f"<{iri}>"):
        return
    if not parameter.kind and not is_other:
        beside = iri.rpartition("/")[0] + "/"
        name = iri.removeprefix(beside)
    listed = await known_below(documents, beside, name)
    shown = iri if len(iri) <= _SHOWN else f"{iri[:_SHOWN]}..."
    problem = f"{shown} is no such thing." if is_other else f"Nothing here is called {shown}."
    raise BadRequest(
        f"`{parameter.name}`: {problem}{listed}",
        remedy="Give an IRI, a name like scheme:code, or the last part of an identifier.",
    )


async def known_below(documents: Documents, prefix: str, wanted: str = "") -> str:
    """Return a sentence that lists what is right below `prefix`: all, or those most like `wanted`.

    It is empty where there is nothing, or where finding out takes too long.
    """
    names = await names_below(documents, prefix)
    if len(names) > _LISTED:
        near = await run_in_threadpool(
            difflib.get_close_matches, wanted, names, n=_NEAREST, cutoff=0.4
        )
        return f" Nearest of {len(names)} known: {', '.join(near or names[:_NEAREST])}."
    return f" Known are: {', '.join(names)}." if names else ""


async def names_below(documents: Documents, prefix: str) -> list[str]:
    """Return the last parts of the identifiers right below `prefix`, in their natural order."""
    if not prefix.startswith(vocabulary.ID):
        return []
    query = texts.query("suggestions")
    try:
        rows = await documents.rows(query, _LOOKUP_SECONDS, prefix=str(Literal(prefix)))
    except QueryError:
        return []
    names = [row["thing"].removeprefix(prefix) for row in rows]
    return sorted((name for name in names if "/" not in name), key=natural)


def _once(request: Request, known: Sequence[str], many: Collection[str]) -> dict[str, str]:
    """Return the parameters by name, or raise BadRequest for an unknown, doubled or endless one."""
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in FORMS:
            continue
        if name not in known:
            raise _unknown(name, known)
        if name in given and name not in many:
            raise BadRequest(f"`{name}` is given twice.", remedy="Give it once.")
        if not value:
            raise BadRequest(f"`{name}` is empty.", remedy="Give it a value, or leave it out.")
        given[name] = f"{given[name]},{value}" if name in given else value
        if name not in PAGING and (length := len(quote(given[name]))) > _LONGEST:
            raise BadRequest(
                f"`{name}` takes {length} characters of an address; {_LONGEST} are allowed.",
                remedy="Give less of it: the links of the answer repeat it.",
            )
    return given


def _unknown(name: str, known: Sequence[str]) -> BadRequest:
    listed = f"Known are: {', '.join(known)}."
    if name == "page" and "after" in known:
        return BadRequest(
            "`page` is not taken: a list is walked from place to place.",
            remedy="Follow the link next, which has `after=` in its address. " + listed,
        )
    near = difflib.get_close_matches(name[:80], known, n=1)
    meant = f" Did you mean `{near[0]}`?" if near else ""
    return BadRequest(f"`{name[:80]}` is no filter of this view.{meant}", remedy=listed)


def _sort(text: str, sorts: Sequence[str]) -> str:
    """Return the order asked for, else the view's first, or raise BadRequest that lists them."""
    if not text:
        return sorts[0] if sorts else ""
    if text.removeprefix(DESCENDING) not in sorts:
        raise BadRequest(
            f"`sort`: this view is not sorted by {text[:80]!r}.",
            remedy=f"Known are: {', '.join(sorts)}; with a - before it, the last come first.",
        )
    return text


def _window(given: dict[str, str], sort: str, maximum: int) -> Window:
    """Take length and place out of the parameters, or raise BadRequest."""
    limit = number(given.pop("limit", str(DEFAULT_LIMIT)), "limit", maximum)
    after, before = given.pop("after", None), given.pop("before", None)
    if after is not None and before is not None:
        raise BadRequest("`after` and `before` are both given.", remedy="Give one of them.")
    if before == END:
        return Window(limit, None, is_backward=True)
    cursor = after or before
    place = None if cursor is None else Place.decode(cursor, sort)
    return Window(limit, place, before is not None)


def number(text: str, name: str, maximum: int) -> int:
    """Return the whole number from 1 to `maximum` that `text` is, or raise BadRequest."""
    value = int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0  # noqa: PLR2004
    if not 1 <= value <= maximum:
        raise BadRequest(
            f"`{name}` is not {text[:80]!r}.", remedy=f"Give a whole number from 1 to {maximum}."
        )
    return value


def _term(parameter: Parameter, value: str) -> str:
    """Return a filter's value as a term in N-Triples syntax, or raise BadRequest."""
    try:
        return str(parameter.term(value))
    except UsageError as error:
        raise BadRequest(error.message, remedy=error.remedy) from error
