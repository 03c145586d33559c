"""Query texts that are meant to hurt: deep, wide, slow, huge, malformed, outbound.

Each table maps a name to a text; `{trap}` in a text stands for an address that must not be called.
"""

from __future__ import annotations

from collections.abc import Iterator

from services import product

DEPTH = 5_000


def nested(before: str, opening: str, middle: str, closing: str, after: str) -> str:
    """Return a text that opens DEPTH levels and closes them."""
    return f"{before}{opening * DEPTH}{middle}{closing * DEPTH}{after}"


def repeated(before: str, part: str, after: str, times: int) -> str:
    """Return `part` so many times, its `#` replaced by a running number."""
    parts = (part.replace("#", str(number)) for number in range(times))
    return before + "".join(parts) + after


# Past the limit of nesting: refused before anything is evaluated.
DEEP = {
    "groups": nested("SELECT * ", "{", "", "}", ""),
    "optionals": nested("SELECT * {", "OPTIONAL {", "", "}", "}"),
    "minuses": nested("SELECT * {", "MINUS {", "?s ?p ?o", "}", "}"),
    "exists": nested("ASK {", "FILTER NOT EXISTS {", "?s ?p ?o", "}", "}"),
    "graphs": nested("ASK {", "GRAPH ?g {", "?s ?p ?o", "}", "}"),
    "unions": nested("ASK {", "{} UNION {", "", "}", "}"),
    "subselects": nested("SELECT * ", "{ SELECT * ", "{}", "}", ""),
    "filters": nested("ASK { FILTER(", "(", "1", ")", ") }"),
    "functions": nested("ASK { FILTER(", "STR(", "1", ")", ") }"),
    "conditions": nested("ASK { FILTER(", "IF(1, 1, ", "1", ")", ") }"),
    "memberships": nested("ASK { FILTER(", "1 IN (", "1", ")", ") }"),
    "sums": nested("SELECT (", "1+(", "1", ")", " AS ?x) {}"),
    "aggregates": nested("SELECT (", "SUM(", "1", ")", " AS ?x) {}"),
    "paths": nested("ASK { ?s ", "(", "<urn:p>", ")", " ?o }"),
    "starred paths": nested("ASK { ?s ", "(", "<urn:p>", ")*", " ?o }"),
    "collections": nested("ASK { ?s ?p ", "(", "", ")", " }"),
    "blank nodes": nested("ASK { ?s ?p ", "[ <urn:p> ", "1", "]", " }"),
    "template": nested("CONSTRUCT { ?s ?p ", "[ <urn:p> ", "1", "]", " } WHERE {}"),
    "triple terms": nested("ASK { ?s ?p ", "<<( ?s ?p ", "1", ")>>", " }"),
    "reified triples": nested("ASK { ", "<< ?s ?p ", "1", ">>", " ?p ?o }"),
    "annotations": nested("ASK { ?s ?p ?o ", "{| ?p ?o ", "", "|}", " }"),
    "opened only": "SELECT * " + "{" * DEPTH,
}

# Deep for a parser or a planner, without a bracket.
CHAINS = {
    "not": repeated("ASK { FILTER(", "!", "true) }", DEPTH),
    "many nots": repeated("ASK { FILTER(", "!", "true) }", 200_000),
    "minus signs": repeated("ASK { FILTER(", "- ", "1) }", 100_000),
    "sum": repeated("ASK { FILTER(1", "+1", ") }", 100_000),
    "signed numbers": repeated("ASK { FILTER(1", " -1", ") }", 80_000),
    "products": repeated("ASK { FILTER(1", "*1", ") }", 100_000),
    "or": repeated("ASK { FILTER(", "1||", "1) }", 80_000),
    "and": repeated("ASK { FILTER(", "1&&", "1) }", 80_000),
    "path sequence": repeated("ASK { ?s <a>", "/<a>", " ?o }", 50_000),
    "path alternatives": repeated("ASK { ?s <a>", "|<a>", " ?o }", 50_000),
    "negated path set": repeated("ASK { ?s !(<a>", "|<a>", ") ?o }", 50_000),
    "unions": repeated("SELECT * { {}", " UNION {}", " }", 10_000),
    "optionals": repeated("SELECT * {", "OPTIONAL {}", " }", 20_000),
    "optional patterns": repeated("SELECT * {", "OPTIONAL {?s# ?p# ?o#}", " }", 5_000),
    "minuses": repeated("SELECT * {", "MINUS {}", " }", 25_000),
    "binds": repeated("SELECT * {", "BIND(1 AS ?x#)", " }", 10_000),
    "filters": repeated("SELECT * {", "FILTER(1)", " }", 25_000),
    "filters that exist": repeated("ASK { ?s ?p ?o ", "FILTER EXISTS {?s ?p ?o}", " }", 8_000),
    "empty groups": repeated("SELECT * {", "{}", " }", 100_000),
    "subselects": repeated("SELECT * {", "{SELECT*{}}", " }", 20_000),
    "graphs": repeated("SELECT * {", "GRAPH <g>{}", " }", 20_000),
}

WIDE = {
    "a chain of patterns": repeated("SELECT * {", "?s# ?p# ?s1# . ", "}", 2_000),
    "a star of patterns": repeated("SELECT * {", "?s ?p# ?o# . ", "}", 2_000),
    "a clique of patterns": repeated("ASK {", "?a ?b ?c . ?b ?c ?a . ", "}", 2_000),
    "one pattern again and again": repeated("ASK {", "?s ?p ?o . ", "}", 20_000),
    "objects": repeated("ASK { ?s ?p 1", ",#", "}", 30_000),
    "predicates": repeated("ASK { ?s a 1", ";a #", "}", 20_000),
    "values": repeated("SELECT * { VALUES ?x {", "1 ", "} }", 100_000),
    "value rows": repeated("SELECT * { VALUES (?x ?y) {", "(1 #)", "} }", 20_000),
    "values blocks": repeated("SELECT * {", "VALUES ?x# {1}", "}", 10_000),
    "in": repeated("ASK { FILTER(0 IN (1", ",1", ")) }", 100_000),
    "or past the cap": repeated("ASK { FILTER(", "1||", "1) }", 100_000),
    "columns": repeated("SELECT ", "?x# ", "{}", 25_000),
    "expressions": repeated("SELECT ", "(1 AS ?x#)", "{}", 12_000),
    "groups": repeated("SELECT (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY", " ?x#", "", 25_000),
    "orders": repeated("SELECT * { ?s ?p ?o } ORDER BY", " ?s", "", 50_000),
    "arguments": repeated("SELECT (CONCAT('a'", ",'a'", ") AS ?x) {}", 50_000),
    "aggregates": repeated("SELECT ", "(COUNT(?s) AS ?x#)", "{ ?s ?p ?o }", 9_000),
    "template": repeated("CONSTRUCT {", "?s ?p #.", "} WHERE { ?s ?p ?o }", 15_000),
    "described": repeated("DESCRIBE", " <u#>", "", 25_000),
    "prefixes": repeated("", "PREFIX p#: <u#>\n", "ASK {}", 10_000),
    "bases": repeated("", "BASE <u#>\n", "ASK {}", 15_000),
    "from": repeated("SELECT *", " FROM <u#>", "{ ?s ?p ?o }", 1_000),
    "from named": repeated("SELECT *", " FROM NAMED <urn:u#>", "{ GRAPH ?g { ?s ?p ?o } }", 1_000),
    "comments": "ASK {" + "#\n" * 100_000 + "}",
    "semicolons": "ASK { ?s ?p ?o " + ";" * 200_000 + " }",
    "dots": "ASK { ?s ?p ?o " + "." * 200_000 + " }",
}

THREE = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
KNOWS = "(!<urn:none>|^!<urn:none>)"
SLOW = {
    "values product": f"SELECT (COUNT(*) AS ?n) {{ {product()} }}",
    "values product in subselects": f"SELECT * {{ {{ SELECT (SUM(?v0) AS ?n) {{ {product()} }} }} }}",
    "ask": f"ASK {{ {product()} FILTER(?v0 + ?v1 + ?v2 + ?v3 + ?v4 + ?v5 < 0) }}",
    "product of patterns": f"SELECT (COUNT(*) AS ?n) {{ {THREE} }}",
    "paths": f"SELECT (COUNT(*) AS ?n) {{ ?a {KNOWS}* ?b . ?b {KNOWS}* ?c }}",
    "paths of one step or more": f"SELECT (COUNT(*) AS ?n) {{ ?a {KNOWS}+/{KNOWS}+/{KNOWS}+ ?b }}",
    "optional path": f"SELECT (COUNT(*) AS ?n) {{ ?a ({KNOWS}?/{KNOWS}?)* ?b }}",
    "not exists": "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER NOT EXISTS { ?a ?x ?f . ?f ?y ?d } } LIMIT 1000000",
    "exists": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER EXISTS { ?f ?x ?y . ?y ?z ?c } }",
    "minus": f"SELECT (COUNT(*) AS ?n) {{ {THREE} MINUS {{ ?a ?b ?i }} }}",
    "optional": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c OPTIONAL { ?d ?e ?f . ?g ?h ?i } }",
    "regex": f"SELECT (COUNT(*) AS ?n) {{ {THREE} FILTER REGEX(STR(?c), '(a+)+$') }}",
    "regex that goes back": "ASK { FILTER REGEX('" + "a" * 20_000 + "b', '(a|aa|a?)*{1,200}c') }",
    "group": f"SELECT ?a (COUNT(*) AS ?n) {{ {THREE} }} GROUP BY ?a",
    "order": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c",
    "distinct count": f"SELECT (COUNT(DISTINCT ?c) AS ?n) {{ {THREE} }}",
    "limit past the end": f"SELECT * {{ {product()} }} OFFSET 1000000000000 LIMIT 1",
    "describe": f"DESCRIBE ?a {{ {THREE} }}",
    "union of products": f"SELECT (COUNT(*) AS ?n) {{ {{ {THREE} }} UNION {{ {product()} }} }}",
    "graphs": "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } GRAPH ?i { ?j ?k ?l } }",
    "hashes": f"SELECT (COUNT(*) AS ?n) {{ {THREE} FILTER(SHA512(CONCAT(STR(?c), STR(?f), STR(?i))) = 'x') }}",
}

DOUBLING = "".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1}) " for n in range(45))
MEMORY = {
    "order": f"SELECT * {{ {product(4)} }} ORDER BY ?v3 ?v2",
    "distinct": f"SELECT DISTINCT * {{ {product(4)} }}",
    "construct": f"CONSTRUCT {{ ?s ?v0 ?v1 }} WHERE {{ ?s ?p ?o {product(3)} }}",
    "group": f"SELECT ?v0 ?v1 ?v2 ?v3 (COUNT(*) AS ?n) {{ {product(4)} }} GROUP BY ?v0 ?v1 ?v2 ?v3",
    "group_concat": f"SELECT (GROUP_CONCAT(?v0) AS ?x) {{ {product(4)} }}",
    "count distinct": f"SELECT (COUNT(DISTINCT *) AS ?n) {{ {product(4)} }}",
    "concat": f"SELECT (STRLEN(?x45) AS ?n) {{ BIND('abcdefgh' AS ?x0) {DOUBLING} }}",
    "concat as a result": f"SELECT ?x30 {{ BIND('abcdefgh' AS ?x0) {DOUBLING} }}",
    "replace": "SELECT (STRLEN("
    + "REPLACE(" * 40
    + "'aaaa'"
    + ", 'a', 'aaaaaaaa')" * 40
    + ") AS ?n) {}",
    "encode": "SELECT (STRLEN(" + "ENCODE_FOR_URI(" * 60 + "'%%%%%%%%'" + ")" * 60 + ") AS ?n) {}",
    "join": "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c } } { SELECT * { ?d ?e ?f } } { SELECT * { ?g ?h ?i } } }",
    "rows": f"SELECT * {{ {product()} }}",
    "describe": "DESCRIBE * { ?s ?p ?o . ?a ?b ?c }",
    "sample": "SELECT ?v0 (GROUP_CONCAT(?v1; separator='"
    + "x" * 10_000
    + f"') AS ?x) {{ {product(3)} }} GROUP BY ?v0",
}

HUGE = {
    "past the cap": "ASK {} #" + "x" * 256_000,
    "two megabytes": "ASK {} #" + "x" * 2_000_000,
    "a literal": "ASK { BIND('" + "x" * 250_000 + "' AS ?x) }",
    "a long literal": 'ASK { BIND("""' + '""\n' * 80_000 + '""" AS ?x) }',
    "an IRI": "ASK { <http://example.org/" + "x" * 250_000 + "> ?p ?o }",
    "a variable": "SELECT ?" + "x" * 250_000 + " {}",
    "a name": "ASK { cg:" + "x" * 250_000 + " ?p ?o }",
    "a blank node": "ASK { _:" + "x" * 250_000 + " ?p ?o }",
    "a language": "ASK { ?s ?p 'x'@" + "x" * 250_000 + " }",
    "a number": "ASK { FILTER(" + "9" * 250_000 + " > 1) }",
    "a decimal": "ASK { FILTER(0." + "9" * 250_000 + " > 1) }",
    "an exponent": "SELECT (1e" + "9" * 100_000 + " AS ?x) {}",
    "a limit": "SELECT * {} LIMIT " + "9" * 100_000,
    "an offset": "SELECT * {} OFFSET 18446744073709551616",
    "a date": "SELECT ('"
    + "9" * 100_000
    + "-01-01'^^<http://www.w3.org/2001/XMLSchema#date> AS ?x) {}",
    "escapes": "ASK { BIND('" + "\\u0041" * 40_000 + "' AS ?x) }",
    "white space": "ASK {" + " \n\t" * 80_000 + "}",
    "a word": "x" * 250_000,
    "a repeated regular expression": "ASK { FILTER REGEX('a', '((a{1,900}){1,900}){1,900}') }",
    "a regular expression": "ASK { FILTER REGEX('x', '" + "(x?)" * 50_000 + "') }",
}

MALFORMED: dict[str, bytes] = {
    "NUL": b"ASK { \x00 }",
    "NUL in a literal": b"ASK { BIND('a\x00b' AS ?x) }",
    "NULs": b"\x00" * 100_000,
    "control characters": bytes(range(1, 32)) * 1000,
    "lone surrogate": b"ASK { BIND('\xed\xa0\x80' AS ?x) }",
    "escaped surrogate": b"ASK { BIND('\\uD800' AS ?x) }",
    "escaped nothing": b"ASK { BIND('\\UFFFFFFFF' AS ?x) }",
    "half an escape": b"ASK { BIND('\\u00' AS ?x) }",
    "surrogate in an IRI": b"ASK { <urn:\\uDC00> ?p ?o }",
    "invalid UTF-8": b"ASK { BIND('\xff\xfe' AS ?x) }",
    "overlong UTF-8": b"ASK \xc1\xbb \xc1\xbd",
    "cut UTF-8": "ASK { BIND('人".encode()[:-1],
    "UTF-16": "ASK {}".encode("utf-16"),
    "UTF-32": "ASK {}".encode("utf-32"),
    "BOM": b"\xef\xbb\xbfASK {}",
    "two BOMs": b"\xef\xbb\xbf\xef\xbb\xbfASK {}",
    "string without an end": b"ASK { BIND('x AS ?x) }",
    "strings without an end": b"'" * 99_999,
    "long string without an end": b'ASK { BIND("""x" AS ?x) }',
    "quotes": b'"' * 250_000,
    "comment without an end": b"ASK {} # x",
    "comment that hides the end": b"ASK { # }",
    "IRI without an end": b"ASK { <http://example.org/ ?p ?o }",
    "angles": b"<" * 250_000,
    "brackets that do not match": b"ASK { ( } )",
    "closed only": b"}" * 250_000,
    "escapes alone": b"\\u0041" * 40_000,
    "backslashes": b"\\" * 250_000,
    "percent": b"%" * 250_000,
    "nothing": b"",
    "white space": b" \t\r\n" * 1000,
    "other white space": "ASK\u00a0{\u2028}".encode(),
    "right to left": "ASK { \u202e } #".encode(),
    "a form": b"query=ASK%20%7B%7D",
    "JSON": b'{"query": "ASK {}"}',
    "XML": b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>",
    "SQL": b"SELECT * FROM users WHERE 1=1; DROP TABLE users",
    "a shell": b"; cat /etc/passwd #",
    "format string": b"%s%s%s%n {0} {x.__class__} ${jndi:ldap://127.0.0.1/}",
    "two queries": b"ASK {} ASK {}",
    "query and update": b"ASK {} ; DROP ALL",
    "group of nobody": b"SELECT ?x { ?s ?p ?o } GROUP BY ?s",
    "column twice": b"SELECT (1 AS ?x) (2 AS ?x) {}",
    "aggregate of an aggregate": b"SELECT (SUM(COUNT(*)) AS ?x) {}",
    "unknown function": b"SELECT (<urn:f>(1) AS ?x) {}",
    "relative base": b"BASE <x> BASE <../../..> SELECT * { <> ?p <?x#y> }",
    "bad IRI": b"ASK { <http://[::1> ?p <http://a:b:c/> }",
    "division by zero": b"SELECT (1/0 AS ?x) (1.0/0.0 AS ?y) (1e0/0 AS ?z) {}",
    "bad cast": b"SELECT (STRDT('x', <http://www.w3.org/2001/XMLSchema#integer>) + 1 AS ?x) {}",
    "bad regular expression": b"ASK { FILTER REGEX('x', '(((') }",
    "negative limit": b"SELECT * {} LIMIT -1",
}


def outbound() -> Iterator[tuple[str, str]]:
    """Yield texts that call another service, one spelling and place after the other."""
    for word in (
        "SERVICE",
        "service",
        "sErViCe",
        "SERVICE SILENT",
        "service\tsilent",
        "SERVICE#x\nSILENT#y\n",
        "\\u0053ERVICE",
        "SERV\\u0049CE",
        "\\U00000073ervice",
        "\\u0053\\u0045\\u0052\\u0056\\u0049\\u0043\\u0045",
        "SERVICE \\u0053ILENT",
        "\\u0053ERVICE SI\\U0000004CENT",
    ):
        yield f"as {word!r}", f"SELECT * {{ {word} <{{trap}}> {{ ?s ?p ?o }} }}"
    call = "SERVICE <{trap}> { ?s ?p ?o }"
    places = {
        "in a subselect": f"SELECT * {{ {{ SELECT * {{ {call} }} }} }}",
        "in an optional": f"SELECT * {{ OPTIONAL {{ {call} }} }}",
        "in a minus": f"SELECT * {{ ?a ?b ?c MINUS {{ {call} }} }}",
        "in a union": f"SELECT * {{ {{}} UNION {{ {call} }} }}",
        "in a filter": f"ASK {{ FILTER NOT EXISTS {{ {call} }} }}",
        "in an expression": f"SELECT (EXISTS {{ {call} }} AS ?x) {{}}",
        "in a bind": f"ASK {{ BIND(EXISTS {{ {call} }} AS ?x) }}",
        "in a having": f"SELECT ?x {{ ?x ?y ?z }} GROUP BY ?x HAVING (EXISTS {{ {call} }})",
        "in an order": f"SELECT ?x {{ ?x ?y ?z }} ORDER BY (EXISTS {{ {call} }})",
        "in a graph": f"ASK {{ GRAPH ?g {{ {call} }} }}",
        "in a service": f"ASK {{ SERVICE <urn:x> {{ {call} }} }}",
        "of a construct": f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {call} }}",
        "of a describe": f"DESCRIBE ?s {{ {call} }}",
        "by a variable": "SELECT * { VALUES ?x { <{trap}> } SERVICE ?x { ?s ?p ?o } }",
        "by a bound variable": "SELECT * { BIND(IRI('{trap}') AS ?x) SERVICE SILENT ?x { ?s ?p ?o } }",
        "by a prefix": "PREFIX x: <{trap}> SELECT * { SERVICE x: { ?s ?p ?o } }",
        "by a base": "BASE <{trap}> SELECT * { SERVICE <x> { ?s ?p ?o } }",
        "by an escaped IRI": "SELECT * { SERVICE <\\u0068{trap_tail}> { ?s ?p ?o } }",
        "in what may be an IRI": "SELECT * { FILTER(?a<?b)SERVICE#>\n<{trap}> { ?s ?p ?o } }",
        "without spaces": "SELECT*{SERVICE<{trap}>{?s ?p ?o}}",
        "behind a name": "PREFIX service: <{trap}> SELECT * { service:x { ?s ?p ?o } }",
        "behind a comment": "SELECT * { #\r SERVICE <{trap}> { ?s ?p ?o } }",
        "behind a number": "SELECT * { ?a ?b 1.SERVICE <{trap}> { ?s ?p ?o } }",
        "behind a string": "SELECT * { ?a ?b ''.SERVICE <{trap}> { ?s ?p ?o } }",
        "behind a language": "SELECT * { ?a ?b ''@en.SERVICE <{trap}> { ?s ?p ?o } }",
        "load": "LOAD <{trap}>",
        "load silently": "LOAD SILENT <{trap}> INTO GRAPH <urn:x>",
        "load, escaped": "\\u004COAD <{trap}>",
    }
    yield from places.items()


OUTBOUND = dict(outbound())

# Nothing is fetched for these, and nothing is wrong with them.
HARMLESS = {
    "service in a string": "ASK { BIND('SERVICE <{trap}> { }' AS ?x) }",
    "service in a comment": "ASK {} # SERVICE <{trap}>",
    "service in an IRI": "ASK { <{trap}SERVICE> ?p ?o }",
    "service as a variable": "SELECT ?service { ?service ?p <{trap}> } LIMIT 1",
    "load in a string": "ASK { BIND('LOAD <{trap}>' AS ?x) }",
    "from": "SELECT * FROM <{trap}> { ?s ?p ?o }",
    "from named": "SELECT * FROM NAMED <{trap}> { GRAPH ?g { ?s ?p ?o } }",
    "from by a base": "BASE <{trap}> SELECT * FROM <x> { ?s ?p ?o }",
    "from by a prefix": "PREFIX x: <{trap}> SELECT * FROM x:y { ?s ?p ?o }",
    "from a file": "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "from a relative file": "BASE <file:///etc/> SELECT * FROM <passwd> { ?s ?p ?o }",
    "a graph": "SELECT * { GRAPH <{trap}> { ?s ?p ?o } }",
    "described": "DESCRIBE <{trap}>",
    "an unknown host": "SELECT * FROM <http://nowhere.invalid/> { ?s ?p ?o }",
    "cloud metadata": "SELECT * FROM <http://169.254.169.254/latest/meta-data/> { ?s ?p ?o }",
}

UPDATES = {
    "insert data": "INSERT DATA { <urn:s> <urn:p> <urn:o> }",
    "insert into a graph": "INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> <urn:o> } }",
    "delete data": "DELETE DATA { <urn:s> <urn:p> <urn:o> }",
    "delete where": "DELETE WHERE { ?s ?p ?o }",
    "delete and insert": "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
    "insert where": "INSERT { ?s <urn:p> ?o } WHERE { ?s ?p ?o }",
    "with": "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "using": "DELETE { ?s ?p ?o } USING <urn:g> WHERE { ?s ?p ?o }",
    "load": "LOAD <urn:x>",
    "clear": "CLEAR ALL",
    "clear silently": "CLEAR SILENT DEFAULT",
    "create": "CREATE GRAPH <urn:g>",
    "drop": "DROP ALL",
    "copy": "COPY DEFAULT TO <urn:g>",
    "move": "MOVE DEFAULT TO <urn:g>",
    "add": "ADD DEFAULT TO <urn:g>",
    "several": "CREATE GRAPH <urn:g> ; DROP GRAPH <urn:g>",
    "behind a prologue": "BASE <urn:x> PREFIX x: <urn:x> # y\nDROP ALL",
    "behind a version": 'VERSION "1.2" DROP ALL',
    "in lower case": "drop all",
    "escaped": "\\u0044ROP ALL",
}

# What a text is made of (SPARQL 1.1 Query, section 19.8), for texts put together by chance.
TOKENS = (
    "SELECT * WHERE ASK CONSTRUCT DESCRIBE FROM NAMED PREFIX BASE VERSION ORDER BY ASC DESC GROUP "
    "HAVING LIMIT OFFSET DISTINCT REDUCED OPTIONAL UNION MINUS GRAPH FILTER BIND AS VALUES UNDEF "
    "SERVICE SILENT EXISTS NOT IN COUNT SUM MIN GROUP_CONCAT SAMPLE separator REGEX REPLACE IF "
    "COALESCE CONCAT STR LANG NOW RAND UUID BNODE INSERT DELETE DATA LOAD a true false { } ( ) [ ] "
    "<< >> <<( )>> {| |} . , ; / | ^ ^^ ! + - * ? ?x ?y $z _:b cg:Document cg: : rdf:type <urn:a> "
    "<a> <> < > = != <= >= && || 1 -1 1.5 1e9 .5 '' 'a' \"b\" '''c''' @en ~ ' \" # \\ \\u0041 \\u005"
).split()
