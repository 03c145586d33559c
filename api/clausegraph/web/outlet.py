"""The writing half of a connection: bytes out, as fast as they are taken, and a gentle end."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys

from uvicorn.server import ServerState

_DRAINED = 16 * 2**20  # bytes that a client may still send after it was refused

_RESET = struct.pack("HH" if sys.platform == "win32" else "ii", 1, 0)  # linger for no time at all


class Outlet:
    """Writes to one client. `is_leaving` once nothing new is read from it."""

    def __init__(self, transport: asyncio.Transport, state: ServerState) -> None:
        self._transport = transport
        self._state = state
        self._writable = asyncio.Event()
        self._writable.set()
        self._unsent = 0  # bytes at the last look
        self._moved = self._until = 0.0
        self._drained = 0
        self._dated: list[tuple[bytes, bytes]] = []
        self._date = b""
        self.is_leaving = False

    @property
    def date(self) -> bytes:
        """The field lines that every answer has."""
        fields = self._state.default_headers
        if fields is not self._dated:  # another list each second
            self._dated = fields
            self._date = b"".join([b"%b: %b\r\n" % field for field in fields])
        return self._date

    @property
    def is_closing(self) -> bool:
        """Whether nothing can be written any more."""
        return self._transport.is_closing()

    @property
    def is_clogged(self) -> bool:
        """Whether more waits to be written than should."""
        return not self._writable.is_set()

    def clog(self) -> None:
        """Have the application wait for the client."""
        self._writable.clear()

    def clear(self) -> None:
        """Let the application write on."""
        self._writable.set()

    async def drain(self) -> None:
        """Return once the connection is not clogged, or is lost."""
        await self._writable.wait()

    def write(self, data: bytes) -> None:
        """Write, or drop what nobody reads any more."""
        if not self._transport.is_closing():
            self._transport.write(data)

    def abort(self) -> None:
        """Reset the connection: nobody takes an unfinished answer for whole, nothing is kept."""
        with contextlib.suppress(OSError, AttributeError):
            connection = self._transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()

    def close(self) -> None:
        """End the connection once what was written is taken."""
        self.is_leaving = True
        self._transport.close()

    def close_idle(self) -> None:
        """End a connection that has no answer under way, whether or not the last one was taken."""
        self.is_leaving = True
        if self._transport.get_write_buffer_size():
            self.abort()
        else:
            self._transport.close()

    def close_gently(self, until: float) -> None:
        """Let the client read to the end before what it still sends is turned away, until then.

        A system that is sent bytes for a closed socket resets the connection, and the client may
        lose what it has not read yet (RFC 9112, section 9.6).
        """
        self.is_leaving = True
        self._until = until
        if self._transport.can_write_eof():
            self._transport.write_eof()
        else:
            self._transport.close()

    def drop(self, data: bytes) -> None:
        """Turn away what a client sends after its end."""
        self._drained += len(data)
        if self._drained > _DRAINED:
            self.abort()

    def expire(self, now: float, patience: float) -> None:
        """End a connection whose client took nothing for `patience` seconds, or will not close."""
        unsent = self._transport.get_write_buffer_size()
        if not unsent or not self._unsent or unsent < self._unsent:
            self._moved = now
        self._unsent = unsent
        if self.is_leaving and not unsent and now > self._until:
            self._transport.close()  # no reset: the system may still have to send the last of it
        elif now - self._moved > patience:
            self.abort()
