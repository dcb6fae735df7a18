"""Evaluation and training tasks, the team and Studio, with the 2.x releases that have them."""

from declare import case, raises
from modern_tasks import BOX, categorize

from scaleapi import TaskType
from scaleapi.exceptions import ScaleException, ScaleInvalidRequest, ScaleResourceNotFound

try:
    from scaleapi import TeammateRole
except ImportError:  # before 2.12.0
    TeammateRole = None

ANSWER = {
    "annotations": [
        {
            "type": "box",
            "label": "cone",
            "left": 1,
            "top": 2,
            "width": 30,
            "height": 40,
            "uuid": "5d0c0f3e-8d8e-4a0b-9a0e-1f2a3b4c5d6e",
        }
    ]
}


def rapid(w):
    """A Rapid project of boxes."""
    return w.live.create_project(w.name, TaskType.ImageAnnotation, {"geometries": BOX}, rapid=True).name


def boxes(found):
    """Label and place of every box of an answer."""
    return [(one["label"], one["left"], one["width"]) for one in found["annotations"]]


@case("ScaleClient.create_evaluation_task", since="2.5.0")
def create_evaluation_task(w):
    name = rapid(w)
    task = w.call(
        w.live,
        "create_evaluation_task",
        TaskType.ImageAnnotation,
        project=name,
        attachment=w.picture,
        expected_response=ANSWER,
        initial_response={"annotations": []},
    )
    found = task.as_dict()
    assert (len(task.id), found["type"], found["project"]) == (24, "imageannotation", name)
    assert boxes(task.expected_response) == boxes(ANSWER)
    assert found["initial_response"]["annotations"] == []
    assert (found["params"]["attachment"], found["params"]["geometries"]) == (w.picture, BOX)
    given = {"project": name, "attachment": w.picture}
    create = (w.call, w.live, "create_evaluation_task", TaskType.ImageAnnotation)
    error = raises(ScaleInvalidRequest, *create, **given)
    assert "expected_response" in str(error)
    wrong = {"annotations": [{**ANSWER["annotations"][0], "label": "kitten"}]}
    error = raises(ScaleInvalidRequest, *create, expected_response=wrong, **given)
    assert "label" in str(error)


@case("ScaleClient.create_training_task", since="2.8.0")
def create_training_task(w):
    name = rapid(w)
    given = {"project": name, "attachment": w.picture}
    create = (w.call, w.live, "create_training_task", TaskType.ImageAnnotation)
    task = w.call(*create[1:], expected_response=ANSWER, **given)
    assert (len(task.id), boxes(task.expected_response)) == (24, boxes(ANSWER))
    assert task.as_dict()["project"] == name
    assert raises(ScaleInvalidRequest, *create, **given).code == 400


@case("EvaluationTask.as_dict", since="2.5.0", until="2.8.0")
def evaluation_task_as_dict(w):
    task = w.live.create_evaluation_task(
        TaskType.ImageAnnotation, project=rapid(w), attachment=w.picture, expected_response=ANSWER
    )
    assert w.call(task, "as_dict")["id"] == task.id


@case("QualityTask.as_dict", since="2.8.0")
def quality_task_as_dict(w):
    given = {"project": rapid(w), "attachment": w.picture, "expected_response": ANSWER}
    for create in (w.live.create_evaluation_task, w.live.create_training_task):
        task = create(TaskType.ImageAnnotation, **given)
        found = w.call(task, "as_dict")
        assert (found["id"], boxes(found["expected_response"])) == (task.id, boxes(ANSWER))


@case("ScaleClient.list_teammates", "Teammate.as_dict", since="2.12.0")
def list_teammates(w):
    found = w.call(w.live, "list_teammates")
    roles = {one.email: one.role for one in found}
    for role, emails in w.people.items():
        assert {roles[email] for email in emails} == {role}
    jo = next(one for one in found if one.email == w.people["labeler"][0])
    assert w.call(jo, "as_dict")["email"] == jo.email
    assert (hash(jo), str(jo)) == (hash(jo.email), f"Teammate(email={jo.email})")


@case("ScaleClient.invite_teammates", since="2.12.0")
def invite_teammates(w):
    new = [f"{w.name}-{n}@example.org" for n in (1, 2)]
    found = {one.email: one for one in w.call(w.live, "invite_teammates", new, TeammateRole.Member)}
    assert set(w.people["labeler"]) <= found.keys()
    for email in new:
        assert found[email].role == "invited"
        assert found[email].expiry
    raises(ScaleInvalidRequest, w.call, w.live, "invite_teammates", ["nobody"], TeammateRole.Member)
    error = raises(
        ScaleInvalidRequest, w.call, w.live, "invite_teammates", [f"x-{new[0]}"], TeammateRole.Admin
    )
    assert error.code == 400
    # Scripts go on at once with addresses that nobody has accepted yet.
    w.live.update_teammates_role(new, TeammateRole.Labeler)
    name = studio(w)
    added = w.live.add_studio_assignments(new, [name])
    assert [added[email].assigned_projects for email in new] == [[name], [name]]
    assert w.live.create_project_group(name, new, "new people").numWorkers == 2


@case("ScaleClient.update_teammates_role", "Teammate.update_teammate_role", since="2.12.0")
def update_teammates_role(w):
    (member,) = w.people["member"]
    found = {
        one.email: one for one in w.call(w.live, "update_teammates_role", [member], TeammateRole.Manager)
    }
    assert found[member].role == "manager"
    again = {
        one.email: one.role for one in w.call(found[member], "update_teammate_role", TeammateRole.Member)
    }
    assert again[member] == "member"
    nobody = [member, "nobody@example.org"]
    error = raises(ScaleInvalidRequest, w.call, w.live, "update_teammates_role", nobody, TeammateRole.Labeler)
    assert "nobody@example.org" in str(error)
    (admin,) = (TeammateRole.Admin,)
    assert raises(ScaleInvalidRequest, w.call, w.live, "update_teammates_role", [member], admin).code == 400
    assert {one.email: one.role for one in w.live.list_teammates()}[member] == "member"


def studio(w):
    """A Studio project to which nobody is assigned."""
    return w.live.create_project(w.name, TaskType.Categorization, studio=True).name


@case(
    "ScaleClient.list_studio_assignments",
    "ScaleClient.add_studio_assignments",
    "ScaleClient.remove_studio_assignments",
    "StudioLabelerAssignment.as_dict",
    since="2.12.0",
)
def studio_assignments(w):
    name = studio(w)
    jo, al = w.people["labeler"]
    added = w.call(w.live, "add_studio_assignments", [jo, al], [name])
    assert name in added[jo].assigned_projects
    assert name in added[al].assigned_projects
    left = w.call(w.live, "remove_studio_assignments", [al], [name])
    assert name not in left[al].assigned_projects
    found = w.call(w.live, "list_studio_assignments")
    assert (found[jo].email, name in w.call(found[jo], "as_dict")) == (jo, True)
    assert name not in found[al].assigned_projects
    error = raises(
        ScaleException, w.call, w.live, "add_studio_assignments", [jo, "nobody@example.org"], [name]
    )
    assert (error.code, "nobody@example.org" in str(error)) == (400, True)
    error = raises(ScaleException, w.call, w.live, "add_studio_assignments", [al], [f"{w.name} missing"])
    assert error.code in {400, 404}
    assert name not in w.live.list_studio_assignments()[al].assigned_projects


@case(
    "ScaleClient.list_project_groups",
    "ScaleClient.create_project_group",
    "ScaleClient.update_project_group",
    "StudioProjectGroup.as_dict",
    "StudioWorker.as_dict",
    since="2.12.0",
)
def studio_groups(w):
    name = studio(w)
    jo, al = w.people["labeler"]
    error = raises(ScaleInvalidRequest, w.call, w.live, "create_project_group", name, [jo], "night shift")
    assert error.code == 400
    w.live.add_studio_assignments([jo, al], [name])
    made = w.call(w.live, "create_project_group", name, [jo], "night shift")
    assert (made.name, made.numWorkers, made.isSingleton) == ("night shift", 1, False)
    # The official client wraps the list of workers in a tuple (wire/clients §5.3, 45).
    (worker,) = made.workers[0] if isinstance(made.workers, tuple) else made.workers
    assert (worker.email, w.call(worker, "as_dict")["id"]) == (jo, worker.id)
    changed = w.call(w.live, "update_project_group", name, "night shift", [al], [jo])
    assert [one["email"] for one in w.call(changed, "as_dict")["workers"]] == [al]
    (listed,) = (one for one in w.call(w.live, "list_project_groups", name) if one.name == "night shift")
    assert (listed.id, listed.numWorkers) == (made.id, 1)
    raises(ScaleResourceNotFound, w.call, w.live, "list_project_groups", f"{w.name} missing")
    raises(ScaleResourceNotFound, w.call, w.live, "update_project_group", name, "day shift", [al], [])


@case(
    "ScaleClient.list_studio_batches",
    "ScaleClient.assign_studio_batches",
    "ScaleClient.set_studio_batches_priorities",
    "ScaleClient.reset_studio_batches_priorities",
    "StudioBatch.as_dict",
    since="2.12.0",
)
def studio_batches(w):
    name = studio(w)
    jo, _ = w.people["labeler"]
    w.live.add_studio_assignments([jo], [name])
    w.live.create_project_group(name, [jo], "night shift")
    made = [w.live.create_batch(name, f"{w.name} {n}").name for n in (1, 2)]
    categorize(w.live, batch=made[0])
    others = [one.name for one in w.live.list_studio_batches() if one.name not in made]
    assert others == []
    listed = w.call(w.live, "list_studio_batches")
    assert [one.name for one in listed] == made
    first = listed[0]
    assert (first.project_name, first.batch_type) == (name, "Production")
    assert (first.total, first.completed, first.groups) == (1, 0, [])
    assert w.call(first, "as_dict")["projectId"] == first.project_id
    given = w.call(w.live, "assign_studio_batches", made[0], ["night shift", jo])
    assert (given.name, sorted(given.groups)) == (made[0], sorted(["night shift", jo]))
    assert w.call(w.live, "assign_studio_batches", made[0], ["night shift"]).groups == ["night shift"]
    raises(ScaleInvalidRequest, w.call, w.live, "assign_studio_batches", made[0], ["day shift"])
    turned = w.call(w.live, "set_studio_batches_priorities", made[::-1])
    assert [one.name for one in turned] == made[::-1]
    assert [one.name for one in w.live.list_studio_batches()] == made[::-1]
    raises(ScaleInvalidRequest, w.call, w.live, "set_studio_batches_priorities", made[:1])
    assert [one.name for one in w.call(w.live, "reset_studio_batches_priorities")] == made
    error = raises(ScaleInvalidRequest, w.test.list_studio_batches)
    assert error.code == 400
