"""Labelers as quality managers see them: how much each did, and how it was judged (wire/quality-tasks §4)."""

from collections.abc import Sequence

import msgspec

from labelwright.domain.platform import Platform
from labelwright.errors import InvalidParameter, NotFound
from labelwright.store import labelers as rows
from labelwright.store import quality_tasks as quality_rows
from labelwright.store.rows import Environment, Person
from labelwright.store.tasks import Cursor

MAX_NAMED = 100


class Labeler(msgspec.Struct, frozen=True):
    """A person with what can be told of their work."""

    person: Person
    work: rows.Work
    judged: rows.Judged

    @property
    def accuracy(self) -> float | None:
        """Which part of the judged attempts was accepted as it was, 0-1; None when nothing was judged."""
        judged = self.judged.accepted + self.judged.fixed + self.judged.sent_back
        return self.judged.accepted / judged if judged else None


async def page(
    platform: Platform,
    env: Environment,
    *,
    quality_task_ids: Sequence[str],
    emails: Sequence[str],
    limit: int,
    after: Cursor | None,
) -> tuple[Sequence[Labeler], bool]:
    """A page of labelers, oldest first, and whether more follow.

    Args:
        platform: the platform.
        env: the environment of the key; people work in the live one.
        quality_task_ids: evaluation or training tasks; narrows people and figures to the projects that these
            tasks belong to, because the tasks themselves are not given to labelers yet.
        emails: only these people; addresses of nobody are left out.
        limit: how many.
        after: the last of the page before.

    Raises:
        InvalidParameter: neither filter is given, or too many values.
        NotFound: there is no such quality task.
    """
    if not quality_task_ids and not emails:
        raise InvalidParameter.because(
            '"value" must contain at least one of [quality_task_ids, labeler_emails]', field="labeler_emails"
        )
    for field, given in (("quality_task_ids", quality_task_ids), ("labeler_emails", emails)):
        if len(given) > MAX_NAMED:
            raise InvalidParameter.because(
                f'"{field}" must contain less than or equal to {MAX_NAMED} items', field=field
            )
    project_ids = await _projects(platform, env, quality_task_ids) if quality_task_ids else None
    wanted = sorted({email.strip().lower() for email in emails})
    found = await platform.read(
        rows.page, env.id, env.account_id, wanted, project_ids, limit + 1, after, heavy=True
    )
    shown = found[:limit]
    ids = [person.id for person in shown]
    work = await platform.read(rows.work, env.id, ids, project_ids, heavy=True)
    judged = await platform.read(rows.judged, env.id, ids, project_ids, heavy=True)
    nothing, unjudged = rows.Work(), rows.Judged()
    labelers = [
        Labeler(person, work.get(person.id, nothing), judged.get(person.id, unjudged)) for person in shown
    ]
    return labelers, len(found) > limit


async def _projects(platform: Platform, env: Environment, quality_task_ids: Sequence[str]) -> Sequence[str]:
    known = await platform.read(quality_rows.projects_of, env.id, list(dict.fromkeys(quality_task_ids)))
    if any(wanted not in known for wanted in quality_task_ids):
        raise NotFound("Quality task with that ID not found.", field="quality_task_ids")
    return sorted(set(known.values()))
