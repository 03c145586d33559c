"""Saved queries: one question a file, with a header that says what it asks and what it takes.

A `.rq` file below `queries/` begins with lines `#+ `, which together are YAML:

    #+ summary: Which risk subdomains does each document cover, at what level, and who says so?
    #+ question: 7
    #+ parameters:
    #+   document: {type: iri, kind: document, example: ai-safety-commitments}

A parameter is a variable of the query that the caller may bind to a term, and a column of the
result. One that is not given stays free, unless it has a default or is required.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clausegraph import bundle, textfiles
from clausegraph.errors import InputError, UsageError
from clausegraph.questions.header import Header
from clausegraph.questions.parameters import TYPES, Parameter, Term

__all__ = [
    "TYPES",
    "Parameter",
    "SavedQuery",
    "Term",
    "is_name",
    "load",
    "load_all",
    "parse",
    "read",
]

SUFFIX = ".rq"

_COMMENT = re.compile(r"(?m)^\s*#.*$")
_FORM = re.compile(
    r"(?:\s*PREFIX\s+\S*\s*<[^>]*>|\s*BASE\s*<[^>]*>)*\s*(SELECT|ASK|CONSTRUCT|DESCRIBE)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[a-z0-9-]+(?:/[a-z0-9-]+)*")


@dataclass(frozen=True)
class SavedQuery:
    """A saved query: `text` is what is run, `header` the lines above it as they are written.

    `form` is SELECT, ASK, CONSTRUCT or DESCRIBE; `number` is that of the question, if it has one.
    """

    name: str
    summary: str
    form: str
    header: str
    text: str
    number: int | None
    parameters: Mapping[str, Parameter]
    note: str = ""

    def bind(self, values: Mapping[str, object]) -> dict[str, Term]:
        """Return the terms that the variables are bound to: `values`, and defaults beside them.

        Raises UsageError for a parameter that is unknown, missing or of another type.
        """
        for name in values:
            if name not in self.parameters:
                listed = ", ".join(self.parameters) or "none"
                raise UsageError(
                    f"The query '{self.name}' has no parameter '{name}'.",
                    remedy=f"It takes: {listed}.",
                )
        given: dict[str, object] = {}
        for name, parameter in self.parameters.items():
            value = values.get(name, parameter.default)
            if value is not None:
                given[name] = value
            elif parameter.required:
                raise UsageError(
                    f"The query '{self.name}' needs the parameter '{name}'.",
                    remedy=f"For example: {name}={parameter.example}",
                )
        return {name: self.parameters[name].term(value) for name, value in given.items()}


def load_all() -> Mapping[str, SavedQuery]:
    """Return the saved queries by name: the path below `queries/`, without its suffix.

    Raises InputError with file and line for a header that is missing or wrong.
    """
    folder = bundle.folder("queries")
    return {name: read(folder / f"{name}{SUFFIX}", name) for name in sorted(_names(folder))}


def load(name: str) -> SavedQuery:
    """Return one saved query; UsageError names the nearest ones where there is none."""
    folder = bundle.folder("queries")
    path = folder / f"{name}{SUFFIX}"
    if not is_name(name) or not path.is_file():
        raise UsageError(f"There is no saved query '{name}'.", remedy=_nearest(name, folder))
    return read(path, name)


def is_name(text: str) -> bool:
    """Whether `text` has the form of a saved query's name, which no SPARQL query has."""
    return _NAME.fullmatch(text) is not None


def read(path: Path, name: str) -> SavedQuery:
    """Read a saved query's file; InputError with file and line where it cannot be."""
    query = parse(textfiles.read_text(path), name, path)
    if not query.summary:
        raise InputError(
            "The header has no summary.",
            file=path,
            line=1,
            remedy="Begin the file with a line '#+ summary: ...', the question that it answers.",
        )
    return query


def parse(text: str, name: str, path: Path | str) -> SavedQuery:
    """Parse a query and its header, if it has one; `path` is what an InputError names as file."""
    lines = text.removeprefix(textfiles.BYTE_ORDER_MARK).splitlines(keepends=True)
    height = next((n for n, line in enumerate(lines) if not line.startswith("#+")), len(lines))
    header = Header(path, lines[:height])
    body = "".join(lines[height:])
    form = _FORM.match(_COMMENT.sub("", body))
    if form is None:
        raise InputError(
            "This is no SPARQL query: SELECT, ASK, CONSTRUCT or DESCRIBE is missing.",
            file=path,
            line=height + 1,
        )
    return SavedQuery(
        name=name,
        summary=header.text("summary"),
        form=form[1].upper(),
        header="".join(lines[:height]),
        text=body,
        number=header.number("question"),
        parameters={parameter.name: parameter for parameter in header.parameters(body)},
        note=header.text("note"),
    )


def _names(folder: Path) -> list[str]:
    return [
        path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob(f"*{SUFFIX}")
    ]


def _nearest(name: str, folder: Path) -> str:
    names = _names(folder)
    last_parts = {known.rpartition("/")[2]: known for known in names}
    near = difflib.get_close_matches(name, names, cutoff=0.5)
    near += [last_parts[part] for part in difflib.get_close_matches(name, last_parts)]
    shown = ", ".join(dict.fromkeys(near))
    return f"Nearest: {shown}." if shown else "`clausegraph query --list` lists them."
