"""Answers of forms about attachments as conversations (wire/v2-conversations §5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import UNSET, UnsetType

from labelwright.tasktypes.threads import Annotation, AnnotationRankedChoices, ConversationAnswer
from labelwright.tasktypes.wire.conversation import of_texts, single_turn


def conversation(
    attachments: Sequence[str],
    fields: Mapping[str, Any] | UnsetType = UNSET,
    rows: Sequence[Mapping[str, Any] | None] | UnsetType = (),
    *,
    chosen: Sequence[str] = (),
) -> ConversationAnswer:
    """Tell a form: a text for each field, rows of the same field numbered from 1, and what was chosen."""
    annotations: list[Annotation] = []
    if chosen:
        annotations.append(AnnotationRankedChoices(id="", key="choice", value=list(chosen)))
    annotations.extend(of_texts(fields or {}, {}))
    for number, row in enumerate(rows or (), 1):
        annotations.extend(of_texts({f"{key} {number}": value for key, value in (row or {}).items()}, {}))
    return single_turn(attachments, annotations)
