"""Operations on files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scaleapi import _json
from scaleapi._calls.listing import by_token, page_size
from scaleapi._calls.request import Listing, Request, as_json, given
from scaleapi._engine.uploads import FileLike, Multipart, file_part
from scaleapi.exceptions import ScaleInvalidRequest
from scaleapi.files import File


def upload_file(
    file: FileLike, *, filename: str | None = None, content_type: str | None = None, **kwargs: Any
) -> Request[File]:
    """Uploads a file (at most 80 MB), streaming it: memory use does not grow with its size.

    Args:
        file: A path, bytes, a file object open for reading, an iterable of bytes, or ``(filename, content)``.
            A file object is read from where it stands and left open. An iterable cannot be read twice, so
            once reading has begun its upload is not retried.
        filename: Name to send; by default the file's own.
        content_type: Media type to send; by default guessed from the name.
        **kwargs: ``project_name`` (required for Rapid projects), ``display_name``, ``reference_id`` (unique),
            and ``metadata`` (an object; sent as JSON).

    Returns:
        The stored file; its ``attachment_url`` goes into tasks.

    Raises:
        ScaleDuplicateResource: ``reference_id`` is in use.
    """
    part = file_part("file", file, filename=filename, content_type=content_type)
    return Request("POST", "files/upload", File, upload=Multipart(kwargs, [part]), repeatable=False)


def import_file(file_url: str, **kwargs: Any) -> Request[File]:
    """Has the server fetch a file from a URL and keep it.

    Args:
        file_url: Where the file is.
        **kwargs: ``project_name``, ``display_name``, ``reference_id`` (unique), ``metadata`` (an object).

    Returns:
        The stored file.
    """
    return Request("POST", "files/import", File, body={"file_url": file_url, **kwargs}, repeatable=False)


def get_files(
    project_name: str | None = None, metadata: Mapping[str, Any] | None = None, limit: int | None = None
) -> Listing[File]:
    """Walks through the files, newest first.

    Not in the official client; ``GET /files`` of the API.

    Args:
        project_name: Files of this project.
        metadata: Files whose metadata has these values.
        limit: Files per request, 1-100.
    """
    wanted = None if metadata is None else _json.dumps(metadata).decode()
    query = given(project=project_name, metadata=wanted, limit=page_size(limit))
    return by_token("files", query, File)


def download(url: str) -> Request[bytes]:
    """Fetches the bytes behind a URL that an answer names.

    The API key is sent only to the host of the API itself.

    Args:
        url: An http or https URL, e.g. one of a task's ``response``.

    Raises:
        ScaleInvalidRequest: It is no such URL.
    """
    if not url.startswith(("http://", "https://")):
        raise ScaleInvalidRequest(f"only http and https URLs can be downloaded, not {url!r}")
    return Request("GET", url, as_json, expects="bytes")
