"""``segmentannotation`` beyond its examples: what recordings show, and what comes out."""

import base64
import io
from typing import Any

import msgspec
import pytest
from PIL import Image

from labelwright.tasktypes.registry import find
from labelwright.tasktypes.segmentation.examples import FULL, MINIMAL, OFFICIAL, ROAD, answer, mapped

KIND = find("segmentannotation")


def sample(params: Any, stored: Any) -> Any:
    return msgspec.json.decode(KIND.sample_answer(stored(KIND, params)) or b"null")


def pixel(url: str) -> Any:
    """The mode and only pixel of a PNG file that is written into its address."""
    start, _, text = url.partition(",")
    assert start == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(text))) as image:
        assert (image.format, image.size) == ("PNG", (1, 1))
        return image.mode, image.getpixel((0, 0))


def test_defaults_that_recordings_echo(stored: Any) -> None:
    echoed = {"attachment_type": "image", "allow_unlabeled": False, "allow_parent_labels": False}
    assert stored(KIND, MINIMAL) == {**MINIMAL, **echoed}
    assert stored(KIND, OFFICIAL) == {**OFFICIAL, "allow_parent_labels": False}


def test_the_sample_as_recorded(stored: Any) -> None:
    made = sample(OFFICIAL, stored)
    assert made["labelMapping"] == {
        "background": {"index": 1, "color": "#ff0000"},
        "road": {"index": 2, "color": "#ffff00"},
        "vegetation": {"index": 3, "color": "#00ff00"},
        "lane marking": {"index": 4, "color": "#00ffff"},
    }
    assert made.keys() == {"annotations", "labelMapping"}
    images = made["annotations"]
    assert images.keys() == {"unlabeled", "labeled", "combined"}
    assert images["labeled"].keys() == {"background"}
    assert images["combined"].keys() == {"image", "indexedImage"}
    assert pixel(images["combined"]["image"]) == ("RGBA", (255, 0, 0, 255))
    assert pixel(images["combined"]["indexedImage"]) == ("L", 1)
    assert pixel(images["labeled"]["background"]) == ("RGBA", (255, 0, 0, 255))
    assert pixel(images["unlabeled"]) == ("RGBA", (0, 0, 0, 0))


def test_the_sample_with_instances_and_attributes(stored: Any) -> None:
    without = {key: value for key, value in FULL.items() if key != "hypothesis"}
    made = sample({**without, "labels": [FULL["labels"][1], "sky"]}, stored)
    assert made["labelMapping"]["person"] == [
        {"index": 1, "color": "#ff0000", "attributes": {"pose": "standing"}}
    ]
    assert made["labelMapping"]["sky"]["attributes"] == {}
    assert len(made["annotations"]["labeled"]["person"]) == 1
    assert made["global_attributes"] == {"weather": "sun"}


def test_many_labels_repeat_their_colours(stored: Any) -> None:
    mapping = sample({**MINIMAL, "labels": [f"l{i}" for i in range(300)]}, stored)["labelMapping"]
    assert [one["index"] for one in mapping.values()] == list(range(1, 301))
    assert [mapping[f"l{i}"]["color"] for i in (4, 5, 6)] == ["#0000ff", "#ff00ff", "#ff0000"]


def test_attributes_are_null_where_the_task_has_none(stored: Any) -> None:
    given = answer({"background": mapped(1), "big cow": mapped(2, attributes={})})
    text, problems = KIND.check_answer(stored(KIND, MINIMAL), given)
    assert list(problems) == []
    assert msgspec.json.decode(text) == {
        **given,
        "annotations": {**given["annotations"], "labeled": {}},
    }


@pytest.mark.parametrize("allowed", [True, False])
def test_folders_are_painted_only_where_that_is_allowed(allowed: bool, found: Any) -> None:
    params = {**MINIMAL, "labels": [{"choice": "ground", "subchoices": ["road"]}]}
    problems = found(KIND, {**params, "allow_parent_labels": allowed}, answer({"ground": mapped(1)}))
    assert problems == ([] if allowed else [("labelMapping.ground", "unknown_label")])


def test_attachments_are_the_image_and_then_its_context(stored: Any) -> None:
    assert list(KIND.attachments(stored(KIND, MINIMAL))) == [ROAD]
    assert list(KIND.attachments(stored(KIND, FULL))) == ["s3://street/1.jpg", "s3://street/0.jpg"]
