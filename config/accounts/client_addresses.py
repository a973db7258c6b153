"""The address of a client, behind trusted proxies."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 - nothing is bound to it
"""The address of a client of a Unix socket, which has none."""


def client_address(request: HttpRequest) -> str:
    """Return the client address as seen by the outermost trusted proxy.

    X-Forwarded-For is trusted for TRUSTED_PROXIES hops. An IPv6 address is reduced to
    its /64 network, which is a single customer's.
    """
    seen = request.META.get("REMOTE_ADDR", "")
    proxies = settings.TRUSTED_PROXIES
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    if proxies and len(hops) >= proxies:
        seen = hops[-proxies].strip() or seen
    try:
        address = ip_address(seen.partition("%")[0])
    except ValueError:
        return UNKNOWN_ADDRESS
    if not isinstance(address, IPv4Address):
        address = address.ipv4_mapped or address
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network(f"{address}/64", strict=False).network_address)
