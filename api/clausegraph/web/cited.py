"""From what is stated of a thing to its citation: names, dates and titles as they are stated."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clausegraph import vocabulary
from clausegraph.vocabulary import BASE, CG, ID, SKOS
from clausegraph.web.citation import PROJECT, Citation
from clausegraph.web.documents import Rows

# Types of CSL for what a document is stated to be; a document is a document otherwise.
_KINDS = {
    f"{ID}concept/document-type/{slug}": kind
    for slug, kind in {
        "law": "legislation",
        "regulation": "regulation",
        "report": "report",
        "standard": "standard",
    }.items()
}
_CLASSES = {
    CG + "Document": "document",
    SKOS + "Concept": "entry-dictionary",
    SKOS + "ConceptScheme": "dataset",
}
# What is said of authors whom nothing else makes authors.
_DOUBTS = {
    "inferred": "Inferred by this project, and stated by no source",
    "preliminary": "Stated only by sources that are not final and not to be cited",
}
_PRELIMINARY = f"{ID}concept/review-status/preliminary"
_OUTSIDE_KEY = re.compile(r"[^A-Za-z0-9.]+")
_PLAIN_NAME = re.compile(r"[a-z0-9./#-]+")


@dataclass(frozen=True)
class Stated:
    """What is stated of a thing, as rows of part, node, value and language."""

    rows: Rows

    def values(self, part: str) -> list[str]:
        """Return the values of a part, each once."""
        return list(dict.fromkeys(row["value"] for row in self.rows if row["part"] == part))

    def titles(self, part: str) -> dict[str, str]:
        """Return the texts of a part by language."""
        found: dict[str, str] = {}
        for row in self.rows:
            if row["part"] == part:
                found.setdefault(row["language"], row["value"])
        return found

    def names(self, part: str, language: str) -> tuple[str, ...]:
        """Return one name for each node of a part."""
        nodes = dict.fromkeys(row["node"] for row in self.rows if row["part"] == part)
        named = (
            Stated([row for row in self.rows if row["part"] == part and row["node"] == node])
            for node in nodes
        )
        return tuple(_best(each.titles(part), language)[0] for each in named)


def cite(iri: str, rows: Rows, release: str, language: str) -> Citation:
    """Return the citation of a thing of which `rows` are stated."""
    stated = Stated(rows)
    title, found = _best(stated.titles("title"), language)
    others = {tag: each for tag, each in stated.titles("title").items() if tag not in {found, "en"}}
    dates = _dates(stated.values("date"))
    authors = next(
        (
            names
            for part in ("issuer", "proposer", "agent")
            if (names := stated.names(part, language))
        ),
        (),
    )
    return Citation(
        key=_key(iri),
        kind=_kind(stated),
        title=title or _composed(iri, stated, language),
        url=iri,
        release=release,
        language=found if title else "en",
        original=next(iter(others.values()), ""),
        authors=authors,
        date=dates[0] if len(dates) == 1 else "",
        whole=" / ".join(stated.names("whole", language)),
        number=", ".join(stated.values("number")),
        note=_note(stated, dates, authors, language),
    )


def of_dataset(stated: Rows, release: str, language: str) -> Citation:
    """Return the citation of the dataset as a whole."""
    title, found = _best(Stated(stated).titles("title"), language)
    return Citation(
        key=f"clausegraph-{release[:12]}",
        kind="dataset",
        title=title or PROJECT,
        url=vocabulary.RELEASE + release,
        release=release,
        language=found,
        authors=(PROJECT,),
        is_ours=True,
    )


def _kind(stated: Stated) -> str:
    """Return the type of CSL: what a document is stated to be, if that is one thing."""
    kinds = {_KINDS[value] for value in stated.values("kind") if value in _KINDS}
    if len(kinds) == 1:
        return kinds.pop()
    classes = stated.values("class")
    return next((kind for name, kind in _CLASSES.items() if name in classes), "entry")


def _composed(iri: str, stated: Stated, language: str) -> str:
    """Return a title for a statement, which has none: what it is, and what it says of what."""
    own = (value for value in stated.values("class") if value.startswith(CG))
    kind = min((value.removeprefix(CG) for value in own if value != CG + "Statement"), default="")
    subject = " / ".join(stated.names("subject", language))
    says = ", ".join(stated.names("object", language))
    if not kind or not subject:
        return iri.removeprefix(BASE)
    return f"{kind}: {subject}, {says}" if says else f"{kind}: {subject}"


def _note(stated: Stated, dates: Sequence[str], authors: Sequence[str], language: str) -> str:
    sentences = list(stated.values("credit"))
    for part, words in _DOUBTS.items():
        names = [name for name in stated.names(part, language) if name in authors]
        if names:
            sentences.append(f"{words}: {', '.join(names)} as author.")
    if len(dates) > 1:
        sentences.append(f"Sources give different dates: {', '.join(dates)}.")
    sentences += [f"Review status: {name}." for name in stated.values("review")]
    if _PRELIMINARY in (row["node"] for row in stated.rows):
        sentences.append("Its source calls it not final and not to be cited.")
    replaced = ", ".join(stated.values("replaced"))
    if "true" in stated.values("deprecated"):
        sentences.append(f"Deprecated; replaced by {replaced}." if replaced else "Deprecated.")
    elif replaced:
        sentences.append(f"Replaced by {replaced}.")
    return " ".join(sentences)


def _dates(values: Iterable[str]) -> list[str]:
    """Return the dates that say most: `2024-09` says what `2024` says, and more."""
    found = sorted(set(values))
    return [
        date for date in found if not any(o != date and o.startswith(f"{date}-") for o in found)
    ]


def _best(titles: dict[str, str], language: str) -> tuple[str, str]:
    """Return the title in a language, else in English, without any, or in the first."""
    for wanted in (language, "en", "", *titles):
        if wanted in titles:
            return titles[wanted], wanted
    return "", ""


def _key(iri: str) -> str:
    """Return a key that any program reads: letters, digits, hyphens and full stops of ASCII."""
    name = iri.removeprefix(ID).removeprefix(BASE)
    key = "clausegraph-" + _OUTSIDE_KEY.sub("-", name).strip("-")
    # Other characters are lost, and BibTeX does not tell case: a digest keeps such names apart.
    if _PLAIN_NAME.fullmatch(name):
        return key
    return f"{key}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
