"""Who the caller is: an API key as Basic or Bearer (wire/requests §4), or a session cookie."""

import base64
import binascii
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import cookie_parser

from labelwright.domain import accounts
from labelwright.domain.accounts import KeyRing
from labelwright.domain.platform import Platform
from labelwright.domain.principals import Program, Worker
from labelwright.errors import Unauthorized

COOKIE = "labelwright_session"


def key_of(headers: Mapping[bytes, bytes]) -> str:
    """The API key in the Authorization header: Basic's user name, or the Bearer token.

    Raises:
        Unauthorized: there is none.
    """
    scheme, _, value = headers.get(b"authorization", b"").strip().partition(b" ")
    if scheme.lower() == b"bearer":
        return value.strip().decode("latin-1")
    if scheme.lower() == b"basic":
        try:
            user = base64.b64decode(value.strip(), validate=True).partition(b":")[0]
        except binascii.Error as error:
            raise Unauthorized("The Authorization header is not valid Basic authentication.") from error
        return user.decode("latin-1")
    raise Unauthorized("No API key provided. Use HTTP Basic with the key as user name, or a Bearer token.")


def by_key(ring: KeyRing) -> Callable[[Mapping[bytes, bytes]], Awaitable[Program]]:
    """Return the check of the customers' doors."""

    async def check(headers: Mapping[bytes, bytes]) -> Program:
        return await ring.program(key_of(headers))

    return check


def session_token(headers: Mapping[bytes, bytes]) -> str | None:
    """The session token in the cookie, if any."""
    # Cookies of other programs on this host come along too, and the standard library stops at an odd one.
    return cookie_parser(headers.get(b"cookie", b"").decode("latin-1")).get(COOKIE) or None


def by_session(platform: Platform) -> Callable[[Mapping[bytes, bytes]], Awaitable[Worker]]:
    """Return the check of the app's door."""

    async def check(headers: Mapping[bytes, bytes]) -> Worker:
        token = session_token(headers)
        if not token:
            raise Unauthorized("Please log in.")
        return await accounts.worker_of(platform, token)

    return check
