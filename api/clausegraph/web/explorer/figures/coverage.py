"""The page of coverage: which documents address which concepts, at what level, on what evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from clausegraph.errors import BadRequest
from clausegraph.questions import Parameter
from clausegraph.web import coverage, summaries
from clausegraph.web.analyses import COVERAGE
from clausegraph.web.columns import LEVELS
from clausegraph.web.enquiry import Enquiry
from clausegraph.web.explorer.figures import corpus, heat, matrix
from clausegraph.web.explorer.figures.choices import Choices, finer
from clausegraph.web.explorer.figures.corpus import GROUPS, Listed
from clausegraph.web.explorer.figures.grid import Grid
from clausegraph.web.explorer.figures.matrix import MOST_ROWS, Wanted
from clausegraph.web.explorer.figures.serving import Figure, Shown
from clausegraph.web.explorer.figures.spelling import spelt
from clausegraph.web.explorer.site import Explorer

_GROUP = Parameter(
    "group",
    "string",
    None,
    GROUPS[0],
    "type",
    description=f"What documents are grouped by: {', '.join(GROUPS)}.",
)
_PAGE = Parameter("page", "integer", None, "1", "2", description="The page of documents.")
ANALYSIS = replace(
    COVERAGE,
    path="/coverage",
    parameters=(*COVERAGE.parameters, _GROUP, _PAGE),
    is_paged=False,
    table="",
)


async def gather(explorer: Explorer, enquiry: Enquiry) -> Shown:
    """Return what the page and its figure show."""
    documents = explorer.documents
    group, number = _group(enquiry), _number(enquiry)
    choices = await Choices.read(documents, enquiry)
    if not choices.schemes:
        return Shown("Coverage", _NOTHING, _page(choices, None, (), 1))
    enquiry = choices.enquiry
    listed = await corpus.documents_of(documents, enquiry.asked.terms)
    if not listed:
        await coverage.check(documents, enquiry.asked)
    listed.sort(key=lambda item: (item.group(group).startswith("No "), item.group(group)))
    pages = [listed[start : start + MOST_ROWS] for start in range(0, len(listed), MOST_ROWS)]
    if number > max(1, len(pages)):
        raise BadRequest(f"There are {len(pages)} pages.", remedy="Leave `page` out.")
    shown = pages[number - 1] if pages else []
    concepts = await coverage.concepts_of(documents, enquiry)
    review = enquiry.asked.terms.get("review")
    wanted = Wanted(shown, concepts, enquiry.level, group, review)
    grid = await matrix.read(documents, wanted)
    page = _page(choices, grid, listed, number)
    page["sparql"] = spelt(summaries.counting(*wanted.counting))
    return _shown(choices, grid, page)


_NOTHING = "Nothing in this release is classified by a scheme."


def _shown(choices: Choices, grid: Grid, page: dict[str, object]) -> Shown:
    """Return a grid as a page and a figure."""
    title = f"Which documents address which concepts of “{choices.scheme.title}”?"
    lead = f"{finer(choices.enquiry.level)}{choices.told}"
    if page["pages"] != 1:
        lead += f" Page {page['number']} of {page['pages']}, of {page['total']:,} documents."
    return Shown(
        title,
        lead,
        page,
        partial(heat.draw, grid),
        grid.table,
        (grid.caution, _HOW),
    )


_HOW = (
    "A cell shows the highest level that any statement gives, and the best evidence there is: "
    "reviewed before unreviewed. An empty, hatched cell says nothing about the document."
)


def _page(
    choices: Choices, grid: Grid | None, listed: Sequence[Listed], number: int
) -> dict[str, object]:
    """Return what the template is given."""
    pages = -(-len(listed) // MOST_ROWS)
    return {
        "choices": choices,
        "grid": grid,
        "groups": GROUPS,
        "levels": LEVELS,
        "total": len(listed),
        "number": number,
        "pages": pages,
    }


def _group(enquiry: Enquiry) -> str:
    group = enquiry.asked.given.get("group", GROUPS[0])
    if group not in GROUPS:
        raise BadRequest(
            f"`group`: documents are not grouped by {group[:80]!r}.",
            remedy=f"Known are: {', '.join(GROUPS)}.",
        )
    return group


def _number(enquiry: Enquiry) -> int:
    given = enquiry.asked.given.get("page", "1")
    number = int(given) if given.isascii() and given.isdecimal() and len(given) < 7 else 0  # noqa: PLR2004
    if not number:
        raise BadRequest(f"`page` is not {given[:80]!r}.", remedy="Give a number from 1.")
    return number


COVERAGE_FIGURE = Figure("coverage", ANALYSIS, "coverage.html", gather)
