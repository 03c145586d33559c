"""Clauses as triples: number, place and parent, heading, and the passage that each stands in."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph import evidence
from clausegraph.authored import describe_graph
from clausegraph.evidence import Evidence
from clausegraph.importers.provenance import ASSOCIATED, DESCRIPTION, PROJECT, english
from clausegraph.importers.text.outline import Entry
from clausegraph.importers.text.plan import Plan, refuse_bad_address
from clausegraph.vocabulary import (
    DCTERMS,
    ID,
    IDENTIFIER,
    PROV,
    SCHEMA,
    SOURCE,
    TITLE,
    TYPE,
    XSD,
    cg,
)

_ALTERNATIVE = NamedNode(DCTERMS + "alternative")
_RIGHTS = NamedNode(DCTERMS + "rights")
_INTEGER = NamedNode(XSD + "integer")
TERMS = (
    "Text from a copy that its user holds; whether it may be passed on or published is for the "
    "owner of its rights to say."
)


def describe(plan: Plan, graph: NamedNode) -> Iterator[Triple]:
    """Return the graph of a text: itself, its source, how it came about, and the clauses."""
    yield from describe_graph(graph, (_source(plan),), (PROJECT,), _activity(plan))
    yield from _describe_activity(plan)
    if plan.describes_source:
        yield from _describe_source(plan)
    yield from _describe_document(plan)
    for entry in plan.outline.entries:
        yield from _describe_clause(plan, entry)


def describe_texts(plan: Plan, graph: NamedNode) -> Iterator[Triple]:
    """Return the graph of the words themselves, each clause's own, with what holds for them."""
    yield from describe_graph(graph, (_source(plan),), (PROJECT,), _activity(plan))
    yield Triple(graph, _RIGHTS, english(TERMS))
    for entry in plan.outline.entries:
        words = plan.text[entry.start : entry.end]
        yield Triple(_clause(plan, entry.slug), cg("text"), _literal(plan, words))


def _source(plan: Plan) -> NamedNode:
    return NamedNode(f"{ID}source/{plan.source}")


def _activity(plan: Plan) -> NamedNode:
    return NamedNode(f"{ID}activity/import-text-{plan.source}")


def _document(plan: Plan) -> NamedNode:
    return NamedNode(f"{ID}document/{plan.document}")


def _clause(plan: Plan, slug: str) -> NamedNode:
    return NamedNode(f"{ID}document/{plan.document}/clause/{slug}")


def _literal(plan: Plan, text: str) -> Literal:
    return Literal(text, language=plan.language)


def _describe_activity(plan: Plan) -> Iterator[Triple]:
    node = _activity(plan)
    about = (
        "Its numbered parts were told apart by program, each with its place in the file, as far "
        "as their numbers show."
    )
    yield Triple(node, TYPE, NamedNode(PROV + "Activity"))
    yield Triple(node, cg("activityKind"), NamedNode(f"{ID}concept/activity-kind/import"))
    yield Triple(node, TITLE, english(f"Import of the numbered text {plan.source}"))
    yield Triple(node, DESCRIPTION, english(about))
    yield Triple(node, ASSOCIATED, PROJECT)
    yield Triple(node, SOURCE, _source(plan))


def _describe_source(plan: Plan) -> Iterator[Triple]:
    """Describe the file as a source; its title is its name, unless the caller gives one."""
    node, name = _source(plan), plan.asked.file.name
    yield Triple(node, TYPE, cg("Source"))
    yield Triple(node, TITLE, english(plan.asked.source_title or name))
    yield Triple(node, IDENTIFIER, Literal(name))
    yield Triple(node, NamedNode(SCHEMA + "sha256"), Literal(plan.digest))
    about = "Numbered text, held as a file by whoever imported it."
    yield Triple(node, DESCRIPTION, english(about))
    if (address := refuse_bad_address(plan.asked.url)) is not None:
        yield Triple(node, NamedNode(SCHEMA + "url"), address)


def _describe_document(plan: Plan) -> Iterator[Triple]:
    """Describe the document, unless it is described already: then its title is an alternative."""
    node, title = _document(plan), plan.asked.title
    if title is None:
        return
    literal = _literal(plan, title)
    held = {text for language, text in plan.known.titles if language == plan.language}
    yield Triple(node, TYPE, cg("Document"))
    yield Triple(node, SOURCE, _source(plan))
    yield Triple(node, _ALTERNATIVE if held - {title} else TITLE, literal)


def _describe_clause(plan: Plan, entry: Entry) -> Iterator[Triple]:
    """Describe a clause; what is said of it already is not said again otherwise."""
    node, known = _clause(plan, entry.slug), plan.known.clauses.get(entry.slug)
    yield Triple(node, TYPE, cg("Clause"))
    yield Triple(node, cg("clauseOf"), _document(plan))
    yield Triple(node, SOURCE, _source(plan))
    if known is None or known.numbers <= {entry.number}:
        yield Triple(node, cg("number"), Literal(entry.number))
    if known is None or known.positions <= {entry.position}:
        yield Triple(node, cg("position"), Literal(str(entry.position), datatype=_INTEGER))
    if entry.parent is not None:
        parent = _clause(plan, entry.parent)
        if known is None or known.parents <= {parent.value}:
            yield Triple(node, cg("parentClause"), parent)
    held = (
        {text for language, text in known.titles if language == plan.language} if known else set()
    )
    title = plan.titles.get(entry.slug)
    if not held - {title}:
        yield Triple(node, TITLE, _literal(plan, title or entry.number))
    elif title is not None:
        yield Triple(node, _ALTERNATIVE, _literal(plan, title))
    passage = _evidence(plan, entry)
    yield Triple(node, cg("evidence"), NamedNode(passage.iri))
    yield from passage.triples()


def _evidence(plan: Plan, entry: Entry) -> Evidence:
    """Return where a clause stands in the file; the same as `evidence.describe`, read once."""
    local = f"{plan.source}-{entry.start}-{entry.end}"
    return Evidence(
        iri=f"{_document(plan).value}/evidence/{local}",
        source=_source(plan).value,
        start=entry.start,
        end=entry.end,
        file_digest=plan.digest,
        quote_digest=evidence.digest(plan.text[entry.start : entry.end]),
    )
