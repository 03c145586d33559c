"""The access log, the metrics and the identifier of a request (D7)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_text

from clausegraph.engine import Statistics
from clausegraph.errors import UsageError
from clausegraph.web.accesslog import PARAMETERS, AccessLog, render
from clausegraph.web.entry import QUERY_CHARACTERS, Entry, entry
from clausegraph.web.metrics import HOME, OTHER, ROUTES, Metrics, Sources, route_of
from clausegraph.web.observe import LEFT, Observe, client_of
from clausegraph.web.record import Record, record_of

BUSY = Statistics(16, 2, 1, 20, {"timeout": 3, "left": 1}, 4, 5, (os.getpid(),))


def _metrics(**more: Any) -> Metrics:
    return Metrics(Sources("1.2", lambda: "ab" * 32, lambda: BUSY, **more))


def _entry(path: str = "/sparql", agent: bytes = b"", parameters: bytes = b"", **of: Any) -> Entry:
    record = Record("r-1", "192.0.2.1", **of)
    return entry(record, "GET", path, 200, 10, 0.0123, agent, parameters)


def _line(done: Entry) -> dict[str, Any]:
    line = render(done)
    assert line.endswith("}\n")
    found: dict[str, Any] = json.loads(line)
    return found


# --- a line of the access log


def test_a_line_holds_what_an_operator_asks_for() -> None:
    """D7: structured access log."""
    line = _line(
        _entry(
            agent=b"curl/8",
            query="ASK {}",
            cache="miss",
            problem="query-timeout",
            seconds=0.011,
            release="ab" * 32,
        )
    )
    assert line.pop("time").endswith("Z")
    assert line == {
        "id": "r-1",
        "client": "192.0.2.1",
        "method": "GET",
        "path": "/sparql",
        "status": 200,
        "bytes": 10,
        "ms": 12.3,
        "query": "ASK {}",
        "engine_ms": 11.0,
        "cache": "miss",
        "problem": "query-timeout",
        "release": "ab" * 6,
        "agent": "curl/8",
    }


ANY_TEXT = st.text(st.characters(), max_size=50)  # surrogates, controls and non-characters too


@given(ANY_TEXT, ANY_TEXT, st.binary(max_size=50))
def test_no_text_of_a_client_forges_a_line_or_reaches_a_terminal(
    path: str, query: str, agent: bytes
) -> None:
    """D7: whatever is asked, one line of printable ASCII that any JSON reader takes."""
    line = render(_entry("/" + path, agent, query=query, problem=query))
    assert line.count("\n") == 1
    assert line.isascii()
    assert line[:-1].isprintable()
    assert json.loads(line)["path"].encode()


def test_a_long_query_is_cut_and_says_so() -> None:
    """D7: queries are truncated."""
    done = _entry(query="x" * 100_000)
    assert len(done.query) == QUERY_CHARACTERS
    line = _line(done)
    assert line["query"] == "x" * QUERY_CHARACTERS
    assert line["query_cut_from"] == 100_000


@pytest.mark.parametrize(
    "parameters",
    [
        b"token=Sesame&query=ASK+%7B%7D",
        b"access_token=Sesame",
        b"anything=Sesame&timeout=2",
        b"default-graph-uri=https://me:Sesame@example.org/",
        b"default-graph-uri=https://" + b"me" * 92 + b":Sesame-that-is-cut@example.org/",
        b"default-graph-uri=https://example.org/?api_key=Sesame%26x=1",
        b"default-graph-uri=https%3A%2F%2Fexample.org%2F%3Fx%3D1%26TOKEN%3DSesame",
    ],
)
def test_no_secret_of_an_address_is_written(parameters: bytes) -> None:
    """D7: no tokens."""
    assert "Sesame" not in render(_entry(parameters=parameters))
    assert "Sesame" not in render(_entry("/api/documents", parameters=parameters))


def test_no_secret_of_an_iri_in_a_query_is_written() -> None:
    """D7: no tokens; a comparison in a filter is none."""
    query = "SELECT * FROM <https://u:Sesame@h/?key=Sesame&n=1> { FILTER(?key=5 && ?a@b) }"
    line = _line(_entry(query=query))
    assert line["query"] == "SELECT * FROM <https://***@h/?key=***&n=1> { FILTER(?key=5 && ?a@b) }"


def test_the_parameters_of_the_protocol_are_written() -> None:
    """D7: and no others."""
    raw = b"&".join(name.encode() + b"=a+b" for name in sorted(PARAMETERS)) + b"&other=1&query=x"
    line = _line(_entry(parameters=raw, query="x"))
    assert {name: line[name] for name in PARAMETERS} == {name: ["a b"] for name in PARAMETERS}
    assert "other" not in line


# --- where the lines go


@pytest.fixture
def opened() -> Iterator[Callable[..., AccessLog]]:
    """Open logs that are closed at the end."""
    with contextlib.ExitStack() as stack:

        def opened(*given: Any) -> AccessLog:
            log = AccessLog(*given)
            stack.callback(log.close)
            return log

        yield opened


def _wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not until():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_closing_writes_what_waits(tmp_path: Path, opened: Callable[..., AccessLog]) -> None:
    """D7: the last requests are logged too."""
    path = tmp_path / "access.log"
    log = opened(str(path))
    for _ in range(1000):
        log.put(_entry())
    log.close()
    assert len(path.read_text().splitlines()) == 1000
    assert log.lost == 0
    assert path.stat().st_mode & 0o137 == 0


def test_a_log_that_was_moved_away_is_opened_anew(
    tmp_path: Path, opened: Callable[..., AccessLog]
) -> None:
    """D7: logrotate moves the file and sends SIGHUP."""
    path, old = tmp_path / "access.log", tmp_path / "access.log.1"
    log = opened(str(path))
    log.put(_entry("/first"))
    _wait(lambda: path.stat().st_size > 0)
    path.rename(old)
    log.put(_entry("/second"))
    _wait(lambda: "/second" in old.read_text())
    log.reopen()
    log.put(_entry("/third"))
    log.close()
    assert "/third" in path.read_text()
    assert "/third" not in old.read_text()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is full")
def test_a_full_disk_costs_lines_and_nothing_else(
    opened: Callable[..., AccessLog], caplog: pytest.LogCaptureFixture
) -> None:
    """D7: lines are dropped and counted, and the operator is told once."""
    log = opened("/dev/full")
    for _ in range(3):
        log.put(_entry())
        _wait(lambda: not log._waiting)
    log.close()
    assert log.lost == 3
    assert caplog.text.count("of the access log were lost") == 1


_FULL = """
import resource, sys, time
from clausegraph.web.accesslog import AccessLog
from clausegraph.web.entry import entry
from clausegraph.web.record import Record
path = sys.argv[1]
log = AccessLog(path)
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
def put(number, least):
    for n in range(number):
        log.put(entry(Record("i", "c"), "GET", "/p", 200, 1, 0.1))
    while log.lost < least or log._waiting:
        time.sleep(0.02)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
put(20, 1)
put(5, 6)
lost = log.lost
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
put(3, lost)
log.close()
print(log.lost)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the system has no limit for a file's size")
def test_writing_goes_on_once_there_is_room(tmp_path: Path) -> None:
    """D7: a line that was torn off does not spoil the next; each line is written or counted."""
    path = tmp_path / "access.log"
    command = [sys.executable, "-c", _FULL, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    lines = path.read_text().splitlines()
    whole = [line for line in lines if line.endswith("}")]
    assert len(lines) - len(whole) == 1, "the one that was torn"
    assert len(whole) + int(done.stdout) == 28
    for line in lines[-3:]:
        json.loads(line)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_stuck_reader_never_blocks_and_memory_stays_bounded(
    tmp_path: Path, opened: Callable[..., AccessLog]
) -> None:
    """D7: whoever reads the log may stop doing so, and come back."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    log = opened(str(path), 500)
    for _ in range(10_000):
        log.put(_entry(query="x" * 400))
    assert log.lost > 5000
    assert len(log._waiting) <= 500
    os.set_blocking(reader, True)
    found: list[bytes] = []

    def read() -> None:
        while chunk := os.read(reader, 65536):
            found.append(chunk)

    thread = threading.Thread(target=read)
    thread.start()
    _wait(lambda: not log._waiting)
    log.close()
    thread.join(10)
    os.close(reader)
    assert b"".join(found).count(b"\n") + log.lost == 10_000


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_reader_that_is_gone_costs_lines_and_nothing_else(
    tmp_path: Path, opened: Callable[..., AccessLog]
) -> None:
    """D7: `clausegraph serve | head` goes on serving."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    log = opened(str(path))
    os.close(reader)
    log.put(_entry())
    _wait(lambda: log.lost == 1)


def test_a_log_that_cannot_be_opened_is_an_error_at_start(tmp_path: Path) -> None:
    """D7: rather than a service without the log that was asked for."""
    with pytest.raises(UsageError, match="cannot be opened"):
        AccessLog(str(tmp_path / "no" / "access.log"))


# --- the layer around the application


def _run(app: Any, log: Any = None, metrics: Metrics | None = None, **scope: Any) -> list[Any]:
    """Send one request through Observe; return what is sent back."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    given = {
        "type": "http",
        "method": "GET",
        "path": "/sparql",
        "query_string": b"",
        "headers": [(b"user-agent", b"test"), (b"authorization", b"Bearer Sesame")],
        "client": ("192.0.2.1", 1),
        **scope,
    }
    asyncio.run(Observe(app, metrics or _metrics(), log)(given, receive, send))
    return sent


class Kept:
    """A log that keeps what it is told."""

    def __init__(self) -> None:
        self.all: list[Entry] = []

    def put(self, done: Entry) -> None:
        """Keep it."""
        self.all.append(done)


FIELDS = [(b"content-type", b"text/plain")]


async def _answer(scope: Any, _receive: Any, send: Any) -> None:
    record_of(scope).query = "ASK {}"
    await send({"type": "http.response.start", "status": 201, "headers": FIELDS})
    await send({"type": "http.response.body", "body": b"abc", "more_body": True})
    await send({"type": "http.response.body", "body": b"de"})


def test_every_answer_names_its_request() -> None:
    """D7: the identifier in the header is that of the log; kept answers do not gather fields."""
    log = Kept()
    names = []
    for _ in range(2):
        start = _run(_answer, log)[0]
        assert len(start["headers"]) == 2
        names.append(dict(start["headers"])[b"clausegraph-request"].decode())
    assert [done.id for done in log.all] == names
    assert len(set(names)) == 2
    assert len(FIELDS) == 1


def test_an_answer_is_measured_and_told() -> None:
    """D7: status, bytes, time, client; never the Authorization field."""
    log = Kept()
    _run(_answer, log)
    done = log.all[0]
    assert (done.status, done.size, done.client, done.agent) == (201, 5, "192.0.2.1", b"test")
    assert done.seconds > 0
    assert "Sesame" not in render(done)


async def _fail(_scope: Any, _receive: Any, _send: Any) -> None:
    raise ValueError


async def _cancelled(_scope: Any, _receive: Any, _send: Any) -> None:
    raise asyncio.CancelledError


async def _nothing(_scope: Any, _receive: Any, _send: Any) -> None:
    return


@pytest.mark.parametrize(("app", "status"), [(_fail, 500), (_cancelled, LEFT), (_nothing, LEFT)])
def test_a_request_without_an_answer_is_told_too(app: Any, status: int) -> None:
    """D7: whether an exception escaped or the client left."""
    log, metrics = Kept(), _metrics()
    with contextlib.suppress(ValueError, asyncio.CancelledError):
        _run(app, log, metrics)
    assert log.all[0].status == status
    labels = {"route": "sparql", "method": "GET", "status": str(status)}
    assert _values(metrics)["clausegraph_http_requests_total", tuple(sorted(labels.items()))] == 1


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        (None, "unknown"),
        ("", "unknown"),
        ("made up\n", "unknown"),
    ],
)
def test_a_client_is_its_address_or_unknown(host: str | None, client: str) -> None:
    """RFC 6177: an IPv6 client has a whole /64."""
    assert client_of(host) == client


# --- metrics


def _values(metrics: Metrics) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    body, content_type = asyncio.run(metrics.page())
    assert content_type.startswith("text/plain; version=0.0.4")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in read_text(body.decode())
        for sample in family.samples
    }


def _count(metrics: Metrics, path: str = "/sparql", method: str = "GET", **of: Any) -> None:
    metrics.count(Record("r-1", "192.0.2.1", **of), method, path, 200, 0.02)


def test_metrics_count_requests_queries_and_the_cache() -> None:
    """D7."""
    metrics = _metrics()
    _count(metrics, query="ASK {}", cache="hit")
    _count(metrics, query="ASK {}", cache="miss", seconds=0.01)
    _count(metrics, query="ASK {}", problem="query-timeout", seconds=1.0)
    _count(metrics, "/doc/document/x")
    found = _values(metrics)
    sparql = (("method", "GET"), ("route", "sparql"), ("status", "200"))
    assert found["clausegraph_http_requests_total", sparql] == 3
    assert found["clausegraph_http_request_duration_seconds_count", (("route", "doc"),)] == 1
    assert found["clausegraph_queries_total", (("outcome", "ok"),)] == 2
    assert found["clausegraph_queries_total", (("outcome", "query-timeout"),)] == 1
    assert found["clausegraph_answer_cache_total", (("result", "hit"),)] == 1
    assert found["clausegraph_query_duration_seconds_count", ()] == 2
    assert found["clausegraph_query_duration_seconds_sum", ()] == pytest.approx(1.01)
    bucket = "clausegraph_query_duration_seconds_bucket"
    assert [found[bucket, (("le", le),)] for le in ("0.005", "0.01", "1.0", "+Inf")] == [0, 1, 2, 2]


def test_metrics_tell_of_the_engine_the_cache_and_the_memory() -> None:
    """D7: running and killed queries, worker restarts, memory."""
    found = _values(_metrics(cache_bytes=lambda: 7, connections=lambda: 9, lost_lines=lambda: 11))
    assert found["clausegraph_engine_workers", ()] == 16
    assert found["clausegraph_engine_running_queries", ()] == 2
    assert found["clausegraph_engine_waiting_queries", ()] == 1
    assert found["clausegraph_engine_forks_total", ()] == 20
    assert found["clausegraph_engine_kills_total", (("reason", "timeout"),)] == 3
    assert found["clausegraph_engine_retired_total", ()] == 4
    assert found["clausegraph_engine_reniced_total", ()] == 5
    assert found["clausegraph_answer_cache_bytes", ()] == 7
    assert found["clausegraph_open_connections", ()] == 9
    assert found["clausegraph_access_log_lost_lines_total", ()] == 11
    release = (("release", "ab" * 32), ("version", "1.2"))
    assert found["clausegraph_release_info", release] == 1
    if Path("/proc/self/statm").exists():
        assert found["clausegraph_memory_bytes", (("part", "service"),)] > 2**20
        assert found["clausegraph_memory_bytes", (("part", "engine"),)] > 2**20
        assert found["process_start_time_seconds", ()] > 1e9


@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT), max_size=30))
def test_no_client_makes_labels_up(requests: list[tuple[str, str]]) -> None:
    """Prometheus: labels are bounded, or they fill the memory of whoever gathers them."""
    metrics = _metrics()
    for path, method in requests:
        _count(metrics, "/" + path, method, query="x", problem=path, cache=path)
    assert len(metrics._known) <= 1
    assert metrics._durations.keys() <= {*ROUTES, HOME, OTHER}
    assert len(metrics._queries) < 60


def test_no_client_fills_the_memory_with_paths() -> None:
    """What is counted for `/sparql.x` is not looked up by that path."""
    metrics = _metrics()
    for number in range(100):
        _count(metrics, f"/sparql.{number}")
    assert not metrics._known
    assert len(metrics._requests) == 1


@pytest.mark.parametrize(
    "accept",
    [
        "application/openmetrics-text;version=x",
        "application/openmetrics-text;version=1.0.0;escaping=x",
        "text/plain;version=1.x;escaping=;",
        "text/plain;version=9",
    ],
)
def test_metrics_are_written_whatever_version_is_asked_for(accept: str) -> None:
    """RFC 9110, section 12.5.1: a parameter that is not known is none."""
    body, content_type = asyncio.run(_metrics().page(accept))
    assert b"clausegraph_engine_workers" in body
    assert "x" not in content_type.partition(";")[2].replace("text", "")


@pytest.mark.parametrize(
    ("segment", "route"),
    [("", "home"), ("sparql", "sparql"), ("ontology.ttl", "ontology"), ("x", "other")],
)
def test_a_route_is_the_first_segment_of_a_known_path(segment: str, route: str) -> None:
    """D7: the label tells parts of the service apart, not addresses."""
    assert route_of(segment) == route


def test_metrics_are_openmetrics_for_whoever_asks() -> None:
    """OpenMetrics 1.0: the text ends in `# EOF`, and its own parser reads it."""
    metrics = _metrics()
    _count(metrics, query="ASK {}", seconds=0.1)
    accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
    body, content_type = asyncio.run(metrics.page(accept))
    assert content_type.startswith("application/openmetrics-text; version=1.0.0")
    names = {family.name for family in read_openmetrics(body.decode())}
    assert {"clausegraph_queries", "clausegraph_engine_kills", "clausegraph_release"} & names


# --- the service


def test_every_route_has_a_label_of_its_own(client: httpx.Client) -> None:
    """D7: what is served does not count as something else."""
    paths = client.get("/openapi.json").json()["paths"]
    assert {route_of(path.split("/")[1]) for path in paths} <= ROUTES


def test_the_service_logs_what_it_answers_and_opens_its_log_anew(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    """D7: the identifier of an answer is in the log, and on SIGHUP the file is a new one."""
    path = tmp_path / "access.log"
    service = serve("--access-log", str(path))
    query = {"query": "ASK {}", "token": "Sesame"}
    answer = httpx.get(f"{service.url}/sparql", params=query)
    _wait(lambda: path.exists() and "ASK" in path.read_text())
    line = json.loads(path.read_text().splitlines()[-1])
    assert line["id"] == answer.headers["clausegraph-request"]
    assert (line["path"], line["status"], line["query"]) == ("/sparql", 200, "ASK {}")
    assert line["bytes"] == len(answer.content)
    assert "Sesame" not in path.read_text()
    old = path.rename(tmp_path / "access.log.1")
    service.process.send_signal(signal.SIGHUP)
    _wait(lambda: httpx.get(f"{service.url}/health").is_success and path.exists())
    assert service.stop() == 0
    assert "/health" in path.read_text() + old.read_text()


def test_the_service_tells_its_metrics(client: httpx.Client) -> None:
    """D7, D9."""
    client.get("/sparql", params={"query": "SELECT ?x WHERE { VALUES ?x { 9157 } }"})
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert answer.headers["cache-control"] == "no-store"
    samples = {sample.name for family in read_text(answer.text) for sample in family.samples}
    assert {"clausegraph_engine_workers", "clausegraph_queries_total"} <= samples
    assert client.head("/metrics").status_code == 200
