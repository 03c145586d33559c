"""A folder of releases: whole or not at all, the newest kept, none forgotten."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clausegraph.errors import InputError, UnknownResource
from clausegraph.releases import Folder
from clausegraph.releases.dumps import Content

Make = Callable[[int], Content]

SLOW = """
import sys, time
from pathlib import Path
from clausegraph.releases import Folder
class Slow:
    release = "f" * 64
    def lines(self):
        for number in range(1_000_000):
            yield f'<urn:s> <urn:p> "{number:09}" <urn:g> .\\n'
            if number == 20_000:
                print("writing", flush=True)
                time.sleep(60)
Folder(Path(sys.argv[1])).add(Slow())
"""


def test_release_is_added_with_what_came_before_it(folder: Folder, content: Make) -> None:
    first, second = folder.add(content(1)), folder.add(content(2))
    assert first.predecessor is None
    assert second.predecessor == first.release
    assert second.time >= first.time
    assert (second.triples, second.graphs) == (5, 2)
    assert folder.manifest(first.release) == first
    assert folder.is_kept(second.release)
    assert folder.nquads(second.release).read_text() == "".join(content(2).lines())


def test_history_is_newest_first_even_within_a_second(folder: Folder, content: Make) -> None:
    added = [folder.add(content(number)).release for number in (5, 3, 9, 1)]
    assert [item.release for item in folder.manifests()] == added[::-1]


def test_history_whose_chain_is_broken_or_a_circle_is_read_all_the_same(
    folder: Folder, content: Make
) -> None:
    """Somebody may have removed a folder, or written a manifest by hand."""
    releases = [folder.add(content(number)).release for number in range(3)]
    path = folder.path / releases[0] / "manifest.json"
    members = json.loads(path.read_text())
    for predecessor in (releases[2], "d" * 64, releases[0]):
        path.write_text(json.dumps({**members, "predecessor": predecessor}))
        assert {item.release for item in folder.manifests()} == set(releases)


def test_release_that_is_there_stays_as_it_is(folder: Folder, content: Make) -> None:
    first = folder.add(content(1))
    inode = folder.nquads(first.release).stat().st_ino
    assert folder.add(content(1)) == first
    assert folder.nquads(first.release).stat().st_ino == inode


def test_oldest_are_pruned_but_not_forgotten(folder: Folder, content: Make) -> None:
    added = [folder.add(content(number), keep=3).release for number in range(5)]
    assert [item.release for item in folder.manifests() if item.files] == added[:1:-1]
    for release in added[:2]:
        assert not folder.is_kept(release)
        assert [path.name for path in (folder.path / release).iterdir()] == ["manifest.json"]
        found = folder.manifest(release)
        assert found is not None
        assert (found.files, found.triples) == ((), 5)
        with pytest.raises(UnknownResource):
            folder.nquads(release)
    assert [item.release for item in folder.prune(1)] == [added[3], added[2]]
    assert folder.is_kept(added[4])


def test_pruned_release_gets_its_files_back_and_keeps_its_date(
    folder: Folder, content: Make
) -> None:
    first = folder.add(content(1))
    folder.add(content(2), keep=1)
    folder.add(content(3), keep=1)
    again = folder.add(content(1), keep=1)
    assert again == first
    assert folder.is_kept(first.release)
    assert not folder.is_kept(content(3).release)
    assert [item.release for item in folder.manifests()][-1] == first.release


def test_killed_process_leaves_nothing_that_counts(folder: Folder, content: Make) -> None:
    """And the next one that adds clears up after it."""
    folder.add(content(1))
    command = [sys.executable, "-c", SLOW, str(folder.path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "writing\n"
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert len(list(folder.path.iterdir())) == 2
    assert [item.release for item in folder.manifests()] == [content(1).release]
    assert not folder.is_kept("f" * 64)
    folder.add(content(2))
    assert {path.name for path in folder.path.iterdir()} == {
        content(1).release,
        content(2).release,
    }


def test_two_that_add_at_once_wait_for_each_other(folder: Folder) -> None:
    """Each finds the one before it; nobody removes what the other is writing."""
    code = (
        "import sys; from pathlib import Path; from clausegraph.releases import Folder\n"
        "from clausegraph.releases.dumps import Read\n"
        "folder = Folder(Path(sys.argv[1]))\n"
        "for number in sys.argv[3:]: folder.add(Read(number * 64, Path(sys.argv[2])))\n"
    )
    source = folder.path.parent / "x.nq"
    source.parent.mkdir(parents=True)
    source.write_text("<urn:s> <urn:p> <urn:o> <urn:g> .\n")
    processes = [
        subprocess.Popen([sys.executable, "-c", code, str(folder.path), str(source), *numbers])
        for numbers in ("1234", "5678")
    ]
    assert [process.wait(60) for process in processes] == [0, 0]
    found = folder.manifests()
    assert len(found) == 8
    assert [item.predecessor for item in found] == [*(i.release for i in found[1:]), None]


def test_failure_on_the_way_leaves_nothing(
    folder: Folder, content: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.add(content(1))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left") as caught:
        folder.add(content(2))
    assert "free space" in (caught.value.remedy or "")
    assert [path.name for path in folder.path.iterdir()] == [content(1).release]


def test_content_that_fails_leaves_nothing(folder: Folder) -> None:
    class Broken:
        release = "e" * 64

        def lines(self) -> Iterator[str]:
            yield "<urn:s> <urn:p> <urn:o> <urn:g> .\n"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        folder.add(Broken())
    assert list(folder.path.iterdir()) == []


@pytest.mark.parametrize("place", ["file", "/proc/nowhere", "/dev/null/x"])
def test_folder_that_cannot_be_written_is_refused_by_name(
    place: str, tmp_path: Path, content: Make
) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / place  # absolute ones stay
    for attempt in (Folder(path).prepare, lambda: Folder(path).add(content(1))):
        with pytest.raises(InputError) as caught:
            attempt()
        assert str(caught.value.file).startswith(str(path)[:9])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_without_permission_is_refused(folder: Folder, content: Make) -> None:
    folder.path.mkdir(parents=True)
    folder.path.chmod(0o555)
    with pytest.raises(InputError, match="Permission denied"):
        folder.add(content(1))


FILE = {
    "name": "clausegraph.nq",
    "mediaType": "application/n-quads",
    "coding": "",
    "bytes": 1,
    "sha256": "0" * 64,
}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"files": 1}', '{"files": [{}]}', '"x"', "\ud800", "[" * 200_000]
)
def test_manifest_that_is_none_is_left_out_and_told_of(
    folder: Folder, content: Make, text: str
) -> None:
    """The others are there all the same, and more can be added."""
    first, second = (folder.add(content(number)) for number in (1, 2))
    path = folder.path / first.release / "manifest.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert folder.manifests() == [second]
    assert [error.file for error in folder.unreadable()] == [path]
    with pytest.raises(InputError) as caught:
        folder.manifest(first.release)
    assert caught.value.file == path
    said: list[str] = []
    third = folder.add(content(3), keep=1, progress=said.append)
    assert said[0].startswith(f"LEFT OUT: {path}")
    assert [item.release for item in folder.manifests() if item.files] == [third.release]
    assert (path.parent / "clausegraph.nq").is_file()


@pytest.mark.parametrize(
    "members",
    [
        {"predecessor": [1]},
        {"predecessor": 5},
        {"predecessor": "x> <y"},
        {"date": "2026-11-22T06:17:17"},
        {"date": "0001-01-01T00:00:00+14:00"},
        {"date": "2026-13-22T06:17:17Z"},
        {"date": None},
        {"version": 1},
        {"triples": "many"},
        {"triples": None},
        {"graphs": -1},
        {"files": [{**FILE, "name": "../other"}]},
        {"files": [{**FILE, "mediaType": "a> <b"}]},
        {"files": [{**FILE, "coding": []}]},
        {"files": [{**FILE, "bytes": -1}]},
        {"files": [{**FILE, "bytes": float("inf")}]},
        {"files": [{**FILE, "sha256": "zz"}]},
        {"more": 1},
    ],
    ids=str,
)
def test_manifest_with_a_member_that_cannot_be_is_none(
    folder: Folder, content: Make, members: dict[str, object]
) -> None:
    """What is read here goes into file names, headers and triples."""
    path = folder.path / folder.add(content(1)).release / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **members}))
    assert folder.manifests() == []
    assert [error.file for error in folder.unreadable()] == [path]


def test_date_in_another_time_zone_is_taken_as_it_is_meant(folder: Folder, content: Make) -> None:
    """HTTP dates are in UTC (RFC 9110, section 5.6.7)."""
    path = folder.path / folder.add(content(1)).release / "manifest.json"
    members = json.loads(path.read_text())
    path.write_text(json.dumps({**members, "date": "2026-11-22T01:17:17+02:00"}))
    assert folder.manifests()[0].time.isoformat() == "2026-11-21T23:17:17+00:00"


def test_manifest_of_another_release_is_refused(folder: Folder, content: Make) -> None:
    release = folder.add(content(1)).release
    (folder.path / release).rename(folder.path / ("a" * 64))
    assert folder.manifests() == []
    with pytest.raises(InputError, match="not of its folder"):
        folder.manifest("a" * 64)


def test_release_that_has_lost_a_file_gets_it_back(folder: Folder, content: Make) -> None:
    """Or a part of one; its date stays."""
    first = folder.add(content(1))
    nquads = folder.nquads(first.release)
    for harm in (nquads.unlink, lambda: nquads.write_bytes(b"")):
        harm()
        assert not folder.is_kept(first.release)
        assert folder.add(content(1)) == first
        assert nquads.read_text() == "".join(content(1).lines())


def test_names_that_are_no_releases_are_not_looked_up(folder: Folder, content: Make) -> None:
    folder.add(content(1))
    for name in ("..", ".", "", "/etc", "A" * 64, "g" * 64, "1" * 63, "1" * 64 + "/.."):
        assert folder.manifest(name) is None
        assert not folder.is_kept(name)
        with pytest.raises(UnknownResource):
            folder.file(name, "clausegraph.nq")
    with pytest.raises(UnknownResource):
        folder.file(content(1).release, "manifest.json")


def test_what_else_lies_in_the_folder_does_not_matter(folder: Folder, content: Make) -> None:
    folder.path.mkdir(parents=True)
    (folder.path / "README").write_text("mine")
    (folder.path / ("b" * 64)).mkdir()
    (folder.path / ".git").mkdir()
    folder.add(content(1), keep=1)
    assert len(folder.manifests()) == 1
    assert (folder.path / "README").read_text() == "mine"
    assert (folder.path / ".git").is_dir()


def test_files_can_be_read_by_others(folder: Folder, content: Make) -> None:
    """A web server of its own may serve them."""
    release = folder.add(content(1)).release
    assert (folder.path / release).stat().st_mode & 0o777 == 0o755
    modes = {path.stat().st_mode & 0o444 for path in (folder.path / release).iterdir()}
    assert modes == {0o444}


def test_folder_that_is_not_there_has_no_releases(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "nowhere")
    assert folder.manifests() == []
    assert folder.manifest("0" * 64) is None
    assert not folder.path.exists()
