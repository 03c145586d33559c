"""The lint for shapes over files: faults with file and line, and whether they are too many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from clausegraph.positions import Place
from clausegraph.shacl import lint
from clausegraph.shacl.data import Data
from clausegraph.shacl.lint import Fault, Severity
from clausegraph.validate.shapefiles import ShapeFiles
from clausegraph.validate.wording import counted, near, one_line

_GRAVEST_FIRST = tuple(Severity)


@dataclass(frozen=True)
class Located:
    """A fault, and where it is written; no place where it could not be found."""

    fault: Fault
    shape: str
    file: Path | None
    place: Place | None

    def where(self) -> str:
        """`file:line:column`, as far as each is known."""
        line = [self.place.line, self.place.column] if self.place else []
        return ":".join([near(self.file), *map(str, line)])

    def order(self) -> tuple[object, ...]:
        """A sort key: by file, line, column and what is said."""
        place = (self.place.line, self.place.column) if self.place else (0, 0)
        return (str(self.file), place, self.fault.rule.name, self.fault.message)

    def as_object(self) -> dict[str, object]:
        """The fault as JSON has it."""
        return {
            "file": near(self.file) or None,
            "line": self.place.line if self.place else None,
            "column": self.place.column if self.place else None,
            "severity": self.fault.rule.severity.value,
            "rule": self.fault.rule.name,
            "shape": self.shape,
            "message": self.fault.message,
        }


@dataclass(frozen=True)
class Linted:
    """What the lint found, in the order of the files; `has_data` if it could look at data too."""

    faults: tuple[Located, ...]
    shapes: int
    has_data: bool

    @cached_property
    def counts(self) -> Mapping[Severity, int]:
        """The number of faults of each severity."""
        return Counter(located.fault.rule.severity for located in self.faults)

    def passes(self, threshold: Severity) -> bool:
        """Whether nothing is as grave as the threshold."""
        grave = _GRAVEST_FIRST[: 1 + _GRAVEST_FIRST.index(threshold)]
        return not any(self.counts[severity] for severity in grave)

    def lines(self, *, everything: bool = False) -> Iterator[str]:
        """Yield the faults as a compiler does, then their number; notes only if all is wanted."""
        for located in self.faults:
            rule = located.fault.rule
            if everything or rule.severity is not Severity.NOTE:
                message = one_line(located.fault.message)
                yield f"{located.where()}: {rule.severity}: {message} [{rule.name}]"
        yield self.summary(everything=everything)

    def summary(self, *, everything: bool = False) -> str:
        """One line with the counts."""
        errors, warnings, notes = (self.counts[severity] for severity in _GRAVEST_FIRST)
        told = f"{counted(errors, 'error')}, {counted(warnings, 'warning')}"
        if notes:
            told += f", {counted(notes, 'note')}{'' if everything else ' (--all shows them)'}"
        told += f" in {counted(self.shapes, 'shape')}."
        if not self.has_data:
            told += " Targets and paths were not looked for in data: name some with --data."
        return told


def check(files: ShapeFiles, data: Data | None) -> Linted:
    """Look at shapes, and at the data that they are for, if any."""
    sheet = files.sheet
    faults = lint.check(files.graph, sheet.shown, data)
    places = files.places([fault.place for fault in faults])
    located = (
        Located(fault, sheet.name(fault.shape), *places.get(fault.place, (None, None)))
        for fault in faults
    )
    ordered = tuple(sorted(located, key=Located.order))
    return Linted(ordered, len(sheet.shapes), has_data=data is not None)
