"""Tasks whose answers no editor draws wait, unless their project allows the form."""

import re
from pathlib import Path
from typing import Any

import pytest
from server.tests.harness import BOX_ANSWER, BOXES, Server, Tenant, Worker, done, refused

from labelwright.domain import editors
from labelwright.store.database import Reader, Row, Tx
from labelwright.tasktypes import registry

WEB = Path(__file__).parents[3] / "web" / "src" / "editors"
POLYGONS = {"geometries": {"polygon": {"objects_to_annotate": ["cone"]}}}
BOTH = {"geometries": {**BOXES["geometries"], **POLYGONS["geometries"]}}
LINKS = {"near": {"is_bidirectional": True, "from_allowed_labels": ["cone"], "to_allowed_labels": ["cone"]}}
POLYGON_ANSWER = {
    "annotations": [
        {
            "type": "polygon",
            "label": "cone",
            "vertices": [{"x": 1, "y": 1}, {"x": 9, "y": 1}, {"x": 5, "y": 9}],
        }
    ],
    "global_attributes": {},
    "links": [],
}


@pytest.fixture
def boss(tenant: Tenant) -> Worker:
    """A manager."""
    return tenant.person("boss", "manager")


@pytest.fixture
def leo(tenant: Tenant) -> Worker:
    """A labeler."""
    return tenant.person("leo")


def polygons(tenant: Tenant, name: str = "p", n: int = 1) -> list[str]:
    """A project of polygons that does not allow the form; returns its tasks."""
    tenant.project(name, "imageannotation", form=False, params=POLYGONS)
    return [tenant.task("imageannotation", project=name)["task_id"] for _ in range(n)]


def shown(boss: Worker, name: str = "p") -> dict[str, Any]:
    """How the projects' page shows it."""
    (row,) = (row for row in done(boss.get("/projects"))["projects"] if row["name"] == name)
    form: dict[str, Any] = row["form"]
    return form


def allow(boss: Worker, project: str | None, *, allowed: bool = True) -> None:
    """Turn the switch."""
    done(boss.put("/form", {"project": project, "allowed": allowed}))


def row_of(server: Server, task_id: str) -> Row:
    """A task's row in the queue: its state, and what it lacks."""

    async def look(db: Reader) -> Row | None:
        return await db.one("SELECT state, no_editor FROM work WHERE task_id = $1", task_id)

    found = server.run(server.platform.read(look))
    assert found is not None
    return found


def test_f03_polygons_wait_until_the_project_allows_the_form(
    tenant: Tenant, boss: Worker, leo: Worker
) -> None:
    tasks = polygons(tenant, n=3)
    assert (leo.claim(), boss.claim()) == ([], [])
    assert done(leo.get("/queue"))["entries"] == []
    assert shown(boss) == {"allowed": False, "waiting": 3, "lacks": ["imageannotation/polygon"]}
    (row,) = done(boss.get("/projects"))["projects"]
    assert row["stages"]["attempt_open"] == 0
    allow(boss, "p")
    assert shown(boss) == {"allowed": True, "waiting": 0, "lacks": ["imageannotation/polygon"]}
    assert sorted(one["task"]["task_id"] for one in leo.claim(count=5)) == sorted(tasks)
    tenant.task("imageannotation", project="p")
    assert len(tenant.person("mia").claim()) == 1


def test_f03_what_is_in_hands_stays_there(tenant: Tenant, server: Server, boss: Worker, leo: Worker) -> None:
    polygons(tenant, n=3)
    allow(boss, "p")
    mine = leo.claim_one()
    reserved = leo.claim(count=2)[1]
    allow(boss, "p", allowed=False)
    assert shown(boss)["waiting"] == 1
    mia = tenant.person("mia")
    assert mia.claim() == []
    done(leo.submit(mine["id"], answer=POLYGON_ANSWER))
    # The answer would be reviewed as numbers: it waits too, and so does what comes back.
    done(leo.post(f"/assignments/{reserved['id']}/release"))
    assert (mia.claim(), boss.claim("review")) == ([], [])
    assert shown(boss)["waiting"] == 3
    allow(boss, "p")
    assert len(boss.claim("review")) == 1
    assert len(mia.claim(count=5)) == 2


@pytest.mark.parametrize(
    ("kind", "params", "lacks"),
    [
        ("imageannotation", BOXES, []),
        ("imageannotation", BOTH, ["imageannotation/polygon"]),
        ("imageannotation", {"geometries": {"polygon": {"objects_to_annotate": []}}}, []),
        ("imageannotation", {**BOXES, "links": LINKS}, ["imageannotation/links"]),
        ("categorization", {}, []),
        ("chat", {}, []),
        ("transcription", {}, []),
        ("comparison", {}, []),
        ("datacollection", {}, []),
        ("audiotranscription", {}, []),
        ("namedentityrecognition", {}, ["namedentityrecognition"]),
        ("segmentannotation", {}, ["segmentannotation"]),
        ("videoplaybackannotation", {}, ["videoplaybackannotation"]),
        ("lidarannotation", {}, ["lidarannotation"]),
        ("polygonannotation", {}, ["polygonannotation"]),
        ("documenttranscription", {}, ["documenttranscription"]),
        ("textcollection", {"fields": [{"type": "text", "field_id": "a"}]}, []),
        (
            "textcollection",
            {"fields": [{"type": "field_set", "fields": [{"type": "bounding_box", "field_id": "a"}]}]},
            ["textcollection/bounding_box"],
        ),
        (
            "multistage",
            {"stages": [{"type": "categorization"}, {"type": "imageannotation"}, {"type": "lidarlinking"}]},
            ["multistage/imageannotation", "multistage/lidarlinking"],
        ),
    ],
)
def test_f03_what_each_type_lacks(kind: str, params: dict[str, Any], lacks: list[str]) -> None:
    found = registry.find(kind)
    assert list(found.undrawn(params)) == lacks
    assert set(lacks) <= set(found.undrawn_parts)


def test_f03_every_type_says_so_within_its_own_name() -> None:
    for kind in set(registry.task_types().values()):
        assert all(part == kind.slug or part.startswith(f"{kind.slug}/") for part in kind.undrawn_parts)


def test_f03_server_and_web_app_agree_on_editors() -> None:
    """What the web app draws and what the server holds back must not come apart."""
    listed = (WEB / "index.ts").read_text()
    loaders = listed[listed.index("const LOADERS") : listed.index("export const OWN_EDITORS")]
    own = {slug for slug in registry.task_types() if re.search(rf'\b{slug}\b["\]:,]', loaders)}
    kinds = set(registry.task_types().values())
    assert own == {kind.slug for kind in kinds if getattr(kind, "has_editor", False)} | {"imageannotation"}
    drawable = re.search(r"const DRAWABLE.*?\[(.*?)\]", (WEB / "image" / "project.ts").read_text(), re.S)
    assert drawable is not None
    drawn = set(re.findall(r'"(\w+)"', drawable.group(1)))
    kind = registry.find("imageannotation")
    geometries = {"box", "polygon", "line", "point", "cuboid", "ellipse"}
    assert {part.partition("/")[2] for part in kind.undrawn_parts} - {"links"} == geometries - drawn


def test_f03_tasks_without_a_project(server: Server) -> None:
    tenant = server.tenant(form=False)
    boss, leo = tenant.person("boss", "manager"), tenant.person("leo")
    tenant.task("imageannotation", **POLYGONS)
    tenant.task("imageannotation", **BOXES)
    assert len(leo.claim(count=5)) == 1
    without = done(boss.get("/projects"))["without_project"]
    assert without == {"stuck": 0, "form": {"allowed": False, "waiting": 1, "lacks": []}}
    allow(boss, None)
    assert len(leo.claim(count=5)) == 2
    tenant.close()


def test_f03_a_later_version_brings_the_editor(
    tenant: Tenant, server: Server, boss: Worker, leo: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    (task,) = polygons(tenant)
    tenant.project("q", "imageannotation", form=False, params={**BOTH, "links": LINKS})
    both = tenant.task("imageannotation", project="q")["task_id"]
    assert row_of(server, task) == (4, "imageannotation/polygon")
    missing = registry.undrawn_parts() - {"imageannotation/polygon"}
    monkeypatch.setattr(registry, "undrawn_parts", lambda: missing)
    server.run(editors.catch_up(server.platform))
    assert row_of(server, task) == (0, "")
    assert row_of(server, both) == (4, "imageannotation/links")
    assert [one["task"]["task_id"] for one in leo.claim(count=5)] == [task]


def test_f03_work_of_an_older_version_is_looked_at(
    tenant: Tenant, server: Server, boss: Worker, leo: Worker
) -> None:
    tasks = polygons(tenant, n=3)
    boxes = tenant.task("imageannotation")["task_id"]
    allow(boss, "p")
    held = leo.claim_one(project="p")["task"]["task_id"]

    async def forget(tx: Tx) -> None:
        for task in (*tasks, boxes):
            await tx.run("UPDATE work SET no_editor = NULL WHERE task_id = $1", task)
        await tx.run("DELETE FROM form_setting WHERE env_id = $1", env_id)

    env_id = tenant.env.id
    server.run(server.platform.store.write(forget))
    server.run(editors.catch_up(server.platform))
    states = {task: tuple(row_of(server, task)) for task in (*tasks, boxes)}
    assert states.pop(held) == (1, "imageannotation/polygon")
    assert states.pop(boxes) == (0, "")
    assert set(states.values()) == {(4, "imageannotation/polygon")}


def test_f03_it_is_written_down_who_allowed_it(tenant: Tenant, server: Server, boss: Worker) -> None:
    polygons(tenant)
    for allowed in (True, True, False):
        allow(boss, "p", allowed=allowed)

    async def look(db: Reader) -> list[Row]:
        kinds = "('form_allowed', 'form_forbidden')"
        return list(
            await db.all(
                f"SELECT kind, person_id, data FROM event WHERE env_id = $1 AND kind IN {kinds} ORDER BY id",
                env_id,
            )
        )

    env_id = tenant.env.id
    found = server.run(server.platform.read(look))
    assert [tuple(row) for row in found] == [
        ("form_allowed", boss.id, '{"project":"p"}'),
        ("form_forbidden", boss.id, '{"project":"p"}'),
    ]


def test_f03_staged_paused_and_recalled_work(tenant: Tenant, boss: Worker, leo: Worker) -> None:
    tenant.project("p", "imageannotation", form=False, params=POLYGONS)
    body = {"name": "b", "project_name": "p", "staging_batch": True}
    batch = done(tenant.live.post("/v2/batch", json=body))
    task = tenant.task("imageannotation", batch="b")["task_id"]
    assert shown(boss)["waiting"] == 0
    done(tenant.live.post("/v2/batch/finalize", json={"batch_id": batch["id"]}))
    assert (leo.claim(), shown(boss)["waiting"]) == ([], 1)
    for what, waiting in (("pause", 0), ("resume", 1)):
        done(tenant.live.post(f"/v2/batch/{what}", json={"batch_id": batch["id"]}))
        assert shown(boss)["waiting"] == waiting
    allow(boss, "p")
    leo.label(POLYGON_ANSWER)
    tenant.person("rita", "member").judge()
    allow(boss, "p", allowed=False)
    done(boss.post(f"/tasks/{task}/recall", {"comments": "again"}))
    assert (leo.claim(), shown(boss)["waiting"]) == ([], 1)


def test_f03_test_mode_and_programs_see_nothing_of_it(tenant: Tenant) -> None:
    tenant.project("p", "imageannotation", form=False, params=POLYGONS)
    made = tenant.task("imageannotation", project="p")
    assert made["status"] == "pending"
    tenant.project("p", "imageannotation", test=True, params=POLYGONS)
    assert tenant.task("imageannotation", project="p", test=True)["status"] == "completed"


def test_f03_refusals(tenant: Tenant, stranger: Tenant, boss: Worker, leo: Worker) -> None:
    polygons(tenant)
    refused(leo.put("/form", {"project": "p", "allowed": True}), 403)
    refused(tenant.person("rita", "member").put("/form", {"project": "p", "allowed": True}), 403)
    refused(boss.put("/form", {"project": "q", "allowed": True}), 404, "project")
    refused(boss.put("/form", {"project": "p"}), 400, "allowed")
    refused(stranger.person("eve", "manager").put("/form", {"project": "p", "allowed": True}), 404)
    assert (leo.claim(), BOX_ANSWER["links"]) == ([], [])


def test_f03_a_setting_that_another_process_wrote_past_is_followed(
    tenant: Tenant, server: Server, boss: Worker, leo: Worker
) -> None:
    (task,) = polygons(tenant)
    allow(boss, "p")

    async def late(tx: Tx) -> None:
        await tx.run("UPDATE work SET state = 4 WHERE task_id = $1", task)

    server.run(server.platform.store.write(late))
    assert leo.claim() == []
    server.run(editors.follow(server.platform))
    assert len(leo.claim()) == 1
