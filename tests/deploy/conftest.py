"""A real Apache, once for all tests of what it is to read."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from deploy.apache import Apache, fetched, installed
from lacking import lacking


@pytest.fixture(scope="session")
def apache(tmp_path_factory: pytest.TempPathFactory) -> Apache:
    """The Apache of this system, or Debian's."""
    found = installed()
    if found is not None:
        return found
    folder: Path = tmp_path_factory.mktemp("apache")
    try:
        return fetched(folder)
    except (OSError, subprocess.SubprocessError) as error:
        reason = f"there is no Apache here, and none can be fetched: {error}"
        lacking(reason)
