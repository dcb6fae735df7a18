"""``labelwright delivery`` and ``labelwright dataset``."""

import httpx2
from server.tests.cli.conftest import Installation

MODE = ("--mode", "test")


def test_from_finished_tasks_to_a_dataset(either: Installation) -> None:
    key = either.output("key", "create", *MODE).strip()
    server = either.serve()
    with httpx2.Client(base_url=server.url, auth=(key, ""), timeout=60) as client:
        params = {"attachment_type": "text", "categories": ["a"]}
        body = {"name": "p", "type": "categorization", "params": params}
        client.post("/v1/projects", json=body).raise_for_status()
        body = {"name": "b", "project": "p"}
        client.post("/v1/batches", json=body).raise_for_status()
        for place in ({"project": "p"}, {"batch": "b"}):
            client.post("/v1/task/categorization", json={"attachment": "x", **place}).raise_for_status()
    server.end()
    first = either.output("delivery", "create", "one", "--project", "p", "--batch", "b", *MODE).split()
    second = either.output("delivery", "create", "two", "--project", "p", *MODE).split()
    assert (first[1], second[1]) == ("1", "1")
    refused = either.run("delivery", "create", "three", "--project", "p", *MODE)
    assert refused.exit_code == 1
    assert "no finished tasks" in refused.stderr
    listed = either.output("delivery", "list", *MODE).splitlines()
    assert [line.split()[-3:] for line in listed[1:]] == [["1", "p", "one"], ["1", "p", "two"]]
    dataset = either.output("dataset", "create", "all", *MODE).strip()
    entry = either.output("dataset", "add", "all", first[0], *MODE).strip()
    (line,) = either.output("dataset", "list", *MODE).splitlines()[1:]
    assert line.split() == [dataset, entry, "1", "all", "/", "one"]
    again = either.run("dataset", "add", "all", first[0], *MODE)
    assert (again.exit_code, "already" in again.stderr) == (1, True)
