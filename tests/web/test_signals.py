"""Signals on the event loop, in the way of every system."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from clausegraph.web import signals


@pytest.mark.parametrize("portable", [False, True])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_becomes_an_action_on_the_loop(portable: bool, number: signal.Signals) -> None:
    """With and without a loop that takes signals (Windows)."""

    async def run() -> None:
        done = asyncio.Event()
        with signals.handled({number: done.set}, portable=portable):
            os.kill(os.getpid(), number)
            async with asyncio.timeout(5):
                await done.wait()

    before = signal.getsignal(number)
    asyncio.run(run())
    assert signal.getsignal(number) == before


def test_only_signals_that_there_are_are_named() -> None:
    """SIGBREAK is of Windows alone."""
    assert signals.known("SIGINT", "SIGNONE") == (signal.SIGINT,)
    assert signals.STOP[:2] == (signal.SIGINT, signal.SIGTERM)
