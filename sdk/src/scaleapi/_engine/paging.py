"""Walking over the pages of a listing."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any, TypeAlias, TypeVar

from scaleapi._calls.request import Request
from scaleapi._pages import Paginator
from scaleapi.exceptions import ScaleDecodeError

T = TypeVar("T")

Pages: TypeAlias = Generator[Request[Paginator[T]], Paginator[T], None]
"""Yields the request for a page, is sent that page."""


def pages(first: Request[Paginator[T]]) -> Pages[T]:
    """Asks for page after page until the server has no more.

    Raises:
        ScaleDecodeError: The server announces more but gives no way to it, or one already taken: following it
            would never end.
    """
    request = first
    taken = {_position(first)}
    while True:
        page = yield request
        following = page._next
        if following is None:
            if page.has_more:
                raise ScaleDecodeError("the server announced another page, but did not say where")
            return
        request = following
        position = _position(request)
        if position in taken:
            raise ScaleDecodeError(f"the server announced a page that was already fetched ({position!r})")
        taken.add(position)


def _position(request: Request[Any]) -> object:
    return request.query.get("next_token", request.query.get("offset", 0))


def unseen(docs: Paginator[T], seen: set[object], key: Callable[[T], object] | None) -> Iterator[T]:
    """The documents of a page not met before; adds them to `seen`. Without a key, all of them."""
    if key is None:
        yield from docs
        return
    for doc in docs:
        try:
            identity = key(doc)
        except AttributeError:
            # A document of unknown shape was kept raw; there is nothing to compare it by.
            yield doc
            continue
        if identity not in seen:
            seen.add(identity)
            yield doc


def further(token: str, seen: set[str | None]) -> None:
    """Notes that a page with this token comes next.

    Args:
        token: The token.
        seen: Tokens so far.

    Raises:
        ScaleDecodeError: The token came before: the pages would never end.
    """
    if token in seen:
        raise ScaleDecodeError("the server gave the same next_token twice: its pages never end")
    seen.add(token)
