"""Releases that are loaded: taken as they are where they are what they say, else as other data."""

from __future__ import annotations

import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Store

from clausegraph import generate
from clausegraph.build import build, release, rules
from clausegraph.errors import InputError
from clausegraph.search import Index
from clausegraph.search.request import Request
from clausegraph.stores import intake, lines, loading, sections, sorting
from clausegraph.stores.folder import Stored, StoreFolder
from clausegraph.stores.loading import load
from clausegraph.vocabulary import CG, DATASET, DCTERMS, GRAPH, ID, RELEASE, VOID
from datasets import assert_same, hard, one

_LOAD = """
import sys
from pathlib import Path
from clausegraph.stores import loading
from clausegraph.stores.folder import StoreFolder
loading.load([Path(sys.argv[1])], StoreFolder(Path(sys.argv[2])), print, is_searched=False)
"""
TAKEN = "it is verified, and taken as it is"
OTHERWISE = "It is loaded as other data are"
DERIVED = f"<{GRAPH}derived/"
MADE = f"<{GRAPH}release>"


def loaded(path: Path) -> tuple[Stored, str]:
    """Load a file beside itself; return what was stored, and what was told."""
    told: list[str] = []
    folder = StoreFolder(path.parent / f"{path.stem}-graphs")
    return load([path], folder, told.append, is_searched=False), "\n".join(told)


def dump(path: Path, text: str) -> Path:
    """Write the release of a dataset beside it; return its file."""
    path.write_text(text, encoding="utf-8", newline="")
    made = path.with_name("release.nq")
    build([path]).write(made)
    return made


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A release of some documents, with clauses, and with a text that is not only ASCII."""
    text = "".join(one(f"d{n}") for n in range(20))
    for n in range(10):
        graph = f"<{GRAPH}data/d{n}>"
        text += f"<{ID}document/d{n}/clause/1> <{CG}clauseOf> <{ID}document/d{n}> {graph} .\n"
        text += f'<{ID}document/d{n}> <{DCTERMS}title> "\\u5b89 \\\\ {n}"@zh {graph} .\n'
    return dump(tmp_path / "a.nq", text)


# --- taken


@pytest.mark.usefixtures("bare")
def test_release_is_taken_as_it_is(released: Path) -> None:
    stored, told = loaded(released)
    assert TAKEN in told
    assert OTHERWISE not in told
    assert stored.graph.read_bytes() == released.read_bytes()
    assert_same(stored, build([released]))


def test_release_with_all_that_ships_is_taken(tmp_path: Path) -> None:
    """Ontology, shapes and schemes of a release are compared with those of this version."""
    path = tmp_path / "made.nq"
    path.write_text("".join(generate.quads(6_000)), encoding="utf-8")
    made = path.with_name("release.nq")
    build([path]).write(made)
    told: list[str] = []
    stored = load([made], StoreFolder(tmp_path / "graphs"), told.append)
    assert TAKEN in told[0]
    assert_same(stored, build([path]))
    other = load([path], StoreFolder(tmp_path / "others"))
    assert stored.index is not None
    assert other.index is not None
    request = Request("document", limit=50)
    assert Index.open(stored.index).search(request) == Index.open(other.index).search(request)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.usefixtures("bare")
def test_any_release_is_taken_in_pieces_of_any_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    monkeypatch.setattr(sections, "BUFFER", chance.choice([300, 3_000, 2**25]))
    monkeypatch.setattr(sorting, "BUFFER", chance.choice([300, 2**25]))
    monkeypatch.setattr(lines, "CHUNK", chance.choice([60, 1_000, 2**22]))
    made = dump(tmp_path / "a.nq", hard(chance, 0, "nq"))
    stored, told = loaded(made)
    assert TAKEN in told
    assert OTHERWISE not in told
    assert_same(stored, build([made]))


@pytest.mark.usefixtures("bare")
def test_text_of_many_megabytes_is_taken(tmp_path: Path) -> None:
    text = "word " * 3_600_000
    line = f'<{ID}document/a> <{CG}summary> "{text}"@en <{GRAPH}data/a> .\n'
    path = tmp_path / "a.nq"
    path.write_text(one("a") + line)
    made, _ = loaded(path)
    stored, told = loaded(made.graph)
    assert TAKEN in told
    assert OTHERWISE not in told
    assert Store.read_only(str(stored.store)).query(f'ASK {{ ?d <{CG}summary> "{text}"@en }}')


# --- taken where it is known which one it has to be


def known(path: Path, expected: str) -> Stored:
    """Load a file that must be this release."""
    folder = StoreFolder(path.parent / f"{path.stem}-graphs")
    return load([path], folder, expected=expected, is_searched=False)


@pytest.mark.usefixtures("bare")
def test_known_release_is_taken_by_its_digests_alone(
    released: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = build([released])
    monkeypatch.setattr(rules, "run", lambda *_: pytest.fail("A rule runs."))
    assert_same(known(released, made.release), made)


@pytest.mark.usefixtures("bare")
def test_release_that_is_not_the_expected_one_is_refused(released: Path) -> None:
    expected = build([released]).release
    with pytest.raises(InputError, match=f"not release {'0' * 64}: it is release {expected}"):
        known(released, "0" * 64)
    text = released.read_text(encoding="utf-8")
    for change in (_forged, _escaped):  # The digests of these fit, but not to the identifier.
        released.write_text(change(text), encoding="utf-8", newline="")
        with pytest.raises(InputError, match=f"not release {expected}: it is release"):
            known(released, expected)
    released.write_text(text.replace("安 \\\\ 3", "安 \\\\ 4"), encoding="utf-8", newline="")
    with pytest.raises(InputError, match="is not what its digest says"):
        known(released, expected)
    assert StoreFolder(released.parent / "release-graphs").current() is None


@pytest.mark.usefixtures("bare")
def test_what_is_no_release_is_refused_where_one_is_expected(tmp_path: Path) -> None:
    path = tmp_path / "a.nq"
    path.write_text(one("a"), encoding="utf-8")
    with pytest.raises(InputError, match="it is no release in N-Quads"):
        known(path, "0" * 64)
    other = tmp_path / "b.nq"
    other.write_text(one("b"), encoding="utf-8")
    with pytest.raises(InputError, match="2 files are given"):
        load([path, other], StoreFolder(tmp_path / "graphs"), expected="0" * 64)


@pytest.mark.usefixtures("bare")
def test_release_of_another_vocabulary_is_refused_where_it_is_expected(
    released: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = build([released]).release
    monkeypatch.setattr(loading, "_ours", lambda *_: iter([("https://e.org/", [])]))
    with pytest.raises(InputError, match="are not those of this version"):
        known(released, expected)


# --- not taken, but loaded as a build would load it


def resealed(text: str) -> str:
    """Return a dataset whose digests, and the release that follows from them, are made to fit, as
    somebody would who wants it to be taken."""
    by_graph: dict[str, list[str]] = {}
    for line in text.splitlines(keepends=True):
        by_graph.setdefault(line.rsplit(" ", 2)[1], []).append(line)
    digests: dict[str, str] = {}
    for name, rows in by_graph.items():
        if name != MADE:
            digests[name[1:-1]] = hashlib.sha256("".join(rows).encode()).hexdigest()
    about = "".join(by_graph[MADE])
    for found in re.finditer(r'^<(.*?)> <\S*sha256> "(\w+)" ', about, re.MULTILINE):
        digests.setdefault(found[1], hashlib.sha256().hexdigest())
        about = about.replace(
            f'<{found[1]}> <{found[0].split("<")[2][:-2].split(">")[0]}> "{found[2]}"',
            f'<{found[1]}> <{found[0].split("<")[2][:-2].split(">")[0]}> "{digests[found[1]]}"',
        )
    before = re.search(rf"<{re.escape(RELEASE)}(\w+)>", about)
    assert before is not None
    about = about.replace(before[1], release.identifier(digests))
    by_graph[MADE] = sorted(about.splitlines(keepends=True))
    return "".join(
        line for name in sorted(by_graph, key=lambda n: n[1:-1]) for line in by_graph[name]
    )


def _drop(text: str, start: str) -> str:
    """Return a text without the first line of a graph that begins so."""
    line = next(line for line in text.splitlines(keepends=True) if f" {start}" in line)
    return text.replace(line, "", 1)


def _swapped(text: str) -> str:
    first, second, rest = text.split("\n", 2)
    return f"{second}\n{first}\n{rest}"


def _repeated(text: str) -> str:
    first, rest = text.split("\n", 1)
    return f"{first}\n{first}\n{rest}"


def _foreign(text: str) -> str:
    """Say in the description what a release does not say."""
    line = f'<{ID}document/d1> <{DCTERMS}title> "Forged" {MADE} .\n'
    return resealed(text + line)


def _titled(text: str) -> str:
    """Say of a graph what a release does not say of it, whose name and digests stay the same."""
    before, about, after = text.partition(next(r for r in text.splitlines(True) if MADE in r))
    line = f'<{GRAPH}data/d1> <{DCTERMS}title> "Forged" {MADE} .\n'
    rows = [line, *(row for row in (about + after).splitlines(True) if MADE in row)]
    return (
        before
        + "".join(sorted(rows))
        + "".join(row for row in after.splitlines(True) if MADE not in row)
    )


def _miscounted(text: str) -> str:
    """Count the triples of a property otherwise."""
    found = f'<{DATASET}#property/cg:clauseOf> <{VOID}triples> "'
    assert found in text
    return text.replace(found, found + "1")


def _misnamed(text: str) -> str:
    """Name a class of which there is nothing."""
    return text.replace(f"<{VOID}class> <{CG}Document>", f"<{VOID}class> <{CG}Dokument>")


def _counted(text: str) -> str:
    return re.sub(rf'(<{RELEASE}\w+> <{VOID}triples> ")\d+', r"\g<1>7", text)


def _overcounted(text: str) -> str:
    """Count one triple more, wherever that is told."""
    for name in (RELEASE + r"\w+", DATASET, f"{DATASET}#property/cg:clauseOf"):
        text, count = re.subn(
            rf'(<{name}> <{VOID}triples> ")(\d+)', lambda at: at[1] + str(int(at[2]) + 1), text
        )
        assert count == 1
    return text


def _forged(text: str) -> str:
    """Leave out what a rule derives."""
    return resealed(_drop(text, f"{DERIVED}has-clause>"))


def _escaped(text: str) -> str:
    """Write a character as no canonical line does, with digests that fit."""
    return resealed(text.replace("安", "\\u5B89"))


def _merged(text: str) -> str:
    """Name the graph of a line as its object, so that the line is of no graph."""
    graph = f"<{GRAPH}data/d19>"
    line = next(line for line in text.splitlines(keepends=True) if line.endswith(f" {graph} .\n"))
    subject = line.split(" ")[0]
    return resealed(text.replace(line, line + f"{subject} <{CG}zzz> {graph} .\n"))


BROKEN: dict[str, Callable[[str], str]] = {
    "a line is missing": lambda text: text.split("\n", 1)[1],
    "a line is changed": lambda text: text.replace("安 \\\\ 3", "安 \\\\ 4"),
    "two lines are swapped": _swapped,
    "a line is repeated": _repeated,
    "a line is derived no more": _forged,
    "a line is escaped": _escaped,
    "a line is of no graph": _merged,
    "the description is long": _foreign,
    "the description says more": _titled,
    "a property is counted otherwise": _miscounted,
    "a class is named otherwise": _misnamed,
    "the count is wrong": _counted,
    "a prefix was another": lambda text: text.replace("http://xmlns.com/foaf/", "http://foaf.org/"),
    "a comment is within a line": lambda text: "#\r" + text,
    "the end is missing": lambda text: text[:-1],
    "a mark comes first": lambda text: "\ufeff" + text,
    "lines end otherwise": lambda text: text.replace("\n", "\r\n"),
    "a graph is missing": lambda text: re.sub(r"(?m)^.* <\S*/data/d19> \.\n", "", text),
    "a graph is too many": lambda text: text + one("z").replace(f"{GRAPH}data/", "http://z.org/"),
    "a graph is at the wrong place": lambda text: text + one("d1"),
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.usefixtures("bare")
def test_what_is_no_release_is_loaded_as_it_is_built(released: Path, name: str) -> None:
    text = released.read_text(encoding="utf-8")
    broken = BROKEN[name](text)
    assert broken != text
    released.write_text(broken, encoding="utf-8", newline="")
    stored, told = loaded(released)
    assert TAKEN not in told or OTHERWISE in told
    assert_same(stored, build([released]))


@pytest.mark.usefixtures("bare")
def test_forged_release_that_fits_together_is_found_out(released: Path) -> None:
    """The digests of these fit: only looking closer tells."""
    text = released.read_text(encoding="utf-8")
    reasons = {
        _forged: "is not what its rule derives",
        _escaped: "not in canonical form",
        _merged: "triples in no graph",
        _overcounted: "counts its triples otherwise",
    }
    for forge, reason in reasons.items():
        released.write_text(forge(text), encoding="utf-8", newline="")
        _, told = loaded(released)
        assert reason in told, forge


@pytest.mark.usefixtures("bare")
def test_release_of_other_rules_is_derived_anew(
    released: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"CONSTRUCT {{ ?s <{CG}rank> ?o }} WHERE {{ ?s <{CG}clauseOf> ?o }}"
    found = [*rules.load(), rules.Rule("ranks", Path("99-ranks.rq"), text)]
    monkeypatch.setattr(rules, "load", lambda: found)
    stored, told = loaded(released)
    assert OTHERWISE in told
    assert_same(stored, build([released]))


@pytest.mark.usefixtures("bare")
def test_release_with_an_empty_graph_is_built_anew(tmp_path: Path) -> None:
    """No line of the file brings that graph."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.nq").write_text(one("a"))
    (folder / "b.ttl").write_text("# Nothing.\n")
    made = tmp_path / "release.nq"
    build([folder]).write(made)
    stored, told = loaded(made)
    assert OTHERWISE in told
    assert_same(stored, build([made]))


# --- refused as the build refuses


@pytest.mark.parametrize(
    "line",
    [
        f"<{ID}document/d1> <{DCTERMS}references> <{ID}document/nothing> <{GRAPH}data/d1> .\n",
        f'<{ID}document/d1> <{CG}rank> "007"^^<http://www.w3.org/2001/XMLSchema#integer> '
        f"<{GRAPH}data/d1> .\n",
    ],
)
@pytest.mark.usefixtures("bare")
def test_what_a_build_refuses_is_refused_in_a_release(
    released: Path, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the digests fit."""
    monkeypatch.setattr(intake, "LARGE", 0)
    text = released.read_text(encoding="utf-8")
    rows = sorted([line, *(row for row in text.splitlines(keepends=True) if "data/d1>" in row)])
    others = text.replace("".join(sorted(set(rows) - {line})), "")
    start = others.index(
        next(row for row in others.splitlines(keepends=True) if "data/d10>" in row)
    )
    released.write_text(resealed(others[:start] + "".join(rows) + others[start:]), encoding="utf-8")
    with pytest.raises(InputError) as expected:
        build([released])
    folder = StoreFolder(released.parent / "graphs")
    with pytest.raises(InputError) as caught:
        load([released], folder)
    assert (caught.value.message, caught.value.remedy) == (
        expected.value.message,
        expected.value.remedy,
    )
    assert list(folder.path.iterdir()) == []


# --- nothing by halves


def test_taking_that_is_killed_leaves_nothing_and_is_run_again(tmp_path: Path) -> None:
    path = tmp_path / "made.nq"
    path.write_text("".join(generate.quads(12_000)), encoding="utf-8")
    made = path.with_name("release.nq")
    built = build([path])
    built.write(made)
    folder = StoreFolder(tmp_path / "graphs")
    command = [sys.executable, "-u", "-c", _LOAD, str(made), str(folder.path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout as output:
        assert TAKEN in output.readline()
        process.kill()
    assert process.wait(60) == -signal.SIGKILL
    assert folder.current() is None
    again = load([made], folder, is_searched=False)
    assert again.release == built.release
    assert {path.name for path in folder.path.iterdir()} == {"current", again.release}


@pytest.mark.usefixtures("bare")
def test_release_that_changes_while_it_is_taken_is_refused(released: Path) -> None:
    def change(message: str) -> None:
        if TAKEN in message:
            time.sleep(0.3)  # so that the file has been digested
            os.utime(released, ns=(1, 1))
            released.write_bytes(released.read_bytes() + b"\n")

    folder = StoreFolder(released.parent / "graphs")
    with pytest.raises(InputError, match="changed while it was loaded"):
        load([released], folder, change)
    assert list(folder.path.iterdir()) == []
