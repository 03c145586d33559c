"""URI templates of a mapping (RFC 6570): the cells of a row in, an IRI out.

Below https://w3id.org/clausegraph/id/ names are in lower case and hold letters, digits, `.` and
`-` only: there the values are spelled as the identifiers of this graph are (`3(b)` as `3-b`).
Elsewhere they are percent-encoded, as RFC 6570 has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn
from urllib.parse import quote, urljoin

import uritemplate

from clausegraph.vocabulary import ID, RDF, RDFS, XSD, code_slug, prefixes

_EXPRESSION = re.compile(r"\{([^{}]*)\}")
_VARIABLES = re.compile(r"[+#./;?&]?(?:[\w%.]+(?:\*|:[0-9]{1,4})?)(?:,[\w%.]+(?:\*|:[0-9]{1,4})?)*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_PREFIXED = re.compile(r"([A-Za-z][\w-]*):(?!//)(.*)", re.DOTALL)

# Prefixes that every mapping has, by the context of CSV on the Web (the RDFa initial context).
PREFIXES: Mapping[str, str] = {
    "as": "https://www.w3.org/ns/activitystreams#",
    "cc": "http://creativecommons.org/ns#",
    "csvw": "http://www.w3.org/ns/csvw#",
    "dc": "http://purl.org/dc/terms/",
    "dc11": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "dctypes": "http://purl.org/dc/dcmitype/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "time": "http://www.w3.org/2006/time#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": XSD,
}


class Nameless(ValueError):
    """A value that no identifier can be made of; `name` is the column's."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(f"'{value}' has no letter a to z and no digit to name something by")
        self.name = name


@dataclass(frozen=True)
class Template:
    """A template that is ready: the names that it takes, and what makes the IRI of their values.

    `text` is what the mapping says, `absolute` the same with its prefix written out; `slugged`
    says that values are spelled as identifiers of this graph.
    """

    text: str
    absolute: str
    names: tuple[str, ...]
    slugged: bool
    expand: Callable[[Mapping[str, str]], str]


def read_template(text: str, base: str | None) -> Template:
    """Return the template that a mapping writes as `text`, relative to the IRI of the table.

    Raises ValueError, saying what is wrong, for what is no template, a relative one without base,
    and a prefix that CSV on the Web does not have.
    """
    _check(text)
    absolute = _absolute(text, base)
    names = tuple(uritemplate.variables(absolute))
    slugged = absolute.startswith(ID)
    expression = _EXPRESSION.split(absolute)
    if all(re.fullmatch(r"[\w%.]+", name) for name in expression[1::2]):
        return Template(text, absolute, names, slugged, _simple(expression, slugged))
    parsed = uritemplate.URITemplate(absolute)

    def expand(values: Mapping[str, str]) -> str:
        spell = _slug if slugged else str
        given: dict[str, Any] = {
            name: spell(values[name]) or _refuse(name, values[name]) for name in names
        }
        return parsed.expand(given)

    return Template(text, absolute, names, slugged, expand)


def _simple(parts: list[str], slugged: bool) -> Callable[[Mapping[str, str]], str]:
    """Return the expansion of a template with plain names only (RFC 6570, level 1)."""
    texts, names = parts[::2], parts[1::2]
    if not names:
        whole = texts[0]
        return lambda _: whole
    spell = _slug if slugged else _encoded
    pairs = list(zip(names, texts[1:], strict=True))

    def expand(values: Mapping[str, str]) -> str:
        made = [texts[0]]
        for name, text in pairs:
            made += spell(values[name]) or _refuse(name, values[name]), text
        return "".join(made)

    return expand


def _refuse(name: str, value: str) -> NoReturn:
    raise Nameless(name, value)


@lru_cache(maxsize=4096)
def _slug(value: str) -> str:
    slug = code_slug(value)
    return slug if slug.strip(".") else ""


@lru_cache(maxsize=4096)
def _encoded(value: str) -> str:
    return quote(value, safe="")


def _check(text: str) -> None:
    rest = _EXPRESSION.sub("", text)
    if "{" in rest or "}" in rest:
        raise ValueError("it has a brace without its counterpart")
    for expression in _EXPRESSION.findall(text):
        if not _VARIABLES.fullmatch(expression):
            raise ValueError(f"{{{expression}}} is no expression of a URI template")


def _absolute(text: str, base: str | None) -> str:
    """Expand a prefix, or resolve a relative reference against the table's IRI."""
    match = _PREFIXED.fullmatch(text)
    if match and match[1] in PREFIXES:
        return PREFIXES[match[1]] + match[2]
    if match and match[1] in prefixes():
        raise ValueError(
            f"CSV on the Web has no prefix '{match[1]}'; write {prefixes()[match[1]]}{match[2]}"
        )
    if _SCHEME.match(text) or text.startswith(("{+", "{")):
        return text
    if base is None or not _SCHEME.match(base):
        raise ValueError('it is relative: write a full IRI, or give "@base" in "@context"')
    return urljoin(base, text)


def missing(template: Template, values: Mapping[str, str]) -> str | None:
    """Return the first name of a template that a row has no value for."""
    return next((name for name in template.names if name not in values), None)
