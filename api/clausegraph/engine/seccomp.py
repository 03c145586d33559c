"""A filter of system calls (seccomp(2)): files may be read, and nothing else be opened or begun.

For a process whose store opens files as it goes, so that it cannot be forbidden to open any. What
is refused fails with EPERM, or with ENOSYS where a C library then does it the old way, which can be
looked into.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

_PR_SET_NO_NEW_PRIVS = 38
_SET_MODE_FILTER, _ALL_THREADS = 1, 1

_LOAD, _EQUALS, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # of BPF
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND, _THIRD = 0, 4, 16, 24, 32  # offsets in seccomp_data
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_IS_THREAD = 0x00010000  # CLONE_THREAD

# System calls and their numbers on x86_64 and on aarch64, from the kernel's unistd.h; all but the
# last are refused, or looked into.
_CALLS = """
    open                  2    -
    openat              257   56
    openat2             437  437
    clone                56  220
    clone3              435  435
    socket               41  198
    connect              42  203
    accept               43  202
    bind                 49  200
    listen               50  201
    socketpair           53  199
    accept4             288  242
    fork                 57    -
    vfork                58    -
    execve               59  221
    execveat            322  281
    kill                 62  129
    truncate             76   45
    rename               82    -
    mkdir                83    -
    rmdir                84    -
    creat                85    -
    link                 86    -
    unlink               87    -
    symlink              88    -
    chmod                90    -
    chown                92    -
    lchown               94    -
    mknod               133    -
    mkdirat             258   34
    mknodat             259   33
    fchownat            260   54
    unlinkat            263   35
    renameat            264   38
    linkat              265   37
    symlinkat           266   36
    fchmodat            268   53
    renameat2           316  276
    setxattr            188    5
    utimensat           280   88
    mount               165   40
    umount2             166   39
    unshare             272   97
    setns               308  268
    ptrace              101  117
    process_vm_readv    310  270
    process_vm_writev   311  271
    pidfd_open          434  434
    pidfd_getfd         438  438
    memfd_create        319  279
    shmget               29  194
    mq_open             240  180
    bpf                 321  280
    userfaultfd         323  282
    io_uring_setup      425  425
    perf_event_open     298  241
    open_by_handle_at   304  265
    seccomp             317  277
"""
_WATCHED = MappingProxyType({"open": _SECOND, "openat": _THIRD})  # where their flags stand
_UNKNOWN = frozenset({"openat2", "clone3"})  # have their arguments where no filter can look


@dataclass(frozen=True)
class _Machine:
    """A kind of processor: its name for the kernel, and the numbers of its system calls.

    From `foreign` on, numbers are those of another one's calls.
    """

    architecture: int
    numbers: Mapping[str, int]
    foreign: int | None = None


def numbers(column: int) -> dict[str, int]:
    """Return the numbers in a column of the table; what has none there is left out."""
    rows = (line.split() for line in _CALLS.strip().splitlines())
    return {row[0]: int(row[column]) for row in rows if row[column] != "-"}


_MACHINES = {
    "x86_64": _Machine(0xC000003E, numbers(1), foreign=0x40000000),
    "aarch64": _Machine(0xC00000B7, numbers(2)),
}


class _Instruction(ctypes.Structure):
    """One instruction: what it does, where it goes on if so and if not, its value."""

    _fields_ = (
        ("code", ctypes.c_uint16),
        ("true", ctypes.c_uint8),
        ("false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    """Instructions, as the kernel takes them."""

    _fields_ = (("length", ctypes.c_uint16), ("first", ctypes.POINTER(_Instruction)))


def only_read() -> bool:
    """Take from this process, all its threads, the right to do more than read files, compute, and
    use what it has open; return whether that could be done. For good."""
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None or ctypes.sizeof(ctypes.c_void_p) != 8:  # noqa: PLR2004
        return False
    made = list(_instructions(machine))
    program = _Program(len(made), (_Instruction * len(made))(*made))
    system = ctypes.CDLL(None, use_errno=True)
    if system.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    number = machine.numbers["seccomp"]
    return bool(system.syscall(number, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(program)) == 0)


def _instructions(machine: _Machine) -> Iterator[_Instruction]:
    """Yield the filter: each call is compared with those that are refused, and is allowed else."""
    allow, refuse = _return(_ALLOW), _return(_ERROR | errno.EPERM)
    yield _Instruction(_LOAD, 0, 0, _ARCHITECTURE)
    yield _Instruction(_EQUALS, 1, 0, machine.architecture)
    yield refuse
    yield _Instruction(_LOAD, 0, 0, _NUMBER)
    if machine.foreign is not None:
        yield _Instruction(_AT_LEAST, 0, 1, machine.foreign)
        yield refuse
    for name, number in machine.numbers.items():
        if name in _WATCHED:
            yield _Instruction(_EQUALS, 0, 4, number)
            yield _Instruction(_LOAD, 0, 0, _WATCHED[name])
            yield _Instruction(_HAS_BITS, 0, 1, _WRITES)
            yield refuse
            yield allow
        elif name == "clone":
            yield _Instruction(_EQUALS, 0, 4, number)
            yield _Instruction(_LOAD, 0, 0, _FIRST)
            yield _Instruction(_HAS_BITS, 1, 0, _IS_THREAD)
            yield refuse
            yield allow
        elif name != "seccomp":
            yield _Instruction(_EQUALS, 0, 1, number)
            yield _return(_ERROR | errno.ENOSYS) if name in _UNKNOWN else refuse
    yield allow


def _return(value: int) -> _Instruction:
    return _Instruction(_RETURN, 0, 0, value)
