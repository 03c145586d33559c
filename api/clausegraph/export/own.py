"""The files that only a static site has: pages that move on, pages of lists, what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from clausegraph import formats, vocabulary
from clausegraph.export import missing, places
from clausegraph.export.folder import write
from clausegraph.export.missing import MISSING
from clausegraph.export.places import Place
from clausegraph.export.rewriting import rewrite
from clausegraph.export.whole import Listed
from clausegraph.web.pages import Pages

_GONE = "404.html"
_SERVED = dict.fromkeys((*formats.RDF_GRAPH, *formats.RDF_DATASET, formats.CSV))

# Other hosts than Apache have tables of their own; GitHub's knows these types.
_APACHE = """# The media types of the data, and leave for scripts of other origins to read them.
RemoveEncoding .gz .zst
{types}
<IfModule mod_headers.c>
    Header set Access-Control-Allow-Origin "*"
    Header set X-Content-Type-Options "nosniff"
</IfModule>
"""
_TYPE = """<FilesMatch "{pattern}$">
    ForceType "{content_type}"
</FilesMatch>"""


def apache() -> str:
    """Return the rules for a host that runs Apache."""
    types = {re.escape(syntax.suffix): syntax.content_type for syntax in _SERVED}
    types |= {
        re.escape(coding.suffix): coding.media_type for coding in (formats.GZIP, formats.ZSTD)
    }
    types["^void"] = formats.TURTLE.content_type
    listed = (_TYPE.format(pattern=name, content_type=type_) for name, type_ in types.items())
    return _APACHE.format(types="\n".join(listed))


@dataclass(frozen=True)
class Own:
    """Writes the files that the service has no like of, into `folder`, for a site at `url`."""

    folder: Path
    url: str
    release: str
    pages: Pages = field(default_factory=Pages)

    def write_all(self) -> None:
        """Write what every site has, whatever is in the graph."""
        write(self.folder, ".nojekyll", b"")
        write(self.folder, ".htaccess", apache().encode())
        about = Place(missing.PAGE, missing.PAGE)
        self._render(about, "static.html", missing=MISSING)
        gone = Place(_GONE, _GONE)
        page = self._page(gone, "gone.html").replace(b'="./', f'="{self.url}'.encode())
        write(self.folder, gone.file, page)  # It is shown at any address.
        for item in MISSING:
            for path in item.paths:
                stub = places.folder(path.strip("/"))
                if stub is not None and not path.endswith("/") and not path.startswith("/."):
                    iri = vocabulary.BASE + path.strip("/")
                    self.move(stub, f"{missing.PAGE}#{item.anchor}", iri)

    def identifier(self, path: str) -> None:
        """Write the page that leads from `/id/...` to the document at `path`, `/doc/...`."""
        name = path.removeprefix("/doc/")
        source, document = places.place(f"/id/{name}"), places.place(path)
        assert source is not None and document is not None  # noqa: S101, PT018
        data = [
            (syntax.media_type, places.link(source, path.strip("/") + syntax.suffix))
            for syntax in formats.RDF_GRAPH
        ]
        self.move(source, document.address, f"{vocabulary.ID}{name}", data)

    def move(
        self, source: Place, target: str, iri: str, data: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Write a page that leads from `source` to `target`, an address below the root."""
        path, mark, fragment = target.partition("#")
        href = places.link(source, path) + mark + fragment
        canonical = self.url + target
        page = self.pages.render(
            "moved.html", href=href, canonical=canonical, iri=iri, data=list(data)
        )
        write(self.folder, source.file, page)

    def list_page(self, item: Listed, count: int, sizes: list[tuple[formats.Syntax, int]]) -> None:
        """Write the page that names the files of a list."""
        place = places.place(item.path)
        assert place is not None  # noqa: S101
        self._render(place, "list.html", item=item, count=count, sizes=sizes)

    def _render(self, place: Place, template: str, **values: object) -> None:
        write(self.folder, place.file, self._page(place, template, **values))

    def _page(self, place: Place, template: str, **values: object) -> bytes:
        page = self.pages.render(template, release=self.release, **values)
        return rewrite(page, place).body
