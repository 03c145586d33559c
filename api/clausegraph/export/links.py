"""Walking a site of files: every link from one of them to another leads to a file that is there."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from clausegraph.export import missing
from clausegraph.export.places import INDEX

_LINK = re.compile(r'(?<=[\s"])(?:href|src|action)="([^"]*)"|(?<=[\s"])content="\d+; url=([^"]*)"')
_NAMED = re.compile(r'(?<=[\s"])id="([^"]*)"')
_LISTED = re.compile(r"<loc>([^<]*)</loc>|^Sitemap: (\S+)", re.MULTILINE)
_LISTS = ("sitemap.xml", "robots.txt")
_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)


@dataclass(frozen=True)
class Dead:
    """A link that leads nowhere: the file that has it, and its address as it stands there."""

    file: str
    address: str

    def __str__(self) -> str:
        return f"{self.file}: {self.address}"


@dataclass
class Checked:
    """How many files and links were looked at, and which links are dead."""

    files: int = 0
    links: int = 0
    dead: list[Dead] = field(default_factory=list)


def check(folder: Path, url: str = "") -> Checked:
    """Follow every link between the files of `folder`, and from lists of addresses below `url`.

    A link to a folder leads to its index. A fragment alone, and one of the page on what is missing,
    is to be the id of an element. Elsewhere it is part of a name, and what is named is in the data:
    a page may show only some of them. Links to other sites are not followed.
    """
    checked = Checked()
    site = _Site(folder, url)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            checked.files += 1
            name = path.relative_to(folder).as_posix()
            for address in site.links(name):
                checked.links += 1
                if not site.leads(name, address):
                    checked.dead.append(Dead(name, address))
    return checked


@dataclass
class _Site:
    folder: Path
    url: str
    _names: dict[str, frozenset[str]] = field(default_factory=dict)
    _known: dict[str, str | None] = field(default_factory=dict)

    def links(self, name: str) -> Iterator[str]:
        """Yield each address in a file that can be one of ours."""
        if name.endswith(".html"):
            for found in _LINK.findall(_SCRIPT.sub("", self._text(name))):
                yield html.unescape(found[0] or found[1])
        elif name in _LISTS or name.startswith("sitemap/"):
            for found in _LISTED.findall(self._text(name)):
                yield html.unescape(found[0] or found[1])

    def leads(self, name: str, address: str) -> bool:
        """Whether an address in the file `name` leads to a file, or to another site."""
        is_ours = bool(self.url) and address.startswith(self.url)
        parts = urlsplit(address.removeprefix(self.url) if is_ours else address)
        if parts.scheme or parts.netloc:
            return True
        if parts.path.startswith("/"):
            return False  # The site may be below a path of its host.
        start = "" if is_ours else posixpath.dirname(name)
        target = self._file(posixpath.join(start, unquote(parts.path)) if parts.path else name)
        if target is None:
            return False
        is_place = bool(parts.fragment) and (not parts.path or target == missing.PAGE)
        return not is_place or unquote(parts.fragment) in self._ids(target)

    def _file(self, given: str) -> str | None:
        """Return the file that a path below the root leads to, or None."""
        if given not in self._known:
            path = posixpath.normpath(given)
            is_file = not given.endswith("/") and (self.folder / path).is_file()
            index = posixpath.join(path, INDEX) if path != "." else INDEX
            is_index = (self.folder / index).is_file()
            found = path if is_file else index if is_index else None
            self._known[given] = None if path.startswith("..") else found
        return self._known[given]

    def _ids(self, name: str) -> frozenset[str]:
        if name not in self._names:
            found = _NAMED.findall(self._text(name)) if name.endswith(".html") else ()
            self._names[name] = frozenset(map(html.unescape, found))
        return self._names[name]

    def _text(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")
