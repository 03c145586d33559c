"""Validate: RDF files in, what the shapes find wrong with them out, with file and line.

pySHACL is the validator (SHACL 1.0 Core and SHACL-SPARQL). What is judged and what is only context
is decided in `files`, who is a focus node in `targets`, where a result lies in `places`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from pathlib import Path

from rdflib import Graph
from rdflib.term import Node

from clausegraph.errors import InputError
from clausegraph.validate import files, places, processor, targets
from clausegraph.validate.report import Report, Result, Severity

__all__ = ["Report", "Result", "Severity", "validate"]

Progress = Callable[[str], None]


def _silent(_: str) -> None:
    """Report progress to nobody."""


@files.quiet()
def validate(
    paths: Sequence[Path] | None = None,
    shapes: Sequence[Path] | None = None,
    *,
    progress: Progress = _silent,
) -> Report:
    """Judge the files and folders `paths`, or all that ships, by `shapes`, or ours.

    What ships is the context of files that are not ours, and is never judged with them: only
    results about what the files themselves describe are reported. Raises InputError for a file
    that cannot be read, for shapes that cannot be used, and where nothing would be judged: a check
    that checked nothing is no success.
    """
    rules = files.read_shapes(shapes)
    material = files.read_data(paths)
    progress(f"Read {len(material.files)} files, {len(material.graph):,} triples.")
    focus = targets.find(rules, material.graph)
    if paths is not None:
        focus = targets.within(focus, material.judged | material.neighbours)
    checked = targets.particular(rules, focus) & material.judged
    progress(f"Checking {len(checked):,} things against {len(focus)} shapes.")
    outcome = processor.run(targets.assign(rules, focus), material.graph)
    report = _report(outcome, rules, material, checked)
    if not checked and not report.results:
        raise InputError(
            "Nothing was checked: the shapes are about none of the things in these files.",
            file=None if paths is None else ", ".join(str(path) for path in paths),
            remedy="See that the things have a type (rdf:type) that a shape targets.",
        )
    return report


def _report(outcome: Graph, rules: Graph, material: files.Material, checked: Set[Node]) -> Report:
    """Keep the results about judged nodes, and find where each of them is written."""
    finder = places.Finder(material.files)
    results = [
        result.at(*finder.place(result.focus_node, result.value))
        for result in processor.results(outcome, rules)
        if {result.focus_node, result.value} & material.judged
    ]
    return Report(
        results=tuple(sorted(results, key=Result.order)),
        files=tuple(file.path for file in material.files),
        unchecked=tuple(file.path for file in material.files if not file.subjects & checked),
        focus_nodes=len(checked),
    )
