"""Running the service: load, listen, reload on SIGHUP, end on SIGTERM, and say so."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import gc
import logging
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

import uvicorn

from clausegraph.engine import EmbeddedEngine, Limits
from clausegraph.engine.process import can_fork
from clausegraph.errors import ClausegraphError, UsageError
from clausegraph.releases.loading import GraphLoader, say
from clausegraph.settings import Settings
from clausegraph.web import signals
from clausegraph.web.gate import Gate, room
from clausegraph.web.proxies import Proxies
from clausegraph.web.shelf import Shelf, private_folder
from clausegraph.web.wire import Wire

if TYPE_CHECKING:
    from clausegraph.web.accesslog import AccessLog
    from clausegraph.web.application import Application

_MIB = 2**20
_OUT_OF_ROOM = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_QUIET = 10.0  # seconds between two lines about the same lack
_COLLECTED_AFTER = (20_000, 20, 50)  # objects; collections of the younger generation
_ASSEMBLY = "clausegraph.web.assembly"
_ENDING = 5  # seconds that requests get to be answered once the service is to end

log = logging.getLogger("clausegraph.web")


def limits_of(settings: Settings) -> Limits:
    """Return the engine's limits: settings count memory in MiB, the engine in bytes."""
    return Limits(
        timeout=settings.timeout,
        workers=settings.workers,
        queue=settings.queue,
        per_client=settings.per_client,
        memory=settings.memory * _MIB,
        result=settings.result * _MIB,
        spool=settings.spool,
    )


def run(settings: Settings) -> None:
    """Serve until a signal ends it; raises UsageError if the address is taken."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    _listen(settings).close()  # say so before the build if the address cannot be had
    proxies = Proxies.of(settings.trusted_proxies)
    most = room(settings.connections, settings.workers)
    if most < settings.connections:
        say(f"The limit of open files leaves room for {most} connections (ulimit -n).")
    if settings.isolation == "spawn" or (settings.isolation == "auto" and not can_fork()):
        say(
            "Queries run in spawned processes over a copy of the graph on disk: they are killed at "
            "their deadline, but may open files."
        )
    gate = Gate(most=most, proxies=proxies)
    with contextlib.suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=_loop()) as runner:
        runner.run(_serve(settings, gate))


def _loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what makes an event loop: uvloop's where it is, which takes half of the time."""
    try:
        import uvloop  # noqa: PLC0415  (not made for every system)
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _serve(settings: Settings, gate: Gate) -> None:
    """Start the engine, then listen: what is announced can be asked."""
    asyncio.get_running_loop().set_exception_handler(Faults())
    limits = limits_of(settings)
    async with private_folder(settings.spool) as written:
        loader = GraphLoader(
            settings.data, written, settings.releases, settings.store, settings.hold
        )
        engine = EmbeddedEngine(loader, limits, isolation=settings.isolation)
        shelf = Shelf.of(settings, engine, limits, written)
        site = None
        try:
            # What answers is imported while the engine loads, which forks before there is a thread.
            imported = asyncio.create_task(asyncio.to_thread(import_module, _ASSEMBLY))
            await engine.start()
            site = (await imported).assemble(settings, limits, engine, gate, shelf)
            await _announce(settings, gate, engine, shelf, site.app)
        finally:
            if site is not None:
                await site.judges.close()
            if shelf is not None:
                await shelf.close()
            await engine.close()
            await asyncio.to_thread(loader.tidy)


async def _announce(
    settings: Settings,
    gate: Gate,
    engine: EmbeddedEngine,
    shelf: Shelf | None,
    app: Application,
) -> None:
    """Listen until a signal or the loss of the engine ends that."""
    gate.shortcut, gate.express, gate.on_refusal = app.shortcut, app.express, app.refused
    server = Server(config(app, gate), gate)
    _spare_the_collector()
    closing = contextlib.nullcontext() if app.log is None else contextlib.closing(app.log)
    upkeep = Upkeep(engine, app.log, shelf)
    with _listen(settings) as listening, closing, _signals(server, upkeep):
        upkeep.begin()
        await _until_lost(server, listening, engine)


def _spare_the_collector() -> None:
    """Have what the service is made of never looked through for garbage again, and the rest less
    often: requests make no cycles, and looking took a tenth of the time of each."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED_AFTER)


class Faults:
    """What becomes of a fault that no code of ours could catch: a line in the log.

    A loop that cannot accept connections says so again and again; here it does every ten seconds.
    """

    def __init__(self) -> None:
        self._quiet_until = 0.0

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Handle what the loop tells of."""
        error = context.get("exception")
        if not (isinstance(error, OSError) and error.errno in _OUT_OF_ROOM):
            loop.default_exception_handler(context)
        elif loop.time() >= self._quiet_until:
            self._quiet_until = loop.time() + _QUIET
            log.error("No connection can be accepted: %s.", error.strerror)


def config(app: Any, gate: Gate) -> uvicorn.Config:
    """Return how uvicorn is to serve `app`: it listens and ends, the wire does the rest."""
    return uvicorn.Config(
        app,
        http=cast("type[asyncio.Protocol]", functools.partial(Wire, gate)),
        ws="none",
        access_log=False,
        log_config=None,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_ENDING,
    )


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
    """A server that announces its address once it accepts connections, and looks after them."""

    def __init__(self, config: uvicorn.Config, gate: Gate) -> None:
        super().__init__(config)
        self._gate = gate

    async def on_tick(self, counter: int) -> bool:
        """Have a look at the connections, ten times a second at most."""
        self._gate.sweep(asyncio.get_running_loop().time())
        return await super().on_tick(counter)

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
def _signals(server: Server, upkeep: Upkeep) -> Iterator[None]:
    """Stop and reload on signals while the service runs."""
    actions: dict[signal.Signals, Callable[[], object]] = {
        number: functools.partial(server.handle_exit, number, None) for number in signals.STOP
    }
    actions.update(dict.fromkeys(signals.RELOAD, upkeep.reload))
    try:
        with signals.handled(actions):
            yield
    finally:
        upkeep.end()


class Upkeep:
    """What goes on beside the answers: reloads, a log that was moved away, releases kept."""

    def __init__(
        self, engine: EmbeddedEngine, access_log: AccessLog | None, shelf: Shelf | None
    ) -> None:
        self._engine = engine
        self._log = access_log
        self._shelf = shelf
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self) -> None:
        """Keep the release that was loaded at the start."""
        self._do(self._keep())

    def reload(self) -> None:
        """Take up a new release, and begin the log anew."""
        if self._log is not None:
            self._log.reopen()
        self._do(self._reload())

    def end(self) -> None:
        """Leave what is under way."""
        for task in self._tasks:
            task.cancel()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _keep(self) -> None:
        """Keep the release that is served."""
        if self._shelf is not None:
            await self._shelf.keep(self._engine.release)

    async def _reload(self) -> None:
        """Take up a new release, or say why the old one stays."""
        try:
            await self._engine.reload()
        except ClausegraphError as error:
            say(f"clausegraph: the release that is served stays: {error}")
        else:
            say(f"Release {self._engine.release[:12]} is served now")
            await self._keep()


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
