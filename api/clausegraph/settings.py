"""What an operator can set: one table, read by the command line, the environment and the docs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from clausegraph.errors import UsageError

PREFIX = "CLAUSEGRAPH_"
MAXIMUM_TIMEOUT = 120.0  # seconds


@dataclass(frozen=True)
class Setting:
    """One setting: its name, how its text is read, what it is when nobody sets it, and its help."""

    name: str
    read: Callable[[str], Any]
    default: Any
    help: str

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


def _workers(text: str) -> int:
    count = int(text)
    if not 1 <= count <= 256:  # noqa: PLR2004
        raise ValueError("between 1 and 256 are allowed")
    return count


def _paths(text: str) -> tuple[Path, ...]:
    return tuple(Path(part) for part in text.split(":") if part)


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "data",
        _paths,
        (),
        "Files or folders to serve instead of the shipped graph; several are separated by colons.",
    ),
    Setting("host", _host, "127.0.0.1", "Address to listen at; 0.0.0.0 for every interface."),
    Setting("port", _port, 8000, "Port to listen at; 0 takes a free one."),
    Setting(
        "timeout",
        _timeout,
        30.0,
        f"Seconds that one query may run, at most {MAXIMUM_TIMEOUT:g}; a request may ask for less.",
    ),
    Setting("workers", _workers, 16, "Worker processes that run queries."),
)


@dataclass(frozen=True)
class Settings:
    """The settings in force; one field a row of SETTINGS."""

    data: tuple[Path, ...] = ()
    host: str = "127.0.0.1"
    port: int = 8000
    timeout: float = 30.0
    workers: int = 16

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
