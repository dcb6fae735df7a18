"""Tasks that others build on: point clouds that have been labelled."""

from collections.abc import Mapping
from typing import Any

from server.tests.harness import Tenant, done


def labelled_clouds(tenant: Tenant, frames: int = 1, *, test: bool = False) -> str:
    """A completed ``lidarannotation`` task; returns its id."""
    urls = [f"https://files.example.com/{n}.json" for n in range(frames)]
    body = {"attachments": urls, "labels": ["Car"]}
    client = tenant.test if test else tenant.live
    task_id: str = done(client.post("/v1/task/lidarannotation", json=body))["task_id"]
    if not test:
        complete(tenant, task_id)
    return task_id


def complete(tenant: Tenant, task_id: str) -> None:
    """Complete a live task without anybody's work, so that no queue of a test is touched."""

    async def finish(tx: Any) -> None:
        await tx.run("UPDATE task SET status = 'completed', response = $2 WHERE id = $1", task_id, "{}")
        await tx.run("DELETE FROM work WHERE task_id = $1", task_id)

    tenant.server.run(tenant.server.platform.store.write(finish))


def with_parent(tenant: Tenant, params: Mapping[str, Any], *, test: bool = False) -> dict[str, Any]:
    """The parameters with a task that is there, where they name another one."""
    if "lidar_task" not in params:
        return dict(params)
    frames = max(params.get("lidar_task_frames", [0])) + 1
    return {**params, "lidar_task": labelled_clouds(tenant, frames, test=test)}
