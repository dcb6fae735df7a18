"""The shapes of files on the wire (wire/files)."""

from typing import Any

import msgspec

from labelwright.domain.common import ObjectText, not_given


class File(msgspec.Struct):
    """A file; ``attachment_url`` is what a task's attachment takes."""

    id: str
    attachment_url: str
    created_at: str
    updated_at: str
    mime_type: str
    size: int
    project_names: list[str]
    display_name: str | msgspec.UnsetType = msgspec.UNSET
    reference_id: str | msgspec.UnsetType = msgspec.UNSET
    metadata: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


class Upload(msgspec.Struct):
    """The parts of an upload."""

    file: bytes
    project_name: str | None = None
    display_name: str | None = None
    reference_id: str | None = None
    metadata: str | None = None


class Import(msgspec.Struct):
    """A file to fetch from ``file_url`` while the caller waits."""

    file_url: str
    project_name: str | None = None
    display_name: str | None = None
    reference_id: str | None = None
    metadata: ObjectText = msgspec.field(default_factory=not_given)


class FileQuery(msgspec.Struct):
    """What a list of files is narrowed to; ``metadata`` is the JSON text of an object."""

    project: str | None = None
    metadata: str | None = None
    limit: int = 100
    next_token: str | None = None


class FileList(msgspec.Struct):
    """A page of files, newest first; ``total`` counts every file that matches."""

    docs: list[File]
    has_more: bool
    next_token: str | None
    total: int
