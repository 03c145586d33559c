"""The manifest of a release: when it was made, what came before it, how much it holds."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clausegraph import textfiles
from clausegraph.errors import InputError

NAME = "manifest.json"

_KEYS = {"media_type": "mediaType"}
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[0-9A-Za-z_-][0-9A-Za-z._-]*")  # of a file in the folder, and nowhere else
_MEDIA_TYPE = re.compile(r"[0-9a-z.+-]+/[0-9a-z.+-]+")
_DATE = re.compile(r"[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", re.ASCII)


@dataclass(frozen=True)
class File:
    """A dump: its name, the media type of what is in it, its compression, its size and digest.

    `coding` is `gzip`, `zstd` or empty; `bytes` and `sha256` (hexadecimal) are those of the file as
    it lies there.
    """

    name: str
    media_type: str
    coding: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What is known of a release beyond what it says itself.

    `date` is when it was added (ISO 8601, in UTC), `predecessor` the release that was the newest
    then, `version` that of the package; `triples` are those of the merge, each counted once;
    `files` is empty once they were pruned.
    """

    release: str
    date: str
    predecessor: str | None
    version: str
    triples: int
    graphs: int
    files: tuple[File, ...] = ()

    @property
    def time(self) -> datetime:
        """The date, in UTC."""
        return datetime.fromisoformat(self.date).astimezone(UTC)

    def file(self, name: str) -> File | None:
        """Return the file of that name, or None."""
        return next((file for file in self.files if file.name == name), None)

    def write(self, folder: Path) -> None:
        """Write the manifest into the folder of its release, whole or not at all."""
        members = asdict(self)
        members["files"] = [
            {_KEYS.get(key, key): value for key, value in asdict(file).items()}
            for file in self.files
        ]
        text = json.dumps(members, indent=1) + "\n"
        textfiles.write_atomically(folder / NAME, [text])


def read(folder: Path) -> Manifest:
    """Return the manifest in the folder of a release, or raise InputError for one that is none."""
    path = folder / NAME
    try:
        members: dict[str, Any] = json.loads(textfiles.read_text(path))
        files = tuple(
            File(item["name"], item["mediaType"], item["coding"], item["bytes"], item["sha256"])
            for item in members.pop("files")
        )
        found = Manifest(**members, files=files)
        _check(found, folder.name)
    except (
        ArithmeticError,
        AttributeError,
        KeyError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise InputError(
            f"The manifest cannot be read: {error}.",
            file=path,
            remedy="Restore it, or remove the folder of this release.",
        ) from error
    return found


def _check(found: Manifest, release: str) -> None:
    """Raise ValueError, or TypeError, for the first member that is not what it is to be."""
    if found.release != release:
        raise ValueError("it is not of its folder's release")
    if not (_DATE.fullmatch(found.date) and found.time.tzinfo):
        raise ValueError(f"its date is {found.date!r}, which is none with a time zone")
    if found.predecessor is not None and not _DIGEST.fullmatch(found.predecessor):
        raise ValueError(f"its predecessor is {found.predecessor!r}, which is no release")
    if not isinstance(found.version, str):
        raise TypeError(f"its version is {found.version!r}")
    for count in (found.triples, found.graphs, *(file.bytes for file in found.files)):
        if type(count) is not int or count < 0:
            raise ValueError(f"it counts {count!r}")
    for file in found.files:
        _check_file(file)


def _check_file(file: File) -> None:
    """Raise ValueError, or TypeError, for a file that cannot be served as what it says."""
    if not (
        _NAME.fullmatch(file.name)
        and _MEDIA_TYPE.fullmatch(file.media_type)
        and isinstance(file.coding, str)
        and _DIGEST.fullmatch(file.sha256)
    ):
        raise ValueError(f"a file in it is {file}")
