"""The statements of a Turtle or TriG text in the order in which the parser yields their quads.

The parser keeps what one token completes and hands it out last in, first out; a string is
complete only with the token after it, which might have been its language. The tests hold both
against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from clausegraph.positions.spelling import DIRECTIVE, MARK, STRING, SUFFIX, TERM, TOKEN

# What may come next. OPENED: the first item of a list, or its end; FIRST: an item whose list node
# is there; NEXT: one more item, or the end; DONE: after an object.
_SUBJECT, _PREDICATE, _OBJECT, _DONE, _OPENED, _FIRST, _NEXT = range(7)
_STRINGS = (STRING, SUFFIX)

Offsets = tuple[int, int, int]


class Unreadable(Exception):
    """The text has something that is not of Turtle 1.1 or TriG 1.1, such as a triple term."""


class Statements:
    """Reads the tokens of a text; iterate for the offsets of subject, predicate and object.

    What has no token of its own is where it is implied: a blank node at its bracket, the first node
    of a list at its bracket, the others at their items, `rdf:first` and `rdf:rest` at the item.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._subject = self._predicate = 0
        self._role = _SUBJECT
        self._pending = -1
        self._frames: list[tuple[int, int, int]] = []
        self._roots: list[int] = []
        self._out: list[Offsets] = []
        self._marks: dict[str, Callable[[int], None]] = {
            ".": self._statement,
            ";": self._semicolon,
            ",": self._comma,
            "[": self._open,
            "]": self._close,
            "(": self._open_list,
            ")": self._close_list,
            "{": self._statement,
            "}": self._statement,
        }

    def __iter__(self) -> Iterator[Offsets]:
        """Yield statements; raises Unreadable where the text has what this does not know."""
        out, marks = self._out, self._marks
        for token in TOKEN.finditer(self._text):
            kind = token.lastindex
            if self._pending >= 0:
                self._complete()
            if kind == TERM:
                self._term(token.start(TERM))
            elif kind == MARK:
                marks[token[MARK]](token.start(MARK))
            elif kind in _STRINGS:
                self._string(token.start(STRING), whole=kind == SUFFIX)
            elif kind is not None and kind != DIRECTIVE:
                raise Unreadable
            if out:
                yield from reversed(out)
                out.clear()

    def _term(self, start: int) -> None:
        if self._role == _OBJECT:
            self._out.append((self._subject, self._predicate, start))
            self._role = _DONE
        elif self._role == _PREDICATE:
            self._predicate = start
            self._role = _OBJECT
        elif self._role == _SUBJECT:
            if not self._is_graph_keyword(start):
                self._subject = start
                self._role = _PREDICATE
        else:
            self._begin(start)
            self._receive(start)

    def _is_graph_keyword(self, start: int) -> bool:
        """Whether `GRAPH` stands here (TriG 1.1, section 2.2): no name, for it has no colon."""
        text = self._text
        if text[start] not in "gG" or text[start : start + 5].lower() != "graph":
            return False
        return text[start + 5 : start + 6] in ("", " ", "\t", "\r", "\n", "#", "<", "[")

    def _string(self, start: int, *, whole: bool) -> None:
        self._begin(start)
        if not whole:
            self._pending = start
            return
        begun = self._out.copy()
        self._out.clear()
        self._receive(start)  # By another token, its suffix: so it is handed out after the others.
        self._out += begun

    def _complete(self) -> None:
        """Take the string that waited to see what follows it."""
        self._receive(self._pending)
        self._pending = -1

    def _begin(self, start: int) -> None:
        """Make the list node which a value needs that begins here, if it stands in a list."""
        if self._role == _OPENED:
            subject, predicate, role = self._frames[-1]
            if role == _OBJECT:
                self._out.append((subject, predicate, self._subject))
            elif role == _FIRST:
                self._out.append((subject, self._subject, self._subject))
            self._role = _FIRST
        elif self._role == _NEXT:
            self._out.append((self._subject, start, start))
            self._subject = start
            self._role = _FIRST

    def _receive(self, start: int) -> None:
        """Take a whole value: what it is depends on where it stands."""
        if self._role == _OBJECT:
            self._out.append((self._subject, self._predicate, start))
            self._role = _DONE
        elif self._role == _FIRST:
            self._out.append((self._subject, start, start))
            self._role = _NEXT
        elif self._role == _SUBJECT:
            self._subject = start
            self._role = _PREDICATE

    def _statement(self, _: int) -> None:
        self._role = _SUBJECT

    def _semicolon(self, _: int) -> None:
        self._role = _PREDICATE

    def _comma(self, _: int) -> None:
        self._role = _OBJECT

    def _open(self, start: int) -> None:
        self._begin(start)
        self._frames.append((self._subject, self._predicate, self._role))
        self._subject = start
        self._role = _PREDICATE

    def _close(self, _: int) -> None:
        bracket = self._subject
        self._leave()
        self._receive(bracket)

    def _open_list(self, start: int) -> None:
        self._begin(start)
        self._frames.append((self._subject, self._predicate, self._role))
        self._roots.append(start)
        self._subject = start
        self._role = _OPENED

    def _close_list(self, start: int) -> None:
        if not self._roots:
            raise Unreadable
        root = self._roots.pop()
        if self._role == _OPENED:  # `()` is rdf:nil, a value as others.
            self._leave()
            self._receive(root)
            return
        self._out.append((self._subject, start, start))
        self._leave()
        if self._role == _SUBJECT:
            self._receive(root)
        else:  # The list was taken when its first node was made.
            self._role = _DONE if self._role == _OBJECT else _NEXT

    def _leave(self) -> None:
        if not self._frames:
            raise Unreadable
        self._subject, self._predicate, self._role = self._frames.pop()
