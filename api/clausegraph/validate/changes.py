"""What has changed in git since a revision: files, and what they said before."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from clausegraph.errors import InputError, UsageError
from clausegraph.validate.sources import syntax_of

_SECONDS = 60
# A repository may name programs for git to run; none of them has a say here.
_GIT = ("git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-pager")


@dataclass(frozen=True)
class Changes:
    """The RDF files that differ from a revision, or are new, and those that are gone since."""

    present: frozenset[Path]
    before: tuple[tuple[Path, bytes], ...]  # what files said, those that are gone among them


def changed_files(since: str, paths: Sequence[Path]) -> set[Path]:
    """Return the files, in full, that differ from a revision, or are new, where `paths` are.

    Raises UsageError for a revision that git does not know, and InputError where git cannot tell.
    """
    return set(changes(since, paths).present)


def changes(since: str, paths: Iterable[Path]) -> Changes:
    """Return what has changed in the repositories of files and folders; raises as above."""
    present: set[Path] = set()
    before: list[tuple[Path, bytes]] = []
    for root in sorted({_root(path) for path in paths}):
        commit = _commit(root, since)
        differ = _names(root, "diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", commit)
        fresh = _names(root, "ls-files", "--others", "--exclude-standard", "-z")
        present.update(root / name for name in {*differ, *fresh} if (root / name).is_file())
        before += _old(root, commit, differ)
    return Changes(frozenset(path.resolve() for path in present), tuple(before))


def changed_among(since: str, paths: Iterable[Path]) -> list[Path]:
    """Return those of some files that differ from a revision; none where git cannot tell."""
    found = list(paths)
    try:
        present = changes(since, found).present
    except (InputError, UsageError):
        return []
    return [path for path in found if path.resolve() in present]


def _root(path: Path) -> Path:
    """Return the top folder of the repository that a path is in."""
    folder = path if path.is_dir() else path.parent
    told = _git(folder, "rev-parse", "--show-toplevel")
    if told.returncode:
        raise InputError(
            f"git cannot tell what has changed: {_said(told)}.",
            file=path,
            remedy="Leave out --changed-since, or give paths in a git repository.",
        )
    return Path(os.fsdecode(told.stdout.removesuffix(b"\n")))


def _commit(root: Path, since: str) -> str:
    """Return the name of the commit that a revision means; an option is no revision."""
    if not since.startswith("-") and "\0" not in since:
        told = _git(root, "rev-parse", "--verify", "--quiet", f"{since}^{{commit}}")
        if not told.returncode:
            return told.stdout.decode("ascii").strip()
    raise UsageError(
        f"git knows no revision '{since}' in {root}.",
        remedy="Name a commit, a branch or a tag; a shallow clone has few of them (fetch it).",
    )


def _names(root: Path, *arguments: str) -> list[Path]:
    """Return the RDF files that a command of git lists, below the top folder."""
    told = _git(root, *arguments, "--")
    if told.returncode:
        raise InputError(f"git cannot tell what has changed: {_said(told)}.", file=root)
    names = [Path(os.fsdecode(name)) for name in told.stdout.split(b"\0") if name]
    return [name for name in names if syntax_of(name) is not None]


def _old(root: Path, commit: str, names: Iterable[Path]) -> Iterator[tuple[Path, bytes]]:
    """Yield what files said in a commit, those that it had."""
    for name in names:
        told = _git(root, "cat-file", "blob", f"{commit}:{name.as_posix()}")
        if not told.returncode:
            yield root / name, told.stdout


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder; `arguments` are never read by a shell."""
    try:
        return subprocess.run(
            [*_GIT, "-C", str(folder), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"},
        )
    except OSError as error:
        raise InputError(
            f"git cannot be run: {error.strerror}.",
            remedy="Install git, or leave out --changed-since.",
        ) from error
    except subprocess.TimeoutExpired as error:
        raise InputError(f"git did not answer within {_SECONDS} s.", file=folder) from error


def _said(told: subprocess.CompletedProcess[bytes]) -> str:
    return os.fsdecode(told.stderr).strip().removeprefix("fatal: ").partition("\n")[0].rstrip(".")
