"""The command line, against the small server of these tests."""

from __future__ import annotations

import json
import sys

import pytest
from click.testing import CliRunner

from scaleapi import __main__ as entry
from scaleapi._cli import cli

KEY = "test_0123456789abcdef"


@pytest.fixture
def run(stub, monkeypatch):
    """Runs the command with the environment of a user of the server."""
    monkeypatch.setenv("SCALE_API_KEY", KEY)
    monkeypatch.setenv("SCALE_API_INSTANCE_URL", stub.url)

    def command(*arguments, status=0, **options):
        done = CliRunner().invoke(cli, list(arguments), **options)
        assert done.exit_code == status, (done.output, done.exception)
        assert KEY not in done.output
        return done

    return command


def lines(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_create_list_count_get_cancel(run, stub):
    given = "\n".join(json.dumps({"unique_id": f"u{n}"}) for n in range(3)) + "\n\n"
    made = lines(
        run("tasks", "create", "chat", "--project", "p", "--batch", "b", "--concurrency", "1", input=given)
    )
    assert [task["unique_id"] for task in made] == ["u0", "u1", "u2"]
    assert {(task["project"], task["batch"]) for task in made} == {("p", "b")}
    assert [task["unique_id"] for task in lines(run("tasks", "list", "--project", "p", "--limit", "2"))] == [
        "u2",
        "u1",
    ]
    assert lines(run("tasks", "count", "--batch", "b")) == [{"total": 3}]
    assert lines(run("tasks", "get", made[0]["task_id"]))[0]["unique_id"] == "u0"
    assert [task["status"] for task in lines(run("tasks", "cancel", made[0]["task_id"]))] == ["canceled"]
    told = run("tasks", "cancel", "--project", "p", input="n\n", status=1)
    assert "Cancel 2 tasks?" in told.stderr
    assert len(lines(run("tasks", "cancel", "--project", "p", "--yes"))) == 2
    assert {task["status"] for task in stub.tasks} == {"canceled"}


def test_failures_are_told_and_the_rest_is_done(run, stub):
    given = '{"unique_id": "u"}\n{"unique_id": "u"}\n{"unique_id": "v"}\n'
    done = run("tasks", "create", "chat", "--concurrency", "1", input=given, status=1)
    assert [task["unique_id"] for task in lines(done)] == ["u", "v"]
    assert "2: <Response [409]>" in done.stderr
    assert "1 of 3 failed" in done.stderr


@pytest.mark.parametrize(("given", "told"), [("{", "line 1 is no JSON"), ("[]", "line 1 is no JSON object")])
def test_lines_that_are_no_objects(run, stub, given, told):
    assert told in run("tasks", "create", "chat", input=given, status=1).stderr
    assert stub.requests == []


def test_export_is_whole_or_not_there(run, stub, tmp_path):
    run("tasks", "create", "chat", "--project", "p", "--concurrency", "1", input='{"n": 1}\n{"n": 2}\n')
    target = tmp_path / "out.jsonl"
    stub.fault(stub.refused(400, "no"), match="GET")
    run("tasks", "export", str(target), "--project", "p", status=1)
    assert not target.exists()
    run("tasks", "export", str(target), "--project", "p")
    assert [json.loads(line)["n"] for line in target.read_text().splitlines()] == [2, 1]
    assert list(tmp_path.iterdir()) == [target]


def test_projects_and_batches(run, tmp_path):
    params = tmp_path / "params.json"
    params.write_text('{"instruction": "Box."}')
    assert (
        lines(run("projects", "create", "p", "chat", str(params)))[0]["param_history"][0]["instruction"]
        == "Box."
    )
    assert [one["name"] for one in lines(run("projects", "list"))] == ["p"]
    assert lines(run("projects", "get", "p"))[0]["type"] == "chat"
    assert lines(run("batches", "create", "p", "b", "--callback", "https://x.example/"))[0]["callback"]
    assert lines(run("batches", "finalize", "b"))[0]["status"] == "in_progress"
    assert [one["name"] for one in lines(run("batches", "list", "--project", "p"))] == ["b"]
    assert lines(run("batches", "get", "b"))[0]["pending"] == 0


def test_files(run, stub, tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("a.png", "b.png", "c.txt"):
        (tmp_path / "in" / name).write_bytes(b"x")
    alone = tmp_path / "alone.txt"
    alone.write_bytes(b"y")
    made = lines(
        run("files", "upload", str(tmp_path / "in"), str(alone), "--pattern", "*.png", "--project", "p")
    )
    assert len(made) == len(stub.files) == 3
    assert all(b'name="project_name"' in seen.body for seen in stub.requests)


def test_tables_for_people(run):
    run("projects", "create", "p", "chat")
    assert run("-o", "table", "projects", "list").stdout.split() == [
        "name",
        "type",
        "created_at",
        "p",
        "chat",
    ]
    assert "param_history" in run("-o", "table", "projects", "get", "p").stdout


def test_errors_are_one_line(run, monkeypatch):
    told = run("tasks", "get", "nobody", status=1)
    assert told.stderr == "Error: <Response [404]> Task with that ID not found.\n"
    monkeypatch.delenv("SCALE_API_KEY")
    assert "valid API Key" in run("projects", "list", status=1).stderr


@pytest.mark.parametrize("command", [("list",), ("export", "done.jsonl"), ("cancel", "--yes")])
def test_tasks_of_nothing_are_a_wrong_use(run, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    done = run("tasks", *command, status=2)
    assert "Say which tasks: --project or --batch." in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_its_packages_the_command_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "scaleapi._cli", None)
    with pytest.raises(SystemExit, match=r"labelwright-sdk\[cli\]"):
        entry.main()
