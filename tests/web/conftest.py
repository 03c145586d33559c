"""A client of the real service, and services of one's own for tests that need other data."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx
import pytest


@pytest.fixture(scope="session")
def client(server: str) -> Iterator[httpx.Client]:
    """A client that follows no redirect and sends no Accept of its own."""
    with httpx.Client(base_url=server, timeout=30) as found:
        del found.headers["accept"]
        yield found


@pytest.fixture(scope="session")
def ask(client: httpx.Client) -> Callable[..., list[dict[str, str]]]:
    """Ask a SELECT over HTTP; rows of texts."""

    def run(query: str) -> list[dict[str, str]]:
        answer = client.post(
            "/sparql", content=query, headers={"Content-Type": "application/sparql-query"}
        )
        assert answer.status_code == 200, answer.text
        rows = answer.json()["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in rows]

    return run


@dataclass
class Service:
    """A running `clausegraph serve` and what it has said so far."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    _said: threading.Condition = field(default_factory=threading.Condition)

    def listen(self) -> None:
        """Collect the lines of standard error until the process ends."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._said:
                self.lines.append(line)
                self._said.notify_all()

    def wait_for(self, pattern: str, seconds: float = 30) -> re.Match[str]:
        """Return the first match of `pattern` in what the service says."""

        def found() -> re.Match[str] | None:
            return re.search(pattern, "".join(self.lines))

        with self._said:
            match = self._said.wait_for(found, seconds)
        assert match, "".join(self.lines)
        return match

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.wait_for(r"http://127\.0\.0\.1:\d+")[0]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, wait, and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(20)


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[..., Service]]:
    """Start services; what still runs at the end of the module is ended by its process."""
    with contextlib.ExitStack() as stack:

        def start(*arguments: str) -> Service:
            command = [sys.executable, "-m", "clausegraph", "serve", "--port", "0", *arguments]
            process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
            service = Service(process)
            thread = threading.Thread(target=service.listen, daemon=True)
            thread.start()

            def end() -> None:
                if process.poll() is None:
                    service.stop()
                thread.join(10)
                assert process.stderr is not None
                process.stderr.close()

            stack.callback(end)
            return service

        yield start
