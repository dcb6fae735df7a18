"""Run the snippets of an official README with the client of this interpreter, and print what became of each.

Run by the tests as ``python snippets.py GIVEN.json``, so it uses nothing but the standard library and ``scaleapi``.
A snippet runs as published, but for what ``REPAIRS`` mends and for the names of things that must exist first.
"""

import contextlib
import importlib
import io
import json
import sys
import tempfile
import traceback
from pathlib import Path
from types import SimpleNamespace

import scaleapi

sys.path.insert(0, str(Path(__file__).parent / "cases"))
from declare import png

SITE = {
    "attachment_type": "website",
    "attachment": "http://www.google.com/",
    "categories": ["public", "private"],
}
COW = "http://i.imgur.com/v4cBreD.jpg"
GEOMETRIES = {"box": {"objects_to_annotate": ["Baby Cow", "Big Cow"], "min_height": 10, "min_width": 10}}
FIELDS = [
    {
        "type": "category",
        "field_id": "answer_reasonable",
        "title": "Is the answer reasonable?",
        "choices": [{"label": "Yes", "value": "yes"}, {"label": "No", "value": "no"}],
    }
]
EXPECTED = {
    "annotations": {
        "answer_reasonable": {"type": "category", "field_id": "answer_reasonable", "response": [["no"]]}
    }
}

REPAIRS = (
    # wire/clients §5.4
    ("{len(task_list))}", "{len(task_list)}"),
    ("{len(batch_list))}", "{len(batch_list)}"),
    ("    attachments,\n", "    attachments=attachments,\n"),
    # Placeholders, which stand for somebody's own parameters.
    ("create_task(TaskType, ...task parameters...)", "create_task(TaskType.Categorization, **parameters)"),
    (
        "create_evaluation_task(TaskType, ...task parameters...)",
        "create_evaluation_task(TaskType.TextCollection, **parameters)",
    ),
    (
        "create_training_task(TaskType, ...task parameters...)",
        "create_training_task(TaskType.TextCollection, **parameters)",
    ),
    ("client.create_{{Task Type}}_task(...)", "client.create_categorization_task(**parameters)"),
    ("    ...\n    ...\n", "    project='test_project',\n    geometries=GEOMETRIES,\n"),
    ("    ...\n    ...\n)", ")"),
    # What the READMEs of 0.3.1 and 1.0.4 get wrong in Python itself.
    (")  // Task status", ")  # Task status"),
    (") // If task is complete", ") # If task is complete"),
    ("    name = 'batch_name_01_07_2021'", "    batch_name = 'batch_name_01_07_2021'"),
    ("type = 'imageannotation,", "type = 'imageannotation',"),
    ("pathc = false", "patch = False"),
    ("try\n", "try:\n"),
    ("create_categorization_task('Some parameters are missing.')", "create_categorization_task()"),
    ("except scaleapi.ValidationError as e:", "except scaleapi.ScaleInvalidRequest as e:"),
    ("print(e.message)", "print(e)"),
    # Recordings that the Internet has no more.
    (f'file_url="{COW}"', "file_url=PICTURE"),
)


def modern():
    """Whether this is a 2.x release."""
    return hasattr(scaleapi, "TaskType")


def post(client, endpoint, body):
    """A request that every release can make."""
    return client.api.post_request(endpoint, body) if modern() else client._postrequest(endpoint, body)


def kind_of(name):
    """A task type as the release wants it."""
    found = getattr(scaleapi, "TaskType", None)
    return next(one for one in found if one.value == name) if found else name


def ensure(client, endpoint, body):
    """Make something unless an earlier snippet did."""
    try:
        return post(client, endpoint, body)
    except Exception as error:
        if getattr(error, "code", None) != 409:
            raise
        return None


def project(client, name="test_project", kind="imageannotation", **more):
    """A project that a snippet names."""
    params = {"fields": FIELDS} if kind == "textcollection" else {"geometries": GEOMETRIES}
    ensure(client, "projects", {"name": name, "type": kind, "params": params, **more})


def batch(client, name="batch_name_01_07_2021", in_project="test_project"):
    """A batch that a snippet names."""
    ensure(client, "batches", {"name": name, "project": in_project})


def categorize(client, **more):
    """A task that a snippet names by its id."""
    return client.create_task(kind_of("categorization"), **SITE, **more)


def for_tasks(w):
    """A task that can be read, changed and, when its client is live, canceled."""
    w.scope["task"] = categorize(w.client)
    return dict.fromkeys(("30553edd0b6a93f8f05f0fee", "asdfasdfasdfasdfasdfasdf"), w.scope["task"].id)


def for_boxes(w):
    """A finished task of boxes."""
    w.scope["task"] = w.client.create_task(
        kind_of("imageannotation"), attachment=COW, geometries=GEOMETRIES, attachment_type="image"
    )


def for_project(w):
    """The project and the batch that most snippets name."""
    project(w.client)
    if "batch" in w.name and w.name != "create_batch":
        batch(w.client)


def for_lists(w):
    """The project that the lists name."""
    project(w.client, "My Project")


def for_v2(w):
    """A finished task in the project that is walked, and a client that knows where V2 is."""
    for_lists(w)
    w.client.v2.api_client.configuration.host = w.given["url"]
    w.scope["made"] = w.client.create_task(
        kind_of("imageannotation"), project="My Project", attachment=COW, attachment_type="image"
    )
    return {"30553edd0b6a93f8f05f0fee": w.scope["made"].id}


def for_files(w):
    """A picture on the disk, and one in the store."""
    for_project(w)
    file = Path(tempfile.mkdtemp()) / "cow.png"
    file.write_bytes(png(64, 48))
    w.scope["file_name"] = str(file)
    with file.open("rb") as opened:
        w.scope["my_file"] = w.client.upload_file(file=opened)


def for_quality(w):
    """A Rapid project with one question."""
    project(w.client, kind="textcollection", rapid=True)
    w.scope["parameters"] = {
        "project": "test_project",
        "attachments": [{"type": "image", "content": "https://i.imgur.com/bGjrNzl.jpeg"}],
        "expected_response": EXPECTED,
    }


def for_studio(w):
    """Projects of Studio, with everybody on them, a group and batches."""
    for name in ("project 1", "project 2", "project_name"):
        project(w.client, name, "categorization", studio=True)
    if w.name == "add_studio_assignment":
        return
    emails = [w.email("email1"), w.email("email2")]
    w.client.add_studio_assignments(emails, ["project 1", "project 2", "project_name"])
    if w.name in {"list_studio_project_groups", "update_studio_project_group", *STUDIO_BATCHES}:
        name = "another_group" if w.name == "list_studio_project_groups" else "project_group_name"
        ensure(w.client, "studio/projects/project_name/groups", {"emails": emails[1:], "name": name})


def for_studio_batches(w):
    """What is pending when a snippet begins: what it names and nothing else."""
    for_studio(w)
    wanted = [f"pending_batch_{n}" for n in (1, 2, 3)] if "priority" in w.name else ["batch_name"]
    for one in w.client.list_studio_batches():
        if one.name not in wanted:
            categorize(w.client, batch=one.name).cancel()
            w.client.finalize_batch(one.name)
    for name in wanted:
        batch(w.client, name, "project_name")


def everybody(w):
    """Nothing: the people are there."""


TEAM = ("list_teammates", "invite_teammate", "update_teammate_role")
STUDIO = (
    "list_all_assignments",
    "add_studio_assignment",
    "remove_studio_assignment",
    "list_studio_project_groups",
    "add_studio_project_group",
    "update_studio_project_group",
)
STUDIO_BATCHES = (
    "list_studio_batches",
    "assign_studio_batches",
    "set_studio_batches_priority",
    "reset_studio_batches_priority",
)
QUALITY = ("create_evaluation_task", "create_evaluation_task_2", "create_training_task")
LIVE = {"cancel_task", "create_project", *TEAM, *STUDIO, *STUDIO_BATCHES, *QUALITY}
"""Snippets with a live key: what is canceled must not be done, teams and Studio are live, and one project is made
that other snippets need to be there already."""
BEFORE = {
    **dict.fromkeys(("retrieve_a_task", "retrieve_task", "cancel_task", "audit_a_task"), for_tasks),
    **dict.fromkeys(("update_a_task_s_unique_id", "clear_a_task_s_unique_id"), for_tasks),
    **dict.fromkeys(("set_a_task_s_metadata", "set_a_task_s_tags"), for_tasks),
    **dict.fromkeys(("add_tags_to_a_task", "delete_tags_from_a_task"), for_tasks),
    **dict.fromkeys(("task_attributes", "task_attributes_2", "task_attributes_3"), for_boxes),
    **dict.fromkeys(("create_task_2", "create_batch", "finalize_batch", "check_batch_status"), for_project),
    **dict.fromkeys(("retrieve_batch", "retrieve_a_batch", "update_project"), for_project),
    **dict.fromkeys(("retrieve_project", "list_projects", "list_batches"), for_project),
    **dict.fromkeys(("retrieve_list_of_tasks", "get_tasks_count", "list_tasks"), for_lists),
    "v2_api": for_v2,
    **dict.fromkeys(("upload_files", "upload_files_2", "import_files", "import_files_2"), for_files),
    **dict.fromkeys(QUALITY, for_quality),
    **dict.fromkeys(TEAM, everybody),
    **dict.fromkeys(STUDIO, for_studio),
    **dict.fromkeys(STUDIO_BATCHES, for_studio_batches),
}


def names(found):
    """The names of a list."""
    return [one.name for one in found]


def json_of(task):
    """A task as its JSON, in every release."""
    return task.as_dict() if modern() else task.param_dict


PENDING = ["pending_batch_1", "pending_batch_2", "pending_batch_3"]
AFTER = {
    "usage": lambda w: w.scope["client"].tasks(limit=1).limit == 1,
    "usage_2": lambda w: w.scope["client"].api.proxies == {"https": "http://10.10.1.10:1080"},
    "create_task_2": lambda w: w.client.tasks(project="test_project").total == 1 and not w.printed,
    "create_categorization_task": lambda w: w.scope["task"].response == {"category": "public"},
    "create_transcription_task": lambda w: w.scope["task"].response["fields"]["title"] == "test response",
    "create_datacollection_task": lambda w: (
        w.scope["task"].response["fields"] == {"hiring_page": "test response"}
    ),
    "create_audiotranscription_task": lambda w: isinstance(w.scope["task"].response["transcript"], str),
    "create_comparison_task": lambda w: w.client.tasks(type="comparison").total == 1,
    "create_annotation_task": lambda w: w.client.tasks(type="annotation").total == 1,
    "retrieve_a_task": lambda w: w.printed[0] == "completed",
    "retrieve_task": lambda w: w.scope["task"].id in w.text,
    "task_attributes_3": lambda w: w.scope["task"].params["attachment"] == COW,
    "retrieve_list_of_tasks": lambda w: w.printed == ["0 tasks retrieved"],
    "get_tasks_count": lambda w: w.printed == ["0"],
    "list_tasks": lambda w: w.printed in (["[]"], ["0", "100", "200", "False"]),
    "cancel_task": lambda w: json_of(w.client_task())["status"] == "canceled",
    "audit_a_task": lambda w: w.client_task().customer_review_status == "accepted",
    "update_a_task_s_unique_id": lambda w: w.client_task().unique_id == "new_unique_id",
    "clear_a_task_s_unique_id": lambda w: "unique_id" not in w.client_task().as_dict(),
    "set_a_task_s_metadata": lambda w: w.client_task().metadata == {"myKey": "myValue"},
    "set_a_task_s_tags": lambda w: w.client_task().tags == ["tag1", "tag2", "tag3"],
    "add_tags_to_a_task": lambda w: w.client_task().tags == ["tag4", "tag5"],
    "delete_tags_from_a_task": lambda w: "tags" not in w.client_task().as_dict(),
    "create_batch": lambda w: w.client.get_batch("batch_name_01_07_2021").status == "in_progress",
    "finalize_batch": lambda w: w.client.get_batch("batch_name_01_07_2021").status == "completed",
    "check_batch_status": lambda w: w.printed in ([], ["0 0"]),
    "retrieve_a_batch": lambda w: w.scope["batch"].name == "batch_name_01_07_2021",
    # It lists completed ones: an earlier snippet may have finalized an empty one.
    "list_batches": lambda w: len(w.printed) > 0,
    "list_projects": lambda w: any("test_project | imageannotation" in line for line in w.printed),
    "v2_api": lambda w: w.printed == [w.scope["made"].id],
    "update_project": lambda w: (
        "update: Please label all the stuff" in str(w.scope["data"].__dict__)
        if modern()
        else w.scope["data"]["param_history"][-1]["instruction"] == "update: Please label all the stuff"
    ),
    "upload_files": lambda w: w.scope["my_file"].as_dict()["project_names"] == ["test_project"],
    "upload_files_2": lambda w: w.scope["my_file"].as_dict()["mime_type"] == "image/png",
    "import_files": lambda w: w.scope["my_file"].as_dict()["project_names"] == ["test_project"],
    "import_files_2": lambda w: (
        w.client.create_task(kind_of("imageannotation"), **w.scope["task_payload"]).params["attachment"]
        == w.scope["my_file"].attachment_url
    ),
    "list_teammates": lambda w: w.email("email1") in {one.email for one in w.scope["teammates"]},
    "invite_teammate": lambda w: (
        {one.role for one in w.scope["teammates"] if one.email.startswith("invited")} == {"invited"}
    ),
    "update_teammate_role": lambda w: (
        {one.role for one in w.scope["teammates"] if one.email in {w.email("email1"), w.email("email2")}}
        == {"manager"}
    ),
    "list_all_assignments": lambda w: w.scope["my_assignment"].assigned_projects == [],
    "add_studio_assignment": lambda w: (
        {"project 1", "project 2"} <= set(w.scope["assignments"][w.email("email2")].assigned_projects)
    ),
    "remove_studio_assignment": lambda w: (
        w.scope["assignments"][w.email("email1")].assigned_projects == ["project_name"]
    ),
    "list_studio_project_groups": lambda w: "another_group" in names(w.scope["list_project_group"]),
    "add_studio_project_group": lambda w: w.scope["added_project_group"].numWorkers == 1,
    "update_studio_project_group": lambda w: (
        [one["email"] for one in w.scope["updated_project_group"].as_dict()["workers"]] == [w.email("email1")]
    ),
    "list_studio_batches": lambda w: names(w.scope["studio_batches"]) == ["batch_name"],
    "assign_studio_batches": lambda w: w.scope["assigned_studio_batch"].groups == ["project_group_name"],
    "set_studio_batches_priority": lambda w: names(w.scope["studio_batch_priority"]) == PENDING,
    "reset_studio_batches_priority": lambda w: names(w.scope["reset_studio_batch_prioprity"]) == PENDING,
    "error_handling": lambda w: (
        w.printed == ["400", 'Parameter is invalid, reason: "attachments" is required']
        if "client.create_task(" in w.text
        else w.printed[0] == "400"
    ),
}
"""What has to hold after a snippet; where nothing is said, the README itself promises nothing but that it runs."""


class World:
    """What a snippet runs in.

    Attributes:
        name: of the snippet.
        client: the client that the snippet calls ``client``.
        scope: the snippet's variables.
        text: its code as run.
        printed: what it printed, line by line.
    """

    def __init__(self, given, name, text):
        self.given, self.name, self.text = given, name, text
        self.key = given["live" if name in LIVE else "test"]
        self.client = scaleapi.ScaleClient(self.key)
        self.printed = []
        self.scope = {
            "scaleapi": scaleapi,
            "client": self.client,
            "parameters": SITE,
            "GEOMETRIES": GEOMETRIES,
            "PICTURE": given["picture"],
        }
        if modern():
            self.scope["TaskType"] = scaleapi.TaskType

    def email(self, who):
        """Somebody's address: addresses are unique in an installation, so the README's own cannot be used."""
        return f"{who}@{self.given['name']}.example.org"

    def client_task(self):
        """The task that the snippet changed, as it is now."""
        task = self.scope["task"]
        return self.client.get_task(task.id) if modern() else self.client.fetch_task(task.id)

    def run(self):
        """Run the snippet and look at what it did."""
        for old, new in REPAIRS:
            self.text = self.text.replace(old, new, 1)
        replaced = BEFORE.get(self.name, everybody)(self) or {}
        first = "invited" if self.name == "invite_teammate" else "email"
        replaced.update(
            {
                "YOUR_API_KEY_HERE": self.key,
                "email1@example.com": self.email(f"{first}1"),
                "email2@example.com": self.email(f"{first}2"),
                "my-email@example.com": self.email("my-email"),
                "'emails_to_add'": f"'{self.email('email1')}'",
                "'emails_to_remove'": f"'{self.email('email2')}'",
            }
        )
        for old, new in replaced.items():
            self.text = self.text.replace(old, new)
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(self.text, f"<README: {self.name}>", "exec"), self.scope)
        self.printed = printed.getvalue().splitlines()
        if self.name in AFTER and not AFTER[self.name](self):
            raise AssertionError(f"the snippet ran, but did not do what it says; it printed {self.printed}")


def point(base):
    """Point every client that a snippet makes at the server."""
    if modern():
        importlib.import_module("scaleapi.api").SCALE_API_BASE_URL_V1 = f"{base}/v1"
    else:
        scaleapi.SCALE_ENDPOINT = f"{base}/v1/"


def main():
    """Run the snippets; print ``{snippet: null or traceback}``."""
    given = json.loads(Path(sys.argv[1]).read_text())
    point(given["url"])
    outcomes = {}
    for name, text in given["snippets"]:
        world = SimpleNamespace(text=text)
        try:
            world = World(given, name, text)
            world.run()
            outcomes[name] = None
        except Exception:  # noqa: BLE001  reported to the test, which fails with it
            outcomes[name] = f"{world.text}\n{traceback.format_exc()}"
    print(json.dumps({"client": scaleapi.__file__, "outcomes": outcomes}))


if __name__ == "__main__":
    main()
