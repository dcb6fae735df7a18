"""Projects through V1: names, versions of parameters, and what tasks inherit."""

from typing import Any

import pytest
from server.tests.answers import is_id
from server.tests.harness import CATEGORIES, Server, Tenant, at_once, done, refused, segment

from labelwright.clock import iso


def set_params(tenant: Tenant, name: str, **body: Any) -> list[dict[str, Any]]:
    """Append a version; returns the history."""
    history: list[dict[str, Any]] = done(
        tenant.live.post(f"/v1/projects/{segment(name)}/setParams", json=body)
    )["param_history"]
    return history


class TestCreate:
    def test_what_a_new_project_looks_like(self, tenant: Tenant, server: Server) -> None:
        now = iso(server.clock.now())
        project = tenant.project("site", params={"instruction": "Box cones.", "x": [1]})
        assert is_id(project.pop("id"))
        assert project == {
            "name": "site",
            "type": "categorization",
            "created_at": now,
            "param_history": [{"version": 0, "created_at": now, "instruction": "Box cones.", "x": [1]}],
        }

    def test_what_the_official_client_sends(self, tenant: Tenant, server: Server) -> None:
        """All six keys, nulls for what was left out (api-v1 §7.2)."""
        body = {
            "type": "imageannotation",
            "name": "p",
            "params": None,
            "rapid": False,
            "studio": False,
            "datasetId": None,
        }
        project = done(tenant.live.post("/v1/projects", json=body))
        assert project["param_history"] == [{"version": 0, "created_at": iso(server.clock.now())}]
        assert not {"rapid", "studio", "datasetId", "pipeline"} & set(project)

    def test_what_is_optional(self, tenant: Tenant) -> None:
        more = {"rapid": True, "studio": True, "datasetId": "ds_1", "pipeline": "consensus_task"}
        project = tenant.project("p", **more, consensus_attempts=3)
        assert {key: project[key] for key in more} == more

    def test_an_alias_of_a_type(self, tenant: Tenant) -> None:
        assert tenant.project(kind="categorize")["type"] == "categorization"

    @pytest.mark.parametrize(
        ("changes", "status", "says"),
        [
            ({"name": None}, 400, "name"),
            ({"name": ""}, 400, "name"),
            ({"name": ["a"]}, 400, "name"),
            ({"type": None}, 400, "type"),
            ({"type": "nonsense"}, 400, "nonsense"),
            ({"type": "lidarannotation"}, 400, "not supported"),
            ({"params": [1]}, 400, "params"),
            ({"params": "text"}, 400, "params"),
            ({"rapid": "perhaps"}, 400, "rapid"),
            ({"pipeline": "nonsense"}, 400, "pipeline"),
            ({"consensus_attempts": 0}, 400, "consensus_attempts"),
            ({"consensus_attempts": 1 << 63}, 400, "consensus_attempts"),
            ({"consensus_attempts": 1 << 70}, 400, "consensus_attempts"),
            ({"name": "taken"}, 409, "already exists"),
        ],
        ids=str,
    )
    def test_refusals(self, tenant: Tenant, changes: dict[str, Any], status: int, says: str) -> None:
        tenant.project("taken")
        body = {"name": "new", "type": "categorization", **changes}
        body = {key: value for key, value in body.items() if value is not None}
        refused(tenant.live.post("/v1/projects", json=body), status, says)
        assert len(done(tenant.live.get("/v1/projects"))) == 1

    def test_of_equal_creates_one_wins(self, tenant: Tenant) -> None:
        body = {"name": "same", "type": "categorization"}
        answers = at_once([lambda: tenant.live.post("/v1/projects", json=body)] * 8)
        assert sorted(answer.status_code for answer in answers) == [200, *[409] * 7]


class TestList:
    def test_a_bare_array_newest_first(self, tenant: Tenant, server: Server) -> None:
        names = ["a", "b", "c"]
        for name in names:
            tenant.project(name)
            server.clock.advance(seconds=1)
        assert [one["name"] for one in done(tenant.live.get("/v1/projects"))] == names[::-1]
        assert len(done(tenant.live.get("/v1/projects?archived=false"))) == 3
        assert done(tenant.live.get("/v1/projects?archived=True")) == []
        assert done(tenant.test.get("/v1/projects")) == []
        refused(tenant.live.get("/v1/projects?archived=perhaps"), 400, "archived")


class TestVersions:
    def test_set_replaces_and_patch_merges(self, tenant: Tenant, server: Server) -> None:
        tenant.project("p", params={"a": 1, "b": {"x": 1, "y": 2}})
        server.clock.advance(seconds=1)
        assert set_params(tenant, "p", c=3)[-1] == {
            "version": 1,
            "created_at": iso(server.clock.now()),
            "c": 3,
        }
        set_params(tenant, "p", patch=False, a=1, b={"x": 1, "y": 2})
        history = set_params(tenant, "p", patch=True, b={"z": 3}, d=None)
        assert [entry["version"] for entry in history] == [0, 1, 2, 3]
        kept = {key: value for key, value in history[-1].items() if key not in {"version", "created_at"}}
        assert kept == {"a": 1, "b": {"z": 3}}
        assert done(tenant.live.get("/v1/projects/p"))["param_history"] == history

    def test_an_empty_body_is_an_empty_version(self, tenant: Tenant) -> None:
        tenant.project("p")
        answer = tenant.live.post(
            "/v1/projects/p/setParams", content=b"", headers={"content-type": "application/json"}
        )
        assert set(done(answer)["param_history"][-1]) == {"version", "created_at"}

    def test_refusals(self, tenant: Tenant) -> None:
        tenant.project("p")
        refused(tenant.live.post("/v1/projects/p/setParams", json={"patch": "perhaps"}), 400, "patch")
        refused(tenant.live.post("/v1/projects/p/setParams", json=[1]), 400, "object")
        refused(tenant.live.post("/v1/projects/q/setParams", json={}), 404, "Project")
        assert len(done(tenant.live.get("/v1/projects/p"))["param_history"]) == 1

    def test_versions_are_numbered_one_by_one(self, tenant: Tenant) -> None:
        tenant.project("p")
        at_once([lambda: set_params(tenant, "p", patch=True, x=1)] * 8)
        history = done(tenant.live.get("/v1/projects/p"))["param_history"]
        assert [entry["version"] for entry in history] == list(range(9))


class TestInheritance:
    @pytest.fixture
    def project(self, tenant: Tenant) -> str:
        """A project whose second version asks for other categories."""
        tenant.project("p", params={**CATEGORIES, "instruction": "Look closely."})
        set_params(tenant, "p", **{**CATEGORIES, "categories": ["new"]})
        return "p"

    def test_the_latest_version_is_the_default(self, tenant: Tenant, project: str) -> None:
        task = tenant.task(project=project)
        assert (task["params"]["categories"], task["project_param_version"]) == (["new"], 1)
        assert tenant.task(project=project, categories=["own"])["params"]["categories"] == ["own"]

    @pytest.mark.parametrize("name", ["project_version", "project_param_version"])
    def test_an_older_version(self, tenant: Tenant, project: str, name: str) -> None:
        task = tenant.task(project=project, **{name: 0})
        assert task["params"]["categories"] == CATEGORIES["categories"]
        assert (task["project_param_version"], task["instruction"]) == (0, "Look closely.")
        for wrong in (2, -2, 1 << 40, 1 << 70, "last"):
            refused(
                tenant.create(project=project, **{name: wrong}),
                400,
                "project_version" if wrong != "last" else name,
            )

    def test_nothing_at_all(self, tenant: Tenant, project: str) -> None:
        refused(tenant.create(project=project, project_version=-1), 400, "attachment_type")
        task = tenant.task(project=project, project_version=-1, **CATEGORIES)
        assert task["instruction"] == ""

    def test_old_tasks_keep_what_they_had(self, tenant: Tenant, project: str) -> None:
        before = tenant.task(project=project)
        set_params(tenant, project, **{**CATEGORIES, "categories": ["newer"]})
        assert tenant.read(before["task_id"]) == before

    def test_instructions_are_joined(self, tenant: Tenant) -> None:
        tenant.project("p", params={**CATEGORIES, "instruction": "Project."})
        assert tenant.task(project="p", instruction="Task.")["instruction"] == "Task.\n\nProject."
        assert tenant.task(project="p")["instruction"] == "Project."
        assert tenant.task(project="p", instruction=" ")["instruction"] == "Project."
        assert tenant.task(project="p", instruction="Project.")["instruction"] == "Project."
        assert "instruction" not in tenant.task(project="p")["params"]

    def test_common_parameters_are_not_inherited(self, tenant: Tenant) -> None:
        common = {"priority": 7, "tags": ["x"], "metadata": {"x": 1}, "callback_url": "https://x.example/"}
        tenant.project("p", params={**CATEGORIES, **common})
        task = tenant.task(project="p")
        assert (task["priority"], task["metadata"]) == (0, {})
        assert not {"tags", "callback_url"} & set(task)
        assert not set(common) & set(task["params"])
