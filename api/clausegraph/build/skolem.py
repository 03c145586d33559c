"""Blank nodes become IRIs (RDF 1.1, section 3.5), the same ones each time and on each machine.

In ontology and shapes a blank node hangs from one other node, as in a list or a property path. Its
IRI is a digest of where it hangs and of what hangs from it, so that an edit elsewhere leaves it
alone. Other files may hold any blank nodes; theirs are named after their canonical labels
(RDF Dataset Canonicalization, RDFC-1.0). Each is named below its named graph, whose document
describes it: `/shapes` has blank nodes as authored, without which it would be no SHACL.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, Quad, Triple

from clausegraph.vocabulary import BASE, GRAPH

GENID = BASE + ".well-known/genid/"
_LENGTH = 16


def skolemise(triples: Sequence[Triple], graph: str) -> list[Triple]:
    """Return `triples` without blank nodes, given the IRI of their named graph."""
    if not any(_is_blank(triple) for triple in triples):
        return list(triples)
    names = _tree_names(triples, graph) or _canonical_names(triples, graph)
    return [
        Triple(
            names.get(triple.subject, triple.subject),
            triple.predicate,
            names.get(triple.object, triple.object),
        )
        for triple in (_labelled(triples) if names.canonical else triples)
    ]


class _Names(dict[object, NamedNode]):
    """Blank nodes to IRIs; `canonical` says that the labels are those of RDFC-1.0."""

    canonical = False


def _is_blank(triple: Triple) -> bool:
    return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)


def _tree_names(triples: Sequence[Triple], graph: str) -> _Names | None:
    """Name the blank nodes of a forest whose roots are IRIs, or return None for another shape."""
    parents: dict[BlankNode, list[Triple]] = defaultdict(list)
    children: dict[object, list[Triple]] = defaultdict(list)
    for triple in triples:
        children[triple.subject].append(triple)
        if isinstance(triple.object, BlankNode):
            parents[triple.object].append(triple)
    blanks = {node for triple in triples for node in (triple.subject, triple.object)}
    if any(isinstance(node, BlankNode) and len(parents[node]) != 1 for node in blanks):
        return None
    names = _Names()
    roots = [node for node in children if isinstance(node, NamedNode)]
    stack: list[tuple[object, str]] = [(root, root.value) for root in roots]
    contents = _contents(children, roots)
    while stack:
        node, name = stack.pop()
        for triple in children[node]:
            child = triple.object
            if isinstance(child, BlankNode):
                digest = _digest(name, triple.predicate.value, contents[child])
                names[child] = NamedNode(_space(graph) + digest)
                stack.append((child, digest))
    return names if len(names) == sum(isinstance(node, BlankNode) for node in blanks) else None


def _contents(children: dict[object, list[Triple]], roots: Iterable[object]) -> dict[object, str]:
    """Return, for each blank node below `roots`, a digest of all that hangs from it."""
    order, stack = [], list(roots)
    while stack:
        node = stack.pop()
        below = [t.object for t in children.get(node, ()) if isinstance(t.object, BlankNode)]
        order += below
        stack += below
    digests: dict[object, str] = {}
    for node in reversed(order):
        lines = (
            f"{triple.predicate} {digests.get(triple.object, str(triple.object))}"
            for triple in children.get(node, ())
        )
        digests[node] = _digest(*sorted(lines))
    return digests


def _space(graph: str) -> str:
    """Return what the names of a graph's nodes begin with; in other people's we make up none."""
    return f"{graph}#_" if graph.startswith(GRAPH) else f"{GENID}{_digest(graph)}-"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:_LENGTH]


def _labelled(triples: Sequence[Triple]) -> list[Triple]:
    dataset = Dataset(Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return [quad.triple for quad in dataset]


def _canonical_names(triples: Sequence[Triple], graph: str) -> _Names:
    start = _space(graph)
    names = _Names()
    names.canonical = True
    for triple in _labelled(triples):
        for node in (triple.subject, triple.object):
            if isinstance(node, BlankNode):
                names[node] = NamedNode(start + node.value)
    return names
