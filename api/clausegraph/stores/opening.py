"""Opening a stored graph that is to be served: the one that is there, or one that is loaded."""

from __future__ import annotations

import contextlib
import importlib.metadata
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from clausegraph.build import files
from clausegraph.errors import InputError
from clausegraph.stores.folder import Stored, StoreFolder
from clausegraph.stores.manifest import Manifest

Tell = Callable[[str], None]
Load = Callable[[Sequence[Path] | None, StoreFolder], Stored]

_NAMED = 3  # files that have changed, in a message


def opened(folder: StoreFolder, paths: Sequence[Path] | None, load: Load, tell: Tell) -> Stored:
    """Return the stored graph of `paths`, which is loaded if it is not in the folder, or if one of
    its files has changed since.

    Without `paths` it is whatever the folder holds, as it was loaded, or the shipped graph where it
    holds none. What is done instead of opening at once is told.
    """
    folder.sweep()
    if not paths:
        found = folder.current()
        if found is None:
            return load(None, folder)
        _tell_of_changes(found, tell)
        return found
    try:
        found = folder.current()
    except InputError as error:
        tell(f"The graph is loaded again: {error}")
        found = None
    if found is not None:
        reason = _outdated(found.manifest, paths)
        if reason is None:
            return _renewed(folder, found)
        tell(f"The graph in {folder.path} is loaded again: {reason}.")
    return load(paths, folder)


def _outdated(manifest: Manifest, paths: Sequence[Path]) -> str | None:
    """Return why a stored graph is not that of `paths` any more, or None."""
    version = importlib.metadata.version("clausegraph")
    if manifest.version != version:
        return f"it was made by version {manifest.version}, and this is {version}"
    changed = manifest.changed(files.inputs(paths))
    return f"{_listed(changed)} changed" if changed else None


def _tell_of_changes(found: Stored, tell: Tell) -> None:
    """Say that files are not any more what was loaded, if so."""
    changed = tuple(Path(item.path) for item in found.manifest.inputs if not item.is_unchanged())
    if changed:
        tell(
            f"The graph in {found.path.parent} is served as it was loaded, though "
            f"{_listed(changed)} changed. Name its files with --data to have it loaded again."
        )


def _renewed(folder: StoreFolder, found: Stored) -> Stored:
    """Note the new times of files whose content is the same, so that it is not read again."""
    with contextlib.suppress(InputError, OSError):  # They would only be read again.
        inputs = tuple(
            replace(item, mtime_ns=Path(item.path).stat().st_mtime_ns)
            for item in found.manifest.inputs
        )
        if inputs != found.manifest.inputs:
            return folder.renew(found, replace(found.manifest, inputs=inputs))
    return found


def _listed(paths: Sequence[Path]) -> str:
    """Return the first of some files, and how many more there are, before a verb."""
    named = ", ".join(str(path) for path in paths[:_NAMED])
    more = len(paths) - _NAMED
    have = "has" if len(paths) == 1 else "have"
    return f"{named}{f' and {more} more' if more > 0 else ''} {have}"
