"""Interruption: work that takes long ends in order, however it is told to end."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

# As systemd, a container or `timeout` ends a program, and a terminal that goes away.
_SIGNALS = ("SIGTERM", "SIGHUP")
_SHELL = 128  # and the number of the signal, as a shell reports a program that one ended


@contextmanager
def interruptible(left: str | Callable[[], str]) -> Iterator[None]:
    """Have signals that end the program end the work as Ctrl-C does, so that it clears away what is
    half done; then say what is `left`, or what that answers by then. One that is ignored, as after
    `nohup`, stays so. Off the main thread, where no signal arrives, nothing is done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _numbers()}
    try:
        for number, handler in before.items():
            if handler is signal.SIG_DFL:
                signal.signal(number, _end)
        yield
    except KeyboardInterrupt as interrupt:
        told = left if isinstance(left, str) else left()
        with suppress(OSError):  # The terminal may be gone.
            print(f"clausegraph: Interrupted. {told}", file=sys.stderr, flush=True)
        if isinstance(interrupt, _Ended):
            sys.exit(_SHELL + interrupt.number)
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Ended(KeyboardInterrupt):
    """Raised in the work by a signal, where Ctrl-C would be."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def _end(number: int, _: FrameType | None) -> None:
    # Another one, as services and terminals send them, would break off what is cleared away.
    for each in _numbers():
        if signal.getsignal(each) is _end:
            signal.signal(each, _ignore)
    raise _Ended(number)


def _ignore(_: int, __: FrameType | None) -> None:
    """Do nothing; Python complains of one that came before SIG_IGN was set."""


def _numbers() -> list[signal.Signals]:
    """Return the signals that this system has."""
    return [signal.Signals[name] for name in _SIGNALS if name in signal.Signals.__members__]
