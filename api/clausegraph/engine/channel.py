"""The service's ends of the sockets to its processes: asyncio, nothing that blocks."""

from __future__ import annotations

import asyncio
import os
import socket
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, cast

from clausegraph.engine import messages
from clausegraph.engine.messages import HEAD, Frame

_CHUNK = 65_536
_MOST_DESCRIPTORS = 8
_FLAGS = getattr(socket, "MSG_CMSG_CLOEXEC", 0)

OnFrame = Callable[[Mapping[str, Any], socket.socket | None, int | None], None]
OnReply = Callable[[Frame | None], None]  # None: the process has ended


class Ended(ConnectionError):
    """The process at the other end has ended."""


class Assembly:
    """Bytes as they come in, and the frames that they make up."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self._wanted = HEAD.size

    def add(self, data: bytes) -> list[Frame]:
        """Take bytes in, and return the frames that they complete."""
        if self._parts:
            self._parts.append(data)
            self._size += len(data)
            if self._size < self._wanted:
                return []
            data = b"".join(self._parts)
        frames: list[Frame] = []
        while len(data) >= HEAD.size:
            header_size, body_size, _ = HEAD.unpack_from(data)
            start = HEAD.size + header_size
            self._wanted = start + body_size
            if len(data) < self._wanted:
                break
            header = messages.header_of(data[HEAD.size : start])
            frames.append((header, data[start : self._wanted]))
            data, self._wanted = data[self._wanted :], HEAD.size
        self._parts, self._size = [data] if data else [], len(data)
        return frames


class Reception:
    """Hands each frame to who waits for it, in the order in which they asked: the first to whoever
    waits for the process to be ready."""

    def __init__(self) -> None:
        self._ready: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._waiting: deque[OnReply] = deque((self._begin,))

    async def first(self) -> Frame:
        """Wait for the frame that comes without being asked for, or raise Ended."""
        return await self._ready

    def expect(self, on_reply: OnReply) -> None:
        """Hand the frame after those that others wait for to `on_reply`."""
        self._waiting.append(on_reply)

    def take(self, frame: Frame | None) -> None:
        """Hand over a frame, or to everyone that none will come; drop what nobody waits for."""
        while self._waiting:
            self._waiting.popleft()(frame)
            if frame is not None:
                return

    def _begin(self, frame: Frame | None) -> None:
        if self._ready.done():
            return
        if frame is None:
            self._ready.set_exception(Ended("the worker has ended"))
            self._ready.exception()  # Someone may wait for it or not.
        else:
            self._ready.set_result(frame)


class Channel(asyncio.Protocol):
    """The line to a worker: an answer to each question, in their order."""

    def __init__(self, on_end: Callable[[], object]) -> None:
        self._on_end = on_end
        self._assembly = Assembly()
        self._transport: asyncio.Transport | None = None
        self._reception = Reception()
        self._unsent: list[bytes] = []
        self._loop = asyncio.get_running_loop()

    @classmethod
    async def over(cls, sock: socket.socket, on_end: Callable[[], object]) -> Channel:
        """Return a channel over a connected socket, which it owns from now on."""
        sock.setblocking(False)
        loop = asyncio.get_running_loop()
        _, channel = await loop.create_unix_connection(lambda: cls(on_end), sock=sock)
        return channel

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (asyncio calls this)."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Take in what the worker sends (asyncio calls this)."""
        for frame in self._assembly.add(data):
            self._reception.take(frame)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Tell who waits, and who listens, that the worker has ended (asyncio calls this)."""
        self._reception.take(None)
        self._on_end()

    async def next_frame(self) -> Frame:
        """Wait for the frame that comes without being asked for, or raise Ended."""
        return await self._reception.first()

    def ask(self, frame: bytes, on_reply: OnReply) -> None:
        """Send a frame, with those that others send in this turn of the loop: the worker is woken
        once for all of them. Have `on_reply` called with the answer."""
        if self._transport is None or self._transport.is_closing():
            self._loop.call_soon(on_reply, None)
            return
        self._reception.expect(on_reply)
        if not self._unsent:
            self._loop.call_soon(self._flush)
        self._unsent.append(frame)

    def _flush(self) -> None:
        """Send what has gathered."""
        frames, self._unsent = self._unsent, []
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(frames[0] if len(frames) == 1 else b"".join(frames))

    def close(self) -> None:
        """Close the line at once; the worker ends when it next looks."""
        if self._transport is not None:
            self._transport.abort()


class Link:
    """The line to a process that makes others: frames both ways, sockets this way.

    `on_frame` gets each header, with the socket that came with it if one did, and the file if one
    did; `on_end` is called once, when the other end is closed or no longer reads.
    """

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self._socket = sock
        self._assembly = Assembly()
        self._descriptors: deque[int] = deque()
        self._on_frame: OnFrame | None = None
        self._on_end: Callable[[], None] | None = None

    def listen(
        self,
        on_frame: OnFrame,
        on_end: Callable[[], None],
    ) -> None:
        """Begin to pass on what comes in."""
        self._on_frame, self._on_end = on_frame, on_end
        asyncio.get_running_loop().add_reader(self._socket, self._read)

    def send(self, header: Mapping[str, Any]) -> None:
        """Send a frame, which is too short to fill the buffer of a process that reads."""
        try:
            self._socket.send(messages.pack(header))
        except OSError:
            self.close()

    def close(self) -> None:
        """Close our end, and say so to `on_end`."""
        if self._socket.fileno() < 0:
            return
        if self._on_end is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        while self._descriptors:
            os.close(self._descriptors.popleft())
        if self._on_end is not None:
            self._on_end()

    def _read(self) -> None:
        """Read what is there."""
        try:
            data, descriptors, _, _ = socket.recv_fds(
                self._socket, _CHUNK, _MOST_DESCRIPTORS, _FLAGS
            )
        except BlockingIOError:
            return
        except OSError:
            data, descriptors = b"", []
        self._descriptors.extend(descriptors)
        if not data:
            self.close()
            return
        for header, _ in self._assembly.add(data):
            self._pass_on(header)

    def _pass_on(self, header: Mapping[str, Any]) -> None:
        """Hand over a header, with the socket and the file that it announces."""
        sock = file = None
        if "worker" in header or "zygote" in header:
            sock = socket.socket(fileno=self._next_descriptor())
            file = self._next_descriptor() if header["has_file"] else None
        if self._on_frame is not None:
            self._on_frame(header, sock, file)

    def _next_descriptor(self) -> int:
        """Return the next descriptor that has come in."""
        descriptor = self._descriptors.popleft()
        os.set_inheritable(descriptor, False)
        return descriptor
