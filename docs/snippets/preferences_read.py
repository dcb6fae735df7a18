"""Read a delivery: which model won each turn, and why."""

import json
from collections import Counter

import scaleapi

client = scaleapi.ScaleClient()

wins: Counter[str] = Counter()
token = None
while True:
    page = client.v2.get_delivery(
        delivery_name="first", project_name="tides", next_token=token, opts=["annotation_details"]
    )
    for task in page.tasks:
        for thread in task.threads or []:
            for turn in thread.turns:
                said = {one.actual_instance.key: one.actual_instance.value for one in turn.annotations}
                wins[said["preference"][0]] += 1
                print(task.metadata["prompt"], said["preference"], said.get("justification"))
    token = page.next_token
    if token is None:
        break
print(dict(wins))

# The same answers as they are delivered to programs, and the schema that they follow.
docs = client.v2.get_delivery_tasks(project_name="tides").docs
schema = client.v2.get_schema(docs[0].response_schema_id).var_schema
print(len(docs), "answers,", json.loads(schema.var_json)["$ref"])
