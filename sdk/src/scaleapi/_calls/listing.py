"""Listings that are paged by token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from scaleapi._calls.request import Listing, Request
from scaleapi._pages import Paginator, documents
from scaleapi.exceptions import ScaleInvalidRequest

T = TypeVar("T")
PageOf = TypeVar("PageOf", bound=Paginator[Any])


def page_size(limit: int | None) -> int | None:
    """Checks a page size; 0 and None mean the server's default.

    Raises:
        ScaleInvalidRequest: It is not within 1-100.
    """
    if not limit:
        return None
    if not 1 <= limit <= 100:
        raise ScaleInvalidRequest(f"limit must be within 1 and 100, not {limit}")
    return limit


def token_page(
    path: str, query: Mapping[str, Any], make: Callable[[Any, Any], Any], page_class: type[PageOf]
) -> Request[PageOf]:
    """The request for a page of a listing whose answers say where the next one begins.

    Args:
        path: Of the listing.
        query: The filters, and ``limit``; not None.
        make: Builds a document from its JSON and the client.
        page_class: The page to build.
    """

    def parse(json: Any, client: Any) -> PageOf:
        docs = json["docs"]
        token = json.get("next_token")
        page = page_class(
            documents(make, docs, client),
            json.get("total", len(docs)),
            json.get("limit", len(docs)),
            json.get("offset", 0),
            json.get("has_more", False),
            token,
        )
        page._client = client
        if page.has_more and token:
            page._next = token_page(path, {**query, "next_token": token}, make, page_class)
        return page

    return Request("GET", path, parse, query=query)


def by_token(path: str, query: Mapping[str, Any], make: Callable[[Any, Any], T]) -> Listing[T]:
    """A walk over a listing that `token_page` asks for, in plain pages."""
    page_class: type[Paginator[T]] = Paginator
    return Listing(token_page(path, query, make, page_class))
