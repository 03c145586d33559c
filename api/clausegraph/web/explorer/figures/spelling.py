"""Queries as a reader takes them along: IRIs by their prefixes, so that they are short enough."""

from __future__ import annotations

import re

from clausegraph import vocabulary

_IRI = re.compile(r"<(https?://[^<>\s]+)>")
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*")
_PREFIX = re.compile(r"^PREFIX\s+([\w-]*):\s*<([^>]*)>\s*$", re.MULTILINE)


def spelt(query: str) -> str:
    """Return a query with each IRI by its prefix, where one fits; it asks the same."""
    bound = {iri: name for name, iri in _PREFIX.findall(query)}
    known = {iri: name for name, iri in vocabulary.prefixes().items() if name not in bound.values()}
    known |= bound
    used: dict[str, str] = {}

    def short(found: re.Match[str]) -> str:
        space, mark, local = _split(found[1])
        if not mark or space not in known or not _LOCAL.fullmatch(local):
            return found[0]
        used[space] = known[space]
        return f"{known[space]}:{local}"

    head, body = _parted(query)
    body = _IRI.sub(short, body)
    wanted = {**bound, **used}
    names = sorted((name, iri) for iri, name in wanted.items())
    return head + "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in names) + "\n" + body


def _parted(query: str) -> tuple[str, str]:
    """Return the remarks above a query, and what stands below its prefixes."""
    lines = query.splitlines()
    head = [line for line in lines if line.startswith("#+")]
    body = [line for line in lines if not line.startswith(("#+", "PREFIX "))]
    return "".join(f"{line}\n" for line in head), "\n".join(body).lstrip("\n")


def _split(iri: str) -> tuple[str, str, str]:
    place = max(iri.rfind("/"), iri.rfind("#")) + 1
    return iri[:place], iri[place - 1 : place], iri[place:]
