"""Everything that Clausegraph raises on purpose: one tree, and one table of what each becomes.

ClausegraphError
├── UsageError                   the call itself is wrong
├── InputError                   a file cannot be read, parsed or accepted
│   ├── InputErrors              several of them
│   └── NotCovered               shapes hold a constraint that is not compiled
├── NotAcceptable                no offered media type fits
├── UnknownResource              no such thing in this release
├── Gone                         it was here, and was removed on purpose
├── BadRequest                   a parameter is missing, doubled or out of range
├── UnsupportedMedia             the request body's media type is not one of ours
└── QueryError                   a query that did not give an answer
    ├── QuerySyntaxError         it does not parse
    ├── QueryRefused             it asks for what is switched off (SERVICE, LOAD)
    │   └── UpdateRefused        it asks to change the graph
    ├── QueryTimeout             it ran past its deadline
    ├── QueryMemoryExceeded      it needed more memory than it may have
    ├── ResultTooLarge           its result is past the cap
    ├── QueryCrashed             it took its worker down
    ├── SpoolFailed              the disk does not take its large result
    └── EngineBusy               nobody is free to run it
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any


class ClausegraphError(Exception):
    """A mistake that a person can mend: what is wrong, where, and what to do about it.

    `line` and `column` count from 1, `offset` from 0 and in code points; `expected` is what could
    stand there instead.
    """

    def __init__(  # noqa: PLR0913  (a place has as many parts)
        self,
        message: str,
        *,
        file: Path | str | None = None,
        line: int | None = None,
        column: int | None = None,
        offset: int | None = None,
        expected: tuple[str, ...] = (),
        remedy: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.expected = expected
        self.file = file
        self.line = line
        self.column = column
        self.remedy = remedy

    @property
    def place(self) -> str:
        """`file:line:column`, as far as each is known, or an empty text."""
        known = [part for part in (self.file, self.line, self.column) if part is not None]
        return ":".join(str(part) for part in known)

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}" if self.file is not None else self.message
        return f"{text} {self.remedy}" if self.remedy else text


class UsageError(ClausegraphError):
    """The command or call is wrong: an unknown name, a missing parameter."""


class InputError(ClausegraphError):
    """A file is missing, does not parse, or says something that no graph may say."""


class InputErrors(InputError):
    """Several files that cannot be read: `errors` says what is wrong with each of them."""

    def __init__(self, errors: Sequence[InputError]) -> None:
        first = errors[0]
        super().__init__(
            first.message,
            file=first.file,
            line=first.line,
            column=first.column,
            remedy=first.remedy,
        )
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return "\n".join(map(str, self.errors))


class NotCovered(InputError):
    """What SHACL allows and the compiler does not know: another engine is to take it."""


class NotAcceptable(ClausegraphError):
    """None of the media types on offer is acceptable to the client (RFC 9110, 15.5.7)."""


class UnknownResource(ClausegraphError):
    """Nothing of that name is in this release."""

    def __init__(self, message: str, *, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.suggestions = suggestions


class Gone(ClausegraphError):
    """What was here was removed on purpose (RFC 9110, 15.5.11).

    `successor` is the IRI of what stands in its place now; `facts` are further members of the
    problem document: what is still known of it.
    """

    def __init__(
        self,
        message: str,
        *,
        successor: str | None = None,
        facts: Mapping[str, Any] = MappingProxyType({}),
        remedy: str | None = None,
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.successor = successor
        self.facts = facts


class BadRequest(ClausegraphError):
    """A request parameter is missing, given twice, unknown or out of range."""


class UnsupportedMedia(ClausegraphError):
    """The request body has a media type that is not read here (RFC 9110, 15.5.16)."""


class QueryError(ClausegraphError):
    """A query that did not give an answer."""


class QuerySyntaxError(QueryError):
    """The query does not parse."""


class QueryRefused(QueryError):
    """The query asks for what is switched off here."""


class UpdateRefused(QueryRefused):
    """The request asks to change the graph, which is only read here."""


class QueryTimeout(QueryError):
    """The query ran past its deadline and was stopped; `instead` is a quicker one that finds the
    same, where one is known."""

    def __init__(self, message: str, *, instead: str | None = None, **place: Any) -> None:
        super().__init__(message, **place)
        self.instead = instead


class QueryMemoryExceeded(QueryError):
    """The query needed more memory than one query may have."""


class ResultTooLarge(QueryError):
    """The result is past the cap; it is refused whole, never cut."""


class QueryCrashed(QueryError):
    """The query ended its worker process; nobody else was affected."""


class SpoolFailed(QueryError):
    """The folder for large results is full or fails; small results are not affected."""


class EngineBusy(QueryError):
    """No worker is free and the queue is full, or the engine is not up yet."""


@dataclass(frozen=True)
class Outcome:
    """What an error becomes: a problem type (RFC 9457), an HTTP status, an exit code."""

    slug: str
    title: str
    status: int
    exit_code: int


OUTCOMES: dict[type[ClausegraphError], Outcome] = {
    ClausegraphError: Outcome("error", "Something went wrong", 500, 3),
    UsageError: Outcome("usage", "The call is wrong", 400, 2),
    InputError: Outcome("input", "The input cannot be read", 422, 3),
    InputErrors: Outcome("inputs", "Several inputs cannot be read", 422, 3),
    NotCovered: Outcome("not-covered", "A constraint that cannot be checked", 422, 3),
    NotAcceptable: Outcome("not-acceptable", "No acceptable media type", 406, 2),
    UnknownResource: Outcome("not-found", "Nothing of that name here", 404, 2),
    Gone: Outcome("gone", "Removed on purpose", 410, 2),
    BadRequest: Outcome("bad-request", "The request is wrong", 400, 2),
    UnsupportedMedia: Outcome("unsupported-media-type", "Media type not read here", 415, 2),
    QueryError: Outcome("query", "The query gave no answer", 400, 3),
    QuerySyntaxError: Outcome("query-syntax", "The query does not parse", 400, 2),
    QueryRefused: Outcome("federation-disabled", "Switched off here", 403, 2),
    UpdateRefused: Outcome("read-only", "Read only here", 403, 2),
    QueryTimeout: Outcome("query-timeout", "The query ran out of time", 504, 3),
    QueryMemoryExceeded: Outcome("query-memory", "The query ran out of memory", 503, 3),
    ResultTooLarge: Outcome("result-too-large", "The result is too large", 400, 3),
    QueryCrashed: Outcome("query-crashed", "The query ended its worker", 503, 3),
    SpoolFailed: Outcome("no-room", "There is no room for the result", 503, 3),
    EngineBusy: Outcome("busy", "The service is busy", 503, 3),
}


def outcome(error: ClausegraphError) -> Outcome:
    """Return what `error` becomes outside; the nearest listed ancestor decides."""
    return next(OUTCOMES[kind] for kind in type(error).__mro__ if kind in OUTCOMES)
