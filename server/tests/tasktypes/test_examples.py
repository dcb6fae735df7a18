"""Every family's ``examples.py`` tells the truth; a new family is tested by being there."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from labelwright.errors import InvalidParameter
from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.examples import Examples, examples_of
from labelwright.tasktypes.registry import task_types


def families() -> Iterator[tuple[TaskType, Examples]]:
    for slug, kind in task_types().items():
        if slug == kind.slug:
            yield kind, examples_of(kind)


def cases(which: str) -> list[Any]:
    return [
        pytest.param(kind, example, id=f"{kind.slug}: {name}")
        for kind, examples in families()
        for name, example in getattr(examples, which).items()
    ]


@pytest.mark.parametrize(("kind", "params"), cases("good_params"))
def test_good_params_are_kept_with_their_defaults(kind: TaskType, params: Any, stored: Any) -> None:
    kept = stored(kind, params)
    assert {key: kept[key] for key in params} == params
    assert stored(kind, kept) == kept
    if "attachment" in params:
        assert params["attachment"] == kind.attachments(kept)[0]


@pytest.mark.parametrize(("kind", "params"), cases("good_params"))
def test_sample_is_accepted_and_always_the_same(kind: TaskType, params: Any, stored: Any) -> None:
    kept = stored(kind, params)
    sample = kind.sample_answer(kept)
    assert sample == kind.sample_answer(kept)
    how = examples_of(kind).sample
    assert (sample is None) == (how == "none")
    if sample is not None:
        text, problems = kind.check_answer(kept, msgspec.json.decode(sample))
        assert not problems
        assert how == "recorded" or text == sample


@pytest.mark.parametrize(("kind", "example"), cases("bad_params"))
def test_bad_params_are_refused_with_the_wire_text(kind: TaskType, example: Any, given: Any) -> None:
    with pytest.raises(InvalidParameter) as refusal:
        kind.check_params(given(example.params))
    assert (refusal.value.message, refusal.value.field) == (example.message, example.field)


@pytest.mark.parametrize(("kind", "example"), cases("good_answers"))
def test_good_answers_are_accepted_and_come_out_final(kind: TaskType, example: Any, stored: Any) -> None:
    kept = stored(kind, example.params)
    text, problems = kind.check_answer(kept, example.answer)
    assert [problem for problem in problems if problem.severity == "error"] == []
    again, no_problems = kind.check_answer(kept, msgspec.json.decode(text))
    assert (again, list(no_problems)) == (text, [])


@pytest.mark.parametrize(("kind", "example"), cases("bad_answers"))
def test_bad_answers_are_refused_at_the_right_places(kind: TaskType, example: Any, stored: Any) -> None:
    text, problems = kind.check_answer(stored(kind, example.params), example.answer)
    assert [(problem.path, problem.code) for problem in problems] == list(example.problems)
    assert all(problem.message for problem in problems)
    assert text == b"null"


@pytest.mark.parametrize("kind", [kind for kind, _ in families()], ids=lambda kind: kind.slug)
def test_models_become_schemas(kind: TaskType) -> None:
    models = [kind.params_model, kind.answer_model]
    references, components = msgspec.json.schema_components(
        models, ref_template="#/components/schemas/{name}"
    )
    assert [one["$ref"] for one in references] == [f"#/components/schemas/{m.__name__}" for m in models]
    assert set(kind.params_model.__struct_encode_fields__) == set(
        components[kind.params_model.__name__]["properties"]
    )


def test_families_have_enough_examples() -> None:
    for kind, examples in families():
        assert {"minimal", "full"} <= examples.good_params.keys(), kind.slug
        assert min(len(examples.bad_params), len(examples.bad_answers), len(examples.good_answers)) >= 5
