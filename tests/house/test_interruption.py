"""Interruptions: from the first moment of a command to its last nothing half is left, and no
traceback is shown."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clausegraph import generate
from clausegraph.cli.interruption import interruptible
from clausegraph.stores.folder import StoreFolder

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


def test_signals_that_follow_do_not_break_off_what_is_cleared_away(
    large: Path, tmp_path: Path
) -> None:
    """As a terminal and a service manager send them, to each process and again; once all is said,
    one of them may end the process as it ends any."""
    folder = tmp_path / "graphs"
    process = _loading(large, folder)
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGHUP) * 2:
        process.send_signal(number)
        time.sleep(0.004)
    _, errors = process.communicate(timeout=60)
    assert process.returncode in {128 + signal.SIGHUP, -signal.SIGHUP, -signal.SIGTERM}
    last = errors.splitlines()[-1]
    assert last == f"clausegraph: Interrupted. {folder} is as it was; run the load again."
    assert "Exception ignored" not in errors
    assert list(folder.iterdir()) == []


_PRUNING = """
import os, signal, sys
from clausegraph.cli import main
from clausegraph.stores.folder import StoreFolder
StoreFolder.prune = lambda *_: os.kill(os.getpid(), signal.SIGTERM)
sys.argv = ["clausegraph", "load", {file!r}, "--store", {folder!r}]
main()
"""


def test_load_that_is_interrupted_once_its_graph_is_current_says_so(tmp_path: Path) -> None:
    file, folder = tmp_path / "small.nq", tmp_path / "graphs"
    file.write_text("".join(generate.quads(100)), encoding="utf-8")
    code = _PRUNING.format(file=str(file), folder=str(folder))
    for _ in range(2):  # The same release again is another graph.
        before = StoreFolder(folder).current_name()
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 128 + signal.SIGTERM
        last = done.stderr.splitlines()[-1]
        assert last.endswith(f"{folder} has the new graph, whole; it need not be loaded again.")
        assert StoreFolder(folder).current_name() not in {"", before}


def test_interruption_whose_terminal_is_gone_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Gone())
    with pytest.raises(KeyboardInterrupt), interruptible("Nothing is left."):
        raise KeyboardInterrupt


def test_work_in_another_thread_is_left_alone() -> None:
    """Only the main thread may set what signals do."""

    def work() -> int:
        with interruptible("Nothing is left."):
            return 1

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(work).result() == 1


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
