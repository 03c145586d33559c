"""The report: order, counts, when it passes, and its text for people."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from clausegraph.positions.places import Place
from clausegraph.shacl.results import Path as PropertyPath
from clausegraph.validate.report import Note
from clausegraph.validate.severity import Severity
from clausegraph.validate.wording import Names, escaped, escaped_turtle, safe
from clausegraph.validate.writers import Style, text
from clausegraph.validate.writers.excerpts import columns
from findings import (
    EX,
    HOSTILE,
    NAMES,
    SHOWN_NOWHERE,
    XSD,
    ex,
    finding,
    inverse,
    path,
    report,
    result,
)


def lines(*args: object, **parts: object) -> list[str]:
    """The lines of a report for people."""
    style = parts.pop("style", Style())
    whole = "".join(text(report(*args, **parts), style))  # type: ignore[arg-type]
    return whole.splitlines()


def test_findings_are_in_order_of_file_line_column_and_severity_those_of_no_file_last() -> None:
    """The order in which an author reads the files; lines are numbers, not texts."""
    listed = [
        finding(result(), None, None),
        finding(result(severity="Info"), "b.ttl", 2, 3),
        finding(result(), "b.ttl", 2, 3),
        finding(result(), "b.ttl", 10),
        finding(result(), "b.ttl", 2, 1),
        finding(result(), "a.ttl", 99),
        finding(result(), "a.ttl", None),
    ]
    ordered = [
        (str(one.file), one.place and (one.place.line, one.place.column), one.severity.word)
        for one in report(*listed).findings
    ]
    assert ordered == [
        ("a.ttl", None, "violation"),
        ("a.ttl", (99, 1), "violation"),
        ("b.ttl", (2, 1), "violation"),
        ("b.ttl", (2, 3), "violation"),
        ("b.ttl", (2, 3), "info"),
        ("b.ttl", (10, 1), "violation"),
        ("None", None, "violation"),
    ]


def test_a_severity_that_is_none_of_shacl_counts_as_a_violation() -> None:
    """SHACL 1.0, section 2.1.4 lets shapes have severities of their own."""
    assert Severity.of(ex("Catastrophe")) is Severity.VIOLATION
    assert [Severity.of(severity.term) for severity in Severity] == list(Severity)


@pytest.mark.parametrize(
    ("severity", "threshold", "passes"),
    [
        ("Violation", Severity.VIOLATION, False),
        ("Warning", Severity.VIOLATION, True),
        ("Warning", Severity.WARNING, False),
        ("Info", Severity.WARNING, True),
        ("Info", Severity.INFO, False),
    ],
)
def test_a_report_passes_if_nothing_reaches_the_threshold_but_conforms_only_if_empty(
    severity: str, threshold: Severity, passes: bool
) -> None:
    """SHACL 1.0, section 3.6.1.1: a Warning already makes sh:conforms false."""
    made = report(finding(result(severity=severity)), threshold=threshold)
    assert made.passes() is passes
    assert not made.conforms
    assert report().passes()
    assert report().conforms


def test_known_findings_do_not_count_against_the_threshold_but_against_conformance() -> None:
    """sh:conforms keeps to the standard, which knows no baseline."""
    made = report(replace(finding(result()), known=True))
    assert made.passes()
    assert not made.conforms
    assert (made.count(Severity.VIOLATION), made.known) == (0, 1)


def test_summary_has_counts_files_focus_nodes_shapes_and_seconds() -> None:
    """One line that says what was checked, so that a green light means something."""
    made = report(
        finding(result(), "a.ttl"),
        finding(result(), "b.ttl"),
        finding(result(severity="Warning"), "b.ttl"),
        focus_nodes=1234,
        shapes=2,
        seconds=0.128,
    )
    assert made.summary() == (
        "2 violations, 1 warning in 2 files; "
        "1,234 focus nodes checked against 2 shapes in 2 files, 0.13 s."
    )
    assert "1 info" in report(finding(result(severity="Info"))).summary()
    assert "stopped after 1 result)" in report(finding(result()), stopped_at=1).summary()


def test_a_finding_has_place_node_message_value_excerpt_hint_and_shape(tmp_path: Path) -> None:
    """Everything an author needs is in one block, and the mark is under the token."""
    file = tmp_path / "people.ttl"
    file.write_text('\ufeffex:ann a ex:Person ;\n\tex:name "Annn" .\n', encoding="utf-8")
    made = replace(
        finding(result(along=path("name"), value=Literal("Annn"), kind="in"), file),
        place=Place(2, 10, 2, 16),
        hint='did you mean "Ann"?',
    )
    assert lines(made)[:8] == [
        str(file),
        "  2:10  violation  ex:ann  ex:name",
        "      Name the person.",
        '      found "Annn"',
        '      2 |     ex:name "Annn" .',
        "        |             ^^^^^^",
        '      hint: did you mean "Ann"?',
        "      by ex:PersonShape-name (sh:in)",
    ]


def test_files_below_the_working_folder_are_named_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a terminal can open with a click."""
    monkeypatch.chdir(tmp_path)
    assert lines(finding(result(), tmp_path / "data" / "x.ttl"))[0] == "data/x.ttl"
    assert lines(finding(result(), Path("-")))[0] == "standard input"
    assert lines(finding(result(), None, None))[0] == "Not in a judged file"
    remote = lines(finding(result(), None, None), origin="http://127.0.0.1/sparql")
    assert remote[0] == "http://127.0.0.1/sparql"


def test_lines_of_standard_input_come_from_whoever_read_it() -> None:
    """Standard input cannot be read twice."""
    style = Style(opened=lambda _: io.StringIO("one two three\n"))
    shown = lines(finding(result(), Path("-"), 1, 5), style=style)
    assert shown[3:5] == ["      1 | one two three", "        |     ^^^^^"]


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_longer_than_the_terminal(tmp_path: Path, width: int) -> None:
    """Long messages are wrapped, long lines of a file cut around the fault."""
    file = tmp_path / "long.ttl"
    line = "ex:a " * 100 + '"日本語"' + " , ex:b" * 100
    file.write_text(line, encoding="utf-8")
    column = line.index('"') + 1
    made = replace(
        finding(result(along=path("name"), says="Name it well, and briefly. " * 10), file),
        place=Place(1, column, 1, column + 5),
    )
    shown = lines(made, style=Style(width=width))
    body = [line for line in shown if not line.startswith(str(file))]
    assert max(map(columns, body)) <= width
    source, marks = (line.partition("| ")[2] for line in shown if "| " in line)
    assert source[0] == source[-1] == "…"
    assert columns(marks) - marks.count("^") == columns(source[: source.index('"')])
    assert marks.count("^") == columns('"日本語"') == 8


def test_a_place_past_the_end_or_over_many_lines_is_marked_as_far_as_it_goes(
    tmp_path: Path,
) -> None:
    """Files may change while they are judged; a statement may go over many lines."""
    file = tmp_path / "short.ttl"
    file.write_text("ex:a\nex:b ex:c\n  ex:d .\n", encoding="utf-8")
    over = replace(finding(result(), file), place=Place(2, 6, 3, 7))
    assert lines(over)[4] == "        |      ^^^^"
    beyond = replace(finding(result(), file), place=Place(2, 60, 2, 70))
    assert lines(beyond)[4].endswith("^")
    assert not any("|" in line for line in lines(finding(result(), file, 50)))
    assert not any("|" in line for line in lines(finding(result(), tmp_path / "gone.ttl")))


def test_a_line_is_shown_once_for_findings_at_the_same_place(tmp_path: Path) -> None:
    """What a description lacks is said of its first line, again and again."""
    file = tmp_path / "people.ttl"
    file.write_text("ex:ann a ex:Person .\n", encoding="utf-8")
    same = [finding(result(shape=ex(f"S{number}")), file) for number in range(3)]
    shown = lines(*same, finding(result(), file, 1, 8))
    assert sum("| ex:ann a" in line for line in shown) == 2
    assert sum("  violation  " in line for line in shown) == 4


def test_nothing_in_the_data_rules_the_terminal(tmp_path: Path) -> None:
    """A literal, a message, a path and a line of a file may hold what moves a cursor."""
    file = tmp_path / "evil\x1b[31m.ttl"
    file.write_text(f"ex:a {HOSTILE} .", encoding="utf-8")
    evil = result(
        NamedNode("http://example.org/\u202ea"), path("name"), Literal(HOSTILE), says=HOSTILE
    )
    made = replace(finding(evil, file), hint=HOSTILE)
    for everything in (False, True):
        style = Style(everything=everything)
        whole = "".join(text(report(made, notes=(Note(HOSTILE, file),), origin=HOSTILE), style))
        assert not [mark for mark in SHOWN_NOWHERE if mark in whole]
        assert "::error::" not in whole.splitlines()


def test_colour_only_if_asked_for() -> None:
    """A file or a pipe gets no escape sequences."""
    made = finding(result())
    assert not any("\x1b" in line for line in lines(made))
    coloured = lines(made, style=Style(colour=True))
    assert any("\x1b[1;31mviolation\x1b[0m" in line for line in coloured)
    plain = "\n".join(lines(made))
    for code in ("\x1b[1;31m", "\x1b[32m", "\x1b[1m", "\x1b[2m", "\x1b[0m"):
        coloured = [line.replace(code, "") for line in coloured]
    assert "\n".join(coloured) == plain


def test_repeated_warnings_are_abridged_violations_never() -> None:
    """A debt is listed by its number, unless all of it is asked for."""
    warned = [finding(result(severity="Warning"), line=number) for number in range(1, 9)]
    broken = [finding(result(), line=number) for number in range(11, 19)]
    shown = lines(*warned, *broken)
    assert sum("  warning  " in line for line in shown) == 5
    assert sum("  violation  " in line for line in shown) == 8
    assert "and 3 more warnings by ex:PersonShape-name; --all lists them." in shown
    everything = lines(*warned, *broken, style=Style(everything=True))
    assert sum("  warning  " in line for line in everything) == 8


def test_known_findings_are_shown_only_if_all_is_asked_for() -> None:
    """What is accepted is counted."""
    made = replace(finding(result()), known=True)
    assert not any("violation  ex:ann" in line for line in lines(made))
    assert "1 known" in lines(made)[-1]
    assert any("violation (known)  ex:ann" in x for x in lines(made, style=Style(everything=True)))


def test_details_are_indented_below_their_result() -> None:
    """sh:detail (SHACL 1.0, section 3.6.2.7) of details, too."""
    inner = result(ex("c"), path("age"), says="innermost")
    middle = result(ex("b"), path("name"), says="middle", details=(inner,))
    shown = lines(finding(result(kind="node", details=(middle,))))
    assert shown[3:7] == [
        "      - ex:b  ex:name",
        "        middle",
        "        - ex:c  ex:age",
        "          innermost",
    ]


def test_notes_and_unchecked_files_come_before_the_summary() -> None:
    """What was not looked at is said, with its file."""
    unchecked = tuple(Path(f"{number}.ttl") for number in range(7))
    shown = lines(
        notes=(
            Note("owl:imports is not followed.", Path("a.ttl"), 3),
            Note("refused", is_grave=True),
        ),
        unchecked=unchecked,
    )
    assert shown[0] == "a.ttl:3: note: owl:imports is not followed."
    assert shown[1] == "warning: refused"
    assert shown[2] == "0.ttl: note: No shape is about anything in this file."
    assert shown[7] == "note: Nor about anything in 2 more files; --all lists them."


@pytest.mark.parametrize(
    ("term", "shown"),
    [
        (ex("a"), "ex:a"),
        (ex("a/b"), "<http://example.org/a/b>"),
        (ex(""), "<http://example.org/>"),
        (ex("a."), "<http://example.org/a.>"),
        (NamedNode("https://w3id.org/clausegraph/ontology#Clause"), "cg:Clause"),
        (NamedNode("https://w3id.org/clausegraph/id/document/x"), "<document/x>"),
        (NamedNode("https://w3id.org/clausegraph/id/concept/sector/x"), "sector:x"),
        (NamedNode("urn:odd:x"), "odd:x"),
        (Literal("a\n\x1b"), '"a\\n\\u001b"'),
        (Literal("a", language="en"), '"a"@en'),
        (Literal("1.50", datatype=NamedNode(XSD + "decimal")), "1.50"),
        (Literal("abc", datatype=NamedNode(XSD + "integer")), '"abc"^^xsd:integer'),
        (Literal("x" * 100), f'"{"x" * 59}…"'),
        (BlankNode("f0b1"), "a blank node"),
    ],
)
def test_terms_are_named_as_the_files_do(term: NamedNode | Literal | BlankNode, shown: str) -> None:
    """Prefixes of the files come first, then the registry's."""
    names = Names({**NAMES.declared, "odd": "urn:odd:"})
    assert names.term(term) == shown


def test_a_prefix_of_a_file_that_means_another_namespace_is_not_the_registrys() -> None:
    """`schema:` is https://schema.org/ in the registry, and http://schema.org/ in many files."""
    names = Names({"schema": "http://schema.org/"})
    assert names.iri("http://schema.org/name") == "schema:name"
    assert names.iri("https://schema.org/name") == "<https://schema.org/name>"


def test_iris_in_messages_are_shortened_but_not_parts_of_longer_ones() -> None:
    """The placeholders of a message are filled with whole IRIs."""
    said = f"See <{EX}a>, {EX}a, {EX}a. And {EX}ab, {EX}a/b, {EX}a.html"
    assert NAMES.within(said, ex("a")) == (f"See ex:a, ex:a, ex:a. And {EX}ab, {EX}a/b, {EX}a.html")


def test_paths_are_written_as_sparql_does_without_outer_parentheses() -> None:
    """As short as an author would write them."""
    assert NAMES.path(inverse("parent")) == "^ex:parent"
    both = PropertyPath(f"((^<{EX}a>)/(<{EX}b>*))", BlankNode("p"))
    assert NAMES.path(both) == "(^ex:a)/(ex:b*)"
    two = PropertyPath(f"(<{EX}a>*)/(<{EX}b>*)", BlankNode("p"))
    assert NAMES.path(two) == "(ex:a*)/(ex:b*)"


def test_control_characters_are_spelt_out_and_escapes_keep_the_data() -> None:
    """For people they are spelt out; in JSON and Turtle they are escaped."""
    assert safe("a\tb\x1b\u202e") == "a\\tb\\x1b\\u202e"
    assert escaped('"\u202e\x9b\U000e0041"\n') == '"\\u202e\\u009b\\udb40\\udc41"\n'
    assert escaped_turtle('"\u202e\x9b\U000e0041"\n') == '"\\u202e\\u009b\\U000e0041"\n'
