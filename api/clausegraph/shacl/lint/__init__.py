"""A lint for shapes: what shapes say that cannot be meant, found before any data are judged.

Each rule is a function over a `Sheet`: the shapes, read leniently, since the shapes that a lint is
for are those that no validator would take.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clausegraph.shacl.data import Data
from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.lint import closing, contradictions, queries, structure, terms, usage
from clausegraph.shacl.lint.faults import Fault, Rule, Severity
from clausegraph.shacl.lint.sheet import Sheet, Shown

__all__ = ["RULES", "Fault", "Rule", "Severity", "check"]

_CHECKS = (
    terms.check,
    structure.check,
    contradictions.check,
    closing.check,
    queries.check,
)
RULES: tuple[Rule, ...] = (
    *terms.RULES,
    *structure.RULES,
    *contradictions.RULES,
    *closing.RULES,
    *queries.RULES,
    *usage.RULES,
)


def check(graph: ShapesGraph, shown: Shown, data: Data | None = None) -> list[Fault]:
    """Return what is wrong with the shapes, each fault once.

    `shown` returns a term as people know it. `data` is what the shapes are meant for; without it
    nothing is said of targets and paths that match nothing.
    """
    sheet = Sheet(graph, shown)
    found = [fault for look in _CHECKS for fault in look(sheet)]
    if not any(fault.rule.severity is Severity.ERROR for fault in found):
        found += structure.unusable(sheet)
    if data is not None:
        found += usage.check(sheet, data)
    return list(_each_once(found))


def _each_once(found: Iterable[Fault]) -> Iterator[Fault]:
    """Yield the faults; of a term that is unknown nothing else is said at the same place."""
    unknown = {fault.place for fault in found if fault.rule is terms.UNKNOWN_TERM}
    for fault in dict.fromkeys(found):
        if fault.rule is terms.UNKNOWN_TERM or fault.place not in unknown:
            yield fault
