"""What type checkers know about the asynchronous client."""

from typing import assert_type

from scaleapi import File, TaskType
from scaleapi.aio import (
    AsyncBatch,
    AsyncProject,
    AsyncScaleClient,
    AsyncTask,
    AsyncTasklist,
    AsyncWalk,
)
from scaleapi.params import ImageAnnotationParams


async def calls(client: AsyncScaleClient) -> None:
    async with client as same:
        assert_type(same, AsyncScaleClient)
    task = await client.create_task(TaskType.Chat, project="talks", anything={})
    assert_type(task, AsyncTask)
    assert_type(await client.get_task("t"), AsyncTask)
    assert_type(await client.tasks(limit=3), AsyncTasklist)
    walk = client.get_tasks("talks", limit=50)
    assert_type(walk, AsyncWalk[AsyncTask])
    assert_type([one.status async for one in walk], list[str])
    assert_type(await client.get_tasks_count("talks"), int)
    assert_type(await client.create_batch("talks", "monday"), AsyncBatch)
    assert_type(client.get_batches("talks"), AsyncWalk[AsyncBatch])
    assert_type(await client.create_project("talks", "chat"), AsyncProject)
    assert_type(await client.projects(), list[AsyncProject])
    assert_type(await client.upload_file(b"x", filename="a.png"), File)
    assert_type(await client.download("https://x.example/a.png"), bytes)


async def mistakes(client: AsyncScaleClient) -> None:
    await client.get_task()  # type: ignore[call-arg]
    await client.get_task(3)  # type: ignore[arg-type]
    client.get_tasks("talks", colour="red")  # type: ignore[call-arg]
    await client.create_taks("chat")  # type: ignore[attr-defined]
    client.create_task("chat").id  # type: ignore[attr-defined]  # noqa: B018  nobody has awaited it


async def parameters(client: AsyncScaleClient) -> None:
    request: ImageAnnotationParams = {"attachment": "https://example.org/1.jpg", "padding": 3}
    assert_type(await client.create_task("imageannotation", **request), AsyncTask)
    request["padding"] = "3"  # type: ignore[typeddict-item]
