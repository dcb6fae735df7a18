"""What the demo is seeded with: real photographs from installed packages, projects, people, some work done."""

import importlib.util
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from labelwright.domain import accounts, assignments, batches, files, projects, stages, task_creation
from labelwright.domain.platform import Platform
from labelwright.domain.principals import Worker
from labelwright.store import accounts as account_rows
from labelwright.store.rows import Environment, Person

BOXES, KINDS = "demo-boxes", "demo-kinds"


class Photo(msgspec.Struct, frozen=True):
    """A photograph, and boxes that a first labeler drew: label, left, top, width, height in pixels."""

    package: str
    file: str
    boxes: Sequence[tuple[str, int, int, int, int]] = ()


PHOTOS = (
    Photo("skimage", "data/coffee.png", (("cup", 172, 17, 238, 290),)),
    Photo("skimage", "data/chelsea.png", (("cat", 0, 0, 404, 300),)),
    Photo("skimage", "data/astronaut.png", (("person", 20, 14, 340, 498), ("rocket", 352, 0, 108, 288))),
    Photo("sklearn", "datasets/images/china.jpg"),
    Photo("sklearn", "datasets/images/flower.jpg"),
    Photo("skimage", "data/motorcycle_left.png"),
    Photo("skimage", "data/rocket.jpg"),
    Photo("skimage", "data/camera.png"),
    Photo("skimage", "data/coins.png"),
    Photo("skimage", "data/motorcycle_right.png"),
    Photo("skimage", "data/hubble_deep_field.jpg"),
)

BOX_PARAMS: dict[str, Any] = {
    "instruction": (
        "## Box everything that has a name in the list\n\n"
        "- Draw the **tightest** box around the visible part.\n"
        "- One box per object; overlapping boxes are fine.\n"
        "- Mark *occluded* when less than three quarters of the object can be seen.\n\n"
        "| key | does |\n| --- | --- |\n| `1`-`9` | choose the label |\n| `B` | draw a box |\n"
        "| `Ctrl+Enter` | submit |\n"
    ),
    "geometries": {
        "box": {
            "objects_to_annotate": [
                "person",
                "cat",
                "motorcycle",
                "building",
                "boat",
                "flower",
                "cup",
                "coin",
                "rocket",
            ],
            "min_width": 4,
            "min_height": 4,
        }
    },
    "annotation_attributes": {
        "occluded": {
            "description": "Is more than a quarter of it hidden?",
            "choices": ["no", "yes"],
            "conditions": {"label_condition": {"label": ["person", "cat", "motorcycle", "building", "boat"]}},
        }
    },
}

TYPE_PARAMS: dict[str, Any] = {
    "instruction": "What does the photograph show **mainly**? One key answers: `1` to `5`.",
    "attachment_type": "image",
    "categories": ["people", "animals", "things", "buildings and landscapes", "science"],
}


class Login(msgspec.Struct):
    """A person of the demo."""

    what: str
    email: str
    password: str


class Logins(msgspec.Struct):
    """Everything the demo prints."""

    people: list[Login]
    test_key: str
    live_key: str


def photographs() -> list[tuple[Photo, Path]]:
    """The photographs that are installed, with their files."""
    found = []
    for photo in PHOTOS:
        spec = importlib.util.find_spec(photo.package)
        if spec is None or spec.origin is None:
            continue
        path = Path(spec.origin).parent / photo.file
        if path.is_file():
            found.append((photo, path))
    return found


async def seed(platform: Platform, photos: Sequence[tuple[Photo, Path]]) -> Logins:
    """Fill an empty workspace."""
    logins = []
    for what, role, name in (
        ("manager", "manager", "Mara Manager"),
        ("labeler", "labeler", "Leo Labeler"),
        ("reviewer", "member", "Rita Reviewer"),
    ):
        login = Login(what, f"{what}@demo.example", secrets.token_urlsafe(9))
        await accounts.create_person(platform, login.email, role, login.password, name)
        logins.append(login)
    live_key = await accounts.create_key(platform, "live")
    test_key = await accounts.create_key(platform, "test")
    labeler = await _worker(platform, logins[1].email)
    await _projects(platform, labeler.env, photos)
    await _first_answers(platform, labeler, photos)
    return Logins(logins, test_key, live_key)


async def _worker(platform: Platform, email: str) -> Worker:
    person: Person | None = await platform.read(account_rows.person_by_email, email)
    env = await platform.read(account_rows.environment_of, person.account_id, "live") if person else None
    if person is None or env is None:
        raise RuntimeError("the demo's people are missing")
    return Worker(env, person)


def _new(**values: Any) -> tuple[task_creation.NewTask, dict[str, msgspec.Raw]]:
    """A create's common parameters and its whole body, as the API would read them."""
    body = msgspec.json.encode(values)
    return msgspec.json.decode(body, type=task_creation.NewTask), msgspec.json.decode(
        body, type=dict[str, msgspec.Raw]
    )


async def _projects(platform: Platform, env: Environment, photos: Sequence[tuple[Photo, Path]]) -> None:
    for name, kind, params in (
        (BOXES, "imageannotation", BOX_PARAMS),
        (KINDS, "categorization", TYPE_PARAMS),
    ):
        raw = msgspec.json.decode(msgspec.json.encode(params), type=dict[str, msgspec.Raw])
        await projects.create(platform, env, projects.NewProject(kind, name, raw))
        await batches.create(platform, env, batches.NewBatch(name, f"{name}-first"))
    for photo, path in photos:
        uploaded = await files.add(platform, env, path, files.NewFile(filename=path.name, project_name=BOXES))
        for project, kind in ((BOXES, "imageannotation"), (KINDS, "categorization")):
            new, given = _new(
                batch=f"{project}-first",
                attachment=uploaded.attachment_url,
                metadata={"file": Path(photo.file).name},
                unique_id=f"{project}/{Path(photo.file).name}",
            )
            await task_creation.create(platform, env, kind, new, given)


async def _first_answers(platform: Platform, labeler: Worker, photos: Sequence[tuple[Photo, Path]]) -> None:
    """Hand in the boxes that are known, so that a reviewer has something to look at."""
    known = {Path(photo.file).name: photo.boxes for photo, _ in photos}
    while True:
        turns = await assignments.claim(platform, labeler, stages.ATTEMPT, BOXES)
        boxes = known.get(_file(turns[0].task.metadata), ()) if turns else ()
        if not turns:
            return
        if not boxes:
            await assignments.release(platform, labeler, turns[0].assignment.id)
            return
        annotations = [
            {
                "type": "box",
                "label": label,
                "left": left,
                "top": top,
                "width": width,
                "height": height,
                "attributes": {"occluded": "no"} if label in {"person", "cat"} else {},
            }
            for label, left, top, width, height in boxes
        ]
        answer = msgspec.json.encode({"annotations": annotations, "global_attributes": {}, "links": []})
        await assignments.open_assignment(platform, labeler, turns[0].assignment.id)
        await assignments.submit(
            platform,
            labeler,
            turns[0].assignment.id,
            assignments.Submission(f"seed-{turns[0].assignment.id}", 20_000, answer, shown=True),
        )


def _file(metadata: str) -> str:
    name: str = msgspec.json.decode(metadata).get("file", "")
    return name
