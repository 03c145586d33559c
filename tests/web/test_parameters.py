"""Parameters of a request, read as the standard library reads them."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausegraph.errors import BadRequest
from clausegraph.web.protocol import MOST_PARAMETERS, _pairs

PIECES = ["%", "%2", "%20", "%C3%A9", "%c3", "%zz", "+", "&", "=", "query", "a", "é", "?", "%25"]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_text_is_read_as_the_standard_library_reads_it(text: str) -> None:
    """URL Standard, section 5.1."""
    try:
        expected = parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(BadRequest):
            _pairs(text)
        return
    assert _pairs(text) == expected


@given(st.lists(st.tuples(st.text(min_size=1), st.text())))
def test_what_is_encoded_is_decoded(pairs: list[tuple[str, str]]) -> None:
    assert _pairs(urlencode(pairs, errors="surrogatepass")) == pairs


def test_more_parameters_than_are_read_are_refused() -> None:
    with pytest.raises(BadRequest, match="parameters"):
        _pairs("a=1&" * (MOST_PARAMETERS + 1))
