"""Requests and answers of ``multistage``, good and bad."""

from typing import Any

from labelwright.tasktypes.examples import BadAnswer, BadParams, Examples, GoodAnswer, because

CAR = "https://img.example/1.jpg"
SORT: dict[str, Any] = {
    "id": "sort",
    "type": "categorization",
    "params": {
        "attachment": "car",
        "attachment_type": "text",
        "categories": ["vehicle", "animal"],
        "allow_multiple": False,
    },
}
DRAW: dict[str, Any] = {
    "id": "draw",
    "type": "imageannotation",
    "params": {
        "attachment": CAR,
        "attachment_type": "image",
        "geometries": {"box": {"objects_to_annotate": ["car"]}},
    },
    "condition": {"sort": "vehicle"},
    "assignees": "drawers",
}
TELL: dict[str, Any] = {
    "id": "tell",
    "type": "transcription",
    "params": {"attachment_type": "text", "fields": {"colour": "Which colour?"}},
    "input": {"from": "sort", "map": {"attachment": "category"}},
}
MINIMAL: dict[str, Any] = {"stages": [SORT]}
FULL: dict[str, Any] = {
    "attachments": [{"type": "website", "content": "https://shop.example/", "note": 1}],
    "stages": [SORT, DRAW, TELL],
    "my_own_key": 1,
}
BOX = {"type": "box", "label": "car", "left": 1, "top": 2, "width": 30, "height": 40}


def _stages(*stages: dict[str, Any]) -> dict[str, Any]:
    return {"stages": list(stages)}


def _done(response: Any, **more: Any) -> dict[str, Any]:
    return {"status": "completed", "response": response, **more}


SORTED = _done({"category": "vehicle"}, type="categorization")
ANIMAL = _done({"category": "animal"}, type="categorization")
DRAWN = _done({"annotations": [BOX]}, type="imageannotation")
TOLD = _done({"fields": {"colour": "red"}}, type="transcription")
SKIPPED = {"status": "skipped"}


def _answer(*, final: str | None = None, **stages: Any) -> dict[str, Any]:
    return {"stages": stages, **({"final": final} if final else {})}


def _bad_params() -> dict[str, BadParams]:
    wrong = because
    rows: list[tuple[str, dict[str, Any], str, str | None]] = [
        ("nothing given", {}, wrong('"stages" is required'), "stages"),
        ("no stage", {"stages": []}, wrong('"stages" must contain at least 1 items'), "stages"),
        ("stage without type", _stages({"id": "a"}), wrong('"type" is required'), "stages[0].type"),
        (
            "stage twice",
            _stages(SORT, SORT),
            wrong('"id" contains a duplicate value'),
            "stages[1].id",
        ),
        (
            "stages in a stage",
            _stages({**SORT, "type": "multistage"}),
            wrong('"type" must be another task type, "multistage" is not one'),
            "stages[0].type",
        ),
        (
            "another type",
            _stages({**SORT, "type": "guessing"}),
            wrong('"type" must be another task type, "guessing" is not one'),
            "stages[0].type",
        ),
        (
            "input from a later stage",
            _stages(TELL, SORT),
            wrong('"from" must be an earlier stage, "sort" is not one'),
            "stages[0].input.from",
        ),
        (
            "condition on a later stage",
            _stages(DRAW, SORT),
            wrong('"sort" must be an earlier stage, "sort" is not one'),
            "stages[0].condition.sort",
        ),
        (
            "condition of another form",
            _stages(SORT, {**DRAW, "condition": {"sort": {"is": "vehicle"}}}),
            wrong('"sort" must be a value, an array of values or an object with not'),
            "stages[1].condition.sort",
        ),
        (
            "stage without geometries",
            _stages(SORT, {**DRAW, "params": {"attachment": CAR}}),
            wrong('"stages[1].params.geometries" is required'),
            "stages[1].params.geometries",
        ),
        (
            "stage without question",
            _stages({**SORT, "params": {"attachment": "car", "attachment_type": "text"}}),
            wrong('"stages[0].params" must contain at least one of [categories, taxonomies]'),
            "stages[0].params",
        ),
        (
            "stage refused in old words",
            _stages({**SORT, "params": {}}),
            "Please provide an attachment as a URL or plaintext.",
            "stages[0].params.attachment",
        ),
        (
            "attachment is no address",
            {**MINIMAL, "attachments": [{"type": "image", "content": "cow"}]},
            wrong('"content" must be a valid uri'),
            "attachments[0].content",
        ),
    ]
    return {name: BadParams(params, message, field) for name, params, message, field in rows}


def _bad_answers() -> dict[str, BadAnswer]:
    rows: list[tuple[str, dict[str, Any], Any, list[tuple[str, str]]]] = [
        ("no object", MINIMAL, [], [("", "type")]),
        ("nothing", MINIMAL, {}, [("stages", "required")]),
        (
            "stages missing",
            FULL,
            _answer(),
            [("stages.sort", "required"), ("stages.tell", "required")],
        ),
        (
            "skipped although it takes place, and done although it does not",
            {"stages": [SORT, DRAW, {**DRAW, "id": "wait", "condition": {"not": {"sort": "vehicle"}}}]},
            _answer(sort=SORTED, draw=SKIPPED, wait=DRAWN),
            [("stages.draw.status", "required"), ("stages.wait.status", "not_asked")],
        ),
        (
            "another stage",
            MINIMAL,
            _answer(sort=SORTED, guess=SKIPPED),
            [("stages.guess", "unknown_stage")],
        ),
        (
            "skipped without a condition",
            MINIMAL,
            _answer(sort=SKIPPED),
            [("stages.sort.status", "required")],
        ),
        (
            "skipped and answered, completed and not answered",
            FULL,
            _answer(sort=SORTED, draw={**DRAWN, "status": "skipped"}, tell={"status": "completed"}),
            [
                ("stages.draw.response", "not_asked"),
                ("stages.draw.status", "required"),
                ("stages.tell.response", "required"),
            ],
        ),
        (
            "wrong answers",
            FULL,
            _answer(
                sort=_done({"category": "plant"}),
                draw=_done({"annotations": [{**BOX, "width": 0}]}),
                tell=_done({"fields": "red"}),
            ),
            [
                ("stages.sort.response.category", "unknown_category"),
                ("stages.draw.response.annotations[0].width", "too_small"),
                ("stages.draw.status", "not_asked"),
                ("stages.tell.response.fields", "type"),
            ],
        ),
        (
            "another type, status and final stage",
            FULL,
            _answer(sort={**ANIMAL, "type": "comparison"}, draw=SKIPPED, tell=SKIPPED, final="draw"),
            [("stages.sort.type", "wrong_type"), ("final", "unknown_stage")],
        ),
        (
            "another status",
            MINIMAL,
            _answer(sort={**SORTED, "status": "done"}),
            [("stages.sort.status", "enum")],
        ),
    ]
    return {name: BadAnswer(params, answer, problems) for name, params, answer, problems in rows}


EXAMPLES = Examples(
    good_params={"minimal": MINIMAL, "full": FULL},
    bad_params=_bad_params(),
    good_answers={
        "one stage": GoodAnswer(MINIMAL, _answer(sort=SORTED)),
        "type left out": GoodAnswer(MINIMAL, _answer(sort={"response": {"category": "animal"}})),
        "all stages": GoodAnswer(FULL, _answer(sort=SORTED, draw=DRAWN, tell=TOLD, final="tell")),
        "stages skipped": GoodAnswer(FULL, _answer(sort=ANIMAL, draw=SKIPPED, tell=SKIPPED)),
        "a stage that does not take place left out": GoodAnswer(FULL, _answer(sort=ANIMAL, tell=TOLD)),
        "another final stage": GoodAnswer(FULL, _answer(sort=SORTED, draw=DRAWN, tell=TOLD, final="sort")),
        "unknown key is left out": GoodAnswer(MINIMAL, _answer(sort={**SORTED, "by": "Ada"})),
    },
    bad_answers=_bad_answers(),
)
