"""`clausegraph release`: the command as a user runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from clausegraph.releases import Folder

DATA = """@prefix cg: <https://w3id.org/clausegraph/ontology#> .
@base <https://w3id.org/clausegraph/id/> .
<document/x> a cg:Document .
"""


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "clausegraph", "release", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A file that makes a small graph."""
    path = tmp_path / "mine.ttl"
    path.write_text(DATA)
    return path


def test_release_is_printed_and_progress_is_told(data: Path, tmp_path: Path) -> None:
    output = tmp_path / "releases"
    done = run("--output", output, "--data", data)
    assert done.returncode == 0, done.stderr
    (manifest,) = Folder(output).manifests()
    assert done.stdout == manifest.release + "\n"
    assert "Writing clausegraph.ttl." in done.stderr
    assert "was added in" in done.stderr
    again = run("--output", output, "--data", data)
    assert again.stdout == done.stdout
    assert "is there already" in again.stderr


def test_older_ones_are_pruned_to_what_is_to_be_kept(data: Path, tmp_path: Path) -> None:
    output = tmp_path / "releases"
    for number in range(3):
        data.write_text(DATA + f"<document/y{number}> a cg:Document .\n")
        assert run("-o", output, "--data", data, "--keep", "2").returncode == 0
    assert [bool(item.files) for item in Folder(output).manifests()] == [True, True, False]


def test_folder_that_cannot_be_used_is_told_before_the_build(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run("--output", tmp_path / "file")
    assert done.returncode == 3
    assert done.stderr.startswith(f"clausegraph: {tmp_path / 'file'}: Releases cannot be kept")


def test_bad_data_leave_no_release(data: Path, tmp_path: Path) -> None:
    data.write_text("<x")
    done = run("--output", tmp_path / "releases", "--data", data)
    assert done.returncode == 3
    assert f"{data}:1" in done.stderr
    assert list((tmp_path / "releases").iterdir()) == []


def test_keeping_none_is_refused(tmp_path: Path) -> None:
    assert run("--output", tmp_path / "releases", "--keep", "0").returncode == 2
