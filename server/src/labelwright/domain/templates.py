"""Task templates: the variables that each task of a project fills in (wire/projects §7, wire/task-types-chat §1).

A template is made from the parameters of its project: either they have ``template_variables``, or the variables are
the placeholders ``{{name}}`` in their texts.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from labelwright.domain.common import compact
from labelwright.errors import InvalidParameter
from labelwright.ids import new_id
from labelwright.store.rows import TaskTemplate
from labelwright.validation.decoding import decode

TYPES = frozenset({"textcollection", "chat"})
"""The task types whose projects have a template (wire/projects §7)."""

DEFINITIONS = frozenset({"template_variables", "response_schema", "auto_onboard_enabled"})
"""Parameters of such a project that make its template; its tasks do not inherit them."""

_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_.-]*)\s*\}\}")

Params = Mapping[str, msgspec.Raw]


class Declared(msgspec.Struct, frozen=True):
    """What a project's parameters declare.

    Attributes:
        variables: each variable with its description; one with the key ``default`` may be left out.
        response_schema: the JSON text of the answers' schema.
        auto_onboard_enabled: whether labelers are let in without a test.
    """

    variables: dict[str, Any]
    response_schema: str | None
    auto_onboard_enabled: bool


def declared(params: Params) -> Declared:
    """Read what a project's parameters declare.

    Raises:
        InvalidParameter: ``template_variables`` or ``response_schema`` is no object, or ``auto_onboard_enabled``
            no flag.
    """
    given = params.get("template_variables")
    if given is not None:
        variables = decode(dict[str, Any], given, prefix="template_variables")
    else:
        names = dict.fromkeys(name for text in _texts(params) for name in _PLACEHOLDER.findall(text))
        variables = {name: {"type": "string"} for name in names}
    schema = params.get("response_schema")
    if schema is not None:
        decode(dict[str, Any], schema, prefix="response_schema")
    onboard = params.get("auto_onboard_enabled")
    return Declared(
        variables,
        bytes(schema).decode() if schema is not None else None,
        decode(bool, onboard, prefix="auto_onboard_enabled") if onboard is not None else False,
    )


def _texts(params: Params) -> Iterator[str]:
    """Every string in the parameters, in the order in which they were written."""
    waiting: list[Any] = [msgspec.json.decode(raw) for raw in reversed(list(params.values()))]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting.extend(reversed(value.values()))
        elif isinstance(value, list):
            waiting.extend(reversed(value))


def first(project_id: str, params: Params, now: int) -> TaskTemplate:
    """The template that a project begins with.

    Raises:
        InvalidParameter: a definition has the wrong type.
    """
    made = declared(params)
    return TaskTemplate(
        project_id,
        new_id(now),
        1,
        compact(made.variables),
        made.response_schema,
        int(made.auto_onboard_enabled),
        now,
        now,
    )


def filled_in(params: Params, given: msgspec.Raw | None) -> dict[str, msgspec.Raw]:
    """The ``template_variables`` of a new task: what was given, and defaults for the rest.

    Args:
        params: the parameters of the project, of the version that the task inherits.
        given: the task's own ``template_variables``.

    Returns:
        One parameter, or none where the project declares no variables: then anything goes.

    Raises:
        InvalidParameter: a variable is missing, or is not in the template.
    """
    variables = declared(params).variables
    if not variables:
        return {}
    values = decode(dict[str, Any], given, prefix="template_variables") if given is not None else {}
    for name in values:
        if name not in variables:
            raise _wrong(name, "is not allowed")
    for name, description in variables.items():
        if name not in values:
            if not isinstance(description, dict) or "default" not in description:
                raise _wrong(name, "is required")
            values[name] = description["default"]
    return {"template_variables": msgspec.Raw(msgspec.json.encode(values))}


def _wrong(name: str, what: str) -> InvalidParameter:
    path = f"template_variables.{name}"
    return InvalidParameter.because(f'"{path}" {what}', field=path)
