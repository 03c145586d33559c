"""Running the service: load, listen, reload on SIGHUP, end on SIGTERM, and say so."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator

import uvicorn

from clausegraph.build import build
from clausegraph.engine import EmbeddedEngine, Limits, Loaded
from clausegraph.errors import ClausegraphError, UsageError
from clausegraph.settings import Settings
from clausegraph.web.app import create_app

_HEADER_BYTES = 128 * 1024  # of a request's first line and fields together

log = logging.getLogger("clausegraph.web")


def say(message: str) -> None:
    """Tell the operator something; data never go to standard error, messages never elsewhere."""
    print(message, file=sys.stderr, flush=True)  # noqa: T201


def loader(settings: Settings) -> Callable[[], Loaded]:
    """Return what the engine calls to load the graph, in a process of its own."""

    def load() -> Loaded:
        start = time.monotonic()
        built = build(settings.data or None)
        store = built.store()
        seconds = time.monotonic() - start
        say(f"Built {len(built):,} triples in {seconds:.1f} s, release {built.release[:12]}")
        return Loaded(store, built.release)

    return load


def run(settings: Settings) -> None:
    """Serve until a signal ends it; raises UsageError if the address is taken."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    _listen(settings).close()  # say so before the build if the address cannot be had
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    """Start the engine, then listen: what is announced can be asked."""
    limits = Limits(timeout=settings.timeout, workers=settings.workers)
    engine = EmbeddedEngine(loader(settings), limits)
    try:
        await engine.start()
        config = uvicorn.Config(
            create_app(engine, settings),
            access_log=False,
            log_config=None,
            lifespan="off",
            server_header=False,
            h11_max_incomplete_event_size=_HEADER_BYTES,
            timeout_graceful_shutdown=5,
        )
        server = Server(config)
        with _listen(settings) as listening, _signals(server, engine):
            await _until_lost(server, listening, engine)
    finally:
        await engine.close()


async def _until_lost(server: Server, listening: socket.socket, engine: EmbeddedEngine) -> None:
    """Serve; an engine that can answer nothing any more ends the service and is raised."""
    lost = asyncio.create_task(engine.lost())
    lost.add_done_callback(lambda _: server.handle_exit(signal.SIGTERM, None))
    try:
        await server.serve(sockets=[listening])
        if lost.done():
            raise lost.result()
    finally:
        lost.cancel()


class Server(uvicorn.Server):
    """A server that announces its address once it accepts connections."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, then say where."""
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            say(f"Clausegraph is served at http://{shown}:{port} (Ctrl-C stops it)")

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to `_signals`: the inherited way ends the process by the signal itself."""
        yield


@contextlib.contextmanager
def _signals(server: Server, engine: EmbeddedEngine) -> Iterator[None]:
    """Handle SIGINT, SIGTERM and SIGHUP while the service runs."""
    loop = asyncio.get_running_loop()
    reloads: set[asyncio.Task[None]] = set()

    def stop(number: int) -> None:
        server.handle_exit(number, None)

    def reload() -> None:
        task = loop.create_task(_reload(engine))
        reloads.add(task)
        task.add_done_callback(reloads.discard)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop, number)
    loop.add_signal_handler(signal.SIGHUP, reload)
    try:
        yield
    finally:
        for task in reloads:
            task.cancel()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.remove_signal_handler(number)


async def _reload(engine: EmbeddedEngine) -> None:
    """Take up a new release, or say why the old one stays."""
    try:
        await engine.reload()
    except ClausegraphError as error:
        say(f"clausegraph: the release that is served stays: {error}")
    else:
        say(f"Release {engine.release[:12]} is served now")


def _listen(settings: Settings) -> socket.socket:
    """Return a socket that listens at the address of `settings`, or raise UsageError."""
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        listening = socket.create_server(
            (settings.host, settings.port), family=family, backlog=2048
        )
    except OSError as error:
        raise UsageError(
            f"Nothing can listen at {settings.host}:{settings.port}: {error.strerror or error}.",
            remedy="Choose another with --port or --host; --port 0 takes a free one.",
        ) from error
    # Accepted connections inherit it; without it each answer waits 40 ms for an acknowledgement.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
