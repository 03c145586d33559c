"""Which variables a group of a query binds in every solution, and which it only reads."""

from __future__ import annotations

from clausegraph.engine.diagnosis.tree import Block, Element, Group, Triple, variables

_READING = frozenset({"filter", "exists", "not exists"})
_REPEATING = frozenset({"*", "?"})
_CLOSING = frozenset({"*", "+", "?"})


def mentioned(element: Element) -> frozenset[str]:
    """The names of all variables that occur in an element, at any depth."""
    return element.variables if isinstance(element, Triple) else variables(element.tokens)


def all_mentioned(group: Group) -> frozenset[str]:
    """The names of all variables that occur in a group, at any depth."""
    return frozenset[str]().union(*(mentioned(element) for element in group.elements))


def certain(group: Group) -> frozenset[str]:
    """The names of the variables that each solution of a group binds."""
    return frozenset[str]().union(*(certain_of(element) for element in group.elements))


def certain_of(element: Element) -> frozenset[str]:
    """The names of the variables that each solution of an element binds."""
    if isinstance(element, Triple):
        return element.variables
    inner = [certain(group) for group in element.groups]
    match element.kind:
        case "union":
            return frozenset.intersection(*inner)
        case "group":
            projected = inner[0]
            return projected & element.select.projected if element.select else projected
        case "graph":
            name = variables(element.name.tokens) if element.name else frozenset[str]()
            return inner[0] | name
        case _:
            return frozenset()


def finds_itself(element: Element) -> bool:
    """Whether an element is a path that leads from each node to itself, in the data or not."""
    return isinstance(element, Triple) and any(
        token.text in _REPEATING for token in element.verb.tokens
    )


def goes_far(group: Group) -> bool:
    """Whether a group follows a path of any length, which is dear where no end is known."""
    return any(
        any(token.text in _CLOSING for token in element.verb.tokens)
        if isinstance(element, Triple)
        else any(goes_far(inner) for inner in element.groups)
        for element in group.elements
    )


def is_closed(group: Group, outside: frozenset[str]) -> bool:
    """Whether a group finds the same by itself as where variables from outside have values.

    Then its solutions may be joined with those outside, instead of being asked for each of them: of
    what it shares with them, it only reads what it binds.
    """
    so_far, everything = frozenset[str](), certain(group)
    for element in group.elements:
        if isinstance(element, Triple):
            so_far |= element.variables
            continue
        shared = mentioned(element) & outside
        if element.kind in _READING and not shared <= everything:
            return False
        if element.kind in {"bind", "optional"} and not shared <= so_far:
            return False
        if not _is_closed_block(element, outside):
            return False
        so_far |= certain_of(element)
    return True


def _is_closed_block(block: Block, outside: frozenset[str]) -> bool:
    if block.select is not None:
        where = block.groups[0]
        hidden = all_mentioned(where) - block.select.projected
        plain = not block.select.clauses.keys() - {"WHERE"}
        return plain and not hidden & outside and is_closed(where, outside)
    if block.kind in {"group", "union", "graph"}:
        return all(is_closed(group, outside) for group in block.groups)
    return block.kind != "values"


def size(group: Group) -> int:
    """How many triple patterns stand in a group and in what is in it."""
    return sum(
        1 if isinstance(element, Triple) else sum(size(inner) for inner in element.groups)
        for element in group.elements
    )
