"""Small helpers that keep one SQL text for both databases."""

from hypothesis import given
from hypothesis import strategies as st

from labelwright.store.sql import (
    FOR_UPDATE,
    NO_INDEX,
    SKIP_LOCKED,
    Where,
    chunks,
    for_postgres,
    for_sqlite,
    indexed_by,
    insert,
)


@given(items=st.lists(st.integers(), max_size=300), largest=st.sampled_from([1, 2, 16, 64]))
def test_chunks_lose_nothing(items: list[int], largest: int) -> None:
    pieces = list(chunks(items, largest))
    assert [item for piece in pieces for item in piece] == items
    assert all(0 < len(piece) <= largest and len(piece) & (len(piece) - 1) == 0 for piece in pieces)


def test_the_two_dialects() -> None:
    text = f"SELECT a FROM t WHERE b = $1 AND c = $12 {SKIP_LOCKED}"
    assert for_sqlite(text) == f"SELECT a FROM t WHERE b = ?1 AND c = ?12 {SKIP_LOCKED}"
    assert for_postgres(text).endswith("FOR UPDATE SKIP LOCKED")
    assert for_postgres(f"SELECT 1 {FOR_UPDATE}").endswith("FOR UPDATE")


def test_a_column_that_sqlite_shall_not_go_by() -> None:
    text = f"SELECT a FROM t WHERE {NO_INDEX}t.b = $1"
    assert for_sqlite(text) == "SELECT a FROM t WHERE +t.b = ?1"
    assert for_postgres(text) == text


def test_an_index_that_sqlite_shall_go_by() -> None:
    text = f"SELECT a FROM t {indexed_by('ix_t_a')} WHERE a = $1"
    assert for_sqlite(text) == "SELECT a FROM t INDEXED BY ix_t_a WHERE a = ?1"
    assert for_postgres(text) == text


def test_insert() -> None:
    assert (
        insert("t", ("a", "b"), 2, "RETURNING a") == "INSERT INTO t (a,b) VALUES ($1,$2),($3,$4) RETURNING a"
    )


def test_conditions_are_numbered() -> None:
    where = Where()
    assert str(where) == "1=1"
    where.add("a = ?", 1)
    where.any_of("b", ["x", "y"])
    where.add("(c, d) < (?, ?)", 2, 3)
    assert str(where) == "a = $1 AND b IN ($2,$3) AND (c, d) < ($4, $5)"
    assert where.args == [1, "x", "y", 2, 3]
