"""Signals, handled on the event loop, on systems with and without its own support for them."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from types import FrameType

Actions = Mapping[signal.Signals, Callable[[], object]]


def known(*names: str) -> tuple[signal.Signals, ...]:
    """Return those of the signals named that this system has."""
    return tuple(signal.Signals[name] for name in names if name in signal.Signals.__members__)


STOP = known("SIGINT", "SIGTERM", "SIGBREAK")
RELOAD = known("SIGHUP")


@contextlib.contextmanager
def handled(actions: Actions, *, portable: bool = sys.platform == "win32") -> Iterator[None]:
    """Call the action of a signal on the running loop, whenever it comes.

    `portable` is the way of systems whose loops cannot take signals (Windows).
    """
    loop = asyncio.get_running_loop()
    with _portably(loop, actions) if portable else _by_loop(loop, actions):
        yield


@contextlib.contextmanager
def _by_loop(loop: asyncio.AbstractEventLoop, actions: Actions) -> Iterator[None]:
    for number, action in actions.items():
        loop.add_signal_handler(number, action)
    try:
        yield
    finally:
        for number in actions:
            loop.remove_signal_handler(number)


@contextlib.contextmanager
def _portably(loop: asyncio.AbstractEventLoop, actions: Actions) -> Iterator[None]:
    """Let the interpreter's handlers, which run between any two steps, wake the loop."""

    def pass_on(number: int, _: FrameType | None) -> None:
        loop.call_soon_threadsafe(actions[signal.Signals(number)])

    before = {number: signal.signal(number, pass_on) for number in actions}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
