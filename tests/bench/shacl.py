"""Validation: the command as a user runs it, against other validators over the same graph and shapes.

The graphs are made up and hold flaws of many kinds; our concepts and ontology are part of them, so
that each validator reads one file. Every figure is of a whole process: start, reading, report.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from bench import shacl_ours, shacl_peers
from bench.processes import timed
from clausegraph import authored, bundle
from clausegraph.generate import quads
from clausegraph.vocabulary import RDF, SH, SHAPE

TRIPLES_OF_A_FLAW = 1000
PATIENCE = 900.0  # seconds for a validator
# What our own shapes say of documents and of what is stated about them.
SHAPES = ("actor", "clausegraph", "derived", "document", "source", "statement")
# rdflib parses and asks a query anew for each focus node, and most of the nodes are of these shapes.
WITHOUT_QUERIES = frozenset({NamedNode(SHAPE + "Classification"), NamedNode(SHAPE + "Statement")})
SETS = ("core and SPARQL", "core alone")
# What shacl-rust tells of each result, in the same words as the others.
_TOLD = ("focusNode", "sourceConstraintComponent", "resultSeverity", "sourceShape")
_PROGRAM = Path(shacl_peers.__file__)
_LINES = RdfFormat.N_TRIPLES

Rows = Counter[tuple[str | None, ...]]


@dataclass(frozen=True)
class Run:
    """One process: how long, how much memory, what it found; `failed` says why it did not."""

    validator: str
    seconds: float
    mebibytes: float
    results: Rows
    failed: str = ""


@dataclass(frozen=True)
class Rules:
    """A set of shapes in a file, and how many there are of what."""

    name: str
    path: Path
    shapes: int
    properties: int
    queries: int


@dataclass(frozen=True)
class Round:
    """One graph, and who validates it, besides us, by which sets of shapes."""

    name: str
    triples: int
    peers: Sequence[str]
    sets: Sequence[str]


ROUNDS = (
    Round("100k", 100_000, ("pyshacl", "shacl-rust"), SETS),
    Round("1M", 1_000_000, ("shacl-rust",), SETS),
    Round("10M", 10_000_000, (), SETS[:1]),
)
QUICK = (Round("10k", 10_000, ("pyshacl", "shacl-rust"), SETS),)


def measure(folder: Path, peers: Path, *, is_quick: bool) -> dict[str, Any]:
    """Return what each validator takes, and whether they find the same."""
    rounds = QUICK if is_quick else ROUNDS
    rules = {one.name: one for one in _rules(folder)}
    kept: list[dict[str, Any]] = []
    for one in rounds:
        data = folder / f"{one.name}.nt"
        count, flaws = _graph(data, one.triples)
        for name in one.sets:
            runs = list(_runs(one, data, rules[name], peers))
            kept.append(_compared(one, rules[name], count, flaws, runs))
        data.unlink()
    return {"graphs": kept, "ours": shacl_ours.measure(1 if is_quick else 3)}


# --- what is validated


def _rules(folder: Path) -> Iterator[Rules]:
    """Write our shapes with their queries and without, for everyone alike."""
    triples = [
        quad.triple
        for name in SHAPES
        for quad in parse(path=bundle.folder("shapes") / f"{name}.ttl")
        if quad.predicate.value != SH + "sparql" or quad.subject not in WITHOUT_QUERIES
    ]
    core = [triple for triple in triples if triple.predicate.value != SH + "sparql"]
    for name, kept in zip(SETS, (triples, core), strict=True):
        path = folder / f"{name.replace(' ', '-')}.nt"
        serialize(kept, path, RdfFormat.N_TRIPLES)
        counts = (_number(kept, kind) for kind in ("NodeShape", "PropertyShape"))
        queries = sum(triple.predicate.value == SH + "sparql" for triple in kept)
        yield Rules(name, path, *counts, queries)


def _number(triples: Sequence[Triple], kind: str) -> int:
    typed = (NamedNode(RDF + "type"), NamedNode(SH + kind))
    return sum((triple.predicate, triple.object) == typed for triple in triples)


def _graph(path: Path, triples: int) -> tuple[int, int]:
    """Write a made-up graph with flaws and what it refers to; return its lines and its flaws."""
    flaws, lines = triples // TRIPLES_OF_A_FLAW, 0
    with path.open("wb") as stream:
        for part in quads(triples, flaws=flaws):
            made = serialize((quad.triple for quad in parse(part, RdfFormat.N_QUADS)), None, _LINES)
            lines += made.count(b"\n")
            stream.write(made)
        for file in authored.shipped(("ontology", "data")):
            made = serialize((quad.triple for quad in parse(path=file.path)), None, _LINES)
            lines += made.count(b"\n")
            stream.write(made)
    return lines, flaws


# --- who validates it


def _runs(one: Round, data: Path, rules: Rules, peers: Path) -> Iterator[Run]:
    command = [sys.executable, "-m", "clausegraph", "validate", str(data)]
    command += ["--shapes", str(rules.path), "--no-background", "--format", "turtle"]
    yield _ours(command, data)
    for peer in one.peers:
        output = data.with_suffix(f".{peer}.json")
        command = [str(peers / "python"), str(_PROGRAM), peer, str(data), str(rules.path)]
        seconds, mebibytes, code = timed([*command, str(output)], patience=PATIENCE)
        if code == 0:
            rows = json.loads(output.read_text(encoding="utf-8"))
            yield Run(peer, seconds, mebibytes, Counter(map(tuple, rows)))
        else:
            yield Run(peer, seconds, mebibytes, Counter(), _reason(code))


def _ours(command: Sequence[str], data: Path) -> Run:
    output = data.with_suffix(".ours.ttl")
    seconds, mebibytes, code = timed(command, output, patience=PATIENCE)
    if code not in (0, 1):
        return Run("ours", seconds, mebibytes, Counter(), _reason(code))
    return Run("ours", seconds, mebibytes, _reported(output))


def _reason(code: int) -> str:
    """Say why a process gave no report."""
    return f"stopped after {PATIENCE:.0f} s" if code < 0 else f"exit code {code}"


def _reported(path: Path) -> Rows:
    """Return the results of our report in the form of the peers'."""
    said: dict[str, dict[str, str]] = {}
    found: list[str] = []
    for quad in parse(path=path, format=RdfFormat.TURTLE):
        if quad.predicate.value == SH + "result":
            found.append(str(quad.object))
        name = quad.predicate.value.removeprefix(SH)
        said.setdefault(str(quad.subject), {})[name] = str(quad.object)
    return Counter(tuple(said[node].get(part) for part in shacl_peers.PARTS) for node in found)


# --- what came of it


def _compared(
    one: Round, rules: Rules, triples: int, flaws: int, runs: Sequence[Run]
) -> dict[str, Any]:
    ours = runs[0]
    return {
        "graph": one.name,
        "triples": triples,
        "flaws": flaws,
        "set": rules.name,
        "shapes": rules.shapes,
        "property_shapes": rules.properties,
        "queries": rules.queries,
        "runs": [
            {
                "validator": run.validator,
                "seconds": run.seconds,
                "mebibytes": run.mebibytes,
                "results": run.results.total(),
                "ratio": None if run is ours or run.failed else run.seconds / ours.seconds,
                "only_ours": None if run is ours else _missing(ours, run, run.validator),
                "only_theirs": None if run is ours else _missing(run, ours, run.validator),
                "failed": run.failed,
            }
            for run in runs
        ],
    }


def _missing(one: Run, other: Run, peer: str) -> int | None:
    """Return how many results of one the other lacks, by what the peer tells of them."""
    if one.failed or other.failed:
        return None
    return (_told(one.results, peer) - _told(other.results, peer)).total()


def _told(rows: Rows, peer: str) -> Rows:
    """Return the parts of results that a peer tells; the path of another as far as it has one.

    A blank node has another name in every process.
    """
    told = _TOLD if peer == "shacl-rust" else shacl_peers.PARTS
    places = [shacl_peers.PARTS.index(part) for part in told]
    counted: Rows = Counter()
    for row, number in rows.items():
        parts = (row[place] for place in places)
        key = tuple("_:" if part and part.startswith("_:") else part for part in parts)
        counted[key] += number
    return counted
