"""Child processes made by fork: what they drop of their parent, and how they end."""

from __future__ import annotations

import ctypes
import faulthandler
import gc
import os
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from clausegraph.engine import landlock, seccomp

try:
    import fcntl
    import resource
except ImportError:  # Windows has no limits for a process.
    HAS_LIMITS = False
else:
    HAS_LIMITS = True

FAILED = 70  # exit status of a child whose work raised (EX_SOFTWARE of sysexits.h)

_IGNORED = ("SIGHUP", "SIGINT", "SIGTERM")
_STANDARD_STREAMS = {0, 1, 2}
_STACK = 64 * 2**20
_PR_SET_PDEATHSIG = 1
_M_MXFAST = 1  # of mallopt(3)
_DESCRIPTORS = Path("/dev/fd")
_MOST_DESCRIPTORS = 65_536
_HIGH = 100  # the first number that no library takes


def can_fork() -> bool:
    """Whether this platform has what forked worker processes need."""
    return HAS_LIMITS and hasattr(os, "fork") and hasattr(socket, "send_fds")


def spawn(work: Callable[[], None], keep: Iterable[int]) -> int:
    """Fork a child that does `work` and exits, and return its process identifier.

    The child keeps the standard streams and the descriptors in `keep`, no other; it never returns
    into the caller's code, runs no exit handler, and dies with the thread that forked it where the
    system can see to that (else when it finds its socket closed).
    """
    parent, bound = os.getpid(), threading.current_thread() is threading.main_thread()
    kept = _STANDARD_STREAMS | set(keep)
    child = os.fork()
    if child == 0:
        _run(work, kept, parent if bound else None)
    return child


def aloft(descriptor: int) -> int:
    """Give an open file a number that no library takes, and return it.

    A library may close numbers of its own in each child, though the child has given them to others:
    libuv does, in whose loop the service runs, and its numbers are low.
    """
    try:
        found: int = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _HIGH)
    except OSError:
        return descriptor
    os.close(descriptor)
    return found


def _run(work: Callable[[], None], keep: set[int], parent: int | None) -> NoReturn:
    """Do the work of a child, and exit."""
    status = FAILED
    try:
        _detach(keep, parent)
        work()
        status = 0
    finally:
        if status:
            traceback.print_exc()
        os._exit(status)


def _detach(keep: set[int], parent: int | None) -> None:
    """Drop the parent's signal handlers, descriptors and garbage.

    The end of a child is a closed socket or SIGKILL. Signals that a terminal or a supervisor sends
    to the whole group are for the service alone, which may let queries finish.
    """
    gc.freeze()  # What is garbage here may hold descriptors by number: it is never collected.
    faulthandler.disable()
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    for name in _IGNORED:
        signal.signal(signal.Signals[name], signal.SIG_IGN)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # A write past a limit is then an error.
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for descriptor in _open_descriptors() - keep:
        _close(descriptor)
    if parent is not None:
        die_with_parent(parent)


def _open_descriptors() -> set[int]:
    """Return the numbers that may be open."""
    if _DESCRIPTORS.is_dir():
        return {int(entry.name) for entry in _DESCRIPTORS.iterdir() if entry.name.isdecimal()}
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return set(range(min(most, _MOST_DESCRIPTORS) if most > 0 else _MOST_DESCRIPTORS))


def _close(descriptor: int) -> None:
    """Close a descriptor, which may not be open."""
    try:
        os.close(descriptor)
    except OSError:
        return


def die_with_parent(parent: int | None = None) -> None:
    """Ask for SIGKILL when the parent dies, and exit if `parent` has (Linux; elsewhere do
    nothing)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if parent is not None and os.getppid() != parent:
            os._exit(0)


def confine(memory: int, file: int, *, may_open: bool = False, reads: Sequence[Path] = ()) -> None:
    """Take from this process the right to open anything (unless it `may_open` files), to dump core,
    to take more than `memory` bytes beyond what it has, and to make any file longer than `file`
    bytes; give it a stack for queries that nest deep.

    One that `reads` may open files to read them, of those below these folders; nothing else.
    Where a system knows no such limit, that one is left out.
    """
    if not HAS_LIMITS:
        return
    _limit(resource.RLIMIT_FSIZE, file)
    _limit(resource.RLIMIT_CORE, 0)
    hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
    wanted = _STACK if hard == resource.RLIM_INFINITY else min(_STACK, hard)
    resource.setrlimit(resource.RLIMIT_STACK, (wanted, hard))
    taken = _address_space()
    if taken is not None:
        _limit(resource.RLIMIT_AS, taken + memory)
    if reads:
        landlock.fence(*reads)
        seccomp.only_read()
    elif not may_open:
        _limit(resource.RLIMIT_NOFILE, 0)


def spare_the_allocator() -> None:
    """Have the C library put small pieces of memory that are freed together at once.

    Else it does so whenever a piece of 1 KiB is wanted, several times in each query. Only the GNU
    library has such bins, and only its `mallopt` knows them by this number.
    """
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(_M_MXFAST, 0)


def can_only_read() -> bool:
    """Whether a process can be kept from more than reading files: asked of a child that tries."""
    if not can_fork():
        return False
    child = os.fork()
    if child == 0:
        os._exit(0 if seccomp.only_read() else FAILED)
    return os.waitpid(child, 0)[1] == 0


def _limit(kind: int, value: int) -> None:
    """Set a limit for good, within what is allowed already."""
    hard = resource.getrlimit(kind)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


def _address_space() -> int | None:
    """Return the bytes of address space in use, or None where the system does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    except OSError:
        return None
    return int(pages) * resource.getpagesize()


def peak_memory() -> int:
    """Return the most bytes of memory that this process has ever held, 0 where none can tell."""
    if not HAS_LIMITS:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
