"""Flaws in a made-up graph: things that break one rule of the shapes each, and say so by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from clausegraph.generate.terms import (
    ACTIVITY,
    AGENT,
    CREATED,
    SOURCE,
    TITLE,
    A,
    cg,
    coded,
    day,
    described,
    english,
    thing,
)
from clausegraph.vocabulary import XSD

_Said = Mapping[str, tuple[str, ...]]
_DOCUMENT = "<document>"  # stands for the document that a flaw is part of
_ITSELF = "<itself>"  # the flawed thing
_RISK = coded("mit-risk-domain/1.1")
_LEVEL = coded("coverage-3/2")
_UNREVIEWED = coded("review-status/unreviewed")


@dataclass(frozen=True)
class Place:
    """Where a flaw lies: a document and a graph, as N-Quads spell them."""

    document: str
    graph: str

    def below(self, path: str) -> str:
        """Return the name of a part of the document."""
        return f"{self.document[:-1]}/{path}>"


def _number(value: str) -> str:
    return f'"{value}"^^<{XSD}integer>'


_STATEMENT: _Said = {
    cg("reviewStatus"): (_UNREVIEWED,),
    SOURCE: (thing("source/generated-a"),),
    AGENT: (thing("actor/generated-a"),),
    ACTIVITY: (thing("activity/generated-a"),),
    CREATED: (day(2026, 1, 1),),
}
_SOUND: Mapping[str, _Said] = {
    "clause": {
        A: (cg("Clause"),),
        cg("clauseOf"): (_DOCUMENT,),
        TITLE: (english("Generated clause with a flaw"),),
        SOURCE: _STATEMENT[SOURCE],
    },
    "classification": {
        A: (cg("Classification"),),
        cg("classifies"): (_DOCUMENT,),
        cg("concept"): (_RISK,),
        **_STATEMENT,
    },
    "milestone": {
        A: (cg("Milestone"),),
        cg("milestoneOf"): (_DOCUMENT,),
        cg("milestoneKind"): (coded("milestone-kind/effective"),),
        cg("date"): (day(2026, 1, 1),),
        **_STATEMENT,
    },
    "participation": {
        A: (cg("Participation"),),
        cg("participationIn"): (_DOCUMENT,),
        cg("role"): (coded("actor-role/target"),),
        cg("actor"): (thing("actor/generated-01"),),
        **_STATEMENT,
    },
    "sanction": {
        A: (cg("Sanction"),),
        cg("sanctionOf"): (_DOCUMENT,),
        cg("sourceTerm"): ('"fine"',),
        **_STATEMENT,
    },
}
# What each flaw changes of a sound thing, by the name that says what is wrong.
_FLAWS: Mapping[str, tuple[str, _Said]] = {
    "no-source": ("classification", {SOURCE: ()}),
    "two-concepts": ("classification", {cg("concept"): (_RISK, coded("mit-risk-domain/1.2"))}),
    "unknown-actor": ("participation", {cg("actor"): (thing("actor/nobody"),)}),
    "impossible-date": ("milestone", {cg("date"): (day(2026, 2, 30),)}),
    "source-as-document": ("milestone", {cg("milestoneOf"): _STATEMENT[SOURCE]}),
    "bad-name": ("clause", {}),
    "no-title": ("clause", {TITLE: ()}),
    "level-of-absent": (
        "classification",
        {cg("statedAbsent"): (f'"true"^^<{XSD}boolean>',), cg("coverageLevel"): (_LEVEL,)},
    ),
    "title-without-language": ("clause", {TITLE: ('"Generated clause"',)}),
    "two-titles": (
        "clause",
        {TITLE: (english("Generated clause"), english("Generated clause again"))},
    ),
    "amount-below-zero": (
        "sanction",
        {cg("minimumAmount"): (_number("-1"),), cg("currency"): ('"CNY"',)},
    ),
    "created-in-words": ("classification", {CREATED: ('"yesterday"',)}),
    "reviewed-by-nobody": (
        "classification",
        {cg("reviewStatus"): (coded("review-status/reviewed"),)},
    ),
    "unknown-property": ("clause", {cg("summery"): (english("Made up."),)}),
    "unknown-concept": ("classification", {cg("concept"): (coded("mit-risk-domain/99"),)}),
    "concept-of-no-use": ("classification", {cg("concept"): (coded("activity-kind/manual"),)}),
    "link-by-hand": ("clause", {cg("addressesRisk"): (_RISK,)}),
    "own-parent": ("clause", {cg("parentClause"): (_ITSELF,)}),
    "amount-without-currency": ("sanction", {cg("minimumAmount"): (_number("1"),)}),
    "lowest-above-highest": (
        "sanction",
        {
            cg("minimumAmount"): (_number("2"),),
            cg("maximumAmount"): (_number("1"),),
            cg("currency"): ('"CNY"',),
        },
    ),
    "currency-in-words": ("sanction", {cg("currency"): ('"yuan"',)}),
    "two-states-of-review": (
        "milestone",
        {cg("reviewStatus"): (_UNREVIEWED, coded("review-status/preliminary"))},
    ),
    "number-as-amount": (
        "sanction",
        {cg("maximumAmount"): (f'"1.50"^^<{XSD}decimal>',), cg("currency"): ('"CNY"',)},
    ),
    "unknown-evidence": (
        "participation",
        {cg("evidence"): (thing("document/nowhere/evidence/none"),)},
    ),
}
KINDS = tuple(_FLAWS)


def flawed(nth: int, place: Place) -> str:
    """Return the lines of a thing that breaks one rule; `nth`, from 1, decides which.

    The kinds take turns. The thing's IRI ends in `flaw-{nth}-{kind}`.
    """
    kind = KINDS[(nth - 1) % len(KINDS)]
    sort, changes = _FLAWS[kind]
    name = "Flaw" if kind == "bad-name" else "flaw"
    itself = place.below(f"{sort}/{name}-{nth:06}-{kind}")
    meant = {_DOCUMENT: place.document, _ITSELF: itself}
    pairs = [
        (predicate, meant.get(value, value))
        for predicate, values in {**_SOUND[sort], **changes}.items()
        for value in values
    ]
    return described(itself, place.graph, pairs)


def tally(flaws: int) -> dict[str, int]:
    """Return how many there are of each kind among so many."""
    return dict(Counter(KINDS[number % len(KINDS)] for number in range(flaws)))
