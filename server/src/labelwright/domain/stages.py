"""The stages of the work on a task, and the states of one person's turn at it."""

from collections.abc import Mapping

ATTEMPT, REVIEW = "attempt", "review"
STAGES = (ATTEMPT, REVIEW)
RESERVED, ACTIVE = "reserved", "active"
SUBMITTED, SKIPPED, RELEASED, EXPIRED = "submitted", "skipped", "released", "expired"
CANCELED = "canceled"
MOVES: Mapping[str, frozenset[str]] = {
    RESERVED: frozenset({ACTIVE, SUBMITTED, SKIPPED, RELEASED, EXPIRED, CANCELED}),
    ACTIVE: frozenset({SUBMITTED, SKIPPED, RELEASED, EXPIRED}),
    SUBMITTED: frozenset(),
    SKIPPED: frozenset(),
    RELEASED: frozenset(),
    EXPIRED: frozenset(),
    CANCELED: frozenset(),
}
"""Which state may follow which; a turn is canceled with its task, as long as the task was not opened."""
