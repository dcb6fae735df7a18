"""Identifiers: 24 hex characters, ordered by time, as on the wire (wire/requests §3)."""

import base64
import os
import secrets
import threading


class IdMaker:
    """Makes ids that sort by creation: 8 hex of seconds, 3 of milliseconds, 5 of counter, 8 of process randomness.

    The first eight digits are the creation time in unix seconds, like a MongoDB ObjectId's. The counter is never
    set back, so that ids for moments that come out of order are different too.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._pid = os.getpid()
        self._tail = secrets.token_hex(4)

    def at(self, millis: int) -> str:
        """Return a new id for something created at ``millis`` (milliseconds since 1970)."""
        with self._lock:
            if self._pid != os.getpid():
                self._pid, self._tail = os.getpid(), secrets.token_hex(4)
            self._count += 1
            count = self._count
        seconds, ms = divmod(millis, 1000)
        return f"{seconds & 0xFFFFFFFF:08x}{ms:03x}{count & 0xFFFFF:05x}{self._tail}"


new_id = IdMaker().at


def new_uuid() -> str:
    """Return a random UUID (version 4), the form of file ids."""
    # A sixth of the time of ``uuid.uuid4``: answers have thousands of parts that get one each.
    digits = os.urandom(16).hex()
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def new_secret(prefix: str) -> str:
    """Return an unguessable secret with a readable prefix: 160 random bits in hex."""
    return f"{prefix}{secrets.token_hex(20)}"


def new_webhook_secret() -> str:
    """Return a fresh secret in the form of Standard Webhooks: ``whsec_`` and 32 random bytes in base64."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
