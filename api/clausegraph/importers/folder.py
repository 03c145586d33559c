"""A folder of generated files, brought up to date all at once or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from clausegraph import bundle, locks
from clausegraph.errors import InputError
from clausegraph.textfiles import read_text
from clausegraph.vocabulary import GRAPH

_ASIDE = ".import-"
_READABLE = 0o644

Files = Mapping[str, str] | Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Changes:
    """The names of the files that an update wrote and removed; both empty if all was as it is."""

    written: tuple[str, ...]
    removed: tuple[str, ...]


def graph_base(target: Path) -> str:
    """Return the start of the IRIs of the graphs that a build makes of the files of a folder."""
    root, resolved = bundle.root().resolve(), target.resolve()
    if resolved.is_relative_to(root / "data"):
        return f"{GRAPH}{resolved.relative_to(root).as_posix()}/"
    return f"{GRAPH}data/"


def update(folder: Path, files: Files, marker: str) -> Changes:
    """Make `folder` hold `files` (name and text), and no other file with the comment `marker`.

    The files may come one by one: no more than one text is held at a time. Files without that
    comment are not ours: they are left alone. Raises InputError where one of them has a name that
    is needed, or where the folder cannot be written; then, and when `files` itself raises or the
    user interrupts, nothing changed.
    """
    pairs = files.items() if isinstance(files, Mapping) else files
    made = _missing(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _aside(folder) as aside:
            changes = _stage(folder, aside, pairs, marker)
            _swap(folder, aside, changes)
    except BaseException as error:
        for path in made:
            with contextlib.suppress(OSError):
                path.rmdir()
        if not isinstance(error, OSError):
            raise
        raise InputError(
            f"The folder cannot be written: {error.strerror}.",
            file=folder,
            remedy="Check its permissions and the free space; nothing was changed.",
        ) from error
    return changes


def _missing(folder: Path) -> list[Path]:
    """Return the folders that have to be made for `folder`, the innermost first."""
    return [path for path in (folder, *folder.parents) if not path.exists()]


@contextlib.contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """Lend a hidden folder beside the files, and remove it, and those of imports that died."""
    for left in folder.glob(f"{_ASIDE}*"):
        with _lock(left) as is_ours:
            if is_ours:
                shutil.rmtree(left, ignore_errors=True)
    path = Path(tempfile.mkdtemp(dir=folder, prefix=_ASIDE))
    try:
        with _lock(path):
            for name in ("new", "old"):
                (path / name).mkdir()
            yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[bool]:
    """Hold the lock of a folder; false where somebody else does, or where there are no locks."""
    with contextlib.ExitStack() as stack:
        try:
            is_ours = sys.platform != "win32" and stack.enter_context(locks.changing(path))
        except OSError:
            is_ours = False
        yield is_ours


def _stage(folder: Path, aside: Path, pairs: Iterable[tuple[str, str]], marker: str) -> Changes:
    """Write what differs to `new` aside; return what is to be swapped."""
    names: set[str] = set()
    written: list[str] = []
    for name, text in pairs:
        if name in names:
            raise InputError(f"Two files would be called {name}.", file=folder / name)
        names.add(name)
        existing = folder / name
        if existing.exists():
            before = read_text(existing)
            if not _is_ours(before, marker):
                raise InputError(
                    "This file was not written by this import.",
                    file=existing,
                    remedy="Move it away, or choose another folder with --output.",
                )
            if before == text:
                continue
        with (aside / "new" / name).open("w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        written.append(name)
    others = (path for path in sorted(folder.glob("*.ttl")) if path.name not in names)
    removed = [path.name for path in others if _is_ours(read_text(path), marker)]
    return Changes(tuple(sorted(written)), tuple(removed))


def _is_ours(text: str, marker: str) -> bool:
    return f"# {marker}" in text and f"# {marker}" in text.splitlines()


def _swap(folder: Path, aside: Path, changes: Changes) -> None:
    """Put the new files in place of the old ones; a failed swap is undone."""
    new, old = aside / "new", aside / "old"
    for name in changes.written:
        (new / name).chmod(_READABLE)
        _reach_the_disk(new / name)
    moves = [(folder / name, old / name) for name in (*changes.written, *changes.removed)]
    moves = [(source, target) for source, target in moves if source.exists()]
    moves += [(new / name, folder / name) for name in changes.written]
    _move_all(moves)


def _reach_the_disk(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _move_all(moves: Sequence[tuple[Path, Path]]) -> None:
    done: list[tuple[Path, Path]] = []
    try:
        for source, target in moves:
            done.append((source, target))
            source.replace(target)
    except BaseException:
        # An interruption may come before a move or after it: what is there tells.
        for source, target in reversed(done):
            if target.exists() and not source.exists():
                target.replace(source)
        raise
