"""Which files: paths, folders and globs in, files of RDF out."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from clausegraph import formats
from clausegraph.errors import InputError, InputErrors

STDIN = Path("-")
_GZIP = formats.GZIP.suffix
_MOST_ERRORS = 20
_KNOWN = ", ".join(f"{syntax.suffix}[{_GZIP}]" for syntax in formats.READABLE)


@dataclass
class Mistakes:
    """Collects what is wrong with files, so that all of it is told at once."""

    errors: list[InputError]

    def add(self, error: InputError) -> None:
        """Take note of an error, and raise all where there are many."""
        self.errors.extend(getattr(error, "errors", (error,)))
        if len(self.errors) >= _MOST_ERRORS:
            self.tell()

    def tell(self) -> None:
        """Raise what was found, if anything was."""
        if len(self.errors) == 1:
            raise self.errors[0]
        if self.errors:
            raise InputErrors(self.errors)


def syntax_of(path: Path) -> formats.Syntax | None:
    """Return the syntax that a file's suffix names, that of a compression aside, or None."""
    suffixes = path.suffixes
    if suffixes and suffixes[-1].lower() == _GZIP:
        suffixes.pop()
    return formats.by_suffix(suffixes[-1], formats.READABLE) if suffixes else None


def is_compressed(path: Path) -> bool:
    """Whether a file's suffix says that it is compressed."""
    return path.suffix.lower() == _GZIP


def expand(paths: Iterable[str | Path]) -> list[Path]:
    """Return the files and folders that paths and globs name, `-` as it is.

    Raises InputError for each path that does not exist, and each glob that matches nothing.
    """
    mistakes = Mistakes([])
    found: list[Path] = []
    for text in map(str, paths):
        path = Path(text)
        if path == STDIN or path.exists():
            found.append(path)
        elif glob.has_magic(text):
            matches = _matches(text)
            found += matches
            if not matches:
                mistakes.add(_nothing(text, "Nothing matches this pattern."))
        else:
            mistakes.add(_nothing(text, "There is no such file or folder."))
    mistakes.tell()
    return found


def files(paths: Iterable[Path]) -> list[Path]:
    """Return the RDF files at and below paths, each once, in their order.

    Raises InputError for a folder without any, and for a file whose suffix is none of ours.
    """
    mistakes = Mistakes([])
    found: dict[Path, Path] = {}
    for path in paths:
        below = list(_below(path)) if path.is_dir() and path != STDIN else [path]
        if not below:
            mistakes.add(_nothing(path, "The folder holds no RDF file.", _by_suffix()))
        for file in below:
            if file != STDIN and syntax_of(file) is None:
                mistakes.add(
                    _nothing(file, f"'{file.suffix}' is no suffix of an RDF syntax.", _by_suffix())
                )
            found.setdefault(file if file == STDIN else file.resolve(), file)
    mistakes.tell()
    return list(found.values())


def _matches(pattern: str) -> list[Path]:
    """Return what a glob names: RDF files and folders that hold some, hidden ones aside."""
    matches = [Path(name) for name in sorted(glob.glob(pattern, recursive=True))]  # noqa: PTH207
    named = [path for path in matches if path.is_file()]
    return [path for path in named if syntax_of(path) is not None] or [
        path for path in matches if path.is_dir() and next(_below(path), None) is not None
    ]


def _below(folder: Path) -> Iterator[Path]:
    """Yield the RDF files below a folder in path order, hidden ones and our context aside."""
    for path in sorted(folder.rglob("*")):
        is_hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not is_hidden and syntax_of(path) and path.name != "context.jsonld" and path.is_file():
            yield path


def _by_suffix() -> str:
    return f"Files are read by their suffix: {_KNOWN}."


def _nothing(path: Path | str, problem: str, remedy: str = "Check its path.") -> InputError:
    return InputError(problem, file=path, remedy=remedy)
