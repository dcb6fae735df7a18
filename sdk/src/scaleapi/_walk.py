"""A listing as something to loop over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from scaleapi._engine.paging import pages, unseen
from scaleapi.exceptions import ScaleException

if TYPE_CHECKING:
    from scaleapi._calls.request import Listing, Request
    from scaleapi._pages import Paginator

T = TypeVar("T")


class Walk(Iterator[T], Generic[T]):
    """All documents of a listing, fetched page by page as they are consumed.

    Each loop (each ``iter()``) is a fresh walk from the first page. ``next(walk)`` and ``walk.close()`` work
    as on the generator the official client returns; the walk they speak of is one, separate from those of the
    loops.

    Args:
        listing: What to walk over.
        run: Carries out one request.
    """

    def __init__(self, listing: Listing[T], run: Callable[[Request[Any]], Any]) -> None:
        self._listing = listing
        self._run = run
        self._current: Iterator[T] | None = None

    def __iter__(self) -> Iterator[T]:
        # A walk begun with next() is continued by a following loop, as with a generator.
        begun, self._current = self._current, None
        return begun if begun is not None else self._documents()

    def __next__(self) -> T:
        if self._current is None:
            self._current = self._documents()
        return next(self._current)

    def close(self) -> None:
        """Ends the walk begun with ``next()``."""
        self._current = iter(())

    def pages(self) -> Iterator[Paginator[T]]:
        """The pages instead of the documents; a fresh walk."""
        return self._prefetched() if self._listing.prefetch else self._one_by_one()

    def _documents(self) -> Iterator[T]:
        seen: set[object] = set()
        for page in self.pages():
            yield from unseen(page, seen, self._listing.key)

    def _one_by_one(self) -> Iterator[Paginator[T]]:
        steps = pages(self._listing.first)
        request = next(steps)
        while True:
            page = self._run(request)
            yield page
            try:
                request = steps.send(page)
            except StopIteration:
                return

    def _prefetched(self) -> Iterator[Paginator[T]]:
        from concurrent.futures import Future, ThreadPoolExecutor

        steps = pages(self._listing.first)
        worker = ThreadPoolExecutor(1, thread_name_prefix="scaleapi-prefetch")
        try:
            coming: Future[Paginator[T]] | None = worker.submit(self._run, next(steps))
            while coming is not None:
                page = coming.result()
                coming, broken = None, None
                try:
                    coming = worker.submit(self._run, steps.send(page))
                except StopIteration:
                    pass
                except ScaleException as error:
                    # The page in hand is good: it comes first.
                    broken = error
                yield page
                if broken is not None:
                    raise broken
        finally:
            worker.shutdown(wait=False, cancel_futures=True)
