"""Names as people write them: IRIs, IRIs of the host asked, CURIEs, paths below `id/`, codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from pyoxigraph import NamedNode

from clausegraph import vocabulary
from clausegraph.engine import nearest
from clausegraph.vocabulary import BASE, ID
from clausegraph.web import addresses

LONGEST = 1024  # characters

_CURIE = re.compile(r"([A-Za-z][\w.-]*):(.*)", re.DOTALL)
_PATH = re.compile(r"[a-z-]+(?:/[^/\s]+)+")
_PINNED = re.compile(r"v/[0-9a-f]{64}/(?=id/|doc/)")  # a release names the same things
_WORD = re.compile(r"[\w.-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_INSECURE = "http" + BASE.removeprefix("https")
_BELOW = ("id/", "doc/")


@dataclass(frozen=True)
class Reading:
    """What a name may mean: the first of `iris` that is known, or a concept's `code`.

    `fault` says why the text is no name at all, and is empty otherwise.
    """

    iris: tuple[str, ...] = ()
    code: str | None = None
    fault: str = ""


def read(text: str, hosts: Sequence[str], scheme: str | None = None) -> Reading:
    """Read a name; `hosts` are addresses that stand for our base, without their last slash.

    With a `scheme`, what is no IRI is read as a code of that scheme first.
    """
    name = text.strip()
    if fault := _fault(name):
        return Reading(fault=fault)
    if name.startswith("<") and name.endswith(">"):
        return _of_iri(name[1:-1], hosts)
    if "://" in name or name.startswith("/"):
        return _of_iri(name, hosts)
    iris: list[str] = []
    if scheme is not None:
        iris += _valid(f"{scheme}/{vocabulary.code_slug(name)}")
    curie = _CURIE.fullmatch(name)
    is_registered = curie is not None and curie[1] in vocabulary.prefixes()
    if curie and is_registered:
        iris += _named(vocabulary.prefixes()[curie[1]] + curie[2])
    elif curie:
        iris += _valid(name)
    elif _PATH.fullmatch(name):
        iris += _named(BASE + name if name.startswith(_BELOW) else ID + name)
    code = None if is_registered and scheme is None else name
    return Reading(tuple(dict.fromkeys(iris)), code)


def guesses(text: str, reading: Reading, kinds: Iterable[str] = ()) -> tuple[str, ...]:
    """Return IRIs that may have been meant: with the prefix that is nearest, in lower case, with
    escapes decoded, or below one of `kinds` where the text is a bare word."""
    found: list[str] = []
    name = text.strip()
    curie = _CURIE.fullmatch(name)
    if curie and (prefix := unregistered(name)):
        near = nearest.prefix(prefix, vocabulary.prefixes())
        found += _named(vocabulary.prefixes()[near] + curie[2]) if near else ()
    for iri in reading.iris:
        if iri.startswith(BASE):
            found += (*_valid(iri.lower()), *_valid(unquote(iri)))
    if not reading.iris and _WORD.fullmatch(name):
        found += (f"{ID}{kind}/{name.lower()}" for kind in kinds)
    return tuple(dict.fromkeys(item for item in found if item not in reading.iris))


def unregistered(text: str) -> str | None:
    """Return the prefix of what is written like prefix:name, if it is not registered."""
    curie = _CURIE.fullmatch(text.strip())
    is_one = curie is not None and curie[1] not in vocabulary.prefixes() and _WORD.match(curie[2])
    return curie[1] if curie is not None and is_one and curie[1].lower() != "urn" else None


def canonical(iri: str, hosts: Sequence[str]) -> str | None:
    """Return the IRI that an address of ours stands for: `/doc/` and suffixes lead to the thing.

    Other people's IRIs stay as they are; None for what no name of ours could be.
    """
    for start in (*(f"{host}/" for host in hosts), BASE, _INSECURE):
        if iri.startswith(start):
            return _ours(iri[len(start) :])
    return iri


def _fault(name: str) -> str:
    if not name:
        return "It is empty."
    if len(name) > LONGEST:
        return f"It is longer than {LONGEST:,} characters."
    return "It holds a control character." if _CONTROL.search(name) else ""


def _of_iri(text: str, hosts: Sequence[str]) -> Reading:
    """Read an IRI, or a path of the host asked."""
    found = canonical(BASE + text[1:] if text.startswith("/") else text, hosts)
    iris = _valid(found) if found is not None else ()
    if not iris:
        return Reading(fault="It is no IRI that this graph could give.")
    return Reading(iris)


def _ours(path: str) -> str | None:
    """Return the IRI that a path below our base stands for, or None."""
    path, mark, fragment = _PINNED.sub("", path).partition("#")
    for below in _BELOW:
        if path.startswith(below):
            name = addresses.local_name(path.removeprefix(below).rstrip("/"))
            if name is None:
                return None
            name = name if below == _BELOW[0] else addresses.split_suffix(name).name
            return ID + addresses.canonical(name) + mark + fragment
    return BASE + path.rstrip("/") + mark + fragment


def _named(iri: str) -> tuple[str, ...]:
    """Return the IRI that a CURIE or a path expands to, if there can be such a one."""
    found = canonical(iri, ())
    return _valid(found) if found is not None else ()


def _valid(iri: str) -> tuple[str, ...]:
    try:
        return (NamedNode(iri).value,)
    except ValueError:
        return ()
