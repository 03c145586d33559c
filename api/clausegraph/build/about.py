"""What stands in `graph/release`: what is said of the release, of the dataset, of what is in it."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import NamedNode, Triple

from clausegraph.build import dataset, links, partitions, release
from clausegraph.vocabulary import RELEASE


def describe(
    graphs: Mapping[str, tuple[Triple, ...]], identifier: str, digests: Mapping[str, str]
) -> tuple[Triple, ...]:
    """Return the description of the release `identifier`, sorted; `digests` are of its graphs."""
    triples = {triple for stated in graphs.values() for triple in stated}
    about = {*release.description(identifier, digests), *dataset.description(identifier)}
    about.update(links.linksets(triples))
    triples.update(about)
    about.update(partitions.Usage(triples).described(NamedNode(RELEASE + identifier)))
    return tuple(sorted(about, key=str))
