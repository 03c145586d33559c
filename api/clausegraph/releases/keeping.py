"""Keeping what is served: a process of its own writes a release and its dumps into a folder."""

from __future__ import annotations

import asyncio
import functools
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from clausegraph.engine.process import die_with_parent
from clausegraph.errors import ClausegraphError
from clausegraph.releases.dumps import Read
from clausegraph.releases.folder import Folder
from clausegraph.releases.loading import written_file

_MODULE = "clausegraph.releases.keeping"
_NICE = 10  # by how much the process gives way to queries
_FAILED = 1
_PAUSE = 10.0  # seconds after a failure in which nobody need try again


@dataclass(frozen=True)
class Keeper:
    """Puts releases into `folder`, from the N-Quads that their loads have left in `written`.

    `keep` releases stay there. Where `written` is None there is nothing to put.
    """

    folder: Folder
    written: Path | None
    keep: int
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _failures: dict[str, float] = field(default_factory=dict)

    @property
    def pending(self) -> frozenset[str]:
        """The releases that are being written."""
        return frozenset(self._tasks)

    def has_just_failed(self, release: str) -> bool:
        """Whether a release could not be put a moment ago: each attempt fills a full disk again."""
        failed = self._failures.get(release)
        return failed is not None and time.monotonic() - failed < _PAUSE

    async def put(self, release: str) -> None:
        """Return once a release is in the folder, or raise ClausegraphError where it cannot be.

        Whoever asks for the same one meanwhile waits for the same process, which goes on when
        nobody waits any more.
        """
        task = self._tasks.get(release)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._put(release))
            self._tasks[release] = task
            task.add_done_callback(lambda _: self._tasks.pop(release, None))
            task.add_done_callback(functools.partial(self._take_note, release))
        await asyncio.shield(task)

    def left(self) -> frozenset[str]:
        """The releases whose N-Quads lie there still, unless they are being written."""
        if self.written is None:
            return frozenset()
        return frozenset(path.stem for path in self.written.glob("*.nq")) - self.pending

    def forget(self, release: str) -> None:
        """Remove the N-Quads of a release, unless it is being written."""
        self._failures.pop(release, None)
        if self.written is not None and release not in self.pending:
            written_file(self.written, release).unlink(missing_ok=True)

    async def close(self) -> None:
        """End what is under way; nothing half is left in the folder."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _take_note(self, release: str, task: asyncio.Task[None]) -> None:
        """Look at the error of a task, which nobody else may do."""
        self._failures.pop(release, None)
        if not task.cancelled() and task.exception() is not None:
            self._failures[release] = time.monotonic()

    async def _put(self, release: str) -> None:
        """Run the process, and take in what it says."""
        if self.written is None:
            raise ClausegraphError("There is no room for its N-Quads.", remedy="See --spool.")
        path = written_file(self.written, release)
        words = (str(self.folder.path), release, str(path), str(self.keep))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", _MODULE, *words),
            stdin=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"},
            start_new_session=True,
        )
        try:
            _, said = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            last = said.decode(errors="replace").strip().rpartition("\n")[2]
            raise ClausegraphError(last or f"The process ended with {process.returncode}.")
        await asyncio.to_thread(path.unlink, missing_ok=True)


def main(folder: str, release: str, path: str, keep: str) -> int:
    """Put a release into a folder; return the exit status."""
    die_with_parent()
    if hasattr(os, "nice"):
        os.nice(_NICE)
    try:
        Folder(Path(folder)).add(Read(release, Path(path)), int(keep))
    except (ClausegraphError, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return _FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
