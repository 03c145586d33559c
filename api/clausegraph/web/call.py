"""One query as it was sent: what follows from its address and header before it is evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

import pyoxigraph
from starlette.types import Receive, Scope

from clausegraph import formats
from clausegraph.engine import Query
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
_FORM = re.compile(
    r"""(?:\s++|\#[^\r\n]*+|BASE\s*+<[^>]*+>|PREFIX\s++[^\s:<]*+:\s*+<[^>]*+>)*+
        (SELECT|ASK|CONSTRUCT|DESCRIBE)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_KIND_OF = {"SELECT": "solutions", "ASK": "boolean"}

Wanted = Mapping[str, Choice | None]


class Call:
    """A request for a query's answer.

    `wanted` is the syntax for each kind of answer, None where the client accepts none. `kind` is
    the one that the query's form announces, empty where that is not plain to see. Raises
    NotAcceptable where nothing fits.
    """

    def __init__(
        self, scope: Scope, receive: Receive, fields: Mapping[str, str], asked: Asked
    ) -> None:
        self.scope = scope
        self.receive = receive
        self.asked = asked
        self.record = record_of(scope)
        host = fields.get("host")
        if host is None or len(host) > _REMEMBERED:
            self.base = f"{host_base(scope, host)}/sparql"
        else:
            self.base = _base(scope["scheme"], scope.get("root_path", ""), host)
        accept = read_of(as_meant(asked.media_type or "") or fields.get("accept"))
        agree = _wanted if len(accept or "") <= _REMEMBERED else _agree
        self.wanted = agree(accept, asked.profile, is_fixed=bool(asked.media_type))
        if not any(self.wanted.values()):
            offers = [item for kind in KINDS.values() for item in kind]
            raise formats.not_acceptable(accept, offers)
        self.kind = kind_of(asked.text)
        self.takes_gzip = coding.accepts_gzip(fields.get("accept-encoding"))
        # 304 is for methods that only read (RFC 9110, 13.1.2); to any POST it would be a riddle.
        is_post = scope["method"] == "POST"
        self.held = frozenset() if is_post else tags(fields.get("if-none-match"))
        may_be_page = self.is_page(self.kind)
        # A reader is always told why there is nothing.
        self.explains_empty = asked.explains_empty or may_be_page
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
                *[found.content_type if found else "-" for found in self._chosen()],
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

    def _chosen(self) -> Iterable[Choice | None]:
        """Return what the answer may be sent as."""
        return [self.wanted[self.kind]] if self.kind else self.wanted.values()

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
