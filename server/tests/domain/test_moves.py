"""The tables of moves: closed, reachable, and with the ends that the wire knows (wire/tasks §3, wire/v2-batches §1)."""

from collections.abc import Mapping

import pytest

from labelwright.domain import batches, stages, tasks

TABLES: dict[str, tuple[Mapping[str, frozenset[str]], str, set[str]]] = {
    "task": (tasks.MOVES, tasks.PENDING, {tasks.CANCELED, tasks.ERROR}),
    "batch": (batches.MOVES, batches.STAGING, {batches.CANCELLED}),
    "assignment": (
        stages.MOVES,
        stages.RESERVED,
        {stages.SUBMITTED, stages.SKIPPED, stages.RELEASED, stages.EXPIRED, stages.CANCELED},
    ),
}


@pytest.mark.parametrize("noun", TABLES)
def test_a_table_is_closed_and_reachable(noun: str) -> None:
    moves, first, ends = TABLES[noun]
    assert {after for targets in moves.values() for after in targets} <= set(moves)
    reached, new = {first}, {first}
    while new:
        new = {after for state in new for after in moves[state]} - reached
        reached |= new
    assert reached == set(moves)
    assert {state for state, targets in moves.items() if not targets} == ends
    assert all(state not in targets for state, targets in moves.items())


def test_tables_name_every_status() -> None:
    assert set(tasks.MOVES) == set(tasks.STATUSES)
    assert set(batches.MOVES) == set(batches.STATUSES)


def test_only_completed_work_is_recalled() -> None:
    assert [state for state, targets in tasks.MOVES.items() if tasks.PENDING in targets] == [tasks.COMPLETED]
