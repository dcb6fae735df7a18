"""The queue's queries read few rows, however many are open: seen in the plans, not with a stopwatch."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from server.tests.harness import Server, Tenant, Worker, done

from labelwright.store import work
from labelwright.store.database import Row, Tx

OPEN = 20_000
FEW = 200


class Explained:
    """A transaction that explains every query before it runs it."""

    def __init__(self, tx: Tx, *, postgres: bool) -> None:
        self.tx = tx
        self.postgres = postgres
        self.plans: list[tuple[str, Any]] = []
        self.wrote = 0
        self.topics: set[str] = set()

    async def all(self, statement: str, *args: object) -> Sequence[Row]:
        """Every row."""
        how = "EXPLAIN (ANALYZE, FORMAT JSON)" if self.postgres else "EXPLAIN QUERY PLAN"
        rows = await self.tx.all(f"{how} {statement}", *args)
        plan = msgspec.json.decode(rows[0][0]) if self.postgres else [row[-1] for row in rows]
        self.plans.append((statement, plan))
        return await self.tx.all(statement, *args)

    async def one(self, statement: str, *args: object) -> Row | None:
        """The first row, or None."""
        rows = await self.all(statement, *args)
        return rows[0] if rows else None

    async def run(self, statement: str, *args: object) -> int:
        """Run a write."""
        return await self.tx.run(statement, *args)


def rows_read(node: dict[str, Any]) -> int:
    """How many rows of ``work`` a plan of PostgreSQL and its parts came by."""
    own = 0
    if node.get("Relation Name") == "work":
        loops = node["Actual Loops"]
        own = round(loops * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)))
    return own + sum(rows_read(part) for part in node.get("Plans", ()))


def check(plans: Sequence[tuple[str, Any]], *, postgres: bool) -> None:
    """Assert that no plan walks through the open work."""
    assert plans
    for statement, plan in plans:
        if postgres:
            assert rows_read(plan[0]["Plan"]) <= FEW, (statement, plan)
            continue
        for line in plan:
            assert not line.startswith(("SCAN w", "SCAN work")), (statement, plan)
            # By project alone it would come by all batches, and with a sort by all rows of one.
            assert "ix_work_progress" not in line, (statement, plan)
            if "ix_work_batch" in line:
                assert "(batch_id=? AND project_id=? AND stage=? AND state=?)" in line, (statement, plan)
                assert "SELECT w." not in statement or "USE TEMP B-TREE FOR ORDER BY" not in plan, plan


@pytest.fixture
def crowd(tenant: Tenant, server: Server) -> dict[str, str]:
    """A Studio project whose first batch, with very many open tasks, is for mia's group alone; leo is on it too."""
    leo, mia = tenant.person("leo"), tenant.person("mia")
    project = tenant.project("p", studio=True)
    both = {"emails": [leo.email, mia.email], "projects": ["p"]}
    done(tenant.live.post("/v1/studio/assignments/add", json=both))
    for name in ("theirs", "ours"):
        server.clock.advance(seconds=1)
        tenant.batch("p", name)
        tenant.task(batch=name)
        done(tenant.live.post(f"/v1/batches/{name}/finalize"))
    given = done(tenant.live.put("/v1/studio/batches/theirs", json={"groups": [mia.email]}))

    async def fill(tx: Tx) -> int:
        env = await tx.one("SELECT env_id FROM project WHERE id = $1", project["id"])
        assert env is not None
        # On PostgreSQL the planner shall know the queue as it was when it was short.
        await tx.all("ANALYZE work")
        for start in range(0, OPEN, 1000):
            values = ",".join(
                f"('{given['id']}-{n}', $1, $2, $3, 'attempt', 0, 0, 0, {n})"
                for n in range(start, start + 1000)
            )
            await tx.run(
                "INSERT INTO work (task_id, env_id, project_id, batch_id, stage, state, batch_order, rank, seq)"
                f" VALUES {values}",
                env[0],
                project["id"],
                given["id"],
            )
        return int(env[0])

    env_id = server.run(server.platform.store.write(fill))
    return {"leo": leo.id, "mia": mia.id, "project": project["id"], "theirs": given["id"], "env": str(env_id)}


@pytest.mark.parametrize("named", [True, False], ids=["one project", "all projects"])
def test_a_claim_comes_by_few_rows(server: Server, crowd: dict[str, str], *, named: bool) -> None:
    postgres, env_id = bool(server.settings.database_url), int(crowd["env"])
    project_id = crowd["project"] if named else None

    async def claims(tx: Tx) -> tuple[Explained, list[str]]:
        explained, first = Explained(tx, postgres=postgres), []
        for who in ("leo", "mia"):
            person = crowd[who]
            assert await work.reserved_open(explained, env_id, "attempt", person, project_id) is None
            assert await work.open_projects(explained, env_id, "attempt", person) == []
            batches = await work.open_batches(
                explained, env_id, "attempt", person, project_id, everywhere=False
            )
            for project, batch in batches[:1]:
                row = await work.best_in_batch(explained, batch, project, "attempt", person)
                assert row is not None
                first.append("theirs" if row.batch_id == crowd["theirs"] else "ours")
        return explained, first

    explained, first = server.run(server.platform.store.write(claims))
    assert first == ["ours", "theirs"]
    check(explained.plans, postgres=postgres)


def test_the_queue_page_counts_what_is_for_each(
    server: Server, tenant: Tenant, crowd: dict[str, str]
) -> None:
    env_id = int(crowd["env"])

    def counts(who: str) -> object:
        return server.run(server.platform.read(work.queue_counts, env_id, crowd[who]))

    assert counts("leo") == [(crowd["project"], "attempt", 1, 0)]
    assert counts("mia") == [(crowd["project"], "attempt", OPEN + 2, 0)]


def test_disabling_gives_back_what_was_kept(server: Server, tenant: Tenant) -> None:
    leo, rita = tenant.person("leo"), tenant.person("rita", "member")
    tenant.task()
    leo.label()
    rita.judge("send_back", comment="again")
    mia: Worker = tenant.person("mia")
    assert mia.claim() == []
    server.run(server.platform.store.write(work.keep_for_nobody, leo.id))
    assert len(mia.claim()) == 1
