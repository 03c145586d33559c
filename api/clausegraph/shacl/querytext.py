"""The text of queries that stand in shapes: prefixes written out, what is forbidden, constants.

SHACL 1.0, sections 5.2.1 (prefixes), 5.3.1 and appendix A (pre-binding and what it does not allow).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from pyoxigraph import NamedNode, Store

from clausegraph.errors import InputError, NotCovered
from clausegraph.shacl import expressions
from clausegraph.sparql.edits import Edit, apply
from clausegraph.sparql.tokens import Token, is_doubtful, plain, position, tokens

FORBIDDEN = {
    "MINUS": "Write FILTER NOT EXISTS instead.",
    "SERVICE": "Constraints look at the data graph alone: remove it.",
    "VALUES": "Write FILTER (?variable IN (...)) instead.",
}
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_ESCAPED = re.compile(r"\\(.)")
_CLAUSES = frozenset("GROUP HAVING LIMIT OFFSET ORDER".split())
_SORTING = frozenset({"GROUP", "ORDER"})


@dataclass(frozen=True)
class Query:
    """A query of a shape: `text` has full IRIs, no comments and no prologue; `where` names the
    constraint or validator that it belongs to."""

    text: str
    where: str

    def wrong(self, what: str, remedy: str) -> InputError:
        """Return the error that the query is not well-formed."""
        return InputError(f"The query of {self.where} {what}.", remedy=remedy)

    @property
    def tokens(self) -> list[Token]:
        """The tokens of the text."""
        return list(tokens(self.text))

    def mentions(self, name: str) -> bool:
        """Whether a variable of that name occurs."""
        is_there = name in self.text
        return is_there and any(_is_variable(token, {name}) for token in tokens(self.text))


def read_query(text: str, prefixes: Mapping[str, str], where: str, form: str) -> Query:
    """Return a query with its prefixes written out; InputError where it does not parse.

    `form` is SELECT or ASK, as the property that holds the text demands.
    """
    raw = Query(text, where)
    query = Query(_expanded(raw, prefixes, form), where)
    _refuse_forbidden(query)
    return query


def parse(query: Query) -> None:
    """Raise InputError unless the text parses, and NotCovered for functions and regular expressions
    that the engine does not know."""
    try:
        Store().query(query.text)
    except SyntaxError as error:
        message = " ".join(str(error.msg or error).split())
        raise query.wrong(f"does not parse: {message}", "Correct it.") from error
    except RuntimeError as error:  # a function that the engine does not have
        raise not_covered(query, f"cannot be evaluated: {error}") from error
    strange = expressions.unknown(query.tokens)
    if strange is not None:
        raise not_covered(query, f"has an expression that the store cannot match: {strange}")


def not_covered(query: Query, what: str) -> NotCovered:
    """Return the error that the query is none for the compiler."""
    return NotCovered(f"The query of {query.where} {what}.", remedy="Ask pySHACL.")


def _expanded(query: Query, prefixes: Mapping[str, str], form: str) -> str:
    found = list(tokens(query.text))
    known, base, begin = _prologue(query, found, prefixes, form)
    edits = [Edit(0, found[begin].start, "")]
    for token in found[begin:]:
        if token.kind == "comment":
            edits.append(Edit(token.start, token.end, " "))
        elif token.kind == "name":
            edits.append(Edit(token.start, token.end, _written_out(query, token, known)))
        elif token.kind == "iri" and _ABSOLUTE.match(token.text) is None:
            edits.append(Edit(token.start, token.end, _absolute(query, token, base)))
    return apply(query.text, edits)


def _prologue(
    query: Query, found: Sequence[Token], prefixes: Mapping[str, str], form: str
) -> tuple[dict[str, str], str | None, int]:
    """Return the prefixes, the base and the number of the token with which the query begins."""
    known, base, at = dict(prefixes), None, 0
    while at < len(found):
        word = plain(found[at].text) if found[at].kind == "word" else ""
        if word == form:
            return known, base, at
        if word == "PREFIX" and at + 2 < len(found):
            known[found[at + 1].text[:-1]] = found[at + 2].text[1:-1]
            at += 3
        elif word == "BASE" and at + 1 < len(found):
            base = found[at + 1].text[1:-1]
            at += 2
        elif found[at].kind == "comment":
            at += 1
        else:
            break
    raise query.wrong(f"is no {form} query", f"Begin it with {form}.")


def _written_out(query: Query, token: Token, known: Mapping[str, str]) -> str:
    prefix, _, local = token.text.partition(":")
    if prefix not in known:
        line, _ = position(query.text, token.start)
        raise query.wrong(
            f"uses the prefix '{prefix}:' in its line {line}, which is not declared",
            "Declare it (sh:declare) in what sh:prefixes names.",
        )
    return _iri(query, known[prefix] + _ESCAPED.sub(r"\1", local))


def _absolute(query: Query, token: Token, base: str | None) -> str:
    if is_doubtful(token.text) and re.search(r"[?$]", token.text):
        raise query.wrong(
            f"has '{token.text}', which can be read as an IRI and as a comparison",
            "Put a space after '<'.",
        )
    if base is None:
        raise query.wrong(f"has a relative IRI, {token.text}", "Write it in full.")
    return _iri(query, urljoin(base, token.text[1:-1]))


def _iri(query: Query, iri: str) -> str:
    try:
        return f" {NamedNode(iri)} "
    except ValueError as error:
        raise query.wrong(f"has <{iri}>, which is no IRI", "Correct it.") from error


def _refuse_forbidden(query: Query) -> None:
    for token in tokens(query.text):
        if token.kind == "word" and plain(token.text) in FORBIDDEN:
            word = plain(token.text)
            raise query.wrong(
                f"uses {word}, which no constraint may (SHACL 1.0, appendix A)", FORBIDDEN[word]
            )


def refuse_assigned(query: Query, prebound: frozenset[str]) -> None:
    """Raise InputError where a variable that has its value from the start is assigned another."""
    before = ""
    for token in tokens(query.text):
        if before == "AS" and _is_variable(token, prebound):
            raise query.wrong(
                f"assigns {token.text}, which has its value from the start (SHACL 1.0, appendix A)",
                "Assign another variable.",
            )
        before = plain(token.text) if token.kind == "word" else ""


def substituted(text: str, constants: Mapping[str, str]) -> str:
    """Return a query with text in place of variables, as if they had been bound from the start.

    What was projected still is, but by a sub-SELECT: there the value is known already. Text that is
    a variable only renames.
    """
    if not constants:
        return text
    found, edits = list(tokens(text)), list[Edit]()
    place = _Place()
    for at, token in enumerate(found):
        place.go(token)
        if not _is_variable(token, constants):
            continue
        value, name = constants[token.text[1:]], token.text[1:]
        start, end = token.start, token.end
        if value.startswith("?"):
            pass
        elif _is_bound(found, at):
            start, end, value = found[at - 2].start, found[at + 1].end, "(true)"
        elif place.is_head and not place.depth:
            value = f"({value} AS ?{name})" if place.braces == 0 else ""
        elif place.clause in _SORTING and not place.depth:
            value = f"({value})"
        edits.append(Edit(start, end, f" {value} "))
    return apply(text, edits)


@dataclass
class _Place:
    """Where in a query a token stands: in the head of a SELECT, or in a clause behind its group."""

    is_head: bool = False
    clause: str = ""
    depth: int = 0
    braces: int = 0

    def go(self, token: Token) -> None:
        """Go on to the next token."""
        word = plain(token.text) if token.kind == "word" else ""
        self.depth += (token.text == "(") - (token.text == ")")
        self.braces += (token.text == "{") - (token.text == "}")
        if token.text in {"{", "}"}:
            self.is_head, self.clause, self.depth = False, "", 0
        elif word == "SELECT":
            self.is_head = True
        elif word in _CLAUSES:
            self.clause = word


def _is_bound(found: Sequence[Token], at: int) -> bool:
    """Whether a variable is what BOUND asks about."""
    return (
        1 < at < len(found) - 1
        and [found[at - 1].text, found[at + 1].text] == ["(", ")"]
        and plain(found[at - 2].text) == "BOUND"
    )


def _is_variable(token: Token, names: Mapping[str, str] | frozenset[str] | set[str]) -> bool:
    return token.kind == "variable" and token.text[1:] in names
