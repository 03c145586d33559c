"""Errors as the outside sees them: problem documents (RFC 9457) and the pages that explain them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clausegraph import errors, formats, vocabulary
from clausegraph.errors import ClausegraphError, Outcome
from clausegraph.web.answers import Link

TYPE = vocabulary.BASE + "problem/"
CONTENT_TYPE = formats.PROBLEM_JSON

METHOD = Outcome("method-not-allowed", "That method is not served here", 405, 3)
TOO_LARGE = Outcome("content-too-large", "The request body is too large", 413, 3)
TOO_LONG = Outcome("uri-too-long", "The address is too long", 414, 3)
MALFORMED = Outcome("malformed-request", "The request is not HTTP", 400, 3)
TOO_SLOW = Outcome("request-timeout", "The request did not arrive in time", 408, 3)
FIELDS_TOO_LARGE = Outcome("fields-too-large", "The header is too large", 431, 3)
TOO_MANY = Outcome("rate-limited", "Too many requests", 429, 3)
UNKNOWN_METHOD = Outcome("method-unknown", "That method is not known here", 501, 3)
HTTP_VERSION = Outcome("http-version", "That version of HTTP is not spoken here", 505, 3)
CROWDED = Outcome("crowded", "Too many connections are open", 503, 3)
VACUOUS = Outcome("vacuous", "Nothing was validated", 422, 3)
INTERNAL = Outcome("internal", "A fault of the service", 500, 3)

HTTP_OUTCOMES = (
    METHOD,
    TOO_LARGE,
    TOO_LONG,
    MALFORMED,
    TOO_SLOW,
    FIELDS_TOO_LARGE,
    TOO_MANY,
    UNKNOWN_METHOD,
    HTTP_VERSION,
    CROWDED,
    VACUOUS,
    INTERNAL,
)
OUTCOMES: Mapping[str, Outcome] = {
    item.slug: item for item in (*errors.OUTCOMES.values(), *HTTP_OUTCOMES)
}

HELP: Mapping[str, str] = {
    "error": "Something failed that has no kind of its own. The detail says what it was.",
    "usage": (
        "A name or a value in the request is not one that is known here. The detail names it."
    ),
    "input": (
        "A file or a body cannot be read as what it claims to be. The place is given where known."
    ),
    "not-acceptable": (
        "The Accept field allows none of the media types on offer. The hint lists them; "
        "`_mediatype=` in the address wins over the Accept field."
    ),
    "not-found": (
        "Nothing of that name is in this release. The suggestions are the nearest names that are. "
        "Identifiers are lower case and are never reused."
    ),
    "gone": (
        "What was asked for was here and was removed, or is an older release that is not kept any "
        "more. `replacedBy` and the Link field name what stands in its place, where there is "
        "something."
    ),
    "bad-request": (
        "A parameter is missing, given twice, unknown or out of range. The detail names it and "
        "lists what is known."
    ),
    "unsupported-media-type": (
        "The body of the request has a media type that is not read here. Send a query as "
        "application/sparql-query or as an HTML form, in UTF-8."
    ),
    "query": "The query gave no answer. The detail says why.",
    "query-syntax": (
        "The query does not parse as SPARQL 1.1. Line and column say where reading stopped; the "
        "excerpt shows the line."
    ),
    "federation-disabled": (
        "The query asks for what is switched off here: another service (SERVICE), loading (LOAD) "
        "or an update. This endpoint answers from its own graph alone, and only reads."
    ),
    "read-only": (
        "The request asks to change the graph. This service only reads: to change an answer, "
        "change a file and build again."
    ),
    "query-timeout": (
        "The query was stopped at its deadline; no part of an answer was sent. Ask for less at "
        "once, or add a LIMIT. MINUS is often far faster than FILTER NOT EXISTS over several "
        "patterns."
    ),
    "query-memory": (
        "The query needed more memory than one query may have. Sort or join less at once."
    ),
    "result-too-large": (
        "The result is past the cap. It is refused whole, never cut: add LIMIT and OFFSET with an "
        "ORDER BY, and ask page by page."
    ),
    "query-crashed": (
        "The query ended the process that ran it. Nobody else was affected. Make it smaller, or "
        "nest it less deeply."
    ),
    "no-room": (
        "The result is too large to be held in memory, and the folder for such results takes no "
        "more. Ask for fewer rows, or try again later; the operator was told."
    ),
    "busy": (
        "No worker is free, the service is still starting, or your address has not read the large "
        "answers yet that it asked for before. Try again after a moment."
    ),
    "method-not-allowed": (
        "The address exists, but not for that method. The Allow field lists those that are served."
    ),
    "content-too-large": "The body of the request is larger than is read here.",
    "uri-too-long": "The address is longer than is read here. Send the query by POST instead.",
    "malformed-request": (
        "What was sent is not a request by the rules of HTTP/1.1 (RFC 9112), or can be read in two "
        "ways: both Content-Length and Transfer-Encoding, say. The connection is closed."
    ),
    "request-timeout": (
        "The header or the body of the request came too slowly. The connection is closed; send the "
        "request again, without pauses."
    ),
    "fields-too-large": (
        "The header of the request is larger than is read here. Leave out fields, or send the "
        "query by POST."
    ),
    "rate-limited": (
        "This address has sent as many requests as it may for now. Retry-After says in how many "
        "seconds there is room again; RateLimit-Policy says how many are allowed. The whole graph "
        "can be had as one file instead."
    ),
    "method-unknown": (
        "The method is none that this service has heard of. GET, HEAD, POST, QUERY and OPTIONS are."
    ),
    "http-version": "This service speaks HTTP/1.1 and HTTP/1.0.",
    "crowded": "As many connections are open as the service holds at once. Try again in a moment.",
    "inputs": "Several of the files that were sent cannot be read; the detail says which, and why.",
    "not-covered": (
        "The shapes hold a constraint that this service cannot check, so that nothing was judged. "
        "The detail names it and says why."
    ),
    "vacuous": (
        "The data were read, and nothing in them was judged: they hold no statement, no shape is "
        "about anything in them, or a shape is about a class that nobody knows, which is mostly a "
        "slip of the pen. `allow-empty=true` takes that for an answer."
    ),
    "internal": (
        "The service failed in a way that nobody foresaw. It was logged. Nothing about the "
        "request has to be changed; please report it with the time and the address."
    ),
}


@dataclass(frozen=True)
class Problem:
    """A problem document: the members of RFC 9457, and `more` of our own."""

    outcome: Outcome
    detail: str
    instance: str
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """The IRI of the kind of problem, which leads to a page that explains it."""
        return TYPE + self.outcome.slug

    def document(self) -> dict[str, Any]:
        """Return the members in the order in which they are sent."""
        return {
            "type": self.type,
            "title": self.outcome.title,
            "status": self.outcome.status,
            "detail": self.detail,
            "instance": self.instance,
            **{key: value for key, value in self.more.items() if value is not None},
        }

    def body(self) -> bytes:
        """Return the document as JSON."""
        return json.dumps(self.document(), ensure_ascii=False, indent=1).encode(
            "utf-8", "backslashreplace"
        )


def describe(error: ClausegraphError, instance: str, *, text: str = "") -> Problem:
    """Return the problem that `error` is; `text` is the query that it speaks of, if any."""
    more: dict[str, Any] = {
        "line": error.line,
        "column": error.column,
        "offset": error.offset,
        "excerpt": excerpt(text, error.line, error.column),
        "expected": list(error.expected) or None,
        "hint": error.remedy,
    }
    if isinstance(error, errors.UnknownResource):
        more["suggestions"] = list(error.suggestions)
    if isinstance(error, errors.QueryTimeout):
        more["instead"] = error.instead
    found = errors.outcome(error)
    headers = {"Retry-After": "1"} if isinstance(error, errors.EngineBusy) else {}
    if isinstance(error, errors.Gone):
        more |= {"replacedBy": error.successor, **error.facts}
        if error.successor:
            headers["Link"] = str(Link(error.successor, "successor-version"))
    return Problem(found, error.message, instance, more, headers)


def excerpt(text: str, line: int | None, column: int | None) -> str | None:
    """Return the line of `text` at fault, with a caret under the column (both counted from 1)."""
    lines = text.splitlines()
    if line is None or not 1 <= line <= len(lines):
        return None
    shown = lines[line - 1][:200]
    if column is None or not 1 <= column <= len(shown) + 1:
        return shown
    return f"{shown}\n{' ' * (column - 1)}^"
