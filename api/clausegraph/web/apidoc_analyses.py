"""How the analysis views are described in OpenAPI: from the table that serves them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clausegraph.questions import Parameter
from clausegraph.web.analyses import MOST_ON_A_PAGE, ON_A_PAGE, PROVENANCE, Analysis
from clausegraph.web.apidoc import MEDIA_TYPE, Operation, content, in_path, in_query, operation
from clausegraph.web.columns import LEVELS
from clausegraph.web.enquiry import offers
from clausegraph.web.keyset import MAXIMUM_LIMIT, Place

_CACHED = {"304": {"description": "The client holds this answer already."}}
_TAKES = " An IRI, a name like prefix:name, or a slug."


def analysis(item: Analysis, *, is_named: bool = False) -> Operation:
    """Return the description of an analysis; `is_named`: of the route with a statement's name."""
    parameters: list[Mapping[str, Any]] = []
    if is_named:
        parameters.append(
            in_path("name", "The statement: what follows /id/ in its IRI.", item.example)
        )
    else:
        parameters += [_parameter(each) for each in item.parameters]
    if item.is_paged:
        parameters += _paging()
    syntaxes = offers(item)
    parameters.append({**MEDIA_TYPE, "example": syntaxes[-1].media_type})
    answers = {"200": content("What was found.", syntaxes), **_CACHED}
    summary = item.summary
    if item.table:
        suffixes = ", ".join(syntax.suffix for syntax in syntaxes)
        summary += f" A suffix ({suffixes}) fixes the syntax, whatever Accept says."
    return operation("Views", f"{item.title}.", parameters, answers, summary)


def _parameter(item: Parameter) -> Operation:
    schema: dict[str, Any] = {"type": "string"}
    if item.name == "level":
        schema["enum"] = list(LEVELS)
    if item.default is not None:
        schema["default"] = item.default
    takes = _TAKES if item.type == "iri" else ""
    found = in_query(item.name, item.description + takes, schema, item.example)
    return {**found, "required": item.required or item in PROVENANCE.parameters}


def _paging() -> list[Operation]:
    """Return the parameters of an analysis that comes in pages of documents."""
    number = {"type": "integer", "minimum": 1, "maximum": MAXIMUM_LIMIT, "default": ON_A_PAGE}
    text = {"type": "string"}
    start, end = (Place("", key, "x").encode() for key in ("", "zzz"))
    return [
        in_query(
            "limit",
            f"Documents on a page, up to {MOST_ON_A_PAGE}; in a table, which without it has all, "
            f"up to {MAXIMUM_LIMIT}.",
            number,
            ON_A_PAGE,
        ),
        in_query("after", "The place to go on from, as the link next has it.", text, start),
        in_query("before", "The place to end at, as the link prev has it.", text, end),
    ]
