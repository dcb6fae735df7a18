"""``segmentannotation`` beyond its examples: what recordings show, and what comes out."""

import base64
import io
from typing import Any

import msgspec
import numpy as np
import pytest
from PIL import Image

from labelwright.tasktypes.base import Media
from labelwright.tasktypes.registry import find
from labelwright.tasktypes.segmentation import masks
from labelwright.tasktypes.segmentation.examples import (
    FULL,
    MINIMAL,
    OFFICIAL,
    RAIN,
    ROAD,
    STANDING,
    answer,
    extended,
    indexed,
    mapped,
    mask,
)
from labelwright.tasktypes.segmentation.model import SegmentAnnotationAnswer
from labelwright.tasktypes.shapes import rasters

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
        "background": {"index": 1, "color": "#ff0000", "numPixels": 1, "attributes": None},
        "road": {"index": 2, "color": "#ffff00", "numPixels": 0, "attributes": None},
        "vegetation": {"index": 3, "color": "#00ff00", "numPixels": 0, "attributes": None},
        "lane marking": {"index": 4, "color": "#00ffff", "numPixels": 0, "attributes": None},
    }
    assert made.keys() == {"annotations", "labelMapping"}
    images = made["annotations"]
    assert images.keys() == {"unlabeled", "labeled", "combined"}
    assert images["labeled"].keys() == made["labelMapping"].keys()
    assert [label for label, url in images["labeled"].items() if url is not None] == ["background"]
    assert images["combined"].keys() == {"image", "indexedImage"}
    assert pixel(images["combined"]["image"]) == ("RGBA", (255, 0, 0, 255))
    assert pixel(images["combined"]["indexedImage"]) == ("L", 1)
    assert pixel(images["labeled"]["background"]) == ("RGBA", (255, 0, 0, 255))
    assert pixel(images["unlabeled"]) == ("RGBA", (0, 0, 0, 0))


def test_the_sample_with_instances_and_attributes(stored: Any) -> None:
    without = {key: value for key, value in FULL.items() if key != "hypothesis"}
    made = sample({**without, "labels": [FULL["labels"][1], "sky"]}, stored)
    assert made["labelMapping"]["person"] == [
        {"index": 1, "color": "#ff0000", "numPixels": 1, "attributes": {"pose": "standing"}}
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


def array(url: str) -> Any:
    """The pixels of a PNG file that is written into its address, read by nothing of ours."""
    with Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as image:
        return np.asarray(image)


def finished(params: Any, stored: Any, given: Any, *media: Media) -> Any:
    text, problems = KIND.check_answer(stored(KIND, params), given, media)
    assert list(problems) == []
    return msgspec.json.decode(text)


def test_the_sample_has_the_size_of_the_image(stored: Any) -> None:
    kept = stored(KIND, OFFICIAL)
    made = msgspec.json.decode(KIND.sample_answer(kept, [Media(ROAD, 5, 3)]) or b"")
    combined = made["annotations"]["combined"]
    assert array(combined["indexedImage"]).tolist() == [[1] * 5] * 3
    assert array(combined["image"]).tolist() == [[[255, 0, 0, 255]] * 5] * 3
    assert array(made["annotations"]["labeled"]["background"]).shape == (3, 5, 4)
    assert not array(made["annotations"]["unlabeled"]).any()
    assert list(KIND.check_answer(kept, made, [Media(ROAD, 5, 3)])[1]) == []


def test_the_sample_of_an_image_that_is_too_large_has_one_pixel(stored: Any) -> None:
    made = KIND.sample_answer(stored(KIND, OFFICIAL), [Media(ROAD, 20_000, 20_000)])
    assert made == KIND.sample_answer(stored(KIND, OFFICIAL))


def test_all_files_follow_from_the_index_picture(stored: Any) -> None:
    params = {
        **MINIMAL,
        "labels": ["sky", "sea", {"choice": "ship", "instance_label": True}],
        "allow_unlabeled": True,
    }
    mapping = {
        "sky": {"index": 1},
        "sea": {"index": 2, "color": "#0000FF"},
        "ship": [{"index": 3, "color": "#102030"}, {"index": 4}, {"index": 9}],
    }
    made = finished(params, stored, answer(mapping, combined={"indexedImage": indexed([1, 1, 3], [0, 4, 3])}))
    assert made["labelMapping"] == {
        "sky": {"index": 1, "color": "#ff0000", "numPixels": 2, "attributes": None},
        "sea": {"index": 2, "color": "#0000FF", "numPixels": 0, "attributes": None},
        "ship": [
            {"index": 3, "color": "#102030", "numPixels": 2, "attributes": None},
            {"index": 4, "color": "#00ffff", "numPixels": 1, "attributes": None},
            {"index": 9, "color": "#00ff00", "numPixels": 0, "attributes": None},
        ],
    }
    images = made["annotations"]
    red, ship, clear = [255, 0, 0, 255], [16, 32, 48, 255], [0, 0, 0, 0]
    assert array(images["combined"]["indexedImage"]).tolist() == [[1, 1, 3], [0, 4, 3]]
    assert array(images["combined"]["extendedIndexedImage"])[0, 2].tolist() == [3, 0, 0, 255]
    assert array(images["combined"]["image"]).tolist() == [
        [red, red, ship],
        [clear, [0, 255, 255, 255], ship],
    ]
    assert array(images["labeled"]["sky"]).tolist() == [[red, red, clear], [clear, clear, clear]]
    assert images["labeled"]["sea"] is None
    first, second, third = (array(one) for one in images["labeled"]["ship"])
    assert first.tolist() == [[clear, clear, ship], [clear, clear, ship]]
    assert second[..., 3].tolist() == [[0, 0, 0], [0, 255, 0]]
    assert not third.any()
    assert array(images["unlabeled"])[..., 3].tolist() == [[0, 0, 0], [255, 0, 0]]


def test_indexes_above_255_have_no_picture_of_8_bits(stored: Any) -> None:
    mapping = {"big cow": {"index": 0x030201}, "background": {"index": 1}}
    given = answer(mapping, combined={"extendedIndexedImage": extended([0x030201, 1])})
    combined = finished(MINIMAL, stored, given)["annotations"]["combined"]
    assert combined.keys() == {"image", "extendedIndexedImage"}
    assert array(combined["extendedIndexedImage"]).tolist() == [[[1, 2, 3, 255], [1, 0, 0, 255]]]


def test_masks_become_index_pictures(stored: Any) -> None:
    people = [{"index": 7, **STANDING}, {"index": 9, **STANDING}]
    mapping = {"person": people, "sky": {"index": 1}}
    labeled = {"person": [mask([1, 0, 0]), mask([0, 1, 0])], "sky": mask([0, 0, 1])}
    made = finished(FULL, stored, {**answer(mapping, combined={}, labeled=labeled), **RAIN})
    assert array(made["annotations"]["combined"]["indexedImage"]).tolist() == [[7, 9, 1]]
    assert [one["numPixels"] for one in made["labelMapping"]["person"]] == [1, 1]


def test_pictures_have_the_size_of_the_image(stored: Any) -> None:
    given = answer({"background": {"index": 1}}, combined={"indexedImage": indexed([1, 1], [1, 1])})
    (problem,) = KIND.check_answer(stored(KIND, MINIMAL), given, [Media(ROAD, 2, 3)])[1]
    assert (problem.path, problem.code) == ("annotations.combined.indexedImage", "size")
    assert problem.message == "The picture must have 2x3 pixels, not 2x2."
    finished(MINIMAL, stored, given, Media(ROAD, 2, 2))
    finished(MINIMAL, stored, given, Media(ROAD))


def test_what_is_handed_in_with_the_index_picture_is_made_again(stored: Any) -> None:
    given = answer(
        {"background": {"index": 1}},
        combined={"indexedImage": indexed([1, 1]), "image": mask([1, 0])},
        labeled={"background": mask([0, 1])},
        unlabeled=mask([1, 1]),
    )
    images = finished(MINIMAL, stored, given)["annotations"]
    assert array(images["labeled"]["background"])[..., 3].tolist() == [[255, 255]]
    assert not array(images["unlabeled"]).any()


def test_a_panoptic_mask_of_4k(stored: Any) -> None:
    rng = np.random.default_rng(4)
    index = np.kron(rng.integers(1, 4, (54, 96)), np.ones((40, 40), np.uint32)).astype(np.uint32)
    for i in range(60):
        left, top = int(rng.integers(0, 3700)), int(rng.integers(0, 2000))
        index[top : top + 150, left : left + 100] = 300 + i
    numbers, times = np.unique(index, return_counts=True)
    people = [{"index": int(one)} for one in numbers if one >= 300]
    params = {**MINIMAL, "labels": ["a", "b", "c", {"choice": "person", "instance_label": True}]}
    mapping = {"a": {"index": 1}, "b": {"index": 2}, "c": {"index": 3}, "person": people}
    png = rasters.as_file(rasters.write_extended(index))
    made = finished(
        params, stored, answer(mapping, combined={"extendedIndexedImage": png}), Media(ROAD, 3840, 2160)
    )
    read = masks.index_of(msgspec.convert(made, SegmentAnnotationAnswer))
    assert read is not None
    assert np.array_equal(read, index)
    counts = dict(zip(numbers.tolist(), times.tolist(), strict=True))
    assert [one["numPixels"] for one in made["labelMapping"]["person"]] == [
        counts[one["index"]] for one in people
    ]
    urls = made["annotations"]["labeled"]["person"]
    for entry, url in list(zip(people, urls, strict=True))[::12]:
        assert ((array(url)[..., 3] > 0) == (index == entry["index"])).all()


def test_instances_without_end_are_refused(stored: Any) -> None:
    ships = [{"index": i} for i in range(1, 2002)]
    params = {**MINIMAL, "labels": [{"choice": "ship", "instance_label": True}]}
    given = answer({"ship": ships}, combined={"extendedIndexedImage": extended([1])})
    (problem,) = KIND.check_answer(stored(KIND, params), given)[1]
    assert (problem.path, problem.code) == ("labelMapping", "count")
    assert KIND.check_answer(stored(KIND, params), {**given, "labelMapping": {"ship": ships[:2000]}})[1] == []


def test_the_index_of_a_file_elsewhere_is_not_known() -> None:
    given = answer({"background": mapped(1)})
    assert masks.index_of(msgspec.convert(given, SegmentAnnotationAnswer)) is None


def converted(labels: list[str], response: Any) -> dict[str, tuple[int, bool]]:
    """What public converters read: the pixels of every label, and whether there is a mask."""
    mapping, masks = response["labelMapping"], response["annotations"]["labeled"]
    assert mapping.keys() == masks.keys() == set(labels)
    return {label: (mapping[label]["numPixels"], masks[label] is not None) for label in labels}


CALM = {"description": "Is it calm?", "choices": ["yes", "no"], "required": True}
LABELS = ["sky", "sea", {"choice": "ground", "subchoices": ["road", "grass"]}]
LEAVES = ["sky", "sea", "road", "grass"]


def test_f19_every_label_stands_in_the_answer_of_test_mode(stored: Any) -> None:
    made = sample({**MINIMAL, "labels": LABELS}, stored)
    absent = (0, False)
    assert converted(LEAVES, made) == {"sky": (1, True), "sea": absent, "road": absent, "grass": absent}
    things = {**MINIMAL, "labels": ["sky", {"choice": "ship", "instance_label": True}]}
    made = sample(things, stored)
    assert [one["numPixels"] for one in made["labelMapping"]["ship"]] == [0]
    assert made["annotations"]["labeled"]["ship"] is None


def test_f19_every_label_stands_in_the_answer_of_a_labeler(stored: Any) -> None:
    params = {**MINIMAL, "labels": LABELS}
    given = answer({"sea": {"index": 1}, "road": {"index": 4}}, combined={"indexedImage": indexed([1, 1, 4])})
    made = finished(params, stored, given)
    assert converted(LEAVES, made) == {
        "sky": (0, False),
        "sea": (2, True),
        "road": (1, True),
        "grass": (0, False),
    }
    # Indexes that nobody has, so that the picture means what it meant.
    assert {label: one["index"] for label, one in made["labelMapping"].items()} == {
        "sea": 1,
        "road": 4,
        "sky": 2,
        "grass": 3,
    }
    assert made["labelMapping"]["sky"] == {"index": 2, "color": "#ffff00", "numPixels": 0, "attributes": None}
    assert finished(params, stored, made) == made
    things = {**MINIMAL, "labels": ["sky"], "instance_labels": ["person"]}
    made = finished(things, stored, answer({"sky": {"index": 1}}, combined={"indexedImage": indexed([1])}))
    assert (made["labelMapping"]["person"], made["annotations"]["labeled"]["person"]) == ([], None)
    assert finished(things, stored, made) == made


def test_f19_absent_labels_ask_no_attributes_and_change_no_score(stored: Any) -> None:
    params = {**MINIMAL, "labels": ["sky", "sea"], "annotation_attributes": {"calm": CALM}}
    kept = stored(KIND, params)
    given = answer(
        {"sky": {"index": 1, "attributes": {"calm": "yes"}}}, combined={"indexedImage": indexed([1, 1])}
    )
    made = finished(params, stored, given)
    assert made["labelMapping"]["sea"]["attributes"] == {}
    assert KIND.score(kept, made, made).value == 1
    merged = msgspec.json.decode(KIND.merge(kept, [made, made, made]))
    assert converted(["sky", "sea"], merged) == {"sky": (2, True), "sea": (0, False)}


def test_f19_more_labels_than_eight_bits_leave_the_picture_of_eight_bits(stored: Any) -> None:
    params = {**MINIMAL, "labels": [f"l{n}" for n in range(300)]}
    made = finished(params, stored, answer({"l7": {"index": 9}}, combined={"indexedImage": indexed([9])}))
    assert array(made["annotations"]["combined"]["indexedImage"]).tolist() == [[9]]
    assert len(made["labelMapping"]) == len(made["annotations"]["labeled"]) == 300
    assert finished(params, stored, made) == made
