"""Create the same task twice: the second call names the first one's id instead of making another task."""

import scaleapi
from scaleapi.exceptions import ScaleDuplicateResource
from scaleapi.tasks import TaskType

client = scaleapi.ScaleClient()


def create() -> str:
    task = client.create_task(
        TaskType.Categorization,
        attachment_type="text",
        attachment="The box office opens at nine.",
        categories=["question", "statement"],
        unique_id="sentence-0001",
    )
    return task.id


print(create())
try:
    create()
except ScaleDuplicateResource as error:
    print(error)
