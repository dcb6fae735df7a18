"""What the head of a request must not contain: whatever two programs could read differently (RFC 9112).

The parser refuses most malformed heads by itself. This is what it lets through.
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

Headers = Sequence[tuple[bytes, bytes]]

MAX_HEADERS = 200
"""Headers of a request."""

SINGLE = frozenset(
    (
        b"host", b"authorization", b"cookie", b"content-length", b"content-type", b"content-encoding",
        b"transfer-encoding", b"idempotency-key", b"range", b"origin",
    )
)  # fmt: skip
"""Headers that may come once: with two, a proxy and this server could each believe another one."""

_HOST = re.compile(rb"(?:[A-Za-z0-9\-._~%!$&'()*+,;=]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?\Z")


def fault(  # noqa: PLR0911  one for each fault
    version: str, target: bytes, headers: Headers, values: Mapping[bytes, bytes]
) -> tuple[int, str] | None:
    """What is wrong with the head of a request: (status, one sentence), or None.

    Args:
        version: the HTTP version, such as ``1.1``.
        target: the request's target as it was sent.
        headers: lower-case names and values, in the order in which they came.
        values: the same as a mapping.
    """
    if version not in {"1.0", "1.1"}:
        return 505, "This server speaks HTTP/1.1."
    if len(headers) > MAX_HEADERS:
        return 431, f"The request has more than {MAX_HEADERS} headers."
    if len(values) < len(headers):
        names = [name for name, _ in headers if name in SINGLE]
        twice = next((name for i, name in enumerate(names) if name in names[:i]), None)
        if twice is not None:
            return 400, f'The header "{twice.decode()}" must not come twice.'
    host = values.get(b"host")
    if host is None and version == "1.1":
        return 400, 'The header "host" is required.'
    if host is not None and not _HOST.match(host):
        return 400, 'The header "host" is not valid.'
    if b"#" in target:
        return 400, "The target of the request must not have a fragment."
    if target[:1] != b"/" and target != b"*" and (found := _target_fault(target, host)):
        return found
    return _coding_fault(version, values) if b"transfer-encoding" in values else None


def _target_fault(target: bytes, host: bytes | None) -> tuple[int, str] | None:
    try:
        parts = urlsplit(target.decode("ascii"))
    except ValueError:
        return 400, "The target of the request is not valid."
    if parts.scheme.lower() not in {"http", "https"}:
        return 400, "The target of the request must be a path."
    if host is not None and parts.netloc.lower() != host.decode("ascii").lower():
        return 400, 'The target of the request names another host than the header "host".'
    return None


def _coding_fault(version: str, values: Mapping[bytes, bytes]) -> tuple[int, str] | None:
    if version == "1.0" or b"content-length" in values:
        return 400, 'The header "transfer-encoding" is not allowed here.'
    if values[b"transfer-encoding"].strip().lower() != b"chunked":
        return 501, 'The header "transfer-encoding" may only say chunked.'
    return None
