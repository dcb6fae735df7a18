"""Addresses of attachments."""

import pytest

from labelwright.errors import InvalidParameter
from labelwright.tasktypes.wire.references import is_uri, require_single


@pytest.mark.parametrize(
    "text",
    [
        "http://i.imgur.com/v4cBreD.jpg",
        "HTTPS://example.com",
        "https://account.blob.core.windows.net/container/a%20b.png?sig=x%3D",
        "s3://bucket/key/with/slashes.jpg",
        "gs://bucket/k",
        "az://container/k",
        "abfss://container@account.dfs.core.windows.net/k",
        "file:///srv/pictures/a.png",
        "file://localhost/srv/pictures/a.png",
        "scaledata://606e2a0a46102303a130949f/8ac09a90-c143-4154-9a9b-6c35121396d1f",
        "https://example.com/ärger.png",
        "https://bücher.example/a.png",
        "https://me:secret@example.com:8443/a.png?x=ü",
        "https://my_bucket.s3.example.com/a.png",
        "http://[2001:db8::1]/a.png",
    ],
)
def test_f15_addresses(text: str) -> None:
    assert is_uri(text)


@pytest.mark.parametrize(
    "text",
    ["", "car", "//example.com/a", "file://host/a", "javascript:alert(1)", "http://", "http:///a", "ftp://a/b",
     "https://a b/c", "https://a/\n", " https://a/b", "https://☃.example/", "https://a..b/", "https://a:99999/",
     "https://a:b/", "https://[::1/", "https://user@/", "https://a\\@b/", "https://a/\x7f", "https://xn--/",
     "https://a/" + "b" * 8192, "s3://b/" + "k" * 8192],
)  # fmt: skip
def test_f15_no_addresses(text: str) -> None:
    assert not is_uri(text)


def test_one_attachment_or_many_but_not_both() -> None:
    require_single({"attachment": 1})
    require_single({"attachments": 1})
    with pytest.raises(InvalidParameter, match="exclusive peers"):
        require_single({"attachment": 1, "attachments": 2})
