"""HTTP/1.1 on one connection (RFC 9112): strict in what it reads, patient for so long only.

uvicorn makes one `Wire` a connection, and hands over the application. The parser is llhttp, which
refuses what can be read in two ways; limits, deadlines and the order of answers are kept here. What
is refused is told as a problem document, and the connection is closed.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import cast

import uvicorn
from starlette.types import Scope
from uvicorn.server import ServerState

from clausegraph.web import refusals
from clausegraph.web.exchange import HELD_BODY, Exchange, closing, whole
from clausegraph.web.gate import Gate
from clausegraph.web.outlet import Outlet
from clausegraph.web.problems import Problem
from clausegraph.web.proxies import party
from clausegraph.web.reading import Phase, Reader
from clausegraph.web.refusals import Refused

_SLICE = 4096  # bytes that are parsed at a time: requests that wait for their turn come from one
_HELD = 64 * 1024  # bytes that wait to be parsed before reading pauses

log = logging.getLogger("clausegraph.web")


class Wire(asyncio.Protocol):
    """One connection: at most one exchange at a time is with the application.

    `party` is whom the connection counts for; empty for a proxy, which speaks for many.
    """

    def __init__(
        self, gate: Gate, *, config: uvicorn.Config, server_state: ServerState, **_: object
    ) -> None:
        self._gate = gate
        self._app = config.loaded_app
        self._state = server_state
        self._peers = cast("set[Wire]", server_state.connections)  # of uvicorn's own classes alone
        self._loop = asyncio.get_running_loop()
        self._reader = Reader(self, self._loop.time())
        self._exchange: Exchange | None = None
        self._queue: deque[Exchange] = deque()
        self._held = bytearray()  # what was read but not yet parsed
        self._refusal: Problem | None = None  # to be told after the answers before it
        self._answers = 0
        self._is_paused = self._is_half_closed = False
        self.party = ""

    # Called by the event loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Admit the client, or tell it that there is no room."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is of no class of it
        self._outlet = Outlet(self._transport, self._state)
        peer, own = transport.get_extra_info("peername"), transport.get_extra_info("sockname")
        self._client = (peer[0], peer[1]) if peer else ("", 0)
        self._server = (own[0], own[1]) if own else None
        self._is_proxied = self._gate.proxies.trusts(self._client[0])
        self.party = "" if self._is_proxied else party(self._client[0])
        if self._gate.admit(self):
            self._peers.add(self)
            return
        problem = self._gate.refuse(refusals.crowded(), self._client[0])
        self._outlet.write(refusals.written(problem, self._outlet.date))
        self._leave(gently=self._gate.may_linger(self))

    def connection_lost(self, _: Exception | None) -> None:
        """Tell whoever still works for this client."""
        self._outlet.is_leaving = True
        self._gate.leave(self)
        self._peers.discard(self)
        for exchange in (self._exchange, self._reader.incoming):
            if exchange is not None:
                exchange.leave()
        self._exchange = None
        self._queue.clear()
        self._held.clear()
        self._outlet.clear()
        self._reader.close()

    def data_received(self, data: bytes) -> None:
        """Read on, or keep it until what came before is answered."""
        if self._outlet.is_leaving:
            self._outlet.drop(data)
            return
        self._reader.heard = self._loop.time()
        self._gate.wakes(self)
        if self._held or self._is_blocked or len(data) > _SLICE:
            if self._refusal is None:
                self._held += data
        else:
            self._feed(data)
        self._advance()

    def eof_received(self) -> bool:
        """The client sends no more: what it asked is answered if it is whole (RFC 9112, 9.6).

        It may as well have gone; nothing tells before something is written. So an answer that is
        not about to be ready is given up.
        """
        self._is_half_closed = True
        if self._outlet.is_leaving or not (self._held or self._is_blocked):
            return False
        self._loop.call_later(self._gate.patience.left, self._give_up, self._answers)
        return True

    def pause_writing(self) -> None:
        """Have the application wait for the client."""
        self._outlet.clog()

    def resume_writing(self) -> None:
        """Let the application write on."""
        self._outlet.clear()

    def _give_up(self, answers: int) -> None:
        """End a connection whose client sends no more, unless answers are on their way."""
        if self._exchange is None or self._outlet.is_closing:
            return
        if self._exchange.started or self._answers > answers:
            self._loop.call_later(self._gate.patience.left, self._give_up, self._answers)
        else:
            self._outlet.close()

    # Called by uvicorn and the gate

    def shutdown(self) -> None:
        """Close once the running request is answered."""
        self._queue.clear()
        self._held.clear()
        if self._exchange is None:
            self._leave(gently=False)
        else:
            self._exchange.keep_alive = False

    def drop_idle(self) -> None:
        """Make room: no answer is under way here."""
        self._outlet.close_idle()

    def expire(self, now: float, elapsed: float) -> None:
        """End what takes too long."""
        self._outlet.expire(now, self._gate.patience.write)
        if self._outlet.is_leaving:
            return
        if self._is_blocked:
            self._reader.since += elapsed
            self._reader.heard = now
        else:
            self._expire_reading(now)

    def _expire_reading(self, now: float) -> None:
        """End a request that does not come, or not fast enough."""
        patience, reader = self._gate.patience, self._reader
        if reader.phase == Phase.NOTHING:
            if now - reader.since > (patience.idle if self._answers else patience.header):
                self._leave(gently=False)
        elif problem := reader.late(now, patience):
            self._refuse(problem)
            self._advance()

    # Reading

    @property
    def _is_blocked(self) -> bool:
        """Whether what comes has to wait: for an answer, or for the application to take a body."""
        exchange = self._exchange
        return exchange is not None and (not exchange.receiving or len(exchange.body) > HELD_BODY)

    def _feed(self, data: bytes) -> None:
        """Have a little of what came parsed."""
        try:
            self._reader.feed(data)
        except Refused as refused:
            self._refuse(refused.problem)

    def _advance(self) -> None:
        """Go on with whatever can go on: the next request, then the next bytes."""
        while not self._outlet.is_leaving:
            if self._exchange is None and self._queue:
                self._start(self._queue.popleft())
            elif self._held and not self._is_blocked:
                data = bytes(self._held[:_SLICE])
                del self._held[:_SLICE]
                self._feed(data)
            else:
                self._settle()
                break

    def _settle(self) -> None:
        """Read no more than can be held, and see what is left to do."""
        self._pause(len(self._held) > _HELD)
        exchange = self._exchange
        is_cut = self._is_half_closed and not self._held
        if exchange is not None and not (is_cut and exchange.receiving):
            return
        if self._refusal is not None:
            self._outlet.write(refusals.written(self._refusal, self._outlet.date))
            self._leave(gently=True)
        elif self._is_half_closed or self._reader.finished:
            self._leave(gently=False)
        elif self._reader.phase == Phase.NOTHING:
            self._gate.rests(self)

    def _refuse(self, problem: Problem) -> None:
        """Read no more, and tell why once what was asked before is answered."""
        self._refusal = self._gate.refuse(problem, self._client[0])
        self._held.clear()
        incoming, self._reader.incoming = self._reader.incoming, None
        self._reader.finished = True
        if incoming is None:
            return
        if incoming is not self._exchange:
            self._queue.remove(incoming)
        elif incoming.started:
            self._outlet.abort()
        else:
            self._exchange = None
        incoming.leave()

    def located(self, scope: Scope) -> None:
        """Add who asks, and where; a trusted proxy says so for its clients."""
        scope["server"], scope["client"], scope["scheme"] = self._server, self._client, "http"
        if self._is_proxied:
            self._gate.proxies.tell(scope)

    def take(self, scope: Scope, *, keep_alive: bool) -> None:
        """Answer a whole request without a body at once, or by the application."""
        shortcut = self._gate.shortcut
        is_next = self._exchange is None and not self._queue and not self._outlet.is_clogged
        if shortcut is not None and is_next:
            try:
                ready = shortcut(scope)
            except Exception:
                log.exception("A shortcut for %r failed", scope["raw_path"])
                ready = None
            if ready is not None:
                last = closing(keep_alive, is_old=scope["http_version"] == "1.0")
                self._outlet.write(whole(ready, self._outlet.date, last, scope["method"]))
                self._answers += 1
                self._state.total_requests += 1
                self._reader.since = self._reader.heard
                return
        exchange = Exchange(self, self._outlet, scope, keep_alive=keep_alive)
        exchange.receiving = False
        self._open(exchange)

    def expect(self, scope: Scope, *, keep_alive: bool, expects: bool) -> Exchange:
        """Hand over a request whose body is still to come."""
        exchange = Exchange(self, self._outlet, scope, keep_alive=keep_alive, expects=expects)
        self._open(exchange)
        return exchange

    def _open(self, exchange: Exchange) -> None:
        if self._exchange is None and not self._queue:
            self._start(exchange)
        else:
            self._queue.append(exchange)

    def _start(self, exchange: Exchange) -> None:
        self._exchange = exchange
        if exchange.receiving or not self._is_express(exchange):
            self.hand_over(exchange)

    def _is_express(self, exchange: Exchange) -> bool:
        """Whether an exchange is answered without a task of its own."""
        try:
            return self._gate.express is not None and self._gate.express(exchange)
        except Exception:
            log.exception("The express for %r failed", exchange.target)
            return False

    def hand_over(self, exchange: Exchange) -> asyncio.Task[None]:
        """Have the application answer."""
        task = self._loop.create_task(exchange.run(self._app))
        self._state.tasks.add(task)
        task.add_done_callback(self._state.tasks.discard)
        return task

    # Called by an exchange

    def wants_body(self) -> None:
        """Read on: the application has taken the body so far."""
        if self._held:
            self._reader.heard = self._loop.time()
            self._advance()

    def answered(self, exchange: Exchange) -> None:
        """Go on to the next request, or close: gently if the client is still sending."""
        self._answers += 1
        self._state.total_requests += 1
        self._exchange = None
        self._reader.since = self._reader.heard = self._loop.time()
        if exchange.keep_alive:
            self._advance()
        elif not self._outlet.is_leaving:
            self._leave(gently=exchange.receiving or bool(self._held))

    def _leave(self, *, gently: bool) -> None:
        """Close; gently where the client may still be sending."""
        self._reader.finished = True
        self._queue.clear()
        self._held.clear()
        self._pause(False)
        if gently and not self._is_half_closed:
            self._outlet.close_gently(self._loop.time() + self._gate.patience.linger)
        else:
            self._outlet.close()

    def _pause(self, pause: bool) -> None:
        """Read no more for now, or read on."""
        if pause != self._is_paused:
            self._is_paused = pause
            (self._transport.pause_reading if pause else self._transport.resume_reading)()
