"""A site of a small graph, exported once by the command."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

URL = "https://example.org/below/here/"
THINGS = ("document/both", "document/both/clause/3.1.4", "actor/百度")
TURTLE = """@prefix cg: <https://w3id.org/clausegraph/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@base <https://w3id.org/clausegraph/id/> .

<document/both> a cg:Document ; dcterms:title "Both & <b>all</b>"@en .
<document/both/clause/3.1.4> a cg:Clause ; cg:clauseOf <document/both> ; cg:number "3.1.4" .
<actor/百度> a cg:Actor ; dcterms:title "百度"@zh .
"""


@dataclass(frozen=True)
class Site:
    """An exported site, and what the command said."""

    folder: Path
    said: str
    release: str

    def text(self, name: str) -> str:
        """Return a file."""
        return (self.folder / name).read_text(encoding="utf-8")


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "clausegraph", "export", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with three things; the schemes and the ontology come with every graph."""
    path = tmp_path_factory.mktemp("data") / "small.ttl"
    path.write_text(TURTLE, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Site:
    """The site of that file."""
    folder = tmp_path_factory.mktemp("export") / "site"
    done = run("--static", folder, "--data", data, "--url", URL.rstrip("/"))
    assert done.returncode == 0, done.stderr
    return Site(folder, done.stderr, done.stdout.strip())
