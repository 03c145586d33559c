"""The manifest of a stored graph: what it holds, and which files it was made from."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from clausegraph import textfiles
from clausegraph.errors import InputError

NAME = "manifest.json"
FORMAT = 1  # of a stored graph: one more whenever what lies in its folder changes its meaning

_PIECE = 1 << 20  # bytes
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class InputFile:
    """A file that a graph was made from: its absolute path, its size and time of change when it was
    read, and the SHA-256 of what was read."""

    path: str
    size: int
    mtime_ns: int
    sha256: str

    @classmethod
    def of(cls, path: Path, given_up: threading.Event | None = None) -> InputFile:
        """Return what is to be known of a file; raises InputError where it cannot be read, and
        where that was `given_up`.

        To be called before the file is read: one that changes meanwhile then counts as changed.
        """
        try:
            absolute = path.resolve()
            status = absolute.stat()
            digest = _digest(absolute, given_up or threading.Event())
        except OSError as error:
            raise InputError(
                f"The file cannot be read: {error.strerror}.", file=path, remedy="Check its path."
            ) from error
        return cls(str(absolute), status.st_size, status.st_mtime_ns, digest)

    def is_unchanged(self) -> bool:
        """Whether the file is what it was: by size and time, and by content where only the time
        differs."""
        path = Path(self.path)
        try:
            status = path.stat()
            if status.st_size != self.size:
                return False
            if status.st_mtime_ns == self.mtime_ns:
                return True
            return self.of(path).sha256 == self.sha256
        except (OSError, InputError):
            return False


def _digest(path: Path, given_up: threading.Event) -> str:
    """Return the SHA-256 of a file. A process that is to end waits for its threads."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            if given_up.is_set():
                raise InputError("The reading of the file was given up.", file=path)
            digest.update(piece)
    return digest.hexdigest()


@dataclass(frozen=True)
class Manifest:
    """What is known of a stored graph.

    `triples` are those of the merge, each counted once, `quads` those of the named graphs, `graphs`
    how many of these there are. `data` is what was asked for, as absolute paths or the word
    `shipped`; empty for the shipped graph alone. `inputs` are all files that were read for it, ours
    too. `version` is that of the package which made it.
    """

    release: str
    triples: int
    quads: int
    graphs: int
    data: tuple[str, ...]
    inputs: tuple[InputFile, ...]
    version: str
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Write the manifest into a folder, whole or not at all."""
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"
        textfiles.write_atomically(folder / NAME, [text])

    def changed(self, files: Sequence[Path]) -> tuple[Path, ...]:
        """Return which of the files, all that a load would read now, are new or have changed, and
        which it was made from and would no longer read; in order, none twice."""
        known = {Path(item.path): item for item in self.inputs}
        wanted = dict.fromkeys(path.resolve() for path in files)
        differing = [path for path in wanted if path not in known]
        differing += [path for path in known if path not in wanted]
        both = (item for path, item in known.items() if path in wanted)
        differing += [Path(item.path) for item in both if not item.is_unchanged()]
        return tuple(sorted(differing))


def read(folder: Path) -> Manifest:
    """Return the manifest in a folder, or raise InputError for one that is none of ours."""
    path = folder / NAME
    try:
        members: dict[str, Any] = json.loads(textfiles.read_text(path))
        if members.get("format") != FORMAT:
            raise InputError(
                "The graph was stored by another version of Clausegraph, which lays it out "
                "otherwise.",
                file=path,
                remedy="Load it again: clausegraph load ... --store FOLDER.",
            )
        inputs = tuple(InputFile(**item) for item in members.pop("inputs"))
        made = Manifest(**{**members, "inputs": inputs, "data": tuple(members.pop("data"))})
        _check(made)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise InputError(
            f"The manifest of a stored graph cannot be read: {error}.",
            file=path,
            remedy="Remove its folder, and load the graph again.",
        ) from error
    return made


def _check(made: Manifest) -> None:
    """Raise ValueError, or TypeError, for the first member that is not what it is to be."""
    if not _DIGEST.fullmatch(made.release):
        raise ValueError(f"its release is {made.release!r}, which is none")
    numbers = [made.triples, made.quads, made.graphs]
    numbers += [number for item in made.inputs for number in (item.size, item.mtime_ns)]
    if any(type(number) is not int or number < 0 for number in numbers):
        raise ValueError("it counts what cannot be counted so")
    texts = [made.version, *made.data, *(item.path for item in made.inputs)]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a name in it is no text")
    if not all(_DIGEST.fullmatch(item.sha256) for item in made.inputs):
        raise ValueError("a digest in it is none")
