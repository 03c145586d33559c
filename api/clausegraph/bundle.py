"""Where the authored folders lie: inside the installed package, or in the checkout it runs from."""

from __future__ import annotations

from pathlib import Path

from clausegraph.errors import InputError

FOLDERS = ("ontology", "shapes", "data", "queries")

_PACKAGE = Path(__file__).resolve().parent


def root() -> Path:
    """Return the folder that holds `ontology/`, `shapes/`, `data/` and `queries/`."""
    for candidate in (_PACKAGE / "_bundle", _PACKAGE.parents[1]):
        if all((candidate / name).is_dir() for name in FOLDERS):
            return candidate
    raise InputError(
        "The graph's own files are missing from this installation.",
        file=_PACKAGE,
        remedy="Install the package again, or run from a complete checkout.",
    )


def folder(name: str) -> Path:
    """Return one of the four authored folders."""
    return root() / name
