"""Files kept by the platform, to be used as task attachments."""

from __future__ import annotations

from typing import Any

from scaleapi._models import Model


class File(Model):
    """One stored file.

    Attributes:
        id: UUID.
        attachment_url: ``scaledata://…``; goes wherever a task takes an attachment.

    Args:
        json: A file object of the API.
        client: The client it came from.
    """

    def _load(self, json: dict[str, Any]) -> None:
        self.id: str = json["id"]
        self.attachment_url: str = json["attachment_url"]
        self._json = json
