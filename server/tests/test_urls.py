"""Addresses: what is accepted, and how it goes over the wire."""

import pytest

from labelwright import urls
from labelwright.urls import InvalidUrl, Url, parse


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("https://example.org", "https://example.org/"),
        ("HTTPS://EXAMPLE.org:0443/A", "https://example.org:443/A"),
        ("http://example.org:/a", "http://example.org/a"),
        ("http://example.org?x=1", "http://example.org/?x=1"),
        ("http://bücher.example/", "http://xn--bcher-kva.example/"),
        ("http://BÜCHER。example/", "http://xn--bcher-kva.example/"),
        ("http://faß.example/", "http://xn--fa-hia.example/"),
        ("http://例え.jp/テスト?ü=é#x", "http://xn--r8jz45g.jp/%E3%83%86%E3%82%B9%E3%83%88?%C3%BC=%C3%A9"),
        ("http://xn--bcher-kva.example/", "http://xn--bcher-kva.example/"),
        ("http://１２７.0.0.1/", "http://127.0.0.1/"),
        ("http://my_host-1.example./", "http://my_host-1.example./"),
        ("http://[2001:DB8:0::1]:8080/", "http://[2001:db8::1]:8080/"),
        ("http://example.org/a b%20c%zz", "http://example.org/a%20b%20c%zz"),
        ('http://example.org/"<>^`{|}', "http://example.org/%22%3C%3E%5E%60%7B%7C%7D"),
        ("http://example.org/😀", "http://example.org/%F0%9F%98%80"),
        ("http://us:pw@example.org/", "http://example.org/"),
        ("http://127.1/", "http://127.0.0.1/"),
        ("http://0x7F.1:81/x", "http://127.0.0.1:81/x"),
        ("http://2130706433/", "http://127.0.0.1/"),
        ("http://0177.0.0.1/", "http://127.0.0.1/"),
        ("http://1.2.3.4./", "http://1.2.3.4/"),
        ("http://１.２.3.4/", "http://1.2.3.4/"),
        ("http://0/", "http://0.0.0.0/"),
        ("http://1.2.3.4.example/", "http://1.2.3.4.example/"),
    ],
)
def test_f15_how_an_address_goes_over_the_wire(text: str, wire: str) -> None:
    found = parse(text)
    assert found.wire == wire
    assert found.wire.isascii()
    assert parse(found.wire).wire == wire


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://",
        "http:///x",
        "http:/example.org",
        "https:example.org",
        "//example.org/",
        "ftp://example.org/",
        "httpx://example.org/",
        "http://:80/",
        "http://user@/",
        "http://example.org:0/",
        "http://example.org:65536/",
        "http://example.org:99999999999999/",
        "http://example.org:http/",
        "http://example.org:-1/",
        "http://example.org:80:80/",
        "http://example.org:٨٠/",
        "http://[::1/",
        "http://::1/",
        "http://[::1]x/",
        "http://[fe80::1%25eth0]/",
        "http://[1.2.3.4]/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://1.2.3.08/",
        "http://0xg.1/",
        "http://example.1/",
        "http://4294967296/",
        "http://1.16777216/",
        "http://1..2/",
        "http://[]/",
        "http://exa mple.org/",
        "http://exa%6Dple.org/",
        "http://example..org/",
        "http://.example.org/",
        "http://./",
        "http://<b>.example/",
        "http://☃.example/",
        "http://‍.example/",
        "http://a\u2100.example/",
        "http://xn--/",
        "http://xn--zzzzzzzzzzzzzzzz99.example/",
        "http://" + "a" * 64 + ".example/",
        "http://" + "ü" * 63 + ".example/",
        "http://" + ".".join(["a" * 50] * 6) + "/",
        "http://example.org\\@evil.example/",
        "http:\\\\example.org/",
        "http://example.org/\r\nX: y",
        "http://example.org/\ta",
        "http://example.org/\x00",
        "http://example.org/\x7f",
        "http://example.org/\x85",
        "http://example.org/\u2028",
        " http://example.org/",
        "http://example.org/ ",
        "http://example.org/\n",
        "http://example.org/\ud800",
        "http://\ud800.example/",
        "http://us%0D%0Aer:pw@example.org/",
        "http://example.org/" + "a" * urls.MAX_LENGTH,
    ],
)
def test_f15_what_is_refused(text: str) -> None:
    with pytest.raises(InvalidUrl) as caught:
        parse(text)
    assert "example" not in str(caught.value)
    assert "pw" not in str(caught.value)


def test_f15_user_and_password() -> None:
    found = parse("https://ü%40:p%3Aw@example.org:444/x")
    assert found.user_info == "ü@:p:w".encode()
    assert found.authorization == "Basic w7xAOnA6dw=="
    assert "p:w" not in found.wire
    assert parse("https://@example.org/").authorization is None


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("http://example.org:80/", "example.org"),
        ("https://example.org:80/", "example.org:80"),
        ("https://[::1]:443/", "[::1]"),
        ("http://[::1]:8080/", "[::1]:8080"),
    ],
)
def test_f15_the_header_host(text: str, header: str) -> None:
    assert parse(text).host_header == header


def follow(location: str) -> Url:
    return parse("https://us:pw@example.org/a/b?c").follow(location.encode("latin-1"))


@pytest.mark.parametrize(
    ("location", "wire", "keeps"),
    [
        ("d", "https://example.org/a/d", True),
        ("?e", "https://example.org/a/b?e", True),
        ("#f", "https://example.org/a/b?c", True),
        ("//example.org:443/", "https://example.org:443/", True),
        ("//example.org:444/", "https://example.org:444/", False),
        ("http://example.org/", "http://example.org/", False),
        ("https://us2:pw2@other.example/", "https://other.example/", False),
        ("/caf\xe9", "https://example.org/caf%E9", True),
        ("/caf\xc3\xa9", "https://example.org/caf%C3%A9", True),
        ("https://b\xc3\xbccher.example/\xc3\xbc", "https://xn--bcher-kva.example/%C3%BC", False),
    ],
)
def test_f10_redirects(location: str, wire: str, keeps: bool) -> None:
    found = follow(location)
    assert (found.wire, found.user_info is not None) == (wire, keeps)
