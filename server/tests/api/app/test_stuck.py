"""Tasks that everybody has skipped, or nobody may do: seen, offered last, and decided by managers."""

from typing import Any

import pytest
from server.tests.harness import CAT, CATEGORIES, Server, Tenant, Worker, at_once, done, refused

from labelwright.store import work
from labelwright.store.database import Tx


@pytest.fixture
def boss(tenant: Tenant) -> Worker:
    """A manager."""
    return tenant.person("boss", "manager")


@pytest.fixture
def leo(tenant: Tenant) -> Worker:
    """A labeler."""
    return tenant.person("leo")


@pytest.fixture
def mia(tenant: Tenant) -> Worker:
    """Another labeler."""
    return tenant.person("mia")


def skip(who: Worker, reason: str = "too dark", stage: str = "attempt") -> str:
    """Claim a task, and skip it; returns its id."""
    (mine,) = who.claim(stage)
    done(who.post(f"/assignments/{mine['id']}/skip", {"reason": reason}))
    task_id: str = mine["task"]["task_id"]
    return task_id


def stuck(boss: Worker, **query: Any) -> dict[str, Any]:
    """What nobody gets."""
    found: dict[str, Any] = done(boss.get("/stuck", params=query))
    return found


def in_progress(boss: Worker, project: str) -> int:
    """How many stuck tasks the projects' page shows."""
    (row,) = (row for row in done(boss.get("/projects"))["projects"] if row["name"] == project)
    n: int = row["stuck"]
    return n


def test_f07_what_everybody_skipped_is_listed_with_reasons(
    tenant: Tenant, server: Server, boss: Worker, leo: Worker, mia: Worker
) -> None:
    project = tenant.project("p")["name"]
    task = tenant.task(project=project)["task_id"]
    skip(leo, "too dark")
    assert stuck(boss)["tasks"] == []
    server.clock.advance(seconds=1)
    skip(mia, "not a cat")
    found = stuck(boss)
    assert (found["total"], found["next_token"], found["places"]) == (1, None, [])
    (row,) = found["tasks"]
    assert (row["task_id"], row["project"], row["stage"], row["why"]) == (task, project, "attempt", "skipped")
    assert [(one["by"], one["reason"]) for one in row["skips"]] == [("leo", "too dark"), ("mia", "not a cat")]
    assert in_progress(boss, project) == 1
    assert (leo.claim(), mia.claim()) == ([], [])
    assert stuck(boss, project="p")["total"] == 1
    tenant.project("q")
    assert stuck(boss, project="q")["total"] == 0
    refused(boss.get("/stuck?project=nothing"), 404, "project")
    refused(leo.get("/stuck"), 403)


def test_f07_it_is_offered_last(tenant: Tenant, server: Server, boss: Worker, leo: Worker) -> None:
    first = tenant.task(priority=9)["task_id"]
    server.clock.advance(seconds=1)
    second = tenant.task()["task_id"]
    assert skip(leo) == first
    rita = tenant.person("rita", "member")
    (queued,) = done(rita.get("/queue"))["entries"]
    assert queued["open"] == 2
    # Labelers come first; members may do it when nothing else is open for them.
    assert [one["task"]["task_id"] for one in rita.claim(count=2)] == [second, first]


def test_f07_a_newcomer_gets_it_by_themselves(tenant: Tenant, boss: Worker, leo: Worker) -> None:
    task = tenant.task()["task_id"]
    skip(leo)
    assert stuck(boss)["total"] == 1
    nora = tenant.person("nora")
    done(boss.post(f"/people/{nora.id}", {"disabled": True}))
    assert stuck(boss)["total"] == 1
    done(boss.post(f"/people/{nora.id}", {"disabled": False}))
    assert stuck(boss)["total"] == 0
    olga = tenant.person("olga")
    assert [one["task"]["task_id"] for one in olga.claim()] == [task]


def test_f07_the_last_one_who_could_is_disabled(
    tenant: Tenant, boss: Worker, leo: Worker, mia: Worker
) -> None:
    tenant.task()
    skip(leo)
    assert stuck(boss)["total"] == 0
    done(boss.post(f"/people/{mia.id}", {"disabled": True}))
    assert stuck(boss)["total"] == 1
    done(boss.post(f"/people/{mia.id}", {"disabled": False}))
    assert stuck(boss)["total"] == 0


def test_f07_the_last_one_who_could_is_taken_off(
    tenant: Tenant, boss: Worker, leo: Worker, mia: Worker
) -> None:
    tenant.project("p")
    tenant.task(project="p")
    both = [leo.id, mia.id]
    done(boss.put("/projects/p/people", {"add": both, "remove": []}))
    skip(leo)
    assert stuck(boss)["total"] == 0
    done(boss.put("/projects/p/people", {"add": [], "remove": [mia.id]}))
    assert stuck(boss)["total"] == 1
    # Nobody is on it any more: it is everybody's, and mia has not skipped it.
    done(boss.put("/projects/p/people", {"add": [], "remove": [leo.id]}))
    assert stuck(boss)["total"] == 0
    assert len(mia.claim()) == 1


def test_f07_only_the_author_could_review(tenant: Tenant, boss: Worker) -> None:
    done(boss.post(f"/people/{boss.id}", {}))
    task = tenant.task()["task_id"]
    boss.label()
    (row,) = stuck(boss)["tasks"]
    assert (row["task_id"], row["stage"], row["why"]) == (task, "review", "only_author")
    assert (row["author"], row["skips"]) == ("boss", [])
    refused(boss.post(f"/tasks/{task}/offer", {"person_id": boss.id}), 400, "person_id")
    rita = tenant.person("rita", "member")
    assert [one["task"]["task_id"] for one in rita.claim("review")] == [task]


def test_f07_a_review_that_everybody_skipped(
    tenant: Tenant, server: Server, boss: Worker, leo: Worker
) -> None:
    rita = tenant.person("rita", "member")
    task = tenant.task()["task_id"]
    leo.label()
    skip(rita, "no idea", "review")
    assert stuck(boss)["total"] == 0
    server.clock.advance(seconds=1)
    skip(boss, "me neither", "review")
    (row,) = stuck(boss)["tasks"]
    assert (row["task_id"], row["stage"], row["author"]) == (task, "review", "leo")
    assert [one["by"] for one in row["skips"]] == ["rita", "boss"]
    done(boss.post(f"/tasks/{task}/offer", {"person_id": rita.id}))
    assert [one["task"]["task_id"] for one in rita.claim("review")] == [task]


def test_f07_nobody_is_there_to_do_it(tenant: Tenant, boss: Worker, leo: Worker, mia: Worker) -> None:
    tenant.project("p", studio=True)
    tenant.batch("p", "b")
    for _ in range(3):
        tenant.task(batch="b")
    done(tenant.live.post("/v1/batches/b/finalize"))
    done(boss.put("/projects/p/people", {"add": [leo.id, mia.id], "remove": []}))
    assert stuck(boss)["places"] == []
    done(tenant.live.put("/v1/studio/batches/b", json={"groups": [leo.email]}))
    done(boss.post(f"/people/{leo.id}", {"disabled": True}))
    place = {"project": "p", "batch": "b", "stage": "attempt", "count": 3}
    assert stuck(boss)["places"] == [{**place, "why": "nobody_in_groups"}]
    done(tenant.live.put("/v1/studio/batches/b", json={"groups": []}))
    assert stuck(boss)["places"] == []
    done(boss.post(f"/people/{mia.id}", {"disabled": True}))
    assert stuck(boss, project="p")["places"] == [{**place, "why": "nobody_on_project"}]


def test_f07_offered_again_to_everybody(tenant: Tenant, boss: Worker, leo: Worker, mia: Worker) -> None:
    task = tenant.task()["task_id"]
    skip(leo), skip(mia)
    done(boss.post(f"/tasks/{task}/offer", {}))
    assert stuck(boss)["total"] == 0
    assert [one["task"]["task_id"] for one in leo.claim()] == [task]
    refused(boss.post(f"/tasks/{task}/offer", {}), 400)
    done(leo.post(f"/assignments/{leo.claim()[0]['id']}/release"))
    assert len(mia.claim()) == 1
    events = [event["kind"] for event in done(boss.get(f"/tasks/{task}"))["events"]]
    assert "offered" in events


def test_f07_given_to_one_person(tenant: Tenant, boss: Worker, leo: Worker, mia: Worker) -> None:
    task = tenant.task()["task_id"]
    skip(leo), skip(mia)
    rita = tenant.person("rita", "member")
    done(boss.post(f"/tasks/{task}/offer", {"person_id": leo.id}))
    assert stuck(boss)["total"] == 0
    assert (mia.claim(), rita.claim()) == ([], [])
    assert skip(leo, "still too dark") == task
    (row,) = stuck(boss)["tasks"]
    assert [one["reason"] for one in row["skips"] if one["by"] == "leo"] == ["still too dark"]


def test_f07_refusals(tenant: Tenant, stranger: Tenant, boss: Worker, leo: Worker, mia: Worker) -> None:
    tenant.project("p")
    task = tenant.task(project="p")["task_id"]
    done(boss.put("/projects/p/people", {"add": [leo.id], "remove": []}))
    place = f"/tasks/{task}/offer"
    foreign = stranger.person("eve")
    for wrong in ("0" * 24, mia.id, foreign.id):
        refused(boss.post(place, {"person_id": wrong}), 400, "person_id")
    done(boss.post(f"/people/{leo.id}", {"disabled": True}))
    refused(boss.post(place, {"person_id": leo.id}), 400, "person_id")
    refused(boss.post(place, {"person_id": 5}), 400, "person_id")
    refused(mia.post(place, {}), 403)
    refused(stranger.person("ben", "manager").post(place, {}), 404)
    refused(mia.post(f"/tasks/{task}/cancel", {}), 403)
    refused(stranger.person("ben", "manager").post(f"/tasks/{task}/cancel", {}), 404)
    done(boss.post(f"/tasks/{task}/cancel", {}))
    refused(boss.post(place, {}), 400, "ended")
    refused(boss.get("/stuck?limit=0"), 400, "limit")


def test_f07_canceled_by_a_manager(tenant: Tenant, boss: Worker, leo: Worker) -> None:
    task = tenant.task()["task_id"]
    skip(leo)
    done(boss.post(f"/tasks/{task}/cancel", {}))
    assert (stuck(boss)["total"], tenant.read(task)["status"]) == (0, "canceled")
    canceled = [event for event in done(boss.get(f"/tasks/{task}"))["events"] if event["kind"] == "canceled"]
    assert [event["by"] for event in canceled] == ["boss"]
    mine = tenant.task()["task_id"]
    leo.claim_one()
    refused(boss.post(f"/tasks/{mine}/cancel", {}), 400, "worked on")


def test_f07_pages(tenant: Tenant, boss: Worker, leo: Worker) -> None:
    tasks = [tenant.task()["task_id"] for _ in range(5)]
    for _ in tasks:
        skip(leo)
    seen: list[str] = []
    token: str | None = None
    while True:
        page = stuck(boss, limit=2, **({"next_token": token} if token else {}))
        seen += [one["task_id"] for one in page["tasks"]]
        assert page["total"] == 5
        token = page["next_token"]
        if token is None:
            break
    assert sorted(seen) == sorted(tasks)
    refused(boss.get("/stuck?next_token=nonsense"), 400, "next_token")


def test_f07_paused_and_cancelled_with_its_batch(
    tenant: Tenant, boss: Worker, leo: Worker, mia: Worker
) -> None:
    project = tenant.project("p")["name"]
    batch = done(tenant.live.post("/v2/batch", json={"name": "b", "project_name": project}))
    task = tenant.task(batch="b")["task_id"]
    skip(leo), skip(mia)
    for what, total in (("pause", 0), ("resume", 1)):
        done(tenant.live.post(f"/v2/batch/{what}", json={"batch_id": batch["id"]}))
        assert stuck(boss)["total"] == total
    done(tenant.live.post("/v2/batch/cancel", json={"batch_id": batch["id"]}))
    assert (stuck(boss)["total"], tenant.read(task)["status"]) == (0, "canceled")


def test_f07_all_skip_at_the_same_moment(tenant: Tenant, boss: Worker) -> None:
    people = [tenant.person(f"p{n}") for n in range(6)]
    tasks = [tenant.task()["task_id"] for _ in range(6)]

    def skip_all(who: Worker) -> None:
        while mine := who.claim(count=2):
            for one in mine:
                done(who.post(f"/assignments/{one['id']}/skip", {"reason": "no"}))

    while stuck(boss)["total"] < len(tasks):
        at_once([lambda who=who: skip_all(who) for who in people])  # type: ignore[misc]
    assert all(who.claim() == [] for who in people)
    assert {len(one["skips"]) for one in stuck(boss)["tasks"]} == {len(people)}


def test_f07_a_claim_does_not_walk_through_what_is_stuck(
    tenant: Tenant, server: Server, boss: Worker, leo: Worker
) -> None:
    task, env_id = tenant.task()["task_id"], tenant.env.id

    async def fill(tx: Tx) -> None:
        for start in range(0, 3000, 500):
            listed = ",".join(
                f"('{n:024x}', $1, '', '', 'attempt', 5, 0, -9, {n})" for n in range(start, start + 500)
            )
            await tx.run(
                "INSERT INTO work (task_id, env_id, project_id, batch_id, stage, state, batch_order, rank, seq)"
                f" VALUES {listed}",
                env_id,
            )

    async def clear(tx: Tx) -> None:
        await tx.run("DELETE FROM work WHERE env_id = $1 AND state = 5", env_id)

    server.run(server.platform.store.write(fill))
    try:

        async def best(tx: Tx) -> object:
            return await work.best_open(tx, env_id, "", "attempt", leo.id)

        row = server.run(server.platform.store.write(best))
        assert isinstance(row, work.Work)
        assert row.task_id == task
        assert [one["task"]["task_id"] for one in leo.claim()] == [task]
    finally:
        server.run(server.platform.store.write(clear))


def test_f07_a_recalled_task_is_stuck_for_those_who_skipped_it(
    tenant: Tenant, boss: Worker, leo: Worker
) -> None:
    task = tenant.task(**CATEGORIES)["task_id"]
    skip(leo)
    boss.label(CAT)
    tenant.person("rita", "member").judge()
    done(boss.post(f"/tasks/{task}/recall", {"comments": "again"}))
    assert [one["task_id"] for one in stuck(boss)["tasks"]] == [task]
