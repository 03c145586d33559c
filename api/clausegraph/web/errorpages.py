"""How an error is sent: a problem document for a program, a page for a reader, the same facts."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response

from clausegraph import formats
from clausegraph.errors import ClausegraphError
from clausegraph.web import problems
from clausegraph.web.answers import NO_STORE, accept_of, prefers_html
from clausegraph.web.pages import Pages
from clausegraph.web.problems import Problem
from clausegraph.web.record import record_of

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 60  # characters of what is offered to search for

log = logging.getLogger("clausegraph.web")


@dataclass(frozen=True)
class Errors:
    """Sends problems; `release` names the graph that the failed answer would have come from."""

    pages: Pages
    release: Callable[[], str | None]

    def respond(self, request: Request, error: ClausegraphError, *, text: str = "") -> Response:
        """Return the response for one of our errors; `text` is the query at fault, if any."""
        return self.send(request, problems.describe(error, _path(request), text=text), text)

    async def unforeseen(self, request: Request, error: Exception) -> Response:
        """Return the response for what is a fault of the service, and log it."""
        log.error("%s %r failed", request.method, request.scope["path"], exc_info=error)
        detail = "The service failed in a way that nobody foresaw; it was logged."
        return self.send(request, Problem(problems.INTERNAL, detail, _path(request)))

    def send(self, request: Request, problem: Problem, text: str = "") -> Response:
        """Return a problem document, or a page where the client prefers HTML (RFC 9457)."""
        record = record_of(request.scope)
        record.problem = problem.outcome.slug
        named = {"queryId": record.id, "release": self.release()}
        problem = replace(problem, more={**problem.more, **named})
        headers = {"Cache-Control": NO_STORE, "Vary": "Accept", **problem.headers}
        if prefers_html(accept_of(request)):
            words = _words(problem.instance)
            body = self.pages.render("problem.html", problem=problem, query=text, words=words)
            content_type = formats.HTML.content_type
        else:
            body, content_type = problem.body(), problems.CONTENT_TYPE
        return Response(body, problem.outcome.status, {**headers, "Content-Type": content_type})


def _path(request: Request) -> str:
    """Return the path that the client asked for, from the root of the service."""
    return f"{request.scope.get('root_path', '')}{request.url.path}"


def _words(path: str) -> str:
    """Return what to search for instead of a path that leads nowhere: the words at its end."""
    found = _WORD.findall(unquote(path).rpartition("/")[2])
    return " ".join(word for word in found if len(word) < _LONGEST)[:_LONGEST]
