"""`clausegraph serve`: build the graph, answer until told to stop."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from clausegraph.settings import SETTINGS, Settings

_HELP = """Serve the graph: SPARQL, linked data, JSON-LD views and pages, on one address.

\b
    clausegraph serve
    clausegraph serve --port 9000 --data my-documents/

SIGHUP builds again and takes up the new graph without dropping a request; if that fails, the graph
that is served stays. Ctrl-C or SIGTERM ends the service. Exit codes: 0 ended as asked; 2 a setting
or the address cannot be used; 3 an input cannot be read, or the processes that hold the graph are
lost for good.
"""
_BY_NAME = {setting.name: setting for setting in SETTINGS}


def _option(name: str) -> typer.models.OptionInfo:
    """Return the option of one row of the table of settings."""
    setting = _BY_NAME[name]
    default = setting.default if setting.default != () else "the shipped graph"
    text = f"{setting.help} Default: {default}; environment: {setting.variable}."
    found: typer.models.OptionInfo = typer.Option(setting.flag, help=text, show_default=False)
    return found


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command("serve", help=_HELP)
    def serve(
        data: Annotated[list[Path] | None, _option("data")] = None,
        host: Annotated[str | None, _option("host")] = None,
        port: Annotated[str | None, _option("port")] = None,
        timeout: Annotated[str | None, _option("timeout")] = None,
        workers: Annotated[str | None, _option("workers")] = None,
    ) -> None:
        from clausegraph.web.serving import run  # noqa: PLC0415  (half a second that --help saves)

        paths = ":".join(str(path) for path in data) if data else None
        flags = {
            "data": paths,
            "host": host,
            "port": port,
            "timeout": timeout,
            "workers": workers,
        }
        run(Settings.read(os.environ, flags))
