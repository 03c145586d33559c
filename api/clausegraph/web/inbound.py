"""What points to a resource, page by page: statements about it, then its parts, then all others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from pyoxigraph import Literal
from starlette.requests import Request

from clausegraph.errors import BadRequest
from clausegraph.web.keyset import Place

AFTER = "inbound-after"

# The parts in their order, and how many things of each a page lists: those of the first and the
# last are described whole, if they are statements.
PARTS: Mapping[str, int] = {"statements": 100, "members": 500, "others": 100}

_SORT = "inbound"
_BEHIND = "~"  # sorts after every IRI: a scheme begins with a letter

# The place before everything as a cursor: no IRI of ours sorts before it.
START = Place(_SORT, next(iter(PARTS)), "a:").encode()

Row = Mapping[str, str]


@dataclass(frozen=True)
class Page:
    """A page of what points to a resource: the nodes that it lists, and where it goes on.

    `place` is what it begins after, None at the start; `after` what the next one begins after, None
    at the end. `totals` counts everything, by part; empty where the page is all there is.
    """

    place: Place | None = None
    rows: Sequence[Row] = ()
    after: Place | None = None
    totals: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_all(self) -> bool:
        """Whether everything that points to the resource is on this page."""
        return self.place is None and self.after is None

    @property
    def counted(self) -> list[str]:
        """The parts of which there is something."""
        return [part for part, count in self.totals.items() if count]

    @property
    def nodes(self) -> list[str]:
        """The IRIs of what points to the resource, as far as the page lists it."""
        return list(dict.fromkeys(row["node"] for row in self.rows if row["part"] in PARTS))


def read(request: Request) -> Place | None:
    """Read where the page begins, or raise BadRequest for what is no place."""
    given = request.query_params.getlist(AFTER)
    if not given:
        return None
    if len(given) > 1:
        raise BadRequest(f"`{AFTER}` is given twice.", remedy="Give it once.")
    place = Place.decode(given[0], _SORT)
    if place.key not in PARTS:
        raise BadRequest(
            f"`{AFTER}` is no place in this list: {given[0][:80]!r}.",
            remedy="Follow the link next, which has the right one.",
        )
    return place


def query(place: Place | None) -> str:
    """Return a place as a query string with its `?`, or an empty text for the start."""
    return f"?{urlencode({AFTER: place.encode()})}" if place else ""


def bounds(place: Place | None, many: int) -> dict[str, str]:
    """Return what the query of a page is filled with: where each part begins, and one more than
    the page lists of it; `many` links are looked through for others, and no more."""
    names = list(PARTS)
    begun = names.index(place.key) if place else -1
    starts = [
        _BEHIND if number < begun else place.item if place and number == begun else ""
        for number in range(len(names))
    ]
    filled = {name: str(Literal(start)) for name, start in zip(names, starts, strict=True)}
    limits = {f"most{name.capitalize()}": str(most + 1) for name, most in PARTS.items()}
    return {**filled, **limits, "many": str(many)}


def cut(place: Place | None, rows: Sequence[Row]) -> Page:
    """Return the page that the rows of the query are, without what belongs to later ones.

    The rows of a part are in the order in which they are listed.
    """
    kept = [row for row in rows if row["part"] not in PARTS]
    after: Place | None = None
    for part, most in PARTS.items():
        listed = [row for row in rows if row["part"] == part]
        if after is not None:
            break
        kept += listed[:most]
        if len(listed) > most:
            after = Place(_SORT, part, listed[most - 1]["node"])
    return Page(place, kept, after)


def begins(place: Place | None, part: str) -> str | None:
    """Return the node after which a page lists those of `part`: empty for all of them, None where
    it lists none, since it begins behind them."""
    names = list(PARTS)
    if place is None or names.index(place.key) < names.index(part):
        return ""
    return place.item if place.key == part else None


def totals(rows: Iterable[Row]) -> dict[str, int]:
    """Return the counts of a resource by part."""
    found = {row["part"]: int(row["count"]) for row in rows if "part" in row}
    return {part: found.get(part, 0) for part in PARTS}
