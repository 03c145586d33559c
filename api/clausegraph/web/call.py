"""One query as it was sent: what follows from its address and header before it is evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

import pyoxigraph
from starlette.types import Receive, Scope

from clausegraph import formats
from clausegraph.engine import Query
from clausegraph.errors import ClausegraphError
from clausegraph.formats import HTML, Syntax
from clausegraph.web import coding
from clausegraph.web.answers import (
    LATEST,
    NO_STORE,
    Choice,
    as_meant,
    best,
    choice,
    etag,
    host_base,
    read_of,
    tags,
)
from clausegraph.web.protocol import Asked
from clausegraph.web.record import record_of

KINDS: Mapping[str, tuple[Syntax, ...]] = {
    "solutions": formats.RESULTS,
    "boolean": formats.BOOLEAN_RESULTS,
    "graph": formats.RDF_GRAPH,
}
# What an HTML page of results is made from.
PAGE_SOURCES: Mapping[str, Syntax] = {
    "solutions": formats.RESULTS_JSON,
    "boolean": formats.RESULTS_JSON,
    "graph": formats.TURTLE,
}

_ENGINE = f"pyoxigraph {pyoxigraph.__version__}"
_REMEMBERED = 512  # characters of an Accept field whose outcome is remembered
_FEW = 24  # fields of a header that is remembered
_FORM = re.compile(
    r"""(?:\s++|\#[^\r\n]*+|BASE\s*+<[^>]*+>|PREFIX\s++[^\s:<]*+:\s*+<[^>]*+>)*+
        (SELECT|ASK|CONSTRUCT|DESCRIBE)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_KIND_OF = {"SELECT": "solutions", "ASK": "boolean"}

Wanted = Mapping[str, Choice | None]
Headers = tuple[tuple[bytes, bytes], ...]


class Manner(NamedTuple):
    """How a request wants to be answered, by its header.

    `base` is the endpoint's address; `wanted` the syntax for each kind of answer, None where the
    client accepts none; `named` the content types of those, for each kind and for an unknown one;
    `held` the tags of what the client has.
    """

    base: str
    wanted: Wanted
    named: Mapping[str, tuple[str, ...]]
    takes_gzip: bool
    held: frozenset[str] = frozenset()
    agent: bytes = b""

    @classmethod
    def of(cls, scope: Scope, fields: Mapping[str, str], asked: Asked) -> Manner:
        """Return the manner of a request; raises NotAcceptable where nothing fits."""
        host = fields.get("host")
        if host is None or len(host) > _REMEMBERED:
            base = f"{host_base(scope, host)}/sparql"
        else:
            base = _base(scope["scheme"], scope.get("root_path", ""), host)
        accept = read_of(as_meant(asked.media_type or "") or fields.get("accept"))
        agree = _wanted if len(accept or "") <= _REMEMBERED else _agree
        wanted = agree(accept, asked.profile, is_fixed=bool(asked.media_type))
        if not any(wanted.values()):
            offers = [item for kind in KINDS.values() for item in kind]
            raise formats.not_acceptable(accept, offers)
        types = {kind: _content_type(chosen) for kind, chosen in wanted.items()}
        named = {"": tuple(types.values()), **{kind: (name,) for kind, name in types.items()}}
        # 304 is for methods that only read (RFC 9110, 13.1.2); to any POST it would be a riddle.
        is_post = scope["method"] == "POST"
        held = frozenset() if is_post else tags(fields.get("if-none-match"))
        takes_gzip = coding.accepts_gzip(fields.get("accept-encoding"))
        agent = fields.get("user-agent", "").encode("latin-1")
        return cls(base, wanted, named, takes_gzip, held, agent)


class Call:
    """A request for a query's answer.

    `kind` is the kind of answer that the query's form announces, empty where that is not plain to
    see; the rest is that of its manner.
    """

    def __init__(self, scope: Scope, receive: Receive, manner: Manner, asked: Asked) -> None:
        self.scope = scope
        self.receive = receive
        self.asked = asked
        self.record = record_of(scope)
        self.manner = manner
        self.base, self.wanted, _, self.takes_gzip, self.held, _ = manner
        self.kind = kind_of(asked.text)
        may_be_page = self.is_page(self.kind)
        # A reader is always told why there is nothing.
        self.explains_empty = asked.explains_empty or may_be_page
        self.may_be_page = may_be_page
        # A page links to other forms of itself.
        self._page_of = scope["query_string"].decode("latin-1") if may_be_page else ""
        self._etag = ("", "")

    def is_page(self, kind: str) -> bool:
        """Whether an answer of that kind is sent as HTML; of an unknown kind, whether it may be."""
        if kind:
            chosen = self.wanted[kind]
            return chosen is not None and chosen.syntax is HTML
        return any(map(self.is_page, KINDS))

    @property
    def cache_control(self) -> str:
        """How long an answer that stays the same within a release may be kept by others."""
        return NO_STORE if self.scope["method"] == "POST" else LATEST

    def etag(self, release: str) -> str:
        """Return the strong validator of the answer without a coding, should it be one that does
        not change: a digest of release, engine, request and syntax."""
        if self._etag[0] != release:
            parts = (
                release,
                _ENGINE,
                "query",
                self.asked.text,
                repr(self.asked.dataset),
                self.base,
                *self.manner.named[self.kind],
                self._page_of,
                "explained" if self.explains_empty else "",
            )
            self._etag = release, etag(parts)
        return self._etag[1]

    def query(self) -> Query:
        """Return what the engine is asked."""
        return Query(
            self.asked.text,
            self._syntax("solutions"),
            self._syntax("boolean"),
            self._syntax("graph"),
            dataset=self.asked.dataset,
            base=self.base,
            compact=True,
            profile=self.profile,
            timeout=self.asked.timeout,
            client=self.record.client,
            may_spool=True,
        )

    @property
    def profile(self) -> str:
        """Return the form of JSON-LD that a graph is to have, empty for ours."""
        chosen = self.wanted["graph"]
        return "" if chosen is None else chosen.profile

    def _syntax(self, kind: str) -> Syntax | None:
        """Return what the engine is to write: a page is made from one of its syntaxes."""
        chosen = self.wanted[kind]
        if chosen is None:
            return None
        return PAGE_SOURCES[kind] if chosen.syntax == HTML else chosen.syntax


def fields_of(headers: Iterable[tuple[bytes, bytes]]) -> Mapping[str, str]:
    """Return the header, names in lower case, values of one name joined (RFC 9110, 5.3)."""
    found: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def known_manner(scope: Scope) -> Manner | None:
    """Return the manner of a GET with a header as clients repeat it, or None: one that names tags
    or no host, has many fields, or accepts nothing that there is."""
    headers = tuple(scope["headers"])
    if len(headers) > _FEW:
        return None
    return _known_manner(scope["scheme"], scope.get("root_path", ""), headers)


@lru_cache(maxsize=32)  # A header may have 128 KiB.
def _known_manner(scheme: str, root_path: str, headers: Headers) -> Manner | None:
    fields = fields_of(headers)
    if "host" not in fields or "if-none-match" in fields:
        return None
    try:
        return Manner.of(
            {"scheme": scheme, "root_path": root_path, "method": "GET"}, fields, Asked("")
        )
    except ClausegraphError:
        return None


def _content_type(chosen: Choice | None) -> str:
    return chosen.content_type if chosen else "-"


def kind_of(text: str) -> str:
    """Return the kind of answer that a query's form announces, or an empty text."""
    match = _FORM.match(text)
    return _KIND_OF.get(match[1].upper(), "graph") if match else ""


def _agree(accept: str | None, profile: str, *, is_fixed: bool) -> Wanted:
    """Return the syntax that an Accept field prefers for each kind of answer.

    Who asks for a form of JSON-LD gets a graph in JSON-LD, unless the media type is fixed, too.
    """
    wanted = {kind: best(accept, (*offers, HTML), profile) for kind, offers in KINDS.items()}
    if profile and not is_fixed:
        wanted["graph"] = choice(formats.JSON_LD, profile=profile)
    return wanted


@lru_cache(maxsize=256)
def _base(scheme: str, root_path: str, host: str) -> str:
    """Return what relative IRIs are resolved against, by the Host field."""
    return f"{host_base({'scheme': scheme, 'root_path': root_path}, host)}/sparql"


_wanted = lru_cache(maxsize=256)(_agree)
