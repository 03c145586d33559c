"""The report for people: findings by file, each with its line, what is wrong and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from clausegraph.positions.places import Place
from clausegraph.shacl.results import Result
from clausegraph.validate.report import Finding, Note, Report
from clausegraph.validate.rules import rule_node
from clausegraph.validate.severity import Severity
from clausegraph.validate.wording import counted, near, one_line, safe
from clausegraph.validate.writers.excerpts import Excerpts, Open, columns, marked, open_file
from clausegraph.vocabulary import SH

_HANDFUL = 5  # of a kind that are written out, violations aside
_NARROWEST = 40
_BODY = 6  # columns before what is said of a finding
_COMPONENT = "ConstraintComponent"
_RESET = "\x1b[0m"
_BOLD, _FAINT, _GREEN = "\x1b[1m", "\x1b[2m", "\x1b[32m"
_COLOURS = {
    Severity.VIOLATION: "\x1b[1;31m",
    Severity.WARNING: "\x1b[1;33m",
    Severity.INFO: "\x1b[1;36m",
}


@dataclass(frozen=True)
class Style:
    """How the text looks: `everything` writes out what is repeated, and what is known."""

    colour: bool = False
    width: int = 80
    everything: bool = False
    opened: Open = open_file

    def dressed(self, text: str, dress: str) -> str:
        """Return a text in a colour, if there are colours."""
        return f"{dress}{text}{_RESET}" if self.colour and text else text

    def wrapped(self, text: str, indent: int, hanging: int | None = None) -> Iterator[str]:
        """Yield a text in lines of the width; words such as IRIs are never cut."""
        room = max(self.width, _NARROWEST)
        start = indent if hanging is None else hanging
        if indent + columns(text) <= room:
            yield " " * indent + text.rstrip()
            return
        line, used, is_empty = " " * indent, indent, True
        for word in text.split(" "):
            long = columns(word)
            if not is_empty and used + 1 + long > room:
                yield line.rstrip()
                line, used, is_empty = " " * start, start, True
            gap = "" if is_empty else " "
            line, used = f"{line}{gap}{word}", used + len(gap) + long
            is_empty = is_empty and not word
        yield line.rstrip()


def text(report: Report, style: Style | None = None) -> Iterator[str]:
    """Yield the report for people, line by line with their ends.

    Of what is repeated, violations aside, five of a kind are written out and the others are
    counted, unless everything is asked for. No control character of the data gets through.
    """
    writer = _Writer(report, style or Style())
    try:
        for line in writer.lines():
            yield f"{line}\n"
    finally:
        writer.excerpts.close()


class _Writer:
    """Writes one report."""

    def __init__(self, report: Report, style: Style) -> None:
        self._report = report
        self._style = style
        self._hidden: Counter[tuple[str, Severity]] = Counter()
        self._seen: Counter[tuple[str, Severity]] = Counter()
        self._shown: tuple[Path | None, Place | None] = None, None
        self.excerpts = Excerpts(style.opened)

    def lines(self) -> Iterator[str]:
        current: Path | None = None
        begun = False
        for finding in self._kept():
            if not begun or finding.file != current:
                begun, current = True, finding.file
                name = near(current) or self._report.origin or "Not in a judged file"
                yield self._style.dressed(safe(name), _BOLD)
            yield from self._finding(finding)
            yield ""
        for (rule, severity), number in self._hidden.items():
            noun = "info" if severity is Severity.INFO else severity.word
            rest = counted(number, f"more {noun}")
            yield from self._style.wrapped(f"and {rest} by {rule}; --all lists them.", 0)
        yield from self._fixed()
        yield from self._notes()
        yield from self._summary()

    def _kept(self) -> Iterator[Finding]:
        """Yield what is written out, and count the rest."""
        for finding in self._report.findings:
            if self._style.everything or (not finding.known and self._is_kept(finding)):
                yield finding

    def _is_kept(self, finding: Finding) -> bool:
        if finding.severity is Severity.VIOLATION:
            return True
        kind = (self._rule(finding.result), finding.severity)
        self._seen[kind] += 1
        if self._seen[kind] <= _HANDFUL:
            return True
        self._hidden[kind] += 1
        return False

    def _rule(self, result: Result) -> str:
        return self._report.rules.rule(rule_node(result)).name

    def _finding(self, finding: Finding) -> Iterator[str]:
        style, result, place = self._style, finding.result, finding.place
        where = f"{place.line}:{place.column}" if place else "-"
        word = finding.severity.word
        known = " (known)" if finding.known else ""
        head = f"{where}  {word}{known}  {self._about(result)}"
        dress = _COLOURS[finding.severity]
        yield from self._dressed(style.wrapped(head, 2, _BODY), word, dress)
        yield from self._said(result, _BODY)
        if place is not None and finding.file is not None and self._is_elsewhere(finding):
            yield from self._excerpt(finding.file, finding)
        if finding.hint:
            yield from self._labelled("hint", one_line(finding.hint), _GREEN)
        yield from self._by(result)

    def _is_elsewhere(self, finding: Finding) -> bool:
        """Whether the line was not just shown, with the same marks."""
        before, self._shown = self._shown, (finding.file, finding.place)
        return before != self._shown

    def _about(self, result: Result) -> str:
        """Return the focus node and the path."""
        names = self._report.names
        path = f"  {names.path(result.path)}" if result.path else ""
        return f"{names.term(result.focus)}{path}"

    def _said(self, result: Result, indent: int) -> Iterator[str]:
        """Yield the message, the value that it does not show, and the details."""
        rules = self._report.rules
        yield from self._style.wrapped(rules.message(result), indent)
        if found := rules.found(result):
            yield from self._style.wrapped(f"found {found}", indent)
        for detail in result.details:
            yield from self._style.wrapped(f"- {self._about(detail)}", indent, indent + 2)
            yield from self._said(detail, indent + 2)

    def _excerpt(self, file: Path, finding: Finding) -> Iterator[str]:
        place = finding.place
        line = self.excerpts.line(file, place.line) if place else None
        if place is None or not line:
            return
        number = str(place.line)
        gutter = " " * len(number)
        room = max(self._style.width, _NARROWEST) - _BODY - len(number) - 3
        shown, marks = marked(line, place, room)
        bar = self._style.dressed("|", _FAINT)
        indent = " " * _BODY
        yield f"{indent}{self._style.dressed(number, _FAINT)} {bar} {shown}"
        yield f"{indent}{gutter} {bar} {self._style.dressed(marks, _COLOURS[finding.severity])}"

    def _by(self, result: Result) -> Iterator[str]:
        component = result.component.value
        short = component.removeprefix(SH).removesuffix(_COMPONENT)
        if component.startswith(SH):
            what = f"sh:{short[0].lower()}{short[1:]}" if short != "SPARQL" else "sh:sparql"
        else:
            what = self._report.names.term(result.component)
        line = f"by {self._rule(result)} ({what})"
        for part in self._style.wrapped(line, _BODY, _BODY + 3):
            yield self._style.dressed(part, _FAINT)

    def _labelled(self, label: str, text: str, dress: str) -> Iterator[str]:
        whole = self._style.wrapped(f"{label}: {text}", _BODY, _BODY + 2)
        return self._dressed(whole, f"{label}:", dress)

    def _dressed(self, lines: Iterator[str], part: str, dress: str) -> Iterator[str]:
        """Yield lines with a part of the first one in colour: after widths were counted."""
        for number, line in enumerate(lines):
            is_first = number == 0 and part in line
            yield line.replace(part, self._style.dressed(part, dress), 1) if is_first else line

    def _fixed(self) -> Iterator[str]:
        fixed = self._report.fixed
        shown = fixed if self._style.everything else fixed[:_HANDFUL]
        for entry, number in shown:
            where = f"{entry.file}: " if entry.file else ""
            times = f" ({number:,} times)" if number > 1 else ""
            said = safe(f"{where}{entry.focus}, {entry.shape}{times}")
            yield from self._style.wrapped(f"fixed: {said}", 0, 2)
        if len(fixed) > len(shown):
            yield f"and {len(fixed) - len(shown):,} more are fixed; --all lists them."
        if fixed:
            yield "What is fixed can be removed from the baseline: write it anew."

    def _notes(self) -> Iterator[str]:
        notes = [*self._report.notes, *self._unchecked()]
        for note in notes:
            where = near(note.file)
            where += f":{note.line}" if where and note.line else ""
            label = "warning" if note.is_grave else "note"
            text = f"{safe(where)}: {label}: " if where else f"{label}: "
            yield from self._style.wrapped(text + one_line(note.text), 0, 2)

    def _unchecked(self) -> Sequence[Note]:
        paths = self._report.unchecked
        shown = paths if self._style.everything else paths[:_HANDFUL]
        notes = [Note("No shape is about anything in this file.", path) for path in shown]
        if len(paths) > len(shown):
            rest = counted(len(paths) - len(shown), "more file")
            notes.append(Note(f"Nor about anything in {rest}; --all lists them."))
        return notes

    def _summary(self) -> Iterator[str]:
        summary = self._report.summary()
        dress = _GREEN if self._report.passes() else _COLOURS[Severity.VIOLATION]
        return self._dressed(self._style.wrapped(summary, 0), summary.partition(";")[0], dress)
