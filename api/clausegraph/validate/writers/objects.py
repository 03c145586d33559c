"""The report as JSON: stable keys, one finding a line.

Terms are written as in SPARQL 1.1 Query Results JSON: `type` is `uri`, `literal` or `bnode`, with
`value`, and for literals `datatype` or `xml:lang`. Members of the report:

- `conforms`: no result at all, as SHACL defines it; `passes`: no new one reaches `threshold`;
  `vacuous`: something was not checked, as a note says, so that the other two mean little;
- `threshold`, `focusNodes`, `shapes`, `seconds`, `files`, `unchecked`, `stoppedAt`;
- `counts`: new findings by severity, `known` and `fixed` ones;
- `notes`: each with `level` (`note` or `warning`), `text`, `file`, `line`;
- `fixed`: entries of the baseline that are no longer found, as the baseline has them;
- `results`: each with `file`, `line`, `column`, `endLine`, `endColumn` (from 1, in code points, the
  end just after the last one), `severity` (a word), `severityIri`, `focusNode`, `path` (as SPARQL
  writes it), `value`, `message` (one, for people), `messages` (all of the shape), `component`,
  `shape`, `constraint`, `hint`, `known`, `fingerprint`, `details` (results of nested shapes).

What is not known, or is not there, is null.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pyoxigraph import Literal, NamedNode

from clausegraph.shacl.results import Result, Term
from clausegraph.validate.fingerprints import Fingerprints
from clausegraph.validate.report import Finding, Report
from clausegraph.validate.severity import Severity
from clausegraph.validate.wording import escaped, file_name
from clausegraph.vocabulary import XSD

_STRING = XSD + "string"
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


def write(report: Report) -> Iterator[str]:
    """Yield the report as JSON."""
    fingerprints = report.fingerprints()
    members = [f'"{key}": {_ENCODE(value)}' for key, value in _head(report).items()]
    yield escaped("{\n" + ",\n".join(members) + ',\n"results": [')
    for number, finding in enumerate(report.findings):
        line = _ENCODE(_finding(finding, report, fingerprints))
        yield (",\n" if number else "\n") + escaped(line)
    yield "\n]\n}\n"


def _head(report: Report) -> dict[str, Any]:
    counts = {severity.word: report.count(severity) for severity in Severity}
    counts |= {"known": report.known, "fixed": sum(number for _, number in report.fixed)}
    return {
        "conforms": report.conforms,
        "passes": report.passes(),
        "vacuous": report.is_vacuous,
        "threshold": report.threshold.word,
        "focusNodes": report.focus_nodes,
        "shapes": report.shapes,
        "seconds": report.seconds,
        "stoppedAt": report.stopped_at,
        "files": [file_name(path) for path in report.files],
        "unchecked": [file_name(path) for path in report.unchecked],
        "counts": counts,
        "notes": [
            {
                "level": "warning" if note.is_grave else "note",
                "text": note.text,
                "file": file_name(note.file) if note.file else None,
                "line": note.line,
            }
            for note in report.notes
        ],
        "fixed": [
            {
                "file": entry.file,
                "focus": entry.focus,
                "path": entry.path,
                "value": entry.value,
                "component": entry.component,
                "shape": entry.shape,
                "count": number,
            }
            for entry, number in report.fixed
        ],
    }


def _finding(finding: Finding, report: Report, fingerprints: Fingerprints) -> dict[str, Any]:
    place = finding.place
    return {
        "file": None if finding.file is None else file_name(finding.file),
        "line": place.line if place else None,
        "column": place.column if place else None,
        "endLine": place.end_line if place else None,
        "endColumn": place.end_column if place else None,
        **_result(finding.result, report),
        "hint": finding.hint,
        "known": finding.known,
        "fingerprint": fingerprints.entry(finding.result, finding.file).fingerprint,
        "details": [_detail(detail, report) for detail in finding.result.details],
    }


def _result(result: Result, report: Report) -> dict[str, Any]:
    return {
        "severity": Severity.of(result.severity).word,
        "severityIri": result.severity.value,
        "focusNode": term(result.focus),
        "path": result.path.text if result.path else None,
        "value": None if result.value is None else term(result.value),
        "message": report.rules.message(result),
        "messages": [term(message) for message in result.messages],
        "component": result.component.value,
        "shape": term(result.shape),
        "constraint": None if result.constraint is None else term(result.constraint),
    }


def _detail(result: Result, report: Report) -> dict[str, Any]:
    details = [_detail(detail, report) for detail in result.details]
    return {**_result(result, report), "details": details}


def term(node: Term) -> dict[str, str]:
    """Return a term as SPARQL 1.1 Query Results JSON writes it (section 3.2.2)."""
    if isinstance(node, NamedNode):
        return {"type": "uri", "value": node.value}
    if not isinstance(node, Literal):
        return {"type": "bnode", "value": node.value}
    if node.language:
        return {"type": "literal", "value": node.value, "xml:lang": node.language}
    if node.datatype.value == _STRING:
        return {"type": "literal", "value": node.value}
    return {"type": "literal", "value": node.value, "datatype": node.datatype.value}
