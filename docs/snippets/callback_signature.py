"""Check the signature of a callback: pip install standardwebhooks."""

from collections.abc import Mapping

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


def genuine(headers: Mapping[str, str], body: bytes, webhook_secret: str) -> bool:
    """Whether a body is what the server sent, within the last five minutes."""
    try:
        Webhook(webhook_secret).verify(body, dict(headers))
    except (WebhookVerificationError, ValueError):
        return False
    return True
