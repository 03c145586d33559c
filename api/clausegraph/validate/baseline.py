"""Baselines: findings that are known and accepted for now, so that only new ones fail a build.

The file is JSON with one finding a line, sorted, so that git shows and merges its changes well. A
finding is told by its fingerprint, which does not depend on lines; the other members of an entry
are there for its readers.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clausegraph.errors import InputError
from clausegraph.textfiles import read_text, write_atomically
from clausegraph.validate.fingerprints import Entry, Folder
from clausegraph.validate.report import Report
from clausegraph.validate.wording import escaped

_VERSION = 1
_LONGEST = 120  # characters of a value that is written for its readers
_MEMBERS = ("file", "focus", "path", "value", "component", "shape")
_RENEW = "Write the baseline anew."
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


@dataclass(frozen=True)
class Baseline:
    """Known findings: fingerprint to entry, and how many equal ones there are."""

    entries: dict[str, tuple[Entry, int]]

    def __len__(self) -> int:
        return sum(number for _, number in self.entries.values())


def read(path: Path) -> Baseline:
    """Read a baseline, or raise InputError with the line where it is none of ours."""
    text = read_text(path)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise _refused("is no JSON", path, line=line) from error
    if not isinstance(content, dict) or "baseline" not in content:
        raise _refused("is no baseline", path)
    version = content["baseline"]
    if version != _VERSION or isinstance(version, bool):
        raise _refused(
            f"is of version {str(version)[:20]} of the format, this program reads "
            f"version {_VERSION}",
            path,
        )
    findings = content.get("findings")
    if not isinstance(findings, list):
        raise _refused("has no list of findings", path)
    entries: dict[str, tuple[Entry, int]] = {}
    for position, found in enumerate(findings, start=1):
        fingerprint, entry, number = _entry(found, position, path)
        # Two branches may have added the same entry.
        entries[fingerprint] = entry, max(number, entries.get(fingerprint, (entry, 0))[1])
    return Baseline(entries)


def apply(baseline: Baseline, report: Report, folder: Folder | None = None) -> Report:
    """Return the report with the findings marked that the baseline knows, and what was fixed.

    What was known about a file that is still there but was not judged this time is not counted as
    fixed; nor is anything if the search stopped early.
    """
    fingerprints = report.fingerprints(folder)
    left = Counter({name: number for name, (_, number) in baseline.entries.items()})
    findings = []
    for finding in report.findings:
        fingerprint = fingerprints.entry(finding.result, finding.file).fingerprint
        known = left[fingerprint] > 0
        left[fingerprint] -= known
        findings.append(replace(finding, known=True) if known else finding)
    scope = _Scope(report, fingerprints.folder)
    fixed = [
        (entry, left[name])
        for name, (entry, _) in baseline.entries.items()
        if left[name] > 0 and scope.holds(entry)
    ]
    return replace(
        report,
        findings=tuple(findings),
        fixed=() if report.stopped_at is not None else tuple(sorted(fixed, key=_order)),
    )


def write(
    path: Path, report: Report, previous: Baseline | None = None, folder: Folder | None = None
) -> int:
    """Write all findings of a report as the baseline, whole or not at all; return their number.

    Entries of `previous` about files that are there but were not judged this time are kept. Raises
    InputError if the search stopped early: what it did not find would fail the next build.
    """
    if report.stopped_at is not None:
        raise InputError(
            "The baseline would be incomplete: the search stopped early.",
            file=path,
            remedy="Validate without a limit of results.",
        )
    fingerprints = report.fingerprints(folder)
    counts: Counter[Entry] = Counter()
    for finding in report.findings:
        counts[fingerprints.entry(finding.result, finding.file)] += 1
    lines = {entry.fingerprint: (_shown(entry), number) for entry, number in counts.items()}
    scope = _Scope(report, fingerprints.folder)
    for fingerprint, (entry, number) in (previous.entries if previous else {}).items():
        if not scope.holds(entry):
            lines.setdefault(fingerprint, (entry, number))
    write_atomically(path, _lines(lines))
    return sum(number for _, number in lines.values())


def _lines(entries: dict[str, tuple[Entry, int]]) -> Iterator[str]:
    yield f'{{\n"baseline": {_VERSION},\n"findings": ['
    ordered = sorted(entries.items(), key=lambda item: (_order(item[1]), item[0]))
    for position, (fingerprint, (entry, number)) in enumerate(ordered):
        members = {name: getattr(entry, name) for name in _MEMBERS}
        line = _ENCODE({**members, "count": number, "fingerprint": fingerprint})
        yield (",\n" if position else "\n") + escaped(line)
    yield "\n]\n}\n"


def _order(item: tuple[Entry, int]) -> tuple[str, ...]:
    return tuple(getattr(item[0], name) for name in _MEMBERS)


def _shown(entry: Entry) -> Entry:
    """Return an entry as it is written: long values are cut, the fingerprint tells them apart."""
    if len(entry.value) <= _LONGEST:
        return entry
    return replace(entry, value=f"{entry.value[: _LONGEST - 1]}…")


class _Scope:
    """What a report is about: the judged files, and those that are gone."""

    def __init__(self, report: Report, folder: Folder) -> None:
        self._root = folder.root
        self._judged = {folder.name(path) for path in report.files} or {""}

    def holds(self, entry: Entry) -> bool:
        """Whether the report would have the finding of an entry, if there still was one."""
        if entry.file in self._judged:
            return True
        return bool(entry.file) and not (self._root / entry.file).exists()


def _entry(found: Any, position: int, path: Path) -> tuple[str, Entry, int]:
    """Return fingerprint, entry and number, as one finding of the file has them."""
    problem = f"has an entry that is none of ours, number {position}"
    if not isinstance(found, dict):
        raise _refused(problem, path)
    texts = [found.get(name) for name in (*_MEMBERS, "fingerprint")]
    number = found.get("count")
    if not all(isinstance(text, str) for text in texts):
        raise _refused(problem, path)
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise _refused(problem, path)
    *members, fingerprint = (str(text) for text in texts)
    return fingerprint, Entry(*members), number


def _refused(problem: str, path: Path, *, line: int | None = None) -> InputError:
    return InputError(f"The baseline {problem}.", file=path, line=line, remedy=_RENEW)
