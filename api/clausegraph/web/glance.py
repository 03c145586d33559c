"""The coverage of one document at a glance: the concepts at the top of the schemes that matter."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from clausegraph.errors import QueryError
from clausegraph.vocabulary import compact
from clausegraph.web import columns, labels, summaries
from clausegraph.web.addresses import href
from clausegraph.web.documents import Documents
from clausegraph.web.model import CONCEPT
from clausegraph.web.summaries import COUNTS, COVERED, Summary

# Whose gaps are worth seeing, first of all; of the others only what is covered is shown elsewhere.
SCHEMES = tuple(
    CONCEPT + name for name in ("mit-risk-domain", "mit-mitigation-v1", "mit-mitigation-v2")
)

_LEVELS = {"1": "level-0", "2": "level-1", "3": "level-3"}  # of coverage-3, the one scale there is
_STATES = {
    COVERED: ("level-2", "covered, level not stated"),
    "assessed-not-covered": ("level-0", "assessed, not covered"),
    "only-broader-named": ("broader", "only a broader concept is named"),
    "assessed-partly-unknown": ("partly", "assessed, covered set partly unknown"),
}
_STATUSES = ("reviewed", "preliminary")
_NOBODY = ("not-assessed", "not assessed")


@dataclass(frozen=True)
class Cell:
    """A concept: how far it is covered, as a class and in words, and where that is shown best."""

    code: str
    label: str
    style: str
    words: str
    statements: int
    href: str


@dataclass(frozen=True)
class Glance:
    """One scheme: its cells, the address of all of them, and of which status the statements are.

    A tally alone is no statement about a concept, and still assesses the document.
    """

    title: str
    href: str
    address: str
    cells: tuple[Cell, ...]
    statements: int
    is_assessed: bool
    reviewed: int
    preliminary: int


async def read(documents: Documents, document: str) -> list[Glance]:
    """Return the glances of `document`: of the first scheme always, of others where it has any."""
    found = await asyncio.gather(*(_glance(documents, document, scheme) for scheme in SCHEMES))
    return [
        glance
        for place, glance in enumerate(found)
        if glance is not None and (glance.is_assessed or place == 0)
    ]


async def _glance(documents: Documents, document: str, scheme: str) -> Glance | None:
    """Return what is said of the top concepts of a scheme; None without such a scheme, or where it
    takes too long to count."""
    concepts = await columns.read(documents, summaries.term(scheme))
    if not concepts.above:
        return None
    tops = concepts.parts(columns.DOMAIN)
    tallied = [(top, scheme) for top in tops]
    try:
        found = await summaries.count(
            documents, concepts.counted(columns.DOMAIN), [document], None, tallied
        )
    except QueryError:
        return None
    names = await labels.read(documents, [scheme, *tops, *(cell.level for cell in found)])
    by_column = {cell.column: cell for cell in found}
    cells = tuple(_cell(by_column.get(top, Summary(document, top)), names) for top in tops)
    asked = {"document": summaries.slug(document), "scheme": scheme.removeprefix(CONCEPT)}
    return Glance(
        names.get(scheme, {}).get("label", compact(scheme)),
        f"/concepts/{scheme.removeprefix(CONCEPT)}",
        f"/coverage?{urlencode(asked)}",
        cells,
        sum(cell.statements for cell in cells),
        bool(found),
        *(sum(cell.counts[COUNTS.index(name)] for cell in found) for name in _STATUSES),
    )


def _cell(cell: Summary, names: Mapping[str, Mapping[str, str]]) -> Cell:
    named = names.get(cell.column, {})
    style, words = _look(cell, names)
    return Cell(
        named.get("code", ""),
        named.get("label", compact(cell.column)),
        style,
        words,
        cell.counts[COUNTS.index("statements")],
        href(cell.best) or href(cell.column) or "",
    )


def _look(cell: Summary, names: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    """Return the class and the words for how far a concept is covered."""
    if cell.state == COVERED and cell.level:
        level = names.get(cell.level, {})
        style = _LEVELS.get(level.get("code", ""), "level-2")
        words = f"covered, level {level.get('label', compact(cell.level))}"
    else:
        style, words = _STATES.get(cell.state, _NOBODY)
    return style, f"{words}; contested" if cell.counter else words
