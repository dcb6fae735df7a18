"""Create a task for every text, side by side; wait until all are done; read them as a table."""

import scaleapi

client = scaleapi.ScaleClient()
texts = ["The box office opens at nine.", "When does the box office open?", "Nine!"]

wanted = (
    {
        "attachment_type": "text",
        "attachment": text,
        "categories": ["question", "statement"],
        "unique_id": f"bulk/{number}",
    }
    for number, text in enumerate(texts)
)
made: list[scaleapi.Task] = []
for outcome in client.create_tasks(wanted, "categorization", concurrency=32):
    if outcome.error is None:
        made.append(outcome.unwrap())
    else:
        print("not created:", outcome.item["unique_id"], outcome.error)

for task in client.wait_for(made, timeout=60):
    print(task.unique_id, task.status)
