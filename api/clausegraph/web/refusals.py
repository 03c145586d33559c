"""Answers that the wire gives by itself, before any request has reached the application."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from http import HTTPStatus

from clausegraph.web import problems
from clausegraph.web.answers import NO_STORE
from clausegraph.web.edge import EXPOSED, SPARQL_METHODS
from clausegraph.web.problems import Problem

RETRY = "1"  # seconds
_SHOWN = 200  # characters of an address that a problem repeats


class Refused(Exception):
    """The request goes no further than the wire; `problem` is what the client gets."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


@functools.cache
@functools.lru_cache(maxsize=64)
def status_line(status: int) -> bytes:
    """Return the first line of an answer (RFC 9112, section 4)."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return f"HTTP/1.1 {status} {phrase}\r\n".encode("ascii")


def written(problem: Problem, date: bytes = b"", *, bodiless: bool = False) -> bytes:
    """Return the whole answer that `problem` is; `date` is a field line, or nothing."""
    body = problem.body()
    fields: Mapping[str, str] = {
        "content-type": problems.CONTENT_TYPE,
        "content-length": str(len(body)),
        "cache-control": NO_STORE,
        "access-control-allow-origin": "*",
        "access-control-expose-headers": EXPOSED,
        "x-content-type-options": "nosniff",
        "connection": "close",
        **{name.lower(): value for name, value in problem.headers.items()},
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    head = status_line(problem.outcome.status) + date + lines.encode("latin-1") + b"\r\n"
    return head if bodiless else head + body


def malformed(detail: str, target: bytes = b"") -> Problem:
    """What was sent is no request (RFC 9112, section 2.2)."""
    return Problem(problems.MALFORMED, detail, instance(target))


def too_long(most: int, target: bytes) -> Problem:
    """The target goes past `most` bytes (RFC 9110, section 15.5.15)."""
    return Problem(
        problems.TOO_LONG,
        f"The address is longer than {most:,} bytes.",
        instance(target),
        {"hint": "Send the query by POST instead."},
    )


def too_much(detail: str, target: bytes) -> Problem:
    """The header is larger than is read (RFC 6585, section 5)."""
    hint = {"hint": "Leave out fields, or send the query by POST."}
    return Problem(problems.FIELDS_TOO_LARGE, detail, instance(target), hint)


def too_slow(detail: str, target: bytes) -> Problem:
    """The request did not arrive in time (RFC 9110, section 15.5.9)."""
    return Problem(problems.TOO_SLOW, detail, instance(target))


def unknown_method(target: bytes = b"") -> Problem:
    """The method is none that is known (RFC 9110, section 15.6.2)."""
    hint = {"hint": f"The methods served are {SPARQL_METHODS}."}
    headers = {"Allow": SPARQL_METHODS}
    detail = "The method is none that is known here."
    return Problem(problems.UNKNOWN_METHOD, detail, instance(target), hint, headers)


def unknown_version(target: bytes = b"") -> Problem:
    """The version of HTTP is another (RFC 9110, section 15.6.6)."""
    detail = "HTTP/1.1 and HTTP/1.0 are spoken here, no other version."
    return Problem(problems.HTTP_VERSION, detail, instance(target))


def crowded() -> Problem:
    """No further connection is held (RFC 9110, section 15.6.4)."""
    detail = "As many connections are open as are held at once, in all or from one address."
    hint = {"hint": "Close connections that are not used, and try again in a moment."}
    return Problem(problems.CROWDED, detail, instance(b""), hint, {"Retry-After": RETRY})


def fault(target: bytes) -> Problem:
    """The application failed (RFC 9110, section 15.6.1)."""
    detail = "The service failed in a way that nobody foresaw; it was logged."
    return Problem(problems.INTERNAL, detail, instance(target))


def instance(target: bytes) -> str:
    """Return the path that a problem speaks of; before there is one, the root."""
    path = target.partition(b"?")[0].decode("latin-1")[:_SHOWN]
    return path if path.startswith("/") else "/"
