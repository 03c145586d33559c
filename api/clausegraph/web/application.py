"""The application as the server sees it: everything that a request passes, in order."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from starlette.types import ASGIApp, Receive, Scope, Send

from clausegraph.web.accesslog import AccessLog
from clausegraph.web.answercache import Kept
from clausegraph.web.answers import LATEST
from clausegraph.web.asking import HIT
from clausegraph.web.edge import RELEASE_HEADER, Edge
from clausegraph.web.metrics import Metrics
from clausegraph.web.observe import REQUEST_HEADER, Fields, Observe
from clausegraph.web.problems import Problem
from clausegraph.web.rates import Rates
from clausegraph.web.sparql import PATH, Endpoint

Whole = tuple[int, Fields, bytes]

_OK = 200
_UNCHANGED = 304
_NAMED = frozenset({b"vary", RELEASE_HEADER.lower().encode()})
_LATEST = (b"cache-control", LATEST.encode())


@dataclass(frozen=True)
class Front:
    """Passes a request to the endpoint, or to the other routes, which cost more to search."""

    endpoint: ASGIApp
    others: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        app = self.endpoint if scope["path"] == PATH else self.others
        await app(scope, receive, send)


class Application:
    """Observe, then Edge, then Front; `log` is to be closed by who made the application."""

    def __init__(
        self,
        front: Front,
        endpoint: Endpoint,
        metrics: Metrics,
        log: AccessLog | None,
        rates: Rates | None,
    ) -> None:
        self.log = log
        self.metrics = metrics
        self._endpoint = endpoint
        self._release = endpoint.errors.release
        self._edge = Edge(front, self._release)
        self._observe = Observe(self._edge, metrics, log, rates)
        self._is_limited = rates is not None

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
        if scope["path"] != PATH or scope["method"] != "GET" or self._is_limited or not release:
            return None
        start = time.perf_counter()
        kept = self._endpoint.shortcut(scope, release)
        if kept is None:
            return None
        fields = dict(scope["headers"])
        held = fields.get(b"if-none-match")
        tag = kept.etag.encode()
        if held is not None and held != tag:
            return None
        client = scope["client"]
        record = self._observe.record(client[0] if client else None)
        record.query, record.release = kept.query, release
        record.cache = "hit" if held is None else "held"
        status, headers, body = _whole(kept) if held is None else _unchanged(kept)
        added = (*self._edge.fields(headers), *self._observe.fields(record, None))
        seconds = time.perf_counter() - start
        agent = fields.get(b"user-agent", b"")
        self._observe.observed(
            record, "GET", PATH, status, len(body), seconds, agent, scope["query_string"]
        )
        return status, [*headers.items(), (b"etag", tag), _LATEST, *added], body


def _whole(kept: Kept) -> tuple[int, dict[bytes, bytes], bytes]:
    """Return an answer that is kept."""
    return _OK, dict((*kept.headers, HIT)), kept.body


def _unchanged(kept: Kept) -> tuple[int, dict[bytes, bytes], bytes]:
    """Return 304 for an answer that the client holds (RFC 9110, 15.4.5)."""
    return _UNCHANGED, {name: value for name, value in kept.headers if name in _NAMED}, b""
