"""More faults than anybody reads: looking for them ends, and none that counts is lost."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from labelwright.faults import MOST, faults
from labelwright.tasktypes.registry import find, task_types
from labelwright.tasktypes.shared.examples import examples_of
from labelwright.tasktypes.shared.pieces import read_pieces

BOX = {"type": "box", "label": "cow", "left": 1, "top": 2, "width": 30, "height": 40}
IMAGE = {"attachment": "https://img.example/1.png", "geometries": {"box": {"objects_to_annotate": ["cow"]}}}
OLDER = {"attachment": "https://img.example/1.png", "objects_to_annotate": ["cow"], "with_labels": True}
TYPES = [("imageannotation", IMAGE), ("annotation", OLDER)]


def check(slug: str, params: Any, annotations: list[Any]) -> tuple[bytes, list[Any]]:
    text, problems = find(slug).check_answer(params, {"annotations": annotations})
    return text, list(problems)


def test_looking_ends() -> None:
    assert len(faults(list[int], ["x"] * (MOST + 500))) == MOST
    assert len(faults(list[int], ["x"] * 5, most=2)) == 2
    found, problems = read_pieces(int, ["x"] * (2 * MOST), ())
    assert (found, len(problems)) == ([], MOST)
    found, problems = read_pieces(int, [1] * (2 * MOST) + ["x"], ())
    assert (len(found), [one.path for one in problems]) == (2 * MOST, [f"[{2 * MOST}]"])


@pytest.mark.parametrize(("slug", "params"), TYPES)
def test_a_megabyte_of_faults_is_refused_with_the_first_ones(slug: str, params: Any) -> None:
    text, problems = check(slug, params, [{**BOX, "left": "x"}] * (3 * MOST))
    assert text == b"null"
    assert [one.path for one in problems][:2] == ["annotations[0].left", "annotations[1].left"]
    assert len(problems) <= MOST + 1


@pytest.mark.parametrize(("slug", "params"), TYPES)
def test_an_error_behind_many_warnings_still_counts(slug: str, params: Any) -> None:
    strange = {**BOX, "colour": "brown"}
    text, problems = check(slug, params, [strange] * (MOST + 10))
    assert text != b"null"
    assert {one.severity for one in problems} == {"warning"}
    for wrong in ({**BOX, "left": "x"}, {"type": "box"}, 7):
        text, problems = check(slug, params, [strange] * (MOST + 10) + [wrong])
        assert text == b"null"
        assert [one for one in problems if one.severity == "error"]


KINDS = [kind for slug, kind in task_types().items() if slug == kind.slug]


def large(answer: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """An answer with far too much that is wrong in one array or object, each of them in turn."""
    many = 4 * MOST
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
            assert len(problems) <= 2 * MOST + 100, path
            assert (text == b"null") == any(one.severity == "error" for one in problems), path
