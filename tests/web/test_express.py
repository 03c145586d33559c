"""Queries that are answered without a task, and those that the application goes on with.

The wire, the application and the engine are real, in one loop; `handed` are the requests that came
to the application.
"""

from __future__ import annotations

import asyncio
import gc
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from pyoxigraph import Literal, Quad, Store
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from clausegraph.engine import Begun, EmbeddedEngine, Limits, Loaded
from clausegraph.engine.turns import Turn
from clausegraph.settings import Rate, Settings
from clausegraph.web import create_app
from clausegraph.web.application import Application
from clausegraph.web.gate import Gate
from clausegraph.web.wire import Wire
from loads import RELEASE, term

HUNDRED = " ".join(str(number) for number in range(100))
ENDLESS = "SELECT (COUNT(*) AS ?count) {{ {} }}".format(
    " ".join(f"VALUES ?v{column} {{ {HUNDRED} }}" for column in range(8))
)
SLOW = f"SELECT (COUNT(*) AS ?count) {{ VALUES ?a {{ {HUNDRED} }} " + " ".join(
    f"VALUES ?{name} {{ {HUNDRED} }}" for name in "bc"
)
SLOW += "}"
PAIRS = f"""SELECT ?a ?b ('a name that is as long as names are' AS ?c) {{
VALUES ?a {{ {HUNDRED} }} VALUES ?b {{ {HUNDRED} }} }}"""
LARGE = PAIRS[:-1] + f"VALUES ?d {{ {' '.join(str(n) for n in range(3))} }} }}"
OWN = frozenset({"etag", "link", "clausegraph-request", "date", "content-length"})


@dataclass
class Reply:
    """An answer as it came."""

    status: int
    fields: dict[str, str]
    body: bytes


@dataclass
class Service:
    """What listens on `port`."""

    engine: EmbeddedEngine
    port: int = 0
    handed: list[str] = field(default_factory=list)
    app: Application | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and note it."""
        assert self.app is not None
        self.handed.append(scope["query_string"].decode())
        await self.app(scope, receive, send)

    async def ask(self, text: str, more: str = "", **fields: str) -> Reply:
        """Return the answer to a query, on a connection of its own."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(request(text, more, **fields))
        try:
            return await reply(reader)
        finally:
            writer.close()


def request(text: str, more: str = "", **fields: str) -> bytes:
    """Return a GET of a query; `more` goes into the address."""
    named = {"host": "localhost", "accept": "application/sparql-results+json", **fields}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items())
    return f"GET /sparql?query={quote(text, safe='')}{more} HTTP/1.1\r\n{lines}\r\n".encode()


async def reply(reader: asyncio.StreamReader) -> Reply:
    """Read one answer."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    fields = {}
    for line in filter(None, head[1:]):
        name, _, value = line.partition(": ")
        assert name not in fields, f"two fields {name}"
        fields[name] = value
    if head[0].split()[1] == "304":
        body = b""
    elif "content-length" in fields:
        body = await reader.readexactly(int(fields["content-length"]))
    else:
        body = b""
        while size := int(await reader.readline(), 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
    return Reply(int(head[0].split()[1]), fields, body)


def load() -> Loaded:
    """A graph of one triple."""
    store = Store()
    store.add(Quad(term("law"), term("title"), Literal("Law"), term("one")))
    return Loaded(store, RELEASE)


@asynccontextmanager
async def served(**settings: Any) -> AsyncIterator[Service]:
    """Serve the graph in this loop."""
    chosen = Settings(access_log="off", **settings)
    engine = EmbeddedEngine(load, Limits(workers=4, timeout=chosen.timeout))
    await engine.start()
    service, gate = Service(engine), Gate()
    app = service.app = create_app(engine, chosen, gate)
    gate.shortcut, gate.express = app.shortcut, app.express
    config: Any = SimpleNamespace(loaded_app=service)
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Wire(gate, config=config, server_state=state), "127.0.0.1", 0
    )
    service.port = server.sockets[0].getsockname()[1]
    try:
        yield service
    finally:
        server.close()
        await engine.close()


def within(scenario: Callable[[Service], Awaitable[None]], **settings: Any) -> None:
    """Run a scenario against a service of its own."""

    async def whole() -> None:
        async with served(**settings) as service:
            await scenario(service)

    asyncio.run(whole())


def test_a_plain_query_is_answered_without_the_application() -> None:
    async def scenario(service: Service) -> None:
        for number in range(20):
            found = await service.ask(f"SELECT ({number} AS ?n) {{}}")
            assert found.status == 200
            assert f'"value":"{number}"'.encode() in found.body
        assert not service.handed

    within(scenario)


@pytest.mark.parametrize(
    ("text", "accept"),
    [
        ("SELECT ?o { GRAPH ?g { ?s ?p ?o } }", "text/csv"),
        ("ASK { GRAPH ?g { ?s ?p ?o } }", "application/sparql-results+xml"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }", "application/ld+json"),
        ("SELECT ?o { GRAPH ?g { ?o a skos:Concept } }", "*/*"),
    ],
)
def test_the_answer_is_that_of_the_application(text: str, accept: str) -> None:
    """HTTP.md, H1, H4, H7, H14: the same fields and bytes, whichever way an answer goes."""

    async def scenario(service: Service) -> None:
        express = await service.ask(text, accept=accept)
        assert not service.handed
        application = await service.ask(text, "&version=1.1&none=0", accept=accept)
        assert len(service.handed) == 1
        assert express.status == application.status == 200
        assert express.body == application.body
        assert express.fields.keys() == application.fields.keys()
        for name in express.fields.keys() - OWN - {"clausegraph-cache"}:
            assert express.fields[name] == application.fields[name], name
        assert express.fields["etag"] == application.fields["etag"]

    within(scenario)


def test_an_answer_is_kept_and_its_tag_is_held() -> None:
    """HTTP.md, H1 to H3."""

    async def scenario(service: Service) -> None:
        first = await service.ask("ASK {}")
        assert first.fields["clausegraph-cache"] == "miss"
        second = await service.ask("ASK {}")
        assert (second.fields["clausegraph-cache"], second.body) == ("hit", first.body)
        held = await service.ask("ASK {}", if_none_match=first.fields["etag"])
        assert held.status == 304

    within(scenario)


def test_many_requests_in_one_packet_are_answered_in_order() -> None:
    """RFC 9112, section 9.3.2; what is answered at once waits for what is not."""

    async def scenario(service: Service) -> None:
        texts = [f"SELECT ({n} AS ?n) {{}}" for n in range(30)]
        texts[4] = texts[4].replace("{}", f"{{ {{ {SLOW} }} }}")
        reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
        writer.write(b"".join(map(request, texts)))
        for number in range(len(texts)):
            assert f'"value":"{number}"'.encode() in (await reply(reader)).body
        writer.close()

    within(scenario)


@pytest.mark.parametrize(
    ("text", "status", "fields"),
    [
        ("SELECT ?o { ?s ?p ?o", 400, {}),
        ("SELECT * { SERVICE <http://localhost:1/> {} }", 403, {}),
        ("SELECT (NOW() AS ?now) {}", 200, {}),
        (PAIRS, 200, {"accept_encoding": "gzip"}),
        (LARGE, 200, {}),
    ],
    ids=["malformed", "refused", "volatile", "coded", "spooled"],
)
def test_the_application_goes_on_where_more_is_to_be_done(
    text: str, status: int, fields: dict[str, str]
) -> None:
    async def scenario(service: Service) -> None:
        found = await service.ask(text, **fields)
        assert found.status == status
        assert len(service.handed) == 1
        if status != 200:
            assert found.fields["content-type"].startswith("application/problem+json")
            assert found.fields["clausegraph-request"].encode() in found.body
        elif "accept_encoding" in fields:
            assert found.fields["content-encoding"] == "gzip"
        elif "NOW" in text:
            assert found.fields["cache-control"] == "no-store"
            assert "etag" not in found.fields
        else:
            assert found.body.count(b'"a"') == 30_000 + 1
        assert service.engine.statistics().running == 0

    within(scenario)


def test_an_endless_query_ends_at_its_deadline() -> None:
    """HTTP.md, L1: counted from when it was asked, though the application came to it later."""

    async def scenario(service: Service) -> None:
        start = asyncio.get_running_loop().time()
        found = await service.ask(ENDLESS)
        seconds = asyncio.get_running_loop().time() - start
        assert found.status == 504
        assert 1.0 <= seconds < 2.0
        statistics = service.engine.statistics()
        assert (statistics.kills["timeout"], statistics.running) == (1, 0)

    within(scenario, timeout=1.0)


def test_the_query_of_a_client_that_leaves_ends_within_a_second() -> None:
    """HTTP.md, L15."""

    async def scenario(service: Service) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", service.port)
        writer.write(request(ENDLESS))
        await asyncio.sleep(0.05)
        assert service.engine.statistics().running == 1
        writer.close()
        await asyncio.sleep(0.95)
        statistics = service.engine.statistics()
        assert (statistics.kills["left"], statistics.running) == (1, 0)

    within(scenario)


def test_each_request_is_counted_once() -> None:
    async def scenario(service: Service) -> None:
        for text in ("ASK {}", "ASK { }", "ASK {", SLOW, "SELECT (NOW() AS ?now) {}"):
            await service.ask(text)
        assert service.app is not None
        page, _ = await service.app.metrics.page()
        counted = dict(re.findall(r"^(clausegraph_\S+) (\S+)$", page.decode(), re.MULTILINE))
        ok = 'clausegraph_http_requests_total{method="GET",route="sparql",status="200"}'
        assert float(counted[ok]) == 4
        assert float(counted['clausegraph_queries_total{outcome="ok"}']) == 4
        assert float(counted['clausegraph_answer_cache_total{result="miss"}']) == 5

    within(scenario)


def test_a_worker_that_dies_costs_its_client_an_error_and_nobody_else_anything() -> None:
    async def scenario(service: Service) -> None:
        slow = asyncio.ensure_future(service.ask(ENDLESS))
        await asyncio.sleep(0.05)
        (worker,) = service.engine._pool._lent
        worker.zygote.kill(worker)
        assert (await slow).status == 503
        assert (await service.ask("ASK {}")).status == 200

    within(scenario)


def test_a_deadline_while_the_application_takes_over_is_told_of_once() -> None:
    """Both are due in one turn of a loop that was held up."""

    async def scenario(service: Service) -> None:
        assert service.app is not None
        assert service.app.express is not None
        asked = asyncio.ensure_future(service.ask(ENDLESS))
        await asyncio.sleep(0.03)
        patrol, (turn,) = service.app.express.asking.patrol, service.engine._pool._lent.values()
        patrol._look()
        patrol._look()
        assert turn.answer is not None
        turn.is_overdue = turn.answer.cancel()
        assert (await asked).status == 504
        await asyncio.sleep(0.02)
        assert len(service.handed) == 1
        statistics = service.engine.statistics()
        assert (statistics.kills["timeout"], statistics.running) == (1, 0)

    within(scenario)


def test_an_answer_is_let_go_of_once_it_is_sent() -> None:
    """In a circle of objects it would be held until thousands of others were, each up to a MiB."""

    async def scenario(service: Service) -> None:
        gc.disable()
        try:
            for number in range(20):
                for text in (f"SELECT ({number} AS ?n) {{}}", f"SELECT (NOW() AS ?n{number}) {{}}"):
                    await service.ask(text)
            await asyncio.sleep(0.02)
            assert not [found for found in gc.get_objects() if isinstance(found, (Begun, Turn))]
        finally:
            gc.enable()
        assert len(service.handed) == 20

    within(scenario)


def test_what_fails_once_an_answer_is_written_costs_the_worker_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scenario(service: Service) -> None:
        assert service.app is not None
        await service.ask("ASK {}")
        forks = service.engine.statistics().forks

        def fail(*_: object) -> None:
            raise RuntimeError("No memory for it.")

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(service.app.metrics, "count", fail)
            assert (await service.ask("ASK { }")).status == 200
        assert "cannot be sent" in caplog.text
        assert (await service.ask("ASK {  }")).status == 200
        assert service.engine.statistics().forks == forks
        assert not service.handed

    within(scenario)


def test_a_limited_or_hurried_service_has_no_express() -> None:
    """A rate is counted, and what takes long is looked into early, by the application."""

    async def scenario(service: Service) -> None:
        assert (await service.ask("ASK {}")).status == 200
        assert len(service.handed) == 1

    within(scenario, rate=Rate(1000, 1))
    within(scenario, timeout=0.9)
