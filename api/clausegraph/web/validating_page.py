"""The page of `/validate`: a form that works without scripts, and a report as a list."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from clausegraph import formats
from clausegraph.validate.jobs import Part, Verdict
from clausegraph.web.pages import ROWS_SHOWN, Pages
from clausegraph.web.validating_requests import SEVERITIES, Asked

_TEMPLATE = "validate.html"
_LONGEST_LINE = 240  # characters of a line that are shown
_LONGEST_PASTED = 200_000  # characters of a text that stays in the form

Finding = Mapping[str, Any]


def form(pages: Pages) -> bytes:
    """Return the page as it is before anything was sent."""
    return pages.render(_TEMPLATE, report=None, pasted={}, **_choices())


def report(pages: Pages, verdict: Verdict, asked: Asked) -> bytes:
    """Return the page that shows a verdict, whose report is JSON."""
    found = json.loads(verdict.report)
    results = found["results"][:ROWS_SHOWN]
    shown = {
        "verdict": verdict,
        "found": found,
        "results": _with_lines(results, (*asked.data, *asked.shapes)),
    }
    pasted = {name: text for name, text in asked.pasted.items() if len(text) <= _LONGEST_PASTED}
    return pages.render(_TEMPLATE, report=shown, pasted=pasted, **_choices())


def _choices() -> Mapping[str, Sequence[object]]:
    return {"syntaxes": formats.READABLE, "severities": SEVERITIES}


def _with_lines(results: Iterable[Finding], parts: Iterable[Part]) -> list[Finding]:
    """Return the results, each with the line that it is about, where that is known."""
    lines = {part.name: part.data.decode(errors="replace").split("\n") for part in parts}
    return [{**found, "excerpt": _excerpt(found, lines)} for found in results]


def _excerpt(found: Finding, lines: Mapping[str, Sequence[str]]) -> str:
    """Return the line that a result is about; empty if that is not known."""
    file, line = found.get("file"), found.get("line")
    written = lines.get(str(file), ())
    if not isinstance(line, int) or not 1 <= line <= len(written):
        return ""
    return written[line - 1].rstrip("\r")[:_LONGEST_LINE]
