"""Text files: whole or as before, whatever stands at their path."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from clausegraph.errors import InputError
from clausegraph.textfiles import read_text, write_atomically


def test_write_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.ttl"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left"):
        write_atomically(path, ["new"])
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_write_that_is_interrupted_leaves_nothing(tmp_path: Path) -> None:
    def parts() -> Iterator[str]:
        yield "new"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "x", parts())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["file/x.ttl", "missing/x.ttl", "."])
def test_place_where_no_file_can_be_is_an_input_error(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write_atomically(tmp_path / place, ["new"])
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_link_stays_a_link_and_its_target_keeps_its_mode(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    target.chmod(0o600)
    link.symlink_to(target)
    write_atomically(link, ["new"])
    assert link.is_symlink()
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    """A device or a pipe is no file to put another in place of: think of /dev/null."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_text()))
    reader.start()
    write_atomically(pipe, ["some ", "text"])
    reader.join(timeout=10)
    assert got == ["some text"]
    assert pipe.is_fifo()


def test_full_device_is_an_input_error() -> None:
    device = Path("/dev/full")
    if not device.is_char_device():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(InputError, match="No space left"):
        write_atomically(device, ["text"])
    assert device.is_char_device()


def test_bytes_that_are_not_utf_8_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"one\ntwo \xff\n")
    with pytest.raises(InputError, match="not UTF-8") as caught:
        read_text(path)
    assert caught.value.line == 2
