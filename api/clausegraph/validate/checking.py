"""The check itself: shapes and material in, a report out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from clausegraph.shacl.results import Result
from clausegraph.shacl.store import LocalData
from clausegraph.shacl.validation import Validation
from clausegraph.validate import delegation, placing, vacuity
from clausegraph.validate.asking import Answers
from clausegraph.validate.choosing import Rules
from clausegraph.validate.coverage import cover
from clausegraph.validate.fingerprints import Described
from clausegraph.validate.hints import Asked, Hints
from clausegraph.validate.material import Material
from clausegraph.validate.oracle import Limits
from clausegraph.validate.report import Finding, Note, Report, arrange
from clausegraph.validate.request import Engine, Request
from clausegraph.validate.rules import Rulebook
from clausegraph.vocabulary import SH

Progress = Callable[[str], None]
_SHAPES = "urn:x-clausegraph:shapes"
_MANY = 50_000  # triples from which on it pays to spread the work
_PATIENT = 600.0  # seconds for pySHACL, where it is what was asked for
_USUAL = 60.0  # seconds for pySHACL, where it helps out


def check(request: Request, rules: Rules, material: Material, progress: Progress) -> Report:
    """Return what the shapes find wrong with the material.

    Raises InputError for shapes that cannot be used, and where pySHACL is needed and fails.
    """
    start = time.monotonic()
    data, selection = material.data, material.selection
    if isinstance(data, LocalData) and _ask_for_shapes(rules):
        data.load_shapes(rules.shapes.graph.triples(), _SHAPES)
    progress(f"Checking {material.triples:,} triples against {len(rules.shapes.targeted)} shapes.")
    shares: tuple[delegation.Share, ...] = ()
    if request.engine is Engine.PYSHACL:
        limits = _limits(request, _PATIENT)
        found = list(delegation.everything(rules.shapes, data, selection, limits))
    else:
        covered, shares = delegation.divide(rules.shapes)
        processes = request.processes if material.triples >= _MANY else 1
        found, others = delegation.compiled(covered, data, selection, processes)
        shares += others
    if shares:
        progress(f"Asking pySHACL about {len(shares)} shapes.")
        limits = _limits(request, _USUAL)
        found += delegation.results(shares, rules.shapes, data, selection, limits)
    results = list(_judged(found, material))
    progress(f"Placing {len(results):,} results.")
    report = _report(request, rules, material, results)
    told = map(Note, (*rules.notes, *material.notes))
    notes = [*told, *(Note(share.note(rules.names)) for share in shares)]
    return replace(
        _with_vacuity(report, request, rules, material, notes),
        seconds=time.monotonic() - start,
    )


def _ask_for_shapes(rules: Rules) -> bool:
    """Whether a query of the shapes may look at the shapes themselves ($shapesGraph)."""
    graph = rules.shapes.graph
    texts = (
        text.value
        for name in ("select", "ask")
        for node in graph.subjects(SH + name)
        for text in graph.values(node, SH + name)
    )
    return any("shapesGraph" in text for text in texts)


def _limits(request: Request, usual: float) -> Limits:
    return Limits(usual if request.seconds is None else request.seconds, request.megabytes)


def _judged(results: Iterable[Result], material: Material) -> Iterator[Result]:
    """Yield the results about what is judged: of the context nobody asked."""
    return (result for result in results if material.concerns(result.focus, result.value))


def _report(request: Request, rules: Rules, material: Material, results: list[Result]) -> Report:
    is_local = isinstance(material.data, LocalData)
    answers = Answers(material.data)
    book = Rulebook(rules.shapes.graph, rules.names, answers.count if is_local else lambda _: None)
    hints = Hints(book, Asked(material.data))
    findings = [
        Finding(
            placed.result,
            None if placed.file is None else placed.file.path,
            placed.place,
            hints.hint(placed.result),
        )
        for placed in placing.place(results, material)
    ]
    return Report(
        findings=arrange(findings),
        files=tuple(file.path for file in material.files),
        shapes=len(rules.shapes.targeted),
        threshold=request.severity,
        origin=request.endpoint or "",
        rules=book,
        describe=Described(answers.around) if is_local else None,
    )


def _with_vacuity(
    report: Report, request: Request, rules: Rules, material: Material, notes: list[Note]
) -> Report:
    """Return the report with what was not checked; a grave note makes the check vacuous."""
    if material.nothing_changed:
        told = Note(f"Nothing has changed since {request.changed_since}: nothing was judged.")
        return replace(report, notes=(told, *notes))
    aside = vacuity.general(rules.shapes.graph)
    particular = delegation.without(rules.shapes, aside)
    validation = Validation(particular, material.data, material.selection)
    covered = cover(validation, particular, material)
    is_open = vacuity.is_open(rules.shapes.graph)
    if is_open and not covered.focus_nodes and not report.findings:
        notes = [*notes, Note(vacuity.UNCOUNTED)]
    problems = list(
        vacuity.judge(
            triples=material.triples,
            focus_nodes=covered.focus_nodes,
            has_results=bool(report.findings) or is_open,
        )
    )
    if not rules.are_ours:
        targets = vacuity.class_targets(rules.shapes.graph)
        unknown = _unknown(targets, rules, material)
        problems += unknown.values()
        known = [target for target in targets if target not in unknown]
        idle = vacuity.idle(known, validation.focus_counts(), rules.names)
        notes = [*notes, *map(Note, idle)]
    graves = [Note(text, is_grave=not request.allow_empty) for text in problems]
    return replace(
        report,
        focus_nodes=covered.focus_nodes,
        unchecked=() if is_open else covered.unchecked,
        notes=(*graves, *notes),
    )


def _unknown(
    targets: list[vacuity.Target], rules: Rules, material: Material
) -> dict[vacuity.Target, str]:
    """Return the targets whose class nobody knows, with a sentence on each."""
    graph = rules.shapes.graph
    missing = vacuity.unknown(targets, graph, vacuity.occurring(material.data))
    if not missing:
        return {}
    ontology = rules.ontology()
    known = sorted(ontology | vacuity.defined(graph) | vacuity.classes(material.data))
    return {
        target: vacuity.explain(target, known, rules.names)
        for target in missing
        if target.named.value not in ontology
    }
