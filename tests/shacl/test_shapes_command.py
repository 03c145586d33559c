"""`clausegraph shapes` as its users run it: lines, JSON and exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SHAPES = """@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

ex:S a sh:NodeShape ;
    sh:property [
        sh:path ex:name ;
        sh:minCount 3 ;
        sh:maxCount 2 ;
        sh:message "Name it."
    ] ;
    sh:targetClass ex:Person .
"""
DATA = "@prefix ex: <http://example.org/> .\nex:ada a ex:Person ; ex:name 'Ada' .\n"


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "clausegraph", "shapes", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with shapes that contradict themselves, and data."""
    (tmp_path / "shapes.ttl").write_text(SHAPES, encoding="utf-8")
    (tmp_path / "data.ttl").write_text(DATA, encoding="utf-8")
    return tmp_path


def test_our_own_shapes_have_no_fault(tmp_path: Path) -> None:
    done = run("lint", "--severity", "warning", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("0 errors, 0 warnings, ")


def test_fault_has_line_and_column_and_is_exit_code_1(folder: Path) -> None:
    done = run("lint", "shapes.ttl", "--data", "data.ttl", folder=folder)
    assert done.returncode == 1
    assert done.stdout == (
        "shapes.ttl:7:21: error: sh:minCount 3 of the shape of ex:name in ex:S contradicts "
        "sh:maxCount 2: 3 are wanted where 2 are allowed. [contradictory-counts]\n"
        "1 error, 0 warnings in 2 shapes.\n"
    )


def test_fault_as_json(folder: Path) -> None:
    done = run("lint", "shapes.ttl", "--data", "data.ttl", "--format", "json", folder=folder)
    (fault,) = json.loads(done.stdout)
    assert fault.pop("message").startswith("sh:minCount 3 ")
    assert fault == {
        "file": "shapes.ttl",
        "line": 7,
        "column": 21,
        "severity": "error",
        "rule": "contradictory-counts",
        "shape": "the shape of ex:name in ex:S",
    }


def test_warning_fails_where_it_is_to(folder: Path) -> None:
    mended = SHAPES.replace("sh:minCount 3", "sh:minCount 1").replace("ex:name", "ex:nmae")
    (folder / "shapes.ttl").write_text(mended, encoding="utf-8")
    command = ("lint", "shapes.ttl", "--data", "data.ttl")
    done = run(*command, folder=folder)
    assert done.returncode == 0
    assert "Did you mean ex:name? [unused-path]" in done.stdout
    assert run(*command, "--severity", "warning", folder=folder).returncode == 1


def test_notes_are_counted_unless_all_is_wanted(folder: Path) -> None:
    (folder / "shapes.ttl").write_text(SHAPES.replace("Count 3", "Count 1"), encoding="utf-8")
    (folder / "data.ttl").write_text(
        f"{DATA}<http://example.org/name> a <http://www.w3.org/2002/07/owl#Class> .".replace(
            "ex:name 'Ada'", "ex:age 36"
        ),
        encoding="utf-8",
    )
    few = run("lint", "shapes.ttl", "--data", "data.ttl", folder=folder).stdout
    assert few == "0 errors, 0 warnings, 1 note (--all shows them) in 2 shapes.\n"
    assert (
        "[unused-yet]"
        in run("lint", "shapes.ttl", "--data", "data.ttl", "--all", folder=folder).stdout
    )


def test_shapes_without_data_are_said_to_be_only_half_checked(folder: Path) -> None:
    assert "name some with --data" in run("lint", "shapes.ttl", folder=folder).stdout


@pytest.mark.parametrize(
    ("name", "text"), [("bad.ttl", "ex:a ex:b"), ("none.ttl", DATA), ("missing.ttl", None)]
)
@pytest.mark.parametrize("command", [("lint",), ("explain", "ex:S", "--shapes")])
def test_file_that_is_no_use_is_exit_code_3(
    command: tuple[str, ...], name: str, text: str | None, folder: Path
) -> None:
    if text is not None:
        (folder / name).write_text(text, encoding="utf-8")
    done = run(*command, name, folder=folder)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith(f"clausegraph: {name}")
    assert done.stderr.count("\n") == 1


def test_explanation_shows_words_and_queries(folder: Path) -> None:
    done = run("explain", "S", "--shapes", "shapes.ttl", "--data", "data.ttl", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:4] == [
        "ex:S, a node shape (Violation)",
        "is about instances of ex:Person: 1 focus node in these data",
        "wants",
        "  ex:name: 3 to 2 values",
    ]
    assert "sh:minCount 3" in done.stdout
    assert "      ?this rdf:type ex:Person ." in lines
    assert not [line for line in lines if "\x1b" in line]


def test_explanation_as_json(folder: Path) -> None:
    command = ("explain", "ex:S", "--shapes", "shapes.ttl", "--data", "data.ttl")
    told = json.loads(run(*command, "--format", "json", folder=folder).stdout)
    assert told["shape"] == "http://example.org/S"
    assert told["focusNodes"] == 1
    assert {step["sparql"][:7] for query in told["queries"] for step in query["steps"]} == {
        "SELECT "
    }
    assert {name for query in told["queries"] for name in query["constraints"]} == {
        "minCount",
        "maxCount",
    }


def test_explanation_of_what_ships_needs_no_option(tmp_path: Path) -> None:
    done = run("explain", "shape:Actor-title", folder=tmp_path)
    assert done.returncode == 0
    assert "is used by shape:Actor\n" in done.stdout


def test_unknown_shape_is_exit_code_2_with_the_nearest(folder: Path) -> None:
    done = run("explain", "Actor-titel", folder=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("Did you mean shape:Actor-title?\n")


def test_what_shapes_say_cannot_control_a_terminal(folder: Path) -> None:
    evil = SHAPES.replace(
        '"Name it."', '"\\u001b[2J" ; sh:in ( "\\u001b]0;x\\u0007" 5 ) ; sh:nodeKind sh:IRI'
    )
    (folder / "shapes.ttl").write_text(evil, encoding="utf-8")
    for command in (("lint", "shapes.ttl"), ("explain", "S", "--shapes", "shapes.ttl")):
        done = run(*command, folder=folder)
        assert done.returncode in {0, 1}
        assert "\x1b" not in done.stdout
        assert "\x07" not in done.stdout
