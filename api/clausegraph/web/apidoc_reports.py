"""How the reports are described in OpenAPI: from the table that serves them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clausegraph import formats
from clausegraph.questions import Parameter
from clausegraph.web.apidoc import MEDIA_TYPE, Operation, content, in_query, operation
from clausegraph.web.reports import OFFERS, VIA_MAPPINGS, Report

_CACHED = {"304": {"description": "The client holds this answer already."}}
_TAKES = " An IRI, a name like prefix:name, or a slug."


def report(item: Report) -> Operation:
    """Return the description of a report."""
    parameters: list[Mapping[str, Any]] = [_parameter(each) for each in item.analysis.parameters]
    parameters.append({**MEDIA_TYPE, "example": formats.CSV.media_type})
    answers = {"200": content("The rows of the report.", OFFERS), **_CACHED}
    suffixes = ", ".join(syntax.suffix for syntax in OFFERS)
    summary = f"{item.analysis.summary} A suffix ({suffixes}) fixes the syntax."
    return operation("Views", f"{item.analysis.title}.", parameters, answers, summary)


def _parameter(item: Parameter) -> Operation:
    schema: dict[str, Any] = {"type": "integer" if item.type == "integer" else "string"}
    if item.name == "via":
        schema["enum"] = [VIA_MAPPINGS]
    if item.default is not None:
        schema["default"] = item.default
    takes = _TAKES if item.type == "iri" else ""
    example = int(item.example or 0) if item.type == "integer" else item.example
    return in_query(item.name, item.description + takes, schema, example)
