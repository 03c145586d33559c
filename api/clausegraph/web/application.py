"""The application as the server sees it: everything that a request passes, in order."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from starlette.types import ASGIApp, Receive, Scope, Send

from clausegraph.web.accesslog import AccessLog
from clausegraph.web.edge import RELEASE_HEADER, Edge
from clausegraph.web.express import Express
from clausegraph.web.metrics import Metrics
from clausegraph.web.observe import REQUEST_HEADER, Fields, Observe
from clausegraph.web.problems import Problem
from clausegraph.web.rates import Rates
from clausegraph.web.recall import Recall
from clausegraph.web.sparql import PATH, Endpoint

Whole = tuple[int, Fields, bytes]

_OK = 200


@dataclass(frozen=True)
class Front:
    """Passes a request to the endpoint, or to the other routes, which cost more to search.

    `guarded` is the endpoint with what catches its faults around it.
    """

    endpoint: Endpoint
    guarded: ASGIApp
    recall: Recall

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        app = self.guarded if scope["path"] == PATH else self.recall
        await app(scope, receive, send)


class Application:
    """Observe, then Edge, then Front; `log` is to be closed by who made the application."""

    def __init__(
        self,
        front: Front,
        metrics: Metrics,
        log: AccessLog | None,
        rates: Rates | None,
    ) -> None:
        self.log = log
        self.metrics = metrics
        self._front = front
        self._release = front.endpoint.errors.release
        self._edge = Edge(front, self._release)
        self._observe = Observe(self._edge, metrics, log, rates)
        self._is_limited = rates is not None
        asking = front.endpoint.asking
        self.express = None if self._is_limited else Express.of(asking, self._observe)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        await self._observe(scope, receive, send)

    def refused(self, problem: Problem, host: str) -> Problem:
        """Tell of a request that the server refused by itself, and return its problem named."""
        record = self._observe.record(host)
        record.problem = problem.outcome.slug
        named = {"queryId": record.id, "release": self._release()}
        headers = {REQUEST_HEADER: record.id, RELEASE_HEADER: named["release"] or ""}
        status = problem.outcome.status
        self._observe.observed(record, "-", problem.instance, status, 0, 0.0)
        return replace(
            problem,
            more={**problem.more, **named},
            headers={**problem.headers, **{key: value for key, value in headers.items() if value}},
        )

    def shortcut(self, scope: Scope) -> Whole | None:
        """Return status, header and body for a GET that was answered before, at once; None where
        that takes more than finding it."""
        release = self._release()
        if scope["method"] != "GET" or self._is_limited or not release:
            return None
        start, path = time.perf_counter(), scope["path"]
        finds = self._front.endpoint.shortcut if path == PATH else self._front.recall.shortcut
        short = finds(scope, release)
        if short is None:
            return None
        status, headers, body, query = short
        client = scope["client"]
        record = self._observe.record(client[0] if client else None)
        record.query, record.release = query, release
        record.cache = "hit" if status == _OK else "held"
        added = (*self._edge.fields(dict(headers)), *self._observe.fields(record, None))
        seconds = time.perf_counter() - start
        agent = next((value for name, value in scope["headers"] if name == b"user-agent"), b"")
        self._observe.observed(
            record, "GET", path, status, len(body), seconds, agent, scope["query_string"]
        )
        return status, [*headers, *added], body
