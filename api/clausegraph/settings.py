"""What an operator can set: one table, read by the command line, the environment and the docs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from clausegraph.errors import UsageError

PREFIX = "CLAUSEGRAPH_"
MAXIMUM_TIMEOUT = 120.0  # seconds
OFF = "off"
ISOLATIONS = ("auto", "fork", "spawn")
HOLDS = ("auto", "memory", "disk")


@dataclass(frozen=True)
class Setting:
    """One setting: its name, how its text is read, what it is when nobody sets it, and its help.

    `unset` says in words what the default means, where its value does not.
    """

    name: str
    read: Callable[[str], Any]
    default: Any
    help: str
    unset: str = ""

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return PREFIX + self.name.upper()

    @property
    def flag(self) -> str:
        """The command-line flag that sets it."""
        return "--" + self.name.replace("_", "-")


def _host(text: str) -> str:
    if not text.strip():
        raise ValueError("an address or a host name is wanted")
    return text.strip()


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port < 2**16:
        raise ValueError("a port lies between 0 and 65535; 0 takes a free one")
    return port


def _timeout(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= MAXIMUM_TIMEOUT:
        raise ValueError(f"more than 0 and at most {MAXIMUM_TIMEOUT:g} seconds are allowed")
    return seconds


def _count(least: int, most: int) -> Callable[[str], int]:
    """Return a reader of whole numbers between two bounds."""

    def read(text: str) -> int:
        count = int(text)
        if not least <= count <= most:
            raise ValueError(f"between {least} and {most} are allowed")
        return count

    return read


def _paths(text: str) -> tuple[Path, ...]:
    return tuple(Path(part) for part in text.split(":") if part)


def _folder(text: str) -> Path:
    folder = Path(text)
    if not folder.is_dir():
        raise ValueError("there is no such folder")
    return folder


def _new_folder(text: str) -> Path:
    folder = Path(text)
    if not text.strip() or (folder.exists() and not folder.is_dir()):
        raise ValueError("that is no folder")
    return folder


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


@dataclass(frozen=True)
class Rate:
    """So many requests in so many seconds, for one client address."""

    requests: int
    seconds: int


def _rate(text: str) -> Rate | None:
    if text.strip().lower() == OFF:
        return None
    requests, slash, seconds = text.partition("/")
    rate = Rate(int(requests), int(seconds) if slash else 60)
    if min(rate.requests, rate.seconds) < 1:
        raise ValueError("write requests/seconds, such as 600/60, or off")
    return rate


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    """Return a reader of a word."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"one of {', '.join(words)} is wanted")
        return text

    return read


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "data",
        _paths,
        (),
        "Files or folders to serve instead of the shipped graph; several are separated by colons. "
        "The word shipped among them: beside it.",
        "the shipped graph, or what the folder of --store holds",
    ),
    Setting(
        "store",
        _new_folder,
        None,
        "Folder where the graph is kept on disk, opened at once: it is loaded only if it is not "
        "there yet, or the files of --data have changed. Made where there is none.",
        "none: it is loaded at each start",
    ),
    Setting(
        "hold",
        _one_of(HOLDS),
        "auto",
        "Where queries find the graph: memory (quickest), disk (takes hardly any memory), auto "
        "(disk with --store, or if the graph is too large for the memory that is free).",
    ),
    Setting(
        "releases",
        _new_folder,
        None,
        "Folder where each release that is served is kept with its dumps, and older ones are "
        "answered from below /v/; it is made where there is none.",
        "none: only the current release is served",
    ),
    Setting("keep", _count(1, 100_000), 10, "Releases to keep there; older ones are pruned."),
    Setting("host", _host, "127.0.0.1", "Address to listen at; 0.0.0.0 for every interface."),
    Setting("port", _port, 8000, "Port to listen at; 0 takes a free one."),
    Setting(
        "timeout",
        _timeout,
        30.0,
        f"Seconds that a query may take, at most {MAXIMUM_TIMEOUT:g}; a request may ask for less.",
    ),
    Setting("workers", _count(1, 256), 16, "Worker processes that run queries."),
    Setting(
        "per_client",
        _count(1, 256),
        4,
        "Queries that one client address may run at once, more only while workers are plenty; and "
        "half of the large answers that it may be reading.",
    ),
    Setting("queue", _count(0, 100_000), 64, "Queries that may wait for a worker."),
    Setting(
        "memory",
        _count(64, 2**20),
        2048,
        "MiB of memory that one query may take beyond what the graph takes.",
    ),
    Setting("result", _count(1, 2**20), 256, "MiB that one result may have; larger is refused."),
    Setting(
        "spool",
        _folder,
        None,
        "Folder for results too large for memory, whose files have no name and vanish with us, and "
        "for the copy of the graph that spawned processes read.",
        "the system's folder for temporary files",
    ),
    Setting("cache", _count(0, 2**20), 64, "MiB of answers kept for whoever asks again; 0: none."),
    Setting(
        "rate",
        _rate,
        None,
        "Requests per seconds that one client address may send, such as 600/60; off: no limit.",
        "off",
    ),
    Setting("connections", _count(1, 100_000), 1000, "Connections that may be open at once."),
    Setting(
        "trusted_proxies",
        _names,
        (),
        "Addresses of reverse proxies whose X-Forwarded-For is believed, separated by commas.",
        "none",
    ),
    Setting(
        "access_log",
        str,
        "-",
        "File for the access log, a JSON object a line; -: standard output; off.",
    ),
    Setting(
        "isolation",
        _one_of(ISOLATIONS),
        "auto",
        "How queries are kept apart: fork (processes that can open nothing), spawn (processes that "
        "can be killed, for systems without fork), auto (fork where there is one).",
    ),
)


@dataclass(frozen=True)
class Settings:
    """The settings in force; one field a row of SETTINGS."""

    data: tuple[Path, ...] = ()
    store: Path | None = None
    hold: str = "auto"
    releases: Path | None = None
    keep: int = 10
    host: str = "127.0.0.1"
    port: int = 8000
    timeout: float = 30.0
    workers: int = 16
    per_client: int = 4
    queue: int = 64
    memory: int = 2048
    result: int = 256
    spool: Path | None = None
    cache: int = 64
    rate: Rate | None = None
    connections: int = 1000
    trusted_proxies: tuple[str, ...] = ()
    access_log: str = "-"
    isolation: str = "auto"

    @classmethod
    def read(cls, environment: Mapping[str, str], flags: Mapping[str, str | None]) -> Settings:
        """Return the settings: a flag (as text) wins over the environment, that over the default.

        Raises UsageError naming the flag or variable whose value cannot be used.
        """
        values: dict[str, Any] = {}
        for setting in SETTINGS:
            flag = flags.get(setting.name)
            origin = setting.variable if flag is None else setting.flag
            text = environment.get(setting.variable) if flag is None else flag
            if text is None:
                values[setting.name] = setting.default
                continue
            try:
                values[setting.name] = setting.read(text)
            except ValueError as error:
                raise UsageError(f"{origin}={text!r} cannot be used: {error}.") from error
        return cls(**values)


def names() -> tuple[str, ...]:
    """Return the names of the fields of Settings."""
    return tuple(field.name for field in fields(Settings))
