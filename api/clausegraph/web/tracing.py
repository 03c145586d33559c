"""The view of a statement's provenance: who says so, on what, and who agrees."""

from __future__ import annotations

from urllib.parse import quote

from pyoxigraph import NamedNode

from clausegraph import vocabulary
from clausegraph.errors import BadRequest, UnknownResource
from clausegraph.vocabulary import CG, RDF
from clausegraph.web import suggestions, texts
from clausegraph.web.documents import Documents, fill
from clausegraph.web.enquiry import Enquiry, Found, fact
from clausegraph.web.summaries import term, terms


async def find(documents: Documents, enquiry: Enquiry) -> Found:
    """Return what `/api/provenance/...` answers."""
    statement = _read(enquiry)
    await _check(documents, statement)
    bound = {"statement": term(statement)}
    others = await documents.rows(fill(texts.query("provenance-others"), bound))
    things = await documents.rows(fill(texts.query("provenance-things"), bound))
    record = _named(enquiry, statement)
    facts = [
        fact(record, RDF + "type", CG + "ProvenanceRecord"),
        fact(record, CG + "recordedStatement", statement),
        *(fact(record, row["relation"], row["other"]) for row in others),
    ]
    values = {
        "facts": " ".join(f"({' '.join(triple)})" for triple in facts),
        "record": term(record),
        "things": terms(
            [
                statement,
                *(row["thing"] for row in things),
                *(row["other"] for row in others),
            ]
        ),
        **bound,
    }
    return Found(fill(texts.query("provenance"), values))


def _read(enquiry: Enquiry) -> str:
    """Return the IRI of the statement that is asked for, or raise BadRequest."""
    asked = enquiry.iri("iri")
    if bool(enquiry.name) == bool(asked):
        raise BadRequest(
            "Which statement? One is to be named, in the path or by `iri`.",
            remedy=f"For example: {enquiry.analysis.path}/{enquiry.analysis.example}",
        )
    iri = asked or vocabulary.ID + enquiry.name
    try:
        return NamedNode(iri).value
    except ValueError as error:
        raise UnknownResource(f"There is no statement {iri[:200]!r}.") from error


def _named(enquiry: Enquiry, statement: str) -> str:
    """Return what the record is called: after the statement, however it was asked for."""
    if statement.startswith(vocabulary.ID):
        name = quote(statement.removeprefix(vocabulary.ID))
        return enquiry.called(f"{enquiry.analysis.path}/{name}")
    return enquiry.view


async def _check(documents: Documents, statement: str) -> None:
    """Raise UnknownResource if there is no such statement."""
    rows = await documents.rows(texts.query("provenance-kinds"), thing=term(statement))
    kinds = {row["kind"] for row in rows}
    if CG + "Statement" in kinds:
        return
    if kinds:
        raise UnknownResource(
            f"{statement} is no statement, so there is no record of who makes it."
        )
    raise await suggestions.unknown(documents, statement.removeprefix(vocabulary.ID))
