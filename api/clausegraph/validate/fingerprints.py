"""What a result is told by when lines move: its file, nodes, path, component and shape."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, Triple

from clausegraph.shacl.results import Result, Term
from clausegraph.validate.rules import Rulebook, rule_node
from clausegraph.validate.wording import file_name

Describe = Callable[[BlankNode], str]

_DIGITS = 32  # of a fingerprint, hexadecimal
_DEEPEST = 2  # steps from a blank node to others that describe it
_THIS = "_:this"


@dataclass(frozen=True, slots=True)
class Entry:
    """A result without its place; terms as N-Triples writes them, `file` as text, "" for none."""

    file: str
    focus: str
    path: str
    value: str
    component: str
    shape: str

    @property
    def fingerprint(self) -> str:
        """The same text for the same result, whatever its line."""
        parts = [self.file, self.focus, self.path, self.value, self.component, self.shape]
        text = json.dumps(parts, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


class Folder:
    """Names files relative to a folder, that of the repository unless told otherwise."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or repository()
        self._names: dict[Path, str] = {}

    def name(self, path: Path | None) -> str:
        """Return a path below the folder, with `/` between its parts, or in full if elsewhere."""
        if path is None:
            return ""
        if path not in self._names:
            self._names[path] = file_name(self.below(path))
        return self._names[path]

    def below(self, path: Path) -> Path:
        """Return a path relative to the folder where it lies below it; links are not followed."""
        if path == Path("-"):
            return path
        whole = Path(os.path.abspath(path))  # noqa: PTH100  (resolve() would follow links)
        return whole.relative_to(self.root) if whole.is_relative_to(self.root) else whole


def repository() -> Path:
    """Return the folder of the repository around the working folder, or that folder itself."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)


class Fingerprints:
    """Makes entries of results; `describe` tells blank nodes apart, whose names say nothing."""

    def __init__(
        self, rules: Rulebook, describe: Describe | None = None, folder: Folder | None = None
    ) -> None:
        self.folder = folder or Folder()
        self._rules = rules
        self._describe = describe

    def entry(self, result: Result, file: Path | None) -> Entry:
        """Return what tells a result from others."""
        return Entry(
            file=self.folder.name(file),
            focus=self._term(result.focus),
            path=result.path.text if result.path else "",
            value="" if result.value is None else self._term(result.value),
            component=result.component.value,
            shape=self._rules.rule(rule_node(result)).key,
        )

    def _term(self, term: Term) -> str:
        if isinstance(term, BlankNode):
            return f"_:{self._describe(term)}" if self._describe else "_:"
        return str(term)


class Described:
    """Describes blank nodes by the triples around them, so that neither name nor place counts.

    `around` yields the triples that have a node as subject or object.
    """

    def __init__(self, around: Callable[[BlankNode], Iterable[Triple]]) -> None:
        self._around = around

    def __call__(self, node: BlankNode) -> str:
        """Return a digest of what is said of a node."""
        text = self._said(node, 0, frozenset())
        return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]

    def _said(self, node: BlankNode, depth: int, above: frozenset[BlankNode]) -> str:
        lines = []
        for triple in self._around(node):
            parts = [
                self._part(term, node, depth, above | {node})
                for term in (triple.subject, triple.predicate, triple.object)
            ]
            lines.append(" ".join(parts))
        return "\n".join(sorted(lines))

    def _part(self, term: object, node: BlankNode, depth: int, above: frozenset[BlankNode]) -> str:
        if term == node:
            return _THIS
        if not isinstance(term, BlankNode):
            return str(term)
        if term in above or depth >= _DEEPEST:
            return "_:"
        return f"[{self._said(term, depth + 1, above)}]"
