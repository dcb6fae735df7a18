"""Group commit: many callers, one transaction, and nobody pays for somebody else's failure."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import apsw
import pytest
from server.tests.harness import Server

from labelwright.errors import Duplicate, RequestError, ShuttingDown, Unavailable
from labelwright.store import Store, Tx, migrations, open_store, postgres
from labelwright.store.database import Entry, Topics
from labelwright.store.postgres import FIRST_LOOK, PostgresStore

Where = tuple[Path, str]


@pytest.fixture(scope="module")
def database(fresh: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Where:
    """A migrated database of this module's own."""
    where = tmp_path_factory.mktemp("store"), fresh()
    migrations.upgrade(where[0], where[1] or None)
    return where


async def empty_secrets(tx: Tx) -> None:
    """Empty the table that these tests write to."""
    await tx.run("DELETE FROM secret")


@pytest.fixture
def use(database: Where) -> Callable[[Callable[[Store], Awaitable[None]]], None]:
    """Runs a coroutine with a started store whose table ``secret`` is empty."""

    def run(work: Callable[[Store], Awaitable[None]]) -> None:
        async def whole() -> None:
            store = open_store(database[0], database[1] or None)
            await store.start()
            try:
                await store.write(empty_secrets)
                await work(store)
            finally:
                await store.close()

        asyncio.run(whole())

    return run


async def put(tx: Tx, name: str, value: str = "") -> str:
    """Insert a row; a name that is there is a database error."""
    await tx.run("INSERT INTO secret (name, value) VALUES ($1, $2)", name, value)
    return name


async def put_politely(tx: Tx, name: str) -> str:
    """Insert a row; a name that is there is a refusal, found before anything is written."""
    if await tx.one("SELECT 1 FROM secret WHERE name = $1", name):
        raise Duplicate(f"{name} is taken.")
    return await put(tx, name)


async def put_and_refuse(tx: Tx, name: str) -> None:
    """Insert a row and refuse: the row must not stay."""
    await put(tx, name)
    raise Duplicate("No.")


async def put_and_break(tx: Tx, name: str) -> None:
    """Insert a row and break."""
    await put(tx, name)
    raise RuntimeError("broken")


async def names(db: Any) -> list[str]:
    return [row[0] for row in await db.all("SELECT name FROM secret ORDER BY name")]


async def there(store: Store) -> list[str]:
    """The rows, as readers see them."""
    return await store.read(names, heavy=True)


class Groups:
    """Notes how many callers shared each commit."""

    def __init__(self, store: Store) -> None:
        self.sizes: list[int] = []
        self._begin = store._begin
        store._begin = self._noted  # type: ignore[method-assign]

    def _noted(self, group: Sequence[Entry]) -> None:
        self.sizes.append(len(group))
        self._begin(group)


async def results(*calls: Awaitable[Any]) -> list[Any]:
    """What each call came to: its value, or the class of its error."""
    found = await asyncio.gather(*calls, return_exceptions=True)
    return [type(one) if isinstance(one, BaseException) else one for one in found]


Use = Callable[[Callable[[Store], Awaitable[None]]], None]


def test_callers_share_a_commit(use: Use) -> None:
    async def work(store: Store) -> None:
        groups = Groups(store)
        wrote = await results(*(store.write(put, f"{i:03}") for i in range(Store.GROUP + 44)))
        assert wrote == await there(store) == [f"{i:03}" for i in range(Store.GROUP + 44)]
        assert groups.sizes == [Store.GROUP, 44]

    use(work)


@pytest.mark.parametrize("bad", [put_and_refuse, put_and_break, put])
def test_a_failure_is_its_callers_alone(use: Use, bad: Callable[..., Awaitable[Any]]) -> None:
    error = Duplicate if bad is put_and_refuse else RuntimeError if bad is put_and_break else None

    async def work(store: Store) -> None:
        await store.write(put, "taken")
        groups = Groups(store)
        wrote = await results(
            store.write(put, "a"),
            store.write(bad, "taken" if error is None else "bad"),
            store.write(put, "b"),
            store.write(put_politely, "a"),
            store.write(put_politely, "c"),
        )
        assert groups.sizes == [5]
        assert [wrote[0], wrote[2], wrote[3], wrote[4]] == ["a", "b", Duplicate, "c"]
        assert wrote[1] is error or (error is None and issubclass(wrote[1], Exception))
        assert await there(store) == ["a", "b", "c", "taken"]
        # And the store goes on.
        assert await store.write(put, "d") == "d"

    use(work)


def test_a_polite_refusal_does_not_undo_the_group(use: Use) -> None:
    async def work(store: Store) -> None:
        await store.write(put, "taken")
        tries: list[str] = []

        async def counted(tx: Tx, name: str) -> None:
            tries.append(name)
            await put(tx, name)

        wrote = await results(store.write(counted, "a"), store.write(put_politely, "taken"))
        assert wrote == [None, Duplicate]
        assert tries == ["a"]

    use(work)


def test_batched_commands_run_once_for_all(use: Use) -> None:
    calls: list[list[str]] = []

    async def all_at_once(tx: Tx, items: Sequence[str]) -> Sequence[str | RequestError]:
        calls.append(list(items))
        found: list[str | RequestError] = []
        for item in items:
            if item in {"no", "never"}:
                found.append(Duplicate(item))
            else:
                found.append(await put(tx, item))
        return found

    async def work(store: Store) -> None:
        wrote = await results(
            store.write_batched(all_at_once, "a"),
            store.write(put, "b"),
            store.write_batched(all_at_once, "no"),
            store.write_batched(all_at_once, "c"),
        )
        assert wrote == ["a", "b", Duplicate, "c"]
        assert calls == [["a", "no", "c"]]
        assert await there(store) == ["a", "b", "c"]
        # When the group has to be run one by one, each item comes alone, and refusals stay refusals.
        calls.clear()
        wrote = await results(
            store.write_batched(all_at_once, "d"),
            store.write_batched(all_at_once, "never"),
            store.write(put_and_break, "x"),
        )
        assert wrote == ["d", Duplicate, RuntimeError]
        assert calls == [["d", "never"], ["d"], ["never"]]
        assert await there(store) == ["a", "b", "c", "d"]

    use(work)


def test_whoever_gave_up_writes_nothing(use: Use) -> None:
    async def work(store: Store) -> None:
        asked = [asyncio.create_task(store.write(put, name)) for name in ("a", "b", "c")]
        await asyncio.sleep(0)
        asked[1].cancel()
        wrote = await results(*asked)
        assert [wrote[0], wrote[2]] == ["a", "c"]
        assert wrote[1] is asyncio.CancelledError
        assert await there(store) == ["a", "c"]

    use(work)


def test_topics_are_told_after_the_commit(use: Use) -> None:
    async def work(store: Store) -> None:
        seen: list[list[str]] = []

        async def reader() -> None:
            await store.topics.wait("news", 60)
            seen.append(await there(store))

        async def tell(tx: Tx) -> None:
            tx.topics.add("news")
            await put(tx, "a")

        waiting = asyncio.create_task(reader())
        await asyncio.sleep(0)
        await store.write(put, "b")
        assert not waiting.done()
        await store.write(tell)
        await asyncio.wait_for(waiting, 30)
        assert seen == [["a", "b"]]
        assert store.topics.versions["news"] == 1

    use(work)


def test_waiting_for_news_ends_without_any() -> None:
    async def whole() -> None:
        topics = Topics()
        await topics.wait("x", 0)
        topics.signal({"x"})
        await asyncio.wait_for(topics.wait("x", 60), 30)

    asyncio.run(whole())


def test_what_waits_is_written_before_the_end(use: Use) -> None:
    async def work(store: Store) -> None:
        asked = [asyncio.create_task(store.write(put, f"{i}")) for i in range(5)]
        await asyncio.sleep(0)
        await store.close()
        assert await results(*asked) == ["0", "1", "2", "3", "4"]
        with pytest.raises(ShuttingDown):
            await store.write(put, "late")
        await store.start()

    use(work)


def test_readers_do_not_write(use: Use, database: Where) -> None:
    async def sneaky(db: Any) -> None:
        await db.run("INSERT INTO secret (name, value) VALUES ($1, $2)", "x", "")

    async def work(store: Store) -> None:
        if database[1]:
            pytest.skip("PostgreSQL's pool is not read-only; the Reader protocol is")
        for heavy in (False, True):
            with pytest.raises(Exception, match="readonly"):
                await store.read(sneaky, heavy=heavy)

    use(work)


def test_a_full_disk_fails_its_callers_and_passes(use: Use, database: Where) -> None:
    async def work(store: Store) -> None:
        if database[1]:
            pytest.skip("a limit on pages is SQLite's")
        connection = store._connection  # type: ignore[attr-defined]
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages}")
        wrote = await results(*(store.write(put, f"{i}", "x" * 100_000) for i in range(20)))
        assert all(issubclass(one, Exception) for one in wrote if isinstance(one, type))
        kept = [one for one in wrote if isinstance(one, str)]
        assert len(kept) < 20
        assert await there(store) == sorted(kept)
        connection.execute("PRAGMA max_page_count=1000000")
        assert await store.write(put, "again") == "again"

    use(work)


def test_a_lost_connection_is_made_again(use: Use, database: Where) -> None:
    async def work(store: Store) -> None:
        if not database[1]:
            pytest.skip("SQLite has no connection to lose")
        await store._connection.close()  # type: ignore[attr-defined]
        wrote = await results(store.write(put, "a"), store.write(put, "b"))
        assert wrote == await there(store) == ["a", "b"]

    use(work)


def test_what_another_process_writes_between_look_and_write_is_a_refusal(use: Use, database: Where) -> None:
    async def work(store: Store) -> None:
        if not database[1]:
            pytest.skip("SQLite has one writer")
        other = open_store(database[0], database[1])
        await other.start()
        raced = False

        async def late(tx: Tx, name: str) -> str:
            nonlocal raced
            if await tx.one("SELECT 1 FROM secret WHERE name = $1", name):
                raise Duplicate(f"{name} is taken.")
            if not raced:
                raced = True
                await other.write(put, name)
            return await put(tx, name)

        assert await results(store.write(late, "x"), store.write(put, "y")) == [Duplicate, "y"]
        assert await there(store) == ["x", "y"]
        await other.close()

    use(work)


def test_the_planner_learns_early_how_much_there_is(use: Use) -> None:
    async def known(db: Any) -> float:
        row = await db.one("SELECT reltuples FROM pg_class WHERE relname = 'task_count'")
        return float(row[0])

    async def count(tx: Tx, env: int) -> None:
        await tx.run("INSERT INTO task_count VALUES ($1, '', '', 'x', 'pending', 1)", env)

    async def work(store: Store) -> None:
        if not isinstance(store, PostgresStore):
            pytest.skip("SQLite plans without statistics")
        for _ in range(FIRST_LOOK - store._commands - 1):
            await store.write(count, store._commands)
        assert store._look is None
        await store.write(count, -1)
        assert store._look is not None
        await store._look
        assert await store.read(known) == FIRST_LOOK - 1
        assert store._next_look == 2 * FIRST_LOOK

    use(work)


def test_a_failed_look_at_the_statistics_hurts_nobody(use: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(store: Store) -> None:
        if not isinstance(store, PostgresStore):
            pytest.skip("SQLite plans without statistics")
        monkeypatch.setattr("labelwright.store.postgres.STATISTICS_ROWS", "nothing_of_this_name")
        await store._renew_statistics()
        assert await store.write(put, "a") == "a"

    use(work)


@pytest.mark.parametrize("turns", range(3))
def test_news_do_not_swallow_the_end(turns: int) -> None:
    """A job that is stopped while news come in stops."""

    async def work() -> None:
        topics = Topics()
        waiting = asyncio.create_task(topics.wait("callbacks", 60))
        await asyncio.sleep(0)
        topics.signal({"callbacks"})
        for _ in range(turns):
            await asyncio.sleep(0)
        stopped = waiting.cancel()
        (ended,) = await asyncio.gather(waiting, return_exceptions=True)
        # Whoever has waited to the end before is not there to be stopped.
        assert isinstance(ended, asyncio.CancelledError) is stopped

    asyncio.run(work())


def test_f23_the_connection_that_writes_does_what_durability_promises(
    server: Server, database: Where
) -> None:
    """Asked through the writer of a server that runs, not through a connection of the test's own."""
    page = (Path(__file__).parents[3] / "docs" / "explanation" / "durability.md").read_text()

    async def settings(tx: Tx) -> dict[str, Any]:
        if database[1]:
            return {name: (await tx.all(f"SHOW {name}"))[0][0] for name in ("synchronous_commit", "fsync")}
        pragmas = ("journal_mode", "synchronous", "locking_mode", "query_only")
        found = {name: (await tx.all(f"PRAGMA {name}"))[0][0] for name in pragmas}
        (main,) = [row[2] for row in await tx.all("PRAGMA database_list") if row[1] == "main"]
        return {**found, "file": Path(main).name}

    found = server.run(server.platform.store.write(settings))
    if database[1]:
        assert "leave `synchronous_commit` on" in page
        assert found == {"synchronous_commit": "on", "fsync": "on"}
        return
    assert "write-ahead log" in page
    assert "`synchronous=FULL`" in page
    full = 2
    assert found == {
        "journal_mode": "wal",
        "synchronous": full,
        "locking_mode": "normal",
        "query_only": 0,
        "file": "labelwright.db",
    }


def test_f30_a_group_that_never_ends_is_given_up(use: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that swallows everything: the callers are told, and the next ones get a new connection."""

    async def hang(tx: Tx) -> None:
        await tx.one("SELECT pg_sleep(3600)")

    async def work(store: Store) -> None:
        if not isinstance(store, PostgresStore):
            pytest.skip("SQLite has no network")
        monkeypatch.setattr(postgres, "COMMIT", 0.05)
        assert await results(store.write(hang)) == [Unavailable]
        monkeypatch.setattr(postgres, "COMMIT", 60.0)
        assert await store.write(put, "after") == "after"

    use(work)


def test_f30_a_transaction_that_could_not_be_committed_is_in_nobodys_way(use: Use, database: Where) -> None:
    async def spoil(tx: Tx) -> None:
        """What a failed COMMIT leaves behind: the connection is in the middle of a transaction."""
        await put(tx, "lost")
        tx.connection.execute("COMMIT; BEGIN")  # type: ignore[attr-defined]
        raise apsw.FullError("database or disk is full")

    async def work(store: Store) -> None:
        if database[1]:
            pytest.skip("PostgreSQL's connection is made again")
        for _ in range(2):
            assert await results(store.write(spoil), store.write(put, "too")) == [Unavailable, Unavailable]
            await store.write(empty_secrets)
        assert await store.write(put, "after") == "after"
        assert await there(store) == ["after"]

    use(work)
