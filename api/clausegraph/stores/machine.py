"""The machine: how much memory a process of ours may still take, and who says so."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_UNLIMITED = 2**60  # bytes; what the kernel means by no limit is more


@dataclass(frozen=True)
class Memory:
    """So many bytes are free; `origin` says where, in words that follow the number."""

    free: int
    origin: str


def memory(root: Path = Path("/")) -> Memory | None:
    """Return the memory that is free, or None where the system does not tell.

    It is what the machine could give without swapping, or what the control groups (version 1 or 2)
    of this process leave, whichever is less. `root` is where `proc` and `sys` lie.
    """
    found = [Memory(free, "are left to this container") for free in _left_by_groups(root)]
    available = _available(root)
    if available is not None:
        found.append(Memory(available, "are free"))
    return min(found, key=lambda item: item.free, default=None)


def is_in_memory(folder: Path, root: Path = Path("/")) -> bool:
    """Whether what is written to a folder takes memory all the same (tmpfs(5))."""
    place = str(folder.resolve())
    found = ("", "")
    with contextlib.suppress(OSError):
        for line in (root / "proc/self/mounts").read_text(encoding="utf-8").splitlines():
            _, point, kind, *_ = line.split(" ")
            mount = point.encode().decode("unicode_escape").rstrip("/")
            if (place == mount or place.startswith(mount + "/")) and len(mount) >= len(found[0]):
                found = mount, kind
    return found[1] in ("tmpfs", "ramfs")


def _available(root: Path) -> int | None:
    """Return what the machine could give without swapping (proc(5), MemAvailable)."""
    with contextlib.suppress(OSError, ValueError):
        for line in (root / "proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    if root == Path("/") and hasattr(os, "sysconf"):
        with contextlib.suppress(OSError, ValueError):
            return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    return None


def _left_by_groups(root: Path) -> Iterator[int]:
    """Yield what each control group around this process leaves (cgroups(7))."""
    try:
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, _, place = rest.partition(":")
        if not controllers:
            yield from _left(root / "sys/fs/cgroup", place, ("memory.max", "memory.current"))
        elif "memory" in controllers.split(","):
            names = "memory.limit_in_bytes", "memory.usage_in_bytes"
            yield from _left(root / "sys/fs/cgroup/memory", place, names)


def _left(mount: Path, place: str, names: tuple[str, str]) -> Iterator[int]:
    """Yield what a group and those above it leave; a container sees its own as the topmost."""
    folder = mount / place.strip("/")
    for group in (folder, *folder.parents):
        if group != mount and mount not in group.parents:
            return
        limit, used = (_number(group / name) for name in names)
        if limit is not None and limit < _UNLIMITED:
            yield max(0, limit - max(0, (used or 0) - _reclaimable(group)))


def _number(file: Path) -> int | None:
    """Return the number in a file; None for one that is not there or says `max`."""
    with contextlib.suppress(OSError, ValueError):
        return int(file.read_text(encoding="ascii"))
    return None


def _reclaimable(group: Path) -> int:
    """Return how much of what a group uses are copies of files, which it would give back."""
    with contextlib.suppress(OSError, ValueError):
        for line in (group / "memory.stat").read_text(encoding="ascii").splitlines():
            name, _, value = line.partition(" ")
            if name in ("inactive_file", "total_inactive_file"):
                return int(value)
    return 0
