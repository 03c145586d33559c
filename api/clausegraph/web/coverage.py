"""The view of documents by concepts: for each pair that anything is said of, one summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from starlette.concurrency import run_in_threadpool

from clausegraph.errors import BadRequest, ResultTooLarge
from clausegraph.questions import Parameter
from clausegraph.vocabulary import CG, RDF
from clausegraph.web import columns, conditions, filters, keyset, summaries, texts
from clausegraph.web.columns import Concepts
from clausegraph.web.documents import Documents, Rows, fill
from clausegraph.web.enquiry import (
    HYDRA,
    Enquiry,
    Found,
    Held,
    Triple,
    coverage_row,
    described,
    fact,
    tabled,
)
from clausegraph.web.filters import Asked
from clausegraph.web.keyset import END, MAXIMUM_LIMIT, Place
from clausegraph.web.summaries import Summary

SELECTING = ("document", "jurisdiction", "type", "force")  # the filters by what documents are


@dataclass(frozen=True)
class Page:
    """The documents of a page, how many there are in all, and the pages around it."""

    documents: list[str]
    total: int
    links: dict[str, str]


async def find(documents: Documents, enquiry: Enquiry) -> Found:
    """Return what `/api/coverage` answers."""
    level = enquiry.level
    concepts = await concepts_of(documents, enquiry)
    page = await _page(documents, enquiry)
    review = enquiry.asked.terms.get("review")
    found = await summaries.count(documents, concepts.counted(level), page.documents, review)
    if not found:
        await check(documents, enquiry.asked)
    ordered = in_order(found, page.documents, list(concepts.above))
    # Thousands of summaries take a while to write down, and others wait for this thread.
    return await run_in_threadpool(_written, enquiry, page, ordered)


def _written(enquiry: Enquiry, page: Page, ordered: Sequence[Summary]) -> Found:
    """Return summaries as a table, or as a graph."""
    if enquiry.is_table:
        return Found(tabled("coverage-table", map(coverage_row, ordered)), pages=page.links)
    held = [Held(cell, named(enquiry, cell), cell.document) for cell in ordered]
    scheme = enquiry.iri("scheme") or ""
    facts = _facts(enquiry, page, scheme)
    text = described(enquiry, facts, held, [scheme, *page.documents])
    return Found(text, [*page.documents, *(item.iri for item in held)], page.links)


async def concepts_of(documents: Documents, enquiry: Enquiry) -> Concepts:
    """Return the concepts of the scheme that is asked for, or raise BadRequest."""
    concepts = await columns.read(documents, enquiry.term("scheme"))
    if not concepts.above:
        parameter = next(item for item in enquiry.analysis.parameters if item.name == "scheme")
        scheme = enquiry.iri("scheme") or ""
        await filters.check_value(documents, parameter, scheme)
        raise BadRequest(
            f"`scheme`: {scheme} has no concepts.", remedy="/api/concepts lists the schemes."
        )
    return concepts


async def check_documents(documents: Documents, parameter: Parameter, iris: Sequence[str]) -> None:
    """Raise BadRequest for what is no document of this release."""
    values = {"filters": f"VALUES ?item {{ {summaries.terms(iris)} }}"}
    written = fill(conditions.keep(texts.query("analysis-documents"), ()), values)
    known = {row["item"] for row in await documents.rows(written)}
    for iri in iris:
        if iri not in known:
            await filters.check_value(documents, parameter, iri)
            raise BadRequest(
                f"`{parameter.name}`: {iri} is no document.", remedy="/api/documents lists them."
            )


async def check(documents: Documents, asked: Asked) -> None:
    """Raise BadRequest where nothing was found for a value that nothing can be found for."""
    await filters.check(documents, asked)
    if document := asked.terms.get("document"):
        await check_documents(documents, asked.parameters["document"], [document[1:-1]])


def named(enquiry: Enquiry, cell: Summary) -> str:
    """Return what a summary of one scheme is called."""
    return enquiry.named(summaries.slug(cell.document), columns.local(cell.column))


def in_order(
    found: Sequence[Summary], documents: Sequence[str], concepts: Sequence[str]
) -> list[Summary]:
    """Return summaries document by document, each in the order of concepts."""
    first = {iri: place for place, iri in enumerate(documents)}
    second = {iri: place for place, iri in enumerate(concepts)}
    return sorted(found, key=lambda cell: (first[cell.document], second[cell.column]))


def selecting(enquiry: Enquiry) -> str:
    """Return the query for the documents that are asked for, as `?item`."""
    names = [name for name in SELECTING if name in enquiry.asked.terms]
    values = " ".join(enquiry.asked.terms[name] for name in names)
    asked = " ".join(f"?{name}" for name in names)
    bound = f"VALUES ({asked}) {{ ({values}) }}" if names else ""
    written = conditions.keep(texts.query("analysis-documents"), names)
    return fill(written, {"filters": bound})


async def _page(documents: Documents, enquiry: Enquiry) -> Page:
    """Return the documents of the page that is asked for, in the order of their identifiers."""
    text, window = selecting(enquiry), enquiry.asked.window
    total = int((await documents.rows(keyset.count(text)))[0]["total"])
    if enquiry.is_table and not enquiry.asked.has_limit:
        if total > MAXIMUM_LIMIT:
            raise ResultTooLarge(
                f"There are {total} documents; a table has those of {MAXIMUM_LIMIT} at once.",
                remedy=f"Ask for it in parts, with limit={MAXIMUM_LIMIT}, and follow the link "
                "next; or use a filter.",
            )
        window = replace(window, limit=MAXIMUM_LIMIT)
    if window.is_backward and window.place is None and total:
        window = replace(window, limit=(total - 1) % window.limit + 1)
    found = await documents.rows(keyset.page(text, window, is_descending=False))
    rows, has_more = found[: window.limit], len(found) > window.limit
    if window.is_backward:
        rows.reverse()
    links = _around(enquiry, rows, total, has_more=has_more)
    return Page([row["item"] for row in rows], total, links)


def _around(enquiry: Enquiry, rows: Rows, total: int, *, has_more: bool) -> dict[str, str]:
    """Return the addresses of the pages around a page, by link relation (RFC 8288)."""
    window = enquiry.asked.window
    if enquiry.is_table and not enquiry.asked.has_limit:
        return {}

    def at(**place: str) -> str:
        return enquiry.address(enquiry.suffix, limit=str(window.limit), **place)

    is_after = has_more if window.is_backward else window.place is not None
    is_before = window.place is not None if window.is_backward else has_more
    links = {"first": at(), "last": at() if total <= window.limit else at(before=END)}
    if is_after:
        links["prev"] = at(before=_cursor(rows[0]) if rows else END)
    if is_before and rows:
        links["next"] = at(after=_cursor(rows[-1]))
    return links


def _cursor(row: dict[str, str]) -> str:
    return Place("", row["key"], row["item"]).encode()


def _facts(enquiry: Enquiry, page: Page, scheme: str) -> list[Triple]:
    """Return what is said of the view itself (Hydra: PartialCollectionView)."""
    view, around = enquiry.view, enquiry.here
    facts = [
        fact(view, RDF + "type", HYDRA + "Collection"),
        fact(view, HYDRA + "totalItems", page.total),
        fact(view, CG + "aboutScheme", scheme),
        fact(view, HYDRA + "view", around),
        fact(around, RDF + "type", HYDRA + "PartialCollectionView"),
    ]
    words = {"first": "first", "prev": "previous", "next": "next", "last": "last"}
    facts += [fact(around, HYDRA + words[rel], target) for rel, target in page.links.items()]
    return facts + [fact(view, HYDRA + "member", document) for document in page.documents]
