"""The documents of a release in order, read once: what goes through all of them finds its place by
it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyoxigraph import NamedNode

from clausegraph.web import texts
from clausegraph.web.documents import Documents, fill

# What a list is sorted by, and the query for the documents in the order in which their items come.
ORDERS: Mapping[str, str] = {
    "identifier": "document-order",
    "order": "document-order-natural",
}


async def of(documents: Documents, sort: str) -> tuple[str, ...]:
    """Return the IRIs of all documents, in the order of a list that is sorted by `sort`."""
    return await documents.column(ORDERS[sort], "document")


async def owner(documents: Documents, thing: str) -> str | None:
    """Return the document that a statement, a clause or the evidence of either belongs to."""
    text = fill(texts.query("document-of"), {"thing": str(NamedNode(thing))})
    rows = await documents.rows(text)
    return rows[0]["document"] if rows else None


def terms(iris: Iterable[str]) -> str:
    """Return IRIs in N-Triples syntax, one after the other."""
    return " ".join(str(NamedNode(iri)) for iri in iris)
