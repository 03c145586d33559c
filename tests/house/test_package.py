"""The wheel: one package named clausegraph, with all that it needs to work from an empty folder."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from clausegraph.bundle import FOLDERS


@pytest.fixture(scope="module")
def names(root: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a wheel built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*command, "--directory", folder], cwd=root, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_wheel_installs_one_package_and_its_metadata(names: set[str]) -> None:
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"clausegraph"}


def test_wheel_holds_every_authored_file_and_both_licences(names: set[str], root: Path) -> None:
    for folder in FOLDERS:
        for path in (root / folder).rglob("*"):
            name = f"clausegraph/_bundle/{path.relative_to(root).as_posix()}"
            assert path.is_dir() or path.name.startswith(".") or name in names
    assert {name.rpartition("/")[2] for name in names} >= {"LICENSE", "LICENSE-DATA"}


def test_wheel_holds_every_module_and_file_of_the_package(names: set[str], root: Path) -> None:
    package = root / "api" / "clausegraph"
    for path in package.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert f"clausegraph/{path.relative_to(package).as_posix()}" in names


def test_authored_folders_hold_no_python(root: Path) -> None:
    """An editable install would take them for packages."""
    assert not [path for folder in FOLDERS for path in (root / folder).rglob("*.py")]
