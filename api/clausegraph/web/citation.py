"""A citation, and its forms: BibTeX, CSL-JSON (1.0.2) and plain text. Nothing in it is invented."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from clausegraph.formats import UTF_8, Syntax

BIBTEX = Syntax("BibTeX", "application/x-bibtex", ".bib", None, UTF_8, ("text/x-bibtex",))
CSL_JSON = Syntax(
    "CSL-JSON",
    "application/vnd.citationstyles.csl+json",
    ".json",
    None,
    "",
    ("application/json",),
)
TEXT = Syntax("Text", "text/plain", ".txt", None, UTF_8)
PROJECT = "Clausegraph"

_SHORT = 12  # digits of a release in a sentence
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?(?![0-9])")
# Characters that TeX reads as commands, and how each is set; braces by their names, since BibTeX
# counts a brace with a backslash before it as any other, and it would end the field.
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


@dataclass(frozen=True)
class Citation:
    """What is cited: all of it is stated in the graph, or in the manifest of its release.

    `kind` is a type of CSL; `date` a day, month or year as precise as it is stated; `original` the
    title in another language than `language`; `whole` what it is a part of, `number` its number or
    code there; `authors` are names as they are stated. `released` is the day of the release.
    `is_ours`: the project publishes it, as it does the dataset and its answers.
    """

    key: str
    kind: str
    title: str
    url: str
    release: str
    language: str = ""
    original: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""
    whole: str = ""
    number: str = ""
    note: str = ""
    released: str = ""
    is_ours: bool = False

    @property
    def origin(self) -> str:
        """Where it was found, in words."""
        on = f" ({self.released})" if self.released else ""
        return f"{PROJECT}, release {self.release}{on}"


def text(citation: Citation) -> bytes:
    """Return the citation as one line of plain text."""
    original = f" [{citation.original}]" if citation.original else ""
    number = f"{citation.number}. " if citation.number else ""
    short = citation.origin.replace(citation.release, citation.release[:_SHORT])
    parts = [
        ", ".join(citation.authors),
        f"{number}{citation.title}{original}",
        f"In: {citation.whole}" if citation.whole else "",
        citation.date,
        "" if citation.is_ours else citation.note,
        short,
        citation.url,
    ]
    sentences = [
        part if part.endswith((".", "?", "!")) else f"{part}." for part in parts[:-1] if part
    ]
    return (" ".join(" ".join((*sentences, parts[-1])).split()) + "\n").encode()


def csl(citation: Citation) -> bytes:
    """Return the citation as a list of one item of CSL-JSON."""
    item: dict[str, Any] = {
        "id": citation.key,
        "type": citation.kind,
        "title": citation.title,
        "original-title": citation.original,
        "author": [{"literal": name} for name in citation.authors],
        "issued": _date_parts(citation.date),
        "container-title": citation.whole,
        "number": citation.number,
        "publisher": PROJECT if citation.is_ours else "",
        "version": citation.release if citation.is_ours else "",
        "source": citation.origin,
        "language": citation.language,
        "note": citation.note,
        "URL": citation.url,
    }
    found = {name: value for name, value in item.items() if value}
    return (json.dumps([found], ensure_ascii=False, indent=1) + "\n").encode()


def bibtex(citation: Citation) -> bytes:
    """Return the citation as an entry of BibTeX in UTF-8, which biber, and TeX engines that read
    Unicode, take as it is."""
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(citation))
    return f"@misc{{{citation.key},\n{lines}}}\n".encode()


FORMS: Mapping[Syntax, Callable[[Citation], bytes]] = {
    TEXT: text,
    BIBTEX: bibtex,
    CSL_JSON: csl,
}


def _fields(citation: Citation) -> list[tuple[str, str]]:
    year, month, day = match.groups() if (match := _DATE.match(citation.date)) else (None,) * 3
    original = f" [{citation.original}]" if citation.original else ""
    fields = {
        # Braces keep a name whole: it is that of an organisation, or stands as it is stated.
        "author": " and ".join(f"{{{_tex(name)}}}" for name in citation.authors),
        "title": f"{{{_tex(citation.title + original)}}}",
        "year": year,
        "month": month and month.lstrip("0"),
        "day": day and day.lstrip("0"),
        "booktitle": citation.whole and f"{{{_tex(citation.whole)}}}",
        "number": _tex(citation.number),
        "publisher": PROJECT if citation.is_ours else "",
        "version": citation.release if citation.is_ours else "",
        "howpublished": _tex(citation.origin),
        "language": citation.language,
        "note": _tex(citation.note),
        "url": _url(citation.url),
    }
    return [(name, value) for name, value in fields.items() if value]


def _tex(value: str) -> str:
    """Return text as TeX sets it: every character for itself, on one line."""
    return " ".join(value.split()).translate(_TEX)


def _url(value: str) -> str:
    r"""Return an address for `\url`, which sets all but braces and backslashes as they are."""
    return value.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")


def _date_parts(date: str) -> dict[str, Any] | None:
    match = _DATE.match(date)
    return {"date-parts": [[int(part) for part in match.groups() if part]]} if match else None
