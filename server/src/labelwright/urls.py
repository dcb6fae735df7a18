"""Web addresses: the one place that says which are accepted, and how they are written on the wire.

What somebody wrote is kept and shown as it is; before a host is asked, it is read here. Non-ASCII hosts become IDNA
2008 after the mapping of UTS 46, as browsers do it; other characters are percent-encoded as UTF-8. What programs read
in different ways (backslashes, control characters, odd ports) is refused, not guessed.
"""

import base64
import functools
import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import quote, unquote_to_bytes, urljoin

import msgspec

MAX_LENGTH = 8192
"""Characters of an address: what servers take as a request line."""

PORTS = {"http": 80, "https": 443}
_MAX_HOST, _MAX_LABEL, _MAX_PORT = 253, 63, 65_535

_URL = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<target>[^#]*)", re.IGNORECASE)
_HOST_PORT = re.compile(r"(?P<host>\[[^\[\]]*\]|[^:\[\]]*)(?::(?P<port>[0-9]*))?")
_USER = re.compile(r"\A([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]*@")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LABEL = re.compile(r"[a-z0-9_-]+")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028\u2029]")
_SAFE = "%/:=&?~+!$,;'@()*[]"


class InvalidUrl(ValueError):
    """An address that cannot be used; the text is the reason, and never repeats the address: it may hold a password."""


class Url(msgspec.Struct, frozen=True):
    """An http(s) address that was read.

    Attributes:
        scheme: ``http`` or ``https``.
        host: in lower case and ASCII; an IPv6 address without brackets.
        port: as written, None when it was left out.
        target: path and query, percent-encoded; never empty.
        user_info: ``user:password`` as bytes, None without.
    """

    scheme: str
    host: str
    port: int | None
    target: str
    user_info: bytes | None = None

    @property
    def place(self) -> str:
        """Host and port as in the address, with brackets where they are needed."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def wire(self) -> str:
        """The address in ASCII, without user information and fragment."""
        return f"{self.scheme}://{self.place}{self.target}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and effective port."""
        return self.scheme, self.host, self.port or PORTS[self.scheme]

    @property
    def host_header(self) -> str:
        """What the header Host says: the scheme's own port is left out."""
        return (
            msgspec.structs.replace(self, port=None).place if self.port == PORTS[self.scheme] else self.place
        )

    @property
    def authorization(self) -> str | None:
        """The header Authorization that user and password ask for (RFC 7617), None without them."""
        if self.user_info is None:
            return None
        pair = self.user_info if b":" in self.user_info else self.user_info + b":"
        return "Basic " + base64.b64encode(pair).decode()

    def follow(self, location: bytes) -> "Url":
        """Where a redirect leads to.

        Servers write Location in ASCII, UTF-8 or Latin-1; bytes of paths are kept as they are. User and password stay
        with their own origin.

        Args:
            location: the header's value.

        Raises:
            InvalidUrl: that is no http(s) address.
        """
        text = location.decode("utf-8", "surrogateescape").strip(" \t")
        if not text:
            raise InvalidUrl("it is empty")
        _check_characters(text)
        try:
            found = parse(urljoin(self.wire, text))
        except InvalidUrl:
            raise
        except ValueError as error:
            raise InvalidUrl("its host cannot be read") from error
        kept = (found.user_info or self.user_info) if found.origin == self.origin else None
        return msgspec.structs.replace(found, user_info=kept)


def parse(text: str, *, max_length: int = MAX_LENGTH) -> Url:
    """Read an http(s) address.

    Args:
        text: as somebody wrote it.
        max_length: characters that it may have.

    Raises:
        InvalidUrl: it is none, or one that cannot be used.
    """
    if len(text) > max_length:
        raise InvalidUrl(f"it is longer than {max_length} characters")
    _check_characters(text)
    found = _URL.match(text)
    if found is None:
        raise InvalidUrl("it does not start with http:// or https://")
    user_info, _, place = found["authority"].rpartition("@")
    scheme = found["scheme"].lower()
    host, port = _host_and_port(place)
    target = found["target"]
    try:
        target = quote(target if target.startswith("/") else f"/{target}", _SAFE, errors="surrogateescape")
        user = unquote_to_bytes(user_info) if user_info else None
    except UnicodeError as error:
        raise InvalidUrl("it holds half of a character") from error
    if user is not None and re.search(rb"[\x00-\x1f\x7f]", user):
        raise InvalidUrl("its user or password has control characters")
    return Url(scheme, host, port, target, user)


def is_valid(text: str, *, max_length: int = MAX_LENGTH) -> bool:
    """Whether :func:`parse` reads a text."""
    try:
        parse(text, max_length=max_length)
    except InvalidUrl:
        return False
    return True


def without_user(text: str) -> str:
    """An address as it was written, without user and password: for what more people read than may use them."""
    return _USER.sub(r"\1", text, count=1)


def _check_characters(text: str) -> None:
    if _FORBIDDEN.search(text):
        raise InvalidUrl("it has control characters or backslashes")
    if text != text.strip():
        raise InvalidUrl("it starts or ends with a space")


def _host_and_port(place: str) -> tuple[str, int | None]:
    found = _HOST_PORT.fullmatch(place)
    if found is None:
        raise InvalidUrl("its host or port cannot be read")
    port = int(found["port"]) if found["port"] and len(found["port"]) <= 6 else None
    if (found["port"] and port is None) or (port is not None and not 0 < port <= _MAX_PORT):
        raise InvalidUrl(f"its port is not between 1 and {_MAX_PORT}")
    return ascii_host(found["host"]), port


@functools.lru_cache(4096)
def ascii_host(host: str) -> str:
    """A host in lower case and ASCII; an IPv6 address in its short form, without brackets.

    Raises:
        InvalidUrl: it is no host.
    """
    if not host:
        raise InvalidUrl("it has no host")
    if host.startswith("["):
        try:
            # A zone names an interface of somebody's own machine.
            return str(ipaddress.IPv6Address("" if "%" in host else host[1:-1]))
        except ValueError as error:
            raise InvalidUrl("its host is no IPv6 address") from error
    written = host.lower() if host.isascii() else _idna(host)
    labels = written.removesuffix(".").split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _ipv4(labels)
    if len(written) > _MAX_HOST or not all(
        _LABEL.fullmatch(label) and len(label) <= _MAX_LABEL and _is_decodable(label) for label in labels
    ):
        raise InvalidUrl("its host is no name of a host")
    return written


def _ipv4(labels: Sequence[str]) -> str:
    """An IPv4 address as browsers read it: up to four numbers, also octal or hexadecimal; the last is the rest.

    A host whose last label is a number is nothing else (https://url.spec.whatwg.org/#ends-in-a-number-checker).

    Raises:
        InvalidUrl: it is no address.
    """
    try:
        *first, last = (_integer(label) for label in labels)
        if len(first) > 3 or any(one > 255 for one in first) or last >= 256 ** (4 - len(first)):
            raise ValueError("too large")
    except ValueError as error:
        raise InvalidUrl("its host is no IPv4 address") from error
    return str(ipaddress.IPv4Address(sum(one << 24 - 8 * place for place, one in enumerate(first)) + last))


def _integer(label: str) -> int:
    if not _NUMBER.fullmatch(label):
        raise ValueError("no number")
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8 if label.startswith("0") else 10)


def _idna(host: str) -> str:
    import idna

    try:
        return idna.encode(host, uts46=True, transitional=False).decode().lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise InvalidUrl("its host is no internationalised name (IDNA)") from error


def _is_decodable(label: str) -> bool:
    """Whether a label that claims to be Punycode is."""
    if not label.startswith("xn--"):
        return True
    try:
        return not label[4:].encode().decode("punycode").isascii()
    except (UnicodeError, ValueError, OverflowError):
        return False
