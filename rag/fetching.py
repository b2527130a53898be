"""Fetches a page or file from the web into a folder, where it is indexed like any other: asked for, never by itself.

What answers at an address may redirect to a machine inside one's own network ("server-side request forgery", OWASP):
so every name is resolved here, each of its addresses must be public, and the connection goes to the address that was
checked. Robots.txt is respected (RFC 9309); size, time and redirects are bounded.
"""

from __future__ import annotations

import http.client
import mimetypes
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path, PurePosixPath
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from rag.errors import DocumentError
from rag.loaders import supported_suffixes
from rag.loaders.files import SIZE_LIMIT

WEB = "web"
"""Where fetched files are kept, in the index folder, a folder a host."""
AGENT = "yinju"
SECONDS = 30.0
REDIRECTS = 5
_ROBOTS_LIMIT = 512 * 1024
_LONGEST_NAME = 100
_TUNNELS = tuple(map(ip_network, ("64:ff9b::/96", "2002::/16", "2001::/32")))
"""IPv6 addresses with an IPv4 address in them, which may be any."""
_TYPES = {"text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt", "text/markdown": ".md"}

Address = IPv4Address | IPv6Address


def is_web(path: str) -> bool:
    """Whether what is to be indexed is a web address rather than a file."""
    return bool(re.match(r"(?i)https?://", path))


def is_public(address: Address) -> bool:
    """Whether an address is on the internet, rather than of this machine or a network of one's own."""
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped:
        return is_public(mapped)
    hidden = address.version == 6 and any(address in tunnel for tunnel in _TUNNELS)
    return address.is_global and not address.is_multicast and not hidden


@dataclass(frozen=True, slots=True)
class _Page:
    url: str
    kind: str
    data: bytes


@dataclass(frozen=True)
class Fetcher:
    """Fetches web addresses into a folder."""

    folder: Path
    allowed: Callable[[Address], bool] = is_public
    """Which addresses may be connected to."""
    seconds: float = SECONDS
    """For one address with all of its redirects."""
    _robots: dict[str, RobotFileParser] = field(default_factory=dict)

    def fetch(self, url: str) -> Path:
        """What is at an address, as a file named after it; the one that was fetched before is replaced.

        Raises:
            DocumentError: the address is no public one, cannot be reached, forbids it, or gives nothing that is read.
        """
        page = self._follow(url, time.monotonic() + self.seconds)
        file = self.folder / WEB / (urlsplit(page.url).hostname or "") / _name(page)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_signed(page))
        return file

    def _follow(self, url: str, end: float) -> _Page:
        asked = url
        for _ in range(REDIRECTS + 1):
            parts = _parts(url, asked)
            self._ask_robots(parts, end)
            status, headers, data = self._get(parts, end, SIZE_LIMIT)
            if status in {301, 302, 303, 307, 308} and headers.get("location"):
                url = urljoin(url, headers["location"])
                continue
            if status != 200:
                reason = f"answers with {status}"
                raise DocumentError(asked, reason, "Check it in a browser.", code="web_status", status=status)
            return _Page(url, headers.get("content-type", "").partition(";")[0].strip().lower(), data)
        raise DocumentError(asked, "redirects too often", "Give the address it ends at.", code="web_unreachable")

    def _ask_robots(self, parts: SplitResult, end: float) -> None:
        """See that the site lets programs read the address.

        Raises:
            DocumentError: it does not.
        """
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._robots:
            robots = self._robots[origin] = RobotFileParser()
            status, _, data = self._get(urlsplit(f"{origin}/robots.txt"), end, _ROBOTS_LIMIT)
            closed = ["User-agent: *", "Disallow: /"] if status >= 500 else []  # RFC 9309, 2.3.1.4
            robots.parse(data.decode("utf-8", "replace").splitlines() if status == 200 else closed)
        if not self._robots[origin].can_fetch(AGENT, parts.geturl()):
            hint = "Save the page in a browser and index the file."
            raise DocumentError(parts.geturl(), "is not for programs to read (robots.txt)", hint, code="web_robots")

    def _get(self, parts: SplitResult, end: float, most: int) -> tuple[int, dict[str, str], bytes]:
        """Status, headers by lower-case name, and body of one request."""
        url = parts.geturl()
        try:
            connection = http.client.HTTPConnection(parts.hostname or "", timeout=_left(end))
            connection.sock = self._connect(parts, end)
            watch = threading.Timer(_left(end), connection.sock.shutdown, [socket.SHUT_RDWR])
            watch.daemon = True
            watch.start()
            target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{parts.query}" if parts.query else "")
            headers = {"Host": parts.netloc, "User-Agent": AGENT, "Accept-Encoding": "identity"}
            connection.request("GET", target, headers=headers)
            response = connection.getresponse()
            data = b""
            while (part := response.read1(65_536)) and len(data) <= most:
                data += part
            _left(end)
            watch.cancel()
            connection.close()
        except (OSError, http.client.HTTPException) as error:
            reason = f"cannot be reached ({str(error) or type(error).__name__})"
            raise DocumentError(url, reason, "Try again later.", code="web_unreachable") from error
        if len(data) > most:
            size = most >> 20
            raise DocumentError(
                url, f"is larger than {size} MB", "Save a part of it.", code="too_large", size=size, limit=size
            )
        return response.status, {name.lower(): value for name, value in response.getheaders()}, data

    def _connect(self, parts: SplitResult, end: float) -> socket.socket:
        """A connection to an address that was checked, so that no second look-up can give another one."""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
        if not all(self.allowed(ip_address(one.partition("%")[0])) for one in addresses):
            hint = "Save the page in a browser and index the file."
            raise DocumentError(parts.geturl(), "is an address of your own network", hint, code="web_private")
        plain = socket.create_connection((addresses[0], port), timeout=_left(end))
        if parts.scheme == "http":
            return plain
        return ssl.create_default_context().wrap_socket(plain, server_hostname=parts.hostname)


def _parts(url: str, asked: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        known = False
    if not known or parts.username or parts.password:
        raise DocumentError(asked, "is no web address", "Begin it with https://.", code="web_unreachable")
    return parts._replace(fragment="")


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError("it takes too long")
    return left


def _name(page: _Page) -> str:
    """A file name after an address, with the ending of what was sent."""
    parts = urlsplit(page.url)
    path = PurePosixPath(unquote(parts.path))
    known = path.suffix.lower() if path.suffix.lower() in supported_suffixes() else ""
    suffix = _TYPES.get(page.kind) or mimetypes.guess_extension(page.kind) or known
    if suffix not in supported_suffixes() or (page.kind == "text/plain" and known):
        suffix = known
    if not suffix:
        kind = page.kind or "unknown"
        reason, hint = f"has a type that is not read ({kind})", f"Use {', '.join(supported_suffixes())}."
        raise DocumentError(page.url, reason, hint, code="unsupported_type", suffix=kind)
    whole = f"{path.with_suffix('') if known else path}{'-' + parts.query if parts.query else ''}"
    stem = re.sub(r"[^\w.-]+", "-", whole).strip("-.")[:_LONGEST_NAME] or "index"
    return f"{stem}{suffix}"


def _signed(page: _Page) -> bytes:
    """HTML with the address it was saved from in front, as browsers write it."""
    wide = page.data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if _TYPES.get(page.kind) != ".html" or wide:
        return page.data
    return f"<!-- saved from url=({len(page.url):04d}){page.url} -->\n".encode() + page.data
