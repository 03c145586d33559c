"""Speed, as ratios against named peers in one run: `make bench`.

Nothing here is asserted: machines differ, ratios tell.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import rdflib
import rdflib.util
from pyoxigraph import DefaultGraph, QueryResultsFormat, QuerySolutions, RdfFormat, serialize

import clausegraph
from clausegraph import bundle, questions
from clausegraph.build import build
from clausegraph.vocabulary import prefixes

ROUNDS = 300
PEER_LIMIT = 20  # seconds that a peer may take for one query
LOOKUP = "SELECT ?p ?o WHERE { documents:ai-safety-commitments ?p ?o }"


def timed(work: Callable[[], object], rounds: int = 1) -> float:
    """Return the seconds that one round takes, the best of three."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        for _ in range(rounds):
            work()
        best = min(best, (time.perf_counter() - start) / rounds)
    return best


def report(what: str, ours: float, peer: float, name: str) -> None:
    """Print one row: our time, the peer's, and how many times ours goes into it."""
    print(f"{what:<42} {ours * 1e3:>9.2f} ms {peer * 1e3:>10.2f} ms {peer / ours:>8.2f}  {name}")


def bench_build() -> None:
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

    report("build", timed(build), timed(peer), "rdflib, parsing alone")


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


def bench_queries() -> None:
    """Each saved SELECT, in process, against rdflib over the same triples."""
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
            with limit(PEER_LIMIT):
                list(peer.query(query.text, initNs=names, initBindings=bound))
            seconds = time.perf_counter() - start
            report(name, ours, seconds, "rdflib")
        except PeerTooSlow:
            report(name, ours, PEER_LIMIT, f"rdflib, stopped after {PEER_LIMIT} s")
        except Exception as error:  # noqa: BLE001 - whatever the peer cannot do is its result
            print(f"{name:<42} {ours * 1e3:>9.2f} ms            -        -  rdflib: {error}"[:110])


def bench_service() -> None:
    """A point lookup over HTTP, through a worker process, against bare pyoxigraph in process."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "clausegraph", "serve", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        base = next(
            match[0] for line in process.stderr if (match := re.search(r"http://[\d.]+:\d+", line))
        )
        with httpx.Client(base_url=base) as client:
            client.get("/sparql", params={"query": LOOKUP}).raise_for_status()
            print(
                f"{'serve, from start to the first answer':<42} {time.perf_counter() - start:>9.2f} s"
            )
            ours = timed(lambda: client.get("/sparql", params={"query": LOOKUP}), ROUNDS)
            page = timed(lambda: client.get("/doc/document/ai-safety-commitments.html"), 20)
            view = timed(lambda: client.get("/api/classifications"), 20)
    finally:
        process.terminate()
        process.communicate(timeout=20)
    store = build().store()

    def peer() -> None:
        found = store.query(LOOKUP, prefixes=dict(prefixes()))
        assert isinstance(found, QuerySolutions)
        found.serialize(format=QueryResultsFormat.JSON)

    bare = timed(peer, ROUNDS)
    report("point lookup, HTTP, one connection", ours, bare, "pyoxigraph in process")
    report("page of a document", page, ours, "point lookup")
    report("view of 50 classifications", view, ours, "point lookup")


def main() -> None:
    """Run all, one row each."""
    print(f"{'what':<42} {'ours':>12} {'peer':>13} {'ratio':>8}  peer")
    bench_build()
    bench_service()
    bench_queries()


if __name__ == "__main__":
    main()
