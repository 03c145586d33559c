"""What validation takes where it is used most: all that ships, and one document that is edited.

The first is the command, start included. The second is the check of a document that is sent, by our
shapes and with our graph around it, in a process that has read both, as the service has them ready.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from itertools import groupby, islice
from multiprocessing.connection import Connection
from typing import Any

from pyoxigraph import RdfFormat, parse

from bench import processes
from bench.processes import timed
from clausegraph import formats, turtle
from clausegraph.generate import quads
from clausegraph.validate.jobs import Job, Part
from clausegraph.validate.judging import prepare
from clausegraph.validate.sandbox import Judge

NODES = 150
PATIENCE = 300.0


def measure(rounds: int) -> dict[str, dict[str, Any]]:
    """Return the best of some rounds of each, by what it is."""
    command = [sys.executable, "-m", "clausegraph", "validate"]
    seconds, mebibytes, code = min(timed(command, patience=PATIENCE) for _ in range(rounds))
    shipped = {"seconds": seconds, "mebibytes": mebibytes, "exit_code": code}
    judge, job = prepare(()), Job((edited(),))
    found = min((_in_a_process(judge, job) for _ in range(3 * rounds)), key=lambda one: one[0])
    names = ("seconds", "mebibytes", "results")
    return {
        "what ships": shipped,
        f"a document of {NODES} nodes": dict(zip(names, found, strict=True)),
    }


def edited() -> Part:
    """Return the beginning of a made-up graph in Turtle."""
    made = parse("".join(quads(3000)), RdfFormat.N_QUADS)
    nodes = groupby(made, key=lambda quad: quad.subject)
    kept = [quad.triple for _, group in islice(nodes, NODES) for quad in group]
    data = turtle.render(kept).encode()
    return Part("edited.ttl", formats.TURTLE.media_type, data)


def _in_a_process(judge: Judge, job: Job) -> tuple[float, float, int]:
    """Return the seconds of one check, the MiB that its process holds then, and its results."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_judge, args=(judge, job, theirs))
    process.start()
    found: tuple[float, float, int] = ours.recv()
    process.join()
    return found


def _judge(judge: Judge, job: Job, told: Connection) -> None:
    start = time.perf_counter()
    verdict = judge(job)
    seconds = time.perf_counter() - start
    process = multiprocessing.current_process().pid or 0
    told.send((seconds, processes.memory(process), verdict.results))
