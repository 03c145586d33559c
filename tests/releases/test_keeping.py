"""Keeping a release: in a process of its own, once for all who ask, whole or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from clausegraph.build import build
from clausegraph.engine import Archive, EmbeddedEngine, Limits
from clausegraph.errors import ClausegraphError
from clausegraph.releases import Folder
from clausegraph.releases.keeping import Keeper
from clausegraph.releases.loading import written_file
from clausegraph.web.shelf import Shelf


@pytest.fixture(scope="module")
def quads(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes]:
    """A release, and its N-Quads."""
    folder = tmp_path_factory.mktemp("built")
    file = folder / "mine.ttl"
    file.write_text(
        "@prefix cg: <https://w3id.org/clausegraph/ontology#> .\n"
        '<https://w3id.org/clausegraph/id/document/one> a cg:Document ; cg:summary "One."@en .\n'
    )
    built = build([file])
    path = folder / "written.nq"
    built.write(path)
    return built.release, path.read_bytes()


@pytest.fixture
def run(tmp_path: Path, quads: tuple[str, bytes]) -> Callable[..., Any]:
    """Run a scenario with a keeper that a load has left N-Quads for, and close it after."""

    def run_scenario(scenario: Callable[[Keeper, str], Awaitable[Any]]) -> Any:
        async def whole() -> Any:
            release, body = quads
            await asyncio.to_thread(written_file(tmp_path, release).write_bytes, body)
            keeper = Keeper(Folder(tmp_path / "releases"), tmp_path, keep=2)
            try:
                return await scenario(keeper, release)
            finally:
                await keeper.close()

        return asyncio.run(whole())

    return run_scenario


def test_release_is_put_once_for_all_who_ask(run, tmp_path, quads) -> None:
    """What the load has left is used up then."""

    async def scenario(keeper, release):
        asked = [asyncio.ensure_future(keeper.put(release)) for _ in range(3)]
        await asyncio.sleep(0.05)
        assert keeper.pending == {release}
        await asyncio.gather(*asked)
        assert keeper.pending == frozenset()
        await keeper.put(release)
        return keeper.folder.manifest(release)

    manifest = run(scenario)
    release, body = quads
    assert manifest.release == release
    assert (tmp_path / "releases" / release / "clausegraph.nq").read_bytes() == body
    assert list(tmp_path.glob("*.nq")) == []


def test_folder_that_takes_nothing_is_an_error_that_says_why(run, tmp_path) -> None:
    """The line of the process that failed."""
    (tmp_path / "releases").touch()

    async def scenario(keeper, release):
        with pytest.raises(ClausegraphError, match=r"Releases cannot be kept here: .*permissions"):
            await keeper.put(release)
        return keeper.pending

    assert run(scenario) == frozenset()


def test_nothing_is_put_where_the_load_left_nothing(run, tmp_path) -> None:
    """Neither without the file, nor without a place for it."""

    async def scenario(keeper, _):
        with pytest.raises(ClausegraphError):
            await keeper.put("0" * 64)
        with pytest.raises(ClausegraphError, match="no room"):
            await Keeper(Folder(tmp_path / "others"), None, 1).put("0" * 64)

    run(scenario)
    assert Folder(tmp_path / "releases").manifests() == []


def test_who_leaves_does_not_end_the_work_and_who_closes_does(run, tmp_path, quads) -> None:
    """Others wait for the same process; an end leaves nothing half done."""

    async def scenario(keeper, release):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(keeper.put(release), 0.05)
        assert keeper.pending == {release}
        await keeper.close()
        return keeper.pending

    assert run(scenario) == frozenset()
    assert Folder(tmp_path / "releases").manifest(quads[0]) is None


def test_what_another_load_left_is_removed_when_it_is_forgotten(run, tmp_path, quads) -> None:
    """After a reload only the N-Quads of the current release are needed."""
    (tmp_path / f"{'0' * 64}.nq").touch()

    async def scenario(keeper, release):
        assert keeper.left() == {release, "0" * 64}
        keeper.forget("0" * 64)
        unwritten = Keeper(keeper.folder, None, 1)
        unwritten.forget(release)
        assert unwritten.left() == frozenset()
        return keeper.left()

    assert run(scenario) == {quads[0]}


def test_release_that_could_not_be_kept_is_tried_again_when_the_next_one_is(
    run, tmp_path, quads, capsys
) -> None:
    """The disk may have room again; after that nobody has its N-Quads."""
    path = tmp_path / "releases"
    path.touch()
    later = "1" * 64

    async def scenario(keeper, release):
        shelf = Shelf(keeper, Archive(EmbeddedEngine(build), Limits()))
        await shelf.keep(release)
        assert f"{release[:12]} IS NOT KEPT" in capsys.readouterr().err
        path.unlink()
        written_file(tmp_path, later).write_bytes(quads[1])
        await shelf.keep(later)
        await shelf.close()
        return keeper.left()

    assert run(scenario) == frozenset()
    assert [item.release for item in Folder(path).manifests()] == [later, quads[0]]
    assert f"Release {quads[0][:12]} is kept" in capsys.readouterr().err


def test_operator_is_told_of_a_manifest_that_cannot_be_read(run, tmp_path, capsys) -> None:
    """It is left out of the history, and takes nothing else with it."""
    broken = tmp_path / "releases" / ("2" * 64)
    broken.mkdir(parents=True)
    (broken / "manifest.json").write_text("{")

    async def scenario(keeper, release):
        shelf = Shelf(keeper, Archive(EmbeddedEngine(build), Limits()))
        await shelf.keep(release)
        await shelf.close()

    run(scenario)
    said = capsys.readouterr().err
    assert "is kept" in said
    assert f"A RELEASE IS LEFT OUT: {broken / 'manifest.json'}" in said
