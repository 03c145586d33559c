"""The servers that are measured, each as its makers say to start it, over the same triples."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import DefaultGraph, Quad, RdfFormat, serialize

from clausegraph.build import build

_STARTING = 900.0  # seconds that loading may take


@dataclass(frozen=True)
class Data:
    """One graph in the files that each server reads; `generated` is None for what ships."""

    name: str
    document: str
    clause: str
    generated: Path | None
    dataset: Path
    merge: Path
    triples: int


@dataclass
class Server:
    """A running server: where it answers, what holds its graph, and its processes' group."""

    name: str
    url: str
    store: str
    process: subprocess.Popen[bytes]
    seconds: float
    notes: dict[str, object] = field(default_factory=dict)

    @property
    def processes(self) -> list[int]:
        """The server's process and all below it, as Linux tells."""
        found = [self.process.pid]
        for process in found:
            for children in Path(f"/proc/{process}/task").glob("*/children"):
                try:
                    found.extend(int(child) for child in children.read_text().split())
                except OSError:
                    continue
        return found


def prepare(folder: Path, generated: Path | None, document: str, clause: str) -> Data:
    """Build a graph, and write it for the peers: all quads with the merge, and the merge alone."""
    built = build([generated] if generated else None)
    store = built.store()
    name = "generated" if generated else "shipped"
    dataset, merge = folder / f"{name}.nq", folder / f"{name}.nt"
    store.dump(dataset, RdfFormat.N_QUADS)
    quads: Iterator[Quad] = store.quads_for_pattern(None, None, None, DefaultGraph())
    serialize((quad.triple for quad in quads), merge, RdfFormat.N_TRIPLES)
    return Data(name, document, clause, generated, dataset, merge, len(built))


@contextmanager
def ours(data: Data, folder: Path, *more: str) -> Iterator[Server]:
    """Our service by its defaults, with its access log in a file."""
    command = [sys.executable, "-m", "clausegraph", "serve", "--port", "0"]
    command += ["--access-log", str(folder / f"{data.name}-access.log")]
    command += more
    if data.generated:
        command += ["--data", str(data.generated)]
    errors = folder / f"{data.name}-ours.txt"
    with errors.open("wb") as stream:
        start = time.perf_counter()
        process = subprocess.Popen(command, stderr=stream)
        with _ended(process):
            found = _announced(process, errors, r"http://[\d.]+:\d+")
            seconds = time.perf_counter() - start
            yield Server("ours", f"{found}/sparql", "pyoxigraph in memory", process, seconds)


@contextmanager
def oxigraph(data: Data, folder: Path, peers: Path) -> Iterator[Server]:
    """Oxigraph's own server, read only, over an optimised store on disk."""
    program, store = str(peers / "oxigraph"), folder / f"{data.name}-oxigraph"
    if not store.exists():
        where = ["--location", str(store)]
        load = [program, "load", *where, "--file", str(data.dataset)]
        subprocess.run(load, check=True, capture_output=True)
        subprocess.run([program, "optimize", *where], check=True, capture_output=True)
    port = _free_port()
    bound = ["--location", str(store), "--bind", f"127.0.0.1:{port}"]
    command = [program, "serve-read-only", *bound]
    with _running(command, folder / f"{data.name}-oxigraph.txt", port) as (process, seconds):
        url = f"http://127.0.0.1:{port}/query"
        yield Server("oxigraph", url, "Oxigraph on disk (RocksDB)", process, seconds)


@contextmanager
def rdflib_endpoint(data: Data, folder: Path, peers: Path) -> Iterator[Server]:
    """rdflib-endpoint over rdflib's store in memory, with the merge as its graph."""
    port = _free_port()
    command = [str(peers / "rdflib-endpoint"), "serve", "--host", "127.0.0.1"]
    command += ["--port", str(port), str(data.merge)]
    with _running(command, folder / f"{data.name}-rdflib.txt", port) as (process, seconds):
        url = f"http://127.0.0.1:{port}/"
        yield Server("rdflib-endpoint", url, "rdflib in memory", process, seconds)


@contextmanager
def _running(
    command: list[str], output: Path, port: int
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """Run a server until the block ends; it is up once its port takes connections."""
    with output.open("wb") as stream:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=stream, stderr=stream)
        with _ended(process):
            while time.perf_counter() - start < _STARTING:
                if process.poll() is not None:
                    raise RuntimeError(f"{command[0]} ended:\n{output.read_text()[-2000:]}")
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield process, time.perf_counter() - start


@contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End a process with the block."""
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _announced(process: subprocess.Popen[bytes], output: Path, pattern: str) -> str:
    """Return what matches in the messages of a server, once it is there."""
    end = time.perf_counter() + _STARTING
    while time.perf_counter() < end:
        text = output.read_text()
        if match := re.search(pattern, text):
            return match[0]
        if process.poll() is not None:
            raise RuntimeError(f"The service ended:\n{text[-2000:]}")
        time.sleep(0.05)
    raise RuntimeError(f"The service did not start:\n{output.read_text()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
