"""The answer that test mode gives at once: the documented sample (wire/task-types-chat §3)."""

from collections.abc import Mapping
from typing import Any

from labelwright.tasktypes.chat.answer import PROMPT
from labelwright.tasktypes.chat.params import ChatParams, threads
from labelwright.tasktypes.forms.fields import Field, answered, kind_of
from labelwright.tasktypes.forms.form_rules import FormRules

_COMPONENTS: Mapping[str, str] = {
    "text": "TextInput",
    "boolean": "Boolean",
    "number": "Number",
    "datetime": "Datetime",
    "category": "Category",
    "select": "Select",
    "time_range": "TimeRange",
    "ranking_order": "RankedChoices",
    "file": "File",
    "bounding_box": "BoundingBox",
    "field_set": "FieldSet",
}
"""Type of field to type of component."""


def sample(params: ChatParams) -> dict[str, Any]:
    """Return an instruction and as many prompts as are needed, and an answer to every field."""
    parts: list[dict[str, Any]] = [{"type": "Instructions", "output": ""}]
    for thread in [one.id for one in threads(params)] or [""]:
        named = {"thread_id": thread} if thread else {}
        for turn in range(params.min_turns or 1):
            numbered = {"turn": turn} if turn else {}
            parts.append({"type": PROMPT, "output": "test prompt", **named, **numbered})
            parts.extend({**one, **named, **numbered} for one in _answers(params.turn_fields))
    parts.extend(_answers(params.task_fields))
    return {"responses": parts}


def _answers(fields: list[Field]) -> list[dict[str, Any]]:
    kinds = {field.field_id: kind_of(field) for field in answered(fields)}
    return [
        {"type": _COMPONENTS[kinds[name]], "output": value, "field_id": name}
        for name, value in FormRules(fields).sample().items()
    ]
