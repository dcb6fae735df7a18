"""Check the signature of a callback: pip install standardwebhooks."""

import base64
import hashlib
from collections.abc import Mapping

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


def genuine(headers: Mapping[str, str], body: bytes, callback_auth_key: str) -> bool:
    """Whether a body is what the server sent, within the last five minutes."""
    secret = base64.b64encode(hashlib.sha256(callback_auth_key.encode()).digest()).decode()
    try:
        Webhook(secret).verify(body, dict(headers))
    except (WebhookVerificationError, ValueError):
        return False
    return True
