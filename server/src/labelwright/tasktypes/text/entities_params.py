"""The parameters of ``namedentityrecognition`` (wire/task-types-text §2.1–§2.3)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.tasktypes.forms.attributes import Question, check_definitions
from labelwright.tasktypes.forms.labels import Text
from labelwright.tasktypes.forms.patterns import require_few_patterns
from labelwright.tasktypes.wire.references import is_uri
from labelwright.validation.decoding import refuse
from labelwright.validation.errors import Path


class TextQuestion(Question, kw_only=True):
    """An attribute of a span, or of the whole text."""

    type: Literal["category", "number", "text"] = "category"


class EntityLabel(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A label, which may have others below it. All of them can be chosen.

    Attributes:
        name: as in answers; unique in the whole tree.
        display_name: as shown, instead of ``name``.
        description: as shown.
        children: the labels below.
        attributes: name to definition of what is asked about each span.
    """

    name: Text
    display_name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    children: list["EntityLabel"] | UnsetType = UNSET
    attributes: dict[Text, TextQuestion] | UnsetType = UNSET


class RelationshipDefinition(msgspec.Struct, kw_only=True):
    """Which spans may be related. Either all definitions have names, or none.

    Attributes:
        name: as in answers; unique.
        display_name: as shown between the two spans.
        is_directed: whether source and target differ.
        source_label: the source span has this label or one below it.
        target_label: the same for the target span.
    """

    name: Text | UnsetType = UNSET
    display_name: Text | UnsetType = UNSET
    is_directed: bool | UnsetType = UNSET
    source_label: Text | UnsetType = UNSET
    target_label: Text | UnsetType = UNSET


class EntityParams(msgspec.Struct, kw_only=True):
    """Parameters of ``namedentityrecognition``: spans in a text, and relations between them. Unknown ones are kept.

    Attributes:
        text: in which spans are marked.
        attachment: the text or its address, instead of ``text``; ``text`` becomes what is fetched there.
        labels: a tree.
        relationships: which spans may be related.
        global_attributes: name to definition of what is asked about the whole text.
        merge_newlines: show single line breaks as spaces; offsets are those of ``text`` all the same.
        hypothesis: an answer to start from; need not be complete.
    """

    text: Text
    attachment: Any | UnsetType = UNSET
    labels: Annotated[list[EntityLabel], Meta(min_length=1)]
    relationships: list[RelationshipDefinition] = []
    global_attributes: dict[Text, TextQuestion] = {}
    merge_newlines: bool = False
    hypothesis: dict[str, Any] | UnsetType = UNSET


def tree(labels: Sequence[EntityLabel], path: Path) -> Iterator[tuple[EntityLabel, Path, Sequence[str]]]:
    """Yield every label in reading order, with its place and the names of those above it."""
    waiting: list[tuple[EntityLabel, Path, Sequence[str]]] = [
        (one, (*path, i), ()) for i, one in reversed(list(enumerate(labels)))
    ]
    while waiting:
        one, place, above = waiting.pop()
        yield one, place, above
        below = list(enumerate(one.children or ()))
        waiting.extend((child, (*place, "children", i), (*above, one.name)) for i, child in reversed(below))


def lineages(params: EntityParams) -> Mapping[str, frozenset[str]]:
    """Return for every label the names of itself and those above it."""
    return {one.name: frozenset((*above, one.name)) for one, _, above in tree(params.labels, ())}


def address_of(params: EntityParams) -> str:
    """Return the address of a text that is still to be fetched; empty where the text is there.

    What is given as ``text`` is the text, also where it looks like an address.
    """
    return params.text if params.attachment == params.text and is_uri(params.text) else ""


def check(params: EntityParams) -> None:
    """Check what the types cannot say.

    Raises:
        InvalidParameter: naming the first parameter that is wrong.
    """
    if address_of(params) and params.hypothesis is not UNSET:
        # Spans can be checked in a text only.
        raise refuse(("hypothesis",), "is not allowed where the text is given by its address")
    seen: set[str] = set()
    patterns = 0
    for one, place, _ in tree(params.labels, ("labels",)):
        if one.name in seen:
            raise refuse((*place, "name"), "contains a duplicate value")
        seen.add(one.name)
        if one.attributes is not UNSET:
            check_definitions(one.attributes, (*place, "attributes"), None)
            patterns += sum(question.pattern is not UNSET for question in one.attributes.values())
            require_few_patterns(patterns, ("labels",))
    check_definitions(params.global_attributes, ("global_attributes",), None)
    named = [one.name is not UNSET for one in params.relationships]
    if any(named) and not all(named):
        raise refuse(("relationships",), "must be all named or all unnamed")
    _check_relationships(params, seen)


def _check_relationships(params: EntityParams, labels: set[str]) -> None:
    seen: set[str] = set()
    for i, one in enumerate(params.relationships):
        place: Path = ("relationships", i)
        if one.name is UNSET:
            for key in ("display_name", "is_directed"):
                if getattr(one, key) is not UNSET:
                    raise refuse((*place, key), "is not allowed")
        elif one.name in seen:
            raise refuse((*place, "name"), "contains a duplicate value")
        else:
            seen.add(one.name)
            if one.display_name is UNSET:
                raise refuse((*place, "display_name"), "is required")
        for key in ("source_label", "target_label"):
            name = getattr(one, key)
            if name is not UNSET and name not in labels:
                raise refuse((*place, key), f'must be one of the labels, "{name}" is not one')
