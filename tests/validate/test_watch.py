"""Waiting for changes: what counts as one, and when it has come to rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clausegraph.validate import watching


def test_files_folders_and_globs_are_looked_at(tmp_path: Path) -> None:
    for name in ("a.ttl", "below/b.trig", "below/notes.txt", "c.nt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    seen = watching.look([tmp_path / "a.ttl", tmp_path / "below", f"{tmp_path}/*.nt"])
    assert {Path(name).name for name in seen} == {"a.ttl", "b.trig", "c.nt"}


def test_file_that_is_gone_is_no_error(tmp_path: Path) -> None:
    """An editor may move it aside for a moment."""
    assert watching.look([tmp_path / "none.ttl", f"{tmp_path}/*.ttl"]) == {}


@pytest.mark.parametrize("change", ["write", "add", "remove"])
def test_change_is_seen(tmp_path: Path, change: str) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("one")
    before = watching.look([tmp_path])
    if change == "write":
        path.write_text("other")
    elif change == "add":
        (tmp_path / "b.ttl").write_text("two")
    else:
        path.unlink()
    assert watching.wait(lambda: watching.look([tmp_path]), before, sleep=lambda _: None) != before


def test_change_is_told_once_it_has_come_to_rest() -> None:
    """An editor writes in several steps; the last one counts."""
    states: Iterator[watching.Seen] = iter(
        [{"a": (1, 1)}, {"a": (2, 0)}, {"a": (3, 9)}, {"a": (3, 9)}, {"a": (4, 4)}]
    )
    assert watching.wait(lambda: next(states), {"a": (1, 1)}, sleep=lambda _: None) == {"a": (3, 9)}


def test_change_that_was_undone_is_none() -> None:
    states: Iterator[watching.Seen] = iter(
        [{"a": (2, 2)}, {"a": (1, 1)}, {"a": (1, 1)}, {"a": (5, 5)}, {"a": (5, 5)}]
    )
    assert watching.wait(lambda: next(states), {"a": (1, 1)}, sleep=lambda _: None) == {"a": (5, 5)}
