"""``multistage``: tasks of other types, one after another (wire/task-types-chat §4)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.errors import InvalidParameter, Problem
from labelwright.metrics.categories import F1
from labelwright.tasktypes import registry
from labelwright.tasktypes.base import FilePlace, Media, Rating, Score, TaskType
from labelwright.tasktypes.chat.conditions import check_condition, takes_place
from labelwright.tasktypes.checked_type import CheckContext, CheckedType
from labelwright.tasktypes.forms.labels import Text
from labelwright.tasktypes.forms.question_rules import shown
from labelwright.tasktypes.media import INLINE_TEXT
from labelwright.tasktypes.scoring.merge_answers import first_of, majority, medoid
from labelwright.tasktypes.wire.answer_schemas import Schema, embedded, narrowed, object_of, one_of, schema_of
from labelwright.tasktypes.wire.context_attachments import (
    FormAttachment,
    check_attachments,
    files_among,
    media_among,
)
from labelwright.tasktypes.wire.problems import has_error, is_json, read
from labelwright.validation.decoding import refuse, typed
from labelwright.validation.errors import MAX_ERRORS, Path, path_text

Status = Literal["completed", "skipped"]
COMPLETED: Status = "completed"
SKIPPED: Status = "skipped"
_REASON = 'Parameter is invalid, reason: "'


class StageInput(msgspec.Struct, kw_only=True):
    """What a stage takes from an earlier one.

    Attributes:
        from_: ``from``: id of the earlier stage.
        map: parameter of this stage to what fills it.
    """

    from_: Text = msgspec.field(name="from")
    map: dict[str, Any] = {}


class Stage(msgspec.Struct, kw_only=True):
    """One stage.

    Attributes:
        id: names it in answers; unique.
        type: any other task type.
        params: of that type; complete, unless there is an ``input``.
        input: what it takes from an earlier stage.
        condition: when it takes place: earlier stage, or ``stage.member`` for a part of its response, to the wanted
            value or values, or to ``{not: …}``.
        assignees: who works on it.
    """

    id: Text
    type: Text
    params: dict[str, Any] = {}
    input: StageInput | UnsetType = UNSET
    condition: dict[str, Any] | UnsetType = UNSET
    assignees: str | UnsetType = UNSET


class MultiStageParams(msgspec.Struct, kw_only=True):
    """Parameters of ``multistage``: tasks of other types, one after another. Unknown ones are kept.

    Attributes:
        attachments: shown in every stage.
        stages: in the order in which they take place.
    """

    attachments: list[FormAttachment] = []
    stages: Annotated[list[Stage], Meta(min_length=1, max_length=100)]


class StageAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What came of a stage.

    Attributes:
        type: its task type; filled in when absent.
        status: ``skipped`` for a stage that does not take place, or has nothing to work on.
        response: the answer of its type; absent when skipped.
    """

    type: str | UnsetType = UNSET
    status: Status = COMPLETED
    response: Any = UNSET


class MultiStageAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The ``response`` of a ``multistage`` task.

    Attributes:
        stages: id to what came of the stage.
        final: id of the stage whose answer counts: the last one completed when absent.
    """

    stages: dict[str, StageAnswer]
    final: str | UnsetType = UNSET


def _undrawn(stage: Mapping[str, Any]) -> Sequence[str]:
    """What the form does not show of a stage's answer; an earlier stage may fill in what is missing."""
    kind = registry.task_types().get(str(stage.get("type")))
    if kind is None:
        return ()
    params = stage.get("params")
    return (
        kind.undrawn(params if isinstance(params, Mapping) else {}) if kind.form_shows_all else (kind.slug,)
    )


class MultiStage(CheckedType[MultiStageParams, MultiStageAnswer]):
    """The task type ``multistage``."""

    slug = "multistage"
    needs_project = True
    params_model = MultiStageParams
    answer_model = MultiStageAnswer

    @property
    def undrawn_parts(self) -> Sequence[str]:
        """Return every type whose answers the form does not show; editors of types are not used in stages."""
        kinds = [kind for slug, kind in registry.task_types().items() if slug == kind.slug != self.slug]
        parts = [
            part for kind in kinds for part in (kind.undrawn_parts if kind.form_shows_all else (kind.slug,))
        ]
        return [f"{self.slug}/{part}" for part in parts]

    def undrawn(self, params: Mapping[str, Any]) -> Sequence[str]:
        """Return those of them that a stage has."""
        stages = params.get("stages")
        listed = [one for one in stages if isinstance(one, Mapping)] if isinstance(stages, list) else ()
        return list(dict.fromkeys(f"{self.slug}/{part}" for stage in listed for part in _undrawn(stage)))

    def prepare(self, given: Mapping[str, msgspec.Raw]) -> Mapping[str, msgspec.Raw]:
        """Return the parameters as they are: ``attachment`` means nothing here."""
        return given

    def check(self, params: MultiStageParams) -> None:
        """Check attachments, ids and types; what a stage asks for is checked by its type."""
        check_attachments(params.attachments, ("attachments",))
        seen: list[str] = []
        for i, stage in enumerate(params.stages):
            place: Path = ("stages", i)
            if stage.id in seen:
                raise refuse((*place, "id"), "contains a duplicate value")
            if stage.input is not UNSET and stage.input.from_ not in seen:
                message = f'must be an earlier stage, "{stage.input.from_}" is not one'
                raise refuse((*place, "input", "from"), message)
            if stage.condition is not UNSET:
                check_condition(stage.condition, seen, (*place, "condition"))
            seen.append(stage.id)
            if _kind(stage) is None:
                message = f'must be another task type, "{stage.type}" is not one'
                raise refuse((*place, "type"), message)

    def rewritten(self, params: MultiStageParams, kept: Mapping[str, msgspec.Raw]) -> Mapping[str, Any]:
        """Return the stages with what their types keep of their parameters.

        Raises:
            InvalidParameter: a stage lacks a parameter, or has a wrong one.
        """
        given = msgspec.json.decode(kept["stages"], type=list[dict[str, msgspec.Raw]])
        both = enumerate(zip(params.stages, given, strict=True))
        return {"stages": [_checked(one, text, ("stages", i, "params")) for i, (one, text) in both]}

    def references(self, params: MultiStageParams) -> Sequence[str]:
        """Return the shared attachments, then those of the stages."""
        shared = [one.content for one in params.attachments]
        return [*shared, *(ref for stage in params.stages for ref in _references(stage))]

    def files_of(self, params: MultiStageParams) -> Sequence[str]:
        """Return the shared files, then those of the stages."""
        found = files_among(params.attachments)
        for stage in params.stages:
            kind = _kind(stage)
            if kind is not None and stage.input is UNSET:
                found.extend(kind.fetched(stage.params))
        return found

    def media_of(self, params: MultiStageParams) -> Mapping[str, str]:
        """Return what the files of the stages have to hold, then the shared ones."""
        found: dict[str, str] = {}
        inline: set[str] = set()
        for stage in params.stages:
            kind = _kind(stage)
            if kind is not None and stage.input is UNSET:
                found |= kind.contents(stage.params)
                inline |= {
                    ref for ref, content in kind.contents(stage.params).items() if content == INLINE_TEXT
                }
        # A text that takes its address's place in one stage can be shown in the others, too.
        return {**found, **media_among(params.attachments), **dict.fromkeys(inline, INLINE_TEXT)}

    def with_text(
        self, params: Mapping[str, msgspec.Raw], address: str, text: str
    ) -> Mapping[str, msgspec.Raw]:
        """Put a text where its address was in the stages."""
        stages = msgspec.json.decode(params["stages"], type=list[dict[str, msgspec.Raw]])
        read = msgspec.json.decode(params["stages"], type=list[Stage])
        for one, stage in zip(stages, read, strict=True):
            kind = _kind(stage)
            if kind is not None and stage.input is UNSET and address in kind.contents(stage.params):
                given = msgspec.json.decode(one["params"], type=dict[str, msgspec.Raw])
                one["params"] = msgspec.Raw(msgspec.json.encode(kind.with_text(given, address, text)))
        return {**params, "stages": msgspec.Raw(msgspec.json.encode(stages))}

    def answer_files(self, params: Mapping[str, Any]) -> Sequence[FilePlace]:
        """Return where the answers of the stages name files."""
        read = typed(MultiStageParams, params)
        return [
            ("stages", stage.id, "response", *place)
            for stage in read.stages
            if (kind := _kind(stage)) is not None
            for place in kind.answer_files(stage.params)
        ]

    def prelabel_files(self, params: Mapping[str, Any]) -> Sequence[FilePlace]:
        """Return where the pre-labels of the stages name files."""
        read = typed(MultiStageParams, params)
        return [
            ("stages", i, "params", *place)
            for i, stage in enumerate(read.stages)
            if (kind := _kind(stage)) is not None
            for place in kind.prelabel_files(stage.params)
        ]

    def examine(
        self, params: MultiStageParams, answer: Any, occasion: CheckContext
    ) -> tuple[MultiStageAnswer, list[Problem]]:
        """See ``CheckedType``."""
        start = occasion.start
        reading = read(MultiStageAnswer, answer, start)
        if reading.whole is None:
            return MultiStageAnswer(stages={}), reading.problems
        whole, problems = reading.whole, reading.problems
        known = {stage.id: stage for stage in params.stages}
        for name in islice((name for name in whole.stages if name not in known), MAX_ERRORS):
            message = f"“{name}” is not one of the stages: {shown(known)}."
            where = path_text((*start, "stages", name))
            problems.append(Problem(where, message, "unknown_stage"))
        responses: dict[str, Any] = {}
        for stage, own in _with_media(params, occasion.media):
            name = stage.id
            place = (*start, "stages", name)
            called_off = not occasion.partial and _is_called_off(stage, responses)
            if name not in whole.stages and called_off:
                whole.stages[name] = StageAnswer(status=SKIPPED)
            if name in whole.stages:
                given = whole.stages[name]
                problems.extend(_stage_problems(stage, given, own, place))
                if not occasion.partial:
                    problems.extend(_status_problems(stage, given, (*place, "status"), called_off=called_off))
                if given.status == COMPLETED and given.response is not UNSET:
                    responses[name] = _response(given)
            elif not occasion.partial:
                problems.append(Problem(path_text(place), "An answer is required.", "required"))
        problems.extend(_final_problems(whole, list(known), (*start, "final")))
        return whole, problems

    def compare(
        self,
        params: MultiStageParams,
        expected: MultiStageAnswer,
        given: MultiStageAnswer,
        media: Sequence[Media],
    ) -> Score:
        """Compare stage by stage, each as its own type does.

        The score is the mean over the stages of the expected answer. A stage that both skipped counts 1, one that
        only one of them skipped 0. A stage that takes an ``input`` is not known as a task of its type; there the
        share of equal values counts. Details: each stage as ``stages.<id>``.
        """
        likeness = {
            stage.id: _likeness(stage, expected.stages[stage.id], given.stages.get(stage.id), own)
            for stage, own in _with_media(params, media)
            if stage.id in expected.stages
        }
        value = sum(likeness.values()) / len(likeness) if likeness else 1.0
        return Score(value, {f"stages.{name}": one for name, one in likeness.items()})

    def join(
        self, params: MultiStageParams, answers: Sequence[MultiStageAnswer], media: Sequence[Media]
    ) -> MultiStageAnswer:
        """Merge stage by stage, each as its own type does; what most skipped is skipped."""
        trusted = first_of(answers, self.medoid(params, answers, media))
        stages: dict[str, StageAnswer] = {}
        for stage, own in _with_media(params, media):
            there = [one.stages[stage.id] for one in trusted if stage.id in one.stages]
            if there:
                stages[stage.id] = _joined_stage(stage, there, own)
        order = [name for name in trusted[0].stages if name in stages]
        return MultiStageAnswer(
            stages={name: stages[name] for name in dict.fromkeys((*order, *stages))},
            final=majority([one.final for one in trusted]),
        )

    def rated(self, params: MultiStageParams, answer: MultiStageAnswer) -> Sequence[Rating]:
        """Return the judgements of the stages, each under the id of its stage."""
        return [
            msgspec.structs.replace(one, field=f"{stage.id}.{one.field}")
            for stage in params.stages
            for one in _ratings(stage, answer.stages.get(stage.id))
        ]

    def schema(self, params: MultiStageParams) -> Schema:
        """Return the answer with its stages by id, each with the answer of its own task."""
        found: dict[str, Schema] = {}
        definitions: Schema = {}
        for i, stage in enumerate(params.stages):
            kind = _kind(stage)
            if kind is None:
                continue
            inner = schema_of(kind.answer_model) if stage.input else kind.answer_schema(stage.params)
            response, own = embedded(inner, f"stage{i}.")
            definitions |= own
            members = {
                "type": one_of([stage.type]),
                "status": one_of([COMPLETED, SKIPPED]),
                "response": response,
            }
            found[stage.id] = {**object_of(members), "title": stage.id}
        name = self.answer_model.__name__
        stages = object_of(found, found)
        schema = narrowed(self.answer_model, {name: {"stages": stages, "final": one_of(found)}})
        schema["$defs"] |= definitions
        return schema

    def sample(self, params: MultiStageParams) -> Any:
        """Return the samples of the stages; None when a type has none.

        A stage that waits for another has nothing to work on, and is skipped, as is one that does not take place.
        """
        made: dict[str, Any] = {}
        responses: dict[str, Any] = {}
        for stage in params.stages:
            kind = _kind(stage)
            if kind is None or stage.input is not UNSET or _is_called_off(stage, responses):
                made[stage.id] = {"type": stage.type, "status": SKIPPED}
                continue
            given = kind.sample_answer(stage.params)
            if given is None:
                return None
            responses[stage.id] = msgspec.json.decode(given)
            made[stage.id] = {"type": stage.type, "status": COMPLETED, "response": responses[stage.id]}
        return {"stages": made}


def _kind(stage: Stage) -> TaskType | None:
    kind = registry.task_types().get(stage.type)
    return None if isinstance(kind, MultiStage) else kind


def _checked(stage: Stage, given: Mapping[str, msgspec.Raw], place: Path) -> Mapping[str, msgspec.Raw]:
    """Return a stage as it was given, with what its type keeps of its parameters.

    Raises:
        InvalidParameter: with the whole path of the parameter in quotes.
    """
    kind = _kind(stage)
    given = {"params": msgspec.Raw(b"{}"), **given}
    if kind is None or stage.input is not UNSET:
        return given
    members = msgspec.json.decode(given["params"], type=dict[str, msgspec.Raw])
    try:
        kept = kind.check_params(members)
    except InvalidParameter as error:
        where = _joined(place, error.field or "")
        if not error.message.startswith(_REASON):
            raise InvalidParameter(error.message, field=where) from None
        _, _, rest = error.message.removeprefix(_REASON).partition('"')
        raise InvalidParameter.because(f'"{where}"{rest}', field=where) from None
    return {**given, "params": msgspec.Raw(kept)}


def _joined(place: Path, below: str) -> str:
    """Return a path as text with another, already text, below it."""
    dot = "" if not below or below.startswith("[") else "."
    return f"{path_text(place)}{dot}{below}"


def _references(stage: Stage) -> Sequence[str]:
    kind = _kind(stage)
    return kind.attachments(stage.params) if kind is not None and stage.input is UNSET else ()


def _with_media(params: MultiStageParams, media: Sequence[Media]) -> Iterator[tuple[Stage, Sequence[Media]]]:
    """Yield each stage with what is known of its own attachments, which come after the shared ones."""
    start = len(params.attachments)
    for stage in params.stages:
        end = start + len(_references(stage))
        yield stage, media[start:end]
        start = end


def _likeness(
    stage: Stage, expected: StageAnswer, given: StageAnswer | None, media: Sequence[Media]
) -> float:
    if given is None or given.status != expected.status:
        return 0.0
    if expected.status == SKIPPED:
        return 1.0
    a, b = _response(expected), _response(given)
    kind = _kind(stage)
    if kind is None or stage.input is not UNSET:
        return shared_values(a, b)
    return kind.score(stage.params, a, b, media).value


def _joined_stage(stage: Stage, given: Sequence[StageAnswer], media: Sequence[Media]) -> StageAnswer:
    """Return what several made of a stage.

    Args:
        stage: the stage.
        given: in order of trust; ties go to the first.
        media: of the stage's own attachments.
    """
    status = majority([one.status for one in given])
    done = [one for one in given if one.status == status]
    if status == SKIPPED:
        return done[0]
    responses = [_response(one) for one in done]
    kind = _kind(stage)
    if kind is None or stage.input is not UNSET:
        return done[medoid(responses, shared_values)]
    return msgspec.structs.replace(done[0], response=msgspec.Raw(kind.merge(stage.params, responses, media)))


def _ratings(stage: Stage, given: StageAnswer | None) -> Sequence[Rating]:
    kind = _kind(stage)
    if kind is None or given is None or given.status == SKIPPED or stage.input is not UNSET:
        return ()
    return kind.ratings(stage.params, _response(given))


def _response(given: StageAnswer) -> Any:
    """Return what JSON decodes to."""
    return msgspec.json.decode(msgspec.json.encode(given.response))


def shared_values(a: Any, b: Any) -> float:
    """Return the share of values that two answers of no known meaning have at the same places, 0 to 1 (F1)."""
    left, right = Counter(_values(a)), Counter(_values(b))
    return F1((left & right).total(), left.total(), right.total()).f1


def _values(value: Any, place: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield every value that holds no others, as JSON, with its place."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _values(inner, (*place, key))
    elif isinstance(value, list) and value:
        for i, inner in enumerate(value):
            yield from _values(inner, (*place, i))
    else:
        yield place, msgspec.json.encode(value).decode()


def _stage_problems(
    stage: Stage, given: StageAnswer, media: Sequence[Media], place: Path
) -> Iterator[Problem]:
    if given.type is not UNSET and given.type != stage.type:
        message = f"The type of the stage is {stage.type}."
        yield Problem(path_text((*place, "type")), message, "wrong_type")
    given.type = stage.type
    kind = _kind(stage)
    if given.status == SKIPPED:
        if stage.condition is UNSET and stage.input is UNSET:
            yield Problem(path_text((*place, "status")), "This stage cannot be skipped.", "required")
        if given.response is not UNSET:
            message = "A stage that was skipped has no response."
            yield Problem(path_text((*place, "response")), message, "not_asked")
    elif given.response is UNSET:
        yield Problem(path_text((*place, "response")), "An answer is required.", "required")
    elif kind is not None:
        yield from _response_problems(kind, stage, given, media, (*place, "response"))


def _is_called_off(stage: Stage, responses: Mapping[str, Any]) -> bool:
    """Tell whether a stage does not take place, by the responses of the stages before it."""
    return stage.condition is not UNSET and not takes_place(stage.condition, responses)


def _status_problems(stage: Stage, given: StageAnswer, place: Path, *, called_off: bool) -> Iterator[Problem]:
    if stage.condition is UNSET:
        return
    if called_off and given.status == COMPLETED:
        yield Problem(path_text(place), "This stage does not take place and must be skipped.", "not_asked")
    elif not called_off and given.status == SKIPPED and stage.input is UNSET:
        yield Problem(path_text(place), "This stage takes place and cannot be skipped.", "required")


def _response_problems(
    kind: TaskType, stage: Stage, given: StageAnswer, media: Sequence[Media], place: Path
) -> Iterator[Problem]:
    if stage.input is not UNSET:
        # What is asked is not known before the earlier stage: only the shape can be checked.
        reading = read(kind.answer_model, given.response, place)
        yield from reading.problems
        if reading.whole is not None and not is_json(reading.whole):
            yield Problem(path_text(place), "A number is too large.", "bound")
        given.response = reading.whole
        return
    text, problems = kind.check_answer(stage.params, given.response, media)
    for problem in problems:
        yield Problem(_joined(place, problem.path), problem.message, problem.code, problem.severity)
    if not has_error(problems):
        given.response = msgspec.Raw(text)


def _final_problems(whole: MultiStageAnswer, order: Sequence[str], place: Path) -> Iterator[Problem]:
    done = [name for name in order if name in whole.stages and whole.stages[name].status == COMPLETED]
    if whole.final is UNSET:
        if done:
            whole.final = done[-1]
    elif whole.final not in done:
        message = "This must be a stage that was completed."
        yield Problem(path_text(place), message, "unknown_stage")
