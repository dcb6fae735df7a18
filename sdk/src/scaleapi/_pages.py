"""One page of a listing: a list with the listing's totals and a way to the next page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from scaleapi._logs import logger
from scaleapi.batches import Batch
from scaleapi.tasks import Task

if TYPE_CHECKING:
    from typing import Self

    from scaleapi._calls.request import Request

T = TypeVar("T")


class Paginator(list[T], Generic[T]):
    """A page of results. It *is* the list of its documents; `docs` names that list.

    Args:
        docs: The documents of this page, newest first.
        total: How many documents match in all, over all pages.
        limit: Page size the server applied.
        offset: How many matching documents come before this page (0 when paging by token).
        has_more: Whether another page follows.
        next_token: Token of the next page; listings by offset have none.
    """

    def __init__(
        self,
        docs: list[T],
        total: int,
        limit: int,
        offset: int,
        has_more: bool,
        next_token: str | None = None,
    ) -> None:
        super().__init__(docs)
        self.total = total
        self.limit = limit
        self.offset = offset
        self.has_more = has_more
        self.next_token = next_token
        self._client: Any = None
        self._next: Request[Self] | None = None

    @property
    def docs(self) -> list[T]:
        """The documents of this page: the page itself."""
        return self

    def next_page(self) -> Self | None:
        """Fetches the following page, or returns None on the last one (and on a page built by hand)."""
        if self._next is None:
            return None
        following: Self = self._client._run(self._next)
        return following

    def __reduce__(self) -> tuple[Any, ...]:
        parts = (list(self), self.total, self.limit, self.offset, self.has_more, self.next_token)
        return type(self), parts


class Tasklist(Paginator[Task]):
    """A page of tasks."""


class Batchlist(Paginator[Batch]):
    """A page of batches."""


def documents(make: Callable[[Any, Any], T], docs: list[Any], client: Any) -> list[T]:
    """Builds the objects of a page; one the server wrote in an unknown shape stays raw and is logged.

    A surprising document must not cost the 99 good ones beside it.
    """
    built: list[Any] = []
    for doc in docs:
        try:
            built.append(make(doc, client))
        except (KeyError, TypeError, AttributeError) as error:
            logger.warning("a listed document is kept as raw JSON: %s: %s", type(error).__name__, error)
            built.append(doc)
    return built
