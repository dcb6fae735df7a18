"""Absolute addresses of this server, as the caller reaches it."""

import re

from labelwright.api.endpoint import Call

_HOST = re.compile(rb"[A-Za-z0-9.\-]{1,253}(:[0-9]{1,5})?\Z|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?\Z")


def base(call: Call) -> str:
    """Where the caller reaches this server: the setting ``public_url``, or the host that was asked."""
    settings, host = call.platform.settings, call.headers.get(b"host", b"")
    if settings.public_url or not _HOST.match(host):
        return settings.base_url
    return f"{'https' if settings.secure_cookies else 'http'}://{host.decode('ascii')}"
