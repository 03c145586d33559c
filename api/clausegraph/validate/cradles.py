"""The service's ends of the lines to its judges, and to what makes them: forked, or spawned.

A cradle is to `engine.pool` what a zygote of the engine is, and can be waited for.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clausegraph.engine import messages
from clausegraph.engine.channel import Ended, Link
from clausegraph.engine.family import Zygote
from clausegraph.engine.kinship import Room
from clausegraph.engine.messages import Frame
from clausegraph.engine.spawning_line import Line
from clausegraph.errors import ClausegraphError
from clausegraph.validate.sandbox import JUDGE, MODULE, ZYGOTE, Terms

_AT_ONCE = os.cpu_count() or 1  # processes that prepare at the same time
_PATIENCE = 2.0  # seconds for a process to end by itself
_STANDARD_ERROR = 2
# Reports name files as they were sent: no folder of ours is around them.
_OPTIONS: dict[str, Any] = {"cwd": Path.cwd().anchor}
if sys.platform == "win32":
    _OPTIONS["creationflags"] = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
else:
    _OPTIONS["start_new_session"] = True


class ForkedCradle(Zygote):
    """A Python of its own, which prepares once and forks judges: the service has threads, and
    cannot fork."""

    def __init__(self, terms: Terms) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                _command(ZYGOTE),
                stdin=theirs.fileno(),
                stdout=_STANDARD_ERROR,
                env=_environment(),
                **_OPTIONS,
            )
        link = Link(ours)
        super().__init__(link)
        link.send(terms.header())

    async def ended(self) -> None:
        """End it, and wait for it."""
        self.close()
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        while self._process.poll() is None:
            if asyncio.get_running_loop().time() > deadline:
                self._process.kill()
            await asyncio.sleep(0.005)

    @property
    def has_ended(self) -> bool:
        """Whether nothing is left of it."""
        return self._process.poll() is not None


class SpawnedJudge:
    """A process that prepares by itself, and does one job; it has no file for large reports."""

    carries = False
    room: Room | None = None

    def __init__(self, line: Line, cradle: SpawningCradle) -> None:
        self.process = line.process
        self.zygote = cradle
        self.gone = line.gone
        self.line = line

    def ask(self, frame: bytes, on_reply: Callable[[Frame | None], None]) -> None:
        """Send a job, and have `on_reply` called with the answer."""
        self.line.ask(frame, on_reply)

    def dismiss(self) -> None:
        """Close the line: an idle judge ends."""
        self.line.close()

    async def status(self) -> int | None:
        """Return how the process has ended, or None if that is not heard of in time."""
        return await self.line.heard()

    async def fate(self) -> str:
        """Return how the process has ended, in words."""
        return await self.line.fate()


class SpawningCradle:
    """What makes judges where nothing can be forked: one Python each."""

    release = ""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._lines: set[Line] = set()
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def loaded(self) -> None:
        """Return at once: each judge prepares by itself."""

    async def fork(self) -> SpawnedJudge:
        """Return a new judge once it is ready, or raise ClausegraphError if it never is."""
        async with self._turns:
            line = await self._line()
            try:
                header, _ = await line.next_frame()
            except Ended as error:
                raise ClausegraphError(f"A judge {await line.fate()} as it started.") from error
            except BaseException:
                line.kill()
                raise
        if "error" in header:
            line.kill()
            raise messages.error_of(header)
        return SpawnedJudge(line, self)

    def kill(self, judge: SpawnedJudge) -> None:
        """End a judge at once."""
        judge.dismiss()
        judge.line.kill()

    def close(self) -> None:
        """End all judges."""
        if not self.gone.done():
            self.gone.set_result(None)
        for line in tuple(self._lines):
            line.kill()

    async def ended(self) -> None:
        """End all judges, and wait for them."""
        self.close()
        while self._lines:
            await asyncio.gather(*(line.end() for line in tuple(self._lines)))

    @property
    def has_ended(self) -> bool:
        """Whether nothing is left of it."""
        return self.gone.done() and not self._lines

    async def _line(self) -> Line:
        """Return the line to a new process, which is told what it may use."""
        if self.gone.done():
            raise ClausegraphError("No judge is wanted any more.")
        try:
            _, line = await asyncio.get_running_loop().subprocess_exec(
                Line, *_command(JUDGE), stderr=None, env=_environment(), **_OPTIONS
            )
        except OSError as error:
            reason = error.strerror or str(error)
            raise ClausegraphError(f"There is no room for another process: {reason}.") from error
        self._lines.add(line)
        line.status.add_done_callback(lambda _: self._lines.discard(line))
        line.send(messages.pack(self._terms.header()))
        return line


Cradle = ForkedCradle | SpawningCradle


def _command(task: str) -> tuple[str, ...]:
    """Return the command that does a task of the sandbox."""
    return sys.executable, "-P", "-m", MODULE, task


def _environment() -> dict[str, str]:
    """Return the environment of a process that imports what we can import, and writes UTF-8."""
    path = os.pathsep.join(os.path.abspath(entry) for entry in sys.path)  # noqa: PTH100
    return {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1", "RUST_BACKTRACE": "0"}
