"""The command line in this process: as a user calls it, without the time that starting takes."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from unittest.mock import patch

from clausegraph import cli


@dataclass(frozen=True)
class Done:
    """What a command did: its exit code and what it printed."""

    code: int
    output: str
    errors: str


def run(arguments: Sequence[str]) -> Done:
    """Run `clausegraph` with these arguments."""
    output, errors = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    code = 0
    called = patch.object(sys, "argv", ["clausegraph", *arguments])
    with called, redirect_stdout(output), redirect_stderr(errors):
        try:
            cli.main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(bool(end.code))
    return Done(code, _text(output), _text(errors))


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    written = stream.buffer
    assert isinstance(written, io.BytesIO)
    return written.getvalue().decode()
