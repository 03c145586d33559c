"""Evidence held against the files that it cites."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal as OneOf

from pyoxigraph import NamedNode, Quad, Triple

from clausegraph.errors import InputError
from clausegraph.evidence.passage import digest, file_digest
from clausegraph.evidence.record import (
    END,
    HAS_SELECTOR,
    HAS_SOURCE,
    SPECIFIC_RESOURCE,
    START,
    Evidence,
)
from clausegraph.textfiles import read_text
from clausegraph.vocabulary import IDENTIFIER, TYPE, cg

Status = OneOf["ok", "stale", "out of range", "mismatch", "not held", "incomplete"]
STATUSES: tuple[Status, ...] = (
    "ok",
    "stale",
    "out of range",
    "mismatch",
    "not held",
    "incomplete",
)

_DIGITS = re.compile(r"[0-9]+")
_DIGESTS = (cg("fileDigest"), cg("quoteDigest"))
_Facts = dict[tuple[str, str], set[str]]


@dataclass(frozen=True)
class Finding:
    """What a check found of one piece of evidence; `detail` says it in words."""

    iri: str
    status: Status
    detail: str


def check(triples: Iterable[Triple | Quad], folder: Path) -> list[Finding]:
    """Return one finding for each oa:SpecificResource among `triples`, by IRI.

    A source is held when `folder` has a file named by its dcterms:identifier. Raises InputError
    where the folder is missing or a file in it cannot be read.
    """
    if not folder.is_dir():
        raise InputError(
            "There is no such folder.", file=folder, remedy="Name the folder with the sources."
        )
    facts: _Facts = {}
    for triple in triples:
        key = (str(_value(triple.subject)), triple.predicate.value)
        facts.setdefault(key, set()).add(str(_value(triple.object)))
    nodes = {
        subject
        for (subject, predicate), values in facts.items()
        if predicate == TYPE.value and SPECIFIC_RESOURCE.value in values
    }
    return [_check_one(node, facts, folder) for node in sorted(nodes)]


def _value(term: object) -> object:
    """Return a term's IRI, label or lexical form."""
    return getattr(term, "value", term)


def _check_one(node: str, facts: _Facts, folder: Path) -> Finding:
    stated = _stated(node, facts)
    if isinstance(stated, Finding):
        return stated
    names = sorted(facts.get((stated.source, IDENTIFIER.value), set()))
    path = next((folder / name for name in names if _is_held(folder, name)), None)
    if path is None:
        known = f"no file {' or '.join(names)} in {folder}" if names else "its source names no file"
        return Finding(node, "not held", f"{known} ({stated.source})")
    return _compare(stated, path)


def _is_held(folder: Path, name: str) -> bool:
    """Whether `name` is the bare name of a file in `folder`; an identifier is never a path."""
    return Path(name).name == name and (folder / name).is_file()


def _stated(node: str, facts: _Facts) -> Evidence | Finding:
    """Read one piece of evidence back, or find what it lacks or says twice."""

    def only(subject: str, predicate: NamedNode) -> str:
        values = facts.get((subject, predicate.value), set())
        if len(values) != 1:
            gaps.append(f"{len(values)} values of {predicate.value} (must be 1)")
            return ""
        return next(iter(values))

    gaps: list[str] = []
    selector = only(node, HAS_SELECTOR)
    start, end = only(selector, START), only(selector, END)
    texts = [only(node, predicate) for predicate in (HAS_SOURCE, *_DIGESTS)]
    if not gaps and not (_DIGITS.fullmatch(start) and _DIGITS.fullmatch(end)):
        gaps.append(f"positions '{start}' and '{end}' are no counts")
    if gaps:
        return Finding(node, "incomplete", "; ".join(gaps))
    return Evidence(node, texts[0], int(start), int(end), texts[1], texts[2])


def _compare(stated: Evidence, path: Path) -> Finding:
    """Hold evidence against the file that it cites."""
    text = read_text(path)
    inside = stated.start < stated.end <= len(text)
    same = inside and digest(text[stated.start : stated.end]) == stated.quote_digest
    place = f"{path.name} {stated.start}-{stated.end}"
    if file_digest(path) != stated.file_digest:
        passage = "still reads the same" if same else "reads otherwise"
        return Finding(stated.iri, "stale", f"{place}: the file changed; the passage {passage}")
    if not inside:
        return Finding(stated.iri, "out of range", f"{place}: the file has {len(text)} code points")
    if not same:
        return Finding(stated.iri, "mismatch", f"{place}: the passage has another digest")
    return Finding(stated.iri, "ok", place)
