"""Who may hold a connection, how long a client may take, and what the wire has refused."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from starlette.types import Scope

from clausegraph.web.problems import Problem
from clausegraph.web.proxies import Proxies

if sys.platform != "win32":
    import resource

Ready = tuple[int, list[tuple[bytes, bytes]], bytes]
Shortcut = Callable[[Scope], Ready | bytes | None]
Express = Callable[[Any], bool]  # of an Exchange, which knows this module

_LINGERING = 64  # refused connections that are closed gently at the same time
_SPARE = 64  # descriptors of a service besides connections and workers
_LEAST = 8  # connections without which nothing can be served


@dataclass(frozen=True)
class Patience:
    """Seconds that a client is waited for.

    `header`: from the start of a connection, or the first byte of a request, to the end of the
    header. `body`: from there to the end of the body, `pause` between two pieces of it. `idle`:
    between two requests. `write`: while nothing of an answer is taken. `linger`: for a client to
    read a refusal and close. `left`: for an answer to get ready after the client has ended its
    side. `sweep`: between two looks at all of this.
    """

    header: float = 10.0
    body: float = 30.0
    pause: float = 10.0
    idle: float = 75.0
    write: float = 60.0
    linger: float = 2.0
    left: float = 0.5
    sweep: float = 0.5


class Held(Protocol):
    """A connection, as the gate sees it."""

    @property
    def party(self) -> str:
        """Whom it counts for; empty for a proxy, which speaks for many."""

    def expire(self, now: float, elapsed: float) -> None:
        """Do what is due at `now`; the last look was `elapsed` seconds ago."""

    def drop_idle(self) -> None:
        """Close, being between two requests."""


@dataclass
class Gate:
    """What all connections of one server share.

    `most` connections are held at once, half of them by one party. `shortcut` may answer a request
    without a body at once, as status, fields and body or as the bytes of a whole answer; `express`
    may take an exchange without one, and then writes its answer or hands it over. `refused` counts
    the problems that were sent without the application, by slug; `on_refusal` is told of each, with
    the address of its client, and returns it with what else there is to say.
    """

    patience: Patience = field(default_factory=Patience)
    most: int = 1000
    proxies: Proxies = field(default_factory=Proxies)
    shortcut: Shortcut | None = None
    express: Express | None = None
    refused: Counter[str] = field(default_factory=Counter)
    on_refusal: Callable[[Problem, str], Problem] | None = None
    _held: dict[Held, None] = field(default_factory=dict)
    _idle: dict[Held, None] = field(default_factory=dict)
    _refused: dict[Held, None] = field(default_factory=dict)
    _parties: Counter[str] = field(default_factory=Counter)
    _swept: float | None = None

    @property
    def count(self) -> int:
        """How many connections are held."""
        return len(self._held)

    def refuse(self, problem: Problem, host: str) -> Problem:
        """Count a problem that is sent without the application, and return it as it is sent."""
        self.refused[problem.outcome.slug] += 1
        return problem if self.on_refusal is None else self.on_refusal(problem, host)

    def admit(self, connection: Held) -> bool:
        """Whether there is room for a connection; one that is idle makes room."""
        share = max(1, self.most // 2)
        if connection.party and self._parties[connection.party] >= share:
            self._drop(next((one for one in self._idle if one.party == connection.party), None))
        if len(self._held) >= self.most:
            self._drop(next(iter(self._idle), None))
        full = len(self._held) >= self.most
        if full or (connection.party and self._parties[connection.party] >= share):
            return False
        self._held[connection] = None
        self._parties[connection.party] += 1
        return True

    def _drop(self, connection: Held | None) -> None:
        """Close an idle connection; it counts no more from now on."""
        if connection is not None:
            self.leave(connection)
            connection.drop_idle()

    def leave(self, connection: Held) -> None:
        """Forget a connection; harmless when done twice."""
        self._idle.pop(connection, None)
        self._refused.pop(connection, None)
        if connection not in self._held:
            return
        del self._held[connection]
        self._parties[connection.party] -= 1
        if not self._parties[connection.party]:
            del self._parties[connection.party]

    def rests(self, connection: Held) -> None:
        """Note that a connection has become idle."""
        if connection in self._held:
            self._idle[connection] = None

    def wakes(self, connection: Held) -> None:
        """Note that a connection is idle no more."""
        self._idle.pop(connection, None)

    def may_linger(self, connection: Held) -> bool:
        """Whether a connection that was not admitted may be closed gently, as a few may."""
        if len(self._refused) >= _LINGERING:
            return False
        self._refused[connection] = None
        return True

    def sweep(self, now: float) -> None:
        """Look at every connection, if it is time to."""
        elapsed = self.patience.sweep if self._swept is None else now - self._swept
        if elapsed < self.patience.sweep:
            return
        self._swept = now
        for connection in (*self._held, *self._refused):
            connection.expire(now, elapsed)


def room(wanted: int, workers: int) -> int:
    """Return how many of the `wanted` connections this process can hold.

    The limit of open files is raised as far as it may be. What it leaves to connections is told
    here, since a process that can open nothing can neither accept nor refuse.
    """
    if sys.platform == "win32":
        return wanted
    spare = _SPARE + 4 * workers
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted + spare:
        soft = wanted + spare if hard == resource.RLIM_INFINITY else min(wanted + spare, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY:
        return wanted
    return max(_LEAST, min(wanted, soft - spare))
