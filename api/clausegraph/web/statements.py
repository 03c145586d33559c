"""Statements on a page: each with who makes it, how, from which source, and whether reviewed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from clausegraph import vocabulary
from clausegraph.vocabulary import CG, DCTERMS, PROV, RDF, SKOS
from clausegraph.web.addresses import href
from clausegraph.web.evidence import NOTHING, Backing, Evidence
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
    Kind("Classification", "Classifications", "classifies", ("concept", "coverageLevel")),
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
# What a row shows in places of its own.
_WORDS, _WHY, _SURE = CG + "sourceTerm", CG + "rationale", CG + "confidence"
_HIDDEN = {
    *(RDF + "type", *PROVENANCE, CG + "earliestDate", CG + "latestDate", _STATED_ABSENT),
    *(_WORDS, _WHY, _SURE, CG + "evidence"),
}
# What the page of a statement shows as its evidence.
SHOWN = tuple(_HIDDEN - {CG + "earliestDate", CG + "latestDate"})
_ROLE = CG + "role"


@dataclass(frozen=True)
class Provenance:
    """Who makes a statement, how it came about, from which source, how sure, and its review."""

    agents: tuple[Value, ...]
    ways: tuple[Value, ...]
    sources: tuple[Value, ...]
    reviews: tuple[Value, ...]
    activities: tuple[Value, ...] = ()
    confidence: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Row:
    """One statement: what it claims, or of what; what else it says; its provenance.

    `also` is what it claims beside `lead`, `words` what its source calls that, `why` the reason
    given. `denial` says that it claims the opposite: a headline alone would read as if it affirmed.
    """

    lead: tuple[Value, ...]
    also: tuple[Value, ...]
    denial: Value | None
    words: tuple[Value, ...]
    why: tuple[Value, ...]
    details: tuple[Fact, ...]
    provenance: Provenance
    backing: Backing
    href: str | None

    @property
    def name(self) -> str:
        """What it says in short, for those who hear the page."""
        return ", ".join(value.text for value in (*self.lead, *self.also)) or "nothing with a code"


@dataclass(frozen=True)
class Group:
    """Statements of one kind under one heading."""

    kind: str
    heading: str
    href: str | None
    rows: tuple[Row, ...]
    lang: str | None = None

    @property
    def anchor(self) -> str:
        """The fragment by which the page itself leads to the group."""
        return f"{self.kind.lower()}-{vocabulary.code_slug(self.heading)}"


@dataclass(frozen=True)
class Share:
    """How many statements have the same agents, method and review status."""

    agents: tuple[Value, ...]
    ways: tuple[Value, ...]
    reviews: tuple[Value, ...]
    count: int


@dataclass(frozen=True)
class Teller:
    """Reads the statements of a page; `evidence` is what they rest on, as far as it is known."""

    page: Described
    evidence: Evidence = field(default_factory=dict)

    def about(self, subjects: Iterable[str], resource: str) -> list[Group]:
        """Return the statements about `resource`: classifications by scheme, participations by
        role, the rest by kind."""
        grouped: dict[tuple[int, str], list[Row]] = {}
        headings: dict[tuple[int, str], Value] = {}
        for iri in subjects:
            kind = kind_of(self.page, iri)
            if kind is None or resource not in self.page.objects(iri, CG + kind.about):
                continue
            heading = self._heading(iri, kind)
            key = (KINDS.index(kind), heading.text)
            headings[key] = heading
            grouped.setdefault(key, []).append(self.row(iri, kind))
        return [
            Group(KINDS[key[0]].name, key[1], headings[key].href, _sorted(rows), headings[key].lang)
            for key, rows in sorted(grouped.items())
        ]

    def naming(self, subjects: Iterable[str], resource: str) -> list[Group]:
        """Return the statements that name `resource`, as a concept, actor or source, by kind."""
        grouped: dict[str, list[Row]] = {}
        kinds: dict[str, Kind] = {}
        for iri in subjects:
            kind = kind_of(self.page, iri)
            if kind is None or iri == resource:
                continue
            targets = self.page.objects(iri, CG + kind.about)
            if resource in targets:
                continue
            claims = [value for value in self._claims(iri, kind) if value.iri != resource]
            lead = tuple(self.page.link(item) for item in targets)
            row = replace(self.row(iri, kind), lead=lead, also=tuple(claims))
            grouped.setdefault(kind.heading, []).append(row)
            kinds[kind.heading] = kind
        return [
            Group(kinds[heading].name, heading, None, _sorted(rows))
            for heading, rows in sorted(grouped.items())
        ]

    def row(self, iri: str, kind: Kind) -> Row:
        """Return one statement; a participation is listed under its role, so it leads with who."""
        page = self.page
        claims = self._claims(iri, kind)
        if kind.name == "Participation":
            roles = page.objects(iri, _ROLE)
            claims = [value for value in claims if value.iri not in roles]
        names = [CG + name for name in kind.lead]
        return Row(
            tuple(claims),
            (),
            denial(page, iri),
            _literals(page, iri, _WORDS),
            _literals(page, iri, _WHY),
            tuple(page.facts(iri, (*_HIDDEN, *names, CG + kind.about))),
            provenance(page, iri),
            self.evidence.get(iri, NOTHING),
            href(iri),
        )

    def _claims(self, iri: str, kind: Kind) -> list[Value]:
        found = self.page.properties(iri)
        return [self.page.value(term) for name in kind.lead for term in found.get(CG + name, ())]

    def _heading(self, iri: str, kind: Kind) -> Value:
        """Return what a statement is listed under."""
        if kind.name == "Participation" and (role := self.page.first(iri, _ROLE)):
            return self.page.link(role)
        if kind.name == "Classification":
            return self._scheme(iri)
        return Value(kind.heading)

    def _scheme(self, iri: str) -> Value:
        """Return a link to the scheme of a classification's concept, for a heading."""
        concept = self.page.first(iri, CG + "concept")
        scheme = self.page.first(concept, SKOS + "inScheme") if concept else None
        return Value("In the source's own words") if scheme is None else self.page.link(scheme)


def shares(groups: Iterable[Group]) -> tuple[Share, ...]:
    """Return who makes how many of the statements of a page, and how; most first."""
    counts = Counter(
        (row.provenance.agents, row.provenance.ways, row.provenance.reviews)
        for group in groups
        for row in group.rows
    )
    return tuple(Share(*said, count) for said, count in counts.most_common())


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
        tuple(page.link(item) for item in activities) if ways else (),
        tuple(page.link(item) for item in page.objects(iri, _SURE)),
    )


def _literals(page: Described, iri: str, name: str) -> tuple[Value, ...]:
    return tuple(page.value(term) for term in page.properties(iri).get(name, ()))


def _sorted(rows: Iterable[Row]) -> tuple[Row, ...]:
    def key(row: Row) -> list[tuple[int, int, str]]:
        values = (*row.lead, *row.also)
        return natural(" ".join(f"{value.note or ''} {value.text}" for value in values))

    return tuple(sorted(rows, key=key))
