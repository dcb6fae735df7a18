"""Labels: leaves, folders, duplicates."""

import msgspec
import pytest

from labelwright.errors import InvalidParameter
from labelwright.tasktypes.forms.labels import Labels, leaves, leaves_with_paths, require_unique

NESTED = [
    "sky",
    {
        "choice": "vehicle",
        "subchoices": [
            "car",
            {"choice": "lorry", "display": "Truck"},
            {"choice": "two", "subchoices": ["bike"]},
        ],
    },
    {"choice": "road", "subchoices": []},
]


def labels(value: object) -> Labels:
    return msgspec.convert(value, Labels)


def test_only_leaves_count_and_keep_their_order() -> None:
    assert leaves(labels(NESTED)) == ["sky", "car", "lorry", "bike", "road"]


def test_paths_lead_to_the_leaves() -> None:
    paths = dict(leaves_with_paths(labels(NESTED), ("x",)))
    assert paths["bike"] == ("x", 1, "subchoices", 2, "subchoices", 0)
    assert paths["road"] == ("x", 2)


def test_a_folder_may_be_called_like_a_leaf() -> None:
    assert require_unique(labels(["car", {"choice": "car", "subchoices": ["van"]}]), ()) == ["car", "van"]


def test_the_second_of_two_equal_leaves_is_named() -> None:
    with pytest.raises(InvalidParameter, match="duplicate") as refusal:
        require_unique(labels(["van", {"choice": "all", "subchoices": ["car", "van"]}]), ("labels",))
    assert refusal.value.field == "labels[1].subchoices[1]"


def test_nesting_as_deep_as_the_decoder_goes() -> None:
    value: object = "leaf"
    for _ in range(400):
        value = {"choice": "folder", "subchoices": [value]}
    assert leaves(labels([value])) == ["leaf"]
