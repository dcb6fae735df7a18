"""The operations of `V2Api`, awaited: ``AsyncScaleClient.v2``."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from scaleapi._calls import v2 as on_v2
from scaleapi._calls.request import Request
from scaleapi.aio import AsyncApi
from scaleapi.api_client.v2.api.v2_api import Operations, styled
from scaleapi.api_client.v2.api_client import ApiClient
from scaleapi.api_client.v2.api_response import ApiResponse
from scaleapi.api_client.v2.rest import RESTResponseType, as_urllib3
from scaleapi.exceptions import ScaleException

P = ParamSpec("P")
T = TypeVar("T")
Later: TypeAlias = "Callable[Concatenate[AsyncV2Api, P], Coroutine[Any, Any, T]]"


class AsyncApiClient(ApiClient):
    """An `ApiClient` whose calls are awaited."""

    _api_class = AsyncApi


def plain(call: Callable[P, Request[T]]) -> Later[P, T]:
    """Makes the method that returns the result."""

    async def method(self: AsyncV2Api, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return (await self._ask(call, args, kwargs)).data

    styled(method, call, "", "{}", "AsyncV2Api")
    return method


def informed(call: Callable[P, Request[T]]) -> Later[P, ApiResponse[T]]:
    """Makes the method that returns the result with status and headers."""

    async def method(self: AsyncV2Api, /, *args: P.args, **kwargs: P.kwargs) -> ApiResponse[T]:
        return await self._ask(call, args, kwargs)

    styled(method, call, "_with_http_info", "ApiResponse[{}]", "AsyncV2Api")
    return method


def raw(call: Callable[P, Request[Any]]) -> Later[P, RESTResponseType]:
    """Makes the method that returns the answer as it is, of whatever status."""

    async def method(self: AsyncV2Api, /, *args: P.args, **kwargs: P.kwargs) -> RESTResponseType:
        request, options = self._described(call, args, kwargs)
        try:
            answer = await self.api_client.send(request, options)
        except ScaleException as error:
            if error._answer is None:
                raise
            answer = error._answer
        return as_urllib3(answer)

    styled(method, call, "_without_preload_content", "RESTResponseType", "AsyncV2Api")
    return method


class AsyncV2Api(Operations):
    """`V2Api` for asyncio programs: every method is awaited."""

    async def _ask(
        self, call: Callable[..., Request[T]], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> ApiResponse[T]:
        request, options = self._described(call, args, kwargs)
        try:
            answer = await self.api_client.send(request, options)
        except ScaleException as error:
            refused = self.api_client.refused(request, error)
            if refused is error:
                raise
            raise refused from None
        return self.api_client.read(request, answer)

    cancel_batch = plain(on_v2.cancel_batch)
    cancel_batch_with_http_info = informed(on_v2.cancel_batch)
    cancel_batch_without_preload_content = raw(on_v2.cancel_batch)
    create_batch = plain(on_v2.create_batch)
    create_batch_with_http_info = informed(on_v2.create_batch)
    create_batch_without_preload_content = raw(on_v2.create_batch)
    create_chat_task = plain(on_v2.create_chat_task)
    create_chat_task_with_http_info = informed(on_v2.create_chat_task)
    create_chat_task_without_preload_content = raw(on_v2.create_chat_task)
    finalize_batch = plain(on_v2.finalize_batch)
    finalize_batch_with_http_info = informed(on_v2.finalize_batch)
    finalize_batch_without_preload_content = raw(on_v2.finalize_batch)
    get_annotation = plain(on_v2.get_annotation)
    get_annotation_with_http_info = informed(on_v2.get_annotation)
    get_annotation_without_preload_content = raw(on_v2.get_annotation)
    get_batch = plain(on_v2.get_batch)
    get_batch_with_http_info = informed(on_v2.get_batch)
    get_batch_without_preload_content = raw(on_v2.get_batch)
    get_batches = plain(on_v2.get_batches)
    get_batches_with_http_info = informed(on_v2.get_batches)
    get_batches_without_preload_content = raw(on_v2.get_batches)
    get_dataset_deliveries = plain(on_v2.get_dataset_deliveries)
    get_dataset_deliveries_with_http_info = informed(on_v2.get_dataset_deliveries)
    get_dataset_deliveries_without_preload_content = raw(on_v2.get_dataset_deliveries)
    get_dataset_delivery = plain(on_v2.get_dataset_delivery)
    get_dataset_delivery_with_http_info = informed(on_v2.get_dataset_delivery)
    get_dataset_delivery_without_preload_content = raw(on_v2.get_dataset_delivery)
    get_dataset_task = plain(on_v2.get_dataset_task)
    get_dataset_task_with_http_info = informed(on_v2.get_dataset_task)
    get_dataset_task_without_preload_content = raw(on_v2.get_dataset_task)
    get_dataset_task_response_url = plain(on_v2.get_dataset_task_response_url)
    get_dataset_task_response_url_with_http_info = informed(on_v2.get_dataset_task_response_url)
    get_dataset_task_response_url_without_preload_content = raw(on_v2.get_dataset_task_response_url)
    get_dataset_tasks = plain(on_v2.get_dataset_tasks)
    get_dataset_tasks_with_http_info = informed(on_v2.get_dataset_tasks)
    get_dataset_tasks_without_preload_content = raw(on_v2.get_dataset_tasks)
    get_datasets = plain(on_v2.get_datasets)
    get_datasets_with_http_info = informed(on_v2.get_datasets)
    get_datasets_without_preload_content = raw(on_v2.get_datasets)
    get_deliveries = plain(on_v2.get_deliveries)
    get_deliveries_with_http_info = informed(on_v2.get_deliveries)
    get_deliveries_without_preload_content = raw(on_v2.get_deliveries)
    get_delivery = plain(on_v2.get_delivery)
    get_delivery_with_http_info = informed(on_v2.get_delivery)
    get_delivery_without_preload_content = raw(on_v2.get_delivery)
    get_delivery_tasks = plain(on_v2.get_delivery_tasks)
    get_delivery_tasks_with_http_info = informed(on_v2.get_delivery_tasks)
    get_delivery_tasks_without_preload_content = raw(on_v2.get_delivery_tasks)
    get_project = plain(on_v2.get_project)
    get_project_with_http_info = informed(on_v2.get_project)
    get_project_without_preload_content = raw(on_v2.get_project)
    get_projects = plain(on_v2.get_projects)
    get_projects_with_http_info = informed(on_v2.get_projects)
    get_projects_without_preload_content = raw(on_v2.get_projects)
    get_schema = plain(on_v2.get_schema)
    get_schema_with_http_info = informed(on_v2.get_schema)
    get_schema_without_preload_content = raw(on_v2.get_schema)
    get_task = plain(on_v2.get_task)
    get_task_with_http_info = informed(on_v2.get_task)
    get_task_without_preload_content = raw(on_v2.get_task)
    get_tasks = plain(on_v2.get_tasks)
    get_tasks_with_http_info = informed(on_v2.get_tasks)
    get_tasks_without_preload_content = raw(on_v2.get_tasks)
    pause_batch = plain(on_v2.pause_batch)
    pause_batch_with_http_info = informed(on_v2.pause_batch)
    pause_batch_without_preload_content = raw(on_v2.pause_batch)
    resume_batch = plain(on_v2.resume_batch)
    resume_batch_with_http_info = informed(on_v2.resume_batch)
    resume_batch_without_preload_content = raw(on_v2.resume_batch)
    set_batch_metadata = plain(on_v2.set_batch_metadata)
    set_batch_metadata_with_http_info = informed(on_v2.set_batch_metadata)
    set_batch_metadata_without_preload_content = raw(on_v2.set_batch_metadata)
    set_task_metadata = plain(on_v2.set_task_metadata)
    set_task_metadata_with_http_info = informed(on_v2.set_task_metadata)
    set_task_metadata_without_preload_content = raw(on_v2.set_task_metadata)
