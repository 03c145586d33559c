"""What a document says of itself: whose data it is, what it is about, which page of it this is."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph import vocabulary
from clausegraph.vocabulary import DCTERMS, FOAF, HYDRA, TYPE, VOID
from clausegraph.web import addresses, inbound
from clausegraph.web.answers import LICENSE
from clausegraph.web.inbound import Page
from clausegraph.web.keyset import Place

_INTEGER = NamedNode(vocabulary.XSD + "integer")


def values(name: str, page: Page, place: Place | None) -> str:
    """Return the rows of VALUES for what the document of a thing says of itself."""
    return " ".join(f"({t.subject} {t.predicate} {t.object})" for t in triples(name, page, place))


def triples(name: str, page: Page, place: Place | None) -> Iterator[Triple]:
    """Yield the triples; the document is named by its canonical address (VoID, section 6.2).

    Where the document has several pages, what points to the thing is a collection of its own, and
    each address is a view of it (Hydra, section 4.4).
    """
    iri = addresses.DOC + name
    document, thing = NamedNode(iri), NamedNode(vocabulary.ID + name)
    yield _triple(document, VOID + "inDataset", NamedNode(vocabulary.DATASET))
    yield _triple(document, FOAF + "primaryTopic", thing)
    yield _triple(document, DCTERMS + "license", NamedNode(LICENSE))
    if page.is_all:
        return
    collection = NamedNode(f"{iri}#inbound")
    view = NamedNode(iri + inbound.query(place))
    yield Triple(collection, TYPE, NamedNode(HYDRA + "Collection"))
    total = Literal(str(sum(page.totals.values())), datatype=_INTEGER)
    yield Triple(collection, NamedNode(HYDRA + "totalItems"), total)
    yield _triple(collection, HYDRA + "view", view)
    for node in page.nodes:
        yield _triple(collection, HYDRA + "member", NamedNode(node))
    yield Triple(view, TYPE, NamedNode(HYDRA + "PartialCollectionView"))
    yield _triple(view, HYDRA + "first", document)
    if page.after:
        yield _triple(view, HYDRA + "next", NamedNode(iri + inbound.query(page.after)))


def _triple(subject: NamedNode, predicate: str, value: NamedNode) -> Triple:
    return Triple(subject, NamedNode(predicate), value)
