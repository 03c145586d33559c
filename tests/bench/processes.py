"""What processes take, as Linux tells."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

MEBIBYTE = 2**20
_KIBIBYTES = 2**10  # of memory in a MiB
_RESET_PEAK = "5"  # to clear_refs, as proc(5) says


def shared_memory(processes: Iterable[int]) -> float:
    """Return the MiB that processes hold together, pages that they share counted once."""
    return sum(_kilobytes(process, "smaps_rollup", "Pss:") for process in processes) / 1024


def memory(process: int) -> float:
    """Return the MiB that a process holds."""
    return _kilobytes(process, "status", "VmRSS:") / 1024


def peak(process: int) -> float:
    """Return the most MiB that a process held since `reset_peak`."""
    return _kilobytes(process, "status", "VmHWM:") / 1024


def reset_peak(process: int) -> None:
    """Begin anew with what `peak` tells."""
    Path(f"/proc/{process}/clear_refs").write_text(_RESET_PEAK, encoding="ascii")


def busy(processes: Iterable[int], seconds: float) -> float:
    """Return how many processors a group keeps busy, looked at for so long."""
    before, start = {process: _ticks(process) for process in processes}, time.perf_counter()
    time.sleep(seconds)
    # A process that ended meanwhile has no ticks any more.
    ticks = sum(max(0, _ticks(process) - earlier) for process, earlier in before.items())
    return ticks / os.sysconf("SC_CLK_TCK") / (time.perf_counter() - start)


class Peak:
    """The most memory that a group of processes held while the block ran, in MiB."""

    def __init__(self, processes: Iterable[int]) -> None:
        self._processes = list(processes)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.most = 0.0

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            self.most = max(self.most, shared_memory(self._processes))


def timed(
    command: Sequence[str], output: Path = Path(os.devnull), *, patience: float
) -> tuple[float, float, int]:
    """Run a process to its end; return its seconds, the most MiB it held, and its exit code.

    What it prints goes to `output`. It is killed after `patience` seconds.
    """
    with output.open("wb") as stream:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=stream, stderr=subprocess.DEVNULL)
        while True:
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
            seconds = time.perf_counter() - start
            if ended:
                break
            if seconds > patience:
                process.kill()
            time.sleep(0.005)
    process.returncode = os.waitstatus_to_exitcode(status)
    return seconds, used.ru_maxrss / _KIBIBYTES, process.returncode


def _ticks(process: int) -> int:
    """Return the clock ticks of a process, user and system (proc(5), fields 14 and 15)."""
    try:
        fields = (
            Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        )
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def _kilobytes(process: int, file: str, label: str) -> int:
    try:
        text = Path(f"/proc/{process}/{file}").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith(label)), 0)
