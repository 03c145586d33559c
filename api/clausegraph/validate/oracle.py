"""pySHACL, as second opinion and for what the compiler does not cover: run apart, and bounded.

A process of its own has a deadline and so much memory, and no network: an expression that explodes
ends as an InputError that names it, never as success.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path as File

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from clausegraph.errors import InputError
from clausegraph.shacl.graph import ShapesGraph
from clausegraph.shacl.paths import read_path
from clausegraph.shacl.results import Path, Result, Term
from clausegraph.vocabulary import SH

# Started by its path: it needs nothing else of this package, whose import takes time.
_PROGRAM = File(__file__).with_name("oracle_process.py")
_FOCUS = NamedNode("urn:x-clausegraph:focus")


@dataclass(frozen=True)
class Limits:
    """What one run may use: seconds by the clock, and memory in megabytes."""

    seconds: float = 60.0
    megabytes: int = 6144


@dataclass(frozen=True)
class Task:
    """Shapes to judge by, and what they are called if they cannot be used."""

    shapes: ShapesGraph
    name: str


@dataclass(frozen=True)
class Judged:
    """The data, in the spelling of their files, and what of it may be a focus node (None: all)."""

    triples: Iterable[Triple]
    focus: Iterable[Term] | None = None


def run(tasks: Sequence[Task], data: Judged, limits: Limits) -> Iterator[Result]:
    """Yield pySHACL's results, task by task.

    Raises InputError, which names the task, for shapes that it cannot use, and where it needed more
    time or memory than it may have.
    """
    with tempfile.TemporaryDirectory(prefix="clausegraph-") as name:
        folder = File(name)
        _write(folder / "data.nt", data.triples)
        if data.focus is not None:
            holder = BlankNode()
            _write(folder / "focus.nt", (Triple(holder, _FOCUS, term) for term in data.focus))
        for number, task in enumerate(tasks):
            _write(folder / f"{number}.shapes.nt", task.shapes.triples())
        problem = _work(folder, limits)
        for number, task in enumerate(tasks):
            report = folder / f"{number}.report.nt"
            if not report.exists():
                raise InputError(
                    f"{task.name} cannot be checked: {problem or 'pySHACL ended early'}.",
                    remedy="Mend the shape, or take it out: what is not checked is not in order.",
                )
            yield from _results(report, task.shapes)


def _write(path: File, triples: Iterable[Triple]) -> None:
    with path.open("wb") as stream:
        pyoxigraph.serialize(triples, stream, format=RdfFormat.N_TRIPLES)


def _work(folder: File, limits: Limits) -> str:
    """Run the process, and return why it did not get to the end; empty if it did."""
    command = [sys.executable, "-P", str(_PROGRAM), str(folder), str(limits.megabytes)]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONWARNINGS": "ignore", "PYTHONHASHSEED": "0"},
    ) as process:
        try:
            _, told = process.communicate(timeout=limits.seconds)
        except subprocess.TimeoutExpired:
            return f"it was stopped after {limits.seconds:g} seconds"
        finally:
            process.kill()
    refused = folder / "refused.txt"
    if refused.exists():
        return refused.read_text("utf-8").rstrip(".")
    last = told.decode(errors="replace").strip().rpartition("\n")[2]
    return last.rstrip(".") if process.returncode else ""


class _Report:
    """A report: what each of its nodes says."""

    def __init__(self, path: File) -> None:
        self._said: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for quad in pyoxigraph.parse(path=path, format=RdfFormat.N_TRIPLES):
            if not isinstance(quad.subject, Triple) and not isinstance(quad.object, Triple):
                self._said[quad.subject][quad.predicate.value].append(quad.object)

    def all(self, node: Term, name: str) -> list[Term]:
        return self._said[node][SH + name]

    def one(self, node: Term, name: str) -> Term | None:
        return next(iter(self.all(node, name)), None)

    def found(self) -> list[Term]:
        return [node for said in list(self._said.values()) for node in said.get(SH + "result", ())]


def _results(path: File, shapes: ShapesGraph) -> Iterator[Result]:
    report = _Report(path)
    known: dict[Term, Path] = {}
    for node in report.found():
        yield _result(report, node, shapes, known)


def _result(report: _Report, node: Term, shapes: ShapesGraph, known: dict[Term, Path]) -> Result:
    focus = report.one(node, "focusNode")
    shape = report.one(node, "sourceShape")
    severity = report.one(node, "resultSeverity")
    component = report.one(node, "sourceConstraintComponent")
    if focus is None or shape is None:
        raise InputError("The report of pySHACL lacks a part that every result has.")
    if not isinstance(severity, NamedNode) or not isinstance(component, NamedNode):
        raise InputError("The report of pySHACL lacks a part that every result has.")
    constraint = report.one(node, "sourceConstraint")
    messages: list[Literal] = []
    if _has_message(shapes, shape, constraint, component):
        texts = report.all(node, "resultMessage")
        messages = [text for text in texts if isinstance(text, Literal)]
    return Result(
        focus=focus,
        path=_path(report.one(node, "resultPath"), shapes, known),
        value=report.one(node, "value"),
        severity=severity,
        component=component,
        shape=shape,
        messages=tuple(sorted(messages, key=str)),
        constraint=constraint,
        details=tuple(
            _result(report, detail, shapes, known) for detail in report.all(node, "detail")
        ),
    )


def _has_message(
    shapes: ShapesGraph, shape: Term, constraint: Term | None, component: NamedNode
) -> bool:
    """Whether the message of a result is the shapes' own, and not a sentence of pySHACL."""
    said = any(shapes.values(node, SH + "message") for node in (shape, constraint) if node)
    return said or not component.value.startswith(SH)


def _path(node: Term | None, shapes: ShapesGraph, known: dict[Term, Path]) -> Path | None:
    if node is None:
        return None
    if node not in known:
        known[node] = read_path(shapes, node)
    return known[node]
