"""How many requests one client address may send: counted in slices of a sliding window."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from clausegraph.settings import Rate

SLICES = 12
MOST_CLIENTS = 100_000


class Verdict(NamedTuple):
    """Whether a request is allowed, how many more would be now, and when more will be (in s)."""

    is_allowed: bool
    remaining: int
    reset: int


class Rates:
    """Counts the requests of each client; in any window of the rate's length none gets more.

    The window is cut into SLICES, and a slice counts until all of it has left the window: whoever
    uses up the rate at once waits a twelfth longer than the window. A token bucket would need less
    memory, but lets twice the rate through in one window. A refused request counts for nothing, so
    that a client which keeps on asking is served again all the same. Beyond `most` clients, the one
    that was silent longest is forgotten. `clock` gives nanoseconds and never goes back.
    """

    def __init__(
        self,
        rate: Rate,
        clock: Callable[[], int] = time.monotonic_ns,
        most: int = MOST_CLIENTS,
    ) -> None:
        self._rate = rate
        self._clock = clock
        self._most = most
        self._slice = rate.seconds * 10**9 // SLICES + 1
        self._clients: OrderedDict[str, list[int]] = OrderedDict()
        # The value of RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10, section 3).
        self.policy = b'"requests";q=%d;w=%d' % (rate.requests, rate.seconds)

    def check(self, client: str) -> Verdict:
        """Count a request of `client`, and say whether it is allowed."""
        now = self._clock()
        current = now // self._slice
        self._forget(current)
        counts = self._clients.get(client)
        if counts is None:
            counts = self._clients[client] = []
        else:
            self._clients.move_to_end(client)
            while counts and self._is_past(counts[0], current):
                del counts[:2]
        # Pairs of a slice and the requests in it, oldest first: flat, for a tenth of the memory.
        remaining = self._rate.requests - sum(counts[1::2])
        is_allowed = remaining > 0
        if is_allowed:
            remaining -= 1
            if counts and counts[-2] == current:
                counts[-1] += 1
            else:
                counts += (current, 1)
        free = (counts[0] + SLICES + 1) * self._slice
        return Verdict(is_allowed, remaining, -((now - free) // 10**9))

    def _forget(self, current: int) -> None:
        """Drop clients whose requests all left the window, two a call, and what is too many."""
        for _ in range(2):
            if not self._clients:
                return
            counts = next(iter(self._clients.values()))
            is_full = len(self._clients) >= self._most
            if not is_full and not self._is_past(counts[-2], current):
                return
            self._clients.popitem(last=False)

    @staticmethod
    def _is_past(counted: int, current: int) -> bool:
        """Whether no moment of slice `counted` is in a window that ends in slice `current`."""
        return counted < current - SLICES


def limit(verdict: Verdict) -> bytes:
    """Return the value of RateLimit (draft-ietf-httpapi-ratelimit-headers-10, section 4)."""
    return b'"requests";r=%d;t=%d' % (verdict.remaining, verdict.reset)
