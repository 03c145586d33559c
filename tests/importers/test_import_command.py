"""`clausegraph import sssom` as a user runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TABLE = (
    "# curie_map:\n"
    "#   nexus: https://w3id.org/ai-atlas-nexus/\n"
    "#   mit: https://airisk.mit.edu/blog/mapping-ai-risk-mitigations\n"
    "subject_id\tpredicate_id\tobject_id\tmapping_justification\tcomment\n"
    "nexus:A1_Made_Up2025\tnexus:isCategorizedAs\tmit:mit-draft-ai-risk-mitigation-group-1.1"
    "\tsemapv:ManualMappingCuration\n"
)


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "clausegraph", "import", "sssom", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_import_says_what_it_wrote_and_the_second_time_that_nothing_changed(tmp_path: Path) -> None:
    table = tmp_path / "made-up.sssom.tsv"
    table.write_text(TABLE, encoding="utf-8")
    first = command(table, "--output", tmp_path / "out")
    second = command(table, "--output", tmp_path / "out")
    assert first.returncode == second.returncode == 0
    assert "1 document, 1 measure, 1 classification, 0 matches" in first.stdout
    assert "2 files changed (2 written, 0 removed)" in first.stdout
    assert "0 files changed" in second.stdout
    assert "note: columns without cells: comment" in first.stderr


def test_bad_table_is_one_line_with_file_and_line_and_exit_code_3(tmp_path: Path) -> None:
    table = tmp_path / "made-up.sssom.tsv"
    table.write_text(TABLE.replace("group-1.1", "group-9.9"), encoding="utf-8")
    done = command(table, "--output", tmp_path / "out")
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.startswith(f"clausegraph: {table}:5: ")
    assert "unknown concept code 9.9 in scheme mit-mitigation-v1; nearest: " in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_bad_name_is_a_usage_error(tmp_path: Path) -> None:
    table = tmp_path / "made-up.sssom.tsv"
    table.write_text(TABLE, encoding="utf-8")
    done = command(table, "--output", tmp_path / "out", "--name", "Not A Slug")
    assert done.returncode == 2
    assert "--name" in done.stderr
