"""The dataset that a query is asked of: exactly what the request or the query names.

A triple counts once, however many of the default graphs hold it (SPARQL 1.1 Query, section 13.2:
the default graph is the merge of the graphs named). Given several, pyoxigraph counts it once for
each, so that their merge is made here, in a store of its own. A graph that FROM NAMED names twice
it has twice, so that each is named once here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from clausegraph.engine.interface import Dataset
from clausegraph.engine.reading import Reading
from clausegraph.errors import BadRequest, QuerySyntaxError, ResultTooLarge

_BATCH = 50_000


class Scope(NamedTuple):
    """A store to ask, and the keyword arguments that narrow it to the dataset."""

    store: Store
    arguments: Mapping[str, Any]


def scope(
    store: Store,
    requested: Dataset | None,
    reading: Reading,
    parsing: Mapping[str, Any],
    cap: int,
) -> Scope:
    """Return what to ask the query of; the request's dataset wins over the query's own (SPARQL 1.1
    Protocol, section 2.1.4).

    `parsing` are the base and prefixes that the query is parsed with; a merge holds at most `cap`
    triples. Raises BadRequest for what is no absolute IRI, ResultTooLarge past the cap.
    """
    if requested and (requested.default_graphs or requested.named_graphs):
        defaults = _distinct(_absolute(iri) for iri in requested.default_graphs)
        named = _distinct(_absolute(iri) for iri in requested.named_graphs)
    elif len(reading.default_graphs) > 1 or len(reading.named_graphs) > 1:
        defaults = _resolved(reading, reading.default_graphs, parsing)
        named = _resolved(reading, reading.named_graphs, parsing)
    else:
        return Scope(store, {})
    if len(defaults) > 1:
        defaults = [graph for graph in defaults if any(_triples(store, graph))]
    if len(defaults) <= 1:
        return Scope(store, {"default_graph": defaults, "named_graphs": named})
    merged = _merged(store, defaults, named, cap)
    return Scope(merged, {"default_graph": DefaultGraph(), "named_graphs": named})


def _absolute(iri: str) -> NamedNode:
    """Return a graph's name, or raise BadRequest."""
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise BadRequest(
            f"The graph '{iri}' is not named by an absolute IRI.",
            remedy="Write it out, as https://...",
        ) from error


def _distinct(graphs: Iterable[NamedNode]) -> list[NamedNode]:
    """Return each graph once, in the order given."""
    return list(dict.fromkeys(graphs))


def _resolved(
    reading: Reading, names: Sequence[str], parsing: Mapping[str, Any]
) -> list[NamedNode]:
    """Return the graphs that a dataset clause names, by the declarations before it.

    The engine's own parser resolves them: as values of a query of an empty store.
    """
    probe = f"{reading.prologue}\nSELECT ?graph {{ VALUES ?graph {{ {' '.join(names)} }} }}"
    try:
        found: Any = Store().query(probe, **parsing)
    except SyntaxError as error:
        if reading.unknown:
            raise  # The prefix that is not declared is named by whoever asked.
        raise QuerySyntaxError(
            f"A graph is named by something else than an IRI: FROM {' FROM '.join(names)}.",
            remedy="Write the IRI out, as <https://...>.",
        ) from error
    return _distinct(solution[0] for solution in found)


def _triples(store: Store, graph: NamedNode) -> Iterator[Quad]:
    """Return the quads of one graph."""
    return store.quads_for_pattern(None, None, None, graph)


def _merged(
    store: Store, defaults: Sequence[NamedNode], named: Sequence[NamedNode], cap: int
) -> Store:
    """Return a store whose default graph is the merge of `defaults`, and which has `named` too."""
    merged = Store()
    quads = _copied(store, defaults, named)
    count = 0
    while batch := list(islice(quads, _BATCH)):
        count += len(batch)
        if count > cap:
            raise ResultTooLarge(
                f"The graphs that the query names hold more than {cap} triples together.",
                remedy="Name fewer graphs, or none: the default graph is the merge of all.",
            )
        merged.extend(batch)
    return merged


def _copied(
    store: Store, defaults: Sequence[NamedNode], named: Sequence[NamedNode]
) -> Iterator[Quad]:
    """Yield the quads of a merge."""
    for graph in defaults:
        for quad in _triples(store, graph):
            yield Quad(quad.subject, quad.predicate, quad.object)
    for graph in named:
        yield from _triples(store, graph)
