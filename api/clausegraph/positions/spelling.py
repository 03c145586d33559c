"""The tokens of Turtle and its kin (RDF 1.1 Turtle, section 6.5), and which terms they may spell.

One regular expression, possessive, so that it never goes back over what it has read. It is laxer
than the grammar: it is for texts that a parser has accepted.
"""

from __future__ import annotations

import re

from pyoxigraph import BlankNode, Literal, NamedNode

from clausegraph.naming import AnyTerm

_SPACE = r"(?:[ \t\r\n]++|\#[^\r\n]*+)"
_IRI = r"<[^<> \t\r\n]*+>"
_CHAR = r"""[^ \t\r\n.;,<>"'(){}\[\]\#\\@^|~+]"""
_PLAIN = _CHAR.replace("[^", "[^:%")
_RUN = rf"{_PLAIN}(?:{_PLAIN}++|\.++(?={_PLAIN}))*+"
_LOCAL = rf"(?!-)(?:{_CHAR}|\\.)(?:{_CHAR}++|\\.|\.++(?={_CHAR}|\\))*+"
_LABEL = rf"_:(?!-){_RUN}"
_NAME = rf"(?:{_RUN})?+:(?:{_LOCAL})?+|{_PLAIN}++"
_EXPONENT = r"[eE][+-]?[0-9]++"
_NUMBER = (
    rf"[+-]?(?:[0-9]++(?:\.[0-9]*+{_EXPONENT}|\.[0-9]++|{_EXPONENT})?"
    rf"|\.[0-9]++(?:{_EXPONENT})?)"
)


def _quoted(quote: str) -> str:
    long = rf"{quote * 3}(?:[^{quote}\\]++|{quote}{{1,2}}(?!{quote})|\\.)*+{quote * 3}"
    return rf"{long}|{quote}(?:[^{quote}\\\r\n]++|\\.)*+{quote}"


_STRING = f"{_quoted(chr(34))}|{_quoted(chr(39))}"
_LANGUAGE = r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?+"
_SUFFIX = rf"{_SPACE}*+(?:{_LANGUAGE}|\^\^{_SPACE}*+(?:{_IRI}|{_NAME}))"
_NAMESPACE = rf"[^ \t\r\n<:]*+:{_SPACE}*+{_IRI}"
_DIRECTIVE = (
    rf"@prefix{_SPACE}*+{_NAMESPACE}{_SPACE}*+\.|@base{_SPACE}*+{_IRI}{_SPACE}*+\."
    rf"|@version{_SPACE}*+(?:{_STRING}){_SPACE}*+\."
    rf"|(?i:prefix){_SPACE}++{_NAMESPACE}|(?i:base){_SPACE}*+{_IRI}"
    rf"|(?i:version){_SPACE}*+(?:{_STRING})"
)

# The groups of a token. White space and comments before it belong to the match, not to the group.
# Matches follow one another without a gap; the last one has no group.
DIRECTIVE, TERM, STRING, SUFFIX, MARK, OTHER = range(1, 7)
TOKEN = re.compile(
    rf"{_SPACE}*+(?:({_DIRECTIVE})|({_IRI}|{_NUMBER}|{_LABEL}|{_NAME})|({_STRING})({_SUFFIX})?"
    r"|([.;,\[\](){}])|\Z|(.))",
    re.DOTALL,
)

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TYPE, _NIL = _RDF + "type", _RDF + "nil"
_IMPLIED = (_RDF + "first", _RDF + "rest")
_CODE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\(.)", re.DOTALL)
_LETTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_DOTS = re.compile(r"(?:.*/)?\.{1,2}(?:/|$)|/+", re.DOTALL)


def unescape(text: str) -> str:
    """Return a text with its escapes read (Turtle 1.1, section 6.4)."""
    return _CODE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    if match[3]:
        return _LETTERS.get(match[3], match[3])
    code = int(match[1] or match[2], 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"  # noqa: PLR2004


def begins(token: re.Match[str]) -> int:
    """Return the offset of a token itself, behind the white space and the comments before it."""
    return token.start(STRING if token.lastindex == SUFFIX else token.lastindex or 0)


def may_spell(token: re.Match[str], term: AnyTerm) -> bool:
    """Whether a token may stand for a term, prefixes and base unknown."""
    if isinstance(term, NamedNode):
        return _may_name(token, term.value)
    if isinstance(term, Literal):
        return _literal(token) == term.value
    if isinstance(term, BlankNode):
        return token[MARK] in ("[", "(") or token[MARK] is None  # a label, or an item of a list
    return False


def _literal(token: re.Match[str]) -> str | None:
    text = token[STRING]
    if text is None:
        return token[TERM]
    quotes = 3 if text[:3] in ('"""', "'''") and len(text) >= 6 else 1  # noqa: PLR2004
    return unescape(text[quotes:-quotes])


def _may_name(token: re.Match[str], iri: str) -> bool:
    text = token[TERM]
    if iri in _IMPLIED:  # In a list they have no token of their own.
        return True
    if text is None:
        return iri == _NIL and token[MARK] in ("(", ")")
    if text == "a":
        return iri == _TYPE
    if not text.startswith("<"):
        return ":" in text and iri.endswith(unescape(text.partition(":")[2]))
    inner = unescape(text[1:-1])
    if _ABSOLUTE.match(inner):
        return inner == iri or "/." in inner
    dots = _DOTS.match(inner)
    return iri.endswith(inner[dots.end() if dots else 0 :])
