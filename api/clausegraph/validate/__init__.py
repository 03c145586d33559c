"""Validate: RDF data in, what the shapes find wrong with them out, with file, line and column.

    request -> choosing (shapes), material (data) -> checking (results, vacuity) -> report

SHACL 1.0, Core and SHACL-SPARQL, compiled to SPARQL; pySHACL takes what is not compiled.
"""

from __future__ import annotations

from collections.abc import Callable

from clausegraph.validate import baseline as _baseline
from clausegraph.validate import checking, choosing, material
from clausegraph.validate.report import Report
from clausegraph.validate.request import Engine, Request
from clausegraph.validate.severity import Severity

__all__ = ["Engine", "Report", "Request", "Severity", "validate"]

Progress = Callable[[str], None]


def _silent(_: str) -> None:
    """Report progress to nobody."""


def validate(request: Request, progress: Progress = _silent) -> Report:
    """Judge what is asked for, and report.

    Raises UsageError for a request that makes no sense, InputError for data, shapes or a baseline
    that cannot be read or used. A report with a grave note is of a check that checked nothing, or
    not all that it was meant to.
    """
    request.refuse_contradictions()
    known = None if request.baseline is None else _baseline.read(request.baseline)
    progress("Reading the shapes.")
    rules = choosing.choose(None if request.shapes is None else material.expand(request.shapes))
    progress("Reading the data.")
    read = material.read(request, progress)
    report = checking.check(request, rules, read, progress)
    return report if known is None else _baseline.apply(known, report)
