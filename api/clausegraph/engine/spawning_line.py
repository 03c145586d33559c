"""The line to a spawned process: its pipes, and how it ends. asyncio, nothing that blocks."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

from clausegraph.engine import messages
from clausegraph.engine.channel import Assembly, Ended, OnReply, Reception
from clausegraph.engine.messages import Frame
from clausegraph.errors import ClausegraphError

_MODULE = "clausegraph.engine.spawned"
_PATIENCE = 2.0  # seconds for a process to be heard of
_OPTIONS: dict[str, Any] = {"start_new_session": True}
if sys.platform == "win32":
    _OPTIONS = {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}


class Line(asyncio.SubprocessProtocol):
    """A spawned process, and frames to and from it: one question at a time, one answer to each."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.gone: asyncio.Future[None] = loop.create_future()
        self.status: asyncio.Future[int] = loop.create_future()
        self._transport: asyncio.SubprocessTransport | None = None
        self._assembly = Assembly()
        self._has_all = False
        self._reception = Reception()

    @classmethod
    async def spawn(cls, task: str, folder: Path, work: bytes) -> Line:
        """Start a process for `task`, and hand `work` to it; raises ClausegraphError where it
        cannot be started."""
        try:
            _, line = await asyncio.get_running_loop().subprocess_exec(
                cls,
                *(sys.executable, "-P", "-m", _MODULE, task, str(folder)),
                stderr=None,
                env=_environment(),
                **_OPTIONS,
            )
        except OSError as error:
            reason = error.strerror or str(error)
            raise ClausegraphError(f"There is no room for another process: {reason}.") from error
        line.send(messages.pack({}, work))
        return line

    @property
    def process(self) -> int:
        """The identifier of the process."""
        return self._pipe().get_pid()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (asyncio calls this)."""
        self._transport = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:  # noqa: ARG002
        """Take in what the process sends (asyncio calls this)."""
        for frame in self._assembly.add(data):
            self._reception.take(frame)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002
        """Tell who waits that no more will come (asyncio calls this)."""
        if fd != 1:
            return
        self._has_all = True
        self._reception.take(None)
        self._is_gone()

    def process_exited(self) -> None:
        """Keep how the process has ended (asyncio calls this)."""
        if not self.status.done():
            self.status.set_result(self._pipe().get_returncode() or 0)
        self._is_gone()

    def _is_gone(self) -> None:
        """Tell who listens that the process has ended; let go of it when all is told."""
        if not self.gone.done():
            self.gone.set_result(None)
        if self._has_all and self.status.done():
            self._pipe().close()

    async def next_frame(self) -> Frame:
        """Wait for the frame that comes next without being asked for, or raise Ended."""
        return await self._reception.first()

    def ask(self, frame: bytes, on_reply: OnReply) -> None:
        """Send a frame, and have `on_reply` called with the answer."""
        if self.gone.done():
            asyncio.get_running_loop().call_soon(on_reply, None)
            return
        self._reception.expect(on_reply)
        self.send(frame)

    def send(self, frame: bytes) -> None:
        """Send a frame; a process that has ended gets none."""
        pipe = cast("asyncio.WriteTransport | None", self._pipe().get_pipe_transport(0))
        if pipe is not None and not pipe.is_closing():
            pipe.write(frame)

    def close(self) -> None:
        """Close the input of the process, which ends it."""
        pipe = self._pipe().get_pipe_transport(0)
        if pipe is not None:
            pipe.close()

    async def heard(self) -> int | None:
        """Return how the process has ended, or None if that is not heard of in time."""
        await asyncio.wait((self.status,), timeout=_PATIENCE)
        return self.status.result() if self.status.done() else None

    async def fate(self) -> str:
        """Return how the process has ended, in words."""
        status = await self.heard()
        if status is None:
            return "was lost"
        if status < 0:
            return f"was ended by {signal.Signals(-status).name}"
        return f"left with status {status}"

    async def end(self) -> None:
        """Kill the process, and wait for it."""
        self.kill()
        await self.status
        self._pipe().close()

    def kill(self) -> None:
        """Kill the process, if it runs.

        Before Python 3.13 a transport's own `kill` may take the exit status of a process that has
        just ended from whoever waits for it (cpython#87744). One that has closed its output has
        ended, and its identifier may be another's (cpython#127049).
        """
        if self.gone.done():
            return
        with contextlib.suppress(ProcessLookupError):
            if sys.platform == "win32":
                self._pipe().kill()
            else:
                os.kill(self.process, signal.SIGKILL)

    def _pipe(self) -> asyncio.SubprocessTransport:
        """Return the transport."""
        if self._transport is None:
            raise Ended("the process has not started")
        return self._transport


def _environment() -> dict[str, str]:
    """Return the environment of a process that imports what we can import, and writes UTF-8."""
    path = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
    return {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1", "RUST_BACKTRACE": "0"}
