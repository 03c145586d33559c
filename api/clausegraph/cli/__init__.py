"""The command line: one module a command; each parses, calls one function, prints, exits."""

from __future__ import annotations

import sys

_INTERRUPTED = 130  # as a shell reports a program that SIGINT ended


def main() -> None:
    """Run the command line; whoever interrupts it while its own code is still being read sees no
    traceback either."""
    try:
        from clausegraph.cli.program import run  # noqa: PLC0415

        run()
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
