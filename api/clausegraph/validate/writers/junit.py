"""The report as JUnit XML: a suite for each file, a test for each shape that finds something in it.

A test fails by findings that reach the threshold and are new; others are its output. A file without
any finding is one test that passes, and one that no shape is about one that is skipped. That keeps
names of tests stable from run to run, which GitHub, GitLab and Jenkins compare. What makes the
check say nothing is an error of a suite of its own: such a report is never green.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from clausegraph.validate.fingerprints import Folder
from clausegraph.validate.report import Finding, Report
from clausegraph.validate.rules import rule_node
from clausegraph.validate.wording import safe


def write(report: Report) -> Iterator[str]:
    """Yield the report as XML; control characters are spelt out, which XML does not take."""
    folder = Folder()
    found = {finding.file for finding in report.findings}
    bare = [path for path in report.files if path not in found]
    graves = [note.text for note in report.notes if note.is_grave]
    tests = failed = 0
    for _, group in groupby(report.findings, key=lambda finding: finding.file):
        for findings in _by_shape(group, report).values():
            tests += 1
            failed += any(_fails(finding, report) for finding in findings)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    seconds = "" if report.seconds is None else f' time="{report.seconds:.3f}"'
    yield (
        f'<testsuites name="clausegraph validate" tests="{tests + len(bare) + len(graves)}" '
        f'failures="{failed}" errors="{len(graves)}"{seconds}>\n'
    )
    for file, group in groupby(report.findings, key=lambda finding: finding.file):
        yield from _suite(file, _by_shape(group, report), report, folder)
    unchecked = set(report.unchecked)
    for path in bare:
        yield from _bare(folder.name(path), is_checked=path not in unchecked)
    if graves:
        yield from _errors(graves)
    yield "</testsuites>\n"


def _by_shape(findings: Iterator[Finding], report: Report) -> dict[str, list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        name = report.rules.rule(rule_node(finding.result)).name
        groups.setdefault(name, []).append(finding)
    return groups


def _fails(finding: Finding, report: Report) -> bool:
    return not finding.known and finding.severity.reaches(report.threshold)


def _suite(
    file: Path | None, shapes: dict[str, list[Finding]], report: Report, folder: Folder
) -> Iterator[str]:
    name = folder.name(file) or report.origin or "elsewhere"
    failed = sum(
        any(_fails(finding, report) for finding in findings) for findings in shapes.values()
    )
    yield (
        f"  <testsuite name={_attribute(name)} "
        f'tests="{len(shapes)}" failures="{failed}" errors="0" skipped="0">\n'
    )
    for shape, findings in shapes.items():
        yield _test(name, shape, findings, report)
    yield "  </testsuite>\n"


def _test(name: str, shape: str, findings: Sequence[Finding], report: Report) -> str:
    failing = [finding for finding in findings if _fails(finding, report)]
    others = [finding for finding in findings if not _fails(finding, report)]
    first = (failing or findings)[0].place
    line = f' line="{first.line}"' if first else ""
    parts = [f"    <testcase {_case(shape, name)}{line}>\n"]
    if failing:
        message = report.rules.message(failing[0].result)
        if len(failing) > 1:
            message = f"{message} (and {len(failing) - 1:,} more)"
        kind = failing[0].result.component.value
        body = "\n".join(_line(finding, name, report) for finding in failing)
        parts.append(
            f"      <failure message={_attribute(message)} type={_attribute(kind)}>"
            f"{_content(body)}</failure>\n"
        )
    if others:
        body = "\n".join(_line(finding, name, report) for finding in others)
        parts.append(f"      <system-out>{_content(body)}</system-out>\n")
    return "".join([*parts, "    </testcase>\n"])


def _line(finding: Finding, name: str, report: Report) -> str:
    """Return a finding as `file:line:column: severity: focus: message`, and what was found."""
    place = finding.place
    where = f"{name}:{place.line}:{place.column}" if place else name
    known = " (known)" if finding.known else ""
    return f"{where}: {finding.severity.word}{known}: {report.rules.told(finding)}"


def _bare(name: str, *, is_checked: bool) -> Iterator[str]:
    skipped = int(not is_checked)
    yield (
        f'  <testsuite name={_attribute(name)} tests="1" failures="0" errors="0" '
        f'skipped="{skipped}">\n'
    )
    if is_checked:
        yield f"    <testcase {_case('nothing found', name)}/>\n"
    else:
        yield f"    <testcase {_case('nothing checked', name)}>\n"
        yield '      <skipped message="No shape is about anything in this file."/>\n'
        yield "    </testcase>\n"
    yield "  </testsuite>\n"


def _errors(texts: Sequence[str]) -> Iterator[str]:
    """Yield a suite of what makes the check say nothing."""
    number = len(texts)
    yield (
        f'  <testsuite name="what was checked" tests="{number}" failures="0" errors="{number}" '
        'skipped="0">\n'
    )
    for text in texts:
        yield f'    <testcase name={_attribute(text)} classname="what was checked">\n'
        yield f"      <error message={_attribute(text)}/>\n"
        yield "    </testcase>\n"
    yield "  </testsuite>\n"


def _case(name: str, file: str) -> str:
    return f"name={_attribute(name)} classname={_attribute(file)} file={_attribute(file)}"


def _attribute(text: str) -> str:
    return quoteattr(safe(text))


def _content(text: str) -> str:
    return "\n".join(escape(safe(line)) for line in text.split("\n"))
