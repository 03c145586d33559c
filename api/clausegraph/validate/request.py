"""What is asked of a validation, and which requests make no sense."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from clausegraph.errors import UsageError
from clausegraph.formats import Syntax
from clausegraph.validate.severity import Severity

STDIN = "-"


class Engine(StrEnum):
    """What evaluates the shapes: our compiler to SPARQL, or pySHACL."""

    CLAUSEGRAPH = "clausegraph"
    PYSHACL = "pyshacl"


@dataclass(frozen=True)
class Request:
    """What is judged (`paths`, or what an endpoint holds), by which shapes, in which context.

    `paths`, `shapes` and `background` are files, folders, globs; of paths, `-` is standard input,
    in the syntax `stdin_syntax`. None means what ships. `has_background` can be switched off.
    `processes` share the work where there is much; `seconds` and `megabytes` bound what pySHACL may
    use, where it is asked.
    """

    paths: tuple[str, ...] | None = None
    shapes: tuple[str, ...] | None = None
    background: tuple[str, ...] | None = None
    has_background: bool = True
    endpoint: str | None = None
    graph: str | None = None
    engine: Engine = Engine.CLAUSEGRAPH
    severity: Severity = Severity.VIOLATION
    changed_since: str | None = None
    baseline: Path | None = None
    allow_empty: bool = False
    stdin_syntax: Syntax | None = None
    processes: int = 1
    seconds: float | None = None
    megabytes: int = 6144

    def refuse_contradictions(self) -> None:
        """Raise UsageError for parts that do not go together."""
        for is_wrong, problem, remedy in self._contradictions():
            if is_wrong:
                raise UsageError(problem, remedy=remedy)

    def _contradictions(self) -> tuple[tuple[bool, str, str], ...]:
        remote, reads_stdin = self.endpoint is not None, STDIN in (self.paths or ())
        return (
            (
                remote and self.paths is not None,
                "Files and an endpoint cannot be judged together.",
                "Give paths, or --endpoint.",
            ),
            (
                remote and not str(self.endpoint).startswith(("http://", "https://")),
                f"'{self.endpoint}' is no address of an endpoint.",
                "It begins with http:// or https://.",
            ),
            (
                self.graph is not None and not remote,
                "--graph names a graph of an endpoint, and there is no endpoint.",
                "Add --endpoint, or leave out --graph.",
            ),
            (
                remote and self.engine is Engine.PYSHACL,
                "pySHACL judges files, not an endpoint.",
                "Leave out --engine.",
            ),
            (
                self.changed_since is not None and (remote or reads_stdin),
                "--changed-since asks git about files; there are other inputs here.",
                "Give files or folders of a git repository.",
            ),
            (
                STDIN in (*(self.shapes or ()), *(self.background or ())),
                "Shapes and background are not read from standard input.",
                "Give files or folders; only what is judged may be -.",
            ),
            (
                "" in (*(self.paths or ()), *(self.shapes or ()), *(self.background or ())),
                "One of the paths is empty.",
                "See whether it comes from a variable that is not set; '.' is this folder.",
            ),
            (
                not self.has_background and self.background is not None,
                "--background and --no-background contradict each other.",
                "Keep one of them.",
            ),
            (
                self.stdin_syntax is not None and not reads_stdin,
                "--input-format is the syntax of standard input, which is not read.",
                "Give - as a path, or leave it out: files are read by their suffix.",
            ),
        )
