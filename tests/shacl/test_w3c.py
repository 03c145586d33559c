"""The W3C test suite of SHACL 1.0 Core and SHACL-SPARQL, through the command line.

Compared are the conformance flag and the full result of each case, spelling and blank nodes included.
A case that says sht:Failure is one in which the shapes are to be refused: exit code 3.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from lacking import lacking
from shacl import w3c
from shacl.command import run

SUITE = Path(__file__).resolve().parents[3] / "shared" / "w3c" / "shacl" / "tests"
FOUND = {
    "core/complex": 2,
    "core/misc": 5,
    "core/node": 32,
    "core/path": 13,
    "core/property": 38,
    "core/targets": 7,
    "core/validation-reports": 1,
    "sparql/component": 4,
    "sparql/node": 4,
    "sparql/pre-binding": 14,
    "sparql/property": 1,
}
REFUSED = 3
CASES = {case.name: case for case in w3c.cases(SUITE)}
AS_PROCESSES = ("core/property/uniqueLang-002", "sparql/pre-binding/shapesGraph-001")


def arguments(case: w3c.Case) -> list[str]:
    judged = ["validate", str(case.data), "--shapes", str(case.shapes)]
    return [*judged, "--no-background", "--format", "turtle", "--allow-empty"]


def check(case: w3c.Case, code: int, output: str) -> None:
    if case.conforms is None:
        assert code == REFUSED
        return
    assert code in (0, 1)
    conforms, rows = w3c.report(output, case.compared)
    assert sorted(rows.elements(), key=repr) == sorted(case.rows.elements(), key=repr)
    assert conforms == case.conforms


def test_no_case_is_missing() -> None:
    """98 cases of Core, 23 of SHACL-SPARQL; the suite's manifests leave one of them out."""
    if not SUITE.is_dir():
        lacking(f"{SUITE} is not here: the lent W3C test suite is needed")
    assert Counter(case.folder for case in CASES.values()) == FOUND
    parts = Counter[str]()
    for folder, number in FOUND.items():
        parts[folder.partition("/")[0]] += number
    assert parts == {"core": 98, "sparql": 23}


@pytest.mark.parametrize("name", CASES)
def test_case_of_the_suite(name: str) -> None:
    """Data shapes test suite, section 3: the report is that of the case."""
    case = CASES[name]
    done = run(arguments(case))
    check(case, done.code, done.output)


@pytest.mark.parametrize("name", AS_PROCESSES)
def test_case_as_a_process_of_its_own(name: str) -> None:
    if name not in CASES:
        lacking(f"{SUITE} is not here: the lent W3C test suite is needed")
    case = CASES[name]
    command = [sys.executable, "-m", "clausegraph", *arguments(case)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    check(case, done.returncode, done.stdout)
