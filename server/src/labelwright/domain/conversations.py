"""Answers told as conversations (wire/v2-conversations §5): one store of tasks, seen through another door."""

import hashlib
from collections.abc import Iterator

import msgspec

from labelwright.domain import answer_files, response_urls, tasks
from labelwright.domain.platform import Platform
from labelwright.errors import NotFound
from labelwright.store.rows import Environment, Task
from labelwright.tasktypes import registry
from labelwright.tasktypes.threads import (
    Annotation,
    AnnotationFile,
    BasicFile,
    ConversationAnswer,
    Thread,
    Turn,
)

_POSITION = 16
"""Hex digits of an annotation's id that say where in its task it is; the task's id stands before them."""

_TASK = 24


def conversation(platform: Platform, task: Task, base: str) -> ConversationAnswer:
    """What a task's answer says as a conversation; no threads before there is an answer.

    Args:
        platform: the platform.
        task: the task.
        base: the address of this server, for files.
    """
    if task.status != tasks.COMPLETED or task.response is None:
        return ConversationAnswer([])
    answer = msgspec.json.decode(answer_files.shown(platform, task.response, base))
    found = registry.find(task.type).conversation(msgspec.json.decode(task.params), answer)
    if found is None:
        # Shapes and points are no conversation: the answer as V1 has it, for some hours.
        url = base + response_urls.link(platform, task)
        file = BasicFile(mime_type="application/json", name="response.json", url=url)
        whole = AnnotationFile(id="", key="response", value=[file])
        found = ConversationAnswer(
            [Thread(id="", turns=[Turn(id="", messages=[], annotations=[whole])], annotations=[])]
        )
    _name(task.id, found.threads)
    return found


async def annotation(platform: Platform, env: Environment, annotation_id: str, base: str) -> Annotation:
    """An annotation by its id.

    Raises:
        NotFound: there is none.
    """
    task_id = annotation_id[:_TASK]
    missing = NotFound("Annotation with that ID not found.", field="annotation_id")
    try:
        task = await tasks.get(platform, env, task_id)
    except NotFound as error:
        raise missing from error
    found = conversation(platform, task, base)
    for one, _ in _annotations(found.threads):
        if one.id == annotation_id:
            return one
    raise missing


def _annotations(threads: list[Thread]) -> Iterator[tuple[Annotation, str]]:
    """Every annotation with its place."""
    for i, thread in enumerate(threads):
        yield from _at_position(thread.annotations, f"{i}")
        for j, turn in enumerate(thread.turns):
            yield from _at_position(turn.annotations, f"{i}.{j}")
            for k, rubric in enumerate(turn.rubrics or ()):
                for n, criterion in enumerate(rubric.criteria_definitions):
                    yield from _at_position(criterion.annotations, f"{i}.{j}.r{k}.{n}")
            for k, message in enumerate(turn.messages):
                yield from _at_position(message.annotations, f"{i}.{j}.{k}")
                for n, chunk in enumerate(message.content.chunks or ()):
                    yield from _at_position(chunk.annotations, f"{i}.{j}.{k}.c{n}")
                for n, evaluation in enumerate(message.rubric_evaluations or ()):
                    yield from _at_position(evaluation.annotations or [], f"{i}.{j}.{k}.e{n}")
                    for m, criterion_evaluation in enumerate(evaluation.criteria_evaluations or ()):
                        yield from _at_position(
                            criterion_evaluation.annotations or [], f"{i}.{j}.{k}.e{n}.{m}"
                        )


def _at_position(annotations: list[Annotation], place: str) -> Iterator[tuple[Annotation, str]]:
    for n, one in enumerate(annotations):
        yield one, f"{place}/{n}"


def _name(task_id: str, threads: list[Thread]) -> None:
    """Give threads, turns and annotations the ids they always have: derived from the task and the place."""
    for i, thread in enumerate(threads):
        thread.id = thread.id or _id(task_id, f"thread {i}")
        for j, turn in enumerate(thread.turns):
            turn.id = turn.id or _id(task_id, f"turn {i}.{j}")
    for one, place in _annotations(threads):
        one.id = _id(task_id, f"{place} {one.key}")


def _id(task_id: str, place: str) -> str:
    return task_id + hashlib.sha256(place.encode()).hexdigest()[:_POSITION]
