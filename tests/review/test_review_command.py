"""`clausegraph review` as a user runs it, on a graph of their own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Literal

from clausegraph.turtle import parse_file

STATEMENT = "document/campos2025/classification/a0276-mit-mitigation-v1-1.2-"
STATEMENT += "mit-ai-risk-mitigation-mappings"


@pytest.fixture
def data(tmp_path: Path, root: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("campos2025.ttl", "mapping-set.ttl"):
        shutil.copy(root / "data/imported/mit-ai-risk-mitigation-mappings" / name, folder)
    return folder


def review(data: Path, statement: str, *more: str) -> subprocess.CompletedProcess[str]:
    given = ("--verdict", "confirmed", "--by", "Ada Example", "--why", "It fits.", "--data", data)
    return subprocess.run(
        [sys.executable, "-m", "clausegraph", "review", statement, *given, *more],
        capture_output=True,
        text=True,
        check=False,
    )


def test_review_is_written_below_reviews_and_its_file_is_named(data: Path) -> None:
    done = review(data, f"/id/{STATEMENT}", "--date", "2026-11-21")
    assert done.returncode == 0, done.stderr
    path = Path(done.stdout.strip())
    assert path.parent == data / "reviews"
    assert path.name.endswith("-ada-example-2026-11-21.ttl")
    assert Literal("It fits.", language="en") in {quad.object for quad in parse_file(path).quads}
    again = review(data, f"/id/{STATEMENT}", "--date", "2026-11-21")
    assert again.returncode == 2
    assert "already" in again.stderr


def test_orcid_id_stands_for_its_address(data: Path) -> None:
    done = review(data, f"/id/{STATEMENT}", "--orcid", "0000-0002-1825-0097")
    assert done.returncode == 0, done.stderr
    objects = {str(quad.object) for quad in parse_file(Path(done.stdout.strip())).quads}
    assert "<https://orcid.org/0000-0002-1825-0097>" in objects


def test_unknown_statement_is_a_usage_error_with_the_nearest(data: Path) -> None:
    done = review(data, f"/id/{STATEMENT}x")
    assert done.returncode == 2
    assert f"Nearest: /id/{STATEMENT}" in done.stderr
    assert not (data / "reviews").exists()


def test_day_that_is_none_is_a_usage_error(data: Path) -> None:
    done = review(data, f"/id/{STATEMENT}", "--date", "yesterday")
    assert done.returncode == 2
    assert "'yesterday' is no date" in done.stderr


def test_verdict_that_is_none_is_a_usage_error(data: Path) -> None:
    done = review(data, f"/id/{STATEMENT}", "--verdict", "maybe")
    assert done.returncode == 2
