"""Bad input: a clear line that names file and place, in bounded time and memory, and no network."""

from __future__ import annotations

import gzip
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clausegraph.errors import InputError, InputErrors
from clausegraph.validate import material
from clausegraph.validate.material import Material
from clausegraph.validate.reading import sniff
from clausegraph.validate.request import Request
from services import trap

GOOD = b"<urn:x:a> <urn:x:p> <urn:x:b> .\n"
RDF_XML = (
    b'<?xml version="1.0"?>\n%s<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    b'xmlns:x="urn:x:">\n%s\n</rdf:RDF>'
)
BOMB = RDF_XML % (
    b'<!DOCTYPE rdf:RDF [\n<!ENTITY a "aaaaaaaaaa">\n'
    + b"".join(
        b'<!ENTITY %c "%s">\n' % (ord("b") + level, b"&%c;" % (ord("a") + level) * 10)
        for level in range(9)
    )
    + b"]>\n",
    b'<rdf:Description rdf:about="urn:x:a"><x:p>&j;</x:p></rdf:Description>',
)
BLOWN_UP = RDF_XML % (
    b'<!DOCTYPE rdf:RDF [<!ENTITY a "%s">]>' % (b"a" * 50_000),
    b'<rdf:Description rdf:about="urn:x:a"><x:p>%s</x:p></rdf:Description>' % (b"&a;" * 1000),
)
LINE = b'<urn:x:a> <urn:x:p> "%s" .\n'
DEEP = 5_000


def read(path: Path | str, *others: Path) -> Material:
    """Read files alone."""
    return material.read(Request(paths=(str(path), *map(str, others)), has_background=False))


def refused(path: Path) -> InputError:
    """The error that a file gives."""
    with pytest.raises(InputError) as caught:
        read(path)
    return caught.value


@pytest.mark.parametrize(
    ("name", "data", "place", "said"),
    [
        ("a.ttl", GOOD + b"<urn:x:a> <urn:x:p> .\n", "2:21", "Turtle syntax"),
        ("a.ttl", GOOD + b"<urn:x:a> x:p 1 .\n", "2:11", "x:"),
        ("a.trig", b"GRAPH <urn:x:g> {\n<urn:x:a> <urn:x:p> 1 .\n", "3:1", "TriG syntax"),
        ("a.nt", GOOD * 3 + b"<urn:x:a> <urn:x:p> 1 .\n", "4:21", "N-Triples syntax"),
        ("a.nt", GOOD * 60_000 + b"<urn:x:a> <b> <urn:x:c> .\n" + GOOD, "60001:11", "scheme"),
        ("a.nq", GOOD + b"<urn:x:a> <urn:x:p> <urn:x:b> <urn:x:g>\n", "3:1", "N-Quads syntax"),
        ("a.jsonld", b'{"@id": "urn:x:a",\n "urn:x:p" 1}', "2:12", "JSON-LD syntax"),
        ("a.rdf", RDF_XML % (b"", b"<rdf:Description>"), "4", "RDF/XML syntax: mismatched tag"),
        ("a.rdf", b"<rdf:RDF", "1", "RDF/XML syntax"),
        ("a.ttl", b"<urn:x:a> <urn:x:p> <<( <urn:x:b> <urn:x:p> 1 )>> .", "", "no place in an RDF"),
    ],
)
def test_malformed_file_is_named_with_the_place(
    tmp_path: Path, name: str, data: bytes, place: str, said: str
) -> None:
    """Line and column count from 1; lines are those of the file, however it is read."""
    path = tmp_path / name
    path.write_bytes(data)
    error = refused(path)
    assert str(error).startswith(f"{path}:{place}")
    assert said in str(error)
    assert error.remedy


@pytest.mark.parametrize(
    ("name", "data", "line", "byte"),
    [
        ("a.ttl", LINE % b"x" + LINE % b"\xff", 2, 47),
        ("a.ttl", GOOD * 1000 + b"# caf\xe9\n", 1001, 32_005),
        ("a.ttl", GOOD + b"# \xc3", 2, 34),
        ("a.trig", LINE % b"\xc3\xa9" + LINE % b"\xc3", 2, 48),
        ("a.nt", GOOD * 50_000 + LINE % b"\xff", 50_001, 1_600_021),
        ("a.nt", GOOD + b"# \xff\n", 2, 34),
        ("a.nq", GOOD + LINE % b"\xff", 2, 53),
        ("a.jsonld", b'{"@id": "urn:x:a",\n"urn:x:p": "\xff"}', 2, 31),
        ("a.rdf", RDF_XML % (b"", b"<!-- \xff -->"), 3, 110),
    ],
)
def test_bytes_that_are_not_utf_8_are_refused_with_their_line(
    tmp_path: Path, name: str, data: bytes, line: int, byte: int
) -> None:
    """In comments, too, which a parser passes over."""
    path = tmp_path / name
    path.write_bytes(data)
    error = refused(path)
    assert (error.line, error.message) == (
        line,
        f"The file is not UTF-8 (byte {byte}, counted from 0).",
    )


def test_all_that_is_wrong_with_files_is_told_at_once(tmp_path: Path) -> None:
    """Whoever mends them need not come back for each."""
    for name in ("a.ttl", "b.ttl", "c.ttl"):
        (tmp_path / name).write_bytes(GOOD if name == "b.ttl" else b"nonsense")
    with pytest.raises(InputErrors) as caught:
        read(tmp_path)
    assert [Path(str(error.file)).name for error in caught.value.errors] == ["a.ttl", "c.ttl"]
    assert len(str(caught.value).splitlines()) == 2


def test_many_bad_files_do_not_make_an_endless_list(tmp_path: Path) -> None:
    """The first twenty tell enough."""
    for number in range(50):
        (tmp_path / f"{number:02}.ttl").write_bytes(b"nonsense")
    with pytest.raises(InputErrors) as caught:
        read(tmp_path)
    assert len(caught.value.errors) == 20


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing.ttl", "There is no such file or folder."),
        ("*.ttl", "Nothing matches this pattern."),
        ("empty", "The folder holds no RDF file."),
        ("empty/**/*.nt", "Nothing matches this pattern."),
        ("table.csv", "'.csv' is no suffix of an RDF syntax."),
        ("nameless", "'' is no suffix of an RDF syntax."),
        ("broken.ttl.gz", "no whole gzip file"),
        ("short.ttl.gz", "no whole gzip file"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, said: str) -> None:
    """With what to do about it."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "table.csv").write_bytes(b"a,b\n")
    (tmp_path / "nameless").write_bytes(GOOD)
    (tmp_path / "broken.ttl.gz").write_bytes(GOOD)
    (tmp_path / "short.ttl.gz").write_bytes(gzip.compress(GOOD * 100)[:-12])
    error = refused(tmp_path / name)
    assert str(tmp_path / name) in str(error)
    assert said in str(error)
    assert error.remedy


def test_each_missing_path_is_named(tmp_path: Path) -> None:
    """Nothing is read until all are there."""
    with pytest.raises(InputErrors) as caught:
        read(tmp_path / "one.ttl", tmp_path / "two.ttl")
    assert len(caught.value.errors) == 2


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.rdf", BOMB, "made of other entities"),
        ("a.rdf", BLOWN_UP, "more than 10 megabytes"),
        (
            "a.rdf",
            RDF_XML % (b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>', b""),
            "stands in another file",
        ),
        ("a.rdf", RDF_XML % (b"", b"<rdf:Description><x:p>" * DEEP), "levels deep"),
        ("a.jsonld", b'{"urn:x:p":' * DEEP + b"1" + b"}" * DEEP, "levels deep"),
        ("a.jsonld", b"[" * DEEP + b"]" * DEEP, "levels deep"),
        ("a.jsonld", b'{"urn:x:p":{"@list":[' * DEEP, "levels deep"),
        ("a.jsonld", b'{"@context":' * DEEP + b"{}" + b"}" * DEEP, "levels deep"),
        ("a.ttl", b"<urn:x:a> <urn:x:p> " + b"<<( <urn:x:a> <urn:x:p> " * 20 * DEEP, "too deeply"),
        ("a.nt", b"<urn:x:a> <urn:x:p> " + b"<<( <urn:x:a> <urn:x:p> " * 20 * DEEP, "too deeply"),
    ],
)
def test_what_would_overrun_a_parser_is_refused_before(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    """Quickly, and without its memory."""
    path = tmp_path / name
    path.write_bytes(data)
    start = time.monotonic()
    error = refused(path)
    assert said in str(error)
    assert error.file == path
    assert error.line is not None
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    "data",
    [
        b"<urn:x:a> <urn:x:p> " + b"(" * DEEP + b")" * DEEP + b" .",
        b"[<urn:x:p>" * DEEP + b"[]" + b"]" * DEEP + b".",
    ],
    ids=["lists", "blank nodes"],
)
def test_deep_turtle_is_read(tmp_path: Path, data: bytes) -> None:
    """A list in Turtle may be long, and so deep: the parser takes it."""
    path = tmp_path / "a.ttl"
    path.write_bytes(data)
    assert read(path).triples >= DEEP


def test_brackets_and_marks_in_texts_are_no_nesting(tmp_path: Path) -> None:
    """Only structure counts."""
    (tmp_path / "a.jsonld").write_bytes(b'{"@id": "urn:x:a", "urn:x:p": "%s\\"{"}' % (b"[{" * DEEP))
    (tmp_path / "b.ttl").write_bytes(b'<urn:x:a> <urn:x:p> "<< %s" .' % (b"<<" * DEEP))
    assert read(tmp_path).triples == 2


@pytest.mark.parametrize(
    "context",
    [
        '"{url}"',
        '["{url}", {{"p": "urn:x:p"}}]',
        '{{"@import": "{url}"}}',
        '{{"p": {{"@id": "urn:x:p", "@context": "{url}"}}}}',
    ],
)
def test_context_somewhere_else_is_refused_by_name(tmp_path: Path, context: str) -> None:
    """Nobody is called (JSON-LD 1.1, section 3.1)."""
    path = tmp_path / "a.jsonld"
    with trap() as listening:
        value = context.format(url=listening.url)
        path.write_text(f'{{"@id": "urn:x:a",\n "@context": {value},\n "p": {{"urn:x:q": "x"}}}}')
        error = refused(path)
        assert f"The context <{listening.url}> is somewhere else" in str(error)
        assert error.line == 2
        assert listening.calls == 0


@pytest.mark.parametrize(
    "data",
    [b"\n", b" ", b"# x\n", b"<a> ", b"_:a", b"_:a ", b"<a> <b> _:a", b"[", b"<!--", b'"', b"{ "],
)
def test_the_syntax_of_a_text_is_found_in_bounded_time(data: bytes) -> None:
    """Whatever is piped in."""
    start = time.monotonic()
    for text in (data * 50_000, b"<a> <b> " + data * 50_000, b'<a> <b> "' + data * 50_000):
        sniff(text)
    assert time.monotonic() - start < 2


def test_imports_are_noted_and_not_followed(tmp_path: Path) -> None:
    """Of the files that are there, nothing needs to be said."""
    text = "<urn:x:a> <http://www.w3.org/2002/07/owl#imports> <%s> , <urn:x:b> . <urn:x:b> a <urn:x:c> ."
    with trap() as listening:
        (tmp_path / "a.ttl").write_text(text % listening.url)
        notes = read(tmp_path).notes
        assert listening.calls == 0
    assert len(notes) == 1
    assert listening.url in notes[0]
    assert "--background" in notes[0]


def test_large_bad_file_takes_little_memory(tmp_path: Path) -> None:
    """A file of lines is read by the megabyte, and the mistake is at its end."""
    path = tmp_path / "a.nt.gz"
    with gzip.open(path, "wb", compresslevel=1) as stream:
        for _ in range(100):
            stream.write(GOOD * 20_000)
        stream.write(b"nonsense\n")
    code = (
        "import sys\n"
        "from clausegraph.errors import InputError\n"
        "from clausegraph.validate import material\n"
        "from clausegraph.validate.request import Request\n"
        "try: material.read(Request(paths=(sys.argv[1],), has_background=False))\n"
        "except InputError as error: print(error.line)\n"
        "status = open('/proc/self/status').read()\n"
        "print(status.partition('VmHWM:')[2].split()[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    line, most = map(int, done.stdout.split())
    assert line == 2_000_001
    assert most < 150_000  # KiB
