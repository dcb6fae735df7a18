"""What the tests of attachments share."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from server.tests.harness import Server, Tenant, done

from labelwright.domain import attachments
from labelwright.store import attachments as rows
from labelwright.store.rows import Attachment


def of_task(server: Server, task_id: str) -> list[Attachment]:
    found = server.run(server.platform.read(rows.of_tasks, [task_id]))
    return list(found.get(task_id, ()))


def blobs(server: Server) -> set[str]:
    """The names of all bytes in the blob store that are attachments."""
    return {path.name for path in (server.settings.data / "files").rglob("*") if "." in path.name}


def scratch(server: Server) -> list[Path]:
    return list(server.platform.scratch.iterdir())


async def take(server: Server) -> Sequence[Attachment]:
    """Lease everything that is due."""
    return (await attachments.lease_due(server.platform, 100, lambda _: 100)).taken


def boxes(tenant: Tenant, url: str, **more: Any) -> str:
    task: str = tenant.task("imageannotation", attachment=url, **more)["task_id"]
    return task


def compare(tenant: Tenant, urls: list[str], **more: Any) -> dict[str, Any]:
    """A task with several attachments."""
    body = {
        "attachment_type": "image",
        "attachments": urls,
        "choices": ["yes", "no"],
        **more,
    }
    made: dict[str, Any] = done(tenant.live.post("/v1/task/comparison", json=body))
    return made
