"""Every operation of V2, in three styles: the result, the result with status and headers, the raw answer."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from pydantic import validate_call

from scaleapi._calls import v2 as on_v2
from scaleapi._calls.request import Request
from scaleapi.api_client.v2.api_client import ApiClient
from scaleapi.api_client.v2.api_response import ApiResponse
from scaleapi.api_client.v2.rest import RESTResponseType, as_urllib3
from scaleapi.exceptions import ScaleException

if TYPE_CHECKING:
    from typing import Self

P = ParamSpec("P")
T = TypeVar("T")

OPTIONS: Mapping[str, Any] = {
    "_request_timeout": None,
    "_request_auth": None,
    "_content_type": None,
    "_headers": None,
    "_host_index": 0,
}
"""What every operation takes besides, and the defaults."""


@functools.cache
def checked(call: Callable[..., Request[Any]]) -> Callable[..., Request[Any]]:
    """The pure call with its arguments checked; made on first use, it costs a millisecond."""
    return validate_call(call)


def styled(
    method: Callable[..., Any], call: Callable[..., Any], ending: str, returns: str, owner: str
) -> None:
    """Gives a method the name, docstring and signature of its pure call.

    Args:
        method: The method.
        call: The pure call; its return annotation reads ``Request[X]``.
        ending: What its name has after the call's.
        returns: What it returns, with ``{}`` for ``X``.
        owner: The class that has the method.
    """
    functools.update_wrapper(method, call)
    signature = inspect.signature(call)
    result = returns.format(str(signature.return_annotation).removeprefix("Request[").removesuffix("]"))
    keyword = inspect.Parameter.POSITIONAL_OR_KEYWORD
    named = [one for one in signature.parameters.values() if one.kind is keyword]
    options = [inspect.Parameter(name, keyword, default=value) for name, value in OPTIONS.items()]
    method.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[inspect.Parameter("self", keyword), *named, *options], return_annotation=result
    )
    method.__name__ = f"{call.__name__}{ending}"
    method.__qualname__ = f"{owner}.{method.__name__}"
    method.__module__ = f"scaleapi.api_client.v2.api.{'v2_api' if owner == 'V2Api' else 'async_v2_api'}"
    method.__annotations__ = {**call.__annotations__, "return": result}
    del method.__wrapped__  # type: ignore[attr-defined]


class Operations:
    """What the blocking and the asynchronous operations share."""

    def __init__(self, api_client: ApiClient | None = None) -> None:
        self.api_client = ApiClient.get_default() if api_client is None else api_client

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.api_client.configuration.host!r})"

    def moved(self, api: Any) -> Self:
        """The same operations over other options of the same client.

        Args:
            api: The ``api`` of the changed `scaleapi.ScaleClient`.
        """
        return type(self)(self.api_client._moved(api))

    def _described(
        self, call: Callable[..., Request[T]], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> tuple[Request[T], Mapping[str, Any]]:
        request = checked(call)(*args, **kwargs)
        options = {name: kwargs[name] for name in OPTIONS if kwargs.get(name)}
        return self.api_client.described(request, options), options


def plain(call: Callable[P, Request[T]]) -> Callable[Concatenate[V2Api, P], T]:
    """Makes the method that returns the result."""

    def method(self: V2Api, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._ask(call, args, kwargs).data

    styled(method, call, "", "{}", "V2Api")
    return method


def informed(call: Callable[P, Request[T]]) -> Callable[Concatenate[V2Api, P], ApiResponse[T]]:
    """Makes the method that returns the result with status and headers."""

    def method(self: V2Api, /, *args: P.args, **kwargs: P.kwargs) -> ApiResponse[T]:
        return self._ask(call, args, kwargs)

    styled(method, call, "_with_http_info", "ApiResponse[{}]", "V2Api")
    return method


def raw(call: Callable[P, Request[Any]]) -> Callable[Concatenate[V2Api, P], RESTResponseType]:
    """Makes the method that returns the answer as it is, of whatever status."""

    def method(self: V2Api, /, *args: P.args, **kwargs: P.kwargs) -> RESTResponseType:
        request, options = self._described(call, args, kwargs)
        try:
            answer = self.api_client.send(request, options)
        except ScaleException as error:
            if error._answer is None:
                raise
            answer = error._answer
        return as_urllib3(answer)

    styled(method, call, "_without_preload_content", "RESTResponseType", "V2Api")
    return method


class V2Api(Operations):
    """The 25 operations of V2; ``client.v2`` is one.

    Each exists three times: ``get_task(…)`` returns the result, ``get_task_with_http_info(…)`` an `ApiResponse`,
    ``get_task_without_preload_content(…)`` the answer as urllib3 has it, without raising for its status.

    Raises:
        pydantic.ValidationError: An argument cannot be right; nothing was sent.
        ApiException: The server answers with an error; its subclass tells which.
        ScaleConnectionError: No answer came.
        ScaleDecodeError: The answer is not what the operation promises.

    Args:
        api_client: None for `ApiClient.get_default`.
    """

    def _ask(
        self, call: Callable[..., Request[T]], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> ApiResponse[T]:
        request, options = self._described(call, args, kwargs)
        try:
            answer = self.api_client.send(request, options)
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
