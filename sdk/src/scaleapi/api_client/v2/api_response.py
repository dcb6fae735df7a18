"""A success with what came beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictBytes, StrictInt

T = TypeVar("T")


class ApiResponse(BaseModel, Generic[T]):
    """What the ``…_with_http_info`` methods return."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    status_code: StrictInt = Field(description="HTTP status code")
    headers: Mapping[str, str] | None = Field(None, description="HTTP headers; names ignore case")
    data: T = Field(description="The result, as the plain method returns it")
    raw_data: StrictBytes = Field(description="The body as it came")
