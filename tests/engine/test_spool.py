"""Large answers: in a file without a name, whole or not at all."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from clausegraph import formats
from clausegraph.engine import Limits, Loaded, spool
from clausegraph.engine.evaluation import Evaluator
from clausegraph.engine.sink import MEMORY, Plain, RdfXml, Sink, Xml
from clausegraph.errors import NotAcceptable, ResultTooLarge, SpoolFailed

VALUES = "VALUES ?a {{ {0} }} VALUES ?b {{ {0} }} VALUES ?c {{ {0} }}"
NAME = "<urn:a-name-that-is-a-bit-longer-than-any-name-would-have-to-be-{}>"
HUNDRED = VALUES.format(" ".join(NAME.format(number) for number in range(100)))
MANY = f"SELECT ?a ?b ?c {{ {HUNDRED} }} LIMIT 20000"
TRIPLES = f"""CONSTRUCT {{ ?s <urn:p> ?c }}
WHERE {{ {HUNDRED} BIND(IRI(CONCAT(STR(?a), STR(?b))) AS ?s) }} LIMIT 20000"""


def whole(body) -> bytes:
    """Return all of a large body, read in pieces."""
    step = 100_000
    return b"".join(body.read(offset, step) for offset in range(0, body.size, step))


@pytest.fixture
def file(tmp_path):
    """The descriptor of a file without a name."""
    descriptor = spool.make(tmp_path)
    yield descriptor
    os.close(descriptor)


@pytest.mark.parametrize("syntax", formats.RESULTS)
def test_large_table_is_the_same_in_the_file_as_in_memory(run, ask, syntax) -> None:

    async def scenario(engine):
        short = await engine.query(ask(MANY, solutions=syntax))
        large = await engine.query(ask(MANY, solutions=syntax, may_spool=True))
        assert short.spool is None
        assert large.body == b""
        assert whole(large.spool) == short.body
        assert large.spool.size > MEMORY
        large.spool.close()

    run(scenario, timeout=30.0)


@pytest.mark.parametrize("syntax", formats.RDF_GRAPH)
def test_large_graph_is_the_same_in_the_file_as_in_memory(run, ask, syntax) -> None:
    """In the order of evaluation, which is that of every worker: strong validators rest on it."""

    async def scenario(engine):
        asked = ask(TRIPLES, graph=syntax, compact=True)
        several = await asyncio.gather(*(engine.query(asked) for _ in range(2)))
        large = await engine.query(ask(TRIPLES, graph=syntax, compact=True, may_spool=True))
        assert {answer.body for answer in several} == {whole(large.spool)}
        large.spool.close()

    run(scenario, timeout=30.0)


def test_small_answer_that_may_be_spooled_is_in_memory(run, ask) -> None:
    async def scenario(engine):
        answer = await engine.query(ask("SELECT ?s { ?s ?p ?o }", may_spool=True))
        assert answer.spool is None
        assert answer.body

    run(scenario)


@pytest.mark.parametrize("text", [MANY, TRIPLES])
def test_large_answer_past_the_cap_is_refused_whole(run, ask, text) -> None:
    """Refused, never cut; and the room is given back."""

    async def scenario(engine):
        with pytest.raises(ResultTooLarge, match="1500000 bytes"):
            await engine.query(ask(text, graph=formats.N_TRIPLES, may_spool=True))
        [worker] = engine._pool._idle
        assert os.fstat(worker.room._file._descriptor).st_size == 0
        assert (await engine.query(ask("ASK {}"))).kind == "boolean"

    run(scenario, workers=1, result=1_500_000)


def test_worker_whose_answer_is_being_read_is_lent_last(run, ask, workers) -> None:
    async def scenario(engine):
        large = await engine.query(ask(MANY, may_spool=True))
        [holder] = [worker for worker in engine._pool._idle if worker.room.is_busy]
        for _ in range(5):
            await engine.query(ask("ASK {}"))
        assert holder.process in workers(engine)
        large.spool.close()
        assert not holder.room.is_busy

    run(scenario)


def test_worker_whose_answer_is_being_read_is_replaced_when_it_is_needed(
    run, ask, workers, is_alive, until
) -> None:
    """What is being read stays as it is, whoever else asks for what."""

    async def scenario(engine):
        [before] = workers(engine)
        first = await engine.query(ask(MANY, may_spool=True))
        second = await engine.query(ask(MANY.replace("?a ?b ?c", "?b"), may_spool=True))
        assert await until(lambda: not is_alive(before))
        assert engine.statistics().retired == 1
        assert whole(first.spool).count(b'"a"') > 20_000
        assert b'"a"' not in whole(second.spool)
        first.spool.close()
        second.spool.close()

    run(scenario, workers=1)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="descriptors are read from /proc")
def test_room_is_given_back_when_it_is_closed_or_forgotten(run, ask) -> None:
    """Neither a descriptor nor a byte on the disk outlasts its answer and its worker."""

    async def scenario(engine):
        [worker] = engine._pool._idle
        descriptor = worker.room._file._descriptor
        for forget in (False, True):
            answer = await engine.query(ask(MANY, may_spool=True))
            assert os.fstat(descriptor).st_size == answer.spool.size
            assert os.fstat(descriptor).st_nlink == 0
            if not forget:
                answer.spool.close()
                answer.spool.close()
                with pytest.raises(ValueError, match="closed"):
                    answer.spool.read(0, 10)
            del answer
            gc.collect()
            assert os.fstat(descriptor).st_size == 0
            assert not worker.room.is_busy
        answer = await engine.query(ask(MANY, may_spool=True))
        return descriptor, answer

    descriptor, answer = run(scenario, workers=1)
    assert len(whole(answer.spool)) == answer.spool.size
    answer.spool.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


def test_body_can_be_read_in_threads_and_closed_meanwhile(run, ask) -> None:
    """Who reads gets the answer's own bytes, or is told that it has been closed."""

    async def scenario(engine):
        answer = await engine.query(ask(MANY, may_spool=True))
        start = answer.spool.read(0, 10)
        seen: list[bytes] = []

        def read() -> None:
            while True:
                try:
                    seen.append(answer.spool.read(0, 10))
                except ValueError:
                    return

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        await asyncio.sleep(0.05)
        answer.spool.close()
        for reader in readers:
            reader.join()
        assert set(seen) == {start}

    run(scenario)


def test_folder_that_takes_no_file_costs_large_answers_only(run, ask, tmp_path) -> None:
    """503 with a remedy, nothing partial, and nobody else is affected."""

    async def scenario(engine):
        with pytest.raises(SpoolFailed, match="LIMIT"):
            await engine.query(ask(MANY, may_spool=True))
        assert (await engine.query(ask(MANY))).body
        assert (await engine.query(ask("ASK {}", may_spool=True))).kind == "boolean"

    run(scenario, spool=tmp_path / "missing")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_full_disk_is_an_error_with_a_remedy() -> None:
    descriptor = os.open("/dev/full", os.O_RDWR)
    outlet = spool.Outlet(descriptor, 1000)
    with pytest.raises(SpoolFailed, match="No space left"):
        outlet.write(b"x" * 10_000)
    outlet.give_up()
    os.close(descriptor)


def test_file_has_no_name_where_the_system_has_no_flag_for_that(tmp_path, monkeypatch) -> None:
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    descriptor = spool.make(tmp_path)
    assert descriptor is not None
    assert list(tmp_path.iterdir()) == []
    assert os.fstat(descriptor).st_nlink == 0
    os.close(descriptor)


@pytest.mark.parametrize("seam", range(-4, 2))
@pytest.mark.parametrize("character", ["\ufffe", "\uffff", "\x00", "\x1f"])
def test_character_that_xml_has_no_form_for_is_found_across_pieces(seam, character) -> None:
    """XML 1.0, 2.2, wherever the answer is cut on its way to the file."""
    data = b"x" * 10 + character.encode() + b"y" * 10
    check = Xml()

    def passed() -> list[bytes]:
        return [check.piece(piece) for piece in (data[: 13 + seam], data[13 + seam :])]

    with pytest.raises(NotAcceptable):
        passed()


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_xml_that_is_fine_passes_in_pieces_of_any_size(size) -> None:
    """XML 1.0, 2.11: a carriage return is written as a reference."""
    data = "a\r\nb \ufffd \ud7ff é \U0001f600".encode()
    check = Xml()
    pieces = [check.piece(data[at : at + size]) for at in range(0, len(data), size)]
    assert b"".join(pieces) == data.replace(b"\r", b"&#13;")


def test_ill_formed_rdf_xml_is_found_in_pieces() -> None:
    """RDF 1.1 XML Syntax, 5.1."""
    check = RdfXml()
    check.piece(b"<a><")
    with pytest.raises(NotAcceptable, match="XML name"):
        check.piece(b"1b/></a>")


@pytest.mark.parametrize("syntax", [formats.RESULTS_XML, formats.RDF_XML])
def test_large_xml_with_an_illegal_character_is_refused_whole(ask, file, syntax) -> None:
    store = Store()
    store.extend(
        Quad(NamedNode(f"urn:{n}"), NamedNode("urn:x:p"), Literal("a\r" + "b" * 2000))
        for n in range(1500)
    )
    outlet = spool.Outlet(file, 2**28)
    evaluator = Evaluator(store, {}, Limits())
    selects = syntax is formats.RESULTS_XML
    asked = ask(
        "SELECT ?o { ?s ?p ?o }" if selects else "CONSTRUCT WHERE { ?s ?p ?o }",
        solutions=syntax if selects else None,
        graph=None if selects else syntax,
        may_spool=True,
    )
    size = evaluator.answer(asked, outlet).size
    text = os.pread(file, size, 0)
    assert text.count(b"&#13;") == 1500
    ET.fromstring(text)  # noqa: S314, it is our own
    store.add(Quad(NamedNode("urn:last"), NamedNode("urn:x:p"), Literal("\x01")))
    with pytest.raises(NotAcceptable):
        evaluator.answer(asked, outlet)


def test_escapes_count_against_the_cap(file) -> None:
    """What is capped is what would be sent."""
    sink = Sink(2 * MEMORY, spool.Outlet(file, 2**28), Xml())
    with pytest.raises(ResultTooLarge):
        sink.write(b"\r" * MEMORY)
    small = Sink(10, None, Xml())
    small.write(b"\r" * 5)
    with pytest.raises(ResultTooLarge):
        small.finish()


def test_one_answer_after_the_other_goes_into_the_file_from_its_start(file) -> None:
    outlet = spool.Outlet(file, 2**28)
    for letter, count in ((b"a", 3), (b"b", 2)):
        sink = Sink(2**28, outlet, Plain())
        for _ in range(count):
            sink.write(letter * MEMORY)
        assert sink.finish() == (b"", count * MEMORY)
        assert os.pread(file, 10 * MEMORY, 0) == letter * MEMORY * count


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_very_large_answer_takes_no_memory(run, ask) -> None:
    """A million rows: neither worker nor service holds them."""
    text = f"SELECT * {{ {HUNDRED} }}"

    def taken(process: int | str) -> int:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) * 1024

    async def scenario(engine):
        [worker] = engine._pool._idle
        before = taken("self"), taken(worker.process)
        answer = await engine.query(ask(text, may_spool=True, solutions=formats.TSV))
        after = taken("self"), taken(worker.process)
        assert answer.spool.size > 50 * MEMORY
        answer.spool.close()
        return [b - a for a, b in zip(before, after, strict=True)]

    assert max(run(scenario, workers=1, load=lambda: Loaded(Store(), "e" * 64))) < 20 * MEMORY
