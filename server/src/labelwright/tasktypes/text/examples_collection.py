"""Requests and answers of ``textcollection``, good and bad."""

from typing import Any

from labelwright.tasktypes.examples import BadAnswer, BadParams, Examples, GoodAnswer, because

SHOP = {"type": "website", "content": "https://shop.example/tea"}
REASONABLE: dict[str, Any] = {
    "type": "category",
    "field_id": "answer_reasonable",
    "title": "Is the answer reasonable?",
    "choices": [{"label": "Yes", "value": "yes"}, {"label": "No", "value": "no"}],
}
MINIMAL: dict[str, Any] = {"attachments": [SHOP], "fields": [REASONABLE]}


def _field(kind: str, field_id: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "field_id": field_id, "title": f"The {field_id}", **more}


FULL: dict[str, Any] = {
    "title": "A shop",
    "description": "Read the page and fill in the form.",
    "attachments": [
        {**SHOP, "forms": ["genres", "items"]},
        {"type": "text", "content": "**Tea** <em>for two</em>", "my_own_key": 1.5},
        {"type": "image", "content": "s3://shop/tea.jpg"},
    ],
    "fields": [
        _field(
            "category",
            "genres",
            required=True,
            max_choices=2,
            choices=[
                {
                    "label": "Music",
                    "value": "music",
                    "subchoices": [{"label": "Rap", "value": "rap"}, {"label": "Nerdcore", "value": 2}],
                },
                {"label": "None", "value": False, "hint": "of these"},
            ],
        ),
        _field(
            "text",
            "summary",
            required=True,
            min_characters=5,
            max_characters=40,
            multiline=True,
            pattern=r"^\p{Lu}",
        ),
        _field(
            "text",
            "why",
            required=True,
            conditions=[
                {"genres": ["rap", 2], "not": {"is_spam": True}},
                {"is_spam": True, "genres": {"not": "rap"}},
            ],
        ),
        _field("boolean", "is_spam", hint="Advertisements"),
        _field("number", "price", min=0, max=1000, step=0.01, prefix="$", use_slider=False),
        _field("datetime", "when", include_time=True),
        _field("select", "size", choices=[{"label": "S", "value": "s"}, {"label": "L", "value": "l"}]),
        _field("text", "labels", min_responses_required=2, max_responses_required=3),
        _field("time_range", "spoken", attachment_index=0),
        _field(
            "ranking_order", "order", options=[{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]
        ),
        _field("file", "proof", accept=["image/png"], max_size=1_000_000),
        _field("bounding_box", "logo", attachment_index=2, labels=["logo", "name"]),
        _field(
            "field_set",
            "items",
            max_responses_required=5,
            inline=True,
            fields=[_field("text", "item_name", required=True), _field("number", "item_price")],
        ),
        _field(
            "field_set",
            "meta",
            fields=[
                _field("boolean", "gluten_friendly"),
                _field("text", "origin", required=True, conditions=[{"is_spam": False}]),
            ],
        ),
    ],
    "responses_required": 3,
    "template_variables": {"row": 7},
    "hypothesis": {"annotations": {"genres": ["rap"], "items": [{"item_price": "11.79"}]}},
}
GENRES = {"genres": ["rap"], "summary": "Music.", "why": "It rhymes."}
"""What ``FULL`` asks for in any case."""

ANSWERED: dict[str, Any] = {
    "genres": ["rap", 2],
    "summary": "Music for tea.",
    "why": "It rhymes.",
    "is_spam": False,
    "price": "11.79",
    "when": "2026-11-22T10:00:00.000Z",
    "size": ["l"],
    "labels": ["Free Range", "All Natural"],
    "spoken": {"start": 1.5, "end": 2},
    "order": ["b", "a"],
    "proof": {"url": "https://files.example/a.png", "mime_type": "image/png", "name": "a.png"},
    "logo": [{"left": 1, "top": 2, "width": 3.5, "height": 4, "label": "logo"}],
    "items": [{"item_name": "Tom Yum", "item_price": "11.79"}, {"item_name": "Pho", "item_price": 9.5}],
    "meta": {"gluten_friendly": True, "origin": "vn"},
}


def _asking(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"attachments": [], "fields": list(fields)}


def _bad_params() -> dict[str, BadParams]:
    wrong = because
    text = _field("text", "a")
    rows: list[tuple[str, dict[str, Any], str, str | None]] = [
        (
            "official: attachments missing",
            {"attachment": "Some parameters are missing."},
            wrong('"attachments" is required'),
            "attachments",
        ),
        (
            "pattern that looks ahead",
            _asking(_field("text", "a", pattern="(?=a)")),
            wrong('"pattern" must be a valid regular expression (RE2): invalid perl operator: (?='),
            "fields[0].pattern",
        ),
        ("no fields", {"attachments": [SHOP]}, wrong('"fields" is required'), "fields"),
        ("no field in it", _asking(), wrong('"fields" must contain at least 1 items'), "fields"),
        (
            "both attachments",
            {**MINIMAL, "attachment": "a"},
            wrong('"value" contains a conflict between exclusive peers [attachment, attachments]'),
            None,
        ),
        (
            "attachment without type",
            {**MINIMAL, "attachments": [{"content": "https://a/b"}]},
            wrong('"type" is required'),
            "attachments[0].type",
        ),
        (
            "attachment is no address",
            {**MINIMAL, "attachments": [{"type": "pdf", "content": "a.pdf"}]},
            wrong('"content" must be a valid uri'),
            "attachments[0].content",
        ),
        (
            "attachment of no field",
            {**MINIMAL, "attachments": [{**SHOP, "forms": ["b"]}]},
            wrong('"forms[0]" must be the field_id of a field, "b" is not one'),
            "attachments[0].forms[0]",
        ),
        (
            "boxes on no attachment",
            _asking(_field("bounding_box", "b", attachment_index=1)),
            wrong('"attachment_index" must be less than the number of attachments, which is 0'),
            "fields[0].attachment_index",
        ),
        (
            "field without id",
            _asking({"type": "text", "title": "A"}),
            wrong('"field_id" is required'),
            "fields[0].field_id",
        ),
        (
            "empty title",
            _asking({**text, "title": ""}),
            wrong('"title" is not allowed to be empty'),
            "fields[0].title",
        ),
        (
            "an order of nothing",
            _asking(_field("ranking_order", "r", option_label="Answer")),
            wrong('"options" is required'),
            "fields[0].options",
        ),
        (
            "a section without fields",
            _asking(_field("form", "s")),
            wrong('"fields" is required'),
            "fields[0].fields",
        ),
        (
            "id twice, once in a section",
            _asking(_field("form", "s", fields=[text]), text),
            wrong('"field_id" contains a duplicate value'),
            "fields[1].field_id",
        ),
        (
            "a section that depends on its own field",
            _asking(_field("form", "s", fields=[text], conditions=[{"a": "x"}])),
            wrong('"conditions" must not depend on itself'),
            "fields[0].fields[0].conditions",
        ),
        (
            "digits in words",
            _asking(_field("number", "n", digits="one")),
            wrong('"digits" must be a number'),
            "fields[0].digits",
        ),
        (
            "unknown type",
            _asking({**text, "type": "essay"}),
            wrong(
                '"type" must be one of [text, boolean, number, datetime, category, select, time_range, '
                "ranking_order, file, bounding_box, field_set, form]"
            ),
            "fields[0].type",
        ),
        (
            "too many responses",
            _asking({**text, "max_responses_required": 101}),
            wrong('"max_responses_required" must be less than or equal to 100'),
            "fields[0].max_responses_required",
        ),
        (
            "responses the wrong way round",
            _asking({**text, "min_responses_required": 2}),
            wrong('"max_responses_required" must be at least min_responses_required'),
            "fields[0].max_responses_required",
        ),
        (
            "id twice",
            _asking(_field("field_set", "s", fields=[text, _field("text", "b")]), text),
            wrong('"field_id" contains a duplicate value'),
            "fields[1].field_id",
        ),
        (
            "set of one",
            _asking(_field("field_set", "s", fields=[text])),
            wrong('"fields" must contain at least 2 items'),
            "fields[0].fields",
        ),
        (
            "set in one line of other fields",
            _asking(_field("field_set", "s", inline=True, fields=[text, _field("boolean", "b")])),
            wrong('"type" must be one of [text, number]'),
            "fields[0].fields[1].type",
        ),
        (
            "category without choices",
            _asking(_field("category", "c")),
            wrong('"choices" is required'),
            "fields[0].choices",
        ),
        (
            "choice twice",
            _asking({**REASONABLE, "choices": [{"label": "A", "value": 1}, {"label": "B", "value": 1}]}),
            wrong('"value" contains a duplicate value'),
            "fields[0].choices[1].value",
        ),
        (
            "more choices than there are",
            _asking({**REASONABLE, "min_choices": 3, "max_choices": 3}),
            wrong('"min_choices" must be less than or equal to 2'),
            "fields[0].min_choices",
        ),
        (
            "bounds the wrong way round",
            _asking(_field("number", "n", min=2, max=1)),
            wrong('"max" must be at least min'),
            "fields[0].max",
        ),
        (
            "condition on another field that is not there",
            _asking({**text, "conditions": [{"b": "x"}]}),
            wrong('"b" is not allowed'),
            "fields[0].conditions[0].b",
        ),
        (
            "condition on another choice",
            _asking(REASONABLE, {**text, "conditions": [{"answer_reasonable": {"not": ["maybe"]}}]}),
            wrong('"not" must be one of the choices, "maybe" is not one'),
            "fields[1].conditions[0].answer_reasonable.not",
        ),
        (
            "condition that is none",
            _asking(REASONABLE, {**text, "conditions": [{"answer_reasonable": {"is": "yes"}}]}),
            wrong('"answer_reasonable" must be a value, an array of values or an object with not'),
            "fields[1].conditions[0].answer_reasonable",
        ),
        (
            "conditions in a circle",
            _asking(
                {**text, "conditions": [{"b": "x"}]}, {**text, "field_id": "b", "conditions": [{"a": "x"}]}
            ),
            wrong('"conditions" must not depend on itself'),
            "fields[0].conditions",
        ),
        (
            "too many people",
            {**MINIMAL, "responses_required": 101},
            wrong('"responses_required" must be less than or equal to 100'),
            "responses_required",
        ),
        (
            "hypothesis with another choice",
            {**MINIMAL, "hypothesis": {"annotations": {"answer_reasonable": ["maybe"]}}},
            wrong(
                '"hypothesis.annotations.answer_reasonable[0]" is invalid: '
                "“maybe” is not one of the choices: yes, no."
            ),
            "hypothesis.annotations.answer_reasonable[0]",
        ),
    ]
    return {name: BadParams(params, message, field) for name, params, message, field in rows}


RATINGS: dict[str, Any] = {
    "attachments": [{"type": "text", "content": f"Summary {n}", "forms": [f"form_{n}"]} for n in range(2)],
    "fields": [
        _field(
            "form",
            f"form_{n}",
            title=f"Comparison {n}",
            fields=[
                _field(
                    "number",
                    f"Rating {n}",
                    required=True,
                    use_slider=True,
                    min=-4,
                    max=4,
                    step=1,
                    digits=1,
                    prefix="Summary A",
                    suffix="Summary B",
                    extra_content="Confidence",
                )
            ],
        )
        for n in range(2)
    ],
}
"""Sections with a slider each, as programs for preferences send them."""

RANKED: dict[str, Any] = _asking(
    _field(
        "ranking_order",
        "Rank Responses",
        required=True,
        num_items_to_rank=3,
        num_options=3,
        option_label="Response",
        first_label="Best",
        last_label="Worst",
        options_flexible=False,
        positions_flexible=False,
    )
)
"""An order of responses of which the request has only the number."""

BEST_TWO: dict[str, Any] = _asking(_field("ranking_order", "r", num_items_to_rank=2, num_options=4))
TICKED: dict[str, Any] = _asking(
    {**REASONABLE, "field_id": "ticked", "required": True, "min_choices": 0, "max_choices": 2}
)


def _answer(**values: Any) -> dict[str, Any]:
    return {"annotations": values}


def _good_answers() -> dict[str, GoodAnswer]:
    verbose = {"type": "category", "field_id": "answer_reasonable", "response": [["no"]]}
    return {
        "one choice": GoodAnswer(MINIMAL, _answer(answer_reasonable=["no"])),
        "verbose, as the official client sends it": GoodAnswer(MINIMAL, _answer(answer_reasonable=verbose)),
        "verbose under another name": GoodAnswer(MINIMAL, _answer(reasonable=verbose)),
        "verbose without lists": GoodAnswer(
            RATINGS,
            {
                "annotations": {
                    "Rating 0": {"type": "number", "field_id": "Rating 0", "response": 3.0},
                    "Rating 1": -1,
                }
            },
        ),
        "verbose without a root": GoodAnswer(MINIMAL, {"answer_reasonable": verbose}),
        "sections": GoodAnswer(RATINGS, {"annotations": {"Rating 0": "0", "Rating 1": -4}}),
        "sections as objects": GoodAnswer(
            RATINGS, {"annotations": {"form_0": {"Rating 0": 1}, "form_1": {"Rating 1": 2}}}
        ),
        "an order of numbers": GoodAnswer(RANKED, {"annotations": {"Rank Responses": [2, 0, 1]}}),
        "an order of numbers in strings": GoodAnswer(
            RANKED, {"annotations": {"Rank Responses": ["1", "0", "2"]}}
        ),
        "an order of the best": GoodAnswer(BEST_TWO, _answer(r=[3, 0])),
        "nothing is ticked": GoodAnswer(TICKED, _answer(ticked=[])),
        "a single value": GoodAnswer(MINIMAL, _answer(answer_reasonable="no")),
        "nothing that is not required": GoodAnswer(MINIMAL, _answer()),
        "everything": GoodAnswer(FULL, {"annotations": ANSWERED}),
        "only what is required": GoodAnswer(FULL, _answer(genres=[False], summary="No music.")),
        "shown by the other condition": GoodAnswer(
            FULL, _answer(genres=[False], summary="No music.", is_spam=True, why="It sells.")
        ),
        "null is no answer": GoodAnswer(FULL, {"annotations": {**GENRES, "price": None}}),
        "unknown keys are left out": GoodAnswer(
            FULL, {"annotations": {**GENRES, "spoken": {"start": 0, "end": 1, "by": "Ada"}}, "seconds": 3}
        ),
    }


def _bad_answers() -> dict[str, BadAnswer]:
    rows: list[tuple[str, dict[str, Any], Any, list[tuple[str, str]]]] = [
        ("no object", MINIMAL, [], [("", "type")]),
        ("nothing", MINIMAL, {}, [("annotations", "required")]),
        ("another field", MINIMAL, _answer(b=1), [("annotations.b", "unknown_field")]),
        (
            "an order with a number twice",
            RANKED,
            {"annotations": {"Rank Responses": [0, 1, 1]}},
            [('annotations["Rank Responses"]', "ranking")],
        ),
        (
            "an order from 1",
            RANKED,
            {"annotations": {"Rank Responses": [1, 2, 3]}},
            [('annotations["Rank Responses"]', "ranking")],
        ),
        ("too many of the best", BEST_TWO, _answer(r=[0, 1, 2]), [("annotations.r", "ranking")]),
        (
            "a section left open",
            RATINGS,
            {"annotations": {"Rating 0": 1, "form_1": {}}},
            [('annotations["Rating 1"]', "required")],
        ),
        (
            "a section with an answer of its own",
            RATINGS,
            {"annotations": {"Rating 0": 1, "Rating 1": 1, "form_1": 1}},
            [("annotations.form_1", "unknown_field")],
        ),
        (
            "another choice",
            MINIMAL,
            _answer(answer_reasonable=["maybe"]),
            [("annotations.answer_reasonable[0]", "unknown_choice")],
        ),
        (
            "two choices",
            MINIMAL,
            _answer(answer_reasonable=["yes", "no"]),
            [("annotations.answer_reasonable", "too_many")],
        ),
        (
            "a verbose answer about another field",
            MINIMAL,
            _answer(answer_reasonable={"type": "category", "field_id": "x", "response": [["no"]]}),
            [("annotations.answer_reasonable[0]", "type")],
        ),
        (
            "a folder, the same twice, and true for 1",
            FULL,
            {"annotations": {**GENRES, "genres": ["music", True]}},
            [
                ("annotations.genres[0]", "unknown_choice"),
                ("annotations.genres[1]", "unknown_choice"),
                ("annotations.why", "not_asked"),
            ],
        ),
        (
            "required ones missing",
            FULL,
            _answer(genres=["rap"]),
            [("annotations.summary", "required"), ("annotations.why", "required")],
        ),
        (
            "each of another type",
            FULL,
            {
                "annotations": {
                    **GENRES,
                    "summary": 1,
                    "is_spam": "no",
                    "price": "cheap",
                    "when": "yesterday",
                    "size": {},
                    "labels": "a",
                    "spoken": [1, 2],
                    "order": "a",
                    "proof": {"url": "a.png"},
                    "logo": {},
                    "items": [[]],
                    "meta": True,
                }
            },
            [
                ("annotations.summary", "type"),
                ("annotations.is_spam", "type"),
                ("annotations.price", "type"),
                ("annotations.when", "type"),
                ("annotations.size[0]", "type"),
                ("annotations.labels", "type"),
                ("annotations.spoken", "type"),
                ("annotations.order", "type"),
                ("annotations.proof.url", "uri"),
                ("annotations.logo", "type"),
                ("annotations.items[0]", "type"),
                ("annotations.meta", "type"),
            ],
        ),
        (
            "each out of bounds",
            FULL,
            {
                "annotations": {
                    **GENRES,
                    "summary": "No.",
                    "price": 1000.01,
                    "labels": ["a"],
                    "spoken": {"start": 2, "end": 1},
                    "order": ["a", "a"],
                    "logo": [{"left": 0, "top": 0, "width": 0, "height": 1, "label": "logo"}],
                    "items": [{"item_name": "a"}] * 6,
                }
            },
            [
                ("annotations.summary", "too_short"),
                ("annotations.price", "bound"),
                ("annotations.labels", "too_few"),
                ("annotations.spoken.end", "order"),
                ("annotations.order", "ranking"),
                ("annotations.logo[0].width", "bound"),
                ("annotations.items", "too_many"),
            ],
        ),
        (
            "text that does not fit",
            FULL,
            _answer(**{**GENRES, "summary": "music."}),
            [("annotations.summary", "pattern")],
        ),
        (
            "inside of sets",
            FULL,
            {
                "annotations": {
                    **GENRES,
                    "is_spam": False,
                    "logo": [{"left": 0, "top": 0, "width": 1, "height": 1}],
                    "items": [{"item_price": 1}, {"item_name": "a", "x": 1}],
                    "meta": {},
                }
            },
            [
                ("annotations.logo[0].label", "required"),
                ("annotations.items[0].item_name", "required"),
                ("annotations.items[1].x", "unknown_field"),
                ("annotations.meta.origin", "required"),
            ],
        ),
    ]
    return {name: BadAnswer(params, answer, problems) for name, params, answer, problems in rows}


EXAMPLES = Examples(
    good_params={
        "minimal": MINIMAL,
        "full": FULL,
        "without attachments": _asking(_field("text", "a")),
        "sections": RATINGS,
        "an order without options": RANKED,
        "an order of the best": BEST_TWO,
        "boxes of which none need be ticked": TICKED,
        "unknown keys": _asking({**_field("text", "a"), "my_own_key": {"b": [1.50]}}),
    },
    bad_params=_bad_params(),
    good_answers=_good_answers(),
    bad_answers=_bad_answers(),
)
