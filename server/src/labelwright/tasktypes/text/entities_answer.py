"""The answer to ``namedentityrecognition`` (wire/task-types-text §2.4)."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.tasktypes.forms.labels import Text

Offset = Annotated[int, Meta(ge=0, le=10**9)]


class Span(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A labelled part of the text.

    Attributes:
        id: given by the server when absent.
        start: where it begins, in UTF-16 code units (the index of JavaScript), from 0.
        end: where it ends, not included.
        text: what is there; filled in when absent.
        label: the name of a label.
        attributes: name to answer; there whenever the label has ``attributes``.
    """

    id: Text | UnsetType = UNSET
    start: Offset
    end: Offset
    text: str | UnsetType = UNSET
    label: str
    attributes: dict[str, Any] | UnsetType = UNSET


class Relationship(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A relation between two spans.

    Attributes:
        id: given by the server when absent.
        source_ref: the id of a span.
        target_ref: the id of another span.
        name: of the definition; absent when definitions have no names.
    """

    id: Text | UnsetType = UNSET
    source_ref: str
    target_ref: str
    name: str | UnsetType = UNSET


class EntityAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The ``response`` of a ``namedentityrecognition`` task.

    Attributes:
        annotations: the spans; they may overlap.
        relationships: between spans.
        global_attributes: name to answer; there whenever the task has ``global_attributes``.
    """

    annotations: list[Span]
    relationships: list[Relationship] = []
    global_attributes: dict[str, Any] | UnsetType = UNSET
