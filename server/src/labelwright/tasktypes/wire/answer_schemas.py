"""JSON schemas of answers, narrowed to one task: screens build forms from them.

A title or description in such a schema is the customer's and meant for the labeler; those of the models, which are
for programmers, are left out. What a schema cannot say, such as conditions, the checker says.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from labelwright.tasktypes.forms.attributes import SCENE_TYPES, Question, condition_sets, is_global
from labelwright.tasktypes.forms.fields import (
    BaseField,
    BooleanField,
    BoundingBoxField,
    CategoryChoice,
    CategoryField,
    DatetimeField,
    Field,
    FieldSet,
    FileField,
    FormSection,
    NumberField,
    RankingField,
    SelectField,
    TextField,
    TimeRangeField,
    answered,
)
from labelwright.tasktypes.forms.labels import LabelDescription
from labelwright.tasktypes.shapes.tools import Geometries
from labelwright.tasktypes.wire.computed_members import REFERENCE, mark

Schema = dict[str, Any]
_DEFINITIONS = "#/$defs/"
_NAMED = frozenset({"properties", "$defs"})
_ABOUT_MODELS = frozenset({"title", "description"})
_NUMBER: Schema = {"type": "number"}
_KINDS = {str: "string", bool: "boolean"}
WRITTEN_NUMBER = r"^\s*[-+]?[0-9.][0-9.eE_+-]*\s*$"
"""A numeric string counts as a number, as everywhere on the wire."""

ALWAYS = SCENE_TYPES
"""The types of questions that can be asked of anything: the others need a box, or something to link with."""


def schema_of(model: Any) -> Schema:
    """Return the schema of a model without the model's own titles and descriptions.

    What nobody is asked for is marked ``readOnly``, see ``computed.py``.
    """
    schema: Schema = _plain(msgspec.json.schema(model))
    mark(schema.get("$defs", {}))
    return schema


def _plain(schema: Any, *, named: bool = False) -> Any:
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _plain(value, named=not named and key in _NAMED)
        for key, value in schema.items()
        # Fields may be called so, too.
        if named or key not in _ABOUT_MODELS
    }


def narrowed(
    model: Any,
    members: Mapping[str, Mapping[str, Schema | None]],
    required: Mapping[str, Iterable[str]] | None = None,
) -> Schema:
    """Return the schema of a model in which some members say more.

    Args:
        model: the answer.
        members: name of a struct in it to name of a member to schema; None takes a member out.
        required: name of a struct to members that must be there.
    """
    schema = schema_of(model)
    definitions = schema["$defs"]
    for name, changes in members.items():
        properties = definitions[name]["properties"]
        for key, one in changes.items():
            if one is None:
                properties.pop(key, None)
            else:
                properties[key] = one
    for name, keys in (required or {}).items():
        definitions[name]["required"] = sorted({*definitions[name].get("required", ()), *keys})
    return schema


def embedded(schema: Schema, prefix: str) -> tuple[Schema, Schema]:
    """Return a schema for use inside another one, and its definitions under names that begin with a prefix."""

    def moved(value: Any) -> Any:
        if isinstance(value, list):
            return [moved(one) for one in value]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref")
        if isinstance(reference, str):
            return {**value, "$ref": reference.replace(_DEFINITIONS, f"{_DEFINITIONS}{prefix}", 1)}
        return {key: moved(one) for key, one in value.items()}

    definitions = schema.get("$defs", {})
    rest = {key: one for key, one in schema.items() if key != "$defs"}
    return moved(rest), {f"{prefix}{name}": moved(one) for name, one in definitions.items()}


def object_of(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    """Return the schema of an object with these members and no other."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def one_of(names: Iterable[str]) -> Schema:
    """Return the schema of one of some words; of any word when there are none."""
    listed = list(dict.fromkeys(names))
    return {"type": "string", "enum": listed} if listed else {"type": "string"}


def one_of_titled(pairs: Iterable[tuple[str, str]]) -> Schema:
    """Return the schema of one of some words, each with the text that is shown instead."""
    shown = dict(pairs)
    if all(name == text for name, text in shown.items()):
        return one_of(shown)
    return _options(list(shown.items()))


def label_of(labels: Sequence[str | LabelDescription]) -> Schema:
    """Return the schema of a leaf label, with the texts that are shown instead, where there are any."""
    shown: dict[str, str] = {}
    waiting = list(reversed(labels))
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            shown[one] = one
        elif one.subchoices:
            waiting.extend(reversed(one.subchoices))
        else:
            shown[one.choice] = one.display or one.choice
    return one_of_titled(shown.items())


def attributes_of(questions: Mapping[str, Question], *, complete: bool = True) -> Schema:
    """Return the schema of answers to questions.

    Args:
        questions: name to definition.
        complete: what is asked in any case is required.
    """
    asked = [
        name
        for name, one in questions.items()
        if complete and one.required is not False and one.type in ALWAYS and _is_always_asked(one)
    ]
    return object_of({name: question_schema(name, one) for name, one in questions.items()}, asked)


def _is_always_asked(question: Question) -> bool:
    sets = condition_sets(question)
    return all(one.label_condition is UNSET and one.attribute_conditions is UNSET for one in sets)


def question_schema(name: str, question: Question) -> Schema:
    """Return the schema of the answer to one question."""
    match question.type:
        case "category":
            schema = label_of(question.choices or ())
            if question.allow_multiple:
                schema = {"type": "array", "items": schema, "uniqueItems": True}
        case "number":
            schema = _bounded(_NUMBER, question.min, question.max)
        case "angle":
            schema = _bounded(_NUMBER, 0, 360)
        case "x_line" | "y_line":
            schema = _NUMBER
        case "text":
            schema = _text(question.min_length, question.max_length, question.pattern)
        case _:
            schema = {"type": "string", REFERENCE: True}
    return {**schema, "title": name, "description": question.description}


def drawings_of(
    model: Any, tools: Geometries, questions: Mapping[str, Question] | UnsetType, *, complete: bool = True
) -> Schema:
    """Return the schema of an answer with shapes, whose labels and attributes are the task's.

    Args:
        model: the answer.
        tools: with their labels; the tag of a shape is the name of its tool.
        questions: name to definition, those about the whole scene among them; any answers when not known.
        complete: attributes that are asked in any case are required of every shape.
    """
    by_tool = {name: label_of(options.objects_to_annotate) for name, options in tools.options().items()}
    any_tool = label_of([one for options in tools.options().values() for one in options.objects_to_annotate])
    return labelled(model, any_tool, questions, by_tag=by_tool, complete=complete)


def labelled(
    model: Any,
    label: Schema,
    questions: Mapping[str, Question] | UnsetType,
    *,
    by_tag: Mapping[str, Schema] | None = None,
    complete: bool = True,
) -> Schema:
    """Return the schema of an answer in which everything with a ``label`` has one of the task's.

    Args:
        model: the answer.
        label: the schema of a label.
        questions: name to definition, those about the whole scene among them; any answers when not known.
        by_tag: labels of what has a ``type``, by its name, instead of ``label``.
        complete: attributes that are asked in any case are required wherever there are ``attributes``.
    """
    own: Schema = {"type": "object"}
    scene = own
    if questions is not UNSET:
        own = attributes_of(
            {name: one for name, one in questions.items() if not is_global(one)}, complete=complete
        )
        scene = attributes_of(
            {name: one for name, one in questions.items() if is_global(one)}, complete=complete
        )
    schema = schema_of(model)
    for definition in schema["$defs"].values():
        properties = definition.get("properties", {})
        if "label" in properties:
            (tag,) = properties.get("type", {}).get("enum", [""])[:1]
            properties["label"] = (by_tag or {}).get(tag, label)
        if "attributes" in properties and properties["attributes"].get("type") != "array":
            properties["attributes"] = own
        if "global_attributes" in properties:
            properties["global_attributes"] = scene
    return schema


def values_of(fields: Mapping[str, str]) -> Schema:
    """Return the schema of a value for every key, null where there is none (forms of the first generation)."""
    texts: list[Schema] = [{"type": "string"}, {"type": "null"}]
    return object_of(
        {key: {"anyOf": texts, "title": key, "description": text} for key, text in fields.items()}, fields
    )


def form_of(fields: Sequence[Field]) -> Schema:
    """Return the schema of the answers to a form."""
    return object_of(
        dict(_members_of(fields)),
        [field.field_id for field in answered(fields) if field.required and not field.conditions],
    )


def _members_of(fields: Sequence[Field], headings: Sequence[str] = ()) -> Iterator[tuple[str, Schema]]:
    for field in fields:
        if isinstance(field, FormSection):
            yield from _members_of(field.fields, [*headings, field.title])
        else:
            schema = field_schema(field)
            yield field.field_id, {**schema, "title": ": ".join([*headings, schema["title"]])}


def field_schema(field: Field) -> Schema:
    """Return the schema of the answer to a field, in the form in which it is delivered."""
    schema = _value_schema(field)
    if field.max_responses_required > 1:
        # How few there may be depends on whether the answer is complete.
        schema = {"type": "array", "items": schema, "maxItems": field.max_responses_required}
    return {**schema, **_told(field)}


def _told(field: BaseField) -> Schema:
    texts = [field.description, field.hint, field.extra_content]
    if isinstance(field, RankingField) and field.first_label and field.last_label:
        texts.append(f"{field.first_label} → {field.last_label}")
    told = " ".join(text for text in texts if isinstance(text, str) and text)
    return {"title": field.title, **({"description": told} if told else {})}


def _value_schema(field: Field) -> Schema:
    match field:
        case TextField():
            schema = _text(field.min_characters, field.max_characters, field.pattern)
        case BooleanField():
            schema = {"type": "boolean"}
        case NumberField():
            written: Schema = {"type": "string", "pattern": WRITTEN_NUMBER}
            schema = {"anyOf": [_bounded(_NUMBER, field.min, field.max), written]}
        case DatetimeField():
            # Either is taken, but this is what is asked for.
            schema = {"type": "string", "format": "date-time" if field.include_time is True else "date"}
        case CategoryField():
            schema = _choices(field.choices, field.max_choices)
        case SelectField():
            schema = _choices(field.choices, 1)
        case RankingField():
            # Not of different ones: as such a screen would show boxes to tick, which have no order.
            _, most = field.places()
            schema = {"type": "array", "items": _options(field.ranked()), "maxItems": most}
        case TimeRangeField():
            schema = object_of({"start": _NUMBER, "end": _NUMBER}, ["start", "end"])
        case FileField():
            text: Schema = {"type": "string"}
            schema = object_of({"url": text, "mime_type": text, "name": text}, ["url"])
        case BoundingBoxField():
            sides = dict.fromkeys(("left", "top", "width", "height"), _NUMBER)
            label = {} if field.labels is UNSET else {"label": one_of(field.labels)}
            schema = {"type": "array", "items": object_of({**sides, **label}, [*sides, *label])}
        case FieldSet() | FormSection():
            schema = form_of(field.fields)
    return schema


def _choices(choices: Sequence[CategoryChoice], most: int) -> Schema:
    found: list[tuple[Any, str]] = []
    waiting = list(reversed(choices))
    while waiting:
        one = waiting.pop()
        if one.subchoices:
            waiting.extend(reversed(one.subchoices))
        else:
            found.append((one.value, one.label))
    return {"type": "array", "items": _options(found), "uniqueItems": True, "maxItems": most}


def _options(pairs: Sequence[tuple[Any, str]]) -> Schema:
    schema: Schema = {"oneOf": [{"const": value, "title": text} for value, text in pairs]}
    # Forms ask for a type first where none is named.
    kinds = {_KINDS.get(type(value), "number") for value, _ in pairs}
    return {"type": kinds.pop(), **schema} if len(kinds) == 1 else schema


def _bounded(schema: Schema, least: Any, most: Any) -> Schema:
    bounds = {"minimum": least, "maximum": most}
    return {**schema, **{key: value for key, value in bounds.items() if value is not UNSET}}


def _text(least: int | UnsetType, most: int | UnsetType, pattern: str | UnsetType) -> Schema:
    bounds = {"minLength": least, "maxLength": most, "pattern": pattern}
    return {"type": "string", **{key: value for key, value in bounds.items() if value is not UNSET}}
