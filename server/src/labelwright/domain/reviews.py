"""Reviews: what a reviewer's verdict does to a task."""

from labelwright.domain import batches, tasks
from labelwright.domain.stages import ATTEMPT, REVIEW, SUBMITTED
from labelwright.errors import InvalidParameter, LeaseLost, NotShown
from labelwright.store import Tx, accounts, assignments, work
from labelwright.store import batches as batch_rows
from labelwright.store.rows import Environment, Task, Work

ACCEPT, FIX, SEND_BACK = "accept", "fix", "send_back"
VERDICTS = (ACCEPT, FIX, SEND_BACK)


def check_parts(stage: str, verdict: str | None, answer: bytes | None, comment: str | None) -> None:
    """Check that a submission has the parts that its stage and verdict need.

    Raises:
        InvalidParameter: one is missing or does not belong there.
    """
    if stage != REVIEW:
        if verdict is not None:
            raise InvalidParameter.because('"verdict" is not allowed at this stage', field="verdict")
        if answer is None:
            raise InvalidParameter.because('"answer" is required', field="answer")
        return
    if verdict is None:
        raise InvalidParameter.because('"verdict" is required', field="verdict")
    if verdict not in VERDICTS:
        raise InvalidParameter.because(f'"verdict" must be one of [{", ".join(VERDICTS)}]', field="verdict")
    if verdict == FIX and answer is None:
        raise InvalidParameter.because('"answer" is required', field="answer")
    if verdict != FIX and answer is not None:
        raise InvalidParameter.because(f'"answer" is not allowed with verdict {verdict}', field="answer")
    if verdict == SEND_BACK and not (comment or "").strip():
        raise InvalidParameter.because('"comment" is required', field="comment")


def check_viewed(verdict: str | None, *, shown: bool) -> None:
    """Check that nobody answers or accepts what they have not seen.

    Raises:
        NotShown: it was not on the screen, or the screen does not say so; sending back needs no more than a comment.
    """
    if not shown and verdict != SEND_BACK:
        raise NotShown(
            "Not everything of this task was on the screen. Open it again, look at it, and hand it in then.",
            field="shown",
        )


async def finish(
    tx: Tx, env: Environment, task: Task, row: Work, verdict: str, fixed: str | None, now: int
) -> None:
    """Complete the task with the accepted or fixed answer, or send it back to its author.

    Raises:
        LeaseLost: the task was canceled or given away meanwhile.
    """
    assignment_id = row.assignment_id or ""
    if verdict == SEND_BACK:
        await _send_back(tx, env, task, row, now)
        return
    answer = fixed if verdict == FIX else await _attempted(tx, task.id)
    if answer is None or not await work.finish(tx, task.id, assignment_id):
        raise LeaseLost("This task is no longer waiting for a review.", field="id")
    if not await tasks.complete(tx, env, task, answer, now):
        raise LeaseLost(f"This task is no longer {tasks.PENDING}.", field="id")


async def _send_back(tx: Tx, env: Environment, task: Task, row: Work, now: int) -> None:
    """Keep the next attempt for the author, or let anybody have it when the author may not work on it any more."""
    # The person is held still: whoever is disabled at this moment either gives this up, or is seen as gone here.
    author = await accounts.hold_person(tx, row.author) if row.author is not None else None
    there = (
        author is not None
        and author.disabled_at is None
        and (author.role != "labeler" or await work.may_work(tx, row.project_id, author.id))
    )
    if not there and await batch_rows.status_of(tx, row.batch_id) == batches.CANCELLED:
        await tasks.withdraw(tx, env, task, now)
        return
    kept_for = row.author if there else None
    await work.next_stage(tx, row.assignment_id or "", task.id, ATTEMPT, author=row.author, kept_for=kept_for)


async def _attempted(tx: Tx, task_id: str) -> str | None:
    """The answer that was handed in last."""
    answers = [
        a.answer
        for a in await assignments.of_task(tx, task_id)
        if a.stage == ATTEMPT and a.state == SUBMITTED and a.answer is not None
    ]
    return answers[-1] if answers else None
