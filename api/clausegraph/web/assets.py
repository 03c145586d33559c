"""The files that pages load: a fixed table, each at its name and at one that changes with it."""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from clausegraph.web import texts

PATH = "/static/"
BUILT = "built/"  # what npm packages were built into, if they were

_MANIFEST = "manifest.json"
_HASHED = 12  # characters of the digest that stands in an address
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True)
class Asset:
    """One file; `is_lasting` where its address changes when it does."""

    body: bytes
    content_type: str
    digest: str
    is_lasting: bool


@dataclass(frozen=True)
class Assets:
    """Every file by the name below PATH, and what a template calls it to that name."""

    files: Mapping[str, Asset]
    names: Mapping[str, str]

    def address(self, name: str) -> str:
        """Return the address of a file that may be kept for ever; what was not built has none.

        A template that asks for a file of ours that does not exist is wrong: KeyError.
        """
        if name.startswith(BUILT) and name not in self.names:
            return ""
        return PATH + self.names[name]


@cache
def load() -> Assets:
    """Return the files that lie beside this code, read once."""
    return of(texts.STATIC)


def of(folder: Path) -> Assets:
    """Return the files of a folder, and those of its folder BUILT."""
    files: dict[str, Asset] = {}
    names: dict[str, str] = {}
    for path in _listed(folder):
        body = path.read_bytes()
        digest = hashlib.sha256(body).hexdigest()
        name = f"{path.stem}.{digest[:_HASHED]}{path.suffix}"
        files[path.name] = Asset(body, _TYPES[path.suffix], digest, is_lasting=False)
        files[name] = Asset(body, _TYPES[path.suffix], digest, is_lasting=True)
        names[path.name] = name
    built = folder / BUILT
    manifest = _manifest(built)
    for path in _listed(built):
        body = path.read_bytes()
        digest = hashlib.sha256(body).hexdigest()
        # The build gives each file in its manifest a name that changes with it.
        is_lasting = path.name in manifest.values()
        files[BUILT + path.name] = Asset(body, _TYPES[path.suffix], digest, is_lasting)
    for name, file in manifest.items():
        if BUILT + file in files:
            names[BUILT + name] = BUILT + file
    return Assets(files, names)


def _listed(folder: Path) -> list[Path]:
    """Return the files of a folder that are served, in order."""
    if not folder.is_dir():
        return []
    return sorted(
        path for path in folder.iterdir() if path.suffix in _TYPES and path.name != _MANIFEST
    )


def _manifest(folder: Path) -> dict[str, str]:
    """Return the names of what was built, each with that of its file; empty where nothing was."""
    path = folder / _MANIFEST
    if not path.is_file():
        return {}
    found = json.loads(path.read_text(encoding="utf-8"))
    return {name: posixpath.basename(file) for name, file in found.items()}
