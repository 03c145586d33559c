"""How terms, texts and files are named to people: short, and without what controls a terminal."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode

from clausegraph.shacl.results import Path as PropertyPath
from clausegraph.shacl.results import Term
from clausegraph.vocabulary import ID, XSD, prefixes

_LONGEST = 60  # characters of a literal
_CONCEPTS = ID + "concept/"
# Control characters, marks that turn the direction of text, and others that show nothing; what XML
# does not take is among them.
_SHOWS_NOTHING = (
    "\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f"
)
_UNSAFE = re.compile(f"[\x00-\x1f{_SHOWS_NOTHING}]")
_TO_ESCAPE = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f{_SHOWS_NOTHING}]")
_LOCAL = re.compile(r"[\w%][\w.%-]*(?<!\.)")
_IRI = re.compile(r"<([^<>]*)>")
_GOES_ON = re.compile(r"[\w/#%?&=-]|\.\w")  # after what looks like an IRI: it is a longer one
_NAMESPACE_END = re.compile(r"[#/](?=[^#/]*$)")
_BARE = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}


def safe(text: str) -> str:
    """Return a text with its control characters spelt out, such as `\\x1b`."""
    return _UNSAFE.sub(_spelt_out, text)


def one_line(text: str) -> str:
    """Return a text on one line, fit for a terminal."""
    return safe(" ".join(text.split()))


def escaped(json_text: str) -> str:
    """Return JSON in which what could control a terminal is escaped: the same data."""
    return _TO_ESCAPE.sub(_json_escape, json_text)


def escaped_turtle(turtle: str) -> str:
    """Return Turtle in which what could control a terminal is escaped: the same data.

    Outside of strings and IRIs the syntax has no such characters.
    """
    return _TO_ESCAPE.sub(_turtle_escape, turtle)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 file`, `2,000 files`."""
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def file_name(path: Path) -> str:
    """Return a path as text that every encoding takes: bytes that are not UTF-8 are spelt out."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def near(path: Path | None) -> str:
    """Return a path relative to the working folder, where it lies below it."""
    if path is None:
        return ""
    if path == Path("-"):
        return "standard input"
    here = Path.cwd()
    return file_name(path.relative_to(here) if path.is_relative_to(here) else path)


@dataclass(frozen=True)
class Names:
    """Names of terms as a reader of the files knows them.

    `declared` are the prefixes of the files, name to namespace; the registry's stand in for those
    that they lack. IRIs below `base` are written relative to it.
    """

    declared: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    base: str = ID

    @cached_property
    def _namespaces(self) -> dict[str, str]:
        """Namespace to prefix."""
        known = {
            namespace: name
            for name, namespace in prefixes().items()
            if name not in self.declared
            and (not namespace.startswith(ID) or namespace.startswith(_CONCEPTS))
        }
        return known | {namespace: name for name, namespace in self.declared.items() if namespace}

    @cached_property
    def _unusual(self) -> tuple[str, ...]:
        """Namespaces that end in neither `#` nor `/`, the longest first."""
        odd = (namespace for namespace in self._namespaces if namespace[-1] not in "#/")
        return tuple(sorted(odd, key=len, reverse=True))

    def term(self, term: Term) -> str:
        """Return a term: `cg:Clause`, `<document/x>`, `"text"@en`, or "a blank node"."""
        if isinstance(term, NamedNode):
            return self.iri(term.value)
        if isinstance(term, Literal):
            return self.literal(term)
        return "a blank node"

    def iri(self, iri: str) -> str:
        """Return an IRI as a name with a prefix, or in `<>`, relative to the base if below it."""
        name = self.curie(iri)
        if name is not None:
            return name
        relative = iri.removeprefix(self.base) if self.base else iri
        return safe(f"<{relative or iri}>")

    def curie(self, iri: str) -> str | None:
        """Return an IRI as a name with a prefix, or None."""
        namespace = self.namespace(iri)
        if namespace is None:
            return None
        local = iri[len(namespace) :]
        name = self._namespaces[namespace]
        return f"{name}:{local}" if _LOCAL.fullmatch(local) else None

    def namespace(self, iri: str) -> str | None:
        """Return the known namespace that an IRI lies in, or None."""
        end = _NAMESPACE_END.search(iri)
        if end and iri[: end.end()] in self._namespaces:
            return iri[: end.end()]
        return next((other for other in self._unusual if iri.startswith(other)), None)

    def prefix(self, namespace: str) -> str:
        """Return the prefix of a known namespace."""
        return self._namespaces[namespace]

    def literal(self, literal: Literal) -> str:
        """Return a literal as Turtle writes it, cut where it is long."""
        text, datatype = literal.value, literal.datatype.value
        if len(text) > _LONGEST:
            text = f"{text[: _LONGEST - 1]}…"
        if datatype in _BARE and _BARE[datatype].fullmatch(text):
            return text
        quoted = safe(json.dumps(text, ensure_ascii=False))
        if literal.language:
            return f"{quoted}@{literal.language}"
        return quoted if datatype == XSD + "string" else f"{quoted}^^{self.iri(datatype)}"

    def path(self, path: PropertyPath) -> str:
        """Return a property path as SPARQL writes it, without parentheses around the whole."""
        text = _IRI.sub(lambda match: self.iri(match[1]), path.text)
        return text[1:-1] if _is_wrapped(text) else text

    def within(self, text: str, *terms: Term | None) -> str:
        """Return a message in which the IRIs of `terms` are written as short as elsewhere."""
        for term in terms:
            if isinstance(term, NamedNode) and term.value in text:
                text = _replaced(text, term.value, self.iri(term.value))
        return text


def _replaced(text: str, iri: str, name: str) -> str:
    """Replace an IRI, with or without `<>`, but not the beginning of a longer one."""
    parts = []
    before, *rest = text.split(iri)
    for after in rest:
        if after.startswith(">") and before.endswith("<"):
            parts.append(before[:-1] + name)
            before = after[1:]
        elif _GOES_ON.match(after):
            before = before + iri + after
        else:
            parts.append(before + name)
            before = after
    return "".join([*parts, before])


def _is_wrapped(text: str) -> bool:
    """Whether the first parenthesis is closed by the last one."""
    if not (text.startswith("(") and text.endswith(")")):
        return False
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return place == len(text) - 1
    return False


def _spelt_out(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code in _SHORT:
        return _SHORT[code]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"  # noqa: PLR2004


def _json_escape(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]


def _turtle_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004


_SHORT = {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}
