"""`clausegraph export`: write the graph as a site of files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from clausegraph.errors import UsageError
from clausegraph.vocabulary import BASE

_LISTED = 20  # dead links that are told one by one


def register(app: typer.Typer) -> None:
    """Add the command `export`."""

    @app.command("export")
    def command(
        static: Annotated[
            Path,
            typer.Option(
                "--static", help="The folder of the site; it is made where there is none."
            ),
        ],
        data: Annotated[
            list[Path] | None,
            typer.Option(
                "--data",
                help="Export these files or folders instead of what ships; may be repeated.",
            ),
        ] = None,
        url: Annotated[
            str, typer.Option("--url", help="Where the site will be, for its sitemap and its 404.")
        ] = BASE,
        force: Annotated[
            bool,
            typer.Option(
                "--force", help="Put the site among the files of a folder that is not empty."
            ),
        ] = False,
    ) -> None:
        """Write the service as files, for a host that runs nothing, such as GitHub Pages.

        \b
            clausegraph export --static site/ --url https://example.org/clausegraph/

        The site has the same addresses as the service: a page for each thing as index.html in a
        folder of its name, its data by suffix (.ttl, .jsonld, .nt, .rdf), lists as a whole, dumps,
        and a page for each identifier that leads on to its document. Links are relative, so that
        it works below any address. What a host of files cannot do is said in static.html. In the
        end every link is followed; exit code 1 if one leads nowhere, and then nothing is put in
        place.
        """
        from clausegraph.export import Target, export  # noqa: PLC0415  (time that --help saves)

        done = export(Target(static, force), tuple(data or ()), _site(url), _progress)
        if done.dead:
            for dead in done.dead[:_LISTED]:
                _progress(f"Dead link in {dead}")
            _progress(
                f"{len(done.dead):,} of {done.links:,} links are dead; nothing was put in place."
            )
            raise typer.Exit(1)
        size = done.bytes / 2**20
        _progress(
            f"{done.files:,} files of {size:,.1f} MiB are in {static}; all {done.links:,} links "
            f"between them lead somewhere. It took {done.seconds:.0f} s."
        )
        print(done.release)


def _site(url: str) -> str:
    """Return the address of the site with a slash at its end, or raise UsageError."""
    try:
        parts = urlsplit(url)
        is_site = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_site = False
    if not is_site or "?" in url or "#" in url or not url.isprintable() or set(url) & set(' "<>'):
        raise UsageError(
            f"--url={url!r} is no address of a site.",
            remedy="Write it like https://example.org/clausegraph/",
        )
    return url if url.endswith("/") else f"{url}/"


def _progress(message: str) -> None:
    print(message, file=sys.stderr)
