"""Create a project of conversations, a batch, and one conversation for each prompt."""

import scaleapi
from scaleapi.api_client.v2 import BatchOperationRequest, CreateBatchRequest, CreateChatTaskRequest
from scaleapi.tasks import TaskType

# The key and the address come from SCALE_API_KEY and SCALE_API_INSTANCE_URL.
client = scaleapi.ScaleClient()

client.create_project(
    project_name="tides",
    task_type=TaskType.Chat,
    params={
        "instruction": "Ask the question. Put the better answer first, and say why.",
        "template_variables": {"prompt": {"type": "string"}},
        "genai_types": ["RLHF: Pref Ranking"],
        "models": [{"id": "model-a"}, {"id": "model-b"}],
        "responses_per_turn": 2,
        "max_turns": 3,
        "turn_fields": [{"type": "text", "field_id": "justification", "title": "Why?"}],
    },
)

batch = client.v2.create_batch(
    create_batch_request=CreateBatchRequest(name="tides-1", project_name="tides", staging_batch=True)
)
for prompt in ("Explain tides to a child.", "Why are there two tides a day?"):
    task = client.v2.create_chat_task(
        create_chat_task_request=CreateChatTaskRequest(
            project_name="tides",
            batch_id=batch.id,
            template_variables={"prompt": prompt},
            metadata={"prompt": prompt},
        )
    )
    print(task.task_id, task.status.value, prompt)

released = client.v2.finalize_batch(batch_operation_request=BatchOperationRequest(batch_id=batch.id))
print(released.name, released.status.value)
