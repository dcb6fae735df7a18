"""Where a request comes from: proxies are believed only when they are trusted."""

import pytest

from labelwright.api import client_address

TRUSTED = client_address.networks("127.0.0.0/8, 10.0.0.0/8, ::1/128")


@pytest.mark.parametrize(
    ("client", "forwarded", "found"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        # Whoever is no proxy cannot say where it comes from.
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "192.0.2.9, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, 10.1.2.3", "198.51.100.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1, nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("::ffff:203.0.113.7", "", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("::1", "2001:db8:1:2::9", "2001:db8:1:2::/64"),
    ],
)
def test_f32_the_nearest_that_is_no_trusted_proxy_counts(client: str, forwarded: str, found: str) -> None:
    headers = {b"x-forwarded-for": forwarded.encode()} if forwarded else {}
    assert client_address.of(TRUSTED, (client, 1234), headers) == found


def test_f32_a_source_may_be_unknown() -> None:
    assert client_address.of(TRUSTED, None, {}) == ""
