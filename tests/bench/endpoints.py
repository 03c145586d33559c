"""Side by side: every question to every server, one server at a time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from http.client import OK
from itertools import product
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, parse

from bench import processes, servers
from bench.load import Target, measure, send, some, wrk
from bench.questions import JSON, LOOKUP, QUESTIONS, Question
from bench.servers import Data, Server
from clausegraph.vocabulary import ID

CONNECTIONS = (1, 16)
_QUICK = 0.2  # seconds a request; a peer that takes longer is asked once
_IDLE = 0.2  # processors
_SETTLING = 60.0  # seconds
_PATIENCE = 120.0  # seconds for an answer that is only counted
# What no client sends in a minute: what counting costs is measured, not being refused.
_RATE = ("--rate", "100000000/60")

Start = Callable[[], AbstractContextManager[Server]]


@dataclass
class Row:
    """One question at one number of connections: what each server gave."""

    graph: str
    question: str
    connections: int
    found: dict[str, dict[str, Any]] = field(default_factory=dict)

    def ratio(self, peer: str) -> float | None:
        """Return our answers a second over those of a peer, if both gave some."""
        mine = self.found.get("ours", {}).get("rate")
        theirs = self.found.get(peer, {}).get("rate")
        return mine / theirs if mine and theirs else None


@dataclass(frozen=True)
class Effort:
    """How much is measured: seconds of load, connections, and what a slow peer gets for one."""

    seconds: float
    cap: float
    numbers: tuple[int, ...] = CONNECTIONS


def compare(
    data: Data, folder: Path, peers: Path, effort: Effort
) -> tuple[list[Row], dict[str, dict[str, Any]]]:
    """Return a row for each question and number of connections, and what each server is.

    Ours and Oxigraph are up together and asked in turn, so that what else the machine does meets
    both. rdflib-endpoint comes after them: what it cannot answer in time it works on all the same.
    """
    rows = {
        (question.name, number): Row(data.name, question.name, number)
        for question in QUESTIONS
        for number in effort.numbers
    }
    about: dict[str, dict[str, Any]] = {}
    groups: tuple[tuple[Start, ...], ...] = (
        (lambda: servers.ours(data, folder), lambda: servers.oxigraph(data, folder, peers)),
        (lambda: servers.rdflib_endpoint(data, folder, peers),),
    )
    for group in groups:
        with ExitStack() as stack:
            started = [stack.enter_context(start()) for start in group]
            for server in started:
                about[server.name] = {"store": server.store, "start_seconds": server.seconds}
            for question in QUESTIONS:
                for server in started:
                    for number, found in _ask(server, question, data, effort):
                        rows[question.name, number].found[server.name] = found
    if data.generated is None and effort.numbers == CONNECTIONS:
        _ours_alone(data, folder, effort.seconds, rows)
    return list(rows.values()), about


def _ours_alone(data: Data, folder: Path, seconds: float, rows: dict[tuple[str, int], Row]) -> None:
    """Measure what no peer has: requests counted by client, which is off by default, and pages."""
    with servers.ours(data, folder, *_RATE) as server:
        base = server.url.removesuffix("/sparql")
        lookup = Target(server.url, LOOKUP.accept, LOOKUP.on(data.document, data.clause))
        page = Target(base + data.document.replace(ID, "/doc/"), "text/html", "")
        view = Target(base + "/api/classifications", "application/ld+json", "")
        of_peer = f"{LOOKUP.name}, rate limit on"
        targets = {of_peer: lookup, "page of a document": page, "view of classifications": view}
        for (name, target), number in product(targets.items(), CONNECTIONS):
            row = rows[name, number] = Row(data.name, name, number)
            row.found["ours"] = _told(wrk(target, number, seconds, vary=target is lookup))
            if target is lookup:
                row.found["oxigraph"] = rows[LOOKUP.name, number].found["oxigraph"]


def _ask(
    server: Server, question: Question, data: Data, effort: Effort
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield what a server gives at each number of connections."""
    target = Target(server.url, question.accept, question.on(data.document, data.clause))
    is_slow = server.name == "rdflib-endpoint"
    first = send(target, effort.cap if is_slow else _PATIENCE, keep=True)
    late = {"failed": "no answer in time", "cap": effort.cap}
    if first.status != OK:
        found = late if first.status == 0 else {"failed": f"status {first.status}"}
        yield from ((number, found) for number in effort.numbers)
        _settle(server)
        return
    rows = count(first.body, target.accept)
    single = min(first.seconds, send(target, _PATIENCE).seconds)
    for number in effort.numbers:
        if question.repeated:
            load = wrk(target, number, effort.seconds, vary=False)
        elif not is_slow:
            load = measure(target, number, effort.seconds, single)
        elif single < _QUICK:
            load = wrk(target, number, min(effort.seconds, 3))
        else:
            # It answers one at a time: more connections would only wait for each other.
            load = some(target, 1, 1, effort.cap)
        told = {"rows": rows, "bytes": first.size, **_told(load)}
        yield number, told if load.requests else late
        _settle(server)


def _settle(server: Server) -> None:
    """Wait until a server has done what it was asked, for nobody by now."""
    end = time.monotonic() + _SETTLING
    while processes.busy(server.processes, 0.2) > _IDLE and time.monotonic() < end:
        pass


def _told(found: Any) -> dict[str, Any]:
    return {
        "rate": found.rate,
        "p50_ms": found.p50 * 1e3,
        "p99_ms": found.p99 * 1e3,
        "requests": found.requests,
        "failed_requests": found.failed,
    }


def count(body: bytes, accept: str) -> int:
    """Return the rows of a table, or the different triples of a graph."""
    if accept == JSON:
        return len(json.loads(body)["results"]["bindings"])
    syntax = RdfFormat.from_media_type(accept)
    assert syntax is not None
    return len({quad.triple for quad in parse(body, syntax)})
