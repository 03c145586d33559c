"""The page of gaps: what nobody covers, and whether anybody looked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from clausegraph.web import gaps
from clausegraph.web.analyses import GAPS
from clausegraph.web.columns import LEVELS
from clausegraph.web.enquiry import Enquiry
from clausegraph.web.explorer.figures import bars, corpus, matrix
from clausegraph.web.explorer.figures.bars import Bar, Bars
from clausegraph.web.explorer.figures.choices import Choices, finer
from clausegraph.web.explorer.figures.grid import (
    ABOVE,
    DENIED,
    NOBODY,
    UNKNOWN,
    Cell,
    Look,
    Thing,
)
from clausegraph.web.explorer.figures.picture import Chart
from clausegraph.web.explorer.figures.serving import Figure, Shown
from clausegraph.web.explorer.figures.spelling import spelt
from clausegraph.web.explorer.site import Explorer
from clausegraph.web.gaps import Gaps
from clausegraph.web.summaries import Summary

ANALYSIS = replace(GAPS, path="/gaps", table="")

_LOOKS = (DENIED, ABOVE, UNKNOWN, NOBODY)
_HEAD = (
    *("concept", "concept_code", "concept_label", "gap_state", "documents_not_assessed"),
    *("document", "document_label", "state", "evidence", "evidence_review"),
    "evidence_machine_made",
)
_FEW = 5  # documents that a row names before it says how many more there are


@dataclass(frozen=True)
class Line:
    """A gap: its concept, what is known of it at best, and each document that bears on it."""

    concept: Thing
    look: Look
    not_assessed: int
    cells: tuple[tuple[Thing, Cell], ...]

    @property
    def few(self) -> Sequence[tuple[Thing, Cell]]:
        """The documents that the page names."""
        return self.cells[:_FEW]

    @property
    def counts(self) -> tuple[int, ...]:
        """How many documents look so, for each look of the chart."""
        known = [sum(cell.look == look for _, cell in self.cells) for look in _LOOKS[:-1]]
        return (*known, self.not_assessed)


async def gather(explorer: Explorer, enquiry: Enquiry) -> Shown:
    """Return what the page and its figure show."""
    documents = explorer.documents
    choices = await Choices.read(documents, enquiry)
    if not choices.schemes:
        lead = "Nothing in this release is classified by a scheme."
        return Shown("Gaps", lead, {"choices": choices, "lines": None})
    found = await gaps.gather(documents, choices.enquiry)
    cells = [cell for gap in found.gaps for cell in gap.summaries]
    names = await corpus.things(
        documents, [*(gap.concept for gap in found.gaps), *(cell.document for cell in cells)]
    )
    known = {_pair(cell.summary): cell for cell in await matrix.cells_of(documents, cells)}
    lines = _lines(found, names, known)
    return _shown(choices, found, lines)


def _pair(summary: Summary) -> tuple[str, str]:
    return summary.document, summary.column


def _lines(
    found: Gaps, names: Mapping[str, Thing], known: Mapping[tuple[str, str], Cell]
) -> list[Line]:
    return [
        Line(
            names[gap.concept],
            Cell(Summary("", "", gap.state)).look,
            gap.not_assessed,
            tuple((names[cell.document], known[_pair(cell)]) for cell in gap.summaries),
        )
        for gap in found.gaps
    ]


def _shown(choices: Choices, found: Gaps, lines: Sequence[Line]) -> Shown:
    title = f"Which concepts of “{choices.scheme.title}” does no document address?"
    concepts = f"{len(lines)} of {found.concepts} concepts"
    documents = f"{found.documents} document{'' if found.documents == 1 else 's'}"
    lead = f"{concepts}, among {documents}. {finer(choices.enquiry.level)}{choices.told}"
    page = {
        "choices": choices,
        "lines": lines,
        "levels": LEVELS,
        "looks": [
            (look, sum(line.look == look for line in lines))
            for look in _LOOKS
            if any(line.look == look for line in lines)
        ],
        "sparql": spelt(found.query) if found.gaps else "",
        "documents": found.documents,
    }
    return Shown(title, lead, page, partial(_draw, lines), partial(_table, lines), _notes(lines))


_HOW = (
    "A gap is what no statement says to be covered. That is no finding about a document that "
    "nobody assessed."
)


def _notes(lines: Sequence[Line]) -> tuple[str, ...]:
    flags = [cell.flag for line in lines for _, cell in line.cells]
    early, made = flags.count("p"), flags.count("m")
    if not early and not made:
        return (_HOW,)
    said = (
        f"Of {len(flags)} findings about a document, {made} rest on machine-made, unreviewed "
        f"statements and {early} on preliminary ones."
    )
    return said, _HOW


def _draw(lines: Sequence[Line], name: str) -> Chart:
    rows = [Bar(line.concept.full, line.counts, _ended(line)) for line in lines]
    return bars.draw(Bars(rows, _LOOKS, "documents"), name)


def _ended(line: Line) -> str:
    known = sum(line.counts) - line.not_assessed
    return f"{known} assessed, {line.not_assessed} not"


def _table(lines: Sequence[Line]) -> Iterator[Sequence[str]]:
    """Yield the gaps as a table: a row for each document that bears on one, else one."""
    yield _HEAD
    for line in lines:
        concept = line.concept
        state = next((cell.summary.state for _, cell in line.cells if cell.look == line.look), "")
        left = (
            *(concept.iri, concept.code, concept.title),
            *(state or "not-assessed", str(line.not_assessed)),
        )
        if not line.cells:
            yield (*left, *[""] * (len(_HEAD) - len(left)))
        for document, cell in line.cells:
            machine = "true" if cell.evidence.is_machine else "false"
            yield (
                *left,
                *(document.iri, document.title, cell.summary.state, cell.summary.best),
                *(cell.evidence.status, machine),
            )


GAPS_FIGURE = Figure("gaps", ANALYSIS, "gaps.html", gather, is_inline=True)
