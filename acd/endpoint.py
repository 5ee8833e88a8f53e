"""What can ring for an agent: a phone that registers as his number (always allowed), or one at a fixed SIP address.

The address is given in `contact`. One at which nothing can ever ring is a mistake of the author, not of the world.
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address

CONTACT = re.compile(
    r"sip:(?P<user>[A-Za-z0-9_.+-]+)@(?P<host>[A-Za-z0-9_.-]+)(:(?P<port>[0-9]{1,5}))?(;transport=(?P<transport>[a-z]+))?"
)
"""A fixed SIP address, as sip:9001@10.0.0.4:5080."""

CONTACT_PATTERN = r"^sip:[A-Za-z0-9_.+-]+@[A-Za-z0-9_.-]+(:[0-9]{1,5})?(;transport=udp)?$"
"""The same for editors, whose patterns know no named groups."""

HOST = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*\.?")
"""A name as DNS has them; some networks use an underscore."""

NUMERIC = re.compile(r"[0-9.]+")

SIP_PORT = 5060


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One fixed SIP address; equal where the same phone would ring."""

    user: str
    host: str
    port: int


def parse_endpoint(contact: str) -> Endpoint:
    """Read a contact; ValueError says why nothing could ever ring there."""
    found = CONTACT.fullmatch(contact)
    if found is None:
        raise ValueError("must be a SIP address such as sip:9001@10.0.0.4:5080")
    if found["transport"] not in {None, "udp"}:
        raise ValueError("can never ring: the hotline speaks SIP over UDP only; leave the transport out")
    port = int(found["port"] or SIP_PORT)
    if not 0 < port < 65_536:
        raise ValueError(f"can never ring: there is no port {port}")
    host = found["host"].lower().rstrip(".")
    if not (_is_address(host) if NUMERIC.fullmatch(host) else HOST.fullmatch(host)):
        raise ValueError(f'can never ring: no phone has the address "{host}"')
    return Endpoint(found["user"], host, port)


def _is_address(host: str) -> bool:
    """One that a single phone can have."""
    try:
        address = IPv4Address(host)
    except AddressValueError:
        return False
    return not (address.is_unspecified or address.is_multicast or address.is_reserved)
