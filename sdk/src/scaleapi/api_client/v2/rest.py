"""The kind of answer that the ``…_without_preload_content`` methods return."""

from __future__ import annotations

import io
from http import HTTPStatus
from typing import TypeAlias

import urllib3

from scaleapi._engine.messages import Answer

RESTResponseType: TypeAlias = urllib3.HTTPResponse
SUPPORTED_SOCKS_PROXIES = {"socks5", "socks5h", "socks4", "socks4a"}


def is_socks_proxy_url(url: str | None) -> bool:
    """Whether a proxy's address is one of a SOCKS proxy."""
    scheme, colon, _ = (url or "").partition("://")
    return bool(colon) and scheme.lower() in SUPPORTED_SOCKS_PROXIES


def as_urllib3(answer: Answer) -> urllib3.HTTPResponse:
    """An answer as urllib3 has it: ``.status``, ``.headers``, ``.data``, ``.read()``, ``.json()``."""
    try:
        reason = HTTPStatus(answer.status).phrase
    except ValueError:
        reason = None
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-encoding"}
    # The body was decompressed and is whole: what says otherwise about the bytes on the wire goes.
    headers = {name: value for name, value in headers.items() if name.lower() != "transfer-encoding"}
    return urllib3.HTTPResponse(
        io.BytesIO(answer.body), headers, answer.status, reason=reason, preload_content=False
    )
