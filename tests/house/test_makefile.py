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
