"""Metrics in the text format of Prometheus: counted as it happens, gathered when asked."""

from __future__ import annotations

import asyncio
import os
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from clausegraph.engine import Statistics
from clausegraph.web.problems import OUTCOMES
from clausegraph.web.record import Record

# The first segment of a path, without its suffix; everything else counts as OTHER, so that no
# client can make labels up.
ROUTES = frozenset(
    "actors api cite compare concepts context coverage curie data dataset doc docs documents dumps "
    "explore figures gaps graph health id metrics ontology openapi problem queries ready reference "
    "releases resolve robots search shapes sitemap sources sparql static suggest v validate "
    ".well-known".split()
)
METHODS = frozenset({"GET", "HEAD", "POST", "QUERY", "OPTIONS", "PUT", "DELETE", "PATCH"})
OTHER = "other"
OK = "ok"
HOME = "home"
BUCKETS = (
    *(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1),
    *(0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0),
)
CACHE_RESULTS = ("hit", "miss", "held")

_OPENMETRICS = "application/openmetrics-text"
_PROCESSES = Path("/proc")


def _zero() -> int:
    return 0


@dataclass(frozen=True)
class Sources:
    """Where the figures come from that others keep; each is called when metrics are asked for."""

    version: str
    release: Callable[[], str | None]
    statistics: Callable[[], Statistics]
    judges: Callable[[], Statistics] | None = None
    cache_bytes: Callable[[], int] = _zero
    cache_entries: Callable[[], int] = _zero
    connections: Callable[[], int] = _zero
    refused: Callable[[], Mapping[str, int]] = dict
    lost_lines: Callable[[], int] = _zero


class _Times:
    """A histogram of seconds; no lock, since only the event loop counts."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(BUCKETS) + 1)
        self.total = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(BUCKETS, seconds)] += 1
        self.total += seconds

    def buckets(self) -> list[tuple[str, float]]:
        """Return each upper bound and how many took no longer."""
        bounds = (*map(floatToGoString, BUCKETS), "+Inf")
        return list(zip(bounds, accumulate(self.counts), strict=True))


class Metrics:
    """The metrics of one application; to be counted on one thread.

    The counters of prometheus_client take a lock and check their input, a microsecond each: here
    plain numbers are counted, and the package writes them out.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._registry = CollectorRegistry()
        self._gathered = _Gathered()
        self._registry.register(self._gathered)
        ProcessCollector(registry=self._registry)
        self._requests: dict[tuple[str, str, str], list[int]] = {}
        self._durations: dict[str, _Times] = {}
        self._queries = dict.fromkeys((OK, *OUTCOMES, OTHER), 0)
        self._query_seconds = _Times()
        self._validations = dict.fromkeys((OK, *OUTCOMES, OTHER), 0)
        self._validation_seconds = _Times()
        self._cache = dict.fromkeys(CACHE_RESULTS, 0)
        self._known: dict[tuple[str, str, int], tuple[list[int], _Times]] = {}

    def count(self, record: Record, method: str, path: str, status: int, seconds: float) -> None:
        """Count one request that is answered."""
        key = (path[1:].partition("/")[0], method, status)
        found = self._known.get(key)
        number, times = self._labelled(key) if found is None else found
        number[0] += 1
        times.add(seconds)
        if record.query or record.is_validation:
            counts = self._validations if record.is_validation else self._queries
            outcome = record.problem or OK
            counts[outcome if outcome in counts else OTHER] += 1
        if record.seconds:
            times = self._validation_seconds if record.is_validation else self._query_seconds
            times.add(record.seconds)
        if record.cache in self._cache:
            self._cache[record.cache] += 1

    def _labelled(self, key: tuple[str, str, int]) -> tuple[list[int], _Times]:
        """Return the counters for a first segment, a method and a status."""
        segment, method, status = key
        route = route_of(segment)
        method = method if method in METHODS else OTHER
        found = (
            self._requests.setdefault((route, method, str(status)), [0]),
            self._durations.setdefault(route, _Times()),
        )
        if segment in {"", route} and method != OTHER:  # what else there is has no end
            self._known[key] = found
        return found

    def _counted(self) -> Iterable[Metric]:
        """Yield what is counted here."""
        requests = CounterMetricFamily(
            "clausegraph_http_requests", "Requests answered.", labels=("route", "method", "status")
        )
        for labels, number in self._requests.items():
            requests.add_metric(labels, number[0])
        durations = HistogramMetricFamily(
            "clausegraph_http_request_duration_seconds",
            "Time from a request to the end of its answer.",
            labels=("route",),
        )
        for route, times in self._durations.items():
            durations.add_metric((route,), times.buckets(), times.total)
        yield from (requests, durations)
        yield _counters("queries", "Queries: ok, or the problem met.", "outcome", self._queries)
        yield HistogramMetricFamily(
            "clausegraph_query_duration_seconds",
            "Time that the engine ran for a query.",
            self._query_seconds.buckets(),
            self._query_seconds.total,
        )
        text = "Validations: ok, or the problem met."
        yield _counters("validations", text, "outcome", self._validations)
        yield HistogramMetricFamily(
            "clausegraph_validation_duration_seconds",
            "Time that a judge took for a validation.",
            self._validation_seconds.buckets(),
            self._validation_seconds.total,
        )
        text = "Answers looked up; held: the client had it already."
        yield _counters("answer_cache", text, "result", self._cache)

    async def page(self, accept: str = "") -> tuple[bytes, str]:
        """Return the metrics and their media type: OpenMetrics where the Accept field asks for it.

        What belongs to the event loop is read on it; the rest, which may take some ms, in a thread.
        """
        sources = self._sources
        statistics = sources.statistics()
        plain = [
            _gauge("answer_cache_bytes", "Bytes of answers kept.", sources.cache_bytes()),
            _gauge("answer_cache_entries", "Answers kept.", sources.cache_entries()),
            _gauge("open_connections", "Connections that are open.", sources.connections()),
            _counters(
                "refused_requests",
                "Requests refused before the application, by problem.",
                "problem",
                sources.refused(),
            ),
            _counter("access_log_lost_lines", "Log lines never written.", sources.lost_lines()),
            _release(sources.release() or "", sources.version),
            *self._counted(),
            *_engine(statistics),
        ]
        processes = statistics.processes
        if sources.judges is not None:
            judges = sources.judges()
            plain += _judges(judges)
            processes += judges.processes
        return await asyncio.to_thread(self._write, plain, processes, accept)

    def _write(
        self, plain: list[Metric], processes: tuple[int, ...], accept: str
    ) -> tuple[bytes, str]:
        self._gathered.metrics = (*plain, *_memory(processes))
        # The package fails over parameters that it does not know, and sends them back.
        encode, content_type = choose_encoder(_OPENMETRICS if _OPENMETRICS in accept else "")
        return encode(self._registry), content_type


class _Gathered(Collector):
    """Hands the registry what was gathered last."""

    metrics: tuple[Metric, ...] = ()

    def collect(self) -> Iterable[Metric]:
        return self.metrics


def route_of(segment: str) -> str:
    """Return the label for the first segment of a path: one of ROUTES, HOME or OTHER."""
    if not segment:
        return HOME
    if segment in ROUTES:
        return segment
    name = segment.partition(".")[0]
    return name if name in ROUTES else OTHER


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"clausegraph_{name}", text, value=value)


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(f"clausegraph_{name}", text, value=value)


def _release(release: str, version: str) -> Metric:
    family = GaugeMetricFamily(
        "clausegraph_release_info", "What is served.", labels=("release", "version")
    )
    family.add_metric((release, version), 1)
    return family


def _engine(statistics: Statistics) -> Iterable[Metric]:
    yield _gauge("engine_workers", "Processes that can run a query.", statistics.workers)
    yield _gauge("engine_running_queries", "Queries that run now.", statistics.running)
    yield _gauge("engine_waiting_queries", "Queries that wait for a worker.", statistics.waiting)
    yield _counter("engine_forks", "Workers started.", statistics.forks)
    yield _counter("engine_retired", "Workers ended after a costly answer.", statistics.retired)
    yield _counter("engine_reniced", "Queries put to the lowest priority.", statistics.reniced)
    text = "Workers ended before their time: timeout, left (the client), memory, crash."
    yield _counters("engine_kills", text, "reason", statistics.kills)


def _judges(statistics: Statistics) -> Iterable[Metric]:
    yield _gauge("judges", "Processes that can do a validation.", statistics.workers)
    yield _gauge("running_validations", "Validations that run now.", statistics.running)
    yield _gauge("waiting_validations", "Validations that wait.", statistics.waiting)
    yield _counter("judge_forks", "Judges started.", statistics.forks)
    text = "Judges ended before their time: timeout, left (the client), memory, crash."
    yield _counters("judge_kills", text, "reason", statistics.kills)


def _counters(name: str, text: str, label: str, counts: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(f"clausegraph_{name}", text, labels=(label,))
    for value, count in counts.items():
        family.add_metric((value,), count)
    return family


def _memory(processes: tuple[int, ...]) -> Iterable[Metric]:
    """Yield the memory that the service and its engine hold, where the system tells.

    A page that processes share counts in proportion (Pss): the sum is what the machine gives.
    """
    service = _resident(os.getpid())
    if service is None:
        return
    family = GaugeMetricFamily(
        "clausegraph_memory_bytes",
        "Memory held: the service process, and all that it has queries and validations done by.",
        labels=("part",),
    )
    family.add_metric(("service",), service)
    family.add_metric(("engine",), sum(_resident(process) or 0 for process in processes))
    yield family


def _resident(process: int) -> int | None:
    """Return the bytes of memory that a process holds, or None if it is gone or nobody tells."""
    folder = _PROCESSES / str(process)
    try:
        for line in (folder / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None
