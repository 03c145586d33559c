"""Fixtures of the tests of stores."""

from __future__ import annotations

import pytest

from clausegraph import bundle


@pytest.fixture
def bare(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave nothing of what ships but the rules and the registry, so that builds are quick."""
    root, folder = bundle.root(), tmp_path_factory.mktemp("bare")
    (folder / "ontology").mkdir()
    for name in ("rules", "context.jsonld"):
        (folder / "ontology" / name).symlink_to(root / "ontology" / name)
    for name in ("shapes", "queries", "data"):
        (folder / name).mkdir()
    monkeypatch.setattr(bundle, "root", lambda: folder)
