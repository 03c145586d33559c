"""Memory or disk: measured files, measured memory, and a sentence that says so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from clausegraph import generate
from clausegraph.build import Build, build, files
from clausegraph.errors import InputError
from clausegraph.stores.choice import Size, choose, refuse_too_large
from clausegraph.stores.machine import Memory, is_in_memory, memory

GB = 10**9


def size(triples: int) -> Size:
    """So many triples."""
    return Size(files=triples * 100, triples=triples)


def free(count: int) -> Memory:
    """So many bytes of memory."""
    return Memory(count, "are free")


def test_the_shipped_graph_is_estimated_within_half(built: Build) -> None:
    """From the bytes of its files alone."""
    found = Size.of(files.inputs(None)).triples
    assert len(built) / 2 < found < len(built) * 2


def test_a_generated_graph_is_estimated_within_a_tenth(tmp_path) -> None:
    """Files of lines are measured: lines in their first part, bytes in all."""
    path = tmp_path / "generated.nq"
    path.write_text("".join(generate.quads(20_000)), encoding="utf-8")
    built = len(build([path]))
    alone = Size.of(files.inputs([path])).triples
    assert abs(alone - built) < built / 10


@pytest.mark.parametrize("content", [b"", b"no line feed", bytes(100)])
def test_files_without_lines_are_estimated_too(tmp_path, content) -> None:
    path = tmp_path / "odd.nq"
    path.write_bytes(content)
    assert Size.of([path]) == Size(len(content), int(len(content) / 210 * 1.3))


def test_a_file_that_is_gone_is_named(tmp_path) -> None:
    with pytest.raises(InputError, match=r"missing\.nq"):
        Size.of([tmp_path / "missing.nq"])


def test_what_fits_is_held_in_memory_and_that_is_said(tmp_path) -> None:
    """With the figures, and how to change it."""
    chosen = choose(size(10**6), free(8 * GB), tmp_path)
    assert chosen.is_memory
    assert "1,000,000 triples take up to 1.1 GB of memory, and 8.0 GB are free" in chosen.reason
    assert "--store DIR" in chosen.reason


def test_what_does_not_fit_is_put_on_disk_and_that_is_said(tmp_path) -> None:
    chosen = choose(size(10**6), free(GB), tmp_path)
    assert not chosen.is_memory
    assert "1.1 GB of memory, and 1.0 GB are free" in chosen.reason
    assert f"on disk, about 0.7 GB below {tmp_path}" in chosen.reason
    assert "--hold memory" in chosen.reason


def test_a_quarter_of_the_memory_is_left_to_queries(tmp_path) -> None:
    """Workers that read a graph copy pages of it."""
    need = size(10**6).memory
    assert not choose(size(10**6), free(need), tmp_path).is_memory
    assert choose(size(10**6), free(need * 4 // 3 + 1), tmp_path).is_memory


def test_memory_that_is_not_known_is_taken(tmp_path) -> None:
    chosen = choose(size(10**9), None, tmp_path)
    assert chosen.is_memory
    assert "not known" in chosen.reason


def test_what_fits_nowhere_is_refused_before_it_is_loaded(tmp_path, monkeypatch) -> None:
    """One line with the figures; nothing dies an hour later."""
    usage = shutil.disk_usage(tmp_path)._replace(free=GB)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(InputError, match=r"65\.0 GB, and .* has 1\.0 GB\. Name a folder"):
        choose(size(10**8), free(GB), tmp_path)
    with pytest.raises(InputError, match="there is no folder"):
        choose(size(10**8), free(GB), None)


def test_an_older_release_that_memory_cannot_hold_is_refused() -> None:
    """Better than what the system would kill for it."""
    refuse_too_large(size(10**6), free(GB))
    refuse_too_large(size(10**6), None)
    with pytest.raises(InputError, match=r"7\.3 GB of memory, and 1\.0 GB are free\..*--store"):
        refuse_too_large(size(10**7), free(GB))


def put(root: Path, name: str, text: str) -> None:
    """Write a file of a system that is not ours."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A machine with 8 GB free and no control groups."""
    put(tmp_path, "proc/meminfo", "MemTotal: 16000000 kB\nMemAvailable:    8000000 kB\n")
    return tmp_path


def test_this_machine_tells_its_memory() -> None:
    found = memory()
    assert found is not None
    assert found.free > 0


def test_free_memory_is_what_can_be_had_without_swapping(system) -> None:
    """proc(5): MemAvailable."""
    assert memory(system) == Memory(8_000_000 * 1024, "are free")


def test_a_system_that_tells_nothing_is_not_guessed_at(tmp_path) -> None:
    assert memory(tmp_path) is None


def test_limit_of_a_container_counts_without_copies_of_files(system) -> None:
    """cgroups(7), version 2: memory.max less memory.current, but inactive_file is given back."""
    put(system, "proc/self/cgroup", "0::/\n")
    put(system, "sys/fs/cgroup/memory.max", "2000000000\n")
    put(system, "sys/fs/cgroup/memory.current", "1500000000\n")
    put(system, "sys/fs/cgroup/memory.stat", "anon 5\ninactive_file 400000000\nactive_file 1\n")
    assert memory(system) == Memory(900_000_000, "are left to this container")


def test_limit_of_a_group_above_counts_too(system) -> None:
    put(system, "proc/self/cgroup", "0::/system.slice/clausegraph.service\n")
    put(system, "sys/fs/cgroup/system.slice/clausegraph.service/memory.max", "max\n")
    put(system, "sys/fs/cgroup/system.slice/memory.max", "3000000000\n")
    put(system, "sys/fs/cgroup/system.slice/memory.current", "1000000000\n")
    assert memory(system) == Memory(2_000_000_000, "are left to this container")


def test_limit_of_version_1_counts(system) -> None:
    """cgroups(7), version 1: a huge number stands for no limit."""
    put(system, "proc/self/cgroup", "5:cpu,cpuacct:/\n4:memory:/docker/abc\n0::/\n")
    group = "sys/fs/cgroup/memory/docker/abc"
    put(system, f"{group}/memory.limit_in_bytes", "1000000000\n")
    put(system, f"{group}/memory.usage_in_bytes", "250000000\n")
    put(system, f"{group}/memory.stat", "total_inactive_file 50000000\n")
    put(system, "sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")
    assert memory(system) == Memory(800_000_000, "are left to this container")


def test_a_container_sees_its_own_group_as_the_topmost(system) -> None:
    """Version 1 names the group as the host sees it, which is not mounted inside."""
    put(system, "proc/self/cgroup", "4:memory:/docker/abc\n")
    put(system, "sys/fs/cgroup/memory/memory.limit_in_bytes", "700000000\n")
    put(system, "sys/fs/cgroup/memory/memory.usage_in_bytes", "0\n")
    assert memory(system) == Memory(700_000_000, "are left to this container")


def test_a_limit_above_what_is_free_is_none(system) -> None:
    put(system, "proc/self/cgroup", "0::/\n")
    put(system, "sys/fs/cgroup/memory.max", "64000000000\n")
    put(system, "sys/fs/cgroup/memory.current", "0\n")
    found = memory(system)
    assert found is not None
    assert found.origin == "are free"


def test_a_folder_in_memory_is_no_disk(system) -> None:
    """tmpfs(5): what is put there takes memory all the same."""
    folder = (system / "tmp" / "my spool").resolve()
    folder.mkdir(parents=True)
    escaped = str(folder).replace(" ", "\\040")
    mounts = f"/dev/sda / ext4 rw 0 0\ntmpfs {escaped} tmpfs rw 0 0\n"
    put(system, "proc/self/mounts", mounts)
    assert is_in_memory(folder, system)
    assert is_in_memory(folder / "below", system)
    assert not is_in_memory(folder.parent, system)
    assert not is_in_memory(Path(f"{folder} of mine"), system)
