"""A judge that does what its data say, in a module of its own: the sandbox runs it."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from pathlib import Path

from clausegraph.errors import InputError
from clausegraph.validate.jobs import Job, Verdict
from clausegraph.validate.sandbox import Judge, main


def prepare(background: tuple[Path, ...]) -> Judge:
    """Return the judge; a context called `missing` cannot be read, one called `slow` takes long."""
    names = [path.name for path in background]
    if "missing" in names:
        raise InputError("There is no such file.", file=background[0])
    if "slow" in names:
        time.sleep(1)
    sys.stdout.write("What preparing prints is no answer.\n")
    return judge


def judge(job: Job) -> Verdict:
    """Do what the first document says, and report what came of it."""
    order, _, argument = job.data[0].data.decode().partition(" ")
    told = ORDERS[order](argument, job)
    return Verdict(told.encode(), conforms=False, passes=True, results=3)


def _echo(_: str, job: Job) -> str:
    return repr(job)


def _spin(seconds: str, _: Job) -> str:
    end = time.monotonic() + float(seconds)
    while time.monotonic() < end:
        pass
    return "spun"


def _sleep(seconds: str, _: Job) -> str:
    time.sleep(float(seconds))
    return "slept"


def _open(path: str, _: Job) -> str:
    try:
        os.close(os.open(path, os.O_RDONLY))
    except OSError as error:
        return f"{error.errno}"
    return "opened"


def _connect(port: str, _: Job) -> str:
    try:
        with socket.create_connection(("127.0.0.1", int(port)), 1):
            return "connected"
    except OSError as error:
        return f"{error.errno}"


def _descriptors(_: str, __: Job) -> str:
    found = []
    for descriptor in range(256):
        try:
            os.fstat(descriptor)
        except OSError:
            continue
        found.append(descriptor)
    return repr(found)


def _take(mebibytes: str, _: Job) -> str:
    return str(len(bytearray(int(mebibytes) * 2**20)))


def _nest(_: str, __: Job) -> str:
    def deeper(level: int) -> int:
        return deeper(level + 1) + 1

    return str(deeper(0))


def _refuse(_: str, job: Job) -> str:
    raise InputError("Not that.", file=job.data[0].name, line=3, column=7, remedy="Another.")


def _kill(name: str, _: Job) -> str:
    os.kill(os.getpid(), getattr(signal, name))
    return "alive"


def _fail(_: str, __: Job) -> str:
    raise ZeroDivisionError


def _write(bytes_: str, _: Job) -> str:
    return "x" * int(bytes_)


def _who(_: str, __: Job) -> str:
    return str(os.getpid())


ORDERS = {
    "echo": _echo,
    "spin": _spin,
    "sleep": _sleep,
    "open": _open,
    "connect": _connect,
    "descriptors": _descriptors,
    "take": _take,
    "nest": _nest,
    "refuse": _refuse,
    "kill": _kill,
    "fail": _fail,
    "write": _write,
    "who": _who,
}


if __name__ == "__main__":
    main(sys.argv[1], prepare)
