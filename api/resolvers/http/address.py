"""来访地址 The address a request comes from: the peer's, or what a trusted proxy says of it. For throttling alone.

Only a peer inside SHOUWANG_TRUSTED_PROXIES is believed: X-Forwarded-For is read from its right end, past trusted
proxies, to the first address that is not one. Whatever can't be read counts as the peer's own address.
"""

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from api.setting_types import Network

_V6_SITE = 64
"""Bits of an IPv6 address that name a site: one subscriber has all addresses below them."""
_LONGEST = 2048


def client_address(scope: Mapping[str, Any], trusted: Sequence[Network]) -> str:
    """The address that throttles count by; an IPv6 address stands for its /64. Empty for a Unix socket."""
    client = scope.get("client")
    peer = _address(client[0]) if client else None
    if peer is None:
        return ""
    if is_trusted(peer, trusted):
        peer = _forwarded(scope.get("headers", ()), trusted) or peer
    return site(peer)


def is_trusted(address: IPv4Address | IPv6Address, trusted: Iterable[Network]) -> bool:
    """Whether the address belongs to a trusted proxy."""
    return any(address.version == network.version and address in network for network in trusted)


def site(address: IPv4Address | IPv6Address) -> str:
    """The network that stands for an address among throttles' keys.

    >>> site(ip_address("2001:db8:1:2:3::4")), site(ip_address("192.0.2.7"))
    ('2001:db8:1:2::/64', '192.0.2.7')
    """
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _V6_SITE), strict=False))
    return str(address)


def _forwarded(headers: Iterable[tuple[bytes, bytes]], trusted: Sequence[Network]) -> IPv4Address | IPv6Address | None:
    """The rightmost address of X-Forwarded-For that is no trusted proxy; None when there is none to believe."""
    lines = [value for name, value in headers if name.lower() == b"x-forwarded-for"]
    text = b",".join(lines)[-_LONGEST:].decode("latin-1")
    for part in reversed(text.split(",")):
        address = _address(part.strip())
        if address is None or not is_trusted(address, trusted):
            return address
    return None


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address with or without port and brackets; an IPv4 address inside IPv6 is itself."""
    bare = text.removeprefix("[").partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
