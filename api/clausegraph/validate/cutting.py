"""Reports of which only the first results are written: counts and verdict stay those of all."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from clausegraph.validate.report import Report, Severity
from clausegraph.validate.wording import counted


@dataclass(frozen=True)
class Cut(Report):
    """A report that writes the first findings of `whole`."""

    whole: Report = field(default_factory=Report, compare=False, repr=False)

    @property
    def left(self) -> int:
        """The number of findings that are not written."""
        return len(self.whole.findings) - len(self.findings)

    @property
    def conforms(self) -> bool:
        """Whether there is no result at all."""
        return self.whole.conforms

    def passes(self, threshold: Severity | None = None) -> bool:
        """Whether no new finding is as grave as the threshold."""
        return self.whole.passes(threshold)

    def count(self, severity: Severity) -> int:
        """The number of new findings of one severity, written or not."""
        return self.whole.count(severity)

    def summary(self) -> str:
        """One line with the counts, and how many results are not written."""
        return f"{self.whole.summary()} Not written: {counted(self.left, 'more result')}."


def cut(report: Report, most: int | None) -> Report:
    """Return a report that writes `most` findings, all if None."""
    if most is None or len(report.findings) <= most:
        return report
    parts = {each.name: getattr(report, each.name) for each in fields(Report)}
    return Cut(**{**parts, "findings": report.findings[:most], "whole": report})
