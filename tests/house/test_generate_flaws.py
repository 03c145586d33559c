"""`clausegraph generate --flaws`: each flaw breaks one rule, and validation finds every one."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Store

from clausegraph.generate import quads, tally
from clausegraph.generate.flaws import KINDS
from clausegraph.vocabulary import SH

COMMAND = [sys.executable, "-m", "clausegraph"]
FLAW = "/flaw-"


def flawed(text: str) -> Counter[str]:
    """How many things there are of each kind of flaw, by their IRIs."""
    lines = text.splitlines()
    subjects = {line.split()[0].strip("<>") for line in lines if FLAW in line.split()[0].lower()}
    return Counter(kind_of(subject) for subject in subjects)


def kind_of(iri: str) -> str:
    return iri.lower().rpartition(FLAW)[2].partition("-")[2]


def test_flaws_come_besides_what_is_made_without_them() -> None:
    clean, text = "".join(quads(6000)), "".join(quads(6000, flaws=30))
    assert set(clean.splitlines()) < set(text.splitlines())
    added = set(text.splitlines()) - set(clean.splitlines())
    assert all(FLAW in line.split()[0].lower() for line in added)


def test_there_are_as_many_flaws_as_asked_for_and_their_kinds_take_turns() -> None:
    assert len(KINDS) >= 12
    for number in (1, 7, 100):
        found = flawed("".join(quads(2000, flaws=number)))
        assert found == tally(number)
        assert found.total() == number


def test_flaws_are_spread_over_the_documents() -> None:
    parts = list(quads(60_000, flaws=60))
    counts = [flawed(part).total() for part in parts[1:]]
    assert sum(counts) == 60
    assert max(counts) <= 3 * 60 / len(counts) + 1


def test_the_same_numbers_give_the_same_flaws() -> None:
    assert list(quads(3000, 5, 9)) == list(quads(3000, 5, 9))


def test_every_flaw_is_found_once_and_nothing_else(tmp_path: Path) -> None:
    """SHACL 1.0, section 3.4: each breaks one rule, so each has one validation result."""
    made, flaws = tmp_path / "flawed.nq", 2 * len(KINDS)
    command = ["generate", "--triples", "2000", "--flaws", str(flaws), "--output", str(made)]
    told = subprocess.run([*COMMAND, *command], capture_output=True, text=True, check=True)
    assert f"{flaws} of the things in it break a rule: 2 no-source, 2 two-concepts" in told.stderr
    command = ["validate", str(made), "--format", "turtle"]
    judged = subprocess.run([*COMMAND, *command], capture_output=True, check=False)
    assert judged.returncode == 1
    report = Store()
    report.load(judged.stdout, RdfFormat.TURTLE)
    focus = [
        quad.object.value
        for quad in report.quads_for_pattern(None, NamedNode(SH + "focusNode"), None)
    ]
    assert Counter(kind_of(iri) for iri in focus) == tally(flaws)
    assert len(set(focus)) == flaws
