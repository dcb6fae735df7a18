"""The asynchronous client: the operations of `scaleapi.ScaleClient`, awaited.

```python
async with AsyncScaleClient() as client:
    task = await client.create_task("imageannotation", project="cones", unique_id="site/42.jpg")
    async for done in client.get_tasks("cones", status="completed"):
        print(done.id)
    await task.cancel()
```

Needs ``aiohttp``: ``pip install labelwright-sdk[async]``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Concatenate,
    Generic,
    ParamSpec,
    TypeAlias,
    TypeVar,
    cast,
    overload,
)

from scaleapi._aio_bulk import AsyncBulk
from scaleapi._calls import audits as on_audits
from scaleapi._calls import batches as on_batches
from scaleapi._calls import files as on_files
from scaleapi._calls import projects as on_projects
from scaleapi._calls import quality_tasks as on_quality_tasks
from scaleapi._calls import studio as on_studio
from scaleapi._calls import tasks as on_tasks
from scaleapi._calls import teams as on_teams
from scaleapi._calls.request import Listing, Request
from scaleapi._client import OLD_NAMES, Client, dressed
from scaleapi._engine import pipeline
from scaleapi._engine.paging import further, pages, unseen
from scaleapi._legacy import renamed
from scaleapi._pages import Batchlist, Paginator, Tasklist
from scaleapi.api import Api, Cert, Proxies, Verify
from scaleapi.batches import Batch
from scaleapi.exceptions import ScaleException
from scaleapi.projects import Project
from scaleapi.tasks import Task

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Self

    from scaleapi.api_client.v2 import ExpandableEnumTask, Option
    from scaleapi.api_client.v2 import Task as V2Task
    from scaleapi.api_client.v2 import TaskStatus as V2TaskStatus
    from scaleapi.api_client.v2.api.async_v2_api import AsyncV2Api

    class AsyncTask(Task):
        """A `Task` of an `AsyncScaleClient`: what changes it is awaited."""

        async def refresh(self) -> None: ...  # type: ignore[override]
        async def cancel(self, clear_unique_id: bool = False) -> None: ...  # type: ignore[override]
        async def audit(self, accepted: bool, comments: str | None = None) -> None: ...  # type: ignore[override]
        async def update_unique_id(self, unique_id: str) -> None: ...  # type: ignore[override]
        async def clear_unique_id(self) -> None: ...  # type: ignore[override]
        async def set_metadata(self, metadata: dict[str, Any]) -> None: ...  # type: ignore[override]
        async def set_tags(self, tags: list[str]) -> None: ...  # type: ignore[override]
        async def add_tags(self, tags: list[str]) -> None: ...  # type: ignore[override]
        async def delete_tags(self, tags: list[str]) -> None: ...  # type: ignore[override]

    class AsyncBatch(Batch):
        """A `Batch` of an `AsyncScaleClient`: what changes it is awaited."""

        async def refresh(self) -> None: ...  # type: ignore[override]
        async def finalize(self) -> AsyncBatch: ...  # type: ignore[override]
        async def get_status(self) -> dict[str, Any]: ...  # type: ignore[override]
        async def set_metadata(self, metadata: dict[str, Any]) -> None: ...  # type: ignore[override]

    class AsyncProject(Project):
        """A `Project` of an `AsyncScaleClient`: what changes it is awaited."""

        async def refresh(self) -> None: ...  # type: ignore[override]

    class AsyncPaginator(Paginator[Any]):
        """A page of an `AsyncScaleClient`."""

        async def next_page(self) -> Self | None: ...  # type: ignore[override]

    class AsyncTasklist(Tasklist, AsyncPaginator):
        """A page of tasks."""

    class AsyncBatchlist(Batchlist, AsyncPaginator):
        """A page of batches."""

else:
    # One class each at run time: the methods return an awaitable when the client does.
    AsyncTask, AsyncBatch, AsyncProject, AsyncTasklist, AsyncBatchlist = (
        Task,
        Batch,
        Project,
        Tasklist,
        Batchlist,
    )

P = ParamSpec("P")
T = TypeVar("T")
Later: TypeAlias = "Callable[Concatenate[AsyncScaleClient, P], Coroutine[Any, Any, T]]"
"""An awaited method of the client."""


class AsyncApi(Api):
    """`scaleapi.Api` whose requests are awaited."""

    _pause: Callable[[float], Awaitable[None]] = staticmethod(asyncio.sleep)

    @staticmethod
    def _make_transport(verify: Verify, proxies: Proxies, cert: Cert) -> Any:
        try:
            from scaleapi._wire.asynchronous import AioTransport
        except ImportError as error:
            raise ScaleException(
                "the asynchronous client needs aiohttp: pip install labelwright-sdk[async]"
            ) from error
        return AioTransport(verify, proxies, cert)

    async def run(self, request: Request[T], client: Any) -> T:  # type: ignore[override]
        """Carries out a described call; see `Api.run`."""
        from scaleapi._wire.asynchronous import drive

        steps = pipeline.perform(request, self._settings())
        return pipeline.parse(request, await drive(steps, self._link.transport, self._pause), client)

    async def close(self) -> None:  # type: ignore[override]
        """Closes the connections, unless they are those of the client this one was copied from."""
        if self._owns_link and (closing := self._link.close()) is not None:
            await closing


class AsyncWalk(Generic[T]):
    """All documents of a listing, fetched page by page as they are consumed.

    Each ``async for`` is a fresh walk from the first page.

    Args:
        listing: What to walk over.
        run: Carries out one request.
    """

    def __init__(
        self, listing: Listing[Any], run: Callable[[Request[Any]], Coroutine[Any, Any, Any]]
    ) -> None:
        self._listing = listing
        self._run = run

    def __aiter__(self) -> AsyncIterator[T]:
        return self._documents()

    async def _documents(self) -> AsyncIterator[T]:
        seen: set[object] = set()
        async for page in self.pages():
            for doc in unseen(page, seen, self._listing.key):
                yield doc

    async def pages(self) -> AsyncIterator[Paginator[T]]:
        """The pages instead of the documents; a fresh walk. The next one is under way while one is consumed."""
        steps = pages(self._listing.first)
        coming: asyncio.Task[Paginator[T]] | None = None
        request: Request[Any] | None = next(steps)
        try:
            while request is not None:
                page = await (coming or self._run(request))
                coming, broken = None, None
                try:
                    request = steps.send(page)
                    if self._listing.prefetch:
                        coming = asyncio.create_task(self._run(request))
                except StopIteration:
                    request = None
                except ScaleException as error:
                    # The page in hand is good: it comes first.
                    request, broken = None, error
                yield page
                if broken is not None:
                    raise broken
        finally:
            if coming is not None:
                coming.cancel()


@overload
def later(call: Callable[P, Request[Task]]) -> Later[P, AsyncTask]: ...
@overload
def later(call: Callable[P, Request[Batch]]) -> Later[P, AsyncBatch]: ...
@overload
def later(call: Callable[P, Request[Project]]) -> Later[P, AsyncProject]: ...
@overload
def later(call: Callable[P, Request[list[Project]]]) -> Later[P, list[AsyncProject]]: ...
@overload
def later(call: Callable[P, Request[Tasklist]]) -> Later[P, AsyncTasklist]: ...
@overload
def later(call: Callable[P, Request[Batchlist]]) -> Later[P, AsyncBatchlist]: ...
@overload
def later(call: Callable[P, Request[T]]) -> Later[P, T]: ...
def later(call: Callable[..., Request[Any]]) -> Callable[..., Coroutine[Any, Any, Any]]:
    """Makes the awaited method of an operation that is one request."""
    old_names = OLD_NAMES.get(call.__name__)
    described = renamed(call, old_names) if old_names else call

    def method(self: AsyncScaleClient, /, *args: Any, **kwargs: Any) -> Coroutine[Any, Any, Any]:
        # Not a coroutine function: wrong arguments are told at the call, not at the await.
        return self._run(described(*args, **kwargs))

    dressed(method, call, "Request", "Coroutine[Any, Any, {}]", "AsyncScaleClient")
    return method


@overload
def walking(
    call: Callable[P, Listing[Task]],
) -> Callable[Concatenate[AsyncScaleClient, P], AsyncWalk[AsyncTask]]: ...
@overload
def walking(
    call: Callable[P, Listing[Batch]],
) -> Callable[Concatenate[AsyncScaleClient, P], AsyncWalk[AsyncBatch]]: ...
@overload
def walking(call: Callable[P, Listing[T]]) -> Callable[Concatenate[AsyncScaleClient, P], AsyncWalk[T]]: ...
def walking(call: Callable[..., Listing[Any]]) -> Callable[..., AsyncWalk[Any]]:
    """Makes the method of an operation that walks over pages."""

    def method(self: AsyncScaleClient, /, *args: Any, **kwargs: Any) -> AsyncWalk[Any]:
        return AsyncWalk(call(*args, **kwargs), self._run)

    dressed(method, call, "Listing", "AsyncWalk[{}]", "AsyncScaleClient")
    return method


class AsyncScaleClient(AsyncBulk, Client):
    """Access to one account, for asyncio programs. It takes the options of `scaleapi.ScaleClient`.

    It belongs to the event loop of its first call. Objects that it returns have awaited methods:
    ``await task.cancel()``.
    """

    _api_class: ClassVar[type[Api]] = AsyncApi
    api: AsyncApi

    async def close(self) -> None:
        """Closes the connections. The client, and copies of it that share them, cannot be used afterwards."""
        await self.api.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _run(self, request: Request[T]) -> Coroutine[Any, Any, T]:
        return self.api.run(request, self)

    @property
    def v2(self) -> AsyncV2Api:
        """The operations of V2, over the connections and options of this client."""
        found: AsyncV2Api | None = self.__dict__.get("_v2")
        if found is None:
            from scaleapi.api_client.v2.api.async_v2_api import AsyncApiClient, AsyncV2Api

            found = AsyncV2Api(AsyncApiClient.over(self.api))
            found = cast("AsyncV2Api", self.__dict__.setdefault("_v2", found))
        return found

    async def v2_get_tasks(
        self,
        project_id: str | None = None,
        project_name: str | None = None,
        batch_id: str | None = None,
        batch_name: str | None = None,
        status: V2TaskStatus | None = None,
        completed_after: datetime | None = None,
        completed_before: datetime | None = None,
        limit: int | None = None,
        expand: list[ExpandableEnumTask] | None = None,
        opts: list[Option] | None = None,
    ) -> AsyncIterator[V2Task]:
        """All tasks of a project or a batch; see `scaleapi.ScaleClient.v2_get_tasks`."""
        filters = {name: value for name, value in locals().items() if name != "self"}
        seen: set[str | None] = {None}
        token: str | None = None
        while True:
            page = await self.v2.get_tasks(**filters, next_token=token)
            for task in page.tasks:
                yield task
            token = page.next_token or None
            if token is None:
                return
            further(token, seen)

    get_task = later(on_tasks.get_task)
    create_task = later(on_tasks.create_task)
    cancel_task = later(on_tasks.cancel_task)
    audit_task = later(on_tasks.audit_task)
    update_task_unique_id = later(on_tasks.update_task_unique_id)
    clear_task_unique_id = later(on_tasks.clear_task_unique_id)
    set_task_metadata = later(on_tasks.set_task_metadata)
    set_task_tags = later(on_tasks.set_task_tags)
    add_task_tags = later(on_tasks.add_task_tags)
    delete_task_tags = later(on_tasks.delete_task_tags)
    resend_callback = later(on_tasks.resend_callback)
    tasks = later(on_tasks.tasks)
    get_tasks = walking(on_tasks.get_tasks)
    get_tasks_count = later(on_tasks.get_tasks_count)

    create_batch = later(on_batches.create_batch)
    finalize_batch = later(on_batches.finalize_batch)
    get_batch = later(on_batches.get_batch)
    batch_status = later(on_batches.batch_status)
    batches = later(on_batches.batches)
    get_batches = walking(on_batches.get_batches)
    set_batch_metadata = later(on_batches.set_batch_metadata)
    prioritize_batch = later(on_batches.prioritize_batch)

    create_project = later(on_projects.create_project)
    get_project = later(on_projects.get_project)
    get_projects = later(on_projects.get_projects)
    projects = later(on_projects.projects)
    update_project = later(on_projects.update_project)
    set_project_ontology = later(on_projects.set_project_ontology)
    get_project_template = later(on_projects.get_project_template)

    upload_file = later(on_files.upload_file)
    import_file = later(on_files.import_file)
    get_files = walking(on_files.get_files)
    download = later(on_files.download)

    create_evaluation_task = later(on_quality_tasks.create_evaluation_task)
    create_training_task = later(on_quality_tasks.create_training_task)
    get_evaluation_task = later(on_quality_tasks.get_evaluation_task)
    get_evaluation_tasks = walking(on_quality_tasks.get_evaluation_tasks)
    delete_evaluation_task = later(on_quality_tasks.delete_evaluation_task)
    get_training_task = later(on_quality_tasks.get_training_task)
    get_training_tasks = walking(on_quality_tasks.get_training_tasks)
    delete_training_task = later(on_quality_tasks.delete_training_task)
    get_quality_labelers = walking(on_quality_tasks.get_quality_labelers)

    create_audit = later(on_audits.create_audit)
    get_audits = walking(on_audits.get_audits)

    list_teammates = later(on_teams.list_teammates)
    invite_teammates = later(on_teams.invite_teammates)
    update_teammates_role = later(on_teams.update_teammates_role)

    list_studio_assignments = later(on_studio.list_studio_assignments)
    add_studio_assignments = later(on_studio.add_studio_assignments)
    remove_studio_assignments = later(on_studio.remove_studio_assignments)
    list_project_groups = later(on_studio.list_project_groups)
    create_project_group = later(on_studio.create_project_group)
    update_project_group = later(on_studio.update_project_group)
    list_studio_batches = later(on_studio.list_studio_batches)
    assign_studio_batches = later(on_studio.assign_studio_batches)
    set_studio_batches_priorities = later(on_studio.set_studio_batches_priorities)
    reset_studio_batches_priorities = later(on_studio.reset_studio_batches_priorities)
