"""What others see while endless queries are being sent, and what a very large answer takes."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from bench import processes, servers
from bench.load import Endless, Target, send, wrk
from bench.questions import ENDLESS, JSON, LOOKUP, MILLION, TOO_MUCH
from bench.servers import Data, Server

ENDLESS_CLIENTS = 8
LOOKUP_CONNECTIONS = 4
OTHERS = ["127.0.0.2"] * 4 + ["127.0.0.3"] * 4
THE_SAME = ["127.0.0.1"] * ENDLESS_CLIENTS
LIMIT = 30.0  # seconds that a query may take by default
_SETTLING = 3.0
_GRACE = 10.0  # seconds past the limit that an endless query is waited for


def endless(data: Data, folder: Path, peers: Path, *, is_quick: bool) -> list[dict[str, Any]]:
    """Return the latency of lookups beside endless queries, ours and the peers'."""
    found = []
    limit = 3.0 if is_quick else LIMIT
    own = ("--timeout", f"{limit:g}")
    cases: list[tuple[str, list[str], AbstractContextManager[Server]]] = [
        ("other addresses", OTHERS, servers.ours(data, folder, *own)),
        ("the same address", THE_SAME, servers.ours(data, folder, *own)),
        # Without a time limit: its own keeps a thread for each request of the last 30 s, which are
        # more than the system gives, and it ends.
        ("other addresses", OTHERS, servers.oxigraph(data, folder, peers)),
    ]
    for name, sources, started in cases[:1] if is_quick else cases:
        with started as server:
            found.append({"from": name, **_beside(server, data, sources, limit)})
    return found


def _beside(server: Server, data: Data, sources: list[str], limit: float) -> dict[str, Any]:
    """Measure lookups alone and beside endless queries, and how the server is afterwards."""
    things = (data.document, data.clause)
    lookup = Target(server.url, JSON, LOOKUP.on(*things))
    alone = wrk(lookup, LOOKUP_CONNECTIONS, 3)
    before = processes.shared_memory(server.processes)
    hopeless = Target(server.url, JSON, ENDLESS.on(*things))
    with Endless(hopeless, sources, limit + _GRACE) as clients:
        time.sleep(1)
        with processes.Peak(server.processes) as most:
            found = wrk(lookup, LOOKUP_CONNECTIONS, limit)
        clients.wait()
        ends = [one.seconds for one in clients.sent]
        statuses = Counter(clients.statuses())
    time.sleep(_SETTLING)
    return {
        "server": server.name,
        "is_still_up": server.process.poll() is None,
        "lookups_per_second_alone": alone.rate,
        "lookups_per_second": found.rate,
        "p50_ms": found.p50 * 1e3,
        "p99_ms": found.p99 * 1e3,
        "failed": found.failed,
        "endless_statuses": dict(statuses),
        "endless_latest_end_seconds": max(ends, default=0.0),
        "limit_seconds": limit,
        "busy_processors_after": processes.busy(server.processes, 2),
        "memory_before_mib": before,
        "memory_most_mib": most.most,
        "memory_after_mib": processes.shared_memory(server.processes),
    }


def million(data: Data, folder: Path) -> dict[str, Any]:
    """Return what a million rows take, and what becomes of more than the cap."""
    with servers.ours(data, folder) as server:
        things = (data.document, data.clause)
        service = server.process.pid
        send(Target(server.url, JSON, LOOKUP.on(*things)), LIMIT)
        before = processes.memory(service)
        processes.reset_peak(service)
        answer = send(Target(server.url, JSON, MILLION.on(*things)), 4 * LIMIT)
        most = processes.peak(service)
        time.sleep(_SETTLING)
        after = processes.memory(service)
        refused = send(Target(server.url, JSON, TOO_MUCH.on(*things)), 4 * LIMIT, keep=True)
        return {
            "status": answer.status,
            "bytes": answer.size,
            "seconds": answer.seconds,
            "service_memory_before_mib": before,
            "service_growth_at_most_mib": most - before,
            "service_growth_after_mib": after - before,
            "past_the_cap_status": refused.status,
            "past_the_cap_seconds": refused.seconds,
        }
