"""Requests and answers of forms about attachments, good and bad."""

from collections.abc import Mapping
from typing import Any

from labelwright.tasktypes.examples import BadAnswer, BadParams, Examples, GoodAnswer, because
from labelwright.tasktypes.transcription.params import ATTACHMENT_TYPES, COLLECTED_TYPES, COMPARED_TYPES
from labelwright.tasktypes.wire.first_generation import NO_ATTACHMENT, NO_ATTACHMENTS, wrong_attachment_type

NEWS = "http://news.ycombinator.com/"
SPEECH = "https://storage.googleapis.com/deepmind-media/pixie/speaker-3.wav"
TWO = ["http://i.imgur.com/v4cBreD.jpg", "http://i.imgur.com/lj6e98s.jpg"]

_BadParamsRow = tuple[str, dict[str, Any], str, str | None]
_BadAnswerRow = tuple[str, dict[str, Any], Any, list[tuple[str, str]]]

TRANSCRIPTION: dict[str, Any] = {
    "attachment": NEWS,
    "attachment_type": "website",
    "fields": {"title": "Title of Webpage", "top_result": "Title of the top result"},
}
ROWS: dict[str, Any] = {
    **TRANSCRIPTION,
    "repeatable_fields": {"username": "Who posted it", "comment_count": "Number of comments"},
}
"""With rows, as the official client's own test has it (wire/task-types-common §12.1)."""

COLLECTION: dict[str, Any] = {
    "attachment": "https://www.scaleapi.com/",
    "attachment_type": "website",
    "fields": {"hiring_page": "Hiring Page URL"},
}
COMPARISON: dict[str, Any] = {"attachments": TWO, "attachment_type": "image", "choices": ["yes", "no"]}
BOTH: dict[str, Any] = {**COMPARISON, "fields": {"difference": "What differs?"}}
AUDIO: dict[str, Any] = {"attachment": SPEECH, "attachment_type": "audio", "verbatim": False}


def _without(params: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in params.items() if key not in names}


def _params(rows: list[_BadParamsRow]) -> dict[str, BadParams]:
    return {name: BadParams(params, message, field) for name, params, message, field in rows}


def _answers(rows: list[_BadAnswerRow]) -> dict[str, BadAnswer]:
    return {name: BadAnswer(params, answer, problems) for name, params, answer, problems in rows}


def _old_sentences(good: dict[str, Any], names: tuple[str, ...]) -> list[_BadParamsRow]:
    wrong = wrong_attachment_type(names)
    return [
        ("nothing given", {}, NO_ATTACHMENT, "attachment"),
        ("official: type only", {"attachment_type": "website"}, NO_ATTACHMENT, "attachment"),
        ("attachment empty", {**good, "attachment": ""}, NO_ATTACHMENT, "attachment"),
        ("no attachment type", _without(good, "attachment_type"), wrong, "attachment_type"),
        ("wrong attachment type", {**good, "attachment_type": "film"}, wrong, "attachment_type"),
        (
            "attachment is no address",
            {**good, "attachment": "news"},
            because('"attachment" must be a valid uri'),
            "attachment",
        ),
        (
            "both attachments",
            {**good, "attachments": TWO},
            because('"value" contains a conflict between exclusive peers [attachment, attachments]'),
            None,
        ),
        (
            "no fields in it",
            {**good, "fields": {}},
            because('"fields" must have at least 1 keys'),
            "fields",
        ),
        (
            "description no string",
            {**good, "fields": {"a": 1}},
            because('"a" must be a string'),
            "fields.a",
        ),
    ]


_TRANSCRIPTION = Examples(
    good_params={
        "minimal": TRANSCRIPTION,
        "full": {**ROWS, "hypothesis": {"fields": {"title": "News"}}, "my_own_key": {"row": 7}},
        "rows only": _without(ROWS, "fields"),
        "text": {**TRANSCRIPTION, "attachment": "A page about cows", "attachment_type": "text"},
    },
    bad_params=_params(
        [
            *_old_sentences(TRANSCRIPTION, ATTACHMENT_TYPES),
            (
                "no fields",
                _without(TRANSCRIPTION, "fields"),
                because('"value" must contain at least one of [fields, repeatable_fields]'),
                None,
            ),
            (
                "rows under both names",
                {**ROWS, "row_fields": {"a": "?"}},
                because(
                    '"value" contains a conflict between exclusive peers [repeatable_fields, row_fields]'
                ),
                None,
            ),
            (
                "hypothesis with another field",
                {**TRANSCRIPTION, "hypothesis": {"fields": {"footer": "x"}}},
                because(
                    '"hypothesis.fields.footer" is invalid: '
                    "“footer” is not one of the fields: title, top_result."
                ),
                "hypothesis.fields.footer",
            ),
        ]
    ),
    good_answers={
        "fields": GoodAnswer(TRANSCRIPTION, {"fields": {"title": "Google", "top_result": None}}),
        "rows": GoodAnswer(
            ROWS,
            {
                "fields": {"title": "Google", "top_result": ""},
                "repeatable_fields": [
                    {"username": "ada", "comment_count": "12"},
                    {"username": "bob", "comment_count": None},
                ],
                "time_spent_in_seconds": 12.5,
            },
        ),
        "rows only": GoodAnswer(_without(ROWS, "fields"), {"repeatable_fields": []}),
        "null rows are left out": GoodAnswer(
            TRANSCRIPTION,
            {"fields": {"title": "a", "top_result": "b"}, "repeatable_fields": [None, None]},
        ),
        "fields that nobody asked for, empty": GoodAnswer(
            _without(ROWS, "fields"), {"fields": {}, "repeatable_fields": []}
        ),
        "unknown key is left out": GoodAnswer(
            TRANSCRIPTION, {"fields": {"title": "a", "top_result": "b"}, "rows": []}
        ),
    },
    bad_answers=_answers(
        [
            ("no object", TRANSCRIPTION, "Google", [("", "type")]),
            ("nothing", TRANSCRIPTION, {}, [("fields", "required")]),
            (
                "a field missing, another too many",
                TRANSCRIPTION,
                {"fields": {"title": "a", "footer": "b"}},
                [("fields.footer", "unknown_field"), ("fields.top_result", "required")],
            ),
            (
                "a number",
                TRANSCRIPTION,
                {"fields": {"title": 3, "top_result": "b"}},
                [("fields.title", "type")],
            ),
            (
                "rows not asked",
                TRANSCRIPTION,
                {"fields": {"title": "a", "top_result": "b"}, "repeatable_fields": [{"a": "b"}]},
                [("repeatable_fields", "not_asked")],
            ),
            (
                "rows incomplete and wrong",
                _without(ROWS, "fields"),
                {"fields": {"title": "a"}, "repeatable_fields": [{"username": "ada"}, [], {"x": "y"}]},
                [
                    ("repeatable_fields[1]", "type"),
                    ("fields", "not_asked"),
                    ("repeatable_fields[0].comment_count", "required"),
                    ("repeatable_fields[2].x", "unknown_field"),
                    ("repeatable_fields[2].username", "required"),
                    ("repeatable_fields[2].comment_count", "required"),
                ],
            ),
            (
                "negative time",
                TRANSCRIPTION,
                {"fields": {"title": "a", "top_result": "b"}, "time_spent_in_seconds": -1},
                [("time_spent_in_seconds", "bound")],
            ),
        ]
    ),
    sample="recorded",
)

_COLLECTION = Examples(
    good_params={
        "minimal": COLLECTION,
        "full": {**COLLECTION, "hypothesis": {"fields": {"hiring_page": None}}, "my_own_key": 1},
        "text": {**COLLECTION, "attachment": "A maker of pencils", "attachment_type": "text"},
    },
    bad_params=_params(
        [
            *_old_sentences(COLLECTION, COLLECTED_TYPES),
            ("no fields", _without(COLLECTION, "fields"), because('"fields" is required'), "fields"),
        ]
    ),
    good_answers={
        "found": GoodAnswer(COLLECTION, {"fields": {"hiring_page": "https://scale.com/careers"}}),
        "not found": GoodAnswer(COLLECTION, {"fields": {"hiring_page": None}}),
        "empty": GoodAnswer(COLLECTION, {"fields": {"hiring_page": ""}}),
        "with time": GoodAnswer(COLLECTION, {"fields": {"hiring_page": "x"}, "time_spent_in_seconds": 15}),
        "unknown key is left out": GoodAnswer(COLLECTION, {"fields": {"hiring_page": "x"}, "url": "y"}),
    },
    bad_answers=_answers(
        [
            ("no object", COLLECTION, "none", [("", "type")]),
            ("nothing", COLLECTION, {}, [("fields", "required")]),
            ("fields no object", COLLECTION, {"fields": []}, [("fields", "type")]),
            ("missing", COLLECTION, {"fields": {}}, [("fields.hiring_page", "required")]),
            (
                "time is no number",
                COLLECTION,
                {"fields": {"hiring_page": "x"}, "time_spent_in_seconds": "15"},
                [("time_spent_in_seconds", "type")],
            ),
        ]
    ),
)

_COMPARISON = Examples(
    good_params={
        "minimal": COMPARISON,
        "full": {**BOTH, "hypothesis": {"choice": "no"}, "my_own_key": 1},
        "fields only": _without(BOTH, "choices"),
        "texts": {**COMPARISON, "attachments": ["a cow", "a calf", "a bull"], "attachment_type": "text"},
    },
    bad_params=_params(
        [
            ("nothing given", {}, NO_ATTACHMENTS, "attachments"),
            ("official: type only", {"attachment_type": "image"}, NO_ATTACHMENTS, "attachments"),
            (
                "a single attachment",
                {**_without(COMPARISON, "attachments"), "attachment": TWO[0]},
                NO_ATTACHMENTS,
                "attachments",
            ),
            ("none of many", {**COMPARISON, "attachments": []}, NO_ATTACHMENTS, "attachments"),
            (
                "one of many",
                {**COMPARISON, "attachments": TWO[:1]},
                because('"attachments" must contain at least 2 items'),
                "attachments",
            ),
            (
                "both attachments",
                {**COMPARISON, "attachment": TWO[0]},
                because('"value" contains a conflict between exclusive peers [attachment, attachments]'),
                None,
            ),
            (
                "no attachment type",
                _without(COMPARISON, "attachment_type"),
                wrong_attachment_type(COMPARED_TYPES),
                "attachment_type",
            ),
            (
                "attachment is no address",
                {**COMPARISON, "attachments": [TWO[0], "cow"]},
                because('"attachments[1]" must be a valid uri'),
                "attachments[1]",
            ),
            (
                "no question",
                _without(COMPARISON, "choices"),
                because('"value" must contain at least one of [choices, fields]'),
                None,
            ),
            (
                "no choices in it",
                {**COMPARISON, "choices": []},
                because('"choices" must contain at least 1 items'),
                "choices",
            ),
            (
                "choice twice",
                {**COMPARISON, "choices": ["a", "b", "a"]},
                because('"choices[2]" contains a duplicate value'),
                "choices[2]",
            ),
            (
                "hypothesis with another choice",
                {**COMPARISON, "hypothesis": {"choice": "maybe"}},
                because('"hypothesis.choice" is invalid: “maybe” is not one of the choices: yes, no.'),
                "hypothesis.choice",
            ),
        ]
    ),
    good_answers={
        "a choice": GoodAnswer(COMPARISON, {"choice": "yes"}),
        "choice and fields": GoodAnswer(BOTH, {"choice": "no", "fields": {"difference": "stripes"}}),
        "fields only": GoodAnswer(_without(BOTH, "choices"), {"fields": {"difference": None}}),
        "empty fields": GoodAnswer(COMPARISON, {"choice": "yes", "fields": {}}),
        "unknown key is left out": GoodAnswer(COMPARISON, {"choice": "yes", "seconds": 3}),
    },
    bad_answers=_answers(
        [
            ("no object", COMPARISON, "yes", [("", "type")]),
            ("nothing", BOTH, {}, [("choice", "required"), ("fields", "required")]),
            ("another choice", COMPARISON, {"choice": "maybe"}, [("choice", "unknown_choice")]),
            ("no string", COMPARISON, {"choice": True}, [("choice", "type")]),
            (
                "not asked",
                _without(BOTH, "choices"),
                {"choice": "yes", "fields": {"difference": "x"}},
                [("choice", "not_asked")],
            ),
            (
                "fields not asked",
                COMPARISON,
                {"choice": "yes", "fields": {"difference": "x"}},
                [("fields", "not_asked")],
            ),
        ]
    ),
)


def _word(word: str, start: float, end: float, **more: Any) -> dict[str, Any]:
    return {"word": word, "start": start, "end": end, **more}


_AUDIO = Examples(
    good_params={
        "minimal": {"attachment": SPEECH},
        "official": {**AUDIO, "phrases": ["avocado", "stone"]},
        "full": {
            **AUDIO,
            "verbatim": True,
            "phrases": [],
            "skip_human_transcription": True,
            "hypothesis": {"transcript": "Hello", "alignment": []},
            "my_own_key": 1,
        },
    },
    bad_params=_params(
        [
            ("nothing given", {}, because('"attachment" is required'), "attachment"),
            (
                "attachment is no address",
                {**AUDIO, "attachment": "some_non_url"},
                because('"attachment" must be a valid uri'),
                "attachment",
            ),
            (
                "another type of attachment",
                {**AUDIO, "attachment_type": "video"},
                because('"attachment_type" must be one of [audio]'),
                "attachment_type",
            ),
            (
                "verbatim no boolean",
                {**AUDIO, "verbatim": "no"},
                because('"verbatim" must be a boolean'),
                "verbatim",
            ),
            (
                "phrases no array",
                {**AUDIO, "phrases": "avocado"},
                because('"phrases" must be an array'),
                "phrases",
            ),
            (
                "hypothesis of a word that ends too early",
                {**AUDIO, "hypothesis": {"alignment": [_word("a", 2, 1)]}},
                because('"hypothesis.alignment[0].end" is invalid: A word cannot end before it starts.'),
                "hypothesis.alignment[0].end",
            ),
        ]
    ),
    good_answers={
        "a transcript": GoodAnswer(AUDIO, {"transcript": "Hello world"}),
        "nothing said": GoodAnswer(AUDIO, {"transcript": "", "duration": 3.5, "alignment": []}),
        "aligned": GoodAnswer(
            AUDIO,
            {
                "transcript": "Hello world",
                "duration": 2,
                "alignment": [_word("Hello", 0.3, 1, confidence=0.9), _word("world", 1, 2, confidence=1)],
            },
        ),
        "speaking at once": GoodAnswer(
            AUDIO, {"transcript": "Yes no", "alignment": [_word("Yes", 0, 2), _word("no", 0, 1)]}
        ),
        "unknown key is left out": GoodAnswer(AUDIO, {"transcript": "Hello", "speaker": "Ada"}),
    },
    bad_answers=_answers(
        [
            ("no object", AUDIO, "Hello", [("", "type")]),
            ("nothing", AUDIO, {}, [("transcript", "required")]),
            ("no string", AUDIO, {"transcript": None}, [("transcript", "type")]),
            (
                "out of order and too long",
                AUDIO,
                {
                    "transcript": "",
                    "duration": 2,
                    "alignment": [_word("a", 1, 2.5), _word("b", 0.5, 0.4), _word("c", 3, 3)],
                },
                [
                    ("alignment[0].end", "outside"),
                    ("alignment[1].end", "order"),
                    ("alignment[1].start", "order"),
                    ("alignment[2].end", "outside"),
                ],
            ),
            (
                "too confident",
                AUDIO,
                {"transcript": "", "alignment": [_word("a", -1, 1, confidence=1.5)]},
                [("alignment[0].start", "bound"), ("alignment[0].confidence", "bound")],
            ),
        ]
    ),
)

EXAMPLES: Mapping[str, Examples] = {
    "transcription": _TRANSCRIPTION,
    "datacollection": _COLLECTION,
    "comparison": _COMPARISON,
    "audiotranscription": _AUDIO,
}
