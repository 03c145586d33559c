"""Forms with files (RFC 7578), and what a request to validate asks: what is read, what is refused."""

from __future__ import annotations

import re

import pytest

from clausegraph import formats
from clausegraph.errors import BadRequest, UnsupportedMedia
from clausegraph.validate.jobs import Options, Part
from clausegraph.web.validating_forms import MOST_FIELDS, Field, fields
from clausegraph.web.validating_requests import Asked, read

TYPE = "multipart/form-data; boundary=cut"
TURTLE = b"<urn:s> <urn:p> <urn:o> ."


def part(disposition: str, data: bytes, content_type: str = "") -> bytes:
    """Return one part of a form, after its delimiter."""
    typed = f"Content-Type: {content_type}\r\n" if content_type else ""
    head = f"\r\nContent-Disposition: form-data; {disposition}\r\n{typed}\r\n"
    return b"--cut" + head.encode() + data + b"\r\n"


def form(*parts: bytes) -> bytes:
    """Return a whole form."""
    return b"".join(parts) + b"--cut--\r\n"


def asked(*parts: bytes, query: list[tuple[str, str]] | None = None) -> Asked:
    """Return what a form asks."""
    return read(form(*parts), TYPE, query or [])


@pytest.mark.parametrize("content_type", [TYPE, 'Multipart/Form-Data; Boundary="cut"'])
def test_a_form_is_read(content_type: str) -> None:
    """RFC 7578, section 4; RFC 2046, section 5.1.1: what is outside of the parts is no part."""
    body = b"before\r\n" + form(
        part('name="data"; filename="my.ttl"', TURTLE, "text/turtle"),
        part("name=severity", b"info"),
    )
    assert fields(body + b"after", content_type) == [
        Field("data", "my.ttl", "text/turtle", TURTLE),
        Field("severity", None, "", b"info"),
    ]


@pytest.mark.parametrize(
    "data", [b"", b"\r\n", b"x--cut", b"\r\n--cu", b"a\x00\xff\r\n\r\nb", b"-"]
)
def test_what_a_part_holds_is_kept_byte_for_byte(data: bytes) -> None:
    """Only a line break with the whole delimiter ends a part."""
    assert fields(form(part('name="data"', data)), TYPE)[0].data == data


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("my.ttl", "my.ttl"),
        (r"C:\\files\\my.ttl", "my.ttl"),
        ("../../etc/passwd", "passwd"),
        (r"a\"b.ttl", 'a"b.ttl'),
        ("a%22b%0D%0A.ttl", 'a"b.ttl'),
        ("数据.ttl", "数据.ttl"),
        ("a\tb\x1b.ttl", "ab.ttl"),
        ("x" * 500 + ".ttl", "x" * 116 + ".ttl"),
    ],
)
def test_the_name_of_a_file_is_its_last_part(given: str, kept: str) -> None:
    """RFC 7578, section 4.2: a receiver does not use the directories in it."""
    assert fields(form(part(f'name="data"; filename="{given}"', TURTLE)), TYPE)[0].file == kept


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (form(part("name=data", TURTLE)), "multipart/form-data"),
        (form(part("name=data", TURTLE)), "multipart/form-data; boundary="),
        (form(part("name=data", TURTLE)), f"multipart/form-data; boundary={'x' * 71}"),
        (form(part("name=data", TURTLE)), "multipart/form-data; boundary=other"),
        (b"", TYPE),
        (part("name=data", TURTLE), TYPE),
        (form(part("name=data", TURTLE)).removesuffix(b"--\r\n"), TYPE),
        (form(b"--cut\r\nno header at all\r\n"), TYPE),
        (form(b"--cutter\r\n\r\n\r\n"), TYPE),
        (form(part("filename=my.ttl", TURTLE)), TYPE),
        (form(b"--cut\r\nContent-Type: text/turtle\r\n\r\nx\r\n"), TYPE),
        (form(part(f'name="{"x" * 9000}"', TURTLE)), TYPE),
        (form(*[part("name=data", TURTLE)] * (MOST_FIELDS + 1)), TYPE),
        (form(*[b"--cut\r\n"] * 100_000), TYPE),
    ],
)
def test_what_is_no_form_is_refused(body: bytes, content_type: str) -> None:
    """Nothing is guessed, and nothing takes long."""
    with pytest.raises(BadRequest):
        fields(body, content_type)


@pytest.mark.parametrize("syntax", formats.READABLE, ids=lambda syntax: syntax.name)
def test_a_body_is_a_document_by_its_media_type(syntax: formats.Syntax) -> None:
    """`curl --data-binary @file -H 'Content-Type: ...'`."""
    found = read(TURTLE, f"{syntax.media_type}; charset=UTF-8", [])
    assert found.data == (Part(f"data{syntax.suffix}", syntax.media_type, TURTLE),)
    assert (found.shapes, found.options, found.seconds) == ((), Options(), None)


@pytest.mark.parametrize(
    "content_type",
    [
        *("", "text/html", "application/x-www-form-urlencoded", "text/turtle; charset=latin-1"),
        *("multipart/mixed; boundary=cut", "text/plain"),
    ],
)
def test_a_body_that_is_no_rdf_is_refused_with_a_remedy(content_type: str) -> None:
    """RFC 9110, section 15.5.16; what curl sends by itself is no document."""
    with pytest.raises(UnsupportedMedia) as caught:
        read(TURTLE, content_type, [])
    assert "--data-binary @my.ttl -H 'Content-Type: text/turtle'" in str(caught.value.remedy)


@pytest.mark.parametrize(
    ("disposition", "content_type", "syntax"),
    [
        ('name="data"; filename="my.nt"', "text/turtle", formats.TURTLE),
        ('name="data"; filename="my.nt"', "application/octet-stream", formats.N_TRIPLES),
        ('name="data"; filename="MY.TRIG"', "", formats.TRIG),
        ('name="data"; filename="my.json"', "application/json", formats.JSON_LD),
        ('name="data"; filename="my.json"', "", formats.JSON_LD),
        ('name="data"; filename="my.owl"', "", formats.RDF_XML),
        ('name="data"; filename="my.xml"', "text/xml", formats.RDF_XML),
        ('name="data"; filename="my.nq"', "text/plain", formats.N_QUADS),
        ('name="data"', "", formats.TURTLE),
        ('name="data"', "application/n-quads", formats.N_QUADS),
    ],
)
def test_a_document_of_a_form_is_read_by_type_or_suffix(
    disposition: str, content_type: str, syntax: formats.Syntax
) -> None:
    """A media type that says something wins; else the suffix; a text of a page is Turtle."""
    assert asked(part(disposition, TURTLE, content_type)).data[0].media_type == syntax.media_type


@pytest.mark.parametrize(
    ("disposition", "content_type"),
    [
        ('name="data"; filename="my.docx"', ""),
        ('name="data"; filename="my.docx"', "application/octet-stream"),
        ('name="data"; filename=""', ""),
        ('name="data"', "text/html"),
        ('name="shapes"; filename="my.ttl"', "text/turtle; charset=utf-16"),
    ],
)
def test_a_document_of_no_known_syntax_is_refused(disposition: str, content_type: str) -> None:
    """RFC 9110, section 15.5.16."""
    with pytest.raises(UnsupportedMedia) as caught:
        asked(part("name=data", TURTLE), part(disposition, TURTLE, content_type))
    assert ";type=text/turtle'" in str(caught.value.remedy)


def test_a_form_says_everything() -> None:
    """Documents keep their order; options may stand in the address or in the form."""
    found = asked(
        part('name="data"; filename="a.ttl"', b"a"),
        part('name="shapes"; filename="s.ttl"', b"s"),
        part('name="data"', b"b"),
        part('name="syntax"', b"application/trig"),
        part('name="max-results"', b"7"),
        part('name="allow-empty"', b"true"),
        part('name="timeout"', b"2.5"),
        part('name="_mediatype"', b"text/csv"),
        query=[("severity", "Warning"), ("background", "none")],
    )
    turtle, trig = formats.TURTLE.media_type, formats.TRIG.media_type
    assert found.data == (Part("a.ttl", turtle, b"a"), Part("data.trig", trig, b"b"))
    assert found.shapes == (Part("s.ttl", turtle, b"s"),)
    assert found.options == Options(
        "turtle", "", "warning", background=False, most=7, allow_empty=True
    )
    assert (found.seconds, found.media_type, found.pasted) == (2.5, "text/csv", {"data": "b"})


def test_documents_have_names_of_their_own() -> None:
    """So that a report, or a problem, says which one it is about."""
    given = [("data", "a.ttl"), ("shapes", "a.ttl"), ("data", "a.ttl"), ("data", "a-2.ttl")]
    found = asked(*[part(f'name="{name}"; filename="{file}"', TURTLE) for name, file in given])
    assert [each.name for each in found.data] == ["a.ttl", "a-3.ttl", "a-2-2.ttl"]
    assert [each.name for each in found.shapes] == ["a-2.ttl"]


def test_a_file_without_content_is_a_document() -> None:
    """It was sent: shapes that are none are told, and ours do not judge in their place."""
    found = asked(part('name="data"', TURTLE), part('name="shapes"; filename="s.ttl"', b" "))
    assert found.shapes == (Part("s.ttl", "text/turtle", b" "),)


def test_fields_of_a_page_that_were_not_filled_in_say_nothing() -> None:
    """HTML, 4.10.21.4: a browser sends them empty."""
    found = asked(
        part('name="data"', TURTLE),
        part('name="data"; filename=""', b"", "application/octet-stream"),
        part('name="shapes"', b" \r\n"),
        part('name="shapes"; filename=""', b"", "application/octet-stream"),
        part('name="_mediatype"', b""),
        part('name="max-results"', b""),
    )
    assert (len(found.data), found.shapes, found.media_type) == (1, (), "")


@pytest.mark.parametrize(
    ("name", "value", "detail"),
    [
        ("severity", "fatal", "violation, warning, info"),
        ("background", "theirs", "ours, none"),
        ("allow-empty", "perhaps", "false, true"),
        ("max-results", "0", "between 1 and"),
        ("max-results", "9" * 5000, "between 1 and"),
        ("max-results", "-1", "between 1 and"),
        ("max-results", "²", "between 1 and"),
        ("timeout", "0", "above 0"),
        ("timeout", "nan", "above 0"),
        ("timeout", "soon", "could not convert"),
        ("shape", "x", "Known are: severity"),
        ("data", "x", "Known are: severity"),
        ("syntax", "turtle", "text/turtle"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_refused(name: str, value: str, detail: str) -> None:
    """RFC 9110, section 15.5.1: the problem names it, and what is known."""
    with pytest.raises(BadRequest) as caught:
        asked(part('name="data"', TURTLE), query=[(name, value)])
    assert re.search(re.escape(detail), str(caught.value))
    assert len(str(caught.value)) < 400


def test_a_parameter_that_is_given_twice_is_refused() -> None:
    """In the address and in the form, too."""
    with pytest.raises(BadRequest, match="given twice"):
        asked(
            part('name="data"', TURTLE),
            part('name="severity"', b"info"),
            query=[("severity", "info")],
        )


def test_a_form_without_data_is_refused() -> None:
    """Shapes alone judge nothing."""
    with pytest.raises(BadRequest, match="no data"):
        asked(part('name="shapes"', TURTLE))


def test_a_field_that_is_no_text_is_refused() -> None:
    """Options are UTF-8."""
    with pytest.raises(BadRequest, match="not UTF-8"):
        asked(part('name="data"', TURTLE), part('name="severity"', b"\xff"))
