"""What a request line and its fields must be before an application sees them (RFC 9112, 3)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping

from clausegraph.web import refusals
from clausegraph.web.refusals import Refused

TARGET_BYTES = 33 * 1024  # a little more than the application takes, which can say so better

_NAME = rb"(?:[A-Za-z0-9._~%!$&'()*+,;=-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?"
_HOST = re.compile(_NAME)
_LONGEST_HOST = 253 + len(":65535")  # bytes; no name has more than 253 (RFC 1035, section 2.3.4)
_ABSOLUTE = re.compile(rb"https?://(" + _NAME + rb")([/?].*)?", re.IGNORECASE)


def read(method: str, target: bytes) -> tuple[bytes, bytes, bytes | None]:
    """Return path, query and, from an absolute target, the host that it names; or raise Refused."""
    host = None
    if not target.isascii() or b"#" in target:
        raise Refused(refusals.malformed("The address holds what none may hold.", target))
    if not target.startswith(b"/"):
        if target == b"*" and method == "OPTIONS":
            return target, b"", None
        found = _ABSOLUTE.fullmatch(target)
        if found is None or not found[1]:
            raise Refused(refusals.malformed("The request line names no address.", target))
        host, target = found[1], found[2] or b"/"
        if not _is_host(host):
            raise Refused(refusals.malformed("The request line names no address.", target))
        if target.startswith(b"?"):
            target = b"/" + target
    path, _, query = target.partition(b"?")
    return path, query, host


def check_host(version: str, host: bytes | None, target: bytes) -> None:
    """Raise Refused unless the Host field is as RFC 9112, section 3.2, demands."""
    if host is None:
        if version == "1.1":
            raise Refused(refusals.malformed("The Host field is missing.", target))
    elif not _is_host(host):
        raise Refused(refusals.malformed("The Host field is no host.", target))


def _is_host(text: bytes) -> bool:
    """Whether this is host or host:port (RFC 3986, section 3.2.2)."""
    if len(text) > _LONGEST_HOST or not _HOST.fullmatch(text):
        return False
    if text.startswith(b"["):
        try:
            ipaddress.IPv6Address(text[1:].partition(b"]")[0].decode("ascii"))
        except ValueError:
            return False
    return True


def check_coding(version: str, watched: Mapping[bytes, bytes], target: bytes) -> None:
    """Raise Refused unless the body's length is told in a way that is understood (section 6.1)."""
    coding = watched.get(b"transfer-encoding")
    if coding is not None and (version == "1.0" or coding.strip().lower() != b"chunked"):
        detail = "The body comes in a transfer coding that is not read here; send it chunked."
        raise Refused(refusals.malformed(detail, target))
