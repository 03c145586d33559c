"""Queries that are answered without a task of their own: asked as they come, written as their
answers come.

Most queries take less time than a task and the layers of an application do. What a GET asks that is
plain to read is asked at once; its answer, if it is plain to send, is written as soon as it comes.
Whatever else happens (an error, a deadline, a client that leaves, a large answer, or none within
BRIEF) is for the application: it goes on with the query that has begun, as if it had asked it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from starlette.types import Receive, Scope

from clausegraph.engine import Begun, Query
from clausegraph.errors import ClausegraphError
from clausegraph.web import coding, protocol
from clausegraph.web.asking import BEGUN, Asking
from clausegraph.web.call import Call, known_manner
from clausegraph.web.edge import COMMON_LINES
from clausegraph.web.fieldlines import known_lines, lines_of
from clausegraph.web.observe import Observe
from clausegraph.web.protocol import Asked
from clausegraph.web.replies import Reply
from clausegraph.web.sparql import PATH

_SHORTEST = 1.0  # seconds that queries may take, if what takes long may be noticed a little later

log = logging.getLogger("clausegraph.web")


class Exchange(Protocol):
    """A request whose body is here, and its answer, which is to come."""

    @property
    def scope(self) -> Scope:
        """The request."""

    @property
    def receive(self) -> Receive:
        """What tells the application of the client."""

    @property
    def can_write(self) -> bool:
        """Whether the connection takes an answer now."""

    def write(self, status: int, lines: list[bytes], body: bytes) -> None:
        """Write a whole answer, unless nobody reads it."""

    def hand_over(self) -> asyncio.Task[None]:
        """Have the application answer."""


@runtime_checkable
class Beginner(Protocol):
    """An engine that can be asked without being waited for."""

    def begin(self, query: Query, on_end: Callable[[], None]) -> Begun | None:
        """Ask a query now, or return None; `on_end` is called once it has ended."""


@dataclass(frozen=True)
class Express:
    """Takes the exchanges that it can."""

    asking: Asking
    observe: Observe
    engine: Beginner

    @classmethod
    def of(cls, asking: Asking, observe: Observe) -> Express | None:
        """Return the express, if the engine can be asked so, and gives queries time enough."""
        engine = asking.engine
        if asking.settings.timeout < _SHORTEST or not isinstance(engine, Beginner):
            return None
        return cls(asking, observe, engine)

    def __call__(self, exchange: Exchange) -> bool:
        """Take an exchange, or return False: the application is to answer it."""
        call = self._call(exchange)
        if call is None:
            return False
        return Passage(self, exchange, call).begins()

    def _call(self, exchange: Exchange) -> Call | None:
        """Return the call of a query that is plain, and neither kept nor held."""
        scope = exchange.scope
        if scope["path"] != PATH or scope["method"] != "GET":
            return None
        manner, text = known_manner(scope), protocol.plain_query(scope["query_string"])
        if manner is None or text is None:
            return None
        record = self.observe.begin(scope)
        try:
            release = record.release = self.asking.engine.release
        except ClausegraphError:
            return None
        call = Call(scope, exchange.receive, manner, Asked(text))
        if not call.kind or call.may_be_page:
            return None
        tag, cache = call.etag(release), self.asking.cache
        if cache.get(tag) or (call.takes_gzip and cache.get(coding.tagged(tag))):
            return None
        record.query = text
        return call


class Passage:
    """One query on its way."""

    __slots__ = ("_begun", "_call", "_exchange", "_express", "_is_handed")

    def __init__(self, express: Express, exchange: Exchange, call: Call) -> None:
        self._express = express
        self._exchange = exchange
        self._call = call
        self._begun: Begun | None = None
        self._is_handed = False

    def begins(self) -> bool:
        """Ask the query, or return False where it cannot be asked now."""
        self._begun = self._express.engine.begin(self._call.query(), self._ended)
        if self._begun is None:
            return False
        self._express.asking.patrol.add(self)
        return True

    def lasts(self) -> None:
        """Have the application go on: it watches whether the client is still there."""
        self._hand_over()

    def _ended(self) -> None:
        """Write the answer that has come, or have the application see to what else there is.

        Once that has it, it is the application's alone, though it may not have looked at it yet.
        """
        if self._is_handed:
            return
        self._express.asking.patrol.drop(self)
        try:
            sent = self._written()
        except Exception:
            log.exception("The answer to %r cannot be made", self._exchange.scope["raw_path"])
            sent = None
        if sent is None:
            self._hand_over()
            return
        self._begun = None
        try:
            self._send(*sent)
        except Exception:  # Whoever calls reads for other clients, too.
            log.exception("The answer to %r cannot be sent", self._exchange.scope["raw_path"])

    def _written(self) -> tuple[Reply, list[bytes]] | None:
        """Return the answer and its field lines, if it is plain to send."""
        answer = None if self._begun is None else self._begun.answer
        if answer is None or not self._exchange.can_write:
            return None
        reply = self._express.asking.at_once(self._call, answer)
        if reply is None:
            return None
        named = self._express.observe.fields(self._call.record, None)
        lines = [known_lines(tuple(reply.headers)), lines_of((*reply.own, *named)), COMMON_LINES]
        return reply, lines

    def _send(self, reply: Reply, lines: list[bytes]) -> None:
        """Write the answer, and tell of it."""
        scope, record = self._exchange.scope, self._call.record
        self._exchange.write(reply.status, lines, reply.body)
        seconds = time.perf_counter() - record.began
        agent, asked = self._call.manner.agent, scope["query_string"]
        size = len(reply.body)
        self._express.observe.observed(
            record, scope["method"], scope["path"], reply.status, size, seconds, agent, asked
        )

    def _hand_over(self) -> None:
        """Have the application answer, with the query that has begun."""
        begun, self._begun, self._is_handed = self._begun, None, True
        self._exchange.scope[BEGUN] = begun
        task = self._exchange.hand_over()
        if begun is not None:
            task.add_done_callback(lambda _: begun.give_up())
