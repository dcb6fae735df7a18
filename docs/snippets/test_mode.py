"""A test key completes every task at once with a made-up answer: nobody has to be there."""

import scaleapi
from scaleapi.tasks import TaskType

client = scaleapi.ScaleClient()  # SCALE_API_KEY holds a key that begins with test_

task = client.create_task(
    TaskType.Categorization,
    attachment_type="text",
    attachment="The box office opens at nine.",
    categories=["question", "statement"],
)

assert task.status == "completed"
print(task.response)
