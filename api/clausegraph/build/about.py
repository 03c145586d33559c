"""What stands in `graph/release`: what is said of the release, of the dataset, of what is in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyoxigraph import NamedNode, Triple

from clausegraph.build import dataset, links, partitions, release, rules, terms
from clausegraph.build.overview import Overview
from clausegraph.build.terms import Columns
from clausegraph.build.usage import Usage
from clausegraph.vocabulary import RELEASE


def describe(
    graphs: Mapping[str, tuple[Triple, ...]], identifier: str, digests: Mapping[str, str]
) -> tuple[Triple, ...]:
    """Return the description of the release `identifier`, sorted; `digests` are of its graphs."""
    return tuple(described(_counted(graphs), identifier, digests))


def described(usage: Usage, identifier: str, digests: Mapping[str, str]) -> list[Triple]:
    """Return the same, given how what is in the graphs is used."""
    usage.settle()
    about = {*release.description(identifier, digests), *dataset.description(identifier)}
    about.update(links.linksets(usage.links))
    usage.finish(terms.columns(terms.lines(about)))
    about.update(partitions.described(usage, NamedNode(RELEASE + identifier)))
    return sorted(about, key=str)


def named(graphs: Iterable[str]) -> frozenset[bytes]:
    """Return the names of graphs, and of the one that describes them."""
    return frozenset(map(terms.written, (*graphs, release.GRAPH_IRI)))


def _counted(graphs: Mapping[str, tuple[Triple, ...]]) -> Usage:
    """Return the usage of graphs in memory."""
    overview = Overview()
    for number, (name, triples) in enumerate(graphs.items()):
        columns = _columns(triples)
        if name.startswith(rules.GRAPHS):
            overview.derive(terms.written(name), columns)
        else:
            overview.learn(number, columns)
    usage = Usage(overview.types, overview.subjects, overview.doubtful(named(graphs)))
    for name, triples in graphs.items():
        usage.add(_columns(triples), is_derived=name.startswith(rules.GRAPHS))
    return usage


def _columns(triples: tuple[Triple, ...]) -> Columns:
    """Return the terms of triples, each counted once."""
    each = dict.fromkeys(terms.lines(triples).split(terms.END))
    each.pop(b"", None)
    return terms.split(each)
