"""`?thing cg:matches "words"`: what a query searches for by words, resolved before it is evaluated.

No triple has this property: a search index knows what it holds for. Where a query asks for it, the
things that fit stand in VALUES instead, so that the planner sees them as it sees any other term.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NoReturn

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from clausegraph.engine.reading import Reading
from clausegraph.errors import BadRequest, QueryRefused, ResultTooLarge
from clausegraph.search import Index
from clausegraph.sparql.edits import Edit
from clausegraph.sparql.groups import Graphs
from clausegraph.sparql.tokens import Token, position
from clausegraph.sparql.triples import Text
from clausegraph.vocabulary import CG

PROPERTY = CG + "matches"
MOST = 20_000  # things that searches may put into a query, all together
MOST_USES = 50

# One of these is in every query that names it, by prefixes, bases and escapes of any kind.
_SIGNS = (PROPERTY.removeprefix(CG), "#m", "\\u", "\\U")
_WORDS = frozenset({"string", "variable"})
_VALUES = frozenset({"iri", "name", "number", "blank", "open", "word", *_WORDS})
_CONSTANTS = frozenset({"iri", "name", "string", "number", "language", "blank"})
_PATHS = frozenset({"/", "|", "^", "!"})
_AFTER = frozenset({"*", "+", "?"})  # what follows a step of a path
_BESIDE = "Ask for another property beside it within GRAPH, or put it before GRAPH."
_HOW = 'Write ?thing cg:matches "words" with a variable and a text.'


def resolve(
    reading: Reading,
    prefixes: Mapping[str, str],
    substitutions: Mapping[str, str],
    index: Callable[[], Index | None],
) -> Reading:
    """Return the reading of a query in which words are searched for already.

    `prefixes` are declared beforehand; `substitutions` are those of the query; `index` is
    called if it is needed. Raises BadRequest for a use that cannot be resolved, QueryRefused
    without an index, and ResultTooLarge where more things fit than a query may be given.
    """
    if not _may_name(reading.text):
        return reading
    made = list(_Query(reading.text, prefixes, substitutions).edits(index))
    if not made:
        return reading
    kept = [edit for edit in reading.edits if not any(_holds(each, edit) for each in made)]
    return reading._replace(edits=tuple(sorted((*kept, *made))))


def asked(text: str, prefixes: Mapping[str, str]) -> bool:
    """Whether a query asks for what words are found in; raises what `resolve` raises of a use."""
    return _may_name(text) and any(True for _ in _Query(text, prefixes, {}).uses())


class _Query:
    """A query, and where it asks for what words are found in."""

    def __init__(
        self, text: str, prefixes: Mapping[str, str], substitutions: Mapping[str, str]
    ) -> None:
        self._text = Text(text, prefixes)
        self._substitutions = substitutions
        self._room = MOST

    def uses(self) -> Iterator[int]:
        """Yield the places at which the property is a verb."""
        template = self._text.template()
        for place, token in enumerate(self._text.tokens):
            if self._is_meant(token) and place not in template and self._is_verb(place):
                yield place

    def edits(self, get: Callable[[], Index | None]) -> Iterator[Edit]:
        """Yield the changes that resolve each use."""
        index: Index | None = None
        graphs = Graphs(self._text, lambda verb: not self._is_meant(verb))
        done: set[int] = set()
        for number, place in enumerate(self.uses()):
            token, subject = self._text.tokens[place], self._text.subject(place)
            if number == MOST_USES:
                self._refuse(token, f"It is asked for more than {MOST_USES} times.", "Ask less.")
            if subject is None or self._text.tokens[subject].kind != "variable":
                self._refuse(token, "Its subject has to be a variable.")
            if graphs.is_open(place):
                self._refuse(token, "Of a named graph it says nothing.", _BESIDE)
            index = index or get()
            if index is None:
                self._refuse_without(token)
            if subject not in done:
                done.add(subject)
                yield from self._resolved(subject, index)

    def _resolved(self, place: int, index: Index) -> Iterator[Edit]:
        """Yield the changes to the triples of one subject."""
        subject, properties = self._text.tokens[place], self._text.properties(place)
        parts = properties.parts
        words = [self._words(part) for part in parts]
        values = "".join(
            f"VALUES {subject.text} {{ {' '.join(self._found(text, part[0], index))} }} "
            for texts, part in zip(words, parts, strict=True)
            for text in texts or ()
        )
        kept = [at for at, texts in enumerate(words) if texts is None and parts[at]]
        if not kept:
            yield Edit(subject.start, properties.end, values)
            return
        yield Edit(subject.start, subject.start, values)
        if kept[0]:  # No semicolon may stand before the first property.
            yield Edit(subject.end, parts[kept[0]][0].start, " ")
        for at in range(kept[0], len(parts)):
            if words[at] is not None:
                yield Edit(parts[at][0].start, parts[at][-1].end, "")

    def _found(self, text: str, token: Token, index: Index) -> list[str]:
        """Return what fits some words, as terms."""
        try:
            iris, total = index.matching(text, self._room)
        except BadRequest as error:
            self._refuse(token, error.message, error.remedy or _HOW)
        if total > self._room:
            line, column = position(self._text.text, token.start)
            raise ResultTooLarge(
                f"{text!r} is found in {total:,} things; a query may be given {MOST:,} in all.",
                line=line,
                column=column,
                remedy="Search for more words at once, or for a phrase in quotes.",
            )
        self._room -= total
        return [str(NamedNode(iri)) for iri in iris]

    def _is_meant(self, token: Token) -> bool:
        """Whether a token names the property."""
        return self._text.is_named(token, PROPERTY)

    def _is_verb(self, place: int) -> bool:
        """Whether the property is asked for at a place, not spoken of; raises BadRequest where it
        is asked for in a way that cannot be resolved."""
        token, before, after = (self._text.at(place + step) for step in (0, -1, 1))
        if before.text in _PATHS or after.text in _PATHS | _AFTER:
            self._refuse(token, "It cannot be part of a path.")
        if after.text == ")" and self._is_bracketed_verb(place):
            self._refuse(token, "It cannot be part of a path.")
        if after.kind not in _VALUES:
            return False
        is_verb = before.text == ";" or before.kind == "variable"
        if is_verb and self._text.is_short:
            self._refuse(
                token,
                "It cannot be asked for in CONSTRUCT WHERE.",
                "Write the template out: CONSTRUCT { ... } WHERE { ... }.",
            )
        has_other = before.kind in _CONSTANTS or before.text in {"[", "]", ")"}
        if not is_verb and has_other and after.kind in _WORDS:
            self._refuse(token, "Its subject has to be a variable.")
        return is_verb

    def _is_bracketed_verb(self, place: int) -> bool:
        """Whether what stands alone in brackets is a path of one step, not a list of values."""
        before, opening, after = (self._text.at(place + step) for step in (-2, -1, 2))
        is_verb = before.kind in {"variable", *_CONSTANTS} or before.text in {";", ")", "]"}
        has_object = after.kind in _WORDS or after.text in _AFTER
        return opening.text == "(" and is_verb and has_object

    def _words(self, part: Sequence[Token]) -> list[str] | None:
        """Return what is searched for in a part, or None where that is another property."""
        if not part or not self._is_meant(part[0]):
            return None
        texts: list[str] = []
        for number, token in enumerate(part[1:]):
            if number % 2 == 0 and token.kind in _WORDS:
                texts.append(self._text_of(token))
            elif token.kind == "language":
                self._refuse(token, "Words have no language here.")
            elif number % 2 == 0 or token.text != ",":
                self._refuse(token, "It takes words as a text in quotes.")
        if len(part) % 2:
            self._refuse(part[-1], "It takes words as a text in quotes.")
        return texts

    def _text_of(self, token: Token) -> str:
        """Return the words that a token stands for, or raise BadRequest."""
        written = token.text
        if token.kind == "variable":
            written = self._substitutions.get(token.text[1:], "")
            if not written.startswith('"'):
                self._refuse(token, "It takes words as a text in quotes, not a variable.")
        try:
            rows = Store().query(f"SELECT ({written} AS ?text) {{}}")
        except SyntaxError:
            self._refuse(token, "This text cannot be read.")
        assert isinstance(rows, QuerySolutions)  # noqa: S101
        found = next(rows)["text"]
        return found.value if isinstance(found, Literal) else ""

    def _refuse(self, token: Token, message: str, remedy: str = _HOW) -> NoReturn:
        line, column = position(self._text.text, token.start)
        raise BadRequest(
            f"cg:matches cannot be resolved at line {line}, column {column}: {message}",
            line=line,
            column=column,
            offset=token.start,
            remedy=remedy,
        )

    def _refuse_without(self, token: Token) -> NoReturn:
        line, column = position(self._text.text, token.start)
        raise QueryRefused(
            "cg:matches cannot be resolved: this release has no search index.",
            line=line,
            column=column,
            remedy="Compare names and texts by FILTER(CONTAINS(LCASE(?text), ...)).",
        )


def _may_name(text: str) -> bool:
    """Whether a query may name the property; says so of some that do not."""
    return any(sign in text for sign in _SIGNS)


def _holds(outer: Edit, inner: Edit) -> bool:
    """Whether one edit removes what another one changes."""
    return outer.start <= inner.start and inner.end <= outer.end and inner.start < outer.end
