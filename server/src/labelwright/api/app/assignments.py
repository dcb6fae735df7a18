"""The labelling screen's endpoints: claim, keep, hand in."""

from labelwright.api.app import presenters, schemas
from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.clock import iso
from labelwright.domain import assignments, progress, tabs
from labelwright.errors import InvalidParameter


async def queue(call: Call) -> Answer:
    """Return what I may work on."""
    mine = await progress.queue(call.platform, call.worker)
    entries = [
        schemas.QueueEntry(
            e.project,
            e.type,
            e.stage,  # type: ignore[arg-type]
            e.open,
            e.mine,
            e.instruction,
            e.sent_back,
            e.comment,
        )
        for e in mine.entries
    ]
    return reply(schemas.Queue(entries, mine.done_today, mine.active_ms_today))


async def claim(call: Call) -> Answer:
    """Claim work."""
    body = call.json(schemas.Claim)
    turns = await assignments.claim(call.platform, call.worker, body.stage, body.project, body.count)
    return reply(schemas.Assignments([presenters.turn(turn) for turn in turns]))


async def get(call: Call) -> Answer:
    """Return one of my assignments."""
    return reply(presenters.turn(await assignments.get(call.platform, call.worker, call.path["id"])))


async def open_assignment(call: Call) -> Answer:
    """Start work on a reserved assignment."""
    body = call.json(schemas.OpenBody)
    tab = tabs.checked(body.tab)
    opened = await assignments.open_assignment(
        call.platform, call.worker, call.path["id"], tab, take_over=body.take_over
    )
    return reply(presenters.turn(opened, tab))


async def retake(call: Call) -> Answer:
    """Take the same task again after its lease ran out."""
    tab = tabs.checked(call.json(schemas.TabBody).tab)
    return reply(
        presenters.turn(
            await assignments.take_over_assignment(call.platform, call.worker, call.path["id"], tab), tab
        )
    )


async def heartbeat(call: Call) -> Answer:
    """Keep assignments."""
    body = call.json(schemas.Heartbeat)
    held, lost, elsewhere = await assignments.heartbeat(
        call.platform, call.worker, body.ids, tabs.checked(body.tab)
    )
    kept = [schemas.Held(i, iso(until)) for i, until in held]
    return reply(schemas.Beat(kept, list(lost), list(elsewhere)))


async def save_draft(call: Call) -> Answer:
    """Keep unfinished work."""
    body = call.json(schemas.DraftBody)
    if not 0 < body.rev < 1 << 53:
        raise InvalidParameter.because('"rev" must be a positive number', field="rev")
    at = await assignments.save_draft(
        call.platform,
        call.worker,
        call.path["id"],
        body.rev,
        bytes(body.answer),
        validated_time(body.active_ms),
        tabs.checked(body.tab),
    )
    return reply(schemas.DraftSaved(body.rev, iso(at)))


async def submit(call: Call) -> Answer:
    """Hand in an attempt or a review."""
    body = call.json(schemas.SubmitBody)
    answer = bytes(body.answer)
    submission = assignments.Submission(
        body.submission_id,
        validated_time(body.active_ms),
        None if answer in {b"", b"null"} else answer,
        body.verdict,
        body.comment,
        body.shown,
        tuple(body.opened),
        tabs.checked(body.tab),
    )
    receipt = await assignments.submit(call.platform, call.worker, call.path["id"], submission)
    return reply(
        schemas.Submitted(
            receipt.assignment_id, receipt.task_id, "submitted", receipt.task_status, receipt.repeated
        )
    )


def validated_time(active_ms: int) -> int:
    """Check a working time.

    Raises:
        InvalidParameter: negative, or more than a month.
    """
    if not 0 <= active_ms <= 31 * assignments.DAY:
        raise InvalidParameter.because('"active_ms" must be between 0 and a month', field="active_ms")
    return active_ms


async def skip(call: Call) -> Answer:
    """Give work back for good."""
    body = call.json(schemas.SkipBody)
    await assignments.skip(call.platform, call.worker, call.path["id"], body.reason, tabs.checked(body.tab))
    return reply(schemas.Empty())


async def release(call: Call) -> Answer:
    """Give work back."""
    tab = tabs.checked(call.json(schemas.TabBody).tab)
    await assignments.release(call.platform, call.worker, call.path["id"], tab)
    return reply(schemas.Empty())


_ASSIGNMENT_PATH = "/assignments/{id}"

ENDPOINTS = (
    Endpoint("GET", "/queue", queue, "Return what I may work on", answer=schemas.Queue),
    Endpoint(
        "POST",
        "/assignments/claim",
        claim,
        "Claim work",
        answer=schemas.Assignments,
        body=schemas.Claim,
        errors=(400, 403, 404, 415),
    ),
    Endpoint(
        "POST",
        "/assignments/heartbeat",
        heartbeat,
        "Keep what I hold",
        answer=schemas.Beat,
        body=schemas.Heartbeat,
        errors=(400, 415),
    ),
    Endpoint(
        "GET", _ASSIGNMENT_PATH, get, "Return one of my assignments", answer=schemas.Assignment, errors=(404,)
    ),
    Endpoint(
        "POST",
        f"{_ASSIGNMENT_PATH}/open",
        open_assignment,
        "Start work on an assignment",
        answer=schemas.Assignment,
        body=schemas.OpenBody,
        errors=(400, 404, 409, 415),
    ),
    Endpoint(
        "POST",
        f"{_ASSIGNMENT_PATH}/retake",
        retake,
        "Take the same task again after its lease ran out",
        answer=schemas.Assignment,
        body=schemas.TabBody,
        errors=(400, 404, 409, 415),
    ),
    Endpoint(
        "PUT",
        f"{_ASSIGNMENT_PATH}/draft",
        save_draft,
        "Keep unfinished work",
        answer=schemas.DraftSaved,
        body=schemas.DraftBody,
        errors=(400, 404, 409, 415),
        large=True,
    ),
    Endpoint(
        "POST",
        f"{_ASSIGNMENT_PATH}/submit",
        submit,
        "Hand in an attempt or a review",
        answer=schemas.Submitted,
        body=schemas.SubmitBody,
        errors=(400, 404, 409, 415),
        large=True,
    ),
    Endpoint(
        "POST",
        f"{_ASSIGNMENT_PATH}/skip",
        skip,
        "Give work back for good",
        answer=schemas.Empty,
        body=schemas.SkipBody,
        errors=(400, 404, 409, 415),
    ),
    Endpoint(
        "POST",
        f"{_ASSIGNMENT_PATH}/release",
        release,
        "Give work back",
        answer=schemas.Empty,
        body=schemas.TabBody,
        errors=(400, 404, 409, 415),
    ),
)
