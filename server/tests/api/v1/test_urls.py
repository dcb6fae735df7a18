"""Absolute addresses: the setting wins, then the host that was asked, if it is one."""

from types import SimpleNamespace
from typing import Any

import pytest

from labelwright.api.v1 import urls
from labelwright.settings import Settings


def base(host: bytes | None, **settings: Any) -> str:
    call: Any = SimpleNamespace(
        platform=SimpleNamespace(settings=Settings(port=8000, **settings)),
        headers={} if host is None else {b"host": host},
    )
    return urls.base(call)


@pytest.mark.parametrize(
    ("host", "found"),
    [
        (b"labels.example", "http://labels.example"),
        (b"labels.example:8443", "http://labels.example:8443"),
        (b"127.0.0.1:1", "http://127.0.0.1:1"),
        (b"[::1]", "http://[::1]"),
        (b"[::1]:80", "http://[::1]:80"),
        (None, "http://127.0.0.1:8000"),
        (b"", "http://127.0.0.1:8000"),
        (b"a.example/x", "http://127.0.0.1:8000"),
        (b"user@a.example", "http://127.0.0.1:8000"),
        (b"a.example\n", "http://127.0.0.1:8000"),
        (b"a.example:99999999", "http://127.0.0.1:8000"),
    ],
)
def test_the_host_that_was_asked(host: bytes | None, found: str) -> None:
    assert base(host) == found


def test_behind_tls() -> None:
    assert base(b"labels.example", secure_cookies=True) == "https://labels.example"


def test_the_setting_wins() -> None:
    assert base(b"other.example", public_url="https://labels.example/") == "https://labels.example"
