"""How the endpoint is described in OpenAPI, which is no route of the framework."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from clausegraph import formats, vocabulary
from clausegraph.settings import Settings
from clausegraph.web import protocol
from clausegraph.web.apidoc import (
    AS_PROBLEM,
    MEDIA_TYPE,
    PROFILE,
    TEXT,
    Operation,
    content,
    in_query,
)
from clausegraph.web.permalink import DIGEST_PARAMETER


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
    graph = f"{vocabulary.GRAPH}release"
    return [
        in_query(
            "default-graph-uri", "A graph of the default graph; may be repeated.", TEXT, graph
        ),
        in_query("named-graph-uri", "A named graph; may be repeated.", TEXT, graph),
        in_query(
            "timeout",
            f"Seconds that the query may take: less than the limit of {settings.timeout:g} here. "
            "More is lowered to it, and Clausegraph-Timeout says so.",
            {"type": "number"},
            5,
        ),
        in_query("version", f"The version of SPARQL: {known}.", TEXT, protocol.VERSIONS[1]),
        in_query(
            "empty",
            "`explain`: if there is no row, Clausegraph-Hint names the first pattern that matches "
            "nothing in this graph.",
            TEXT,
            protocol.EXPLAIN,
        ),
        {**MEDIA_TYPE, "example": formats.RESULTS_JSON.media_type},
        PROFILE,
        in_query(
            DIGEST_PARAMETER,
            "The digest of the answer that a permalink cites; Clausegraph-Notice says where the "
            "answer is another one.",
            TEXT,
            None,
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
        "4XX": {"description": "The query cannot be answered as asked.", **AS_PROBLEM},
        "5XX": {
            "description": "The query ran out of time or memory, or nobody is free.",
            **AS_PROBLEM,
        },
    }
    text = {"schema": {"type": "string"}, "example": example}
    fields = {"type": "object", "properties": {"query": TEXT}, "required": ["query"]}
    form = {"schema": fields, "example": {"query": example}}
    get = {
        "tags": ["SPARQL"],
        "summary": "Ask a query by its address.",
        "description": (
            "Without a query, the endpoint describes itself. Registered prefixes need no "
            "declaration: Clausegraph-Prefixes names those that were used so. An answer that stays "
            "the same within a release has an ETag."
        ),
        "parameters": [in_query("query", "The query.", TEXT, example), *common],
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
