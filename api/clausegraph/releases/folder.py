"""A folder of releases: each added whole or not at all, the oldest pruned, none forgotten."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from clausegraph.errors import InputError, UnknownResource
from clausegraph.releases import dumps, manifest
from clausegraph.releases.dumps import Content, Written
from clausegraph.releases.manifest import Manifest

if sys.platform != "win32":
    import fcntl

KEPT = 10  # releases whose files stay

_READABLE = 0o755  # as other folders are; mkdtemp's are private

Progress = Callable[[str], None]

_RELEASE = re.compile(r"[0-9a-f]{64}")
_UNFINISHED = ".unfinished-"


def _silent(_: str) -> None:
    """Report progress to nobody."""


@dataclass(frozen=True)
class Folder:
    """The releases in a folder, which need not be there before the first is added.

    Reading takes no lock: what is there is whole. One process adds or prunes at a time; others
    wait for it.
    """

    path: Path

    def manifests(self) -> list[Manifest]:
        """Return the manifests of all releases that were ever added, newest first, without those
        that cannot be read (see `unreadable`)."""
        found = {item.release: item for item in self._read() if isinstance(item, Manifest)}
        depths: dict[str, int] = {}

        def depth(release: str | None) -> int:
            chain = []
            while release in found and release not in depths and release not in chain:
                chain.append(release)
                release = found[release].predecessor
            count = depths.get(release or "", 0)
            for link in reversed(chain):
                count += 1
                depths[link] = count
            return count

        return sorted(
            found.values(), key=lambda item: (item.time, depth(item.release)), reverse=True
        )

    def unreadable(self) -> list[InputError]:
        """Return why manifests cannot be read, one error each: their releases are left out of the
        history, and are neither pruned nor counted."""
        return [item for item in self._read() if isinstance(item, InputError)]

    def manifest(self, release: str) -> Manifest | None:
        """Return the manifest of a release, kept or pruned, or None if it was never added."""
        folder = self._folder(release)
        if folder is None or not (folder / manifest.NAME).is_file():
            return None
        return manifest.read(folder)

    def is_kept(self, release: str) -> bool:
        """Whether all files of a release are here, as long as they were."""
        found = self.manifest(release)
        if found is None or not found.files:
            return False
        try:
            sizes = {path.name: path.stat().st_size for path in (self.path / release).iterdir()}
        except OSError:
            return False
        return all(sizes.get(file.name) == file.bytes for file in found.files)

    def file(self, release: str, name: str) -> Path:
        """Return the path of a dump, or raise UnknownResource for one that is not kept."""
        found = self.manifest(release)
        if found is None or found.file(name) is None:
            raise UnknownResource(f"Release {release} has no file {name!r} here.")
        return self.path / release / name

    def nquads(self, release: str) -> Path:
        """Return the N-Quads of a release, or raise UnknownResource where they are not kept."""
        return self.file(release, dumps.NQUADS)

    def prepare(self) -> None:
        """Make the folder where it is missing; raises InputError where nothing can be added."""
        with self._locked():
            self._unfinished().rmdir()

    def add(self, content: Content, keep: int = KEPT, progress: Progress = _silent) -> Manifest:
        """Write the dumps and the manifest of a release, and prune; return the manifest.

        A release that is kept already stays as it is; one that was pruned, or has lost a file, gets
        its files back, and keeps its date. A process that is killed leaves nothing that counts.
        Raises InputError where the folder cannot be written.
        """
        with self._locked():
            for error in self.unreadable():
                progress(f"LEFT OUT: {error}")
            found = self.manifest(content.release)
            if found is None or not self.is_kept(found.release):
                found = self._add(content, found, progress)
            self._prune(keep, found.release)
        return found

    def prune(self, keep: int = KEPT) -> list[Manifest]:
        """Remove the files of all but the newest `keep` releases; return the pruned ones."""
        with self._locked():
            return self._prune(keep)

    def _add(self, content: Content, known: Manifest | None, progress: Progress) -> Manifest:
        before = next(iter(self.manifests()), None)
        unfinished = self._unfinished()
        try:
            written = dumps.write(content, unfinished, progress)
            if known is not None:
                return self._restore(known, written, unfinished)
            made = Manifest(
                release=content.release,
                date=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
                predecessor=None if before is None else before.release,
                version=importlib.metadata.version("clausegraph"),
                triples=written.triples,
                graphs=written.graphs,
                files=written.files,
            )
            made.write(unfinished)
            unfinished.chmod(_READABLE)
            unfinished.rename(self.path / content.release)
            _sync(self.path)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        return made

    def _unfinished(self) -> Path:
        """Return a new folder for what does not count yet."""
        return Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self.path))

    def _restore(self, known: Manifest, written: Written, unfinished: Path) -> Manifest:
        """Give a pruned release its files back: they count once the manifest names them."""
        folder = self.path / known.release
        for file in written.files:
            (unfinished / file.name).replace(folder / file.name)
        restored = replace(known, files=written.files)
        restored.write(folder)
        return restored

    def _prune(self, keep: int, spared: str | None = None) -> list[Manifest]:
        """Prune to `keep` releases; `spared` is one of them, however old it is."""
        kept = [item for item in self.manifests() if item.files]
        kept.sort(key=lambda item: item.release != spared)
        pruned = [replace(item, files=()) for item in kept[max(keep, 1) :]]
        for item, old in zip(pruned, kept[max(keep, 1) :], strict=True):
            folder = self.path / item.release
            item.write(folder)  # First: a file that the manifest names is there.
            for file in old.files:
                (folder / file.name).unlink(missing_ok=True)
        return pruned

    def _read(self) -> Iterator[Manifest | InputError]:
        try:
            folders = sorted(self.path.iterdir()) if self.path.is_dir() else []
        except OSError as error:
            raise _unusable(self.path, error) from error
        for folder in folders:
            if _RELEASE.fullmatch(folder.name) and (folder / manifest.NAME).is_file():
                try:
                    yield manifest.read(folder)
                except InputError as error:
                    yield error

    def _folder(self, release: str) -> Path | None:
        return self.path / release if _RELEASE.fullmatch(release) else None

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the folder, made where it is missing, without what a killed process left in it."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with _held(self.path):
                for left in self.path.glob(f"{_UNFINISHED}*"):
                    shutil.rmtree(left, ignore_errors=True)
                yield
        except OSError as error:
            raise _unusable(self.path, error) from error


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder; the system gives it back when the process ends."""
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _sync(folder: Path) -> None:
    """Have the names in a folder survive a loss of power (fsync(2)); not every system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _unusable(folder: Path, error: OSError) -> InputError:
    return InputError(
        f"Releases cannot be kept here: {error.strerror or error}.",
        file=error.filename or folder,
        remedy="Check the folder, its permissions and the free space.",
    )
