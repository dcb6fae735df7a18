"""Print the boxes of every task that is done."""

import scaleapi
from scaleapi.tasks import TaskStatus

client = scaleapi.ScaleClient()
print(client.batch_status("street-objects-1"))

for task in client.get_tasks(project_name="street-objects", status=TaskStatus.Completed):
    for box in task.response["annotations"]:
        print(task.metadata["file"], box["label"], box["left"], box["top"], box["width"], box["height"])
