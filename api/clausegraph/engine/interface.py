"""What every engine does, and what goes in and comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Protocol

from pyoxigraph import Store

from clausegraph.errors import UsageError
from clausegraph.formats import Syntax
from clausegraph.settings import MAXIMUM_TIMEOUT

Kind = Literal["solutions", "boolean", "graph"]
Task = Literal["query", "search", "suggest"]


@dataclass(frozen=True)
class Dataset:
    """The graphs that a request names (SPARQL 1.1 Protocol, section 2.1.4): absolute IRIs.

    Several default graphs are merged, a graph that does not exist is empty, and nothing is ever
    fetched. Both empty means the whole store.
    """

    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


class Query(NamedTuple):
    """One query and what its answer is to be written as.

    `solutions` is the syntax for SELECT, `boolean` for ASK, `graph` for CONSTRUCT and DESCRIBE;
    None means that the client accepts no such syntax. `substitutions` binds variables, by name
    and without `?`, to IRIs or literals in N-Triples syntax: as terms, never as text. `compact`,
    `first` (the IRI of the thing that comes first), `frame` and `profile` apply to JSON-LD graphs:
    `profile` is the form that a client asks for by the last word of its IRI (`expanded`, ...),
    empty where it is left to us: framed where there is a frame, else compacted if `compact`.
    `timeout`, in seconds, can only shorten the engine's own. `is_ours` marks text that this package
    made: it may be longer than a client's, since it lists what a document describes. `client` is
    the address that asks, for fairness among clients; None is ourselves. `may_spool` allows an
    answer whose body is a Spool. A `task` other than a query has a search.Request for its text, and
    for its answer, as solutions, a search.Found.
    """

    text: str
    solutions: Syntax | None
    boolean: Syntax | None
    graph: Syntax | None
    dataset: Dataset | None = None
    substitutions: Mapping[str, str] = MappingProxyType({})
    base: str | None = None
    compact: bool = False
    first: str | None = None
    frame: Mapping[str, Any] | None = None
    profile: str = ""
    timeout: float | None = None
    is_ours: bool = False
    client: str | None = None
    may_spool: bool = False
    task: Task = "query"


class Spool(Protocol):
    """A large body in a file without a name; whoever gets it closes it."""

    @property
    def size(self) -> int:
        """Bytes in all."""

    def read(self, offset: int, size: int) -> bytes:
        """Return up to `size` bytes from `offset`; blocks for as long as a disk may."""

    def close(self) -> None:
        """Give the room back; harmless when done twice."""


class Answer(NamedTuple):
    """A whole answer: its kind, the syntax of its body, and the release it is about (64 hex).

    The body is in `body`, or in `spool` where that is not None. `is_volatile`: asked again, the
    same query may get other bytes (NOW, RAND, UUID, STRUUID, BNODE, blank nodes of a template).
    `prefixes` are those of the registry that the query uses without declaring them. `is_empty`: a
    table without rows, a graph without triples. `seconds` is how long the query ran.
    """

    kind: Kind
    syntax: Syntax
    body: bytes
    release: str
    spool: Spool | None = None
    is_volatile: bool = False
    prefixes: tuple[str, ...] = ()
    is_empty: bool = False
    seconds: float = 0.0


@dataclass(frozen=True)
class Diagnosis:
    """Why a query gave nothing: in words, the pattern at fault as in the query, its place (from 1),
    and what to write instead, each where known."""

    message: str
    pattern: str | None = None
    line: int | None = None
    column: int | None = None
    suggestion: str | None = None


Symptom = Literal["empty", "timeout"]


@dataclass(frozen=True)
class Statistics:
    """The engine's processes and queries at one moment; counts are since the start.

    `kills` counts workers ended before their time, by reason: `timeout`, `left` (the client went
    away), `memory`, `crash`; `retired` are those that ended after an answer that took much.
    """

    workers: int
    running: int
    waiting: int
    forks: int
    kills: Mapping[str, int]
    retired: int
    reniced: int
    processes: tuple[int, ...]


@dataclass(frozen=True)
class Loaded:
    """What a load gives: a store to read, or the folder of one that lies on disk; the release that
    it holds (64 hex); and the file of its search index, where it has one."""

    store: Store | Path
    release: str
    index: Path | None = None


@dataclass(frozen=True)
class Limits:
    """What one query, and all of them together, may use.

    `timeout` is in seconds from when the query comes; `memory` in bytes above what the loaded store
    takes; `result` in bytes of an answer; `merged` in triples of a dataset that is put together for
    one query; `queue` in queries that wait for one of `workers` processes. One client address runs
    `per_client` queries at once, and more only while a quarter of the workers stays free. A query
    that has run for `patience` seconds goes on with a lower priority, and its worker is replaced
    `rest` seconds later. `spool` is the folder for large bodies, None the system's.
    """

    timeout: float = 30.0
    workers: int = 16
    queue: int = 64
    per_client: int = 4
    patience: float = 0.2
    rest: float = 10.0
    memory: int = 2 * 2**30
    result: int = 256 * 2**20
    merged: int = 2_000_000
    spool: Path | None = None

    def __post_init__(self) -> None:
        if not 0 < self.timeout <= MAXIMUM_TIMEOUT:
            raise UsageError(
                f"A query's time limit of {self.timeout:g} s is not possible.",
                remedy=f"Choose more than 0 and at most {MAXIMUM_TIMEOUT:g} seconds.",
            )
        least = min(self.workers, self.per_client, self.memory, self.result, self.merged)
        if least < 1 or self.queue < 0 or not self.patience >= 0:
            raise UsageError("A limit of the engine is below what any query needs.")


class Engine(Protocol):
    """Something that answers queries about one release at a time."""

    @property
    def release(self) -> str:
        """The release that new queries are asked of (64 hex), or EngineBusy while there is none."""

    async def start(self) -> None:
        """Load, and be ready for queries; raises what the load raises."""

    async def query(self, query: Query) -> Answer:
        """Return the whole answer, or raise the QueryError, NotAcceptable or BadRequest it got."""

    async def diagnose(self, query: Query, symptom: Symptom) -> Diagnosis | None:
        """Return what is known of why `query` gave nothing, within 2 s, or None; never raises a
        QueryError."""

    def statistics(self) -> Statistics:
        """Return what there is to tell now."""

    async def reload(self) -> None:
        """Load again for new queries; on failure raise, and go on serving what was loaded."""

    async def close(self) -> None:
        """End every process; queries that still run or wait get an EngineBusy."""
