"""In which order the engine had better join: what its own plans miss, written into the query.

Oxigraph joins one pattern after the other by what each has in common with those before it. Where
two patterns of one node share a variable each with the others, it looks up the first and tests the
second: all clauses of one number, to find those of one document. As a sub-SELECT the two are joined
with the others by both variables at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clausegraph.engine.diagnosis.tree import Block, Element, Group, Triple, joined, variables
from clausegraph.shacl.scope import all_mentioned, mentioned, size
from clausegraph.sparql.tokens import plain

_BREAKS = frozenset({"bind", "optional"})


@dataclass(frozen=True)
class Star:
    """Triple patterns of one subject, which are joined by themselves."""

    triples: tuple[Triple, ...]

    @property
    def first(self) -> Triple:
        """The first pattern."""
        return self.triples[0]

    @property
    def names(self) -> frozenset[str]:
        """The names of its variables."""
        return frozenset[str]().union(*(triple.variables for triple in self.triples))

    @property
    def text(self) -> str:
        """The patterns as a sub-SELECT."""
        names = " ".join(f"?{name}" for name in sorted(self.names))
        body = " ".join(f"{triple.text} ." for triple in self.triples)
        return f"{{ SELECT {names} WHERE {{ {body} }} }}"


def stars(group: Group, seeded: frozenset[str]) -> tuple[Star, ...]:
    """Return the stars of a group that are bound to its other patterns by two variables or more,
    neither of them the subject."""
    found: dict[str, list[Triple]] = {}
    for triple in group.triples:
        if triple.subject.is_variable and not triple.verb.is_variable:
            found.setdefault(triple.subject.tokens[0].text[1:], []).append(triple)
    return tuple(
        star
        for name, triples in found.items()
        if len(triples) > 1
        and name not in seeded
        and _is_bound_twice(star := Star(tuple(triples)), name, group, seeded)
    )


def of(element: Element, among: Sequence[Star]) -> Star | None:
    """Return the star that a pattern belongs to."""
    return next((star for star in among if element in star.triples), None)


def _is_bound_twice(star: Star, name: str, group: Group, seeded: frozenset[str]) -> bool:
    others = [triple for triple in group.triples if triple not in star.triples]
    around = seeded.union(*(triple.variables for triple in others))
    at = [number for number, element in enumerate(group.elements) if element in star.triples]
    between = group.elements[at[0] : at[-1]]
    is_broken = any(isinstance(one, Block) and one.kind in _BREAKS for one in between)
    paths = [token.text for triple in star.triples for token in triple.verb.tokens]
    return (
        name not in around
        and len(star.names & around) > 1
        and not is_broken
        and not {"*", "+", "?"} & set(paths)
    )


def early(group: Group, seeded: frozenset[str]) -> tuple[Block, ...]:
    """Return the EXISTS and NOT EXISTS of one pattern that are about the focus node alone: they are
    asked before anything is joined."""
    if not seeded:
        return ()
    found = []
    for block in group.blocks:
        if block.kind in {"exists", "not exists"} and size(block.groups[0]) == 1:
            others = tuple(one for one in group.elements if one is not block)
            bound = frozenset[str]().union(*(_binds(one) for one in others)) - seeded
            if mentioned(block) & seeded and not all_mentioned(block.groups[0]) & bound:
                found.append(block)
    return tuple(found)


def tested(group: Group) -> dict[str, str]:
    """Return the variables that stand for properties of the focus node and are tested by nothing
    but themselves, each with a pattern for the properties that pass.

    There are few properties: to test these first leaves most of the data untouched.
    """
    found = {}
    for name in _properties(group):
        tests = [joined(block.tokens) for block in group.blocks if _is_test(block, name, group)]
        if any("EXISTS" not in plain(test) for test in tests):
            every = f"{{ SELECT DISTINCT ?{name} WHERE {{ ?node_ ?{name} ?value_ }} }}"
            found[name] = f"{{ SELECT ?{name} WHERE {{ {every} {' '.join(tests)} }} }}"
    return found


def _properties(group: Group) -> set[str]:
    """The variables in the place of a property of ?this, here or in a branch of a UNION."""
    places = [group, *(part for one in group.blocks if one.kind == "union" for part in one.groups)]
    triples = [triple for place in places for triple in place.triples]
    return {
        triple.verb.tokens[0].text[1:]
        for triple in triples
        if triple.verb.is_variable and triple.subject.text[1:] == "this"
    }


def _is_test(block: Block, name: str, group: Group) -> bool:
    """Whether a block is a FILTER that reads this one variable of its group."""
    if block.kind not in {"filter", "not exists"} or any(
        token.kind == "blank" or token.text == "[" for token in block.tokens
    ):
        return False
    if block.kind == "filter":
        is_nested = any(plain(token.text) == "EXISTS" for token in block.tokens)
        return not is_nested and mentioned(block) == {name}
    others = tuple(one for one in group.elements if one is not block)
    bound = frozenset[str]().union(*(mentioned(one) for one in others))
    return mentioned(block) & bound == {name} and "this" not in mentioned(block)


def _binds(element: Element) -> frozenset[str]:
    return variables(element.tokens) if isinstance(element, Block) else element.variables
