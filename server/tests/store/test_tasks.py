"""Pages and totals: the same tasks whichever way they are found, and no way that reads far more than it gives."""

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
import pytest

from labelwright.ids import new_id
from labelwright.store import Store, Tx, counts, migrations, open_store
from labelwright.store import tasks as rows
from labelwright.store.rows import Task
from labelwright.store.tasks import Cursor, TaskFilter

ENV, OTHER = 1, 2
START = 1_714_641_000_000
HOUR = 3_600_000
HOW_MANY = 400


def _made() -> list[tuple[Task, list[str]]]:
    draw = random.Random(7)
    made = []
    for i in range(HOW_MANY):
        # Two tasks of each moment, so that ids have to decide.
        now = START + i // 2 * HOUR
        status = draw.choice(["pending", "completed", "completed", "canceled", "error"])
        done = status == "completed"
        tags = draw.sample(["a", "b", "c"], draw.randrange(3))
        task = Task(
            new_id(now), ENV if i % 10 else OTHER, draw.choice(["", "p1", "p2"]), draw.choice(["", "b1", "b2"]),
            draw.choice(["categorization", "imageannotation"]), status,
            draw.choice(["pending", "accepted", "rejected"]) if done else None,
            now, now + draw.randrange(100) * HOUR, now + HOUR if done else None,
            f"u{i}" if i % 3 else None, 0, "standard", None, None, None, None, 0, 0, "", "{}", "{}",
            None, None, None, None, None,
        )  # fmt: skip
        made.append((task, tags))
    return made


MADE = _made()


@pytest.fixture(scope="module")
def store(
    fresh: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, asyncio.Runner]]:
    """A store with the tasks in it."""
    url, data = fresh(), tmp_path_factory.mktemp("tasks")
    migrations.upgrade(data, url or None)

    async def fill(tx: Tx) -> None:
        await rows.insert_many(tx, [task for task, _ in MADE])
        await rows.add_tag_rows(tx, [(task.env_id, tag, task.id) for task, tags in MADE for tag in tags])
        await counts.change(
            tx, [((t.env_id, t.project_id, t.batch_id, t.type, t.status), 1) for t, _ in MADE]
        )

    async def begin() -> Store:
        opened = open_store(data, url or None)
        await opened.start()
        await opened.write(fill)
        return opened

    with asyncio.Runner() as runner:
        opened = runner.run(begin())
        yield opened, runner
        runner.run(opened.close())


def _fits(task: Task, tags: Sequence[str], wanted: TaskFilter) -> bool:
    equal = (
        (wanted.project_id, task.project_id),
        (wanted.batch_id, task.batch_id),
        (wanted.type, task.type),
        (wanted.status, task.status),
    )
    between = (
        (wanted.created_from, task.created_at, wanted.created_to),
        (wanted.completed_from, task.completed_at, wanted.completed_to),
        (wanted.updated_from, task.updated_at, wanted.updated_to),
    )
    return (
        task.env_id == ENV
        and all(want is None or want == has for want, has in equal)
        and (not wanted.review_status or task.review_status in wanted.review_status)
        and (not wanted.unique_id or task.unique_id in wanted.unique_id)
        and (not wanted.tags or bool(set(tags) & set(wanted.tags)))
        and all(
            (low is None or (has is not None and has >= low))
            and (high is None or (has is not None and has <= high))
            for low, has, high in between
        )
    )


def _expected(wanted: TaskFilter) -> list[str]:
    fitting = [task for task, tags in MADE if _fits(task, tags, wanted)]
    return [task.id for task in sorted(fitting, key=lambda t: (t.created_at, t.id), reverse=True)]


MIDDLE = START + HOW_MANY // 4 * HOUR
FILTERS = {
    "nothing": TaskFilter(),
    "project": TaskFilter(project_id="p1"),
    "batch": TaskFilter(batch_id="b1"),
    "project and batch": TaskFilter(project_id="p2", batch_id="b1"),
    "status": TaskFilter(status="error"),
    "project and status": TaskFilter(project_id="p1", status="completed"),
    "batch and status": TaskFilter(batch_id="b2", status="canceled"),
    "type": TaskFilter(type="categorization"),
    "unique ids": TaskFilter(unique_id=["u1", "u2", "u10", "none"]),
    "a tag": TaskFilter(tags=["a"]),
    "tags": TaskFilter(tags=["a", "c"]),
    "tags and project": TaskFilter(tags=["a", "b"], project_id="p1"),
    "review": TaskFilter(review_status=["accepted"]),
    "reviews and batch": TaskFilter(review_status=["accepted", "rejected"], batch_id="b1"),
    "created": TaskFilter(created_from=START + HOUR, created_to=MIDDLE),
    "completed": TaskFilter(completed_from=MIDDLE),
    "completed before": TaskFilter(completed_to=MIDDLE, project_id="p2"),
    "updated": TaskFilter(updated_from=MIDDLE, updated_to=MIDDLE + 20 * HOUR),
    "everything": TaskFilter(
        project_id="p1", type="categorization", status="completed", review_status=["pending", "accepted"],
        tags=["a", "b"], created_from=START, completed_to=MIDDLE, updated_from=START,
    ),
    "no match": TaskFilter(tags=["none"], status="error"),
}  # fmt: skip


@pytest.mark.parametrize("small", [0, rows.SMALL_COUNT])
@pytest.mark.parametrize("few", [0, rows.FEW_ROWS])
@pytest.mark.parametrize("name", FILTERS)
def test_every_way_finds_the_same(
    store: tuple[Store, asyncio.Runner], monkeypatch: pytest.MonkeyPatch, name: str, few: int, small: int
) -> None:
    opened, runner = store
    monkeypatch.setattr(rows, "SMALL_COUNT", small)
    monkeypatch.setattr(rows, "FEW_ROWS", few)
    wanted, expected = FILTERS[name], _expected(FILTERS[name])
    assert (name == "no match") == (not expected)

    def page(limit: int, after: Cursor | None = None, offset: int = 0) -> list[Task]:
        found, total = runner.run(opened.read(rows.page, ENV, wanted, limit, after, offset, heavy=True))
        assert total == len(expected)
        return list(found)

    assert [task.id for task in page(1000)] == expected
    assert [task.id for task in page(3, offset=2)] == expected[2:5]
    walked: list[Task] = []
    while more := page(7, Cursor(walked[-1].created_at, walked[-1].id) if walked else None):
        walked += more
    assert [task.id for task in walked] == expected


def planned(store: tuple[Store, asyncio.Runner], wanted: TaskFilter) -> list[str]:
    """How SQLite goes about the list of a filter."""
    opened, runner = store
    if not hasattr(opened, "path"):
        pytest.skip("PostgreSQL decides by its statistics")
    asked: list[tuple[str, Sequence[object]]] = []

    class Noting:
        def __init__(self, db: Any) -> None:
            self.db = db

        async def all(self, statement: str, *args: object) -> Sequence[Any]:
            asked.append((statement, args))
            found: Sequence[Any] = await self.db.all(statement, *args)
            return found

        async def one(self, statement: str, *args: object) -> Any:
            return await self.db.one(statement, *args)

    async def look(db: Any) -> list[str]:
        await rows.page(Noting(db), ENV, wanted, 10, None)
        (statement, args) = asked[-1]
        return [row[3] for row in await db.all(f"EXPLAIN QUERY PLAN {statement}", *args)]

    plan: list[str] = runner.run(opened.read(look, heavy=True))
    return plan


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (TaskFilter(), "ix_task_env_created"),
        (TaskFilter(project_id="p1"), "ix_task_project_created"),
        (TaskFilter(project_id="p1", created_from=START), "ix_task_project_created"),
        (TaskFilter(batch_id="b1"), "ix_task_batch_created"),
        (TaskFilter(batch_id="b1", project_id="p1", status="error"), "ix_task_batch_created"),
        (TaskFilter(status="error"), "ix_task_env_status"),
        (TaskFilter(project_id="p1", status="error"), "ix_task_project_status"),
        (TaskFilter(type="categorization"), "ix_task_env_type"),
        (TaskFilter(type="categorization", project_id="p1"), "ix_task_project_created"),
        (TaskFilter(type="categorization", status="error"), "ix_task_env_status"),
        (TaskFilter(unique_id=[f"u{i}" for i in range(50)], project_id="p1"), "ux_task_unique_id"),
        (TaskFilter(tags=["a"], project_id="p1", status="error"), "sqlite_autoindex_task_1"),
        (TaskFilter(review_status=["accepted"], batch_id="b1"), "ix_task_env_review"),
        (TaskFilter(completed_from=START, project_id="p1"), "ix_task_env_completed"),
        (TaskFilter(updated_from=START, status="error"), "ix_task_env_updated"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_sqlite_goes_by_the_index_that_is_meant(
    store: tuple[Store, asyncio.Runner], monkeypatch: pytest.MonkeyPatch, wanted: TaskFilter, index: str
) -> None:
    monkeypatch.setattr(rows, "SMALL_COUNT", 0)
    plan = planned(store, wanted)
    assert any(line.startswith(f"SEARCH t USING INDEX {index} (") for line in plan), plan
    by_few = bool(wanted.unique_id or wanted.tags or wanted.review_status)
    by_few |= wanted.completed_from is not None or wanted.updated_from is not None
    assert ("USE TEMP B-TREE FOR ORDER BY" in plan) == by_few


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (TaskFilter(review_status=["accepted"]), "ix_task_env_review"),
        (TaskFilter(review_status=["accepted"], batch_id="b1", status="completed"), "ix_task_env_review"),
        (TaskFilter(review_status=["accepted"], created_to=MIDDLE), "ix_task_env_review"),
        (TaskFilter(completed_from=START), "ix_task_env_ended"),
        (TaskFilter(completed_to=MIDDLE, created_from=START, type="imageannotation"), "ix_task_env_ended"),
        (TaskFilter(completed_from=START, project_id="p1"), "ix_task_project_created"),
        (TaskFilter(review_status=["accepted", "rejected"]), "ix_task_env_created"),
        (TaskFilter(tags=["a"]), "ix_task_env_created"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_sqlite_walks_many_matches_in_their_order(
    store: tuple[Store, asyncio.Runner], monkeypatch: pytest.MonkeyPatch, wanted: TaskFilter, index: str
) -> None:
    monkeypatch.setattr(rows, "SMALL_COUNT", 0)
    monkeypatch.setattr(rows, "FEW_ROWS", 0)
    plan = planned(store, wanted)
    assert any(line.startswith(f"SEARCH t USING INDEX {index} (") for line in plan), plan
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan


def test_the_filter_knows_what_the_counters_know() -> None:
    known = {"project_id", "batch_id", "type", "status"}
    for field in msgspec.structs.fields(TaskFilter):
        value: Any = (
            ["x"] if field.default == () else 1 if "_from" in field.name or "_to" in field.name else "x"
        )
        assert TaskFilter(**{field.name: value}).counted == (field.name in known)
