"""Requests and answers of conversations, good and bad."""

from collections.abc import Mapping
from typing import Any

from labelwright.tasktypes.examples import BadAnswer, BadParams, Examples, GoodAnswer, because

MINIMAL: dict[str, Any] = {"template_variables": {"prompt": "Explain tides to a child."}}
TRUTHFUL: dict[str, Any] = {
    "type": "category",
    "field_id": "truthful",
    "title": "Is it true?",
    "choices": [{"label": "Yes", "value": "no_issues"}, {"label": "No", "value": "major"}],
    "required": True,
}
JUSTIFY: dict[str, Any] = {"type": "text", "field_id": "justification", "title": "Why?"}
LANGUAGE: dict[str, Any] = {
    "type": "text",
    "field_id": "language",
    "title": "Which language?",
    "required": True,
}
_COMMON: dict[str, Any] = {
    **MINIMAL,
    "initial_messages": [
        {"role": "system", "content": "Be brief."},
        {
            "role": "user",
            "content": {"text": "Hello", "attachments": [{"type": "text", "content": "A poem"}]},
            "my_own_key": 1.50,
        },
    ],
    "attachments": [{"type": "text", "content": "**The Moon**"}],
    "min_turns": 1,
    "max_turns": 3,
    "turn_fields": [JUSTIFY],
    "message_fields": [TRUTHFUL],
    "task_fields": [LANGUAGE],
    "allow_rewrite": True,
    "chunk_fields": [
        {"type": "boolean", "field_id": "step_is_right", "title": "Is this step right?", "required": True}
    ],
    "rubrics": [
        {
            "id": "r",
            "title": "Style",
            "criteria": [
                {"id": "c", "description": "Short", "weight": 0.5, "max_score": 4},
                {"id": "d", "description": "Talks down to the reader", "weight": -2},
            ],
        }
    ],
    "allow_criteria": True,
    "text_labels": ["claim", "mistake"],
    "hypothesis": {"responses": [{"type": "PromptInput", "output": "Explain tides."}]},
    "my_own_key": {"row": 7},
}
_ONE = [{"id": "a", "name": "Model A", "provider": "ours", "parameters": {"temperature": 0.7}}]
FULL: Mapping[str, dict[str, Any]] = {
    "chat": {**_COMMON, "models": [*_ONE, {"id": "b"}], "responses_per_turn": 2},
    "chatexperimental": {**_COMMON, "models": [*_ONE, {"id": "b"}], "responses_per_turn": 8},
    "chatlite": {**_COMMON, "models": _ONE, "responses_per_turn": 1},
    "multichat": {
        **_COMMON,
        "threads": [
            {"id": "t1", "initial_messages": [{"role": "user", "content": "Hi"}], "models": _ONE},
            {"id": "t2"},
        ],
    },
}


def part(kind: str, output: Any, **more: Any) -> dict[str, Any]:
    """One component of an answer."""
    return {"type": kind, "output": output, **more}


def answer(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An answer of components."""
    return {"responses": list(parts), **more}


START = part("Instructions", "")
PROMPT = part("PromptInput", "Explain tides to a child.")
SAID = part("ModelResponse", "The Moon pulls…", turn=0, source_id="a", message_id="m1")
TRUE = part("Category", ["no_issues"], field_id="truthful", message_id="m1", turn=0)
ENGLISH = part("TextInput", "English", field_id="language")
STEPS = ["The Moon pulls. ", "So the sea rises."]
"""An answer in chunks."""
WHOLE = part(
    "ModelResponse",
    "".join(STEPS),
    turn=0,
    source_id="a",
    message_id="m1",
    chunks=STEPS,
    reasoning=["Gravity."],
    attachments=[{"url": "https://a.example/moon.png", "name": "moon.png", "mime_type": "image/png"}],
)
CORRECT = [part("Boolean", True, field_id="step_is_right", message_id="m1", chunk=n) for n in (0, 1)]
WRITTEN = part(
    "RubricCriterion", {"id": "w", "criterion": "Names the Sun", "weight": 2, "max_score": 1}, turn=0
)
RATED = [
    part("RubricRating", {"criterion": "c", "score": 3, "justification": "Two lines"}, message_id="m1"),
    part("RubricRating", {"criterion": "d", "score": 0}, message_id="m1"),
    part("RubricRating", {"criterion": "w", "score": 0, "color": "red"}, message_id="m1"),
]
LABELED = part("LabeledText", [{"label": "claim", "text": "The Moon pulls", "start": 0}], message_id="m1")
LABELED_STEP = part("LabeledText", [{"label": "mistake", "text": "the sea"}], message_id="m1", chunk=1)
FILES = part("File", [{"url": "https://a.example/notes.pdf", "mime_type": "application/pdf"}])
THREAD: dict[str, Any] = {
    "id": "t1",
    "turns": [
        {
            "messages": [
                {"role": "user", "content": {"text": "Explain tides."}, "source_id": "labeler"},
                {
                    "role": "assistant",
                    "content": {"text": "The Moon pulls…"},
                    "source_id": "a",
                    "model_parameters": {"model": "a", "temperature": 0.7},
                    "annotations": [{"key": "truthful", "type": "category", "value": "no_issues"}],
                },
            ]
        }
    ],
}


def _bad_params(slug: str) -> dict[str, BadParams]:
    wrong = because
    text = {"type": "text", "field_id": "a", "title": "A"}
    rows: list[tuple[str, dict[str, Any], str, str | None]] = [
        (
            "variables no object",
            {"template_variables": []},
            wrong('"template_variables" must be an object'),
            "template_variables",
        ),
        (
            "message of another role",
            {"initial_messages": [{"role": "narrator", "content": "Once"}]},
            wrong('"role" must be one of [assistant, system, user]'),
            "initial_messages[0].role",
        ),
        (
            "message without content",
            {"initial_messages": [{"role": "user"}]},
            wrong('"content" is required'),
            "initial_messages[0].content",
        ),
        (
            "attachment of a message is no address",
            {
                "initial_messages": [
                    {"role": "user", "content": {"attachments": [{"type": "image", "content": "moon"}]}}
                ]
            },
            wrong('"content" must be a valid uri'),
            "initial_messages[0].content.attachments[0].content",
        ),
        (
            "turns the wrong way round",
            {"min_turns": 3, "max_turns": 2},
            wrong('"max_turns" must be at least min_turns'),
            "max_turns",
        ),
        (
            "too many answers at once",
            {"responses_per_turn": 9},
            wrong(f'"responses_per_turn" must be less than or equal to {1 if slug == "chatlite" else 8}'),
            "responses_per_turn",
        ),
        ("model without id", {"models": [{"name": "A"}]}, wrong('"id" is required'), "models[0].id"),
        (
            "field without title",
            {"turn_fields": [{"type": "text", "field_id": "a"}]},
            wrong('"title" is required'),
            "turn_fields[0].title",
        ),
        (
            "field in two forms",
            {"turn_fields": [text], "task_fields": [text]},
            wrong('"field_id" contains a duplicate value'),
            "task_fields[0].field_id",
        ),
        (
            "condition on another form",
            {"turn_fields": [text], "task_fields": [{**JUSTIFY, "conditions": [{"a": "x"}]}]},
            wrong('"a" is not allowed'),
            "task_fields[0].conditions[0].a",
        ),
        (
            "rubric twice",
            {"rubrics": [{"id": "r"}, {"id": "r"}]},
            wrong('"id" contains a duplicate value'),
            "rubrics[1].id",
        ),
        (
            "criterion twice",
            {"rubrics": [{"id": "r", "criteria": [{"id": "c"}]}, {"id": "s", "criteria": [{"id": "c"}]}]},
            wrong('"id" contains a duplicate value'),
            "rubrics[1].criteria[0].id",
        ),
        (
            "criterion without points",
            {"rubrics": [{"id": "r", "criteria": [{"id": "c", "max_score": 0}]}]},
            wrong('"max_score" must be greater than 0'),
            "rubrics[0].criteria[0].max_score",
        ),
        (
            "label twice",
            {"text_labels": ["claim", "claim"]},
            wrong('"text_labels" contains a duplicate value'),
            "text_labels",
        ),
        (
            "hypothesis of no text",
            {"hypothesis": answer(part("PromptInput", 1))},
            wrong('"hypothesis.responses[0].output" is invalid: The output must be a text.'),
            "hypothesis.responses[0].output",
        ),
    ]
    if slug == "chatlite":
        ranking = {**text, "type": "ranking_order", "options": [{"label": x, "value": x} for x in "ab"]}
        rows += [
            (
                "two models",
                {"models": [{"id": "a"}, {"id": "b"}]},
                wrong('"models" must contain less than or equal to 1 items'),
                "models",
            ),
            (
                "many turns",
                {"max_turns": 11},
                wrong('"max_turns" must be less than or equal to 10'),
                "max_turns",
            ),
            (
                "a ranking",
                {"task_fields": [ranking]},
                wrong('"type" must not be ranking_order in chatlite'),
                "task_fields[0].type",
            ),
            (
                "an image",
                {"attachments": [{"type": "image", "content": "https://a/b.jpg"}]},
                wrong('"type" must be one of [text]'),
                "attachments[0].type",
            ),
        ]
    if slug == "multichat":
        rows += [
            (
                "no threads",
                {"threads": []},
                wrong('"threads" must contain at least 1 items'),
                "threads",
            ),
            (
                "too many threads",
                {"threads": [{"id": str(i)} for i in range(6)]},
                wrong('"threads" must contain less than or equal to 5 items'),
                "threads",
            ),
            (
                "thread twice",
                {"threads": [{"id": "t"}, {"id": "t"}]},
                wrong('"id" contains a duplicate value'),
                "threads[1].id",
            ),
        ]
    return {name: BadParams(params, message, field) for name, params, message, field in rows}


def _good_answers(full: dict[str, Any]) -> dict[str, GoodAnswer]:
    threads = {"thread_id": "t1"} if "threads" in full else {}
    # Every thread of a task with threads needs its prompts.
    others = [{**PROMPT, "thread_id": "t2"}] if threads else []
    return {
        "as documented": GoodAnswer(MINIMAL, answer(START, part("PromptInput", "test prompt"))),
        "nothing said": GoodAnswer(MINIMAL, answer()),
        "components of other kinds": GoodAnswer(MINIMAL, answer(PROMPT, part("Confetti", {"n": [1, None]}))),
        "a whole conversation": GoodAnswer(
            full,
            answer(
                START,
                {**PROMPT, **threads},
                {**SAID, **threads},
                {**TRUE, **threads},
                part("TextInput", "Clear words", field_id="justification", turn=0, **threads),
                part("Rewrite", "The Moon pulls the sea.", message_id="m1", turn=0, **threads),
                ENGLISH,
                *others,
                threads=[THREAD],
            ),
        ),
        "a single choice": GoodAnswer(
            {"message_fields": [TRUTHFUL]}, answer(PROMPT, SAID, {**TRUE, "output": "major"})
        ),
        "chunks, ratings, labels and files": GoodAnswer(
            full,
            answer(
                {**PROMPT, **threads},
                {**WHOLE, **threads},
                {**TRUE, **threads},
                *CORRECT,
                WRITTEN,
                *RATED,
                LABELED,
                LABELED_STEP,
                FILES,
                ENGLISH,
                *others,
            ),
        ),
        "cannot be done": GoodAnswer(
            full,
            answer(part("TaskError", {"message": "The prompt is in Latin.", "type": "UNSUPPORTED_LANGUAGE"})),
        ),
        "reported instead of answered": GoodAnswer(
            full, answer(part("SensitiveContentReport", "The first message is abusive."))
        ),
        "unknown key is left out": GoodAnswer(MINIMAL, answer({**PROMPT, "seconds": 3})),
    }


def _bad_answers(slug: str, full: dict[str, Any]) -> dict[str, BadAnswer]:
    threads = {"thread_id": "t1"} if "threads" in full else {}
    asked = {key: value for key, value in full.items() if key not in ("threads", "min_turns")}
    rows: list[tuple[str, dict[str, Any], Any, list[tuple[str, str]]]] = [
        ("no object", MINIMAL, [], [("", "type")]),
        ("nothing", MINIMAL, {}, [("responses", "required")]),
        (
            "components without type or output",
            MINIMAL,
            answer({"output": "x"}, {"type": "PromptInput"}),
            [("responses[0].type", "required"), ("responses[1].output", "required")],
        ),
        (
            "no texts",
            MINIMAL,
            answer(part("Instructions", None), part("PromptInput", {})),
            [("responses[0].output", "type"), ("responses[1].output", "type")],
        ),
        (
            "fields missing, wrong and unknown",
            asked,
            answer(
                PROMPT,
                SAID,
                part("Category", ["maybe"], field_id="truthful", message_id="m1"),
                part("Category", ["major"], field_id="truthful", message_id="m9"),
                part("TextInput", 5, field_id="justification"),
                part("TextInput", "x", field_id="mood"),
            ),
            [
                ("responses[3].message_id", "unknown_message"),
                ("responses[5].field_id", "unknown_field"),
                ("responses.language", "required"),
                ("responses[4].output", "type"),
                ("responses[2].output[0]", "unknown_choice"),
            ],
        ),
        (
            "nothing about an answer",
            asked,
            answer(PROMPT, SAID, ENGLISH),
            [("responses[1].truthful", "required")],
        ),
        (
            "the same field and message twice",
            asked,
            answer(PROMPT, SAID, TRUE, ENGLISH, ENGLISH),
            [("responses[4]", "duplicate")],
        ),
        (
            "too many prompts",
            {"max_turns": 1},
            answer(PROMPT, PROMPT),
            [("responses", "too_many")],
        ),
        (
            "too few prompts",
            {"min_turns": 2},
            answer(PROMPT),
            [("responses", "too_few")],
        ),
        (
            "an answer rewritten that must not be",
            MINIMAL,
            answer(PROMPT, part("Rewrite", "x")),
            [("responses[1].type", "not_asked")],
        ),
        (
            "chunks of another text",
            asked,
            answer(PROMPT, {**WHOLE, "chunks": ["The Moon"]}, TRUE, ENGLISH, CORRECT[0]),
            [("responses[1].chunks", "text")],
        ),
        (
            "chunks without an answer, and one that there is not",
            asked,
            answer(PROMPT, WHOLE, TRUE, ENGLISH, CORRECT[0], {**CORRECT[1], "chunk": 2}),
            [("responses[5].message_id", "unknown_message"), ("responses[1].step_is_right", "required")],
        ),
        (
            "ratings of nothing, by nothing, too high and twice",
            asked,
            answer(
                PROMPT,
                SAID,
                TRUE,
                ENGLISH,
                {**RATED[0], "message_id": "m9"},
                part("RubricRating", {"criterion": "z", "score": 1}, message_id="m1"),
                part("RubricRating", {"criterion": "c", "score": 5}, message_id="m1"),
                RATED[0],
                part("RubricRating", {"criterion": "c"}, message_id="m1"),
            ),
            [
                ("responses[8].output.score", "required"),
                ("responses[4].message_id", "unknown_message"),
                ("responses[5].output.criterion", "unknown_criterion"),
                ("responses[6].output.score", "bound"),
                ("responses[7]", "duplicate"),
            ],
        ),
        (
            "a rating left out",
            {"rubrics": [{"id": "r", "criteria": [{"id": "c"}], "required": True}]},
            answer(PROMPT, SAID),
            [("responses[1].c", "required")],
        ),
        (
            "criteria and labels that are not asked for",
            MINIMAL,
            answer(PROMPT, SAID, WRITTEN, LABELED),
            [("responses[2].type", "not_asked"), ("responses[3].type", "not_asked")],
        ),
        (
            "a criterion with the id of another",
            asked,
            answer(PROMPT, ENGLISH, part("RubricCriterion", {"id": "c", "criterion": "Long"})),
            [("responses[2].output.id", "duplicate")],
        ),
        (
            "labels that there are not, on words that were not said",
            asked,
            answer(
                PROMPT,
                SAID,
                TRUE,
                ENGLISH,
                part("LabeledText", [{"label": "joke", "text": "The Moon"}], message_id="m1"),
                part("LabeledText", [{"label": "claim", "text": "Moon", "start": 0}], message_id="m1"),
                {**LABELED, "chunk": 0},
            ),
            [
                ("responses[4].output[0].label", "unknown_label"),
                ("responses[5].output[0].text", "text"),
                ("responses[6].chunk", "unknown_chunk"),
            ],
        ),
        (
            "files without addresses",
            MINIMAL,
            answer({**PROMPT, "attachments": [{"url": "notes.pdf"}]}, part("File", [{"url": "x"}])),
            [("responses[0].attachments[0].url", "uri"), ("responses[1].output[0].url", "uri")],
        ),
        (
            "an error without words, of no known type",
            MINIMAL,
            answer(part("TaskError", {"type": "TIRED"})),
            [("responses[0].output.message", "required"), ("responses[0].output.type", "enum")],
        ),
        (
            "threads of another form",
            MINIMAL,
            answer(threads=[{"turns": [{"messages": [{"role": "user"}]}]}]),
            [("threads[0].turns[0].messages[0].content", "required")],
        ),
    ]
    if slug == "chatlite":
        ranked = answer(PROMPT, part("RankedChoices", []))
        rows.append(("ranked", MINIMAL, ranked, [("responses[1].type", "not_asked")]))
        tied = answer(PROMPT, part("RankedGroups", []))
        rows.append(("ranked with ties", MINIMAL, tied, [("responses[1].type", "not_asked")]))
    else:
        both = [SAID, {**SAID, "message_id": "m2"}]
        order = part("RankedChoices", ["m2", "m2", "m3"], field_id="preference")
        wrong = [("responses[3].output[1]", "duplicate"), ("responses[3].output[2]", "unknown_message")]
        rows.append(("ranked wrongly", {"responses_per_turn": 2}, answer(PROMPT, *both, order), wrong))
        groups = part("RankedGroups", [["m2", "m2"], ["m3"], []])
        empty = [("responses[3].output[2]", "size")]
        rows.append(("groups of nobody", {"responses_per_turn": 2}, answer(PROMPT, *both, groups), empty))
        groups = part("RankedGroups", [["m2", "m2"], ["m3"]])
        wrong = [("responses[3].output[0][1]", "duplicate"), ("responses[3].output[1][0]", "unknown_message")]
        rows.append(
            ("ranked wrongly with ties", {"responses_per_turn": 2}, answer(PROMPT, *both, groups), wrong)
        )
    if threads:
        lost = answer({**PROMPT, "thread_id": "t9"})
        rows.append(
            (
                "another thread",
                {"threads": [{"id": "t1"}]},
                lost,
                [("responses[0].thread_id", "unknown_thread")],
            )
        )
    return {name: BadAnswer(params, given, problems) for name, params, given, problems in rows}


def examples(slug: str) -> Examples:
    """Return the examples of one of the four types."""
    full = FULL[slug]
    return Examples(
        good_params={"minimal": MINIMAL, "nothing": {}, "full": full},
        bad_params=_bad_params(slug),
        good_answers=_good_answers(full),
        bad_answers=_bad_answers(slug, full),
    )
