"""Setting up: from scratch after anything that went wrong, again when the lock changes, else never."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PYTHON = """#!/bin/sh
echo "$@" >> calls
case "$*" in
    *"$BROKEN"*) exit 1 ;;
    "-m venv --clear .venv") rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
esac
"""


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """The files that setting up reads, and a python3 that only notes what it is asked to do."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(root / name, tmp_path)
    python = tmp_path / "python3"
    python.write_text(PYTHON)
    python.chmod(0o755)
    return tmp_path


def set_up(checkout: Path, broken: str = "nothing") -> tuple[int, str]:
    """Run `make setup` where python3 fails at `broken`; return exit code and output."""
    done = subprocess.run(
        ["make", "setup", "PYTHON=./python3"],  # noqa: S607 - the one that a person would get
        cwd=checkout,
        env={"PATH": os.environ["PATH"], "BROKEN": broken},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def calls(checkout: Path) -> int:
    return (checkout / "calls").read_text().count("-m venv --clear .venv")


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("version_info", "Clausegraph needs Python 3.11 or newer"),
        ("-m venv", "on Debian: apt-get install python3-venv"),
        ("--require-hashes", ""),
        ("--no-deps", ""),
    ],
)
def test_set_up_that_fails_says_so_and_is_not_trusted(
    checkout: Path, broken: str, message: str
) -> None:
    code, out = set_up(checkout, broken)
    assert code == 2
    assert message in out
    assert not (checkout / ".venv" / ".ready").exists()
    before = calls(checkout)
    assert set_up(checkout)[0] == 0
    assert calls(checkout) == before + 1


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_set_up_is_done_once_and_again_when_what_it_reads_changes(
    checkout: Path, name: str
) -> None:
    set_up(checkout)
    set_up(checkout)
    assert calls(checkout) == 1
    later = (checkout / ".venv" / ".ready").stat().st_mtime + 10
    os.utime(checkout / name, (later, later))
    set_up(checkout)
    assert calls(checkout) == 2


def make(checkout: Path, target: str, broken: str = "nothing") -> tuple[int, str]:
    """Run a target in a set-up checkout where python3 fails at `broken`; return code and calls."""
    set_up(checkout)
    (checkout / "calls").unlink()
    done = subprocess.run(
        ["make", target, "PYTHON=./python3"],  # noqa: S607 - the one that a person would get
        cwd=checkout,
        env={"PATH": os.environ["PATH"], "BROKEN": broken},
        capture_output=True,
        check=False,
    )
    return done.returncode, (checkout / "calls").read_text()


def test_scripts_are_built_with_the_node_that_is_there(checkout: Path) -> None:
    code, called = make(checkout, "scripts")
    assert code == 0
    assert "pip install" not in called
    assert called.splitlines()[-1] == "frontend/build.py"


def test_node_comes_from_the_lock_where_there_is_none(checkout: Path) -> None:
    code, called = make(checkout, "scripts", "--has-node")
    assert code == 0
    assert "--require-hashes -r frontend/requirements.lock" in called
    assert called.splitlines()[-1] == "frontend/build.py"


def test_scripts_that_do_not_build_stop_the_tests_and_not_the_service(checkout: Path) -> None:
    set_up(checkout)
    program = checkout / ".venv" / "bin" / "clausegraph"
    program.write_text('#!/bin/sh\necho "clausegraph $@" >> calls\n')
    program.chmod(0o755)
    assert make(checkout, "scripts", "frontend/build.py")[0] != 0
    code, called = make(checkout, "serve", "frontend/build.py")
    assert code == 0
    assert called.splitlines()[-1].startswith("clausegraph serve ")
