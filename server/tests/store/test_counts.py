"""Maintained counters say what counting would."""

import random
from collections.abc import Callable

import pytest
from server.tests.harness import CAT, Server, Tenant, done, segment

from labelwright.store import counts


async def counted(db: object) -> list[tuple[object, ...]]:
    rows = await db.all(  # type: ignore[attr-defined]
        "SELECT env_id, project_id, batch_id, type, status, COUNT(*) FROM task"
        " GROUP BY env_id, project_id, batch_id, type, status"
    )
    return sorted(tuple(row) for row in rows)


async def maintained(db: object) -> list[tuple[object, ...]]:
    rows = await db.all("SELECT env_id, project_id, batch_id, type, status, n FROM task_count WHERE n <> 0")  # type: ignore[attr-defined]
    return sorted(tuple(row) for row in rows)


def test_after_anything_that_changes_a_status(tenant: Tenant, server: Server) -> None:
    draw = random.Random(7)
    for name in ("p", "q"):
        tenant.project(name)
        tenant.batch(name, f"batch {name}")
    leo, rita = tenant.person("leo"), tenant.person("rita", "member")
    made: list[str] = []

    def create() -> None:
        where = draw.choice([{}, {"project": "p"}, {"batch": "batch q"}, {"batch": "batch p"}])
        made.append(tenant.task(**where)["task_id"])

    def cancel() -> None:
        tenant.live.post(f"/v1/task/{draw.choice(made)}/cancel")

    def label() -> None:
        for one in leo.claim():
            done(leo.submit(one["id"], answer=CAT))

    def judge() -> None:
        for one in rita.claim("review"):
            done(rita.submit(one["id"], verdict="accept"))

    steps: list[Callable[[], None]] = [create, create, cancel, label, judge]
    for _ in range(60):
        draw.choice(steps)() if made else create()
    tenant.task(test=True)
    # Other tests of this server complete tasks behind the counters' back.
    own = [
        [row for row in server.run(server.platform.read(rows)) if row[0] == tenant.env.id]
        for rows in (counted, maintained)
    ]
    assert own[0]
    assert own[0] == own[1]
    for query in (
        "",
        "project=p",
        f"batch={segment('batch q')}",
        "status=pending",
        "status=completed&project=q",
    ):
        page = done(tenant.live.get(f"/v1/tasks?{query}"))
        assert page["total"] == len(page["docs"])


@pytest.mark.parametrize("by", [1, -1, 3])
def test_totals_by_what_is_asked(server: Server, by: int) -> None:
    env = 1_000_000 + by

    async def work(tx: object) -> None:
        await counts.change(tx, [((env, "p", "b", "t", s), by) for s in ("pending", "completed")] * 2)  # type: ignore[arg-type]

    server.run(server.platform.store.write(work))

    async def total(db: object, **wanted: str) -> int:
        return await counts.total(db, env, **wanted)  # type: ignore[arg-type]

    async def ask(**wanted: str) -> int:
        async def query(db: object) -> int:
            return await total(db, **wanted)

        return await server.platform.read(query)

    assert server.run(ask()) == 4 * by
    assert server.run(ask(status="pending", kind="t")) == 2 * by
    assert server.run(ask(project_id="other")) == 0
