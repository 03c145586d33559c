"""Linksets: how many links lead from our things to each other dataset (VoID, section 5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode, Triple

from clausegraph.build.dataset import SUBJECT, integer, short, void
from clausegraph.vocabulary import BASE, DATASET, DCTERMS, ID, SCHEMA, TYPE, prefixes

# Their objects are pages to read, not things that another dataset describes.
_PAGES = frozenset({TYPE, NamedNode(DCTERMS + "license"), NamedNode(SCHEMA + "url")})


def linksets(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield one linkset for each other dataset and predicate; `triples` are each counted once."""
    spaces = sorted(
        ((space, name) for name, space in prefixes().items() if not space.startswith(BASE)),
        key=lambda item: -len(item[0]),
    )
    counts: Counter[tuple[str, str, NamedNode]] = Counter()
    for triple in triples:
        target, predicate = triple.object, triple.predicate
        if (
            isinstance(target, NamedNode)
            and not target.value.startswith(BASE)
            and predicate not in _PAGES
            and isinstance(triple.subject, NamedNode)
            and triple.subject.value.startswith(ID)
        ):
            counts[*_dataset(target.value, spaces), predicate] += 1
    for (name, space, predicate), count in counts.items():
        yield from _linkset(name, space, predicate, count)


def _dataset(iri: str, spaces: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """Return what the dataset that an IRI belongs to is called, and what its IRIs begin with."""
    for space, name in spaces:
        if iri.startswith(space):
            return name, space
    parts = urlsplit(iri)
    start = f"{parts.scheme}://{parts.netloc}/" if parts.netloc else f"{parts.scheme}:"
    return parts.netloc or parts.scheme, start


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
