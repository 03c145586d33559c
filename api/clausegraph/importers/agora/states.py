"""How far a row of AGORA was checked, by its own flags, as the activity behind its statements.

AGORA names nobody who annotated or validated a row. So nothing of it counts as reviewed here, which
takes a named person; which flag a statement comes under is what its activity says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from clausegraph.importers.provenance import ASSOCIATED, DESCRIPTION, english
from clausegraph.vocabulary import ID, PROV, SOURCE, TITLE, TYPE, cg

AGORA = NamedNode(ID + "actor/agora")
COLLECTION = NamedNode(ID + "source/agora")


@dataclass(frozen=True)
class State:
    """What the flags of a row come to: a name for the report, and the activity's title and text."""

    slug: str
    name: str
    title: str
    description: str

    @property
    def activity(self) -> NamedNode:
        """The activity behind the statements of such a row."""
        return NamedNode(f"{ID}activity/agora-{self.slug}")


MACHINE = State(
    "machine-output",
    "may include unreviewed machine output",
    "Entry in AGORA that may include unreviewed machine output",
    "AGORA marks the row so: its summaries and tags may include output of software that nobody "
    "reviewed; which of them do, it does not say.",
)
VALIDATED = State(
    "validated",
    "validated",
    "Annotation in AGORA that is marked as validated",
    "AGORA marks the annotation of the row as validated; it does not name who annotated or "
    "validated it.",
)
ANNOTATED = State(
    "annotated",
    "annotated, not validated",
    "Annotation in AGORA that is not marked as validated",
    "AGORA marks the row as annotated and not as validated; it does not name who did it.",
)
PLAIN = State(
    "entry",
    "neither annotated nor machine output",
    "Entry in AGORA without annotation",
    "AGORA marks the row neither as annotated nor as including machine output; it does not name "
    "who made it.",
)
STATES = (VALIDATED, ANNOTATED, MACHINE, PLAIN)


def state_of(annotated: bool | None, validated: bool | None, machine: bool | None) -> State:
    """Return the state that three flags come to; where they contradict, the most cautious one."""
    if machine:
        return MACHINE
    if validated:
        return VALIDATED
    return ANNOTATED if annotated else PLAIN


def describe_states() -> Iterator[Triple]:
    """Describe the activities of all states."""
    for state in STATES:
        yield Triple(state.activity, TYPE, NamedNode(PROV + "Activity"))
        kind = NamedNode(ID + "concept/activity-kind/unstated")
        yield Triple(state.activity, cg("activityKind"), kind)
        yield Triple(state.activity, TITLE, english(state.title))
        yield Triple(state.activity, DESCRIPTION, english(state.description))
        yield Triple(state.activity, ASSOCIATED, AGORA)
        yield Triple(state.activity, SOURCE, COLLECTION)
