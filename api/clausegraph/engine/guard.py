"""What is decided about a query from its text alone, before anything is evaluated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from clausegraph.engine import disarm, dots, quick, sizes
from clausegraph.engine.reading import Reading
from clausegraph.errors import BadRequest, QueryRefused, QuerySyntaxError, UpdateRefused
from clausegraph.sparql import edits, volatile
from clausegraph.sparql.tokens import Token, is_doubtful, parts, plain, position, tokens

MAXIMUM_BYTES = 256_000
MAXIMUM_OWN = 64 * 2**20  # of text that this package makes: it lists what it has found
MAXIMUM_NESTING = 128

FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
UPDATES = frozenset(
    {"ADD", "CLEAR", "COPY", "CREATE", "DELETE", "DROP", "INSERT", "LOAD", "MOVE", "WITH"}
)
_PROLOGUE = frozenset({"BASE", "PREFIX", "VERSION"})
_STRUCTURE = frozenset({"close", "iri", "name", "open"})
_TELLING = ("SERVICE", "FROM", "\\U")  # what text of our own would have to be read in full for


@dataclass(slots=True)
class _State:
    """What has been read so far.

    `before` are the two tokens before: a word in capitals, any other token as its kind.
    `namespaces` are those that the query declares, `known` those declared beforehand. `is_doubtful`
    once a token has come that the parser behind us may read otherwise.
    """

    text: str
    known: Mapping[str, str]
    namespaces: dict[str, str] = field(default_factory=dict)
    form: Token | None = None
    depth: int = 0
    before: tuple[str, str] = ("", "")
    declarations: list[int] = field(default_factory=list)
    default_graphs: list[str] = field(default_factory=list)
    named_graphs: list[str] = field(default_factory=list)
    unknown: dict[str, int] = field(default_factory=dict)
    registered: dict[str, None] = field(default_factory=dict)
    changes: list[edits.Edit] = field(default_factory=list)
    declared: str = ""
    is_doubtful: bool = False


def encoded(text: str, cap: int = MAXIMUM_BYTES) -> bytes:
    """Return the text as UTF-8; raises BadRequest past `cap` bytes, QuerySyntaxError for a
    character that is none."""
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        line, column = position(text, error.start)
        message = "The query holds half of a surrogate pair, which is no character."
        raise QuerySyntaxError(message, line=line, column=column, offset=error.start) from error
    if len(data) > cap:
        raise BadRequest(
            f"The query has {len(data)} bytes; {cap} are allowed.",
            remedy="Say what it lists by a pattern, or ask in several queries.",
        )
    return data


def read(text: str, prefixes: Mapping[str, str]) -> Reading:
    """Read a query for which `prefixes` are declared beforehand.

    Raises QueryRefused for SERVICE in any spelling and for updates, QuerySyntaxError for no query
    and for what nests, joins or computes past the limits; other errors of syntax are the engine's
    to find.
    """
    plainly = quick.read(text, prefixes)
    if plainly is not None:
        sizes.check(text)
        return plainly
    return read_tokens(text, prefixes)


def read_own(text: str, prefixes: Mapping[str, str]) -> Reading:
    """Read text that this package made: a saved query, with parsed terms in its VALUES.

    Such text declares its prefixes, calls nothing that varies and joins what its file joins, so
    that its tokens, mostly terms, need not be told apart. What may hold a call, a dataset or more
    patterns than any file of ours is read as a client's is, and raises what `read` raises.
    """
    upper = text.upper()
    if any(word in upper for word in _TELLING) or not sizes.is_plain(text):
        return read(text, prefixes)
    return Reading(text, "", "", (), (), {})


def read_tokens(text: str, prefixes: Mapping[str, str]) -> Reading:
    """Read a query token by token; raises what `read` raises."""
    state = _State(text, prefixes)
    last = ""
    for match in parts(text):
        kind = match.lastgroup
        if kind is None or kind == "comment":
            continue
        if kind == "word":
            word = match[0]
            kind = plain(word)
            _take_word(state, match, kind)
        elif kind in _STRUCTURE:
            _take(state, Token(kind, match[0], match.start()))
        state.before = (last, kind)
        last = kind
    if not last:
        raise QuerySyntaxError("The query is empty.", line=1, column=1, offset=0)
    sizes.check(text)
    return _reading(state)


def _reading(state: _State) -> Reading:
    """Return what has been read."""
    form, text = state.form, state.text
    name = plain(form.text) if form else ""
    changes = state.changes
    if "service" in text.lower():
        armed = [token for token in tokens(text) if disarm.SERVICE.search(token.text)]
        namespaces = {**state.known, **state.namespaces}
        changes = [*disarm.edits(text, armed, state.declarations, namespaces), *changes]
    if state.is_doubtful:
        _take_all_prefixes(state)
    return Reading(
        text=text,
        form=name if name in FORMS else "",
        prologue=text[: form.start] if form else "",
        default_graphs=tuple(state.default_graphs),
        named_graphs=tuple(state.named_graphs),
        unknown=state.unknown,
        registered=tuple(state.registered),
        is_volatile=volatile.is_volatile(
            text,
            form.end if name == "CONSTRUCT" and form else None,
            is_doubtful=state.is_doubtful,
        ),
        edits=tuple(sorted(changes)),
    )


def _take(state: _State, token: Token) -> None:
    """Take in a bracket, an IRI or a prefixed name."""
    if token.kind == "open":
        state.depth += 1
        if state.depth > MAXIMUM_NESTING:
            line, column = position(state.text, token.start)
            message = f"The query nests deeper than {MAXIMUM_NESTING} levels."
            raise QuerySyntaxError(message, line=line, column=column, offset=token.start)
    elif token.kind == "close":
        state.depth = max(0, state.depth - 1)
    elif token.kind == "name" and state.form is None and state.before[1] == "PREFIX":
        state.declared = token.text.partition(":")[0]
        state.declarations.append(token.start)
    else:
        _take_iri(state, token)


def _take_word(state: _State, match: re.Match[str], word: str) -> None:
    """Take in a bare word (`word`, in capitals): the query form, or one that is refused."""
    if "SERVICE" in word:
        line, column = position(state.text, match.start())
        raise QueryRefused(
            "SERVICE is switched off here: a query cannot reach other endpoints.",
            line=line,
            column=column,
            remedy="Send that part of the query to the other endpoint yourself.",
        )
    if state.form is not None or word in _PROLOGUE:
        return
    if word in UPDATES:
        line, column = position(state.text, match.start())
        raise UpdateRefused(
            f"Updates ({word}) are not accepted here.",
            line=line,
            column=column,
            remedy="Send a SELECT, ASK, CONSTRUCT or DESCRIBE query.",
        )
    state.form = Token("word", match[0], match.start())


def _take_iri(state: _State, token: Token) -> None:
    """Take in an IRI or a prefixed name: a namespace, a graph of the dataset, or a mere use."""
    if token.kind == "name":
        _take_prefix(state, token)
        if dots.is_split(token) and not disarm.SERVICE.search(token.text):
            state.changes += dots.edits(token)
    elif state.form is not None and is_doubtful(token.text):
        state.is_doubtful = True
    if state.form is None:
        if state.before == ("PREFIX", "name"):
            state.namespaces[state.declared] = token.text[1:-1]
    elif state.depth == 0 and state.before[1] == "FROM":
        state.default_graphs.append(token.text)
    elif state.depth == 0 and state.before == ("FROM", "NAMED"):
        state.named_graphs.append(token.text)


def _take_prefix(state: _State, token: Token) -> None:
    """Take in the use of a prefix."""
    prefix = token.text.partition(":")[0]
    if prefix in state.namespaces:
        return
    if prefix in state.known:
        state.registered[prefix] = None
    else:
        state.unknown.setdefault(prefix, token.start)


def _take_all_prefixes(state: _State) -> None:
    """Take in the use of each prefix whose letters stand in the text, whatever they are part of."""
    for prefix in state.known:
        if prefix not in state.namespaces and f"{prefix}:" in state.text:
            state.registered[prefix] = None
