"""The nearest known name for one that is not known: prefixes and IRIs."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping

_NEAR = 0.75  # of difflib's ratio; below it a suggestion is more often wrong than right
_SAME_NAME = 0.9  # the worth of the very same name in another namespace
_SHORTEST = 3  # characters of a name that says something by itself
_LONGEST = 200  # characters; comparing takes time that grows with the square of the length
_LETTERS = re.compile(rf"[^\W\d_]{{{_SHORTEST},}}")

# Names that other people give to namespaces of ours; each is proposed only where it is known.
_ALSO_CALLED = {
    "dc": "dcterms",
    "dct": "dcterms",
    "sdo": "schema",
    "so": "schema",
    "xs": "xsd",
    "shacl": "sh",
    "web-annotation": "oa",
    "clausegraph": "cg",
}


def undeclared(name: str, known: Mapping[str, str]) -> str:
    """Return what to do about the prefix `name`, which nothing declares.

    `known` are the prefixes that need no declaration. No namespace is ever proposed for a name that
    is not near to one of them.
    """
    near = prefix(name, known)
    if near is None:
        return f"Begin with PREFIX {name}: <...>."
    return f"Did you mean {near}:? It needs no declaration; or begin with PREFIX {name}: <...>."


def prefix(name: str, known: Mapping[str, str]) -> str | None:
    """Return the known prefix that `name` is most likely meant to be, or None."""
    low = name.lower()
    if len(low) > _LONGEST:
        return None
    by_case = {candidate.lower(): candidate for candidate in known}
    if low in by_case:
        return by_case[low]
    if _ALSO_CALLED.get(low) in known:
        return _ALSO_CALLED[low]
    begun = [other for other in by_case if len(low) >= _SHORTEST and other.startswith(low)]
    near = difflib.get_close_matches(low, by_case, 1, _NEAR) or sorted(begun, key=len)[:1]
    return by_case[near[0]] if near else None


def term(iri: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that `iri` is most likely meant to be, or None.

    Near is a name spelt alike in the same namespace (up to the last `#` or `/`), or the same in
    another one, such as that of `skos:prefLabel` for `cg:prefLabel`. Codes such as `3.1.4` are near
    to nothing: every other code looks like them.
    """
    namespace, name = _parts(iri)
    if not _LETTERS.search(name) or len(name) > _LONGEST:
        return None
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(name.lower())
    best: tuple[float, float, str] | None = None
    for candidate in candidates:
        if candidate == iri:
            continue
        other_namespace, other = _parts(candidate)
        floor = best[0] if best else _NEAR
        worth = _worth(matcher, name, other, floor, is_beside=other_namespace == namespace)
        if worth < floor:
            continue
        kinship = difflib.SequenceMatcher(None, namespace, other_namespace).ratio()
        if best is None or (worth, kinship) > best[:2]:
            best = worth, kinship, candidate
    return best[2] if best else None


def _worth(
    matcher: difflib.SequenceMatcher[str], name: str, other: str, floor: float, *, is_beside: bool
) -> float:
    """Return how near the name `other` is to `name`, between 0 and 1; below `floor` it may be any
    number below it."""
    if other.lower() == name.lower():
        return 1.0 if is_beside else _SAME_NAME
    if not is_beside or len(other) > _LONGEST:
        return 0.0
    matcher.set_seq1(other.lower())
    if matcher.real_quick_ratio() < floor or matcher.quick_ratio() < floor:
        return 0.0
    return matcher.ratio()


def _parts(iri: str) -> tuple[str, str]:
    """Return the namespace of an IRI, up to its last `#` or `/`, and the name after it."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    return iri[:cut], iri[cut:]
