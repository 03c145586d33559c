"""The limit of requests per client address (L12)."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausegraph.engine import Statistics
from clausegraph.settings import Rate
from clausegraph.web.metrics import Metrics, Sources
from clausegraph.web.observe import Observe
from clausegraph.web.rates import SLICES, Rates

SECOND = 10**9


class Clock:
    """Time that passes when told to."""

    def __init__(self, now: int = 0) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


RATES = st.builds(Rate, st.integers(1, 20), st.integers(1, 60))
PAUSES = st.lists(st.one_of(st.just(0), st.integers(0, 10 * SECOND)), max_size=150)


@given(RATES, st.integers(0, 10**15), PAUSES)
def test_no_window_lets_more_than_the_rate_through(
    rate: Rate, start: int, pauses: list[int]
) -> None:
    """L12: the policy that is announced is kept, whatever the rhythm."""
    clock = Clock(start)
    rates = Rates(rate, clock)
    window: deque[int] = deque()
    for pause in pauses:
        clock.now += pause
        while window and window[0] <= clock.now - rate.seconds * SECOND:
            window.popleft()
        verdict = rates.check("a")
        if verdict.is_allowed:
            window.append(clock.now)
        assert len(window) <= rate.requests
        assert 0 <= verdict.remaining <= rate.requests - len(window)


@given(RATES, st.integers(0, 10**15), PAUSES)
def test_whoever_waits_as_told_is_served(rate: Rate, start: int, pauses: list[int]) -> None:
    """RFC 9110, section 10.2.3: Retry-After is how long to wait, and no longer than the window."""
    clock = Clock(start)
    rates = Rates(rate, clock)
    for pause in pauses:
        clock.now += pause
        verdict = rates.check("a")
        assert 1 <= verdict.reset <= rate.seconds * (SLICES + 1) // SLICES + 2
        if not verdict.is_allowed:
            clock.now += verdict.reset * SECOND
            assert rates.check("a").is_allowed


@given(RATES, st.lists(st.integers(0, SECOND), min_size=200, max_size=400))
def test_whoever_keeps_on_asking_is_not_shut_out(rate: Rate, pauses: list[int]) -> None:
    """L12: a refused request counts for nothing."""
    clock = Clock()
    rates = Rates(rate, clock)
    served = clock.now
    for pause in pauses:
        clock.now += pause
        if rates.check("a").is_allowed:
            served = clock.now
        assert clock.now - served <= (rate.seconds + rate.seconds / SLICES + 2) * SECOND


def test_an_unused_window_gives_the_whole_rate() -> None:
    """L12: as many as announced may come at once."""
    clock = Clock()
    rates = Rates(Rate(5, 60), clock)
    assert [rates.check("a")[:2] for _ in range(6)] == [
        *((True, left) for left in (4, 3, 2, 1, 0)),
        (False, 0),
    ]
    assert rates.check("b").is_allowed


def test_memory_is_bounded_and_given_back() -> None:
    """L12: a botnet cannot fill the memory; clients that are silent are forgotten."""
    clock = Clock()
    rates = Rates(Rate(5, 60), clock, most=100)
    for number in range(1000):
        rates.check(str(number))
    assert len(rates._clients) == 100
    clock.now += 70 * SECOND
    for _ in range(60):
        rates.check("a")
    assert set(rates._clients) == {"a"}


# --- over HTTP


async def _app(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"x"})


def _observed(rate: Rate | None) -> Observe:
    idle = Statistics(1, 0, 0, 1, {}, 0, 0, ())
    metrics = Metrics(Sources("0", lambda: None, lambda: idle))
    return Observe(_app, metrics, rates=Rates(rate) if rate else None)


def _get(app: Observe, path: str = "/sparql", **more: Any) -> tuple[int, dict[str, str], bytes]:
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [],
        "client": ("192.0.2.1", 1),
        **more,
    }
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    asyncio.run(app(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(part["body"] for part in sent[1:])


def test_over_the_rate_is_429_with_the_time_to_wait() -> None:
    """RFC 6585, section 4; RFC 9457; L12."""
    app = _observed(Rate(2, 60))
    for left in (1, 0):
        status, headers, _ = _get(app)
        assert status == 200
        assert headers["ratelimit-policy"] == '"requests";q=2;w=60'
        assert headers["ratelimit"].startswith(f'"requests";r={left};t=')
    status, headers, body = _get(app)
    assert status == 429
    assert headers["content-type"] == "application/problem+json"
    assert headers["ratelimit"] == f'"requests";r=0;t={headers["retry-after"]}'
    assert 1 <= int(headers["retry-after"]) <= 66
    assert headers["cache-control"] == "no-store"
    assert headers["access-control-allow-origin"] == "*"
    assert headers["x-content-type-options"] == "nosniff"
    problem = json.loads(body)
    assert problem["type"].endswith("/problem/rate-limited")
    assert problem["queryId"] == headers["clausegraph-request"]


def test_a_refusal_to_head_has_no_body() -> None:
    """RFC 9110, section 9.3.2."""
    app = _observed(Rate(1, 60))
    _get(app)
    status, headers, body = _get(app, method="HEAD")
    assert (status, body) == (429, b"")
    assert int(headers["content-length"]) > 0


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics"])
def test_what_operators_poll_is_not_counted(path: str) -> None:
    """L12, D5 to D7."""
    app = _observed(Rate(1, 60))
    for _ in range(3):
        status, headers, _ = _get(app, path)
        assert status == 200
        assert "ratelimit" not in headers
    assert _get(app)[0] == 200


def test_an_ipv6_client_cannot_change_addresses_to_get_more() -> None:
    """RFC 6177: a client has a /64, at least, to itself."""
    app = _observed(Rate(1, 60))
    assert _get(app, client=("2001:db8::1", 1))[0] == 200
    assert _get(app, client=("2001:db8::ffff", 1))[0] == 429
    assert _get(app, client=("2001:db8:0:1::1", 1))[0] == 200
    assert _get(app, client=("::ffff:192.0.2.7", 1))[0] == 200
    assert _get(app, client=("192.0.2.7", 1))[0] == 429


def test_without_a_limit_nothing_is_said_of_one() -> None:
    """L12: the limit is off unless it is set."""
    app = _observed(None)
    assert not [name for name in _get(app)[1] if name.startswith("ratelimit")]
