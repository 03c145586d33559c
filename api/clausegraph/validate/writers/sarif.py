"""The report as SARIF 2.1.0 (OASIS), which code review shows beside the lines at fault.

Places of files are relative to the folder of the repository. Columns count code points.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pyoxigraph import NamedNode

from clausegraph.positions.places import Place
from clausegraph.shacl.results import Result, Term
from clausegraph.validate.fingerprints import Fingerprints, Folder
from clausegraph.validate.report import Finding, Note, Report
from clausegraph.validate.rules import Rule, rule_node
from clausegraph.validate.severity import Severity
from clausegraph.validate.wording import escaped, one_line
from clausegraph.vocabulary import BASE

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

_VERSION = version("clausegraph")  # read once: a process that writes may open no file
_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_FINGERPRINT = "clausegraphFinding/v1"
_ROOT = "%SRCROOT%"
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


def write(report: Report) -> Iterator[str]:
    """Yield the report as a SARIF log with one run."""
    folder = Folder()
    writer = _Results(report, folder)
    head = {
        "tool": {"driver": _driver(writer)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "The folder of the repository."}},
        },
        "invocations": [_invocation(report, folder)],
    }
    members = ",\n".join(f'"{key}": {_ENCODE(value)}' for key, value in head.items())
    yield f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [{{\n'
    yield escaped(members) + ',\n"results": ['
    for number, finding in enumerate(report.findings):
        yield (",\n" if number else "\n") + escaped(_ENCODE(writer.result(finding)))
    yield "\n]}]}\n"


def _driver(writer: _Results) -> dict[str, Any]:
    return {
        "name": "clausegraph validate",
        "version": _VERSION,
        "informationUri": BASE,
        "rules": writer.rules(),
    }


class _Results:
    """Writes results, and the rules that they refer to by number."""

    def __init__(self, report: Report, folder: Folder) -> None:
        self._report = report
        self._folder = folder
        self._fingerprints: Fingerprints = report.fingerprints(folder)
        self._is_compared = bool(report.known or report.fixed)
        self._places: dict[Path, dict[str, Any]] = {}
        self._numbers: dict[str, int] = {}
        self._examples: list[tuple[Rule, Result]] = []
        self._by_node: dict[Term, int] = {}
        for finding in report.findings:
            self._list(finding.result)

    def _list(self, result: Result) -> None:
        node = rule_node(result)
        if node in self._by_node:
            return
        rule = self._report.rules.rule(node)
        if rule.name not in self._numbers:
            self._numbers[rule.name] = len(self._examples)
            self._examples.append((rule, result))
        self._by_node[node] = self._numbers[rule.name]

    def rules(self) -> list[dict[str, Any]]:
        """The rules: one for each shape that found something."""
        return [self._rule(rule, result) for rule, result in self._examples]

    def _rule(self, rule: Rule, result: Result) -> dict[str, Any]:
        component = self._report.names.term(result.component)
        text = rule.text or rule.title or f"{rule.name} ({component})"
        described: dict[str, Any] = {
            "id": rule.name,
            "shortDescription": {"text": rule.title or text},
            "fullDescription": {"text": text},
            "help": {"text": f"{text} Shape: {rule.iri or rule.name}"},
            "defaultConfiguration": {"level": _LEVELS[Severity.of(result.severity)]},
            "properties": {"tags": ["SHACL"], "component": result.component.value},
        }
        if rule.iri and rule.iri.startswith(("http://", "https://")):
            described["helpUri"] = rule.iri
        return described

    def result(self, finding: Finding) -> dict[str, Any]:
        """One result."""
        result = finding.result
        number = self._by_node[rule_node(result)]
        entry = self._fingerprints.entry(result, finding.file)
        written: dict[str, Any] = {
            "ruleId": self._examples[number][0].name,
            "ruleIndex": number,
            "level": _LEVELS[finding.severity],
            "message": {"text": self._report.rules.told(finding)},
            "locations": [self._location(finding)],
            "partialFingerprints": {_FINGERPRINT: entry.fingerprint},
        }
        if self._is_compared:
            written["baselineState"] = "unchanged" if finding.known else "new"
        if finding.known:
            accepted = {"kind": "external", "justification": "Accepted by the baseline."}
            written["suppressions"] = [accepted]
        return written

    def _physical(self, file: Path) -> dict[str, Any]:
        if file not in self._places:
            self._places[file] = _physical(file, self._folder)
        return self._places[file]

    def _location(self, finding: Finding) -> dict[str, Any]:
        focus = finding.result.focus
        name = focus.value if isinstance(focus, NamedNode) else str(focus)
        location: dict[str, Any] = {
            "logicalLocations": [{"fullyQualifiedName": name, "kind": "resource"}]
        }
        if finding.file is not None:
            physical = self._physical(finding.file)
            if finding.place is not None:
                physical = {**physical, "region": _region(finding.place)}
            location["physicalLocation"] = physical
        return location


def _physical(file: Path, folder: Folder) -> dict[str, Any]:
    below = folder.below(file)
    uri = quote(os.fsencode(below.as_posix()))
    if below.is_absolute():
        return {"artifactLocation": {"uri": f"file://{uri}"}}
    return {"artifactLocation": {"uri": uri, "uriBaseId": _ROOT}}


def _region(place: Place) -> dict[str, int]:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _invocation(report: Report, folder: Folder) -> dict[str, Any]:
    notes = [_notification(note, folder) for note in report.notes]
    notes += [
        _notification(Note("No shape is about anything in this file.", path), folder)
        for path in report.unchecked
    ]
    return {
        "executionSuccessful": not report.is_vacuous,
        "toolExecutionNotifications": notes,
        "properties": {"summary": report.summary(), "fixed": sum(n for _, n in report.fixed)},
    }


def _notification(note: Note, folder: Folder) -> dict[str, Any]:
    written: dict[str, Any] = {
        "message": {"text": one_line(note.text)},
        "level": "warning" if note.is_grave else "note",
    }
    if note.file is not None:
        physical = _physical(note.file, folder)
        if note.line:
            physical["region"] = {"startLine": note.line}
        written["locations"] = [{"physicalLocation": physical}]
    return written
