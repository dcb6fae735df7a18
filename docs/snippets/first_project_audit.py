"""Accept every answer that has a box; reject the others and say why."""

import scaleapi
from scaleapi.tasks import TaskStatus

client = scaleapi.ScaleClient()

for task in client.get_tasks(project_name="street-objects", status=TaskStatus.Completed):
    if task.response["annotations"]:
        task.audit(accepted=True)
    else:
        task.audit(accepted=False, comments="Is there really nothing in this picture?")
    print(task.metadata["file"], task.customer_review_status)
