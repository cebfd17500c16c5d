"""Which addresses an endpoint may have: public ones, unless a setting allows this machine and private networks.

The check is made on the address that a name resolves to, at each connection, and the connection is made to that very
address: a name that changes its mind in between (rebinding) gains nothing.
"""

import ipaddress
import socket
from urllib.parse import urlsplit

from lms.kernel.errors import Invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_BROADCAST = ipaddress.IPv4Address("255.255.255.255")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressError(OSError):
    """The name resolves to an address that may not be reached."""


def is_allowed(address: Address, *, private: bool) -> bool:
    """Tell whether an endpoint may be at this address."""
    real = _embedded(address)
    if real.is_multicast or real.is_unspecified or real == _BROADCAST:
        return False
    return private or real.is_global


def _embedded(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, if it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def connect(host: str, port: int, *, private: bool, timeout: float) -> socket.socket:
    """Open a connection to the first allowed address of `host` that answers. Raises AddressError, or OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    allowed = [entry for entry in found if is_allowed(ipaddress.ip_address(entry[4][0]), private=private)]
    if not allowed:
        raise AddressError(
            f"{host} is an address of this machine or of a private network, which LMS_ENDPOINT_PRIVATE does not allow"
        )
    failure: OSError = OSError(f"{host} has no address")
    for family, kind, protocol, _, address in allowed:
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(timeout)
            connection.connect(address)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            connection.close()
            failure = error
        else:
            return connection
    raise failure


def check_url(url: str, *, private: bool) -> str:
    """Return an endpoint's address without a slash at its end. Raises Invalid when it cannot be one."""
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_fine = urlsplit(""), False
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_fine:
        raise Invalid(f"{url!r} is no address of an LRS.", fix="Write it as https://lrs.example.org/xapi.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise Invalid("The address holds a user name, a query or a fragment.", fix="Leave them out of the address.")
    if parts.scheme == "http" and not private:
        raise Invalid(
            "The address is not encrypted: the password and all statements would be readable on the way.",
            fix="Use https, or set LMS_ENDPOINT_PRIVATE=yes for an LRS in your own network.",
        )
    return url.rstrip("/").removesuffix("/statements")
