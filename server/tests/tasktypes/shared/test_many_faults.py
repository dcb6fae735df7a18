"""More faults than anybody reads: looking for them ends, and none that counts is lost."""

from typing import Any

import pytest

from labelwright.faults import MOST, faults
from labelwright.tasktypes.registry import find
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
