"""JSON-LD out: our keys, a stable order, native values, and no remote context in."""

from __future__ import annotations

import json

import pytest

from clausegraph import jsonld, vocabulary
from clausegraph.errors import InputError, NotAcceptable

CONTEXT = "https://w3id.org/clausegraph/context/1.jsonld"


def test_keys_are_the_registry_s_and_identifiers_are_whole(write) -> None:
    """A reader can follow an identifier without expanding a prefix."""
    node = write(
        "<document/a> a cg:Document ; dcterms:title 'A'@en ; cg:addressesRisk <concept/mit-risk-domain/2.1> ."
    )["@graph"][0]
    assert node == {
        "id": f"{vocabulary.ID}document/a",
        "type": "Document",
        "title": {"en": "A"},
        "addressesRisk": [f"{vocabulary.ID}concept/mit-risk-domain/2.1"],
    }
    assert list(node) == ["id", "type", "title", "addressesRisk"]


def test_numbers_and_truth_are_native(write) -> None:
    """JSON-LD 1.1, section 4.2.3: what JSON can say, JSON says."""
    node = write("<document/a> cg:position 3 ; cg:statedAbsent true ; ex:n 5 .")["@graph"][0]
    assert (node["position"], node["statedAbsent"], node["http://example.org/n"]) == (3, True, 5)


def test_a_number_that_json_would_change_stays_a_text(write) -> None:
    """RFC 8259, section 6: beyond 2^53 a number is not exact; 007 and 1.50 are not canonical."""
    node = write("ex:a ex:n 9007199254740993 , 007 , 1.50 .")["@graph"][0]
    values = node["http://example.org/n"]
    assert {"type": "xsd:integer", "@value": "9007199254740993"} in values
    assert {"type": "xsd:integer", "@value": "007"} in values
    assert {"type": "xsd:decimal", "@value": "1.50"} in values


def test_a_number_of_any_length_is_written(write) -> None:
    """Python refuses to read integers of more than 4300 digits."""
    assert write(f"ex:a ex:n {'9' * 5000} .")["@graph"]


def test_a_value_that_its_key_cannot_hold_has_another_key(write) -> None:
    """JSON-LD 1.1 API, term selection: a term is chosen by what it says of its values."""
    node = write(
        "<document/a> cg:addressesRisk 'odd' , <concept/x> ; dcterms:title 5 , 'A'@en , 'B' ."
    )["@graph"][0]
    assert node["cg:addressesRisk"] == "odd"
    assert node["addressesRisk"] == [f"{vocabulary.ID}concept/x"]
    assert node["dcterms:title"] == 5
    assert node["title"] == {"@none": "B", "en": "A"}


def test_a_language_that_is_called_as_a_key_is_a_language(write) -> None:
    """Indonesian is `id`: its texts are no identifiers."""
    node = write("<document/a> dcterms:title 'eli: x'@id , 'A'@en .")["@graph"][0]
    assert node["title"] == {"en": "A", "id": "eli: x"}


def test_the_context_is_named_not_inlined(write) -> None:
    """JSON-LD 1.1, section 3.1."""
    assert write("ex:a ex:b 1 .")["@context"] == CONTEXT
    assert write("") == {"@context": CONTEXT, "@graph": []}


def test_an_iri_that_looks_like_a_name_with_a_prefix_is_none(write) -> None:
    """JSON-LD 1.1, context definitions: the document takes the meaning from the prefix."""
    document = write("<cg:Foo> <eli:p> <document/a> ; a cg:Document ; cg:number 'A' .")
    assert document["@context"] == [CONTEXT, {"cg": None, "eli": None}]
    (node,) = document["@graph"]
    assert node["id"] == "cg:Foo"
    assert node["eli:p"] == {"id": f"{vocabulary.ID}document/a"}
    assert (node["type"], node["number"]) == ("Document", "A")


def test_the_order_of_the_input_does_not_matter(write) -> None:
    """The same graph gives the same bytes."""
    first = write("ex:a ex:p ex:x , ex:y ; ex:q 2 , 1 . ex:b ex:p 'z'@en , 'a'@en .")
    second = write("ex:b ex:p 'a'@en , 'z'@en . ex:a ex:q 1 , 2 ; ex:p ex:y , ex:x .")
    assert json.dumps(first) == json.dumps(second)


def test_it_is_laid_out_as_json_is(triples) -> None:
    """One key a line, UTF-8, and a line feed at the end."""
    text = triples(
        "ex:a ex:p ( 1 ex:b 'x'@de ) , 'a\\u0001\\t\\b\\\"\\\\/é中\\u2028'@en , true ; dcterms:title 'A'@en ."
    )
    for profile in ("compacted", "expanded", "framed"):
        body = jsonld.write(text, profile).decode()
        assert body == json.dumps(json.loads(body), ensure_ascii=False, indent=1) + "\n"


def test_the_thing_that_a_document_is_about_comes_first(write) -> None:
    """Whatever identifiers stand beside it; the others keep their order."""
    data = "ex:a ex:p 1 . ex:b ex:p 1 . ex:c ex:p 1 ."
    for profile in ("compacted", "framed"):
        found = write(data, profile, first="http://example.org/b")
        assert [node["id"][-1] for node in found["@graph"]] == ["b", "a", "c"]
    expanded = write(data, "expanded", first="http://example.org/b")
    assert [node["@id"][-1] for node in expanded] == ["b", "a", "c"]


def test_a_statement_about_a_statement_is_refused(triples) -> None:
    """RDF 1.2: JSON-LD 1.1 has no form for it."""
    text = triples("ex:a ex:p <<( ex:a ex:q 1 )>> .")
    with pytest.raises(NotAcceptable, match="JSON-LD"):
        jsonld.write(text)


@pytest.mark.parametrize("url", ["http://example.org/context.jsonld", "file:///etc/passwd", ""])
def test_another_context_is_refused_unread(url: str) -> None:
    """JSON-LD 1.1, section 9 (security): nothing is fetched."""
    with pytest.raises(InputError, match="not read"):
        jsonld.load_context(url)


def test_each_property_and_class_has_one_key() -> None:
    """What the writer relies on: with two, it would have to choose."""
    definitions = [value for value in vocabulary.context().values() if isinstance(value, dict)]
    meant = [vocabulary.expand(value["@id"]) for value in definitions]
    assert len(meant) == len(set(meant))
    assert {key for value in definitions for key in value} <= {"@id", "@type", "@container"}
    assert {value.get("@container") for value in definitions} <= {None, "@set", "@language"}
    for value in definitions:
        if "@container" in value:
            assert ("@type" in value) is (value["@container"] == "@set"), value
