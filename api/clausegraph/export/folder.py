"""The folder of a site: filled whole or not at all, and of what is there only our own replaced."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from clausegraph.errors import InputError, UsageError

LIST = ".clausegraph-export"  # names every file that an export wrote, one a line

_READABLE = 0o755  # as other folders are; mkdtemp's are private


@dataclass(frozen=True)
class Target:
    """Where a site is to be; `force` lets it be put among what is there already."""

    path: Path
    force: bool = False

    @contextmanager
    def filling(self) -> Iterator[Path]:
        """Yield a new folder beside the target, which is removed unless it is published.

        Raises UsageError where the target is no folder, or has files and may not be added to;
        InputError where something cannot be written.
        """
        self._check()
        unfinished: Path | None = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            prefix = f".{self.path.name}.unfinished-"
            unfinished = Path(tempfile.mkdtemp(prefix=prefix, dir=self.path.parent))
            yield unfinished
        except OSError as error:
            place = Path(error.filename) if isinstance(error.filename, str) else self.path
            message = f"The site cannot be written: {error.strerror or error}."
            raise InputError(message, file=place) from error
        finally:
            if unfinished is not None:
                shutil.rmtree(unfinished, ignore_errors=True)

    def publish(self, unfinished: Path) -> None:
        """Put the files of a folder in place; those of an earlier export that are not among them
        are removed, all others stay."""
        names = sorted(
            path.relative_to(unfinished).as_posix()
            for path in unfinished.rglob("*")
            if path.is_file()
        )
        (unfinished / LIST).write_text("\n".join([*names, ""]), encoding="utf-8")
        unfinished.chmod(_READABLE)
        if not self.path.exists() or not any(self.path.iterdir()):
            unfinished.replace(self.path)  # An empty folder gives way.
            return
        old = self._listed()
        for name in names:
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (unfinished / name).replace(self.path / name)
        for name in sorted(old.difference(names), reverse=True):
            self._remove(name)
        (unfinished / LIST).replace(self.path / LIST)

    def _check(self) -> None:
        try:
            is_used = self.path.exists() and any(self.path.iterdir())
        except NotADirectoryError as error:
            raise UsageError(f"{self.path} is not a folder.") from error
        if is_used and not self.force:
            raise UsageError(
                f"{self.path} has files already.",
                remedy="Name a new folder, or add --force: the files of an earlier export are then "
                "replaced, and all others stay, unless the site has one of the same name.",
            )

    def _listed(self) -> set[str]:
        """Return the files that the last export wrote here, as far as they lie in the target."""
        try:
            lines = (self.path / LIST).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return set()
        root = self.path.resolve()
        return {name for name in lines if name and (root / name).resolve().is_relative_to(root)}

    def _remove(self, name: str) -> None:
        """Remove a file, and the folders that it leaves empty."""
        path = self.path / name
        with suppress(IsADirectoryError):
            path.unlink(missing_ok=True)
        for parent in path.relative_to(self.path).parents:
            with suppress(OSError):
                if parent != Path():
                    (self.path / parent).rmdir()


def write(folder: Path, name: str, data: bytes) -> None:
    """Write one file of a site."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def size(folder: Path) -> int:
    """Return the bytes of all files of a site."""
    return sum(
        (Path(place) / name).stat().st_size for place, _, names in os.walk(folder) for name in names
    )
