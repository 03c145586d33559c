"""Lines taken without a parser: only those that the parser would accept and write back alike."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from clausegraph.errors import InputError
from clausegraph.stores import lines
from clausegraph.textfiles import find_line

GRAPH = "<https://e.org/g>"
PLAIN = [
    "<https://e.org/s>",
    '"x"',
    '"a b <https://e.org/g> ."',
    '"生成式人工智能"@zh',
    '"x"@zh-hant-tw',
    '"5"^^<http://www.w3.org/2001/XMLSchema#integer>',
    r'"\" \\ \n \r \t \b \f"',
    "<http://e.org/a?b=c&d#e/f?>",
    '"\x80\x85\u2028\ufeff\U0001f600"',
]
ODD = [
    '"x"@EN',
    '"x"@en-x-y',
    '"\x7f"',
    '"\ufffe"',
    '"\uffff"',
    '"\\u0041"',
    r'"\'"',
    '"5"^^<http://www.w3.org/2001/XMLSchema#string>',
    '"5"^^<urn:x>',
    "<urn:x:y>",
    "<http://e.org/ä>",
    "<http://e.org/%41>",
    "<http://e.org/a#b#c>",
    "<http://e.org:x/>",
    "<relative>",
    "_:b",
    '<<( <urn:a:b> <urn:a:b> "x" )>>',
    '"a',
    "5",
    '"a"b"',
]


def quad(target: str) -> bytes:
    """A line with this object."""
    return f"<https://e.org/s> <https://e.org/p> {target} {GRAPH} .\n".encode()


@pytest.mark.parametrize("target", PLAIN)
def test_usual_terms_need_no_parser_and_are_canonical(target: str) -> None:
    """RDF Dataset Canonicalization, section 5."""
    found = lines.recognise(quad(target), None)
    assert found.others == b""
    assert [block.lines for block in found.blocks] == [[quad(target)[:-1]]]
    assert serialize(parse(quad(target), RdfFormat.N_QUADS), format=RdfFormat.N_QUADS) == quad(
        target
    )


@pytest.mark.parametrize("target", ODD)
def test_all_else_goes_to_the_parser(target: str) -> None:
    found = lines.recognise(quad(target) + quad('"x"'), None)
    taken = [line for block in found.blocks for line in block.lines]
    assert quad(target) in found.others
    assert quad(target)[:-1] not in taken
    assert len(taken) + found.others.count(b"\n") == 2


def test_each_character_that_needs_no_parser_is_written_as_it_is() -> None:
    """All code points at once: what the pattern takes, the parser gives back."""
    for start in range(0, 0x11000, 0x100):
        text = "".join(
            chr(code) for code in range(start, start + 0x100) if not 0xD800 <= code < 0xE000
        )
        line = quad(f'"{text}"')
        if not lines.recognise(line, None).others:
            assert serialize(parse(line, RdfFormat.N_QUADS), format=RdfFormat.N_QUADS) == line


def test_lines_are_gathered_by_graph_however_they_are_mixed() -> None:
    text = b"".join(
        f'<https://e.org/{n}> <https://e.org/p> "{n}" <https://e.org/g{n % 3}> .\n'.encode()
        for n in range(9)
    )
    blocks = lines.recognise(text, None).blocks
    assert [block.graph for block in blocks] == [f"<https://e.org/g{n}>".encode() for n in range(3)]
    assert [len(block.lines) for block in blocks] == [3, 3, 3]
    for block in blocks:
        whole = [
            b" ".join((*terms, block.graph)) + b" ." for terms in zip(*block.columns, strict=True)
        ]
        assert block.lines == whole


@pytest.mark.parametrize("seed", range(20))
def test_stretches_of_any_length_are_gathered(seed: int) -> None:
    """Some graphs come again, and the ends of some are those of others."""
    chance = random.Random(seed)  # noqa: S311
    names = [f"<https://e.org/{name}>" for name in ("g", "g/g", "a", "a#g")]
    rows: list[str] = []
    while len(rows) < 400:
        graph, number = chance.choice(names), len(rows)
        target = chance.choice([f'"{number}"', f'"{number} {chance.choice(names)} ."'])
        line = f"<https://e.org/{number}> <https://e.org/p> {target} {graph} .\n"
        rows += [line] * chance.choice([1, 1, 2, 3, 17, 64])
    found = lines.recognise("".join(rows).encode(), None)
    assert found.others == b""
    for block in found.blocks:
        of_graph = [row[:-1].encode() for row in rows if row.split(" ")[-2] == block.graph.decode()]
        assert block.lines == of_graph
    assert sum(len(block.lines) for block in found.blocks) == len(rows)


@pytest.mark.parametrize("end", [" .\r\n", ".\n", "  .\n", " . # so\n", " <https://e.org/z> .\n"])
@pytest.mark.parametrize("is_last", [True, False])
def test_line_that_ends_otherwise_goes_to_the_parser(end: str, is_last: bool) -> None:
    """However its lines before and after it end."""
    odd = f'<https://e.org/s> <https://e.org/p> "x" {GRAPH}{end}'.encode()
    rows = [quad('"x"'), quad('"y"')]
    rows.insert(2 if is_last else 1, odd)
    found = lines.recognise(b"".join(rows), None)
    assert found.others == odd
    assert [block.lines for block in found.blocks] == [[quad('"x"')[:-1], quad('"y"')[:-1]]]


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
def test_chunks_are_whole_lines_whatever_their_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(lines, "CHUNK", size)
    path = tmp_path / "a.nq"
    path.write_bytes(b"\xef\xbb\xbf" + b"one\n\n" + "zwölf".encode() * 9 + b"\r\nlast")
    chunks = list(lines.chunks(path))
    assert b"".join(chunks) == path.read_bytes()[3:] + b"\n"
    assert all(chunk.endswith(b"\n") for chunk in chunks)


def test_line_that_is_not_utf_8_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "CHUNK", 5)
    path = tmp_path / "a.nq"
    path.write_bytes(b"# 1\n# 2\n# caf\xe9\n")
    with pytest.raises(InputError, match="not UTF-8") as caught:
        list(lines.chunks(path))
    assert caught.value.line == 3


def test_first_needle_that_is_there_decides_the_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("one\ntwo\nthree two\n")
    assert find_line(path, "none", "three", "one") == 3
    assert find_line(path, "two") == 2
    assert find_line(path, "none") is None
    assert find_line(tmp_path / "missing", "one") is None
