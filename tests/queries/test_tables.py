"""Every saved query gives its expected table: by the file, by the command and over HTTP."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from pyoxigraph import Store

from clausegraph import cli, questions
from clausegraph.build import Build
from clausegraph.library import Graph

TABLES = Path(__file__).parent
QUERIES = questions.load_all()
EVERY = pytest.mark.parametrize("name", QUERIES)


def required(name: str) -> dict[str, str]:
    """The example of each parameter that must be given; the expected table is for these."""
    given = {key: item.example for key, item in QUERIES[name].parameters.items() if item.required}
    return {key: value for key, value in given.items() if value is not None}


def expected(name: str) -> list[list[str]]:
    text = (TABLES / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.reader(io.StringIO(text)))


def table(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode())))


@pytest.fixture(scope="module")
def graph(store: Store, built: Build) -> Graph:
    return Graph(store, built.release)


def test_every_query_has_an_expected_table_and_every_table_a_query() -> None:
    """A published query returns what its page says, so none is published without its table."""
    tables = {path.relative_to(TABLES).with_suffix("").as_posix() for path in TABLES.rglob("*.csv")}
    assert tables == set(QUERIES)


def test_all_25_questions_have_a_query() -> None:
    """The questions that the graph must answer are numbered from 1 to 25."""
    assert {query.number for query in QUERIES.values()} - {None} == set(range(1, 26))


@EVERY
def test_query_by_its_file_gives_the_expected_table(name: str, graph: Graph) -> None:
    """The whole table, in order; a query without rows has a table of its columns alone."""
    assert table(graph.query(name, **required(name)).serialize("csv")) == expected(name)


@EVERY
def test_query_by_the_command_gives_the_expected_table(
    name: str, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """`clausegraph query NAME --param x=y --format csv`, in this process."""
    options = [text for item in required(name).items() for text in ("--param", "=".join(item))]
    monkeypatch.setattr(sys, "argv", ["clausegraph", "query", name, *options, "--format", "csv"])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code == 0
    assert table(capsysbinary.readouterr().out) == expected(name)


@pytest.mark.parametrize("name", ["documents/overview", "concepts/by-code"])
def test_query_by_the_command_in_a_process_of_its_own(name: str, tmp_path: Path) -> None:
    """As a user runs it, from a folder that is not the checkout."""
    options = [text for item in required(name).items() for text in ("--param", "=".join(item))]
    command = [sys.executable, "-m", "clausegraph", "query", name, *options, "--format", "csv"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    assert table(done.stdout) == expected(name)


@EVERY
def test_query_over_http_gives_the_expected_table(name: str, server: str) -> None:
    """The text is sent as it is; where something must be given, VALUES inside it binds the term."""
    bound = QUERIES[name].bind(required(name))
    values = "".join(f" VALUES ?{variable} {{ {term} }}" for variable, term in bound.items())
    text = QUERIES[name].text.replace("WHERE {", "WHERE {" + values, 1)
    url = f"{server}/sparql?{urllib.parse.urlencode({'query': text})}"
    request = urllib.request.Request(url, headers={"Accept": "text/csv"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert table(answer.read()) == expected(name)


def optional_filters() -> list[tuple[str, str]]:
    """The parameters that leave out rows whose column is another term; dates leave out ranges."""
    return [
        (name, key)
        for name, query in QUERIES.items()
        for key, item in query.parameters.items()
        if not item.required and item.default is None and item.type != "date"
    ]


@pytest.mark.parametrize(("name", "key"), optional_filters())
def test_parameter_keeps_the_rows_whose_column_it_is(name: str, key: str, graph: Graph) -> None:
    """A parameter is a term that its variable is bound to, and a column."""
    parameter = QUERIES[name].parameters[key]
    term = parameter.term(parameter.example)
    whole = graph.query(name, **required(name))
    some = graph.query(name, **required(name), **{key: term})
    assert [dict(row) for row in some] == [dict(row) for row in whole if row.term(key) == term]


def test_every_parameter_has_an_example_and_is_a_column(graph: Graph) -> None:
    """What a caller may bind, the table shows."""
    for name, query in QUERIES.items():
        columns = graph.query(name, **required(name)).columns
        assert set(query.parameters) <= set(columns), name
        assert all(parameter.example for parameter in query.parameters.values()), name
