"""What is below the operations of V2: their way onto the wire of `scaleapi.Api`, and values in their wire form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from enum import Enum
from types import GenericAlias
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from pydantic import SecretStr, TypeAdapter

from scaleapi._calls.request import Request, as_json
from scaleapi._engine import pipeline
from scaleapi._engine.messages import Answer
from scaleapi.api import KEEP, Api
from scaleapi.api_client.v2 import models
from scaleapi.api_client.v2.api_response import ApiResponse
from scaleapi.api_client.v2.configuration import Configuration
from scaleapi.api_client.v2.exceptions import ApiException, ApiValueError, from_scale
from scaleapi.exceptions import Headers, ScaleException

if TYPE_CHECKING:
    from typing import Self

T = TypeVar("T")

DOCUMENTED: Mapping[tuple[str, int], Any] = {
    ("v2/schema", 400): models.GetSchema400Response,
    ("v2/schema", 404): models.GetSchema404Response,
}
"""Models of error bodies, beside those of 500."""


class ApiClient:
    """Carries the operations of V2.

    ``client.v2.api_client`` is one over the connections, retries and time limits of its `scaleapi.ScaleClient`. One
    made from a `Configuration` has connections of its own.

    Args:
        configuration: None for `Configuration.get_default`.
        header_name: A header for every call.
        header_value: Its value.
        cookie: The ``Cookie`` header.
    """

    _default: ClassVar[ApiClient | None] = None
    _api_class: ClassVar[type[Api]] = Api

    def __init__(
        self,
        configuration: Configuration | None = None,
        header_name: str | None = None,
        header_value: str | None = None,
        cookie: str | None = None,
    ) -> None:
        self.configuration = Configuration.get_default() if configuration is None else configuration
        self.default_headers: dict[str, str] = {}
        if header_name is not None:
            self.default_headers[header_name] = str(header_value)
        self.cookie = cookie
        self.client_side_validation = self.configuration.client_side_validation
        self.user_agent = Api._generate_useragent()
        # V2's key is the configuration's: the engine's own is never sent.
        self._base = self._api_class("unused", api_instance_url=self.configuration.host)
        self._untouched = self._wiring()
        self._wired: tuple[Any, Api] | None = None

    @classmethod
    def over(cls, api: Api) -> Self:
        """An `ApiClient` over the connections of a `scaleapi.ScaleClient`.

        Args:
            api: The client's ``api``.
        """
        host = api.base_api_url.rstrip("/").removesuffix("/v1")
        made = cls(Configuration(host=host, access_token=api.api_key))
        made._base = api
        made.user_agent = api._settings().user_agent
        return made

    def _moved(self, api: Api) -> Self:
        """The same over other options of the same client; what was set up by hand stays."""
        made = type(self).over(api)
        for name, value in self.configuration.__dict__.items():
            if name not in {"_base_path", "server_index", "access_token"}:
                setattr(made.configuration, name, value)
        if self.configuration.host != self._base.base_api_url.rstrip("/").removesuffix("/v1"):
            made.configuration.host = self.configuration.host
        if self.configuration.access_token != self._base.api_key:
            made.configuration.access_token = self.configuration.access_token
        made.default_headers = {**self.default_headers, "User-Agent": made.user_agent}
        made.cookie = self.cookie
        return made

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> Any:
        """Closes the connections that are this object's own."""
        if self._wired is not None:
            self._wired[1].close()
        if self._base.api_key == "unused":
            return self._base.close()
        return None

    @property
    def user_agent(self) -> str:
        """The ``User-Agent`` header."""
        return self.default_headers["User-Agent"]

    @user_agent.setter
    def user_agent(self, value: str) -> None:
        self.default_headers["User-Agent"] = value

    def set_default_header(self, header_name: str, header_value: str) -> None:
        """Adds a header to every call."""
        self.default_headers[header_name] = header_value

    @classmethod
    def get_default(cls) -> ApiClient:
        """The client of a `V2Api` that is made without one."""
        if cls._default is None:
            cls._default = cls()
        return cls._default

    @classmethod
    def set_default(cls, default: ApiClient | None) -> None:
        """Sets what `get_default` returns."""
        cls._default = default

    def _wiring(self) -> tuple[Any, ...]:
        """What of the configuration the connections depend on."""
        one = self.configuration
        return one.verify_ssl, one.ssl_ca_cert, one.cert_file, one.key_file, one.proxy

    def engine(self, timeout: Any = None) -> Api:
        """The `scaleapi.Api` for the configuration as it is now.

        Args:
            timeout: For one call; None for the client's.
        """
        wiring = self._wiring()
        api = self._base
        if wiring != self._untouched or (self._base.api_key == "unused" and wiring != (True, *[None] * 4)):
            if self._wired is None or self._wired[0] != wiring:
                verify, bundle, cert, key, proxy = wiring
                certs = (cert, key) if cert and key else cert
                changed = self._base.with_options(
                    verify=(bundle or True) if verify else False,
                    cert=certs or KEEP,
                    proxies={"all": proxy} if proxy else KEEP,
                )
                self._wired = wiring, changed
            api = self._wired[1]
        retries = self.configuration.retries
        return api.with_options(
            api_instance_url=self.configuration.host,
            timeout=KEEP if timeout is None else timeout,
            max_retries=retries if isinstance(retries, int) else KEEP,
        )

    def described(self, request: Request[T], options: Mapping[str, Any]) -> Request[T]:
        """A call with the headers of this client and the options of one call.

        Args:
            request: The call.
            options: See `scaleapi._calls.v2.Options`.

        Raises:
            ApiValueError: The authentication has no place that there is.
        """
        headers = {"Accept": "application/json", **self.default_headers}
        query = dict(request.query)
        if self.cookie:
            headers["Cookie"] = self.cookie
        schemes = list(self.configuration.auth_settings().values())
        given = options.get("_request_auth")
        # The bearer token comes last, and wins.
        for scheme in schemes if given is None else [given]:
            place, name, value = scheme.get("in"), str(scheme["key"]), str(scheme["value"])
            if place == "header":
                headers[name] = value
            elif place == "query":
                query[name] = value
            elif place == "cookie":
                headers["Cookie"] = value
            else:
                raise ApiValueError("authentication goes into the header, the query or a cookie")
        if options.get("_content_type"):
            headers["Content-Type"] = options["_content_type"]
        further = cast("Mapping[str, Any]", options.get("_headers") or {})
        headers.update({name: str(value) for name, value in further.items()})
        return replace(request, headers={"Authorization": "", **headers}, query=query, parse=request.parse)

    def send(self, request: Request[Any], options: Mapping[str, Any]) -> Any:
        """Sends a described call; returns the answer, or an awaitable of it.

        Raises:
            ScaleException: The call failed.
        """
        return self.engine(options.get("_request_timeout")).run(replace(request, parse=as_json), None)

    def read(self, request: Request[T], answer: Answer) -> ApiResponse[T]:
        """The result of an answer.

        Raises:
            ScaleDecodeError: The answer is not what the call promises.
        """
        data = pipeline.parse(request, answer, None)
        return ApiResponse[Any].model_construct(
            status_code=answer.status, headers=Headers(answer.headers), data=data, raw_data=answer.body
        )

    @staticmethod
    def refused(request: Request[Any], error: ScaleException) -> ScaleException:
        """What V2 raises for an error of the engine: an `ApiException` where an answer came, else the error."""
        answer = error._answer
        if answer is None:
            return error
        model: Any = DOCUMENTED.get((request.path, answer.status))
        if model is None and answer.status == 404 and request.path.startswith("v2/datasets/task/"):
            model = models.GetDatasetTaskResponseUrl404Response
        if model is None and answer.status == 500:
            model = models.GetBatch500Response
        data = None
        if model is not None:
            try:
                data = model.model_validate_json(answer.body)
            except ValueError:
                # Some gateway's page; the text is in the exception all the same.
                data = None
        return from_scale(error, answer.body, data)

    def sanitize_for_serialization(self, obj: Any) -> Any:
        """A value as JSON has it: models become objects, enumerations their values, times ISO 8601."""
        if isinstance(obj, list | tuple):
            items = [self.sanitize_for_serialization(one) for one in cast("Sequence[Any]", obj)]
            return tuple(items) if isinstance(obj, tuple) else items
        if isinstance(obj, dict):
            found = cast("Mapping[Any, Any]", obj)
            return {name: self.sanitize_for_serialization(value) for name, value in found.items()}
        if hasattr(obj, "to_dict"):
            return self.sanitize_for_serialization(obj.to_dict())
        return _scalar(obj)

    def deserialize(self, response_text: str, response_type: Any, content_type: str | None = None) -> Any:
        """Reads the text of an answer.

        Args:
            response_text: The body.
            response_type: A type, or the name of a model; ``List[…]`` of one as well.
            content_type: The body's type; text is returned as it is.

        Raises:
            ApiException: The content type is neither JSON nor text.
            pydantic.ValidationError: The body is not of that type.
        """
        kind = (content_type or "application/json").partition(";")[0].strip().lower()
        if kind.startswith("text/"):
            data: Any = response_text
        elif kind == "application/json" or kind.endswith("+json"):
            data = json.loads(response_text) if response_text else ""
        else:
            raise ApiException(status=0, reason=f"Unsupported content type: {content_type}")
        return None if data is None else TypeAdapter(_type_of(response_type)).validate_python(data)


def _scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _type_of(name: Any) -> Any:
    if not isinstance(name, str):
        return name
    if name.startswith("List[") and name.endswith("]"):
        return GenericAlias(list, (_type_of(name[5:-1]),))
    plain: dict[str, Any] = {"str": str, "int": int, "float": float, "bool": bool, "object": Any}
    return plain[name] if name in plain else getattr(models, name)
