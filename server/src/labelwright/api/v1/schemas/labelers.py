"""The shapes of the labelers' figures on the wire; the names are this server's (wire/quality-tasks §4)."""

import msgspec


class Labeler(msgspec.Struct):
    """What a labeler did and how it was judged.

    Attributes:
        id: of the person.
        email: of the person.
        name: of the person.
        tasks_attempted: different tasks that the person handed an answer in for.
        tasks_reviewed: different tasks that the person judged.
        accepted: answers of the person that reviewers accepted as they were.
        fixed: answers that reviewers corrected.
        sent_back: answers that reviewers sent back.
        accuracy: ``accepted`` divided by everything that was judged, 0-1; null when nothing was.
        active_time_secs: seconds of work without idle time, in what was handed in.
    """

    id: str
    email: str
    name: str
    tasks_attempted: int
    tasks_reviewed: int
    accepted: int
    fixed: int
    sent_back: int
    accuracy: float | None
    active_time_secs: float


class LabelerList(msgspec.Struct):
    """A page of labelers, those who joined first come first."""

    docs: list[Labeler]
    limit: int
    has_more: bool
    next_token: str | None


class LabelerQuery(msgspec.Struct, frozen=True):
    """Which labelers to list; one of the lists is needed."""

    quality_task_ids: list[str] | None = None
    labeler_emails: list[str] | None = None
    limit: int = 100
    next_token: str | None = None
