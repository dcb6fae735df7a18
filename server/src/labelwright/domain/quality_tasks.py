"""Evaluation and training tasks: tasks whose right answer is known (wire/quality-tasks)."""

import re
from collections.abc import Mapping, Sequence

import msgspec

from labelwright.domain import parent_tasks, projects, responses, task_creation
from labelwright.domain.common import NULL, ObjectText, checked_metadata, not_given
from labelwright.domain.platform import Platform
from labelwright.errors import InvalidParameter, NotFound, Problem
from labelwright.ids import new_id
from labelwright.store import quality_tasks as rows
from labelwright.store.rows import Environment, QualityTask
from labelwright.store.tasks import Cursor
from labelwright.tasktypes.base import Media

EVALUATION, TRAINING = "evaluation", "training"
_ID = re.compile(r"[0-9a-f]{24}\Z")


class NewQualityTask(msgspec.Struct, frozen=True):
    """What an evaluation or training task is created from, beside its type's own parameters.

    The other parameters that creates share (``batch``, ``callback_url``, ``priority``, ``tags``, ``unique_id``, …)
    are accepted and mean nothing here: a quality task is in no batch and calls nobody back.

    Attributes:
        project: the project whose labelers are to be measured or taught.
        expected_response: the right answer, in the form of the type's ``response``.
        initial_response: the answer that a reviewer is given to judge; for evaluation tasks only.
        instruction: put before the project's, as for any task.
        metadata: kept for the customer.
        project_version: which of the project's parameters to inherit.
        project_param_version: another spelling of ``project_version``.
    """

    project: str
    expected_response: ObjectText
    initial_response: ObjectText = msgspec.field(default_factory=not_given)
    instruction: str | None = None
    metadata: ObjectText = msgspec.field(default_factory=not_given)
    project_version: int | None = None
    project_param_version: int | None = None


OWN_FIELDS = frozenset({"expected_response", "initial_response"})
"""Parts of the body that are no parameters of the task."""


async def create(
    platform: Platform,
    env: Environment,
    kind: str,
    slug: str,
    new: NewQualityTask,
    given: Mapping[str, msgspec.Raw],
) -> QualityTask:
    """Keep an evaluation or training task whose responses satisfy its type's own checker.

    Args:
        platform: the platform.
        env: the environment of the key.
        kind: ``evaluation`` or ``training``.
        slug: the task type, or an alias; any type that the server has.
        new: the parameters that every type shares.
        given: the whole body, unread.

    Raises:
        InvalidParameter: a parameter is missing or wrong, or a response does not satisfy the task.
        NotFound: there is no such project.
    """
    if not new.project.strip():
        raise InvalidParameter.because('"project" is not allowed to be empty', field="project")
    expected, initial = bytes(new.expected_response), bytes(new.initial_response)
    if expected == NULL:
        raise InvalidParameter.because('"expected_response" is required', field="expected_response")
    if initial not in {b"", NULL} and kind == TRAINING:
        raise InvalidParameter.because(
            '"initial_response" is not allowed for a training task', field="initial_response"
        )
    common = task_creation.NewTask(
        project=new.project,
        instruction=new.instruction,
        project_version=new.project_version,
        project_param_version=new.project_param_version,
    )
    own = {name: value for name, value in given.items() if name not in OWN_FIELDS}
    checked = await task_creation.checked_params(platform, env, slug, common, own)
    params = await checked.params()
    shown = await platform.read(parent_tasks.attachments_of_parent, platform, env, checked.kind, params)
    media = [attachment.media for attachment in shown]
    expected_text = await _checked_response(platform, env, checked, "expected_response", expected, media)
    initial_text: str | None = None
    if initial not in {b"", NULL}:
        initial_text = await _checked_response(platform, env, checked, "initial_response", initial, media)
    now = platform.clock.now()
    task = QualityTask(
        new_id(now),
        env.id,
        kind,
        checked.project.id if checked.project else "",
        checked.kind.slug,
        checked.instruction,
        checked.text,
        checked_metadata(new.metadata, platform.settings.metadata_limit),
        expected_text,
        initial_text,
        checked.version,
        now,
        None,
        checked.project.name if checked.project else "",
    )
    await platform.store.write(rows.add, task)
    return task


async def _checked_response(
    platform: Platform,
    env: Environment,
    checked: task_creation.Checked,
    name: str,
    given: bytes,
    media: Sequence[Media],
) -> str:
    text, errors = await responses.checked(platform, env, checked.kind, await checked.params(), given, media)
    if errors:
        raise _params_error(name, errors)
    return text


def _params_error(name: str, errors: Sequence[Problem]) -> InvalidParameter:
    """The refusal of a response; of several errors the one that lies deepest says most about what to change."""
    worst = max(errors, key=lambda problem: problem.path.count(".") + problem.path.count("["))
    separator = "" if not worst.path or worst.path.startswith("[") else "."
    path = f"{name}{separator}{worst.path}"
    return InvalidParameter.because(f'"{path}" is invalid: {worst.message}', field=path)


async def get(platform: Platform, env: Environment, kind: str, quality_task_id: str) -> QualityTask:
    """An evaluation or training task by id.

    Raises:
        NotFound: there is none of this kind, or it was deleted.
    """
    found: QualityTask | None = None
    if _ID.match(quality_task_id):
        found = await platform.read(rows.by_id, env.id, kind, quality_task_id)
    if found is None:
        raise _not_found(kind)
    return found


def _not_found(kind: str) -> NotFound:
    return NotFound(f"{kind.capitalize()} task with that ID not found.", field="quality_task_id")


async def delete(platform: Platform, env: Environment, kind: str, quality_task_id: str) -> QualityTask:
    """Take an evaluation or training task away; its row stays for the record.

    Raises:
        NotFound: there is none of this kind, or it was deleted before.
    """
    found = await get(platform, env, kind, quality_task_id)
    if not await platform.store.write(rows.delete, env.id, kind, found.id, platform.clock.now()):
        raise _not_found(kind)
    return found


async def page(
    platform: Platform, env: Environment, kind: str, project: str | None, *, limit: int, after: Cursor | None
) -> tuple[Sequence[QualityTask], int, bool]:
    """A page of evaluation or training tasks, newest first: the tasks, how many in all, whether more follow.

    Raises:
        NotFound: there is no such project.
    """
    project_id = (await projects.find(platform, env, project)).id if project else None
    found = await platform.read(rows.page, env.id, kind, project_id, limit + 1, after)
    total = await platform.read(rows.count, env.id, kind, project_id)
    return found[:limit], total, len(found) > limit
