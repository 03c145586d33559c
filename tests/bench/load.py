"""Load: wrk for what is quick, a fixed number of requests for what is not."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

_CUT_OFF = 5  # answers each connection has in wrk's window, at least: the last one is cut off
_LUA = Path(__file__).with_name("wrk.lua")
_MARKS = itertools.count()


@dataclass(frozen=True)
class Target:
    """Where a query goes, and what is to come back."""

    url: str
    accept: str
    query: str


@dataclass(frozen=True)
class Sent:
    """One answer: its status (0: none came), its body's bytes, and how long it took (s)."""

    status: int
    size: int
    seconds: float
    body: bytes = b""


@dataclass(frozen=True)
class Measured:
    """What a load gave: times in seconds, `failed` beside `requests` that were answered."""

    requests: int
    seconds: float
    failed: int
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds if self.seconds else 0.0


def need_wrk() -> None:
    """Install wrk where that can be done, or say what to install and exit with 2."""
    if shutil.which("wrk") is None and hasattr(os, "geteuid") and os.geteuid() == 0:
        subprocess.run(["apt-get", "install", "-y", "-qq", "wrk"], check=False)  # noqa: S607
    if shutil.which("wrk") is None:
        print("The bench needs wrk; on Debian: apt-get install wrk", file=sys.stderr)
        sys.exit(2)


def mark() -> str:
    """Return what no query has had as a comment before."""
    return f"{os.getpid()}-{time.time_ns()}-{next(_MARKS)}"


def wrk(
    target: Target, connections: int, seconds: float, *, vary: bool = True, held: str = ""
) -> Measured:
    """Send a query for so many seconds over so many connections; `vary`: never the same twice;
    `held`: the validator of an answer that the client has already."""
    parts = urlsplit(target.url)
    base = f"{parts.scheme}://{parts.netloc}"
    command = [
        *("wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "60s"),
        *(("-H", f"If-None-Match: {held}") if held else ()),
        *("--latency", "-s", str(_LUA), base, "--"),
        *(parts.path, target.accept, quote(target.query, safe=""), mark() if vary else ""),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    answered = found["requests"]
    return Measured(answered, found["seconds"], found["failed"], found["p50"], found["p99"])


def some(target: Target, connections: int, requests: int, patience: float) -> Measured:
    """Send so many requests, never the same twice, and wait for all of them."""
    with ThreadPoolExecutor(connections) as pool:
        start = time.perf_counter()
        sent = list(pool.map(lambda _: send(target, patience), range(requests)))
        seconds = time.perf_counter() - start
    times = sorted(one.seconds for one in sent if one.status == http.client.OK)
    if not times:
        return Measured(0, seconds, len(sent), 0.0, 0.0)
    last = times[min(len(times) - 1, round(len(times) * 0.99))]
    return Measured(len(times), seconds, len(sent) - len(times), times[len(times) // 2], last)


def measure(target: Target, connections: int, seconds: float, single: float) -> Measured:
    """Measure as fits a query of which a single one takes `single` seconds."""
    if single * connections * _CUT_OFF < seconds:
        return wrk(target, connections, seconds)
    requests = max(2 * connections, round(seconds / single))
    return some(target, connections, requests, 20 + 2 * single * connections)


def send(
    target: Target, patience: float, *, vary: bool = True, source: str = "", keep: bool = False
) -> Sent:
    """Send one request from the address `source`; the body is thrown away unless it is to be kept."""
    parts = urlsplit(target.url)
    connection = http.client.HTTPConnection(
        parts.hostname or "",
        parts.port,
        timeout=patience,
        source_address=(source, 0) if source else None,
    )
    query = f"{target.query}\n#{mark()}" if vary else target.query
    start, size, kept = time.perf_counter(), 0, []
    try:
        path = f"{parts.path}?query={quote(query, safe='')}"
        connection.request("GET", path, headers={"Accept": target.accept})
        answer = connection.getresponse()
        while chunk := answer.read(1 << 20):
            size += len(chunk)
            if keep:
                kept.append(chunk)
        return Sent(answer.status, size, time.perf_counter() - start, b"".join(kept))
    except (OSError, http.client.HTTPException):
        return Sent(0, size, time.perf_counter() - start)
    finally:
        connection.close()


class Endless:
    """Clients that send endless queries, one after the other, until they are told to stop."""

    def __init__(self, target: Target, sources: list[str], patience: float) -> None:
        self.sent: list[Sent] = []
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(target, source, patience), daemon=True)
            for source in sources
        ]

    def __enter__(self) -> Endless:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(1)

    def wait(self) -> None:
        """Let the last queries end, and send no more."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def statuses(self) -> Iterator[int]:
        """Yield the status of each query that ended."""
        return (one.status for one in self.sent)

    def _run(self, target: Target, source: str, patience: float) -> None:
        while not self._stop.is_set():
            self.sent.append(send(target, patience, source=source))
            if self.sent[-1].status == 0:
                self._stop.wait(1)  # Nobody is there, or not any more.
