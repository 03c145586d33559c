"""The register: names that are not in use any more, and where their replacements lead.

A name that was moved is answered by 308 with the new one, a name that was withdrawn by 410. An
entry holds for the names below its own too: a document's clauses go with their document.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pyoxigraph import Literal, NamedNode
from starlette.requests import Request
from starlette.responses import Response

from clausegraph import vocabulary
from clausegraph.errors import Gone
from clausegraph.vocabulary import CG, XSD
from clausegraph.web import addresses
from clausegraph.web.addresses import Named
from clausegraph.web.answers import LATEST, base, cache_of
from clausegraph.web.documents import Documents, Rows
from clausegraph.web.rows import table

_ANY_URI = NamedNode(XSD + "anyURI")
_MOVE = CG + "Move"
_LANGUAGE = "en"
_MANY = 1000  # names beyond which the whole register, which is small, is read first
_DEEP = 2048  # segments; no name has more
_LEAST = 2  # segments of a name: a kind, and what is of that kind


@dataclass(frozen=True)
class Entry:
    """What became of the name `former`, an IRI; `of` is the IRI that the register speaks of: the
    same, or one that `former` lies below.

    `reasons` are texts by language, `date` a day as text, empty if not stated.
    """

    iri: str
    former: str
    of: str
    is_move: bool
    date: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    moved_to: str | None = None
    successors: tuple[str, ...] = ()

    @property
    def successor(self) -> str | None:
        """The one thing that stands in its place now, at the end of the chain; None for none, and
        where there are several."""
        return self.successors[0] if len(self.successors) == 1 else None

    @property
    def reason(self) -> str | None:
        """Why, in English if it is told in English."""
        return self.reasons.get(_LANGUAGE) or next(iter(self.reasons.values()), None)


@dataclass(frozen=True)
class Replacements:
    """Links from things to what stands in their place; `kinds` are those of register entries."""

    links: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, str]

    def ends(self, thing: str) -> tuple[str, ...]:
        """Return what is at the end of all chains that begin at `thing`: things that are described.

        A chain that ends at a withdrawal, or leads back into itself, ends at nothing.
        """
        found, seen, wanted = [], set(), list(self.links.get(thing, ()))
        while wanted:
            node = wanted.pop(0)
            if node in seen:
                continue
            seen.add(node)
            onward = self.links.get(node, ())
            wanted += onward
            if not onward and node not in self.kinds and node != thing:
                found.append(node)
        return tuple(sorted(found))

    def moved_to(self, entry: str) -> str | None:
        """Return the name at the end of a chain of moves; None where it ends at a withdrawal."""
        node, seen = entry, {entry}
        while onward := self.links.get(node, ()):
            node = onward[0]
            kind = self.kinds.get(node)
            if kind is None:
                return node
            if kind != _MOVE or node in seen:
                return None
            seen.add(node)
        return None


async def look(documents: Documents, name: str) -> Entry | None:
    """Return what became of `id/{name}`, or None where the register does not know of it."""
    return (await look_all(documents, [name])).get(name)


async def look_all(documents: Documents, names: Collection[str]) -> Mapping[str, Entry]:
    """Return what became of those of the `id/` names that the register knows of.

    Of several entries that hold for a name, that of the longest name counts. A name below a moved
    one is moved only if something has the new name; else what the register says of that one counts.
    """
    found = await _told(documents, names)
    lost = await _lost(documents, found)
    told = await _told(documents, set(lost.values())) if lost else {}
    kept = {name: entry for name, entry in found.items() if name not in lost}
    for name, new in lost.items():
        onward = told.get(new)
        if onward is not None and (onward.moved_to is None or onward.former == onward.of):
            kept[name] = replace(onward, former=vocabulary.ID + name)
    return kept


async def _told(documents: Documents, names: Collection[str]) -> dict[str, Entry]:
    """Return what the register says of names, whatever it is that they lead to."""
    asked = await _asked(documents, names)
    if not asked:
        return {}
    stated = _entries(
        await table(documents, "register", names=" ".join(map(_literal, sorted(asked))))
    )
    if not stated:
        return {}
    replaced = await replacements(documents, [entry.iri for entry in stated.values()])
    deepest = _depth(stated)
    return {
        name: _resolved(stated[nearest], vocabulary.ID + name, replaced)
        for name in names
        if (nearest := _nearest(name, stated, deepest)) is not None
    }


async def _asked(documents: Documents, names: Collection[str]) -> set[str]:
    """Return the names that an entry for one of `names` may be of.

    Of many, or of very deep ones, only those that there are entries of: all others together would
    take gigabytes.
    """
    if sum(name.count("/") for name in names) <= _MANY:
        return {above for name in names for above in _upward(name)}
    former = {row["former"].removeprefix(vocabulary.ID) for row in await table(documents, "former")}
    deepest = _depth(former)
    return {above for name in names for above in _upward(name, deepest) if above in former}


async def _lost(documents: Documents, found: Mapping[str, Entry]) -> dict[str, str]:
    """Return the names below moved ones that lead to nothing, with the name that they lead to."""
    new = {
        name: entry.moved_to
        for name, entry in found.items()
        if entry.moved_to is not None and entry.former != entry.of
    }
    terms = sorted({str(NamedNode(iri)) for iri in new.values()})
    known = {
        row["thing"]
        for start in range(0, len(terms), _MANY)
        for row in await table(documents, "described", things=" ".join(terms[start:][:_MANY]))
    }
    return {n: iri.removeprefix(vocabulary.ID) for n, iri in new.items() if iri not in known}


async def replacements(documents: Documents, things: Iterable[str]) -> Replacements:
    """Return what stands in place of things: register entries, or what is deprecated."""
    terms = sorted({str(NamedNode(thing)) for thing in things})
    rows = await table(documents, "replacements", things=" ".join(terms)) if terms else []
    links: dict[str, list[str]] = {}
    for row in rows:
        onward = links.setdefault(row["old"], [])
        if row["new"] not in onward:
            onward.append(row["new"])
    kinds = {row["new"]: row["kind"] for row in rows if row["kind"]}
    return Replacements({old: tuple(new) for old, new in links.items()}, kinds)


async def raise_or_move(
    documents: Documents, request: Request, prefix: str, named: Named
) -> Response | None:
    """Return 308 to the name that `named` has now, or raise Gone if it was withdrawn (RFC 9110,
    15.4.9 and 15.5.11); None where the register does not know of it.

    `prefix` is `/id/` or `/doc/`; to be called where nothing is known of the name.
    """
    entry = await look(documents, named.name)
    if entry is None:
        return None
    if entry.moved_to is None or not entry.moved_to.startswith(vocabulary.ID):
        raise gone(entry)
    name = entry.moved_to.removeprefix(vocabulary.ID)
    suffix = named.syntax.suffix if named.syntax else ""
    query = f"?{request.url.query}" if request.url.query else ""
    location = base(request) + addresses.encode(prefix + name) + suffix + query
    headers = {"Location": location, "Cache-Control": cache_of(request, LATEST)}
    return Response(status_code=308, headers=headers)


def gone(entry: Entry) -> Gone:
    """Return the error that tells what became of a name that was withdrawn."""
    facts: dict[str, Any] = {
        "date": entry.date or None,
        "reason": entry.reason,
        "entry": entry.iri,
    }
    if len(entry.successors) > 1:
        facts["replacements"] = list(entry.successors)
    along = "" if entry.of == entry.former else f", with {entry.of}"
    on = f" on {entry.date}" if entry.date else ""
    message = f"{entry.former} was withdrawn{on}{along}."
    remedy = "Use what stands in its place." if entry.successors else None
    return Gone(message, successor=entry.successor, facts=facts, remedy=remedy)


def _entries(rows: Rows) -> dict[str, Entry]:
    """Return the entries of rows of the register, by the name below `id/` that they are of."""
    found: dict[str, Entry] = {}
    reasons: dict[str, dict[str, str]] = {}
    for row in rows:
        told = reasons.setdefault(row["entry"], {})
        if row["reason"]:
            told.setdefault(row["language"], row["reason"])
        former = row["former"]
        entry = Entry(row["entry"], former, former, row["kind"] == _MOVE, row["date"], told)
        found.setdefault(former.removeprefix(vocabulary.ID), entry)
    return found


def _resolved(entry: Entry, former: str, replaced: Replacements) -> Entry:
    """Return what an entry says of `former`, which may lie below the name that it is of."""
    moved = replaced.moved_to(entry.iri) if entry.is_move else None
    successors = replaced.ends(entry.iri)
    if moved is not None:
        moved += former.removeprefix(entry.of)
        successors = (moved,)
    return Entry(
        entry.iri, former, entry.of, entry.is_move, entry.date, entry.reasons, moved, successors
    )


def _upward(name: str, deepest: int = _DEEP) -> list[str]:
    """Return a name and the names that it lies below, the nearest first, of at most `deepest`
    segments."""
    segments = name.partition("#")[0].split("/", deepest)[:deepest]
    return ["/".join(segments[:size]) for size in range(len(segments), _LEAST - 1, -1)]


def _depth(names: Iterable[str]) -> int:
    """Return how many segments the deepest name has."""
    return max((name.count("/") + 1 for name in names), default=0)


def _nearest(name: str, stated: Mapping[str, Entry], deepest: int) -> str | None:
    return next((above for above in _upward(name, deepest) if above in stated), None)


def _literal(name: str) -> str:
    return str(Literal(vocabulary.ID + name, datatype=_ANY_URI))
