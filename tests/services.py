"""What tests of a running service share: its processes, clients at other addresses, and a trap."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx

QUERY = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
PROBLEM = "application/problem+json"
UNRESOLVABLE = "nowhere.invalid"  # RFC 6761, section 6.4: never a host
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def product(columns: int = 6, values: int = 500) -> str:
    """Return the VALUES of `columns` variables whose product has `values ** columns` rows."""
    listed = " ".join(map(str, range(values)))
    return " ".join(f"VALUES ?v{column} {{ {listed} }}" for column in range(columns))


ENDLESS = f"SELECT (COUNT(*) AS ?n) WHERE {{ {product()} }}"


@contextlib.contextmanager
def served(folder: Path, *arguments: str) -> Iterator[str]:
    """Serve as a user does, and end it by its process; what it says is in a file of `folder`.

    It lives as long as it is needed: if it has ended before, that is an error, with what it said.
    """
    said = folder / "stderr.txt"
    command = [sys.executable, "-m", "clausegraph", "serve", "--port", "0", "--host", "127.0.0.1"]
    with said.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen([*command, *arguments], stderr=stream)
    try:
        yield _announced_url(process, said)
        assert process.poll() is None, f"the service ended ({process.returncode}): {_end(said)}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def _announced_url(process: subprocess.Popen[bytes], said: Path) -> str:
    """Wait for the line that says where the service listens."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        ended = process.poll() is not None
        if match := re.search(r"http://127\.0\.0\.1:\d+", said.read_text(encoding="utf-8")):
            return match[0]
        if ended:
            break
        time.sleep(0.05)
    process.kill()
    raise AssertionError(f"the service did not listen ({process.poll()}): {_end(said)}")


def _end(said: Path) -> str:
    """The last of what the service said."""
    return said.read_text(encoding="utf-8", errors="replace")[-4_000:]


@contextlib.contextmanager
def client_at(url: str, address: str = "127.0.0.2", seconds: float = 30) -> Iterator[httpx.Client]:
    """Open a client that asks the service at `url` from a loopback address of its own."""
    transport = httpx.HTTPTransport(local_address=address)
    with httpx.Client(base_url=url, transport=transport, timeout=seconds) as client:
        del client.headers["accept"]
        del client.headers["accept-encoding"]
        yield client


def post(client: httpx.Client, text: str | bytes, **headers: str) -> httpx.Response:
    """Send a query as it is (SPARQL 1.1 Protocol, section 2.1.3)."""
    return client.post("/sparql", content=text, headers={"Content-Type": QUERY, **headers})


@dataclass
class Trap:
    """A listener that nobody should call; it counts who does."""

    port: int
    calls: int = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/"


@contextlib.contextmanager
def trap() -> Iterator[Trap]:
    """Listen, and end each connection at once."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        found = Trap(listening.getsockname()[1])

        def count() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    found.calls += 1
                    connection.close()

        thread = threading.Thread(target=count, daemon=True)
        thread.start()
        yield found
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def family(process: int) -> list[int]:
    """Return a process and all that descend from it (Linux)."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            if fields[0] != "Z":
                parents.setdefault(int(fields[1]), []).append(int(folder.name))
    found = [process]
    for parent in found:
        found += parents.get(parent, [])
    return found


def cpu(process: int) -> float:
    """Return the seconds of processor time that one process has used; 0 for one that is gone."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS
    return 0.0


def cpu_load(process: int, seconds: float = 0.5) -> float:
    """Return how much of a processor a family uses in the next `seconds`; 1.0 is all of one."""
    before = {member: cpu(member) for member in family(process)}
    time.sleep(seconds)
    return sum(max(0.0, cpu(member) - used) for member, used in before.items()) / seconds


def busiest(process: int, seconds: float = 0.3) -> int:
    """Return the member of a family that uses the most processor time in the next `seconds`."""
    before = {member: cpu(member) for member in family(process)}
    time.sleep(seconds)
    return max(before, key=lambda member: cpu(member) - before[member])


def memory(process: int) -> int:
    """Return the bytes that a family holds, pages that its members share counted once (Linux)."""
    total = 0
    for member in family(process):
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total * 1024


def resident(process: int) -> int:
    """Return the bytes of memory that one process holds; 0 for one that is gone."""
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE
    return 0


def until(condition: Callable[[], bool], seconds: float = 5) -> bool:
    """Wait for a condition; return whether it came true within `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@dataclass
class Watch:
    """Someone else's `ASK {}`, again and again: how long each took, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@contextlib.contextmanager
def watch(url: str, address: str = "127.0.0.2") -> Iterator[Watch]:
    """Ask `ASK {}` from another address for as long as the block runs.

    A comment makes each a query of its own, so that no kept answer stands in for a worker.
    """
    seen = Watch()
    done = threading.Event()

    def keep_asking() -> None:
        with client_at(url, address) as client:
            while not done.wait(0.05):
                start = time.monotonic()
                try:
                    answer = client.get("/sparql", params={"query": f"ASK {{}} # {start}"})
                except httpx.HTTPError as error:
                    seen.failures.append(repr(error))
                else:
                    if answer.status_code != 200:
                        seen.failures.append(f"{answer.status_code} {answer.text}")
                seen.seconds.append(time.monotonic() - start)

    thread = threading.Thread(target=keep_asking)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join(35)
