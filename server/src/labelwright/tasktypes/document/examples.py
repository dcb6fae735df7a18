"""Requests and answers of document tasks, good and bad."""

from collections.abc import Mapping
from typing import Any

from labelwright.tasktypes.document.params import NO_ATTACHMENT
from labelwright.tasktypes.examples import BadAnswer, BadParams, Examples, GoodAnswer, because

INVOICE = "https://docs.example/invoice.jpg"
OFFICIAL: dict[str, Any] = {"attachment": INVOICE, "features": [{"type": "block", "label": "barcode"}]}
"""What the official client's own test sends (wire/task-types-common §12.1)."""

FULL: dict[str, Any] = {
    "attachments": ["s3://docs/1.png", "s3://docs/2.png"],
    "features": [
        {"type": "text", "label": "word", "flags": ["line"]},
        {
            "type": "group",
            "title": "Totals",
            "features": [
                {"type": "text", "label": "total.key", "flags": ["key"], "display": "Name of the total"},
                {"type": "text", "label": "total.value", "flags": ["value", "money"]},
                {
                    "type": "group",
                    "title": "Day",
                    "children": [{"type": "text", "label": "day", "flags": ["date"]}],
                },
            ],
        },
        {"type": "block", "label": "paid", "flags": ["checkbox"], "description": "The small square"},
        {"type": "block", "label": "table", "flags": ["thead", "tbody"]},
    ],
    "lang": "en-GB",
    "geometry": "box",
    "rules": {"linking": {"labels": [["total.key", "total.value"], ["word", "word"]]}, "more": 1.50},
    "hypothesis": {
        "annotations": [
            {
                "page": 0,
                "label": "word",
                "location": {"type": "box", "left": 1, "top": 1, "width": 9, "height": 9},
            }
        ]
    },
    "my_own_key": 1,
}
MODEL: dict[str, Any] = {"attachment": INVOICE, "model": "invoices-3"}
TURNED: dict[str, Any] = {**OFFICIAL, "geometry": "polygon"}


def box(**more: Any) -> dict[str, Any]:
    """A region of some label."""
    return {
        "page": 0,
        "label": "barcode",
        "location": {"type": "box", "left": 10, "top": 20.5, "width": 30, "height": 40},
        **more,
    }


def _quad(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "polygon", "vertices": [{"x": x, "y": y} for x, y in points]}


KEY = box(uuid="k", label="total.key", text="Total due", refs=["v"])
VALUE = box(
    uuid="v",
    label="total.value",
    text="$1,914.29",
    refs=["k"],
    money={"amount": "1,914.29", "parsed": 1914.29, "currency": "USD"},
)
DAY = box(label="day", text="22 November 2026", date={"year": 2026, "month": 11, "day": 22})
PAID = box(label="paid", page=1, checked=True)


def _features(*features: dict[str, Any]) -> dict[str, Any]:
    return {"attachment": INVOICE, "model": "m", "features": list(features)}


def _answer(*annotations: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"annotations": list(annotations), **more}


def _bad_params(good: dict[str, Any]) -> dict[str, BadParams]:
    wrong = because
    text = {"type": "text", "label": "a"}
    without = {key: value for key, value in good.items() if key != "attachment"}
    rows: list[tuple[str, dict[str, Any], str, str | None]] = [
        ("nothing given", {}, NO_ATTACHMENT, "attachment"),
        ("features only", without, NO_ATTACHMENT, "attachment"),
        (
            "both attachments",
            {**good, "attachments": [INVOICE]},
            wrong('"value" contains a conflict between exclusive peers [attachment, attachments]'),
            None,
        ),
        (
            "attachment is no address",
            {**good, "attachment": "invoice.jpg"},
            wrong('"attachment" must be a valid uri'),
            "attachment",
        ),
        (
            "none of many attachments",
            {**without, "attachments": []},
            wrong('"attachments" must contain at least 1 items'),
            "attachments",
        ),
        (
            "one of many is no address",
            {**without, "attachments": [INVOICE, "2.jpg"]},
            wrong('"attachments[1]" must be a valid uri'),
            "attachments[1]",
        ),
        (
            "feature of another type",
            _features({"type": "word", "label": "a"}),
            wrong('"type" must be one of [text, block, group]'),
            "features[0].type",
        ),
        (
            "feature without label",
            _features({"type": "block"}),
            wrong('"label" is required'),
            "features[0].label",
        ),
        (
            "group without title",
            _features({"type": "group", "features": [text]}),
            wrong('"title" is required'),
            "features[0].title",
        ),
        (
            "only groups",
            _features({"type": "group", "title": "A"}),
            wrong('"features" must contain at least one text or block'),
            "features",
        ),
        (
            "children under both names",
            _features({"type": "group", "title": "A", "features": [text], "children": []}),
            wrong('"features[0]" contains a conflict between exclusive peers [features, children]'),
            "features[0]",
        ),
        (
            "label twice",
            _features(text, {"type": "group", "title": "A", "features": [text]}),
            wrong('"label" contains a duplicate value'),
            "features[1].features[0].label",
        ),
        (
            "another flag",
            _features({**text, "flags": ["colour"]}),
            wrong(
                '"flags[0]" must be one of '
                "[checkbox, date, key, line, money, query, region, span, tbody, thead, value]"
            ),
            "features[0].flags[0]",
        ),
        (
            "another geometry",
            {**good, "geometry": "ellipse"},
            wrong('"geometry" must be one of [box, polygon]'),
            "geometry",
        ),
        (
            "rule about one label",
            {**good, "rules": {"linking": {"labels": [["barcode"]]}}},
            wrong('"labels[0]" must contain at least 2 items'),
            "rules.linking.labels[0]",
        ),
        (
            "rule about another label",
            {**_features(text), "rules": {"linking": {"labels": [["a", "b"]]}}},
            wrong('"labels[0][1]" must be a label of a feature, "b" is not one'),
            "rules.linking.labels[0][1]",
        ),
        (
            "hypothesis of another geometry",
            {**good, "geometry": "polygon", "hypothesis": _answer(box())},
            wrong('"hypothesis.annotations[0].location.type" is invalid: The location must be a polygon.'),
            "hypothesis.annotations[0].location.type",
        ),
    ]
    return {name: BadParams(params, message, field) for name, params, message, field in rows}


def _good_answers() -> dict[str, GoodAnswer]:
    turned = box(location=_quad((10, 10), (110, 20), (108, 40), (8, 30)))
    read = {key: value for key, value in VALUE.items() if key != "money"}
    return {
        "nothing there": GoodAnswer(OFFICIAL, _answer()),
        "a region": GoodAnswer(OFFICIAL, _answer(box())),
        "with a text": GoodAnswer(OFFICIAL, _answer(box(text="4 006381 333931"))),
        "turned": GoodAnswer(TURNED, _answer(turned)),
        "linked, with money, date and checkbox": GoodAnswer(FULL, _answer(KEY, VALUE, DAY, PAID)),
        "money and date left to the server": GoodAnswer(
            FULL, _answer(KEY, read, box(label="day", text="2026-11-22"), PAID)
        ),
        "a date that cannot be read": GoodAnswer(FULL, _answer(box(label="day", text="??", date={}))),
        "unknown key is left out": GoodAnswer(OFFICIAL, _answer(box(score=0.5))),
    }


def _bad_answers() -> list[tuple[str, dict[str, Any], Any, list[tuple[str, str]]]]:
    return [
        ("no object", OFFICIAL, [], [("", "type")]),
        ("nothing", OFFICIAL, {}, [("annotations", "required")]),
        (
            "another label",
            OFFICIAL,
            _answer(box(label="logo")),
            [("annotations[0].label", "unknown_label")],
        ),
        (
            "no size",
            OFFICIAL,
            _answer(box(location={"type": "box", "left": 0, "top": 0, "width": 0, "height": -1})),
            [("annotations[0].location.width", "too_small"), ("annotations[0].location.height", "too_small")],
        ),
        (
            "crossing itself",
            TURNED,
            _answer(box(location=_quad((0, 0), (10, 10), (10, 0), (0, 9)))),
            [("annotations[0].location.vertices[0]", "self_intersection")],
        ),
        (
            "five corners, no page, no location",
            TURNED,
            _answer(box(location=_quad((0, 0), (9, 0), (9, 9), (4, 12), (0, 9))), {"label": "barcode"}),
            [
                ("annotations[0].location.vertices", "size"),
                ("annotations[1].page", "required"),
                ("annotations[1].location", "required"),
            ],
        ),
        (
            "linked wrongly",
            FULL,
            _answer({**KEY, "refs": ["k", "v", "v", "x"]}, VALUE, {**PAID, "uuid": "p", "refs": ["v"]}),
            [
                ("annotations[0].refs[0]", "self_link"),
                ("annotations[0].refs[2]", "duplicate"),
                ("annotations[0].refs[3]", "unknown_target"),
                ("annotations[2].refs[0]", "wrong_target"),
            ],
        ),
        (
            "content missing and wrong",
            FULL,
            _answer(
                box(label="word"),
                box(label="word", text="a", checked=True),
                box(label="total.value", text="much"),
                box(label="total.value", text="1.00", money={"amount": "1.00", "parsed": "one"}),
                box(label="day", text="30 February", date={"month": 2, "day": 30}),
                box(label="paid"),
            ),
            [
                ("annotations[0].text", "required"),
                ("annotations[1].checked", "not_asked"),
                ("annotations[2].text", "not_money"),
                ("annotations[3].money.parsed", "type"),
                ("annotations[4].date.day", "bound"),
                ("annotations[5].checked", "required"),
            ],
        ),
        (
            "the same uuid twice",
            OFFICIAL,
            _answer(box(uuid="a"), box(uuid="a")),
            [("annotations[1].uuid", "duplicate")],
        ),
    ]


def _model(params: Mapping[str, Any]) -> dict[str, Any]:
    return {**params, "model": "invoices-3"}


_TRANSCRIPTION = Examples(
    good_params={"minimal": OFFICIAL, "full": FULL, "turned": TURNED},
    bad_params={
        **_bad_params(OFFICIAL),
        "no features": BadParams({"attachment": INVOICE}, because('"features" is required'), "features"),
    },
    good_answers=_good_answers(),
    bad_answers={
        name: BadAnswer(params, answer, problems) for name, params, answer, problems in _bad_answers()
    },
)

_MODEL = Examples(
    good_params={
        "minimal": MODEL,
        "turned": _model(TURNED),
        "full": {**_model(FULL), "review": "all", "confidence_threshold": 0.75},
    },
    bad_params={
        **_bad_params({**OFFICIAL, "model": "m"}),
        "no model": BadParams(OFFICIAL, because('"model" is required'), "model"),
        "another review": BadParams(
            {**MODEL, "review": "some"},
            because('"review" must be one of [all, low_confidence, none]'),
            "review",
        ),
        "too high a threshold": BadParams(
            {**MODEL, "confidence_threshold": 1.5},
            because('"confidence_threshold" must be less than or equal to 1'),
            "confidence_threshold",
        ),
    },
    good_answers={
        **{name: GoodAnswer(_model(one.params), one.answer) for name, one in _good_answers().items()},
        "any label": GoodAnswer(MODEL, _answer(box(label="logo", text="ACME", confidence=0.75))),
        "named model": GoodAnswer(MODEL, _answer(model="invoices-3", reviewed=False)),
    },
    bad_answers={
        **{
            name: BadAnswer(_model(params), answer, problems)
            for name, params, answer, problems in _bad_answers()
        },
        "too confident": BadAnswer(
            MODEL, _answer(box(confidence=2)), [("annotations[0].confidence", "bound")]
        ),
        "another model": BadAnswer(MODEL, _answer(model="invoices-2"), [("model", "wrong_model")]),
    },
)

EXAMPLES: Mapping[str, Examples] = {"documenttranscription": _TRANSCRIPTION, "documentmodel": _MODEL}
