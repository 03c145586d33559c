"""The command line as a process: its streams, its signals, its exit codes; never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from clausegraph.settings import SETTINGS

COMMAND = [sys.executable, "-m", "clausegraph"]
QUICK = [["--help"], ["--version"], ["query", "--list"], ["query", "documents/overview"]]
PIPE_CLOSED = 128 + 13


def run(
    arguments: list[str], stdout: int | None = subprocess.PIPE
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "default"},
    )


@pytest.mark.parametrize("arguments", QUICK, ids=" ".join)
def test_full_disk_is_one_line_and_exit_code_3(arguments: list[str]) -> None:
    if not Path("/dev/full").is_char_device():
        pytest.skip("this system has no /dev/full")
    with Path("/dev/full").open("w") as full:
        done = run(arguments, full.fileno())
    assert done.returncode == 3
    assert done.stderr == ("clausegraph: The output cannot be written: No space left on device.\n")


@pytest.mark.parametrize("arguments", QUICK, ids=" ".join)
def test_reader_that_goes_away_ends_the_program_as_the_signal_would(arguments: list[str]) -> None:
    """Not 0: `validate | head` must not look as if all had been found right."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = run(arguments, writer)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (PIPE_CLOSED, "")


def test_closed_streams_do_not_matter() -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", '"$0" -m clausegraph query --list >&- <&-', sys.executable],
        stderr=subprocess.PIPE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_argument_that_is_not_utf_8_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    source = tmp_path / "x.ttl"
    source.write_text(
        "@prefix cg: <https://w3id.org/clausegraph/ontology#> .\n"
        "@base <https://w3id.org/clausegraph/id/> .\n"
        "<document/a/milestone/x> a cg:Milestone .\n"
    )
    arguments = ["review", "/id/document/a/milestone/x", "--data", str(tmp_path)]
    done = run([*arguments, "--verdict", "confirmed", "--by", "Ada", "--why", "caf\udce9"])
    assert done.returncode == 2
    assert done.stderr == "clausegraph: An argument is not text in UTF-8.\n"
    assert not list(tmp_path.rglob("*.ttl*"))[1:]


def test_every_setting_is_shown_by_the_help_of_serve_with_its_variable_and_default() -> None:
    shown = " ".join(run(["serve", "--help"]).stdout.split())
    for setting in SETTINGS:
        default = setting.unset or setting.default
        assert setting.flag in shown
        assert f"Default: {default}; environment: {setting.variable}." in shown
