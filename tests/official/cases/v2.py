"""Every operation of V2 in its three styles, with the 2.18.4 release."""

import json
from datetime import datetime, timezone

from declare import case, raises
from pydantic import ValidationError

from scaleapi.api_client.v2 import (
    ApiException,
    BatchOperationRequest,
    BatchStatus,
    CreateBatchRequest,
    CreateChatTaskRequest,
    ExpandableEnumBatch,
    ExpandableEnumDatasetsDeliveries,
    ExpandableEnumDatasetTask,
    ExpandableEnumDeliveries,
    ExpandableEnumDelivery,
    ExpandableEnumTask,
    Option,
    SetBatchMetadataRequest,
    SetTaskMetadataRequest,
    TaskStatus,
)
from scaleapi.api_client.v2.exceptions import (
    BadRequestException,
    ConflictException,
    NotFoundException,
    UnauthorizedException,
)

LONG_AGO = datetime(2025, 1, 2, 3, 4, 5, 678, timezone.utc)  # noqa: UP017  # the official interpreter's own
NOBODY = "0" * 24


def styles(name):
    """The surface's names of an operation."""
    return [f"V2Api.{name}{ending}" for ending in ("", "_with_http_info", "_without_preload_content")]


def thrice(w, name, given):
    """Calls an operation in each style; ``given`` makes the arguments of each call. Returns the first result."""
    plain = w.call(w.test.v2, name, **given())
    informed = w.call(w.test.v2, f"{name}_with_http_info", **given())
    assert (informed.status_code, type(informed.data)) == (200, type(plain))
    assert informed.headers["content-type"].startswith("application/json")
    assert json.loads(informed.raw_data)
    raw = w.call(w.test.v2, f"{name}_without_preload_content", **given())
    assert (raw.status, type(plain).from_dict(json.loads(raw.data)).to_json()[:1]) == (200, "{")
    return plain


def same(w, name, **given):
    """`thrice` with the same arguments each time."""
    return thrice(w, name, lambda: given)


def batches(w, **more):
    """Makes the bodies of operations, each on a batch of its own."""
    numbers = iter(range(100))

    def given():
        name = f"{w.name} {next(numbers)}"
        made = w.test.v2.create_batch(CreateBatchRequest(name=name, project_name=w.given["project"], **more))
        return {"batch_operation_request": BatchOperationRequest(batch_id=made.id)}

    return given


@case(*styles("create_batch"))
def create_batch(w):
    numbers = iter(range(100))

    def given():
        body = {
            "name": f"{w.name} {next(numbers)}",
            "project_name": w.given["project"],
            "metadata": {"a": None},
        }
        return {"create_batch_request": CreateBatchRequest(**body, staging_batch=True)}

    made = thrice(w, "create_batch", given)
    assert (made.status, made.metadata, made.name) == (BatchStatus.STAGING, {"a": None}, f"{w.name} 0")
    again = CreateBatchRequest(name=made.name, project_name=w.given["project"])
    error = raises(ConflictException, w.call, w.test.v2, "create_batch", create_batch_request=again)
    assert (error.status, json.loads(error.body)["status_code"]) == (409, 409)
    w.call(
        w.test.v2, "create_batch", {"name": f"{w.name} as a dictionary", "project_id": w.given["project_id"]}
    )
    raises(ValidationError, w.call, w.test.v2, "create_batch", project="p")


@case(*styles("finalize_batch"))
def finalize_batch(w):
    made = thrice(w, "finalize_batch", batches(w, staging_batch=True))
    assert made.status in {BatchStatus.IN_PROGRESS, BatchStatus.COMPLETED}
    given = {"batch_operation_request": BatchOperationRequest(batch_id=made.id)}
    assert raises(BadRequestException, w.call, w.test.v2, "finalize_batch", **given).status == 400


@case(*styles("cancel_batch"))
def cancel_batch(w):
    made = thrice(w, "cancel_batch", batches(w))
    assert made.batch.status == BatchStatus.CANCELLED
    assert made.message
    given = {"batch_operation_request": BatchOperationRequest(batch_id=made.batch.id)}
    raises(BadRequestException, w.call, w.test.v2, "resume_batch", **given)


@case(*styles("pause_batch"))
def pause_batch(w):
    assert thrice(w, "pause_batch", batches(w)).batch.status == BatchStatus.IN_PROGRESS


@case(*styles("resume_batch"))
def resume_batch(w):
    numbers = iter(range(100))

    def given():
        name = f"{w.name} {next(numbers)}"
        made = w.live.v2.create_batch(CreateBatchRequest(name=name, project_name=w.given["project"]))
        w.live.v2.create_chat_task(
            CreateChatTaskRequest(
                project_name=w.given["project"], batch_id=made.id, template_variables={"prompt": "?"}
            )
        )
        body = BatchOperationRequest(batch_name=made.name)
        paused = w.live.v2.pause_batch(body)
        assert paused.batch.status == BatchStatus.PAUSED
        return {"batch_operation_request": body}

    for ending in ("", "_with_http_info", "_without_preload_content"):
        found = w.call(w.live.v2, f"resume_batch{ending}", **given())
    assert json.loads(found.data)["batch"]["status"] == "in_progress"


@case(*styles("set_batch_metadata"))
def set_batch_metadata(w):
    body = SetBatchMetadataRequest(batch_name=w.given["batch"], metadata={"site": {"n": 1}}, merge=True)
    assert same(w, "set_batch_metadata", set_batch_metadata_request=body).metadata["site"] == {"n": 1}


@case(*styles("get_batch"))
def get_batch(w):
    found = same(w, "get_batch", batch_name=w.given["batch"], expand=[ExpandableEnumBatch.PROJECT])
    assert found.project.actual_instance.name == w.given["project"]
    assert w.call(w.test.v2, "get_batch", found.id).project.actual_instance == w.given["project_id"]
    raises(NotFoundException, w.call, w.test.v2, "get_batch", batch_id=NOBODY)
    raises(BadRequestException, w.call, w.test.v2, "get_batch")


@case(*styles("get_batches"))
def get_batches(w):
    given = {
        "project_name": w.given["project"],
        "created_after": LONG_AGO,
        "created_before": "2100-01-01T00:00:00Z",
    }
    assert same(w, "get_batches", **given, limit=100, expand=[ExpandableEnumBatch.PROJECT]).batches
    first = w.call(
        w.test.v2, "get_batches", project_id=w.given["project_id"], limit=1, status=BatchStatus.COMPLETED
    )
    assert len(first.batches) <= 1


@case(*styles("create_chat_task"))
def create_chat_task(w):
    body = {
        "project_name": w.given["project"],
        "template_variables": {"prompt": "Why?"},
        "metadata": {"origin": None, "n": 1},
    }
    made = same(w, "create_chat_task", create_chat_task_request=CreateChatTaskRequest(**body))
    assert (made.status, made.metadata) == (TaskStatus.COMPLETED, {"origin": None, "n": 1})
    pending = w.call(w.live.v2, "create_chat_task", CreateChatTaskRequest(**body))
    assert (pending.status, pending.threads) == (TaskStatus.PENDING, [])
    raises(BadRequestException, w.call, w.test.v2, "create_chat_task", CreateChatTaskRequest())


@case(*styles("set_task_metadata"))
def set_task_metadata(w):
    body = SetTaskMetadataRequest(task_id=w.given["tasks"][0], metadata={"by": "case"}, merge=True)
    assert same(w, "set_task_metadata", set_task_metadata_request=body).metadata["by"] == "case"


@case(*styles("get_task"))
def get_task(w):
    options = {"expand": [ExpandableEnumTask.PROJECT, ExpandableEnumTask.BATCH]}
    details = [Option.ANNOTATION_DETAILS, Option.MODEL_PARAMETERS, Option.SUBMISSIONS]
    found = same(w, "get_task", task_id=w.given["tasks"][0], **options, opts=details)
    assert found.project.actual_instance.name == w.given["project"]
    assert found.threads[0].turns[0].messages
    assert found.to_dict()["task_id"] == w.given["tasks"][0]
    error = raises(NotFoundException, w.call, w.test.v2, "get_task", NOBODY)
    assert (error.status, error.reason, error.data) == (404, "Not Found", None)
    assert json.loads(error.body)["status_code"] == 404
    raw = w.call(w.test.v2, "get_task_without_preload_content", NOBODY)
    assert (raw.status, json.loads(raw.data)["status_code"]) == (404, 404)
    raises(UnauthorizedException, w.call, w.stranger.v2, "get_task", NOBODY)


@case(*styles("get_tasks"))
def get_tasks(w):
    given = {"project_name": w.given["project"], "status": TaskStatus.COMPLETED, "completed_after": LONG_AGO}
    assert (
        len(same(w, "get_tasks", **given, completed_before="2100-01-01", opts=[Option.SUBMISSIONS]).tasks) > 1
    )
    seen, token = [], None
    while True:
        page = w.call(w.test.v2, "get_tasks", batch_name=w.given["batch"], limit=1, next_token=token)
        seen += [one.task_id for one in page.tasks]
        token = page.next_token
        if token is None:
            break
    assert sorted(seen) == sorted(w.given["tasks"])
    for wrong in ({"limit": 0}, {"limit": 101}, {"limit": "5"}, {"status": "odd"}, {"expand": ["delivery"]}):
        raises(ValidationError, w.call, w.test.v2, "get_tasks", project_name=w.given["project"], **wrong)
    raises(BadRequestException, w.call, w.test.v2, "get_tasks")
    raises(
        BadRequestException,
        w.call,
        w.test.v2,
        "get_tasks",
        project_name=w.given["project"],
        next_token="odd/1",
    )


@case("ScaleClient.v2_get_tasks")
def v2_get_tasks(w):
    found = w.call(
        w.test, "v2_get_tasks", project_name=w.given["project"], batch_name=w.given["batch"], limit=1
    )
    assert sorted(one.task_id for one in found) == sorted(w.given["tasks"])


@case(*styles("get_project"))
def get_project(w):
    assert same(w, "get_project", project_name=w.given["project"]).id == w.given["project_id"]
    assert w.call(w.test.v2, "get_project", w.given["project_id"]).name == w.given["project"]
    raises(NotFoundException, w.call, w.test.v2, "get_project", project_name=f"{w.name} nobody's")


@case(*styles("get_projects"))
def get_projects(w):
    found = same(w, "get_projects", created_after=LONG_AGO, created_before="2100-01-01").projects
    assert w.given["project"] in {one.name for one in found}


@case(*styles("get_annotation"))
def get_annotation(w):
    (task,) = (w.test.v2.get_task(one) for one in w.given["tasks"][:1])
    first = task.threads[0].turns[0].annotations[0].actual_instance
    found = same(w, "get_annotation", annotation_id=first.id).actual_instance
    assert (type(found).__name__, found.key, found.value) == (type(first).__name__, first.key, first.value)
    raises(ApiException, w.call, w.test.v2, "get_annotation", NOBODY)


@case(*styles("get_deliveries"))
def get_deliveries(w):
    given = {
        "project_name": w.given["project"],
        "delivered_after": LONG_AGO,
        "delivered_before": "2100-01-01",
    }
    (found,) = same(w, "get_deliveries", **given, expand=[ExpandableEnumDeliveries.PROJECT]).deliveries
    assert (found.id, found.project.actual_instance.id) == (w.given["delivery_id"], w.given["project_id"])


@case(*styles("get_delivery"))
def get_delivery(w):
    expand = [ExpandableEnumDelivery.DELIVERY, ExpandableEnumDelivery.PROJECT, ExpandableEnumDelivery.BATCH]
    found = same(
        w, "get_delivery", delivery_id=w.given["delivery_id"], expand=expand, opts=[Option.SUBMISSIONS]
    )
    assert found.delivery.actual_instance.name == "first"
    given = {"delivery_name": "first", "project_name": w.given["project"], "limit": 1}
    page = w.call(w.test.v2, "get_delivery", **given)
    rest = w.call(w.test.v2, "get_delivery", **given, next_token=page.next_token)
    assert sorted(one.task_id for one in [*page.tasks, *rest.tasks]) == sorted(w.given["tasks"])


@case(*styles("get_delivery_tasks"))
def get_delivery_tasks(w):
    given = {"project_name": w.given["project"], "delivery_id": w.given["delivery_id"]}
    found = same(
        w, "get_delivery_tasks", **given, status=TaskStatus.COMPLETED, completed_after=LONG_AGO, limit=100
    )
    assert (found.total, len(found.docs)) == (2, 2)
    assert found.docs[0].response


@case(*styles("get_schema"))
def get_schema(w):
    doc = w.test.v2.get_delivery_tasks(
        project_name=w.given["project"], delivery_id=w.given["delivery_id"]
    ).docs[0]
    found = same(w, "get_schema", schema_id=doc.response_schema_id)
    assert json.loads(found.var_schema.var_json)
    assert raises(BadRequestException, w.call, w.test.v2, "get_schema", "short").data.status_code == 400
    assert raises(NotFoundException, w.call, w.test.v2, "get_schema", NOBODY).data.status_code == 404


@case(*styles("get_datasets"))
def get_datasets(w):
    assert [one.id for one in same(w, "get_datasets").datasets] == [w.given["dataset_id"]]


@case(*styles("get_dataset_deliveries"))
def get_dataset_deliveries(w):
    given = {
        "dataset_id": w.given["dataset_id"],
        "delivered_after": LONG_AGO,
        "delivered_before": "2100-01-01",
    }
    expand = [ExpandableEnumDatasetsDeliveries.DATASET]
    (found,) = same(w, "get_dataset_deliveries", **given, expand=expand).deliveries
    assert (found.dataset.actual_instance.id, found.metadata.task_count) == (w.given["dataset_id"], 3)


@case(*styles("get_dataset_delivery"))
def get_dataset_delivery(w):
    expand = [ExpandableEnumDatasetTask.DATASET, ExpandableEnumDatasetTask.DELIVERY]
    found = same(
        w, "get_dataset_delivery", delivery_id=w.given["dataset_delivery_id"], limit=2, expand=expand
    )
    rest = w.call(
        w.test.v2,
        "get_dataset_delivery",
        w.given["dataset_delivery_id"],
        limit=2,
        next_token=found.next_token,
    )
    assert (len(found.tasks), len(rest.tasks), rest.next_token) == (2, 1, None)


@case(*styles("get_dataset_task"))
def get_dataset_task(w):
    expand = [ExpandableEnumDatasetTask.DATASET, ExpandableEnumDatasetTask.DELIVERY]
    found = same(w, "get_dataset_task", task_id=w.given["file_task"], expand=expand)
    assert found.dataset.actual_instance.id == w.given["dataset_id"]


@case(*styles("get_dataset_tasks"))
def get_dataset_tasks(w):
    given = {
        "dataset_id": w.given["dataset_id"],
        "delivered_after": LONG_AGO,
        "delivered_before": "2100-01-01",
    }
    found = same(w, "get_dataset_tasks", **given, limit=100, expand=[ExpandableEnumDatasetTask.DELIVERY])
    assert w.given["file_task"] in {one.task_id for one in found.tasks}
    raises(BadRequestException, w.call, w.test.v2, "get_dataset_tasks")


@case(*styles("get_dataset_task_response_url"))
def get_dataset_task_response_url(w):
    given = {"task_id": w.given["file_task"], "attachment_id": w.given["file"]}
    raw = w.call(w.test.v2, "get_dataset_task_response_url_without_preload_content", **given)
    assert raw.data[:4] == b"\x89PNG"
    assert w.call(w.test.v2, "get_dataset_task_response_url_with_http_info", **given).raw_data == raw.data
    # The official client follows the redirect and gives nothing; ours gives the file.
    assert w.call(w.test.v2, "get_dataset_task_response_url", **given) in {None, raw.data}
    wrong = {**given, "attachment_id": "a/1"}
    raises(NotFoundException, w.call, w.test.v2, "get_dataset_task_response_url", **wrong)
