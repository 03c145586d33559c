"""The report as workflow commands, which GitHub shows as annotations in a pull request.

GitHub shows ten errors, ten warnings and ten notices of a step; the rest stays in its log.
"""

from __future__ import annotations

from collections.abc import Iterator

from clausegraph.validate.fingerprints import Folder
from clausegraph.validate.report import Finding, Report
from clausegraph.validate.rules import rule_node
from clausegraph.validate.severity import Severity
from clausegraph.validate.wording import one_line

_COMMANDS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_STOP = "\n"


def write(report: Report) -> Iterator[str]:
    """Yield one command for each new finding and note, and the summary as a line of the log."""
    folder = Folder()
    for finding in report.new:
        yield _finding(finding, report, folder)
    for note in report.notes:
        properties: dict[str, object] = {"file": folder.name(note.file), "line": note.line}
        yield _command("warning" if note.is_grave else "notice", properties, one_line(note.text))
    yield report.summary() + _STOP


def _finding(finding: Finding, report: Report, folder: Folder) -> str:
    result, place = finding.result, finding.place
    properties: dict[str, object] = {"file": folder.name(finding.file)}
    if place is not None:
        properties |= {"line": place.line, "endLine": place.end_line}
        if place.line == place.end_line:  # columns mean nothing across lines
            properties |= {"col": place.column, "endColumn": place.end_column}
    properties["title"] = one_line(report.rules.rule(rule_node(result)).name)
    return _command(_COMMANDS[finding.severity], properties, report.rules.told(finding))


def _command(name: str, properties: dict[str, object], message: str) -> str:
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return (
        f"::{name} {listed}::{_data(message)}{_STOP}"
        if listed
        else (f"::{name}::{_data(message)}{_STOP}")
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: object) -> str:
    return _data(str(value)).replace(":", "%3A").replace(",", "%2C")
