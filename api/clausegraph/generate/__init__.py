"""A made-up graph of any size in the shape of ours: for measuring, and for trying things out."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from clausegraph import authored, turtle
from clausegraph.generate.flaws import Place, flawed, tally
from clausegraph.generate.terms import (
    ACTIVITY,
    AGENT,
    CREATED,
    SOURCE,
    TITLE,
    A,
    Pairs,
    cg,
    coded,
    day,
    described,
    english,
    iri,
    thing,
)
from clausegraph.vocabulary import CG, DCTERMS, GRAPH, ID, PROV, XSD

__all__ = ["quads", "tally"]

SOURCES = ("generated-a", "generated-b")
ACTORS = 40
WORDS = (
    "access accountability agency algorithm alignment assessment audit authority biometric "
    "child compute consent copyright data deployment disclosure duty election emergency energy "
    "evaluation fairness harm health incident label licence liability market model monitor open "
    "oversight privacy product public record red-team registry report research risk safety "
    "sandbox security source standard supply system test threshold transparency user watermark "
    "worker"
).split()
# What clauses are classified under, and documents; risk domains come besides.
_OF_CLAUSES = ("DeonticForce", "LifecycleStage", "MitigationType", "RmfFunction", "RiskDomain")
_OF_DOCUMENTS = ("DocumentType", "Jurisdiction", "LegalForce", "Sector", "SystemKind", "Tag")
# A voluntary commitment has no sanction by statute: our shapes say so, and these have some.
_LEFT_OUT = frozenset({ID + "concept/document-type/commitment"})
_ROLES = ("enforcer", "monitor", "proposer", "target")
_PLAYED = 0.6  # of the roles in a document
_REVIEWED = 0.03  # of the statements


def quads(triples: int, seed: int = 0, flaws: int = 0) -> Iterator[str]:
    """Yield N-Quads, whole documents at a time, until there are `triples` lines or more.

    The same numbers and the same concept schemes give the same bytes. What is yielded describes its
    own sources, actors and activities; the concepts are those that ship. `flaws` things that break
    a rule each come besides, spread over the documents.
    """
    concepts = _concepts()
    start = _common()
    yield start
    written, number, made = start.count("\n"), 0, 0
    while written < triples:
        number += 1
        document = _Document(number, random.Random(f"{seed}-{number}"), concepts)  # noqa: S311
        part = document.lines()
        written += part.count("\n")
        due = min(flaws, flaws * written // triples)
        yield part + "".join([flawed(nth, document.place) for nth in range(made + 1, due + 1)])
        made = due


def _concepts() -> dict[str, list[str]]:
    """Return the IRIs of the shipped concepts by the name of their class, both A to Z."""
    found: dict[str, set[str]] = {}
    for file in authored.shipped(("data/concepts",)):
        for quad in turtle.parse_file(file.path).quads:
            kind, concept = quad.object, quad.subject
            if f"<{quad.predicate.value}>" != A or not isinstance(kind, NamedNode):
                continue
            if isinstance(concept, NamedNode) and concept.value not in _LEFT_OUT:
                found.setdefault(kind.value.removeprefix(CG), set()).add(concept.value)
    return {name: sorted(iris) for name, iris in found.items()}


def _provenance(graph: str, source: str) -> str:
    """Return what a graph says of itself."""
    pairs = (
        (A, iri(PROV + "Entity")),
        (SOURCE, thing(f"source/{source}")),
        (AGENT, thing(f"actor/{source}")),
        (ACTIVITY, thing(f"activity/{source}")),
    )
    return described(graph, graph, pairs)


def _common() -> str:
    """Return the graph of the sources, those who make statements, and the actors they speak of."""
    graph = iri(GRAPH + "data/generated")
    lines = [_provenance(graph, SOURCES[0])]
    description = iri(DCTERMS + "description")
    made_up = english("Made up by clausegraph generate; it stands for nothing in the world.")
    kinds = (("Organization", "manual"), ("SoftwareAgent", "machine"))
    for source, (kind, activity) in zip(SOURCES, kinds, strict=True):
        actor = thing(f"actor/{source}")
        told = ((TITLE, english(f"Generated source {source[-1].upper()}")), (description, made_up))
        lines.append(described(thing(f"source/{source}"), graph, ((A, cg("Source")), *told)))
        types = ((A, cg("Actor")), (A, iri(PROV + kind)))
        lines.append(described(actor, graph, (*types, *told)))
        how = (
            (A, iri(PROV + "Activity")),
            (cg("activityKind"), coded(f"activity-kind/{activity}")),
            (iri(PROV + "wasAssociatedWith"), actor),
        )
        lines.append(described(thing(f"activity/{source}"), graph, (*how, *told)))
    person = ((A, cg("Actor")), (A, iri(PROV + "Person")), (TITLE, english("Generated reviewer")))
    lines.append(described(thing("actor/generated-reviewer"), graph, person))
    for number in range(1, ACTORS + 1):
        title = (TITLE, english(f"Generated actor {number}"))
        pairs = ((A, cg("Actor")), title, (SOURCE, thing(f"source/{SOURCES[0]}")))
        lines.append(described(thing(f"actor/generated-{number:02}"), graph, pairs))
    return "".join(lines)


@dataclass
class _Document:
    """One generated document; `chance` decides all that differs from document to document."""

    number: int
    chance: random.Random
    concepts: dict[str, list[str]]

    def __post_init__(self) -> None:
        self._path = f"document/generated-{self.number:06}"
        self._document = thing(self._path)
        self._graphs = {source: iri(f"{GRAPH}data/{self._path}/{source}") for source in SOURCES}
        self._lines: list[str] = []
        self._stated: set[str] = set()

    @property
    def place(self) -> Place:
        """Where its first source says something of it."""
        return Place(self._document, self._graphs[SOURCES[0]])

    def lines(self) -> str:
        """Return what its sources say of the document, one named graph each."""
        for source, graph in self._graphs.items():
            self._lines.append(_provenance(graph, source))
            pairs = ((A, cg("Document")), (SOURCE, thing(f"source/{source}")))
            self._add(self._document, source, pairs)
        title = f"Generated document {self.number} on {self._words(3)}"
        summary = f"Made up: {self._words(20)}."
        pairs = ((TITLE, english(title)), (cg("summary"), english(summary)))
        self._add(self._document, SOURCES[0], pairs)
        self._milestones()
        self._participations()
        for kind in _OF_DOCUMENTS:
            self._classify(self._document, "", kind, SOURCES[0])
        for source, share in zip(SOURCES, (0.7, 0.5), strict=True):
            for concept in self.concepts["RiskDomain"]:
                if self.chance.random() < share:
                    self._state_risk(self._document, "", concept, source)
        self._clauses()
        return "".join(self._lines)

    # --- parts

    def _clauses(self) -> None:
        for chapter in range(1, 4 + self._below(5)):
            self._clause(f"{chapter}", chapter, "")
            for section in range(1, 3 + self._below(4)):
                self._clause(f"{chapter}.{section}", section, f"{chapter}")

    def _clause(self, number: str, position: int, parent: str) -> None:
        clause = thing(f"{self._path}/clause/{number}")
        pairs = [
            (A, cg("Clause")),
            (cg("clauseOf"), self._document),
            (cg("number"), f'"{number}"'),
            (cg("position"), f'"{position}"^^<{XSD}integer>'),
            (TITLE, english(f"Generated clause {number} on {self._words(2)}")),
            (cg("summary"), english(f"Made up: {self._words(15)}.")),
            (SOURCE, thing(f"source/{SOURCES[0]}")),
        ]
        if parent:
            pairs.append((cg("parentClause"), thing(f"{self._path}/clause/{parent}")))
        self._add(clause, SOURCES[0], pairs)
        for source, most in zip(SOURCES, (4, 2), strict=True):
            for _ in range(self._below(most) + 1):
                kind = _OF_CLAUSES[self._below(len(_OF_CLAUSES))]
                self._classify(clause, f"{number}-", kind, source)

    def _milestones(self) -> None:
        year = 2015 + self._below(10)
        for later, kind in enumerate(("proposed", "issued", "effective")):
            name = f"milestone/{kind}-{SOURCES[0]}"
            date = day(year + later, 1 + self._below(12), 1 + self._below(28))
            pairs = (
                (A, cg("Milestone")),
                (cg("milestoneOf"), self._document),
                (cg("milestoneKind"), coded(f"milestone-kind/{kind}")),
                (cg("date"), date),
            )
            self._state(name, pairs, SOURCES[0])

    def _participations(self) -> None:
        for role in ("issuer", *(role for role in _ROLES if self.chance.random() < _PLAYED)):
            name = f"participation/{role}-{SOURCES[0]}"
            pairs = (
                (A, cg("Participation")),
                (cg("participationIn"), self._document),
                (cg("role"), coded(f"actor-role/{role}")),
                (cg("actor"), thing(f"actor/generated-{1 + self._below(ACTORS):02}")),
            )
            self._state(name, pairs, SOURCES[0])

    # --- statements

    def _classify(self, part: str, label: str, kind: str, source: str) -> None:
        concept = self.concepts[kind][self._below(len(self.concepts[kind]))]
        self._state_concept(part, label, concept, source, ())

    def _state_risk(self, part: str, label: str, concept: str, source: str) -> None:
        level = (cg("coverageLevel"), coded(f"coverage-3/{1 + self._below(3)}"))
        self._state_concept(part, label, concept, source, (level,))

    def _state_concept(self, part: str, label: str, concept: str, source: str, more: Pairs) -> None:
        slug = concept.removeprefix(ID + "concept/").replace("/", "-")
        name = f"classification/{label}{slug}-{source}"
        if name in self._stated:
            return
        self._stated.add(name)
        pairs = (
            (A, cg("Classification")),
            (cg("classifies"), part),
            (cg("concept"), iri(concept)),
            (
                cg("confidence"),
                coded(f"confidence/{('low', 'medium', 'high')[self._below(3)]}"),
            ),
            *more,
        )
        self._state(name, pairs, source)

    def _state(self, name: str, pairs: Pairs, source: str) -> None:
        """Add a statement with its provenance, and now and then the review of it."""
        statement = thing(f"{self._path}/{name}")
        is_reviewed = self.chance.random() < _REVIEWED
        status = "reviewed" if is_reviewed else ("unreviewed", "preliminary")[self._below(2)]
        provenance = (
            (cg("reviewStatus"), coded(f"review-status/{status}")),
            (SOURCE, thing(f"source/{source}")),
            (AGENT, thing(f"actor/{source}")),
            (ACTIVITY, thing(f"activity/{source}")),
            (CREATED, day(2026, 1 + self._below(10), 1 + self._below(28))),
        )
        self._add(statement, source, (*pairs, *provenance))
        if is_reviewed:
            slug = f"review/generated-{self.number:06}-{name.replace('/', '-')}"
            review = (
                (A, cg("Review")),
                (cg("reviewOf"), statement),
                (cg("verdict"), coded("review-verdict/confirmed")),
                (cg("rationale"), english("Made up.")),
                (AGENT, thing("actor/generated-reviewer")),
                (CREATED, day(2026, 11, 1 + self._below(28))),
            )
            self._add(thing(slug), source, review)

    def _add(self, subject: str, source: str, pairs: Pairs) -> None:
        self._lines.append(described(subject, self._graphs[source], pairs))

    # --- chance

    def _below(self, bound: int) -> int:
        """Return a number from 0; of all that `random` offers, only this is the same for good."""
        return int(self.chance.random() * bound)

    def _words(self, count: int) -> str:
        return " ".join([WORDS[self._below(len(WORDS))] for _ in range(count)])
