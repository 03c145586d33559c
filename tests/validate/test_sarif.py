"""The report as SARIF 2.1.0: valid by the schema of OASIS, and with what code review reads."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, Literal
from sarif_kit.validate import validation_errors

from clausegraph.shacl.results import Result
from clausegraph.validate.fingerprints import Entry
from clausegraph.validate.report import Note, Report
from clausegraph.validate.writers import WRITERS
from findings import EX, HOSTILE, ex, finding, path, report, result

BLANK = BlankNode("f1b2")
KNOWN = Entry("a.ttl", EX, "", "", "", "")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a repository of its own."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def log(made: Report) -> dict[str, Any]:
    """A report as SARIF, read again."""
    read: dict[str, Any] = json.loads("".join(WRITERS["sarif"](made)))
    return read


def run(made: Report) -> dict[str, Any]:
    """The only run of a report as SARIF."""
    (only,) = log(made)["runs"]
    found: dict[str, Any] = only
    return found


def fingerprint(found: Result, line: int) -> str:
    """The fingerprint of a result at a line."""
    (only,) = run(report(finding(found, line=line)))["results"]
    return str(only["partialFingerprints"]["clausegraphFinding/v1"])


REPORTS = {
    "empty": report(),
    "no place": report(finding(result(), line=None), finding(result(), None, None)),
    "hostile": report(
        finding(result(value=Literal(HOSTILE), says=HOSTILE), f"{HOSTILE[1:4]} %.ttl")
    ),
    "blank": report(finding(result(BlankNode("f0b1"), path("age"), shape=BLANK, says=None))),
    "severities": report(
        *(finding(result(severity=one)) for one in ("Violation", "Warning", "Info", "Other"))
    ),
    "baseline": report(replace(finding(result()), known=True), fixed=((KNOWN, 2),)),
    "notes": report(
        notes=(
            Note("n", Path("a.ttl"), 3),
            Note("n", Path("/a.ttl")),
            Note(HOSTILE, is_grave=True),
        ),
        unchecked=(Path("b.ttl"),),
        stopped_at=5,
        seconds=1.5,
    ),
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_log_is_valid_by_the_schema_of_oasis(name: str) -> None:
    """SARIF 2.1.0, errata 01."""
    assert validation_errors(log(REPORTS[name])) == []


def test_the_schema_finds_faults() -> None:
    """A check that can fail."""
    broken = log(REPORTS["no place"])
    broken["runs"][0]["results"][0]["level"] = "fatal"
    broken["runs"][0]["columnKind"] = "bytes"
    assert len(validation_errors(broken)) == 2


def test_places_are_relative_to_the_repository_in_code_points(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a review needs to show a finding beside its line."""
    (folder / "data").mkdir()
    monkeypatch.chdir(folder / "data")
    made = run(report(finding(result(), "two words: é%.ttl", 3, 7)))
    assert made["columnKind"] == "unicodeCodePoints"
    physical = made["results"][0]["locations"][0]["physicalLocation"]
    assert physical == {
        "artifactLocation": {
            "uri": "data/two%20words%3A%20%C3%A9%25.ttl",
            "uriBaseId": "%SRCROOT%",
        },
        "region": {"startLine": 3, "startColumn": 7, "endLine": 3, "endColumn": 12},
    }
    assert "%SRCROOT%" in made["originalUriBaseIds"]
    assert str(folder) not in json.dumps(made)
    outside = run(report(finding(result(), "/else/a.ttl")))
    artifact = outside["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "file:///else/a.ttl"}


def test_rules_are_the_shapes_each_once_with_help_and_level() -> None:
    """A rule is listed once, however often it finds something."""
    made = run(
        report(
            finding(result(severity="Warning"), line=1),
            finding(result(severity="Warning"), line=2),
            finding(result(says=None, shape=ex("Other"), kind="class"), line=3),
        )
    )
    first, second = made["tool"]["driver"]["rules"]
    assert first["id"] == "ex:PersonShape-name"
    assert first["shortDescription"]["text"] == "name of a person"
    assert first["defaultConfiguration"] == {"level": "warning"}
    assert first["helpUri"] == EX + "PersonShape-name"
    assert EX in first["help"]["text"]
    assert second["shortDescription"]["text"] == "ex:Other (sh:ClassConstraintComponent)"
    assert [one["ruleIndex"] for one in made["results"]] == [0, 0, 1]
    assert [one["level"] for one in made["results"]] == ["warning", "warning", "error"]
    driver = made["tool"]["driver"]
    assert driver["name"] == "clausegraph validate"
    assert driver["version"]
    assert driver["informationUri"].startswith("https://")


def test_levels_are_those_of_the_severities() -> None:
    """Any other severity counts as a violation."""
    levels = [one["level"] for one in run(REPORTS["severities"])["results"]]
    assert sorted(levels) == ["error", "error", "note", "warning"]


def test_fingerprints_do_not_depend_on_lines_but_on_what_was_found() -> None:
    """A finding is the same one when lines above it are added."""
    base = result(along=path("name"), value=Literal("a"))
    assert fingerprint(base, 1) == fingerprint(base, 99)
    others = [
        replace(base, focus=ex("bob")),
        replace(base, path=path("age")),
        replace(base, value=Literal("a", language="en")),
        replace(base, component=ex("Component")),
        replace(base, shape=ex("Shape")),
    ]
    assert len({fingerprint(one, 1) for one in [base, *others]}) == len(others) + 1
    said = replace(base, messages=(Literal("A better message."),))
    assert fingerprint(said, 1) == fingerprint(base, 1)


def test_notes_and_unchecked_files_are_notifications() -> None:
    """What was not checked is no result, and must not be lost."""
    (invocation,) = run(REPORTS["notes"])["invocations"]
    assert invocation["executionSuccessful"] is False
    notes = invocation["toolExecutionNotifications"]
    assert [note["level"] for note in notes] == ["note", "note", "warning", "note"]
    place = notes[0]["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 3}
    assert notes[3]["message"]["text"] == "No shape is about anything in this file."


def test_known_findings_are_suppressed_and_new_ones_say_so() -> None:
    """The baseline accepts them; viewers hide what is suppressed."""
    made = run(report(replace(finding(result()), known=True), finding(result(ex("bob")))))
    states = {one["baselineState"]: one.get("suppressions") for one in made["results"]}
    assert states["new"] is None
    assert states["unchanged"][0]["kind"] == "external"
    assert "baselineState" not in run(report(finding(result())))["results"][0]
