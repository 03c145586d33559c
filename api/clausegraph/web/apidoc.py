"""How the routes are described in OpenAPI: from the same tables that serve them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from starlette.responses import Response

from clausegraph import formats
from clausegraph.formats import Syntax
from clausegraph.questions import Parameter
from clausegraph.settings import Settings
from clausegraph.web import inbound, languages, protocol
from clausegraph.web.answers import LICENSE, MEDIA_TYPE_PARAMETER, PROFILE_PARAMETER
from clausegraph.web.filters import DESCENDING
from clausegraph.web.keyset import DEFAULT_LIMIT, HIGHEST, MAXIMUM_LIMIT, Place
from clausegraph.web.lists import OFFERS
from clausegraph.web.permalink import DIGEST_PARAMETER
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

_PROBLEM: Mapping[str, Any] = {"content": {formats.PROBLEM_JSON: {}}}
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
                "4XX": {"description": "A problem document.", **_PROBLEM},
            },
        },
        "response_model": None,
        "response_class": Response,
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
    return [_PROFILE] if is_chosen and formats.JSON_LD.media_type in offered else []


_TEXT = {"type": "string"}
_PROFILE = in_query(
    PROFILE_PARAMETER,
    f"A form of JSON-LD ({', '.join(formats.PROFILES)}), by its name or the IRI of its profile.",
    _TEXT,
    formats.EXPANDED,
)
_RESOURCE = content("The document, in the syntax asked for.", formats.RESOURCE)
_FOUND = {"200": _RESOURCE, "304": {"description": "The client holds this document already."}}
MEDIA_TYPE = in_query(
    MEDIA_TYPE_PARAMETER,
    "A media type that wins over the Accept field.",
    _TEXT,
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
            _TEXT,
            inbound.START,
        ),
        in_query(languages.PARAMETER, "The language of names on a page.", _TEXT, "zh"),
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
        "410": {"description": "It is not kept any more; `replacedBy` is the nearest.", **_PROBLEM},
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


def page(summary: str) -> Operation:
    """Return the description of a small route of the service."""
    answer = {"200": {"description": "As the summary says."}}
    return operation("Service", summary, [], answer)


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
    size = {"type": "integer", "minimum": 1, "maximum": MAXIMUM_LIMIT, "default": DEFAULT_LIMIT}
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
            "limit", f"Items on a page; as a table, up to {MAXIMUM_ROWS}.", size, DEFAULT_LIMIT
        ),
        in_query("after", "The place to go on from, as the link next has it.", _TEXT, start),
        in_query("before", "The place to end at, as the link prev has it.", _TEXT, end),
    ]


def _filter(item: Parameter) -> Operation:
    takes = " An IRI, a name like prefix:name, or a slug." if item.type == "iri" else ""
    return in_query(item.name, item.description + takes, _TEXT, item.example)


def add_sparql(app: FastAPI, settings: Settings) -> None:
    """Describe `/sparql`, which is no FastAPI route, in the application's OpenAPI."""
    build = app.openapi

    def openapi() -> dict[str, Any]:
        found = build()
        found["paths"].setdefault("/sparql", _sparql(settings))
        return found

    app.openapi = openapi  # type: ignore[method-assign]


def _sparql_parameters(settings: Settings) -> list[Operation]:
    """Return the parameters that every way of asking has."""
    known = ", ".join(protocol.VERSIONS)
    return [
        in_query("default-graph-uri", "A graph of the default graph; may be repeated.", _TEXT, ""),
        in_query("named-graph-uri", "A named graph; may be repeated.", _TEXT, ""),
        in_query(
            "timeout",
            f"Seconds that the query may take: less than the limit of {settings.timeout:g} here. "
            "More is lowered to it, and Clausegraph-Timeout says so.",
            {"type": "number"},
            5,
        ),
        in_query("version", f"The version of SPARQL: {known}.", _TEXT, protocol.VERSIONS[1]),
        in_query(
            "empty",
            "`explain`: if there is no row, Clausegraph-Hint names the first pattern that matches "
            "nothing in this graph.",
            _TEXT,
            protocol.EXPLAIN,
        ),
        {**MEDIA_TYPE, "example": formats.RESULTS_JSON.media_type},
        _PROFILE,
        in_query(
            DIGEST_PARAMETER,
            "The digest of the answer that a permalink cites; Clausegraph-Notice says where the "
            "answer is another one.",
            _TEXT,
            "",
        ),
    ]


def _sparql(settings: Settings) -> dict[str, Any]:
    """Return the path item of the endpoint (SPARQL 1.1 Protocol, section 2.1)."""
    example = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 5"
    common = _sparql_parameters(settings)
    syntaxes = (*formats.RESULTS, *formats.RDF_GRAPH, formats.HTML)
    answers = {
        "200": content("The whole answer, in the syntax asked for.", syntaxes),
        "304": {"description": "The client holds this answer already (If-None-Match)."},
        "4XX": {"description": "The query cannot be answered as asked.", **_PROBLEM},
        "5XX": {
            "description": "The query ran out of time or memory, or nobody is free.",
            **_PROBLEM,
        },
    }
    text = {"schema": {"type": "string"}, "example": example}
    form = {"schema": {"type": "object"}}
    get = {
        "tags": ["SPARQL"],
        "summary": "Ask a query by its address.",
        "description": (
            "Without a query, the endpoint describes itself. Registered prefixes need no "
            "declaration: Clausegraph-Prefixes names those that were used so. An answer that stays "
            "the same within a release has an ETag."
        ),
        "parameters": [in_query("query", "The query.", _TEXT, example), *common],
        "responses": answers,
    }
    post = {
        "tags": ["SPARQL"],
        "summary": "Ask a query by its body.",
        "description": (
            "The query itself, or a form with the parameters of GET. The method QUERY (RFC 10008) "
            "takes the same bodies, and its answers may be kept."
        ),
        "parameters": common,
        "requestBody": {
            "required": True,
            "content": {
                protocol.QUERY_TYPE: text,
                protocol.FORM_TYPE: form,
            },
        },
        "responses": answers,
    }
    return {"get": get, "post": post}
