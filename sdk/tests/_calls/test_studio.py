"""Studio operations as values."""

from __future__ import annotations

import pytest

from scaleapi._calls import studio
from scaleapi._calls.request import NO_BODY
from scaleapi.exceptions import ScaleInvalidRequest

BATCH = {
    "id": "1",
    "name": "b",
    "projectId": "2",
    "projectName": "p",
    "batchType": "Production",
    "total": 4,
    "completed": 1,
    "groups": ["night"],
}
GROUP = {"id": "1", "name": "night", "numWorkers": 1, "isSingleton": False}
MAP = {"jo@x.example": ["p"]}
BOTH = {"emails": ["jo@x.example"], "projects": ["p"]}
OPERATIONS = [
    (studio.list_studio_assignments(), "GET", "studio/assignments", NO_BODY, True),
    (studio.add_studio_assignments(["jo@x.example"], ["p"]), "POST", "studio/assignments/add", BOTH, True),
    (
        studio.remove_studio_assignments(["jo@x.example"], ["p"]),
        "POST",
        "studio/assignments/remove",
        BOTH,
        True,
    ),
    (studio.list_project_groups("p/q"), "GET", "studio/projects/p%2Fq/groups", NO_BODY, True),
    (
        studio.create_project_group("p", ["jo@x.example"], "night"),
        "POST",
        "studio/projects/p/groups",
        {"emails": ["jo@x.example"], "name": "night"},
        False,
    ),
    (
        studio.update_project_group("p", "night shift", ["a@x.example"], ["b@x.example"]),
        "PUT",
        "studio/projects/p/groups/night%20shift",
        {"add_emails": ["a@x.example"], "remove_emails": ["b@x.example"]},
        True,
    ),
    (studio.list_studio_batches(), "GET", "studio/batches", NO_BODY, True),
    (studio.assign_studio_batches("b", ["night"]), "PUT", "studio/batches/b", {"groups": ["night"]}, True),
    (
        studio.set_studio_batches_priorities(["b", "c"]),
        "POST",
        "studio/batches/set_priorities",
        {"batches": [{"name": "b"}, {"name": "c"}]},
        True,
    ),
    (studio.reset_studio_batches_priorities(), "POST", "studio/batches/reset_priorities", NO_BODY, True),
]


@pytest.mark.parametrize(("request_", "method", "path", "body", "repeatable"), OPERATIONS)
def test_operations(request_, method, path, body, repeatable):
    assert (request_.method, request_.path, request_.body) == (method, path, body)
    assert request_.repeatable == repeatable


def test_assignments_are_keyed_by_address():
    (found,) = studio.list_studio_assignments().parse(MAP, None).values()
    assert (found.email, found.assigned_projects, found.as_dict()) == ("jo@x.example", ["p"], ["p"])
    assert str(found) == "StudioLabelerAssignment(email=jo@x.example,assigned_projects=['p'])"


def test_groups_and_batches_are_read():
    (group,) = studio.list_project_groups("p").parse([GROUP], None)
    assert (group.num_workers, group.is_singleton, group.workers) == (1, False, [])
    (batch,) = studio.list_studio_batches().parse([BATCH], None)
    assert (batch.project_name, batch.batch_type, batch.studio_priority) == ("p", "Production", None)
    assert str(batch) == "StudioBatch(name=b)"


def test_one_name_is_not_a_list():
    with pytest.raises(ScaleInvalidRequest, match="project_groups must be a list"):
        studio.assign_studio_batches("b", "night")
    with pytest.raises(ScaleInvalidRequest, match="projects must be a list"):
        studio.add_studio_assignments(["jo@x.example"], "p")
