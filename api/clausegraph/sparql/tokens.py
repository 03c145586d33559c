"""The tokens of SPARQL text: one regular expression, no look-back, linear in the text's length.

The classes are those of SPARQL 1.1 Query, section 19.8; quantifiers are possessive, so that no text
makes the matching go back over what it has read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = _BASE + "_0-9\u00b7\u0300-\u036f\u203f-\u2040"
_CHARS = _NAME + "-"
_ESCAPED_CODE = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_ESCAPE = rf"\\[tbnrf\"'\\]|{_ESCAPED_CODE}"
_RUN = rf"[{_BASE}_](?:[{_CHARS}]|{_ESCAPED_CODE}|\.++(?=[{_CHARS}]))*+"
PREFIX_NAME = _RUN
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:[{_BASE}_0-9:]|{_PLX})(?:[{_CHARS}:]|{_PLX}|\.++(?=[{_CHARS}:%\\]))*+"


def _quoted(quote: str) -> str:
    """Return the pattern of long and short string literals in `quote`."""
    long = rf"{quote * 3}(?:[^{quote}\\]++|{quote}{{1,2}}(?!{quote})|{_ESCAPE})*+{quote * 3}"
    return rf"{long}|{quote}(?:[^{quote}\\\r\n]++|{_ESCAPE})*+{quote}"


_KINDS = {
    "comment": r"#[^\r\n]*+",
    "variable": rf"[?$][{_NAME}]++",
    "iri": rf"<(?:[^<>\"{{}}|^`\\\x00-\x20]++|{_ESCAPED_CODE})*+>",
    "string": f"{_quoted(chr(39))}|{_quoted(chr(34))}",
    "language": r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+",
    "blank": rf"_:[{_BASE}_0-9](?:[{_CHARS}]|\.++(?=[{_CHARS}]))*+",
    "name": rf"(?:{_RUN})?+:(?:{_LOCAL})?+",
    "word": rf"{_RUN}|(?:{_ESCAPED_CODE})(?:[{_CHARS}]|{_ESCAPED_CODE})*+",
    "number": r"(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)[eE][+-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++",
    "open": r"<<\(?|[({\[]",
    "close": r"\)?>>|[)}\]]",
    "other": r"[\s\S]",
}
_TOKEN = re.compile(
    r"[ \t\r\n]++|" + "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS.items())
)
_CERTAIN = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*+://|<[^()&,'#>]*+>$")
_CODE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class Token(NamedTuple):
    """A token of some kind (a key of the table above) at code points `start` to `end`."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset just after the token."""
        return self.start + len(self.text)


def parts(text: str, start: int = 0) -> Iterator[re.Match[str]]:
    """Yield a match for each token from `start`, and for the white space between them: `lastgroup`
    is the kind, or None."""
    return _TOKEN.finditer(text, start)


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """Yield the tokens from `start`, comments too; only white space lies between them."""
    for match in parts(text, start):
        if match.lastgroup is not None:
            yield Token(match.lastgroup, match[0], match.start())


def is_doubtful(iri: str) -> bool:
    """Whether the parser behind us may take the `<` of an IRI for less than, as in
    `?a<?b&&?c>1`, so that its tokens are others from there on.

    It does so after an operand. No expression has `//`; one that a `>` may follow within it has a
    bracket, `&&` or a comma, and a string or comment may hide the `>`.
    """
    return _CERTAIN.match(iri) is None


def plain(word: str) -> str:
    """Return a word in capitals, its `\\u0053` escapes read."""
    return unescaped(word).upper()


def is_word(token: Token, word: str) -> bool:
    """Whether a token is a word of SPARQL, which is given in capitals."""
    return token.kind == "word" and plain(token.text) == word


def unescaped(text: str) -> str:
    """Return a text with its escapes of code points read (SPARQL 1.1 Query, section 19.2)."""
    if "\\" in text:
        text = _CODE.sub(lambda code: _character(int(code[1] or code[2], 16)), text)
    return text


def _character(code: int) -> str:
    """Return the character of a code point, or the replacement character where there is none."""
    return chr(code) if code <= 0x10FFFF else "\ufffd"  # noqa: PLR2004


def position(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, from 1 and in code points, of an offset into `text`."""
    line_start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - line_start + 1


def offset(text: str, line: int, column: int) -> int:
    """Return the offset into `text` of a line and column, both from 1."""
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return min(start + column - 1, len(text))
