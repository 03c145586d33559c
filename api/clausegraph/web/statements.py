"""Statements on a page: each with who makes it, how, from which source, and whether reviewed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from clausegraph import vocabulary
from clausegraph.vocabulary import CG, DCTERMS, PROV, RDF, SKOS
from clausegraph.web.addresses import href
from clausegraph.web.model import PROVENANCE, Described, Fact, Value, natural


@dataclass(frozen=True)
class Kind:
    """A kind of statement: what it is about, and the properties that say what it claims."""

    name: str
    heading: str
    about: str
    lead: tuple[str, ...]


KINDS = (
    Kind("Milestone", "Milestones", "milestoneOf", ("milestoneKind", "date")),
    Kind("Participation", "Actors", "participationIn", ("role", "actor", "actorType")),
    Kind(
        "Classification",
        "Classifications",
        "classifies",
        ("concept", "sourceTerm", "coverageLevel"),
    ),
    Kind(
        "Sanction",
        "Sanctions",
        "sanctionOf",
        ("enforcementType", "minimumAmount", "maximumAmount", "currency"),
    ),
    Kind("Tally", "Tallies", "tallyOf", ("scheme", "level", "minimumCount", "maximumCount")),
)
UNSTATED = vocabulary.ID + "concept/activity-kind/unstated"
ABOUT = tuple(CG + kind.about for kind in KINDS)

ABSENT = "stated absent"

_STATED_ABSENT = CG + "statedAbsent"
_HIDDEN = {RDF + "type", *PROVENANCE, CG + "earliestDate", CG + "latestDate", _STATED_ABSENT}


@dataclass(frozen=True)
class Provenance:
    """Who makes a statement, how it came about, from which source, and its review."""

    agents: tuple[Value, ...]
    ways: tuple[Value, ...]
    sources: tuple[Value, ...]
    reviews: tuple[Value, ...]


@dataclass(frozen=True)
class Row:
    """One statement: what it claims, or of what; what else it says; its provenance.

    `denial` says that it claims the opposite: a headline alone would read as if it affirmed.
    """

    lead: tuple[Value, ...]
    denial: Value | None
    details: tuple[Fact, ...]
    provenance: Provenance
    href: str | None


@dataclass(frozen=True)
class Group:
    """Statements under one heading."""

    heading: str
    href: str | None
    rows: tuple[Row, ...]
    lang: str | None = None

    @property
    def anchor(self) -> str:
        """The fragment by which the page itself leads to the group."""
        return vocabulary.code_slug(self.heading)


def kind_of(page: Described, iri: str) -> Kind | None:
    """Return which kind of statement `iri` is, or None."""
    types = page.objects(iri, RDF + "type")
    return next((kind for kind in KINDS if CG + kind.name in types), None)


def denial(page: Described, iri: str) -> Value | None:
    """Return the badge of a statement that something is absent, None for any other."""
    is_denial = page.first(iri, _STATED_ABSENT) in {"true", "1"}
    return Value(ABSENT, badge="absent") if is_denial else None


def provenance(page: Described, iri: str) -> Provenance:
    """Return the provenance of a statement; an activity is shown by its kind, if it has one."""
    activities = page.objects(iri, PROV + "wasGeneratedBy")
    kinds = [kind for item in activities for kind in page.objects(item, CG + "activityKind")]
    ways = [
        replace(page.link(kind), text="Method unstated") if kind == UNSTATED else page.link(kind)
        for kind in kinds
    ]
    status = page.first(iri, CG + "effectiveReviewStatus", CG + "reviewStatus")
    return Provenance(
        tuple(page.link(item) for item in page.objects(iri, PROV + "wasAttributedTo")),
        tuple(ways) or tuple(page.link(item) for item in activities),
        tuple(page.link(item) for item in page.objects(iri, DCTERMS + "source")),
        (page.link(status),) if status else (),
    )


def about(page: Described, subjects: Iterable[str], resource: str) -> list[Group]:
    """Return the statements about `resource`, classifications by scheme, the rest by kind."""
    grouped: dict[tuple[int, str], list[Row]] = {}
    headings: dict[tuple[int, str], Value] = {}
    for iri in subjects:
        kind = kind_of(page, iri)
        if kind is None or resource not in page.objects(iri, CG + kind.about):
            continue
        is_classification = kind.name == "Classification"
        heading = _scheme(page, iri) if is_classification else Value(kind.heading)
        key = (KINDS.index(kind), heading.text)
        headings[key] = heading
        grouped.setdefault(key, []).append(_row(page, iri, kind))
    return [
        Group(key[1], headings[key].href, _sorted(rows), headings[key].lang)
        for key, rows in sorted(grouped.items())
    ]


def naming(page: Described, subjects: Iterable[str], resource: str) -> list[Group]:
    """Return the statements that name `resource`, as a concept, actor or source, by kind."""
    grouped: dict[str, list[Row]] = {}
    for iri in subjects:
        kind = kind_of(page, iri)
        if kind is None or iri == resource or resource in page.objects(iri, CG + kind.about):
            continue
        targets = tuple(page.link(item) for item in page.objects(iri, CG + kind.about))
        claim = _row(page, iri, kind)
        facts = [
            page.fact(CG + name, terms)
            for name in kind.lead
            if (terms := page.properties(iri).get(CG + name))
            and resource not in (term.value for term in terms)
        ]
        row = replace(claim, lead=targets, details=(*facts, *claim.details))
        grouped.setdefault(kind.heading, []).append(row)
    return [Group(heading, None, _sorted(rows)) for heading, rows in sorted(grouped.items())]


def _row(page: Described, iri: str, kind: Kind) -> Row:
    lead_names = [CG + name for name in kind.lead]
    lead = [page.value(term) for name in lead_names for term in page.properties(iri).get(name, ())]
    details = page.facts(iri, (*_HIDDEN, *lead_names, CG + kind.about))
    said = provenance(page, iri)
    return Row(tuple(lead), denial(page, iri), tuple(details), said, href(iri))


def _scheme(page: Described, iri: str) -> Value:
    """Return a link to the scheme of a classification's concept, for a heading."""
    concept = page.first(iri, CG + "concept")
    scheme = page.first(concept, SKOS + "inScheme") if concept else None
    return Value("In the source's own words") if scheme is None else page.link(scheme)


def _sorted(rows: Iterable[Row]) -> tuple[Row, ...]:
    def key(row: Row) -> list[tuple[int, int, str]]:
        return natural(" ".join(f"{value.note or ''} {value.text}" for value in row.lead))

    return tuple(sorted(rows, key=key))
