"""Older releases: each is loaded when somebody asks for it, a few are held at a time.

An older release has processes of its own, so that neither its load nor its queries hold up the
current one's. The one that was asked longest ago goes first, one that nobody asks goes by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

from clausegraph.engine.embedded import EmbeddedEngine
from clausegraph.engine.interface import Answer, Diagnosis, Limits, Query, Symptom
from clausegraph.errors import ClausegraphError, EngineBusy

WORKERS = 3  # processes that answer queries about one older release
HELD = 3  # older releases in memory at once
IDLE = 300.0  # seconds after which one that nobody asks is let go

_FAILED = 10.0  # seconds until a load that failed is tried again
_NOTICED = 0.1  # seconds of waiting from which on a query has less time

log = logging.getLogger("clausegraph.engine")


@dataclass(eq=False)
class _Held:
    """A release that is loaded, or is being loaded, and how many wait for it or ask it."""

    opening: asyncio.Task[EmbeddedEngine]
    users: int = 0
    used: float = field(default_factory=time.monotonic)

    @property
    def is_free(self) -> bool:
        """Whether it can be let go without anybody noticing."""
        return self.users == 0 and self.opening.done()

    @property
    def error(self) -> BaseException | None:
        """What its load raised, if it has failed."""
        if not self.opening.done() or self.opening.cancelled():
            return None
        return self.opening.exception()

    @property
    def is_lost(self) -> bool:
        """Whether it is of no use any more: its process has ended, or its load failed a while
        ago."""
        if not self.opening.done():
            return False
        if self.opening.cancelled():
            return True
        if self.error is not None:
            return time.monotonic() - self.used > _FAILED
        return not self.opening.result().is_up


class Archive:
    """Answers queries about older releases, with engines beside the one of the current release.

    That one's `load` is called with a release to load it. `held` releases are in memory at most;
    one that was not asked for `idle` seconds is let go. All methods belong to one event loop.
    """

    def __init__(
        self, engine: EmbeddedEngine, limits: Limits, held: int = HELD, idle: float = IDLE
    ) -> None:
        workers = min(WORKERS, limits.workers)
        self._engine = engine
        self._limits = replace(limits, workers=workers, per_client=min(workers, limits.per_client))
        self._most = held
        self._idle = idle
        self._held: dict[str, _Held] = {}
        self._turn = asyncio.Lock()
        self._sweep: asyncio.TimerHandle | None = None
        self._closings: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def releases(self) -> tuple[str, ...]:
        """The releases that are in memory and ready."""
        return tuple(name for name in self._held if self._ready(name) is not None)

    async def query(self, release: str, query: Query) -> Answer:
        """Return the whole answer, or raise what it got; the load is a part of its time.

        Raises EngineBusy where that is not enough, or where as many releases as can be held are
        being asked.
        """
        start = time.monotonic()
        seconds = min(query.timeout or self._limits.timeout, self._limits.timeout)
        async with self._lent(release, seconds) as engine:
            left = seconds - (time.monotonic() - start)
            if left < seconds - _NOTICED:
                query = query._replace(timeout=max(left, _NOTICED))
            return await engine.query(query)

    async def diagnose(self, release: str, query: Query, symptom: Symptom) -> Diagnosis | None:
        """Return what is known of why `query` gave nothing, if its release is at hand."""
        engine = self._ready(release)
        return None if engine is None else await engine.diagnose(query, symptom)

    async def close(self) -> None:
        """End every process; queries that still run or wait get an EngineBusy."""
        self._closed = True
        if self._sweep is not None:
            self._sweep.cancel()
        for release in tuple(self._held):
            self._let_go(release)
        await asyncio.gather(*self._closings, return_exceptions=True)

    def _ready(self, release: str) -> EmbeddedEngine | None:
        """Return the engine of a release that is in memory, else None."""
        held = self._held.get(release)
        if held is None or held.is_lost or not held.opening.done() or held.error is not None:
            return None
        return held.opening.result()

    @contextlib.asynccontextmanager
    async def _lent(self, release: str, seconds: float) -> AsyncIterator[EmbeddedEngine]:
        """Keep a release in memory while it is asked; wait for its load for `seconds` at most."""
        held = self._find(release)
        held.users += 1
        try:
            await asyncio.wait((held.opening,), timeout=seconds)
            if not held.opening.done():
                raise _loading(release)
            if held.opening.cancelled():
                raise EngineBusy("The engine is closing.", remedy="Ask again in a moment.")
            if (error := held.error) is not None:
                raise _failed(release) from error
            yield held.opening.result()
        finally:
            held.users -= 1
            if held.error is None:
                held.used = time.monotonic()

    def _find(self, release: str) -> _Held:
        """Return the place of a release, whose load begins if it has none; raises EngineBusy where
        there is no room for it."""
        if self._closed:
            raise EngineBusy("The engine is closing.", remedy="Ask again in a moment.")
        held = self._held.get(release)
        if held is not None and held.is_lost:
            self._let_go(release)
            held = None
        if held is None:
            self._make_room()
            opening = asyncio.get_running_loop().create_task(self._open(release))
            held = self._held[release] = _Held(opening)
            if self._sweep is None:
                self._sweep_later()
        return held

    def _make_room(self) -> None:
        """Let go the release that was asked longest ago, if there are as many as can be held."""
        if len(self._held) < self._most:
            return
        free = [name for name, held in self._held.items() if held.is_free]
        if not free:
            message = f"{len(self._held)} older releases are being asked at this moment."
            raise EngineBusy(message, remedy="Ask again in a moment.")
        self._let_go(min(free, key=lambda name: self._held[name].used))

    async def _open(self, release: str) -> EmbeddedEngine:
        """Load a release; one at a time, so that loads do not take all processors."""
        try:
            async with self._turn:
                return await self._engine.beside(release, self._limits)
        except ClausegraphError as error:
            if not self._closed:
                log.error("Release %s cannot be loaded: %s", release, error)
            raise

    def _let_go(self, release: str) -> None:
        """End the processes of a release."""
        held = self._held.pop(release)
        closing = asyncio.get_running_loop().create_task(_close(held.opening))
        self._closings.add(closing)
        closing.add_done_callback(self._closings.discard)

    def _sweep_later(self) -> None:
        """Look for what nobody asks any more, after a while."""
        loop = asyncio.get_running_loop()
        self._sweep = loop.call_later(self._idle / 2, self._let_go_idle)

    def _let_go_idle(self) -> None:
        """Let go what nobody has asked for as long as is allowed."""
        now = time.monotonic()
        for release, held in tuple(self._held.items()):
            if held.is_free and now - held.used >= self._idle:
                self._let_go(release)
        self._sweep = None
        if self._held:
            self._sweep_later()


async def _close(opening: asyncio.Task[EmbeddedEngine]) -> None:
    """End an engine, or the load that is to make it."""
    opening.cancel()
    with contextlib.suppress(asyncio.CancelledError, ClausegraphError):
        await (await opening).close()


def _loading(release: str) -> EngineBusy:
    """Return the error for a query whose time has passed before its release was loaded."""
    return EngineBusy(
        f"Release {release[:12]} is being loaded.", remedy="Ask again in a moment; it goes on."
    )


def _failed(release: str) -> EngineBusy:
    """Return the error for a query about a release that cannot be loaded."""
    return EngineBusy(
        f"Release {release[:12]} is kept here, but cannot be loaded now.",
        remedy="The operator was told. Other releases are not affected.",
    )
