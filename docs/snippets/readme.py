import scaleapi
from scaleapi.tasks import TaskType

client = scaleapi.ScaleClient()  # reads SCALE_API_KEY and SCALE_API_INSTANCE_URL
picture = next(client.get_tasks(project_name="demo-boxes")).params["attachment"]
task = client.create_task(TaskType.Categorization, project="demo-kinds", attachment=picture)
print(task.id, task.status)  # pending, until somebody answers in the web app

for task in client.get_tasks(project_name="demo-kinds"):
    print(task.id, task.status)
