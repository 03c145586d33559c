"""FILTER NOT EXISTS as MINUS, and FILTER EXISTS as a join, where both find the same.

Oxigraph evaluates an EXISTS of several patterns anew for each solution of its group (oxigraph#885:
time grows with the square); MINUS and a join with a sub-SELECT are evaluated once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from clausegraph.engine.diagnosis.tree import Block, Group, Triple
from clausegraph.shacl.scope import all_mentioned, certain, certain_of, goes_far, is_closed, size

_JOINED = frozenset({"group", "union", "graph"})


@dataclass(frozen=True)
class Instead:
    """A group whose solutions are taken away, or are joined by the variables `shared`."""

    group: Group
    shared: tuple[str, ...] | None = None

    def text(self, body: str) -> str:
        """Return the block with what stands in its group."""
        if self.shared is None:
            return f"MINUS {{ {body} }}"
        names = " ".join(f"?{name}" for name in self.shared)
        return f"{{ SELECT DISTINCT {names} WHERE {{ {body} }} }}"


def instead(
    group: Group, block: Block, seeded: frozenset[str], *, is_few: bool = False
) -> Instead | None:
    """Return what may stand at the end of `group` instead of its FILTER EXISTS or NOT EXISTS.

    `seeded` are variables that the group binds beside what stands in it, and `is_few` says that
    they have few values. None where it is not certain that both find the same (SPARQL 1.1 Query,
    section 8.3), or where it is no quicker.
    """
    inner = block.groups[0]
    if goes_far(inner) or not _is_dear(inner, seeded, is_few=is_few):
        return None
    if is_few and (together := _together(group, block, seeded)):
        return together
    left = certain(group) | seeded
    outside = _outside(group, block) | seeded
    if not is_closed(inner, outside):
        return _together(group, block, seeded)
    shared = all_mentioned(inner) & outside
    if not shared & left & certain(inner):
        return None
    if block.kind == "not exists":
        return Instead(inner)
    return Instead(inner, tuple(sorted(shared))) if shared <= left & certain(inner) else None


def _is_dear(inner: Group, seeded: frozenset[str], *, is_few: bool) -> bool:
    """Whether it costs to ask for a group anew for each solution.

    One pattern is found at once. But where there are many solutions, and the pattern is not about
    what they have each their own of, asking once for all of it is quicker.
    """
    if size(inner) > 1:
        return True
    only = inner.elements[0] if len(inner.elements) == 1 else None
    if is_few or not isinstance(only, Triple) or only.verb.is_variable or only.verb.is_path:
        return False
    return not only.variables & seeded


def _together(group: Group, block: Block, seeded: frozenset[str]) -> Instead | None:
    """Return a group of all that both say, for what reads variables from outside.

    Only where each solution of the outer group binds each of its variables: so it is told from all
    others.
    """
    base = tuple(e for e in group.elements if isinstance(e, Triple) or e.kind in _JOINED)
    left = frozenset[str]().union(*map(certain_of, base)) | seeded
    outside = _outside(group, block) | seeded
    both = replace(group, elements=(*base, *block.groups[0].elements))
    if block.kind != "not exists" or not base or not outside <= left:
        return None
    if goes_far(both) or not is_closed(both, outside):
        return None
    return Instead(both)


def _outside(group: Group, block: Block) -> frozenset[str]:
    """The names of the variables that a group may bind beside one of its blocks."""
    others = tuple(element for element in group.elements if element is not block)
    return replace(group, elements=others).variables
