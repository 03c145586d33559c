"""Many connections, one address with too many, and proxies that speak for others."""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import uvloop

from clausegraph.errors import UsageError
from clausegraph.web.gate import Gate, Patience, room
from clausegraph.web.proxies import Proxies, party
from raw import LAST, Raw, Small, ask, get, serving

LOOPS = [uvloop.new_event_loop, asyncio.SelectorEventLoop]
FEW = 10
OTHER = "127.0.0.2"


@pytest.fixture(params=LOOPS, ids=["uvloop", "asyncio"])
def loop(request: pytest.FixtureRequest) -> Callable[[], asyncio.AbstractEventLoop]:
    """Each kind of loop."""
    found: Callable[[], asyncio.AbstractEventLoop] = request.param
    return found


@pytest.fixture
def port(loop: Callable[[], asyncio.AbstractEventLoop]) -> Iterator[int]:
    """A server that holds few connections."""
    with serving(Small(), Gate(most=FEW), loop) as found:
        yield found


@pytest.fixture
def hold() -> Iterator[Callable[..., Raw]]:
    """Open connections that last as long as the test."""
    with contextlib.ExitStack() as stack:
        yield lambda port, source="127.0.0.1": stack.enter_context(Raw(port, source))


def test_one_address_holds_half_of_the_connections(port: int, hold: Callable[..., Raw]) -> None:
    """RFC 9110, section 15.6.4: the next one is told so at once; another address is served."""
    for _ in range(FEW // 2):
        hold(port)
    with Raw(port) as raw:
        answer = raw.reply()
        assert (answer.status, answer.slug) == (503, "crowded")
        assert answer.fields["retry-after"] == "1"
        assert raw.is_closed()
    assert ask(port, get(), source=OTHER).status == 200


def test_beyond_the_cap_nobody_is_admitted_until_one_leaves(
    port: int, hold: Callable[..., Raw]
) -> None:
    """RFC 9110, section 15.6.4."""
    raws = [hold(port, source) for source in ("127.0.0.1", OTHER) for _ in range(FEW // 2)]
    assert ask(port, get(), source="127.0.0.3").slug == "crowded"
    raws[0].socket.shutdown(1)
    assert raws[0].is_closed()
    assert ask(port, get(), source="127.0.0.3").status == 200


def test_idle_connections_make_room_oldest_first(port: int, hold: Callable[..., Raw]) -> None:
    """RFC 9112, section 9.5: a server may close what is idle, at any time."""
    raws = [hold(port, source) for source in ("127.0.0.1", OTHER) for _ in range(FEW // 2)]
    for raw in raws:
        raw.send(get())
        assert raw.reply().status == 200
    raws[0].send(get())
    assert raws[0].reply().status == 200
    late = hold(port, "127.0.0.3")
    late.send(get())
    assert late.reply().status == 200
    assert raws[1].is_closed()
    raws[0].send(get())
    assert raws[0].reply().status == 200
    own = hold(port, OTHER)
    own.send(get())
    assert own.reply().status == 200
    for raw in (raws[2], raws[3], raws[4]):
        raw.send(get())
        assert raw.reply().status == 200


def test_a_flood_that_is_refused_leaves_nothing_behind(port: int, hold: Callable[..., Raw]) -> None:
    """Whoever does not close is closed."""
    for _ in range(FEW // 2):
        hold(port)
    for _ in range(300):
        hold(port)
    start = time.monotonic()
    assert ask(port, get(), source=OTHER).status == 200
    assert time.monotonic() - start < 2


def test_what_is_refused_is_counted(loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    """The operator can see it in the metrics."""
    gate = Gate(most=2)
    with serving(Small(), gate, loop) as port, Raw(port):
        assert ask(port, get()).slug == "crowded"
        assert ask(port, b"BREW / HTTP/1.1\r\n\r\n", source=OTHER).slug == "method-unknown"
    assert gate.refused == {"crowded": 1, "method-unknown": 1}


PROGRAM = """
import asyncio, resource, sys
sys.path.insert(0, sys.argv[1])
import uvloop
from raw import Small, serving
from clausegraph.web.gate import Gate
loop = {"uvloop": uvloop.new_event_loop, "asyncio": asyncio.SelectorEventLoop}[sys.argv[2]]
resource.setrlimit(resource.RLIMIT_NOFILE, (60, 60))
used = lambda: sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
with serving(Small(), Gate(most=1000), loop) as port:
    start = used()
    print(port, flush=True)
    sys.stdin.read()
    print(used() - start, flush=True)
"""


@pytest.mark.parametrize("name", ["uvloop", "asyncio"])
def test_a_process_out_of_descriptors_neither_ends_nor_spins(name: str, root: Path) -> None:
    """accept(2), EMFILE: once connections close, the next ones are served."""
    command = [sys.executable, "-c", PROGRAM, str(root / "tests"), name]
    pipe, quiet = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=quiet, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with contextlib.ExitStack() as stack:
            for _ in range(100):
                stack.enter_context(Raw(port))
            time.sleep(1)
        time.sleep(1.2)
        assert ask(port, get()).status == 200
        seconds = float(process.communicate("")[0])
        assert seconds < 1  # of the processor: whoever spins uses all of the 2.2 s


def test_the_limit_of_open_files_is_raised_as_far_as_needed() -> None:
    """setrlimit(2): the soft limit, within the hard one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, hard), hard))
        assert room(100, 16) == 100
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == min(256, hard)
        if hard == resource.RLIM_INFINITY or hard > 2000:
            assert room(1000, 16) == 1000
            assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= 1128
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_service_with_few_descriptors_says_so_and_serves() -> None:
    """What cannot be opened is not promised."""
    program = (
        "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (150, 150));"
        "sys.argv[0] = 'clausegraph'; runpy.run_module('clausegraph', run_name='__main__')"
    )
    command = [sys.executable, "-c", program, "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            said = ""
            while "http://" not in said:
                line = process.stderr.readline()
                assert line, said
                said += line
            assert "connections" in said
            port = httpx.URL(said.rpartition("at ")[2].split()[0]).port or 80
            with contextlib.ExitStack() as stack:
                for _ in range(100):
                    stack.enter_context(Raw(port))
                time.sleep(0.3)
                query = get("/sparql?query=ASK%7B%7D", LAST)
                assert ask(port, query, source=OTHER).status == 200
        finally:
            process.terminate()
            process.wait(20)


def told(port: int, fields: bytes, source: str = "127.0.0.1") -> tuple[str, str]:
    """Return the client's address and the scheme that the application sees."""
    answer = json.loads(ask(port, get("/", fields), source=source).body)
    return answer["client"][0], answer["scheme"]


FORWARDED = b"X-Forwarded-For: 192.0.2.1, 198.51.100.7, 127.0.0.9\r\nX-Forwarded-Proto: https\r\n"


def test_a_client_cannot_say_who_it_is(port: int) -> None:
    """CWE-290: no proxy is trusted unless the operator names it."""
    assert told(port, FORWARDED) == ("127.0.0.1", "http")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (FORWARDED, ("198.51.100.7", "https")),
        (b"", ("127.0.0.9", "http")),
        (b"X-Forwarded-For: 2001:db8::1\r\n", ("2001:db8::1", "http")),
        (b"X-Forwarded-For: [2001:db8::1]:80\r\n", ("2001:db8::1", "http")),
        (b"X-Forwarded-For: 192.0.2.1:80\r\n", ("192.0.2.1", "http")),
        (b"X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-For: 192.0.2.2\r\n", ("192.0.2.2", "http")),
        (b"X-Forwarded-For: 192.0.2.1, nonsense\r\n", ("127.0.0.9", "http")),
        (b"X-Forwarded-For: 192.0.2.1, unknown, 127.0.0.9\r\n", ("127.0.0.9", "http")),
        (b"X-Forwarded-Proto: gopher\r\n", ("127.0.0.9", "http")),
    ],
)
def test_a_trusted_proxy_says_who_asks(fields: bytes, expected: tuple[str, str]) -> None:
    """The last address that is no proxy of ours: what stands before it is anyone's claim."""
    gate = Gate(proxies=Proxies.of(["127.0.0.8/29"]))
    with serving(Small(), gate, uvloop.new_event_loop) as port:
        assert told(port, fields, "127.0.0.9") == expected
        assert told(port, FORWARDED) == ("127.0.0.1", "http")


def test_a_trusted_proxy_may_hold_every_connection(hold: Callable[..., Raw]) -> None:
    """It speaks for many clients."""
    gate = Gate(Patience(), most=4, proxies=Proxies.of(["127.0.0.9"]))
    with serving(Small(), gate, uvloop.new_event_loop) as port:
        for _ in range(4):
            raw = hold(port, "127.0.0.9")
            raw.send(get())
            assert raw.reply().status == 200


def test_a_name_that_is_no_address_is_refused() -> None:
    """A setting that cannot be used is told of at the start."""
    with pytest.raises(UsageError, match="proxy"):
        Proxies.of(["example.org"])


def test_an_ipv6_client_counts_by_its_network() -> None:
    """RFC 4291, section 2.5.4: one host has a /64."""
    assert party("2001:db8::1") == party("2001:db8::2:3") != party("2001:db8:0:1::1")
    assert party("::ffff:192.0.2.1") == party("192.0.2.1")
