"""Linksets: how many links lead from our things to each other dataset (VoID, section 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.build import terms
from clausegraph.build.dataset import SUBJECT, integer, short, void
from clausegraph.vocabulary import BASE, DATASET, TYPE, prefixes

Target = tuple[str, str]  # what a dataset is called, and what its IRIs begin with

_KNOWN = 10_000  # IRIs whose dataset is kept


def linksets(counts: Mapping[tuple[Target, bytes], int]) -> Iterator[Triple]:
    """Yield one linkset for each other dataset and predicate, given how many links there are."""
    for ((name, space), predicate), count in counts.items():
        yield from _linkset(name, space, terms.node(predicate), count)


@lru_cache(_KNOWN)
def target(term: bytes) -> Target:
    """Return the dataset that an IRI belongs to."""
    iri = term[1:-1].decode()
    for space, name in _spaces():
        if iri.startswith(space):
            return name, space
    parts = urlsplit(iri)
    start = f"{parts.scheme}://{parts.netloc}/" if parts.netloc else f"{parts.scheme}:"
    return parts.netloc or parts.scheme, start


@cache
def _spaces() -> list[tuple[str, str]]:
    """Return the namespaces of others and their prefixes, the longest first."""
    others = ((space, name) for name, space in prefixes().items() if not space.startswith(BASE))
    return sorted(others, key=lambda item: -len(item[0]))


def _linkset(name: str, space: str, predicate: NamedNode, count: int) -> Iterator[Triple]:
    target = NamedNode(f"{DATASET}#target/{name}")
    links = NamedNode(f"{DATASET}#links/{name}/{short(predicate.value)}")
    yield Triple(target, TYPE, void("Dataset"))
    yield Triple(target, void("uriSpace"), Literal(space))
    yield Triple(SUBJECT, void("subset"), links)
    yield Triple(links, TYPE, void("Linkset"))
    yield Triple(links, void("subjectsTarget"), SUBJECT)
    yield Triple(links, void("objectsTarget"), target)
    yield Triple(links, void("linkPredicate"), predicate)
    yield Triple(links, void("triples"), integer(count))
