"""Without HTTP: the build, and every saved query, against rdflib in this process."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import rdflib
import rdflib.util
from pyoxigraph import DefaultGraph, RdfFormat, serialize

import clausegraph
from clausegraph import bundle, questions
from clausegraph.build import build
from clausegraph.vocabulary import prefixes


def timed(work: Callable[[], object], rounds: int = 1) -> float:
    """Return the seconds that one round takes, the best of three."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        for _ in range(rounds):
            work()
        best = min(best, (time.perf_counter() - start) / rounds)
    return best


def row(what: str, ours: float, peer: float | None, name: str) -> dict[str, Any]:
    """Return one row: our time and the peer's in ms, and how many times ours goes into it."""
    times = {"ours_ms": ours * 1e3, "peer_ms": None if peer is None else peer * 1e3}
    return {"what": what, **times, "ratio": peer and peer / ours, "peer": name}


def build_time() -> dict[str, Any]:
    """The whole build, checks and rules included, against rdflib merely parsing the same files."""
    files = [
        path
        for folder in ("ontology", "shapes", "data")
        for path in sorted(bundle.folder(folder).rglob("*.ttl"))
    ]

    def peer() -> None:
        graph = rdflib.Graph()
        for path in files:
            graph.parse(path)

    return row("build", timed(build), timed(peer), "rdflib, parsing alone")


class PeerTooSlow(Exception):
    """The peer ran past its limit."""


@contextmanager
def limit(seconds: int) -> Iterator[None]:
    """Raise PeerTooSlow in the block after so many seconds."""

    def stop(*_: object) -> None:
        raise PeerTooSlow

    previous = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


def query_times(patience: int) -> Iterator[dict[str, Any]]:
    """Yield each saved SELECT against rdflib over the same triples; it gets `patience` seconds."""
    graph = clausegraph.open()
    peer = rdflib.Graph()
    merge = graph.store.quads_for_pattern(None, None, None, DefaultGraph())
    triples = serialize((quad.triple for quad in merge), format=RdfFormat.N_TRIPLES)
    peer.parse(data=triples or b"", format="nt")
    names = {prefix: rdflib.URIRef(iri) for prefix, iri in prefixes().items()}
    for name, query in questions.load_all().items():
        if query.form != "SELECT":
            continue
        given = {p.name: p.example or "" for p in query.parameters.values() if p.required}
        ours = timed(lambda name=name, given=given: graph.query(name, **given).rows)
        terms = query.bind(given)
        bound = {key: rdflib.util.from_n3(str(term)) for key, term in terms.items()}
        start = time.perf_counter()
        try:
            with limit(patience):
                list(peer.query(query.text, initNs=names, initBindings=bound))
            yield row(name, ours, time.perf_counter() - start, "rdflib")
        except PeerTooSlow:
            yield row(name, ours, patience, f"rdflib, stopped after {patience} s")
        except Exception as error:  # noqa: BLE001 - whatever the peer cannot do is its result
            yield row(name, ours, None, f"rdflib: {str(error)[:60]}")
