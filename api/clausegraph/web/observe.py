"""The layer around everything: names each request, limits its client, tells what became of it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from itertools import count

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clausegraph.web import problems
from clausegraph.web.accesslog import AccessLog
from clausegraph.web.edge import EXPOSED
from clausegraph.web.entry import entry
from clausegraph.web.fieldlines import WHOLE, lines_of
from clausegraph.web.metrics import Metrics
from clausegraph.web.problems import Problem
from clausegraph.web.rates import Rates, Verdict, limit
from clausegraph.web.record import KEY, Record

REQUEST_HEADER = "Clausegraph-Request"
UNKNOWN = "unknown"
UNCOUNTED = frozenset({"/health", "/ready", "/metrics"})  # what operators poll has no limit
LEFT = 499  # told of a client that went away before there was a status

Fields = list[tuple[bytes, bytes]]
Refusal = Callable[[Scope, Problem], ASGIApp]

_REQUEST = REQUEST_HEADER.lower().encode()


class Observe:
    """Wraps the application; plain ASGI. `refusal` makes the answer to a client over its rate."""

    def __init__(
        self,
        app: ASGIApp,
        metrics: Metrics,
        log: AccessLog | None = None,
        rates: Rates | None = None,
        refusal: Refusal | None = None,
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._log = log
        self._rates = rates
        self._refusal = refusal or _plain
        self._prefix = secrets.token_hex(4)
        self._numbers = count(1)
        self._fold = lru_cache(4096)(client_of)

    def record(self, host: str | None) -> Record:
        """Return the record of a new request from the address `host`."""
        name = f"{self._prefix}-{next(self._numbers):x}"
        return Record(name, self._fold(host), began=time.perf_counter())

    def begin(self, scope: Scope) -> Record:
        """Put the record of a request into its scope, unless it is there, and return it."""
        record: Record | None = scope.get(KEY)
        if record is None:
            client = scope.get("client")
            record = scope[KEY] = self.record(client[0] if client else None)
        return record

    def check(self, record: Record, path: str) -> Verdict | None:
        """Count a request, and say whether its client may have sent it; None without a limit."""
        if self._rates is None or path in UNCOUNTED:
            return None
        return self._rates.check(record.client)

    def fields(self, record: Record, verdict: Verdict | None) -> Fields:
        """Return the header fields that the answer to a request gets."""
        found = [(_REQUEST, record.id.encode())]
        if verdict is not None and self._rates is not None:
            found.append((b"ratelimit-policy", self._rates.policy))
            found.append((b"ratelimit", limit(verdict)))
        return found

    def observed(  # noqa: PLR0913, PLR0917  (a request has as many parts)
        self,
        record: Record,
        method: str,
        path: str,
        status: int,
        size: int,
        seconds: float,
        agent: bytes = b"",
        parameters: bytes = b"",
    ) -> None:
        """Tell the metrics and the log of an answer that is done.

        `size` is in bytes of body; `agent` the User-Agent; `parameters` the raw query string.
        """
        self._metrics.count(record, method, path, status, seconds)
        if self._log is not None:
            self._log.put(entry(record, method, path, status, size, seconds, agent, parameters))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, and tell of it however it ends."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        record, path = self.begin(scope), scope["path"]
        verdict = self.check(record, path)
        sent = _Sent(send, self.fields(record, verdict))
        failed = 500
        try:
            if verdict is None or verdict.is_allowed:
                await self._app(scope, receive, sent)
            else:
                record.problem = problems.TOO_MANY.slug
                await self._refuse(scope, verdict)(scope, receive, sent)
            failed = LEFT
        except Exception:
            raise
        except BaseException:
            failed = LEFT  # The server gave up on it, as it does when it ends.
            raise
        finally:
            self.observed(
                record,
                scope["method"],
                path,
                sent.status or failed,
                sent.size,
                time.perf_counter() - record.began,
                _agent(scope["headers"]),
                scope["query_string"],
            )

    def _refuse(self, scope: Scope, verdict: Verdict) -> ASGIApp:
        """Return the answer to a client over its rate (RFC 6585, section 4)."""
        seconds = verdict.reset
        problem = Problem(
            problems.TOO_MANY,
            f"There is room for more in {seconds} s.",
            scope["path"],
            {"queryId": scope[KEY].id},
            {"Retry-After": str(seconds)},
        )
        return self._refusal(scope, problem)


class _Sent:
    """A `send` that adds header fields, and remembers the status and the bytes."""

    __slots__ = ("_fields", "_send", "size", "status")

    def __init__(self, send: Send, fields: Fields) -> None:
        self._send = send
        self._fields = fields
        self.status = 0
        self.size = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == WHOLE:
            self.status, self.size = message["status"], len(message["body"])
            message["lines"].append(lines_of(self._fields))
        elif message["type"] == "http.response.body":
            self.size += len(message.get("body", b""))
        elif message["type"] == "http.response.start":
            self.status = message["status"]
            # Another list: that of an answer that is kept must not grow.
            message["headers"] = [*message.get("headers", ()), *self._fields]
        await self._send(message)


def _agent(fields: Fields) -> bytes:
    """Return the User-Agent field, or nothing."""
    for name, value in fields:
        if name == b"user-agent":
            return value
    return b""


def client_of(host: str | None) -> str:
    """Return the address that limits count: of IPv6 the /64, which one client has to itself.

    What is no address, such as a proxy's word for it, is UNKNOWN: nobody can make clients up.
    """
    try:
        address = ip_address(host or "")
    except ValueError:
        return UNKNOWN
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return f"{IPv6Address(int(address) >> 64 << 64)}/64"


def _plain(scope: Scope, problem: Problem) -> ASGIApp:
    """Return the problem document as an answer of its own."""
    body = problem.body()
    fields = [
        (b"content-type", problems.CONTENT_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"access-control-allow-origin", b"*"),
        (b"access-control-expose-headers", EXPOSED.encode()),
        *((name.lower().encode(), value.encode()) for name, value in problem.headers.items()),
    ]

    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        status = problem.outcome.status
        await send({"type": "http.response.start", "status": status, "headers": fields})
        sent = b"" if scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": sent})

    return answer
