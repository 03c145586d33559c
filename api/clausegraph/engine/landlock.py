"""A fence around one folder (landlock(7)): of all files, this process may open those below it, to
read them."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_PR_SET_NO_NEW_PRIVS = 38
_CREATE, _ADD, _RESTRICT = 444, 445, 446  # system calls, the same on every processor
_VERSION = 1  # asks _CREATE which rights the kernel knows
_BENEATH = 1  # a rule about a folder
_READ = 1 << 2 | 1 << 3  # of files, of folders
_RIGHTS = (0, 13, 14, 15, 15, 16)  # how many there are, by version


class _Rules(ctypes.Structure):
    """What is forbidden unless a rule allows it."""

    _fields_ = (("files", ctypes.c_uint64),)


class _Beneath(ctypes.Structure):
    """A rule: what is allowed below a folder."""

    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def fence(*folders: Path) -> bool:
    """Take from this thread the right to open, run or change any file, but to read those below the
    folders; return whether that could be done. For good; what is open stays open."""
    if sys.platform != "linux":
        return False
    system = ctypes.CDLL(None, use_errno=True)
    version = system.syscall(_CREATE, None, ctypes.c_size_t(0), _VERSION)
    if version < 1:
        return False
    rights = _RIGHTS[min(version, len(_RIGHTS) - 1)]
    rules = _Rules((1 << rights) - 1)
    size = ctypes.c_size_t(ctypes.sizeof(rules))
    made = system.syscall(_CREATE, ctypes.byref(rules), size, 0)
    if made < 0:
        return False
    try:
        return (
            all(_allow(system, made, folder) for folder in folders)
            and system.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
            and system.syscall(_RESTRICT, made, 0) == 0
        )
    finally:
        os.close(made)


def _allow(system: ctypes.CDLL, made: int, folder: Path) -> bool:
    """Add the rule that what is below a folder may be read."""
    try:
        descriptor = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        rule = _Beneath(_READ, descriptor)
        return bool(system.syscall(_ADD, made, _BENEATH, ctypes.byref(rule), 0) == 0)
    finally:
        os.close(descriptor)
