"""The page of `/validate`: a form that works without scripts, and a report as a list."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from clausegraph import formats
from clausegraph.formats import Syntax
from clausegraph.textfiles import BYTE_ORDER_MARK
from clausegraph.validate.jobs import Options, Part, Verdict
from clausegraph.validate.wording import safe
from clausegraph.web.pages import ROWS_SHOWN, Pages
from clausegraph.web.validating_requests import BACKGROUNDS, SEVERITIES, Asked

_TEMPLATE = "validate.html"
_BEFORE, _LONGEST = 80, 240  # characters of a line that are shown before a fault, and from it on
_LONGEST_PASTED = 200_000  # characters of a text that stays in the form

Finding = Mapping[str, Any]


def form(pages: Pages) -> bytes:
    """Return the page as it is before anything was sent."""
    chosen = _chosen(formats.TURTLE, Options())
    return pages.render(_TEMPLATE, report=None, pasted={}, chosen=chosen, **_choices())


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
    chosen = _chosen(asked.syntax, asked.options)
    return pages.render(_TEMPLATE, report=shown, pasted=pasted, chosen=chosen, **_choices())


def _choices() -> Mapping[str, Sequence[object]]:
    return {"syntaxes": formats.READABLE, "severities": SEVERITIES}


def _chosen(syntax: Syntax, options: Options) -> Mapping[str, object]:
    """Return what the form has chosen already; `is_usual` if that is what it begins with."""
    return {
        "syntax": syntax.media_type,
        "severity": options.severity,
        "background": BACKGROUNDS[not options.background],
        "is_usual": options.background and options.severity == SEVERITIES[0],
    }


def _with_lines(results: Iterable[Finding], parts: Iterable[Part]) -> list[Finding]:
    """Return the results, each with the line that it is about, where that is known."""
    lines = {part.name: part.data.decode(errors="replace").split("\n") for part in parts}
    return [{**found, "excerpt": _excerpt(found, lines)} for found in results]


def _excerpt(found: Finding, lines: Mapping[str, Sequence[str]]) -> tuple[str, str, str] | None:
    """Return the line that a result is about: what is at fault, and what is around it."""
    number, written = found["line"], lines.get(str(found["file"]), ())
    if number is None or not 1 <= number <= len(written):
        return None
    line = written[number - 1].removesuffix("\r").removeprefix(BYTE_ORDER_MARK)
    start = found["column"] - 1
    end = found["endColumn"] - 1 if found["endLine"] == number else len(line)
    first, last = max(0, start - _BEFORE), min(len(line), start + _LONGEST)
    before = ("…" if first else "") + safe(line[first:start])
    after = safe(line[end:last]) + ("…" if last < len(line) else "")
    return before, safe(line[start : min(end, last)]), after
