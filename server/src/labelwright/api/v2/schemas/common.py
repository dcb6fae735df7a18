"""What the shapes of V2 share."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Moment = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
"""A time as the wire has it: ISO 8601, UTC, milliseconds."""

Object = Annotated[msgspec.Raw, Meta(extra_json_schema={"type": "object"})]
"""A JSON object that is kept as the text it came in."""

FreeObject = Annotated[dict[str, Any], Meta()]

Limit = Annotated[int, Meta(ge=1, le=100)]
ObjectId = Annotated[str, Meta(pattern="^[0-9a-fA-F]{24}$")]

TaskStatus = Literal["pending", "completed", "canceled", "error", "deleted"]
BatchStatus = Literal["staging", "in_progress", "completed", "paused", "cancelled"]
Option = Literal["annotation_details", "attachment_details", "model_parameters", "submissions"]


class Shape(msgspec.Struct, omit_defaults=True, kw_only=True):
    """A body that is answered; members without a value are left out."""


class Selector(msgspec.Struct, kw_only=True):
    """Names a project by id or by name."""

    project_id: str | None = None
    project_name: str | None = None


class Page(msgspec.Struct, kw_only=True):
    """Where in a list to go on, and how far."""

    limit: Limit = 100
    next_token: str | None = None


class SelectedPage(Selector, kw_only=True):
    """A page of what a project has."""

    limit: Limit = 100
    next_token: str | None = None
