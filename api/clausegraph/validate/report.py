"""The report: what validation found, in which files, and whether that is good enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode

from clausegraph.positions.places import Place
from clausegraph.shacl.results import Result
from clausegraph.validate.fingerprints import Describe, Entry, Fingerprints, Folder
from clausegraph.validate.rules import Rulebook
from clausegraph.validate.severity import Severity
from clausegraph.validate.wording import Names, counted

__all__ = ["Finding", "Note", "Report", "Severity", "arrange"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A result and where it is written; `known` ones are accepted by the baseline."""

    result: Result
    file: Path | None = None
    place: Place | None = None
    hint: str | None = None
    known: bool = False

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return Severity.of(self.result.severity)

    def order(self) -> tuple[object, ...]:
        """A sort key: by file, line, column, severity, then by what is said."""
        result, place = self.result, self.place
        return (
            (self.file is None, str(self.file)),
            (place.line, place.column) if place else (0, 0),
            self.severity,
            str(result.focus),
            result.path.text if result.path else "",
            str(result.value),
            result.component.value,
            str(result.shape),
            str(result.constraint),
        )


@dataclass(frozen=True, slots=True)
class Note:
    """What else a reader should know; `is_grave` if it leaves something unchecked."""

    text: str
    file: Path | None = None
    line: int | None = None
    is_grave: bool = False


@dataclass(frozen=True)
class Report:
    """What validation found.

    `findings` are in the order of their places, see `arrange`; `files` were judged, and of these
    `unchecked` hold nothing that a shape is about. `focus_nodes` is the number of distinct nodes
    that were checked, `shapes` of the shapes that have targets. `stopped_at` is the number of
    results after which the search ended, None if it went to the end. `origin` names what was judged
    where that is no file. `fixed` are entries of the baseline that are no longer found. `describe`
    tells blank nodes apart, whatever they are called.
    """

    findings: tuple[Finding, ...] = ()
    files: tuple[Path, ...] = ()
    unchecked: tuple[Path, ...] = ()
    focus_nodes: int = 0
    shapes: int = 0
    seconds: float | None = None
    threshold: Severity = Severity.VIOLATION
    notes: tuple[Note, ...] = ()
    fixed: tuple[tuple[Entry, int], ...] = ()
    stopped_at: int | None = None
    origin: str = ""
    rules: Rulebook = field(default_factory=Rulebook, compare=False, repr=False)
    describe: Describe | None = field(default=None, compare=False, repr=False)

    @property
    def names(self) -> Names:
        """How terms are named."""
        return self.rules.names

    @property
    def conforms(self) -> bool:
        """Whether there is no result at all, known ones and warnings included (SHACL 3.6.1.1)."""
        return not self.findings

    @property
    def new(self) -> Iterator[Finding]:
        """The findings that the baseline does not accept; all, where there is no baseline."""
        return (finding for finding in self.findings if not finding.known)

    def passes(self, threshold: Severity | None = None) -> bool:
        """Whether no new finding is as grave as the threshold, the report's own unless given."""
        least = self.threshold if threshold is None else threshold
        return not any(kind.reaches(least) for kind in self._counts)

    @property
    def is_vacuous(self) -> bool:
        """Whether something that was to be checked was not: then to pass means nothing."""
        return any(note.is_grave for note in self.notes)

    def count(self, severity: Severity) -> int:
        """The number of new findings of one severity."""
        return self._counts[severity]

    @cached_property
    def known(self) -> int:
        """The number of findings that the baseline accepts."""
        return sum(finding.known for finding in self.findings)

    @cached_property
    def _counts(self) -> Counter[Severity]:
        # The terms are counted first: there are few of them, and each is looked up once.
        terms: Counter[NamedNode] = Counter(finding.result.severity for finding in self.new)
        counts: Counter[Severity] = Counter()
        for term, number in terms.items():
            counts[Severity.of(term)] += number
        return counts

    def fingerprints(self, folder: Folder | None = None) -> Fingerprints:
        """What tells the findings of this report apart when lines move."""
        return Fingerprints(self.rules, self.describe, folder)

    def summary(self) -> str:
        """One line with the counts."""
        counts = [
            counted(self.count(severity), severity.word)
            for severity in (Severity.VIOLATION, Severity.WARNING)
        ]
        if self.count(Severity.INFO):
            counts.append(f"{self.count(Severity.INFO):,} info")
        where = len({finding.file for finding in self.new if finding.file})
        found = ", ".join(counts) + (f" in {counted(where, 'file')}" if where else "")
        if self.known:
            found += f", {self.known:,} known"
        if self.fixed:
            found += f", {sum(number for _, number in self.fixed):,} fixed"
        if self.stopped_at is not None:
            found += f" (the search stopped after {counted(self.stopped_at, 'result')})"
        return f"{found}; {self._checked()}."

    def _checked(self) -> str:
        checked = f"{counted(self.focus_nodes, 'focus node')} checked"
        if self.shapes:
            checked += f" against {counted(self.shapes, 'shape')}"
        if self.files:
            checked += f" in {counted(len(self.files), 'file')}"
        return checked if self.seconds is None else f"{checked}, {self.seconds:.2f} s"


def arrange(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order of reports: by file, line and column."""
    return tuple(sorted(findings, key=Finding.order))
