"""Answers: what is shown of each thing that was found, read from the store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from pyoxigraph import Store

from clausegraph.search import folding, things, words
from clausegraph.search.excerpts import Excerpt, Mark, Sought
from clausegraph.search.fields import CODES, FIELDS, SHOWN, TEXT
from clausegraph.search.index import Hits, Index
from clausegraph.search.request import Request
from clausegraph.search.things import Text, Thing

EXCERPTS = 2  # of a hit
_SHORT = 200  # characters of a text that may be told from a name by its spelling alone


@dataclass(frozen=True)
class Shown:
    """A text of a hit, or some of it: the property that it is the value of, and the matches."""

    property: str
    text: str
    language: str
    start: int
    marks: tuple[Mark, ...]
    is_whole: bool


@dataclass(frozen=True)
class Hit:
    """Something that was found: what it is called and coded, what it is part of, and where the
    words stand in it."""

    iri: str
    score: float
    types: tuple[str, ...]
    label: Shown | None
    code: str
    document: str
    document_label: str
    excerpts: tuple[Shown, ...]

    @property
    def shown(self) -> tuple[Shown, ...]:
        """Its excerpts, and before them its name, where the words stand in that."""
        named = () if self.label is None or not self.label.marks else (self.label,)
        return (*named, *self.excerpts)


@dataclass(frozen=True)
class Value:
    """A value of a facet, what it is called, and how many of all hits have it."""

    iri: str
    label: str
    language: str
    count: int


@dataclass(frozen=True)
class Found:
    """What a search found: a page of hits, how many there are in all, and the facets of all."""

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, tuple[Value, ...]]

    def write(self) -> bytes:
        """Return it as bytes, for another process."""
        return json.dumps(asdict(self), ensure_ascii=False).encode("utf-8", "surrogatepass")

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Return what `write` has written."""
        found = json.loads(data)
        facets = {
            name: tuple(Value(**value) for value in values)
            for name, values in found["facets"].items()
        }
        return cls(tuple(map(_hit, found["hits"])), found["total"], facets)


def search(index: Index, store: Store, request: Request) -> Found:
    """Return what fits a request."""
    sought = Sought.of(words.read(request.label or request.words))
    hits = index.search(request)
    counts = index.facets(request) if request.facets else {}
    facets = {
        name: tuple(_value(store, iri, count, request) for iri, count in values)
        for name, values in counts.items()
    }
    return Found(_shown(store, hits, request, sought), hits.total, facets)


def suggest(index: Index, store: Store, request: Request) -> Found:
    """Return what may be meant by the words so far."""
    hits = index.suggest(request)
    shown = _shown(store, hits, request, Sought.typed(request.words))
    return Found(shown, hits.total, {})


def _shown(store: Store, hits: Hits, request: Request, sought: Sought) -> tuple[Hit, ...]:
    titles: dict[str, str] = {}
    found = []
    for iri, score in hits.scored:
        thing = things.read(store, iri)
        within = thing.document if thing.document != iri else ""
        if within and within not in titles:
            titles[within] = _named(store, within, request)
        label = _label(thing, sought, request.languages)
        code = next((text.value for text in thing.texts if _is_code(text)), "")
        excerpts = _excerpts(thing, sought, label, request.languages)
        hit = Hit(iri, score, thing.types, label, code, within, titles.get(within, ""), excerpts)
        found.append(hit)
    return tuple(found)


def _label(thing: Thing, sought: Sought, languages: Sequence[str]) -> Shown | None:
    """Return what a thing is called: by the name in the best language, marked."""
    names = [text for text in thing.texts if _is_name(text)]
    best = min(names, key=lambda text: _preference(text, languages), default=None)
    return None if best is None else _whole(best, sought)


def _excerpts(
    thing: Thing, sought: Sought, label: Shown | None, languages: Sequence[str]
) -> tuple[Shown, ...]:
    """Return what else of a thing the words were found in: names first, then texts."""
    seen = set() if label is None else {folding.key(label.text)}
    found: list[Shown] = []
    for text in sorted(thing.texts, key=lambda text: _preference(text, languages)):
        if len(text.value) <= _SHORT:  # What is only spelt otherwise says nothing new.
            if (key := folding.key(text.value)) in seen:
                continue
            seen.add(key)
        if excerpt := sought.excerpt(text.value):
            found.append(_part(text, excerpt))
            if len(found) == EXCERPTS:
                break
    return tuple(found)


def _named(store: Store, iri: str, request: Request) -> str:
    """Return what a thing is called, or nothing."""
    label = _label(things.read(store, iri), Sought(()), request.languages)
    return "" if label is None else label.text


def _value(store: Store, iri: str, count: int, request: Request) -> Value:
    label = _label(things.read(store, iri), Sought(()), request.languages)
    return (
        Value(iri, "", "", count)
        if label is None
        else Value(iri, label.text, label.language, count)
    )


def _is_code(text: Text) -> bool:
    """Whether a text is a code that a thing is known by: what others number it by is none."""
    return text.property in SHOWN


def _is_name(text: Text) -> bool:
    return FIELDS[text.property] != TEXT and text.property not in CODES


def _preference(text: Text, languages: Sequence[str]) -> tuple[int, int, str]:
    """Return by what the best text is chosen: its kind of property, then its language."""
    kinds = tuple(dict.fromkeys(FIELDS.values()))
    return kinds.index(FIELDS[text.property]), _place(text.language, languages), text.value


def _place(language: str, languages: Iterable[str]) -> int:
    """Return the place of a language among those that are preferred; one that is not stated comes
    right after them."""
    wanted = list(languages)
    for place, each in enumerate(wanted):
        if language == each or language.startswith(f"{each}-"):
            return place
    return len(wanted) + (1 if language else 0)


def _whole(text: Text, sought: Sought) -> Shown:
    marks = sought.marks(text.value)
    return Shown(text.property, text.value, text.language, 0, marks, is_whole=True)


def _part(text: Text, excerpt: Excerpt) -> Shown:
    return Shown(
        text.property, excerpt.text, text.language, excerpt.start, excerpt.marks, excerpt.is_whole
    )


def _hit(found: dict[str, Any]) -> Hit:
    label = None if found["label"] is None else _read(found["label"])
    rest = {"label": label, "types": tuple(found["types"])}
    return Hit(**{**found, **rest, "excerpts": tuple(map(_read, found["excerpts"]))})


def _read(found: dict[str, Any]) -> Shown:
    return Shown(**{**found, "marks": tuple(Mark(*mark) for mark in found["marks"])})
