"""A browser that can reach no other host, pages in it that tell on themselves, and axe-core."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
import pytest
from playwright.sync_api import sync_playwright

from explorer import chromium
from lacking import lacking

HERE = "127.0.0.1"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HERE}",
)
# Said on the console, where it is seen whatever else the page does.
TELLING = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP refused ${event.blockedURI} by ${event.violatedDirective}`));"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium without a window, for the tests of one module: the loop that Playwright keeps
    running would be in the way of other tests."""
    path = chromium.path()
    if path is None:
        lacking("no Chromium is installed; on Debian: apt-get install chromium")
    with sync_playwright() as started:
        found = started.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield found
        found.close()


@contextlib.contextmanager
def windows(browser: Any, base_url: str) -> Iterator[Callable[..., Any]]:
    """Open pages: `open_page(width=1440, height=900, theme="light", scripts=True, base=None)`.

    At the end none of them may have asked another host for anything, broken the policy for
    content, or failed in a script.
    """
    contexts: list[Any] = []
    told: list[str] = []

    def open_page(
        width: int = 1440,
        height: int = 900,
        theme: str = "light",
        scripts: bool = True,
        base: str | None = None,
    ) -> Any:
        context = browser.new_context(
            base_url=base or base_url,
            viewport={"width": width, "height": height},
            color_scheme=theme,
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        contexts.append(context)
        context.add_init_script(TELLING)
        context.on("request", lambda request: _tell_of_request(request.url, told))
        context.on("console", lambda message: _tell_of_message(message.text, told))
        context.on("weberror", lambda error: told.append(f"a script failed: {error.error}"))
        context.set_default_timeout(20_000)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert not told, "\n".join(told)


@pytest.fixture
def page(browser: Any, server: str) -> Iterator[Callable[..., Any]]:
    """Open pages for one test, as `windows` does, of the service that all tests share."""
    with windows(browser, server) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def window(browser: Any, server: str) -> Iterator[Callable[..., Any]]:
    """Open pages that several tests look at, as `windows` does."""
    with windows(browser, server) as open_page:
        yield open_page


def _tell_of_request(url: str, told: list[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"data", "blob", "about"} and parts.hostname != HERE:
        told.append(f"another host was asked: {url}")


def _tell_of_message(text: str, told: list[str]) -> None:
    if "CSP refused" in text or "Content Security Policy" in text:
        told.append(text)


@pytest.fixture(scope="session")
def axe() -> Callable[..., None]:
    """Assert that axe-core finds no fault in a page, by all of its rules or by some."""
    source = (Path(axe_playwright_python.__path__[0]) / "axe.min.js").read_text(encoding="utf-8")

    def check(page: Any, *rules: str) -> None:
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(source)
        only = {"runOnly": list(rules)} if rules else {}
        options = {"resultTypes": ["violations"], **only}
        found = page.evaluate("(options) => axe.run(document, options)", options)
        said = [
            f"{item['id']}: {item['help']}\n    {node['html'][:200]}\n    {node['failureSummary']}"
            for item in found["violations"]
            for node in item["nodes"][:4]
        ]
        assert not said, f"{page.url}\n" + "\n".join(said)

    return check
