"""What an import of a text would make, worked out before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from clausegraph import bundle, evidence
from clausegraph.errors import InputError, UsageError
from clausegraph.importers.text import headings, known, languages
from clausegraph.importers.text.known import Known, KnownSource
from clausegraph.importers.text.outline import Outline, outline
from clausegraph.importers.text.reading import read
from clausegraph.vocabulary import ID, code_slug, compact, expand

_DOCUMENT = ID + "document/"
_SLUG = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")


@dataclass(frozen=True)
class Import:
    """What is asked for: a file, the document whose text it is, and what else the caller knows.

    `document` and `source` are slugs, paths or IRIs; what is None is found out or left out.
    """

    file: Path
    document: str
    output: Path | None = None
    title: str | None = None
    source: str | None = None
    source_title: str | None = None
    url: str | None = None
    language: str | None = None
    with_text: bool = False


@dataclass(frozen=True)
class Plan:
    """A text and its outline, under the names that it gets here.

    `titles` has the heading of each clause, by the last part of its IRI. `is_guessed` says that
    nobody gave the language, which is empty where the words do not tell it; then the text can be
    looked at, and not imported. `describes_source` is false where the source is described already.
    """

    asked: Import
    document: str
    source: str
    folder: Path
    outline: Outline
    titles: dict[str, str]
    language: str
    is_guessed: bool
    digest: str
    describes_source: bool
    known: Known

    @property
    def text(self) -> str:
        """The whole text, as it is in the file."""
        return self.outline.page.text

    @property
    def path(self) -> Path:
        """The file that the clauses are written to."""
        return self.folder / self.document / f"{self.source}.ttl"

    def notes(self) -> Iterator[str]:
        """Say what the reader of the outline should know of names, language and other sources."""
        if not self.language:
            yield "language: not plain by its words; the import asks for --language"
        elif self.is_guessed:
            yield f"language: {self.language}, by its words; --language says otherwise"
        if not self.known.is_document and self.asked.title is None:
            yield f"nothing describes {self.document} as yet; the import asks for --title"
        if self.asked.source is None and not self.describes_source:
            yield f"the file is that of the source {self.source}, by its SHA-256"
        yield from self._joined()

    def _joined(self) -> Iterator[str]:
        if not self.known.clauses:
            return
        names = {entry.slug for entry in self.outline.entries}
        same = names & self.known.clauses.keys()
        yield (
            f"{self.document} has {len(self.known.clauses)} clauses already: "
            f"{len(same)} of these are among them, {len(names - same)} are new"
        )
        if others := sorted(self.known.clauses.keys() - names):
            told = ", ".join(others[:5]) + (", ..." if len(others) > 5 else "")  # noqa: PLR2004
            yield f"clauses of it that this text does not have: {told}"


def plan(asked: Import) -> Plan:
    """Read a text and find its outline.

    Raises UsageError for a bad name or language tag, InputError for a file that is no text, is too
    large, or has no numbered clause.
    """
    document = _document(asked.document)
    text = read(asked.file)
    found = outline(text)
    if not found.entries:
        raise InputError(
            "No numbered clause was found in this text.",
            file=asked.file,
            remedy="A line has to begin with a number, such as 5.1, Article 3, Sec. 12, § 5, (a) "
            "or 第三条.",
        )
    language = _language(asked, text)
    folder = asked.output if asked.output is not None else _default_folder()
    digest = evidence.file_digest(asked.file)
    described = known.sources(asked.output)
    source = _source(asked, digest, described)
    path = folder / document / f"{source}.ttl"
    others = [item for item in described if item.slug == source and item.path != path.resolve()]
    _refuse_another_file(asked, source, digest, others)
    titles = {entry.slug: headings.title(found.page, entry) for entry in found.entries}
    return Plan(
        asked=asked,
        document=document,
        source=source,
        folder=folder,
        outline=found,
        titles={slug: title for slug, title in titles.items() if title},
        language=language,
        is_guessed=asked.language is None,
        digest=digest,
        describes_source=not others,
        known=known.describe(document, asked.output, path),
    )


def _document(name: str) -> str:
    """Return the slug of a document that is named by its IRI, its /id/... path or itself."""
    full = ID + name.removeprefix("/id/") if name.startswith("/id/") else name
    iri = _DOCUMENT + name if _SLUG.fullmatch(name) else expand(full)
    slug = iri.removeprefix(_DOCUMENT)
    if iri == slug or not _SLUG.fullmatch(slug):
        raise UsageError(
            f"'{name}' cannot name a document here.",
            remedy=f"Give a name like ai-act, or an IRI below {_DOCUMENT}; an address elsewhere "
            "goes into --url.",
        )
    return slug


def _language(asked: Import, text: str) -> str:
    """Return the language as it is given, or by the words, empty where they do not tell it."""
    language = asked.language if asked.language is not None else languages.guess(text)
    if language is None:
        return ""
    try:
        return Literal("", language=language).language or language
    except ValueError as error:
        raise UsageError(
            f"'{language}' is no language tag.", remedy="Write it as in BCP 47: en, zh, pt-BR."
        ) from error


def _source(asked: Import, digest: str, described: Sequence[KnownSource]) -> str:
    """Return the slug of the source: as given, that of the same file, or by the file's name."""
    if asked.source is not None:
        slug = asked.source.removeprefix(ID).removeprefix("/id/").removeprefix("source/")
    else:
        same = sorted(item.slug for item in described if digest in item.digests)
        slug = same[0] if same else code_slug(asked.file.stem).strip(".-")
    if not _SLUG.fullmatch(slug):
        raise UsageError(
            f"'{slug}' cannot name a source.",
            remedy="Give --source in lower-case letters, digits and single '-' or '.'.",
        )
    return slug


def _refuse_another_file(
    asked: Import, source: str, digest: str, described: Sequence[KnownSource]
) -> None:
    held = {each for item in described for each in item.digests}
    if asked.source is None and described and not held:
        raise UsageError(
            f"{compact(f'{ID}source/{source}')} is described already, and not as which file.",
            file=asked.file,
            remedy=f"Say that it is this one with --source {source}, or name this one otherwise.",
        )
    if others := held - {digest}:
        raise UsageError(
            f"{compact(f'{ID}source/{source}')} is another file, with the SHA-256 "
            f"{min(others)[:12]}...; this one has {digest[:12]}...",
            file=asked.file,
            remedy="Name this one otherwise with --source.",
        )


def _default_folder() -> Path:
    root = bundle.root()
    if not (root / "pyproject.toml").is_file():
        raise UsageError(
            "There is no checkout to write to.", remedy="Choose a folder with --output."
        )
    return root / "data" / "imported" / "text"


def refuse_bad_address(url: str | None) -> NamedNode | None:
    """Return an address as an IRI, or raise UsageError."""
    if url is None:
        return None
    try:
        node = NamedNode(url)
    except ValueError:
        node = None
    if node is None or not url.startswith(("http://", "https://")):
        raise UsageError(f"'{url}' is no web address.", remedy="Write https://...")
    return node
