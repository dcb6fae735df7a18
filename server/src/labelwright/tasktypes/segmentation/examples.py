"""Requests and answers of ``segmentannotation``, good and bad."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from labelwright.tasktypes.examples import BadAnswer, BadParams, Examples, GoodAnswer, because
from labelwright.tasktypes.shapes import rasters

ROAD = "http://i.imgur.com/XOJbalC.jpg"
INDEXED = "https://results.example/9b30.png"
MINIMAL: dict[str, Any] = {"attachment": ROAD, "labels": ["big cow", "background"]}
OFFICIAL: dict[str, Any] = {
    "attachment_type": "image",
    "attachment": ROAD,
    "labels": ["background", "road", "vegetation", "lane marking"],
    "instance_labels": ["vehicle", "pedestrian"],
    "allow_unlabeled": False,
}
"""With instance labels, as the official client's own test has it (wire/task-types-common §12.1)."""

FULL: dict[str, Any] = {
    "attachment": "s3://street/1.jpg",
    "attachment_type": "image",
    "labels": [
        {"choice": "ground", "subchoices": ["road", "pavement"]},
        {"choice": "person", "instance_label": True},
        "sky",
    ],
    "instance_labels": ["car"],
    "allow_unlabeled": True,
    "allow_parent_labels": True,
    "annotation_attributes": {
        "pose": {
            "description": "Pose?",
            "choices": ["standing", "sitting"],
            "conditions": {"label_condition": {"label": "person"}},
        },
        "weather": {
            "description": "Weather?",
            "choices": ["sun", "rain"],
            "conditions": {"is_global": True},
        },
    },
    "context_attachments": [{"attachment": "s3://street/0.jpg"}],
    "layers": {"boxes": [{"left": 0, "top": 0, "width": 9, "height": 9, "note": "kerb"}]},
    "hypothesis": {
        "labelMapping": {"road": {"index": 1}, "person": [{"index": 2, "numPixels": 9}]},
        "annotations": {"combined": {"indexedImage": INDEXED}},
    },
    "my_own_key": 1,
}


def indexed(*rows: Sequence[int]) -> str:
    """An index picture with these rows of pixels."""
    return rasters.as_file(rasters.write_index(np.array(rows, np.uint32)))


def extended(*rows: Sequence[int]) -> str:
    """The same with three channels, for indexes above 255."""
    return rasters.as_file(rasters.write_extended(np.array(rows, np.uint32)))


def mask(*rows: Sequence[int]) -> str:
    """A mask of the pixels that are not 0 in these rows."""
    drawn = {one: "#ffffff" for row in rows for one in row if one}
    return rasters.as_file(rasters.write_colors(np.array(rows, np.uint32), drawn))


_BOMB = rasters.as_file(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1\0\0\0\1\0\0" + bytes(9))
"""A picture of 65536 times 65536 pixels, by its own account."""


def mapped(index: int, **more: Any) -> dict[str, Any]:
    """An entry of ``labelMapping``."""
    return {"index": index, "color": "#ff0000", "numPixels": 9, "attributes": None, **more}


def answer(mapping: dict[str, Any], **images: Any) -> dict[str, Any]:
    """An answer with these labels."""
    return {
        "annotations": {"combined": {"indexedImage": INDEXED}, **images},
        "labelMapping": mapping,
    }


RAIN = {"global_attributes": {"weather": "rain"}}
STANDING = {"attributes": {"pose": "standing"}}


def _bad_params() -> dict[str, BadParams]:
    wrong = because
    linked = {"a": {"type": "linked", "description": "?", "allowed_labels": ["big cow"]}}
    rows: list[tuple[str, dict[str, Any], str, str | None]] = [
        ("nothing given", {}, wrong('"attachment" is required'), "attachment"),
        (
            "official: type only",
            {"attachment_type": "image"},
            wrong('"attachment" is required'),
            "attachment",
        ),
        ("no labels", {"attachment": ROAD}, wrong('"labels" is required'), "labels"),
        (
            "no label in it",
            {**MINIMAL, "labels": []},
            wrong('"labels" must contain at least 1 items'),
            "labels",
        ),
        (
            "attachment is no address",
            {**MINIMAL, "attachment": "cow"},
            wrong('"attachment" must be a valid uri'),
            "attachment",
        ),
        (
            "both attachments",
            {**MINIMAL, "attachments": [ROAD]},
            wrong('"value" contains a conflict between exclusive peers [attachment, attachments]'),
            None,
        ),
        (
            "another type of attachment",
            {**MINIMAL, "attachment_type": "video"},
            wrong('"attachment_type" must be one of [image]'),
            "attachment_type",
        ),
        (
            "label twice",
            {**MINIMAL, "labels": ["a", "a"]},
            wrong('"labels[1]" contains a duplicate value'),
            "labels[1]",
        ),
        (
            "label and instance label",
            {**MINIMAL, "instance_labels": ["cow", "background"]},
            wrong('"instance_labels[1]" contains a duplicate value'),
            "instance_labels[1]",
        ),
        (
            "folder with the name of a label",
            {
                **MINIMAL,
                "labels": ["a", {"choice": "a", "subchoices": ["b"]}],
                "allow_parent_labels": True,
            },
            wrong('"labels" must not repeat the name of a folder with allow_parent_labels'),
            "labels",
        ),
        (
            "allow_unlabeled no boolean",
            {**MINIMAL, "allow_unlabeled": "no"},
            wrong('"allow_unlabeled" must be a boolean'),
            "allow_unlabeled",
        ),
        (
            "linked attribute",
            {**MINIMAL, "annotation_attributes": linked},
            wrong('"type" must be one of [category, number, angle, text]'),
            "annotation_attributes.a.type",
        ),
        (
            "its own reference",
            {**MINIMAL, "context_attachments": [{"attachment": ROAD}]},
            wrong('"attachment" must not be the attachment itself'),
            "context_attachments[0].attachment",
        ),
        (
            "hypothesis without mapping",
            {**MINIMAL, "hypothesis": {"annotations": {"combined": {"indexedImage": INDEXED}}}},
            wrong('"labelMapping" is required'),
            "hypothesis.labelMapping",
        ),
        (
            "hypothesis without index",
            {**MINIMAL, "hypothesis": answer({"big cow": {"color": "#00ff00"}})},
            wrong('"index" is required'),
            'hypothesis.labelMapping["big cow"].index',
        ),
    ]
    return {name: BadParams(params, message, field) for name, params, message, field in rows}


def _good_answers() -> dict[str, GoodAnswer]:
    mapping = {
        "ground": mapped(1),
        "road": mapped(2, attributes={}),
        "person": [mapped(3, **STANDING), mapped(4, attributes={"pose": "sitting"})],
        "car": [],
    }
    return {
        "one label": GoodAnswer(MINIMAL, answer({"background": mapped(1)})),
        "nothing labelled": GoodAnswer(MINIMAL, answer({})),
        "as recorded": GoodAnswer(
            MINIMAL,
            answer(
                {"big cow": {"index": 1, "color": "#ff0000"}, "background": {"index": 2, "color": "#ffff00"}},
                labeled={"big cow": INDEXED, "background": None},
                unlabeled=INDEXED,
                combined={"image": INDEXED, "indexedImage": INDEXED},
            ),
        ),
        "instances, folders and attributes": GoodAnswer(
            FULL,
            {
                **answer(mapping, labeled={"person": [INDEXED, INDEXED], "road": INDEXED, "car": []}),
                **RAIN,
            },
        ),
        "nothing is asked of what is not there": GoodAnswer(
            FULL, {**answer({"person": [mapped(1, numPixels=0)]}), **RAIN}
        ),
        "large indexes": GoodAnswer(
            MINIMAL,
            answer(
                {"background": mapped(256)},
                combined={"indexedImage": INDEXED, "extendedIndexedImage": INDEXED},
            ),
        ),
        "one index picture, from which all others follow": GoodAnswer(
            MINIMAL,
            answer(
                {"big cow": {"index": 1}, "background": {"index": 2}},
                combined={"indexedImage": indexed([1, 1, 2])},
            ),
        ),
        "three channels": GoodAnswer(
            MINIMAL,
            answer(
                {"big cow": {"index": 70000}, "background": {"index": 2, "numPixels": 1}},
                combined={"extendedIndexedImage": extended([70000, 70000, 2])},
            ),
        ),
        "masks, from which the index pictures follow": GoodAnswer(
            FULL,
            {
                **answer(
                    {
                        "person": [{"index": 7, **STANDING}, {"index": 9, **STANDING}],
                        "sky": {"index": 1, "color": "#0000ff"},
                        "road": {"index": 2},
                    },
                    combined={},
                    labeled={
                        "person": [mask([0, 1, 0, 0]), mask([0, 0, 1, 0])],
                        "sky": mask([1, 0, 0, 0]),
                        "road": None,
                    },
                ),
                **RAIN,
            },
        ),
        "unknown key is left out": GoodAnswer(MINIMAL, answer({"background": mapped(1, score=1)})),
    }


def _bad_answers() -> dict[str, BadAnswer]:
    rows: list[tuple[str, dict[str, Any], Any, list[tuple[str, str]]]] = [
        ("no object", MINIMAL, [], [("", "type")]),
        ("nothing", MINIMAL, {}, [("annotations", "required"), ("labelMapping", "required")]),
        (
            "no indexed image",
            MINIMAL,
            answer({}, combined={"image": INDEXED}),
            [("annotations.combined.indexedImage", "required")],
        ),
        (
            "another label, a folder, the same index",
            {**FULL, "allow_parent_labels": False},
            {**answer({"cow": mapped(1), "ground": mapped(1), "sky": mapped(1), "road": mapped(1)}), **RAIN},
            [
                ("labelMapping.cow", "unknown_label"),
                ("labelMapping.ground", "unknown_label"),
                ("labelMapping.road.index", "duplicate"),
            ],
        ),
        (
            "instances where there are none, and none where there are",
            FULL,
            {**answer({"sky": [mapped(1)], "person": mapped(2, **STANDING)}), **RAIN},
            [("labelMapping.sky", "type"), ("labelMapping.person", "type")],
        ),
        (
            "index, colour and number of pixels",
            MINIMAL,
            answer({"background": {"index": 0, "color": "red", "numPixels": -1}}),
            [
                ("labelMapping.background.index", "bound"),
                ("labelMapping.background.color", "pattern"),
                ("labelMapping.background.numPixels", "bound"),
            ],
        ),
        (
            "no addresses",
            MINIMAL,
            answer(
                {"background": mapped(1)},
                combined={"image": "a.png", "indexedImage": "data:text/html,x"},
                labeled={"background": "", "big cow": INDEXED},
                unlabeled="b.png",
            ),
            [
                ("annotations.combined.image", "uri"),
                ("annotations.combined.indexedImage", "uri"),
                ("annotations.labeled.background", "uri"),
                ('annotations.labeled["big cow"]', "unknown_label"),
                ("annotations.unlabeled", "uri"),
            ],
        ),
        (
            "masks that are not those of the mapping",
            FULL,
            {
                **answer(
                    {"person": [mapped(1, **STANDING)], "car": [mapped(2)], "sky": mapped(3)},
                    labeled={"person": [], "car": INDEXED, "sky": [INDEXED]},
                ),
                **RAIN,
            },
            [
                ("annotations.labeled.person", "count"),
                ("annotations.labeled.car", "type"),
                ("annotations.labeled.sky", "type"),
            ],
        ),
        (
            "pixels that are not mapped, or not at all",
            MINIMAL,
            answer(
                {"big cow": {"index": 1, "numPixels": 2}, "background": {"index": 2, "numPixels": 9}},
                combined={"indexedImage": indexed([1, 3, 2], [1, 0, 0])},
            ),
            [
                ("annotations.combined.indexedImage", "unknown_index"),
                ("annotations.combined.indexedImage", "unlabeled"),
                ("labelMapping.background.numPixels", "count"),
            ],
        ),
        (
            "index pictures that differ",
            MINIMAL,
            answer(
                {"big cow": {"index": 1}, "background": {"index": 2}},
                combined={"indexedImage": indexed([1, 2]), "extendedIndexedImage": extended([1, 1])},
            ),
            [("annotations.combined.extendedIndexedImage", "differs")],
        ),
        (
            "index pictures of two sizes",
            MINIMAL,
            answer(
                {"big cow": {"index": 1}},
                combined={"indexedImage": indexed([1, 1]), "extendedIndexedImage": extended([1], [1])},
            ),
            [("annotations.combined.extendedIndexedImage", "size")],
        ),
        (
            "masks that share pixels",
            MINIMAL,
            answer(
                {"big cow": {"index": 1}, "background": {"index": 2}},
                combined={},
                labeled={"big cow": mask([1, 1, 0]), "background": mask([0, 1, 1])},
            ),
            [("annotations.labeled.background", "overlap")],
        ),
        (
            "neither pictures nor masks",
            MINIMAL,
            answer({"background": {"index": 1}}, combined={}),
            [("annotations.combined.indexedImage", "required")],
        ),
        (
            "no picture, and one of too many pixels",
            MINIMAL,
            answer(
                {"background": {"index": 1}},
                combined={"indexedImage": rasters.as_file(b"GIF89a"), "extendedIndexedImage": _BOMB},
            ),
            [
                ("annotations.combined.indexedImage", "png"),
                ("annotations.combined.extendedIndexedImage", "png"),
            ],
        ),
        (
            "too large an index",
            MINIMAL,
            answer({"background": mapped(256)}),
            [("annotations.combined.extendedIndexedImage", "required")],
        ),
        (
            "attributes missing, wrong and unasked",
            FULL,
            answer(
                {"person": [mapped(1), mapped(2, attributes={"pose": "lying"})], "sky": mapped(3, **STANDING)}
            ),
            [
                ("labelMapping.person[0].attributes.pose", "required"),
                ("labelMapping.person[1].attributes.pose", "unknown_choice"),
                ("labelMapping.sky.attributes.pose", "not_asked"),
                ("global_attributes.weather", "required"),
            ],
        ),
    ]
    return {name: BadAnswer(params, given, problems) for name, params, given, problems in rows}


EXAMPLES = Examples(
    good_params={"minimal": MINIMAL, "official": OFFICIAL, "full": FULL},
    bad_params=_bad_params(),
    good_answers=_good_answers(),
    bad_answers=_bad_answers(),
    sample="recorded",
)
