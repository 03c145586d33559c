"""What is refused, or found, from the text of a query alone."""

from __future__ import annotations

import contextlib
import json
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Store

from clausegraph.engine import evaluation, guard
from clausegraph.errors import BadRequest, QueryRefused, QuerySyntaxError
from clausegraph.sparql import tokens
from clausegraph.web import texts

NOWHERE = "<http://127.0.0.1:1/>"  # The engine refuses port 1 at once: a call is an OSError.
LEFT_ALONE = re.compile(r"[?$][\w-]*service|@[\w-]*service|_:[\w.-]*service", re.IGNORECASE)


@pytest.mark.parametrize(
    "clause",
    [
        f"SERVICE {NOWHERE} {{ ?s ?p ?o }}",
        f"service {NOWHERE} {{ ?s ?p ?o }}",
        f"SeRvIcE{NOWHERE}{{ ?s ?p ?o }}",
        f"SERVICE SILENT {NOWHERE} {{ ?s ?p ?o }}",
        f"SERVICESILENT{NOWHERE}{{ ?s ?p ?o }}",
        f"SERVICE # between\n {NOWHERE} {{ ?s ?p ?o }}",
        f"SERVICE#\r{NOWHERE}{{ ?s ?p ?o }}",
        f"S\\u0045RVICE {NOWHERE} {{ ?s ?p ?o }}",
        f"\\U00000053ERVICE {NOWHERE} {{ ?s ?p ?o }}",
        "?s ?p ?other SERVICE ?other { ?s ?p ?o }",
        f"?s ?p 1SERVICE{NOWHERE}{{ ?s ?p ?o }}",
        f"?s ?p trueSERVICE{NOWHERE}{{ ?s ?p ?o }}",
        f'?s ?p "text"SERVICE{NOWHERE}{{ ?s ?p ?o }}',
        f"OPTIONAL {{ SERVICE {NOWHERE} {{ ?s ?p ?o }} }}",
        f"FILTER EXISTS {{ SERVICE {NOWHERE} {{ ?s ?p ?o }} }}",
    ],
)
def test_service_is_refused_in_every_spelling(clause: str) -> None:
    with pytest.raises(QueryRefused, match="SERVICE") as caught:
        guard.read(f"SELECT * {{\n {clause} }}", {})
    assert caught.value.line >= 2


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX : <http://127.0.0.1:1/> SELECT * { SERVICE:x { ?s ?p ?o } }",
        "PREFIX : <http://127.0.0.1:1/> PREFIX service: <http://e/> SELECT * { service:x { ?s ?p ?o } }",
        "PREFIX x: <http://127.0.0.1:1/> SELECT * { SERVICEx:y { ?s ?p ?o } }",
        "PREFIX x: <http://127.0.0.1:1/> SELECT * { SERVICESILENTx:y { ?s ?p ?o } }",
        f"PREFIX e: <http://h:> SELECT * {{ ?s ?p e:SERVICE {NOWHERE} {{ ?s ?p ?o }} }}",
        f"SELECT * {{ VALUES ?a {{1}} FILTER(?a<2)SERVICE#>\n{NOWHERE}{{?s ?p ?o}} }}",
        f"SELECT * {{ VALUES ?a {{1}} FILTER(?a<'>'||true)SERVICE{NOWHERE}{{?s ?p ?o}} #'\n}}",
        f"SELECT * {{ VALUES ?a {{1}} FILTER(?a<3)#>'''\nSERVICE{NOWHERE}{{?s ?p ?o}} #'''\n}}",
    ],
)
def test_text_that_the_parser_reads_otherwise_than_the_grammar_calls_nobody(text: str) -> None:
    """Bare, each of these makes the engine call another endpoint."""
    with pytest.raises((QueryRefused, QuerySyntaxError, SyntaxError)):
        list(Store().query(guard.read(text, {}).safe, base_iri="http://e/"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT ?service { VALUES ?service { 1 } }", "1"),
        ("SELECT $SERVICE { VALUES ?SERVICE { 1 } }", "1"),
        ("SELECT ?x { VALUES ?x { <http://x/SERVICE> } }", "http://x/SERVICE"),
        ("SELECT ?x { VALUES ?x { 'SERVICE <http://x> {}' } }", "SERVICE <http://x> {}"),
        ('SELECT ?x { VALUES ?x { """a "SERVICE" b""" } }', 'a "SERVICE" b'),
        ("SELECT ?x { VALUES ?x { 'a'@en-service } }", "a"),
        ("SELECT ?x { VALUES ?x { 1 } # SERVICE\n }", "1"),
        ("PREFIX ex: <http://e/> SELECT ?x { VALUES ?x { ex:service } }", "http://e/service"),
        (r"PREFIX ex: <http://e/> SELECT ?x { VALUES ?x { ex:a\-SERVICE } }", "http://e/a-SERVICE"),
        ("PREFIX service: <http://e/> SELECT ?x { VALUES ?x { service:a } }", "http://e/a"),
        ("PREFIX p0: <http://z/> PREFIX service: <http://e/> SELECT ?x { VALUES ?x { p0:a } }",
         "http://z/a"),
        ("SELECT ?x { VALUES ?x { 1 } OPTIONAL { _:service <http://e/p> ?y } }", "1"),
    ],
)  # fmt: skip
def test_service_as_a_mere_name_is_no_service(text: str, expected: str) -> None:
    """SPARQL 1.1 Query, 19.8: names, IRIs, strings, language tags and comments are no keywords."""
    result = Store().query(guard.read(text, {}).safe)
    assert [solution[0].value for solution in result] == [expected]


FRAGMENTS = [
    *"{}()<>'\"#.;,?:\\^",
    *["SERVICE", "service", "SILENT", NOWHERE, "<http://e/>", "?a", "?service", ":x", "x:y", "\n"],
    *["FILTER(", "?a<", "<3)", "BIND(1 AS ?b)", "SELECT *", "VALUES ?a {1}", "'''", '"""', "true"],
    *["service:", "1", " ", "/", "a ", "||", "?b)", "@en", "_:b", "EXISTS", "UNION", "OPTIONAL"],
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), min_size=3, max_size=30))
def test_no_text_that_is_let_through_holds_service_where_it_can_be_a_keyword(
    parts: list[str],
) -> None:
    """Whatever the tokens are taken for, and however the engine reads them."""
    text = f"PREFIX : <http://e/> SELECT * {{ {''.join(parts)} }}"
    try:
        safe = guard.read(text, {"x": "http://e/", "service": "http://e/"}).safe
    except (QueryRefused, QuerySyntaxError):
        return
    assert "service" not in LEFT_ALONE.sub("", safe).lower()
    try:
        list(Store().query(safe, prefixes={"x": "http://e/", "p0": "http://e/"}))
    except SyntaxError:
        return


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://127.0.0.1:1/>",
        "load silent <file:///etc/passwd> INTO GRAPH <http://e/g>",
        "PREFIX e: <http://e/> # first\n INSERT DATA { e:s e:p e:o }",
        "DELETE WHERE { ?s ?p ?o }",
        "WITH <http://e/g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "CLEAR ALL",
        "DROP GRAPH <http://e/g>",
        "CREATE GRAPH <http://e/g>",
        "COPY DEFAULT TO <http://e/g>",
        "MOVE <http://e/a> TO <http://e/b>",
        "ADD DEFAULT TO <http://e/b>",
    ],
)
def test_update_is_refused_and_told_so(text: str) -> None:
    """An update that is sent as a query changes nothing and is refused."""
    with pytest.raises(QueryRefused, match=r"Updates .* are not accepted here"):
        guard.read(text, {})


@pytest.mark.parametrize("opening", ["(", "{", "[", "<< "])
def test_nesting_is_allowed_to_128_and_no_deeper(opening: str) -> None:
    """Decided before the parser, which recurses, sees the text."""
    inside = opening * 127
    assert guard.read(f"SELECT * {{ {inside}", {}).form == "SELECT"
    with pytest.raises(QuerySyntaxError, match="128") as caught:
        guard.read(f"SELECT *\n{{ {inside}{opening}", {})
    assert caught.value.line == 2


def test_text_past_256_kilobytes_is_refused() -> None:
    assert len(guard.encoded("é" * 128_000)) == 256_000
    with pytest.raises(BadRequest, match="256002 bytes"):
        guard.encoded("é" * 128_001)


def test_lone_surrogate_is_an_error_of_syntax() -> None:
    """RFC 3629, section 3: UTF-8 has no form for it."""
    with pytest.raises(QuerySyntaxError) as caught:
        guard.encoded("ASK\n{ \ud800 }")
    assert (caught.value.line, caught.value.column) == (2, 3)


@pytest.mark.parametrize("text", ["", "  \n\t", "# only a remark\n"])
def test_empty_query_is_an_error_of_syntax(text: str) -> None:
    with pytest.raises(QuerySyntaxError, match="empty"):
        guard.read(text, {})


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("select * {}", "SELECT"),
        ("BASE <http://e/> PREFIX select: <ask> ASK {}", "ASK"),
        ("# SELECT\nCONSTRUCT WHERE {}", "CONSTRUCT"),
        ("PREFIX a: <b> VERSION '1.2' DESCRIBE <x>", "DESCRIBE"),
        ("SELEC * {}", ""),
        ("{ SELECT * {} }", "SELECT"),
    ],
)
def test_form_is_the_first_word_after_the_prologue(text: str, form: str) -> None:
    """SPARQL 1.1 Query, 19.8, rules 2 to 7."""
    assert guard.read(text, {}).form == form


def test_dataset_clauses_are_found_at_the_top_only() -> None:
    """SPARQL 1.1 Query, 13.2; FROM in strings, comments, IRIs and patterns is none."""
    reading = guard.read(
        "PREFIX e: <http://e/> SELECT (STRLEN('FROM <x>') AS ?n) # FROM <y>\n"
        "FROM <http://e/one> from e:two FROM NAMED e:three\n"
        "WHERE { ?s <FROM> ?from . ?from ?p 'FROM <http://e/no>' }",
        {},
    )
    assert reading.default_graphs == ("<http://e/one>", "e:two")
    assert reading.named_graphs == ("e:three",)


def test_prefixes_neither_declared_nor_registered_are_named() -> None:
    """SPARQL 1.1 Query, 4.1.1: a prefixed name needs its prefix."""
    reading = guard.read(
        "PREFIX a: <b> SELECT * { a:s skos:p oops:o , _:b , 'x:y' }", {"skos": "s"}
    )
    assert list(reading.unknown) == ["oops"]


@pytest.mark.parametrize(
    "piece",
    ["'''a", "'\\q", "a..", "a.b", "<a", "?", "_:", "'", '"""', "ex:", "1.e", "@a-", "%41:",
     "a:\\-", "x:y ", "SERVICE:", "<SERVICE", "'service", "\\u0053", "#\n", "a:service "],
)  # fmt: skip
def test_reading_takes_time_in_proportion_to_the_text(piece: str) -> None:
    """250 kB of the worst take the guard well under the deadline."""
    text = piece * (250_000 // len(piece))
    start = time.perf_counter()
    for _ in tokens.tokens(text):
        pass
    with contextlib.suppress(QueryRefused, QuerySyntaxError):
        _ = guard.read(text, {}).safe
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("'a'''b'", 4),
        ("'''a'b''c\\'''d'''", 1),
        ('""""a"""', 1),
        ("''''", 2),
        ("?a<?b && ?c>?d", 8),
        ("?a-?b", 3),
        ("ex:a.b. ex:c", 3),
        ("ex:%41\\-x", 1),
        ("1.5e3 .5 1. -2", 6),
        ("'x'@en-GB^^", 4),
    ],
)
def test_tokens_are_those_of_the_grammar(text: str, count: int) -> None:
    """SPARQL 1.1 Query, 19.8: the longest match is taken."""
    found = list(tokens.tokens(text))
    assert len(found) == count
    assert json.dumps("".join(token.text for token in found)) == json.dumps(text.replace(" ", ""))


@pytest.mark.parametrize(
    "name", ["e:3.1.4", "e:a.b.c.d", "e:3.1.4.", "e:%20.b.c", "e:a\\.b.c.d", "e:1..2..3"]
)
def test_prefixed_name_with_several_dots_is_one_name(name: str) -> None:
    """SPARQL 1.1 Query, 19.8, PN_LOCAL; the parser of Oxigraph 0.5 stops at the second dot."""
    text = f"ASK {{ ?s ?p {name} . ?s ?p ?o }}" if name[-1] != "." else f"ASK {{ ?s ?p {name} }}"
    local = name.rstrip(".").partition(":")[2].replace("\\", "")
    store = Store()
    store.update(f"INSERT DATA {{ <http://e/s> <http://e/p> <http://e/{local}> }}")
    assert bool(store.query(guard.read(text, {"e": "http://e/"}).safe, prefixes={"e": "http://e/"}))


def place_of_error(text: str) -> tuple[int | None, int | None]:
    """Return the line and column of a query's error of syntax."""
    reading = guard.read(text, {"e": "http://e/"})
    with pytest.raises(SyntaxError) as caught:
        Store().query(reading.safe, prefixes={"e": "http://e/"})
    error = evaluation.syntax_error(reading, str(caught.value))
    return error.line, error.column


def test_escaped_dots_do_not_move_the_place_of_an_error() -> None:
    text = "SELECT ?s {\n ?s ?p e:3.1.4 ; e:1.2.3 ?o ;; . ?s }"
    undotted = text.replace("3.1.4", "3x1x4").replace("1.2.3", "1x2x3")
    assert place_of_error(text) == place_of_error(undotted)


@pytest.mark.parametrize(
    ("text", "is_volatile"),
    [
        ("SELECT (NOW() AS ?t) {}", True),
        ("SELECT * { FILTER(rand() < 0.5) }", True),
        ("SELECT (Uuid() AS ?u) {}", True),
        ("SELECT (STRUUID() AS ?u) {}", True),
        ("SELECT (BNODE() AS ?b) {}", True),
        ("SELECT (\\u004EOW() AS ?t) {}", True),
        ("SELECT (N\\U0000004Fw() AS ?t) {}", True),
        ("SELECT * {} ORDER BYRAND()", True),
        (
            "SELECT * { ?now ?rand 'NOW()' . # NOW()\n ?s <http://e/NOW()> 'a'@en-uuid , ex:bnode }",
            False,
        ),
        ("SELECT * { ?s ?p [] . _:b ?p (1 2) }", False),
        ("CONSTRUCT { ?s ?p _:b } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p [] } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p () } WHERE { ?s ?p ?o }", True),
        ("CONSTRUCT # {}\n { ?s ?p (1 2) } { ?s ?p ?o }", True),
        ("CONSTRUCT { ?s ?p ?o } FROM <x> WHERE { ?s ?p [] , _:b , ( 1 ) }", False),
        ("CONSTRUCT WHERE { ?s ?p ?o }", False),
        ("CONSTRUCT WHERE { ?s ?p _:b }", True),
        ("CONSTRUCT FROM <x> FROM NAMED ex:y # {}\n WHERE { [] ?p ?o }", True),
        ("PREFIX e: <urn:{> CONSTRUCT FROM e:x WHERE { ?s ?p ?o }", False),
        ("DESCRIBE <urn:x>", False),
        ("PREFIX e: <now#> ASK { ?s e:knows <urn:x:known> }", False),
        ("ASK { _:now ?p ?o }", False),
    ],
)
def test_query_that_may_get_other_bytes_next_time_is_volatile(text: str, is_volatile: bool) -> None:
    """SPARQL 1.1 Query, 16.2.1, 17.4.2 and 17.4.5."""
    assert guard.read(text, {"ex": "http://e/"}).is_volatile is is_volatile


@pytest.mark.parametrize(
    "expression",
    [
        "3<RAND()*10&&4>3",
        "3<=RAND()*10&&4>3",
        "'a'<'>' && RAND()<0.5 && 'b' != 'c'",
        "1<2#>'''\n&&RAND()<0.5)}#'''\n",
        "1<ex:f(?x,RAND())&&4>3",
        "1 IN(1<ex:f,RAND()>0.5)",
    ],
)
def test_function_that_less_than_hides_is_found(expression: str) -> None:
    """The grammar has an IRI from `<` to `>` there; the parser behind us reads an expression."""
    assert guard.read(f"SELECT * {{ FILTER({expression}) }}", {"ex": "http://e/"}).is_volatile


def test_prefix_that_less_than_hides_needs_no_declaration() -> None:
    known = {"a": "http://a/", "b": "http://b/", "c": "http://c/", "d": "http://d/"}
    text = "PREFIX c: <http://own/> SELECT * { ?s d:p ?o FILTER(?o<a:f(?s)&&c:x>b:y) }"
    assert guard.read(text, known).registered == ("d", "b", "a")


def test_registered_prefixes_that_are_used_and_not_declared_are_listed() -> None:
    """In the order of their first use."""
    known = {"a": "http://a/", "b": "http://b/", "c": "http://c/", "d": "http://d/"}
    text = "PREFIX c: <http://own/> SELECT * FROM d:g { b:x a:y c:z . ?s a:p 'd:q'^^b:t }"
    assert guard.read(text, known).registered == ("d", "b", "a")


def joined(count: int, pattern: str = "?s <urn:p> ?o", mark: str = " . ") -> str:
    return "ASK { " + mark.join([pattern] * count) + " }"


@pytest.mark.parametrize(
    "text",
    [
        joined(2000),
        joined(300, "<urn:p> ?o", " ; ").replace("{", "{ ?s "),
        joined(300, "?o", ",").replace("{", "{ ?s ?p "),
        joined(5000, "<urn:p>", "/"),
        joined(300, "{ ?s ?p ?o }", " "),
        joined(300, "GRAPH ?g { ?s ?p ?o }", " "),
        joined(300, "?s (<urn:p>/<urn:q>) ?o"),
        "ASK { ?s ?p [ " + " ; ".join(["<urn:p> ?o"] * 300) + " ] }",
        "CONSTRUCT WHERE { " + " . ".join(["?s ?p ?o"] * 300) + " }",
    ],
)
def test_more_than_256_patterns_that_are_joined_are_refused(text: str) -> None:
    """Planning them would take minutes."""
    with pytest.raises(QuerySyntaxError, match="256 patterns") as caught:
        guard.read(text, {})
    assert caught.value.line == 1


@pytest.mark.parametrize("operator", ["||", "&&", " + ", " - ", "*", "!"])
def test_more_than_10000_operators_are_refused(operator: str) -> None:
    """They would overflow the stack, or take minutes to plan."""
    with pytest.raises(QuerySyntaxError, match="10000 operators"):
        guard.read("ASK { FILTER(" + operator.join(["?a"] * 12_000) + ") }", {})
    union = " UNION ".join(["{}"] * 12_000)
    with pytest.raises(QuerySyntaxError, match="10000 operators"):
        guard.read(f"ASK {{ {union} }}", {})


@pytest.mark.parametrize(
    "text",
    [
        joined(256),
        "ASK { FILTER(1 IN (" + ",".join(["2.5"] * 20_000) + ")) }",
        "ASK { VALUES (?a ?b) { " + " ".join(["(1.5 <http://a.b/c;d>)"] * 8_000) + " } }",
        "CONSTRUCT { " + " . ".join(["?s <urn:p> ?o"] * 2_000) + " } WHERE { ?s ?p ?o }",
        "ASK { " + " UNION ".join([joined(10)[4:]] * 300) + " }",
        "ASK { " + " ".join(["OPTIONAL { ?s ?p ?o }"] * 500) + " }",
        "ASK { FILTER(" + "||".join(["?a = 1"] * 2_000) + ") }",
        "SELECT " + " ".join(f"(1 AS ?v{n})" for n in range(2_000)) + " {}",
        joined(100, "?s ?p 'a.b.c;d,e/f.g' , <http://a.b.c/d/e/f.g>"),
    ],
)
def test_long_queries_that_are_no_danger_pass(text: str) -> None:
    """What lists values, takes alternatives or makes much is not what planning is slow for."""
    assert guard.read(text, {}).form


def listing(rows: int) -> str:
    """Return a query as this package makes them: a pattern for a long list of terms."""
    row = '(<https://e.example/a.b/c> "Some words, and more; a/b.")'
    return f"SELECT ?s ?o\nWHERE {{\n  VALUES (?s ?p) {{ {row * rows} }}\n  ?s ?p ?o .\n}}"


def test_text_of_our_own_is_read_in_a_tenth_of_the_time() -> None:
    """A page of a list names thousands of terms, which nobody has to tell apart."""
    text = listing(5_000)
    seconds = []
    for read in (guard.read_own, guard.read):
        best = 9.0
        for _ in range(3):
            start = time.perf_counter()
            assert read(text, {}).safe == text
            best = min(best, time.perf_counter() - start)
        seconds.append(best)
    assert seconds[0] < seconds[1] / 10


@pytest.mark.parametrize(
    "clause", [f"SERVICE {NOWHERE} {{ ?s ?p ?o }}", f"S\\u0045RVICE {NOWHERE} {{ ?s ?p ?o }}"]
)
def test_text_of_our_own_calls_nobody_either(clause: str) -> None:
    with pytest.raises(QueryRefused, match="SERVICE"):
        guard.read_own(f"SELECT * {{ {clause} }}", {})


def test_text_of_our_own_joins_no_more_than_a_client_s() -> None:
    """However it was made, planning it would take minutes."""
    for text in (joined(300), joined(300, "{ ?s ?p ?o }", " ")):
        with pytest.raises(QuerySyntaxError, match="256 patterns"):
            guard.read_own(text, {})


@pytest.mark.parametrize("name", sorted(path.stem for path in texts.QUERIES.glob("*.rq")))
def test_saved_text_of_our_own_needs_no_reading(name: str) -> None:
    """It declares its prefixes and gives the same each time; its blanks are read as variables."""
    text = texts.query(name)
    reading = guard.read(text, {})
    assert guard.read_own(text, {}).safe == reading.safe
    assert (reading.unknown, reading.registered) == ({}, ())
    assert not reading.is_volatile
    assert not reading.default_graphs
    assert not reading.named_graphs
