"""An import is whole or not there: whatever interrupts it, the old files stay; memory stays flat."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clausegraph.errors import InputError, InputErrors
from clausegraph.importers.agora import import_agora, segments
from clausegraph.importers.folder import update
from importers.agora_copy import contents, row, run, segment, write_copy

MARKER = "Made by a test"
DEADLINE = 20  # seconds for the 951 documents that AGORA had


def many(number: int) -> list[dict[str, str]]:
    """So many rows, with some tags each."""
    return [
        row("Risk factors: Bias", "Strategies: Disclosure", ID=str(10_000 + n))
        for n in range(number)
    ]


def measured(copy: Path, output: Path) -> tuple[float, int]:
    """Import in a process of its own; return its seconds of processor and its peak memory in KiB.

    Not those of the clock, since others may use the machine too.
    """
    code = (
        "import sys, time; from pathlib import Path\n"
        "from clausegraph.importers.agora import import_agora\n"
        "import_agora(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "status = Path('/proc/self/status').read_text()\n"
        "print(time.process_time(), status.partition('VmHWM:')[2].split()[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, copy, output], capture_output=True, text=True, check=True
    )
    seconds, peak = done.stdout.split()
    return float(seconds), int(peak)


def test_951_documents_are_imported_in_time_and_memory_stays_flat(tmp_path: Path) -> None:
    """Ten times the rows take less than 12 MiB more."""
    small, large = tmp_path / "small", tmp_path / "large"
    small.mkdir()
    large.mkdir()
    _, little = measured(write_copy(small, many(95)), small / "out")
    seconds, much = measured(write_copy(large, many(951)), large / "out")
    assert seconds < DEADLINE
    assert len(list((large / "out").iterdir())) == 953
    assert much - little < 12 * 1024


def test_fault_in_the_last_row_leaves_the_old_files(tmp_path: Path) -> None:
    run(tmp_path, [row(), row(ID="9002")])
    before = contents(tmp_path / "out")
    with pytest.raises(InputError):
        run(tmp_path, [row(NAME="Other"), row(ID="9002", NAME="Other"), row(ID="x")])
    assert contents(tmp_path / "out") == before


def test_interruption_leaves_the_old_files(tmp_path: Path) -> None:
    run(tmp_path, [row(), row(ID="9002")])
    before = contents(tmp_path / "out")
    copy = write_copy(tmp_path, [row(NAME="Other"), row(ID="9002", NAME="Other")])

    def interrupt(_what: str, rows: int, _share: float) -> None:
        if rows == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_agora(copy, tmp_path / "out", progress=interrupt)
    assert contents(tmp_path / "out") == before


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_import_that_is_stopped_can_be_run_again_to_the_same_content(
    tmp_path: Path, ending: signal.Signals
) -> None:
    """A process that is killed cannot tidy up; the next one does."""
    copy = write_copy(tmp_path, many(120))
    out = tmp_path / "out"
    command = [sys.executable, "-m", "clausegraph", "import", "agora", copy, "-o", out]
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(temporary)},
    ) as process:
        deadline = time.monotonic() + 60
        while not any(out.glob(".import-*/new/*.ttl")) and time.monotonic() < deadline:
            time.sleep(0.005)
        process.send_signal(ending)
        assert process.stderr is not None
        told = process.stderr.read()
    assert process.returncode != 0
    assert b"Traceback" not in told
    if ending != signal.SIGKILL:
        assert b"clausegraph: Interrupted. The files are as they were" in told
        assert process.returncode == 128 + ending
        assert not out.exists()
        assert not list(temporary.iterdir())
    else:
        assert not list(out.glob("*.ttl"))
    report = import_agora(copy, out)
    assert report.files["written"] == 122
    assert len(contents(out)) == 122


def test_full_disk_leaves_the_old_files(tmp_path: Path) -> None:
    """A limit on the size of files stands in for a disk that is full."""
    run(tmp_path, [row()])
    before = contents(tmp_path / "out")
    copy = write_copy(tmp_path, [row(), row(ID="9002", NAME="Long name " * 500)])
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from clausegraph.errors import InputError\n"
        "from clausegraph.importers.agora import import_agora\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), -1))\n"
        "try:\n"
        "    import_agora(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "except InputError as error:\n"
        "    print(error)\n"
    )
    limit = 9_000
    done = subprocess.run(
        [sys.executable, "-c", code, copy, tmp_path / "out", str(limit)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert "cannot be written" in done.stdout
    assert contents(tmp_path / "out") == before


def test_temporary_file_that_cannot_be_written_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> int:
        with segments._disk():
            raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(segments.Shelf, "add_segment", fail)
    with pytest.raises(InputError, match="Free some space there") as caught:
        run(tmp_path, [row()], [segment(), segment(POSITION="2")])
    assert not isinstance(caught.value, InputErrors)
    assert not (tmp_path / "out").exists()


def test_file_of_ones_own_is_never_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "agora-9002.ttl").write_text("# mine\n", encoding="utf-8")
    (out / "notes.ttl").write_text("# mine too\n", encoding="utf-8")
    before = contents(out)
    with pytest.raises(InputError, match="not written by this import") as caught:
        run(tmp_path, [row(), row(ID="9002")])
    assert caught.value.file == out / "agora-9002.ttl"
    assert contents(out) == before


def test_document_that_left_the_table_leaves_the_folder(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.ttl").write_text("# mine\n", encoding="utf-8")
    run(tmp_path, [row(), row(ID="9002")])
    report = run(tmp_path, [row()])
    assert report.files == {"written": 1, "unchanged": 2, "removed": 1}
    assert sorted(contents(tmp_path / "out")) == [
        "agora-9001.ttl",
        "agora-authorities.ttl",
        "agora-import.ttl",
        "mine.ttl",
    ]


def test_files_may_come_one_by_one(tmp_path: Path) -> None:
    """Each is written before the next one is asked for."""

    def files() -> Iterator[tuple[str, str]]:
        for number in range(3):
            staged = list(tmp_path.glob(".import-*/new/*.ttl"))
            assert len(staged) == number
            yield f"{number}.ttl", f"# {MARKER}\n"

    assert update(tmp_path, files(), MARKER).written == ("0.ttl", "1.ttl", "2.ttl")
    assert sorted(contents(tmp_path)) == ["0.ttl", "1.ttl", "2.ttl"]


def test_folders_that_were_made_for_a_failed_update_are_taken_away(tmp_path: Path) -> None:
    def files() -> Iterator[tuple[str, str]]:
        yield "a.ttl", f"# {MARKER}\n"
        raise InputError("No.")

    with pytest.raises(InputError, match=r"No\."):
        update(tmp_path / "a" / "b", files(), MARKER)
    assert not (tmp_path / "a").exists()


def test_what_a_running_import_keeps_aside_is_left_to_it(tmp_path: Path) -> None:
    def files() -> Iterator[tuple[str, str]]:
        yield "a.ttl", f"# {MARKER}\n"
        update(tmp_path, {"b.ttl": "# Made by another\n"}, "Made by another")
        yield "c.ttl", f"# {MARKER}\n"

    update(tmp_path, files(), MARKER)
    assert sorted(contents(tmp_path)) == ["a.ttl", "b.ttl", "c.ttl"]
