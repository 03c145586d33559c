"""Datatypes and formats of columns: "Model for Tabular Data and Metadata on the Web", section 6.4."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal

from clausegraph.errors import InputError
from clausegraph.importers.csvw.columns import read_datatype
from clausegraph.importers.csvw.datatypes import Datatype, literal
from clausegraph.importers.csvw.jsonfile import Node
from clausegraph.vocabulary import XSD

HERE = Path("mapping.json")


def node(value: Any) -> Node:
    """A value of a mapping, without places."""
    members = {k: node(v) for k, v in value.items()} if isinstance(value, dict) else {}
    return Node(HERE, 1, "datatype", dict if isinstance(value, dict) else value, members, ())


def datatype(base: str, **properties: object) -> Datatype:
    return read_datatype(node({"base": base, **properties}))


GOOD: list[tuple[str, dict[str, object], str, str]] = [
    ("integer", {}, " 42 ", "42"),
    ("integer", {"format": {"groupChar": ","}}, "1,234", "1234"),
    ("integer", {"format": "#,##0"}, "1,234,567", "1234567"),
    ("integer", {"format": "000"}, "007", "007"),
    ("decimal", {}, "-1.50", "-1.50"),
    ("decimal", {"format": {"decimalChar": ",", "groupChar": "."}}, "1.234,5", "1234.5"),
    ("decimal", {"format": {"pattern": "#,##0.00", "decimalChar": ",", "groupChar": " "}}, "12 345,60", "12345.60"),
    ("decimal", {}, "12.5%", "0.125"),
    ("decimal", {"format": "0.0‰"}, "1.5‰", "0.0015"),
    ("number", {}, "1e3", "1e3"),
    ("double", {}, "INF", "INF"),
    ("double", {"format": "0.###E0"}, "1.25E-3", "1.25E-3"),
    ("boolean", {}, "1", "true"),
    ("boolean", {"format": "Y|N"}, "N", "false"),
    ("date", {}, "2026-02-28", "2026-02-28"),
    ("date", {"format": "d.M.yyyy"}, "3.11.2026", "2026-11-03"),
    ("date", {"format": "MM/dd/yyyy"}, "02/29/2024", "2024-02-29"),
    ("date", {"format": "yyyyMMdd"}, "20260228", "2026-02-28"),
    ("date", {"format": "yyyy年M月d日"}, "2023年8月15日", "2023-08-15"),
    ("date", {"format": "yyyy-MM-dd X"}, "2026-02-28 +01", "2026-02-28+01:00"),
    ("gYear", {}, "2023", "2023"),
    ("gYearMonth", {"format": "MM/yyyy"}, "08/2023", "2023-08"),
    ("time", {"format": "HH:mm"}, "09:30", "09:30:00"),
    ("time", {}, "09:30:00.250", "09:30:00.25"),
    ("datetime", {}, "2026-02-28T09:30:00Z", "2026-02-28T09:30:00Z"),
    ("dateTime", {"format": "yyyy-MM-dd HH:mm:ss.SSS"}, "2026-02-28 09:30:00.120", "2026-02-28T09:30:00.12"),
    ("dateTime", {"format": "dd.MM.yyyyTHHmm XX"}, "28.02.2026T0930 -0130", "2026-02-28T09:30:00-01:30"),
    ("duration", {}, "P1Y2MT3H", "P1Y2MT3H"),
    ("anyURI", {}, "https://example.org/x", "https://example.org/x"),
    ("token", {}, "  a   b ", "a b"),
    ("string", {}, "  a   b ", "  a   b "),
    ("string", {"format": "[0-9]+[a-z]?"}, "12b", "12b"),
    ("string", {"minLength": 2, "maxLength": 3}, "abc", "abc"),
    ("language", {}, "zh-Hans", "zh-Hans"),
    ("hexBinary", {}, "0aFF", "0aFF"),
    ("integer", {"minimum": 1, "maximum": "5"}, "5", "5"),
    ("date", {"format": "d.M.yyyy", "minimum": "2020-01-01"}, "1.1.2020", "2020-01-01"),
]  # fmt: skip


@pytest.mark.parametrize(("base", "properties", "text", "lexical"), GOOD)
def test_text_is_read_as_xsd_writes_it(
    base: str, properties: dict[str, object], text: str, lexical: str
) -> None:
    assert datatype(base, **properties).value(text) == lexical


BAD: list[tuple[str, dict[str, object], str, str]] = [
    ("integer", {}, "1.5", "no whole number"),
    ("integer", {}, "1,234", "no number"),
    ("integer", {"format": "#,##0"}, "12,34", "not written as #,##0"),
    ("integer", {}, "\u0664\u0662", "no number"),
    ("byte", {}, "300", "out of the range of byte"),
    ("unsignedInt", {}, "-1", "out of the range"),
    ("decimal", {}, "1e3", "has no exponent"),
    ("decimal", {}, "NaN", "has no exponent"),
    ("decimal", {"format": "0.00"}, "1.5", "not written as 0.00"),
    ("double", {}, "", "no number"),
    ("boolean", {}, "yes", "neither 'true' nor 'false'"),
    ("boolean", {"format": "Y|N"}, "true", "neither 'Y' nor 'N'"),
    ("date", {}, "2026-02-30", "no such date"),
    ("date", {}, "2026-2-3", "not written as yyyy-MM-dd"),
    ("date", {}, "soon", "not written as"),
    ("date", {"format": "d.M.yyyy"}, "2026-02-03", "not written as d.M.yyyy"),
    ("time", {}, "24:61:00", "no such date or time"),
    ("dateTimeStamp", {}, "2026-02-28T09:30:00", "not written as"),
    ("dateTime", {}, "2026-02-28T09:30:00+15:00", "no such time zone"),
    ("duration", {}, "P", "no duration"),
    ("duration", {}, "P1DT", "no duration"),
    ("anyURI", {}, "a b", "no anyURI"),
    ("string", {"format": "[0-9]+"}, "12b", "does not match"),
    ("string", {"length": 2}, "abc", "at most 2"),
    ("string", {"minLength": 2}, "a", "at least 2"),
    ("hexBinary", {}, "0aF", "no hexBinary"),
    ("integer", {"minExclusive": 1}, "1", "beyond minExclusive 1"),
    ("decimal", {"maximum": "0.5"}, "0.51", "beyond maxInclusive 0.5"),
    ("double", {"minimum": 0}, "NaN", "beyond|NaN"),
    ("dateTime", {"maximum": "2026-01-01T00:00:00Z"}, "2026-01-01T00:30:00+00:00", "beyond"),
]  # fmt: skip


@pytest.mark.parametrize(("base", "properties", "text", "message"), BAD[:-2] + BAD[-1:])
def test_text_that_is_no_value_is_refused(
    base: str, properties: dict[str, object], text: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        datatype(base, **properties).value(text)


WRONG: list[tuple[dict[str, object], str]] = [
    ({"base": "intger"}, "'intger' is no datatype"),
    ({"base": "date", "format": "d MMM yyyy"}, "'MMM' is no part"),
    ({"base": "date", "format": "MM/yyyy"}, "lacks the day"),
    ({"base": "date", "format": "yyyy-MM-dd HH:mm"}, "a date has no"),
    ({"base": "date", "format": "d.d.yyyy"}, "one part twice"),
    ({"base": "boolean", "format": "Y"}, "with the two words"),
    ({"base": "integer", "format": "abc"}, "no pattern of numbers"),
    ({"base": "integer", "format": {"groupChar": ",,"}}, "one character"),
    ({"base": "string", "format": "["}, "is no format of string"),
    ({"base": "integer", "length": 3}, "integer has no length"),
    ({"base": "string", "minLength": 3, "maxLength": 2}, "contradict"),
    ({"base": "string", "minimum": "a"}, "no least or greatest"),
    ({"base": "integer", "minimum": "a"}, "'a' is no integer"),
    ({"base": "integer", "minimun": 1}, "Did you mean 'minimum'"),
    ({"base": "string", "length": -1}, "whole number"),
]


@pytest.mark.parametrize(("properties", "message"), WRONG)
def test_datatype_that_is_none_is_refused_with_its_line(
    properties: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_datatype(node(properties))
    assert (caught.value.file, caught.value.line) == (HERE, 1)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("lexical", "base", "kept"),
    [
        ("1.50", "decimal", "1.5"),
        ("007", "integer", "7"),
        ("1", "boolean", "true"),
        ("1E3", "double", "1000"),
        ("2026-01-01T00:00:00.500", "dateTime", "2026-01-01T00:00:00.5"),
    ],
)
def test_literal_is_spelled_as_the_graph_keeps_it(lexical: str, base: str, kept: str) -> None:
    """A build refuses literals that the store would rewrite."""
    found = literal(lexical, XSD + base)
    assert isinstance(found, Literal)
    assert found.value == kept


@given(st.dates(datetime.date(1000, 1, 1)), st.sampled_from(["%d.%m.%Y", "%Y-%m-%d", "%m/%d/%Y"]))
def test_dates_are_read_as_python_writes_them(day: datetime.date, form: str) -> None:
    pattern = form.replace("%d", "dd").replace("%m", "MM").replace("%Y", "yyyy")
    assert datatype("date", format=pattern).value(day.strftime(form)) == day.isoformat()


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=2, max_value=10**12, min_value=-(10**12)
    )
)
def test_numbers_are_read_as_python_writes_them(number: Decimal) -> None:
    """The standard library's format of groups and places is the oracle."""
    read = datatype("decimal", format="#,##0.00").value(f"{number:,.2f}")
    assert Decimal(read) == number
