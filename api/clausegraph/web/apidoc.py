"""How the routes are described in OpenAPI: from the same tables that serve them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from clausegraph import formats
from clausegraph.formats import Syntax
from clausegraph.questions import Parameter
from clausegraph.web import inbound, languages
from clausegraph.web.answers import LICENSE, MEDIA_TYPE_PARAMETER, PROFILE_PARAMETER
from clausegraph.web.filters import DESCENDING
from clausegraph.web.keyset import DEFAULT_LIMIT, HIGHEST, MAXIMUM_LIMIT, Place
from clausegraph.web.lists import OFFERS
from clausegraph.web.tables import MAXIMUM_ROWS
from clausegraph.web.views import View

Operation = dict[str, Any]

DESCRIPTION = (
    "Linked data, JSON-LD views and a SPARQL endpoint over a knowledge graph of AI governance. "
    "Every answer names the release that it comes from in the field Clausegraph-Release. Errors "
    "are problem documents (RFC 9457)."
)
TAGS = ("SPARQL", "Views", "Linked data", "Service")
LICENSE_INFO = {"name": "CC BY 4.0 (data)", "url": LICENSE}
SUFFIXES = tuple(syntax.suffix for syntax in formats.RESOURCE)

_JSON = "application/json"
AS_PROBLEM: Mapping[str, Any] = {"content": {formats.PROBLEM_JSON: {}}}
_SUFFIX_HELP = f"A suffix ({', '.join(SUFFIXES)}) fixes the syntax, whatever Accept says."


def operation(
    tag: str,
    summary: str,
    parameters: list[Mapping[str, Any]],
    responses: Mapping[str, Mapping[str, Any]],
    description: str = "",
) -> Operation:
    """Return what a route is registered with."""
    return {
        "summary": summary,
        "description": description,
        "tags": [tag],
        "openapi_extra": {
            "parameters": [*parameters, *_forms(parameters, responses)],
            "responses": {
                **{status: dict(answer) for status, answer in responses.items()},
                "4XX": {"description": "A problem document.", **AS_PROBLEM},
            },
        },
        "response_model": None,
        "response_class": Response,
        "status_code": 200 if "200" in responses else int(min(responses)),
    }


def content(description: str, syntaxes: tuple[Syntax, ...]) -> Mapping[str, Any]:
    types = {syntax.media_type: {"schema": {"type": "string"}} for syntax in syntaxes}
    return {"description": description, "content": types}


def in_path(name: str, description: str, example: str) -> Mapping[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string"},
        "example": example,
    }


def in_query(name: str, description: str, schema: Mapping[str, Any], example: Any) -> Operation:
    found = {"name": name, "in": "query", "required": False, "description": description}
    shown = {} if example is None else {"example": example}
    return {**found, "schema": dict(schema), **shown}


def _forms(
    parameters: list[Mapping[str, Any]], responses: Mapping[str, Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Return the parameter that chooses a form of JSON-LD, where the address may choose that."""
    offered = responses.get("200", {}).get("content", {})
    is_chosen = any(parameter["name"] == MEDIA_TYPE_PARAMETER for parameter in parameters)
    return [PROFILE] if is_chosen and formats.JSON_LD.media_type in offered else []


TEXT = {"type": "string"}
PROFILE = in_query(
    PROFILE_PARAMETER,
    f"A form of JSON-LD ({', '.join(formats.PROFILES)}), by its name or the IRI of its profile.",
    TEXT,
    formats.EXPANDED,
)
_RESOURCE = content("The document, in the syntax asked for.", formats.RESOURCE)
_FOUND = {"200": _RESOURCE, "304": {"description": "The client holds this document already."}}
MEDIA_TYPE = in_query(
    MEDIA_TYPE_PARAMETER,
    "A media type that wins over the Accept field.",
    TEXT,
    formats.TURTLE.media_type,
)
_EXAMPLE = "document/ai-safety-commitments"

IDENTIFIER = operation(
    "Linked data",
    "Follow an identifier to the document about the thing.",
    [in_path("path", "The identifier after /id/.", _EXAMPLE)],
    {"303": {"description": "Location leads to the document; no body."}},
)
DOCUMENT = operation(
    "Linked data",
    "Read the document about a thing.",
    [
        in_path("path", "The identifier after /id/.", _EXAMPLE),
        in_query(
            inbound.AFTER,
            "A place in the list of what points to the thing; the link next has the right one.",
            TEXT,
            inbound.START,
        ),
        in_query(languages.PARAMETER, "The language of names on a page.", TEXT, "zh"),
        MEDIA_TYPE,
    ],
    _FOUND,
    "The thing's own triples, the statements about it with their provenance, the labels of "
    "everything that it points to, and what points to it: a page of that, and a link to the next, "
    f"where there is much. {_SUFFIX_HELP}",
)
GRAPH = operation(
    "Linked data",
    "Read one named graph.",
    [in_path("path", "The graph's name after /graph/.", "release"), MEDIA_TYPE],
    _FOUND,
    _SUFFIX_HELP,
)
RELEASE = operation(
    "Linked data",
    "Read a release: what it is made of, or any of its paths as it was.",
    [
        in_path("path", "The release, as Clausegraph-Release names it, or `latest`.", "latest"),
        MEDIA_TYPE,
    ],
    {
        **_FOUND,
        "302": {"description": "`latest` leads to the release that is served now."},
        "410": {
            "description": "It is not kept any more; `replacedBy` is the nearest.",
            **AS_PROBLEM,
        },
    },
    "Below it are the identifiers, documents, views, dumps and the endpoint of that release, such "
    f"as /v/{{release}}/sparql: they never change, and may be kept for ever. {_SUFFIX_HELP}",
)
DATASET = operation(
    "Linked data", "Read what the dataset as a whole is.", [MEDIA_TYPE], _FOUND, _SUFFIX_HELP
)


def vocabulary(name: str) -> Operation:
    """Return the description of `/ontology` or `/shapes`."""
    summary = f"Read the {name}, as authored."
    return operation("Linked data", summary, [MEDIA_TYPE], _FOUND, _SUFFIX_HELP)


def suffixed(operation: Operation, suffix: str) -> Operation:
    """Return the description of a route with a suffix: the one without says it all."""
    return {**operation, "include_in_schema": False} if suffix else operation


def page(summary: str, *types: str, in_paths: tuple[Mapping[str, Any], ...] = ()) -> Operation:
    """Return the description of a small route of the service, and of the media types it has."""
    offered = {media_type: {"schema": {"type": "string"}} for media_type in types}
    answer = {"200": {"description": "As the summary says.", "content": offered}}
    return operation("Service", summary, list(in_paths), answer)


PROBLEM = page(
    "What a kind of problem means.",
    formats.HTML.media_type,
    in_paths=(in_path("slug", "The last part of a problem's type.", "bad-request"),),
)
HEALTH = page("Whether the process is up.", _JSON)
READY = page("Whether a release is loaded; 503 while not.", _JSON)
METRICS = page("Figures for Prometheus.", "text/plain")
CONTEXT = page("The JSON-LD context.", formats.JSON_LD.media_type)


def view(item: View) -> Operation:
    """Return the description of a view, from its table of filters."""
    parameters: list[Mapping[str, Any]] = []
    if item.scheme:
        parameters.append(in_path("scheme", "The scheme's identifier.", item.scheme))
    parameters += [_filter(each) for each in item.filters]
    parameters += _paging(item)
    parameters.append({**MEDIA_TYPE, "example": formats.CSV.media_type})
    answers = {
        "200": content(
            "A page of the list, with links to those around it in the field Link (first, prev, "
            "next, last) and in `view`. As CSV or TSV, one row an item, and without `limit` the "
            "whole list.",
            OFFERS,
        ),
        "304": {"description": "The client holds this page already."},
    }
    suffixes = ", ".join(syntax.suffix for syntax in OFFERS)
    more = f" A suffix ({suffixes}) fixes the syntax, whatever Accept says."
    return operation("Views", f"{item.title}.", parameters, answers, item.summary + more)


def _paging(item: View) -> list[Operation]:
    """Return the parameters of a view that say in which order, how much and from where."""
    orders = [*item.sorts, *(DESCENDING + name for name in item.sorts)]
    sort = {"type": "string", "enum": orders, "default": item.sorts[0]}
    size = {"type": "integer", "minimum": 1, "maximum": MAXIMUM_ROWS, "default": DEFAULT_LIMIT}
    start, end = (Place(item.sorts[0], key, "x").encode() for key in ("", HIGHEST))
    return [
        in_query(
            "sort",
            "What to sort by; with a - before it, the last come first. What has no such value "
            "comes last either way.",
            sort,
            item.sorts[-1],
        ),
        in_query(
            "limit",
            f"Items on a page, up to {MAXIMUM_LIMIT}; as a table, up to {MAXIMUM_ROWS}.",
            size,
            DEFAULT_LIMIT,
        ),
        in_query("after", "The place to go on from, as the link next has it.", TEXT, start),
        in_query("before", "The place to end at, as the link prev has it.", TEXT, end),
    ]


def _filter(item: Parameter) -> Operation:
    takes = " An IRI, a name like prefix:name, or a slug." if item.type == "iri" else ""
    return in_query(item.name, item.description + takes, TEXT, item.example)
