"""A real Apache for tests: the one that is installed, or Debian's, fetched into a folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = "apache2-bin"
NAMES = ("apache2", "httpd")
PLACES = ("/usr/sbin", "/usr/local/sbin", "/usr/local/apache2/bin", "/opt/homebrew/bin")
MODULES = ("mpm_event", "unixd", "authz_core", "dir", "headers", "mime", "rewrite")
USER = "nobody"

_CONFIGURATION = """
ServerName w3id.test
ServerRoot "{root}"
PidFile "{root}/pid"
Mutex fcntl:{root}
TypesConfig /dev/null
ErrorLog "{root}/error.log"
LogLevel warn
Listen 127.0.0.1:{port}
{loaded}
{user}
DocumentRoot "{root}/www"
<Directory "{root}/www">
    AllowOverride All
    Require all granted
</Directory>
"""


@dataclass(frozen=True)
class Apache:
    """A program, its modules, and the environment that it needs."""

    program: Path
    modules: Path
    environment: dict[str, str] = field(default_factory=dict)

    @contextlib.contextmanager
    def serving(self, files: dict[str, str]) -> Iterator[str]:
        """Serve `files`, text by path; yield the address."""
        with tempfile.TemporaryDirectory(prefix="apache-") as folder:
            root = Path(folder)
            root.chmod(0o755)  # so that the user that a root's Apache turns into may read
            for name, text in files.items():
                (root / "www" / name).parent.mkdir(parents=True, exist_ok=True)
                (root / "www" / name).write_text(text, encoding="utf-8")
            port = _free_port()
            (root / "httpd.conf").write_text(self._configuration(root, port), encoding="utf-8")
            command = [str(self.program), "-f", str(root / "httpd.conf"), "-DFOREGROUND"]
            process = subprocess.Popen(
                command, env={**os.environ, **self.environment}, stderr=subprocess.PIPE, text=True
            )
            try:
                _wait(process, port, root / "error.log")
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()
                process.communicate(timeout=20)

    def _configuration(self, root: Path, port: int) -> str:
        found = {name: self.modules / f"mod_{name}.so" for name in MODULES}
        loaded = [
            f'LoadModule {name}_module "{path}"' for name, path in found.items() if path.exists()
        ]
        is_root = os.geteuid() == 0
        user = f"User {USER}\nGroup #{Path('/').stat().st_gid}" if is_root else ""
        return _CONFIGURATION.format(root=root, port=port, loaded="\n".join(loaded), user=user)


def installed() -> Apache | None:
    """Return the Apache of this system, or None."""
    path = os.pathsep.join((os.environ.get("PATH", ""), *PLACES))
    for name in NAMES:
        program = shutil.which(name, path=path)
        if program is None:
            continue
        root = Path(program).resolve().parents[1]
        for modules in (root / "lib/apache2/modules", root / "modules", root / "lib/httpd/modules"):
            if (modules / "mod_rewrite.so").exists():
                return Apache(Path(program), modules)
    return None


def fetched(folder: Path) -> Apache:
    """Return Debian's Apache, fetched with what it needs and unpacked in `folder`.

    Nothing is installed, and no rights are needed. Raises OSError or CalledProcessError where that
    cannot be.
    """
    for name in ("cache/archives/partial", "state/lists/partial", "root"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    apt = ["apt-get", "-qq", "-o", f"Dir::Cache={folder}/cache", "-o", "Debug::NoLocking=true"]
    install = [
        "install",
        "--download-only",
        "--reinstall",
        "-y",
        "--no-install-recommends",
        PACKAGE,
    ]
    if _run([*apt, *install], check=False).returncode:
        apt += ["-o", f"Dir::State::lists={folder}/state/lists"]
        _run([*apt, "update"])
        _run([*apt, *install])
    for package in (folder / "cache/archives").glob("*.deb"):
        _run(["dpkg", "-x", str(package), str(folder / "root")])
    libraries = {str(path.parent) for path in (folder / "root").rglob("lib*.so.*")}
    return Apache(
        folder / "root/usr/sbin/apache2",
        folder / "root/usr/lib/apache2/modules",
        {"LD_LIBRARY_PATH": os.pathsep.join(sorted(libraries))} if libraries else {},
    )


def _run(command: list[str], *, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, check=check, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
    )


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[str], port: int, log: Path) -> None:
    """Return once the server accepts connections."""
    for _ in range(100):
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    said = process.communicate()[1] if process.poll() is not None else ""
    raise AssertionError(said + (log.read_text() if log.exists() else "Apache did not listen"))
