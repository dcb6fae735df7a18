"""What a server has to do for the official client, line by line (wire/clients §4), and some more facts of the wire.

The functions of ``w`` are the checks; each stands alone and makes what it needs.
"""

import http.client
import io
import json
import time
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta

from scenario import BOX, png, raises

from scaleapi import TaskType
from scaleapi.exceptions import (
    ScaleDuplicateResource,
    ScaleInvalidRequest,
    ScaleResourceNotFound,
    ScaleUnauthorized,
)


def raw(w, method, path, body=None, content_type="application/json", key=None):
    """One request without a client: status, content type, body text."""
    split = urllib.parse.urlsplit(w.base)
    connection = http.client.HTTPConnection(split.netloc, timeout=60)
    try:
        headers = {"content-type": content_type, "authorization": f"Bearer {key or w.key}"}
        connection.request(method, f"{split.path}{path}", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.headers.get_content_type(), answer.read().decode()
    finally:
        connection.close()


def categorize(w, **more):
    """A task of the simplest type."""
    return w.client.create_task(
        TaskType.Categorization,
        **{
            "instruction": "Public or private?",
            "attachment_type": "website",
            "attachment": "https://www.example.org/",
            "categories": ["public", "private"],
            **more,
        },
    )


def project(w, name):
    """A categorization project of this check."""
    return w.client.create_project(f"{w.prefix}-{name}", TaskType.Categorization).name


def studio(w, name):
    """A live Studio project with one labeler on it: its name, and the labeler's address."""
    made = w.live.create_project(f"{w.prefix}-{name}", TaskType.Categorization, studio=True).name
    labeler = next(one.email for one in w.live.list_teammates() if one.role == "labeler")
    w.live.add_studio_assignments([labeler], [made])
    return made, labeler


def line_01_unknown_key_gets_401(w):
    error = raises(ScaleUnauthorized, w.stranger.batches, limit=1)
    assert error.code == 401


def line_02_missing_project_404_then_created_then_409(w):
    name = f"{w.prefix}-02"
    assert raises(ScaleResourceNotFound, w.client.get_project, name).code == 404
    assert w.client.create_project(name, TaskType.Categorization).name == name
    assert w.client.get_project(name).name == name
    assert raises(ScaleDuplicateResource, w.client.create_project, name, TaskType.Categorization).code == 409


def line_03_second_task_with_unique_id_gets_409_with_first_id_in_parentheses(w):
    unique_id = f"{w.prefix}-03"
    first = categorize(w, unique_id=unique_id)
    error = raises(ScaleDuplicateResource, categorize, w, unique_id=unique_id)
    assert (
        error.message == f'The unique_id ("{unique_id}") is already used for a different task ({first.id}).'
    )


def line_04_unique_id_changes_and_disappears(w):
    task = categorize(w, unique_id=f"{w.prefix}-04a")
    task.update_unique_id(f"{w.prefix}-04b")
    task.refresh()
    assert task.unique_id == f"{w.prefix}-04b"
    task.clear_unique_id()
    task.refresh()
    assert "unique_id" not in task.as_dict()
    assert categorize(w, unique_id=f"{w.prefix}-04b").id != task.id


def line_05_metadata_is_empty_at_first_and_persists(w):
    task = categorize(w)
    assert task.metadata == {}
    assert not hasattr(task, "tags")
    assert w.client.set_task_metadata(task.id, {"myKey": "myValue"}).metadata == {"myKey": "myValue"}
    task.refresh()
    assert task.metadata == {"myKey": "myValue"}


def line_06_tags_keep_their_order(w):
    for first in (w.client.set_task_tags, w.client.add_task_tags):
        task = categorize(w)
        assert first(task.id, ["tag1", "tag2", "tag3"]).tags == ["tag1", "tag2", "tag3"]
        assert w.client.delete_task_tags(task.id, ["tag1", "tag2"]).tags == ["tag3"]
        task.refresh()
        assert task.tags == ["tag3"]


def line_07_test_tasks_are_completed_at_once_and_cannot_be_canceled(w):
    task = categorize(w, callback_url="http://127.0.0.1:9/nobody", metadata={"row": 7})
    assert task.status == "completed"
    assert task.response == {"category": "public"}
    again = w.client.get_task(task.id)
    for name in ("callback_url", "instruction", "params", "metadata", "type", "created_at"):
        assert getattr(again, name) == getattr(task, name), name
    assert raises(ScaleInvalidRequest, task.cancel).code == 400


def line_08_missing_parameters_get_400_that_names_them(w):
    wanted = {
        "attachment": "https://example.org/1.png",
        "geometries": {"box": {"objects_to_annotate": ["a"]}},
    }
    for missing in wanted:
        given = {name: value for name, value in wanted.items() if name != missing}
        error = raises(ScaleInvalidRequest, w.client.create_task, TaskType.ImageAnnotation, **given)
        assert missing in error.message
    for missing in ("attachment", "categories"):
        error = raises(ScaleInvalidRequest, categorize, w, **{missing: None})
        assert missing in error.message
    for kind in TaskType:
        assert raises(ScaleInvalidRequest, w.client.create_task, kind).code == 400, kind


def line_09_unknown_task_gets_404_with_the_exact_text(w):
    error = raises(ScaleResourceNotFound, w.client.get_task, "fake_id_qwertyuiop")
    assert error.message == "Task with that ID not found."
    status, kind, body = raw(w, "GET", "/task/fake_id_qwertyuiop")
    assert (status, kind) == (404, "application/json")
    assert json.loads(body) == {"status_code": 404, "error": "Task with that ID not found."}


def line_10_newest_tasks_first_and_empty_windows(w):
    made = [categorize(w).id for _ in range(4)]
    assert [task.id for task in w.client.tasks(limit=3)] == made[:0:-1]
    long_ago = datetime(1999, 12, 31, tzinfo=UTC)
    window = {"start_time": long_ago.isoformat(), "end_time": (long_ago + timedelta(days=1)).isoformat()}
    empty = w.client.tasks(**window)
    assert (list(empty), empty.total, empty.has_more) == ([], 0, False)


def line_11_totals_batch_filter_and_tokens(w):
    name = project(w, "11")
    batch = w.client.create_batch(name, f"{name}-batch").name
    made = [categorize(w, batch=batch).id for _ in range(5)] + [categorize(w, project=name).id]
    assert w.client.tasks(project=name).total == w.client.tasks(project=name, limit=1).total == 6
    assert w.client.get_tasks_count(batch_name=batch) == 5
    walked, token = [], None
    while True:
        page = w.client.tasks(batch=batch, limit=1, **({"next_token": token} if token else {}))
        walked += [task.id for task in page]
        token = page.next_token
        if not page.has_more:
            break
        assert token
    assert walked == made[4::-1]


def line_12_test_batches_are_in_progress_and_finalize_is_harmless(w):
    name = project(w, "12")
    batch = w.client.create_batch(name, f"{name}-batch", metadata={"k": "v"})
    assert (batch.status, batch.metadata) == ("in_progress", {"k": "v"})
    for _ in range(3):
        batch.finalize()
    assert w.client.batch_status(batch.name)["status"] == w.client.get_batch(batch.name).status


def line_13_total_docs_is_the_number_of_batches_that_offsets_reach(w):
    name = project(w, "13")
    for n in range(5):
        w.client.create_batch(name, f"{name}-{n}")
    total = w.client.batches(project=name, limit=1).total
    reached = {w.client.batches(project=name, limit=1, offset=n)[0].name for n in range(total)}
    assert (total, len(reached)) == (5, 5)
    assert len(list(w.client.get_batches(project_name=name))) == 5


def line_14_upload_and_import_return_id_and_attachment_url(w):
    name = project(w, "14")
    picture = io.BytesIO(png(8, 6))
    picture.name = "tiny.png"
    uploaded = w.client.upload_file(file=picture, project_name=name, metadata=json.dumps({"a": 1}))
    imported = w.client.import_file(w.picture, project_name=name)
    for made in (uploaded, imported):
        assert made.id
        assert made.attachment_url.startswith("scaledata://")
        task = categorize(w, project=name, attachment=made.attachment_url, attachment_type="image")
        assert task.params["attachment"] == made.attachment_url


def line_15_the_team_is_not_empty(w):
    for client in (w.live, w.test):
        team = client.list_teammates()
        assert team
        assert all("@" in one.email and one.role for one in team)


def line_16_empty_bodies_with_a_json_content_type_are_accepted(w):
    name = project(w, "16")
    batch = w.client.create_batch(name, f"{name}-batch").name
    task = w.live.create_task(
        TaskType.Categorization,
        attachment="https://example.org/",
        attachment_type="website",
        categories=["a", "b"],
        metadata={"a": 1},
        tags=["x"],
    )
    assert w.client.finalize_batch(batch).name == batch
    # The official client sends no body at all for an empty dict or list.
    assert w.live.set_task_metadata(task.id, {}).metadata == {}
    assert not hasattr(w.live.set_task_tags(task.id, []), "tags")
    assert w.client.set_batch_metadata(batch, {}).metadata == {}
    assert isinstance(w.live.reset_studio_batches_priorities(), list)
    assert w.live.cancel_task(task.id).status == "canceled"
    paths = [f"/task/{task.id}/{verb}" for verb in ("cancel", "setMetadata", "tags")]
    for path in (*paths, "/studio/batches/reset_priorities"):
        assert raw(w, "POST", path, key=w.live_key)[0] == 200, path
    for path in (f"/batches/{batch}/finalize", f"/batches/{batch}/setMetadata"):
        assert raw(w, "POST", path)[0] == 200, path


def line_17_capital_booleans_and_unknown_parameters(w):
    name = project(w, "17")
    categorize(w, project=name)
    (found,) = w.client.get_tasks(project_name=name, include_attachment_url=True, limited_response=True)
    assert "params" not in found.as_dict()
    file = w.client.import_file(w.picture, project_name=name)
    categorize(w, project=name, attachment=file.attachment_url, attachment_type="image", tags=["file"])
    (found,) = w.client.tasks(project=name, tags=["file"], include_attachment_url=True)
    assert [one["attachmentURL"] for one in found.attachmentS3Downloads] == [file.attachment_url]
    with urllib.request.urlopen(found.attachmentS3Downloads[0]["s3URL"]) as answer:
        assert answer.read().startswith(b"\x89PNG")
    status, _, body = raw(w, "GET", f"/tasks?limit=1&project={name}&project_id=1&nonsense=%5B")
    assert (status, json.loads(body)["total"]) == (200, 2)
    status, _, body = raw(w, "GET", f"/tasks?project={name}&limited_response=FALSE&callback_url&status=")
    assert (status, json.loads(body)["total"]) == (200, 2)


def line_18_names_with_slashes_blanks_and_unicode(w):
    for name in (f"{w.prefix} 18/a b", f"{w.prefix} 18 Straßenschäden 道路", f"{w.prefix}-18 50%2F+&?#"):
        w.client.create_project(name, TaskType.Categorization)
        assert w.client.get_project(name).name == name
        assert w.client.update_project(name, instruction="Look.").version == 1
        batch = w.client.create_batch(name, f"{name} batch").name
        assert w.client.get_batch(batch).project == name
        assert "status" in w.client.batch_status(batch)
        task = categorize(w, batch=batch)
        assert [one.id for one in w.client.get_tasks(project_name=name, batch_name=batch)] == [task.id]
    name, labeler = studio(w, "18/a b/studio")
    for group in ("night/shift", "Nacht schicht 50%2F"):
        w.live.create_project_group(name, [labeler], group)
        assert w.live.update_project_group(name, group, [], [labeler]).numWorkers == 0
    batch = w.live.create_batch(name, f"{name} batch").name
    assert w.live.assign_studio_batches(batch, [labeler]).name == batch
    w.live.finalize_batch(batch)


def line_19_audit_answers_200_without_json(w):
    task = categorize(w)
    body = json.dumps({"accepted": False, "comments": "Look again"})
    assert raw(w, "POST", f"/task/{task.id}/audit", body) == (200, "text/plain", "OK")
    assert task.audit(accepted=True, comments="Fine now") is None
    task.refresh()
    assert task.customer_review_status == "accepted"
    assert task.customer_review_comments == ["Look again", "Fine now"]


def line_20_everything_the_client_reads_is_there(w):
    name = project(w, "20")
    batch = w.client.create_batch(name, f"{name}-batch").name
    categorize(w, batch=batch)
    tasks = w.client.api.get_request("tasks", {"project": name})
    assert {"docs", "total", "limit", "offset", "has_more"} <= tasks.keys()
    assert "task_id" in tasks["docs"][0]
    batches = w.client.api.get_request("batches", {"project": name})
    assert {"docs", "totalDocs", "limit", "offset", "has_more"} <= batches.keys()
    assert {"name", "status", "project", "created_at", "metadata"} <= batches["docs"][0].keys()
    (shown,) = [one for one in w.client.api.get_request("projects") if one["name"] == name]
    assert {"name", "type", "param_history"} <= shown.keys()
    assert all("version" in one for one in shown["param_history"])
    assert "status" in w.client.api.get_request(f"batches/{batch}/status")


def line_20_everything_the_client_reads_of_files_templates_and_teams_is_there(w):
    file = w.client.import_file(w.picture).as_dict()
    assert {"id", "attachment_url"} <= file.keys()
    name = f"{w.prefix}-20 template"
    w.client.create_project(name, TaskType.TextCollection, {"instruction": "Answer {{question}}"})
    template = w.client.get_project_template(name).as_dict()
    assert {"id", "version", "created_at", "updated_at", "template_variables"} <= template.keys()
    team = w.live.api.get_request("teams")
    assert all({"email", "role"} <= one.keys() for one in team)


def line_20_everything_the_client_reads_of_quality_tasks_is_there(w):
    name = f"{w.prefix}-20 quality"
    w.live.create_project(name, TaskType.ImageAnnotation, {"geometries": BOX}, rapid=True)
    given = {"project": name, "attachment": w.picture, "expected_response": {"annotations": []}}
    for path in ("evaluation_tasks", "training_tasks"):
        made = w.live.api.post_request(f"{path}/imageannotation", given)
        assert {"id", "expected_response"} <= made.keys()
        assert made["expected_response"]["annotations"] == []


def line_20_everything_the_client_reads_of_studio_is_there(w):
    name, labeler = studio(w, "20 studio")
    batch = w.live.create_batch(name, f"{name} batch").name
    made = w.live.create_project_group(name, [labeler], "night").as_dict()
    assert {"id", "name", "numWorkers", "isSingleton"} <= made.keys()
    pending = w.live.api.get_request("studio/batches")
    shown = next(one for one in pending if one["name"] == batch)
    wanted = {"id", "name", "projectId", "projectName", "batchType", "total", "completed", "groups"}
    assert wanted <= shown.keys()


def times_are_utc_with_milliseconds(w):
    before = time.time()
    task = categorize(w)
    created = datetime.strptime(task.created_at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    assert len(task.created_at) == len("2024-05-02T09:14:07.381Z")
    assert before - 1 < created.timestamp() < time.time() + 1
    # Programs read an id's first eight hex digits as its creation time (wire/requests §3).
    assert abs(int(task.id[:8], 16) - created.timestamp()) <= 1


def dates_of_every_spelling_filter_tasks(w):
    name = project(w, "dates")
    task = categorize(w, project=name)
    created = datetime.fromisoformat(task.created_at.removesuffix("Z"))
    for text in (
        created.isoformat(),
        str(created),
        task.created_at,
        created.strftime("%Y-%m-%d"),
        (created + timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M:%S.%f+05:00"),
    ):
        assert w.client.tasks(project=name, start_time=text).total == 1, text
    later = str(created + timedelta(milliseconds=1))
    assert w.client.tasks(project=name, start_time=later).total == 0
    assert w.client.tasks(project=name, end_time=task.created_at).total == 1, "bounds are inclusive"


def several_values_of_a_filter_in_every_spelling(w):
    name = project(w, "lists")
    a, b = categorize(w, project=name, tags=["x"]), categorize(w, project=name, tags=["y", "z"])
    a.audit(accepted=True)
    b.audit(accepted=False)
    assert w.client.get_tasks_count(project_name=name, tags=["x", "y"]) == 2
    status, _, body = raw(w, "GET", f"/tasks?project={name}&customer_review_status=accepted%2Crejected")
    assert (status, json.loads(body)["total"]) == (200, 2)
    status, _, body = raw(w, "GET", f"/tasks?project={name}&tags[]=z&tags[]=q")
    assert (status, json.loads(body)["total"]) == (200, 1)


def forms_are_read_like_json(w):
    name = project(w, "form")
    form = (
        f"project={name}&instruction=Which%3F&attachment_type=website&attachment=https%3A%2F%2Fexample.org%2F"
        "&categories=a&categories=b&metadata[row]=7"
    )
    status, _, body = raw(w, "POST", "/task/categorization", form, "application/x-www-form-urlencoded")
    assert status == 200, body
    assert json.loads(body)["params"]["categories"] == ["a", "b"]
    indexed = form.replace("categories=a&categories=b", "categories[0]=a&categories[1]=b")
    status, _, body = raw(w, "POST", "/task/categorization", indexed, "application/x-www-form-urlencoded")
    assert status == 200, body
    assert json.loads(body)["params"]["categories"] == ["a", "b"]


def an_idempotency_key_creates_once(w):
    split = urllib.parse.urlsplit(w.base)
    body = {"attachment_type": "text", "attachment": "a", "categories": ["a"], "instruction": "i"}
    headers = {"authorization": f"Bearer {w.key}", "idempotency-key": f"{w.prefix}-once"}
    answers = []
    for _ in range(2):
        connection = http.client.HTTPConnection(split.netloc, timeout=60)
        connection.request("POST", f"{split.path}/task/categorization", json.dumps(body), headers)
        answer = connection.getresponse()
        answers.append((answer.status, json.loads(answer.read())))
        connection.close()
    assert [status for status, _ in answers] == [200, 409]
    assert answers[0][1]["task_id"] in answers[1][1]["error"]
