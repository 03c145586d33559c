"""Only what has changed in git is judged, and what points at it; git is asked, never a shell."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from clausegraph.errors import InputError, UsageError
from clausegraph.validate import material
from clausegraph.validate.changes import changed_files, changes
from clausegraph.validate.material import Material
from clausegraph.validate.request import Request

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

A, B, C, D = (f"<urn:x:{name}>" for name in "abcd")


def node(name: str) -> NamedNode:
    """A node of the tests."""
    return NamedNode(f"urn:x:{name}")


class Repository:
    """A repository with a commit."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "--quiet", "--initial-branch=main")
        self.write("a.ttl", f"{A} <urn:x:p> 1 .")
        self.write("below/b é.ttl", f"{B} <urn:x:p> {A} .")
        self.write("below/c.ttl", f"{C} <urn:x:p> {B} .")
        self.write("note.txt", "no RDF")
        self.commit()

    def git(self, *arguments: str) -> str:
        """Run git here."""
        command = ["git", "-c", "user.name=N", "-c", "user.email=n@example.org", *arguments]
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def write(self, name: str, text: str) -> Path:
        """Write a file."""
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def commit(self) -> None:
        """Commit what there is."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Change")

    def read(self, since: str = "HEAD", *paths: str) -> Material:
        """Read what has changed."""
        chosen = tuple(str(self.root / path) for path in paths or (".",))
        return material.read(Request(paths=chosen, has_background=False, changed_since=since))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with a commit, and nothing changed since."""
    return Repository(tmp_path)


def names(read: Material) -> list[str]:
    """The names of the judged files."""
    return [file.path.name for file in read.files]


def test_changed_and_new_files_are_named_in_full(repository: Repository) -> None:
    """RDF files only, whatever their names, those that git ignores aside."""
    repository.write("below/b é.ttl", f"{B} <urn:x:p> 1 .")
    new = repository.write("new.nt", "")
    repository.write("note.txt", "still no RDF")
    repository.write(".gitignore", "ignored.ttl\n")
    repository.write("ignored.ttl", "")
    expected = {(repository.root / "below/b é.ttl").resolve(), new.resolve()}
    assert changed_files("HEAD", [repository.root]) == expected
    assert changed_files("main", [repository.root / "below"]) == expected


def test_since_a_revision_is_all_that_differs_from_it(repository: Repository) -> None:
    """Committed, staged, or neither."""
    first = repository.git("rev-parse", "HEAD")
    repository.write("a.ttl", f"{A} <urn:x:p> 2 .")
    repository.commit()
    repository.write("below/c.ttl", f"{C} <urn:x:p> 2 .")
    repository.git("add", "--all")
    found = changes(first, [repository.root])
    assert sorted(path.name for path in found.present) == ["a.ttl", "c.ttl"]
    assert [data.decode() for _, data in found.before] == [
        f"{A} <urn:x:p> 1 .",
        f"{C} <urn:x:p> {B} .",
    ]
    assert {path.name for path in changed_files("HEAD", [repository.root])} == {"c.ttl"}


def test_nothing_changed_is_said(repository: Repository) -> None:
    """It is no failure, and nothing is judged."""
    read = repository.read()
    assert read.nothing_changed
    assert names(read) == []
    assert read.selection.nodes == ()


def test_nodes_that_point_at_what_changed_files_define_are_judged(repository: Repository) -> None:
    """They may be broken by the change; others are context."""
    repository.write("a.ttl", f"{A} <urn:x:p> 2 .")
    read = repository.read()
    assert not read.nothing_changed
    assert names(read) == ["a.ttl", "b é.ttl"]
    assert [read.concerns(node(name), None) for name in "abc"] == [True, True, False]
    assert read.selection.nodes is not None
    assert {node("a"), node("b")} <= {*read.selection.nodes}
    assert node("c") not in read.selection.nodes
    holder = read.described_in(node("b"))
    assert holder is not None
    assert holder.path.name == "b é.ttl"
    assert read.described_in(node("c")) is None


def test_a_file_that_is_gone_leaves_references_behind(repository: Repository) -> None:
    """Who pointed at what it defined is judged."""
    (repository.root / "a.ttl").unlink()
    read = repository.read()
    assert not read.nothing_changed
    assert names(read) == ["b é.ttl"]
    assert read.concerns(node("b"), None)
    assert read.triples  # so that this is no check of nothing


def test_shapes_that_have_changed_are_told(repository: Repository) -> None:
    """What they say of files that have not changed is not looked at: no silent green."""
    shapes = repository.write("c.ttl", "<urn:x:s> <urn:x:p> 1 .")
    request = Request(
        paths=(str(repository.root / "below"),),
        shapes=(str(shapes),),
        has_background=False,
        changed_since="HEAD",
    )
    [note] = material.read(request).notes
    assert note.startswith(f"Shapes have changed since HEAD ({shapes})")
    repository.commit()
    assert material.read(request).notes == ()


def test_a_node_that_is_gone_from_a_file_leaves_references_behind(repository: Repository) -> None:
    """What the file said before counts, too; if it could not be read then, it defined nothing."""
    repository.write("a.ttl", f"{D} <urn:x:p> 1 .")
    assert names(repository.read()) == ["a.ttl", "b é.ttl"]
    repository.commit()
    repository.write("below/c.ttl", "nonsense")
    repository.commit()
    repository.write("below/c.ttl", "")
    assert names(repository.read()) == ["c.ttl"]


def test_only_files_of_the_paths_are_judged(repository: Repository) -> None:
    """What has changed elsewhere is not asked for; who points at it is."""
    repository.write("a.ttl", f"{A} <urn:x:p> 2 .")
    repository.write("below/c.ttl", f"{C} <urn:x:p> 2 .")
    assert names(repository.read("HEAD", "below")) == ["c.ttl", "b é.ttl"]


@pytest.mark.parametrize("since", ["nowhere", "--help", "--output=x", "-z", "", "HEAD\0", "a..b"])
def test_a_revision_that_git_does_not_know_is_a_wrong_call(
    repository: Repository, since: str
) -> None:
    """It is never taken for an option."""
    with pytest.raises(UsageError, match="git knows no revision"):
        changed_files(since, [repository.root])
    assert not (repository.root / "x").exists()


def test_outside_of_a_repository_git_cannot_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what to do about it."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(InputError, match="not a git repository") as caught:
        changed_files("HEAD", [tmp_path])
    assert caught.value.remedy is not None
    assert "--changed-since" in caught.value.remedy


def test_without_git_it_is_named(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a traceback."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(InputError, match="git cannot be run"):
        changed_files("HEAD", [repository.root])


def test_programs_that_a_repository_names_are_not_run(
    repository: Repository, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Its settings may come from somebody else."""
    folder = tmp_path_factory.mktemp("trap")
    program = folder / "program"
    program.write_text(f"#!/bin/sh\ntouch {folder}/ran\n")
    program.chmod(0o755)
    for key in ("core.fsmonitor", "diff.external", "core.pager"):
        repository.git("config", key, str(program))
    repository.write("a.ttl", f"{A} <urn:x:p> 2 .")
    assert {path.name for path in changed_files("HEAD", [repository.root])} == {"a.ttl"}
    assert not (folder / "ran").exists()


def test_a_file_in_a_repository_stands_for_its_folder(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Relative paths, too."""
    monkeypatch.chdir(repository.root)
    repository.write("a.ttl", f"{A} <urn:x:p> 2 .")
    request = Request(paths=("a.ttl", "below"), has_background=False, changed_since="HEAD")
    assert names(material.read(request)) == ["a.ttl", "b é.ttl"]
