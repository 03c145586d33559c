"""A numbered text as files of the graph: clauses with evidence, joined to what is described."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from pyoxigraph import NamedNode, Store
from typer.testing import CliRunner, Result

from clausegraph import evidence
from clausegraph.build import build
from clausegraph.cli.import_text import text
from clausegraph.errors import ClausegraphError, InputError, UsageError
from clausegraph.importers.text import Import, Imported, import_text, plan
from clausegraph.importers.text.languages import guess
from clausegraph.turtle import parse_file
from clausegraph.validate import Request, Severity, validate
from clausegraph.vocabulary import ID, TITLE, cg

FRAMEWORK = "ai-safety-governance-framework-v1"
ACT = """MADE-UP ACT

Article 1
Subject matter

This act is about the rules for things, and of the makers of things.

Article 2
Duties
1. The makers shall keep a log.
2. The sellers shall
(a) mark the things; and
(b) keep the mark.
"""


@pytest.fixture
def act(tmp_path: Path) -> Path:
    """A text in a folder of its own."""
    path = tmp_path / "texts" / "act.txt"
    path.parent.mkdir()
    path.write_text(ACT, encoding="utf-8")
    return path


def imported(act: Path, output: Path, **more: object) -> Imported:
    """Import the text as the made-up act."""
    options = {"title": "Made-Up Act", "document": "made-up-act", **more}
    return import_text(Import(act, output=output, **options))  # type: ignore[arg-type]


def run(*arguments: str | Path) -> Result:
    """Run the command by itself."""
    app = typer.Typer()
    app.command()(text)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def graph(folder: Path) -> Store:
    """The graph that a build makes of a folder."""
    return build([folder]).store()


def severities(*folders: Path) -> set[Severity]:
    """How grave what the shapes find in files is."""
    report = validate(Request(paths=tuple(map(str, folders))))
    return {found.severity for found in report.findings}


def values(store: Store, subject: str, predicate: NamedNode) -> set[str]:
    """What a graph says of a thing."""
    found = store.quads_for_pattern(NamedNode(ID + subject), predicate, None, None)
    return {str(getattr(quad.object, "value", quad.object)) for quad in found}


def test_clause_has_number_place_parent_heading_source_and_document(
    act: Path, tmp_path: Path
) -> None:
    imported(act, tmp_path / "out")
    store = graph(tmp_path / "out")
    duty = "document/made-up-act/clause/article-2-2"
    assert values(store, duty, cg("number")) == {"Article 2(2)"}
    assert values(store, duty, cg("position")) == {"2"}
    assert values(store, duty, cg("parentClause")) == {ID + "document/made-up-act/clause/article-2"}
    assert values(store, duty, cg("clauseOf")) == {ID + "document/made-up-act"}
    assert values(store, "document/made-up-act/clause/article-2", TITLE) == {"Duties"}
    assert values(store, "document/made-up-act", TITLE) == {"Made-Up Act"}


def test_evidence_of_each_clause_is_found_again_in_the_file(act: Path, tmp_path: Path) -> None:
    """Positions and digests as `clausegraph evidence check` knows them."""
    result = imported(act, tmp_path / "out")
    quads = parse_file(result.plan.path).quads
    found = evidence.check(quads, act.parent)
    assert [finding.status for finding in found] == ["ok"] * 6


def test_words_of_the_text_stay_out(act: Path, tmp_path: Path) -> None:
    imported(act, tmp_path / "out")
    written = "".join(path.read_text() for path in (tmp_path / "out").rglob("*.ttl"))
    assert "keep a log" not in written


def test_words_go_to_a_file_apart_when_asked_for_and_away_when_not(
    act: Path, tmp_path: Path
) -> None:
    first = imported(act, tmp_path / "out", with_text=True)
    apart = first.folder / "act-text.ttl"
    assert first.changes.written == ("act-text.ttl", "act.ttl")
    assert "keep a log" not in first.plan.path.read_text()
    words = values(graph(tmp_path / "out"), "document/made-up-act/clause/article-2-1", cg("text"))
    assert words == {"1. The makers shall keep a log."}
    assert "published" in apart.read_text()
    assert imported(act, tmp_path / "out").changes.removed == ("act-text.ttl",)


def test_second_import_changes_nothing_and_gives_the_same_bytes(act: Path, tmp_path: Path) -> None:
    first = imported(act, tmp_path / "out").plan.path.read_bytes()
    again = imported(act, tmp_path / "out")
    assert again.changes.written == again.changes.removed == ()
    assert imported(act, tmp_path / "other").plan.path.read_bytes() == first


def test_changed_text_replaces_what_was_imported(act: Path, tmp_path: Path) -> None:
    imported(act, tmp_path / "out")
    act.write_text(ACT.replace("Article 2", "Article 3"), encoding="utf-8")
    changed = imported(act, tmp_path / "out")
    assert changed.changes.written == ("act.ttl",)
    assert "article-2" not in changed.plan.path.read_text()


def test_result_breaks_no_shape(act: Path, tmp_path: Path) -> None:
    """Of a document of which only its text is known, there are Warnings alone."""
    result = run(act, "--document", "made-up-act", "--title", "Made-Up Act", "-o", tmp_path / "out")
    assert result.exit_code == 0
    assert severities(tmp_path / "out") == {Severity.WARNING}


def test_file_that_another_wrote_is_left_alone(act: Path, tmp_path: Path) -> None:
    mine = tmp_path / "out" / "made-up-act" / "act.ttl"
    mine.parent.mkdir(parents=True)
    mine.write_text("# mine\n")
    with pytest.raises(InputError, match="not written by this import"):
        imported(act, tmp_path / "out")
    assert mine.read_text() == "# mine\n"


def test_document_that_nothing_describes_needs_a_title(act: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--title"):
        imported(act, tmp_path / "out", title=None)
    assert not (tmp_path / "out").exists()


def test_document_that_the_folder_describes_needs_none(act: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.ttl").write_text(
        "@prefix cg: <https://w3id.org/clausegraph/ontology#> .\n"
        "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
        "<https://w3id.org/clausegraph/id/document/made-up-act> a cg:Document ;\n"
        '    dcterms:title "An act, made up"@en .\n'
    )
    imported(act, tmp_path / "out", title=None)
    titles = values(graph(tmp_path / "out"), "document/made-up-act", TITLE)
    assert titles == {"An act, made up"}


BAD_FILES = {
    "empty": (b"", 1, "is empty"),
    "blank": (b"\xef\xbb\xbf \n\n", 1, "is empty"),
    "no numbers": (b"Hello.\nWorld.\n", None, "No numbered clause"),
    "Latin-1": (b"5.1 Foo\n5.2 B\xe4r\n", 2, r"not UTF-8.*Latin-1.*0xE4 is 'ä'"),
    "GBK": ("5.1 Foo\n第一条 总则\n".encode("gbk"), 2, "not UTF-8.*GB18030"),
    "cut in a character": ("第一条 总则".encode()[:-1], 1, "ends in the middle of a character"),
    "UTF-16": ("5.1 Foo".encode("utf-16"), 1, "is UTF-16"),
    "NUL": (b"5.1 Foo\n\0", 2, "NUL"),
    "PDF": (b"%PDF-1.7\n5.1 Foo", None, "a PDF"),
    "docx": (b"PK\x03\x04word", None, "zip archive"),
    "page": (b"<!DOCTYPE html><p>5.1 Foo", None, "web page"),
}


@pytest.mark.parametrize(("data", "line", "message"), BAD_FILES.values(), ids=BAD_FILES.keys())
def test_file_that_is_no_numbered_text_is_refused(
    tmp_path: Path, data: bytes, line: int | None, message: str
) -> None:
    """One line with the file, the line where there is one, and what to do."""
    path = tmp_path / "bad.txt"
    path.write_bytes(data)
    with pytest.raises(InputError, match=message) as caught:
        imported(path, tmp_path / "out")
    assert (caught.value.file, caught.value.line) == (path, line)
    assert caught.value.remedy
    assert not (tmp_path / "out").exists()


def test_missing_file_and_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        imported(tmp_path / "none.txt", tmp_path / "out")
    with pytest.raises(InputError, match="no file"):
        imported(tmp_path, tmp_path / "out")


BAD_CALLS = {
    "foreign document": ({"document": "https://example.org/act"}, "cannot name a document"),
    "no slug": ({"document": "Made Up"}, "neither an IRI"),
    "clause for a document": ({"document": ID + "document/a/clause/1"}, "cannot name a document"),
    "bad source": ({"source": "My Source"}, "cannot name a source"),
    "bad language": ({"language": "x y"}, "no language tag"),
    "bad address": ({"url": "ftp:x y"}, "no web address"),
    "source that is another file": ({"source": "agora-of-mine"}, "is another file"),
}


@pytest.mark.parametrize(("options", "message"), BAD_CALLS.values(), ids=BAD_CALLS.keys())
def test_bad_call_is_told_with_what_to_do(
    act: Path, tmp_path: Path, options: dict[str, object], message: str
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "sources.ttl").write_text(
        "@prefix cg: <https://w3id.org/clausegraph/ontology#> .\n"
        "<https://w3id.org/clausegraph/id/source/agora-of-mine> a cg:Source ;\n"
        f'    <https://schema.org/sha256> "{"0" * 64}" .\n'
    )
    with pytest.raises(UsageError, match=message) as caught:
        imported(act, tmp_path / "out", **options)
    assert caught.value.remedy


def test_file_with_the_name_of_a_source_of_ours_is_not_taken_for_it(
    act: Path, tmp_path: Path
) -> None:
    """AGORA is described without a digest, so that nothing says that this is its file."""
    same = act.rename(act.with_name("agora.txt"))
    with pytest.raises(UsageError, match=r"sources:agora is described already.*--source agora"):
        imported(same, tmp_path / "out")
    assert imported(same, tmp_path / "out", source="agora-act").plan.source == "agora-act"


@pytest.mark.parametrize("name", [f"{ID}document/made-up-act", "/id/document/made-up-act"])
def test_document_is_named_by_its_iri_too(act: Path, tmp_path: Path, name: str) -> None:
    assert imported(act, tmp_path / "out", document=name).plan.document == "made-up-act"


def test_language_is_that_of_the_words(tmp_path: Path) -> None:
    assert guess("The makers of the things shall keep a log of what is in them.") == "en"
    assert guess("第一条 为了促进发展，制定本办法。") == "zh"
    assert guess("Die Hersteller der Dinge und die Händler führen das Buch für den Markt.") == "de"
    assert guess("5.1 Lorem\n5.2 Ipsum dolor sit amet") is None
    path = tmp_path / "x.txt"
    path.write_text("5.1 Lorem\n5.2 Ipsum dolor sit amet")
    with pytest.raises(UsageError, match="--language"):
        import_text(Import(path, "made-up-act", tmp_path / "out", title="Act"))
    assert not (tmp_path / "out").exists()
    assert plan(Import(path, "made-up-act", language="la")).language == "la"


def test_dry_run_shows_the_outline_and_writes_nothing(act: Path, tmp_path: Path) -> None:
    done = run(act, "--document", "made-up-act", "--output", tmp_path / "out", "--dry-run")
    assert done.exit_code == 0
    shown = [line.split() for line in done.stdout.splitlines()]
    assert shown[0] == ["Article", "1", "Subject", "matter", "line", "3"]
    assert shown[2] == ["Article", "2(1)", "line", "10"]
    assert done.stdout.endswith("6 clauses on 3 levels, 2 with a heading. Nothing was written.\n")
    assert "language: en" in done.stderr
    assert not (tmp_path / "out").exists()


def test_dry_run_shows_the_outline_before_language_and_title_are_known(tmp_path: Path) -> None:
    """It says what the import will ask for; few words need not keep anybody from a look."""
    path = tmp_path / "x.txt"
    path.write_text("5.1 Lorem\n5.2 Ipsum dolor sit amet", encoding="utf-8")
    done = run(path, "--document", "made-up-act", "--dry-run")
    assert done.exit_code == 0
    assert "2 clauses on 1 level" in done.stdout
    assert "language: not plain by its words; the import asks for --language" in done.stderr
    assert "nothing describes made-up-act as yet; the import asks for --title" in done.stderr
    done = run(path, "--document", "made-up-act", "--dry-run", "--json")
    assert json.loads(done.stdout)["language"] is None


def test_outline_is_had_as_json(act: Path, tmp_path: Path) -> None:
    done = run(act, "--document", "made-up-act", "-o", tmp_path / "out", "--dry-run", "--json")
    told = json.loads(done.stdout)
    assert [clause["name"] for clause in told["clauses"]][-1] == "article-2-2-b"
    assert told["written"] == []
    start, end = (told["clauses"][-1][edge] for edge in ("start", "end"))
    assert ACT[start:end] == "(b) keep the mark."


def test_error_of_the_command_is_one_of_ours(tmp_path: Path) -> None:
    done = run(tmp_path / "none.txt", "--document", "made-up-act", "-o", tmp_path / "out")
    assert isinstance(done.exception, ClausegraphError)


@pytest.fixture
def section(shared: Path) -> Path:
    """The English text of section 5 of the framework, as it was lent."""
    return next((shared / "sources").glob("002_*.txt"))


def test_real_text_has_the_ten_clauses_that_were_read_by_hand(
    section: Path, root: Path, tmp_path: Path
) -> None:
    """Number, place, start in the file and heading are those of the shipped graph."""
    made = plan(Import(section, FRAMEWORK, output=tmp_path))
    shipped = root / "data" / "documents" / FRAMEWORK / "ai-governance-compass-999785.ttl"
    authored = Store()
    authored.extend(parse_file(shipped).quads)
    assert made.source == "ai-governance-compass-999785"
    assert [entry.number for entry in made.outline.entries] == [f"5.{n}" for n in range(1, 11)]
    for entry in made.outline.entries:
        clause = f"document/{FRAMEWORK}/clause/{entry.slug}"
        assert values(authored, clause, cg("position")) == {str(entry.position)}
        other = NamedNode("http://purl.org/dc/terms/alternative")
        assert values(authored, clause, other) == {made.titles[entry.slug]}
        (passage,) = values(authored, clause, cg("evidence"))
        assert passage.rsplit("-", 2)[1] == str(entry.start)


def test_real_text_joins_the_document_that_ships(section: Path, root: Path, tmp_path: Path) -> None:
    """No clause gets a second title, number, place or parent; shapes hold for both together."""
    made = import_text(Import(section, FRAMEWORK, output=tmp_path / "out"))
    assert "14 clauses already: 10 of these are among them" in " ".join(made.plan.notes())
    folder = root / "data" / "documents" / FRAMEWORK
    assert Severity.VIOLATION not in severities(folder, tmp_path / "out")
