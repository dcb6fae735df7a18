"""Answers to fields and questions as annotations of a conversation (wire/v2-conversations §3, §5)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from labelwright.tasktypes.forms.fields import (
    BooleanField,
    CategoryChoice,
    CategoryField,
    Field,
    FileField,
    NumberField,
    RankingField,
    SelectField,
    answered,
)
from labelwright.tasktypes.threads import (
    Annotation,
    AnnotationBoolean,
    AnnotationCategory,
    AnnotationCategoryMultiple,
    AnnotationFile,
    AnnotationInteger,
    AnnotationLabeledText,
    AnnotationRankedChoices,
    AnnotationRankedGroups,
    AnnotationText,
    BasicFile,
    ConversationAnswer,
    LabeledTextValue,
    Message,
    MessageContent,
    Thread,
    Turn,
)

USER = "user"
"""The ``source_id`` of people."""


def single_turn(prompts: Iterable[str], annotations: Sequence[Annotation]) -> ConversationAnswer:
    """One thread with one turn: what was shown, and what was answered."""
    messages = [text_message(USER, text) for text in prompts]
    turn = Turn(id="", messages=messages, annotations=list(annotations))
    return ConversationAnswer([Thread(id="", turns=[turn], annotations=[])])


def text_message(source_id: str, text: str | None, role: Any = "user") -> Message:
    """A message without judgements."""
    return Message(role=role, content=MessageContent(text=text), source_id=source_id, annotations=[])


def of_field(field: Field, value: Any) -> Annotation:
    """The answer to a field of a form."""
    told: dict[str, Any] = {
        "id": "",
        "key": field.field_id,
        "title": field.title,
        "description": None if field.description is UNSET else field.description,
    }
    if isinstance(field, BooleanField) and isinstance(value, bool):
        return AnnotationBoolean(**told, value=value, possible_values=[True, False])
    if isinstance(field, NumberField):
        return _number(told, field, value)
    if isinstance(field, CategoryField | SelectField):
        return _category(told, field, value)
    if isinstance(field, RankingField):
        return _ranking(told, field, value)
    if isinstance(field, FileField):
        files = value if isinstance(value, list) else [value]
        return AnnotationFile(**told, value=[_file(one) for one in files])
    return AnnotationText(**told, value=plain(value))


def of_form(fields: Sequence[Field], values: Mapping[str, Any]) -> list[Annotation]:
    """The answers to a form, in the order of its fields."""
    return [of_field(field, values[field.field_id]) for field in answered(fields) if field.field_id in values]


def of_texts(values: Mapping[str, Any], titles: Mapping[str, str]) -> list[Annotation]:
    """Named texts."""
    return [
        AnnotationText(id="", key=key, title=titles.get(key), value=plain(value))
        for key, value in values.items()
    ]


def of_spans(key: str, spans: Iterable[tuple[str, str | None]]) -> Annotation:
    """Labelled pieces of a text, as (label, text)."""
    return AnnotationLabeledText(
        id="", key=key, value=[LabeledTextValue(label=label, text=text) for label, text in spans]
    )


def of_choice(key: str, value: Any, choices: Sequence[str], title: str | None = None) -> Annotation:
    """One or several of some choices."""
    if isinstance(value, list):
        return AnnotationCategoryMultiple(
            id="", key=key, title=title, value=[plain(one) or "" for one in value], possible_values=[*choices]
        )
    return AnnotationCategory(id="", key=key, title=title, value=plain(value), possible_values=[*choices])


def plain(value: Any) -> str | None:
    """A value as a text: texts as they are, anything else as JSON."""
    if value is None or isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()


def leaves(choices: Sequence[CategoryChoice]) -> list[CategoryChoice]:
    """The choices that can be chosen."""
    found: list[CategoryChoice] = []
    for choice in choices:
        found.extend([choice] if choice.subchoices is UNSET else leaves(choice.subchoices))
    return found


def _number(told: dict[str, Any], field: NumberField, value: Any) -> Annotation:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return AnnotationText(**told, value=plain(value))
    if not number.is_integer():
        return AnnotationText(**told, value=plain(value))
    few = None
    if isinstance(field.min, int) and isinstance(field.max, int) and 0 <= field.max - field.min <= 20:
        few = list(range(field.min, field.max + 1))
    return AnnotationInteger(**told, value=int(number), possible_values=few)


def _category(told: dict[str, Any], field: CategoryField | SelectField, value: Any) -> Annotation:
    known = leaves(field.choices)
    options: dict[str, Any] = {
        "possible_values": [plain(choice.value) or "" for choice in known],
        "labels": [choice.label for choice in known],
    }
    many = isinstance(field, CategoryField) and (field.max_choices > 1 or field.max_responses_required > 1)
    given = value if isinstance(value, list) else [value]
    if many or len(given) != 1:
        return AnnotationCategoryMultiple(**told, **options, value=[plain(one) or "" for one in given])
    return AnnotationCategory(**told, **options, value=plain(given[0]))


def _ranking(told: dict[str, Any], field: RankingField, value: Any) -> Annotation:
    labels = [label for _, label in field.ranked()]
    given = value if isinstance(value, list) else [value]
    if any(isinstance(one, list) for one in given):
        groups = [
            [plain(one) or "" for one in (group if isinstance(group, list) else [group])] for group in given
        ]
        return AnnotationRankedGroups(**told, labels=labels, value=groups)
    return AnnotationRankedChoices(**told, labels=labels, value=[plain(one) or "" for one in given])


def _file(given: Any) -> BasicFile:
    if isinstance(given, dict):
        return BasicFile(
            url=plain(given.get("url")),
            mime_type=plain(given.get("mime_type")),
            name=plain(given.get("name")),
        )
    return BasicFile(url=plain(given))
