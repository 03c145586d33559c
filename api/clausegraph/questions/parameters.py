"""Parameters of saved queries: variables that the caller binds to RDF terms, never to text."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from clausegraph import vocabulary
from clausegraph.errors import UsageError

Term = NamedNode | Literal

_SLUG = re.compile(r"[\w.-]+")
_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+")


@dataclass(frozen=True)
class Parameter:
    """A variable that the caller may bind.

    `type` is a key of TYPES. `kind` names the folder of identifiers below `id/` (`document`,
    `actor`) in which a bare slug is looked up. `default` and `example` are text as a user gives it.
    """

    name: str
    type: str
    kind: str | None = None
    default: str | None = None
    example: str | None = None
    required: bool = False
    description: str = ""

    def term(self, value: object) -> Term:
        """Return `value` as an RDF term; UsageError names the parameter and what it takes."""
        if not isinstance(value, NamedNode | Literal):
            return TYPES[self.type](self, value)
        if isinstance(value, NamedNode) != (self.type == "iri"):
            raise _wrong(self, value, "an IRI" if self.type == "iri" else "a literal")
        return value


def _iri(parameter: Parameter, value: object) -> NamedNode:
    """Read a CURIE, an IRI, a path below `id/`, or a bare slug where the parameter has a kind."""
    text = str(value).strip()
    if _SLUG.fullmatch(text) and parameter.kind:
        return NamedNode(f"{vocabulary.ID}{parameter.kind}/{text}")
    if _PATH.fullmatch(text):
        return NamedNode(vocabulary.ID + text)
    try:
        return NamedNode(vocabulary.expand(text))
    except (UsageError, ValueError) as error:
        raise _wrong(parameter, value, "an IRI or a name like prefix:name") from error


def _string(_: Parameter, value: object) -> Literal:
    return Literal(str(value))


def _integer(parameter: Parameter, value: object) -> Literal:
    try:
        return Literal(int(str(value)))
    except ValueError as error:
        raise _wrong(parameter, value, "a whole number") from error


def _date(parameter: Parameter, value: object) -> Literal:
    try:
        day = datetime.date.fromisoformat(str(value))
    except ValueError as error:
        raise _wrong(parameter, value, "a date like 2026-02-23") from error
    return Literal(day.isoformat(), datatype=NamedNode(vocabulary.XSD + "date"))


def _wrong(parameter: Parameter, value: object, wanted: str) -> UsageError:
    return UsageError(
        f"The parameter '{parameter.name}' takes {wanted}, not '{value}'.",
        remedy=f"For example: {parameter.name}={parameter.example}" if parameter.example else None,
    )


TYPES: Mapping[str, Callable[[Parameter, object], Term]] = {
    "iri": _iri,
    "string": _string,
    "integer": _integer,
    "date": _date,
}
