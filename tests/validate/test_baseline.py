"""Baselines: known findings are accepted, new ones fail, fixed ones are reported."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from clausegraph.errors import InputError
from clausegraph.validate import baseline
from clausegraph.validate.fingerprints import Described, Folder
from clausegraph.validate.report import Report
from clausegraph.validate.writers import text
from findings import EX, HOSTILE, book, ex, finding, path, report, result, sh

OTHER = result(ex("bob"), path("age"), Literal("x" * 300), kind="datatype", shape=ex("S"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the file that findings are about."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "people.ttl").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def accepted(made: Report, file: Path) -> Report:
    """A report after its baseline was read."""
    return baseline.apply(baseline.read(file), made)


def test_what_was_written_is_known_and_passes_wherever_its_lines_moved(folder: Path) -> None:
    """Fingerprints do not depend on lines."""
    file = folder / "known.json"
    made = report(finding(result(), line=3), finding(OTHER, line=5))
    assert baseline.write(file, made) == 2
    moved = accepted(report(finding(result(), line=300), finding(OTHER, line=1)), file)
    assert moved.passes()
    assert moved.known == 2
    assert moved.fixed == ()
    assert not moved.conforms


def test_a_new_finding_fails_and_one_that_is_gone_is_reported(folder: Path) -> None:
    """That is what a baseline is for."""
    file = folder / "known.json"
    baseline.write(file, report(finding(result()), finding(OTHER)))
    now = accepted(report(finding(result()), finding(result(ex("new")))), file)
    assert not now.passes()
    assert [one.result.focus for one in now.new] == [ex("new")]
    ((entry, number),) = now.fixed
    assert (entry.focus, entry.shape, number) == (f"<{EX}bob>", f"<{EX}S>", 1)
    shown = "".join(text(now))
    assert "fixed: people.ttl: <http://example.org/bob>" in shown
    assert "1 known, 1 fixed" in shown.replace("\n", " ")


def test_equal_findings_are_counted(folder: Path) -> None:
    """Blank nodes without a description are alike: three known ones do not accept a fourth."""
    file = folder / "known.json"
    blank = [finding(result(BlankNode(f"f0b{number}")), line=number) for number in range(1, 6)]
    baseline.write(file, report(*blank[:3]))
    (entry,) = json.loads(file.read_text())["findings"]
    assert entry["count"] == 3
    more = accepted(report(*blank[:4]), file)
    assert (more.known, len(list(more.new))) == (3, 1)
    fewer = accepted(report(*blank[:1]), file)
    assert fewer.fixed[0][1] == 2


def test_blank_nodes_are_told_apart_by_what_is_said_of_them(folder: Path) -> None:
    """Neither their names nor their places count."""

    def described(**names: str) -> Described:
        triples = [
            Triple(BlankNode(name), ex("name"), Literal(said)) for said, name in names.items()
        ]
        triples.append(Triple(BlankNode(names["ann"]), ex("knows"), BlankNode(names["bob"])))
        return Described(lambda node: [t for t in triples if node in (t.subject, t.object)])

    file = folder / "known.json"
    first = report(finding(result(BlankNode("a1"))), describe=described(ann="a1", bob="b1"))
    baseline.write(file, first)
    same = report(finding(result(BlankNode("x"))), describe=described(ann="x", bob="y"))
    assert accepted(same, file).passes()
    other = report(finding(result(BlankNode("y"))), describe=described(ann="x", bob="y"))
    assert not accepted(other, file).passes()


def test_circles_of_blank_nodes_are_described_too() -> None:
    """Each of them is part of the description of the others."""
    ring = [
        Triple(BlankNode(str(number)), ex("next"), BlankNode(str((number + 1) % 5)))
        for number in range(5)
    ]
    describe = Described(lambda node: [t for t in ring if node in (t.subject, t.object)])
    assert len({describe(BlankNode(str(number))) for number in range(5)}) == 1


def test_shapes_in_brackets_are_told_by_what_they_belong_to(folder: Path) -> None:
    """The name of a blank node changes with every edit of the shapes."""
    file = folder / "known.json"

    def made() -> Report:
        rules = book()
        (shape,) = rules.shapes.subjects(sh("maxCount").value)
        return report(finding(result(shape=shape)), rules=rules)

    baseline.write(file, made())
    assert accepted(made(), file).passes()


def test_the_file_is_sorted_one_finding_a_line_and_the_same_each_time(folder: Path) -> None:
    """So that git shows what changed, and merges."""
    one, two = folder / "one.json", folder / "two.json"
    found = [finding(result(ex(f"n{number}")), line=number) for number in range(1, 20)]
    baseline.write(one, report(*found))
    baseline.write(two, report(*(finding(x.result, line=99 - n) for n, x in enumerate(found))))
    assert one.read_bytes() == two.read_bytes()
    lines = one.read_text().splitlines()
    listed = [line for line in lines if line.startswith('{"file"')]
    assert len(listed) == 19
    assert listed == sorted(listed, key=lambda line: line.rstrip(","))
    assert one.read_text().endswith("]\n}\n")


def test_hostile_and_long_values_are_cut_and_escaped_but_told_apart(folder: Path) -> None:
    """The fingerprint is of the whole value."""
    file = folder / "known.json"
    long = [replace(OTHER, value=Literal("x" * 300 + end)) for end in ("a", "b")]
    evil = result(value=Literal(HOSTILE))
    baseline.write(file, report(finding(long[0]), finding(evil)))
    written = file.read_text(encoding="utf-8")
    assert max(map(len, written.splitlines())) < 800
    assert "\x1b" not in written
    assert "\u202e" not in written
    now = accepted(report(finding(long[0]), finding(long[1]), finding(evil)), file)
    assert [one.result for one in now.new] == [long[1]]


def test_what_was_not_judged_this_time_is_neither_fixed_nor_forgotten(folder: Path) -> None:
    """Only changed files may be judged; a file that is gone has no findings."""
    file = folder / "known.json"
    (folder / "other.ttl").touch()
    everything = report(
        *(finding(result(), name) for name in ("people.ttl", "other.ttl", "gone.ttl"))
    )
    baseline.write(file, everything)
    part = accepted(replace(report(), files=(Path("people.ttl"),)), file)
    assert [entry.file for entry, _ in part.fixed] == ["gone.ttl", "people.ttl"]
    known = baseline.read(file)
    baseline.write(file, replace(report(), files=(Path("people.ttl"),)), known)
    assert [entry.file for entry, _ in baseline.read(file).entries.values()] == ["other.ttl"]
    baseline.write(file, replace(report(), files=(Path("people.ttl"),)))
    assert len(baseline.read(file)) == 0


def test_files_are_told_relative_to_the_repository(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same baseline serves from every folder, and on every machine."""
    file = folder / "known.json"
    baseline.write(file, report(finding(result(), folder / "people.ttl")))
    assert str(folder) not in file.read_text()
    (folder / "sub").mkdir()
    monkeypatch.chdir(folder / "sub")
    assert accepted(report(finding(result(), "../people.ttl")), file).passes()


def test_a_search_that_stopped_early_fixes_nothing_and_makes_no_baseline(folder: Path) -> None:
    """What it did not come to is not fixed, and would fail the next build."""
    file = folder / "known.json"
    baseline.write(file, report(finding(result()), finding(OTHER)))
    assert accepted(report(finding(result()), stopped_at=1), file).fixed == ()
    before = file.read_bytes()
    with pytest.raises(InputError, match="stopped early"):
        baseline.write(file, report(finding(result()), stopped_at=1))
    assert file.read_bytes() == before


def test_findings_of_an_endpoint_have_no_file(folder: Path) -> None:
    """They are compared all the same."""
    file = folder / "known.json"
    remote = report(finding(result(), None, None), finding(OTHER, None, None))
    baseline.write(file, remote)
    now = accepted(report(finding(result(), None, None)), file)
    assert (now.known, len(now.fixed)) == (1, 1)


def test_two_branches_may_have_added_the_same_entry(folder: Path) -> None:
    """A merge that keeps both lines accepts no more than one of them."""
    file = folder / "known.json"
    baseline.write(file, report(finding(result())))
    content = json.loads(file.read_text())
    content["findings"] *= 2
    file.write_text(json.dumps(content))
    assert len(baseline.read(file)) == 1


@pytest.mark.parametrize(
    ("content", "problem", "line"),
    [
        ("", "is no JSON", 1),
        ('{\n"baseline": 1,\n"findings": [\n<<<<<<< HEAD\n]}', "is no JSON", 4),
        ("[" * 100_000, "is no JSON", None),
        ("[]", "is no baseline", None),
        ('{"version": "2.1.0", "runs": []}', "is no baseline", None),
        ('{"baseline": 2, "findings": []}', "is of version 2 of the format", None),
        ('{"baseline": true, "findings": []}', "is of version True of the format", None),
        ('{"baseline": 1}', "has no list of findings", None),
        ('{"baseline": 1, "findings": [1]}', "has an entry that is none of ours, number 1", None),
        ('{"baseline": 1, "findings": [{}]}', "has an entry that is none of ours", None),
    ],
)
def test_a_malformed_baseline_is_refused(
    tmp_path: Path, content: str, problem: str, line: int | None
) -> None:
    """It must never pass for an empty one, nor for one that knows everything."""
    file = tmp_path / "known.json"
    file.write_text(content)
    with pytest.raises(InputError, match=problem) as caught:
        baseline.read(file)
    assert caught.value.file == file
    assert caught.value.line == line
    assert caught.value.remedy


@pytest.mark.parametrize("count", [0, -1, 1.5, True, "1", None])
def test_an_entry_counts_at_least_one(folder: Path, count: object) -> None:
    """A number that is none is no entry of ours."""
    file = folder / "known.json"
    baseline.write(file, report(finding(result())))
    content = json.loads(file.read_text())
    content["findings"][0]["count"] = count
    file.write_text(json.dumps(content))
    with pytest.raises(InputError, match="number 1"):
        baseline.read(file)


def test_a_missing_baseline_and_one_that_is_not_utf_8_are_refused(tmp_path: Path) -> None:
    """A typing error in the name must not turn a build red or green for no reason."""
    with pytest.raises(InputError, match="cannot be read"):
        baseline.read(tmp_path / "missing.json")
    (tmp_path / "latin.json").write_bytes(b"\xe9")
    with pytest.raises(InputError, match="UTF-8"):
        baseline.read(tmp_path / "latin.json")


def test_names_of_files_below_a_folder_use_slashes_and_stay_whole_elsewhere(tmp_path: Path) -> None:
    """Standard input has no folder."""
    names = Folder(tmp_path)
    assert names.name(tmp_path / "a" / "b.ttl") == "a/b.ttl"
    assert names.name(tmp_path / "a" / ".." / "b.ttl") == "b.ttl"
    assert names.name(Path("/elsewhere.ttl")) == "/elsewhere.ttl"
    assert names.name(Path("-")) == "-"
    assert names.name(None) == ""


def test_a_named_constraint_tells_results_of_one_shape_apart(folder: Path) -> None:
    """Two sh:sparql constraints of a shape find different things."""
    file = folder / "known.json"
    first = replace(result(kind="sparql"), constraint=NamedNode(EX + "one"))
    baseline.write(file, report(finding(first)))
    second = replace(first, constraint=NamedNode(EX + "two"))
    assert not accepted(report(finding(second)), file).passes()
