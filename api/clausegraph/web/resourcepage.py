"""The page of one resource: all that its document says, laid out for reading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clausegraph.vocabulary import CG, DCTERMS, OWL, RDF, RDFS, SH, SKOS
from clausegraph.web import addresses, crossings, keyfacts, statements
from clausegraph.web.evidence import Evidence
from clausegraph.web.keyfacts import Key
from clausegraph.web.model import TITLES, Described, Fact, Value, natural
from clausegraph.web.statements import Group, Row, Share, Teller

_LEADS = (CG + "summary", SKOS + "definition", DCTERMS + "description")
_PARTS = (CG + "hasClause", SKOS + "hasTopConcept", SKOS + "narrower")
_WHERE = (CG + "clauseOf", CG + "parentClause", CG + "position", SKOS + "inScheme")
_DEPRECATED = OWL + "deprecated"
_HIDDEN = (
    _DEPRECATED,
    *TITLES,
    *_LEADS,
    *_PARTS,
    *_WHERE,
    *crossings.PROPERTIES,
    SKOS + "broaderTransitive",
    SKOS + "topConceptOf",
)


@dataclass(frozen=True)
class Part:
    """A part of a resource, a clause or a concept, with its own parts."""

    value: Value
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class ResourcePage:
    """What the template shows; `own` is the thing as a statement, if it is one."""

    iri: str
    title: Value
    titles: tuple[Value, ...]
    kinds: tuple[Value, ...]
    trail: tuple[Value, ...]
    leads: tuple[Value, ...]
    denial: Value | None
    is_deprecated: bool
    successors: tuple[Value, ...]
    own: Row | None
    facts: tuple[Fact, ...]
    parts_heading: str
    parts: tuple[Part, ...]
    about: tuple[Group, ...]
    shares: tuple[Share, ...]
    keys: tuple[Key, ...]
    naming: tuple[Group, ...]
    details: tuple[tuple[Value, tuple[Fact, ...]], ...]
    inbound: tuple[Fact, ...]
    run: str | None


def read(
    page: Described, iri: str, evidence: Evidence, successors: Iterable[str] = ()
) -> ResourcePage:
    """Read the page of `iri` out of its document; `evidence` is what its statements rest on, and
    `successors` stand in its place in the end."""
    titles = page.literals(iri, *TITLES)
    subjects = [item for item in page.subjects if not item.startswith(addresses.DOC)]
    kind = statements.kind_of(page, iri)
    teller = Teller(page, evidence)
    heading, parts = _parts(page, iri)
    about = teller.about(subjects, iri)
    return ResourcePage(
        iri,
        _title(page, iri, titles),
        tuple(titles[1:]),
        tuple(page.kinds(iri)),
        tuple(_trail(page, iri)),
        tuple(page.literals(iri, *_LEADS)),
        statements.denial(page, iri),
        page.first(iri, _DEPRECATED) in {"true", "1"},
        tuple(page.link(item) for item in successors),
        teller.row(iri, kind) if kind else None,
        tuple(page.facts(iri, (*_HIDDEN, *(statements.SHOWN if kind else ())))),
        heading,
        parts,
        tuple(about),
        statements.shares(about),
        keyfacts.read(about),
        tuple(teller.naming(subjects, iri)),
        tuple(_details(page, iri)),
        tuple(_inbound(page, iri, subjects)),
        page.first(iri, SH + "select", SH + "ask", SH + "construct"),
    )


def _title(page: Described, iri: str, titles: Sequence[Value]) -> Value:
    """Return the heading: number and title; a statement is called by what it is about."""
    kind = statements.kind_of(page, iri)
    if titles or kind is None:
        return Value(page.label(iri), lang=titles[0].lang if titles else None)
    about = page.first(iri, CG + kind.about)
    lead = page.first(iri, *(CG + name for name in kind.lead))
    of = page.label(about) if about else page.label(iri)
    claim = "" if lead is None else page.label(lead) if lead.startswith("http") else lead
    said = f"{kind.name}, {statements.ABSENT}" if statements.denial(page, iri) else kind.name
    return Value(f"{said}: {claim} ({of})" if claim else f"{said} ({of})")


def _trail(page: Described, iri: str) -> list[Value]:
    """Return what contains `iri`, outermost first: document and clauses, or scheme and concepts."""
    container = page.first(iri, CG + "clauseOf", SKOS + "inScheme", *statements.ABOUT)
    above: list[str] = []
    step = page.first(iri, CG + "parentClause", SKOS + "broader")
    while step is not None and step not in above:
        above.append(step)
        step = page.first(step, CG + "parentClause", SKOS + "broader")
    outer = page.first(container, CG + "clauseOf") if container else None
    return [_bare(page, item) for item in (outer, container, *reversed(above)) if item]


def _parts(page: Described, iri: str) -> tuple[str, tuple[Part, ...]]:
    """Return the clauses of a document or the concepts of a scheme or concept, as a tree."""
    if clauses := page.objects(iri, CG + "hasClause"):
        return "Clauses", _tree(page, clauses, CG + "parentClause", iri)
    members = [item for item in page.subjects if iri in page.objects(item, SKOS + "inScheme")]
    if members:
        return "Concepts", _tree(page, members, SKOS + "broader", iri)
    if below := page.objects(iri, SKOS + "narrower"):
        return "Narrower concepts", _tree(page, below, SKOS + "broader", iri)
    below = [item for item in page.subjects if iri in page.objects(item, CG + "parentClause")]
    return "Clauses below", _tree(page, below, CG + "parentClause", iri)


def _tree(page: Described, members: Iterable[str], up: str, root: str) -> tuple[Part, ...]:
    """Return `members` in order, each below the member that `up` leads to; a cycle is cut."""
    listed = set(members)
    children: dict[str, list[str]] = {}
    for item in listed:
        parent = page.first(item, up)
        children.setdefault(parent if parent in listed else root, []).append(item)

    def below(parent: str, seen: frozenset[str]) -> tuple[Part, ...]:
        found = sorted(children.get(parent, ()), key=lambda item: _order(page, item))
        return tuple(
            Part(_bare(page, item), below(item, seen | {item}))
            for item in found
            if item not in seen
        )

    return below(root, frozenset({root}))


def _bare(page: Described, iri: str) -> Value:
    """Return a link without the note that names its document: the page is about that document."""
    link = page.link(iri)
    return Value(link.text, link.href, link.iri, link.lang)


def _order(page: Described, iri: str) -> tuple[int, list[tuple[int, int, str]]]:
    position = page.first(iri, CG + "position")
    number = int(position) if position and position.isdigit() else 0
    return number, natural(page.first(iri, SKOS + "notation", CG + "number") or page.label(iri))


def _details(page: Described, iri: str) -> Iterable[tuple[Value, tuple[Fact, ...]]]:
    """Yield the things that belong to `iri` alone: its passages and fragments, its reviews."""
    evidence = page.objects(iri, CG + "evidence")
    for item in sorted(page.subjects):
        own = item in evidence or any(item.startswith(f"{node}#") for node in (iri, *evidence))
        if own or iri in page.objects(item, CG + "reviewOf"):
            yield page.link(item), tuple(page.facts(item))


def _inbound(page: Described, iri: str, subjects: Iterable[str]) -> Iterable[Fact]:
    """Yield who else points to `iri`, by property; statements and parts are shown elsewhere."""
    hidden = {*page.words.derived, RDF + "type", CG + "clauseOf", SKOS + "inScheme"}
    hidden |= {
        SKOS + "hasTopConcept",
        CG + "hasClause",
        RDF + "subject",
        RDF + "object",
        *crossings.PROPERTIES,
    }
    hidden |= {CG + "reviewOf", SKOS + "broader", CG + "parentClause", SKOS + "broaderTransitive"}
    hidden |= {SKOS + "topConceptOf", RDFS + "isDefinedBy", SKOS + "narrower"}
    found: dict[str, list[Value]] = {}
    for item in subjects:
        if item == iri or statements.kind_of(page, item):
            continue
        for predicate in page.properties(item):
            if predicate not in hidden and iri in page.objects(item, predicate):
                found.setdefault(predicate, []).append(page.link(item))
    for predicate, values in sorted(found.items()):
        label, lang = page.words.named(predicate, page.prefers)
        ordered = sorted(values, key=lambda value: natural(value.text))
        yield Fact(label, addresses.href(predicate), tuple(ordered), lang)
