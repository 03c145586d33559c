"""What is known of one request while it is served: the access log and the metrics read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from starlette.types import Scope

KEY = "clausegraph.record"


@dataclass(slots=True)
class Record:
    """One request: who sends it, under which identifier it is spoken of, what became of it.

    `id` names the request in problems, in the log and in the header of the answer; `client` is the
    address that limits count; `query` its SPARQL text, if any; `cache` is `hit`, `miss`, `held`
    (the client has it already) or empty; `problem` the slug of the problem it met; `seconds` how
    long the engine ran for it; `release` the graph that answered; `began` when it came (s, of
    time.perf_counter).
    """

    id: str
    client: str
    query: str = ""
    cache: str = ""
    problem: str = ""
    seconds: float = 0.0
    release: str = ""
    is_validation: bool = False
    began: float = 0.0


def record_of(scope: Scope) -> Record:
    """Return the record of a request, which the outermost layer has put into its scope."""
    return cast("Record", scope[KEY])
