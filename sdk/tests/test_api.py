"""The raw requests of `client.api`, as the official client offers them."""

from __future__ import annotations

import platform

import pytest

from scaleapi import api
from scaleapi.api import Api
from scaleapi.exceptions import ScaleDecodeError, ScaleDuplicateResource, ScaleInternalError


def test_constants():
    assert api.SCALE_API_BASE_URL_V1 == "https://api.scale.com/v1"
    assert api.HTTP_TOTAL_RETRIES == 3
    assert [408, 429, *range(500, 531)] == api.HTTP_STATUS_FORCE_LIST
    assert Api("k").base_api_url == api.SCALE_API_BASE_URL_V1


def test_user_agent():
    expected = (
        f"scaleapi/2.18.4 labelwright-sdk/0.1.0 Python/{platform.python_version()} OS/{platform.platform()}"
    )
    assert Api._generate_useragent() == expected
    assert Api._generate_useragent("mine") == f"{expected} mine"


def test_quote_string():
    assert Api.quote_string("a bc/def") == "a%20bc%2Fdef"


def test_the_four_verbs(client, stub):
    raw = client.api
    task = raw.post_request("task/comparison", body={"project": "p"})
    identity = task["task_id"]
    assert raw.get_request("tasks", params={"project": "p", "type": None})["total"] == 1
    assert raw.put_request(f"task/{identity}/tags", body=["a"])["tags"] == ["a"]
    assert "tags" not in raw.delete_request(f"task/{identity}/tags", body=["a"])
    assert raw.post_request(f"task/{identity}/cancel?clear_unique_id=true")["status"] == "canceled"
    assert stub.requests[-1].query == {"clear_unique_id": ["true"]}


def test_bodies(client, stub):
    stub.fault(stub.Reply(200, {}))
    client.api.post_request("anything")
    stub.fault(stub.Reply(200, {}))
    client.api.post_request("anything", body={})
    assert [seen.body for seen in stub.requests] == [b"", b"{}"]


def test_an_answer_without_json(client, stub):
    task = client.create_task("comparison")
    assert client.api.post_request(f"task/{task.id}/audit", body={"accepted": True}) is None
    stub.fault(stub.Reply(200, b"<html>"))
    with pytest.raises(ScaleDecodeError):
        client.api.get_request("projects")


def test_files(client, stub):
    answer = client.api.post_request("files/upload", files={"file": b"x"}, data={"project_name": "p"})
    assert answer["attachment_url"].startswith("scaledata://")
    assert b'name="project_name"\r\n\r\np\r\n' in stub.requests[0].body


def test_a_create_with_unique_id_is_as_safe_as_the_method(client, stub):
    stub.fault(stub.refused(500, "lost"), act=True)
    assert client.api.post_request("task/comparison", body={"unique_id": "u"})["unique_id"] == "u"
    assert len(stub.tasks) == 1


@pytest.mark.parametrize("endpoint", ["task/comparison", "evaluation_tasks/comparison", "batches"])
def test_other_posts_are_not_repeated(client, stub, endpoint):
    stub.fault(stub.refused(500, "down"))
    with pytest.raises(ScaleInternalError) as caught:
        client.api.post_request(endpoint, body={"name": "n"})
    assert caught.value.attempts == 1


def test_conflicts_elsewhere_stay_conflicts(client, stub):
    stub.fault(stub.refused(409, "taken"))
    with pytest.raises(ScaleDuplicateResource):
        client.api.post_request("evaluation_tasks/comparison", body={"unique_id": "u"})
    assert len(stub.requests) == 1


def test_a_trailing_slash_of_the_base_url_does_not_double(client, stub):
    client.api.base_api_url += "/"
    client.projects()
    assert stub.requests[0].target == "/v1/projects"
