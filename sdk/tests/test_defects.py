"""One test per defect of the official client 2.18.4 that this package must not have, named after its number.

The numbers are those of the list of defects in the reference of the V1 API.
"""

from __future__ import annotations

import copy
import inspect
import pickle
import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest

import scaleapi
from scaleapi import (
    Batch,
    BatchStatus,
    EvaluationTask,
    File,
    Paginator,
    Project,
    ScaleClient,
    StudioBatchStatus,
    StudioProjectGroup,
    StudioWorker,
    Task,
    TaskReviewStatus,
    TaskStatus,
    TaskType,
    Teammate,
    TeammateRole,
)
from scaleapi.exceptions import (
    ExceptionMap,
    ScaleConnectionError,
    ScaleDecodeError,
    ScaleDuplicateResource,
    ScaleException,
    ScaleGatewayError,
    ScaleInternalError,
    ScaleInvalidRequest,
    ScaleTimeout,
)


def test_defect_01_connection_per_call(client, stub):
    for _ in range(5):
        client.projects()
    assert len({seen.port for seen in stub.requests}) == 1


def test_defect_02_no_timeout(connect, stub):
    client = connect(stub.url, timeout=0.05, max_retries=0)
    stub.fault(stub.HANG)
    with pytest.raises(ScaleTimeout) as caught:
        client.projects()
    assert isinstance(caught.value, TimeoutError)
    assert caught.value.code is None
    settings = ScaleClient("k").api._settings()
    assert (settings.connect_timeout, settings.read_timeout, settings.upload_timeout) == (5, 60, 300)


def test_defect_03_no_retries_over_http(client, stub):
    assert stub.url.startswith("http:")
    stub.fault(stub.refused(503, "busy"))
    assert client.projects() == []
    assert len(stub.requests) == 2


def test_defect_03_retries_over_https_too(connect, tls_stub, authority, tmp_path):
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    tls_stub.fault(tls_stub.refused(503, "busy"))
    assert connect(tls_stub.url, verify=str(bundle)).projects() == []
    assert len(tls_stub.requests) == 2


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_defect_04_verify_false_ignored(connect, tls_stub):
    with pytest.raises(ScaleConnectionError, match="certificate verify failed"):
        connect(tls_stub.url).projects()
    assert connect(tls_stub.url, verify=False).projects() == []


def test_defect_05_environment_bundle_beats_verify(connect, tls_stub, authority, tmp_path, monkeypatch):
    good, wrong = tmp_path / "good.pem", tmp_path / "wrong.pem"
    authority.cert_pem.write_to_path(good)
    type(authority)().cert_pem.write_to_path(wrong)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(wrong))
    assert connect(tls_stub.url, verify=str(good)).projects() == []
    with pytest.raises(ScaleConnectionError, match="certificate verify failed"):
        connect(tls_stub.url).projects()


@pytest.mark.parametrize(
    ("call", "arguments", "sent"),
    [
        ("set_task_metadata", ("{task}", {}), b"{}"),
        ("set_task_tags", ("{task}", []), b"[]"),
        ("set_batch_metadata", ("b", {}), b"{}"),
        ("update_project", ("p",), b"{}"),
    ],
)
def test_defect_06_empty_bodies_dropped(client, stub, call, arguments, sent):
    client.create_project("p", "comparison")
    client.create_batch("p", "b")
    task = client.create_task("comparison", project="p")
    getattr(client, call)(*(task.id if one == "{task}" else one for one in arguments))
    assert stub.requests[-1].body == sent


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.cancel_task("t"),
        lambda client: client.add_task_tags("t", ["a"]),
        lambda client: client.get_batch("task-force"),
        lambda client: client.clear_task_unique_id("t"),
    ],
)
def test_defect_07_409_without_body(client, stub, call):
    stub.fault(stub.refused(409, "taken"))
    with pytest.raises(ScaleDuplicateResource, match="taken"):
        call(client)


def test_defect_08_recovery_where_nothing_was_created(client, stub):
    stub.fault(stub.refused(500, "down"))
    stub.fault(stub.refused(409, "taken"))
    with pytest.raises(ScaleDuplicateResource):
        client.api.put_request("projects/my-task/x", body={"unique_id": "u"})
    assert [seen.method for seen in stub.requests] == ["PUT", "PUT"]


def test_defect_09_recovery_after_a_dropped_connection(client, stub):
    stub.fault(stub.DROP, act=True)
    task = client.create_task(TaskType.Comparison, unique_id="u", project="p")
    assert [one["task_id"] for one in stub.tasks] == [task.id]


def test_defect_10_recovery_when_a_later_attempt_was_the_lost_one(client, stub):
    stub.fault(stub.refused(429, "slow down"))
    stub.fault(stub.refused(503, "lost"), act=True)
    task = client.create_task(TaskType.Comparison, unique_id="u")
    assert [one["task_id"] for one in stub.tasks] == [task.id]
    assert [seen.method for seen in stub.requests] == ["POST", "POST", "POST", "GET"]


def test_defect_10_a_refusal_is_not_a_lost_answer(client, stub):
    client.create_task(TaskType.Comparison, unique_id="u")
    stub.fault(stub.refused(429, "slow down"))
    with pytest.raises(ScaleDuplicateResource):
        client.create_task(TaskType.Comparison, unique_id="u")


def test_defect_11_recovery_query_unquoted(client, stub):
    client.create_task("comparison", unique_id="a")
    stub.fault(stub.refused(500, "lost"), act=True)
    task = client.create_task("comparison", unique_id="a&b c")
    assert task.unique_id == "a&b c"
    assert stub.requests[-1].query == {"unique_id": ["a&b c"]}


def test_defect_12_recovery_drops_the_connection_settings(connect, tls_stub, authority, tmp_path):
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    client = connect(tls_stub.url, verify=bundle)
    tls_stub.fault(tls_stub.refused(500, "lost"), act=True)
    assert client.create_task("comparison", unique_id="u").unique_id == "u"
    assert len({seen.port for seen in tls_stub.requests}) == 1
    assert len({seen.headers["Authorization"] for seen in tls_stub.requests}) == 1


@pytest.mark.parametrize("found", [[], [{"task_id": "1", "type": "comparison", "unique_id": "other"}], None])
def test_defect_13_recovery_that_finds_nothing_raises_code_200(client, stub, found):
    stub.fault(stub.refused(500, "down"))
    stub.fault(stub.refused(409, "taken"))
    stub.fault(stub.Reply(200, {"docs": found}))
    with pytest.raises(ScaleDuplicateResource, match="taken") as caught:
        client.create_task("comparison", unique_id="u")
    assert (caught.value.code, caught.value.attempts) == (409, 2)


def test_defect_13_another_type_of_task_is_not_ours(client, stub):
    client.create_task("transcription", unique_id="u")
    stub.fault(stub.refused(500, "down"))
    with pytest.raises(ScaleDuplicateResource):
        client.create_task("comparison", unique_id="u")


def test_defect_13_failing_recovery_raises_the_conflict(client, stub):
    stub.fault(stub.refused(500, "down"))
    stub.fault(stub.refused(409, "taken"))
    stub.fault(stub.refused(404, "no such route"))
    with pytest.raises(ScaleDuplicateResource, match="taken") as caught:
        client.create_task("comparison", unique_id="u")
    assert "no such route" in caught.value.__notes__[0]


@pytest.mark.parametrize("status", [200, 201, 202])
def test_defect_14_only_200_is_success(client, stub, status):
    stub.fault(stub.Reply(status, []))
    assert client.projects() == []


def test_defect_14_204_where_no_result_is_promised(client, stub):
    stub.fault(stub.Reply(204))
    assert client.audit_task("t", True) is None


@pytest.mark.parametrize("body", [b"<html>maintenance</html>", b"", b'{"half":'])
def test_defect_15_broken_body_becomes_none(client, stub, body):
    stub.fault(stub.Reply(200, body, {"X-Request-Id": "r1"}))
    with pytest.raises(ScaleDecodeError) as caught:
        client.get_task("t")
    assert (caught.value.code, caught.value.request_id, caught.value.body) == (200, "r1", body.decode())


@pytest.mark.parametrize("body", [{"nothing": 1}, [1], "text", None, 3])
def test_defect_15_json_of_another_shape(client, stub, body):
    stub.fault(stub.Reply(200, body))
    with pytest.raises(ScaleDecodeError, match="not of the documented shape"):
        client.get_task("t")


@pytest.mark.parametrize(
    ("body", "message"),
    [(["a", "b"], '["a", "b"]'), ("text", '"text"'), ({"error": {"x": 1}}, '{"error": {"x": 1}}'), (3, "3")],
)
def test_defect_16_error_body_that_is_not_an_object(client, stub, body, message):
    stub.fault(stub.Reply(400, body))
    with pytest.raises(ScaleInvalidRequest) as caught:
        client.projects()
    assert (caught.value.message, caught.value.body) == (message, body)


def test_defect_17_every_failure_is_a_bare_exception(connect, stub):
    client = connect(stub.url, max_retries=0)
    stub.fault(stub.DROP)
    with pytest.raises(ScaleConnectionError) as caught:
        client.projects()
    assert isinstance(caught.value.message, str)
    assert caught.value.__cause__ is not None
    with pytest.raises(TypeError):
        client.get_task()


def test_defect_18_pauses_without_jitter(client, stub):
    for _ in range(3):
        stub.fault(stub.refused(500, "down"))
    client.projects()
    assert client.pauses == [1, 2, 4]
    client.api._random = lambda: 0.25
    stub.fault(stub.refused(500, "down"))
    client.projects()
    assert client.pauses[3:] == [0.25]


def test_defect_19_creates_repeated_blindly(client, stub):
    stub.fault(stub.refused(500, "lost"), act=True)
    with pytest.raises(ScaleInternalError) as caught:
        client.create_task("comparison", project="p")
    assert len(stub.tasks) == len(stub.requests) == 1
    assert "unique_id" in caught.value.__notes__[0]


def test_defect_19_put_is_not_retried(client, stub):
    task = client.create_task("comparison")
    stub.fault(stub.refused(500, "down"))
    assert client.add_task_tags(task.id, ["a"]).tags == ["a"]


def test_defect_19_an_idempotency_key_makes_a_create_repeatable(client, stub):
    stub.fault(stub.refused(500, "down"))
    client.create_task("comparison", idempotency_key="k-1", project="p")
    assert [seen.headers["Idempotency-Key"] for seen in stub.requests] == ["k-1", "k-1"]
    assert stub.requests[0].json == {"project": "p"}


def test_defect_20_a_misspelt_hook_to_override():
    assert not [name for name in dir(scaleapi.Api) if "respose" in name]


def test_defect_21_content_type_without_content(client, stub):
    task = client.create_task("comparison")
    client.projects()
    client.cancel_task(task.id)
    created, listed, canceled = stub.requests
    assert created.headers["Content-Type"] == "application/json"
    assert listed.headers["Content-Type"] is canceled.headers["Content-Type"] is None
    assert canceled.headers["Content-Length"] == "0"


def test_defect_22_key_only_in_code(monkeypatch):
    monkeypatch.setenv("SCALE_API_KEY", "live_env")
    assert ScaleClient().api.api_key == "live_env"


def test_defect_23_no_logging_and_no_request_id(client, stub, caplog):
    caplog.set_level("DEBUG", "scaleapi")
    stub.fault(stub.Reply(404, {"error": "gone"}, {"X-Request-Id": "r-77"}))
    with pytest.raises(ScaleException) as caught:
        client.get_task("t")
    assert caught.value.request_id == "r-77"
    assert "GET /task/t: 404" in caplog.text
    assert "r-77" in caplog.text


def test_defect_25_import_builds_models_nobody_asked_for():
    code = (
        "import sys, scaleapi; print([n for n in sys.modules if n.startswith(('pydantic', 'scaleapi.v2'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("identity", ["a/b", "a b", "a?b=c", "#", "%2F", ".."])
def test_defect_26_task_ids_unquoted(client, stub, identity):
    stub.tasks.append({"task_id": identity, "type": "comparison", "status": "pending"})
    assert client.get_task(identity).id == identity
    assert client.set_task_tags(identity, ["a"]).tags == ["a"]


def test_defect_27_canceling_twice_said_to_raise(client):
    task = client.create_task("comparison")
    assert [client.cancel_task(task.id).status for _ in range(2)] == ["canceled", "canceled"]
    assert "again changes nothing" in ScaleClient.cancel_task.__doc__


def test_defect_28_documented_filters_refused(client, stub):
    client.tasks(created_after="2026-01-01", created_before=datetime(2026, 2, 1, tzinfo=UTC))
    assert stub.requests[-1].query == {
        "start_time": ["2026-01-01"],
        "end_time": ["2026-02-01T00:00:00+00:00"],
    }
    with pytest.raises(
        ScaleInvalidRequest, match=re.escape("Illegal parameter color for ScaleClient.tasks()")
    ):
        client.tasks(color="red")


def test_defect_29_count_asks_for_attachment_urls(client, stub):
    assert client.get_tasks_count("p", include_attachment_url=True) == 0
    assert stub.requests[-1].query == {"project": ["p"], "limit": ["1"]}


def test_defect_30_arguments_checked_at_the_first_step(client):
    with pytest.raises(ValueError, match=r"At least one of project_name or batch_name must be provided."):
        client.get_tasks()
    with pytest.raises(ValueError, match="limit"):
        client.get_tasks("p", limit=101)


@pytest.mark.parametrize("token", [None, "same"])
def test_defect_31_endless_walk(client, stub, token):
    page = {
        "docs": [{"task_id": "1"}],
        "total": 9,
        "limit": 1,
        "offset": 0,
        "has_more": True,
        "next_token": token,
    }
    for _ in range(3):
        stub.fault(stub.Reply(200, page))
    walk = client.get_tasks("p")
    with pytest.raises(ScaleDecodeError, match="page"):
        list(walk)
    assert len(stub.requests) <= 2


def test_defect_32_limited_response_false_cannot_be_sent(client, stub):
    list(client.get_tasks("p", limited_response=False))
    assert stub.requests[-1].query["limited_response"] == ["false"]
    client.get_tasks_count("p", limited_response=True)
    assert stub.requests[-1].query["limited_response"] == ["true"]


def test_defect_33_strings_for_statuses(client, stub):
    both = [TaskReviewStatus.Accepted, "fixed"]
    list(client.get_tasks("p", task_type="comparison", status="completed", review_status=both))
    query = stub.requests[-1].query
    assert (query["type"], query["status"], query["customer_review_status"]) == (
        ["comparison"],
        ["completed"],
        ["accepted,fixed"],
    )
    list(client.get_batches(batch_status="staging"))
    assert stub.requests[-1].query == {"status": ["staging"]}


def test_defect_34_string_for_a_task_type(client, stub):
    assert client.create_task("brandnewtype", project="p").type == "brandnewtype"
    assert stub.requests[-1].path == "/v1/task/brandnewtype"
    assert client.create_project("p", "brandnewtype").type == "brandnewtype"


def test_defect_35_batches_twice_or_without_end(client, stub):
    for number in range(5):
        client.create_batch("p", f"b{number}")
    walk = iter(client.get_batches("p", limit=2))
    names = [next(walk).name, next(walk).name]
    client.create_batch("p", "late")
    names += [batch.name for batch in walk]
    assert names == ["b4", "b3", "b2", "b1", "b0"]


def test_defect_35_server_that_echoes_limit_zero(client, stub):
    def page(names, more):
        docs = [{"name": name, "status": "staging"} for name in names]
        return stub.Reply(200, {"docs": docs, "totalDocs": 3, "limit": 0, "offset": 0, "has_more": more})

    stub.fault(page(["a", "b"], True))
    stub.fault(page(["c"], False))
    assert [batch.name for batch in client.get_batches("p")] == ["a", "b", "c"]
    assert stub.requests[-1].query["offset"] == ["2"]


def test_defect_36_exclude_archived_always_sent(client, stub):
    list(client.get_batches("p"))
    assert stub.requests[-1].query == {"project": ["p"]}
    list(client.get_batches("p", exclude_archived=True))
    assert stub.requests[-1].query["exclude_archived"] == ["true"]


def test_defect_37_and_38_defaults_and_nulls_sent(client, stub):
    client.create_batch("p", "b")
    assert stub.requests[-1].json == {"project": "p", "name": "b"}
    client.create_project("p", TaskType.Comparison)
    assert stub.requests[-1].json == {"name": "p", "type": "comparison"}
    client.create_project("s", "comparison", studio=True, pipeline="consensus_task", consensus_attempts=3)
    assert stub.requests[-1].json["consensus_attempts"] == 3


def test_defect_39_parameter_called_project_name(client, stub):
    client.create_project("p", "comparison")
    client.update_project("p", patch=True, extra_params={"project_name": "x"}, instruction="y")
    assert stub.requests[-1].json == {"project_name": "x", "instruction": "y", "patch": True}


def test_defect_40_null_comments(client, stub):
    task = client.create_task("comparison")
    client.audit_task(task.id, False)
    assert stub.requests[-1].json == {"accepted": False}


def test_defect_41_upload_metadata_and_names(client, stub):
    client.upload_file(b"x", filename="a.png", metadata={"k": [1]}, project_name="p")
    body = stub.requests[-1].body
    assert b'name="metadata"\r\n\r\n{"k":[1]}\r\n' in body
    assert b'filename="a.png"\r\nContent-Type: image/png\r\n' in body


def test_defect_43_missing_endpoints(client, stub):
    client.create_project("p", "comparison")
    client.create_batch("p", "b")
    task = client.create_task("comparison")
    client.prioritize_batch("b", 10)
    client.resend_callback(task.id)
    client.set_project_ontology("p", ["a"])
    client.projects(archived=True)
    client.batches(completed_after="2026-01-01", audited_before="2026-02-01", detailed=True)
    assert [one.name for one in client.get_batches(audited_after="2027-01-01", detailed=True)] == ["b"]
    for call, arguments in (
        (client.get_files, ("p",)),
        (client.get_audits, (task.id,)),
        (client.get_quality_labelers, (["q"],)),
    ):
        stub.fault(stub.Reply(200, {"docs": [], "has_more": False, "next_token": None}))
        assert list(call(*arguments)) == []
    stub.fault(stub.Reply(201, {"id": "1", "task_id": task.id, "audit_result": "rejected"}))
    assert client.create_audit(task.id, "rejected").feedback == []
    assert stub.requests[8].query == {"audited_after": ["2027-01-01"], "detailed": ["true"]}
    assert [f"{seen.method} {seen.path}" for seen in stub.requests[3:]] == [
        "POST /v1/batches/b/prioritize",
        f"POST /v1/task/{task.id}/send_callback",
        "POST /v1/projects/p/setOntology",
        "GET /v1/projects",
        "GET /v1/batches",
        "GET /v1/batches",
        "GET /v1/files",
        "GET /v1/audits",
        "GET /v1/quality/labelers",
        "PUT /v1/audits",
    ]


GROUP = {"id": "1", "name": "one", "numWorkers": 0, "isSingleton": True}


def test_defect_42_group_arguments_named_as_documented():
    parameters = inspect.signature(ScaleClient.set_studio_batches_priorities).parameters
    assert list(parameters) == ["self", "batch_names"]
    assert "batch_names:" in (ScaleClient.set_studio_batches_priorities.__doc__ or "")


def test_defect_44_initial_response_always_none():
    made = EvaluationTask({"id": "1", "expected_response": {}, "initial_response": {"a": 1}}, None)
    assert made.initial_response == {"a": 1}


def test_defect_45_workers_in_a_tuple():
    workers = [{"id": "1", "email": "jo@x.example"}, {"id": "2", "email": "al@x.example"}]
    group = StudioProjectGroup({**GROUP, "workers": workers}, None)
    assert [worker.email for worker in group.workers] == ["jo@x.example", "al@x.example"]
    assert StudioProjectGroup(GROUP, None).workers == []


def test_defect_46_camel_case_attributes():
    group = StudioProjectGroup(GROUP, None)
    assert (group.num_workers, group.is_singleton) == (group.numWorkers, group.isSingleton) == (0, True)


def test_defect_47_calibration_missing_and_enum_unused():
    assert StudioBatchStatus("Calibration") is StudioBatchStatus.Calibration
    assert StudioBatchStatus.Production == "Production"


def test_defect_48_worker_prints_its_email_as_id():
    assert str(StudioWorker({"id": "1", "email": "jo@x.example"}, None)) == "StudioWorker(id=1)"


def test_defect_49_copies_and_pickles(client):
    task = client.create_task("comparison", project="p", metadata={"a": [1]})
    shallow, deep, thawed = copy.copy(task), copy.deepcopy(task), pickle.loads(pickle.dumps(task))
    assert shallow == deep == thawed == task
    assert deep.metadata["a"] is not task.metadata["a"]
    assert shallow._client is deep._client is client
    assert client.api.api_key.encode() not in pickle.dumps(task)
    with pytest.raises(ScaleException, match="has no client"):
        thawed.refresh()
    with pytest.raises(AttributeError):
        _ = Task.__new__(Task).status


def test_defect_50_equal_hashes_but_never_equal(client):
    task = client.create_task("comparison")
    assert {task, client.get_task(task.id)} == {task}
    assert task != client.create_task("comparison")
    json = {"name": "n", "type": "t", "status": "s"}
    assert Batch(json, None) == Batch({**json, "status": "other"}, None)
    assert Batch(json, None) != Project(json, None)
    assert File({"id": "1", "attachment_url": "u"}, None) != "1"


def test_defect_51_mutators_leave_the_task_stale(client):
    task = client.create_task("comparison", project="p", unique_id="u")
    task.set_metadata({"a": 1})
    task.set_tags(["a"])
    task.add_tags(["b"])
    task.delete_tags(["a"])
    task.update_unique_id("v")
    assert (task.metadata, task.tags, task.unique_id) == ({"a": 1}, ["b"], "v")
    task.audit(True)
    assert task.customer_review_status == "accepted"
    task.clear_unique_id()
    assert not hasattr(task, "unique_id")
    task.cancel()
    assert task.status == TaskStatus.Canceled


def test_defect_52_no_error_status():
    assert TaskStatus("error") is TaskStatus.Error


def test_defect_53_unknown_values_survive(client, stub):
    stub.tasks.append({"task_id": "1", "type": "futuretype", "status": "paused", "project": "p"})
    (task,) = client.get_tasks("p", status="paused")
    assert (task.type, task.status) == ("futuretype", "paused")


def test_defect_54_batch_without_metadata():
    assert Batch({"name": "n", "status": "staging"}, None).metadata == {}


def test_defect_55_status_compares_with_the_enum(client):
    batch = client.create_batch("p", "b")
    assert batch.status == BatchStatus.Staging
    assert batch.tasks_pending is None
    batch.get_status()
    assert (batch.tasks_pending, batch.tasks_error) == (0, 0)


def test_defect_56_project_without_history():
    project = Project({"name": "n", "type": "t", "created_at": "2026", "created_by": "me"}, None)
    assert (project.params, project.version, project.instruction) == (None, None, None)
    assert (project.created_at, project.created_by) == ("2026", "me")


def test_defect_57_role_stays_stale():
    class Team:
        def update_teammates_role(self, emails, role):
            return [Teammate({"email": one, "role": role}, self) for one in ("al@x.example", *emails)]

    mate = Teammate({"email": "jo@x.example", "role": "labeler"}, Team())
    assert len(mate.update_teammate_role("manager")) == 2
    assert mate.role == TeammateRole.Manager


def test_defect_58_documents_held_twice_and_no_next_page(client):
    for _ in range(3):
        client.create_task("comparison", project="p")
    page = client.tasks(project="p", limit=2)
    assert page.docs is page
    second = page.next_page()
    assert (len(page), len(second), second.next_page()) == (2, 1, None)
    assert Paginator([1], 1, 1, 0, False).next_page() is None


def test_defect_59_statuses_without_a_class_and_errors_without_context(connect, stub):
    client = connect(stub.url, max_retries=0)
    stub.fault(stub.Reply(521, b"<html>down</html>", {"Content-Type": "text/html", "CF-Ray": "abc"}))
    with pytest.raises(ScaleGatewayError) as caught:
        client.projects()
    error = caught.value
    assert (error.code, error.message, error.body) == (521, "<html>down</html>", "<html>down</html>")
    assert error.headers["cf-ray"] == "abc"
    assert {403, 408} <= set(ExceptionMap)
    thawed = pickle.loads(pickle.dumps(error))
    assert (str(thawed), thawed.body, thawed.headers["CF-Ray"]) == (str(error), error.body, "abc")


def test_defect_60_no_type_information():
    from importlib.resources import files

    assert files(scaleapi).joinpath("py.typed").is_file()
