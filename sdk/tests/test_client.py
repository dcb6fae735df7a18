"""The bound methods: each operation end to end against the stub, and what is true of the client as a whole."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
import threading

import pytest

import scaleapi
from scaleapi import ScaleClient, TaskStatus, TaskType
from scaleapi._calls import batches, files, projects, tasks
from scaleapi.exceptions import ScaleException, ScaleInvalidRequest, ScaleResourceNotFound


def operations():
    """Every public pure call, which is every operation of the client."""
    for module in (tasks, batches, projects, files):
        for name, call in vars(module).items():
            if inspect.isfunction(call) and call.__module__ == module.__name__ and not name.startswith("_"):
                returns = str(call.__annotations__["return"])
                if returns.startswith(("Request", "Listing")) and name != "creation":
                    yield name, call


@pytest.mark.parametrize(("name", "call"), list(operations()))
def test_every_operation_is_bound_with_its_own_signature_and_docstring(name, call):
    method = getattr(ScaleClient, name)
    own, bound = inspect.signature(call), inspect.signature(method)
    assert list(bound.parameters.values())[1:] == list(own.parameters.values())
    assert next(iter(bound.parameters)) == "self"
    assert "Request" not in str(bound.return_annotation)
    assert "Listing" not in str(bound.return_annotation)
    assert inspect.getdoc(method) == inspect.getdoc(call)
    assert method.__qualname__ == f"ScaleClient.{name}"


def test_task_life(client, stub):
    task = client.create_task(TaskType.ImageAnnotation, project="p", attachment="a.jpg", unique_id="u")
    assert (task.type, task.status, task.unique_id) == ("imageannotation", "pending", "u")
    assert client.get_task(task.id) == task
    assert client.update_task_unique_id(task.id, "v").unique_id == "v"
    assert not hasattr(client.clear_task_unique_id(task.id), "unique_id")
    assert client.set_task_metadata(task.id, {"a": 1}).metadata == {"a": 1}
    assert client.set_task_tags(task.id, ["a", "b"]).tags == ["a", "b"]
    assert client.add_task_tags(task.id, ["b", "c"]).tags == ["a", "b", "c"]
    assert client.delete_task_tags(task.id, ["a", "z"]).tags == ["b", "c"]
    assert client.resend_callback(task.id) == {"success": True}
    assert client.audit_task(task.id, True, "fine") is None
    assert stub.requests[-1].json == {"accepted": True, "comments": "fine"}
    assert client.cancel_task(task.id, clear_unique_id=True).status == "canceled"
    with pytest.raises(ScaleResourceNotFound, match="Task with that ID not found"):
        client.get_task("nope")


def test_batch_life(client, stub):
    batch = client.create_batch("p", "b 1/2", metadata={"week": 1})
    assert (batch.name, batch.status, batch.metadata) == ("b 1/2", "staging", {"week": 1})
    client.create_task("categorization", project="p", batch="b 1/2")
    assert client.batch_status("b 1/2") == {"status": "staging", "pending": 1}
    assert client.finalize_batch("b 1/2").status == "in_progress"
    assert client.set_batch_metadata("b 1/2", {}).metadata == {}
    assert client.prioritize_batch("b 1/2", 30) == {"result": 30}
    assert client.get_batch("b 1/2") == batch
    assert list(client.batches(project="p", limit=5)) == [batch]
    assert list(client.get_batches("p")) == [batch]
    assert stub.requests[2].target == "/v1/batches/b%201%2F2/status"


def test_project_life(client, stub):
    project = client.create_project("p", TaskType.TextCollection, {"instruction": "Read."})
    assert (project.name, project.type, project.version, project.instruction) == (
        "p",
        "textcollection",
        0,
        "Read.",
    )
    assert client.update_project("p", patch=True, instruction="Write.").version == 1
    assert client.set_project_ontology("p", ["a", "b"]).as_dict()["ontology"] == ["a", "b"]
    assert client.get_project("p") == project
    assert client.projects() == client.get_projects() == [project]
    assert client.get_project_template("p").template_variables == {"prompt": {}}
    client.projects(archived=False)
    assert stub.requests[-1].query == {"archived": ["false"]}


def test_files(client, stub):
    assert client.upload_file(b"data", project_name="p").attachment_url.startswith("scaledata://")
    assert client.import_file("https://example.org/a.png", metadata={"a": 1}).id
    assert stub.requests[-1].json == {"file_url": "https://example.org/a.png", "metadata": {"a": 1}}


def test_get_tasks_walks_all_pages_and_counts(client, stub):
    made = [client.create_task("comparison", project="p").id for _ in range(7)]
    walk = client.get_tasks("p", status=TaskStatus.Pending, limit=3)
    assert [task.id for task in walk] == made[::-1]
    assert [task.id for task in client.get_tasks("p", limit=3, prefetch=True)] == made[::-1]
    assert client.get_tasks_count(project_name="p") == 7
    pages = [seen.query for seen in stub.requests if seen.path == "/v1/tasks"][:3]
    assert [page.get("next_token") for page in pages] == [None, ["3"], ["6"]]
    assert all(page["status"] == ["pending"] and page["project"] == ["p"] for page in pages)


def test_settings_come_from_the_environment(monkeypatch, stub):
    monkeypatch.setenv("SCALE_API_KEY", "live_fromenv")
    monkeypatch.setenv("SCALE_API_INSTANCE_URL", stub.url + "/")
    with ScaleClient() as client:
        assert client.projects() == []
    assert stub.requests[0].path == "/v1/projects"
    monkeypatch.setenv("SCALE_API_KEY", "")
    with pytest.raises(ScaleException, match="Please provide a valid API Key"):
        ScaleClient()


@pytest.mark.parametrize("key", ["", None])
def test_a_key_is_required(key):
    with pytest.raises(ScaleException) as caught:
        ScaleClient(key)
    assert (caught.value.code, caught.value.message) == (None, "Please provide a valid API Key.")


@pytest.mark.parametrize("url", ["api.scale.com/v1", "ftp://x/v1", "http://"])
def test_a_url_that_is_none_is_refused_at_once(url):
    with pytest.raises(ScaleInvalidRequest, match="api_instance_url"):
        ScaleClient("k", api_instance_url=url)


def test_making_a_client_does_no_input_or_output():
    client = ScaleClient("k", verify="/no/such/bundle.pem", api_instance_url="https://127.0.0.1:9/v1")
    with pytest.raises(ScaleException, match="CA bundle"):
        client.projects()


def test_with_options_takes_every_option_of_the_class():
    own = set(inspect.signature(ScaleClient.__init__).parameters)
    copied = set(inspect.signature(ScaleClient.with_options).parameters)
    assert own - {"user_agent_extension"} == copied


def test_with_options_shares_the_connections_and_leaves_them_open(client, stub):
    client.projects()
    with client.with_options(timeout=5, max_retries=0, source="copy") as copy:
        copy.projects()
    client.projects()
    assert len({seen.port for seen in stub.requests}) == 1
    assert [seen.headers["User-Agent"].endswith(" copy") for seen in stub.requests] == [False, True, False]


def test_with_options_changes_only_the_copy(client, stub):
    copy = client.with_options(api_key="live_other", max_retries=0)
    stub.fault(stub.refused(500, "down"))
    with pytest.raises(ScaleException) as caught:
        copy.projects()
    assert caught.value.attempts == 1
    stub.fault(stub.refused(500, "down"))
    client.projects()
    assert len(client.pauses) == 1
    assert client.api.api_key != copy.api.api_key


def test_with_options_keeps_a_subclass_and_its_attributes(stub):
    class Mine(ScaleClient):
        def __init__(self, team):
            super().__init__("k", api_instance_url=stub.url)
            self.team = team

    copy = Mine("red").with_options(timeout=1)
    assert (type(copy), copy.team) == (Mine, "red")


def test_a_closed_client_says_so(client):
    client.projects()
    client.close()
    with pytest.raises(ScaleException, match="closed"):
        client.projects()
    unused = ScaleClient("k", api_instance_url="http://127.0.0.1:9/v1")
    unused.close()
    with pytest.raises(ScaleException, match="closed"):
        unused.projects()


def test_the_representation_hides_the_key():
    client = ScaleClient("live_secretsecret")
    for text in (repr(client), str(client), repr(client.api), repr(client.api._settings())):
        assert "secret" not in text


def test_threads_share_one_client(client, stub):
    def work():
        made.append(client.create_task("comparison", project="p").id)

    made: list[str] = []
    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 16


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_opens_connections_of_its_own(client, stub):
    client.projects()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, b"ok" if client.projects() == [] else b"no")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        assert pipe.read() == b"ok"
    client.projects()
    ports = [seen.port for seen in stub.requests]
    assert ports[0] == ports[2] != ports[1]


def test_import_loads_nothing_heavy():
    code = (
        "import sys, scaleapi; "
        "heavy = ('urllib3', 'ssl', 'orjson', 'pydantic', 'requests', 'socket', 'http.client'); "
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_public_surface_is_sorted_and_complete():
    assert scaleapi.__all__ == sorted(scaleapi.__all__)
    assert all(hasattr(scaleapi, name) for name in scaleapi.__all__)
    official = (
        "Paginator Tasklist Batchlist ScaleClient Task TaskType TaskStatus TaskReviewStatus Batch BatchStatus"
    )
    official += " Project TaskTemplate File ScaleInvalidRequest Api"
    assert set(official.split()) <= set(scaleapi.__all__)


def test_versions():
    from importlib.metadata import version

    from scaleapi import _version

    assert scaleapi.__version__ == "2.18.4"
    assert version("labelwright-sdk") == _version.SDK_VERSION


def test_types_of_the_bound_methods_survive():
    assert inspect.signature(ScaleClient.get_task).return_annotation == "Task"
    assert inspect.signature(ScaleClient.get_tasks).return_annotation == "Walk[Task]"
    assert inspect.signature(ScaleClient.projects).return_annotation == "list[Project]"
