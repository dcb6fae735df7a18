"""The stages of the work on a task, and the states of one person's turn at it."""

from collections.abc import Mapping

ATTEMPT, REVIEW = "attempt", "review"
STAGES = (ATTEMPT, REVIEW)
RESERVED, ACTIVE = "reserved", "active"
SUBMITTED, SKIPPED, RELEASED, EXPIRED = "submitted", "skipped", "released", "expired"
MOVES: Mapping[str, frozenset[str]] = {
    RESERVED: frozenset({ACTIVE, SUBMITTED, SKIPPED, RELEASED, EXPIRED}),
    ACTIVE: frozenset({SUBMITTED, SKIPPED, RELEASED, EXPIRED}),
    SUBMITTED: frozenset(),
    SKIPPED: frozenset(),
    RELEASED: frozenset(),
    EXPIRED: frozenset(),
}
"""Which state may follow which."""
