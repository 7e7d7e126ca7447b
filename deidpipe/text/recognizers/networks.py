"""Addresses and names of machines: IPv4, IPv6, MAC, host names and AE titles after their cue.

Leaves alone: versions of four parts ("10.2.3.4"), unless a cue or the range of private networks speaks for an address;
times of day; parts of a UID.

Source: RFC 791, RFC 1918, RFC 4291, IEEE 802; PS3.8 and PS3.5 Section 6.2 (AE, 16 characters at most).
"""

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv6Address

from deidpipe.text.form import LEFT, RIGHT, cue, cue_before, one_of, plain
from deidpipe.text.lazily import Lazily
from deidpipe.text.span import Kind, Span

_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4 = Lazily(rf"{LEFT}(?<![\d.-]){_OCTET}(?:\.{_OCTET}){{3}}(?P<port>:\d{{2,5}}|/\d{{1,2}})?(?!\.?\d){RIGHT}")
_PRIVATE = Lazily(
    r"192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|127\.0\.0\.|10\.(?:\d{1,3}\.)?(?:3[2-9]|[4-9]\d|\d{3})\."
)
_IPV6 = Lazily(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){3,7}(?:%\w{1,16})?(?![\w:])")
_MAC = Lazily(
    rf"{LEFT}(?<![:-])[0-9A-Fa-f]{{2}}(?P<mark>[:-])(?:[0-9A-Fa-f]{{2}}(?P=mark)){{4}}[0-9A-Fa-f]{{2}}(?![:-]){RIGHT}"
)
_ADDRESS_CUES = cue(
    "ws|station|"
    "ip|ip address|ip addr|ipv4|ipv6|address|addr|host|server|gateway|subnet|dns|proxy|ping|node|mac|mac address|"
    "ethernet|hwaddr|pacs|ip adresse|adresse ip|dirección ip|indirizzo ip|IPアドレス|IP地址|at|from|http"
)
_VERSION = cue(
    "version|ver|v|vers|rev|revision|release|rel|software|sw|build|firmware|fw|syngo|numaris|section|chapter"
)
_HOSTS = (
    "hostname|host name|host|server name|computer name|computername|machine name|workstation name|workstation|domain|"
    "ae title|aetitle|aet|ae_title|calling ae|called ae|calling aet|called aet|source ae|station ae title|"
    "ホスト名|主机名|computer|pc name|rechnername|nom de machine"
)
_HOST = Lazily(
    rf"{LEFT}(?:{one_of(_HOSTS)}){RIGHT}\s?(?:[:=#]\s?|is\s)[\"'(\[]?(?P<id>[A-Za-z0-9][\w.-]{{1,62}}[A-Za-z0-9])",
    re.IGNORECASE,
)


def networks(text: str) -> Iterator[Span]:
    """Yield the network addresses and machine names of a text."""
    text = plain(text)
    for start, stop in _addresses(text):
        yield Span(start, stop, Kind.NETWORK, "networks", cue=cue_before(text, start, _ADDRESS_CUES))
    if ":" in text or "=" in text or " is " in text:
        for match in _HOST.finditer(text):
            yield Span(*match.span("id"), Kind.NETWORK, "networks", cue=match.start())


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and stop of the numeric addresses."""
    if text.count(".") >= 3:
        for match in _IPV4.finditer(text):
            if _is_ipv4(text, match):
                yield match.span()
    if text.count(":") >= 3:
        for match in _IPV6.finditer(text):
            if _is_ipv6(match.group()):
                yield match.span()
    if text.count(":") >= 5 or text.count("-") >= 5:
        for match in _MAC.finditer(text):
            lettered = not match.group().replace(match["mark"], "").isdecimal()
            if lettered or cue_before(text, match.start(), _ADDRESS_CUES) >= 0:
                yield match.span()


def _is_ipv4(text: str, match: re.Match[str]) -> bool:
    """Tell whether four octets are an address and not rather a version."""
    if cue_before(text, match.start(), _VERSION) >= 0:
        return False
    if match["port"] or _PRIVATE.match(match.group()) or cue_before(text, match.start(), _ADDRESS_CUES) >= 0:
        return True
    large = sum(int(octet) >= 100 for octet in match.group().split("."))
    return large > 1


def _is_ipv6(text: str) -> bool:
    """Tell whether colons and hexadecimal groups are an address, and no time of day."""
    address = text.partition("%")[0]
    if len(address.replace(":", "")) < 4 or not any(group for group in address.split(":") if len(group) > 2):
        return False
    try:
        return bool(IPv6Address(address))
    except AddressValueError:
        return False
