"""Documents and views: asked again and again, asked for the first time, and held already.

The peer is our own endpoint with a query that it has answered before.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from pyoxigraph import NamedNode, RdfFormat, parse

from bench import servers
from bench.load import Target, wrk
from bench.questions import JSON, LOOKUP
from bench.servers import Data
from clausegraph.vocabulary import ID, SKOS

JSON_LD = "application/ld+json"
CONNECTIONS = 16
CONCEPT = "/doc/concept/mit-risk-domain/4.3"
ASKED = (
    ("concept, JSON-LD", CONCEPT, JSON_LD),
    ("concept, Turtle", CONCEPT, "text/turtle"),
    ("concept, page", CONCEPT, "text/html"),
    ("concepts of a scheme", "/api/concepts/mit-risk-domain", JSON_LD),
    ("50 classifications", "/api/classifications", JSON_LD),
    ("coverage", "/api/coverage", JSON_LD),
)
# Each address once: `limit` makes others of one view.
VIEWS = ("documents", "clauses", "actors", "classifications", "sources", "concepts/mit-risk-domain")


def measure(data: Data, folder: Path, *, is_quick: bool) -> dict[str, Any]:
    """Return what is found: cold times in ms, and warm rates as ratios to a repeated query."""
    with servers.ours(data, folder) as server:
        base = server.url.removesuffix("/sparql")
        cold = {
            "concepts, JSON-LD": _cold(base, _concepts(data, 60 if is_quick else 400), JSON_LD),
            "concepts, page": _cold(base, _concepts(data, 60 if is_quick else 400), "text/html"),
            "views, JSON-LD": _cold(base, _views(8 if is_quick else 40), JSON_LD),
        }
        query = Target(server.url, JSON, LOOKUP.on(data.document, data.clause))
        return {"cold": cold, "warm": list(_warm(base, query, 1 if is_quick else 4))}


def _warm(base: str, query: Target, seconds: float) -> Iterator[dict[str, Any]]:
    """Yield the rates of what was answered before; the query is measured beside each of them."""
    for name, path, accept in ASKED:
        target = Target(base + path, accept, "")
        size, tag = _answer(base, path, accept)
        repeated = wrk(query, CONNECTIONS, seconds, vary=False).rate
        warm = wrk(target, CONNECTIONS, seconds, vary=False).rate
        held = wrk(target, CONNECTIONS, seconds, vary=False, held=tag).rate
        yield {
            "what": name,
            "bytes": size,
            "repeated_query_rate": repeated,
            "rate": warm,
            "time_of_a_repeated_query": repeated / warm,
            "unchanged_rate": held,
            "unchanged_time_of_a_whole_answer": warm / held,
        }


def _cold(base: str, paths: list[str], accept: str) -> dict[str, float]:
    """Return how long first answers take, one after the other, in ms."""
    times = []
    for path in paths:
        start = time.perf_counter()
        _answer(base, path, accept)
        times.append(1e3 * (time.perf_counter() - start))
    times.sort()
    middle, late = times[len(times) // 2], times[round(len(times) * 0.99) - 1]
    return {"asked": len(times), "p50_ms": middle, "p99_ms": late, "max_ms": times[-1]}


def _answer(base: str, path: str, accept: str) -> tuple[int, str]:
    """Return the bytes of an answer, and its validator."""
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        connection.request("GET", path, headers={"Accept": accept})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == http.client.OK, (path, answer.status)
        return len(body), answer.headers["ETag"]
    finally:
        connection.close()


def _concepts(data: Data, most: int) -> list[str]:
    """Return the paths of the documents of concepts, but of the one that is asked warm."""
    found = {
        quad.subject.value
        for quad in parse(path=data.merge, format=RdfFormat.N_TRIPLES)
        if quad.predicate.value == f"{SKOS}inScheme" and isinstance(quad.subject, NamedNode)
    }
    paths = sorted(quote(iri.replace(ID, "/doc/")) for iri in found if iri.startswith(ID))
    return [path for path in paths if path != CONCEPT][:most]


def _views(most: int) -> list[str]:
    """Return the addresses of pages of up to 50 items of each view."""
    return [f"/api/{view}?limit={50 - number}" for number in range(1, most + 1) for view in VIEWS]
