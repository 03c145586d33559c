"""The clauses of a document in their order, each below the one that it is part of."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clausegraph import vocabulary
from clausegraph.vocabulary import CG, DCTERMS
from clausegraph.web import languages, summaries, texts
from clausegraph.web.addresses import href
from clausegraph.web.documents import Documents, Rows, fill
from clausegraph.web.model import CONCEPT, natural

MOST = 500  # clauses that a page lists; of a document with more, those at the top

_LAST = 999_999  # a clause without a place comes after those that have one
_TITLE, _SUMMARY = DCTERMS + "title", CG + "summary"


@dataclass(frozen=True)
class Mark:
    """A classification of a clause in short: its code and words, and how far to trust it."""

    text: str
    code: str
    href: str
    is_denial: bool


@dataclass(frozen=True)
class Entry:
    """A clause: its number, title and summary, how it is classified, and the clauses within it.

    `badges` say how far to trust its classifications: a class, and a word.
    """

    iri: str
    number: str
    title: str
    lang: str
    summary: str
    marks: tuple[Mark, ...]
    badges: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]

    @property
    def href(self) -> str:
        """Where the clause is described; empty where that is no address for a link."""
        return href(self.iri) or ""

    @property
    def anchor(self) -> str:
        """The fragment by which the page of the document leads to the clause."""
        slug = self.iri.rpartition("/clause/")[2] or self.iri
        return f"clause-{vocabulary.code_slug(slug)}"

    @property
    def name(self) -> str:
        """Number and title."""
        return f"{self.number} {self.title}".strip()


@dataclass(frozen=True)
class Outline:
    """The clauses of a document, and how many it has."""

    entries: tuple[Entry, ...]
    total: int

    @property
    def is_whole(self) -> bool:
        """Whether all clauses are listed."""
        return self.total <= MOST

    def line(self) -> list[Entry]:
        """Return the clauses in the order in which they are read."""
        return _line(self.entries)


Facts = Mapping[str, Mapping[str, Sequence[tuple[str, str]]]]


async def read(
    documents: Documents, document: str, prefers: Sequence[str], *, is_marked: bool
) -> Outline:
    """Return the clauses of `document`, if `is_marked` with how each is classified."""
    bound = {"document": summaries.term(document)}
    rows = await documents.rows(fill(texts.query("clause-outline"), bound))
    facts = _facts(rows)
    marks: Mapping[str, Rows] = {}
    if is_marked and 0 < len(facts) <= MOST:
        marks = await _marks(documents, list(facts))
    return await asyncio.to_thread(_outline, facts, marks, prefers)


async def _marks(documents: Documents, clauses: Sequence[str]) -> Mapping[str, Rows]:
    text = fill(texts.query("clause-statements"), {"clauses": summaries.terms(clauses)})
    found: dict[str, Rows] = {}
    for row in await documents.rows(text):
        if "clause" in row:
            found.setdefault(row["clause"], []).append(row)
    return found


def _facts(rows: Rows) -> Facts:
    found: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for row in rows:
        values = found.setdefault(row["clause"], {}).setdefault(row["property"], [])
        values.append((row["value"], row.get("language", "")))
    return found


def _outline(facts: Facts, marks: Mapping[str, Rows], prefers: Sequence[str]) -> Outline:
    children: dict[str, list[str]] = {}
    for iri in facts:
        parent = _first(facts, iri, CG + "parentClause")
        children.setdefault(parent if parent in facts and parent != iri else "", []).append(iri)
    is_whole = len(facts) <= MOST

    def below(parent: str, seen: frozenset[str]) -> tuple[Entry, ...]:
        found = [iri for iri in children.get(parent, ()) if iri not in seen]
        ordered = sorted(found, key=lambda iri: _order(facts, iri))
        return tuple(
            _entry(facts, iri, marks.get(iri, ()), prefers, below(iri, seen | {iri}))
            for iri in ordered
        )

    entries = below("", frozenset())
    return Outline(entries if is_whole else entries[:MOST], len(facts))


def _entry(
    facts: Facts,
    iri: str,
    rows: Sequence[Mapping[str, str]],
    prefers: Sequence[str],
    entries: tuple[Entry, ...],
) -> Entry:
    title, lang = _best(facts, iri, _TITLE, prefers)
    summary, _ = _best(facts, iri, _SUMMARY, prefers)
    number = _first(facts, iri, CG + "number")
    name = title or ("" if number else iri.rpartition("/")[2])
    marks = tuple(dict.fromkeys(map(_mark, rows)))  # Several sources may say the same.
    return Entry(iri, number, name, lang, summary, marks, _badges(rows), entries)


def _mark(row: Mapping[str, str]) -> Mark:
    label, code = row.get("label", ""), row.get("code", "")
    has_digit = any(character.isdigit() for character in code)
    return Mark(
        label or row.get("words", "") or "no code",
        code if has_digit else "",
        href(row.get("concept") or row["statement"]) or "",
        row.get("absent") == "true",
    )


def _badges(rows: Sequence[Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return how far to trust the classifications of a clause: a class of a badge, and a word."""
    found: dict[tuple[str, str], None] = {}
    for row in rows:
        method = row.get("method", "").removeprefix(f"{CONCEPT}activity-kind/")
        status = row.get("status", "").removeprefix(f"{CONCEPT}review-status/")
        if method == "machine":
            found["machine", "by machine"] = None
        if status:
            found[status, status] = None
    return tuple(found)


def _first(facts: Facts, iri: str, name: str) -> str:
    values = facts[iri].get(name, ())
    return values[0][0] if values else ""


def _best(facts: Facts, iri: str, name: str, prefers: Sequence[str]) -> tuple[str, str]:
    """Return the text in the language that a page prefers, and that language if not English."""
    values = sorted(facts[iri].get(name, ()), key=lambda value: languages.rank(value[1], prefers))
    text, lang = values[0] if values else ("", "")
    return text, "" if lang == "en" else lang


def _order(facts: Facts, iri: str) -> tuple[int, list[tuple[int, int, str]]]:
    """Return what sorts clauses: their position, then their number, or what they are called."""
    position = _first(facts, iri, CG + "position")
    place = int(position) if position.isdigit() else _LAST
    return place, natural(_first(facts, iri, CG + "number") or iri)


def _line(entries: Sequence[Entry]) -> list[Entry]:
    found: list[Entry] = []
    for entry in entries:
        found += [entry, *_line(entry.entries)]
    return found
