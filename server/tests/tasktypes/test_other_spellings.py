"""Requests as public programs send them, which say the same in another way than the documentation."""

from typing import Any

import msgspec
import pytest
from server.tests.harness import Tenant, done, refused
from server.tests.tasktypes.conftest import as_members

from labelwright.errors import InvalidParameter
from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.examples import examples_of
from labelwright.tasktypes.registry import task_types

OWN = [(slug, kind) for slug, kind in sorted(task_types().items()) if slug == kind.slug]
KINDS = [pytest.param(kind, id=slug) for slug, kind in OWN]
IMAGE = "https://img.example/1.jpg"
WITH_EXAMPLES = ["annotation", "polygonannotation", "lineannotation", "pointannotation", "imageannotation"]
RATING = {"type": "number", "field_id": "rating", "title": "Rating", "min": 1, "max": 10}
FORM = {
    "attachments": [{"type": "text", "content": "A letter."}],
    "fields": [RATING, {"type": "text", "field_id": "why", "title": "Why", "required": False}],
}
LABELS = {"labels": [{"name": "city"}]}


@pytest.mark.parametrize("kind", KINDS)
def test_f21_an_empty_attachment_beside_others_counts_as_absent(kind: TaskType) -> None:
    takes = kind.params_model.__struct_encode_fields__
    for name, params in examples_of(kind).good_params.items():
        given = {key: value for key, value in params.items() if key != "attachment"}
        if given.get("attachments"):
            with_empty = {**given, "attachment": ""}
        elif "attachments" not in takes and params.get("attachment"):
            given, with_empty = dict(params), {**params, "attachments": []}
        else:
            continue
        try:
            kept = msgspec.json.decode(kind.check_params(as_members(given)))
        except InvalidParameter:
            continue  # The file was what is needed.
        read = msgspec.json.decode(kind.check_params(as_members(with_empty)))
        assert {key: value for key, value in read.items() if value != ""} == kept, name
        assert kind.attachments(read) == kind.attachments(kept)
        assert kind.sample_answer(read) == kind.sample_answer(kept)


def test_f21_of_two_attachments_one_must_be_empty(tenant: Tenant) -> None:
    url = "/v1/task/textcollection"
    made = done(tenant.live.post(url, json={**FORM, "attachment": ""}))
    assert made["params"]["attachments"] == FORM["attachments"]
    assert "attachment" not in made["params"]
    refused(tenant.live.post(url, json={**FORM, "attachment": IMAGE}), 400, "exclusive peers")
    refused(tenant.live.post(url, json={"fields": [RATING], "attachment": ""}), 400, "attachments")
    choice = {"categories": ["a"], "attachment_type": "image"}
    refused(tenant.live.post("/v1/task/categorization", json={**choice, "attachment": ""}), 400)
    both = {**choice, "attachment": IMAGE, "attachments": []}
    assert done(tenant.live.post("/v1/task/categorization", json=both))["params"]["attachment"] == IMAGE


def test_f21_a_project_may_have_the_attachments(tenant: Tenant) -> None:
    project = tenant.project(kind="textcollection", params=FORM)["name"]
    made = done(tenant.live.post("/v1/task/textcollection", json={"project": project, "attachment": ""}))
    assert made["params"]["attachments"] == FORM["attachments"]


@pytest.mark.parametrize("slug", WITH_EXAMPLES)
def test_f21_examples_need_no_explanation(tenant: Tenant, slug: str) -> None:
    given = {
        **examples_of(task_types()[slug]).good_params["minimal"],
        "examples": [{"correct": False, "image": IMAGE}],
    }
    made = done(tenant.test.post(f"/v1/task/{slug}", json=given))
    assert made["params"]["examples"] == given["examples"]
    again = done(tenant.test.get(f"/v1/task/{made['task_id']}"))
    assert again["params"]["examples"] == given["examples"]


def test_f21_entities_may_have_the_text_in_attachment(tenant: Tenant) -> None:
    url = "/v1/task/namedentityrecognition"
    text = "From Lyon to Arles."
    for given in ({"attachment": text}, {"attachment": text, "text": ""}, {"attachment": "x", "text": text}):
        made = done(tenant.test.post(url, json={**LABELS, **given}))
        assert made["params"] == {**LABELS, **given, "text": text}
        assert made["response"]["annotations"][0]["text"] == "From"
    refused(tenant.test.post(url, json={**LABELS, "attachment": ""}), 400, '"text" is')
    refused(tenant.test.post(url, json={**LABELS, "attachment": 3}), 400, '"text" must be a string')
    leo = tenant.person("leo")
    done(tenant.live.post(url, json={**LABELS, "attachment": text}))
    mine = leo.claim_one()
    assert mine["task"]["params"]["text"] == text
    answer = {"annotations": [{"start": 5, "end": 9, "label": "city"}], "relationships": []}
    done(leo.submit(mine["id"], answer=answer))


@pytest.mark.parametrize(
    "expected",
    [
        {"annotations": {"rating": {"type": "number", "field_id": "rating", "response": [7]}}},
        {"annotations": {"Rating of it": {"type": "number", "field_id": "rating", "response": [7]}}},
        {"annotations": {"Rating of it": {"field_id": "rating", "response": 7}}},
        {"Rating of it": {"type": "number", "field_id": "rating", "response": 7}},
    ],
    ids=str,
)
def test_f21_an_expected_answer_is_found_by_its_field(tenant: Tenant, expected: Any) -> None:
    project = tenant.project(kind="textcollection", params=FORM)["name"]
    for path in ("/v1/evaluation_tasks/textcollection", "/v1/training_tasks/textcollection"):
        given = {**FORM, "project": project, "expected_response": expected}
        made = done(tenant.live.post(path, json=given))
        assert made["expected_response"] == {"annotations": {"rating": 7}}


def test_f21_chosen_values_are_found_by_their_field(tenant: Tenant) -> None:
    """As the official README has it (wire/task-types-common §3), only under the title."""
    choices = [{"label": "Yes", "value": "yes"}, {"label": "No", "value": "no"}]
    field = {"type": "category", "field_id": "answer_reasonable", "title": "Reasonable?", "choices": choices}
    form = {**FORM, "fields": [field]}
    project = tenant.project(kind="textcollection", params=form)["name"]
    verbose = {"Reasonable?": {"type": "category", "field_id": "answer_reasonable", "response": [["no"]]}}
    for name in ("expected_response", "initial_response"):
        given = {**form, "project": project, "expected_response": {"annotations": verbose}}
        given[name] = {"annotations": verbose}
        made = done(tenant.live.post("/v1/evaluation_tasks/textcollection", json=given))
        assert made[name] == {"annotations": {"answer_reasonable": ["no"]}}
    given = {**form, "hypothesis": {"annotations": verbose}}
    done(tenant.live.post("/v1/task/textcollection", json=given))


def test_f21_an_expected_answer_under_no_field_is_refused(tenant: Tenant) -> None:
    project = tenant.project(kind="textcollection", params=FORM)["name"]
    url = "/v1/evaluation_tasks/textcollection"
    twice = {"a": {"field_id": "rating", "response": 7}, "b": {"field_id": "rating", "response": 8}}
    for wrong in ({"annotations": {"a": {"field_id": "no", "response": 7}}}, {"annotations": twice}):
        given = {**FORM, "project": project, "expected_response": wrong}
        refused(tenant.live.post(url, json=given), 400, '"expected_response')
