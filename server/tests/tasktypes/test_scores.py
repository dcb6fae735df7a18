"""What must hold for the scores and merges of every task type, shown on its examples and on altered ones."""

import copy
import random
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labelwright.tasktypes.base import Media, TaskType
from labelwright.tasktypes.examples import examples_of
from labelwright.tasktypes.registry import find, task_types
from labelwright.tasktypes.shapes import rasters
from labelwright.tasktypes.wire.result_files import content_of

KINDS = [kind for slug, kind in task_types().items() if slug == kind.slug]
MEDIA = (Media("s3://street/0001.jpg", 1600, 900),)
NAMES = frozenset({"uuid", "id", "from", "to", "hash", "url", "index"})
"""Members that name something: altered they would be another reference, not another answer."""

SETTINGS = settings(
    max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def as_members(params: Any) -> dict[str, msgspec.Raw]:
    return msgspec.json.decode(msgspec.json.encode(params), type=dict[str, msgspec.Raw])


def accepted(kind: TaskType, params: Any, answer: Any, media: Sequence[Media] = ()) -> Any | None:
    """The answer as it is kept; None when it is refused."""
    text, problems = kind.check_answer(params, answer, media)
    if any(one.severity == "error" for one in problems):
        return None
    return msgspec.json.decode(text)


def examples(kind: TaskType) -> Iterator[tuple[str, Any, Any]]:
    """Name, kept parameters and kept answer of every good example of a type."""
    for name, example in examples_of(kind).good_answers.items():
        params = msgspec.json.decode(kind.check_params(as_members(example.params)))
        yield name, params, accepted(kind, params, example.answer)


ALL = [
    pytest.param(kind, params, answer, id=f"{kind.slug}: {name}")
    for kind in KINDS
    for name, params, answer in examples(kind)
]
PAIRS = [
    pytest.param(kind, params, one, other, id=f"{kind.slug}: {name}, {second}")
    for kind in KINDS
    for (name, params, one), (second, others, other) in combinations(examples(kind), 2)
    if others == params
]


def leaves(value: Any, name: str = "") -> Iterator[tuple[Any, Any, str]]:
    """Every holder, key and name of a number or text in a JSON value."""
    for key in (
        list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    ):
        inner = value[key]
        called = key if isinstance(key, str) else name
        if isinstance(inner, dict | list):
            yield from leaves(inner, called)
        elif isinstance(inner, int | float | str) and called not in NAMES:
            yield value, key, called


def opened(value: Any, chance: random.Random) -> Any:
    """A copy of an answer with the content of its files in their place, or of pictures a painted-over one."""
    if isinstance(value, dict) and "labelMapping" in value and isinstance(value.get("annotations"), dict):
        return repainted(value, chance)
    url = value.get("json_url") if isinstance(value, dict) else None
    content = content_of(value if url is None else {"url": url})
    if isinstance(content, dict):
        return {key: opened(one, chance) for key, one in content.items()}
    return [opened(one, chance) for one in content] if isinstance(content, list) else content


def repainted(answer: Any, chance: random.Random) -> Any:
    """An answer with some rows and columns of its picture in another of its own labels."""
    url = answer["annotations"]["combined"].get("extendedIndexedImage", "")
    data = rasters.content_of(url)
    if data is None:
        return copy.deepcopy(answer)
    index = rasters.read_index(data).copy()
    entries = [
        one
        for many in answer["labelMapping"].values()
        for one in (many if isinstance(many, list) else [many])
    ]
    height, width = index.shape
    top, left = chance.randrange(height), chance.randrange(width)
    index[top : top + 1 + height // 3, left : left + 1 + width // 3] = (
        chance.choice(entries)["index"] if entries else 0
    )
    made = copy.deepcopy(answer)
    made["annotations"] = {
        "combined": {"extendedIndexedImage": rasters.as_file(rasters.write_extended(index))}
    }
    for many in made["labelMapping"].values():
        for one in many if isinstance(many, list) else [many]:
            del one["numPixels"]
    return made


def altered(kind: TaskType, params: Any, answer: Any, seed: int) -> Any:
    """An accepted answer that somebody else could have given: numbers moved, items left out, values exchanged."""
    chance = random.Random(seed)
    for _ in range(12):
        other = opened(answer, chance)
        places = list(leaves(other))
        for holder, key, _ in chance.sample(places, min(len(places), chance.randint(1, 3))):
            value = holder[key]
            if isinstance(value, bool):
                holder[key] = not value
            elif isinstance(value, int):
                holder[key] = value + chance.randint(-3, 3)
            elif isinstance(value, float):
                holder[key] = value + chance.uniform(-3, 3)
            else:
                same = [there[at] for there, at, _ in places if isinstance(there[at], str)]
                holder[key] = chance.choice([*same, value + " and more"])
        lists = [one for one in (other.values() if isinstance(other, dict) else ()) if isinstance(one, list)]
        for one in lists:
            if one and chance.random() < 0.3:
                one.pop(chance.randrange(len(one)))
        kept = accepted(kind, params, other)
        if kept is not None:
            return kept
    return answer


def check_score(score: Any) -> float:
    assert 0 <= score.value <= 1
    assert all(isinstance(one, float | int) for one in score.details.values())
    assert all(one == one and abs(one) != float("inf") for one in score.details.values())
    return float(score.value)


def merged(kind: TaskType, params: Any, answers: Sequence[Any]) -> Any:
    made = msgspec.json.decode(kind.merge(params, answers))
    text, problems = kind.check_answer(params, made)
    assert not [one for one in problems if one.severity == "error"]
    assert msgspec.json.decode(text) == made
    return made


def test_every_type_has_answers_to_compare() -> None:
    assert {kind.slug for kind in KINDS} == {case.values[0].slug for case in ALL}


@pytest.mark.parametrize(("kind", "params", "answer"), ALL)
def test_an_answer_is_like_itself(kind: TaskType, params: Any, answer: Any) -> None:
    before = copy.deepcopy(answer)
    assert check_score(kind.score(params, answer, answer)) == 1
    assert check_score(kind.score(params, answer, copy.deepcopy(answer), MEDIA)) == 1
    assert answer == before


@pytest.mark.parametrize(("kind", "params", "answer"), ALL)
def test_equal_answers_merge_to_that_answer(kind: TaskType, params: Any, answer: Any) -> None:
    for count in (1, 2, 3):
        assert merged(kind, params, [copy.deepcopy(answer) for _ in range(count)]) == answer


@pytest.mark.parametrize(("kind", "params", "answer"), ALL)
def test_the_majority_wins_the_whole(kind: TaskType, params: Any, answer: Any) -> None:
    other = altered(kind, params, answer, 1)
    for order in ([answer, answer, other], [other, answer, answer], [answer, other, answer]):
        made = merged(kind, params, order)
        if kind.score(params, answer, other).value < 1:
            # Not the odd one, whatever may stay undecided in it.
            assert kind.score(params, answer, made).value >= kind.score(params, other, made).value


@pytest.mark.parametrize(("kind", "params", "answer"), ALL)
@SETTINGS
@given(seeds=st.tuples(st.integers(0, 2**32), st.integers(0, 2**32), st.integers(0, 2**32)))
def test_altered_answers_are_scored_and_merged(kind: TaskType, params: Any, answer: Any, seeds: Any) -> None:
    people = [altered(kind, params, answer, seed) for seed in seeds]
    for one in people:
        check_score(kind.score(params, answer, one))
        assert check_score(kind.score(params, one, one)) == 1
    merged(kind, params, people)
    merged(kind, params, people[:2])


@pytest.mark.parametrize(("kind", "params", "one", "other"), PAIRS)
def test_different_answers_are_scored_and_merged(kind: TaskType, params: Any, one: Any, other: Any) -> None:
    check_score(kind.score(params, one, other))
    check_score(kind.score(params, other, one))
    merged(kind, params, [one, other])
    merged(kind, params, [other, one, other])


@pytest.mark.parametrize(("kind", "params", "answer"), ALL)
def test_ratings_are_of_fields_and_always_the_same(kind: TaskType, params: Any, answer: Any) -> None:
    ratings = kind.ratings(params, answer)
    assert list(ratings) == list(kind.ratings(params, copy.deepcopy(answer)))
    places = [(one.item, one.field) for one in ratings]
    assert len(set(places)) == len(places)
    for one in ratings:
        match one.level:
            case "set":
                assert isinstance(one.value, tuple)
                assert list(one.value) == sorted(one.value)
            case "interval":
                assert isinstance(one.value, float)
            case _:
                assert isinstance(one.value, str | float)


SYMMETRIC = [
    "imageannotation",
    "annotation",
    "polygonannotation",
    "lineannotation",
    "pointannotation",
    "cuboidannotation",
    "segmentannotation",
]


@pytest.mark.parametrize("slug", SYMMETRIC)
@SETTINGS
@given(seed=st.integers(0, 2**32))
def test_geometry_is_the_same_either_way(slug: str, seed: int) -> None:
    kind = find(slug)
    for _, params, answer in examples(kind):
        other = altered(kind, params, answer, seed)
        name = "pixels" if slug == "segmentannotation" else "geometry"
        ways = [kind.score(params, *pair).details for pair in ((answer, other), (other, answer))]
        assert ways[0][name] == pytest.approx(ways[1][name], abs=1e-12)
