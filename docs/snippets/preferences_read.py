"""Read a delivery: which model won each turn, and why."""

import json
from collections import Counter
from typing import Any

import scaleapi
from scaleapi.api_client.v2 import Option

client = scaleapi.ScaleClient()

wins: Counter[str] = Counter()
token = None
while True:
    page = client.v2.get_delivery(
        delivery_name="first", project_name="tides", next_token=token, opts=[Option.ANNOTATION_DETAILS]
    )
    for task in page.tasks:
        for thread in task.threads or []:
            for turn in thread.turns:
                answers = [one.actual_instance for one in turn.annotations]
                said: dict[str, Any] = {one.key: one.value for one in answers if one is not None}
                wins[said["ranking"][0]] += 1
                print((task.metadata or {})["prompt"], said["ranking"], said.get("justification"))
    token = page.next_token
    if token is None:
        break
print(dict(wins))

# The same answers as they are delivered to programs, and the schema that they follow.
docs = client.v2.get_delivery_tasks(project_name="tides").docs
schema = client.v2.get_schema(docs[0].response_schema_id or "").var_schema
print(len(docs), "answers,", json.loads(schema.var_json or "{}")["$ref"])
