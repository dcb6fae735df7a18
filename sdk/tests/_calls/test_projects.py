"""Project operations as values."""

from __future__ import annotations

import pytest

from scaleapi import TaskType
from scaleapi._calls import projects
from scaleapi._calls.request import NO_BODY

OPERATIONS = [
    (projects.create_project("p", "chat"), "POST", "projects", {"type": "chat", "name": "p"}, False),
    (projects.get_project("p q"), "GET", "projects/p%20q", NO_BODY, True),
    (projects.projects(), "GET", "projects", NO_BODY, True),
    (projects.get_projects(), "GET", "projects", NO_BODY, True),
    (projects.update_project("p", a=1), "POST", "projects/p/setParams", {"a": 1}, False),
    (projects.set_project_ontology("p", []), "POST", "projects/p/setOntology", {"ontology": []}, False),
    (projects.get_project_template("p"), "GET", "projects/p/taskTemplates", NO_BODY, True),
]


@pytest.mark.parametrize(("request_", "method", "path", "body", "repeatable"), OPERATIONS)
def test_operations(request_, method, path, body, repeatable):
    assert (request_.method, request_.path, request_.body) == (method, path, body)
    assert request_.repeatable == repeatable


def test_create_sends_what_is_given():
    request = projects.create_project("p", TaskType.Chat, {}, True, True, "ds_1", pipeline="standard_task")
    assert request.body == {
        "type": "chat",
        "name": "p",
        "params": {},
        "rapid": True,
        "studio": True,
        "datasetId": "ds_1",
        "pipeline": "standard_task",
    }


def test_patch_is_sent_when_said():
    assert projects.update_project("p", patch=False).body == {"patch": False}
    assert projects.set_project_ontology("p", ["a"], name="n").body == {"ontology": ["a"], "name": "n"}
