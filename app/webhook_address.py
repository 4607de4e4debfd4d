"""Which addresses the service calls by itself: hosts that the operator lists, and nothing inside the network."""

import asyncio
import ipaddress
import socket
from collections.abc import Collection

import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefusedError(Exception):
    """An address that must not be called; the message says why, without what the URL's query holds."""


def check_url(url: str, *, hosts: Collection[str]) -> httpx.URL:
    """Return the URL as it will be called; raises AddressRefusedError."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise AddressRefusedError("this is no URL; https://host/path is right") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise AddressRefusedError("a URL that begins with https:// or http:// and names a host is right")
    if parsed.userinfo:
        raise AddressRefusedError("a URL without a user and a password is right")
    if parsed.host not in hosts:
        raise AddressRefusedError(f"the host {parsed.host!r} is not listed in the setting NNCORE_WEBHOOK_HOSTS")
    return parsed


async def resolve(url: httpx.URL) -> str:
    """Return the address of the URL's host to connect to; raises AddressRefusedError, or OSError for an unknown name.

    A host that is itself an address was listed as such by the operator, who may thus allow one inside the network.
    """
    if _literal(url.host) is not None:
        return url.host
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
    for *_, place in found:
        if is_public(ipaddress.ip_address(str(place[0]).partition("%")[0])):
            return str(place[0])
    raise AddressRefusedError(f"the host {url.host!r} has no public address")


def is_public(address: Address) -> bool:
    """Return whether an address is one of the internet at large, also if it carries another within."""
    if isinstance(address, ipaddress.IPv6Address):
        carried = address.ipv4_mapped or address.sixtofour
        if carried is not None:
            return is_public(carried)
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
