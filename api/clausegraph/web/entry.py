"""One request and its answer as the access log keeps them until they are written."""

from __future__ import annotations

import time
from typing import NamedTuple

from clausegraph.web.record import Record

QUERY_CHARACTERS = 500
AGENT_BYTES = 200
PATH_CHARACTERS = 500
PARAMETER_BYTES = 2000


class Entry(NamedTuple):
    """What is kept of a request; long texts are cut, since thousands may wait to be written.

    `time` is when it ended (seconds since 1970); `query` the start of its SPARQL text and `length`
    how many characters the whole has; `parameters` the raw query string, and only of an endpoint;
    `size` counts the bytes of the body; `seconds` is the whole time, `engine` the engine's part.
    """

    time: float
    id: str
    client: str
    method: str
    path: str
    query: str
    length: int
    parameters: bytes
    status: int
    size: int
    seconds: float
    engine: float
    cache: str
    problem: str
    release: str
    agent: bytes


def entry(  # noqa: PLR0913, PLR0917  (a request has as many parts)
    record: Record,
    method: str,
    path: str,
    status: int,
    size: int,
    seconds: float,
    agent: bytes = b"",
    parameters: bytes = b"",
) -> Entry:
    """Return what is kept of a request whose answer is done."""
    query = record.query
    return Entry(
        time.time(),
        record.id,
        record.client,
        method,
        path[:PATH_CHARACTERS],
        query[:QUERY_CHARACTERS],
        len(query),
        parameters[:PARAMETER_BYTES] if path.endswith("/sparql") else b"",
        status,
        size,
        seconds,
        record.seconds,
        record.cache,
        record.problem,
        record.release[:12],
        agent[:AGENT_BYTES],
    )
