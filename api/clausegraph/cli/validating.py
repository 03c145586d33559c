"""What `clausegraph validate` does once its options are read: validate, write, and judge."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clausegraph import bundle, formats
from clausegraph.cli.progress import progress
from clausegraph.errors import ClausegraphError, InputError, UsageError, outcome
from clausegraph.textfiles import write_atomically
from clausegraph.validate import baseline, validate, watching, writers
from clausegraph.validate.cutting import cut
from clausegraph.validate.report import Report
from clausegraph.validate.request import STDIN, Engine, Request
from clausegraph.validate.severity import Severity

PASSED, FAILED, VACUOUS = 0, 1, 4
_WITH_SUMMARY = ("text", "github")
_WIDTH = 100  # columns where there is no terminal
_CLEAR = "\x1b[2J\x1b[3J\x1b[H"
_SYNTAXES = {syntax.suffix.removeprefix("."): syntax for syntax in formats.READABLE}


def request_of(given: dict[str, Any]) -> Request:
    """Return the request that the options make; UsageError where they do not go together."""
    paths, shapes, background = (
        tuple(given[name]) if given[name] else None for name in ("paths", "shapes", "background")
    )
    request = Request(
        paths=paths,
        shapes=shapes,
        background=background,
        has_background=not given["no_background"],
        endpoint=given["endpoint"],
        graph=given["graph"],
        engine=Engine(given["engine"]),
        severity=Severity[given["severity"]],
        changed_since=given["changed_since"],
        baseline=given["baseline"],
        allow_empty=given["allow_empty"],
        stdin_syntax=_syntax(given["input_format"]),
        processes=_processes(),
    )
    request.refuse_contradictions()
    if STDIN in (paths or ()) and sys.stdin is None:  # as after `<&-`
        raise InputError("There is no standard input.", remedy="Give files or folders.")
    return request


def _syntax(name: str | None) -> formats.Syntax | None:
    if name is None:
        return None
    plain = name.lower().removeprefix(".")
    syntax = _SYNTAXES.get(plain) or formats.by_media_type(plain, formats.READABLE)
    by_name = {known.name.lower(): known for known in formats.READABLE}
    syntax = syntax or by_name.get(plain)
    if syntax is None:
        raise UsageError(
            f"'{name}' is no syntax that is read here.",
            remedy=f"Choose one of: {', '.join(_SYNTAXES)}.",
        )
    return syntax


def _processes() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True)
class Outlet:
    """Where a report goes and how: `most` results are written, all if None."""

    form: str
    file: Path | None = None
    most: int | None = None
    everything: bool = False
    color: str = "auto"

    def write(self, report: Report) -> None:
        """Write a report, to its file or to standard output.

        A form that has no room for it leaves it to standard error how many results are not written.
        """
        shown = cut(report, self.most)
        pieces = self._pieces(shown)
        if self.file is None:
            for piece in pieces:
                sys.stdout.write(piece)
            sys.stdout.flush()
        else:
            write_atomically(self.file, pieces)
        if self.file is not None or (self.form not in _WITH_SUMMARY and shown is not report):
            print(shown.summary(), file=sys.stderr)

    def _pieces(self, report: Report) -> Iterator[str]:
        if self.form != "text":
            return writers.WRITERS[self.form](report)
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDTH
        style = writers.Style(colour=self._is_colored(), width=width, everything=self.everything)
        return writers.text(report, style)

    def _is_colored(self) -> bool:
        if self.color != "auto":
            return self.color == "always"
        is_plain = self.file is not None or os.environ.get("NO_COLOR")
        return not is_plain and os.environ.get("TERM") != "dumb" and sys.stdout.isatty()


@dataclass(frozen=True)
class Run:
    """A validation as the command line does it."""

    request: Request
    outlet: Outlet
    updates_baseline: bool = False

    def __post_init__(self) -> None:
        if self.updates_baseline and self.request.baseline is None:
            raise UsageError(
                "--update-baseline does not say which file.", remedy="Add --baseline FILE."
            )

    def once(self) -> int:
        """Validate, write the report, and return the exit code."""
        request = replace(self.request, baseline=None) if self.updates_baseline else self.request
        with progress() as told:
            report = validate(request, told.say)
        is_vacuous = any(note.is_grave for note in report.notes)
        if self.updates_baseline:
            return self._refuse(report) if is_vacuous else self._update(report)
        self.outlet.write(report)
        if not report.passes():
            return FAILED
        return VACUOUS if is_vacuous else PASSED

    def _refuse(self, report: Report) -> int:
        for note in report.notes:
            if note.is_grave:
                print(f"warning: {note.text}", file=sys.stderr)
        print(f"{self.request.baseline} is left as it was.", file=sys.stderr)
        return VACUOUS

    def _update(self, report: Report) -> int:
        file = self.request.baseline
        assert file is not None  # noqa: S101 - see __post_init__
        known = baseline.read(file) if file.exists() else None
        number = baseline.write(file, report, known)
        print(f"Wrote {file}: {number:,} known findings.", file=sys.stderr)
        return PASSED

    def repeatedly(self, wait: Callable[..., watching.Seen] = watching.wait) -> int:
        """Validate whenever a file changes, until Ctrl-C; return the last exit code."""
        if self.request.endpoint is not None or STDIN in (self.request.paths or ()):
            raise UsageError(
                "--watch looks at files; there are other inputs here.",
                remedy="Give files or folders.",
            )
        code = PASSED
        try:
            while True:
                seen = self._look()
                if sys.stdout.isatty():
                    sys.stdout.write(_CLEAR)
                code = self._try()
                print("Waiting for a change; Ctrl-C ends.", file=sys.stderr, flush=True)
                wait(self._look, seen)
        except KeyboardInterrupt:
            return code

    def _look(self) -> watching.Seen:
        request = self.request
        ours = [str(bundle.folder(name)) for name in ("data", "ontology", "shapes")]
        judged = request.paths or ours
        shapes = request.shapes or ours[2:]
        return watching.look([*judged, *shapes, *(request.background or ())])

    def _try(self) -> int:
        """Validate; an error is told, and may be mended."""
        try:
            return self.once()
        except ClausegraphError as error:
            print(f"clausegraph: {error}", file=sys.stderr, flush=True)
            return outcome(error).exit_code
