"""What may have been meant by names that nothing is known of: for the first of them, and in little
time."""

from __future__ import annotations

import difflib
import itertools
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode
from starlette.concurrency import run_in_threadpool

from clausegraph.errors import QueryError
from clausegraph.vocabulary import CG, ID, SKOS, TYPE
from clausegraph.web import names
from clausegraph.web.documents import Documents
from clausegraph.web.names import Reading
from clausegraph.web.rows import table

MOST = 50  # names for which suggestions are looked for
SUGGESTIONS = 5
_SECONDS = 0.5  # for each lookup
_COMPARING = 0.2  # seconds for all names together
_NEAR = 0.75  # of difflib's ratio
_KINDS = {
    "document": CG + "Document",
    "actor": CG + "Actor",
    "source": CG + "Source",
    "concept": SKOS + "ConceptScheme",
}
_WITHIN = {"concept": SKOS + "inScheme", "document": CG + "clauseOf"}
_PAIR = 2  # segments: a kind, and what is of that kind


async def suggestions(
    documents: Documents, unknown: Mapping[str, Reading]
) -> Mapping[str, tuple[str, ...]]:
    """Return the IRIs nearest to each of the first MOST names, those surest first.

    Where looking takes too long, there are none.
    """
    asked = dict(itertools.islice(unknown.items(), MOST))
    if not asked:
        return {}
    guessed = await run_in_threadpool(_guesses, asked)
    try:
        known = await _described(documents, itertools.chain.from_iterable(guessed.values()))
        coded = await _coded(documents, {_last(item, asked[item]) for item in asked})
        beside = await _beside(documents, asked)
    except QueryError:
        return {}
    spelt = await run_in_threadpool(_spelt, asked, beside)
    found = {}
    for text, reading in asked.items():
        sure = [iri for iri in guessed[text] if iri in known]
        alike = coded.get(_last(text, reading), ())
        found[text] = tuple(dict.fromkeys((*sure, *spelt.get(text, ()), *alike)))[:SUGGESTIONS]
    return found


def _guesses(asked: Mapping[str, Reading]) -> dict[str, tuple[str, ...]]:
    return {text: names.guesses(text, reading, _KINDS) for text, reading in asked.items()}


async def _described(documents: Documents, iris: Iterable[str]) -> set[str]:
    values = " ".join(sorted({str(NamedNode(iri)) for iri in iris}))
    if not values:
        return set()
    return {row["thing"] for row in await table(documents, "described", _SECONDS, things=values)}


async def _coded(documents: Documents, codes: Iterable[str]) -> dict[str, list[str]]:
    """Return the concepts that have each code, in any scheme."""
    values = " ".join(str(Literal(code)) for code in sorted(codes))
    found: dict[str, list[str]] = defaultdict(list)
    for row in await table(documents, "codes", _SECONDS, codes=values, scheme="UNDEF"):
        found[row["code"]].append(row["concept"])
    return found


async def _beside(documents: Documents, asked: Mapping[str, Reading]) -> dict[str, list[str]]:
    """Return the last parts of names of things beside those asked for, by what comes before."""
    pairs = {pair for reading in asked.values() for pair in _pairs(reading)}
    if not pairs:
        return {}
    values = " ".join(f"({NamedNode(name)} {NamedNode(value)})" for name, value in sorted(pairs))
    found: dict[str, list[str]] = defaultdict(list)
    for row in await table(documents, "beside", _SECONDS, beside=values):
        parent, _, last = row["thing"].rpartition("/")
        found[parent].append(last)
    return found


def _pairs(reading: Reading) -> Iterable[tuple[str, str]]:
    """Yield property and value of the things that lie beside a name."""
    for iri in reading.iris:
        segments = iri.removeprefix(ID).split("/")
        if not iri.startswith(ID) or len(segments) < _PAIR:
            continue
        kind, first = segments[:_PAIR]
        if len(segments) == _PAIR and kind in _KINDS:
            yield TYPE.value, _KINDS[kind]
        elif kind in _WITHIN:
            yield _WITHIN[kind], f"{ID}{kind}/{first}"
    if not reading.iris:
        yield from ((TYPE.value, kind) for kind in _KINDS.values())


def _spelt(asked: Mapping[str, Reading], beside: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return names that are spelt alike; blocks, so it runs in a thread, and not for long."""
    end = time.monotonic() + _COMPARING
    found: dict[str, list[str]] = {}
    for text, reading in asked.items():
        iris = reading.iris or tuple(f"{ID}{kind}/{text}" for kind in _KINDS)
        for parent, _, last in (iri.rpartition("/") for iri in iris):
            if time.monotonic() > end:
                return found
            near = difflib.get_close_matches(last, beside.get(parent, ()), SUGGESTIONS, _NEAR)
            found.setdefault(text, []).extend(f"{parent}/{name}" for name in near)
    return found


def _last(text: str, reading: Reading) -> str:
    """Return what may be a code: the text itself, or the last part of the IRI."""
    return reading.code or (reading.iris[0].rpartition("/")[2] if reading.iris else text)
