"""Data of a SPARQL endpoint: asked by the SPARQL 1.1 Protocol, answered in JSON."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from pyoxigraph import BlankNode, Literal, NamedNode

from clausegraph.errors import InputError
from clausegraph.shacl.data import Row
from clausegraph.shacl.results import Term

_SECONDS = 600.0  # for one answer to begin, and to end
_PART = 1 << 16  # bytes
_MOST_BYTES = 1 << 30
_REDIRECTS = (307, 308)  # those that keep the method (RFC 9110, section 15.4)
_MOST_REDIRECTS = 3
_SHOWN = 300  # characters of an answer that is none
_JSON = "application/sparql-results+json"
_OK = 200


class RemoteData:
    """An endpoint, asked by POST (SPARQL 1.1 Protocol, section 2.1.2).

    `graphs` are the graphs that are taken for the default graph. Literals are those of the engine
    there. Labels of blank nodes hold within one answer only, so a node without IRI cannot be asked
    about. Each question is asked once, and raises InputError where it is not answered.
    """

    is_exact = False
    has_exact = False
    shapes_graph: str | None = None

    def __init__(
        self,
        endpoint: str,
        graphs: Sequence[str] = (),
        *,
        seconds: float = _SECONDS,
        most_bytes: int = _MOST_BYTES,
    ) -> None:
        self._endpoint = endpoint
        self._graphs = tuple(graphs)
        self._seconds = seconds
        self._most_bytes = most_bytes

    def count(self) -> int:
        """Return how many triples there are."""
        text = "SELECT (COUNT(*) AS ?number) WHERE { ?subject ?predicate ?object }"
        for (number,) in self.select(text):
            if isinstance(number, Literal) and number.value.isdecimal():
                return int(number.value)
        raise self._error("It cannot count its triples.")

    def select(
        self, text: str, *, by_value: bool = False, bindings: Mapping[str, Term] | None = None
    ) -> Iterator[Row]:
        """Yield the rows of a SELECT query, see `data.Data`; literals are always ordinary ones."""
        del by_value
        if bindings:
            raise self._error("It cannot be asked about single blank nodes.")
        answer = self._json(self._ask(text))
        try:
            names = answer["head"]["vars"]
            rows = answer["results"]["bindings"]
            return iter([tuple(_term(row.get(name)) for name in names) for row in rows])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise self._error(f"Its answer is no result of a SELECT query ({error}).") from error

    def spelt(self, subject: Term, value: Term) -> Term:
        """Return the value: no other spelling is known of it."""
        del subject
        return value

    def _ask(self, text: str) -> bytes:
        """Return the answer to a query."""
        fields = [("query", text), *(("default-graph-uri", graph) for graph in self._graphs)]
        body = urlencode(fields).encode("ascii")
        url = self._endpoint
        for _ in range(_MOST_REDIRECTS + 1):
            try:
                moved, answer = self._post(url, body)
            except (OSError, http.client.HTTPException, ValueError) as error:
                said = str(error) or type(error).__name__
                raise self._error(f"It cannot be asked: {said}.") from error
            if moved is None:
                return answer
            url = urljoin(url, moved)
        raise self._error(f"It redirects more than {_MOST_REDIRECTS} times.")

    def _post(self, url: str, body: bytes) -> tuple[str | None, bytes]:
        """Return where the endpoint has moved, or its answer."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise self._error(f"'{url}' is no address of an endpoint.")
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.hostname, parts.port, timeout=self._seconds)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": _JSON,
            "User-Agent": "clausegraph",
        }
        try:
            connection.request("POST", target, body, headers)
            with connection.getresponse() as response:
                if response.status in _REDIRECTS and response.headers["Location"]:
                    return response.headers["Location"], b""
                answer = self._read(response)
        finally:
            connection.close()
        if response.status != _OK:
            raise self._error(f"It answers {response.status} {response.reason}", answer)
        return None, answer

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        """Return the body of an answer that is neither too long nor too slow, and whole."""
        parts, size, deadline = [], 0, time.monotonic() + self._seconds
        while part := response.read1(_PART):
            parts.append(part)
            size += len(part)
            if size > self._most_bytes:
                raise self._error(f"Its answer is longer than {self._most_bytes:,} bytes.")
            if time.monotonic() > deadline:
                raise self._error(f"Its answer takes longer than {self._seconds:g} s.")
        if response.length:
            raise self._error("Its answer ends too early.")
        return b"".join(parts)

    def _json(self, answer: bytes) -> Any:
        try:
            return json.loads(answer)
        except (ValueError, RecursionError) as error:
            raise self._error("Its answer is no JSON", answer) from error

    def _error(self, problem: str, answer: bytes = b"") -> InputError:
        said = " ".join(answer[: 4 * _SHOWN].decode("utf-8", "replace").split())[:_SHOWN]
        text = f"{problem}: {said}" if said else problem
        return InputError(
            f"{text.removesuffix('.')}.",
            file=self._endpoint,
            remedy="See that the address is that of a SPARQL 1.1 endpoint, and that it is up.",
        )


def _term(value: Mapping[str, Any] | None) -> Term | None:
    """Return an RDF term of the JSON results (SPARQL 1.1 Query Results JSON, section 3.2.2)."""
    if value is None:
        return None
    kind, text = value["type"], value["value"]
    if kind == "uri":
        return NamedNode(text)
    if kind == "bnode":
        return BlankNode(_label(text))
    if kind not in {"literal", "typed-literal"}:
        raise ValueError(f"a term of the type '{kind}'")
    if "xml:lang" in value:
        return Literal(text, language=value["xml:lang"])
    if "datatype" in value:
        return Literal(text, datatype=NamedNode(value["datatype"]))
    return Literal(text)


def _label(text: str) -> str:
    """Return a label that every syntax can write, another one for each other text."""
    return text if text.isascii() and text.isalnum() else f"x{text.encode().hex()}"
