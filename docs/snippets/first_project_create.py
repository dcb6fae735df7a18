"""Create a project, a batch, and one task for each picture named on the command line."""

import sys
from contextlib import suppress
from pathlib import Path

import scaleapi
from scaleapi.exceptions import ScaleDuplicateResource
from scaleapi.tasks import TaskType

# The key and the address come from SCALE_API_KEY and SCALE_API_INSTANCE_URL.
client = scaleapi.ScaleClient()

# What an earlier run has made stays as it is.
with suppress(ScaleDuplicateResource):
    client.create_project(
        project_name="street-objects",
        task_type=TaskType.ImageAnnotation,
        params={
            "instruction": "Draw a tight box around every car and every person.",
            "geometries": {
                "box": {"objects_to_annotate": ["car", "person"], "min_width": 4, "min_height": 4}
            },
        },
    )
with suppress(ScaleDuplicateResource):
    client.create_batch("street-objects", "street-objects-1")

for name in sys.argv[1:]:
    picture = Path(name)
    with picture.open("rb") as opened:
        file = client.upload_file(opened, project_name="street-objects")
    try:
        task = client.create_task(
            TaskType.ImageAnnotation,
            project="street-objects",
            batch="street-objects-1",
            attachment=file.attachment_url,
            unique_id=f"street-objects/{picture.name}",
            metadata={"file": picture.name},
        )
    except ScaleDuplicateResource as error:
        print(error)
    else:
        print(task.id, task.status, picture.name)
