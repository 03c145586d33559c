"""What many names stand for, found by few queries: one row a name, in the order of the names."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import Literal, NamedNode
from starlette.concurrency import run_in_threadpool

from clausegraph.vocabulary import CG, ID
from clausegraph.web import names, neighbours, register
from clausegraph.web.documents import Documents, Rows
from clausegraph.web.names import Reading
from clausegraph.web.register import Entry, Replacements
from clausegraph.web.rows import table

CURRENT, DEPRECATED, WITHDRAWN, MOVED = "current", "deprecated", "withdrawn", "moved"
UNKNOWN, AMBIGUOUS, INVALID = "unknown", "ambiguous", "invalid"
STATUSES = (CURRENT, DEPRECATED, WITHDRAWN, MOVED, UNKNOWN, AMBIGUOUS, INVALID)

_CHUNK = 2500  # names in one query
_BROAD = frozenset({CG + "Statement", CG + "RegisterEntry"})  # classes that say less than others


@dataclass(frozen=True)
class Row:
    """What one name, as it was given, stands for.

    `successor` is what stands in place of a deprecated, withdrawn or moved thing at the end of the
    chain, `candidates` the things among which the name does not tell, `suggestions` what may have
    been meant by an unknown one, `note` a sentence where there is more to say.
    """

    given: str
    status: str
    iri: str | None = None
    label: str | None = None
    language: str | None = None
    type: str | None = None
    successor: str | None = None
    candidates: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    note: str | None = None


@dataclass
class Thing:
    """What is known of one thing: its classes, its labels by language, whether it is deprecated."""

    classes: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    is_deprecated: bool = False

    def label(self, language: str) -> tuple[str | None, str | None]:
        """Return the label in a language, else in English, without any, or in the first; and its
        language, None for none."""
        for wanted in (language, "en", "", *self.labels):
            if wanted in self.labels:
                return self.labels[wanted], wanted or None
        return None, None

    @property
    def type(self) -> str | None:
        """The class that says most: one of ours before others'."""
        return min(
            self.classes,
            key=lambda item: (not item.startswith(CG), item in _BROAD, item),
            default=None,
        )


@dataclass(frozen=True)
class _Known:
    """All that was found out about the names of one request."""

    things: Mapping[str, Thing]
    codes: Mapping[str, tuple[str, ...]]
    entries: Mapping[str, Entry]
    replaced: Replacements


async def resolve(
    documents: Documents,
    given: Sequence[str],
    hosts: Sequence[str],
    scheme: str | None = None,
    language: str = "en",
) -> list[Row]:
    """Return one row for each name; `scheme` is the IRI of the scheme that codes are of.

    `hosts` are the addresses that stand for our base (names.read).
    """
    readings = await run_in_threadpool(_read, given, hosts, scheme)
    known = await _find(documents, list(readings.values()), scheme)
    rows = await run_in_threadpool(_rows, given, readings, known, scheme, language)
    unknown = {row.given: readings[row.given] for row in rows if row.status == UNKNOWN}
    near = await neighbours.suggestions(documents, unknown)
    return [replace(row, suggestions=near.get(row.given, ())) for row in rows] if near else rows


def _read(given: Sequence[str], hosts: Sequence[str], scheme: str | None) -> dict[str, Reading]:
    return {text: names.read(text, hosts, scheme) for text in dict.fromkeys(given)}


async def _find(documents: Documents, readings: Sequence[Reading], scheme: str | None) -> _Known:
    codes = await _concepts(documents, {r.code for r in readings if r.code is not None}, scheme)
    wanted = {iri for reading in readings for iri in reading.iris}
    if scheme is not None:
        wanted.update(iri for found in codes.values() for iri in found)
    things = await describe(documents, wanted)
    # What a withdrawn name is called now is not said of anything else.
    lost = [iri.removeprefix(ID) for iri in wanted - things.keys() if iri.startswith(ID)]
    entries = await register.look_all(documents, lost)
    deprecated = [iri for iri, thing in things.items() if thing.is_deprecated]
    return _Known(things, codes, entries, await _replacements(documents, deprecated))


async def describe(documents: Documents, iris: Collection[str]) -> dict[str, Thing]:
    """Return what is known of things, those that nothing is said of left out."""
    found: dict[str, Thing] = defaultdict(Thing)

    async def read(chunk: list[str]) -> None:
        rows = await table(documents, "names", things=_terms(chunk))
        await run_in_threadpool(_take, rows, found)
        if rest := [iri for iri in chunk if iri not in found]:
            for row in await table(documents, "described", things=_terms(rest)):
                found[row["thing"]] = Thing()

    await asyncio.gather(*map(read, _chunks(iris)))
    return dict(found)


def _take(rows: Rows, found: dict[str, Thing]) -> None:
    """Add what rows say to what is known of things."""
    for row in rows:
        thing, value = found[row["thing"]], row["value"]
        if row["part"] == "type":
            thing.classes.append(value)
        elif row["part"] == "label":
            thing.labels.setdefault(row["language"], value)
        elif value == "true":
            thing.is_deprecated = True


async def _concepts(
    documents: Documents, codes: Collection[str], scheme: str | None
) -> dict[str, tuple[str, ...]]:
    """Return the concepts that have each code, in the scheme if one is given."""
    found: dict[str, list[str]] = defaultdict(list)
    for chunk in _chunks(codes):
        values = " ".join(str(Literal(code)) for code in chunk)
        within = "UNDEF" if scheme is None else str(NamedNode(scheme))
        for row in await table(documents, "codes", codes=values, scheme=within):
            found[row["code"]].append(row["concept"])
    return {code: tuple(dict.fromkeys(concepts)) for code, concepts in found.items()}


async def _replacements(documents: Documents, things: Sequence[str]) -> Replacements:
    links: dict[str, tuple[str, ...]] = {}
    kinds: dict[str, str] = {}
    for chunk in _chunks(things):
        part = await register.replacements(documents, chunk)
        links |= part.links
        kinds |= part.kinds
    return Replacements(links, kinds)


def _rows(
    given: Sequence[str],
    readings: Mapping[str, Reading],
    known: _Known,
    scheme: str | None,
    language: str,
) -> list[Row]:
    found = {
        text: _row(text, reading, known, is_code_first=scheme is not None, language=language)
        for text, reading in readings.items()
    }
    return [found[text] for text in given]


def _row(text: str, reading: Reading, known: _Known, *, is_code_first: bool, language: str) -> Row:
    concepts = known.codes.get(reading.code or "", ())
    if is_code_first and len(concepts) == 1:
        return _described(text, concepts[0], known, language)
    for iri in reading.iris:
        if iri in known.things:
            return _described(text, iri, known, language)
    entries = (known.entries.get(iri.removeprefix(ID)) for iri in reading.iris)
    if entry := next(filter(None, entries), None):
        return _retired(text, entry)
    if concepts:
        note = "A code is one of a scheme: give `scheme`, or a name like scheme:code."
        return Row(text, AMBIGUOUS, candidates=concepts, note=note)
    return _unknown(text, reading)


def _unknown(text: str, reading: Reading) -> Row:
    if reading.fault:
        return Row(text, INVALID, note=reading.fault)
    if (prefix := names.unregistered(text)) is not None:
        return Row(text, UNKNOWN, note=f"The prefix {prefix} is not registered.")
    return Row(text, UNKNOWN, reading.iris[0] if reading.iris else None)


def _described(text: str, iri: str, known: _Known, language: str) -> Row:
    thing = known.things[iri]
    label, found = thing.label(language)
    if not thing.is_deprecated:
        return Row(text, CURRENT, iri, label, found, thing.type)
    ends = known.replaced.ends(iri)
    successor, several = (ends[0], ()) if len(ends) == 1 else (None, ends)
    return Row(text, DEPRECATED, iri, label, found, thing.type, successor, several)


def _retired(text: str, entry: Entry) -> Row:
    status = MOVED if entry.moved_to is not None else WITHDRAWN
    several = entry.successors if entry.successor is None else ()
    on = f"On {entry.date}. " if entry.date else ""
    note = f"{on}{entry.reason or ''}".strip() or None
    return Row(text, status, entry.former, successor=entry.successor, candidates=several, note=note)


def _terms(iris: Iterable[str]) -> str:
    return " ".join(str(NamedNode(iri)) for iri in iris)


def _chunks(items: Iterable[str]) -> Iterator[list[str]]:
    """Yield the items, sorted, in lists of at most _CHUNK."""
    ordered = sorted(items)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]
