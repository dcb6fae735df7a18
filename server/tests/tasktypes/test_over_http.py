"""Every task type through the HTTP door: made, shown, completed in test mode, refused in the wire's words."""

from typing import Any

import msgspec
import pytest
from server.tests.answer_files import addresses, opened
from server.tests.harness import Tenant, done, refused
from server.tests.parents import with_parent

from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.examples import examples_of
from labelwright.tasktypes.registry import task_types

KINDS = [
    pytest.param(kind, id=kind.slug)
    for slug, kind in sorted(task_types().items())
    if slug == kind.slug and slug not in ("imageannotation", "categorization")
]


def creator(client: Any, kind: TaskType, project: str) -> Any:
    """Post a task of this type, with the project where the type needs one."""
    where = {"project": project} if kind.needs_project else {}
    return lambda params: client.post(f"/v1/task/{kind.slug}", json={**where, **params})


@pytest.mark.parametrize("kind", KINDS)
def test_a_task_of_every_type(tenant: Tenant, kind: TaskType, stored: Any) -> None:
    examples = examples_of(kind)
    create_live = creator(tenant.live, kind, tenant.project(kind=kind.slug, params={})["name"])
    create_test = creator(tenant.test, kind, tenant.project(kind=kind.slug, params={}, test=True)["name"])
    for name, given in examples.good_params.items():
        on_test = with_parent(tenant, given, test=True)
        params = with_parent(tenant, given)
        kept = stored(kind, params)
        sample = kind.sample_answer(kept)
        live = done(create_live(params))
        assert (live["type"], live["status"]) == (kind.slug, "pending"), name
        assert live["params"] == kept
        assert done(tenant.live.get(f"/v1/task/{live['task_id']}"))["params"] == kept
        test = done(create_test(on_test))
        assert (test["type"], test["status"], test["is_test"]) == (kind.slug, "completed", True)
        assert test["params"] == stored(kind, on_test)
        if sample is None:
            assert "response" not in test
        else:
            assert opened(kind, kept, test["response"]) == msgspec.json.decode(sample)
            assert "data:" not in "".join(addresses(kind, kept, test["response"]))
    for wrong in examples.bad_params.values():
        refused(create_live(wrong.params), 400, wrong.message)


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_of_every_type_is_checked_and_delivered(tenant: Tenant, kind: TaskType) -> None:
    examples = examples_of(kind)
    create = creator(tenant.live, kind, tenant.project(kind=kind.slug, params={})["name"])
    leo, rita = tenant.person("leo"), tenant.person("rita", "member")
    for good in list(examples.good_answers.values())[-3:]:
        task = done(create(with_parent(tenant, good.params)))
        mine = leo.claim_one()
        for bad in [one for one in examples.bad_answers.values() if one.params == good.params]:
            answer = leo.submit(mine["id"], answer=bad.answer)
            refused(answer, 400)
            errors = [place for place, code in bad.problems if code != "unknown_key"]
            assert [problem["path"] for problem in answer.json()["problems"]] == errors
        done(leo.submit(mine["id"], answer=good.answer))
        rita.judge()
        finished = tenant.read(task["task_id"])
        assert finished["status"] == "completed"
        assert "data:" not in "".join(addresses(kind, finished["params"], finished["response"]))
        final = opened(kind, finished["params"], finished["response"])
        text, problems = kind.check_answer(finished["params"], final)
        assert (msgspec.json.decode(text), list(problems)) == (final, [])


def test_types_whose_template_is_in_a_project_need_one(tenant: Tenant) -> None:
    kinds = {kind.slug for kind in task_types().values() if kind.needs_project}
    assert {"chat", "chatexperimental", "chatlite", "multichat", "multistage"} <= kinds
    for slug in sorted(kinds):
        minimal = examples_of(task_types()[slug]).good_params["minimal"]
        refused(tenant.live.post(f"/v1/task/{slug}", json=minimal), 400, '"project" is required')


def test_the_instruction_that_the_wire_fills_in(tenant: Tenant) -> None:
    audio = {"attachment": "https://img.example/a.wav"}
    filled = done(tenant.live.post("/v1/task/audiotranscription", json=audio))
    assert filled["instruction"] == "Please transcribe the attached audio file."
    own = done(tenant.live.post("/v1/task/audiotranscription", json={**audio, "instruction": "Listen."}))
    assert own["instruction"] == "Listen."
