"""The documentation is true: each example runs against the service and prints what is shown."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from clausegraph.formats import RESOURCE
from lacking import lacking

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
SHOWN_AT = "http://localhost:8000"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LANGUAGES = {"console", "python", "text", "turtle", "yaml"}
PROGRAMS = ("bash", "curl", "git", "sha256sum")
NAMED = re.compile(r"# ([\w./-]+)\n")
# Examples commit to repositories of their own, whoever runs them.
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}
RELEASE = re.compile(r"[0-9a-f]{12}")
WIDTH = 120
PREFIXES = {"/id/", "/doc/", "/curie/", "/v/latest/"}
PAGES = {path.name: path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))}


@dataclass(frozen=True)
class Block:
    """A fenced block: its page and line, its language, its text."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(page: str) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    text = PAGES[page]
    return [
        Block(page, text.count("\n", 0, match.start()) + 1, match[1], match[2])
        for match in FENCE.finditer(text)
    ]


ALL = [block for page in PAGES for block in blocks(page)]
CONSOLE = [block for block in ALL if block.language == "console"]
FILES = [block for block in ALL if block.language in {"turtle", "yaml"}]
PYTHON = [
    (block, after)
    for block, after in zip(ALL, [*ALL[1:], None], strict=True)
    if block.language == "python"
]


def steps(block: Block) -> Iterator[tuple[str, str]]:
    """Yield each command of a console block, which may go on in further lines, and what it prints."""
    assert block.text.startswith("$ ")
    for step in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        lines = step.splitlines(keepends=True)
        size = next(size for size in range(1, len(lines) + 1) if is_whole("".join(lines[:size])))
        yield "".join(lines[:size]), "".join(lines[size:])


def is_whole(command: str) -> bool:
    """Tell whether a command ends neither in a backslash nor within quotes."""
    return not command.endswith("\\\n") and command.count("'") % 2 == 0


def pattern(shown: str) -> str:
    """Return the expression of what is shown; a line `...` is any lines, one in a line any text."""
    parts = [
        r"(?:.*\n)*?" if line == "...\n" else ".*".join(map(re.escape, line.split("...")))
        for line in shown.splitlines(keepends=True)
    ]
    return "".join(parts)


def compare(printed: str, shown: str, server: str) -> None:
    """Hold what was printed, but for spaces at line ends, against what is shown."""
    lines = printed.replace(server, SHOWN_AT).splitlines()
    told = "".join(f"{line.rstrip()}\n" for line in lines)
    assert re.fullmatch(pattern(shown), told), f"shown:\n{shown}\nprinted:\n{told}"


def write_files(page: str, folder: Path) -> None:
    """Write the files of a page: the blocks that begin with a comment that names one."""
    for block in FILES:
        name = NAMED.match(block.text)
        if block.page == page and name is not None:
            (folder / name[1]).parent.mkdir(parents=True, exist_ok=True)
            (folder / name[1]).write_text(block.text, encoding="utf-8")


@pytest.fixture(scope="module")
def programs() -> None:
    """What the examples call besides our own program."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        reason = f"the examples need {', '.join(missing)}, which are not installed here"
        lacking(reason)


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("block", CONSOLE, ids=str)
def test_commands_print_what_is_shown(block: Block, server: str, tmp_path: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    write_files(block.page, tmp_path)
    for command, shown in steps(block):
        done = subprocess.run(
            ["bash", "-c", command.replace(SHOWN_AT, server)],  # noqa: S607
            cwd=tmp_path,
            env={**os.environ, **GIT, "PATH": path, "LC_ALL": "C.UTF-8"},
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        compare(done.stdout, shown, server)


# SPARQLWrapper and rdflib use what rdflib itself calls deprecated.
@pytest.mark.filterwarnings("ignore:(ConjunctiveGraph|Dataset):DeprecationWarning")
@pytest.mark.parametrize(("block", "after"), PYTHON, ids=str)
def test_python_prints_what_is_shown(block: Block, after: Block | None, server: str) -> None:
    """Each example stands alone; no other warning is raised on the way."""
    assert after is not None
    assert after.language == "text"
    code = compile(block.text.replace(SHOWN_AT, server), str(block), "exec")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, {"__name__": "example"})  # noqa: S102 - our own documentation
    compare(printed.getvalue(), after.text, server)


@pytest.mark.parametrize("block", ALL, ids=str)
def test_block_is_one_that_is_run(block: Block) -> None:
    """Nothing is fenced that no test would look at; what is shown is more than dots."""
    assert block.language in LANGUAGES
    if block in FILES:
        assert NAMED.match(block.text)
        assert [other for other in CONSOLE if other.page == block.page]
    if block.language == "text":
        before = ALL[ALL.index(block) - 1]
        assert (before.page, before.language) == (block.page, "python")
        assert block.text.replace("...", "").strip()


@pytest.mark.parametrize("block", ALL, ids=str)
def test_nothing_is_shown_that_the_next_release_changes(block: Block, server: str) -> None:
    release = httpx.get(f"{server}/ready").json()["release"]
    assert release[:12] not in block.text
    assert not {name for name in RELEASE.findall(block.text) if not name.isdigit()}


@pytest.mark.parametrize("page", PAGES)
def test_addresses_in_the_text_are_answered(page: str, server: str) -> None:
    """Without parameters some are wrong calls, but none is unknown."""
    prose = FENCE.sub("", PAGES[page])
    paths = {
        path for path in re.findall(r"`(/[^`\s]*)`", prose) if not re.search(r"[{}]|\.\.\.", path)
    }
    for path in sorted(paths - PREFIXES):
        assert httpx.get(server + path, timeout=30).status_code != httpx.codes.NOT_FOUND, path


def test_formats_are_those_of_the_service() -> None:
    rows = re.findall(r"^\| `(\.\w+)` \| `([^`]+)` \|", PAGES["linked-data.md"], re.MULTILINE)
    assert rows == [(syntax.suffix, syntax.media_type) for syntax in RESOURCE]


@pytest.mark.parametrize("page", PAGES)
def test_links_between_pages_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^):]+)\)", PAGES[page]):
        assert (DOCS / target).is_file(), target
    for path in re.findall(r"`((?:data|ontology|tests)/[\w./-]+)`", PAGES[page]):
        assert (ROOT / path).is_file(), path


@pytest.mark.parametrize("page", PAGES)
def test_prose_is_wrapped(page: str) -> None:
    lines = FENCE.sub("", PAGES[page]).splitlines()
    assert not [line for line in lines if len(line) > WIDTH and not line.startswith("|")]
