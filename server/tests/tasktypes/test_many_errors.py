"""More faults than anybody reads: looking for them ends, and none that counts is lost."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from labelwright.tasktypes.examples import examples_of
from labelwright.tasktypes.registry import find, task_types
from labelwright.tasktypes.wire.partial_decode import decode_parts
from labelwright.validation.errors import MAX_ERRORS, errors_of

BOX = {"type": "box", "label": "cow", "left": 1, "top": 2, "width": 30, "height": 40}
IMAGE = {"attachment": "https://img.example/1.png", "geometries": {"box": {"objects_to_annotate": ["cow"]}}}
OLDER = {"attachment": "https://img.example/1.png", "objects_to_annotate": ["cow"], "with_labels": True}
TYPES = [("imageannotation", IMAGE), ("annotation", OLDER)]


def check(slug: str, params: Any, annotations: list[Any]) -> tuple[bytes, list[Any]]:
    text, problems = find(slug).check_answer(params, {"annotations": annotations})
    return text, list(problems)


def test_looking_ends() -> None:
    assert len(errors_of(list[int], ["x"] * (MAX_ERRORS + 500))) == MAX_ERRORS
    assert len(errors_of(list[int], ["x"] * 5, most=2)) == 2
    found, problems = decode_parts(int, ["x"] * (2 * MAX_ERRORS), ())
    assert (found, len(problems)) == ([], MAX_ERRORS)
    found, problems = decode_parts(int, [1] * (2 * MAX_ERRORS) + ["x"], ())
    assert (len(found), [one.path for one in problems]) == (2 * MAX_ERRORS, [f"[{2 * MAX_ERRORS}]"])


@pytest.mark.parametrize(("slug", "params"), TYPES)
def test_a_megabyte_of_faults_is_refused_with_the_first_ones(slug: str, params: Any) -> None:
    text, problems = check(slug, params, [{**BOX, "left": "x"}] * (3 * MAX_ERRORS))
    assert text == b"null"
    assert [one.path for one in problems][:2] == ["annotations[0].left", "annotations[1].left"]
    assert len(problems) <= MAX_ERRORS + 1


@pytest.mark.parametrize(("slug", "params"), TYPES)
def test_an_error_behind_many_warnings_still_counts(slug: str, params: Any) -> None:
    strange = {**BOX, "colour": "brown"}
    text, problems = check(slug, params, [strange] * (MAX_ERRORS + 10))
    assert text != b"null"
    assert {one.severity for one in problems} == {"warning"}
    for wrong in ({**BOX, "left": "x"}, {"type": "box"}, 7):
        text, problems = check(slug, params, [strange] * (MAX_ERRORS + 10) + [wrong])
        assert text == b"null"
        assert [one for one in problems if one.severity == "error"]


KINDS = [kind for slug, kind in task_types().items() if slug == kind.slug]


def large(answer: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """An answer with far too much that is wrong in one array or object, each of them in turn."""
    many = 4 * MAX_ERRORS
    if isinstance(answer, list):
        yield from ((above, [one] * many) for one in ({}, None, [], "7"))
    elif isinstance(answer, dict):
        yield from ((above, {f"{i:x}": one for i in range(many)}) for one in ({}, None, 7))
    items = list(answer.items()) if isinstance(answer, dict) else list(enumerate(answer))[:1]
    for key, value in items[:20]:
        if isinstance(value, list | dict):
            yield from large(value, (*above, key))


def replaced(answer: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    key, *rest = path
    copy = list(answer) if isinstance(answer, list) else dict(answer)
    copy[key] = replaced(answer[key], tuple(rest), value)
    return copy


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)
def test_of_very_much_that_is_wrong_a_part_is_told(kind: Any) -> None:
    seen = set()
    for good in examples_of(kind).good_answers.values():
        given = {name: msgspec.Raw(msgspec.json.encode(one)) for name, one in good.params.items()}
        params = msgspec.json.decode(kind.check_params(given))
        for path, value in large(good.answer):
            place = tuple(key if isinstance(key, str) else 0 for key in path), msgspec.json.encode(value)
            if place in seen:
                continue
            seen.add(place)
            text, problems = kind.check_answer(params, replaced(good.answer, path, value))
            assert len(problems) <= 2 * MAX_ERRORS + 100, path
            assert (text == b"null") == any(one.severity == "error" for one in problems), path
