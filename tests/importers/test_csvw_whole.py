"""`import csv` as a whole: provenance, one file that is whole or not there, the command."""

from __future__ import annotations

import hashlib
import json
import resource
import signal
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode

from clausegraph.build import build
from clausegraph.errors import InputError
from clausegraph.importers.csvw import conversion, importing
from clausegraph.importers.csvw.importing import import_csv
from clausegraph.turtle import parse_file
from importers.csvw_tables import CG, CONTEXT, EX, ID, column, mapping, run, virtual, write

TABLE = (
    "Framework,No.,Heading,Risks,Remark\n"
    "Acme Policy,1,Purpose,,\n"
    'Acme Policy,2,"Personal data",2.1; 2.2,short\n'
)
ABOUT = "document/{framework}/classification/{number}-{risk}"


def classified() -> dict[str, Any]:
    """A mapping that makes classified clauses."""
    columns = [
        {"titles": "Framework", "name": "framework", "required": True, "lang": "en",
         "aboutUrl": "document/{framework}", "propertyUrl": "dc:title"},
        {"titles": "No.", "name": "number", "datatype": "integer", "propertyUrl": CG + "position"},
        {"titles": "Heading", "lang": "en", "propertyUrl": "dc:title"},
        {"titles": "Risks", "name": "risk", "separator": ";", "datatype": "token",
         "aboutUrl": ABOUT, "propertyUrl": CG + "concept",
         "valueUrl": "concept/mit-risk-domain/{risk}"},
        virtual("a", aboutUrl="document/{framework}", propertyUrl="rdf:type", valueUrl=CG + "Document"),
        virtual("b", propertyUrl="rdf:type", valueUrl=CG + "Clause"),
        virtual("c", propertyUrl=CG + "clauseOf", valueUrl="document/{framework}"),
        virtual("d", aboutUrl=ABOUT, propertyUrl="rdf:type", valueUrl=CG + "Classification"),
        virtual("e", aboutUrl=ABOUT, propertyUrl=CG + "classifies",
                valueUrl="document/{framework}/clause/{number}"),
    ]  # fmt: skip
    return {
        "@context": [CONTEXT, {"@base": ID}],
        "url": "table.csv",
        "dc:title": "Risks in policies",
        "dc:creator": {"@id": "https://orcid.org/0000-0002-1825-0097", "schema:name": "Ada"},
        "dc:license": {"@id": "https://creativecommons.org/licenses/by/4.0/"},
        "dc:date": "2026-02",
        "tableSchema": {"aboutUrl": "document/{framework}/clause/{number}", "columns": columns},
    }


def facts(path: Path, subject: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for quad in parse_file(path).quads:
        if quad.subject == NamedNode(subject):
            name = quad.predicate.value.rpartition("/")[2].rpartition("#")[2]
            value = getattr(quad.object, "value", "")
            found.setdefault(name, set()).add(value.replace(ID, ""))
    return found


def made(folder: Path) -> Path:
    file = run(folder, TABLE, classified()).file
    assert file is not None
    return file


def test_statement_has_source_agent_activity_and_status(tmp_path: Path) -> None:
    """No classification without them (shapes, cg:Statement)."""
    found = facts(made(tmp_path), ID + "document/acme-policy/classification/2-2.1")
    assert found == {
        "type": {CG + "Classification"},
        "classifies": {"document/acme-policy/clause/2"},
        "concept": {"concept/mit-risk-domain/2.1"},
        "source": {"source/table"},
        "wasAttributedTo": {"https://orcid.org/0000-0002-1825-0097"},
        "wasGeneratedBy": {"activity/table"},
        "reviewStatus": {"concept/review-status/unreviewed"},
    }


def test_statement_keeps_what_the_mapping_says_of_it(tmp_path: Path) -> None:
    described = classified()
    described["tableSchema"]["columns"].append(
        virtual("f", aboutUrl=ABOUT, propertyUrl=CG + "reviewStatus",
                valueUrl="concept/review-status/preliminary")
    )  # fmt: skip
    file = run(tmp_path, TABLE, described).file
    assert file is not None
    found = facts(file, ID + "document/acme-policy/classification/2-2.1")
    assert found["reviewStatus"] == {"concept/review-status/preliminary"}


def test_source_is_the_file_with_its_digest_and_what_the_mapping_says(tmp_path: Path) -> None:
    found = facts(made(tmp_path), ID + "source/table")
    assert found["identifier"] == {"table.csv"}
    assert found["sha256"] == {hashlib.sha256((tmp_path / "table.csv").read_bytes()).hexdigest()}
    assert found["title"] == {"Risks in policies"}
    assert found["license"] == {"https://creativecommons.org/licenses/by/4.0/"}
    assert found["date"] == {"2026-02"}


def test_import_names_the_mapping_by_its_digest_and_what_it_left_out(tmp_path: Path) -> None:
    file = made(tmp_path)
    assert facts(file, ID + "activity/import-table")["used"] == {"source/table-mapping"}
    digest = hashlib.sha256((tmp_path / "table.json").read_bytes()).hexdigest()
    assert facts(file, ID + "source/table-mapping")["sha256"] == {digest}
    (about,) = facts(file, ID + "activity/import-table")["description"]
    assert "Not taken over: column 'Remark' of table.csv." in about


def test_graph_states_source_agent_and_activity(tmp_path: Path) -> None:
    graph = "https://w3id.org/clausegraph/graph/data/table"
    found = facts(made(tmp_path), graph)
    assert found["wasGeneratedBy"] == {"activity/import-table"}
    assert found["source"] == {"source/table"}
    assert graph in build([tmp_path / "out"]).graphs


def test_unnamed_maker_is_said_to_be_unnamed(tmp_path: Path) -> None:
    described = classified()
    described.pop("dc:creator")
    file = run(tmp_path, TABLE, described).file
    assert file is not None
    assert facts(file, ID + "actor/table-author")["title"] == {"Unnamed author of table"}


def test_counts_of_the_report_add_up(tmp_path: Path) -> None:
    result = run(tmp_path, TABLE, classified())
    report, (table,) = result.report, result.report.tables
    assert report.things == {"cg:Document": 1, "cg:Clause": 2, "cg:Classification": 2}
    assert all(c.filled + c.empty == table.rows for c in table.columns if not c.column.virtual)
    by_column = sum(count.statements for count in table.columns)
    assert result.file is not None
    written = len(parse_file(result.file).quads)
    assert written == report.triples == by_column + report.added + report.about


def test_same_table_gives_the_same_bytes_and_leaves_the_file_alone(tmp_path: Path) -> None:
    file = made(tmp_path)
    before = (file.read_bytes(), file.stat().st_mtime_ns)
    again = run(tmp_path, TABLE, classified())
    assert not again.changed
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before


def test_large_table_is_written_in_parts_that_say_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = set(parse_file(made(tmp_path)).quads)
    monkeypatch.setattr(importing, "_BATCH", 3)
    monkeypatch.setattr(conversion, "_RECENT", 3)
    assert set(parse_file(made(tmp_path)).quads) == whole


def test_imported_clauses_are_valid_and_answer_queries(tmp_path: Path) -> None:
    made(tmp_path)
    done = command("validate", tmp_path / "out", "--format", "json")
    assert done.returncode == 0, done.stdout
    query = (
        f"SELECT ?risk WHERE {{ <{ID}document/acme-policy/clause/2> <{CG}addressesRisk> ?risk }}"
    )
    store = build([tmp_path / "out"]).store()
    found = {row["risk"].value for row in store.query(query)}  # type: ignore[union-attr, index]
    assert found == {f"{ID}concept/mit-risk-domain/{code}" for code in ("2.1", "2.2")}


def test_fault_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    file = made(tmp_path)
    before = file.read_bytes()
    with pytest.raises(InputError):
        run(tmp_path, TABLE + "Acme Policy,3,More,9.9,\n", classified())
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["table.ttl"]


def test_file_of_somebody_else_is_not_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "out" / "table.ttl"
    target.parent.mkdir()
    target.write_text("# mine\n", encoding="utf-8")
    with pytest.raises(InputError, match="not written by this import"):
        run(tmp_path, TABLE, classified())
    assert target.read_text(encoding="utf-8") == "# mine\n"


def test_disk_that_is_full_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    path = write(tmp_path, TABLE, classified())

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))

    code = (
        "import sys\nfrom pathlib import Path\n"
        "from clausegraph.errors import InputError\n"
        "from clausegraph.importers.csvw.importing import import_csv\n"
        "try: import_csv(Path(sys.argv[1]), output=Path(sys.argv[2]))\n"
        "except InputError as error: sys.exit(str(error))\n"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", code, path, tmp_path / "out"],
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"{tmp_path / 'out' / 'table.ttl'}: The file cannot be written" in done.stderr
    assert "nothing was changed" in done.stderr
    assert not (tmp_path / "out").exists()


def test_interrupt_leaves_nothing_behind(tmp_path: Path) -> None:
    rows = "".join(f"Acme Policy,{number},Heading,2.1,\n" for number in range(1, 60_000))
    path = write(tmp_path, TABLE.splitlines(keepends=True)[0] + rows, classified())
    arguments = ["import", "csv", "--mapping", path, "--output", tmp_path / "out"]
    process = subprocess.Popen(
        [sys.executable, "-m", "clausegraph", *map(str, arguments)], stderr=subprocess.PIPE
    )
    try:
        while process.poll() is None and not list((tmp_path / "out").glob(".import-*/.table*")):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 128 + signal.SIGINT
    assert b"Traceback" not in said
    assert not (tmp_path / "out").exists()


def test_memory_does_not_grow_with_the_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_BATCH", 200)
    monkeypatch.setattr(conversion, "_RECENT", 200)

    def peak(rows: int) -> int:
        table = "a,b\n" + "".join(f"{row},{row * 7919}\n" for row in range(rows))
        described = mapping(column("a"), column("b"), aboutUrl=EX + "{a}", primaryKey="a")
        path = write(tmp_path, table, described)
        tracemalloc.start()
        import_csv(path, output=tmp_path / f"{rows}")
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    peak(1500)  # fills the caches, which have a size of their own
    # What a row makes takes some 500 bytes; what waits for the garbage collection, some 60 a row.
    assert peak(1500) - peak(150) < 150 * (1500 - 150)


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "clausegraph", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_command_says_what_became_of_each_column(tmp_path: Path) -> None:
    path = write(tmp_path, TABLE, classified())
    done = command("import", "csv", "--mapping", path, "--output", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "table.csv: 2 rows" in done.stdout
    assert "Risks           1      1       2        2  cg:concept" in done.stdout
    assert f"Wrote {tmp_path / 'out' / 'table.ttl'}." in done.stdout
    assert "does not describe, left out: Remark" in done.stderr


def test_check_writes_nothing_and_shows_what_the_first_row_says(tmp_path: Path) -> None:
    path = write(tmp_path, TABLE, classified())
    done = command("import", "csv", tmp_path / "table.csv", "--mapping", path, "--check")
    assert done.returncode == 0, done.stderr
    assert "Nothing was written" in done.stdout
    assert "<document/acme-policy/clause/1> a cg:Clause ;" in done.stdout
    assert {each.name for each in tmp_path.iterdir()} == {"table.csv", "table.json"}


def test_report_as_json_holds_the_counts(tmp_path: Path) -> None:
    path = write(tmp_path, TABLE, classified())
    done = command("import", "csv", "--mapping", path, "--check", "--json")
    report = json.loads(done.stdout)
    assert report["things"] == {"cg:Classification": 2, "cg:Clause": 2, "cg:Document": 1}
    assert report["tables"][0]["notDescribed"] == ["Remark"]


def test_wrong_cells_are_one_line_each_and_exit_code_3(tmp_path: Path) -> None:
    path = write(tmp_path, TABLE.replace("2.1", "9.1").replace(",1,", ",x,"), classified())
    done = command("import", "csv", "--mapping", path, "--output", tmp_path / "out")
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.count("\n") == 2
    assert f"clausegraph: {tmp_path / 'table.csv'}:2:2: Column 'No.'" in done.stderr


def test_without_mapping_the_call_is_wrong(tmp_path: Path) -> None:
    assert command("import", "csv", tmp_path / "table.csv").returncode == 2
