"""Reading the parts of a large answer one by one, so that a fault in one does not hide those of the others."""

from typing import Any

import msgspec

from labelwright.errors import Problem
from labelwright.tasktypes.wire.problems import Problems, enough, has_error
from labelwright.validation.coercion import coerced
from labelwright.validation.errors import Path, errors_of, path_text


def decode_part(model: Any, value: Any, place: Path) -> tuple[Any, Problems]:
    """Read one part.

    Args:
        model: a closed Struct, a union of such, or any other type msgspec knows.
        value: what JSON decodes to.
        place: where it is.

    Returns:
        The part, or None when it does not fit; and what is wrong with its shape. Unknown keys are warnings.
    """
    try:
        return msgspec.convert(value, model), Problems()
    except msgspec.ValidationError:
        problems = Problems(
            Problem(
                path_text(fault.path),
                fault.reason,
                fault.code,
                "warning" if fault.code == "unknown_key" else "error",
            )
            for fault in errors_of(model, value, place)
        )
    try:
        return msgspec.convert(coerced(model, value, unknown=True), model), problems
    except msgspec.ValidationError as error:
        if not has_error(problems):
            problems.append(Problem(path_text(place), str(error), "type"))
        return None, problems


def decode_parts(model: Any, values: Any, place: Path) -> tuple[list[tuple[int, Any]], Problems]:
    """Read the items of an array.

    Returns:
        Those that fit, each with its index in the array; and what is wrong with the shape of the others.
    """
    if not isinstance(values, list):
        return [], decode_part(list[Any], values, place)[1]
    found: list[tuple[int, Any]] = []
    problems = Problems()
    for i, value in enumerate(values):
        piece, wrong = decode_part(model, value, (*place, i))
        problems.extend(wrong)
        if piece is not None:
            found.append((i, piece))
        if enough(problems):
            break
    return found, problems
