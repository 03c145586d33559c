"""The report as CSV (RFC 4180): a header, one finding a line, every field in quotes.

Data are written as they are, so that a table holds exactly what the files do. A spreadsheet that
opens it may take a text that begins with `=`, `+`, `-` or `@` for a formula, in quotes or not:
import the columns as text where files come from strangers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from clausegraph.shacl.results import Term
from clausegraph.validate.report import Finding, Report
from clausegraph.validate.wording import file_name

COLUMNS = (
    *("file", "line", "column", "severity", "focus_node", "path"),
    *("value", "datatype", "language", "message", "component", "shape", "hint", "known"),
)

_Field = str | int | None


def write(report: Report) -> Iterator[str]:
    """Yield the report as CSV, lines ended by CR LF."""
    line = io.StringIO(newline="")
    writer = csv.writer(line, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for finding in report.findings:
        yield line.getvalue()
        line.seek(0)
        line.truncate()
        writer.writerow(_row(finding, report))
    yield line.getvalue()


def _row(finding: Finding, report: Report) -> tuple[_Field, ...]:
    result, place = finding.result, finding.place
    value = result.value
    literal = value if isinstance(value, Literal) else None
    return (
        "" if finding.file is None else file_name(finding.file),
        place.line if place else "",
        place.column if place else "",
        finding.severity.word,
        _text(result.focus),
        result.path.text if result.path else "",
        "" if value is None else _text(value),
        literal.datatype.value if literal else "",
        (literal.language or "") if literal else "",
        report.rules.message(result),
        result.component.value,
        _text(result.constraint if isinstance(result.constraint, NamedNode) else result.shape),
        finding.hint or "",
        "true" if finding.known else "false",
    )


def _text(term: Term) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)
