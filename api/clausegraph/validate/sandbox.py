"""The processes in which strangers' documents are judged, and what they may not do.

    service --exec, at the first request--> zygote --fork, ahead of each request--> judge

The zygote has read our shapes and the context, so that a judge begins with both. A judge does one
job and ends: it may open no file and no socket, take no more memory and no more time than it was
given, and is killed at its deadline. Where a system cannot fork, each judge is a new Python that
has read all of it before it is given its job.
"""

from __future__ import annotations

import gc
import math
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn, cast

from clausegraph.engine import messages, process
from clausegraph.engine.messages import Frame, Header, Stream
from clausegraph.engine.process import HAS_LIMITS
from clausegraph.engine.spawned import Pipes
from clausegraph.engine.spool import too_large
from clausegraph.engine.zygote import hand_over
from clausegraph.errors import OUTCOMES, ClausegraphError, InputError, QueryMemoryExceeded
from clausegraph.validate.jobs import Job, Verdict, job_of, verdict_header

if HAS_LIMITS:
    import resource

MODULE = "clausegraph.validate.sandbox"
ZYGOTE, JUDGE = "zygote", "judge"

Judge = Callable[[Job], Verdict]
Prepare = Callable[[tuple[Path, ...]], Judge]

_IGNORED = ("SIGHUP", "SIGINT", "SIGTERM", "SIGBREAK", "SIGXFSZ")
_GRACE = 1.0  # seconds of processor time beyond the deadline, at which the service kills


@dataclass(frozen=True)
class Terms:
    """What one job may use: seconds, bytes of memory beyond what is loaded, bytes of report; and
    the context of every job: `background`, none for what ships."""

    seconds: float
    memory: int
    report: int
    background: tuple[Path, ...] = ()

    def header(self) -> Header:
        """Return the terms as the header of a frame."""
        return {
            "seconds": self.seconds,
            "memory": self.memory,
            "report": self.report,
            "background": [str(path) for path in self.background],
        }

    @classmethod
    def of(cls, header: Header) -> Terms:
        """Return the terms of a header."""
        background = tuple(map(Path, header["background"]))
        return cls(header["seconds"], header["memory"], header["report"], background)


def memory_exceeded(terms: Terms) -> QueryMemoryExceeded:
    """Return the error for a job that needs more memory than it may have."""
    return QueryMemoryExceeded(
        f"The validation needed more than the {terms.memory / 2**20:.0f} MiB that one may have.",
        remedy="Send less at once, or run `clausegraph validate` yourself.",
    )


def serve(sock: Stream, judge: Judge, terms: Terms, *, may_open: bool = False) -> None:
    """Say that we are ready, do one job, and tell what came of it."""
    os.environ["RUST_BACKTRACE"] = "0"
    process.confine(terms.memory, terms.report, may_open=may_open)
    try:
        messages.send(sock, {"ready": True})
        frame = messages.receive(sock)
        if frame is not None:
            _limit_processor(terms.seconds)
            messages.send(sock, *_outcome(frame, judge, terms))
    except (BrokenPipeError, ConnectionResetError):
        return


def _outcome(frame: Frame, judge: Judge, terms: Terms) -> Frame:
    """Return the frame that answers a job: a report, or the error that it met.

    Every answer is the last one: `retire` says so to whoever lends us.
    """
    met: ClausegraphError
    try:
        verdict = judge(job_of(frame))
        if len(verdict.report) > terms.report:
            raise too_large(terms.report)
    except ClausegraphError as error:
        met = error
    except MemoryError:
        met = memory_exceeded(terms)
    except RecursionError:
        met = InputError("The document nests too deeply.", remedy="Nest it less deeply.")
    else:
        return {**verdict_header(verdict), "retire": True}, verdict.report
    return {**_told(met), "retire": True}, b""


def _told(error: ClausegraphError) -> Header:
    """Return the header of an error, by the kind under which it is known outside."""
    known = next(kind for kind in type(error).__mro__ if kind in OUTCOMES)
    return {**messages.error_header(error), "error": known.__name__}


def _limit_processor(seconds: float) -> None:
    """Have the system end us should the service not: a judge has one thread."""
    if not HAS_LIMITS:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = usage.ru_utime + usage.ru_stime
    most = math.ceil(used + seconds + _GRACE)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    if hard == resource.RLIM_INFINITY or most < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))  # a second between the signals


def zygote(control: socket.socket, prepare: Prepare) -> None:
    """Prepare, then fork and kill judges as the service asks, until it closes `control`."""
    prepared = _prepared(control, prepare)
    if prepared is None:
        return
    judge, terms = prepared
    gc.collect()
    gc.freeze()
    family = _Family(control, partial(serve, judge=judge, terms=terms))
    try:
        messages.send(control, {"ready": "shapes"})
        family.tend()
    except (BrokenPipeError, ConnectionResetError):
        return
    finally:
        family.end()


class _Family:
    """Judges that nobody has waited for yet, so that their identifiers are still theirs.

    The end of one is heard of by a signal, which is let through only while nothing else is done.
    """

    def __init__(self, control: socket.socket, work: Callable[[socket.socket], None]) -> None:
        self._control = control
        self._work = work
        self._members: set[int] = set()

    def tend(self) -> None:
        """Do what the service asks, and tell it of each judge that ends."""
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        signal.signal(signal.SIGCHLD, lambda *_: self._clear_away())
        while True:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            frame = messages.receive(self._control)
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
            if frame is None:
                return
            self._obey(frame[0])

    def end(self) -> None:
        """Kill every judge, and wait for it."""
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for member in self._members:
            os.kill(member, signal.SIGKILL)
        for member in self._members:
            os.waitpid(member, 0)

    def _obey(self, order: Header) -> None:
        """Fork a judge, or kill one."""
        if "fork" in order:
            child = hand_over(self._control, "worker", self._work)
            if child is not None:
                self._members.add(child)
        elif order["kill"] in self._members:
            os.kill(order["kill"], signal.SIGKILL)

    def _clear_away(self) -> None:
        """Wait for the judges that have ended, and tell the service how."""
        while self._members:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                return
            self._members.discard(child)
            code = os.waitstatus_to_exitcode(status)
            messages.send(self._control, {"ended": child, "status": code})


def alone(pipes: Stream, prepare: Prepare) -> None:
    """Be a judge that was not forked: prepare, and do one job."""
    prepared = _prepared(pipes, prepare)
    if prepared is not None:
        serve(pipes, *prepared, may_open=True)


def _prepared(stream: Stream, prepare: Prepare) -> tuple[Judge, Terms] | None:
    """Read the terms and prepare; None where nobody asks any more, or was told why it failed."""
    frame = messages.receive(stream)
    if frame is None:
        return None
    terms = Terms.of(frame[0])
    try:
        return prepare(terms.background), terms
    except ClausegraphError as error:
        messages.send(stream, _told(error))
        return None


def _standard_input() -> socket.socket:
    """Return the socket that is our standard input, which no judge is to have, in its place."""
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return control


def main(task: str, prepare: Prepare) -> NoReturn:
    """Do what the service has started this process for."""
    status = process.FAILED
    try:
        for name in _IGNORED:
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), signal.SIG_IGN)
        process.die_with_parent()
        if task == ZYGOTE:
            with _standard_input() as control:
                zygote(control, prepare)
        else:
            alone(cast("Stream", Pipes()), prepare)
        status = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(status)


if __name__ == "__main__":
    from clausegraph.validate.judging import prepare

    main(sys.argv[1], prepare)
