"""`clausegraph validate` as a command: options, exit codes, streams; never a traceback."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from clausegraph import cli
from clausegraph.cli import validate as command
from clausegraph.validate.severity import Severity

COMMAND = [sys.executable, "-m", "clausegraph", "validate"]
PREFIXES = """@prefix ex: <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
LINES = PREFIXES.count("\n")
SHAPES = """ex:Titled a sh:NodeShape ; sh:targetClass ex:Book ;
    sh:property ex:Titled-title , ex:Titled-pages .
ex:Titled-title a sh:PropertyShape ; sh:path ex:title ; sh:minCount 1 ; sh:message "Give it a title."@en .
ex:Titled-pages a sh:PropertyShape ; sh:path ex:pages ; sh:datatype xsd:integer ; sh:severity sh:Warning .
"""
GOOD = 'ex:b a ex:Book ; ex:title "B" ; ex:pages 7 .\n'
BAD = "ex:b a ex:Book ; ex:pages 7 .\n"
WARNED = 'ex:b a ex:Book ;\n    ex:title "B" ;\n    ex:pages "7" .\n'


@dataclass(frozen=True)
class Run:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Run]:
    """Run `clausegraph validate` with arguments, in this process."""

    def call(*arguments: object) -> Run:
        monkeypatch.setattr(sys, "argv", ["clausegraph", "validate", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return Run(int(ended.value.code or 0), captured.out, captured.err)

    return call


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a file of the given name, after the prefixes."""

    def call(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PREFIXES + text, encoding="utf-8")
        return path

    return call


@pytest.fixture
def books(write: Callable[[str, str], Path], run: Callable[..., Run]) -> Callable[..., Run]:
    """Judge a text by the shapes for books, without background."""

    def call(text: str, *options: object, shapes: str = SHAPES) -> Run:
        data, rules = write("books.ttl", text), write("shapes/books.ttl", shapes)
        return run(data, "--shapes", rules, "--no-background", *options)

    return call


@pytest.mark.parametrize(
    ("text", "severity", "code"),
    [
        (GOOD, "Info", 0),
        (WARNED, "Violation", 0),
        (WARNED, "Warning", 1),
        (WARNED, "info", 1),
        (BAD, "Violation", 1),
    ],
)
def test_severity_decides_between_0_and_1(
    books: Callable[..., Run], text: str, severity: str, code: int
) -> None:
    ended = books(text, "--severity", severity)
    assert (ended.code, ended.err) == (code, "")


def test_conforms_keeps_to_the_standard(books: Callable[..., Run]) -> None:
    """SHACL 1.0, section 3.6.1.1: a warning makes it false, whatever the exit code."""
    ended = books(WARNED, "--format", "json")
    assert ended.code == 0
    assert json.loads(ended.out)["conforms"] is False


def test_result_is_placed_at_the_value(books: Callable[..., Run], tmp_path: Path) -> None:
    """File, line and column of the statement at fault."""
    [result] = json.loads(books(WARNED, "--format", "json").out)["results"]
    assert result["file"] == str(tmp_path / "books.ttl")
    assert (result["line"], result["column"]) == (LINES + 3, 14)


def test_missing_value_is_placed_at_its_subject(books: Callable[..., Run]) -> None:
    [result] = json.loads(books("\n\n" + BAD, "--format", "json").out)["results"]
    assert (result["line"], result["column"]) == (LINES + 3, 1)


@pytest.mark.parametrize("form", [form.value for form in command.Format])
def test_every_format_is_written(books: Callable[..., Run], form: str) -> None:
    """And names the shape that found something."""
    ended = books(BAD, "--format", form)
    assert (ended.code, ended.err) == (1, "")
    assert "Titled" in ended.out


def test_report_goes_to_a_file(books: Callable[..., Run], tmp_path: Path) -> None:
    """What is found is said in one line all the same."""
    file = tmp_path / "report.json"
    ended = books(BAD, "--format", "json", "--output", file)
    assert (ended.code, ended.out) == (1, "")
    assert "1 violation" in ended.err
    assert len(json.loads(file.read_text("utf-8"))["results"]) == 1


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_results_past_the_most_are_counted(books: Callable[..., Run], form: str) -> None:
    """The exit code is that of all: the violation comes last."""
    text = "".join(f'ex:a{n} a ex:Book ; ex:title "A" ; ex:pages "7" .\n' for n in range(4)) + BAD
    ended = books(text, "--max-results", 2, "--format", form)
    assert ended.code == 1
    assert "3 more" in ended.err + ended.out
    assert "ex:a3" not in ended.out
    assert "org/a3" not in ended.out


def test_standard_input_is_judged(write: Callable[[str, str], Path]) -> None:
    """In the syntax that is named."""
    rules = write("shapes.ttl", SHAPES)
    for option, text in (
        (["--input-format", "ttl"], PREFIXES + BAD),
        (
            ["--input-format", "N-Triples"],
            "<https://example.org/b> "
            "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://example.org/Book> .\n",
        ),
    ):
        done = subprocess.run(
            [*COMMAND, "-", *option, "--shapes", str(rules), "--no-background"],
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (1, "")
        assert "Give it a title." in done.stdout


def test_closed_standard_input_is_one_line_and_exit_code_3() -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", '"$0" -m clausegraph validate - <&-', sys.executable],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "clausegraph: There is no standard input. Give files or folders.\n"


def test_only_what_changed_is_judged(
    run: Callable[..., Run], write: Callable[[str, str], Path], tmp_path: Path
) -> None:
    """Nothing that changed is nothing to judge, and not vacuous."""
    rules = write("shapes.ttl", SHAPES)
    folder = write("data/bad.ttl", BAD).parent
    good = write("data/good.ttl", GOOD.replace("ex:b", "ex:c"))
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    git = [str(shutil.which("git")), "-C", str(tmp_path)]
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "all"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    options = ["--shapes", rules, "--no-background"]
    since = [*options, "--changed-since", "HEAD"]
    assert run(folder, *options).code == 1
    ended = run(folder, *since)
    assert ended.code == 0
    assert "Nothing has changed since HEAD" in ended.out
    good.write_text(good.read_text() + "# changed")
    assert "1 focus node checked" in run(folder, *since).out
    good.write_text(good.read_text().replace("ex:title", "ex:name"))
    assert run(folder, *since).code == 1
    assert run(folder, *options, "--changed-since", "nowhere").code == 2


def test_globs_are_expanded(run: Callable[..., Run], write: Callable[[str, str], Path]) -> None:
    """A shell may have left them alone."""
    folder = write("in/good.ttl", GOOD).parent
    write("in/below/bad.ttl", BAD.replace("ex:b", "ex:c"))
    rules = write("shapes.ttl", SHAPES)
    options = ["--shapes", rules, "--no-background"]
    assert run(f"{folder}/*.ttl", *options).code == 0
    assert run(f"{folder}/**/*.ttl", *options).code == 1
    assert run(folder, *options).code == 1
    ended = run(f"{folder}/*.none", *options)
    assert ended.code == 3
    assert "*.none" in ended.err


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--endpoint", "http://127.0.0.1:9/sparql", "x.ttl"], "together"),
        (["--endpoint", "ftp://x"], "address"),
        (["--graph", "http://x"], "endpoint"),
        (["--endpoint", "http://127.0.0.1:9/", "--engine", "pyshacl"], "pySHACL"),
        (["--changed-since", "HEAD", "-"], "git"),
        (["--background", "x.ttl", "--no-background"], "contradict"),
        (["x.ttl", "--input-format", "ttl"], "standard input"),
        (["-", "--input-format", "docx"], "docx"),
        (["x.ttl", "--update-baseline"], "--baseline"),
        (["-", "--watch"], "--watch"),
        (["x.ttl", "--shapes", "-"], "standard input"),
        (["--max-results", "0"], "max-results"),
        (["--severity", "Fatal"], "severity"),
        (["--format", "xml"], "format"),
        (["--engine", "jena"], "engine"),
        (["--nonsense"], "nonsense"),
    ],
)
def test_wrong_call_ends_with_2(
    run: Callable[..., Run], options: list[str], complaint: str
) -> None:
    """Before any file is read."""
    ended = run(*options)
    assert (ended.code, ended.out) == (2, "")
    assert complaint in ended.err
    assert "Traceback" not in ended.err


MISTYPED = SHAPES.replace("ex:Book", "ex:Bok")


def test_class_that_nobody_knows_ends_with_4_and_names_the_nearest(
    books: Callable[..., Run],
) -> None:
    """A mistyped target class must not be green."""
    ended = books(GOOD, shapes=SHAPES + "ex:Two a sh:NodeShape ; sh:targetClass ex:Bok .")
    assert ended.code == 4
    assert "Did you mean ex:Book?" in " ".join(ended.out.split())
    assert "Traceback" not in ended.err


def test_class_that_nobody_knows_can_be_accepted(books: Callable[..., Run]) -> None:
    assert books(GOOD, "--allow-empty", shapes=MISTYPED).code == 0


@pytest.mark.parametrize(
    "definition",
    ["ex:Film a rdfs:Class .", "ex:Film rdfs:subClassOf ex:Work ."],
)
def test_class_without_instances_is_a_note(books: Callable[..., Run], definition: str) -> None:
    """It is defined: these data have none of it."""
    shapes = SHAPES + "ex:Two a sh:NodeShape ; sh:targetClass ex:Film . " + definition
    ended = books(GOOD, shapes=shapes)
    assert ended.code == 0
    assert "Film" in ended.out + ended.err


def test_class_can_be_defined_by_the_background(
    run: Callable[..., Run], write: Callable[[str, str], Path]
) -> None:
    shapes = SHAPES + "ex:Two a sh:NodeShape ; sh:targetClass ex:Film ."
    data, rules = write("books.ttl", GOOD), write("shapes.ttl", shapes)
    background = write("terms.ttl", "ex:Film a rdfs:Class .")
    assert run(data, "--shapes", rules, "--no-background").code == 4
    assert run(data, "--shapes", rules, "--background", background).code == 0


def test_data_without_a_triple_end_with_4(books: Callable[..., Run]) -> None:
    ended = books("")
    assert ended.code == 4
    assert "no triple" in ended.out + ended.err
    assert books("", "--allow-empty").code == 0


def test_data_that_no_shape_is_about_end_with_4(books: Callable[..., Run]) -> None:
    ended = books("ex:x a ex:Y . ex:Book a rdfs:Class .")
    assert ended.code == 4
    assert "Nothing was checked" in ended.out + ended.err


def test_our_shapes_need_no_background_to_know_our_classes(
    run: Callable[..., Run], tmp_path: Path
) -> None:
    """A file with one document has no milestone, and is no less checked for it."""
    path = tmp_path / "law.ttl"
    path.write_text(
        "<https://w3id.org/clausegraph/id/document/x> a <https://w3id.org/clausegraph/ontology#Document> ;\n"
        ' <http://purl.org/dc/terms/title> "X"@en .\n'
    )
    ended = run(path, "--no-background")
    assert ended.code in (0, 1)
    assert "nobody" not in ended.err
    assert "Milestone" not in ended.err


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("ex:b a ex:Book ;; ex:title .", "books.ttl:"),
        ("ex:b a nope:Book .", "prefix"),
    ],
)
def test_data_that_do_not_parse_end_with_3(
    books: Callable[..., Run], text: str, complaint: str
) -> None:
    ended = books(text)
    assert (ended.code, ended.out) == (3, "")
    assert complaint in ended.err
    assert len(ended.err.splitlines()) == 1


def test_bytes_that_are_not_utf_8_end_with_3(run: Callable[..., Run], tmp_path: Path) -> None:
    path = tmp_path / "x.ttl"
    path.write_bytes(b'<http://x> <http://y> "\xff" .\n')
    ended = run(path)
    assert (ended.code, ended.out) == (3, "")
    assert f"{path}:1" in ended.err


@pytest.mark.parametrize(
    ("shapes", "complaint"),
    [
        ("ex:S a sh:NodeShape ; sh:targetClass ex:Book ; sh:node ex:S .", "themselves"),
        ("ex:S a sh:NodeShape ; sh:targetClass ex:Book ; sh:minCount 1 .", "minCount"),
        ("ex:S a sh:NodeShape ; sh:targetClass ex:Book ; sh:js ex:j .", "sh:js"),
        ("ex:S a ex:Nothing .", "no shape"),
    ],
)
def test_shapes_that_cannot_be_used_end_with_3(
    books: Callable[..., Run], shapes: str, complaint: str
) -> None:
    """What cannot be evaluated must not count as met."""
    ended = books(GOOD, shapes=shapes)
    assert (ended.code, ended.out) == (3, "")
    assert complaint in ended.err
    assert len(ended.err.splitlines()) == 1


def test_endpoint_that_does_not_answer_ends_with_3(
    run: Callable[..., Run], write: Callable[[str, str], Path]
) -> None:
    rules = write("shapes.ttl", SHAPES)
    ended = run("--endpoint", "http://127.0.0.1:9/sparql", "--shapes", rules)
    assert (ended.code, ended.out) == (3, "")
    assert "127.0.0.1:9" in ended.err
    assert len(ended.err.splitlines()) == 1


def test_second_opinion_is_the_same(books: Callable[..., Run]) -> None:
    """pySHACL, asked for all: the same places, the same exit code."""
    ours, theirs = (
        json.loads(books(WARNED + BAD.replace("ex:b", "ex:c"), "--format", "json", *option).out)
        for option in ([], ["--engine", "pyshacl"])
    )
    for report in (ours, theirs):
        for result in report["results"]:
            result.pop("message", None)
    parts = ("file", "line", "column", "focusNode", "value", "severity", "shape")
    assert [[each[part] for part in parts] for each in ours["results"]] == [
        [each[part] for part in parts] for each in theirs["results"]
    ]
    assert len(ours["results"]) == 2


def test_what_is_not_compiled_is_checked_by_pyshacl_and_named(books: Callable[..., Run]) -> None:
    """A target of SHACL Advanced Features; nothing is skipped."""
    target = (
        "ex:T a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ; "
        'sh:select "SELECT ?this WHERE { ?this <https://example.org/pages> 7 }" ] ; '
        "sh:property [ sh:path ex:title ; sh:minCount 1 ] ."
    )
    ended = books(BAD, shapes=target)
    assert ended.code == 1
    told = " ".join(ended.out.split())
    assert re.search(r"sh:target of the shape ex:T is not compiled .* pySHACL has checked it", told)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("REGEX(?title, '(?!X)B')", 1),
        ("REGEX(?title, '((', 'i')", 3),
        ("REPLACE(?title, '(?=B)', 'C') != ?title", 1),
        ("REGEX(CONCAT(?title, ','), '^(B|C),$', 'i')", 1),
        ("REGEX(?title, 'C')", 0),
    ],
)
def test_expression_in_a_query_is_matched_or_refused(
    books: Callable[..., Run], call: str, code: int
) -> None:
    """For the store it would be an error, by which FILTER finds nothing: a false green."""
    query = f"SELECT $this WHERE {{ $this <https://example.org/title> ?title FILTER({call}) }}"
    shapes = f'ex:S a sh:NodeShape ; sh:targetClass ex:Book ; sh:sparql [ sh:select "{query}" ] .'
    assert books(GOOD, shapes=shapes).code == code


def test_flags_that_no_expression_has_end_with_3(books: Callable[..., Run]) -> None:
    shapes = (
        "ex:S a sh:NodeShape ; sh:targetClass ex:Book ; "
        'sh:property [ sh:path ex:title ; sh:pattern "B" ; sh:flags "z" ] .'
    )
    ended = books(GOOD, shapes=shapes)
    assert ended.code == 3
    assert '"z" ' in ended.err


def test_entailment_that_shapes_ask_for_ends_with_3(books: Callable[..., Run]) -> None:
    """SHACL 1.0, section 1.5: a processor that does not support it must signal a failure."""
    regime = "<http://www.w3.org/ns/entailment/RDFS>"
    ended = books(GOOD, shapes=f"{SHAPES} ex: sh:entailment {regime} .")
    assert (ended.code, ended.out) == (3, "")
    assert regime in ended.err


def test_what_shapes_import_or_infer_is_told(books: Callable[..., Run]) -> None:
    """Nothing is fetched, and no rule is carried out: a reader knows."""
    imports = "ex: <http://www.w3.org/2002/07/owl#imports> <urn:x:more> . ex:Titled sh:rule ex:R ."
    told = " ".join(books(GOOD, shapes=SHAPES + imports).out.split())
    assert "owl:imports <urn:x:more> of the shapes is not followed" in told
    assert "Rules (sh:rule) are not carried out" in told


@pytest.mark.parametrize("engine", ["clausegraph", "pyshacl"])
def test_target_node_that_no_file_mentions_is_judged(
    run: Callable[..., Run], write: Callable[[str, str], Path], engine: str
) -> None:
    """With a background, too, by either engine."""
    target = (
        "ex:S a sh:NodeShape ; sh:targetNode ex:none ; "
        "sh:property [ sh:path ex:title ; sh:minCount 1 ] ."
    )
    data, shapes = write("a.ttl", GOOD), write("shapes.ttl", target)
    background = write("background.ttl", "ex:c a ex:Thing .")
    options = ("--shapes", shapes, "--background", background, "--engine", engine)
    assert run(data, *options).code == 1


def test_target_that_selects_nothing_is_told(books: Callable[..., Run]) -> None:
    """Only pySHACL knows what sh:target selects, and does not say."""
    target = (
        "ex:T a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ; "
        'sh:select "SELECT ?this WHERE { ?this a <https://example.org/Bok> }" ] ; '
        "sh:property [ sh:path ex:title ; sh:minCount 1 ] ."
    )
    told = " ".join(books(BAD, shapes=target).out.split())
    assert "it selects none" in told
    assert "No shape is about anything" not in told


def test_excerpt_of_a_compressed_file_is_its_text(
    run: Callable[..., Run], write: Callable[[str, str], Path], tmp_path: Path
) -> None:
    packed = tmp_path / "books.ttl.gz"
    packed.write_bytes(gzip.compress(write("books.ttl", BAD).read_bytes()))
    ended = run(packed, "--shapes", write("shapes.ttl", SHAPES), "--no-background")
    assert f"{LINES + 1} | {BAD.rstrip()}" in ended.out


def test_baseline_of_a_check_of_nothing_is_not_written(
    books: Callable[..., Run], tmp_path: Path
) -> None:
    """The command says why."""
    known = tmp_path / "known.json"
    ended = books("", "--baseline", known, "--update-baseline")
    assert ended.code == 4
    assert not known.exists()
    assert "nothing to check" in ended.err


def test_empty_path_is_a_wrong_call(run: Callable[..., Run]) -> None:
    """As a variable of a shell that is not set gives one."""
    ended = run("", "--no-background")
    assert ended.code == 2
    assert "empty" in ended.err


def test_expression_that_explodes_ends_with_3(
    books: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only pySHACL knows look-ahead; it is stopped, and the shape is named (CWE-1333)."""
    monkeypatch.setattr("clausegraph.validate.checking._USUAL", 3.0)
    shapes = (
        "ex:S a sh:NodeShape ; sh:targetClass ex:Book ; sh:property ex:P . "
        'ex:P sh:path ex:title ; sh:pattern "^(?=x)?(a+)+$" .'
    )
    ended = books(f'ex:b a ex:Book ; ex:title "{"a" * 60}b" .', shapes=shapes)
    assert (ended.code, ended.out) == (3, "")
    assert re.search(r"sh:pattern.*ex.*P.*stopped after 3 seconds", ended.err)


def test_baseline_is_written_and_then_accepted(books: Callable[..., Run], tmp_path: Path) -> None:
    """Known findings pass, new ones fail, mended ones are told."""
    known = tmp_path / "known.json"
    assert books(BAD, "--baseline", known, "--update-baseline").code == 0
    assert books(BAD, "--baseline", known).code == 0
    assert books(BAD + BAD.replace("ex:b", "ex:c"), "--baseline", known).code == 1
    ended = books(GOOD, "--baseline", known)
    assert ended.code == 0
    assert "fixed" in ended.out


def test_baseline_that_is_missing_ends_with_3(books: Callable[..., Run], tmp_path: Path) -> None:
    ended = books(BAD, "--baseline", tmp_path / "none.json")
    assert (ended.code, ended.out) == (3, "")
    assert "none.json" in ended.err


@pytest.mark.parametrize(
    ("options", "environment", "is_colored"),
    [
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "never"], {}, False),
        ([], {}, False),
    ],
)
def test_color_is_for_terminals(
    books: Callable[..., Run],
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    environment: dict[str, str],
    is_colored: bool,
) -> None:
    """no-color.org: what a user asks for on the command line comes first."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in books(BAD, *options).out) == is_colored


def test_severities_of_the_command_are_all_severities() -> None:
    assert {each.name for each in command.Threshold} == {each.name for each in Severity}


def test_help_teaches_by_example(run: Callable[..., Run]) -> None:
    """Three calls, and what each exit code means."""
    text = run("--help").out
    assert len(re.findall(r"^ +clausegraph validate ", text, re.MULTILINE)) == 3
    assert [int(code) for code in re.findall(r"^ +([0-4])  \w", text, re.MULTILINE)] == [
        0,
        1,
        2,
        3,
        4,
    ]
    for option in ("--shapes", "--endpoint", "--baseline", "--changed-since", "--max-results"):
        assert option in text


def test_reader_that_goes_away_ends_the_program_as_the_signal_would(
    write: Callable[[str, str], Path],
) -> None:
    rules, data = write("shapes.ttl", SHAPES), write("books.ttl", BAD)
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [*COMMAND, str(data), "--shapes", str(rules), "--no-background"],
            stdout=writer,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (128 + signal.SIGPIPE, b"")


def _lines_until(process: subprocess.Popen[str], word: str) -> str:
    assert process.stderr is not None
    read = ""
    while word not in read:
        line = process.stderr.readline()
        if not line:
            break
        read += line
    return read


def test_watch_validates_again_and_survives_errors(write: Callable[[str, str], Path]) -> None:
    """Ctrl-C ends it with the last verdict."""
    rules, data = write("shapes.ttl", SHAPES), write("books.ttl", BAD)
    arguments = [*COMMAND, str(data), "--shapes", str(rules), "--no-background", "--watch"]
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            _lines_until(process, "Waiting for a change")
            for text in ("nonsense", GOOD):
                time.sleep(0.05)
                data.write_text(PREFIXES + text)
                told = _lines_until(process, "Waiting for a change")
                assert ("clausegraph: " in told) == (text == "nonsense")
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=20)
        finally:
            process.kill()
    assert process.returncode == 0
    assert "Give it a title." in out
    assert "0 violations" in out.splitlines()[-1]
    assert "\x1b[2J" not in out
    assert "Traceback" not in err


def test_what_takes_long_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    from clausegraph.cli.progress import Progress  # noqa: PLC0415

    told = Progress()
    told.say("Reading.")
    told.late()
    told.say("Checking.")
    assert capsys.readouterr().err == "Reading.\nChecking.\n"
