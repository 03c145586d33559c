"""The README is true: its query, its commands, its targets, its figures and its Python run."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Store

import clausegraph
from clausegraph.cli.program import create_cli
from clausegraph.library import Graph
from clausegraph.vocabulary import ID, prefixes

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return [text for name, text in FENCE.findall(README) if name == language]


def shown(program: str) -> list[str]:
    """Return the commands of the console blocks that call `program`, without their comments."""
    lines = "".join(blocks("console")).splitlines()
    assert all(line.startswith("$ ") for line in lines)
    return [line[2:] for line in lines if line.startswith(f"$ {program} ")]


def words(command: str) -> list[str]:
    return shlex.split(command, comments=True)


def run(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "clausegraph", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def graph() -> Graph:
    return clausegraph.open()


def test_query_gives_exactly_the_table_below_it(graph: Graph) -> None:
    (query,) = blocks("sparql")
    below = README[README.index(query) + len(query) :].partition("```\n")[2].lstrip()
    lines = [line.strip("|").split("|") for line in below.partition("\n\n")[0].splitlines()]
    head, _, *rows = [[cell.strip() for cell in line] for line in lines]
    result = graph.query(query)
    assert list(result.columns) == head
    assert [list(row.values()) for row in result] == rows


@pytest.mark.parametrize("command", shown("clausegraph"))
def test_command_runs(command: str, tmp_path: Path) -> None:
    (tmp_path / "question.rq").write_text(blocks("sparql")[0], encoding="utf-8")
    done = run(words(command)[1:], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_table_of_commands_names_each_of_them() -> None:
    listed = re.findall(r"^\| `clausegraph ([a-z ]+)` \|", README, re.MULTILINE)
    app = create_cli()
    groups = {group.name for group in app.registered_groups}
    assert {name.split()[0] for name in listed} == groups | {
        command.name for command in app.registered_commands
    }


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`clausegraph ([a-z ]+)`", README))))
def test_command_has_help(command: str, tmp_path: Path) -> None:
    done = run([*command.split(), "--help"], tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: python -m clausegraph {command}")


def test_make_targets_exist_and_are_all_in_the_help() -> None:
    named = set(re.findall(r"\bmake ([a-z]+)\b", README.replace("and make.", "")))
    assert {"serve", "test"} <= named
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    assert named <= targets
    phony = re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)[0].split()
    assert set(phony) == targets
    assert set(re.findall(r'@echo "make (\w+) ', MAKEFILE)) == targets - {"help", "setup"}


def test_python_example_runs() -> None:
    (example,) = blocks("python")
    names: dict[str, object] = {}
    exec(example, names)  # noqa: S102 - our own README
    assert len(names["result"].rows) > 1  # type: ignore[attr-defined]


def test_figures_are_those_of_the_graph(store: Store) -> None:
    def count(pattern: str) -> int:
        (row,) = store.query(
            f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} }}", prefixes=dict(prefixes())
        )
        return int(row["n"].value)

    ours = f'FILTER(STRSTARTS(STR(?x), "{ID}"))'
    imported = (
        "?clause cg:clauseOf ?document ; dcterms:source sources:mit-ai-risk-mitigation-mappings ."
    )
    assert f"{count(f'?x a skos:ConceptScheme . {ours}')} SKOS schemes" in README
    measures, frameworks = (
        count(imported.replace(name, "?x")) for name in ("?clause", "?document")
    )
    assert f"{measures} measures of {frameworks} frameworks" in " ".join(README.split())


@pytest.mark.parametrize("path", re.findall(r"^    (\w+/) ", README, re.MULTILINE))
def test_folder_is_there(path: str) -> None:
    assert (ROOT / path).is_dir()
