"""``client.v2``: what the official one gets wrong, right.

Source: wire/v2-conversations §4, wire/v2-clients §4; wire/clients §5.
"""

from __future__ import annotations

import asyncio
import copy
import inspect
import json
import pickle
import subprocess
import sys
from datetime import UTC, datetime
from enum import Enum
from typing import Any, get_origin

import pytest
from pydantic import BaseModel, ValidationError

from scaleapi import ScaleClient
from scaleapi._engine.messages import Answer, Failure, Send
from scaleapi.aio import AsyncScaleClient
from scaleapi.api_client import v2
from scaleapi.api_client.v2 import exceptions, models
from scaleapi.api_client.v2.api.async_v2_api import AsyncV2Api
from scaleapi.api_client.v2.models._base import OneOf
from scaleapi.exceptions import (
    ScaleDecodeError,
    ScaleException,
    ScaleInternalError,
    ScaleInvalidRequest,
    ScaleResourceNotFound,
    ScaleTooManyRequests,
)
from scaleapi.testing import CannedTransport

KEY = "live_secret"
HOST = "https://labels.example.org"
AT = "2026-01-02T03:04:05.000Z"
TASK: dict[str, Any] = {"task_id": "t1", "project": "p1", "status": "pending", "created_at": AT}


class Wire(CannedTransport):
    """Remembers whole addresses, too."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def send(self, step: Send) -> Answer | Failure:
        self.urls.append(step.url)
        return super().send(step)


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def client(wire: Wire) -> ScaleClient:
    made = ScaleClient(KEY, api_instance_url=f"{HOST}/v1", transport=wire)
    made.api._sleep = lambda _: None
    return made


def page(*tasks: dict[str, Any], token: str | None = None) -> dict[str, Any]:
    return {"tasks": list(tasks), "next_token": token}


def annotated(*annotations: dict[str, Any]) -> dict[str, Any]:
    return {**TASK, "threads": [{"id": "h", "turns": [], "annotations": list(annotations)}]}


def test_nothing_of_v2_is_loaded_before_it_is_used():
    code = (
        "import sys, scaleapi; c = scaleapi.ScaleClient('k'); heavy = ('pydantic', 'scaleapi.api_client'); "
        "print([m for m in sys.modules if m.startswith(heavy)]); c.v2; "
        "print('pydantic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["[]", "True"]


def test_defect_24_v2_ignores_the_options_of_the_client(client, wire):
    wire.refuse("GET", "v2/task", 503, "busy")
    wire.answer("GET", "v2/task", TASK)
    assert client.v2.get_task("t1").task_id == "t1"
    assert [one.partition("?")[0] for one in wire.urls] == [f"{HOST}/v2/task"] * 2
    assert wire.requests[0].headers["Authorization"] == f"Bearer {KEY}"


def test_defect_24_v2_goes_through_the_proxy_and_the_cas_of_the_client():
    client = ScaleClient(KEY, api_instance_url=f"{HOST}/v1", verify="/ca.pem", proxies={"https": "http://p"})
    engine = client.v2.api_client.engine()
    assert (engine.verify, engine.proxies, engine._link) == (
        "/ca.pem",
        {"https": "http://p"},
        client.api._link,
    )


def test_defect_24_v2_has_the_time_limits_and_retries_of_the_client():
    client = ScaleClient(KEY, api_instance_url=f"{HOST}/v1", timeout=7, max_retries=1)
    settings = client.v2.api_client.engine()._settings()
    assert (settings.read_timeout, settings.rules.max_retries) == (7, 1)
    settings = client.v2.api_client.engine((1.0, 2.0))._settings()
    assert (settings.connect_timeout, settings.read_timeout) == (1.0, 2.0)
    settings = client.with_options(timeout=3).v2.api_client.engine()._settings()
    assert settings.read_timeout == 3


def test_a_host_set_by_hand_is_used_and_survives_with_options(client, wire):
    wire.answer("GET", "v2/projects", {"projects": []})
    client.v2.api_client.configuration.host = "http://other:8000"
    assert client.v2.get_projects().projects == []
    client.with_options(timeout=1).v2.get_projects()
    assert set(wire.urls) == {"http://other:8000/v2/projects"}


def test_a_configuration_of_its_own():
    configuration = v2.Configuration(host="http://there", access_token="k", ssl_ca_cert="/ca.pem", retries=0)
    configuration.proxy, configuration.cert_file, configuration.key_file = "http://p", "/c", "/k"
    api = v2.V2Api(v2.ApiClient(configuration))
    engine = api.api_client.engine()
    assert (engine.base_api_url, engine.verify) == ("http://there", "/ca.pem")
    assert (engine.proxies, engine.cert, engine._rules.max_retries) == ({"all": "http://p"}, ("/c", "/k"), 0)
    configuration.verify_ssl = False
    assert api.api_client.engine().verify is False
    assert "k" not in repr(configuration).replace("Configuration", "").replace("http://there", "")


def test_an_unknown_status_never_loses_a_page(client, wire):
    wire.answer("GET", "v2/tasks", page({**TASK, "status": "frozen"}, TASK))
    first, second = client.v2.get_tasks(project_id="p").tasks
    assert (first.status, first.status.value, second.status) == (
        "frozen",
        "frozen",
        models.TaskStatus.PENDING,
    )
    assert isinstance(first.status, models.TaskStatus)
    assert pickle.loads(pickle.dumps(first)) == copy.deepcopy(first) == first
    assert first.to_dict()["status"] == "frozen"
    with pytest.raises(ValueError, match="frozen"):
        models.TaskStatus("frozen")


def test_an_unknown_annotation_never_loses_a_page(client, wire):
    odd = {"key": "k", "type": "hologram", "value": {"x": 1}, "depth": 3}
    wire.answer("GET", "v2/task", annotated(odd, {"id": "1", "key": "n", "type": "integer", "value": 3.5}))
    first, second = client.v2.get_task("t1").threads[0].annotations
    assert isinstance(first.actual_instance, models.BaseAnnotation)
    assert (first.actual_instance.value, first.to_dict()["depth"]) == ({"x": 1}, 3)
    assert second.actual_instance.value == 3.5


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"mime_type": "image/png", "url": "u"}, models.ImageFile),
        ({"mime_type": "audio/mpeg", "duration": 1.5}, models.AudioFile),
        ({"mime_type": "application/pdf", "name": "n"}, models.BasicFile),
        ({"url": "u"}, models.BasicFile),
    ],
)
def test_one_object_as_a_file_value_and_attachments(value, kind):
    annotation = {"id": "1", "key": "k", "type": "file", "value": value}
    held = models.Annotation.from_dict(annotation)
    assert type(held.actual_instance.value.actual_instance.actual_instance) is kind
    assert held.to_dict() == annotation
    content = models.MessageContent.from_dict({"attachments": [value]})
    assert type(content.attachments[0].actual_instance) is kind
    assert json.loads(content.to_json()) == {"attachments": [value]}


def test_a_list_of_files_and_a_surprise_come_back_as_they_were():
    for value in ([{"url": "a"}, {"url": "b"}], "neither", [7]):
        annotation = {"id": "1", "key": "k", "type": "file", "value": value}
        assert json.loads(models.Annotation.from_dict(annotation).to_json()) == annotation


@pytest.mark.parametrize("status", [200, 201])
def test_a_created_thing_is_returned_whatever_2xx_it_comes_with(client, wire, status):
    wire.answer("POST", "v2/task/chat", TASK, status=status)
    assert client.v2.create_chat_task(models.CreateChatTaskRequest(project_id="p")).task_id == "t1"


def test_an_empty_answer_is_none(client, wire):
    wire.answer("POST", "v2/task/metadata", status=204, body=b"")
    assert client.v2.set_task_metadata({"task_id": "t1", "metadata": {}}) is None


@pytest.mark.parametrize(
    ("status", "kind", "family"),
    [
        (400, exceptions.BadRequestException, ScaleInvalidRequest),
        (404, exceptions.NotFoundException, ScaleResourceNotFound),
        (422, exceptions.UnprocessableEntityException, ScaleException),
        (429, v2.ApiException, ScaleTooManyRequests),
        (500, exceptions.ServiceException, ScaleInternalError),
        (599, exceptions.ServiceException, ScaleException),
        (418, v2.ApiException, ScaleException),
    ],
)
def test_one_family_of_exceptions(client, wire, status, kind, family):
    wire.refuse("GET", "v2/task", status, "because")
    with pytest.raises(kind) as caught:
        client.v2.get_task("t1")
    error = caught.value
    assert isinstance(error, family)
    assert (error.status, error.code, error.message) == (status, status, "because")
    assert json.loads(error.body) == {"status_code": status, "error": "because"}
    assert str(error).startswith(f"({status})\nReason: ")
    assert KEY not in f"{error}{error!r}"
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.status, str(again)) == (type(error), status, str(error))
    assert (error.data is not None) == (status == 500)


def test_an_error_body_of_another_shape_is_told(client, wire):
    wire.answer("GET", "v2/task", {"status_code": "500", "error": {"deep": 1}}, status=500)
    with pytest.raises(exceptions.ServiceException, match="deep") as caught:
        client.v2.get_task("t1")
    assert caught.value.data is None


def test_an_answer_of_another_shape_is_a_decode_error(client, wire):
    wire.answer("GET", "v2/task", {"task_id": 7})
    with pytest.raises(ScaleDecodeError, match="GET /v2/task"):
        client.v2.get_task("t1")


def test_what_creates_is_not_sent_twice(client, wire):
    wire.fail("POST", "v2/batch")
    with pytest.raises(ScaleException):
        client.v2.create_batch(models.CreateBatchRequest(name="b"))
    assert len(wire.requests) == 1


def test_the_raw_answer_does_not_raise(client, wire):
    wire.refuse("GET", "v2/task", 404, "gone")
    raw = client.v2.get_task_without_preload_content("t1")
    assert (raw.status, raw.reason, raw.json()["error"]) == (404, "Not Found", "gone")
    assert raw.data == json.dumps({"status_code": 404, "error": "gone"}, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": "5"},
        {"status": "frozen"},
        {"expand": ["delivery"]},
        {"project_id": 7},
        {"nonsense": 1},
        {"_host_index": 1},
        {"_request_timeout": -1.0},
        {"completed_after": "yesterday"},
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_sent(client, wire, wrong):
    with pytest.raises(ValidationError):
        client.v2.get_tasks(**wrong)
    assert wire.requests == []


def test_extra_keywords(client, wire):
    wire.answer("GET", "v2/datasets", {"datasets": []})
    auth = {"in": "query", "key": "token", "value": "t"}
    client.v2.get_datasets(_headers={"X-Trace": "7"}, _request_auth=auth, _request_timeout=(1.0, 2.0))
    (sent,) = wire.requests
    assert (sent.headers["X-Trace"], wire.urls) == ("7", [f"{HOST}/v2/datasets?token=t"])
    assert KEY not in str(sent.headers)


def test_requests_on_the_wire(client, wire):
    wire.answer("GET", "v2/tasks", page())
    after = datetime(2025, 1, 1, 2, 3, 4, 567, tzinfo=UTC)
    expand = [models.ExpandableEnumTask.PROJECT, models.ExpandableEnumTask.BATCH]
    client.v2.get_tasks(
        "p", completed_after=after, completed_before=after.replace(tzinfo=None), expand=expand
    )
    query = wire.urls[0].partition("?")[2]
    assert query == (
        "project_id=p&completed_after=2025-01-01T02%3A03%3A04.000567%2B0000"
        "&completed_before=2025-01-01T02%3A03%3A04.000567&expand=project&expand=batch"
    )


def test_the_walk_takes_every_page_and_ends(client, wire):
    wire.answer("GET", "v2/tasks", page(TASK, token="a/b"))
    wire.answer("GET", "v2/tasks", page({**TASK, "task_id": "t2"}, token=""))
    assert [task.task_id for task in client.v2_get_tasks(project_id="p", limit=1)] == ["t1", "t2"]


def test_a_walk_that_would_never_end_is_an_error(client, wire):
    wire.answer("GET", "v2/tasks", page(TASK, token="a"))
    with pytest.raises(ScaleDecodeError, match="twice"):
        list(client.v2_get_tasks(project_id="p"))


def test_the_asynchronous_twin(wire):
    wire.answer("GET", "v2/tasks", page(TASK, token="a"))
    wire.answer("GET", "v2/tasks", page(TASK))
    wire.refuse("GET", "v2/task", 404, "gone")

    async def run() -> None:
        client = AsyncScaleClient(KEY, api_instance_url=f"{HOST}/v1", transport=wire.asynchronous)
        assert len([task async for task in client.v2_get_tasks(project_id="p")]) == 2
        assert (await client.v2.get_tasks_with_http_info("p")).status_code == 200
        assert (await client.v2.get_task_without_preload_content("t1")).status == 404
        with pytest.raises(exceptions.NotFoundException):
            await client.v2.get_task("t1")

    asyncio.run(run())


def test_the_twins_have_the_same_operations():
    def operations(kind: type) -> dict[str, list[str]]:
        return {
            name: list(inspect.signature(method).parameters)
            for name, method in vars(kind).items()
            if not name.startswith("_")
        }

    assert operations(v2.V2Api) == operations(AsyncV2Api)
    assert len(operations(v2.V2Api)) == 75


@pytest.mark.parametrize("name", sorted(models.__all__))
def test_every_model_goes_to_json_and_back(name):
    model = getattr(models, name)
    if not issubclass(model, BaseModel):
        for member in model:
            assert model.from_json(json.dumps(member.value)) is member
        return
    text = json.dumps(_sample(name))
    read = model.from_json(text)
    assert model.from_json(read.to_json()) == read
    assert model.from_dict(json.loads(text)) == read
    assert pickle.loads(pickle.dumps(read)) == read
    assert name in repr(read)
    assert read.to_str()
    assert json.loads(read.to_json()) == json.loads(text)


def _sample(name: str) -> Any:
    """A value that a model takes, with every required member."""
    if name in {"Chunk", "ChunkText"}:
        return {"type": "text", "annotations": [], "text": "t"}
    if name in {"Annotation"}:
        return {"id": "1", "key": "k", "type": "category_multiple", "value": ["a"]}
    if name in {"DetailedFile", "AnnotationFilePropertiesValue"}:
        return {"mime_type": "image/png", "url": "u"}
    if issubclass(getattr(models, name), OneOf):
        return "an id"
    model = getattr(models, name)
    model.model_rebuild()
    return {
        field.alias or key: _value(field.annotation)
        for key, field in model.model_fields.items()
        if field.is_required()
    }


def _value(annotation: Any) -> Any:
    plain = {str: "text", int: 3, datetime: "2026-01-02T03:04:05Z", list: [], dict: {}}
    kind = get_origin(annotation) or annotation
    if kind in plain:
        return plain[kind]
    return next(iter(annotation)).value if issubclass(annotation, Enum) else _sample(annotation.__name__)
