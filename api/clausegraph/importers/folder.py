"""A folder of generated files, brought up to date all at once or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clausegraph.errors import InputError
from clausegraph.textfiles import read_text, write_atomically


@dataclass(frozen=True)
class Changes:
    """The names of the files that an update wrote and removed; both empty if all was as it is."""

    written: tuple[str, ...]
    removed: tuple[str, ...]


def update(folder: Path, files: Mapping[str, str], marker: str) -> Changes:
    """Make `folder` hold `files` (name to text), and no other file with the comment `marker`.

    Files without that comment are not ours: they are left alone. Raises InputError where one of
    them has a name that is needed, or where the folder cannot be written; then nothing changed.
    """
    try:
        existing = {path.name: path for path in sorted(folder.glob("*.ttl"))}
        texts = {name: read_text(path) for name, path in existing.items()}
        ours = {name for name, text in texts.items() if f"# {marker}" in text.splitlines()}
        for name in sorted(files.keys() & texts.keys() - ours):
            raise InputError(
                "This file was not written by this import.",
                file=folder / name,
                remedy="Move it away, or choose another folder with --output.",
            )
        changes = Changes(
            written=tuple(sorted(name for name in files if texts.get(name) != files[name])),
            removed=tuple(sorted(ours - files.keys())),
        )
        if changes.written or changes.removed:
            folder.mkdir(parents=True, exist_ok=True)
            _replace(folder, files, changes)
    except OSError as error:
        raise InputError(
            f"The folder cannot be written: {error.strerror}.",
            file=folder,
            remedy="Check its permissions and the free space; nothing was changed.",
        ) from error
    return changes


def _replace(folder: Path, files: Mapping[str, str], changes: Changes) -> None:
    """Write everything aside first, then swap; a failed swap is undone."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".import-") as name:
        new, old = Path(name) / "new", Path(name) / "old"
        for folder_aside in (new, old):
            folder_aside.mkdir()
        for file in changes.written:
            write_atomically(new / file, [files[file]])
        moves = [(folder / file, old / file) for file in (*changes.written, *changes.removed)]
        moves = [(source, target) for source, target in moves if source.exists()]
        moves += [(new / file, folder / file) for file in changes.written]
        _move_all(moves)


def _move_all(moves: Sequence[tuple[Path, Path]]) -> None:
    done: list[tuple[Path, Path]] = []
    try:
        for source, target in moves:
            source.replace(target)
            done.append((source, target))
    except BaseException:
        for source, target in reversed(done):
            target.replace(source)
        raise
