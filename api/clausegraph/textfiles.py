"""Text files: read as UTF-8, or refused with file and line; written whole, or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from clausegraph.errors import InputError

BYTE_ORDER_MARK = "\ufeff"

_NEW_FILE = 0o644


def read_text(path: Path) -> str:
    """Return a UTF-8 text as it is, a byte order mark included.

    Raises InputError naming the file and, for bytes that are not UTF-8, the line.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"The file cannot be read: {error.strerror}.", file=path, remedy="Check its path."
        ) from error
    return decode(data, path)


def decode(data: bytes, origin: Path | str) -> str:
    """Return bytes as text; InputError names their origin and the line that is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            "The file is not UTF-8.", file=origin, line=line, remedy="Save it as UTF-8."
        ) from error


def find_line(path: Path, *needles: str) -> int | None:
    """Return the first line of a UTF-8 text that holds one of `needles`, tried in order; None for
    none, and for a file that cannot be read. However long it is, it is read line by line."""
    found: dict[str, int] = {}
    with contextlib.suppress(OSError), path.open("rb") as stream:
        wanted = {needle: needle.encode() for needle in needles}
        for number, line in enumerate(stream, start=1):
            for needle in [needle for needle, text in wanted.items() if text in line]:
                found[needle] = number
                del wanted[needle]
            if needles and needles[0] in found:
                break
    return next((found[needle] for needle in needles if needle in found), None)


def write_atomically(path: Path, parts: Iterable[str], *, parents: bool = False) -> None:
    """Write a UTF-8 text so that the file is either as before or whole, whatever happens.

    A symbolic link stays one: the file that it points to is written. A device or a pipe, such as
    /dev/stdout, is written to as it is. `parents` makes missing folders. Raises InputError where
    that cannot be done.
    """
    try:
        if parents:
            path.parent.mkdir(parents=True, exist_ok=True)
        if _is_special(path):
            with path.open("w", encoding="utf-8", newline="\n") as stream:
                stream.writelines(parts)
        else:
            _replace(Path(os.path.realpath(path)), parts)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InputError(
            f"The file cannot be written: {error.strerror}.",
            file=path,
            remedy="Check the folder, its permissions and the free space.",
        ) from error


def _is_special(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


def _replace(path: Path, parts: Iterable[str]) -> None:
    """Write beside `path`, then put the new file in its place, with the mode of the old one."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else _NEW_FILE
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:50]}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(parts)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
