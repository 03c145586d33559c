"""Size: loading, starting and asking at sizes that grow tenfold, with a store on disk."""

from __future__ import annotations

import http.client
import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from bench import growth, intake, servers
from bench.load import Target, send, wrk
from bench.questions import LOOKUP
from clausegraph.vocabulary import ID

SIZES = (100_000, 1_000_000, 10_000_000)
QUICK = (20_000, 100_000)
_A_DOCUMENT = 1_600  # triples of a generated document, at most
_THINGS = 300  # that are looked up, spread over the whole graph
_STARTS = 3
_PATIENCE = 60.0


def measure(folder: Path, sizes: tuple[int, ...]) -> list[dict[str, Any]]:
    """Return what was measured at each size; nothing of one is left when the next begins."""
    found = []
    for size in sizes:
        place = folder / f"size-{size}"
        place.mkdir()
        found.append(_at(size, place))
        shutil.rmtree(place)
    return found


def _at(size: int, place: Path) -> dict[str, Any]:
    """Measure at one size."""
    graphs = place / "graphs"
    stored, loads = intake.measure(size, place)
    found: dict[str, Any] = {
        "given": size,
        "triples": stored.manifest.triples,
        "quads": stored.manifest.quads,
        "loads": loads,
        "gib_on_disk": _size(stored.path) / 2**30,
    }
    starts = []
    for _ in range(_STARTS):
        with _served(graphs, place) as (url, seconds):
            starts.append(seconds)
            if len(starts) == _STARTS:
                asked = growth.measure(url)
                found.update(_lookups(url, size))
    return {**found, "start_seconds": min(starts), "asked": asked}


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@contextmanager
def _served(graphs: Path, place: Path) -> Iterator[tuple[str, float]]:
    """Serve what is stored; give the address, and the seconds from the command to an answer."""
    command = [sys.executable, "-m", "clausegraph", "serve", "--port", "0"]
    command += ["--store", str(graphs), "--access-log", "off"]
    errors = place / "service.txt"
    with errors.open("wb") as stream:
        start = time.perf_counter()
        process = subprocess.Popen(command, stderr=stream)
        with servers._ended(process):
            url = servers._announced(process, errors, r"http://[\d.]+:\d+")
            with urlopen(f"{url}/ready") as answer:
                answer.read()
            yield url, time.perf_counter() - start


def _lookups(url: str, size: int) -> dict[str, float]:
    """Look things up over HTTP: one again and again, and many of which none was asked before."""
    documents = max(1, size // _A_DOCUMENT)
    numbers = {1 + part * (documents - 1) // _THINGS for part in range(_THINGS)}
    targets = [_target(url, f"document/generated-{number:06d}") for number in sorted(numbers)]
    sent = [send(target, _PATIENCE, keep=True) for target in targets]
    answered = [one for one in sent if one.status == http.client.OK]
    if len(answered) < len(sent) or not all(_rows(one.body) for one in answered):
        raise RuntimeError("a thing of the generated graph was not found")
    hot = wrk(targets[0], 1, 3)
    crowd = wrk(targets[0], 16, 3)
    return {
        "lookup_p50_ms": hot.p50 * 1e3,
        "lookup_rate": hot.rate,
        "lookup_rate_16": crowd.rate,
        "first_lookup_p50_ms": statistics.median(one.seconds for one in sent) * 1e3,
    }


def _target(url: str, thing: str) -> Target:
    clause = f"{ID}{thing}/clause/1"
    return Target(f"{url}/sparql", LOOKUP.accept, LOOKUP.on(ID + thing, clause))


def _rows(body: bytes) -> list[Any]:
    rows: list[Any] = json.loads(body)["results"]["bindings"]
    return rows
