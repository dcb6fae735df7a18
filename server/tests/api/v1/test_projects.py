"""Projects through V1: names, versions of parameters, and what tasks inherit."""

from typing import Any

import pytest
from server.tests.answers import is_id
from server.tests.harness import CATEGORIES, Server, Tenant, at_once, done, refused, segment

from labelwright.clock import iso
from labelwright.domain import projects
from labelwright.errors import NotFound
from labelwright.store import accounts
from labelwright.tasktypes import registry


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
            "created_with": "api",
            "param_history": [{"version": 0, "created_at": now, "instruction": "Box cones.", "x": [1]}],
        }

    def test_what_the_official_client_sends(self, tenant: Tenant, server: Server) -> None:
        """All six keys, nulls for what was left out (wire/projects §2)."""
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
        assert project["consensus_attempts"] == 3
        assert done(tenant.live.get("/v1/projects/p")) == project

    def test_the_old_name_of_rapid(self, tenant: Tenant) -> None:
        project = tenant.project(self_serve=True)
        assert project["rapid"] is True
        assert tenant.batch(project["name"])["status"] == "staging"

    def test_a_pipeline_inside_the_params(self, tenant: Tenant) -> None:
        inside = {"pipeline": "consensus_task", "consensus_attempts": 3}
        project = tenant.project("p", params={**CATEGORIES, **inside})
        assert {key: project[key] for key in inside} == inside
        assert {key: project["param_history"][0][key] for key in inside} == inside
        assert not set(inside) & set(tenant.task(project="p")["params"])
        set_params(tenant, "p", patch=True, consensus_attempts="5")
        changed = done(tenant.live.get("/v1/projects/p"))
        assert (changed["pipeline"], changed["consensus_attempts"]) == ("consensus_task", 5)
        both = tenant.project("q", pipeline="standard_task", params=inside)
        assert (both["pipeline"], both["consensus_attempts"]) == ("standard_task", 3)

    def test_people_make_projects_in_the_dashboard(self, tenant: Tenant, server: Server) -> None:
        async def make() -> str:
            env = await server.platform.read(accounts.environment_of, tenant.account_id, "live")
            assert env is not None
            new = projects.NewProject("categorization", "p")
            made = await projects.create(
                server.platform, env, new, created_by="rita@example.org", created_with="dashboard"
            )
            return made.project.id

        made = server.run(make())
        project = done(tenant.live.get("/v1/projects/p"))
        assert (project["id"], project["created_by"], project["created_with"]) == (
            made,
            "rita@example.org",
            "dashboard",
        )

    def test_an_alias_of_a_type(self, tenant: Tenant) -> None:
        assert tenant.project(kind="categorize")["type"] == "categorization"

    @pytest.mark.parametrize(
        ("changes", "status", "says"),
        [
            ({"name": None}, 400, "name"),
            ({"name": ""}, 400, "name"),
            ({"name": ["a"]}, 400, "name"),
            ({"name": "🎈" * 257}, 400, "name"),
            ({"type": None}, 400, "type"),
            ({"type": "nonsense"}, 400, "nonsense"),
            ({"type": "lidarnonsense"}, 400, "lidarnonsense"),
            ({"params": [1]}, 400, "params"),
            ({"params": "text"}, 400, "params"),
            ({"rapid": "perhaps"}, 400, "rapid"),
            ({"pipeline": "nonsense"}, 400, "pipeline"),
            ({"consensus_attempts": 0}, 400, "consensus_attempts"),
            ({"consensus_attempts": 1 << 63}, 400, "consensus_attempts"),
            ({"consensus_attempts": 1 << 70}, 400, "consensus_attempts"),
            ({"params": {"pipeline": "nonsense"}}, 400, "pipeline"),
            ({"params": {"pipeline": 5}}, 400, "pipeline"),
            ({"params": {"consensus_attempts": 101}}, 400, "consensus_attempts"),
            ({"self_serve": "perhaps"}, 400, "self_serve"),
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

    def test_archived_ones(self, tenant: Tenant, stranger: Tenant, server: Server) -> None:
        project = tenant.project("old")
        tenant.project("new")

        def archive(who: Tenant, *, archived: bool) -> None:
            async def change() -> None:
                env = await server.platform.read(accounts.environment_of, who.account_id, "live")
                assert env is not None
                await projects.archive(server.platform, env, project["id"], archived=archived)

            server.run(change())

        def named(query: str) -> set[str]:
            return {one["name"] for one in done(tenant.live.get(f"/v1/projects{query}"))}

        for _ in range(2):
            archive(tenant, archived=True)
            assert (named("?archived=true"), named("?archived=false"), named("")) == (
                {"old"}, {"new"}, {"old", "new"}
            )  # fmt: skip
        assert done(tenant.live.get("/v1/projects/old"))["archived"] is True
        assert tenant.task(project="old")["project"] == "old"
        with pytest.raises(NotFound):
            archive(stranger, archived=False)
        archive(tenant, archived=False)
        assert named("?archived=true") == set()
        assert "archived" not in done(tenant.live.get("/v1/projects/old"))


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
        refused(tenant.live.post("/v1/projects/p/setParams", json={"pipeline": "x"}), 400, "pipeline")
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


class TestOntology:
    TREE = (
        "car",
        {"choice": "animal", "display": "Animals", "subchoices": ["cat", {"choice": "dog", "x": [1]}]},
    )

    def place(self, name: str) -> str:
        return f"/v1/projects/{segment(name)}/setOntology"

    def test_every_version_is_kept(self, tenant: Tenant, server: Server) -> None:
        before = tenant.project("p")
        first = iso(server.clock.now())
        assert not {"ontology", "ontology_history"} & set(before)
        project = done(tenant.live.post(self.place("p"), json={"ontology": self.TREE, "name": "Traffic"}))
        assert project["ontology"] == list(self.TREE)
        server.clock.advance(seconds=1)
        project = done(tenant.live.post(self.place("p"), json={"ontology": ["bus"]}))
        assert project["ontology"] == ["bus"]
        assert project["ontology_history"] == [
            {"version": 0, "created_at": first, "ontology": list(self.TREE), "name": "Traffic"},
            {"version": 1, "created_at": iso(server.clock.now()), "ontology": ["bus"]},
        ]
        assert done(tenant.live.get("/v1/projects/p")) == project
        assert done(tenant.live.get("/v1/projects")) == [project]
        assert project["param_history"] == before["param_history"]

    def test_versions_are_numbered_one_by_one(self, tenant: Tenant) -> None:
        tenant.project("p")
        at_once([lambda: done(tenant.live.post(self.place("p"), json={"ontology": ["a"]}))] * 8)
        history = done(tenant.live.get("/v1/projects/p"))["ontology_history"]
        assert [entry["version"] for entry in history] == list(range(8))

    @pytest.mark.parametrize(
        ("ontology", "says"),
        [
            (["a", "b", "a"], '"ontology[2]" contains a duplicate choice "a"'),
            ([{"choice": "a", "subchoices": ["b", "a"]}], '"ontology[0].subchoices[1]" contains a duplicate'),
            (
                [{"choice": "a", "subchoices": [{"choice": "b", "subchoices": ["c"]}]}, "c"],
                '"ontology[1]" contains a duplicate choice "c"',
            ),
            ([""], '"ontology[0]" must be a non-empty string'),
            ([{"subchoices": ["a"]}], '"ontology[0].choice" must be a non-empty string'),
            ([{"choice": 5}], '"ontology[0].choice" must be a non-empty string'),
            ([{"choice": "a", "subchoices": [5]}], '"ontology[0].subchoices[0]" must be a non-empty string'),
            ([{"choice": "a", "subchoices": "b"}], '"ontology[0].subchoices" must be an array'),
            ([5], "ontology"),
            ("a", "ontology"),
            (None, "ontology"),
        ],
        ids=str,
    )
    def test_refusals(self, tenant: Tenant, ontology: Any, says: str) -> None:
        project = tenant.project("p")
        refused(tenant.live.post(self.place("p"), json={"ontology": ontology}), 400, says)
        assert done(tenant.live.get("/v1/projects/p")) == project

    def test_a_project_that_is_not_there(self, tenant: Tenant) -> None:
        refused(tenant.live.post(self.place("nothing"), json={"ontology": ["a"]}), 404, "Project")
        answer = tenant.live.post(self.place("x"), content=b"{}", headers={"content-type": "text/html"})
        refused(answer, 415, "Content-Type")

    def test_a_deep_tree(self, tenant: Tenant) -> None:
        tenant.project("p")
        tree: Any = "leaf"
        for depth in range(40):
            tree = {"choice": f"level {depth}", "subchoices": [tree]}
        assert done(tenant.live.post(self.place("p"), json={"ontology": [tree]}))["ontology"] == [tree]


WITH_TEMPLATE = [slug for slug in ("textcollection", "chat") if slug in registry.task_types()]


class TestTemplates:
    def test_types_without_one(self, tenant: Tenant) -> None:
        tenant.project("p")
        refused(tenant.live.get("/v1/projects/p/taskTemplates"), 400, "categorization", "textcollection")
        refused(tenant.live.get("/v1/projects/q/taskTemplates"), 404, "Project")

    @pytest.mark.parametrize("kind", WITH_TEMPLATE)
    def test_it_is_made_from_the_params(self, tenant: Tenant, server: Server, kind: str) -> None:
        variables = {"prompt": {"type": "string"}, "tone": {"type": "string", "default": "kind"}}
        schema = {"type": "object"}
        params = {"template_variables": variables, "response_schema": schema, "auto_onboard_enabled": True}
        tenant.project("p", kind, params=params)
        made = iso(server.clock.now())
        template = done(tenant.live.get("/v1/projects/p/taskTemplates"))
        assert is_id(template["id"])
        assert template == {
            "id": template["id"],
            "version": 1,
            "created_at": made,
            "updated_at": made,
            "template_variables": variables,
            "response_schema": schema,
            "auto_onboard_enabled": True,
            "project": "p",
        }
        server.clock.advance(seconds=1)
        set_params(tenant, "p", instruction="Answer {{ question }} in {{style}}, {{question}}!")
        changed = done(tenant.live.get("/v1/projects/p/taskTemplates"))
        assert changed == {
            **template,
            "version": 2,
            "updated_at": iso(server.clock.now()),
            "template_variables": {"question": {"type": "string"}, "style": {"type": "string"}},
            "response_schema": None,
            "auto_onboard_enabled": False,
        }

    @pytest.mark.parametrize("kind", WITH_TEMPLATE)
    def test_patches_keep_the_rest(self, tenant: Tenant, kind: str) -> None:
        tenant.project("p", kind, params={"instruction": "{{a}}", "title": "{{b}}"})
        set_params(tenant, "p", patch=True, title="{{c}}")
        template = done(tenant.live.get("/v1/projects/p/taskTemplates"))
        assert (template["version"], set(template["template_variables"])) == (2, {"a", "c"})

    @pytest.mark.parametrize("kind", WITH_TEMPLATE)
    def test_wrong_definitions(self, tenant: Tenant, kind: str) -> None:
        for wrong in (
            {"template_variables": ["a"]},
            {"response_schema": 5},
            {"auto_onboard_enabled": "perhaps"},
        ):
            (field,) = wrong
            body = {"name": "p", "type": kind, "params": wrong}
            refused(tenant.live.post("/v1/projects", json=body), 400, field)
        tenant.project("p", kind, params={})
        refused(tenant.live.post("/v1/projects/p/setParams", json={"template_variables": 1}), 400)
        assert len(done(tenant.live.get("/v1/projects/p"))["param_history"]) == 1

    @pytest.mark.parametrize("kind", WITH_TEMPLATE)
    def test_tasks_fill_it_in(self, tenant: Tenant, kind: str) -> None:
        field = {"type": "text", "field_id": "f", "title": "F", "required": True}
        params: dict[str, Any] = {
            "attachments": [{"type": "text", "content": "a"}],
            "template_variables": {"prompt": {"type": "string"}, "tone": {"default": "kind"}},
        }
        if kind == "textcollection":
            params["fields"] = [field]
        tenant.project("p", kind, params=params)
        place = f"/v1/task/{kind}"
        refused(
            tenant.live.post(place, json={"project": "p"}), 400, '"template_variables.prompt" is required'
        )
        wrong = {"prompt": "x", "other": 1}
        refused(
            tenant.live.post(place, json={"project": "p", "template_variables": wrong}),
            400,
            '"template_variables.other" is not allowed',
        )
        task = done(tenant.live.post(place, json={"project": "p", "template_variables": {"prompt": "Why?"}}))
        assert task["params"]["template_variables"] == {"prompt": "Why?", "tone": "kind"}


def test_f34_names_of_projects_and_batches(tenant: Tenant) -> None:
    """Also those of deliveries and Studio's groups: all of them are shown in mails and terminals."""
    project = tenant.project("مشروع \u200f1 – ü", studio=True)["name"]
    mia = tenant.person("mia", "manager")
    for bad in ("a\r\nBcc: b", "a\n", "a\x01b", "\x1b[2J", "a\x7f", "a\x85b", "a\u2028b"):
        creates = (
            tenant.live.post(
                "/v1/projects", json={"name": bad, "type": "categorization", "params": CATEGORIES}
            ),
            tenant.live.post("/v1/batches", json={"name": bad, "project": project}),
            tenant.live.post("/v2/batch", json={"name": bad, "project_name": project}),
            tenant.live.post(
                f"/v1/studio/projects/{segment(project)}/groups", json={"name": bad, "emails": []}
            ),
            mia.post("/deliveries", {"name": bad, "project": project}),
        )
        for answer in creates:
            refused(answer, 400, "name")
    # PostgreSQL keeps no NUL: bodies with one are refused before they are read.
    refused(
        tenant.live.post("/v1/batches", json={"name": "a\x00", "project": project}), 400, '"name"', "U+0000"
    )
    tenant.batch(project, "Charge №1 – \u200fא")
