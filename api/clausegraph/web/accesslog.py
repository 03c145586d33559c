"""The access log: one JSON object a line, written by a thread that nobody ever waits for."""

from __future__ import annotations

import logging
import os
import re
import select
import stat
import sys
import threading
import time
from collections import deque
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from urllib.parse import parse_qsl

from clausegraph.errors import UsageError
from clausegraph.web.entry import Entry

STANDARD_OUTPUT = "-"
MOST_LINES = 10_000
MODE = 0o640
# Of the address' query string these are written and nothing else: any other may be a secret.
PARAMETERS = frozenset(
    {"default-graph-uri", "named-graph-uri", "timeout", "version", "_mediatype", "_profile"}
)

_PAUSE = 0.1  # seconds in which lines gather: a thread that wakes for each costs the loop its turn
_BATCH = 64  # lines written at once, and the longest time for which the loop waits: half a ms
_SILENCE = 60.0  # seconds between two complaints
_PATIENCE = 2.0  # seconds that the end of the service waits for the last lines

_PAIR = re.compile(r"([?&;][^?&;=<>\s]*=)([^&;<>\s]*)")
_USER = re.compile(r"(://)[^/@<>\s]*@")
_SECRET = re.compile("auth|key|passw|secret|sig|token", re.IGNORECASE)
_IRI = re.compile(r"<[^<>\s]*")

log = logging.getLogger("clausegraph.web")


class AccessLog:
    """Takes entries, writes them to standard output or a file, and counts what it had to drop.

    A full disk, a stuck or a closed pipe cost lines, never a request; writing goes on once it can.
    The thread starts with the first line: processes that are forked before have no part in it.
    """

    def __init__(self, destination: str, most: int = MOST_LINES) -> None:
        """Open `destination` (STANDARD_OUTPUT or a path); raises UsageError if it cannot be."""
        self._path = "" if destination == STANDARD_OUTPUT else destination
        self._most = most
        self._descriptor = self._open()
        self._waiting: deque[Entry] = deque()
        self._wake = threading.Event()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_stale = False
        self._is_torn = False
        self._turned_away = 0
        self._unwritten = 0
        self._told = 0
        self._told_at = -_SILENCE

    @property
    def lost(self) -> int:
        """Lines that were never written."""
        return self._turned_away + self._unwritten

    def put(self, done: Entry) -> None:
        """Write this, sooner or later; never blocks. To be called from one thread."""
        if len(self._waiting) >= self._most or self._closed.is_set():
            self._turned_away += 1
            return
        self._waiting.append(done)
        if not self._wake.is_set():
            self._start()

    def reopen(self) -> None:
        """Open the file anew before the next line, since the old one was moved away."""
        self._is_stale = True
        self._start()

    def close(self) -> None:
        """Write what waits, within two seconds, and end."""
        self._closed.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(_PATIENCE)
            if self._thread.is_alive():
                return  # The thread still holds the descriptor; it dies with the process.
        if self._path and self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="access log", daemon=True)
            self._thread.start()
        self._wake.set()

    def _open(self) -> int:
        """Return a descriptor to append to."""
        if not self._path:
            return sys.stdout.fileno()
        # Without waiting: a named pipe that nobody reads would keep the service from starting.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0)
        try:
            descriptor = os.open(self._path, flags | getattr(os, "O_NOCTTY", 0), MODE)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise UsageError(
                f"The access log {self._path} cannot be opened: {reason}.",
                remedy="Name a file that can be written, - for standard output, or off.",
            ) from error
        if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            os.set_blocking(descriptor, True)
        return descriptor

    # --- in the thread

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._closed.wait(_PAUSE)
            self._wake.clear()
            if self._is_stale:
                self._renew()
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
                self._write("".join(map(render, batch)).encode(), len(batch))
            self._complain()
            if self._closed.is_set() and not self._waiting:
                return

    def _renew(self) -> None:
        """Open the file again; if that fails, go on with the one that is open."""
        self._is_stale = False
        if not self._path:
            return
        try:
            descriptor = self._open()
        except UsageError as error:
            log.warning("%s The file that is open is written on.", error)
            return
        os.close(self._descriptor)
        self._descriptor = descriptor
        self._is_torn = False

    def _write(self, data: bytes, lines: int) -> None:
        """Write whole lines; what does not go out is counted as lost."""
        mend = b"\n" if self._is_torn else b""
        data = mend + data
        left = memoryview(data)
        try:
            while left:
                left = left[self._write_some(left) :]
        except OSError as error:
            done = data[: len(data) - len(left)]
            if done:
                self._is_torn = not done.endswith(b"\n")
            self._unwritten += lines - max(0, done.count(b"\n") - len(mend))
            log.debug("The access log cannot be written: %s", error)
        else:
            self._is_torn = False

    def _write_some(self, data: memoryview) -> int:
        """Return how many bytes were written, waiting while none can be."""
        while True:
            try:
                return os.write(self._descriptor, data)
            except BlockingIOError:
                # Standard output is shared, and whoever shares it may have made it non-blocking.
                select.select((), (self._descriptor,), (), _PAUSE)
                if self._closed.is_set():
                    raise

    def _complain(self) -> None:
        """Tell the operator of lost lines, once a minute at most."""
        lost, now = self.lost, time.monotonic()
        if lost > self._told and now - self._told_at >= _SILENCE:
            log.warning("%d lines of the access log were lost.", lost - self._told)
            self._told, self._told_at = lost, now


def render(done: Entry) -> str:
    """Return the line of an entry; what is not known of it is left out.

    Everything beyond printable ASCII is escaped: no line can be forged, and no terminal obeys one.
    """
    whole, part = divmod(int(done.time * 1000), 1000)
    line = (
        f'{{"time":"{_second(whole)}.{part:03}Z","id":{_text(done.id)},"client":{_text(done.client)},'
        f'"method":{_text(done.method[:20])},"path":{_text(_mask(done.path))},'
        f'"status":{done.status},"bytes":{done.size},"ms":{done.seconds * 1000:.2f}'
    )
    if done.query:
        line += f',"query":{_text(_mask_iris(done.query))}'
        if done.length > len(done.query):
            line += f',"query_cut_from":{done.length}'
    if b"&" in done.parameters or not done.query:
        line += "".join(_parameters(done.parameters))
    if done.engine:
        line += f',"engine_ms":{done.engine * 1000:.2f}'
    for name in ("cache", "problem", "release"):
        if value := getattr(done, name):
            line += f',"{name}":{_text(value)}'
    if done.agent:
        line += f',"agent":{_text(done.agent.decode("latin-1"))}'
    return line + "}\n"


@lru_cache(4)
def _second(moment: int) -> str:
    """Return a second of UTC as in RFC 3339; thousands of lines share one."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment))


def _parameters(raw: bytes) -> list[str]:
    """Return the members for the known parameters of an address, each a list of texts."""
    if not raw:
        return []
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(raw.decode("latin-1"), errors="replace"):
        if name in PARAMETERS:
            found.setdefault(name, []).append(_text(_mask(value)[:200]))
    return [f",{_text(name)}:[{','.join(values)}]" for name, values in found.items()]


def _text(text: str) -> str:
    """Return `text` as a JSON string of printable ASCII."""
    if not text.isascii():
        # A lone surrogate cannot stand in JSON: strict readers would refuse the line.
        text = text.encode("utf-8", "replace").decode()
    return encode_basestring_ascii(text).replace("\x7f", "\\u007f")


def _mask(text: str) -> str:
    """Return an address or a path without what may be a secret: passwords, tokens, signatures."""
    if "://" in text:
        text = _USER.sub(r"\1***@", text)
    if "=" in text and _SECRET.search(text):
        text = _PAIR.sub(lambda pair: pair[1] + "***" if _SECRET.search(pair[1]) else pair[0], text)
    return text


def _mask_iris(query: str) -> str:
    """Return a query with its IRIs masked."""
    if "://" in query and ("=" in query or "@" in query):
        return _IRI.sub(lambda iri: _mask(iri[0]), query)
    return query
