"""`clausegraph serve` as a process: start, reload, end, and what it refuses."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from clausegraph.engine import Limits
from clausegraph.settings import Settings
from clausegraph.web.serving import GraphLoader, limits_of

TURTLE = """@prefix cg: <https://w3id.org/clausegraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .

<https://w3id.org/clausegraph/id/document/{slug}> a cg:Document ;
    dcterms:title "{slug}"@en .
"""


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run `clausegraph serve` to its end."""
    command = [sys.executable, "-m", "clausegraph", "serve", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=cwd)


def test_it_says_what_it_built_and_listens_where_it_says(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    """What is announced can be asked at once."""
    service = serve()
    assert httpx.get(f"{service.url}/ready").status_code == 200
    service.wait_for(r"Built [\d,]+ triples in [\d.]+ s, release [0-9a-f]{12}")
    assert service.stop() == 0
    assert "Traceback" not in "".join(service.lines)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_exit_code_0(serve: Callable[..., Any], number: int) -> None:
    """POSIX: an end that was asked for is no failure."""
    service = serve()
    assert httpx.get(f"{service.url}/health").status_code == 200
    assert service.stop(number) == 0
    assert "Traceback" not in "".join(service.lines)


def test_a_taken_port_is_one_line_and_exit_code_2() -> None:
    """The message names the address and the way out."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run("--port", str(port))
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1
    assert f"127.0.0.1:{port}" in ended.stderr
    assert "--port" in ended.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--port", "x"), 2),
        (("--port", "70000"), 2),
        (("--timeout", "0"), 2),
        (("--timeout", "999"), 2),
        (("--workers", "0"), 2),
        (("--connections", "0"), 2),
        (("--trusted-proxies", "example.org"), 2),
        (("--port", "0", "--data", "no-such-folder"), 3),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_line(arguments: tuple[str, ...], code: int) -> None:
    """Exit codes: 2 usage, 3 unreadable input."""
    ended = run(*arguments)
    assert ended.returncode == code
    assert "Traceback" not in ended.stderr
    assert ended.stderr.startswith("clausegraph: ")


def test_bad_turtle_is_told_with_file_and_line(tmp_path: Path) -> None:
    """A load that fails ends the start with the place of the mistake."""
    file = tmp_path / "bad.ttl"
    file.write_text("<http://example.org/a> a\n<x> <y> .\n", encoding="utf-8")
    ended = run("--port", "0", "--data", str(file))
    assert ended.returncode == 3
    assert f"{file}:" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_reload_takes_up_new_data_without_dropping_a_request(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    """SIGHUP: requests during the change are answered from one release or the other."""
    file = tmp_path / "mine.ttl"
    file.write_text(TURTLE.format(slug="first"), encoding="utf-8")
    service = serve("--data", str(tmp_path))
    url = service.url
    old = httpx.get(f"{url}/id/document/first").headers["clausegraph-release"]
    seen: list[int] = []
    done = threading.Event()

    def keep_asking() -> None:
        with httpx.Client(base_url=url) as client:
            while not done.is_set():
                seen.append(client.get("/sparql", params={"query": "ASK {}"}).status_code)

    thread = threading.Thread(target=keep_asking)
    thread.start()
    try:
        file.write_text(TURTLE.format(slug="second"), encoding="utf-8")
        service.process.send_signal(signal.SIGHUP)
        service.wait_for(r"Release [0-9a-f]{12} is served now")
    finally:
        done.set()
        thread.join(10)
    assert len(seen) > 3
    assert set(seen) == {200}
    assert httpx.get(f"{url}/id/document/first").status_code == 404
    found = httpx.get(f"{url}/id/document/second")
    assert found.status_code == 303
    assert found.headers["clausegraph-release"] != old


def test_a_reload_that_fails_leaves_the_old_release(
    serve: Callable[..., Any], tmp_path: Path
) -> None:
    """SIGHUP with a bad file: the message says why, and nothing changes."""
    file = tmp_path / "mine.ttl"
    file.write_text(TURTLE.format(slug="first"), encoding="utf-8")
    service = serve("--data", str(tmp_path))
    url = service.url
    file.write_text("this is no Turtle", encoding="utf-8")
    service.process.send_signal(signal.SIGHUP)
    service.wait_for(r"the release that is served stays: .*mine\.ttl")
    assert httpx.get(f"{url}/id/document/first").status_code == 303
    assert service.stop() == 0


def test_a_flag_sets_the_deadline(serve: Callable[..., Any]) -> None:
    """The table of settings reaches the engine."""
    service = serve("--timeout", "0.5", "--workers", "2")
    values = " ".join(f"VALUES ?v{i} {{ {' '.join(map(str, range(60)))} }}" for i in range(6))
    query = f"SELECT (COUNT(*) AS ?n) WHERE {{ {values} }}"
    answer = httpx.get(f"{service.url}/sparql", params={"query": query, "timeout": "60"})
    assert answer.status_code == 504
    assert answer.elapsed.total_seconds() < 5


SLOW = "SELECT (COUNT(*) AS ?n) {{ {} }}".format(
    " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(500)))} }}" for n in range(6))
)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_client_that_leaves_takes_its_query_with_it(
    serve: Callable[..., Any], method: str
) -> None:
    """A query that nobody waits for keeps no worker from who comes next."""
    url = serve("--workers", "1", "--timeout", "60").url
    given = {"params" if method == "GET" else "data": {"query": SLOW}}
    with pytest.raises(httpx.ReadTimeout):
        httpx.request(method, f"{url}/sparql", timeout=0.5, **given)
    start = time.monotonic()
    assert httpx.get(f"{url}/sparql", params={"query": "ASK {}"}).status_code == 200
    assert time.monotonic() - start < 2


def test_a_service_whose_engine_is_lost_ends_and_says_so(serve: Callable[..., Any]) -> None:
    """A supervisor starts it again; as a service that can answer nothing it would stay."""
    service = serve()
    assert httpx.get(f"{service.url}/ready").status_code == 200
    children = Path(f"/proc/{service.process.pid}/task/{service.process.pid}/children")
    os.kill(int(children.read_text().split()[0]), signal.SIGKILL)
    assert service.process.wait(10) == 3
    assert "Traceback" not in "".join(service.lines)
    assert "has ended" in service.lines[-1]


def test_a_written_dataset_is_served_as_the_files_are(
    serve: Callable[..., Any], tmp_path: Path, server: str
) -> None:
    """`build --output FILE.nq` is input of the same release, derived facts and graphs included."""
    file = tmp_path / "graph.nq"
    command = [sys.executable, "-m", "clausegraph", "build", "--output", str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    service = serve("--data", str(file))
    paths = (
        "/doc/document/ai-safety-commitments.nt",
        "/doc/concept/mit-risk-domain.jsonld",
        "/api/documents",
        "/graph/release.nt",
        "/dataset.nt",
    )
    for path in paths:
        here, there = (httpx.get(base + path) for base in (service.url, server))
        assert here.status_code == 200
        assert here.text == there.text.replace(server, service.url)
        assert here.headers["clausegraph-release"] == there.headers["clausegraph-release"]
    file.write_bytes(file.read_bytes()[:100_000] + b"<cut")
    service.process.send_signal(signal.SIGHUP)
    service.wait_for(r"the release that is served stays: .*graph\.nq:\d+")
    assert httpx.get(service.url + paths[0]).status_code == 200


def test_a_client_that_leaves_in_mid_body_is_no_fault(serve: Callable[..., Any]) -> None:
    """It happens every day, and is nobody's error to read of in a log."""
    service = serve()
    url = httpx.URL(service.url)
    head = "POST /sparql HTTP/1.1\r\nHost: here\r\nContent-Type: application/sparql-query\r\n"
    with socket.create_connection((url.host, url.port or 0), timeout=10) as sock:
        sock.sendall(f"{head}Content-Length: 50\r\n\r\nASK {{}}".encode())
    assert httpx.get(f"{service.url}/health").status_code == 200
    assert service.stop() == 0
    assert "Traceback" not in "".join(service.lines)


def test_every_limit_of_the_settings_reaches_the_engine(tmp_path: Path) -> None:
    """Settings count memory in MiB, the engine in bytes."""
    settings = Settings(
        timeout=7, workers=2, per_client=3, queue=5, memory=100, result=10, spool=tmp_path
    )
    assert limits_of(settings) == Limits(
        timeout=7,
        workers=2,
        per_client=3,
        queue=5,
        memory=100 * 2**20,
        result=10 * 2**20,
        spool=tmp_path,
    )


def test_what_loads_the_graph_can_be_sent_to_another_process(tmp_path: Path) -> None:
    """Where there is no fork, it is."""
    file = tmp_path / "mine.ttl"
    file.write_text(TURTLE.format(slug="first"), encoding="utf-8")
    sent = pickle.loads(pickle.dumps(GraphLoader((file,))))  # noqa: S301  (our own bytes)
    assert sent == GraphLoader((file,))
    assert len(sent().release) == 64


def test_a_service_that_cannot_confine_its_queries_says_so(serve: Callable[..., Any]) -> None:
    """The operator is told what is guarded less."""
    service = serve("--isolation", "spawn")
    service.wait_for("killed at their deadline, but may open files")


def test_without_uvloop_the_service_runs_on_the_loop_that_there_is() -> None:
    """uvloop is not made for every system."""
    program = (
        "import runpy, sys; sys.modules['uvloop'] = None; sys.argv[0] = 'clausegraph';"
        "runpy.run_module('clausegraph', run_name='__main__')"
    )
    command = [sys.executable, "-c", program, "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said = ""
        while "http://" not in said:
            line = process.stderr.readline()
            assert line, said
            said += line
        url = said.rpartition("at ")[2].split()[0]
        try:
            answer = httpx.get(f"{url}/sparql", params={"query": "ASK {}"})
            assert answer.status_code == 200
        finally:
            process.terminate()
        assert process.wait(20) == 0
