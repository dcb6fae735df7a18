"""The client: every operation of `scaleapi._calls`, bound to an `Api`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, ParamSpec, TypeVar, cast

from scaleapi._bulk import Bulk
from scaleapi._calls import audits as on_audits
from scaleapi._calls import batches as on_batches
from scaleapi._calls import files as on_files
from scaleapi._calls import projects as on_projects
from scaleapi._calls import quality_tasks as on_quality_tasks
from scaleapi._calls import studio as on_studio
from scaleapi._calls import tasks as on_tasks
from scaleapi._calls import teams as on_teams
from scaleapi._calls.request import Listing, Request
from scaleapi._engine.messages import Transport
from scaleapi._engine.paging import further
from scaleapi._legacy import LegacyClient, renamed, warn
from scaleapi._walk import Walk
from scaleapi.api import (
    DEFAULT_TIMEOUT,
    HTTP_TOTAL_RETRIES,
    KEEP,
    Api,
    Cert,
    Proxies,
    Timeout,
    Verify,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Self

    from scaleapi.api_client.v2 import ExpandableEnumTask, Option, V2Api
    from scaleapi.api_client.v2 import Task as V2Task
    from scaleapi.api_client.v2 import TaskStatus as V2TaskStatus

P = ParamSpec("P")
T = TypeVar("T")

OLD_NAMES: Mapping[str, Mapping[str, str]] = {
    "create_batch": {"instruction_batch": "calibration_batch"},
    "create_project": {"type": "task_type", "self_serve": "rapid"},
    "tasks": {"offset": "offset"},
}
"""Keyword arguments of earlier releases, by operation."""


def dressed(
    method: Callable[..., Any],
    call: Callable[..., Any],
    wrapper: str,
    result: str,
    owner: str = "ScaleClient",
) -> None:
    """Gives a bound method the name, docstring and signature of its pure call.

    Args:
        method: The method.
        call: The pure call; its return annotation reads ``wrapper[X]``.
        wrapper: What the pure call returns.
        result: What the method returns, with ``{}`` for ``X``.
        owner: The class that has the method.
    """
    functools.update_wrapper(method, call)
    signature = inspect.signature(call)
    returns = result.format(str(signature.return_annotation).removeprefix(f"{wrapper}[").removesuffix("]"))
    itself = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    method.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[itself, *signature.parameters.values()], return_annotation=returns
    )
    method.__annotations__ = {**call.__annotations__, "return": returns}
    method.__module__ = "scaleapi"
    method.__qualname__ = f"{owner}.{call.__name__}"


def now(
    call: Callable[P, Request[T]], old_names: Mapping[str, str] | None = None
) -> Callable[Concatenate[ScaleClient, P], T]:
    """Makes the blocking method of an operation that is one request; `old_names` is for `renamed`."""
    described = renamed(call, old_names) if old_names else call

    def method(self: ScaleClient, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._run(described(*args, **kwargs))

    dressed(method, call, "Request", "{}")
    return method


def walking(call: Callable[P, Listing[T]]) -> Callable[Concatenate[ScaleClient, P], Walk[T]]:
    """Makes the blocking method of an operation that walks over pages."""

    def method(self: ScaleClient, /, *args: P.args, **kwargs: P.kwargs) -> Walk[T]:
        return Walk(call(*args, **kwargs), self._run)

    dressed(method, call, "Listing", "Walk[{}]")
    return method


class Client(LegacyClient):
    """What the blocking and the asynchronous client share: their options."""

    _api_class: ClassVar[type[Api]] = Api

    def __init__(
        self,
        api_key: str | None = None,
        source: str | None = None,
        api_instance_url: str | None = None,
        verify: Verify = None,
        proxies: Proxies = None,
        cert: Cert = None,
        *,
        timeout: Timeout = DEFAULT_TIMEOUT,
        max_retries: int = HTTP_TOTAL_RETRIES,
        transport: Transport | None = None,
        user_agent_extension: str | None = None,
    ) -> None:
        if user_agent_extension is not None:
            warn("user_agent_extension=")
            source = source or user_agent_extension
        self.api = self._api_class(
            api_key,
            user_agent_extension=source,
            api_instance_url=api_instance_url,
            verify=verify,
            proxies=proxies,
            cert=cert,
            timeout=timeout,
            max_retries=max_retries,
            transport=transport,
        )

    def with_options(
        self,
        *,
        api_key: str | None = KEEP,
        source: str | None = KEEP,
        api_instance_url: str | None = KEEP,
        verify: Verify = KEEP,
        proxies: Proxies = KEEP,
        cert: Cert = KEEP,
        timeout: Timeout = KEEP,
        max_retries: int = KEEP,
        transport: Transport | None = KEEP,
    ) -> Self:
        """A copy with some options changed: ``client.with_options(timeout=5).get_task(task_id)``.

        It shares the connections and the retry budget, and closing it leaves them open; it gets connections
        of its own only if `verify`, `proxies`, `cert` or `transport` is given. The arguments are those of the
        class.
        """
        clone = object.__new__(type(self))
        clone.__dict__.update(self.__dict__)
        v2 = clone.__dict__.pop("_v2", None)
        clone.api = self.api.with_options(
            api_key=api_key,
            user_agent_extension=source,
            api_instance_url=api_instance_url,
            verify=verify,
            proxies=proxies,
            cert=cert,
            timeout=timeout,
            max_retries=max_retries,
            transport=transport,
        )
        if v2 is not None:
            clone.__dict__["_v2"] = v2.moved(clone.api)
        return clone

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.api.base_api_url!r})"


class ScaleClient(Bulk, Client):
    """Access to one account of Scale's API, or of a server that speaks it.

    Safe to share between threads. Connections are opened on first use, kept, and closed by `close` or by
    leaving a ``with`` block.

    Args:
        api_key: The API key; None takes it from the environment variable ``SCALE_API_KEY``.
        source: Appended to the ``User-Agent`` header, to tell which system is calling.
        api_instance_url: Base URL including ``/v1``; None takes it from the environment variable
            ``SCALE_API_INSTANCE_URL``, and without that is Scale's own.
        verify: True or None: verify certificates with the system's CAs. False: do not verify. Else the path
            of a CA bundle.
        proxies: Scheme to proxy URL, as for ``requests``; None uses ``HTTPS_PROXY`` and its kin.
        cert: Client certificate: a PEM file, or ``(certificate, key)``.
        timeout: Seconds, or ``(connect, read)``, by default 5 and 60 (300 for the read of uploads); None for
            no limit.
        max_retries: Tries after the first; see the README for what is retried.
        transport: Carries the requests instead of the built-in connection pool.
        user_agent_extension: The name of `source` in release 1.0.4.

    Raises:
        ScaleException: There is no API key.
        ScaleInvalidRequest: The URL is not one of http or https.
    """

    def close(self) -> None:
        """Closes the connections. The client, and copies of it that share them, cannot be used afterwards."""
        self.api.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, request: Request[T]) -> T:
        answer: T = self.api.run(request, self)
        return answer

    @property
    def v2(self) -> V2Api:
        """The operations of V2, over the connections and options of this client."""
        found: V2Api | None = self.__dict__.get("_v2")
        if found is None:
            # Imported on first use: programs that stay with V1 never load the models.
            from scaleapi.api_client.v2 import ApiClient, V2Api

            found = V2Api(ApiClient.over(self.api))
            found = cast("V2Api", self.__dict__.setdefault("_v2", found))
        return found

    def v2_get_tasks(
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
    ) -> Iterator[V2Task]:
        """All tasks of a project or a batch, page by page as they are consumed.

        Args:
            project_id: Either this or another of the first four.
            project_name: See `project_id`.
            batch_id: See `project_id`.
            batch_name: See `project_id`.
            status: Only tasks of this status.
            completed_after: Only tasks completed after this time.
            completed_before: Only tasks completed before this time.
            limit: Tasks per page, 1 to 100; the server's default is 100.
            expand: What is to be given whole, instead of by its id.
            opts: What is to be added to the tasks.

        Raises:
            pydantic.ValidationError: An argument cannot be right; nothing was sent.
            ScaleException: A page could not be had.
        """
        filters = {name: value for name, value in locals().items() if name != "self"}
        seen: set[str | None] = {None}
        token: str | None = None
        while True:
            page = self.v2.get_tasks(**filters, next_token=token)
            yield from page.tasks
            token = page.next_token or None
            if token is None:
                return
            further(token, seen)

    get_task = now(on_tasks.get_task)
    create_task = now(on_tasks.create_task)
    cancel_task = now(on_tasks.cancel_task)
    audit_task = now(on_tasks.audit_task)
    update_task_unique_id = now(on_tasks.update_task_unique_id)
    clear_task_unique_id = now(on_tasks.clear_task_unique_id)
    set_task_metadata = now(on_tasks.set_task_metadata)
    set_task_tags = now(on_tasks.set_task_tags)
    add_task_tags = now(on_tasks.add_task_tags)
    delete_task_tags = now(on_tasks.delete_task_tags)
    resend_callback = now(on_tasks.resend_callback)
    tasks = now(on_tasks.tasks, OLD_NAMES["tasks"])
    get_tasks = walking(on_tasks.get_tasks)
    get_tasks_count = now(on_tasks.get_tasks_count)
    _process_tasks_endpoint_args = staticmethod(on_tasks.task_filters)

    create_batch = now(on_batches.create_batch, OLD_NAMES["create_batch"])
    finalize_batch = now(on_batches.finalize_batch)
    get_batch = now(on_batches.get_batch)
    batch_status = now(on_batches.batch_status)
    batches = now(on_batches.batches)
    get_batches = walking(on_batches.get_batches)
    set_batch_metadata = now(on_batches.set_batch_metadata)
    prioritize_batch = now(on_batches.prioritize_batch)

    create_project = now(on_projects.create_project, OLD_NAMES["create_project"])
    get_project = now(on_projects.get_project)
    get_projects = now(on_projects.get_projects)
    projects = now(on_projects.projects)
    update_project = now(on_projects.update_project)
    set_project_ontology = now(on_projects.set_project_ontology)
    get_project_template = now(on_projects.get_project_template)

    upload_file = now(on_files.upload_file)
    import_file = now(on_files.import_file)
    get_files = walking(on_files.get_files)
    download = now(on_files.download)

    create_evaluation_task = now(on_quality_tasks.create_evaluation_task)
    create_training_task = now(on_quality_tasks.create_training_task)
    get_evaluation_task = now(on_quality_tasks.get_evaluation_task)
    get_evaluation_tasks = walking(on_quality_tasks.get_evaluation_tasks)
    delete_evaluation_task = now(on_quality_tasks.delete_evaluation_task)
    get_training_task = now(on_quality_tasks.get_training_task)
    get_training_tasks = walking(on_quality_tasks.get_training_tasks)
    delete_training_task = now(on_quality_tasks.delete_training_task)
    get_quality_labelers = walking(on_quality_tasks.get_quality_labelers)

    create_audit = now(on_audits.create_audit)
    get_audits = walking(on_audits.get_audits)

    list_teammates = now(on_teams.list_teammates)
    invite_teammates = now(on_teams.invite_teammates)
    update_teammates_role = now(on_teams.update_teammates_role)

    list_studio_assignments = now(on_studio.list_studio_assignments)
    add_studio_assignments = now(on_studio.add_studio_assignments)
    remove_studio_assignments = now(on_studio.remove_studio_assignments)
    list_project_groups = now(on_studio.list_project_groups)
    create_project_group = now(on_studio.create_project_group)
    update_project_group = now(on_studio.update_project_group)
    list_studio_batches = now(on_studio.list_studio_batches)
    assign_studio_batches = now(on_studio.assign_studio_batches)
    set_studio_batches_priorities = now(on_studio.set_studio_batches_priorities)
    reset_studio_batches_priorities = now(on_studio.reset_studio_batches_priorities)
