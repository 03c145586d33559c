"""Reverse proxies that are believed about who asks, and by which scheme."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from starlette.types import Scope

from clausegraph.errors import UsageError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Fields = Sequence[tuple[bytes, bytes]]

_SCHEMES = {b"http": "http", b"https": "https"}


@dataclass(frozen=True)
class Proxies:
    """The addresses and networks of proxies that are trusted; none by default."""

    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, names: Iterable[str]) -> Self:
        """Return the proxies of these addresses or networks, or raise UsageError."""
        try:
            return cls(tuple(ipaddress.ip_network(name, strict=False) for name in names))
        except ValueError as error:
            raise UsageError(
                f"A trusted proxy cannot be used: {error}.",
                remedy="Write its address, such as 10.0.0.1, or a network, such as 10.0.0.0/8.",
            ) from error

    def trusts(self, address: str) -> bool:
        """Whether the peer at `address` is one of them."""
        if not self.networks:
            return False
        found = _address(address)
        return found is not None and any(found in network for network in self.networks)

    def client(self, fields: Fields) -> str | None:
        """Return who asks: the last address of X-Forwarded-For that is no proxy of ours.

        Each proxy appends whom it heard, so what stands before that is the client's own claim.
        None where the field is missing or tells no address.
        """
        listed = b",".join(value for name, value in fields if name == b"x-forwarded-for")
        found = None
        for part in reversed(listed.decode("latin-1").split(",")):
            address = _address(_bare(part.strip()))
            if address is None:
                return found
            found = str(address)
            if not self.trusts(found):
                return found
        return found

    def tell(self, scope: Scope) -> None:
        """Put what a trusted proxy says of its client into a request's scope."""
        fields = scope["headers"]
        client = self.client(fields)
        if client is not None:
            scope["client"] = (client, 0)
        scope["scheme"] = self.scheme(fields) or "http"

    @staticmethod
    def scheme(fields: Fields) -> str | None:
        """Return the scheme that the last proxy names in X-Forwarded-Proto, or None."""
        named = [value for name, value in fields if name == b"x-forwarded-proto"]
        return _SCHEMES.get(named[-1].split(b",")[-1].strip().lower()) if named else None


def _bare(text: str) -> str:
    """Return an address without brackets and port."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the address that `text` is, an IPv4 address within IPv6 as itself, or None."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def party(address: str) -> str:
    """Return whom an address belongs to: for IPv6 its /64, which one host has to itself.

    A client that left before it was accepted has no address any more.
    """
    found = _address(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return address or "nobody" if found is None else str(found)
