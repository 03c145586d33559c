"""Compacting: a large load leaves few tables, and says what is in the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Store

from clausegraph.build import build
from clausegraph.errors import InputError
from clausegraph.stores import compacting, filling, sorting
from clausegraph.stores.compacting import compacted
from clausegraph.stores.folder import StoreFolder
from clausegraph.stores.loading import load
from datasets import assert_same, one


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Some documents in a file."""
    path = tmp_path / "a.nq"
    path.write_text("".join(one(f"d{n}") for n in range(300)), encoding="utf-8")
    return path


@pytest.mark.usefixtures("bare")
def test_a_large_load_is_compacted_and_holds_the_same(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorting, "BUFFER", 2_000)
    monkeypatch.setattr(filling, "TOGETHER", 20)
    told: list[str] = []
    many = load([data], StoreFolder(tmp_path / "many"), told.append, is_searched=False)
    assert not any("Compacting" in line for line in told)
    monkeypatch.setattr(compacting, "MANY", 10)
    few = load([data], StoreFolder(tmp_path / "few"), told.append)
    assert any("Compacting" in line for line in told)
    tables = [len(list(made.store.glob("*.sst"))) for made in (many, few)]
    assert tables[1] < tables[0]
    assert_same(few, build([data]))
    assert few.index is not None


@pytest.mark.parametrize("fault", [OSError("IO error: No space left on device"), MemoryError()])
def test_store_that_cannot_be_compacted_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    path = tmp_path / "graphs" / "working" / "store"

    class Broken:
        def __init__(self, _: str) -> None:
            pass

        def optimize(self) -> None:
            raise fault

    monkeypatch.setattr(compacting, "Store", Broken)
    with (
        pytest.raises(InputError, match="The store cannot be written") as caught,
        compacted(path, compacting.MANY + 1, lambda _: None),
    ):
        pass
    assert caught.value.file == tmp_path / "graphs"


def test_nobody_waits_for_it_where_something_else_failed(tmp_path: Path) -> None:
    Store(str(tmp_path / "store")).flush()
    with (
        pytest.raises(KeyboardInterrupt),
        compacted(tmp_path / "store", compacting.MANY + 1, lambda _: None),
    ):
        raise KeyboardInterrupt
