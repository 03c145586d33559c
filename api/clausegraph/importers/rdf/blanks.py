"""Names for the blank nodes of a vocabulary: IRIs below its graph, the same ones each time.

What a blank node says, and what leads to it, names it (RDF 1.1, section 3.5). Most hang in trees,
as lists and restrictions do: those are named by their contents and their place, in one pass. What
is left is coloured by its surroundings until nothing more is told apart. Two that nothing tells
apart become one where each hangs from one place; a web of such nodes is refused, since to tell
those apart can take for ever.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import BlankNode, NamedNode, Triple

_LENGTH = 16
_WORK = 5_000_000  # edges that are looked at, all rounds together

_Children = Mapping[BlankNode, Sequence[tuple[str, object]]]


class Alike(ValueError):
    """Blank nodes that nothing tells apart, and that are no tree; `nodes` counts them."""

    def __init__(self, nodes: int) -> None:
        super().__init__(nodes)
        self.nodes = nodes


def count(triples: Iterable[Triple]) -> int:
    """Return how many blank nodes there are."""
    return len(_nodes(triples))


def name(triples: Sequence[Triple], graph: str) -> tuple[Triple, ...]:
    """Return the triples with an IRI, `graph#_...`, for each blank node, or raise Alike."""
    nodes = _nodes(triples)
    if not nodes:
        return tuple(triples)
    children: dict[BlankNode, list[tuple[str, object]]] = defaultdict(list)
    for triple in triples:
        if isinstance(triple.subject, BlankNode):
            children[triple.subject].append((triple.predicate.value, triple.object))
    hanging = _hanging(nodes, triples, children)
    names = _coloured(nodes - hanging.keys(), triples, children, hanging)
    _name_hanging(names, triples, children, hanging)
    iris = {node: NamedNode(f"{graph}#_{names[node][:_LENGTH]}") for node in nodes}

    def named(term: object) -> object:
        return iris[term] if isinstance(term, BlankNode) else term

    found = (
        Triple(named(t.subject), t.predicate, named(t.object))  # type: ignore[arg-type]
        for t in triples
    )
    return tuple(dict.fromkeys(found))


def _nodes(triples: Iterable[Triple]) -> set[BlankNode]:
    return {
        term
        for triple in triples
        for term in (triple.subject, triple.object)
        if isinstance(term, BlankNode)
    }


def _hanging(
    nodes: set[BlankNode], triples: Sequence[Triple], children: _Children
) -> dict[BlankNode, str]:
    """Return the nodes that one link leads to and below which there are only such, each with a
    digest of all that hangs from it."""
    parents: dict[object, list[object]] = defaultdict(list)
    for triple in triples:
        if isinstance(triple.object, BlankNode):
            parents[triple.object].append(triple.subject)
    open_below = {
        node: sum(isinstance(end, BlankNode) for _, end in children.get(node, ())) for node in nodes
    }
    ready = [node for node in nodes if not open_below[node]]
    contents: dict[BlankNode, str] = {}
    while ready:
        node = ready.pop()
        if len(parents[node]) != 1:
            continue
        contents[node] = _digest(_lines(children.get(node, ()), contents))
        (parent,) = parents[node]
        if isinstance(parent, BlankNode):
            open_below[parent] -= 1
            if not open_below[parent]:
                ready.append(parent)
    return contents


def _lines(edges: Iterable[tuple[str, object]], known: Mapping[BlankNode, str]) -> list[str]:
    """Return what leads from a node, one line each; blank nodes by what is known of them."""
    return sorted(
        f"{predicate} {known.get(end, '') if isinstance(end, BlankNode) else end}"
        for predicate, end in edges
    )


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _coloured(
    nodes: set[BlankNode],
    triples: Sequence[Triple],
    children: _Children,
    hanging: Mapping[BlankNode, str],
) -> dict[BlankNode, str]:
    """Colour nodes by what is around them, round by round, until no round tells more apart."""
    around: dict[BlankNode, list[tuple[str, object]]] = defaultdict(list)
    for triple in triples:
        if isinstance(triple.object, BlankNode) and triple.object in nodes:
            around[triple.object].append((f"< {triple.predicate.value}", triple.subject))
    for node in nodes:
        around[node] += [(f"> {predicate}", end) for predicate, end in children.get(node, ())]
    edges = sum(map(len, around.values()))
    colours = dict.fromkeys(nodes, "")
    kinds, work = 0, 0
    while (now := len(set(colours.values()))) != kinds:
        kinds, work = now, work + edges
        if work > _WORK:
            raise Alike(len(nodes))
        known = {**hanging, **colours}
        colours = {node: _digest([colours[node], *_lines(around[node], known)]) for node in nodes}
    _refuse_alike(colours, triples)
    return colours


def _refuse_alike(colours: Mapping[BlankNode, str], triples: Sequence[Triple]) -> None:
    """Raise Alike for nodes of one colour, unless one way leads to each of them."""
    counts = Counter(colours.values())
    alike = {node for node, colour in colours.items() if counts[colour] > 1}
    if not alike:
        return
    parents: dict[object, list[object]] = defaultdict(list)
    for triple in triples:
        if triple.object in alike:
            parents[triple.object].append(triple.subject)
    if any(not _has_one_way(node, parents) for node in alike):
        raise Alike(len(alike))


def _has_one_way(node: object, parents: Mapping[object, Sequence[object]]) -> bool:
    """Whether one way up leads from a node to one that is told apart, or to an IRI."""
    seen = set()
    while node in parents:
        if len(parents[node]) != 1 or node in seen:
            return False
        seen.add(node)
        node = parents[node][0]
    return True


def _name_hanging(
    names: dict[BlankNode, str],
    triples: Sequence[Triple],
    children: _Children,
    hanging: Mapping[BlankNode, str],
) -> None:
    """Add the names of hanging nodes, from the top down: by what they hang from, and how."""
    stack: list[tuple[str, object, str]] = []

    def hang(above: str, edges: Iterable[tuple[str, object]]) -> None:
        stack.extend((above, end, predicate) for predicate, end in edges if end in hanging)

    for node, colour in list(names.items()):
        hang(colour, children.get(node, ()))
    for triple in triples:
        if not isinstance(triple.subject, BlankNode):
            hang(str(triple.subject), [(triple.predicate.value, triple.object)])
    while stack:
        above, end, predicate = stack.pop()
        if isinstance(end, BlankNode):
            names[end] = _digest([above, predicate, hanging[end]])
            hang(names[end], children.get(end, ()))
