"""The header of a query file: lines `#+ ` at its top, which together are YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from clausegraph.errors import InputError
from clausegraph.questions.parameters import TYPES, Parameter

_LINE = re.compile(r"#\+(?: (.*)|)")
_KEYS = ("summary", "question", "parameters", "note")
_PARAMETER_KEYS = ("type", "kind", "default", "example", "required", "description")


class Header:
    """The entries of a header; every complaint is an InputError that names file and line."""

    def __init__(self, path: Path | str, lines: Sequence[str]) -> None:
        self._path = path
        self._lines: dict[str, int] = {}
        self._entries = self._load("".join(self._yaml_lines(lines)))
        for key in self._entries:
            if key not in _KEYS:
                raise self._error(f"Unknown entry '{key}'; known are: {', '.join(_KEYS)}.", key)

    def text(self, key: str) -> str:
        """Return a text entry, or an empty text."""
        value = self._entries.get(key, "")
        if not isinstance(value, str):
            raise self._error(f"'{key}' must be text; put it in quotes.", key)
        return value.strip()

    def number(self, key: str) -> int | None:
        """Return a whole number from 1, or None."""
        value = self._entries.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self._error(f"'{key}' must be a whole number from 1.", key)
        return value

    def parameters(self, body: str) -> Iterator[Parameter]:
        """Yield the declared parameters; each must be a variable of the query `body`."""
        value = self._entries.get("parameters", {})
        if not isinstance(value, dict):
            raise self._error("'parameters' must map names to types.", "parameters")
        for name, entry in value.items():
            if not re.search(rf"[?$]{re.escape(str(name))}\b", body):
                raise self._error(f"The query has no variable ?{name}.", name)
            yield self._parameter(str(name), {"type": entry} if isinstance(entry, str) else entry)

    def _parameter(self, name: str, entry: Any) -> Parameter:
        if not isinstance(entry, dict) or not set(entry) <= set(_PARAMETER_KEYS):
            known = ", ".join(_PARAMETER_KEYS)
            raise self._error(f"The parameter '{name}' may say only: {known}.", name)
        if entry.get("type") not in TYPES:
            raise self._error(f"The parameter '{name}' needs a type: {', '.join(TYPES)}.", name)
        texts: dict[str, Any] = {key: str(value) for key, value in entry.items()}
        parameter = Parameter(name, **{**texts, "required": entry.get("required") is True})
        if parameter.required and parameter.example is None:
            raise self._error(f"The required parameter '{name}' needs an example.", name)
        return parameter

    def _yaml_lines(self, lines: Sequence[str]) -> Iterator[str]:
        for number, line in enumerate(lines, start=1):
            match = _LINE.fullmatch(line.rstrip("\r\n"))
            if match is None:
                raise InputError(
                    "A header line begins with '#+' and a blank.", file=self._path, line=number
                )
            yield (match[1] or "") + "\n"

    def _load(self, source: str) -> dict[str, Any]:
        try:
            self._note_lines(yaml.compose(source, Loader=yaml.SafeLoader))
            value = yaml.safe_load(source) or {}
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise InputError(
                f"The header is no YAML: {error.problem}.", file=self._path, line=line
            ) from error
        if not isinstance(value, dict):
            raise self._error("The header must be lines of the form '#+ key: value'.", "")
        return {str(key): entry for key, entry in value.items()}

    def _note_lines(self, node: yaml.Node | None) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                self._lines.setdefault(str(key.value), key.start_mark.line + 1)
                self._note_lines(value)

    def _error(self, message: str, key: object) -> InputError:
        return InputError(message, file=self._path, line=self._lines.get(str(key), 1))
