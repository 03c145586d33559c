"""Reading: a file becomes named graphs of triples, checked, and without blank nodes."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode, Quad, Triple

from clausegraph import authored, turtle
from clausegraph.build import checks, release, rules, skolem
from clausegraph.build.files import GraphFile
from clausegraph.vocabulary import GRAPH, prefixes


def read(file: GraphFile) -> dict[str, list[Triple]]:
    """Return the graphs of a file; a syntax without named graphs brings one, that of the file.

    Raises InputError with file and line for what does not parse, and for what no graph may say.
    """
    parsed = turtle.parse_file(file.path)
    graphs = by_graph(parsed.quads, file.graph) or {file.graph: []}
    for graph, triples in graphs.items():
        checks.refuse_rewritten_literals(file.path, triples)
        if file.ours and graph.startswith(GRAPH + "data/"):
            checks.refuse_blank_nodes(file.path, triples)
            checks.refuse_anonymous_data(file.path, graph, triples)
        graphs[graph] = skolem.skolemise(triples, graph)
    if file.ours:
        checks.refuse_foreign_prefixes(parsed, prefixes())
    return graphs


def by_graph(quads: Iterable[Quad], own: str) -> dict[str, list[Triple]]:
    """Return triples by named graph, those without one under `own`."""
    named: dict[str, list[Triple]] = {}
    for quad in quads:
        name = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else own
        if not is_made(name):
            named.setdefault(name, []).append(quad.triple)
    return named


def is_made(graph: str) -> bool:
    """Whether a graph is one that the build makes: what a written dataset says in it was derived,
    or speaks of its release, and is said anew."""
    return graph == release.GRAPH_IRI or graph.startswith(rules.GRAPHS)


def shipped_subjects() -> frozenset[str]:
    """Return the IRIs that the shipped data describe: other people's files may point to them."""
    return frozenset(
        quad.subject.value
        for file in authored.shipped(("data",))
        for quad in turtle.parse_file(file.path).quads
        if isinstance(quad.subject, NamedNode)
    )
