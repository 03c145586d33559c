"""What the lint finds: a rule that is broken, the shape that breaks it, the statement to mend."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pyoxigraph import NamedNode

from clausegraph.shacl.results import Term


class Severity(StrEnum):
    """An error makes a shape say what cannot be meant; a warning is worth a look; a note tells."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the lint: its name, how bad it is to break it, and what it asks for."""

    name: str
    severity: Severity
    summary: str

    def broken(
        self,
        shape: Term,
        message: str,
        predicate: str | None = None,
        value: Term | None = None,
        *,
        subject: Term | None = None,
    ) -> Fault:
        """Return the fault of a shape that breaks the rule.

        `predicate` and `value` are of the statement to mend, `subject` is whose it is, if not the
        shape's own.
        """
        named = None if predicate is None else NamedNode(predicate)
        return Fault(self, shape, message, (subject or shape, named, value))


Place = tuple[Term, NamedNode | None, Term | None]


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken rule; `place` is the statement to mend, its predicate and object as far as known."""

    rule: Rule
    shape: Term
    message: str
    place: Place


def error(name: str, summary: str) -> Rule:
    """Return a rule whose breach is an error."""
    return Rule(name, Severity.ERROR, summary)


def warning(name: str, summary: str) -> Rule:
    """Return a rule whose breach is a warning."""
    return Rule(name, Severity.WARNING, summary)


def note(name: str, summary: str) -> Rule:
    """Return a rule whose breach is no fault, and good to know."""
    return Rule(name, Severity.NOTE, summary)
