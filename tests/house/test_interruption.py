"""Interruptions: from the first moment of a command to its last nothing half is left, and no
traceback is shown."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from clausegraph import generate

COMMAND = [sys.executable, "-m", "clausegraph"]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that takes some seconds to load."""
    path: Path = tmp_path_factory.mktemp("large") / "large.nq"
    path.write_text("".join(generate.quads(30_000)), encoding="utf-8")
    return path


def _loading(path: Path, folder: Path, *before: str) -> subprocess.Popen[str]:
    """Return a load that has begun to read."""
    process = subprocess.Popen(
        [*before, *COMMAND, "load", str(path), "--store", str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline().startswith("Reading")
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_load_that_a_signal_ends_clears_away_and_says_so(
    large: Path, tmp_path: Path, number: signal.Signals
) -> None:
    """As a terminal, a service manager and a lost connection end it."""
    folder = tmp_path / "graphs"
    process = _loading(large, folder)
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    last = errors.splitlines()[-1]
    assert last == f"clausegraph: Interrupted. {folder} is as it was; run the load again."
    assert "Traceback" not in errors
    assert list(folder.iterdir()) == []


def test_load_goes_on_after_the_terminal_where_that_was_asked_for(
    large: Path, tmp_path: Path
) -> None:
    """nohup(1) has SIGHUP ignored."""
    folder = tmp_path / "graphs"
    process = _loading(large, folder, "nohup")
    process.send_signal(signal.SIGHUP)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert (folder / "current").read_text() == output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_generated_file_is_whole_or_not_there(tmp_path: Path, number: signal.Signals) -> None:
    output = tmp_path / "made.nq"
    process = subprocess.Popen(
        [*COMMAND, "generate", "--triples", "100000000", "--output", str(output)],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline().endswith(" triples so far.\n")
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert errors.splitlines()[-1] == f"clausegraph: Interrupted. {output} was not written."
    assert list(tmp_path.iterdir()) == []


_WHILE_IT_IS_READ = """
import sys
class Interrupt:
    def find_spec(self, name, *_):
        if name == {module!r}:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupt())
from clausegraph.cli import main
sys.argv = ["clausegraph", "search", "safety"]
main()
"""


@pytest.mark.parametrize("module", ["typer", "clausegraph.errors", "clausegraph.library"])
def test_interruption_while_code_is_read_is_no_traceback(module: str) -> None:
    code = _WHILE_IT_IS_READ.format(module=module)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (128 + signal.SIGINT, "")


def test_command_line_is_there_before_anything_else_is_read() -> None:
    """What is read before `main` can be interrupted by a traceback alone."""
    code = (
        "import sys; before = set(sys.modules); import clausegraph.cli\n"
        "print(*sorted(set(sys.modules) - before - {'__future__'}))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(Path(generate.__file__).parents[2])},
    )
    assert done.stdout.split() == ["clausegraph", "clausegraph.cli"]
