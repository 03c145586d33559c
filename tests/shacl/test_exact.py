"""Literals in their own spelling: well-formed ones come back as they were, ill-typed ones too."""

from __future__ import annotations

import warnings

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from clausegraph.shacl import exact, lexical
from clausegraph.vocabulary import RDF, XSD

NODE = NamedNode("urn:x:node")
NAMES = sorted({*lexical._PATTERNS, *lexical._RANGES, "string", "anyURI"})
PARTS = (
    "0 1 - + . 00 5 12 2026 31 05 : T Z E e INF NaN P Y M D H S true false 24:00:00 10:00:00 "
    "+14:00 -00:00 +00:00 99999999999999999999 -- --- 2026-02-29 2024-02-29 -0001 0000 a = 10000 "
    "2026-11-02T10:00:00 .000 P1Y PT1S 1.50 007"
).split()
FORMS = st.lists(st.sampled_from([*PARTS, " ", "\n"]), max_size=5).map("".join)
LITERALS = st.builds(
    lambda form, name: Literal(form, datatype=NamedNode(XSD + name)), FORMS, st.sampled_from(NAMES)
)

# Where rdflib, and so pySHACL, takes another view of what is ill-typed.
UNCHECKED = {
    "Name": "rdflib does not look at it",
    "NCName": "rdflib does not look at it",
    "NMTOKEN": "rdflib does not look at it",
    "base64Binary": "rdflib decodes leniently",
    "dateTimeStamp": "rdflib does not look at it",
    "gDay": "rdflib does not look at it",
    "gMonth": "rdflib does not look at it",
    "gMonthDay": "rdflib does not look at it",
    "gYear": "rdflib does not look at it",
    "gYearMonth": "rdflib does not look at it",
    "language": "rdflib takes any text",
    "normalizedString": "rdflib takes any text",
    "token": "rdflib takes any text",
}
LENIENT = {
    "date": "rdflib passes over what follows the day",
    "dateTime": "rdflib takes a day alone",
    "dayTimeDuration": "rdflib takes any duration",
    "decimal": "rdflib takes what Python takes: INF, NaN, exponents",
    "time": "rdflib takes the short forms of ISO 8601, such as 12",
    "unsignedLong": "rdflib knows no upper bound of it",
    "long": "rdflib knows no bounds of it",
    "yearMonthDuration": "rdflib takes any duration",
}
STRICT = {
    "date": "Python knows no years before 1 and after 9999",
    "dateTime": "Python knows no years before 1 and after 9999, and no 24:00:00",
    "duration": "rdflib wants other forms of long durations",
    "time": "Python knows no 24:00:00",
}


def stored(literal: Literal) -> Literal:
    """Return what a store gives back."""
    store = Store()
    store.add(Quad(NODE, NODE, literal))
    [quad] = store
    assert isinstance(quad.object, Literal)
    return quad.object


def typed(form: str, name: str) -> Literal:
    """Return a literal of an XSD datatype."""
    return Literal(form, datatype=NamedNode(XSD + name))


@given(LITERALS)
@settings(max_examples=500, deadline=None)
def test_what_is_kept_comes_back_from_a_store_and_is_the_input_again(literal: Literal) -> None:
    """Encode, store, decode: nothing is lost, whatever the literal."""
    kept = exact.encode(literal)
    assert stored(kept) == kept
    assert exact.decode(kept) == literal


@given(LITERALS, LITERALS)
@settings(max_examples=200, deadline=None)
def test_different_literals_are_kept_as_different_ones(one: Literal, other: Literal) -> None:
    """Term equality in the store is that of the input."""
    assert (exact.encode(one) == exact.encode(other)) == (one == other)


@given(LITERALS)
@settings(max_examples=500, deadline=None)
def test_only_ordinary_literals_are_well_formed_and_canonical(literal: Literal) -> None:
    """A literal that is not encoded is what the engine understands."""
    kept = exact.encode(literal)
    datatype = literal.datatype.value
    if lexical.is_well_formed(literal.value, datatype):
        assert (kept == literal) == (stored(literal) == literal)
        assert kept.datatype.value in exact.datatypes(datatype)
    else:
        assert kept.datatype.value == exact.ILL_TYPED + datatype


@given(FORMS, st.sampled_from(sorted({*NAMES} - {*UNCHECKED})))
@settings(max_examples=500, deadline=None)
def test_what_is_ill_typed_is_so_for_rdflib(form: str, name: str) -> None:
    """The oracle's view, but for the exceptions that are listed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = rdflib.Literal(form, datatype=rdflib.URIRef(XSD + name), normalize=False)
    ours = not lexical.is_well_formed(form, XSD + name)
    if ours == bool(other.ill_typed):
        return
    if ours:
        has_space = form.strip() != form  # Python's numbers may have space around them.
        assert has_space or name in LENIENT
    else:
        assert name in STRICT


@pytest.mark.parametrize(
    ("form", "name", "is_well_formed"),
    [
        ("128", "byte", False),
        ("-128", "byte", True),
        ("00000000000000000000000000000127", "byte", True),
        ("18446744073709551615", "unsignedLong", True),
        ("18446744073709551616", "unsignedLong", False),
        ("-0", "nonNegativeInteger", True),
        ("0", "positiveInteger", False),
        ("1.", "decimal", True),
        (".", "decimal", False),
        ("1e5", "decimal", False),
        ("+INF", "double", True),
        ("inf", "double", False),
        ("True", "boolean", False),
        ("2024-02-29", "date", True),
        ("2026-02-29", "date", False),
        ("1900-02-29", "date", False),
        ("12000-02-29", "date", True),
        ("2026-13-01", "date", False),
        ("2026-11-02T24:00:00", "dateTime", True),
        ("2026-11-02T24:00:01", "dateTime", False),
        ("2026-11-02", "dateTime", False),
        ("2026-11-02T10:00:00", "dateTimeStamp", False),
        ("2026-11-02+14:01", "date", False),
        ("--02-29", "gMonthDay", True),
        ("--02-30", "gMonthDay", False),
        ("P", "duration", False),
        ("P1YT", "duration", False),
        ("P1Y2M3DT4H5M6.7S", "duration", True),
        ("P1D", "yearMonthDuration", False),
        ("0fA", "hexBinary", False),
        ("aGk=", "base64Binary", True),
        ("aGl=", "base64Binary", False),
        ("de-CH", "language", True),
        ("deutschland", "language", False),
        (" a", "token", False),
        ("1a", "NCName", False),
        ("é", "NCName", True),
        ("anything", "unheardOf", True),
        (" 5", "integer", False),
        ("٣", "integer", False),
    ],
)
def test_lexical_forms(form: str, name: str, is_well_formed: bool) -> None:
    """XML Schema 1.1, part 2, section 3; space is collapsed in XML only, RDF has none to spare."""
    assert lexical.is_well_formed(form, XSD + name) == is_well_formed


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("1.50", "decimal"),
        ("007", "integer"),
        ("+7", "integer"),
        ("5", "byte"),
        ("1", "boolean"),
        ("1E2", "double"),
        ("2026-11-02T10:00:00.000Z", "dateTime"),
    ],
)
def test_what_a_store_rewrites_is_kept_in_its_spelling(form: str, name: str) -> None:
    """Each of these would be another term."""
    kept = exact.encode(typed(form, name))
    assert kept == Literal(form, datatype=NamedNode(exact.SPELT + XSD + name))


@pytest.mark.parametrize("form", ["5", "-12", "2026-11-02", "1.5", "true", "1E2"])
def test_text_is_never_kept_otherwise(form: str) -> None:
    """Strings, tagged strings and datatypes that the engine does not know."""
    plain, tagged = Literal(form), Literal(form, language="en")
    other = Literal(form, datatype=NamedNode("urn:x:type"))
    assert [exact.encode(one) for one in (plain, tagged, other)] == [plain, tagged, other]
    assert tagged.datatype.value == RDF + "langString"


def test_input_that_uses_our_datatypes_comes_back_as_it_was() -> None:
    """Nobody can smuggle in a literal that is decoded to another one."""
    for datatype in (exact.SPELT, exact.ILL_TYPED, exact.OWN):
        literal = Literal("abc", datatype=NamedNode(datatype + XSD + "integer"))
        assert exact.encode(literal) != literal
        assert exact.decode(exact.encode(literal)) == literal


def test_value_of_gives_the_ordinary_literal_of_a_kept_one_and_other_terms_as_they_are() -> None:
    """The expression is for any term."""
    store = Store()
    ill = exact.encode(typed("abc", "integer"))
    terms = [exact.encode(typed("1.50", "decimal")), ill, NODE, BlankNode("b"), Literal("x")]
    for number, term in enumerate(terms):
        store.add(Quad(NamedNode(f"urn:x:{number}"), NODE, term))
    text = f"SELECT ({exact.value_of('?v')} AS ?w) WHERE {{ ?s ?p ?v }} ORDER BY ?s"
    found = [row[0] for row in store.query(text)]  # type: ignore[union-attr]
    assert found == [typed("1.5", "decimal"), *terms[1:]]
