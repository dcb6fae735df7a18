"""Evaluation and training tasks: kept, checked by their type, read again, taken away."""

import io
from typing import Any

import pytest
from PIL import Image
from server.tests.answers import is_id
from server.tests.harness import (
    BOX_ANSWER,
    BOXES,
    CAT,
    CATEGORIES,
    DOG,
    Server,
    Tenant,
    at_once,
    done,
    refused,
    segment,
    walk,
)
from server.tests.parents import with_parent

from labelwright.clock import iso
from labelwright.tasktypes import registry
from labelwright.tasktypes.examples import examples_of

KINDS = ("evaluation", "training")
NOWHERE = "scaledata://x/0b0e6d5a-7d5f-4e9e-9b1c-2f0d9d4b2a11"
IMAGE = "https://img.example/1.jpg"


@pytest.fixture(params=KINDS)
def path(request: pytest.FixtureRequest) -> str:
    """The path of either kind."""
    return f"/v1/{request.param}_tasks"


def body(project: str, **more: Any) -> dict[str, Any]:
    return {"project": project, "attachment": "a cat", "expected_response": CAT, **more}


class TestCreate:
    def test_what_a_new_one_looks_like(self, tenant: Tenant, server: Server, path: str) -> None:
        project = tenant.project()["name"]
        made = done(tenant.live.post(f"{path}/categorization", json=body(project)))
        assert is_id(made["id"])
        assert made == {
            "id": made["id"],
            "type": "categorization",
            "project": project,
            "created_at": iso(server.clock.now()),
            "instruction": "",
            "params": {**CATEGORIES, "attachment": "a cat", "allow_multiple": False},
            "metadata": {},
            "expected_response": CAT,
            "initial_response": None,
        }
        assert done(tenant.live.get(f"{path}/{made['id']}")) == made

    def test_an_initial_response_is_for_evaluation(self, tenant: Tenant) -> None:
        project = tenant.project()["name"]
        given = body(project, initial_response=DOG)
        made = done(tenant.live.post("/v1/evaluation_tasks/categorization", json=given))
        assert made["initial_response"] == DOG
        refused(tenant.live.post("/v1/training_tasks/categorization", json=given), 400, "initial_response")
        nothing = body(project, initial_response=None)
        for kind in KINDS:
            made = done(tenant.live.post(f"/v1/{kind}_tasks/categorization", json=nothing))
            assert made["initial_response"] is None

    def test_the_project_gives_parameters_and_instruction(self, tenant: Tenant, path: str) -> None:
        params = {**CATEGORIES, "instruction": "Look closely."}
        project = tenant.project(params=params)["name"]
        new = {"categories": ["cat", "cow"], "attachment_type": "text"}
        done(tenant.live.post(f"/v1/projects/{segment(project)}/setParams", json=new))
        given = body(project, project_version=0, instruction="Cat or dog?", metadata={"row": 7})
        made = done(tenant.live.post(f"{path}/categorization", json=given))
        assert made["params"]["categories"] == ["cat", "dog"]
        assert made["instruction"] == "Cat or dog?\n\nLook closely."
        assert made["metadata"] == {"row": 7}
        own = body(project, categories=["cat", "owl"], expected_response={"category": "owl"})
        made = done(tenant.live.post(f"{path}/categorization", json=own))
        assert made["params"]["categories"] == ["cat", "owl"]
        assert made["expected_response"] == {"category": "owl"}

    def test_an_alias_is_the_same_type(self, tenant: Tenant, path: str) -> None:
        project = tenant.project()["name"]
        made = done(tenant.live.post(f"{path}/categorize", json=body(project)))
        assert made["type"] == "categorization"

    def test_uuids_are_filled_in_and_a_mark_of_a_fix_is_dropped(self, tenant: Tenant, path: str) -> None:
        project = tenant.project(kind="imageannotation")["name"]
        expected = {**BOX_ANSWER, "is_customer_fix": True}
        given = {"project": project, "attachment": IMAGE, "expected_response": expected}
        made = done(tenant.live.post(f"{path}/imageannotation", json=given))
        (box,) = made["expected_response"]["annotations"]
        assert len(box["uuid"]) == 36
        assert "is_customer_fix" not in made["expected_response"]
        assert done(tenant.live.get(f"{path}/{made['id']}")) == made

    def test_parameters_that_mean_nothing_here_are_ignored(self, tenant: Tenant, path: str) -> None:
        project = tenant.project()["name"]
        more = {"callback_url": "https://hooks.example/", "unique_id": "u", "tags": ["t"], "priority": 3}
        for _ in range(2):
            made = done(tenant.live.post(f"{path}/categorization", json=body(project, **more)))
            assert set(more).isdisjoint(made["params"])
        assert done(tenant.live.get("/v1/tasks"))["total"] == 0

    def test_unknown_parameters_are_kept(self, tenant: Tenant, path: str) -> None:
        given = body(tenant.project()["name"], my_own={"x": 1.50})
        made = done(tenant.live.post(f"{path}/categorization", json=given))
        assert made["params"]["my_own"] == {"x": 1.5}

    def test_test_mode_keeps_its_own(self, tenant: Tenant, path: str) -> None:
        project = tenant.project(test=True)["name"]
        made = done(tenant.test.post(f"{path}/categorization", json=body(project)))
        assert made["expected_response"] == CAT
        refused(tenant.live.get(f"{path}/{made['id']}"), 404)
        assert done(tenant.live.get(path))["total"] == 0

    def test_many_at_once_are_all_kept(self, tenant: Tenant, path: str) -> None:
        project = tenant.project()["name"]
        client = tenant.live

        def create() -> str:
            made: str = done(client.post(f"{path}/categorization", json=body(project)))["id"]
            return made

        made = at_once([create] * 16, threads=8)
        assert len(set(made)) == 16
        assert {doc["id"] for doc in done(client.get(path))["docs"]} == set(made)


@pytest.mark.parametrize("slug", sorted({kind.slug for kind in registry.task_types().values()}))
def test_every_type_checks_its_own_answers(tenant: Tenant, slug: str, subtests: pytest.Subtests) -> None:
    """The examples of the type itself: what a labeler may hand in may be expected, and nothing else."""
    examples = examples_of(registry.find(slug))
    project = tenant.project(kind=slug, params={})["name"]
    url = f"/v1/evaluation_tasks/{slug}"
    for name, good in examples.good_answers.items():
        with subtests.test(name):
            params = with_parent(tenant, good.params)
            given = {**params, "project": project, "expected_response": good.answer}
            made = done(tenant.live.post(url, json=given))
            again = {**given, "initial_response": made["expected_response"]}
            assert done(tenant.live.post(url, json=again))["initial_response"] == made["expected_response"]
    for name, bad in examples.bad_answers.items():
        if all(code == "unknown_key" for _, code in bad.problems):
            continue
        with subtests.test(name):
            params = with_parent(tenant, bad.params)
            given = {**params, "project": project, "expected_response": bad.answer}
            refused(tenant.live.post(url, json=given), 400, '"expected_response')


class TestRefusals:
    @pytest.mark.parametrize(
        ("more", "says"),
        [
            ({"expected_response": None}, '"expected_response" is required'),
            ({"expected_response": {"category": "cow"}}, '"expected_response.category" is invalid'),
            ({"expected_response": {}}, '"expected_response.category"'),
            ({"expected_response": "cat"}, '"expected_response" is invalid'),
            ({"expected_response": ["cat"]}, '"expected_response" is invalid'),
            ({"project": ""}, '"project" is not allowed to be empty'),
            ({"project": None}, '"project"'),
            ({"attachment": None}, "attachment"),
            ({"attachment": NOWHERE}, "does not exist"),
            ({"categories": 3}, '"categories"'),
            ({"metadata": {"x": "y" * 20_000}}, '"metadata"'),
            ({"project_version": 9}, '"project_version"'),
        ],
        ids=str,
    )
    def test_a_parameter_is_wrong(self, tenant: Tenant, path: str, more: dict[str, Any], says: str) -> None:
        project = tenant.project()["name"]
        given = {**body(project), **more}
        refused(tenant.live.post(f"{path}/categorization", json=given), 400, says)
        assert done(tenant.live.get(path))["total"] == 0

    def test_the_deepest_place_is_named(self, tenant: Tenant, path: str) -> None:
        project = tenant.project(kind="imageannotation")["name"]
        box = {"type": "box", "label": "cone", "left": 1, "top": 2, "width": 30, "height": 40}
        wrong = {
            "annotations": [box, {**box, "width": "wide"}],
            "global_attributes": {},
            "links": [],
        }
        given = {"project": project, "attachment": IMAGE, "expected_response": wrong}
        refused(
            tenant.live.post(f"{path}/imageannotation", json=given),
            400,
            "expected_response.annotations[1].width",
        )

    def test_the_initial_response_is_checked_too(self, tenant: Tenant) -> None:
        given = body(tenant.project()["name"], initial_response={"category": "cow"})
        refused(
            tenant.live.post("/v1/evaluation_tasks/categorization", json=given),
            400,
            '"initial_response.category" is invalid',
        )

    def test_the_size_of_the_image_counts(self, tenant: Tenant, path: str) -> None:
        picture = io.BytesIO()
        Image.new("L", (8, 8)).save(picture, "PNG")
        file = done(tenant.upload(picture.getvalue(), "a.png"))["attachment_url"]
        project = tenant.project(kind="imageannotation", params=BOXES)["name"]
        given = {"project": project, "attachment": file, "expected_response": BOX_ANSWER}
        refused(
            tenant.live.post(f"{path}/imageannotation", json=given), 400, "expected_response.annotations[0]"
        )

    def test_the_type_is_another_or_none(self, tenant: Tenant, path: str) -> None:
        project = tenant.project()["name"]
        given = {"project": project, "attachment": IMAGE, "expected_response": BOX_ANSWER, **BOXES}
        refused(tenant.live.post(f"{path}/imageannotation", json=given), 400, "type")
        refused(tenant.live.post(f"{path}/nonsense", json=given), 400, "type")

    def test_there_is_no_such_project(self, tenant: Tenant, path: str) -> None:
        refused(tenant.live.post(f"{path}/categorization", json=body("nothing")), 404, "Project")


class TestReadAndDelete:
    def test_the_kinds_do_not_mix(self, tenant: Tenant) -> None:
        project = tenant.project()["name"]
        made = {
            kind: done(tenant.live.post(f"/v1/{kind}_tasks/categorization", json=body(project)))["id"]
            for kind in KINDS
        }
        refused(tenant.live.get(f"/v1/evaluation_tasks/{made['training']}"), 404, "Evaluation task")
        refused(tenant.live.delete(f"/v1/training_tasks/{made['evaluation']}"), 404, "Training task")
        for kind in KINDS:
            assert [doc["id"] for doc in done(tenant.live.get(f"/v1/{kind}_tasks"))["docs"]] == [made[kind]]

    def test_a_deleted_one_is_gone(self, tenant: Tenant, path: str) -> None:
        project = tenant.project()["name"]
        made = done(tenant.live.post(f"{path}/categorization", json=body(project)))
        assert done(tenant.live.delete(f"{path}/{made['id']}")) == made
        refused(tenant.live.get(f"{path}/{made['id']}"), 404)
        refused(tenant.live.delete(f"{path}/{made['id']}"), 404)
        assert done(tenant.live.get(path)) == {
            "docs": [],
            "total": 0,
            "limit": 100,
            "has_more": False,
            "next_token": None,
        }

    def test_deleted_once_by_many(self, tenant: Tenant, path: str) -> None:
        project = tenant.project()["name"]
        made = done(tenant.live.post(f"{path}/categorization", json=body(project)))["id"]
        client = tenant.live
        statuses = at_once([lambda: client.delete(f"{path}/{made}").status_code] * 8, threads=8)
        assert sorted(statuses) == [200, *[404] * 7]

    @pytest.mark.parametrize("wrong", ["x", "0" * 24, "F" * 24, "0" * 25])
    def test_an_id_of_nothing(self, tenant: Tenant, path: str, wrong: str) -> None:
        refused(tenant.live.get(f"{path}/{wrong}"), 404)
        refused(tenant.live.delete(f"{path}/{wrong}"), 404)

    def test_pages_newest_first(self, tenant: Tenant, server: Server, path: str) -> None:
        first, second = tenant.project()["name"], tenant.project()["name"]
        made = []
        for n in range(5):
            # Two of them at the same moment.
            server.clock.advance(seconds=n % 2)
            project = second if n == 2 else first
            made.append(done(tenant.live.post(f"{path}/categorization", json=body(project)))["id"])
        seen: list[str] = []
        token: str | None = ""
        while token is not None:
            page = done(tenant.live.get(f"{path}?limit=2&next_token={segment(token)}"))
            assert (page["total"], page["limit"]) == (5, 2)
            assert page["has_more"] == (page["next_token"] is not None)
            seen += [doc["id"] for doc in page["docs"]]
            token = page["next_token"]
        assert seen == made[::-1]
        of_second = done(tenant.live.get(f"{path}?project={segment(second)}"))
        assert ([doc["id"] for doc in of_second["docs"]], of_second["total"]) == ([made[2]], 1)

    def test_a_filter_is_wrong(self, tenant: Tenant, path: str) -> None:
        refused(tenant.live.get(f"{path}?limit=0"), 400, "limit")
        refused(tenant.live.get(f"{path}?limit=101"), 400, "limit")
        refused(tenant.live.get(f"{path}?next_token=x"), 400, "next_token")
        refused(tenant.live.get(f"{path}?project=nothing"), 404, "Project")

    def test_nobody_gets_one_to_label(self, tenant: Tenant, path: str) -> None:
        done(tenant.live.post(f"{path}/categorization", json=body(tenant.project()["name"])))
        assert tenant.person("leo").claim() == []
        assert walk(tenant.live)[0]["docs"] == []
