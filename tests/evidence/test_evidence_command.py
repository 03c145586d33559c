"""`clausegraph evidence` as a user runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from clausegraph.turtle import parse_file

HEAD = (
    "@base <https://w3id.org/clausegraph/id/> .\n"
    "@prefix cg: <https://w3id.org/clausegraph/ontology#> .\n"
    "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
    "@prefix oa: <http://www.w3.org/ns/oa#> .\n\n"
)
SOURCE = '<source/made-up-page> dcterms:identifier "page.txt" .\n'
QUOTE = "a log of every change"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "sources" / "page.txt"
    path.parent.mkdir()
    path.write_text("Keep a log of every\u00a0change. Keep it safe.", encoding="utf-8")
    return path


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "clausegraph", "evidence", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def add(page: Path, *more: str | Path, quote: str = QUOTE) -> subprocess.CompletedProcess[str]:
    names = ("--document", "made-up", "--source", "made-up-page")
    return command("add", *names, "--file", page, "--quote", quote, *more)


def test_add_prints_turtle_to_paste_and_the_line_for_the_statement(
    page: Path, tmp_path: Path
) -> None:
    done = add(page)
    assert done.returncode == 0
    pasted = tmp_path / "pasted.ttl"
    pasted.write_text(HEAD + done.stdout, encoding="utf-8")
    assert len(parse_file(pasted).quads) == 8
    line = "# On the statement:  cg:evidence <document/made-up/evidence/made-up-page-5-26> ;"
    assert done.stdout.splitlines()[-1] == line
    assert "log" not in done.stdout


def test_evidence_that_was_added_to_a_file_checks_as_ok(page: Path, tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(HEAD + SOURCE, encoding="utf-8")
    assert add(page, "--output", data).returncode == 0
    done = command("check", "--sources", page.parent, data)
    assert done.returncode == 0
    assert done.stdout.startswith("ok\t")
    assert "1 checked: 1 ok, 0 stale" in done.stderr
    again = add(page, "--output", data)
    assert again.returncode == 2
    assert "there already" in again.stderr


def test_check_exits_1_where_a_source_changed(page: Path, tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(HEAD + SOURCE, encoding="utf-8")
    add(page, "--output", data)
    page.write_text("Keep nothing.", encoding="utf-8")
    done = command("check", "--sources", page.parent, tmp_path / "data.ttl")
    assert done.returncode == 1
    assert done.stdout.startswith("stale\t")


def test_check_that_finds_nothing_to_check_is_no_success(page: Path, tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(HEAD + SOURCE, encoding="utf-8")
    done = command("check", "--sources", page.parent, data)
    assert done.returncode == 3
    assert "no evidence to check" in done.stderr


@pytest.mark.parametrize("missing", ["sources", "data"])
def test_check_of_what_is_not_there_is_one_clear_line_and_exit_code_3(
    page: Path, tmp_path: Path, missing: str
) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(HEAD + SOURCE, encoding="utf-8")
    paths = {"sources": page.parent, "data": data, missing: tmp_path / "nowhere"}
    done = command("check", "--sources", paths["sources"], paths["data"])
    assert done.returncode == 3
    assert "nowhere" in done.stderr
    assert done.stderr.count("\n") == 1


def test_quote_that_is_not_there_is_a_usage_error(page: Path) -> None:
    done = add(page, quote="a log of every day")
    assert done.returncode == 2
    assert "matches at position 5 for 11 of 14 characters" in done.stderr


def test_source_file_that_is_not_there_is_unreadable_input(page: Path) -> None:
    done = add(page.with_name("other.txt"))
    assert done.returncode == 3
    assert "other.txt" in done.stderr


def test_all_evidence_that_ships_matches_its_sources(shared: Path) -> None:
    done = command("check", "--sources", shared / "sources")
    assert done.returncode == 0, done.stdout
    assert len(done.stdout.splitlines()) > 50
