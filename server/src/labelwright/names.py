"""Names and e-mail addresses of people, in a form that mail and pages can show."""

import re
import unicodedata

MAX_EMAIL, MAX_LOCAL = 254, 64
_ATOMS = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*\Z")
_DOMAIN = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z"
)
_BIDI = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of text, so that it reads otherwise than it is."""


def email(text: str) -> str | None:
    """One address in the form in which it is kept: lower-case, the host in ASCII; None when it is not one address.

    Quoted local parts, address literals and comments are refused: mail programs disagree about them.
    """
    local, at, domain = text.strip().lower().rpartition("@")
    if not at or len(local) > MAX_LOCAL or not _ATOMS.match(local):
        return None
    if not domain.isascii():
        import idna

        try:
            domain = idna.encode(domain, uts46=True).decode()
        except idna.IDNAError:
            return None
    address = f"{local}@{domain}"
    return address if _DOMAIN.match(domain) and len(address) <= MAX_EMAIL else None


def email_on_the_wire(text: str) -> str:
    """An address as mail servers take it, with the host in ASCII; what is no address comes back as it is."""
    address = email(text)
    if address is None or text.isascii():
        return text
    return text.strip().rpartition("@")[0] + "@" + address.rpartition("@")[2]


def is_printable(text: str) -> bool:
    """Whether a name has no line breaks, control characters, or marks that turn its direction."""
    return not any(one in _BIDI or unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp"} for one in text)


def has_controls(text: str) -> bool:
    """Whether a text has line breaks or control characters; marks of direction are fine in names of things."""
    return any(unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp"} for one in text)


def without_controls(text: str) -> str:
    """A text with a space for each line break and control character."""
    return "".join(" " if has_controls(one) else one for one in text)


def one_line(text: str) -> str:
    """A text as one line that can be shown: for names that were kept before they were checked."""
    return " ".join("".join(one if is_printable(one) else " " for one in text).split())
