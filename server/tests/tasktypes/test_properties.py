"""What must hold for every request and every answer: mutilated good ones, and any JSON at all."""

import copy
import math
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labelwright.errors import InvalidParameter, Problem
from labelwright.tasktypes.base import Media, TaskType
from labelwright.tasktypes.examples import examples_of
from labelwright.tasktypes.registry import find, task_types

KINDS = [kind for slug, kind in task_types().items() if slug == kind.slug]
EXAMPLES = {kind.slug: examples_of(kind) for kind in KINDS}
MEDIA = (Media("s3://street/0001.jpg", 1600, 900),)

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0, -1, 10**30, "", "30", "1e3", "Car", "cow", 0.5, 1e308])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
)
WORDS = """attachment attachment_type geometries box point objects_to_annotate min_width choice
subchoices type choices description conditions label attribute_conditions is_global annotations left
vertices x attributes uuid number links hypothesis base_annotations categories taxonomies category
category_id linked text min max attachments content fields field_id title value max_responses_required
repeatable_fields labels name children relationships start end id source_ref features page location refs
flags money date labelMapping index numPixels combined responses output turn message_id threads stages
params status response input from models with_labels hypothesis transcript alignment events
events_to_annotate frames key timestamp geometry url json_url cuboids position dimensions yaw stationary
point_segmentations objects point_objects camera_responses cuboid_uuid tiles world tile path timestamps
annotation_definition sensor_id from_id is_keyframe is_last"""
words = st.sampled_from(WORDS.split())
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(words | st.text(max_size=3), inner, max_size=4)
    ),
)
odd_numbers = st.sampled_from([math.nan, math.inf, -math.inf, 10**400, -(2**64), True])
QUICK = settings(
    max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container of a JSON value with every key in it."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        keys = list(one) if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else ()
        for key in keys:
            found.append((one, key))
            waiting.append(one[key])
    return found


@st.composite
def mutilated(draw: st.DrawFn, good: Any, more: st.SearchStrategy[Any] = values) -> Any:
    """A good value with one to three places changed, removed, doubled or added to."""
    value = copy.deepcopy(good)
    for _ in range(draw(st.integers(1, 3))):
        spots = places(value)
        if not spots:
            break
        holder, key = spots[draw(st.integers(0, len(spots) - 1))]
        match draw(st.sampled_from(["change", "remove", "double", "add"])):
            case "remove":
                del holder[key]
            case "double" if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[key]))
            case "add" if isinstance(holder, dict):
                holder[draw(words | st.text(max_size=3))] = draw(more)
            case _:
                holder[key] = draw(more)
    return value


def kept_or_refused(kind: TaskType, params: Any) -> Any:
    """The parameters as kept, or None; any other exception than the refusal fails the test."""
    try:
        members = {key: msgspec.Raw(msgspec.json.encode(one)) for key, one in params.items()}
    except OverflowError:
        return None
    try:
        return msgspec.json.decode(kind.check_params(members))
    except InvalidParameter:
        return None


def require_sound(kind: TaskType, params: Any) -> None:
    """What was accepted is a fixed point, and can be shown, sampled and answered."""
    assert kept_or_refused(kind, params) == params
    assert all(isinstance(one, str) and one for one in kind.attachments(params))
    sample = kind.sample_answer(params)
    how = EXAMPLES[kind.slug].sample
    assert (sample is None) == (how == "none")
    if sample is not None:
        text, problems = kind.check_answer(params, msgspec.json.decode(sample))
        assert list(problems) == []
        assert how == "recorded" or text == sample


def require_answered(kind: TaskType, params: Any, answer: Any, media: Any = ()) -> None:
    """An answer is accepted for good, or every problem has its place and words."""
    text, problems = kind.check_answer(params, answer, media)
    assert all(isinstance(one, Problem) and one.message and one.code for one in problems)
    if any(one.severity == "error" for one in problems):
        assert text == b"null"
        return
    final = msgspec.json.decode(text)
    assert kind.check_answer(params, final, media) == (text, [])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
@QUICK
@given(data=st.data())
def test_mutilated_params_are_refused_or_usable(kind: TaskType, data: st.DataObject) -> None:
    good = data.draw(st.sampled_from(list(EXAMPLES[kind.slug].good_params.values())))
    params = kept_or_refused(kind, data.draw(mutilated(good)))
    if params is not None:
        require_sound(kind, params)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
@QUICK
@given(params=st.dictionaries(words | st.text(max_size=3), values, max_size=5))
def test_any_params_are_refused_or_usable(kind: TaskType, params: Any) -> None:
    kept = kept_or_refused(kind, params)
    if kept is not None:
        require_sound(kind, kept)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
@QUICK
@given(text=st.dictionaries(words, st.binary(max_size=12), max_size=4))
def test_members_that_are_no_json_are_refused(kind: TaskType, text: dict[str, bytes]) -> None:
    good = next(iter(EXAMPLES[kind.slug].good_params.values()))
    members = {key: msgspec.Raw(msgspec.json.encode(one)) for key, one in good.items()}
    try:
        kept = kind.check_params(members | {key: msgspec.Raw(one) for key, one in text.items()})
    except InvalidParameter:
        return
    msgspec.json.decode(kept)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
@QUICK
@given(data=st.data())
def test_mutilated_answers_are_refused_or_final(kind: TaskType, data: st.DataObject) -> None:
    example = data.draw(st.sampled_from(list(EXAMPLES[kind.slug].good_answers.values())))
    params = kept_or_refused(kind, example.params)
    answer = data.draw(mutilated(example.answer, values | odd_numbers))
    require_answered(kind, params, answer, data.draw(st.sampled_from([(), MEDIA])))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
@QUICK
@given(answer=values | odd_numbers)
def test_any_answer_gets_an_answer(kind: TaskType, answer: Any) -> None:
    require_answered(kind, kept_or_refused(kind, EXAMPLES[kind.slug].good_params["full"]), answer)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
@QUICK
@given(data=st.data())
def test_stored_params_that_are_wrong_are_named_and_nothing_else(kind: TaskType, data: st.DataObject) -> None:
    params = data.draw(mutilated(EXAMPLES[kind.slug].good_params["full"]))
    for ask in (
        lambda: kind.attachments(params),
        lambda: kind.check_answer(params, {"annotations": []}),
    ):
        with suppress(InvalidParameter):
            ask()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_deep_nesting_is_refused(kind: TaskType) -> None:
    good = EXAMPLES[kind.slug].good_params["minimal"]
    members = {key: msgspec.Raw(msgspec.json.encode(one)) for key, one in good.items()}
    for name in (*kind.params_model.__struct_encode_fields__, "unknown"):
        for deep in (b"[" * 5000 + b"]" * 5000, b'{"a":' * 5000 + b"1" + b"}" * 5000):
            with pytest.raises(InvalidParameter):
                kind.check_params({**members, name: msgspec.Raw(deep)})


boxes = st.builds(
    dict,
    type=st.just("box"),
    label=st.just("Baby Cow"),
    left=st.floats(0, 500),
    top=st.floats(0, 300),
    width=st.floats(1, 100),
    height=st.floats(1, 100),
)


@QUICK
@given(box=boxes, miss=st.floats(1.1e-6, 1e6), side=st.sampled_from(["left", "top", "width", "height"]))
def test_a_box_outside_by_more_than_the_tolerance_is_refused(box: Any, miss: float, side: str) -> None:
    kind = find("imageannotation")
    params = EXAMPLES["imageannotation"].good_params["minimal"]
    image = (Media("cow.jpg", 640, 427),)
    assert kind.check_answer(params, {"annotations": [box]}, image)[1] == []
    limit = {"left": 0.0, "top": 0.0, "width": 640 - box["left"], "height": 427 - box["top"]}[side]
    sign = -1 if side in ("left", "top") else 1
    moved = {**box, side: limit + sign * miss}
    problems = kind.check_answer(params, {"annotations": [moved]}, image)[1]
    assert f"annotations[0].{side}" in [problem.path for problem in problems]
    near = {**box, side: limit + sign * 0.9e-6}
    assert kind.check_answer(params, {"annotations": [near]}, image)[1] == []
