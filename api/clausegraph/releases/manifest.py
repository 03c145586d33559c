"""The manifest of a release: when it was made, what came before it, how much it holds."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from clausegraph import textfiles
from clausegraph.errors import InputError

NAME = "manifest.json"

_KEYS = {"media_type": "mediaType"}


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
        """The date, with its time zone."""
        return datetime.fromisoformat(self.date)

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
            File(
                item["name"], item["mediaType"], item["coding"], int(item["bytes"]), item["sha256"]
            )
            for item in members.pop("files")
        )
        found = Manifest(**members, files=files)
        if found.release != folder.name or found.time.tzinfo is None:
            raise ValueError("it is not of its folder's release, or its date has no time zone")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(
            f"The manifest cannot be read: {error}.",
            file=path,
            remedy="Restore it, or remove the folder of this release.",
        ) from error
    return found
