"""Intake: how long loading takes, beside what the engine alone takes to load the same quads.

    python -m bench.intake 100000 1000000

runs this part alone, from the folder of the tests.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from clausegraph.generate import quads
from clausegraph.stores import compacting
from clausegraph.stores.folder import Stored, StoreFolder

# Loads, and says what of its time went into compacting the store and into the search index, which
# come after: seconds, and those of processors.
_LOAD = """
import contextlib, json, os, sys, time
from pathlib import Path
from clausegraph.stores import loading
from clausegraph.stores.folder import StoreFolder
compacted, spent = loading.compacted, []
@contextlib.contextmanager
def timed(*arguments):
    before = time.perf_counter(), sum(os.times()[:4])
    with compacted(*arguments) as store:
        yield store
    spent[:] = time.perf_counter() - before[0], sum(os.times()[:4]) - before[1]
loading.compacted = timed
expected = sys.argv[3] if len(sys.argv) > 3 else None
loading.load([Path(sys.argv[1])], StoreFolder(Path(sys.argv[2])), expected=expected)
print(json.dumps(spent))
"""
# The same quads, the copy in the default graph too, as fast as the engine takes them; and then the
# store is compacted where ours would be.
_RAW = """
import json, os, sys, time
from pyoxigraph import RdfFormat, Store
store = Store(sys.argv[1])
store.bulk_load(path=sys.argv[2], format=RdfFormat.N_QUADS)
store.bulk_load(path=sys.argv[3], format=RdfFormat.N_TRIPLES)
store.flush()
before = time.perf_counter(), sum(os.times()[:4])
if sys.argv[4] == "True":
    store.optimize()
print(json.dumps([time.perf_counter() - before[0], sum(os.times()[:4]) - before[1]]))
"""
_KINDS = {"known": "a known release", "release": "a release", "data": "other data"}
_GRAPH = re.compile(rb" <[^<>\s]*> \.$", re.MULTILINE)
_BLOCK = 1 << 24
_GIB = 2**20  # KiB


def measure(size: int, place: Path) -> tuple[Stored, dict[str, Any]]:
    """Load a generated graph as data, and then the release that it makes, as one of which nothing
    is known and as the one that it has to be; return that of the data, and what was measured, with
    and without what comes after."""
    data, graphs, merge = place / "made.nq", place / "graphs", place / "merge.nt"
    with data.open("w", encoding="utf-8") as stream:
        stream.writelines(quads(size))
    found = {"data": _run(_LOAD, data, graphs)}
    stored = StoreFolder(graphs).current()
    assert stored is not None
    for kind, expected in (("release", ()), ("known", (stored.release,))):
        found[kind] = _run(_LOAD, stored.graph, place / "again", *expected)
        again = StoreFolder(place / "again").current()
        assert again is not None
        assert again.release == stored.release
        shutil.rmtree(place / "again")
    _write_merge(stored.graph, merge)
    is_large = stored.manifest.quads > compacting.MANY
    raw = _run(_RAW, place / "raw", stored.graph, merge, str(is_large))
    shutil.rmtree(place / "raw")
    merge.unlink()
    for one in found.values():
        for unit in ("seconds", "processor_seconds"):
            for what in ("", "load_"):
                one[f"{what}{unit}_ratio"] = raw[f"{what}{unit}"] / one[f"{what}{unit}"]
    return stored, {"raw": raw, **found}


def show(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print how many times the engine's own time goes into ours."""
    print(
        "\nLoading: the time of a raw bulk load of the same quads, the copy in the default graph "
        "too,\nover ours, which has to be 0.8; by the clock, and in time of all processors. What "
        "comes after:\nboth are compacted where they are large, and ours is indexed for search"
    )
    for row in rows:
        raw = row["raw"]
        print(f"{row['triples']:12,} triples; raw {_told(raw)}")
        for name, what in _KINDS.items():
            one = row[name]
            print(
                f"    {what:<15} {_told(one)}: "
                f"{one['load_seconds_ratio']:.2f} and {one['load_processor_seconds_ratio']:.2f}; "
                f"with what comes after {one['seconds_ratio']:.2f} and "
                f"{one['processor_seconds_ratio']:.2f}; {one['peak_gib']:.1f} GiB"
            )


def _told(one: Mapping[str, Any]) -> str:
    """Return how long a load takes, and what comes after it."""
    after = one["seconds"] - one["load_seconds"]
    return (
        f"{one['load_seconds']:.1f} s ({one['load_processor_seconds']:.1f} s of processors) "
        f"and {after:.1f} s after"
    )


def _run(code: str, *arguments: Path | str) -> dict[str, float]:
    """Run Python code in a process of its own; return what it took, with and without what it says
    that came after the load, and its most memory."""
    start = time.perf_counter()
    command = [sys.executable, "-c", code, *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout as output:
        said = output.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"a load ended with {process.returncode}")
    after, of_processors = json.loads(said)
    processors = used.ru_utime + used.ru_stime
    return {
        "seconds": seconds,
        "load_seconds": seconds - after,
        "processor_seconds": processors,
        "load_processor_seconds": processors - of_processors,
        "peak_gib": used.ru_maxrss / _GIB,
    }


def _write_merge(graph: Path, merge: Path) -> None:
    """Write the triples of N-Quads as N-Triples, block by block."""
    with graph.open("rb") as stream, merge.open("wb") as output:
        while lines := stream.readlines(_BLOCK):
            output.write(_GRAPH.sub(b" .", b"".join(lines)))


def _main(sizes: list[int]) -> None:
    """Measure this part alone."""
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            stored, found = measure(size, Path(folder))
            rows.append({"triples": stored.manifest.triples, **found})
    show(rows)


if __name__ == "__main__":
    _main([int(size) for size in sys.argv[1:]])
